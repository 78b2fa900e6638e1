"""The catalogue: each mistake is wrong and is named with its own id."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.authoring import foreign
from course.grading import case_set, compare, plot, stored
from course.grading.mistakes import PATH_RIGHT, SECTIONS, catalogue, title_of
from course.grading.mistakes.slips import SLIPS
from course.grading.sections import heading
from course.text import LANGS
from course.topic import Topic, topics
from tests.grading import catalogued

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

    from course.grading.verdict import Paths

pytestmark = pytest.mark.split("stem")

STEMS = [topic.stem for topic in topics()]

KNOWN = {name for topic in topics() for each in catalogue(topic).mistakes for name in (each.id, each.place)} | {"*"}
"""What a mistake can hide: mistakes and places, of any topic, because some mistakes are shared."""

STOPPED_BY_SHAPES = {"one-state-for-all", "one-inner-state-for-all"}
"""Where two parameters of different shapes share a state, numpy stops the rule."""


def visible(paths: Paths) -> bool:
    """Whether a reader can see the paths come apart: by a fiftieth of the plot's height, or because one ends early."""
    low, high = plot.bounds(paths)
    got = plot.drawn(paths.got)
    apart = np.abs(np.array(got) - np.array(paths.expected[: len(got)]))
    return len(got) < len(paths.expected) or bool(apart.max() > 0.02 * (high - low))


def each_mistake() -> list[ParameterSet]:
    """Every mistake of every topic; of what four topics or more share a third is tried always, other ones in each."""
    found = [(stem, mistake.id) for stem in STEMS for mistake in catalogue(Topic.load(stem)).mistakes]
    count = Counter(name for _, name in found)
    shared = {name: number for number, name in enumerate(name for name in count if count[name] >= 4)}
    return [
        pytest.param(
            *(stem, name),
            marks=pytest.mark.full if name in shared and (shared[name] + STEMS.index(stem)) % 3 else (),
        )
        for stem, name in found
    ]


@pytest.mark.parametrize("stem", STEMS)
def test_without_a_mistake_the_rule_is_right(stem: str) -> None:
    cases = case_set.visible(Topic.load(stem))
    references = stored.read(Topic.load(stem), cases)
    answers = catalogued.answered(stem, catalogued.mistaken(stem, ()), cases)
    for case in cases:
        found = answers[case.id]
        assert compare.first_difference(case, references[case.id], found.params, found.state) is None, case.id


@pytest.mark.parametrize(("stem", "name"), each_mistake())
def test_each_mistake_is_named(stem: str, name: str) -> None:
    mistake = catalogue(Topic.load(stem))[name]
    verdict = catalogued.verdict(stem, catalogued.mistaken(stem, (mistake,)))
    assert verdict.mistakes == (name,)
    assert verdict.alternatives == ()
    if mistake.option:
        assert verdict.status == "passed"
        reasons = [case.reason for case in verdict.cases if not case.passed]
        assert any(mistake.title.en in reason.en and mistake.title.zh in reason.zh for reason in reasons if reason)
        assert verdict.stretch_score < verdict.stretch_max
        return
    assert verdict.status == ("error" if name in STOPPED_BY_SHAPES else "wrong")
    assert verdict.score < verdict.max_score
    for lang in LANGS:
        assert mistake.title[lang] in verdict.message[lang]
        assert mistake.explanation[lang] in verdict.message[lang]
        assert f"“{heading(Topic.load(stem), mistake.section)[lang]}”" in verdict.message[lang]
    if verdict.paths and name not in PATH_RIGHT and mistake.place != "precision":  # last digits show in no plot
        drawn = len(verdict.paths.mistake)
        assert drawn > 1
        np.testing.assert_allclose(verdict.paths.mistake, verdict.paths.got[:drawn], rtol=1e-6, atol=1e-12)
        assert visible(verdict.paths)


@pytest.mark.parametrize("stem", STEMS)
def test_pairs_are_named(stem: str) -> None:
    """A sample through the judge: named, or among the alternatives, or there is a single mistake that explains it."""
    pairs = catalogue(Topic.load(stem)).pairs
    for pair in pairs[:: max(1, len(pairs) // 6)]:
        verdict = catalogued.verdict(stem, catalogued.mistaken(stem, pair))
        ids = tuple(mistake.id for mistake in pair)
        if verdict.status != "passed":
            assert verdict.mistakes == ids or ids in verdict.alternatives or len(verdict.mistakes) == 1, ids


@pytest.mark.parametrize("stem", STEMS)
def test_the_catalogue_is_well_kept(stem: str) -> None:
    book = catalogue(Topic.load(stem))
    ids = [mistake.id for mistake in book.mistakes]
    assert len(set(ids)) == len(ids) >= 5
    options = case_set.stretch_names(Topic.load(stem))
    assert {mistake.option for mistake in book.mistakes} - {""} <= options
    for mistake in book.mistakes:
        assert set(mistake.hides) <= KNOWN, mistake.id
        assert mistake.section in SECTIONS
        assert title_of(Topic.load(stem), mistake.id) == mistake.title
        assert list(foreign.words(mistake.title.zh)) == [], mistake.id  # a notebook shows it, whichever it is
        for lang in LANGS:
            assert mistake.title[lang][-1] not in ".。", mistake.id
            assert mistake.explanation[lang][-1] in ".。?？）)", mistake.id
            assert mistake.title[lang].count("`") % 2 == mistake.explanation[lang].count("`") % 2 == 0, mistake.id
    assert not set(ids) & set(SLIPS)


def test_one_id_means_one_mistake() -> None:
    """The class report counts by id: the same id has the same title in every topic."""
    titles: dict[str, set[str]] = {}
    for stem in STEMS:
        for mistake in catalogue(Topic.load(stem)).mistakes:
            titles.setdefault(mistake.id, set()).add(mistake.title.en)
    assert {name: found for name, found in titles.items() if len(found) > 1} == {}


def test_there_are_many() -> None:
    """Counted by what was written: what several topics share counts once, and hyperparameters do not multiply it."""
    ids = {mistake.id for topic in topics() for mistake in catalogue(topic).mistakes}
    written = {name for name in ids if not name.endswith(("-hard-coded", "-read-once"))}
    assert len(written) >= 80
