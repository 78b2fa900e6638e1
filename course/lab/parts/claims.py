"""What a lesson's experiment says: a sentence, or a card with the conclusion on a claim and its figures."""

from __future__ import annotations

from typing import Any, Literal

from course.grading.render import rich
from course.lab.look import BAD, GOOD, PARTLY, QUIET, card, paragraph
from course.lesson.words import WHICH, sentence
from course.text import Text, language

Conclusion = Literal["holds", "holds when", "does not hold", "not decided"]

_LOOK: dict[Conclusion, tuple[str, str, Text]] = {
    "holds": ("✓", GOOD, Text(en="holds", zh="成立")),
    "holds when": ("◐", PARTLY, Text(en="holds when {which}", zh="当{which}时成立")),
    "does not hold": ("✗", BAD, Text(en="does not hold in PyTorch", zh="在 PyTorch 中不成立")),
    "not decided": ("?", QUIET, Text(en="not decided here: {which}", zh="这里无法判定：{which}")),
}


class Card:
    """The card; a notebook shows it as HTML, a terminal as one line."""

    def __init__(self, claim: str, outcome: Conclusion, head: Text, text: Text) -> None:
        self.claim, self.outcome, self.head, self.text = claim, outcome, head, text

    def _repr_html_(self) -> str:
        mark, colour, _ = _LOOK[self.outcome]
        lang = language()
        return card(f"{mark} {self.claim}: {rich(self.head[lang])}", f"<br>{rich(self.text[lang])}", colour)

    def __repr__(self) -> str:
        return f"{_LOOK[self.outcome][0]} {self.claim}: {self.head} · {self.text}"


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
        >>> say("gradient-descent", "overlap")
        The difference is not significant.

    """
    from IPython import display

    text = sentence(said, name, **figures) if isinstance(said, str) else said
    display.display(ShownSentence(text))  # type: ignore[no-untyped-call]


def conclude(stem: str, claim: str, outcome: Conclusion, /, **figures: Any) -> Card:
    """Conclude whether a claim holds, decided by the cell from figures that it has just computed.

    A conclusion that depends on something says on what, in a sentence of its own, named `CLAIM when`; and one that the
    experiment has not the power to decide says how large an effect it would have seen, in `CLAIM effect`.

    Args:
        stem: the lesson, for instance "momentum".
        claim: the claim's id, for instance "mom-1"; the lesson's source calls the sentence on it so, too.
        outcome: "holds", "holds when", "does not hold" or "not decided".
        **figures: what is filled into those sentences, by name.

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
    head = _LOOK[outcome][2]
    if outcome in WHICH:
        head = head.format(which=sentence(stem, f"{claim} {WHICH[outcome]}", **figures))
    return Card(claim, outcome, head, sentence(stem, claim, **figures))
