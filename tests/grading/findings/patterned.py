"""Holds a pattern against the numbers of the file: which places go wrong, place by place, with code of its own."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from tests.grading.findings.tried import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from course.grading.case import Array, Case
    from course.grading.said import Said
    from tests.grading.truth import Truth

NEVER = math.inf
NEAR = 1e-10
"""Two sizes that are computed in different ways may lie as far apart, in shares."""


@dataclass(frozen=True)
class Place:
    """One element of one parameter of a case, at one step."""

    truth: Truth
    case: Case
    i: int
    index: tuple[int, ...]
    step: int
    """Counted from 1."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the parameter."""
        return tuple(self.case.params[self.i].shape)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of all parameters of the case."""
        return [param.shape for param in self.case.params]

    @property
    def grad(self) -> float:
        """The element's gradient."""
        return float(self.case.grads[self.step - 1][self.i][self.index])

    @property
    def whole(self) -> Array:
        """The parameter's gradient."""
        return self.case.grads[self.step - 1][self.i]

    @property
    def before(self) -> float:
        """The gradient one step earlier, 0 at first."""
        return float(self.case.grads[self.step - 2][self.i][self.index]) if self.step > 1 else 0.0

    @property
    def result(self) -> float:
        """What the right rule has there after the step."""
        return float(self.truth.expected(self.case.id, self.i)[(self.step - 1, *self.index)])

    @property
    def largest(self) -> float:
        """The largest gradient of the element so far."""
        return max(abs(float(step[self.i][self.index])) for step in self.case.grads[: self.step])

    @property
    def moving(self) -> bool:
        """Whether the right rule moves there, by what can be seen."""
        path = np.array([self.path(step)[self.index] for step in range(1, self.step + 1)])
        start = float(self.case.params[self.i][self.index])
        farthest, largest = np.abs(path - start).max(), max(np.abs(path).max(), abs(start))
        return bool(abs(self.result - self.param) > 1e-9 * farthest + 1e-14 * math.sqrt(self.step) * largest)

    @property
    def flat(self) -> int:
        """The element's place."""
        return int(np.ravel_multi_index(self.index, self.shape)) if self.index else 0

    @property
    def param(self) -> float:
        """What the right rule has there before the step."""
        path = self.truth.expected(self.case.id, self.i)
        return float(path[(self.step - 2, *self.index)] if self.step > 1 else self.case.params[self.i][self.index])

    def path(self, step: int) -> Array:
        """The whole parameter as it should be after a step, or at the start."""
        return self.truth.expected(self.case.id, self.i)[step - 1] if step else self.case.params[self.i]

    def value(self, name: str, step: int = 0) -> float:
        """A hyperparameter as the schedule has left it at a step, by default at this one."""
        base, _, part = re.sub(r"\[(\d)\]", r".\1", name).partition(".")
        held = self.case.hyperparameters.get(base)
        if held is None:
            held = getattr(catalogue(self.truth.judged.topic).make((), bare=True), base)
        changes = {at: told for at, told in sorted(self.case.schedule.items()) if at <= (step or self.step)}
        for told in changes.values():
            if name in told and isinstance(held, dict):
                held = {**held, part: told[name]}
            elif base in told:
                held = told[base]
        if isinstance(held, dict):
            return float(held[part])
        return float(held[int(part)] if part else held)


def rho(place: Place) -> float:
    """RAdam's length of the average that the second moment is."""
    beta = place.value("betas[1]")
    # The solution reads the beta of the present step.
    return 2 / (1 - beta) - 1 - 2 * place.step * beta**place.step / (1 - beta**place.step)


HOLDS: dict[str, Callable[[Place], bool]] = {
    "vectors-only": lambda at: len(at.shape) == 1,
    "no-vectors": lambda at: len(at.shape) != 1,
    "0-d-only": lambda at: at.shape == (),
    "no-0-d": lambda at: at.shape != (),
    "two-dimensions-up": lambda at: len(at.shape) >= 2,
    "below-two-dimensions": lambda at: len(at.shape) <= 1,
    "matrices-only": lambda at: len(at.shape) == 2,
    "square-matrices": lambda at: len(at.shape) == 2 and at.shape[0] == at.shape[1] > 1,
    "three-dimensions-up": lambda at: len(at.shape) >= 3,
    "single-element": lambda at: math.prod(at.shape) == 1,
    "several-elements": lambda at: math.prod(at.shape) > 1,
    "first-parameter": lambda at: at.i == 0,
    "not-the-first-parameter": lambda at: at.i > 0,
    "last-parameter": lambda at: at.i == len(at.shapes) - 1,
    "not-the-last-parameter": lambda at: at.i < len(at.shapes) - 1,
    "at-odd-positions": lambda at: at.i in {1, 3, 5, 7},
    "equal-shape": lambda at: at.shapes.count(at.shape) > 1,
    "later-of-equal-shape": lambda at: at.shape in at.shapes[: at.i],
    "earlier-of-equal-shape": lambda at: at.shape in at.shapes[at.i + 1 :],
    "first-element": lambda at: not any(at.index),
    "not-the-first-element": lambda at: any(at.index),
    "last-element": lambda at: all(k == n - 1 for k, n in zip(at.index, at.shape, strict=True)),
    "not-the-last-element": lambda at: any(k < n - 1 for k, n in zip(at.index, at.shape, strict=True)),
    "first-row": lambda at: bool(at.index) and at.index[0] == 0,
    "first-column": lambda at: bool(at.index) and at.index[-1] == 0,
    "not-the-first-row": lambda at: at.index[:1] > (0,),
    "not-the-first-column": lambda at: at.index[-1:] > (0,),
    "moved-by-transposing": lambda at: (
        bool(at.index) and int(np.ravel_multi_index(at.index[::-1], at.shape[::-1])) != at.flat
    ),
    "begins-at-zero": lambda at: at.case.params[at.i][at.index] == 0,
    "zero-gradient": lambda at: at.grad == 0,
    "negative-gradient": lambda at: at.grad < 0,
    "positive-gradient": lambda at: at.grad > 0,
    "zero-parameter": lambda at: at.param == 0,
    "nonzero-parameter": lambda at: at.param != 0,
    "negative-parameter": lambda at: at.param < 0,
    "positive-parameter": lambda at: at.param > 0,
    "gradient-away-from-zero": lambda at: at.grad * at.param < 0,
    "gradient-towards-zero": lambda at: at.grad * at.param > 0,
    "gradient-turns": lambda at: at.grad * at.before < 0,
    "nonzero-gradient": lambda at: abs(at.grad) > 1e-6 * at.largest,
    "negative-result": lambda at: at.result < 0,
    "past-zero": lambda at: at.result * at.param < 0,
    "uphill-step": lambda at: (at.result - at.param) * at.grad > 0,
    "moves": lambda at: at.moving,
    "zero-gradient-before": lambda at: at.step > 1 and at.before == 0,
    "gradient-all-zero": lambda at: not at.whole.any(),
    "zero-somewhere": lambda at: not at.whole.all(),
    "phase-rectified": lambda at: rho(at) > 5,
}
"""What a trait says of a place."""

OF_HYPERPARAMETER: dict[str, Callable[[Place, str], bool]] = {
    "hyperparameter-on": lambda at, name: at.value(name) != 0,
    "hyperparameter-off": lambda at, name: at.value(name) == 0,
    "hyperparameter-given": lambda at, name: name in at.case.hyperparameters,
    "hyperparameter-not-given": lambda at, name: name not in at.case.hyperparameters,
    "hyperparameter-changed": lambda at, name: any(
        at.value(name, step) != at.value(name, 1) for step in range(1, at.step + 1)
    ),
    "one-of-two-changed": lambda at, names: any(
        OF_HYPERPARAMETER["hyperparameter-changed"](at, name) for name in names.split(", ")
    ),
    "every-so-many-steps": lambda at, name: at.step % at.value(name) == 0,
    "after-so-many-steps": lambda at, names: at.step > sum(map(at.value, names.split(" + "))),
}

SIZES: dict[str, Callable[[Place], float]] = {
    "gradient": lambda at: abs(at.grad),
    "norm": lambda at: float(np.linalg.norm(at.whole)),
    "norm-of-all": lambda at: math.hypot(*(np.linalg.norm(grad) for grad in at.case.grads[at.step - 1])),
    "parameter": lambda at: abs(at.param),
    "step": lambda at: abs(at.result - at.param),
    "result": lambda at: abs(at.result),
    "step-norm": lambda at: float(np.linalg.norm(at.path(at.step) - at.path(at.step - 1))),
    "result-norm": lambda at: float(np.linalg.norm(at.path(at.step))),
}

_averages: dict[tuple[Any, ...], list[tuple[float, float, float]]] = {}


def averages(at: Place) -> tuple[float, float, float]:
    """Adam's two averages at a place, and NAdam's product of all μ."""
    key = (id(at.truth), at.case.id, at.i, at.index)
    if key not in _averages:
        first, second, product, found = 0.0, 0.0, 1.0, []
        coupled = at.truth.judged.topic.stem != "adamw"
        psi = at.value("momentum_decay") if at.truth.judged.topic.stem == "nadam" else 0.0
        for step in range(1, at.case.steps + 1):
            now = Place(at.truth, at.case, at.i, at.index, step)
            beta1, beta2 = now.value("betas[0]"), now.value("betas[1]")
            grad = now.grad + (now.value("weight_decay") * now.param if coupled else 0.0)
            first, second = beta1 * first + (1 - beta1) * grad, beta2 * second + (1 - beta2) * grad * grad
            product *= beta1 * (1 - 0.96 ** (step * psi) / 2)
            found.append((first, second, product))
        _averages.clear() if len(_averages) > 200 else None
        _averages[key] = found
    return _averages[key][at.step - 1]


def left_of(at: Place, which: int) -> float:
    """Beta to the power of the count of steps."""
    return float(at.value(f"betas[{which}]") ** at.step)


def in_rates(at: Place) -> float:
    """How long the right step is beside the learning rate."""
    first, second, product = averages(at)
    above = first / (1 - left_of(at, 0))
    if at.truth.judged.topic.stem == "nadam":
        now, then = (
            at.value("betas[0]") * (1 - 0.96 ** (step * at.value("momentum_decay")) / 2)
            for step in (at.step, at.step + 1)
        )
        grad = at.grad + at.value("weight_decay") * at.param
        above = (1 - now) * grad / (1 - product) + then * first / (1 - product * then)
    return abs(above) / (math.sqrt(second / (1 - left_of(at, 1))) + at.value("eps"))


def rectification(at: Place) -> float:
    """RAdam's r, 0 where it has not set in."""
    now, limit = rho(at), 2 / (1 - at.value("betas[1]")) - 1
    share = (now - 4) * (now - 2) * limit / ((limit - 4) * (limit - 2) * now) if now > 5 else 0.0
    return math.sqrt(share)


SIZES |= {
    "beta1-power": lambda at: left_of(at, 0),
    "beta2-power": lambda at: left_of(at, 1),
    "second-moment": lambda at: averages(at)[1],
    "step-in-rates": in_rates,
    "mu-product": lambda at: averages(at)[2],
    "rate-times-decay": lambda at: at.value("lr") * at.value("weight_decay"),
    "decayed": lambda at: abs(at.value("lr") * at.value("weight_decay") * at.param),
    "rectification": rectification,
    "first-moment-before-rectification": lambda at: 0.0 if rho(at) > 5 else abs(averages(at)[0] / (1 - left_of(at, 0))),
}
"""Beside those of all topics, the quantities that some of them name."""

IN_WORDS: dict[bool, tuple[str, str]] = {
    True: ("exactly in the first step", "就在那一步"),
    False: ("only after", "之后才会"),
}
"""By whether everything leaves at once: what the sentence says then, in both languages."""


def holds(at: Place, name: str, where: str) -> bool:
    """Whether a trait holds at a place; if it has several hyperparameters, of one as of another."""
    if name in HOLDS:
        return bool(HOLDS[name](at))
    kind, _, count = name.rpartition("-")
    if kind in {"from-step", "from-position"}:
        return (at.step if kind == "from-step" else at.flat) >= int(count)
    together = name == "one-of-two-changed"
    found = {bool(OF_HYPERPARAMETER[name](at, each)) for each in ([where] if together else where.split(", "))}
    assert len(found) == 1, (name, where)
    return found.pop()


@dataclass(frozen=True)
class Element:
    """One element of one parameter of a case."""

    case: Case
    i: int
    index: tuple[int, ...]
    left: float
    """The step in which it leaves the right path."""

    def group(self, level: str) -> tuple[Any, ...]:
        """What it is looked at together with."""
        return (self.case.id, self.i, self.index)[: 1 + ("case", "parameter", "element").index(level)]


def near(truth: Truth, case: Case, i: int, got: Array) -> Any:
    """Where a path (steps, *shape) of a parameter is the right one."""
    from tests.grading.truth import within

    return within(got, truth.expected(case.id, i), case.params[i], 1e-9, 1e-14)


def elements(truth: Truth) -> list[Element]:
    """Every element of every core case."""
    found = []
    for case in truth.core:
        for i, param in enumerate(case.params):
            assert len(truth.got(case.id, i)) == case.steps
            right = near(truth, case, i, truth.got(case.id, i))
            for index in np.ndindex(param.shape):
                path = right[(slice(None), *index)]
                found.append(Element(case, i, index, NEVER if path.all() else int(path.argmin()) + 1))
    return found


def moves(truth: Truth, case: Case) -> list[bool]:
    """At which steps anything of a case moves."""
    still = []
    for i, start in enumerate(case.params):
        path = truth.expected(case.id, i)
        still.append(near(truth, case, i, np.concatenate([start[None], path[:-1]])).reshape(case.steps, -1).all(axis=1))
    return [not each for each in np.all(still, axis=0)]


def grouped(steps: Iterable[tuple[tuple[Any, ...], float]]) -> dict[tuple[Any, ...], float]:
    """The earliest step of each group."""
    found: dict[tuple[Any, ...], float] = {}
    for group, step in steps:
        found[group] = min(step, found.get(group, NEVER))
    return found


def check(truth: Truth, said: Said) -> None:
    """Every wrong and every right place of every core case agrees with it."""
    if said.claim["id"] in {"weights-of-gradients", "right-but-rounded"}:
        (of_weights if "own" in said.claim else of_digits)(truth, said)
        return
    if said.claim["id"] == "other-rate":  # of one case alone, whatever became of others
        other_rates(truth, said)
        return
    if "cures" in said.claim:
        cured(truth, said)
        return
    every = elements(truth)
    assert any(each.left < NEVER for each in every)
    if "traits" in said.claim:
        of_traits(truth, said, every)
    elif "steps" in said.claim:
        some_steps(truth, said)
    elif said.claim.get("size") == "hyperparameter":
        of_hyperparameter(truth, said, every)
    elif "size" in said.claim:
        of_size(truth, said, every)
    elif "step" in said.claim:
        until_step(truth, said, every)
    elif "moves" in said.claim:
        until_move(truth, said, every)
    else:
        assert said.claim["id"] == "only-the-first-move"
        only_first(truth)


def of_traits(truth: Truth, said: Said, every: list[Element]) -> None:
    """What goes wrong is what the traits hold of, not before they do, and if that is said, at once."""
    traits, level = said.claim["traits"], said.claim["level"]

    def since(each: Element) -> float:
        places = (Place(truth, each.case, each.i, each.index, step) for step in range(1, each.case.steps + 1))
        return next((at.step for at in places if all(holds(at, *trait) for trait in traits)), NEVER)

    should = grouped((each.group(level), since(each)) for each in every)
    left = grouped((each.group(level), each.left) for each in every)
    assert {group for group, step in should.items() if step < NEVER} == {
        group for group, step in left.items() if step < NEVER
    }
    assert all(left[group] >= step for group, step in should.items())
    apart = [step for step in should.values() if 1 < step < NEVER]
    assert sum(step < NEVER for step in left.values()) < len(left) or len(set(apart)) > 1
    assert said.claim["at_once"] == all(left[group] == step for group, step in should.items())
    for at_once, words in IN_WORDS.items():
        for text, word in zip((said.text.en, said.text.zh), words, strict=True):
            assert word not in text or said.claim["at_once"] == at_once
    for _, where in traits:
        for name in filter(None, where.split(", ")):
            assert f"`{name}`" in said.text.en
            assert f"`{name}`" in said.text.zh


def of_size(truth: Truth, said: Said, every: list[Element]) -> None:
    """Up to one size nothing leaves, from another on everything does at once; or the other way round."""
    low, high, level = said.claim["low"], said.claim["high"], said.claim["level"]
    large = said.claim["id"].startswith("large-")
    left = grouped((each.group(level), each.left) for each in every)
    moving = {case.id: moves(truth, case) for case in truth.core}
    for each in every:
        first = left[each.group(level)]
        for step in range(1, int(min(first, each.case.steps)) + 1):
            size = SIZES[said.claim["size"]](Place(truth, each.case, each.i, each.index, step))
            if step == first:
                assert size >= high * (1 - NEAR) if large else 0 < size <= low * (1 + NEAR)
            elif large:
                assert size <= low * (1 + NEAR)
            elif moving[each.case.id][step - 1] and 0 < size < high * (1 - NEAR):
                path = truth.expected(each.case.id, each.i).reshape(each.case.steps, -1)[
                    :, int(np.ravel_multi_index(each.index, each.case.params[each.i].shape)) if each.index else 0
                ]
                start = float(each.case.params[each.i][each.index])
                moved = abs(path[step - 1] - (path[step - 2] if step > 1 else start))
                farthest = np.abs(path[:step] - start).max()
                assert moved <= 1e-9 * farthest + 1e-14 * step * np.abs(path[:step]).max()  # too small to be seen
    assert low < high
    if "there" in said.claim:
        assert there(truth, said, every)
        return
    for text in (said.text.en, said.text.zh):
        shown = [float(each) for each in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]\d+)?", text) if float(each)]
        assert sorted(shown) == [min(shown), max(shown)]
        assert low * 0.99 <= min(shown) <= low * (1 + 1e-12)
        assert high * (1 - 1e-12) <= max(shown) <= high * 1.01


def of_weights(truth: Truth, said: Said) -> None:
    """The sums that are told are what is subtracted from each element, by the file and by the right rule."""
    claim, case = said.claim, truth.case(said.claim["case"])
    number = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
    for text in (said.text.en, said.text.zh):
        for formula, path in zip(re.findall(r"`([^`]*)`", text), (truth.got, truth.expected), strict=True):
            inner = formula.removeprefix("lr * (").removesuffix(")").replace(" - ", " + -")
            terms = (
                [re.fullmatch(rf"({number}) \* ([gp])(\d)", each) for each in inner.split(" + ")]
                if inner != "0"
                else []
            )
            assert formula.startswith("lr") == claim["rated"]
            rate = Place(truth, case, 0, (), 1).value("lr") if claim["rated"] else 1.0
            step = claim["step"]
            for i, start in enumerate(case.params):
                whole = np.concatenate([start[None], path(case.id, i)])
                total = np.zeros_like(start)
                for term in terms:
                    assert term
                    total += float(term[1]) * (start if term[2] == "p" else case.grads[int(term[3]) - 1][i])
                moved = np.abs(whole[: step + 1] - start).max()
                assert (np.abs(rate * total - (whole[step - 1] - whole[step])) <= 1e-4 * moved).all()


def of_digits(truth: Truth, said: Said) -> None:
    """All numbers of the file are right to so many digits, and one is to no more."""
    worst = 0.0
    for case in truth.core:
        for i, start in enumerate(case.params):
            got, right = truth.got(case.id, i), truth.expected(case.id, i)
            for step in range(case.steps):
                size = np.abs(right[: step + 1]).max(axis=0), np.abs(right[: step + 1] - start).max(axis=0)
                apart = np.abs(got[step] - right[step])
                assert (apart <= 10.0 ** -said.claim["digits"] * np.maximum(*size)).all()
                worst = max(worst, float((apart / np.maximum(np.maximum(*size), 1e-300)).max()))
    assert worst > 10.0 ** -(said.claim["digits"] + 1)
    for text in (said.text.en, said.text.zh):
        assert re.findall(r"(?<![a-z\d])\d+", text) == [str(said.claim["digits"]), "32"]


def until_step(truth: Truth, said: Said, every: list[Element]) -> None:
    """Right for so many steps everywhere; then wrong at once, or as soon as anything moves."""
    until, left = said.claim["step"], grouped((each.group("case"), each.left) for each in every)
    for case in truth.core:
        first = left[(case.id,)]
        if case.steps <= until:
            assert first == NEVER
            continue
        if said.claim.get("some"):
            assert first in {until + 1, NEVER}
            continue
        assert until < first < NEVER
        if said.claim["at_once"]:
            assert first == until + 1
        else:
            assert first == until + 1 + moves(truth, case)[until:].index(True)
    if said.claim.get("some"):
        of_some(truth, said, left)
        return
    for text in (said.text.en, said.text.zh):
        figures = {int(each) for each in re.findall(r"\d+", text)}
        first_step = {1, 2} if "2" in text else {1}  # "the same in step 1 and no longer in step 2"
        assert figures == (first_step if until == 1 else {until, until + 1} if said.claim["at_once"] else {until})


def of_some(truth: Truth, said: Said, left: dict[tuple[Any, ...], float]) -> None:
    """The cases that go wrong are named, and no others."""
    assert {step for step in left.values() if step < NEVER} == {said.claim["step"] + 1}
    for case in truth.core:
        for text, title in ((said.text.en, case.title.en), (said.text.zh, case.title.zh)):
            assert (f"“{title}”" in text) == (left[(case.id,)] < NEVER)
            assert f"{said.claim['step']} " in text


def until_move(truth: Truth, said: Said, every: list[Element]) -> None:
    """Right for so many steps that move anything, and wrong in the next one."""
    count, left = said.claim["moves"], grouped((each.group("case"), each.left) for each in every)
    for case in truth.core:
        moving = np.flatnonzero(moves(truth, case)) + 1
        assert left[(case.id,)] == (moving[count] if len(moving) > count else NEVER)
    figures = set() if count == 1 else {str(count)}
    assert set(re.findall(r"\d+", said.text.en)) == set(re.findall(r"\d+", said.text.zh)) == figures


def only_first(truth: Truth) -> None:
    """Without weight decay, the first step that moves is wrong, and all later ones are the right rule's."""
    seen = 0
    for case in truth.core:
        steps = range(1, case.steps + 1)
        known = Place(truth, case, 0, (), 1)
        if "weight_decay" in _names(truth) and any(known.value("weight_decay", step) for step in steps):
            continue
        moving = np.flatnonzero(moves(truth, case))
        if len(moving) < 5:
            continue
        begin, seen = moving[0], seen + 1
        assert any(truth.wrong_step(case, i) == begin + 1 for i in range(len(case.params)))
        for i in range(len(case.params)):
            got, right = truth.got(case.id, i), truth.expected(case.id, i)
            assert truth.wrong_step(case, i) > begin
            np.testing.assert_allclose(
                np.diff(got, axis=0)[begin:], np.diff(right, axis=0)[begin:], atol=1e-8, rtol=1e-6
            )
    assert seen > 1


def _names(truth: Truth) -> set[str]:
    return set(vars(catalogue(truth.judged.topic).make(())()) if not truth.judged.topic.inner else ())


def there(truth: Truth, said: Said, every: list[Element]) -> bool:
    """Whether all that leave have the size that is told, and both texts tell it."""
    for each in every:
        if each.left < NEVER:
            at = Place(truth, each.case, each.i, each.index, int(each.left))
            got = float(truth.got(each.case.id, each.i)[(at.step - 1, *each.index)])
            size = abs(got - at.param) if said.claim["size"] == "step" else abs(got)
            assert abs(size - said.claim["there"]) <= 1e-8 * abs(said.claim["there"])
    told = [set(re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)) for text in (said.text.en, said.text.zh)]
    return any(abs(float(each) - said.claim["there"]) <= 1e-3 * abs(said.claim["there"]) for each in told[0] & told[1])


def of_hyperparameter(truth: Truth, said: Said, every: list[Element]) -> None:
    """Up to one size of a hyperparameter no case leaves, from another on each does; or the other way round."""
    low, high, name, at_once = (said.claim[key] for key in ("low", "high", "name", "at_once"))
    large = said.claim["id"].startswith("large-")
    left = grouped((each.group("case"), each.left) for each in every)
    assert low < high
    for case in truth.core:
        first, moving = left[(case.id,)], moves(truth, case)
        for step in range(1, int(min(first, case.steps)) + 1):
            value = Place(truth, case, 0, (), step).value(name)
            if step == first:
                assert value >= high if large else value <= low
                assert at_once or moving[step - 1]
            elif at_once or moving[step - 1]:
                assert value <= low if large else value >= high
    assert all(f"`{name}`" in text for text in (said.text.en, said.text.zh))


def some_steps(truth: Truth, said: Said) -> None:
    """Without weight decay these steps are wrong, wherever anything moves, and all others are the right rule's."""
    told, seen = set(range(*said.claim["steps"])), 0
    for case in truth.core:
        known = Place(truth, case, 0, (), 1)
        if "weight_decay" in _names(truth) and any(known.value("weight_decay", n + 1) for n in range(case.steps)):
            continue
        moving, wrong = moves(truth, case), set()
        if sum(moving) < 5:
            continue
        for i, start in enumerate(case.params):
            got, right = truth.got(case.id, i), truth.expected(case.id, i)
            own = np.diff(got - right, axis=0, prepend=np.zeros((1, *start.shape)))
            allowed = 1e-9 * np.maximum.accumulate(abs(right - start)) + 1e-14 * np.maximum.accumulate(
                np.maximum(abs(got), abs(right))
            )
            right_steps = (abs(own) <= allowed).reshape(case.steps, -1).all(axis=1)
            wrong |= {int(n) + 1 for n in np.flatnonzero(~right_steps)}
        assert wrong <= told
        assert not any(moving[step - 1] for step in told - wrong if step <= case.steps)
        seen += bool(wrong)
    assert seen > 1


def cured(truth: Truth, said: Said) -> None:
    """The case goes wrong at that step, and no longer does after each of the changes that are told."""
    claim = said.claim
    case = truth.case(claim["case"])
    assert case.title.en in said.text.en
    from tests.grading.truth import within

    for kind, facts in claim["cures"]:
        given, plan = dict(case.hyperparameters), {at: dict(told) for at, told in case.schedule.items()}
        params, grads = list(case.params), [list(step) for step in case.grads[: claim["step"]]]
        if kind == "case-hyperparameter":
            base, _, element = facts["name"].rstrip("]").partition("[")
            held = given.get(base, getattr(catalogue(truth.judged.topic).make((), bare=True), base))
            given[base] = [*held[: int(element)], facts["new"], *held[int(element) + 1 :]] if element else facts["new"]
        elif kind == "case-change":
            del plan[facts["step"]][facts["name"]]
        elif kind == "case-other-parameters":
            params, grads = [params[facts["parameter"]]], [[step[facts["parameter"]]] for step in grads]
        else:
            i, shape = facts["parameter"], facts["shape"]
            for arrays in (params, *grads):
                arrays[i] = arrays[i].reshape(-1)[: math.prod(shape)].reshape(shape)
        plan = {at: told for at, told in plan.items() if at <= claim["step"]}
        paths = [
            walk(rule_class, given, params, grads, plan)
            for rule_class in (truth.rule_class, catalogue(truth.judged.topic).make(()))
        ]
        for own, right, start in zip(*paths, params, strict=True):
            assert within(own, right, start, 1e-9, 1e-14).all(), kind
    wrong = [truth.wrong_step(case, i) or NEVER for i in range(len(case.params))]
    assert min(wrong) == claim["step"]


def other_rates(truth: Truth, said: Said) -> None:
    """In one case each step is a multiple of the right one; those that are told have the rates that are told."""
    case = truth.case(said.claim["case"])
    right_rates = truth.judged.references[case.id].state["lr"][0]
    shown = dict(zip(said.claim["steps"], zip(said.claim["got"], said.claim["right"], strict=True), strict=True))
    wrong = []
    for step in range(1, case.steps + 1):
        own: list[float] = []
        right: list[float] = []
        for i in range(len(case.params)):
            for found, path in ((own, truth.got(case.id, i)), (right, truth.expected(case.id, i))):
                found += list(np.ravel(path[step - 1] - (path[step - 2] if step > 1 else case.params[i])))
        if not any(right):
            assert not any(own)
            continue
        largest = int(np.argmax(np.abs(right)))
        factor = own[largest] / right[largest]
        assert np.allclose(own, factor * np.array(right), rtol=0, atol=1e-6 * max(map(abs, own)) + 1e-300)
        if abs(factor - 1) > 1e-6:
            wrong.append(step)
        if step in shown:
            got, should = shown[step]
            assert abs(should - right_rates[step - 1]) <= 1e-12
            assert abs(got - factor * should) <= 1e-6 * abs(got)
    assert tuple(wrong[: len(shown)]) == tuple(shown)
    name, known = said.claim["where"], Place(truth, case, 0, (), 1)
    for text in (said.text.en, said.text.zh):
        assert case.title.en in text or case.title.zh in text
        assert not name or f"`{name}`" in text
        assert all(str(step) in text for step in shown)
    if name:
        before = known.value("total_iters") if name == "T_max" else 0
        assert all(before < step <= before + known.value(name) for step in wrong)
