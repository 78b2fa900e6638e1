"""Self-check questions: choose with the mouse or the arrow keys, and read at once why the answer is right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.render import rich
from course.lab.look import BAD, CHOICES, GOOD, card, paragraph
from course.lesson.words import question
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    from course.lesson.words import Question

RIGHT = Text(en="Right.", zh="正确。")
WRONG = Text(en="Not quite.", zh="再想想。")


def quiz(stem: str, name: str) -> widgets.VBox:
    """Ask one question of a lesson's; nothing is chosen at first, and choosing again is free.

    Args:
        stem: the lesson, for instance "momentum".
        name: what the lesson's source calls the question.

    Returns:
        The question, its answers, and the reply to the one chosen.

    Raises:
        CourseError: this course has no such question.

    Examples:
        >>> from course.lab import quiz
        >>> asked, choice, reply = quiz("momentum", "step-11").children
        >>> choice.options[0]
        "PyTorch's form"

    """
    return ask(question(stem, name))


def ask(asked: Question) -> widgets.VBox:
    """Make the widget of a question, its answers in the order given."""
    import ipywidgets as widgets

    from course.lab.piece import Piece

    lang = language()
    labels = [answer.text[lang] for answer in asked.answers]
    choice = widgets.RadioButtons(options=labels, value=None, layout={"width": "100%"})
    reply = widgets.HTML()

    def chosen(change: dict[str, Any]) -> None:
        if change["new"] is None:
            return
        answer = asked.answers[labels.index(change["new"])]
        word, colour, mark = (RIGHT, GOOD, "✓") if answer.correct else (WRONG, BAD, "✗")
        reply.value = card(f"{mark} {word[lang]}", f" {rich(answer.why[lang])}", colour, live=True)

    choice.observe(chosen, names="value")
    head = widgets.HTML(CHOICES + paragraph(f"<b>{rich(asked.text[lang])}</b>"))
    box = Piece([head, choice, reply])
    box.add_class("course-quiz")
    return box
