"""Benchmarks that others can run."""
