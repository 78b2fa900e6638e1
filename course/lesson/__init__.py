"""A lesson as its authors write it, and the words of it that its cells ask for."""
