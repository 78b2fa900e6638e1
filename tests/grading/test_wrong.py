"""Wrong is wrong: each rule of `wrong.py` loses points in the core, and each core case earns its place."""

from __future__ import annotations

import functools
import warnings
from collections import defaultdict

import pytest

from course.grading import case_set, recipes
from course.grading.mistakes import catalogue
from course.topic import Topic, topics
from tests import topics as corpora
from tests.grading import trial, wrong
from tests.shares import share, shares

STEMS = [topic.stem for topic in topics("rule")]

PLAIN = {"two-parameters", "defaults"}
"""Cases for the reader: the first clue that is easy to follow. What they catch, a harder case catches too."""


@functools.cache
def verdicts(stem: str, every: int = 1) -> dict[str, tuple[str, frozenset[str]]]:
    """For each wrong rule of the topic, or one in so many, its status and the core cases that catch it.

    The long run takes ten times as long as all others together, so it is run only where at most one of them caught the
    rule: enough to know whether it is missed, and whether a single case catches it.
    """
    return {name: verdict(stem, name) for name in share(wrong.rules(stem), every, stem)}


@functools.cache
def verdict(stem: str, name: str) -> tuple[str, frozenset[str]]:
    """The same for one."""
    source = wrong.rules(stem)[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = trial.judgements(stem, source, [case for case in trial.core(stem) if case != "long-run"])
        if sum(judgement.status != "passed" for judgement in found.values()) <= 1:
            found |= trial.judgements(stem, source, ["long-run"])
    return trial.status(stem, found), frozenset(case for case, each in found.items() if each.status != "passed")


@pytest.mark.parametrize("every", shares(8))
@pytest.mark.parametrize("stem", STEMS)
def test_every_wrong_rule_is_caught(stem: str, every: int) -> None:
    found = verdicts(stem, every)
    assert [name for name, (_, failed) in found.items() if not failed] == []
    # A rule that mixes up states of different shapes stops by itself; every other one runs, and is wrong.
    mixing = {"one state for all parameters", "one-inner-state-for-all"}
    assert {name for name, (status, _) in found.items() if status != "wrong"} <= mixing


@pytest.mark.parametrize("stem", [stem for stem in STEMS if (corpora.HERE / stem / "wrong.txt").exists()])
def test_every_edit_is_used(stem: str) -> None:
    """Nothing stands in `wrong.txt` without being tried."""
    tried = {*wrong.rules(stem), *wrong.stretch_rules(stem)}
    text = (corpora.HERE / stem / "wrong.txt").read_text("utf-8")
    titles = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    assert titles
    assert [title for title in titles if title not in tried] == []
    assert len(set(titles)) == len(titles)
    assert not set(titles) & {mistake.id for mistake in catalogue(Topic.load(stem)).mistakes}


@pytest.mark.full
def test_every_core_case_earns_its_place() -> None:
    """Each is the only one to catch something, in most topics; the plain ones are there for the reader."""
    alone: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for stem in STEMS:
        for name, (_, failed) in verdicts(stem).items():
            if len(failed) == 1:
                alone[next(iter(failed))][stem].append(name)
    table = "\n".join(f"{case}: {dict(found)}" for case, found in alone.items())
    for case in [name for name, *_ in recipes.CORE if name not in PLAIN]:
        assert len(alone[case]) >= 2, f"{case} is the only catcher of too little\n{table}"


@pytest.mark.parametrize("stem", [stem for stem in STEMS if wrong.stretch_rules(stem)])
def test_a_wrong_option_costs_extra_points_only(stem: str) -> None:
    extra = [case.id for case in case_set.visible(Topic.load(stem)) if case.stretch]
    for name, source in wrong.stretch_rules(stem).items():
        found = trial.judgements(stem, source, [*(case for case in trial.core(stem) if case != "long-run"), *extra])
        failed = {case for case, judgement in found.items() if judgement.status != "passed"}
        assert failed, name
        assert failed <= set(extra), name


@pytest.mark.parametrize("every", shares(3))
@pytest.mark.parametrize("stem", STEMS)
def test_the_real_judge_says_the_same(stem: str, every: int) -> None:
    """A sample of the table through a real worker: status, failed cases, lost points, both languages."""
    names = "the step instead of the parameter", "grad changed one step later", "stops after 100 steps"
    for name in share(names, every, stem):
        status, failed = verdict(stem, name)
        real = trial.judged(stem, wrong.rules(stem)[name])
        assert real.status == status == "wrong"
        assert failed <= {case.id for case in real.cases if not case.passed and not case.stretch}
        assert real.score == pytest.approx(sum(case.points for case in real.cases if not case.stretch), abs=1e-4)
        assert real.score < real.max_score == Topic.load(stem).points
        reasons = [case.reason for case in real.cases if not case.passed]
        assert all(reason and reason.en != reason.zh and "{" not in reason.en + reason.zh for reason in reasons)
