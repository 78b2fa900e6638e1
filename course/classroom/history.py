"""What each submission of a student came to, in short: how a class got on is seen in it.

The store has a row an attempt, beside the newest verdicts, so that a report on a hundred thousand students need not
take in a hundred thousand verdicts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from course.classroom import disk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LONGEST = 40
"""Attempts that are kept of one student and topic; older ones are forgotten."""
NOT_HANDED_IN = "not-handed-in"
"""The status of a submission without the file; the others are the judge's."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""A file that says it is older comes from a clock or an archive that knows no time."""
AHEAD = timedelta(days=1)
"""How far the clock that wrote a timestamp may be ahead of ours."""
TIMESTAMP = "timestamp.txt"
"""Where nbgrader's exchange writes when something was handed in."""
LONGEST_TIMESTAMP = 1000
"""Bytes that such a file may have."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission, judged."""

    at: datetime
    """When it was handed in, as well as that is known; with a time zone."""
    file: str
    """A hash of what was handed in."""
    status: str
    score: float
    mistakes: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    """The explanations that fit, where more than one does; `mistakes` is empty then."""
    fingerprint: str = ""
    """Of a wrong path that no known mistake makes; see `Verdict.fingerprint`."""

    @property
    def passed(self) -> bool:
        """Whether the core is right."""
        return self.status == "passed"

    @property
    def finding(self) -> tuple[object, ...]:
        """What was found wrong, to be compared with another attempt's."""
        return (self.status, self.mistakes, self.alternatives)

    @classmethod
    def of(cls, verdict: Mapping[str, Any], at: datetime, file: str = "") -> Attempt:
        """Shorten a verdict's JSON to an attempt.

        Args:
            verdict: the verdict, as JSON holds it.
            at: when the file was handed in, with a time zone.
            file: a hash of what was handed in; empty if it is not known.

        Returns:
            The attempt.

        """
        return cls(
            at=at,
            file=file,
            status=str(verdict["status"]),
            score=float(verdict["score"]),
            mistakes=tuple(str(each) for each in verdict["mistakes"] if each),
            alternatives=tuple(tuple(map(str, each)) for each in verdict.get("alternatives") or ()),
            fingerprint=str(verdict.get("fingerprint") or ""),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        stored = {
            "at": self.at.astimezone(UTC).isoformat(timespec="seconds"),
            "file": self.file,
            "status": self.status,
            "score": self.score,
            "mistakes": self.mistakes,
            "alternatives": self.alternatives,
        }
        return stored | ({"fingerprint": self.fingerprint} if self.fingerprint else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Attempt:
        """Return the attempt that `to_json` wrote."""
        at = datetime.fromisoformat(stored["at"])
        return cls.of(stored, at if at.tzinfo else at.replace(tzinfo=UTC), str(stored["file"]))


def added(earlier: Sequence[Attempt], new: Attempt) -> tuple[Attempt, ...]:
    """Add an attempt to a history; the same file judged anew takes its old verdict's place.

    Args:
        earlier: the attempts so far, oldest first.
        new: the attempt to add.

    Returns:
        The new history, oldest first: at most the newest `LONGEST` attempts.

    """
    if not earlier:
        return (new,)
    last = earlier[-1]
    same = last.file == new.file if last.file else new.at <= last.at
    if same:
        return (*earlier[:-1], replace(new, at=last.at))
    return (*earlier, replace(new, at=max(last.at, new.at)))[-LONGEST:]


def handed_in_at(folder: Path, stem: str) -> datetime:
    """Find when a submission was handed in: nbgrader's timestamp, else the file's own, else now.

    Args:
        folder: the folder of the submission.
        stem: the topic; its file in the folder is `STEM.py`.

    Returns:
        The time, in UTC; never one before `EARLIEST` or in the future.

    """
    now = datetime.now(UTC)
    told = (told_by(folder / TIMESTAMP), _modified(folder / f"{stem}.py"), _modified(folder))
    return next((each for each in told if each and EARLIEST <= each <= now), now)


def _modified(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def told_by(path: Path) -> datetime | None:
    """Read the time that a regular file tells, if there is one and it is one."""
    try:
        student, parts = path.parents[1], path.parts[-2:]  # neither the student's nor the topic's folder may be a link
        return parsed(disk.read(student, parts, LONGEST_TIMESTAMP).decode("utf-8"))
    except (disk.UnreadableError, UnicodeDecodeError):
        return None


def parsed(text: str) -> datetime | None:
    """Read nbgrader's "2026-09-14 08:03:11.948203 UTC", or another zone; None if it is no time, or cannot be one."""
    if not re.match(r"\s*\d{4}-\d\d-\d\d", text):
        return None
    try:
        written = re.sub(r"\s*(?:UTC|GMT)$", "+00:00", text.strip())
        found = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", written))
    except ValueError:
        from nbgrader.utils import parse_utc

        try:
            found = parse_utc(text.strip())
        except (ValueError, OverflowError, TypeError):
            return None
    try:
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST <= found <= datetime.now(UTC) + AHEAD else None


def as_nbgrader_writes(at: datetime) -> str:
    """Write a time as nbgrader's exchange does."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'microseconds')} UTC\n"
