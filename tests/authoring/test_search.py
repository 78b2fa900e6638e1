"""The search finds again what is left out of a catalogue, and ends within its bound where there is nothing to find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.authoring.learning.edits import between, makes, place_of
from course.authoring.learning.gathering import numbers
from course.authoring.learning.places import SourceTree
from course.authoring.learning.search import EditSearch
from course.authoring.learning.statements import rewrites
from course.authoring.learning.trial import Trial, plain_class
from course.grading.case_set import visible
from course.grading.mistakes import catalogue
from course.grading.mistakes.catalogue import rule_of
from course.grading.mistakes.edit import edited
from course.grading.mistakes.simulate import simulate, taken
from course.grading.wire import Answer
from course.rule import hyperparameters, load
from course.topic import Topic, topics
from tests.grading.catalogued import answered
from tests.topics import corpus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from course.authoring.learning.search import Result
    from course.grading.case import Case
    from course.grading.mistakes import Catalogue

pytestmark = pytest.mark.split("stem")

HIDDEN = {
    "sgd": ("decay-sign", "lr-twice", "gradient-clipped"),
    "momentum": ("buffer-sign", "gradient-kept", "plain-sgd"),
    "nesterov": ("look-ahead-not-faded", "look-ahead-kept", "decay-after-step"),
    "adagrad": ("eps-inside-root", "scale-one-step-late", "eps-as-floor"),
    "rmsprop": ("square-forgotten", "eps-beside-the-quotient", "root-forgotten"),
    "adam": ("eps-forgotten", "betas-swapped", "eps-inside-root"),
    "adamw": ("decay-forgotten", "decay-not-times-lr", "decay-after-step"),
    "radam": ("rectified-above-four", "eps-inside-root", "correction-without-root"),
    "lookahead": ("returns-slow-weights", "inner-from-slow", "slow-follows-fast"),
    "adadelta": ("eps-outside-lower-root", "lr-in-step-average", "fraction-is-one"),
    "nadam": ("memory-not-corrected", "root-forgotten", "eps-forgotten"),
    "schedules": ("warm-up-from-zero", "half-forgotten", "rises-again"),
}
"""By topic, mistakes that are left out of its catalogue, one at a time; in every other topic, the first always."""


def core(topic: Topic) -> list[Case]:
    return [case for case in visible(topic) if not case.stretch]


def without(topic: Topic, *left_out: str) -> Catalogue:
    """The catalogue, but for some of its mistakes."""
    book = catalogue(topic)
    assert set(left_out) <= {mistake.id for mistake in book.mistakes}
    return replace(book, mistakes=tuple(each for each in book.mistakes if each.id not in left_out))


def walked(topic: Topic, *made: str) -> dict[str, Answer]:
    """What a file with these mistakes answers."""
    with np.errstate(all="ignore"):
        paths = simulate(topic, tuple(catalogue(topic)[name] for name in made), core(topic))
    return {name: Answer(len(path[0]), path, {}, None) for name, path in paths.items()}


def path_of(topic: Topic, result: Result) -> Mapping[str, Sequence[np.ndarray]]:
    """The path of the best edit that was found, and of the known mistake beside it, computed anew."""
    best = result.found[0]
    text = edited(catalogue(topic).text, (*(best.known.edits if best.known else ()), *best.edits))
    rule_class = rule_of(topic, text)
    with np.errstate(all="ignore"):
        return {case.id: taken(rule_class(**hyperparameters(case.hyperparameters)), case) for case in core(topic)}


def assert_same(topic: Topic, result: Result, answers: Mapping[str, Answer]) -> None:
    found = path_of(topic, result)
    for case in core(topic):
        for one, other in zip(found[case.id], answers[case.id].params, strict=True):
            np.testing.assert_allclose(one[:100], other[:100], rtol=1e-8, atol=1e-12, err_msg=case.id)


def test_mistakes_of_every_topic_are_hidden() -> None:
    assert set(HIDDEN) == {topic.stem for topic in topics("rule")}
    assert all(len(set(names)) >= 3 for names in HIDDEN.values())


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        pytest.param(stem, name, marks=pytest.mark.full if number or at % 2 else ())
        for at, (stem, names) in enumerate(HIDDEN.items())
        for number, name in enumerate(names)
    ],
)
def test_an_edit_is_found_that_makes_the_path_of_a_mistake_which_the_catalogue_lacks(stem: str, name: str) -> None:
    topic = Topic.load(stem)
    answers = walked(topic, name)
    result = EditSearch(topic, core(topic), answers, (), without(topic, name)).run()
    assert result.found, name
    assert_same(topic, result, answers)


def answers_of(topic: Topic, source: str) -> dict[str, Answer]:
    return answered(topic.stem, rule_of(topic, source), core(topic))


OF_OTHER_HANDS = {
    "sgd": "decay-not-times-lr",
    "momentum": "decay-decoupled",
    "nesterov": "look-ahead-not-faded",
    "adagrad": "eps-inside-root",
    "rmsprop": "eps-inside-root",
    "adam": "betas-swapped",
    "adamw": "decay-after-step",
    "radam": "rectified-above-four",
    "lookahead": "fast-not-set-back",
    "adadelta": "lr-in-step-average",
    "nadam": "average-fades-by-mu",
    "schedules": "half-forgotten",
}
"""By topic, a mistake that somebody makes in the corpus of named ones, in a file written in another way."""


@pytest.mark.parametrize(
    "stem", [pytest.param(stem, marks=() if at % 2 else pytest.mark.full) for at, stem in enumerate(OF_OTHER_HANDS)]
)
def test_a_file_of_another_hand_is_explained_by_an_edit_of_ours(stem: str, tmp_path: Path) -> None:
    topic, name = Topic.load(stem), OF_OTHER_HANDS[stem]
    source = next(text for title, text in corpus(stem, "named").items() if title.partition(":")[0] == name)
    file = tmp_path / f"{stem}.py"
    file.write_text(source, "utf-8")
    answers = answered(stem, load(file, topic.class_name), core(topic), file)
    result = EditSearch(topic, core(topic), answers, numbers([source.encode()]), without(topic, name)).run()
    assert result.found, name
    assert_same(topic, result, answers)


def test_a_mistake_beside_a_known_one_is_found_by_itself() -> None:
    topic = Topic.load("adagrad")
    answers = walked(topic, "decay-forgotten", "eps-inside-root")
    result = EditSearch(topic, core(topic), answers, (), without(topic, "eps-inside-root")).run()
    best = result.found[0]
    assert best.known
    assert best.known.id == "decay-forgotten"
    assert "weight_decay" not in "".join(edit.old for edit in best.edits)
    assert_same(topic, result, answers)


def test_two_that_the_catalogue_lacks_are_found_together() -> None:
    topic = Topic.load("momentum")
    left_out = "decay-sign", "buffer-sign"
    answers = walked(topic, *left_out)
    result = EditSearch(topic, core(topic), answers, (), without(topic, *left_out)).run()
    assert result.found[0].known is None
    assert len(result.found[0].edits) == 2
    assert_same(topic, result, answers)


def test_numbers_that_stand_in_the_files_are_tried() -> None:
    """No number of our own list will do here; nor is a file's comment a number of it."""
    topic = Topic.load("sgd")
    book = catalogue(topic)
    source = book.text.replace("self.weight_decay * param", "0.0375 * param")
    literals = numbers([f"# 0.77 of 123 files\n{source}".encode()])
    assert "0.0375" in literals
    assert not {"0.77", "123"} & set(literals)
    answers = answers_of(topic, source)
    assert not EditSearch(topic, core(topic), answers, (), book).run(most=2000).found
    found = EditSearch(topic, core(topic), answers, literals, book).run(most=2000).found
    assert any("0.0375" in edit.new for edit in found[0].edits)


def test_where_no_small_edit_makes_the_path_the_search_ends_within_its_bound() -> None:
    topic = Topic.load("sgd")
    text = catalogue(topic).text.replace(
        "return param", "grad = np.tanh(3 * grad) + 0.01 * np.cos(param)\n        return param"
    )
    answers = answers_of(topic, text)
    moved: list[int] = []
    result = EditSearch(topic, core(topic), answers).run(most=3000, told=moved.append)
    assert not result.found
    assert 1000 < result.tried <= 3000
    assert sum(moved) == result.tried
    assert result.nearest is None or result.nearest.agreement.digits > result.plain.digits


def test_a_path_that_is_nearly_the_same_is_another_one() -> None:
    """What the first steps cannot tell apart is held against the last ones, as the diagnosis does."""
    topic = Topic.load("momentum")
    answers = walked(topic, "decay-sign")
    last = core(topic)[-1]
    path = tuple(np.array(each) for each in answers[last.id].params)
    path[0][-1] *= 1 + 1e-5
    answers[last.id] = replace(answers[last.id], params=path)
    result = EditSearch(topic, core(topic), answers, (), without(topic, "decay-sign")).run(most=2000)
    assert not result.found
    assert result.nearest
    assert [edit.old for edit in result.nearest.edits] == ["grad = grad + self.weight_decay * param"]


@pytest.mark.parametrize("stem", HIDDEN)
def test_every_rewrite_is_python_none_is_made_twice_and_edits_make_it(stem: str) -> None:
    topic = Topic.load(stem)
    text = catalogue(topic).text
    every = rewrites(SourceTree.of(text), ("0.7", "3e-5"))
    made = [each.of(text) for each in every]
    assert len(set(made)) == len(made) > 300
    assert text not in made
    assert [each.cost for each in every] == sorted(each.cost for each in every)
    for new in made[:: len(made) // 60]:
        compile(new, "<rewritten>", "exec")
        edits = between(text, new)
        assert edits is not None, new
        assert makes(text, edits, new)
    assert every == rewrites(SourceTree.of(text), ("0.7", "3e-5"))


def test_counts_that_grow_without_bound_take_no_memory() -> None:
    """A count that is squared each time has 10^400 digits after 1500 steps, if it is a whole number."""
    topic = Topic.load("adagrad")
    case = core(topic)[-1]
    assert case.steps > 1000
    answers = walked(topic, "decay-sign")
    trial = Trial(topic, core(topic), answers)
    text = catalogue(topic).source([catalogue(topic)["decay-sign"]])
    assert trial.follows(plain_class(topic, text))
    growing = text.replace('{"step": step,', '{"step": (step + 1) ** 2,')
    assert growing != text
    assert not trial.follows(plain_class(topic, growing))


def test_the_place_of_a_mistake_is_guessed_from_those_nearby() -> None:
    book = catalogue(Topic.load("adam"))
    for name in ("eps-inside-root", "no-bias-correction", "decay-sign"):
        mistake = book[name]
        left = replace(book, mistakes=tuple(each for each in book.mistakes if each.id != name))
        assert place_of(left, mistake.edits, "?") == mistake.place
