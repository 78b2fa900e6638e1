"""Naming what is wrong in an optimizer's update rule: a corpus with labels, its scorer, and README.md, its card."""
