"""The judge's verdicts on a class: judged in parallel, kept on disk, asked again only when something has changed."""

from __future__ import annotations

import functools
import importlib.metadata
import itertools
import json
import os
import tempfile
from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from course.classroom import disk, history, intake, names, trust
from course.classroom.directory import ClassDirectory, digest, digest_of, own_place
from course.classroom.entered import Entered
from course.grading.judge import judge
from course.grading.sandbox import Limits
from course.grading.saved import LARGEST_FILE
from course.grading.verdict import Verdict
from course.system import atomic
from course.text import Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from concurrent.futures import Executor


@dataclass(frozen=True)
class Record:
    """What is known of one submission."""

    key: str
    """Of everything that the verdict depends on; another key means: judge again."""
    verdict: Verdict
    entered: Entered = field(default_factory=Entered)
    """What was written of it to the gradebook."""
    history: tuple[history.Attempt, ...] = ()
    """What every submission came to, this one last."""


def key_of(room: ClassDirectory, stem: str, student: str, *, walled: bool = True) -> str:
    """Hash everything that the verdict depends on: the file, the secret, the limits, the judge itself.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.
        walled: whether it is judged behind a full wall.

    Returns:
        The hash, as text.

    """
    content = _content(room.submission(stem, student) / f"{stem}.py")
    reason = intake.why_without_code(room, stem, student)
    if reason:
        content += reason.en.encode()
    wall = () if walled else (b"no wall",)
    return digest(content, room.seed().encode(), str(Limits()).encode(), _judge_itself(), *wall)


def _content(file: Path) -> bytes:
    """What was taken in; a missing file is told apart from every file that is there."""
    try:
        return disk.read(file.parents[1], file.parts[-2:], LARGEST_FILE)
    except disk.UnreadableError:
        return b"missing"


@functools.cache
def _judge_itself() -> bytes:
    """The course's grading code and the versions that answer for it: a mended case is worth a new verdict."""
    package = Path(__file__).resolve().parents[1]
    topics = sorted((package / "topics").glob("*/*.toml"))
    files = [*sorted((package / "grading").rglob("*.py")), package / "rule.py", *topics]
    versions = [importlib.metadata.version(name) for name in ("torch", "numpy")]
    return digest(*(path.read_bytes() for path in files), *map(str.encode, versions)).encode()


def path_of(room: ClassDirectory, stem: str, student: str) -> Path:
    """Return the path of the record of one submission.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        The path; the file may be missing.

    """
    return room.verdicts / stem / f"{student}.json"


def load(room: ClassDirectory, stem: str, student: str) -> Record | None:
    """Read the record of one submission.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        The record; None if it is missing, damaged or not signed, so that the submission is judged again.

    """
    path = path_of(room, stem, student)
    try:
        with history.opened(path) as file:
            stored = json.loads(file.read(history.LARGEST))
        if not history.sealed(stored, room.seal(), (stem, student)):
            return None
        return Record(
            key=stored["key"],
            verdict=Verdict.from_json(stored["verdict"]),
            entered=Entered.from_json(stored["entered"]),
            history=history.of(stored),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def save(room: ClassDirectory, stem: str, student: str, record: Record) -> None:
    """Store the record, signed; a reader sees the old one or the new one, never half of one.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.
        record: what to store.

    """
    path = path_of(room, stem, student)
    own_place(room.verdicts, stem)
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {
        "key": record.key,
        "entered": record.entered.to_json(),
        "verdict": record.verdict.to_json("en"),
    }
    atomic.write(path, history.written(record.history, stored, room.seal(), (stem, student)))


def note_notebook(room: ClassDirectory, stem: str, student: str) -> None:
    """Keep the hash of the autograded notebook that has just been written, if the judge has marked it.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    """
    record = load(room, stem, student)
    if record and record.entered.made_from:
        now = digest_of(autograded(room, stem, student))
        save(room, stem, student, replace(record, entered=replace(record.entered, notebook=now)))


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


def set_aside(room: ClassDirectory, stem: str, student: str) -> Path | None:
    """Rename a whole record that is not signed by this class, so that nobody believes it and nothing is lost.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        Its new place, or None if there is none, or one that is merely damaged.

    """
    path = path_of(room, stem, student)
    try:
        with history.opened(path) as file:
            stored = json.loads(file.read(history.LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    if history.sealed(stored, room.seal(), (stem, student)):
        return None
    for number in itertools.count(1):
        aside = path.with_name(f"{student}.unsigned" + (f"-{number}" if number > 1 else ""))
        if not os.path.lexists(aside):
            break
    path.replace(aside)
    return aside


def fresh(room: ClassDirectory, stem: str, student: str) -> Record:
    """Return the stored record if it is still valid; otherwise judge the submission and store a new one.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    Returns:
        The record, which is stored.

    """
    walled = trust.walled()
    key = key_of(room, stem, student, walled=walled)
    known = load(room, stem, student)
    if known and known.key in {key, key_of(room, stem, student)}:
        return known
    trust.need(room)
    if known is None:
        set_aside(room, stem, student)
    folder = room.submission(stem, student)
    file = folder / f"{stem}.py"
    handed_in = file.is_file() and not file.is_symlink()
    if handed_in:
        verdict = judge(Topic.load(stem), folder, seed=room.seed(), full_wall=not trust.given(room))
    else:
        with tempfile.TemporaryDirectory() as empty:
            verdict = judge(Topic.load(stem), Path(empty), seed=room.seed())
        verdict = replace(verdict, message=_not_handed_in(room, stem, student))
    attempt = history.Attempt.of(verdict.to_json(), history.handed_in_at(folder, stem), digest(_content(file))[:16])
    if not handed_in:
        attempt = replace(attempt, status=history.NOT_HANDED_IN)
    earlier = known.history if known else history.rescued(path_of(room, stem, student), room.seal())
    # What the gradebook holds is remembered until the writer has replaced it.
    record = replace(known or Record(key, verdict), key=key, verdict=verdict)
    record = replace(record, entered=replace(record.entered, made_from=""))
    record = replace(record, history=history.added(earlier, attempt))
    save(room, stem, student, record)
    return record


def _not_handed_in(room: ClassDirectory, stem: str, student: str) -> Text:
    """The judge's sentence for a missing file is a learner's at home; a student who has handed in needs another."""
    reason = intake.why_without_code(room, stem, student)
    if reason:
        return Text(en=f"{stem}.py ", zh=f"{stem}.py ") + reason + HAND_IN
    folder = room.submission(stem, student)
    others = ", ".join(names.quoted(each.name) for each in sorted(folder.glob("*.py"))[:5])
    if others:
        return Text(
            en=f"{stem}.py was not handed in; the Python files in the submission are: {others}. The name must be "
            f"exactly {stem}.py.",
            zh=f"没有上交 {stem}.py；提交中的 Python 文件有：{others}。文件名必须正好是 {stem}.py。",
        )
    return Text(en=f"{stem}.py was not handed in.", zh=f"没有上交 {stem}.py。")


HAND_IN = Text(en=": hand in the file itself, under its name.", zh="：请上交文件本身，不要改文件名。")


def judge_submission(root: str, stem: str, student: str, *, trusted: bool = False) -> str:
    """Judge one submission of the class at `root` and store the verdict: a pool's unit of work, plain arguments only.

    Args:
        root: the class's directory.
        stem: the topic.
        student: whose submission.
        trusted: whether the instructor trusts the students; the machine that judges may be without a wall.

    Returns:
        The verdict's status.

    """
    room = ClassDirectory(Path(root))
    with trust.this_run(room, trusted=trusted):
        return fresh(room, stem, student).verdict.status


def judge_all(
    room: ClassDirectory, submissions: Iterable[tuple[str, str]], executor: Executor
) -> Generator[tuple[tuple[str, str], BaseException | None]]:
    """Judge submissions, given as (topic, student), on any executor of `concurrent.futures`.

    When the caller stops, what has not been started is cancelled; what was finished is stored already.

    Args:
        room: the class.
        submissions: each as (topic, student).
        executor: where they are judged.

    Yields:
        The submission, as each is done, and the error that judging it raised, or None.

    """
    trusted = trust.given(room)
    asked = {executor.submit(judge_submission, str(room.root), *each, trusted=trusted): each for each in submissions}
    try:
        for future in as_completed(asked):
            yield asked[future], future.exception()
    finally:
        for future in asked:
            future.cancel()
