"""One file that is handed out: what tells that somebody has worked in it, and how a newer one comes.

A file that is as it was handed out is replaced. What somebody has written or run stays. A notebook is compared by what
stands in its cells: JupyterLab, when it saves, changes much besides.
"""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from typing import TYPE_CHECKING, Any

from course.system import atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NOTEBOOK = ".ipynb"


class Came(Enum):
    """What became of one file."""

    CURRENT = "nothing newer"
    WRITTEN = "written"
    ASIDE = "written, what lay there is kept beside it"
    OFFERED = "left as it was, though there is a newer one"


def bring(
    file: Path,
    content: bytes,
    before: str | None,
    *,
    own: bool,
    newer: bool = False,
    same: Sequence[bytes] = (),
) -> tuple[Came, Path]:
    """Bring one file up to date.

    Args:
        file: where it lies.
        content: what the course has now.
        before: the mark of what the course wrote there the last time.
        own: whether the learner is to change it; then it is never replaced.
        newer: whether a notebook that somebody has worked in is put aside for the newer one.
        same: other forms of the content, in another language say, which are no newer and no older than it.

    Returns:
        What was done, and where what lay there is now.

    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, content)
        return Came.WRITTEN, file
    there = file.read_bytes()
    if there == content or (saved(there) and mark(there, file.suffix) == mark(content, file.suffix)):
        return Came.CURRENT, file
    if untouched(there, before, file.suffix) or there in same:
        atomic.write(file, content)
        return Came.WRITTEN, file
    known = set[str]().union(*(_marks(each, file.suffix) for each in (content, *same)))
    if mark(there, file.suffix) == mark(content, file.suffix) or before in known:
        return Came.CURRENT, file
    if own or (file.suffix == NOTEBOOK and not newer):
        return Came.OFFERED, file
    return Came.ASIDE, put_aside(file, lambda: atomic.write(file, content))


def untouched(there: bytes, before: str | None, suffix: str) -> bool:
    """Return whether a file is as it was handed out: a notebook that was only opened and saved is, one that ran is not.

    Args:
        there: what is in it.
        before: the mark of what was handed out, or None if nobody knows.
        suffix: of its name.

    Returns:
        True if nobody has worked in it.

    """
    return before in _marks(there, suffix) and not (suffix == NOTEBOOK and before != _sum(there) and has_run(there))


def mark(content: bytes, suffix: str) -> str:
    """Return what a file is known by; for a notebook, what is in its cells that are not empty.

    Args:
        content: what is in the file.
        suffix: of its name.

    Returns:
        A sum in hexadecimal digits.

    """
    if suffix == NOTEBOOK and (cells := _cells(content)) is not None:
        said = [(each.get("cell_type"), _source(each)) for each in cells]
        return _sum(json.dumps([each for each in said if each[1].strip()]).encode())
    return _sum(content)


def saved(content: bytes) -> bool:
    """Return whether JupyterLab has saved a notebook: it then writes a word that no builder of ours does."""
    return b'"nbconvert_exporter"' in content


def has_run(content: bytes) -> bool:
    """Return whether a notebook holds what a kernel has printed."""
    return any(each.get("outputs") or each.get("execution_count") for each in _cells(content) or [])


def put_aside(file: Path, write: Callable[[], None]) -> Path:
    """Rename a file and write another in its place; should that fail, the first has its name again.

    Args:
        file: what lies there.
        write: writes the other one.

    Returns:
        Where the first lies now.

    """
    aside = unused(file)
    file.rename(aside)
    try:
        write()
    except BaseException:
        aside.rename(file)
        raise
    return aside


def unused(file: Path) -> Path:
    """Return a free name beside the file, for what is put aside: a notebook is to be opened, nothing else to be run."""
    number = 1
    while (free := file.with_name(_numbered(file, number))).exists():
        number += 1
    return free


def _numbered(file: Path, number: int) -> str:
    return f"{file.stem}.{number}{NOTEBOOK}" if file.suffix == NOTEBOOK else f"{file.name}.{number}.bak"


def _marks(content: bytes, suffix: str) -> set[str]:
    """Both marks of a file: an older course told notebooks by their bytes."""
    return {_sum(content), mark(content, suffix)}


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _cells(content: bytes) -> list[dict[str, Any]] | None:
    """Return the cells of a notebook; None if it is none."""
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, KeyError, TypeError):
        return None
    return cells if isinstance(cells, list) and all(isinstance(each, dict) for each in cells) else None


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
