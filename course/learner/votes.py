"""What a learner has predicted before the experiments: kept in the workspace, never sent anywhere.

Each lesson has a file of its own, so that two open lessons do not write to the same one, in a folder that git ignores.
An answer is stored by its English text: it is found again in the other language and in another order, and a vote for
an answer that a newer course no longer has is forgotten. Outside a workspace that `course init` has made, and while
`COURSE_LEARNER` points to other files, votes last as long as the kernel.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from course.system import atomic, workspace
from course.system.workspace import MARKER

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".downhill-votes"

_kept: dict[str, dict[str, str]] = {}
"""By lesson and prediction, what was voted for in this kernel."""


def votes(stem: str) -> dict[str, str]:
    """Return the answers voted for in a lesson, by the name of the prediction."""
    return {**_stored(stem), **_kept.get(stem, {})}


def vote(stem: str, name: str, answer: str) -> None:
    """Keep a vote, in place of an earlier one.

    Args:
        stem: the lesson.
        name: of the prediction.
        answer: its English text.

    """
    _kept.setdefault(stem, {})[name] = answer
    folder = _folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):  # a disk that cannot be written to: the vote lasts as long as the kernel
        if not (folder / ".gitignore").is_file():
            folder.mkdir(exist_ok=True)
            atomic.write(folder / ".gitignore", "*\n")
        atomic.write(folder / f"{stem}.json", json.dumps(votes(stem), ensure_ascii=False, indent=1) + "\n")


def _folder() -> Path | None:
    found = None if os.environ.get("COURSE_LEARNER") else workspace.find()
    return found.root / FOLDER if found and (found.root / MARKER).is_file() else None


def _stored(stem: str) -> dict[str, str]:
    folder = _folder()
    if folder is None:
        return {}
    try:
        told = json.loads((folder / f"{stem}.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):  # nothing voted yet, or not by us
        return {}
    return {str(name): str(answer) for name, answer in told.items()} if isinstance(told, dict) else {}
