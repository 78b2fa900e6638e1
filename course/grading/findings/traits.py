"""What can tell the places where a rule goes wrong from those where it is right: their traits, by the topic alone."""

from __future__ import annotations

import functools
import itertools
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.findings.leaving import Elements
from course.grading.findings.phases import phases
from course.grading.findings.quantities import quantities
from course.grading.findings.values import by_step, whole_numbers
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from course.grading.case import Array, Case, Trajectory
    from course.grading.findings.leaving import Level, Truths, Whole
    from course.topic import Topic

TEXTS = texts(__file__)


@dataclass(frozen=True, eq=False)
class Trait:
    """Something that holds at some places and not at others."""

    id: str
    level: Level
    """What it tells apart: cases, parameters, or elements."""
    where: str
    """The hyperparameter that it is about, or ""."""
    text: Text
    """Of a fixed trait of parameters and elements, what follows "the parameters …", in Chinese what stands before 参数;
    of all others a condition, as in "in which … is 0"."""
    when: Truths
    """Whether it holds, at each place of the row."""
    fixed: bool
    """Whether it is the same at every step."""
    hint: Text | None = None
    """What to look for in the file."""


def _shape(case: Case, i: int) -> tuple[int, ...]:
    return tuple(case.params[i].shape)


def _of_equal_shape(case: Case, i: int, others: range) -> bool:
    return any(_shape(case, k) == _shape(case, i) for k in others if k != i)


def _by_column(shape: tuple[int, ...], k: int) -> int:
    """Return the place that an element has if an array is read column by column, as Fortran does."""
    return int(np.ravel_multi_index(np.unravel_index(k, shape), shape, order="F")) if shape else k


OF_PARAMETERS: tuple[tuple[str, Text, Text | None, Callable[[Case, int], bool]], ...] = (
    ("vectors-only", TEXTS["vectors"], TEXTS["biases"], lambda case, i: len(_shape(case, i)) == 1),
    ("no-vectors", TEXTS["no-vectors"], TEXTS["dimensions"], lambda case, i: len(_shape(case, i)) != 1),
    ("0-d-only", TEXTS["0-d"], TEXTS["dimensions"], lambda case, i: _shape(case, i) == ()),
    ("no-0-d", TEXTS["no-0-d"], TEXTS["dimensions"], lambda case, i: _shape(case, i) != ()),
    ("two-dimensions-up", TEXTS["two-up"], TEXTS["dimensions"], lambda case, i: len(_shape(case, i)) > 1),
    ("below-two-dimensions", TEXTS["below-two"], TEXTS["biases"], lambda case, i: len(_shape(case, i)) < 2),
    ("matrices-only", TEXTS["matrices"], TEXTS["dimensions"], lambda case, i: len(_shape(case, i)) == 2),
    ("square-matrices", TEXTS["square"], TEXTS["dimensions"],
     lambda case, i: len(_shape(case, i)) == 2 and len({*_shape(case, i)}) == 1 and case.params[i].size > 1),
    ("three-dimensions-up", TEXTS["three-up"], TEXTS["dimensions"], lambda case, i: len(_shape(case, i)) > 2),
    ("single-element", TEXTS["single"], TEXTS["one"], lambda case, i: case.params[i].size == 1),
    ("several-elements", TEXTS["several"], TEXTS["whole"], lambda case, i: case.params[i].size > 1),
    ("first-parameter", TEXTS["first"], TEXTS["shared"], lambda _, i: i == 0),
    ("not-the-first-parameter", TEXTS["not-first"], TEXTS["shared"], lambda _, i: i > 0),
    ("last-parameter", TEXTS["last"], TEXTS["shared"], lambda case, i: i == len(case.params) - 1),
    ("not-the-last-parameter", TEXTS["not-last"], TEXTS["shared"], lambda case, i: i < len(case.params) - 1),
    ("at-odd-positions", TEXTS["odd"], TEXTS["biases"], lambda _, i: i % 2 == 1),
    ("equal-shape", TEXTS["equal-shape"], TEXTS["by-shape"],
     lambda case, i: _of_equal_shape(case, i, range(len(case.params)))),
    ("later-of-equal-shape", TEXTS["later-of-equal-shape"], TEXTS["by-shape"],
     lambda case, i: _of_equal_shape(case, i, range(i))),
    ("earlier-of-equal-shape", TEXTS["earlier-of-equal-shape"], TEXTS["by-shape"],
     lambda case, i: _of_equal_shape(case, i, range(i, len(case.params)))),
)  # fmt: skip
"""Of a parameter, whatever the step: id, text, hint, whether it holds."""

OF_ELEMENTS: tuple[tuple[str, Text, Text | None, Callable[[Case, int, int], bool]], ...] = (
    ("first-element", TEXTS["first"], TEXTS["every-element"], lambda _, __, k: k == 0),
    ("not-the-first-element", TEXTS["not-first"], TEXTS["every-element"], lambda _, __, k: k > 0),
    ("last-element", TEXTS["last"], TEXTS["every-element"], lambda case, i, k: k == case.params[i].size - 1),
    ("not-the-last-element", TEXTS["not-last"], TEXTS["every-element"],
     lambda case, i, k: k < case.params[i].size - 1),
    ("first-row", TEXTS["first-row"], TEXTS["every-element"],
     lambda case, i, k: bool(_shape(case, i)) and np.unravel_index(k, _shape(case, i))[0] == 0),
    ("first-column", TEXTS["first-column"], TEXTS["every-element"],
     lambda case, i, k: bool(_shape(case, i)) and np.unravel_index(k, _shape(case, i))[-1] == 0),
    ("not-the-first-row", TEXTS["not-first-row"], TEXTS["every-element"],
     lambda case, i, k: bool(_shape(case, i)) and bool(np.unravel_index(k, _shape(case, i))[0])),
    ("not-the-first-column", TEXTS["not-first-column"], TEXTS["every-element"],
     lambda case, i, k: bool(_shape(case, i)) and bool(np.unravel_index(k, _shape(case, i))[-1])),
    ("moved-by-transposing", TEXTS["transposed"], TEXTS["order"],
     lambda case, i, k: _by_column(_shape(case, i), k) != k),
    ("begins-at-zero", TEXTS["begins-at-zero"], None, lambda case, i, k: case.params[i].flat[k] == 0),
)  # fmt: skip
"""The same of an element, by its place within the parameter."""

OF_STEPS: tuple[tuple[str, Level, Text, Text | None, Callable[[Elements], Any]], ...] = (
    ("zero-gradient", "element", TEXTS["zero-gradient"], TEXTS["zero"], lambda at: at.grad == 0),
    ("negative-gradient", "element", TEXTS["negative-gradient"], TEXTS["sign"], lambda at: at.grad < 0),
    ("positive-gradient", "element", TEXTS["positive-gradient"], TEXTS["sign"], lambda at: at.grad > 0),
    ("zero-parameter", "element", TEXTS["zero-parameter"], None, lambda at: at.param == 0),
    ("nonzero-parameter", "element", TEXTS["nonzero-parameter"], None, lambda at: at.param != 0),
    ("negative-parameter", "element", TEXTS["negative-parameter"], TEXTS["sign"], lambda at: at.param < 0),
    ("positive-parameter", "element", TEXTS["positive-parameter"], TEXTS["sign"], lambda at: at.param > 0),
    ("gradient-away-from-zero", "element", TEXTS["away-from-zero"], TEXTS["sign"], lambda at: at.grad * at.param < 0),
    ("gradient-towards-zero", "element", TEXTS["towards-zero"], TEXTS["sign"], lambda at: at.grad * at.param > 0),
    ("gradient-turns", "element", TEXTS["turns"], TEXTS["sign"], lambda at: at.grad * before(at, at.grad) < 0),
    ("nonzero-gradient", "element", TEXTS["nonzero-gradient"], None,
     lambda at: np.abs(at.grad) > MILLIONTH * so_far(at, np.abs(at.grad))),
    ("negative-result", "element", TEXTS["negative-result"], TEXTS["bounds"], lambda at: at.result < 0),
    ("past-zero", "element", TEXTS["past-zero"], TEXTS["bounds"], lambda at: at.result * at.param < 0),
    ("uphill-step", "element", TEXTS["uphill-step"], TEXTS["sign"], lambda at: (at.result - at.param) * at.grad > 0),
    ("zero-gradient-before", "element", TEXTS["zero-before"], TEXTS["zero"],
     lambda at: (before(at, at.grad) == 0) & (at.step > 1)),
    ("gradient-all-zero", "parameter", TEXTS["all-zero"], TEXTS["zero"], lambda at: ~_any(at, at.grad != 0)),
    ("zero-somewhere", "parameter", TEXTS["zero-somewhere"], TEXTS["zero"], lambda at: _any(at, at.grad == 0)),
)  # fmt: skip
"""Of an element, or of a whole parameter, at one step: id, level, text, hint, whether it holds at each place."""


def moves(at: Elements) -> Trait:
    """Return what joins any trait where a rule rests: that the right rule moves an element at all.

    Args:
        at: the places.

    Returns:
        The trait.

    """
    return Trait("moves", "element", "", TEXTS["moves"], at.moving, fixed=False)


def from_step(at: Elements, step: int) -> Trait:
    """Return the trait of all steps from one on.

    Args:
        at: the places.
        step: the first of them, counted from 1.

    Returns:
        The trait.

    """
    return Trait(f"from-step-{step}", "case", "", TEXTS["from-step"].format(step=step), at.step >= step, fixed=False)


def from_position(at: Elements, position: int) -> Trait:
    """Return the trait of all elements from one place of their parameter on.

    Args:
        at: the places.
        position: of the first of them, flat, counted from 0.

    Returns:
        The trait.

    """
    when, text = np.repeat(at.element >= position, at.steps), TEXTS["from-position"].format(position=position)
    return Trait(f"from-position-{position}", "element", "", text, when, fixed=True, hint=TEXTS["every-element"])


def before(at: Elements, values: Array) -> Array:
    """Return what stood at each place one step earlier.

    Args:
        at: the places.
        values: one a place.

    Returns:
        The values; 0 at the first step.

    """
    return np.where(at.step > 1, np.roll(values, 1), 0.0)


MILLIONTH = 1e-6
"""A gradient that is a smaller share of an earlier one is not always seen beside what that has left."""


def so_far(at: Elements, values: Array) -> Array:
    """Return the largest value of each element up to each step.

    Args:
        at: the places.
        values: one a place.

    Returns:
        The values.

    """
    return np.concatenate([np.maximum.accumulate(each) for each in np.split(values, at.starts[1:])])


def _any(at: Elements, true: Truths) -> Truths:
    return np.asarray(at.total("parameter", true.astype(float)) > 0)


def _fixed(at: Elements, each: Iterator[bool]) -> Truths:
    return np.repeat(np.fromiter(each, dtype=bool, count=len(at.case)), at.steps)


def _of_places(at: Elements) -> Iterator[Trait]:
    elements = [(at.cases[n], int(i), int(k)) for n, i, k in zip(at.case, at.parameter, at.element, strict=True)]
    for name, text, hint, holds in OF_PARAMETERS:
        true = _fixed(at, (holds(case, i) for case, i, _ in elements))
        yield Trait(name, "parameter", "", text, true, fixed=True, hint=hint)
    for name, text, hint, of_element in OF_ELEMENTS:
        true = _fixed(at, (bool(of_element(case, i, k)) for case, i, k in elements))
        yield Trait(name, "element", "", text, true, fixed=True, hint=hint)
    for name, level, text, hint, at_place in OF_STEPS:
        yield Trait(name, level, "", text, np.asarray(at_place(at)), fixed=False, hint=hint)


def _of_hyperparameters(topic: Topic, at: Elements) -> Iterator[Trait]:
    """Yield what is told apart by one hyperparameter: off, on, given, changed by a schedule, counted in steps.

    Hyperparameters that tell the same cases apart, at the same steps, are one trait with several names.
    """
    columns = [by_step(topic, case) for case in at.cases]
    found: dict[tuple[str, bytes], tuple[list[str], Text, Truths, bool]] = {}

    def add(kind: str, of: str, text: Text, holds: Callable[[int], Any], *, fixed: bool) -> None:
        by_case = [np.broadcast_to(np.asarray(holds(n), dtype=bool), case.steps) for n, case in enumerate(at.cases)]
        names, *_ = found.setdefault(
            (kind, np.concatenate(by_case).tobytes()),
            ([], text, np.concatenate([by_case[number] for number in at.case]), fixed),
        )
        names.append(of)

    def each(name: str, true: Callable[[Array], Any]) -> Callable[[int], Any]:
        return lambda n: true(columns[n][name])

    for name in columns[0]:
        add("hyperparameter-on", name, TEXTS["on"], each(name, lambda values: values != 0), fixed=False)
        add("hyperparameter-off", name, TEXTS["off"], each(name, lambda values: values == 0), fixed=False)
        add("hyperparameter-changed", name, TEXTS["changed"], each(name, _changed), fixed=False)
    _add_changed(columns, add)
    for name in dict.fromkeys(re.split(r"[.\[]", column)[0] for column in columns[0]):
        given = [name in case.hyperparameters for case in at.cases]
        add("hyperparameter-given", name, TEXTS["given"], given.__getitem__, fixed=True)
        add("hyperparameter-not-given", name, TEXTS["not-given"], [not its for its in given].__getitem__, fixed=True)
    _add_clocks(at, columns, [*whole_numbers(topic)], add)
    for (kind, _), (alike, text, when, fixed) in found.items():
        names = alike[0].split(", ") if kind == "one-of-two-changed" else alike  # one pair is enough
        listed = Text.joined([Text(en=f"`{each}`", zh=f"`{each}`") for each in names], en=", ", zh="、")
        yield Trait(kind, "case", ", ".join(names), text.format(name=listed), when, fixed=fixed)


def _changed(values: Array) -> Truths:
    return np.asarray(np.logical_or.accumulate(values != values[0]))


def _add_changed(columns: Sequence[Mapping[str, Array]], add: Callable[..., None]) -> None:
    """Add what is told apart by a change of one of two hyperparameters: their product may be kept as a whole."""
    for one, other in itertools.combinations(columns[0], 2):

        def either(n: int, both: tuple[str, str] = (one, other)) -> Any:
            return np.logical_or(*(_changed(columns[n][name]) for name in both))

        add("one-of-two-changed", f"{one}, {other}", TEXTS["either-changed"], either, fixed=False)


def _add_clocks(
    at: Elements, columns: Sequence[Mapping[str, Array]], names: Sequence[str], add: Callable[..., None]
) -> None:
    """Add what is told apart by a number of steps that is a hyperparameter: every so many, and after so many."""
    steps = [np.arange(1, case.steps + 1) for case in at.cases]
    for name in names:

        def every(n: int, of: str = name) -> Any:
            return steps[n] % np.maximum(columns[n][of], 1) == 0

        add("every-so-many-steps", name, TEXTS["every"], every, fixed=False)
    for count in range(1, len(names) + 1):

        def after(n: int, of: Sequence[str] = names[:count]) -> Any:
            return steps[n] > sum(columns[n][each] for each in of)

        add("after-so-many-steps", " + ".join(names[:count]), TEXTS["after"], after, fixed=False)


def _phases(topic: Topic, at: Elements) -> Iterator[Trait]:
    """Yield the phases of the topic itself, such as the one from which on a rule trusts its second moment."""
    for name, text, by_case in phases(topic, at.cases):
        row = np.concatenate([by_case[number] for number in at.case])
        yield Trait(f"phase-{name}", "case", "", text, row, fixed=False)


@dataclass(frozen=True)
class TraitTable:
    """The places of a topic's cases, and every trait of theirs that tells some from others."""

    places: Elements
    traits: tuple[Trait, ...]
    decays: tuple[bool, ...]
    """By case, whether weight decay is ever at work in it."""
    topic: Topic

    @functools.cached_property
    def quantities(self) -> tuple[tuple[str, Level, Text, Array], ...]:
        """What a right rule computes on its way: its name, what has one, in words, and its size at each place."""
        every = quantities(self.topic, self.places.cases)
        return tuple((name, level, text, self.places.row(rows)) for name, level, text, rows in every)

    @functools.cached_property
    def since(self) -> tuple[Whole, ...]:
        """By trait, the first step in which it holds, one an element."""
        return tuple(self.places.first(trait.when) for trait in self.traits)


_tables: OrderedDict[tuple[Any, ...], tuple[Sequence[Case], TraitTable]] = OrderedDict()
_one_at_a_time = threading.Lock()
MOST = 24
"""Tables that are kept: one a topic, and some more in tests."""


def table(topic: Topic, cases: Sequence[Case], expected: Mapping[str, Trajectory]) -> TraitTable:
    """Return the places and traits of a topic's cases; they are made once.

    Args:
        topic: which exercise.
        cases: the core cases, in their order; the very same objects find what was made before.
        expected: by case id, torch's trajectories.

    Returns:
        The table; nothing of it depends on the file that is judged.

    """
    what = (topic.stem, *map(id, cases))
    with _one_at_a_time:
        if what in _tables:
            _tables.move_to_end(what)
            return _tables[what][1]
        at = Elements.of(cases, expected)
        every = (*_of_hyperparameters(topic, at), *_phases(topic, at), *_of_places(at))
        decays = tuple(bool(by_step(topic, case).get("weight_decay", np.zeros(1)).any()) for case in cases)
        whole = TraitTable(at, tuple(each for each in every if each.when.any() and not each.when.all()), decays, topic)
        _tables[what] = tuple(cases), whole
        while len(_tables) > MOST:
            _tables.popitem(last=False)
        return whole
