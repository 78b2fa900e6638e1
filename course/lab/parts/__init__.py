"""The parts of a lesson beside the widget: questions, hints, checks, verdicts on claims, the guide, the progress."""
