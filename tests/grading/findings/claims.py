"""Holds what a finding claims of a file against the file itself, with code of its own: by its kind, one check each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.grading.findings import patterned, shrunk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.grading.said import Said
    from tests.grading.truth import Truth


def whole(truth: Truth, found: Sequence[Said], ids: Sequence[str]) -> None:
    """A right rule with these changes and mistakes takes the file's path in every core case."""


CHECKS: dict[str, Callable[[Truth, Said], None]] = {"pattern": patterned.check, "smallest": shrunk.check}
"""By kind of finding."""
