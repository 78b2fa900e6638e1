"""`course init`: lessons, skeletons and what pytest needs, written into a folder of the learner's own.

In a clone it is `learn`, which git ignores, and `make lab` makes it and brings it up to date; elsewhere the learner
names it. A file that is still as it was handed out is replaced by the newer one. A skeleton that somebody has begun to
fill in is never touched. A lesson that somebody has run or edited stays: the newer one is offered, and
`course init --newer` takes it and keeps the other beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from course.learner.copies import Came, bring, mark
from course.learner.takeover import take_over
from course.system import atomic, workspace
from course.system.workspace import LEARN, MARKER, SKELETONS
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTS = texts(__file__)

PYTEST = """[pytest]
testpaths = tests/exercises
addopts = -ra --strict-markers --import-mode=importlib
"""
"""A learner's `pytest`, as pyproject.toml sets it up in a clone."""
BROUGHT = (
    "lessons/en/*.ipynb",
    "lessons/zh/*.ipynb",
    "lessons/en/*.svg",
    "lessons/zh/*.svg",
    "lessons/LICENSE",
    "tests/exercises/*.py",
)
"""What is copied as it is."""

CLONE = TEXTS["clone"]
NO_FOLDER = TEXTS["no-folder"]
NOT_EMPTY = TEXTS["not-empty"]


@dataclass
class Update:
    """What a call has done to the folder; printed, it is a few sentences."""

    root: Path
    made: bool
    written: int = 0
    taken: list[str] = field(default_factory=list)
    """What was taken over from the clone."""
    aside: list[Text] = field(default_factory=list)
    """A sentence for each file that was put aside."""
    lessons: list[str] = field(default_factory=list)
    """Lessons of which there are newer ones, though somebody has worked in these."""
    exercises: list[str] = field(default_factory=list)
    """Topics whose skeleton has changed, though somebody has begun with them; told once."""

    @property
    def news(self) -> list[Text]:
        """What a learner should read even if nobody asked for it."""
        said = []
        if self.taken:
            said.append(TEXTS["taken"].format(folder=self.root.name, names=" ".join(self.taken)))
        said += self.aside
        if self.lessons:
            said.append(TEXTS["newer-lessons"].format(names=" ".join(self.lessons)))
        if self.exercises:
            first = self.exercises[0]
            said.append(TEXTS["newer-skeletons"].format(names=" ".join(self.exercises), first=first))
        return said

    def text(self) -> Text:
        """Say what was done, and the news."""
        if self.made:
            done = TEXTS["made-in-clone"] if self.root.parent == workspace.checkout() else TEXTS["made"]
        else:
            done = TEXTS["updated"] if self.written else TEXTS["current"]
        return Text.joined([done.format(folder=self.root, count=self.written), *self.news], en="\n", zh="\n")


def init(directory: Path | None, skeletons: Mapping[str, str], *, newer: bool = False) -> Update:
    """Make a folder to learn in, or bring one up to date.

    Args:
        directory: which one; None means the workspace that we are in, in a clone the folder `learn`, or else the
            present folder.
        skeletons: by stem, the text of the file that the learner fills in.
        newer: whether newer lessons take the place of those that somebody has worked in, which are kept beside them.

    Returns:
        What was done.

    Raises:
        CourseError: the folder will not do, or this copy of the course is not whole. Nothing has been written then.

    """
    root = _chosen(directory)
    files = dict(_files(skeletons))
    made = not (root / MARKER).is_file()
    record = {} if made else _record(root)
    update = Update(root, made)
    if made:
        root.mkdir(parents=True, exist_ok=True)
        if _in_clone(root):
            update.taken = take_over(root, skeletons)
            files = dict(_files(skeletons))  # the clone has them again as they were handed out
            record = {name: mark(files[name], Path(name).suffix) for name in update.taken if name in files}
        _write_record(root, record)  # first of all: the next call goes on where this one was interrupted
    for name, content in files.items():
        _bring(update, record, name, content, newer=newer)
    _write_record(root, record)
    return update


def _bring(update: Update, record: dict[str, str], name: str, content: bytes, *, newer: bool) -> None:
    file = update.root / name
    own = file.is_relative_to(update.root / SKELETONS)
    came, kept = bring(file, content, record.get(name), own=own, newer=newer)
    update.written += came in {Came.WRITTEN, Came.ASIDE}
    if came is Came.ASIDE:
        update.aside.append(TEXTS["kept"].format(name=name, kept=kept.name))
    if came is Came.OFFERED and own:
        update.exercises.append(file.stem)
    elif came is Came.OFFERED:
        update.lessons.append(name)
        return  # it is offered again, until it is taken
    record[name] = mark(content, file.suffix)


def _in_clone(root: Path) -> bool:
    clone = workspace.checkout()
    return clone is not None and root == clone / LEARN


def _chosen(directory: Path | None) -> Path:
    """Return the chosen folder, if it will do."""
    found, clone = workspace.find(), workspace.checkout()
    if directory is None and found:
        return clone / LEARN if clone and found.root == clone else found.root
    root = (directory or Path()).expanduser().resolve()
    if clone and root.is_relative_to(clone) and root != clone / LEARN:
        raise CourseError(CLONE.format(folder=root, learn=clone / LEARN))
    if root.exists() and not root.is_dir():
        raise CourseError(NO_FOLDER.format(folder=root))
    if root.is_dir() and not (root / MARKER).is_file() and not _in_clone(root) and any(map(_foreign, root.iterdir())):
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


def _record(root: Path) -> dict[str, str]:
    """Return what was written, by name; a damaged record knows nothing, so that everything changed is kept."""
    try:
        told = json.loads((root / MARKER).read_text("utf-8"))["written"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {str(name): str(found) for name, found in told.items()} if isinstance(told, dict) else {}


def _write_record(root: Path, record: dict[str, str]) -> None:
    text = json.dumps({"written": record}, indent=1) + "\n"
    if not (root / MARKER).is_file() or (root / MARKER).read_bytes() != text.encode():
        atomic.write(root / MARKER, text)
