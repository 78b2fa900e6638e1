"""Every prediction of every lesson is held against what the course's rules do."""

from __future__ import annotations

import pytest

from course.lesson import words
from course.lesson.source import code, read
from course.lesson.words import Question, QuizAnswer
from course.system.workspace import ROOT
from course.text import Text
from course.topic import FOLDER, lessons
from tests.topics.predictions import as_seen, problems

STEMS = [each.stem for each in lessons() if words.predictions(each.stem)]


@pytest.mark.parametrize("stem", STEMS)
def test_every_answer_is_computed(stem: str) -> None:
    source = (ROOT / "tests" / "topics" / stem / "test_facts.py").read_text("utf-8")
    cells = "\n".join(
        each.source for each in code(stem, read(FOLDER / stem / "lesson.md")) if "predict(" in each.source
    )
    assert problems(stem, words.predictions(stem), source, cells) == []


def test_every_lesson_about_an_optimizer_has_predictions() -> None:
    assert {each.stem for each in lessons()} - set(STEMS) <= {"index"}


def test_no_letter_is_the_right_one_most_of_the_time() -> None:
    """A reader who votes for the middle each time predicts nothing."""
    right = [
        letter
        for stem in STEMS
        for question in words.predictions(stem).values()
        for letter, answer in question.lettered()
        if answer.correct
    ]
    assert len(right) > 40
    assert all(0.2 < right.count(letter) / len(right) < 0.45 for letter in words.LETTERS), right


def asked(*whys: str) -> Question:
    answers = [
        QuizAnswer(Text(en=f"{at}", zh="甲"), Text(en=why, zh="乙"), correct=not at) for at, why in enumerate(whys)
    ]
    return Question(Text(en="Which?", zh="哪个？"), tuple(answers))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "nothing computed"),
        ('as_seen("x", "p", True, steps == 39)', "nothing computed"),
        ('as_seen("x", "p", a, b)\nas_seen("x", "p", b, a)', "nothing computed"),
        ('as_seen("x", "p", a, b)', "39 is in no test"),
        ('as_seen("x", "q", steps == 39, b)', "no such prediction"),
        ('assert steps == 39\nas_seen("x", "p", a > b, b > a)', ""),
        ('for steps in (39.0,):\n    as_seen("x", "p", f(steps), not f(steps))', ""),
    ],
)
def test_an_answer_that_nothing_computes_is_named(source: str, says: str) -> None:
    found = problems("x", {"p": asked("It takes 39 steps of 2.", "No.")}, source)
    assert any(says in each for each in found) if says else not found, found


def test_an_answer_that_does_not_hold_is_named() -> None:
    stem = STEMS[0]
    name, question = next(iter(words.predictions(stem).items()))
    right = [answer.correct for answer in question.answers]
    as_seen(stem, name, *right)
    for at in range(len(right)):
        with pytest.raises(AssertionError, match=r"is (True|False)"):
            as_seen(stem, name, *(not each if number == at else each for number, each in enumerate(right)))
    with pytest.raises(AssertionError, match="answers computed"):
        as_seen(stem, name, *right[1:])
