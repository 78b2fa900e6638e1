"""A learner's folder for a test: what whoever runs the tests has written is neither read nor changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.authoring import skeletons
from course.topic import topics

if TYPE_CHECKING:
    from pathlib import Path


LEARNERS_OWN = ("-p", "course.learner.pytest_plugin")
"""For a pytest with `PYTEST_DISABLE_PLUGIN_AUTOLOAD`: a learner has no other plugins, and to load them takes a second.
`tests/cli/test_refusals.py` sees that pytest finds this one by itself."""


def filled(folder: Path, *, solved: bool = False) -> Path:
    """Fill `folder` with a file for every topic, the skeleton or the solution, and return it."""
    for topic in topics():
        solution = topic.solution.read_text("utf-8")
        (folder / f"{topic.stem}.py").write_text(solution if solved else skeletons.skeleton(solution), "utf-8")
    return folder
