"""The submissions: a folder each, with the file that a student hands in and the verdict that it should come to.

`expect.txt` says "TOPIC status|status — what it tries", or "TOPIC status POINTS — …" where it may earn no more. The
files are data: what a folder in git cannot hold (a pipe, a link, a mode) is made here, and five words in them are
filled in when they are laid out, so that they stay small, and true when the course changes:

- `@FREE@`: what switches the guard in Python off and asks the kernel directly (`prelude.txt`);
- `@CANARY@`: a folder of bait, which lies outside all that a rule may touch (see `bait`);
- `@SOLUTION@`: the solution of the topic, whole;
- `@SEEN@`: how the visible cases begin, parameters and gradients, as a set of fingerprints;
- `@ANSWERS@`: torch's answers to the visible cases, as base64 of an .npz file.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.grading import case_set, stored
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
COURSE = HERE.parents[1]
STATUSES = {"passed", "wrong", "not-implemented", "error", "timeout", "limit", "rejected"}
LOOPS = {"timeout"}
EVERY_WALL = "abcdekv"
"""First letters of those that a wall is there for, or must not be in the way of."""
HARMLESS = "fhoprvw"
"""First letters of those that reach for nothing outside: they may run where nothing holds them but the wall itself."""


def _sparse(file: Path) -> None:
    file.touch()
    os.truncate(file, 3 * 2**30)


def _closed(file: Path, closed: Path) -> None:
    """A right file that nobody may read, or in a folder that nobody may."""
    file.write_bytes(solution("sgd"))
    closed.chmod(0)


SPECIAL: dict[str, tuple[str, Callable[[Path, Path], object]]] = {
    "f-fifo": (
        "sgd rejected|not-implemented — a named pipe",
        lambda file, _: os.mkfifo(file),
    ),
    "f-directory": (
        "sgd rejected|not-implemented — a directory",
        lambda file, _: file.mkdir(),
    ),
    "f-device": (
        "sgd rejected|not-implemented — a link to an endless device",
        lambda file, _: file.symlink_to("/dev/zero"),
    ),
    "f-symlink-secret": (
        "sgd rejected|not-implemented|error — a link to a secret text: is its line shown?",
        lambda file, canary: file.symlink_to(canary / "secret.txt"),
    ),
    "f-symlink-solution": (
        "sgd rejected|not-implemented|error — a link to the solution",
        lambda file, _: file.symlink_to(COURSE / "solutions" / "sgd.py"),
    ),
    "f-symlink-loop": (
        "sgd rejected|not-implemented|error — a link to itself",
        lambda file, _: file.symlink_to(file.name),
    ),
    "f-sparse": (
        "sgd rejected — three gigabytes of nothing",
        lambda file, _: _sparse(file),
    ),
    "f-unreadable": (
        "sgd rejected|error|passed — mode 000, which root reads all the same",
        lambda file, _: _closed(file, file),
    ),
    "f-folder-unreadable": (
        "sgd rejected|error|not-implemented|passed — a folder of mode 000, which root reads all the same",
        lambda file, _: _closed(file, file.parent),
    ),
}
"""What a folder in git cannot hold: what is expected of it, and how it is made at a path, beside a folder of bait."""


@dataclass(frozen=True)
class Submission:
    """One submission, and what is expected of it."""

    name: str
    stem: str
    expected: tuple[str, ...]
    tries: str
    hidden: bool = False
    """Whether it is judged in a class, twice, with two seeds: what the student reads must be the same."""
    points: float | None = None
    """The most that it may earn, if that is told."""

    @property
    def loops(self) -> bool:
        """Whether it may run until its time is up."""
        return bool(LOOPS & set(self.expected))

    @property
    def harmless(self) -> bool:
        """Whether it reaches for nothing outside."""
        return self.name[0] in HARMLESS

    @property
    def aimed_at_wall(self) -> bool:
        """Whether it is worth a try behind each kind of wall; the others meet the judge, who is always the same."""
        return self.name[0] in EVERY_WALL or self.name.startswith(("t-fill", "t-map"))

    def lay(self, folder: Path, canary: Path) -> None:
        """Make the folder that is handed in.

        Args:
            folder: where; it is made.
            canary: the folder of bait.

        """
        folder.mkdir()
        folder.chmod(0o755)
        if self.name in SPECIAL:
            SPECIAL[self.name][1](folder / f"{self.stem}.py", canary)
            return
        for file in (HERE / ("hidden" if self.hidden else "submissions") / self.name).glob("*.py"):
            (folder / file.name).write_bytes(filled(file, canary))


def solution(stem: str) -> bytes:
    """Return the solution of a topic, as it stands in the checkout."""
    return (COURSE / "solutions" / f"{stem}.py").read_bytes()


def filled(file: Path, canary: Path) -> bytes:
    """Return a submission's text with its markers filled in."""
    text = file.read_bytes()
    fills: dict[bytes, Callable[[], bytes]] = {
        b"@FREE@": (HERE / "prelude.txt").read_bytes,
        b"@CANARY@": lambda: os.fsencode(canary),
        b"@SOLUTION@": lambda: solution(file.stem).rstrip(b"\n"),
        b"@SEEN@": lambda: repr(_seen(file.stem)).encode(),
        b"@ANSWERS@": lambda: base64.b64encode(stored.path(Topic.load(file.stem)).read_bytes()),
    }
    for marker, fill in fills.items():
        if marker in text:
            text = text.replace(marker, fill())
    return text


@functools.cache
def _seen(stem: str) -> set[str]:
    """How the visible cases begin: each parameter together with its first gradient."""
    begins = (
        begin for case in case_set.visible(Topic.load(stem)) for begin in zip(case.params, case.grads[0], strict=True)
    )
    return {hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] for param, grad in begins}


def _read(name: str, line: str, *, hidden: bool = False) -> Submission:
    (stem, statuses, *points), tries = line.strip().split(" — ", 1)[0].split(), line.strip().split(" — ", 1)[1]
    expected = tuple(statuses.split("|"))
    if unknown := set(expected) - STATUSES:
        raise ValueError(f"{name} expects {', '.join(unknown)}, which is no status")
    return Submission(name, stem, expected, tries, hidden, float(points[0]) if points else None)


@functools.cache
def submissions() -> dict[str, Submission]:
    """All of them, by name."""
    found = [_read(name, line) for name, (line, _) in SPECIAL.items()]
    for folder in ("submissions", "hidden"):
        for path in (HERE / folder).iterdir():
            if path.is_dir():
                line = (path / "expect.txt").read_text("utf-8")
                found.append(_read(path.name, line, hidden=folder == "hidden"))
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}
