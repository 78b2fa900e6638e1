"""The catalogue's mistakes in other words: whoever makes one is told its name, however the rule is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.grading import case_set
from course.grading.mistakes import catalogue
from course.rule import load
from course.topic import Topic, topics
from tests.grading import catalogued, trial, wrong
from tests.topics import corpus

if TYPE_CHECKING:
    from course.grading.verdict import Verdict

STEMS = [topic.stem for topic in topics("rule")]


def judged(stem: str, source: str, folder: Path) -> Verdict:
    file = folder / f"{stem}.py"
    file.write_text(source, "utf-8")
    return catalogued.verdict(stem, load(file, Topic.load(stem).class_name), file)


@pytest.mark.parametrize(("stem", "title"), [(stem, title) for stem in STEMS for title in corpus(stem, "named")])
def test_a_mistake_is_named_however_it_is_written(stem: str, title: str, tmp_path: Path) -> None:
    verdict = judged(stem, corpus(stem, "named")[title], tmp_path)
    names = tuple(title.partition(":")[0].split("+"))
    assert (verdict.mistakes, verdict.alternatives) == (names, ())
    for mistake in map(catalogue(Topic.load(stem)).__getitem__, names):
        explanation = mistake.explanation.en
        if mistake.option:
            reasons = [case.reason.en for case in verdict.cases if case.stretch and case.reason]
            assert verdict.status == "passed"
            assert any(explanation in reason for reason in reasons)
        else:
            assert explanation in verdict.message.en


@pytest.mark.parametrize("stem", [stem for stem in STEMS if wrong.stretch_rules(stem)])
def test_no_mistake_is_told_of_an_option_that_is_off(stem: str, tmp_path: Path) -> None:
    given = case_set.stretch_options(Topic.load(stem))
    known = [each for each in catalogue(Topic.load(stem)).mistakes if each.option]
    for title, source in wrong.stretch_rules(stem).items():
        for case in judged(stem, source, tmp_path).cases:
            told = {each.option for each in known if case.reason and each.explanation.en in case.reason.en}
            assert told <= given.get(case.id, {}).keys(), (title, case.id)


@pytest.mark.parametrize("stem", STEMS)
def test_mistakes_differ(stem: str) -> None:
    """At least three of the catalogue's a topic, each file of its own text."""
    rules = corpus(stem, "named")
    assert len({title.partition(":")[0] for title in rules}) >= 3
    assert len(set(rules.values())) == len(rules)


@pytest.mark.parametrize("stem", STEMS)
def test_the_real_judge_names_it_too(stem: str) -> None:
    """A sample through a real worker."""
    title, source = next(iter(corpus(stem, "named").items()))
    assert trial.judged(stem, source).mistakes == (title.partition(":")[0],)
