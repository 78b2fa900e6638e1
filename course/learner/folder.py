"""`course init`: lessons, skeletons and what pytest needs, written into a folder of the learner's own.

Typed again, it brings that folder up to date. A file that is still as it was written is replaced by the newer one. A
skeleton that somebody has begun to fill in is never touched; any other file that somebody has changed, a notebook that
was run for instance, stays until the course has a newer one, and is then kept beside it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from course.system import atomic, workspace
from course.system.workspace import MARKER, SKELETONS
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTS = texts(__file__)

PYTEST = """[pytest]
testpaths = tests/exercises
addopts = -ra --strict-markers --import-mode=importlib
"""
"""A learner's `pytest`, as pyproject.toml sets it up in a clone."""
BROUGHT = ("lessons/en/*.ipynb", "lessons/zh/*.ipynb", "lessons/LICENSE", "tests/exercises/*.py")
"""What is copied as it is."""

CLONE = TEXTS["clone"]
NO_FOLDER = TEXTS["no-folder"]
NOT_EMPTY = TEXTS["not-empty"]
MADE = TEXTS["made"]
CURRENT = TEXTS["current"]
UPDATED = TEXTS["updated"]
KEPT = TEXTS["kept"]


def init(directory: Path | None, skeletons: Mapping[str, str]) -> Text:
    """Make a folder to learn in, or bring one up to date.

    Args:
        directory: which one; None means the workspace that we are in, or else the present folder.
        skeletons: by stem, the text of the file that the learner fills in.

    Returns:
        What was done.

    Raises:
        CourseError: the folder will not do, or this copy of the course is not whole. Nothing has been written then.

    """
    root = _chosen(directory)
    files = dict(_files(skeletons))
    known = root.is_dir() and (root / MARKER).is_file()
    record = _record(root) if known else {}
    if not known:
        root.mkdir(parents=True, exist_ok=True)
        _write_record(root, record)  # first of all: the next call goes on where this one was interrupted
    written, kept = 0, []
    for name, content in files.items():
        done, aside = _bring(root / name, content, record.get(name), own=(root / name).is_relative_to(root / SKELETONS))
        written += done
        if aside:
            kept.append(KEPT.format(name=name, kept=aside.name))
        record[name] = _sum(content)
    _write_record(root, record)
    if not known:
        return MADE.format(folder=root)
    said = (UPDATED if written else CURRENT).format(folder=root, count=written)
    return Text.joined([said, *kept], en="\n", zh="\n")


def unused(file: Path) -> Path:
    """Return a free name beside the file, for what is put aside: a notebook is to be opened, nothing else to be run."""
    number = 1
    while (free := file.with_name(_numbered(file, number))).exists():
        number += 1
    return free


def _numbered(file: Path, number: int) -> str:
    return f"{file.stem}.{number}.ipynb" if file.suffix == ".ipynb" else f"{file.name}.{number}.bak"


def _chosen(directory: Path | None) -> Path:
    """Return the chosen folder, if it will do."""
    found = workspace.find()
    if directory is None and found and (found.root / MARKER).is_file():
        return found.root
    root = (directory or Path()).expanduser().resolve()
    clone = workspace.checkout()
    if clone and root.is_relative_to(clone):
        raise CourseError(CLONE.format(folder=root))
    if root.exists() and not root.is_dir():
        raise CourseError(NO_FOLDER.format(folder=root))
    if root.is_dir() and not (root / MARKER).is_file() and any(map(_foreign, root.iterdir())):
        raise CourseError(NOT_EMPTY.format(folder=root))
    return root


def _foreign(entry: Path) -> bool:
    """Return whether somebody's work may lie there: an environment and what is hidden are nobody's work."""
    return not (entry.name.startswith(".") or (entry / "pyvenv.cfg").is_file())


def _files(skeletons: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield all files of the folder, as the installed course has them."""
    base = workspace.data("")
    for pattern in BROUGHT:
        found = sorted(base.glob(pattern))
        if not found:
            raise CourseError(workspace.NOT_WHOLE.format(name=pattern))
        for path in found:
            yield path.relative_to(base).as_posix(), path.read_bytes()
    yield "pytest.ini", PYTEST.encode()
    for stem, text in skeletons.items():
        yield (SKELETONS / f"{stem}.py").as_posix(), text.encode()


def _bring(file: Path, content: bytes, before: str | None, *, own: bool) -> tuple[bool, Path | None]:
    """Bring one file up to date; return whether it was written, and where what lay there was put aside.

    Args:
        file: where it lies.
        content: what the course has now.
        before: the sum of what the course wrote there the last time.
        own: whether the learner is to change it.

    """
    aside = None
    if file.exists():
        there = file.read_bytes()
        changed = _sum(there) != before
        if there == content or (changed and (own or before == _sum(content))):
            return False, None
        if changed:
            aside = unused(file)
            file.rename(aside)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        atomic.write(file, content)
    except BaseException:
        if aside:
            aside.rename(file)
        raise
    return True, aside


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record(root: Path) -> dict[str, str]:
    """Return what was written, by name; a damaged record knows nothing, so that everything changed is kept."""
    try:
        told = json.loads((root / MARKER).read_text("utf-8"))["written"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {str(name): str(found) for name, found in told.items()} if isinstance(told, dict) else {}


def _write_record(root: Path, record: dict[str, str]) -> None:
    atomic.write(root / MARKER, json.dumps({"written": record}, indent=1) + "\n")
