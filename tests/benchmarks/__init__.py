"""What the project promises in figures: `python -m tests.benchmarks`."""
