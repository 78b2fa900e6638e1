"""What our steps inside nbgrader share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from course.classroom.directory import ClassDirectory

OURS = "downhill"
"""The name of our entry in a notebook's and in a cell's metadata, and in nbconvert's resources."""


class Step(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is not typed
    """A preprocessor that knows the class and the submission it works for."""

    def room(self) -> ClassDirectory:
        """Return the class; the parent of a preprocessor is the exporter, whose parent is nbgrader's converter."""
        return ClassDirectory.find(Path(self.parent.parent.coursedir.root))

    @staticmethod
    def names(resources: Any) -> tuple[str, str, str]:
        """Return assignment, notebook, student."""
        names = resources["nbgrader"]
        return names["assignment"], names["notebook"], names["student"]


def mapping(value: Any) -> dict[Any, Any]:
    """Return the value if it is a mapping, else an empty one: metadata may be anything."""
    return value if isinstance(value, dict) else {}


def name_of(cell: Any) -> str:
    """Return the name that nbgrader knows a cell by, "" if it has none."""
    return str(mapping(mapping(cell.get("metadata")).get("nbgrader")).get("grade_id", ""))
