"""What `make faults` prints: a line a kind of fault, with how often it was done and what it came to."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from course.text import width


@dataclass
class Row:
    """One kind of fault."""

    kind: str
    compared: str
    times: int = 0
    faults: list[str] = field(default_factory=list)
    """What went wrong, each with the trial that can be repeated."""
    remarks: list[str] = field(default_factory=list)
    """What was seen on the way."""

    def add(self, trial: str, faults: list[str]) -> None:
        """Count one trial, and say how it went: all of them take a while.

        Args:
            trial: which it was.
            faults: what went wrong in it.

        """
        self.times += 1
        self.faults += [f"{trial}: {each}" for each in faults]
        print(f"{self.kind} · {trial}: {'; '.join(faults)[:300] or 'the same'}", file=sys.stderr, flush=True)

    @property
    def outcome(self) -> str:
        """Whether all trials ended as they should."""
        bad = len({each.partition(":")[0] for each in self.faults})
        return f"{bad} wrong" if bad else "the same" if self.times else "not tried"


HEADING = ("fault", "times", "compared", "outcome")


def printed(rows: list[Row]) -> str:
    """Format the table, and under it what went wrong."""
    lines = [HEADING, *((row.kind, str(row.times), row.compared, row.outcome) for row in rows)]
    wide = [max(width(line[column]) for line in lines) for column in range(len(HEADING))]
    told = ["  ".join(cell + " " * (wide[i] - width(cell)) for i, cell in enumerate(line)).rstrip() for line in lines]
    for row in rows:
        told += [f"! {row.kind}: {each}" for each in row.faults[:20]]
        told += [f"  {row.kind}: {each}" for each in dict.fromkeys(row.remarks)]
    return "\n".join(told)
