"""Tests of what lessons import."""
