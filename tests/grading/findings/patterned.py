"""Holds a pattern against the numbers of the file: which places go wrong, place by place, with code of its own."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from tests.grading.findings import sentences
from tests.grading.findings.tried import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from course.grading.case import Array, Case
    from course.grading.said import Said
    from course.text import Text
    from tests.grading.findings.sentences import Sentence
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
    "at-odd-positions": lambda at: at.i in range(1, 99, 2),
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

OF_ALL = (*SIZES,)
"""Those that every topic has."""

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
    """What a sentence says is true, whichever it is: every right and every wrong place of every core case agrees."""
    told = sentences.whole(said.text, {key: text_of(key) for key in CHECKS}, BEFORE, {**THERE, **HINTS})
    try:
        CHECKS[told.key](truth, said, told)
    except KeyError as error:
        raise AssertionError(f"{told.key} is said, and nothing of that claimed: {error}") from error
    assert ("before" in told.written["en"]) == told.key.startswith("some_steps/")
    if "behind" in told.written["en"]:
        hint = told.key in {f"patterns/{name}" for name in OF_TRAITS}
        assert sentences.listed(told.both("behind"), HINTS if hint else THERE, "\n", "\n")


def text_of(key: str) -> Text:
    """One text of those that the findings have."""
    module, _, name = key.partition("/")
    return sentences.texts(module)[name]


def traits_of(truth: Truth, told: Sentence) -> tuple[str, set[tuple[str, str]]]:
    """What a sentence calls what goes wrong, and the traits that it tells, each with its hyperparameters."""
    found, unit = set[tuple[str, str]](), "case"
    written = told.written["en"]
    if "units" in written or "each" in written:
        both = told.both("units" if "units" in written else "each")
        parts = [re.fullmatch(form, each) for form, each in zip(OF_UNITS, both, strict=True)]
        english, chinese = (part.groupdict() for part in parts if part)
        unit = english["unit"]
        assert UNITS[unit] == chinese["unit"]
        for level, whose in ((unit, "own"), ("parameter", "whose")):
            pair = english[whose] or "", chinese[whose] or ""
            assert bool(pair[0]) == bool(pair[1])
            if pair[0]:
                texts = {f"traits/{name}": text_of(f"traits/{name}") for name in FIXED[level]}
                for each in sentences.listed(pair, texts, " and ", ""):
                    found.add(trait_of(FIXED[level][each.key.removeprefix("traits/")], each))
    if "when" in written:
        own = {f"phase-{name}": text for name, (_, text) in truth.judged.topic.phases.items()}
        for each in sentences.listed(
            told.both("when"), {**sentences.named("traits", *IN_STEPS), **own}, " and ", " ?且 ?"
        ):
            found.add(trait_of(IN_STEPS.get(each.key.removeprefix("traits/"), each.key), each))
    return unit, found


def trait_of(name: str, told: Sentence) -> tuple[str, str]:
    """A trait by its id, and the hyperparameters that the sentence names in both languages."""
    written = told.written["en"]
    if "name" in written:
        names = [re.findall(r"`([^`]*)`", each) for each in told.both("name")]
        assert names[0] == names[1]
        return name, ", ".join(names[0])
    count = [f"{told.number(each):.0f}" for each in ("step", "position") if each in written]
    return "-".join([name, *count]), ""


def of_traits(truth: Truth, said: Said, told: Sentence) -> None:
    """What goes wrong is what the traits hold of, not before they do, and if that is said, at once."""
    traits, level, every = said.claim["traits"], said.claim["level"], elements(truth)

    def since(each: Element) -> float:
        places = (Place(truth, each.case, each.i, each.index, step) for step in range(1, each.case.steps + 1))
        return next((at.step for at in places if all(holds(at, *trait) for trait in traits)), NEVER)

    begun = [(each, since(each)) for each in every]

    def by(level: str) -> tuple[dict[tuple[Any, ...], float], dict[tuple[Any, ...], float]]:
        should = grouped((each.group(level), step) for each, step in begun)
        left = grouped((each.group(level), each.left) for each in every)
        assert {group for group, step in should.items() if step < NEVER} == {
            group for group, step in left.items() if step < NEVER
        }
        return should, left

    should, left = by(level)
    assert all(left[group] >= step for group, step in should.items())
    apart = [step for step in should.values() if 1 < step < NEVER]
    assert sum(step < NEVER for step in left.values()) < len(left) or len(set(apart)) > 1
    at_once = all(left[group] == step for group, step in should.items())
    assert said.claim["at_once"] == at_once
    unit, known = traits_of(truth, told)
    assert known == {*traits}
    by(unit)
    if told.key in {"patterns/at-once", "patterns/later"}:
        assert at_once == (told.key == "patterns/at-once")
    else:
        assert not apart


def of_size(truth: Truth, said: Said, told: Sentence) -> None:
    """Up to one size nothing leaves, from another on everything does at once; or the other way round."""
    low, high, level, every = said.claim["low"], said.claim["high"], said.claim["level"], elements(truth)
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
    assert told.key == ("sizes/large" if large else "sizes/small")
    assert told.both("each") == EACH[level]
    name = said.claim["size"]
    what = truth.judged.topic.quantities[name][1] if name in truth.judged.topic.quantities else text_of(f"sizes/{name}")
    assert [each.strip() for each in told.both("what")] == [what.en.strip(), what.zh.strip()]
    bounds(told, low, high)
    assert ("there" in said.claim) == ("behind" in told.written["en"])
    if "there" in said.claim:
        there(truth, said, told, every)


def bounds(told: Sentence, low: float, high: float) -> None:
    """The numbers that are told lie close to these, on the side on which the sentence stays true."""
    assert low * 0.99 <= told.number("low") <= low * (1 + 1e-12)
    assert high * (1 - 1e-12) <= told.number("high") <= high * 1.01


def of_weights(truth: Truth, said: Said, told: Sentence) -> None:
    """The sums that are told are what is subtracted from each element, by the file and by the right rule."""
    claim, case = said.claim, truth.case(said.claim["case"])
    assert told.both("title") == (case.title.en, case.title.zh)
    step = claim["step"]
    assert told.number("step") == step
    for name, path in (("own", truth.got), ("right", truth.expected)):
        formula = told.same(name)
        assert told.key == "weights/with-start" or "p0" not in formula
        inner = formula.removeprefix("lr * (").removesuffix(")").replace(" - ", " + -")
        number = sentences.NUMBER
        terms = (
            [re.fullmatch(rf"({number}) \* ([gp])(\d)", each) for each in inner.split(" + ")] if inner != "0" else []
        )
        assert formula.startswith("lr") == claim["rated"]
        rate = Place(truth, case, 0, (), 1).value("lr") if claim["rated"] else 1.0
        for i, start in enumerate(case.params):
            whole = np.concatenate([start[None], path(case.id, i)])
            total = np.zeros_like(start)
            for term in terms:
                assert term
                total += float(term[1]) * (start if term[2] == "p" else case.grads[int(term[3]) - 1][i])
            moved = np.abs(whole[: step + 1] - start).max()
            assert (np.abs(rate * total - (whole[step - 1] - whole[step])) <= 1e-4 * moved).all()


def of_digits(truth: Truth, said: Said, told: Sentence) -> None:
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
    assert told.number("digits") == said.claim["digits"]


def until_step(truth: Truth, said: Said, told: Sentence) -> None:
    """Right for so many steps everywhere; then wrong at once, or as soon as anything moves."""
    until, at_once = said.claim["step"], said.claim["at_once"]
    left = grouped((each.group("case"), each.left) for each in elements(truth))
    for case in truth.core:
        first = left[(case.id,)]
        if case.steps <= until:
            assert first == NEVER
            continue
        assert until < first < NEVER
        assert first == until + 1 + (0 if at_once else moves(truth, case)[until:].index(True))
    assert at_once == (told.key == "patterns/until")
    if told.key == "patterns/first-step":
        assert until == 1
        assert any(not moves(truth, case)[0] for case in truth.core), "where nothing has moved before"
        return
    assert told.number("step") == until
    if at_once:
        assert told.number("next") == until + 1


def until_somewhere(truth: Truth, said: Said, told: Sentence) -> None:
    """Right for so many steps everywhere; in the next one, the cases that are named go wrong, and no others ever do."""
    until, left = said.claim["step"], grouped((each.group("case"), each.left) for each in elements(truth))
    assert {*left.values()} == {until + 1, NEVER}
    assert (told.number("step"), told.number("next")) == (until, until + 1)
    wrong = [case.title for case in truth.core if left[(case.id,)] < NEVER]
    assert told.both("cases") == (
        ", ".join(f"“{title.en}”" for title in wrong),
        "、".join(f"“{title.zh}”" for title in wrong),
    )


def until_move(truth: Truth, said: Said, told: Sentence) -> None:
    """Right for so many steps that move anything, and wrong in the next one."""
    count, left = said.claim["moves"], grouped((each.group("case"), each.left) for each in elements(truth))
    for case in truth.core:
        moving = np.flatnonzero(moves(truth, case)) + 1
        assert left[(case.id,)] == (moving[count] if len(moving) > count else NEVER)
    assert count == (1 if told.key == "patterns/first-move" else told.number("step"))


def only_first(truth: Truth, said: Said, _: Sentence) -> None:
    """Without weight decay, the first step that moves is wrong, and all later ones are the right rule's."""
    assert not said.claim.keys() & {"step", "moves", "traits", "size"}
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


def there(truth: Truth, said: Said, told: Sentence, every: list[Element]) -> None:
    """All that leave have the size that is told."""
    for each in every:
        if each.left < NEVER:
            at = Place(truth, each.case, each.i, each.index, int(each.left))
            got = float(truth.got(each.case.id, each.i)[(at.step - 1, *each.index)])
            size = abs(got - at.param) if said.claim["size"] == "step" else abs(got)
            assert abs(size - said.claim["there"]) <= 1e-8 * abs(said.claim["there"])
    (beside,) = sentences.listed(told.both("behind"), THERE, "\n", "\n")
    assert (beside.key == "sizes/there-step") == (said.claim["size"] == "step")
    assert abs(beside.number("value") - said.claim["there"]) <= 1e-3 * abs(said.claim["there"])


def of_hyperparameter(truth: Truth, said: Said, told: Sentence) -> None:
    """Up to one size of a hyperparameter no case leaves, from another on each does; or the other way round."""
    every = elements(truth)
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
    assert told.key == ("sizes/large-hyperparameter" if large else "sizes/small-hyperparameter")
    assert told.same("name") == name
    bounds(told, low, high)
    when = text_of("sizes/at-once" if at_once else "sizes/as-it-moves")
    assert told.both("when") == (when.en, when.zh)


def some_steps(truth: Truth, said: Said, told: Sentence) -> None:
    """Without weight decay these steps are wrong, wherever anything moves, and all others are the right rule's."""
    known_ones, seen, decays = set(range(*said.claim["steps"])), 0, False
    for case in truth.core:
        known = Place(truth, case, 0, (), 1)
        if "weight_decay" in _names(truth) and any(known.value("weight_decay", n + 1) for n in range(case.steps)):
            decays = True
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
        assert wrong <= known_ones
        assert not any(moving[step - 1] for step in known_ones - wrong if step <= case.steps)
        seen += bool(wrong)
    assert seen > 1
    where = BEFORE["some_steps/without-decay" if decays else "some_steps/in-every-case"]
    assert told.both("before") == (where.en, where.zh)
    first, end, each = said.claim["steps"]
    shown = {
        "some_steps/one": (first == end - 1, {"step": first}),
        "some_steps/first": (first == each == 1, {"step": end - 1}),
        "some_steps/every": (each > 1, {"one": first, "two": first + each, "three": first + 2 * each}),
    }
    fits, numbers = shown[told.key]
    assert fits
    assert all(told.number(name) == number for name, number in numbers.items())


def cured(truth: Truth, said: Said, told: Sentence) -> None:
    """The case goes wrong at that step, and no longer does after each of the changes that are told."""
    claim = said.claim
    case = truth.case(claim["case"])
    from tests.grading.truth import within

    assert told.both("title") == (case.title.en, case.title.zh)
    assert told.number("step") == claim["step"]
    pieces = sentences.listed(told.both("changes"), CHANGES, "; or ", "；或者")
    for kind, facts in claim["cures"]:
        given, plan = dict(case.hyperparameters), {at: dict(told) for at, told in case.schedule.items()}
        params, grads = list(case.params), [list(step) for step in case.grads[: claim["step"]]]
        if kind == "case-hyperparameter":
            base, _, element = facts["name"].rstrip("]").partition("[")
            held = given.get(base, getattr(catalogue(truth.judged.topic).make((), bare=True), base))
            of_cure(pieces, "value", name=facts["name"], new=facts["new"], old=held[int(element)] if element else held)
            given[base] = [*held[: int(element)], facts["new"], *held[int(element) + 1 :]] if element else facts["new"]
        elif kind == "case-change":
            value = plan[facts["step"]].pop(facts["name"])
            of_cure(pieces, "change", name=facts["name"], value=value, step=facts["step"])
        elif kind == "case-other-parameters":
            params, grads = [params[facts["parameter"]]], [[step[facts["parameter"]]] for step in grads]
            of_cure(pieces, "alone", parameter=facts["parameter"])
        else:
            i, shape = facts["parameter"], facts["shape"]
            fewer = math.prod(shape) < params[i].size
            of_cure(pieces, "shorter" if fewer else "shape", parameter=i, shape=params[i].shape, new=shape)
            for arrays in (params, *grads):
                arrays[i] = arrays[i].reshape(-1)[: math.prod(shape)].reshape(shape)
        plan = {at: told for at, told in plan.items() if at <= claim["step"]}
        paths = [
            walk(rule_class, given, params, grads, plan)
            for rule_class in (truth.rule_class, catalogue(truth.judged.topic).make(()))
        ]
        for own, right, start in zip(*paths, params, strict=True):
            assert within(own, right, start, 1e-9, 1e-14).all(), kind
    assert not pieces, "and no other change"
    wrong = [truth.wrong_step(case, i) or NEVER for i in range(len(case.params))]
    assert min(wrong) == claim["step"]


def of_cure(pieces: list[Sentence], kind: str, /, **facts: Any) -> None:
    """Take the change out that is told with just this."""

    def alike(written: str, fact: Any) -> bool:
        if isinstance(fact, (str, tuple)):
            return written == str(fact)
        return bool(re.fullmatch(sentences.NUMBER, written)) and math.isclose(float(written), fact, rel_tol=1e-5)

    (found,) = (
        each
        for each in pieces
        if each.key == f"cures/{kind}" and all(alike(each.same(place), fact) for place, fact in facts.items())
    )
    pieces.remove(found)


def other_rates(truth: Truth, said: Said, told: Sentence) -> None:
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
    assert told.both("title") == (case.title.en, case.title.zh)
    assert (told.key == "rates/counted") == bool(name)
    assert not name or told.same("name") == name
    for place, wanted in (("steps", [*shown]), ("got", said.claim["got"]), ("right", said.claim["right"])):
        for written, between in zip(told.both(place), (", ", "、"), strict=True):
            numbers = [float(each) for each in written.split(between)]
            assert np.allclose(numbers, wanted, rtol=1e-2, atol=0)
        assert told.both("got") != told.both("right")
    if name:
        before = known.value("total_iters") if name == "T_max" else 0
        assert all(before < step <= before + known.value(name) for step in wrong)


OF_TRAITS = ("only", "cases", "in-cases", "at-once", "later")
CHECKS: dict[str, Callable[[Truth, Said, Sentence], None]] = {
    "patterns/until": until_step,
    "patterns/until-next-move": until_step,
    "patterns/first-step": until_step,
    "patterns/until-somewhere": until_somewhere,
    "patterns/until-move": until_move,
    "patterns/first-move": until_move,
    "patterns/only-first": only_first,
    **{f"patterns/{name}": of_traits for name in OF_TRAITS},
    "sizes/large": of_size,
    "sizes/small": of_size,
    "sizes/large-hyperparameter": of_hyperparameter,
    "sizes/small-hyperparameter": of_hyperparameter,
    "some_steps/one": some_steps,
    "some_steps/first": some_steps,
    "some_steps/every": some_steps,
    "cures/cured": cured,
    "precision/digits": of_digits,
    "rates/anywhere": other_rates,
    "rates/counted": other_rates,
    "weights/weights": of_weights,
    "weights/with-start": of_weights,
}
"""By sentence, what recomputes it."""
BEFORE = sentences.named("some_steps", "in-every-case", "without-decay")
THERE = sentences.named("sizes", "there-parameter", "there-step")
CHANGES = sentences.named("cures", "value", "change", "alone", "shape", "shorter")
HINTS = sentences.named(
    "traits",
    "biases",
    "dimensions",
    "whole",
    "one",
    "shared",
    "by-shape",
    "every-element",
    "zero",
    "sign",
    "order",
    "bounds",
)
"""What is asked behind a sentence, and says nothing of the file."""
FIXED: dict[str, dict[str, str]] = {
    "parameter": {
        "vectors": "vectors-only",
        "no-vectors": "no-vectors",
        "0-d": "0-d-only",
        "no-0-d": "no-0-d",
        "two-up": "two-dimensions-up",
        "below-two": "below-two-dimensions",
        "matrices": "matrices-only",
        "square": "square-matrices",
        "three-up": "three-dimensions-up",
        "single": "single-element",
        "several": "several-elements",
        "first": "first-parameter",
        "not-first": "not-the-first-parameter",
        "last": "last-parameter",
        "not-last": "not-the-last-parameter",
        "odd": "at-odd-positions",
        "equal-shape": "equal-shape",
        "later-of-equal-shape": "later-of-equal-shape",
        "earlier-of-equal-shape": "earlier-of-equal-shape",
    },
    "element": {
        "first": "first-element",
        "not-first": "not-the-first-element",
        "last": "last-element",
        "not-last": "not-the-last-element",
        "first-row": "first-row",
        "first-column": "first-column",
        "not-first-row": "not-the-first-row",
        "not-first-column": "not-the-first-column",
        "transposed": "moved-by-transposing",
        "begins-at-zero": "begins-at-zero",
        "from-position": "from-position",
    },
}
"""By level and by the name of the words, the trait that they tell, whatever the step."""
IN_STEPS = {
    "zero-gradient": "zero-gradient",
    "negative-gradient": "negative-gradient",
    "positive-gradient": "positive-gradient",
    "zero-parameter": "zero-parameter",
    "nonzero-parameter": "nonzero-parameter",
    "negative-parameter": "negative-parameter",
    "positive-parameter": "positive-parameter",
    "away-from-zero": "gradient-away-from-zero",
    "towards-zero": "gradient-towards-zero",
    "turns": "gradient-turns",
    "nonzero-gradient": "nonzero-gradient",
    "negative-result": "negative-result",
    "past-zero": "past-zero",
    "uphill-step": "uphill-step",
    "moves": "moves",
    "from-step": "from-step",
    "zero-before": "zero-gradient-before",
    "all-zero": "gradient-all-zero",
    "zero-somewhere": "zero-somewhere",
    "on": "hyperparameter-on",
    "off": "hyperparameter-off",
    "given": "hyperparameter-given",
    "not-given": "hyperparameter-not-given",
    "changed": "hyperparameter-changed",
    "either-changed": "one-of-two-changed",
    "every": "every-so-many-steps",
    "after": "after-so-many-steps",
}
"""The same of what is said of a step, or of a case."""
UNITS = {"case": "用例", "parameter": "参数", "element": "元素"}
EACH = {"case": ("A case", "用例"), "parameter": ("A parameter", "参数"), "element": ("An element", "元素")}
OF = "of (?:parameters|a parameter) "
OF_UNITS = (
    rf"(?:An? )?(?P<unit>case|parameter|element)s?(?: (?P<own>(?!{OF}).+?))?(?: {OF}(?P<whose>.+))?",
    r"(?:(?P<whose>.+)参数的)?(?P<own>.*?)(?P<unit>用例|参数|元素)",
)
"""How what goes wrong is written, in English and in Chinese."""
IN_SENTENCES = {
    *CHECKS,
    *BEFORE,
    *THERE,
    *CHANGES,
    *HINTS,
    *(f"traits/{name}" for names in (*FIXED.values(), IN_STEPS) for name in names),
    *(f"sizes/{name}" for name in (*OF_ALL, "at-once", "as-it-moves")),
}
"""Every text that is read here, by itself or within another one."""
