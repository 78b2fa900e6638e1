"""What a lesson's experiment says: a sentence, or a card with the conclusion on a claim and its figures."""

from __future__ import annotations

import html
from typing import Any, Literal

from course.grading.render import rich
from course.lab.look import BAD, GOOD, PARTLY, card, paragraph
from course.lesson.words import sentence
from course.text import Text, language

Conclusion = Literal["holds", "holds when", "does not hold"]

_LOOK: dict[Conclusion, tuple[str, str, Text]] = {
    "holds": ("✓", GOOD, Text(en="holds", zh="成立")),
    "holds when": ("◐", PARTLY, Text(en="holds when …", zh="有条件地成立")),
    "does not hold": ("✗", BAD, Text(en="does not hold", zh="不成立")),
}


class Card:
    """The card; a notebook shows it as HTML, a terminal as one line."""

    def __init__(self, claim: str, outcome: Conclusion, text: Text) -> None:
        self.claim, self.outcome, self.text = claim, outcome, text

    def _repr_html_(self) -> str:
        mark, colour, word = _LOOK[self.outcome]
        lang = language()
        head = f"{mark} {self.claim}: {html.escape(word[lang])}"
        return card(head, f"<br>{rich(self.text[lang])}", colour)

    def __repr__(self) -> str:
        mark, _, word = _LOOK[self.outcome]
        return f"{mark} {self.claim}: {word} · {self.text}"


class ShownSentence:
    """A sentence in the reader's language; a notebook sets it as text, not as program output."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return paragraph(rich(self.text[language()]))

    def __repr__(self) -> str:
        return str(self.text)


def say(said: Text | str, name: str = "", /, **figures: Any) -> None:
    """Put a sentence under the cell.

    Args:
        said: the sentence itself; or the lesson that has it, for instance "sgd".
        name: what that lesson's source calls the sentence.
        **figures: what is filled into it, by name.

    Raises:
        CourseError: this course has no such sentence.

    Examples:
        >>> from course.lab import Text, say
        >>> say(Text(en="The loss fell to 0.1.", zh="损失降到了 0.1。"))
        The loss fell to 0.1.
        >>> say("adam", "two-tasks")
        Two tasks, two small networks.

    """
    from IPython import display

    text = sentence(said, name, **figures) if isinstance(said, str) else said
    display.display(ShownSentence(text))  # type: ignore[no-untyped-call]


def conclude(stem: str, claim: str, outcome: Conclusion, /, **figures: Any) -> Card:
    """Conclude whether a claim holds, decided by the cell from figures that it has just computed.

    Args:
        stem: the lesson, for instance "momentum".
        claim: the claim's id, for instance "mom-1"; the lesson's source calls the sentence on it so, too.
        outcome: "holds", "holds when" or "does not hold".
        **figures: what is filled into that sentence, by name.

    Returns:
        The card that the cell shows.

    Raises:
        CourseError: this course has no such sentence.
        KeyError: there is no such outcome.

    Examples:
        >>> from course.lab import conclude
        >>> conclude("momentum", "mom-1", "holds", delay={0.0: 2, 0.9: 7, 0.99: 66})  # doctest: +ELLIPSIS
        ✓ mom-1: holds · Plain SGD moves back at step 2 after the change; ...

    """
    _LOOK[outcome]
    return Card(claim, outcome, sentence(stem, claim, **figures))
