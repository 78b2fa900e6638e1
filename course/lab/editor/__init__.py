"""The editor of a lesson: the methods of the learner's file, to be written and saved beside the text."""
