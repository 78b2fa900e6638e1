"""The course's own tests; the learner's are in exercises/."""
