"""What is kept of one submission: the verdict, what was written of it to the gradebook, and the earlier attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.classroom.history import Attempt
    from course.grading.verdict import Verdict


@dataclass(frozen=True)
class Row:
    """What is in the gradebook of one graded cell, apart from what a person gives."""

    score: float | None
    most: float
    comment: str | None

    def to_json(self) -> list[Any]:
        """Return the form in which it is stored."""
        return [self.score, self.most, self.comment]


@dataclass(frozen=True)
class Entered:
    """What was written of one submission."""

    made_from: str = ""
    """The hash of all that it was made from; "" when there is a newer verdict that has not been written yet."""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """By the cell's name."""
    extra: float | None = None
    """The extra credit; if another one is there, a person has put it there."""
    told: float | None = None
    """The other extra credit that the instructor has been told of."""
    notebook: str = ""
    """The hash of the autograded notebook."""

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        rows = {name: row.to_json() for name, row in self.rows.items()}
        return {
            "made_from": self.made_from,
            "rows": rows,
            "extra": self.extra,
            "told": self.told,
            "notebook": self.notebook,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Entered:
        """Read what `to_json` returned."""
        rows = {name: Row(*row) for name, row in stored["rows"].items()}
        return cls(stored["made_from"], rows, stored["extra"], stored["told"], stored["notebook"])


@dataclass(frozen=True)
class Record:
    """What is known of one submission."""

    key: str
    """Of everything that the verdict depends on; another key means: judge again."""
    verdict: Verdict
    entered: Entered = field(default_factory=Entered)
    """What was written of it to the gradebook."""
    history: tuple[Attempt, ...] = ()
    """What every submission came to, this one last."""
