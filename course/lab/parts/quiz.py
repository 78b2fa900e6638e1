"""Self-check questions: choose with the mouse or the arrow keys, and read at once why the answer is right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading.render import rich
from course.lab.look import BAD, CHOICES, GOOD, card, paragraph
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

_RIGHT = Text(en="Right.", zh="正确。")
_WRONG = Text(en="Not quite.", zh="再想想。")


@dataclass(frozen=True)
class Answer:
    """One of the answers, and why it is right or wrong."""

    text: Text
    why: Text
    correct: bool


def right(text: Text, why: Text) -> Answer:
    """Return the right answer of a question.

    Args:
        text: what one chooses.
        why: shown when it is chosen.

    Returns:
        The answer.

    Examples:
        >>> from course.lab import Text, right
        >>> right(Text(en="Yes", zh="是"), why=Text(en="It does.", zh="确实如此。")).correct
        True

    """
    return Answer(text, why, correct=True)


def wrong(text: Text, why: Text) -> Answer:
    """Return a wrong answer of a question.

    Args:
        text: what one chooses.
        why: what the chooser may have had in mind, and where it breaks.

    Returns:
        The answer.

    Examples:
        >>> from course.lab import Text, wrong
        >>> wrong(Text(en="No", zh="否"), why=Text(en="Look again.", zh="再看看。")).correct
        False

    """
    return Answer(text, why, correct=False)


def quiz(question: Text, *answers: Answer) -> widgets.VBox:
    """One question with its answers, in the order given; nothing is chosen at first, and choosing again is free.

    Args:
        question: the question; `code spans` are kept.
        answers: two or more, exactly one of them `right`.

    Returns:
        The question, its answers, and the reply to the one chosen.

    Raises:
        ValueError: not exactly one answer is right, or two read the same.

    Examples:
        >>> from course.lab import Text, quiz, right, wrong
        >>> yes = right(Text(en="Yes", zh="是"), Text(en="It does.", zh="确实如此。"))
        >>> no = wrong(Text(en="No", zh="否"), Text(en="Look again.", zh="再看看。"))
        >>> asked, choice, reply = quiz(Text(en="Does it?", zh="会吗？"), yes, no).children
        >>> choice.options
        ('Yes', 'No')

    """
    import ipywidgets as widgets

    lang = language()
    labels = [answer.text[lang] for answer in answers]
    if sum(answer.correct for answer in answers) != 1 or len(set(labels)) != len(labels):
        raise ValueError(f"exactly one answer is right, and no two are alike: {labels}")
    choice = widgets.RadioButtons(options=labels, value=None, layout={"width": "100%"})
    reply = widgets.HTML()

    def chosen(change: dict[str, Any]) -> None:
        if change["new"] is None:
            return
        answer = answers[labels.index(change["new"])]
        word, colour, mark = (_RIGHT, GOOD, "✓") if answer.correct else (_WRONG, BAD, "✗")
        reply.value = card(f"{mark} {word[lang]}", f" {rich(answer.why[lang])}", colour, live=True)

    choice.observe(chosen, names="value")
    asked = widgets.HTML(CHOICES + paragraph(f"<b>{rich(question[lang])}</b>"))
    box = widgets.VBox([asked, choice, reply])
    box.add_class("course-quiz")
    return box
