"""Self-check questions: choose with the mouse or the arrow keys, and read at once why the answer is right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.render import rich
from course.lab.fonts import BAD, GOOD
from course.lesson.words import question
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    from course.lesson.words import Question

_RIGHT = Text(en="Right.", zh="正确。")
_WRONG = Text(en="Not quite.", zh="再想想。")
STYLE = """<style>
.course-quiz .widget-radio-box label { height: auto; white-space: normal; line-height: 1.5; margin: .15em 0; }
.course-quiz .widget-radio { width: 100%; height: auto; } .course-quiz .widget-radio-box { max-width: none; }
</style>"""
"""For questions of any length: an answer may take several lines. The box needs the class `course-quiz`."""


def quiz(stem: str, name: str) -> widgets.VBox:
    """Ask one question of a lesson's; nothing is chosen at first, and choosing again is free.

    Args:
        stem: the lesson, for instance "momentum".
        name: what the lesson's source calls the question.

    Raises:
        CourseError: this course has no such question.

    """
    return ask(question(stem, name))


def ask(asked: Question) -> widgets.VBox:
    """Make the widget of a question, its answers in the order given."""
    import ipywidgets as widgets

    lang = language()
    labels = [answer.text[lang] for answer in asked.answers]
    choice = widgets.RadioButtons(options=labels, value=None, layout={"width": "100%"})
    reply = widgets.HTML()

    def chosen(change: dict[str, Any]) -> None:
        if change["new"] is None:
            return
        answer = asked.answers[labels.index(change["new"])]
        word, colour, mark = (_RIGHT, GOOD, "✓") if answer.correct else (_WRONG, BAD, "✗")
        reply.value = (
            f'<div lang="{lang}" aria-live="polite" style="border-left:5px solid {colour};padding:.3em 1em;'
            f'line-height:1.5;max-width:60em"><b style="color:{colour}">{mark} {word[lang]}</b> '
            f"{rich(answer.why[lang])}</div>"
        )

    choice.observe(chosen, names="value")
    head = widgets.HTML(
        f'{STYLE}<p lang="{lang}" style="line-height:1.5;max-width:60em"><b>{rich(asked.text[lang])}</b></p>'
    )
    box = widgets.VBox([head, choice, reply])
    box.add_class("course-quiz")
    return box
