"""How tuners are graded: the loss at the rate that was found against that at the best one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import reasons
from course.grading.case import Trajectory
from course.grading.mistakes import catalogue
from course.grading.rows import Judgement
from course.grading.said import Said
from course.grading.tuner import recipes
from course.grading.tuner.sweep import DEFAULTS, Sweep, usable
from course.grading.tuner.talk import Search, Searching
from course.grading.tuner.walk import searched
from course.grading.verdict import Difference
from course.text import Text, quoted, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.verdict import CaseResult
    from course.grading.wire import Answer
    from course.topic import Topic

TEXTS = texts(__file__)

NOUN = Text(en="tuner", zh="调参器")
ASKED = BESIDE = PLOTTED = False
CORE, TELLING = recipes.CORE, recipes.TELLING

NO_NUMBER = ("asked-no-number", "found-no-number")
"""Kinds of problems: what was asked for, or returned, is no number at all."""

talk = Searching


def case(*, name: str, title: Text, body: Mapping[str, Any], stretch: bool = False) -> Sweep:
    """Make a case; see `course.grading.kinds.Treatment`."""
    return Sweep(id=name, title=title, stretch=stretch, **body)


def answer(topic: Topic, case: Case) -> Trajectory:
    """Return the path of the course's own tuner; see `course.grading.kinds.Treatment`."""
    return trajectory(catalogue(topic).make(()), case, {})


def trajectory(rule_class: Any, case: Case, kinds: Mapping[str, str]) -> Trajectory:  # noqa: ARG001 - there are no states
    """Run the course's own tuner on a case; see `course.grading.kinds.Treatment`."""
    return Trajectory(path(rule_class(**case.hyperparameters), case), {})


def path(rule: Any, case: Case) -> tuple[Array, ...]:
    """Return the path that a tuner of ours takes; see `course.grading.kinds.Treatment`."""
    return searched(rule, _sweep(case)).params


def hold(
    topic: Topic,
    case: Case,
    answer: Answer,
    expected: Trajectory,  # noqa: ARG001 - who finds the rate may look for it elsewhere
    own: Collection[str] = (),  # noqa: ARG001 - there are no states
) -> Judgement:
    """Judge one search; see `course.grading.kinds.Treatment`."""
    sweep, search = _sweep(case), _search(answer)
    wrong = _wrong(sweep, search)
    loss = sweep.task.regret(search.found) if search.found is not None and usable(search.found) else math.nan
    difference = Difference(case.id, len(search.asked), 0, "regret", sweep.bar, loss) if wrong else None
    if wrong and ((search.problem or {}).get("kind") in {None, *NO_NUMBER} or len(search.asked) > sweep.budget):
        return Judgement("wrong", wrong, difference)
    if search.problem:
        problem = reasons.of_problem(search.problem, topic)
        return Judgement(problem.status, problem.text, difference, stopped=True)
    return Judgement("passed")


def _wrong(sweep: Sweep, search: Search) -> Text | None:
    """Say what is wrong with a search, apart from an exception; None if nothing is."""
    if len(search.asked) > sweep.budget:
        return TEXTS["over-budget"].format(budget=sweep.budget)
    kind, facts = (search.problem or {}).get("kind"), (search.problem or {}).get("facts", ())
    if kind in NO_NUMBER:
        none = facts[0] == "NoneType" and kind == "found-no-number"
        asked = kind == "asked-no-number"
        told = TEXTS["asked-no-number"] if asked else TEXTS["found-no-number"]
        return TEXTS["found-nothing"] if none else told.format(got=quoted(str(facts[0])))
    if strange := [rate for rate in search.asked if not usable(rate)]:
        return TEXTS["asked-no-rate"].format(rate=figure(strange[0]))
    if search.found is None or not usable(search.found):
        nothing = search.found is None
        return TEXTS["found-nothing"] if nothing else TEXTS["found-no-rate"].format(rate=figure(search.found or 0.0))
    return _of_regret(sweep, search.found)


def _of_regret(sweep: Sweep, found: float) -> Text | None:
    """Say by how much the loss at a rate is too high; None if it is not."""
    regret = sweep.task.regret(found)
    if regret <= sweep.bar:
        return None
    known = {"rate": figure(found), "bar": share(sweep.bar), "budget": sweep.budget}
    grid = sweep.task.regret(_of_a_grid(sweep))
    known["grid"] = share(grid) if math.isfinite(grid) else TEXTS["diverges"]
    settings = sweep.hyperparameters or {"": ""}
    shown = ", ".join(f"{name}={value}" for name, value in settings.items() if name)
    told = TEXTS["regret"] if math.isfinite(regret) else TEXTS["regret-infinite"]
    text = told.format(share=share(regret), **known)
    return text + TEXTS["with"].format(shown=shown) if shown else text


def _of_a_grid(sweep: Sweep) -> float:
    """Return the rate that the same budget finds as one grid in equal ratios."""
    told = DEFAULTS | sweep.hyperparameters
    rates = np.geomspace(told["low"], told["high"], sweep.budget).tolist()
    losses = [sweep.task.run(rate, rates[:i]) for i, rate in enumerate(rates)]
    rate: float = min(zip(losses, rates, strict=True), key=lambda each: min(math.inf, each[0]))[1]
    return rate


def right(topic: Topic, results: Sequence[CaseResult]) -> Text:  # noqa: ARG001 - no case is a stretch
    """Say that every search has come near enough; see `course.grading.kinds.Treatment`."""
    return TEXTS["right"].format(name=topic.class_name)


def facts(
    case: Case,
    difference: Difference,  # noqa: ARG001 - the search says more
    expected: Trajectory,  # noqa: ARG001 - other ways are as good
    answer: Answer,
    answered: Iterable[tuple[Case, Answer]],  # noqa: ARG001 - one search is enough
) -> tuple[Said, ...]:
    """Say what can be seen in the search of one case; see `course.grading.kinds.Treatment`."""
    sweep, search = _sweep(case), _search(answer)
    told = {"case": case.id}
    found: list[Said] = []
    runs = list(zip(search.asked, (min(math.inf, loss) for loss in search.losses), strict=False))
    if not runs or len(search.asked) > sweep.budget:
        return ()
    loss, rate = min((loss, rate) for rate, loss in runs)
    if search.found is not None and loss < math.inf and sweep.hyperparameters.get("looks", 1) == 1:
        mine = [each for at, each in runs if math.isclose(at, search.found, rel_tol=1e-9)]
        if mine and min(mine) > loss:
            text = TEXTS["saw-a-better"].format(rate=figure(rate), loss=figure(loss), found=figure(search.found))
            found.append(Said("saw-a-better", text, told | {"rate": rate}))
    rates = sorted(search.asked)
    if loss < math.inf and len(set(rates)) > 1 and rate in {rates[0], rates[-1]}:
        text = (TEXTS["best-is-the-largest"] if rate == rates[-1] else TEXTS["best-is-the-smallest"]).format(
            rate=figure(rate)
        )
        found.append(Said("best-at-the-end", text, told | {"rate": rate}))
    if loss == math.inf:
        found.append(Said("all-diverged", TEXTS["all-diverged"].format(rate=figure(rates[0])), told))
    again = len(rates) - len(set(rates))
    if again and sweep.hyperparameters.get("looks", 1) == 1:
        found.append(Said("asked-again", TEXTS["asked-again"].format(count=again), told | {"count": again}))
    if len(rates) < sweep.budget:
        text = TEXTS["budget-left"].format(asked=len(rates), budget=sweep.budget)
        found.append(Said("budget-left", text, told | {"asked": len(rates)}))
    return tuple(found)


def figure(number: float) -> str:
    """Write a rate or a loss with three digits."""
    return f"{number:.3g}"


def share(regret: float) -> str:
    """Write a share in per cent, with as many digits as it takes."""
    return f"{100 * regret:.0f} %" if regret >= 1 else f"{100 * regret:.3g} %"


def _sweep(case: Case) -> Sweep:
    assert isinstance(case, Sweep)  # noqa: S101 - for the type checker: of this kind no other is made
    return case


def _search(answer: Answer) -> Search:
    assert isinstance(answer, Search)  # noqa: S101 - as above
    return answer
