"""What a lesson's experiment says: a sentence, or a card with the verdict on a claim and its figures."""

from __future__ import annotations

import html
from typing import Any, Literal

from course.grading.render import rich
from course.lab.fonts import BAD, GOOD
from course.lesson.words import sentence
from course.text import Text, language

Outcome = Literal["holds", "holds when", "does not hold"]

_LOOK: dict[Outcome, tuple[str, str, Text]] = {
    "holds": ("✓", GOOD, Text(en="holds", zh="成立")),
    "holds when": ("◐", "#005a8c", Text(en="holds when …", zh="有条件地成立")),
    "does not hold": ("✗", BAD, Text(en="does not hold", zh="不成立")),
}


class Card:
    """The card; a notebook shows it as HTML, a terminal as one line."""

    def __init__(self, claim: str, outcome: Outcome, text: Text) -> None:
        self.claim, self.outcome, self.text = claim, outcome, text

    def _repr_html_(self) -> str:
        mark, colour, word = _LOOK[self.outcome]
        lang = language()
        return (
            f'<div lang="{lang}" style="border-left:5px solid {colour};padding:.5em 1em;margin:.5em 0;max-width:60em">'
            f'<b style="color:{colour}">{mark} {self.claim}: {html.escape(word[lang])}</b><br>'
            f"{rich(self.text[lang])}</div>"
        )

    def __repr__(self) -> str:
        mark, _, word = _LOOK[self.outcome]
        return f"{mark} {self.claim}: {word} · {self.text}"


class Sentence:
    """A sentence in the reader's language; a notebook sets it as text, not as program output."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        lang = language()
        return f'<p lang="{lang}" style="line-height:1.5;max-width:60em">{rich(self.text[lang])}</p>'

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

    """
    from IPython import display

    text = sentence(said, name, **figures) if isinstance(said, str) else said
    display.display(Sentence(text))  # type: ignore[no-untyped-call]


def verdict(stem: str, claim: str, outcome: Outcome, /, **figures: Any) -> Card:
    """Give the verdict on a claim, decided by the cell from figures that it has just computed.

    Args:
        stem: the lesson, for instance "momentum".
        claim: the claim's id, for instance "mom-1"; the lesson's source calls the sentence on it so, too.
        outcome: "holds", "holds when" or "does not hold".
        **figures: what is filled into that sentence, by name.

    Raises:
        CourseError: this course has no such sentence.
        KeyError: there is no such outcome.

    """
    _LOOK[outcome]
    return Card(claim, outcome, sentence(stem, claim, **figures))
