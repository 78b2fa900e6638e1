"""Tests of what is found out about a file beyond the catalogue."""
