"""What the real tasks of single lessons need: models, data and charts, one module a topic."""
