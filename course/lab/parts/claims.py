"""What a lesson's experiment says: a sentence, or a card with the verdict on a claim and its figures."""

from __future__ import annotations

import html
from typing import Literal

from course.grading.render import rich
from course.lab.look import BAD, GOOD, PARTLY, card, paragraph
from course.text import Text, language

Outcome = Literal["holds", "holds when", "does not hold"]

_LOOK: dict[Outcome, tuple[str, str, Text]] = {
    "holds": ("✓", GOOD, Text(en="holds", zh="成立")),
    "holds when": ("◐", PARTLY, Text(en="holds when …", zh="有条件地成立")),
    "does not hold": ("✗", BAD, Text(en="does not hold", zh="不成立")),
}


class Card:
    """The card; a notebook shows it as HTML, a terminal as one line."""

    def __init__(self, claim: str, outcome: Outcome, text: Text) -> None:
        self.claim, self.outcome, self.text = claim, outcome, text

    def _repr_html_(self) -> str:
        mark, colour, word = _LOOK[self.outcome]
        lang = language()
        head = f"{mark} {self.claim}: {html.escape(word[lang])}"
        return card(head, f"<br>{rich(self.text[lang])}", colour)

    def __repr__(self) -> str:
        mark, _, word = _LOOK[self.outcome]
        return f"{mark} {self.claim}: {word} · {self.text}"


class Sentence:
    """A sentence in the reader's language; a notebook sets it as text, not as program output."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return paragraph(rich(self.text[language()]))

    def __repr__(self) -> str:
        return str(self.text)


def say(text: Text) -> None:
    """Put a sentence under the cell.

    Examples:
        >>> from course.lab import Text, say
        >>> say(Text(en="The loss fell to 0.1.", zh="损失降到了 0.1。"))
        The loss fell to 0.1.

    """
    from IPython import display

    display.display(Sentence(text))  # type: ignore[no-untyped-call]


def verdict(claim: str, outcome: Outcome, *, en: str, zh: str) -> Card:
    """The verdict on a claim, decided by the cell from figures that it has just computed.

    Args:
        claim: the claim's id, for instance "mom-1".
        outcome: "holds", "holds when" or "does not hold".
        en: the figures behind the verdict, in a sentence or two.
        zh: the same in Chinese.

    Returns:
        The card that the cell shows.

    Raises:
        KeyError: there is no such outcome.

    Examples:
        >>> from course.lab import verdict
        >>> verdict("mom-1", "holds", en="15 steps of 200.", zh="200 步中的 15 步。")
        ✓ mom-1: holds · 15 steps of 200.

    """
    _LOOK[outcome]
    return Card(claim, outcome, Text(en=en, zh=zh))
