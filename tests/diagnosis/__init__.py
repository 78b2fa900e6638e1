"""The benchmark in `benchmarks/diagnosis/`: its labels and its scorer."""
