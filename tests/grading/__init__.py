"""The grader on trial: right rules pass, wrong ones fail, and nothing that a file does breaks the judge."""
