"""What learners are told where the wall is not full: once in an environment, and then no more.

Each face that reports on a file asks after its report and shows what it gets. `course check --json` tells in every
verdict, and `course class grade` whenever it grades.
"""

from __future__ import annotations

import hashlib
import sys

from course.grading import sandbox
from course.text import Text

MORE = Text(
    en="{note} `SECURITY.md` says more. You will not be told this again here.",
    zh="{note}详见 `SECURITY.zh.md`。此后不再提示。",
)

_said: set[str] = set()
"""What this process has said, for where nothing can be kept."""


def due() -> Text | None:
    """Return what has to be said now and note that it is said; None if the wall is full, or it has been said before."""
    standing = sandbox.known()
    if standing is None or standing.full:
        return None
    # Of one environment and one wall: a machine that loses its wall is told so again.
    mark = hashlib.sha256(f"{sys.prefix}\n{standing.note.en}".encode()).hexdigest()[:16]
    if mark in _said or not _first(mark):
        return None
    _said.add(mark)
    return MORE.format(note=standing.note)


def say() -> None:
    """Print what is due on standard error, which no program takes for the report."""
    text = due()
    if text:
        print(text, file=sys.stderr, flush=True)


def _first(mark: str) -> bool:
    """Leave a mark in the user's state directory; whether there was none. Where none can be left, it is the first."""
    from platformdirs import user_state_path  # only where there is something to say

    try:
        folder = user_state_path("downhill-course", appauthor=False) / "cautions"
        if not folder.is_absolute():  # a user without a home: `~` itself, in the folder that we are in
            return True
        folder.mkdir(parents=True, exist_ok=True)
        (folder / mark).touch(exist_ok=False)
    except FileExistsError:
        return not (folder / mark).exists()  # a file may lie where our folder should
    except (OSError, RuntimeError):  # the second is how newer releases of platformdirs tell of no home
        return True
    return True
