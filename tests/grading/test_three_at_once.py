"""Three mistakes at once: found in other words, told in order, within bounds; and never where there are no three."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.grading import case_set, explain
from course.grading.mistakes import catalogue, search
from course.grading.mistakes.simulate import simulate
from course.grading.trail import Trail
from course.rule import load
from course.topic import Topic, topics
from tests.grading import catalogued, mutants, wrong
from tests.shares import share, shares
from tests.topics import corpus

if TYPE_CHECKING:
    from course.grading.mistakes import Explanation
    from course.grading.verdict import Verdict

pytestmark = pytest.mark.split("stem")

STEMS = [topic.stem for topic in topics("rule")]

EVERY, WHOLE = 240, 40
"""Of mutants and wrong files, of which there are thousands, these shares are tried, always and in full."""


def ids(title: str) -> tuple[str, ...]:
    return tuple(title.partition(":")[0].split("+"))


def threes(stem: str) -> dict[str, str]:
    """The files of the corpus that make three mistakes; `test_named.py` holds that they are named, in this order."""
    return {title: source for title, source in corpus(stem, "named").items() if len(ids(title)) == 3}


def judged(stem: str, source: str, folder: Path) -> Verdict:
    file = folder / f"{stem}.py"
    file.write_text(source, "utf-8")
    return catalogued.verdict(stem, load(file, Topic.load(stem).class_name), file)


@pytest.mark.parametrize("stem", STEMS)
def test_every_topic_has_some(stem: str) -> None:
    assert len(threes(stem)) >= 3


@pytest.mark.parametrize("stem", STEMS)
def test_they_are_told_in_the_order_in_which_to_mend_them(stem: str, tmp_path: Path) -> None:
    """Mended one after the other, each time at least as many samples are right as before."""
    (title, source), book = next(iter(threes(stem).items())), catalogue(Topic.load(stem))
    message = judged(stem, source, tmp_path).message
    assert explain.TEXTS["several-in-order"].format(count=explain.COUNTS[3]).en in message.en
    assert explain.TEXTS["several-in-order"].format(count=explain.COUNTS[3]).zh in message.zh
    for lang in ("en", "zh"):
        places = [
            message[lang].index(f"{number}. {book[name].title[lang]}") for number, name in enumerate(ids(title), 1)
        ]
        assert places == sorted(places)


def trails(stem: str, explanation: Explanation) -> dict[str, Trail]:
    """What a rule with these mistakes answers, by case."""
    cases = [case for case in case_set.visible(Topic.load(stem)) if not case.stretch]
    with np.errstate(all="ignore"):
        answers = catalogued.answered(stem, catalogue(Topic.load(stem)).make(explanation), cases)
        return {case.id: Trail.of(case, answers[case.id]) for case in cases}


def some(stem: str, number: int) -> list[Explanation]:
    """Threes of the catalogue that go together, another few for each topic."""
    book, random = catalogue(Topic.load(stem)), np.random.RandomState(STEMS.index(stem))
    singles = [each for (each,) in book.singles if each.wrap != "float32-inside" and each.hides != ("*",)]
    found: list[Explanation] = []
    while len(found) < number:
        three = tuple(singles[i] for i in random.choice(len(singles), 3, replace=False))
        if all(one.beside(other) for one in three for other in three if one is not other):
            found.append(three)
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_few_are_walked_and_always_the_same(stem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[list[str]] = []

    def counted(topic: Topic, explanation: Explanation, *rest: object) -> object:
        walked.append([each.id for each in explanation])
        return simulate(topic, explanation, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "simulate", counted)
    for three in some(stem, 2):
        seen, found = trails(stem, three), []
        for _ in range(2):
            walked.clear()
            yielded = [three for threes in search.triples(Topic.load(stem), seen) for three, _ in threes]
            found.append([[each.id for each in three] for three in yielded])
            found[-1] += walked
            assert len(walked) <= 2 * search.TRIES  # with those that are like the ones that begin right
        assert found[0] == found[1]


@pytest.mark.parametrize("number", [4, pytest.param(12, marks=pytest.mark.full)])
@pytest.mark.parametrize("stem", STEMS)
def test_most_threes_of_the_catalogue_are_found(stem: str, number: int) -> None:
    """Whichever they are: half of them at least begin as the learner's file does, and are among what is yielded."""
    found = 0
    for three in some(stem, number):
        wanted = {each.id for each in three}
        likely = search.triples(Topic.load(stem), trails(stem, three))
        found += any({each.id for each in other} == wanted for threes in likely for other, _ in threes)
    assert found >= number / 2


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("every", shares(EVERY, WHOLE))
@pytest.mark.parametrize("stem", STEMS)
def test_one_slip_is_never_taken_for_three(stem: str, every: int, tmp_path: Path) -> None:
    """A mutant is one change, and a wrong file is made by one: whoever says three has explained it away."""
    files = [mutant.source for mutant in mutants.mutants(stem, every)]
    files += share(wrong.rules(stem).values(), every, stem)
    tried = 0
    for source in files:
        file = tmp_path / f"{stem}.py"
        file.write_text(source, "utf-8")
        try:
            rule_class = load(file, Topic.load(stem).class_name)
        except Exception:  # noqa: BLE001, S112 - a mutant may do anything when it is loaded
            continue
        verdict = catalogued.verdict(stem, rule_class, file)
        tried += 1
        assert len(verdict.mistakes) < 3, source
        assert all(len(each) < 3 for each in verdict.alternatives), source
    assert tried > len(files) / 2


@pytest.mark.parametrize("stem", STEMS)
def test_three_and_something_else_are_not_three(stem: str, tmp_path: Path) -> None:
    """The path of three mistakes, a thousandth of each step longer, is nobody's."""
    source = next(iter(threes(stem).values()))
    name = Topic.load(stem).class_name
    longer = (
        f"\n\nclass {name}({name}):\n    def update(self, param, grad, state):\n"
        "        new, state = super().update(param, grad, state)\n        return new + 0.001 * (new - param), state\n"
    )
    verdict = judged(stem, source + longer, tmp_path)
    assert verdict.mistakes == ()
    assert verdict.alternatives == ()
    assert explain.UNKNOWN.en in verdict.message.en
