"""A class from release to feedback, through real nbgrader."""
