"""The verdict on each submission: the stored one while it is still valid, a new one otherwise."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from course.classroom import disk, history, intake, judging, names, trust
from course.classroom.directory import digest, digest_of
from course.classroom.record import Entered, Record
from course.classroom.store import Store
from course.grading import tickets
from course.grading.sandbox import Limits
from course.grading.saved import LARGEST_FILE
from course.grading.verdict import Verdict
from course.text import CourseError, Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from course.classroom.directory import ClassDirectory
    from course.classroom.history import Attempt

__all__ = ["Grading", "HandedIn", "Record", "autograded", "fresh", "load", "note_notebook", "save"]


@dataclass(frozen=True)
class HandedIn:
    """What is known of one submission before it is judged."""

    stem: str
    student: str
    keys: Mapping[bool, str]
    """Of everything that a verdict depends on, by whether it is judged behind a full wall."""
    file: str
    """A hash of what was handed in."""
    source: bytes | None = field(repr=False)
    """What is in the file; None if there is none."""
    beside: Mapping[str, bytes] = field(repr=False)
    """By kind of exercise, what is in the files for extra points that were handed in."""
    record: Record | None
    """The stored record, if its verdict is on what was handed in."""
    entered: Entered
    """What the gradebook holds, remembered until the writer has replaced it."""
    earlier: tuple[Attempt, ...]
    """The history so far."""
    aside: Path | None
    """The file for a stored record that the class has not signed."""


class Grading:
    """What is the same for all submissions of one run: the class, its store, and what every verdict depends on."""

    def __init__(self, room: ClassDirectory, store: Store) -> None:
        self.room, self.store = room, store
        self.seed = room.seed()
        self.limits = Limits()
        self.course = judging.fingerprint()
        self.trusted = trust.given(room)
        self.walled = trust.walled()

    def look(self, stem: str, student: str) -> HandedIn:
        """Read a submission and what is stored of it; set aside what the class has not signed.

        Args:
            stem: the topic.
            student: whose submission.

        Returns:
            What is known.

        Raises:
            CourseError: the file, or the store, cannot be read.

        """
        source = _content(self.room, stem, student, f"{stem}.py")
        names_beside = {kind: tickets.file_name(Topic.load(stem), kind) for kind in tickets.KINDS}
        found = {kind: _beside(self.room, stem, student, name) for kind, name in names_beside.items()}
        beside: dict[str, bytes] = {kind: each for kind, each in found.items() if each is not None}
        reason = intake.why_without_code(self.room, stem, student)
        content = [b"", b"missing"] if source is None else [source]
        content += [part for kind, each in beside.items() for part in (kind.encode(), each)]
        asked = [*content, *([b"reason", reason.en.encode()] if reason else [])]
        keys = {walled: self._key(asked, walled=walled) for walled in (True, False)}
        known = self.store.load(stem, student)
        aside = None if known else self.store.set_aside(stem, student)
        return HandedIn(
            stem=stem,
            student=student,
            keys=keys,
            file=digest(*content)[:16],
            source=source,
            beside=beside,
            record=known if known and known.key in {keys[True], keys[self.walled]} else None,
            entered=replace(known.entered, made_from="") if known else Entered(),
            earlier=known.history if known else self.store.history(stem, student),
            aside=aside,
        )

    def _key(self, asked: Sequence[bytes], *, walled: bool) -> str:
        wall = () if walled else (b"no wall",)
        return digest(
            digest(*asked).encode(), self.seed.encode(), str(self.limits).encode(), self.course.encode(), *wall
        )

    def judged_before(self, submission: HandedIn) -> Record | None:
        """Make the record of a submission whose content has been judged already, whoever handed it in.

        Args:
            submission: what is known of it.

        Returns:
            The record, not stored yet; None if nobody's like it is in the store.

        Raises:
            CourseError: the store cannot be read.

        """
        for key in dict.fromkeys((submission.keys[True], submission.keys[self.walled])):
            verdict = self.store.judged(submission.stem, key)
            if verdict is not None:
                return self._record(submission, key, verdict)
        return None

    def work(self, submission: HandedIn) -> tuple[str, bytes | None, str, dict[str, Any], str]:
        """Return what `judging.judge_file` needs to know, apart from `options`."""
        return submission.stem, submission.source, self.seed, asdict(self.limits), self.course

    def options(self, submission: HandedIn) -> dict[str, Any]:
        """Return what `judging.judge_file` is told by name."""
        return {"trusted": self.trusted} | ({"beside": dict(submission.beside)} if submission.beside else {})

    def record(self, submission: HandedIn, judged: str) -> Record:
        """Make the record of a submission that has just been judged, or one with the same content has.

        Args:
            submission: what is known of it.
            judged: what `judging.judge_file` has returned.

        Returns:
            The record, not stored yet.

        Raises:
            ValueError, KeyError, TypeError: that is no verdict.

        """
        told = json.loads(judged)
        return self._record(submission, submission.keys[told["walled"] is True], Verdict.from_json(told["verdict"]))

    def _record(self, submission: HandedIn, key: str, verdict: Verdict) -> Record:
        stem, student = submission.stem, submission.student
        if submission.source is None:
            verdict = replace(verdict, message=_not_handed_in(self.room, stem, student))
        at = history.handed_in_at(self.room.submission(stem, student), stem)
        attempt = history.Attempt.of(verdict.to_json(), at, submission.file)
        if submission.source is None:
            attempt = replace(attempt, status=history.NOT_HANDED_IN)
        return Record(key, verdict, submission.entered, history.added(submission.earlier, attempt))


def _content(room: ClassDirectory, stem: str, student: str, name: str) -> bytes | None:
    """What was taken in under a name; None if there is no file.

    Raises:
        CourseError: there is one that cannot be read.

    """
    file = room.submission(stem, student) / name
    if file.is_symlink() or not file.is_file():
        return None
    try:
        return disk.read(file.parents[1], file.parts[-2:], LARGEST_FILE)
    except disk.UnreadableError as problem:
        raise CourseError(Text(en=f"{name} ", zh=f"{name} ") + problem.text) from problem


def load(room: ClassDirectory, stem: str, student: str) -> Record | None:
    """Read the record of one submission.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        The record; None if there is none, or none that grading has written.

    """
    with Store(room) as store:
        return store.load(stem, student)


def save(room: ClassDirectory, stem: str, student: str, record: Record) -> None:
    """Store the record of one submission.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.
        record: what to store.

    """
    with Store(room) as store:
        store.save(stem, student, record)


def note_notebook(room: ClassDirectory, stem: str, student: str) -> None:
    """Keep the hash of the autograded notebook that has just been written, if the judge has marked it.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    """
    with Store(room) as store:
        record = store.load(stem, student)
        if record and record.entered.made_from:
            now = digest_of(autograded(room, stem, student))
            store.save(stem, student, replace(record, entered=replace(record.entered, notebook=now)))


def autograded(room: ClassDirectory, stem: str, student: str) -> Path:
    """Return the path where nbgrader puts the notebook with the judge's report.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        The path; the file may be missing.

    """
    return room.autograded / student / stem / f"{stem}.ipynb"


def fresh(room: ClassDirectory, stem: str, student: str) -> Record:
    """Return the stored record if it is still valid; otherwise judge the submission and store a new one.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        The record, which is stored.

    Raises:
        CourseError: it cannot be judged, or not stored.

    """
    with Store(room) as store:
        grading = Grading(room, store)
        submission = grading.look(stem, student)
        if submission.record:
            return submission.record
        trust.need(room)
        record = grading.judged_before(submission)
        if record is None:
            judged = judging.judge_file(*grading.work(submission), **grading.options(submission))
            record = grading.record(submission, judged)
        store.save(stem, student, record)
        return record


def _beside(room: ClassDirectory, stem: str, student: str, name: str) -> bytes | None:
    """Return a file handed in for extra points; None also where it cannot be read, which costs nothing else."""
    try:
        return _content(room, stem, student, name)
    except CourseError:
        return None


def _not_handed_in(room: ClassDirectory, stem: str, student: str) -> Text:
    """The judge's sentence for a missing file is a learner's at home; a student who has handed in needs another."""
    reason = intake.why_without_code(room, stem, student)
    if reason:
        return Text(en=f"{stem}.py ", zh=f"{stem}.py ") + reason + HAND_IN
    folder = room.submission(stem, student)
    others = ", ".join(
        names.quoted(each.name) for each in sorted(folder.glob("*.py"))[:5] if not tickets.of_a_kind(each.name)
    )
    if others:
        return Text(
            en=f"{stem}.py was not handed in; the Python files in the submission are: {others}. The name must be "
            f"exactly {stem}.py.",
            zh=f"没有上交 {stem}.py，提交中的 Python 文件有 {others}。文件名必须正好是 {stem}.py。",
        )
    return Text(en=f"{stem}.py was not handed in.", zh=f"没有上交 {stem}.py。")


HAND_IN = Text(en=": hand in the file itself, under its name.", zh="。请上交文件本身，不要改文件名。")
