"""What `make` and the READMEs' first commands do: find a Python, make an environment, install into it."""
