"""Puts together the wrong files that compute the same and that no known mistake explains: of a class, or of a folder.

A student's file is run behind a full wall, or not at all, whoever asks. Of a file nothing is taken but what it computes
and the numbers that stand in it.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from course.classroom import disk, nbgrader_steps, trust
from course.classroom.bar import bar
from course.classroom.clusters import Known, alone, clusters, known_of
from course.classroom.directory import CONFIG, ClassDirectory
from course.classroom.store import Store
from course.grading import sandbox, saved
from course.grading.case_set import visible
from course.grading.fingerprint import fingerprint
from course.grading.judge import judge_source
from course.text import CourseError, Text, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from course.classroom.history import Attempt
    from course.grading.case import Case
    from course.grading.verdict import Verdict
    from course.grading.wire import Answer
    from course.topic import Topic

TEXTS = texts(__file__)

JUDGED = Text(en="judged", zh="评判")
FILES = 5
"""Files of a group that are looked at: their numbers are collected, and one of them is run again."""
MOST_NUMBERS = 12
NUMBER = re.compile(r"(?<![\w.])(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:[eE][-+]?\d{1,2})?(?![\w.])")
"""A number as it is written in a file; the file itself is never parsed here, let alone run."""


@dataclass(frozen=True)
class Unexplained:
    """Files that take one and the same path, which no known mistake makes."""

    topic: Topic
    fingerprint: str
    files: int
    sources: tuple[bytes, ...]
    """Some of them, all different."""
    known: Known
    """What is known of the path."""


@dataclass
class Gathered:
    """What was found in a class or a folder."""

    groups: list[Unexplained] = field(default_factory=list)
    """The largest first."""
    files: int = 0
    """How many were looked at."""
    passed: int = 0
    named: int = 0
    """Those that do not pass, and whose mistake is known, or may be."""
    stopped: int = 0
    """Those that have no path: they raise, or end, or return something else."""
    alone: int = 0
    """Of a class: those with a path of their own, which are left out."""
    trusted: bool = False
    """Whether these files may be run without a full wall: of a class if the instructor has said so."""

    def count(self, judged: Attempt | Verdict, files: int = 1) -> bool:
        """Count files under what became of them: each once, whether or not a stretch option of a right one is wrong.

        Args:
            judged: what was said of them.
            files: how many they are.

        Returns:
            Whether none of these counts is theirs: they have a path, and nothing that is known makes it.

        """
        self.files += files
        if judged.passed:
            self.passed += files
        elif judged.mistakes or judged.alternatives:
            self.named += files
        elif judged.fingerprint:
            return True
        else:
            self.stopped += files
        return False


def gather(directory: Path, *, progress: bool) -> Gathered:
    """Collect what no known mistake explains.

    Args:
        directory: a class, or a folder of files of one topic, which are run behind a full wall or not at all.
        progress: whether to show progress on standard error.

    Returns:
        The groups of files, and how many files there are beside them.

    Raises:
        CourseError: there is no such folder, or no file of a rule in it, or there are files of several topics; or the
            operating system has no full wall.

    """
    if not directory.is_dir():
        raise CourseError(TEXTS["no-folder"].format(folder=directory))
    if (directory / CONFIG).is_file():
        return _of_class(ClassDirectory.find(directory), progress=progress)
    return _of_folder(directory, progress=progress)


def _of_class(room: ClassDirectory, *, progress: bool) -> Gathered:
    """Gather from the stored verdicts of a class; nothing is judged again."""
    nbgrader_steps.read_settings(room)
    found = Gathered(trusted=trust.given(room))
    by_stem = {topic.stem: topic for topic in topics("rule")}
    with Store(room) as store:
        stems = [stem for stem in store.topics() if stem in by_stem]
        histories: dict[str, dict[str, tuple[Attempt, ...]]] = {stem: {} for stem in stems}
        told = store.histories(stems)
        for stem, student, attempts in bar(
            JUDGED, told, total=store.count(stems), shown=progress, delay=2, leave=False
        ):
            if attempts:
                histories[stem][student] = attempts
                found.count(attempts[-1])
        for stem, of_topic in histories.items():
            found.alone += alone(of_topic)
            for each in clusters(of_topic, functools.partial(store.load, stem)):
                if each.still:
                    copies = (disk.handed_in(room.intake / who, stem, saved.LARGEST_FILE) for who in each.still)
                    sources = tuple(dict.fromkeys(filter(None, copies)))[:FILES]
                    found.groups.append(Unexplained(by_stem[stem], each.fingerprint, each.now, sources, each.known))
    if not found.files:
        raise CourseError(TEXTS["nothing-graded"])
    return _sorted(found)


def _of_folder(folder: Path, *, progress: bool) -> Gathered:
    """Judge the files of a folder, each once, however often it is there."""
    sources = _rules(folder)
    topic = _topic_of(folder, sources)
    found = Gathered()
    same: dict[str, tuple[Verdict, list[bytes]]] = {}
    times = Counter(sources)
    for source, count in bar(JUDGED, times.items(), shown=progress, total=len(times), delay=1, leave=False):
        verdict = judge_source(topic, saved.checked(f"{topic.stem}.py", source), full_wall=True)
        if found.count(verdict, count):
            same.setdefault(verdict.fingerprint, (verdict, []))[1].append(source)
    for path, (verdict, different) in same.items():
        files = sum(times[source] for source in different)
        found.groups.append(Unexplained(topic, path, files, tuple(different[:FILES]), known_of(verdict)))
    return _sorted(found)


def _sorted(found: Gathered) -> Gathered:
    found.groups.sort(key=lambda each: (-each.files, each.topic.stem, each.fingerprint))
    return found


def _rules(folder: Path) -> list[bytes]:
    """Return the Python files of a folder in the order of their names; no link is followed and no pipe is waited for.

    Raises:
        CourseError: there is none that can be read.

    """
    names = sorted(
        each.name for each in folder.iterdir() if each.name.endswith(".py") and not each.name.startswith(".")
    )
    sources = []
    for name in names:
        with contextlib.suppress(disk.UnreadableError):
            sources.append(disk.read(folder, (name,), saved.LARGEST_FILE))
    if not sources:
        raise CourseError(TEXTS["no-files"].format(folder=folder))
    return sources


def _topic_of(folder: Path, sources: Sequence[bytes]) -> Topic:
    """Return the one topic whose class all files define.

    Raises:
        CourseError: there is none, or there are several.

    """
    defined = [_defined(source) for source in sources]
    common = set.intersection(*({topic.stem for topic in each} for each in defined))
    if len(common) == 1:
        return next(topic for topic in topics("rule") if topic.stem in common)
    counted = Counter(topic.stem for each in defined for topic in each)
    if not counted:
        raise CourseError(TEXTS["no-rule"].format(folder=folder))
    names = ", ".join(f"{stem} ({count})" for stem, count in counted.most_common())
    without = sum(not each for each in defined)
    if len(counted) == 1:
        stem = next(iter(counted))
        name = next(topic.class_name for topic in topics("rule") if topic.stem == stem)
        raise CourseError(TEXTS["some-without"].format(folder=folder, count=without, name=name))
    raise CourseError(TEXTS["several-topics"].format(folder=folder, names=names))


def _defined(source: bytes) -> list[Topic]:
    """Return the topics whose class a file seems to define, at the beginning of a line."""
    text = source.decode("utf-8-sig", "replace")
    return [
        topic for topic in topics("rule") if re.search(rf"^(?:class\s+)?{topic.class_name}\s*[(:=]", text, re.MULTILINE)
    ]


def numbers(sources: Iterable[bytes]) -> tuple[str, ...]:
    """Return the numbers that stand in files, the most frequent first, as they are written there.

    Args:
        sources: the files.

    Returns:
        Each value once; never more than a few.

    """
    counted: Counter[str] = Counter()
    for source in sources:
        text = re.sub(r"#.*", "", source.decode("utf-8-sig", "replace"))
        counted.update({each for each in NUMBER.findall(text) if not re.match(r"0\d", each)})
    once: dict[float, str] = {}
    for each, _ in counted.most_common():
        once.setdefault(float(each), each)
    return tuple(once.values())[:MOST_NUMBERS]


def answers_of(one: Unexplained, *, full_wall: bool) -> tuple[Sequence[Case], Mapping[str, Answer]] | None:
    """Run one of the files again.

    Args:
        one: the group.
        full_wall: whether to refuse where the operating system does not shut it in.

    Returns:
        The public core cases and the answers by case id; None if no file computes again what it has computed.

    Raises:
        CourseError: there is no full wall, and there has to be.

    """
    topic = one.topic
    cases = [case for case in visible(topic) if not case.stretch]
    for source in one.sources:
        outcome = sandbox.run(
            f"{topic.stem}.py", source, topic.class_name, topic.state, cases, sandbox.Limits(), full_wall=full_wall
        )
        answers = {cases[number].id: answer for number, answer in outcome.answers.items()}
        complete = len(answers) == len(cases) and all(answers[case.id].steps for case in cases)
        if complete and fingerprint(cases, answers) == one.fingerprint:
            return cases, answers
    return None
