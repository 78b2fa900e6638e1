"""What students handed in, found, taken and copied clean: whatever grades reads the copy, `.intake/STUDENT/TOPIC/`.

`submitted/` belongs to the students and to whoever collects from them: nothing is written there, and nothing there is
opened that is not a regular file of bounded size. Work belongs in `submitted/STUDENT/TOPIC/`. Work that lies elsewhere
is taken if it can be one thing only, and what is not taken is named. Whose work it is, is never guessed: that is the
first folder's name.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from course.classroom import entries, history, names
from course.classroom.bar import bar
from course.classroom.candidates import Candidates, Choice, handed_out
from course.classroom.copies import prepare, put_reason, write_folder, writing
from course.classroom.directory import own_place
from course.classroom.disk import UnreadableError
from course.classroom.owners import Owners
from course.classroom.step import OURS
from course.classroom.trouble import said
from course.grading import tickets
from course.text import CourseError, Text, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from course.classroom.directory import ClassDirectory
    from course.classroom.entries import Entry

TEXTS = texts(__file__)

NO_WORKSHEET: str = nbformat.writes(nbformat.v4.new_notebook(metadata={OURS: "unreadable"}))  # type: ignore[no-untyped-call]
"""Stands in for a notebook that was not handed in."""
MOST_EXTRAS, LARGEST_EXTRAS = 100, 20 * 2**20
"""Files and bytes that are kept of what a student added to a submission, for the person who reads it."""

TAKING_IN = Text(en="take in", zh="收取")


@dataclass(frozen=True)
class Remark:
    """One thing about what was handed in that the instructor should see."""

    where: str
    """Below `submitted/`."""
    text: Text
    overlooked: bool = True
    """Whether something may have been handed in that was not graded; if not, it is for information."""

    def line(self) -> Text:
        """Return the remark with its place, on one line."""
        return Text(en=f"{self.where}: {self.text.en}", zh=f"{self.where}：{self.text.zh}")


@dataclass
class Intake:
    """What was taken in."""

    handed_in: list[tuple[str, str]] = field(default_factory=list)
    """Topic and student of every submission in the copy, in teaching order."""
    remarks: list[Remark] = field(default_factory=list)


def take_in(
    room: ClassDirectory,
    stems: Collection[str],
    *,
    open_to: Collection[str] | None = None,
    only: Collection[str] | None = None,
    progress: bool = False,
) -> Intake:
    """Copy what was handed in for these topics to `.intake/`, clean.

    Args:
        room: the class.
        stems: the topics.
        open_to: the topics that were released; work in the wrong place is looked for only for these. All, if None.
        only: the students to look at, if not all.
        progress: whether to show progress on standard error.

    Returns:
        The submissions in the copy, and the remarks on them.

    Raises:
        CourseError: `submitted/` cannot be listed, or the copy cannot be written.

    """
    whole = Intake()
    found = sorted(_listed(room.submitted))
    everyone = {names.plain(each) for each in found}
    taken: set[tuple[str, str]] = set()
    given, owners = handed_out(room), Owners(room.submitted)
    for student in bar(TAKING_IN, found if only is None else sorted(only), shown=progress):
        try:
            one = _Student(room, student, everyone, open_to, given, owners)
            taken |= {(stem, student) for stem in one.take_in(stems)}
            whole.remarks += one.remarks
        except CourseError:
            raise
        except Exception as problem:  # noqa: BLE001 - one student's files never stop the others'
            whole.remarks.append(Remark(names.shown(student), said(problem)))
    _forget_others(room, stems, taken, only)
    whole.handed_in = [(stem, student) for stem in stems for student in found if (stem, student) in taken]
    return whole


def why_without_code(room: ClassDirectory, stem: str, student: str) -> Text | None:
    """Read why the submission has no code.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        A sentence's end, to follow the file's name; None if there simply is no code.

    """
    try:
        return Text.from_json(json.loads(_reason_file(room, stem, student).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _reason_file(room: ClassDirectory, stem: str, student: str) -> Path:
    return room.submission(stem, student).with_name(f"{stem}.json")


def _listed(submitted: Path) -> Iterator[str]:
    """Yield who has a folder, or something else, in `submitted/`."""
    try:
        with os.scandir(submitted) as found:
            yield from (each.name for each in found if not names.is_junk(each.name) or _is_hidden_student(each))
    except FileNotFoundError:
        return
    except OSError as problem:
        raise CourseError(
            Text(
                en=f"{submitted} cannot be listed ({problem.strerror}): it must be a folder that you may read.",
                zh=f"无法列出 {submitted} 的内容（{problem.strerror}）。它必须是你有权读取的文件夹。",
            )
        ) from problem


def _is_hidden_student(entry: os.DirEntry[str]) -> bool:
    """Return whether a hidden folder is a student's after all, so that it is named and not passed over."""
    with suppress(OSError):
        return entry.is_dir(follow_symlinks=False) and any(Path(entry, topic.stem).is_dir() for topic in topics())
    return False


class _Student:
    """One student's folder."""

    def __init__(
        self,
        room: ClassDirectory,
        student: str,
        everyone: Collection[str],
        open_to: Collection[str] | None,
        given: Collection[str],
        owners: Owners,
    ) -> None:
        self.room, self.student = room, student
        self.folder = room.submitted / student
        self.others = set(everyone) - {names.plain(student)}
        self.open_to, self.given, self.owners = open_to, given, owners
        self.remarks: list[Remark] = []

    def remark(self, where: str, text: Text, *, overlooked: bool = True) -> None:
        """Note something about this place in the student's folder."""
        own = names.shown(self.student)
        self.remarks.append(Remark(f"{own}/{where}" if where else own, text, overlooked))

    def take_in(self, stems: Collection[str]) -> list[str]:
        """Copy the student's work for these topics; return those that there is a submission for."""
        refused = self._refused()
        if refused:
            self.remark("", refused)
            return []
        everything = self.room.released([])
        proper = [stem for stem in everything if self._is_folder(stem)]
        look = entries.Look()
        files = [self.owners.checked(each) for each in entries.walk(self.folder, look)]
        by_a_topic = names.only_topic(self.student)
        wares = Candidates(
            self.folder, files, proper, others=self.others, given=self.given, look=look, owners=self.owners
        )
        taken = []
        for stem in everything:
            elsewhere = not by_a_topic and (self.open_to is None or stem in self.open_to)
            code = wares.code(stem, elsewhere=elsewhere)
            sheet = wares.worksheet(stem, elsewhere=elsewhere)
            if stem in proper or code.entry or sheet.entry:
                beside = [wares.beside(stem, kind, elsewhere=elsewhere) for kind in tickets.KINDS]
                wares.used |= {each.entry.parts for each in (code, sheet) if each.entry} | {(stem, history.TIMESTAMP)}
                if stem in stems:
                    self._stage(stem, code, sheet, self._beside(stem, beside), files)
                    self._tell(stem, code, sheet)
                    taken.append(stem)
            else:
                self._ambiguous(code.rivals, f"{stem}.py")
                self._ambiguous(sheet.rivals, f"{stem}.ipynb")
            wares.used |= {each.parts for choice in (code, sheet) for each in choice.rivals}
        if by_a_topic and wares.left_over(stems):
            self.remark("", TEXTS["called-like-a-topic"])
        else:
            for each, text, overlooked in wares.left_over(stems):
                self.remark(each, text, overlooked=overlooked)
        if not files and not proper:
            self.remark("", EMPTY, overlooked=False)
        return taken

    def _refused(self) -> Text | None:
        if self.student.startswith("."):
            return TEXTS["hidden-folder"]
        entry = entries.at(self.folder)
        if entry is None:
            return Text(en="is not there any more", zh="已经不存在")
        if entry.problem is None:
            return TEXTS["file-for-a-folder"]
        if not stat.S_ISDIR(self.folder.lstat().st_mode):
            return entry.problem + Text(en="; a student's folder belongs here", zh="，这里应当是学生的文件夹")
        return names.refused(self.student)

    def _is_folder(self, name: str) -> bool:
        try:
            return stat.S_ISDIR((self.folder / name).lstat().st_mode)
        except OSError:
            return False

    def _ambiguous(self, rivals: Sequence[Entry], file: str) -> None:
        if rivals:
            several = [each.where for each in rivals]
            self.remark(several[0], TEXTS["several"].format(file=file, several=", ".join(several[:5])))

    def _tell(self, stem: str, code: Choice, sheet: Choice) -> None:
        """Say what was taken from another place than its own, what was not, and what lies beside it."""
        for choice, ending in ((code, ".py"), (sheet, ".ipynb")):
            file = f"{stem}{ending}"
            if choice.problem:
                self.remark(f"{stem}/{file}", choice.problem)
            elif choice.entry and choice.entry.parts != (stem, file):
                self.remark(choice.entry.where, TEXTS["taken"].format(file=file, topic=stem), overlooked=False)
            if not choice.entry:
                self._ambiguous(choice.rivals, file)
            else:
                for each in choice.rivals[:3]:
                    self.remark(each.where, TEXTS["also-there"].format(file=file), overlooked=False)

    def _beside(self, stem: str, found: Iterable[Choice]) -> dict[tuple[str, ...], tuple[bytes, int]]:
        """Return the files for extra points, by their names; name those that cannot be taken."""
        taken: dict[tuple[str, ...], tuple[bytes, int]] = {}
        for kind, choice in zip(tickets.KINDS, found, strict=True):
            file = f"{stem}_{kind}.py"
            if choice.entry and choice.problem:
                self.remark(choice.entry.where, choice.problem)
            elif choice.entry:
                taken[file,] = (choice.content, choice.entry.modified)
                if choice.entry.parts != (stem, file):
                    self.remark(choice.entry.where, TEXTS["taken"].format(file=file, topic=stem), overlooked=False)
            self._ambiguous(choice.rivals, file)
        return taken

    def _stage(
        self,
        stem: str,
        code: Choice,
        sheet: Choice,
        beside: dict[tuple[str, ...], tuple[bytes, int]],
        files: Iterable[Entry],
    ) -> None:
        folder = self.room.submission(stem, self.student)
        own = entries.at(self.folder, stem)
        wanted = dict(beside)
        if code.entry:
            wanted[f"{stem}.py",] = (code.content, code.entry.modified)
        wanted[f"{stem}.ipynb",] = (
            (sheet.content, sheet.entry.modified)
            if sheet.entry
            else (NO_WORKSHEET.encode(), own.modified if own else time.time_ns())
        )
        stamp = self._timestamp(stem, code)
        if stamp:
            wanted["timestamp.txt",] = (stamp.encode(), time.time_ns())
        graded = {(f"{stem}.py",), *((f"{stem}_{kind}.py",) for kind in tickets.KINDS)}
        wanted |= self._extras(stem, files, set(wanted) | graded)
        reason = code.problem or (
            TEXTS["could-be"].format(several=", ".join(names.quoted(each.name) for each in code.rivals[:5]))
            if code.rivals and not code.entry
            else None
        )
        with writing(self.room):
            prepare(self.room)
            own_place(self.room.intake, self.student, stem)
            write_folder(folder, wanted)
            put_reason(_reason_file(self.room, stem, self.student), reason)
            modified = own.modified if own else code.entry.modified if code.entry else time.time_ns()
            os.utime(folder, ns=(modified, modified))

    def _timestamp(self, stem: str, code: Choice) -> str | None:
        """Return when it was handed in, as nbgrader writes it; an unreadable timestamp is named and left out."""
        beside = code.entry.parts[:-1] if code.entry and code.entry.member is None else (stem,)
        for place in dict.fromkeys([(stem,), beside]):
            entry = entries.at(self.folder, *place, history.TIMESTAMP)
            if entry is None:
                continue
            try:
                found = history.parsed(self.owners.checked(entry).read(history.LONGEST_TIMESTAMP).decode("utf-8"))
                problem = None if found else TEXTS["no-time"]
            except UnreadableError as failed:
                found, problem = None, failed.text
            except UnicodeDecodeError:
                found, problem = None, TEXTS["no-time"]
            if found:
                return history.as_nbgrader_writes(found)
            if problem:
                self.remark(entry.where, problem + TEXTS["time-of-file"], overlooked=False)
        return None

    def _extras(
        self, stem: str, files: Iterable[Entry], taken: Collection[tuple[str, ...]]
    ) -> dict[tuple[str, ...], tuple[bytes, int]]:
        """Name what else lies in the submission: pictures, notes, helpers. It decides nothing, but may be wanted."""
        kept: dict[tuple[str, ...], tuple[bytes, int]] = {}
        left = LARGEST_EXTRAS
        first = {names.plain(each[0]) for each in taken} | {history.TIMESTAMP}
        for each in files:
            inner = each.parts[1:]
            if each.parts[0] != stem or not inner or each.problem or each.member is not None:
                continue
            if names.plain(inner[0]) in first:  # some file systems would take it for the file itself
                continue
            if names.is_notebook(each.name) or not all(part.isprintable() for part in inner):
                continue
            with suppress(UnreadableError):
                content = each.read(left)
                left -= len(content)
                kept[inner] = (content, each.modified)
            if len(kept) >= MOST_EXTRAS:
                break
        return kept


def _forget_others(
    room: ClassDirectory, stems: Collection[str], taken: Collection[tuple[str, str]], only: Collection[str] | None
) -> None:
    """Remove copies of what is not handed in any more, of one student or of all."""
    with writing(room):
        for student in sorted(room.intake.iterdir()) if room.intake.is_dir() else ():
            if student.is_symlink():
                student.unlink()
            for stem in stems if only is None or student.name in only else ():
                if (stem, student.name) in taken:
                    continue
                own_place(room.intake, student.name, stem)
                if (student / stem).is_dir():
                    shutil.rmtree(student / stem)
                    (student / f"{stem}.json").unlink(missing_ok=True)


EMPTY = Text(en="is empty", zh="是空文件夹")
