"""The file of drafts beside a topic's catalogue: what was found for each group of files, and how far a search went.

A block of it begins with a table `[[searched]]`, by which a later run knows what has been done; what follows is a
`[[mistake]]` to be moved into `mistakes.toml` once a person has written its texts. Blocks that somebody has begun to
write in are never made anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from course.authoring.learning.edits import place_of
from course.authoring.mistakes import TO_WRITE
from course.system import atomic, toml
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from course.authoring.learning.gathering import Unexplained
    from course.authoring.learning.search import FoundEdit, Result
    from course.grading.mistakes import Catalogue
    from course.grading.mistakes.edit import Edit
    from course.topic import Topic

TEXTS = texts(__file__)

FILE = "mistakes.toml.draft"
"""Not `.toml`: what ends in that is part of the course, and changes the fingerprint that verdicts are kept by."""
BEGIN = "[[searched]]"
ID = re.compile(r'^id = "([^"]*)"', re.MULTILINE)
OTHERS = 3
"""Other edits that make the same path and are told."""

Outcome = Literal["found", "none", "interrupted"]


@dataclass(frozen=True)
class Searched:
    """What an earlier run has written of a group."""

    outcome: Outcome
    tried: int
    bound: int
    """How many would have been tried at most."""
    course: str
    """What the solution, the catalogue and the numbers were that the search went by."""


def path_of(topic: Topic) -> Path:
    """Return where the drafts of a topic are."""
    return topic.folder / FILE


class Drafts:
    """The drafts of one topic.

    Args:
        topic: which exercise.

    Raises:
        CourseError: the file is there and cannot be read.

    """

    def __init__(self, topic: Topic) -> None:
        self.path = path_of(topic)
        self._blocks: dict[str, str] = {}
        self._read: dict[str, Searched] = {}
        if not self.path.exists():
            return
        with toml.opened(self.path, TEXTS["mend"]) as told:
            _, *blocks = self.path.read_bytes().decode("utf-8").split(BEGIN)
            for block, one in zip(blocks, told.get("searched", ()), strict=True):
                name = str(one["group"])
                self._blocks[name] = BEGIN + block
                self._read[name] = Searched(one["outcome"], int(one["tried"]), int(one["bound"]), str(one["course"]))

    def __getitem__(self, group: str) -> Searched | None:
        """What is known of a group; None if nothing is."""
        return self._read.get(group)

    def begun(self, group: str) -> bool:
        """Return whether somebody has written in the block of a group."""
        block = self._blocks.get(group, "")
        return "[[mistake]]" in block and block.count(TO_WRITE.en) + block.count(TO_WRITE.zh) < 4

    def ids(self) -> set[str]:
        """Return the ids that are taken by drafts."""
        return {name for block in self._blocks.values() for name in ID.findall(block)}

    def put(self, group: str, block: str, known: Searched) -> None:
        """Write the block of a group, and all others as they were.

        Args:
            group: the fingerprint of its path.
            block: the text.
            known: what it says.

        Raises:
            CourseError: the file cannot be written.

        """
        self._blocks[group], self._read[group] = block, known
        text = (
            TEXTS["head"].en
            + TEXTS["head"].zh
            + "\n"
            + "\n".join(each.rstrip() + "\n" for each in self._blocks.values())
        )
        try:
            atomic.write(self.path, text)
        except OSError as error:
            raise CourseError(TEXTS["unwritable"].format(path=self.path, why=error.strerror)) from error


def course_of(book: Catalogue, literals: Sequence[str]) -> str:
    """Return what changes when a search may come to something else: the solution, the known mistakes, the numbers.

    Args:
        book: the topic's mistakes.
        literals: numbers that stand in the files.

    Returns:
        16 hexadecimal digits.

    """
    told = [book.text, *literals, *(f"{mistake.id}{mistake.edits}{mistake.wrap}" for mistake in book.mistakes)]
    return hashlib.blake2b("\n".join(told).encode(), digest_size=8).hexdigest()


def block(one: Unexplained, result: Result, known: Searched, taken: set[str], book: Catalogue) -> str:
    """Return what is written of a group.

    Args:
        one: the group.
        result: of the search.
        known: how far it went.
        taken: ids that other drafts have.
        book: the topic's mistakes.

    Returns:
        TOML, without anything that comes from a name.

    """
    lines = [
        BEGIN,
        f'group = "{one.fingerprint}"',
        f"files = {one.files}",
        f'outcome = "{known.outcome}"',
        f"tried = {known.tried}",
        f"bound = {known.bound}",
        f'course = "{known.course}"',
        "",
    ]
    if result.found:
        best = result.found[0]
        if best.known:
            lines += _commented(TEXTS["beside"].format(name=best.known.id))
        others = result.found[1 : 1 + OTHERS]
        lines += _commented(TEXTS["others"]) if others else []
        lines += [f"#   {_in_a_line(other.edits)}" for other in others]
        lines += _entry(best, named(best, {*taken, *(mistake.id for mistake in book.mistakes)}), book)
    elif known.outcome == "none":
        lines += _commented(TEXTS["none"].format(tried=known.tried))
        if result.nearest:
            lines += _commented(TEXTS["nearest"].format(edits=_in_a_line(result.nearest.edits)))
    return "\n".join(lines) + "\n"


def _entry(found: FoundEdit, name: str, book: Catalogue) -> list[str]:
    guess = place_of(book, found.edits, found.words[0].replace("_", " "))
    lines = [
        "[[mistake]]",
        f'id = "{name}" # {TEXTS["suggested"].en} · {TEXTS["suggested"].zh}',
        f'place = "{guess}" # {TEXTS["guessed"].en} · {TEXTS["guessed"].zh}',
        'section = "formula"',
    ]
    for key, what in (("title", TEXTS["title"]), ("explanation", TEXTS["explanation"])):
        lines.append(f"{key}.en = {json.dumps(f'{TO_WRITE.en}: {what.en}', ensure_ascii=False)}")
        lines.append(f"{key}.zh = {json.dumps(f'{TO_WRITE.zh}：{what.zh}', ensure_ascii=False)}")
    for edit in found.edits:
        lines += ["", "[[mistake.edit]]", f"old = {_string(edit.old)}", f"new = {_string(edit.new)}"]
    return lines


def named(found: FoundEdit, taken: set[str]) -> str:
    """Choose an id for a mistake, from the words of its rewrites.

    Args:
        found: the edit.
        taken: the ids that others have.

    Returns:
        An id in kebab case, which nobody has.

    """
    words = "-".join(found.words).lower().replace("_", "-")
    plain = re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]+", "-", words)).strip("-")[:60].strip("-") or "mistake"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


def _string(text: str) -> str:
    """Write a text as TOML does, without escapes wherever that is possible."""
    if "'''" in text or re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        return json.dumps(text, ensure_ascii=False)
    if "\n" in text:
        return f"'''\n{text}'''"
    return f"'{text}'" if "'" not in text else f"'''{text}'''" if not text.endswith("'") else json.dumps(text)


def _in_a_line(edits: Sequence[Edit]) -> str:
    """Tell edits in one line of a comment."""
    return "; ".join(f"{_flat(edit.old)} → {_flat(edit.new) or '–'}" for edit in edits)


def _flat(text: str) -> str:
    return " ⏎ ".join(line.strip() for line in text.splitlines())


def _commented(text: Text) -> list[str]:
    return [f"# {line}" for line in (*text.en.splitlines(), *text.zh.splitlines())]


def shown(edits: Sequence[Edit]) -> str:
    """Return edits as a sentence quotes them, as code.

    Args:
        edits: of one mistake.

    Returns:
        The old and the new text of each, in one line.

    """
    return "; ".join(f"`{_flat(edit.old)}` → `{_flat(edit.new) or '–'}`" for edit in edits)
