"""Where no catalogued mistake fits, the verdict says so and tells the facts that help most."""

from __future__ import annotations

import re

import numpy as np
import pytest

from course.grading import explain, facts
from course.grading.mistakes import catalogue
from course.text import Text
from course.topic import Topic
from tests.grading import catalogued, trial

SOLUTION = Topic.load("rmsprop").solution.read_text("utf-8")
NAME = Topic.load("rmsprop").class_name

ODD = {
    "a third of the step": ("param + (new - param) / 3", facts.STEP_RATIO, "0.3333"),
    "a ninth of the way back": ("param - (new - param) / 9", facts.OPPOSITE_RATIO, "0.1111"),
    "never moves": ("param * 1.0", facts.STILL, ""),
    "no number from step 7": ("new / 0 if t == 7 else new", facts.INFINITE, "7"),
    "stands still at step 9": ("param * 1.0 if t == 9 else new", facts.STILL_HERE, "9"),
    "turns round at step 5": ("2 * param - new if t == 5 else new", facts.OPPOSITE, "5"),
    "noise alone": ("new + 0.001 * np.sin(1000 * param)", None, ""),
}
"""By what is odd: what is returned as the new parameter at step t, the fact that must be told, and its figure."""

FILE = f"""
import numpy as np
{SOLUTION}
class {NAME}({NAME}):
    def init(self, param):
        return 0, super().init(param)
    def update(self, param, grad, state):
        t, state = state
        t += 1
        new, state = super().update(param, grad, state)
        return {{new}}, (t, state)
"""


def pattern(text: Text) -> tuple[str, str]:
    """What a sentence looks like with any figures filled in."""
    return tuple(re.sub(r"\\{\w+\\}", r"[^ ]+", re.escape(each)) for each in (text.en, text.zh))  # type: ignore[return-value]


@pytest.mark.parametrize("what", ODD)
def test_the_facts_are_told(what: str) -> None:
    new, fact, figure = ODD[what]
    verdict = trial.judged("rmsprop", FILE.replace("{new}", new))
    assert verdict.status == "wrong"
    assert not verdict.mistakes
    assert not verdict.alternatives
    assert explain.UNKNOWN.en in verdict.message.en
    assert explain.UNKNOWN.zh in verdict.message.zh
    if fact is None:
        assert {each.kind for each in verdict.said} <= {"difference", "reason", "finding", "unknown", "verdict"}
        return
    english, chinese = pattern(fact)
    assert re.search(english, verdict.message.en)
    assert re.search(chinese, verdict.message.zh)
    assert figure in verdict.message.en.splitlines()[0]
    assert figure in verdict.message.zh.splitlines()[0]


def test_a_buffer_that_is_a_multiple_is_told() -> None:
    wrong = SOLUTION.replace("+ (1 - self.alpha) * grad**2", "+ 0.7 * (1 - self.alpha) * grad**2")
    assert wrong != SOLUTION
    verdict = trial.judged("rmsprop", wrong)
    assert verdict.mistakes == ()
    assert verdict.first_difference is not None
    assert verdict.first_difference.quantity == "square_avg"
    assert "every element of parameter 0's `square_avg` is 0.7 times torch's" in verdict.message.en
    assert "参数 0 的 `square_avg`，每个元素都是 torch 的 0.7 倍" in verdict.message.zh


@pytest.mark.parametrize(
    ("got", "expected", "ratio"),
    [
        ([2.0, 4.0], [1.0, 2.0], 2.0),
        ([2.0, 4.0, 0.0], [1.0, 2.0, 0.0], 2.0),
        ([2.0, 4.0, 1.0], [1.0, 2.0, 0.0], None),
        ([2.0, 4.1], [1.0, 2.0], None),
        ([1.0, 2.0], [1.0, 2.0], None),
        ([2.0], [1.0], None),
        ([0.0, 0.0], [1.0, 2.0], None),
        ([np.nan, 4.0], [1.0, 2.0], None),
    ],
)
def test_a_ratio_is_told_only_where_it_is_constant(
    got: list[float], expected: list[float], ratio: float | None
) -> None:
    assert facts.constant_ratio(np.array(got), np.array(expected)) == ratio


def test_several_mistakes_of_one_path_are_all_told() -> None:
    """With weight decay forgotten, going uphill and adding the step are one and the same."""
    book = catalogue(Topic.load("adam"))
    pair = (book["uphill"], book["decay-forgotten"])
    verdict = catalogued.verdict("adam", catalogued.mistaken("adam", pair))
    assert verdict.mistakes == ()
    assert set(verdict.alternatives) == {("uphill", "decay-forgotten"), ("adds-the-step", "decay-forgotten")}
    for mistake in (*pair, book["adds-the-step"]):
        assert mistake.title.en in verdict.message.en
        assert mistake.title.zh in verdict.message.zh
    assert explain.ONE_OF[2].en in verdict.message.en


def test_two_mistakes_are_both_explained() -> None:
    book = catalogue(Topic.load("adam"))
    pair = (book["no-bias-correction"], book["eps-inside-root"])
    verdict = catalogued.verdict("adam", catalogued.mistaken("adam", pair))
    assert verdict.mistakes == ("no-bias-correction", "eps-inside-root")
    for mistake in pair:
        assert mistake.title.zh in verdict.message.zh
        assert mistake.explanation.en in verdict.message.en
    assert verdict.paths is not None
    np.testing.assert_allclose(verdict.paths.mistake, verdict.paths.got, rtol=1e-9)
