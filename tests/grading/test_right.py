"""Right is right, however it is written: no rule of `right.py` loses a point, on visible cases or on hidden ones.

Nor is any of them told that it made a mistake, whatever it calls its state and whatever it keeps there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course.grading import case_set
from course.rule import load
from course.topic import Topic, topics
from tests.grading import catalogued, right, trial
from tests.topics import corpus

STEMS = [topic.stem for topic in topics("rule")]
SEEDS = ("a class", "another class")


@pytest.mark.parametrize(
    ("stem", "style"),
    [pytest.param(stem, style, id=f"{stem}-{style}") for stem in STEMS for style in right.rules(stem)],
)
@pytest.mark.filterwarnings("ignore:take care")
def test_a_right_rule_passes(stem: str, style: str) -> None:
    """On hidden cases; on the visible ones too, where the next test does not say so, and more."""
    short = [name for name in trial.core(stem) if name != "long-run"]
    visible = short if style in right.WRAPPED else [] if style in corpus(stem, "right") else trial.core(stem)
    source = right.rules(stem)[style]
    found = trial.judgements(stem, source, visible)
    found |= trial.judgements(stem, source, [f"hidden-{name}" for name in short], SEEDS[0])
    assert {name: judgement.reason for name, judgement in found.items() if judgement.status != "passed"} == {}


@pytest.mark.parametrize(
    ("stem", "style"),
    [pytest.param(stem, style, id=f"{stem}-{style}") for stem in STEMS for style in corpus(stem, "right")],
)
def test_a_right_rule_is_told_no_mistake(stem: str, style: str, tmp_path: Path) -> None:
    """Not in the core, and not for the stretch options that it leaves out."""
    file = tmp_path / f"{stem}.py"
    file.write_text(corpus(stem, "right")[style], "utf-8")
    verdict = catalogued.verdict(stem, load(file, Topic.load(stem).class_name), file)
    assert (verdict.status, verdict.score, verdict.stretch_score) == ("passed", verdict.max_score, 0)
    assert (verdict.mistakes, verdict.alternatives, verdict.first_difference) == ((), (), None)


def renamed(stem: str, names: dict[str, str]) -> str:
    """The solution with other keys for its state."""
    source = Topic.load(stem).solution.read_text("utf-8")
    return re.sub(r'"(\w+)"', lambda key: f'"{names.get(key[1], key[1])}"', source)


KEYS = [(stem, keys) for stem in STEMS if Topic.load(stem).state for keys in ("own", "exchanged", "misleading")]


@pytest.mark.parametrize(("stem", "keys"), KEYS)
def test_names_of_the_state_are_free(stem: str, keys: str) -> None:
    """Own names; torch's names, each for another entry; torch's names beside the real state, with nonsense in them."""
    names = list(Topic.load(stem).state)
    name = Topic.load(stem).class_name
    solution = renamed(stem, {})
    if keys == "own":
        changed = renamed(stem, {each: f"my own {i}" for i, each in enumerate(names)})
        assert changed.count('"my own') >= 2 * len(names)
    elif keys == "exchanged":
        changed = renamed(stem, dict(zip(names, [*names[1:], names[0]], strict=True)))
        assert (changed == solution) == (len(names) == 1)
    else:
        changed = f"""{solution}
class {name}({name}):
    def init(self, param):
        return {{each: 13.0 + param for each in {names}}} | {{"really": super().init(param)}}
    def update(self, param, grad, state):
        new, state["really"] = super().update(param, grad, state["really"])
        return new, state | {{each: -state[each] for each in {names}}}
"""
    verdict = trial.judged(stem, changed)
    assert (verdict.status, verdict.score, verdict.stretch_score) == ("passed", verdict.max_score, verdict.stretch_max)
    assert (verdict.mistakes, verdict.alternatives, verdict.first_difference) == ((), (), None)


@pytest.mark.parametrize("stem", STEMS)
def test_a_right_rule_passes_the_real_judge(stem: str) -> None:
    """The solution has all points, extra ones too; without the stretch options a rule loses those alone."""
    verdict = trial.judged(stem, Topic.load(stem).solution.read_text("utf-8"), seed=SEEDS[1])
    failed = {case.id: case.reason for case in verdict.cases if not case.passed}
    assert (verdict.status, failed, verdict.mistakes) == ("passed", {}, ())
    assert (verdict.score, verdict.stretch_score) == (verdict.max_score, verdict.stretch_max)
    assert {case.id for case in verdict.cases} == {
        case.id for case in (*case_set.visible(Topic.load(stem)), *case_set.hidden(Topic.load(stem), SEEDS[1]))
    }

    style, source = next(iter(corpus(stem, "right").items()))
    verdict = trial.judged(stem, source)
    assert (verdict.status, verdict.score) == ("passed", verdict.max_score), style
    assert verdict.stretch_score == 0
    assert [case.id for case in verdict.cases if not case.passed] == list(case_set.stretch_options(Topic.load(stem)))
    assert verdict.stretch_max == Topic.load(stem).stretch_points


def test_styles_differ() -> None:
    """At least seven handwritten rules a topic, none twice."""
    for stem in STEMS:
        assert len(set(corpus(stem, "right").values())) >= 7, stem
