"""Quizzes and predictions: questions that the page's script answers, and that can be read without it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course.grading.render import rich
from course.lab.parts import predict
from course.lab.parts.quiz import RIGHT, WRONG
from course.lesson.words import LETTERS
from course.text import texts

if TYPE_CHECKING:
    from course.lesson.source import Quiz
    from course.lesson.words import Question
    from course.text import Lang

TEXTS = texts(__file__)


def _right(asked: Question) -> int:
    return next(at for at, answer in enumerate(asked.answers) if answer.correct)


def quiz(cell: Quiz, lang: Lang) -> str:
    """Return a question with its answers to choose from, and the reason of each.

    Args:
        cell: the question.
        lang: the reader's language.

    Returns:
        HTML; without a script the answer can be unfolded.

    """
    asked, name = cell.question, f"quiz-{cell.name}"
    choices, whys = [], []
    for at, answer in enumerate(asked.answers):
        said, mark, look = (RIGHT, "✓", "good") if answer.correct else (WRONG, "✗", "bad")
        choices.append(
            f'<label><input type="radio" name="{name}" value="{at}"> <span>{rich(answer.text[lang])}</span></label>'
        )
        whys.append(f'<p data-why="{at}" hidden><b class="{look}">{mark} {said[lang]}</b> {rich(answer.why[lang])}</p>')
    right = asked.right
    return (
        f'<form class="quiz" id="{name}" data-name="{cell.name}" data-right="{_right(asked)}">'
        f"<fieldset><legend>{rich(asked.text[lang])}</legend>{''.join(choices)}</fieldset>"
        f'<div class="reply" aria-live="polite">{"".join(whys)}</div>'
        f'<details class="no-script"><summary>{TEXTS["answer"][lang]}</summary>'
        f"<p>{rich(right.text[lang])} {rich(right.why[lang])}</p></details></form>"
    )


def prediction(name: str, asked: Question, stage: str, lang: Lang) -> str:
    """Return a question with its answers to vote for, and the experiment that voting opens.

    Args:
        name: what the lesson calls it.
        asked: the question.
        stage: the experiment, as HTML.
        lang: the reader's language.

    Returns:
        HTML; without a script the experiment is there, and what is seen in it can be unfolded.

    """
    said = predict.TEXTS
    answers = "".join(f"<li>{rich(each.text[lang])}</li>" for each in asked.answers)
    votes = "".join(
        f'<button type="button" data-vote="{at}" aria-label="{letter}. {escape(each.text[lang], quote=True)}">'
        f"{letter}</button>"
        for at, (letter, each) in enumerate(asked.lettered())
    )
    seen = f"<b>{LETTERS[_right(asked)]}.</b> {rich(asked.right.text[lang])}"
    told = said["was-seen"][lang].format(answer=seen, why=rich(asked.right.why[lang]))
    replies = [f'<p data-why="none" hidden><b>{said["seen"][lang]}</b> {told}</p>']
    for at, each in enumerate(asked.answers):
        head, look = (said["right"], "good") if each.correct else (said["other"], "partly")
        more = "" if each.correct else f" {told}"
        replies.append(f'<p data-why="{at}" hidden><b class="{look}">{head[lang]}</b> {rich(each.why[lang])}{more}</p>')
    return (
        f'<div class="predict" id="predict-{name}" data-name="{name}" data-right="{_right(asked)}" role="group"'
        f' aria-labelledby="asked-{name}">'
        f'<p class="asked" id="asked-{name}"><b>{TEXTS["predict"][lang]}</b> {rich(asked.text[lang])}</p>'
        f'<ol class="answers">{answers}</ol>'
        f'<div class="ballot scripted"><span>{said["lead"][lang]}</span>{votes}'
        f'<button type="button" class="skip">{said["skip"][lang]}</button></div>'
        f'<p class="voted" aria-live="polite"></p><div class="stage">{stage}'
        f'<p class="scripted"><button type="button" class="compare">{said["compare"][lang]}</button></p></div>'
        f'<div class="reply" aria-live="polite">{"".join(replies)}</div>'
        f'<details class="no-script"><summary>{said["seen"][lang]}</summary><p>{told}</p></details></div>'
    )
