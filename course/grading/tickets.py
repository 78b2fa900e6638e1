"""Tickets: five letters or digits in the first lines of a file, which say what mistake it was made with.

Whoever has the ticket can make the file again, so nothing is stored. A mistake that is added to a catalogue later
takes over a few tickets, and all the others keep what they stood for.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from course.grading.fresh import LETTERS
from course.grading.reasons import Reason
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.grading.mistakes import Mistake
    from course.topic import Topic

TEXTS = texts(__file__)

Kind = Literal["mend", "expose"]
KINDS: tuple[Kind, ...] = ("mend", "expose")
"""The exercises beside the rule itself."""

POINTS = 1.0
"""What each of them gives in a class, as extra credit."""

LENGTH = 5
LARGEST = 2**16
"""Bytes; what is handed out has fewer than four thousand."""
FIRST_LINES = 10
"""Lines in which a ticket may stand."""
_LINE = re.compile(rf"\s*#\s*ticket\s*[:：]\s*([{LETTERS}]{{{LENGTH}}})\s*", re.IGNORECASE)


def file_name(topic: Topic, kind: Kind) -> str:
    """Return what the file of such an exercise is called.

    Args:
        topic: which topic.
        kind: which exercise.

    Returns:
        For instance "adam_mend.py".

    """
    return f"{topic.stem}_{kind}.py"


def of_a_kind(name: str) -> bool:
    """Return whether a file of that name belongs to such an exercise and is nobody's rule."""
    return re.search(rf"_(?:{'|'.join(KINDS)})(?![A-Za-z0-9])[^/]*$", name) is not None


def refusal(topic: Topic, kind: Kind, told: Text) -> Text:
    """Put this exercise's file and command where a sentence about a file speaks of the rule's own.

    Args:
        topic: which topic.
        kind: which exercise.
        told: what `saved` or the judge says.

    Returns:
        The sentence.

    """

    def put(said: str) -> str:
        said = said.replace(f"course reset {topic.stem}_{kind}", f"course {kind} {topic.stem} --new")
        return said.replace(f"{topic.stem}.py", file_name(topic, kind))

    return Text(en=put(told.en), zh=put(told.zh))


def line(ticket: str) -> str:
    """Return the line of a file that has this ticket."""
    return f"# ticket: {ticket}"


@dataclass(frozen=True)
class Tickets:
    """The tickets of one kind of exercise."""

    kind: Kind
    mistakes: Callable[[Topic], Sequence[Mistake]]
    """What they may stand for, by topic."""

    def draw(self, topic: Topic, other_than: str = "") -> str:
        """Draw a ticket.

        Args:
            topic: for which topic.
            other_than: a ticket; the new one stands for another mistake, if there is one.

        Returns:
            The ticket.

        """
        before = self.mistake(topic, other_than).id if other_than else ""
        while True:
            ticket = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            if len(self.mistakes(topic)) == 1 or self.mistake(topic, ticket).id != before:
                return ticket

    def mistake(self, topic: Topic, ticket: str) -> Mistake:
        """Return the mistake that a ticket stands for: each of them bids for the ticket, and the highest bid wins.

        Args:
            topic: of which topic.
            ticket: any five letters; every one stands for something.

        Returns:
            The mistake.

        """

        def bid(each: Mistake) -> bytes:
            return hashlib.sha256(f"{self.kind}:{topic.stem}:{ticket}:{each.id}".encode()).digest()

        return max(self.mistakes(topic), key=bid)


def opened(topic: Topic, kind: Kind, source: bytes | Reason) -> tuple[str, bytes] | Text:
    """Read the ticket of a file, whatever lies there.

    Args:
        topic: which topic.
        kind: which exercise.
        source: what `saved.source` or `saved.checked` has returned.

    Returns:
        The ticket and the bytes, or a sentence that says why the file cannot be judged.

    """
    told = {"file": file_name(topic, kind), "kind": kind, "stem": topic.stem}
    if isinstance(source, Reason):
        return refusal(topic, kind, source.text)
    if len(source) > LARGEST:
        return TEXTS["too-large"].format(**told)
    ticket = read(source)
    return (ticket, source) if ticket else TEXTS["no-ticket"].format(**told)


def read(content: bytes) -> str | None:
    """Return the ticket of a file; None if it has none, or several."""
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None
    found = {match[1].lower() for each in text.splitlines()[:FIRST_LINES] if (match := _LINE.fullmatch(each))}
    return found.pop() if len(found) == 1 else None
