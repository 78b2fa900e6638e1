"""`course mend` and `course expose`: make the file of the exercise, or check it if it is there."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from course.grading import exposing, kinds, mending, saved, tickets
from course.grading import fresh as fresh_cases
from course.grading.judge import checked
from course.grading.reasons import Reason
from course.grading.reply import Reply, terminal
from course.learner.check import Working
from course.learner.copies import put_aside
from course.system import atomic, refusal
from course.text import CourseError, Text, language, texts

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.tickets import Kind
    from course.topic import Topic

TEXTS = texts(__file__)
WORDS: dict[Kind, Text] = {"mend": Text(en="mend", zh="改错"), "expose": Text(en="expose", zh="找破绽")}
MARKS = {True: "✓", False: "✗"}


def show(topic: Topic, kind: Kind, folder: Path, *, new: bool = False) -> bool:
    """Print what `answer` says.

    Args:
        topic: which topic.
        kind: which exercise.
        folder: where the learner's files lie.
        new: whether to begin again.

    Returns:
        True if a file was made, or the one that is there is right.

    Raises:
        CourseError: as in `answer`.

    """
    before = (folder / tickets.file_name(topic, kind)).exists()
    with Working(topic.stem):
        reply = answer(topic, kind, folder, new=new)
    print(terminal(reply, language()), file=sys.stdout)
    return reply.passed or (reply.state == "begun" and (new or not before))


def marks(topic: Topic, folder: Path) -> list[Text]:
    """Say of each exercise beside the rule that has been begun whether it is solved.

    Args:
        topic: which topic.
        folder: where the learner's files lie.

    Returns:
        A word and a mark for each; none for those that nobody has begun.

    """
    if not kinds.of(topic).BESIDE:
        return []
    files = {kind: folder / tickets.file_name(topic, kind) for kind in tickets.KINDS}
    begun = {kind: file for kind, file in files.items() if file.is_file()}
    solved = {kind: _checked(topic, kind, saved.source(file.absolute())).passed for kind, file in begun.items()}
    return [WORDS[kind] + Text(en=f" {MARKS[each]}", zh=f" {MARKS[each]}") for kind, each in solved.items()]


def answer(topic: Topic, kind: Kind, folder: Path, *, new: bool = False) -> Reply:
    """Make the file of the exercise if it is not there, and check it if it is.

    Args:
        topic: which topic.
        kind: which exercise.
        folder: where the learner's files lie.
        new: whether to put the file aside that is there, and begin with another mistake.

    Returns:
        What is said of it.

    Raises:
        CourseError: the topic has no such exercise, there is no such folder, or the file cannot be written; then
            everything is as it was.

    """
    if not kinds.of(topic).BESIDE:
        raise CourseError(TEXTS["nothing-beside"].format(topic=topic.title))
    if not folder.is_dir():
        raise CourseError(TEXTS["no-folder"].format(folder=folder, stem=topic.stem))
    file = folder / tickets.file_name(topic, kind)
    if os.path.lexists(file) and not new:
        return _checked(topic, kind, saved.source(file.absolute()))
    if kind == "mend" and not checked(topic, folder).passed:
        title = mending.TEXTS["title"].format(topic=topic.title)
        return Reply(title, "closed", (TEXTS["closed"].format(stem=topic.stem),))
    try:
        return _begun(topic, kind, file)
    except OSError as error:
        raise CourseError(refusal.sentence(error)) from error


def _checked(topic: Topic, kind: Kind, source: bytes | Reason) -> Reply:
    if kind == "expose":
        return exposing.check(topic, source)
    return mending.check(topic, source, fresh=fresh_cases.draw(topic))


def _begun(topic: Topic, kind: Kind, file: Path) -> Reply:
    """Write a new file; what lies there is put aside."""
    part = mending if kind == "mend" else exposing
    there = saved.source(file.absolute()) if os.path.lexists(file) else b""
    before = "" if isinstance(there, Reason) else tickets.read(there) or ""
    ticket = part.TICKETS.draw(topic, before)
    text = part.issued(topic, ticket, language())
    said: list[Text] = []
    if os.path.lexists(file):
        kept = put_aside(file, lambda: atomic.write(file, text))
        said.append(TEXTS["kept"].format(name=kept.name))
    else:
        atomic.write(file, text)
    if kind == "mend":
        first = mending.check(topic, text.encode())
        return Reply(first.title, "begun", (*said, *first.paragraphs), first.paths, first.other)
    told = TEXTS["expose"].format(file=file.name, title=exposing.TICKETS.mistake(topic, ticket).title)
    return Reply(exposing.TEXTS["title"].format(topic=topic.title), "begun", (*said, told))
