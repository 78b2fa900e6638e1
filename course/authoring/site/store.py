"""What the builder has made before and need not make again: in `build/runs`, each file named for what decided it."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from course.system import atomic
from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

KEPT = ROOT / "build" / "runs"
CODE = (
    "course/lab",
    "course/grading",
    "course/lesson",
    "course/learner",
    "course/system",
    "course/topics",
    "solutions",
)
"""What notebooks run and read, any topic's own files among it: whatever of it changes may change what they show."""
ALONE = ("course/rule.py", "course/text.py", "course/topic.py")
SUFFIXES = {".py", ".toml", ".json", ".npz", ".css", ".ttf"}
"""A lesson's text is no file of these: whoever asks tells what of it decides, see `key`."""


def key(*told: str, by: tuple[str, ...]) -> str:
    """Return what names a thing that was made for a lesson: another name whenever it might be another thing.

    Args:
        told: what decides it besides the course's own files.
        by: the files of the builder that make it.

    Returns:
        16 hexadecimal digits.

    """
    found = hashlib.sha256(_shared())
    for each in told:
        found.update(each.encode() + b"\0")
    _add(found, [ROOT / "course/authoring/site" / each for each in by])
    return found.hexdigest()[:16]


@cache
def _shared() -> bytes:
    found = hashlib.sha256(repr((sys.version_info[:2], [version(each) for each in ("numpy", "torch")])).encode())
    for folder in CODE:
        _add(found, _within(ROOT / folder))
    _add(found, [ROOT / each for each in ALONE])
    return found.digest()


def _within(folder: Path) -> Iterable[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES)


def _add(found: Any, files: Iterable[Path]) -> None:
    for file in files:
        found.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())


def find(name: str, key_of_it: str, suffix: str = "json") -> bytes | None:
    """Return what was kept under a name, if nothing that decides it has changed since.

    Args:
        name: what it is.
        key_of_it: what decides it, see `key`.
        suffix: of its file's name.

    Returns:
        The file's content, or None.

    """
    try:
        return (KEPT / f"{name}-{key_of_it}.{suffix}").read_bytes()
    except OSError:
        return None


def keep(name: str, key_of_it: str, content: bytes, suffix: str = "json") -> None:
    """Keep something in place of what was kept under its name before.

    Args:
        name: what it is.
        key_of_it: what decided it, see `key`.
        content: of its file.
        suffix: of its file's name.

    """
    KEPT.mkdir(parents=True, exist_ok=True)
    for older in KEPT.glob(f"{name}-{'[0-9a-f]' * 16}.{suffix}"):
        older.unlink()
    atomic.write(KEPT / f"{name}-{key_of_it}.{suffix}", content)


def data(name: str, key_of_it: str) -> Any:
    """Return data that was kept under a name, as `find` does; a damaged file is none, and what it held is made again.

    Args:
        name: what it is.
        key_of_it: what decides it, see `key`.

    Returns:
        The data, or None.

    """
    try:
        return json.loads(find(name, key_of_it) or b"null")
    except (ValueError, RecursionError):
        return None


def made(name: str, key_of_it: str, make: Callable[[], Any]) -> Any:
    """Return what was kept, or make it and keep it.

    Args:
        name: what it is.
        key_of_it: what decided it, see `key`.
        make: makes it, as data that JSON can hold.

    Returns:
        The data.

    """
    found = data(name, key_of_it)
    if found is not None:
        return found
    new = make()
    keep(name, key_of_it, json.dumps(new, ensure_ascii=False).encode())
    return new
