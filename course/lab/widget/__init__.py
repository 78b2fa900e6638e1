"""The widget: a rule's path down a landscape, with a slider for every hyperparameter."""
