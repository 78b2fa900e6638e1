"""Which of a student's files is the code of a topic, and which its worksheet."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.classroom import entries, names
from course.classroom.directory import digest, digest_of
from course.classroom.disk import Parts, UnreadableError
from course.grading import tickets
from course.grading.saved import LARGEST_FILE
from course.text import Text, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from course.classroom.directory import ClassDirectory
    from course.classroom.entries import Entry, Look
    from course.classroom.owners import Owners
    from course.grading.tickets import Kind

TEXTS = texts(__file__)

LARGEST_NOTEBOOK = 20 * 2**20
"""Bytes; a worksheet is a few kilobytes, pictures in an answer included a few megabytes."""
MOST_LOOKED_INTO = 64 * 2**20
"""Bytes of one student's files that are read to see what they are, besides those that lie in the right place."""


@dataclass(frozen=True)
class Choice:
    """What was chosen for one file of a submission."""

    entry: Entry | None = None
    content: bytes = b""
    problem: Text | None = None
    """Why the file that lies in the right place cannot be taken."""
    rivals: tuple[Entry, ...] = ()
    """Other files, with other contents, that could be it."""


@dataclass(frozen=True)
class _Seen:
    """What was seen in a file."""

    entry: Entry
    hash: str
    stems: frozenset[str]
    """The topics whose class it defines, or whose cells it holds."""


class Candidates:
    """A student's files, and what each of them is good for."""

    def __init__(
        self,
        folder: Path,
        files: Sequence[Entry],
        proper: Collection[str],
        *,
        others: Collection[str],
        given: Collection[str],
        look: Look,
        owners: Owners,
    ) -> None:
        """Look at nothing yet.

        Args:
            folder: the student's; its name is the student's.
            files: what lies in it.
            proper: the topics that it has a folder for, under the right name.
            others: the other students' names.
            given: the hashes of what students got.
            look: how long that may take.
            owners: which of them are the student's own.

        """
        self.look, self.owners = look, owners
        self.folder, self.student, self.files = folder, folder.name, files
        self.proper, self.others, self.given = proper, others, given
        self.used: set[Parts] = set()
        self._seen: dict[Parts, _Seen | Text] = {}
        self._left = MOST_LOOKED_INTO
        self._chosen: set[str] = set()
        self._closed: set[str] = set()

    def code(self, stem: str, *, elsewhere: bool) -> Choice:
        """Choose the topic's Python file.

        Args:
            stem: the topic.
            elsewhere: whether to look in other places than `STUDENT/TOPIC/`, too.

        Returns:
            The file, its content and its rivals; no file if none, or no single one, can be taken.

        """
        return self._choose(stem, ".py", LARGEST_FILE, elsewhere=elsewhere)

    def worksheet(self, stem: str, *, elsewhere: bool) -> Choice:
        """Choose the topic's notebook, as `code` does.

        Args:
            stem: the topic.
            elsewhere: whether to look in other places than `STUDENT/TOPIC/`, too.

        Returns:
            The file, its content and its rivals; no file if none, or no single one, can be taken.

        """
        return self._choose(stem, ".ipynb", LARGEST_NOTEBOOK, elsewhere=elsewhere)

    def beside(self, stem: str, kind: Kind, *, elsewhere: bool) -> Choice:
        """Choose the file of an exercise for extra points; without one, or with several, there is none.

        Args:
            stem: the topic.
            kind: which exercise.
            elsewhere: whether to look in other places than `STUDENT/TOPIC/`, too.

        Returns:
            The file and its content, or why the one in its place cannot be read.

        """
        right = (stem, f"{stem}_{kind}.py")
        own = entries.at(self.folder, *right) if stem in self.proper else None
        found = (
            [own] if own else [each for each in self.files if self._is_beside(each, stem, kind, elsewhere=elsewhere)]
        )
        read: dict[str, tuple[Entry, bytes]] = {}
        for each in found:
            try:
                content = self.owners.checked(each).read(LARGEST_FILE)
            except UnreadableError as problem:
                return Choice(each, problem=problem.text)
            read[digest(content)] = each, content
        self.used |= {each.parts for each in found}
        self._chosen |= set(read)
        return Choice(*next(iter(read.values()))) if len(read) == 1 else Choice(rivals=tuple(found))

    def _is_beside(self, entry: Entry, stem: str, kind: Kind, *, elsewhere: bool) -> bool:
        """Return whether a file's name says that it is that of such an exercise, and its place does not deny it."""
        name = names.plain(entry.name)
        if entry.problem or not names.is_code(name) or not re.search(rf"_{kind}(?![a-z0-9])", name):
            return False
        inside = entry.parts[0] == stem and stem in self.proper
        if names.topic_of(name, self.student) != stem or not (inside or elsewhere):
            return False
        return self._belongs(entry, stem) and not self._of_another(entry)

    def _choose(self, stem: str, ending: str, limit: int, *, elsewhere: bool) -> Choice:
        if not elsewhere:
            self._closed.add(stem)
        right = (stem, f"{stem}{ending}")
        own = entries.at(self.folder, *right) if stem in self.proper else None
        rivals = self._rivals(stem, ending, right, elsewhere=elsewhere)
        if own:
            self.used.add(right)
            try:
                content = self.owners.checked(own).read(limit)
            except UnreadableError as problem:
                return Choice(problem=problem.text)
            self._chosen.add(digest(content))
            differing = [each for each in rivals if stem in each.stems and each.hash != digest(content)]
            return Choice(own, content, rivals=tuple(each.entry for each in differing))
        strong = [each for each in rivals if stem in each.stems]
        one = _only(strong or rivals) or _only([each for each in strong if each.entry.name == right[1]])
        if one is None:
            return Choice(rivals=tuple(each.entry for each in rivals))
        try:
            content = one.entry.read(limit)
        except UnreadableError as problem:
            return Choice(problem=problem.text)
        self._chosen.add(one.hash)
        beside = [each.entry for each in (strong or rivals) if each.hash != one.hash]
        return Choice(one.entry, content, rivals=tuple(beside))

    def _rivals(self, stem: str, ending: str, right: Parts, *, elsewhere: bool) -> list[_Seen]:
        """Yield every file that could be the topic's, except the one in the right place and what was handed out."""
        is_kind = names.is_code if ending == ".py" else names.is_notebook
        found = []
        for each in self.files:
            inside = each.parts[0] == stem and stem in self.proper
            if each.problem or each.parts == right or not is_kind(each.name) or not (inside or elsewhere):
                continue
            if tickets.of_a_kind(names.plain(each.name)):  # an exercise beside the rule
                continue
            if not self._belongs(each, stem) or self._of_another(each):
                continue
            seen = self._look(each)
            if isinstance(seen, Text) or seen.hash in self.given:
                continue
            if self._about(seen) == stem:
                found.append(seen)
        return found

    def _about(self, seen: _Seen) -> str | None:
        """Return which topic a file is about: that in its name, else the only one that its content mentions."""
        named = names.topic_of(seen.entry.name, self.student)
        return named or (next(iter(seen.stems)) if len(seen.stems) == 1 else None)

    def _belongs(self, entry: Entry, stem: str) -> bool:
        """Return whether the folders on the way to the file speak of this topic or of none; the innermost decides."""
        about = [each for each in (names.topic_of(part, self.student) for part in entry.parts[:-1]) if each]
        return not about or about[-1] == stem

    def _of_another(self, entry: Entry) -> bool:
        """Return whether a folder on the way is called like another student."""
        return any(names.plain(part) in self.others and not names.topic_of(part) for part in entry.parts[:-1])

    def _look(self, entry: Entry) -> _Seen | Text:
        if entry.parts not in self._seen:
            self._seen[entry.parts] = (
                self._looked(entry) if self._left > 0 and not self.look.over else TEXTS["too-much"]
            )
        return self._seen[entry.parts]

    def _looked(self, entry: Entry) -> _Seen | Text:
        limit = LARGEST_FILE if names.is_code(entry.name) else LARGEST_NOTEBOOK
        try:
            content = entry.read(limit)
        except UnreadableError as problem:
            self._left -= 0 if entry.problem else limit  # as much as that may have been read in vain
            return problem.text
        self._left -= len(content)
        about = _defined(content) if names.is_code(entry.name) else _cells(content)
        return _Seen(entry, digest(content), frozenset(about))

    def left_over(self, stems: Collection[str]) -> list[tuple[str, Text, bool]]:
        """List what was not taken and should be seen: where, why, and whether it may be work not graded.

        Args:
            stems: the topics asked for; the folders of others are another time's business.

        """
        told: list[tuple[str, Text, bool]] = []
        fruitful = {parts[0] for parts in self.used}
        for each in self.files:
            if each.parts in self.used or each.parts[0] in set(self.proper) - set(stems):
                continue
            inside = each.parts[0] in self.proper
            working = names.is_code(each.name) or names.is_notebook(each.name)
            if each.problem:
                told.append((each.where, each.problem, not inside or self._matters(each)))
            elif inside and (not working or self._complete(each)):
                continue
            elif working:
                told += self._not_taken(each)
            elif each.parts[0] not in fruitful | set(self.proper):
                told.append((names.shown(each.parts[0]), TEXTS["nothing"], len(each.parts) > 1 or not self.used))
        return list(dict.fromkeys(told))

    def _not_taken(self, entry: Entry) -> Iterator[tuple[str, Text, bool]]:
        seen = self._look(entry)
        if isinstance(seen, Text):
            yield entry.where, seen, True
        elif seen.hash in self._chosen or seen.hash in self.given:
            return
        elif self._of_another(entry):
            yield entry.where, TEXTS["of-another"], True
        elif (about := self._about(seen)) in self._closed:
            yield entry.where, TEXTS["closed"].format(topic=about), True
        else:
            yield entry.where, TEXTS["not-understood"], True

    def _matters(self, entry: Entry) -> bool:
        """Return whether something unreadable may be what a submission lacks: an archive, or what is called so."""
        return names.is_archive(entry.name) and not self._complete(entry)

    def _complete(self, entry: Entry) -> bool:
        """Return whether the submission that the entry lies in has what the entry could be."""
        stem = entry.parts[0]
        ending = ".ipynb" if names.is_notebook(entry.name) else ".py"
        return (stem, f"{stem}{ending}") in self.used or any(
            parts[0] == stem and parts[-1].lower().endswith(ending) for parts in self.used
        )


def handed_out(room: ClassDirectory) -> frozenset[str]:
    """Return the hashes of the files that students got: a copy of one is nobody's work."""
    given = [
        folder / stem / f"{stem}{ending}"
        for folder in (room.release, room.source)
        for stem in room.released([])
        for ending in (".py", ".ipynb")
    ]
    return frozenset(filter(None, map(digest_of, given)))


def _only(seen: Sequence[_Seen]) -> _Seen | None:
    """Return the one file, if all of them are copies of one."""
    return seen[0] if len({each.hash for each in seen}) == 1 else None


def _defined(content: bytes) -> Iterator[str]:
    """Yield the topics whose class a Python file defines."""
    text = content.decode("utf-8", "replace")
    for topic in topics():
        if re.search(rf"^(class +{topic.class_name}\b|{topic.class_name} *=)", text, re.MULTILINE):
            yield topic.stem


def _cells(content: bytes) -> Iterator[str]:
    """Yield the topics whose graded cell, or whose written answer, a notebook holds."""
    try:
        notebook: Any = json.loads(content)
        marks = [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"] if _marked(cell)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
    for topic in topics():
        if any(str(mark) == topic.stem or str(mark).startswith(f"{topic.stem}-") for mark in marks):
            yield topic.stem


def _marked(cell: Any) -> bool:
    return isinstance(cell, dict) and "grade_id" in str(cell.get("metadata", ""))
