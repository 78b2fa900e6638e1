"""`course class export`: the marks of a class, and what platforms grade with, as files."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.classroom import names
from course.classroom.bar import bar
from course.classroom.directory import ClassDirectory
from course.classroom.paragraphs import listed
from course.exports import junit, kits, roster, spreadsheets
from course.system import atomic, refusal
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from course.exports.spreadsheets import Sheet

TEXTS = texts(__file__)

EXPORT = Text(en="export", zh="导出")


@dataclass(frozen=True)
class Packed:
    """A file to upload to a platform."""

    name: str
    pack: Callable[..., bytes]
    secret: bool
    """Whether the class's secret seed is in it."""
    told: Text


FROM_MARKS: Mapping[str, tuple[str, Callable[[Sheet], str]]] = {
    "canvas": ("grades-canvas.csv", spreadsheets.canvas),
    "moodle": ("grades-moodle.csv", spreadsheets.moodle),
}
KITS = {
    "gradescope": Packed("gradescope-autograder.zip", kits.gradescope, secret=True, told=TEXTS["gradescope"]),
    "prairielearn": Packed("prairielearn-questions.zip", kits.prairielearn, secret=True, told=TEXTS["prairielearn"]),
    "classroom50": Packed("classroom50-autograder.zip", kits.classroom50, secret=False, told=TEXTS["classroom50"]),
}
FORMATS = (*FROM_MARKS, "junit", *KITS)


def export(
    directory: Path,
    form: str,
    stems: Sequence[str] = (),
    *,
    skeletons: Mapping[str, str],
    output: Path | None = None,
    so_far: bool = False,
    into: Path | None = None,
    trust_students: bool = False,
) -> Text:
    """Write a class's marks, or what a platform grades with, to a file.

    Args:
        directory: the class.
        form: a name in `FORMATS`.
        stems: the topics; all of the class, if none is named.
        skeletons: by topic, what students begin with.
        output: the file; one in the class's directory, if None.
        so_far: whether a submission that waits for a mark by hand counts with the points that it has.
        into: a gradebook that Canvas has exported, to fill the marks into.
        trust_students: whether the platform may run students' files where nothing shuts them in.

    Returns:
        What was written, and what is not in it.

    Raises:
        CourseError: there is nothing to write, the gradebook is not what grading wrote, or the file cannot be written.

    """
    room = ClassDirectory.find(directory)
    wanted = room.released(list(stems))
    if into and form != "canvas":
        raise CourseError(TEXTS["into-canvas-alone"])
    if form in KITS:
        kit = KITS[form]
        path = (output or room.root / kit.name).expanduser()
        seed = room.seed() if kit.secret else ""
        _write(path, kit.pack(wanted, skeletons, seed=seed, trusted=trust_students), secret=kit.secret)
        told = kit.told.format(file=path)
        return told + TEXTS["secret"] if kit.secret else told
    sheet, waiting = _marks(room, wanted, so_far=so_far)
    if form == "junit":
        path = (output or room.root / "grades-junit.xml").expanduser()
        return _junit(room, sheet, path)
    name, write = FROM_MARKS[form]
    path = (output or room.root / name).expanduser()
    more: list[Text] = []
    if into:
        filled = roster.fill(sheet, _exported(into))
        text, more = filled.text, _not_fitting(filled)
    else:
        text = write(sheet)
    _write(path, text.encode("utf-8"))
    given = sum(mark.points is not None for mark in sheet.marks.values())
    blank = len(sheet.students) * len(sheet.worth) - len(sheet.marks)
    told = TEXTS["marks"].format(given=given, students=len(sheet.students), topics=len(sheet.worth), file=path)
    if blank:
        told += TEXTS["blank"].format(count=blank)
    if waiting:
        told += (TEXTS["counted"] if so_far else TEXTS["waiting"]).format(count=waiting)
    for each in more:
        told += each
    return told


def _exported(file: Path) -> str:
    """Read the file that Canvas has exported.

    Raises:
        CourseError: it cannot be read.

    """
    try:
        return file.expanduser().read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CourseError(TEXTS["no-text"].format(file=file)) from problem
    except OSError as problem:
        raise CourseError(TEXTS["not-read"].format(file=file, why=refusal.sentence(problem))) from problem


def _not_fitting(filled: roster.Filled) -> list[Text]:
    """What an instructor should look at before importing."""
    told = []
    if filled.strangers:
        shown = [Text(en=names.shown(each), zh=names.shown(each)) for each in filled.strangers]
        told.append(listed(TEXTS["strangers"].format(count=len(shown)), shown))
    if filled.other_worth:
        columns = " ".join(filled.other_worth)
        told.append(TEXTS["other-worth"].format(columns=columns))
    return told


def _marks(room: ClassDirectory, stems: Sequence[str], *, so_far: bool) -> tuple[Sheet, int]:
    """Read the gradebook, which must be what grading wrote: from here on nobody holds the marks against anything."""
    from course.classroom import nbgrader_steps  # first: it says what to install where nbgrader is missing

    address, course = nbgrader_steps.gradebook_of(room)
    strange = [each.line() for each in nbgrader_steps.strangers(room, stems, mend=False) if each.suspect]
    if strange:
        raise CourseError(TEXTS["not-as-written"] + listed(TEXTS["differing"], strange))
    from course.classroom import marks

    sheet, waiting = marks.sheet(address, course, stems, so_far=so_far)
    if not sheet.marks:
        raise CourseError(TEXTS["nothing"])
    return sheet, waiting


def _junit(room: ClassDirectory, sheet: Sheet, path: Path) -> Text:
    """The stored verdicts; a written answer is no testcase."""
    from course.classroom.store import Store

    asked = [(each.id, stem) for stem in sheet.worth for each in sheet.students if (each.id, stem) in sheet.marks]
    shown = bar(EXPORT, asked, shown=True, delay=2, leave=False)
    with Store(room) as store:
        records = [(student, store.load(stem, student)) for student, stem in shown]
    found = [(student, record.verdict) for student, record in records if record]
    _write(path, junit.of_class(found).encode("utf-8"))
    told = TEXTS["verdicts"].format(count=len(found), file=path)
    return told + TEXTS["lost"].format(count=len(asked) - len(found)) if len(found) < len(asked) else told


def _write(path: Path, content: bytes, *, secret: bool = False) -> None:
    """Write the file whole; what holds a secret is its owner's alone from the first byte on.

    Raises:
        CourseError: it cannot be written.

    """
    made = False
    try:
        if secret:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                made = True
            path.chmod(0o600)
        atomic.write(path, content)
    except BaseException as problem:
        if made:  # and empty
            path.unlink(missing_ok=True)
        if isinstance(problem, OSError):
            raise CourseError(TEXTS["not-written"].format(file=path, why=refusal.sentence(problem))) from problem
        raise
