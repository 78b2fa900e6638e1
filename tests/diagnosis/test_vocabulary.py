"""The vocabulary of the benchmark says nothing twice, and nothing that no finding says."""

from __future__ import annotations

import inspect
import itertools
import tomllib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.diagnosis import systems
from benchmarks.diagnosis.corpus import HERE
from benchmarks.diagnosis.vocabulary import table
from course.grading.findings import cures, parts, patterns, precision, rates, smallest, some_steps, weights
from course.grading.mistakes import catalogue
from course.grading.mistakes.slips import SLIPS
from course.topic import Topic, topics
from tests.diagnosis.findable import BY_ITSELF, OF_BASELINES, findable

if TYPE_CHECKING:
    from collections.abc import Iterable

STEMS = [topic.stem for topic in topics("rule")]


def own(name: str) -> dict[str, Any]:
    """The mistakes of one file of the vocabulary, by id."""
    file = HERE / "vocabulary" / f"{name}.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text("utf-8")).get("mistake", {}) if file.is_file() else {}
    return found


def catalogued(stem: str) -> set[str]:
    return {mistake.id for mistake in catalogue(Topic.load(stem)).mistakes} | {*SLIPS}


def silent(patterns: Iterable[str], ids: Iterable[str]) -> list[str]:
    """The patterns that fit none of these ids."""
    return [each for each in patterns if not any(fnmatchcase(name, each) for name in ids)]


@pytest.mark.parametrize("stem", STEMS)
def test_no_topic_says_again_what_its_catalogue_has(stem: str) -> None:
    assert {*own(stem)} & catalogued(stem) == set()


def test_nothing_is_said_for_all_that_every_catalogue_has() -> None:
    assert [word for word in own("any") if all(word in catalogued(stem) for stem in STEMS)] == []


@pytest.mark.parametrize("stem", STEMS)
def test_findings_of_a_topic_can_show_its_mistakes(stem: str) -> None:
    told = {name: silent(word.get("shown_by", ()), findable(stem)) for name, word in own(stem).items()}
    assert {name: patterns for name, patterns in told.items() if patterns} == {}


def test_findings_can_show_the_mistakes_of_all() -> None:
    ids = frozenset().union(*map(findable, STEMS))
    of_words = ((name, word.get("shown_by", ())) for name, word in own("any").items())
    told = {name: silent(patterns, ids) for name, patterns in itertools.chain(table("shown_by").items(), of_words)}
    assert {name: patterns for name, patterns in told.items() if patterns} == {}


def test_a_pattern_that_no_finding_fits_is_seen() -> None:
    assert silent(("large-norm", "ignores-*", "hyperparameter-changed@lr"), findable("sgd")) == []
    assert silent(("not-linear-in-grad", "depends-on-scale"), findable("sgd")) == ["depends-on-scale"]
    assert silent(("not-linear-in-grad", "depends-on-scale"), findable("rmsprop")) == ["not-linear-in-grad"]
    never = ("never-a-gradient", "start-lr", "ignores-LR", "hyperparameter-changed@betas")
    assert silent(never, findable("adam")) == [*never]


def test_ids_that_are_listed_stand_in_the_code() -> None:
    told_by = (cures, parts, patterns, precision, rates, smallest, some_steps, systems, weights)
    code = "".join(map(inspect.getsource, told_by))
    assert [name for name in BY_ITSELF | OF_BASELINES if f'"{name}"' not in code] == []
