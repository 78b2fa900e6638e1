"""Grading of tuners: a file that looks for a learning rate, held against the best there is by its regret."""
