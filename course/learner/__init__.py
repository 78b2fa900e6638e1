"""The learner's commands: watch, status, JupyterLab, and what pytest must know."""
