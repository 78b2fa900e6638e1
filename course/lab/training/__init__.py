"""What the lessons' real tasks share: data, networks, training runs, fair contests, rules as torch optimizers."""
