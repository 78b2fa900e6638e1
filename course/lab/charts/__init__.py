"""The figures of a lesson's experiments: lines, bars, dots on a map, and a table where exact numbers are the point."""
