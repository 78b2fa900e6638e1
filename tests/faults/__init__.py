"""What can happen to a machine while a class is graded, done on purpose: one more run then gives the same class."""
