"""What predictions say, held against what is computed: each answer is true or false by the figures."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from course.lesson import words

if TYPE_CHECKING:
    from course.lesson.words import Question

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
FEW = 3
"""Numbers up to this one are words: "one of the two", "part 3"."""


def as_seen(stem: str, name: str, *true: object) -> None:
    """Assert that the answer marked as seen is true and that no other one is.

    Args:
        stem: the lesson.
        name: of the prediction.
        true: whether what each answer says holds, in the order of the answers, as computed.

    """
    asked = words.prediction(stem, name)
    assert len(true) == len(asked.answers), f"{len(true)} answers computed, of {len(asked.answers)}"
    for (letter, answer), holds in zip(asked.lettered(), true, strict=True):
        assert bool(holds) == answer.correct, f"{letter}. {answer.text.en} is {bool(holds)}"


def problems(stem: str, asked: dict[str, Question], source: str, cells: str = "") -> list[str]:
    """Say which predictions a lesson's tests do not hold against anything computed.

    Args:
        stem: the lesson.
        asked: its predictions, by name.
        source: its tests.
        cells: the code cells of the lesson, whose numbers need no test.

    Returns:
        A sentence for each problem.

    """
    tree = ast.parse(source)
    calls: dict[str, list[ast.Call]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "as_seen":
            lesson, name = (ast.literal_eval(each) for each in node.args[:2])
            assert lesson == stem, f"{lesson} is another lesson"
            calls.setdefault(name, []).append(node)
    known = {
        float(node.value)
        for each in (tree, ast.parse(cells))
        for node in ast.walk(each)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    }
    found = [f"{name}: there is no such prediction" for name in calls.keys() - asked.keys()]
    for name, question in asked.items():
        held = [
            call for call in calls.get(name, []) if not any(isinstance(each, ast.Constant) for each in call.args[2:])
        ]
        if len(held) != 1:
            found.append(f"{name}: nothing computed says which answer is seen")
        numbers = [float(each.replace(",", "")) for text in question.texts() for each in NUMBER.findall(text.en)]
        found += [f"{name}: {each:g} is in no test" for each in numbers if each > FEW and each not in known]
        found += [
            f"{name}: {each:g} is in no test" for each in numbers if each % 1 and each < FEW and each not in known
        ]
    return found
