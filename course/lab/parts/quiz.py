"""Self-check questions: choose with the mouse or the arrow keys, and read at once why the answer is right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading.render import rich
from course.lab.fonts import BAD, GOOD
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

_RIGHT = Text(en="Right.", zh="正确。")
_WRONG = Text(en="Not quite.", zh="再想想。")
STYLE = """<style>
.course-quiz .widget-radio-box label { height: auto; white-space: normal; line-height: 1.5; margin: .15em 0; }
.course-quiz .widget-radio { width: 100%; height: auto; } .course-quiz .widget-radio-box { max-width: none; }
</style>"""
"""For questions of any length: an answer may take several lines. The box needs the class `course-quiz`."""


@dataclass(frozen=True)
class Answer:
    """One of the answers, and why it is right or wrong."""

    text: Text
    why: Text
    correct: bool


def right(text: Text, why: Text) -> Answer:
    """The right answer; `why` is shown when it is chosen."""
    return Answer(text, why, correct=True)


def wrong(text: Text, why: Text) -> Answer:
    """A wrong answer; `why` says what the chooser may have had in mind, and where it breaks."""
    return Answer(text, why, correct=False)


def quiz(question: Text, *answers: Answer) -> widgets.VBox:
    """One question with its answers, in the order given; nothing is chosen at first, and choosing again is free.

    Args:
        question: the question; `code spans` are kept.
        answers: two or more, exactly one of them `right`.

    Raises:
        ValueError: not exactly one answer is right, or two read the same.

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
        reply.value = (
            f'<div lang="{lang}" aria-live="polite" style="border-left:5px solid {colour};padding:.3em 1em;'
            f'line-height:1.5;max-width:60em"><b style="color:{colour}">{mark} {word[lang]}</b> '
            f"{rich(answer.why[lang])}</div>"
        )

    choice.observe(chosen, names="value")
    asked = widgets.HTML(
        f'{STYLE}<p lang="{lang}" style="line-height:1.5;max-width:60em"><b>{rich(question[lang])}</b></p>'
    )
    box = widgets.VBox([asked, choice, reply])
    box.add_class("course-quiz")
    return box
