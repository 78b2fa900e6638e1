"""How tuners are graded: the loss at the rate that was found against that at the best one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import advice, reasons
from course.grading.case import Trajectory
from course.grading.mistakes import catalogue
from course.grading.rows import Judgement
from course.grading.said import Said
from course.grading.tuner import recipes
from course.grading.tuner.case import TunerCase, of_a_tuner, usable
from course.grading.tuner.runs import Search
from course.grading.tuner.talk import Searching
from course.grading.tuner.walk import attempted
from course.grading.verdict import Difference
from course.text import Text, quoted, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.verdict import CaseResult
    from course.grading.wire import Answer
    from course.topic import Topic

TEXTS = texts(__file__)

ADVICE = advice.SEARCHES
NOUN = Text(en="tuner", zh="调参器")
ASKS, SHOWN, WITHOUT_TORCH = TEXTS["asks"], TEXTS["shown"], reasons.TAKE_OUT
ASKED = BESIDE = PLOTTED = False
CORE, TELLING = recipes.CORE, recipes.TELLING

NO_SEARCH = ("asked-no-number", "found-no-number", "over-budget")
"""Kinds of problems that are no exception: what was asked for, or returned, is no number; too much was asked for."""

talk = Searching


def case(*, name: str, title: Text, body: Mapping[str, Any], stretch: bool = False) -> TunerCase:
    """Make a case; see `course.grading.kinds.Treatment`."""
    return TunerCase(id=name, title=title, stretch=stretch, **body)


def answer(topic: Topic, case: Case) -> Trajectory:
    """Return the path of the course's own tuner; see `course.grading.kinds.Treatment`."""
    return trajectory(catalogue(topic).make(()), case, {})


def trajectory(rule_class: Any, case: Case, kinds: Mapping[str, str]) -> Trajectory:  # noqa: ARG001 - there are no states
    """Run the course's own tuner on a case; see `course.grading.kinds.Treatment`."""
    return Trajectory(path(rule_class(**case.hyperparameters), case), {})


def path(rule: Any, case: Case) -> tuple[Array, ...]:
    """Return the path that a tuner of ours takes; see `course.grading.kinds.Treatment`."""
    return attempted(rule, of_a_tuner(case)).params


def hold(
    topic: Topic,
    case: Case,
    answer: Answer,
    expected: Trajectory,  # noqa: ARG001 - who finds the rate may look for it elsewhere
    own: Collection[str] = (),  # noqa: ARG001 - there are no states
) -> Judgement:
    """Judge one search; see `course.grading.kinds.Treatment`."""
    tuner_case, search = of_a_tuner(case), _search(answer)
    if search.problem and search.problem["kind"] not in NO_SEARCH:
        problem = reasons.of_problem(search.problem, topic)
        return Judgement(problem.status, problem.text, stopped=True)  # there is no number that could be held to another
    wrong = _wrong(tuner_case, search)
    if not wrong:
        return Judgement("passed")
    found = search.found if search.found is not None and usable(search.found) else None
    loss = math.nan if found is None else tuner_case.task.regret(found)
    return Judgement("wrong", wrong, Difference(case.id, len(search.asked), 0, "regret", tuner_case.bar, loss))


def _wrong(case: TunerCase, search: Search) -> Text | None:
    """Say what is wrong with a search that no exception has ended; None if nothing is."""
    if search.problem:
        return _of_problem(case, search.problem)
    if strange := [rate for rate in search.asked if not usable(rate)]:
        return TEXTS["asked-no-rate"].format(rate=figure(strange[0]))
    if search.found is None:
        return TEXTS["found-nothing"]
    if not usable(search.found):
        text = TEXTS["found-no-rate"].format(rate=figure(search.found))
        return text + TEXTS["logarithm"] if -math.inf < search.found < 0 else text
    return _of_regret(case, search.found)


def _of_problem(case: TunerCase, problem: Mapping[str, Any]) -> Text:
    """Say what is wrong where too much was asked for, or something that is no number."""
    if problem["kind"] == "over-budget":
        return TEXTS["over-budget"].format(budget=case.budget)
    asked, got = problem["kind"] == "asked-no-number", str(problem["facts"][0])
    if got == "NoneType" and not asked:
        return TEXTS["found-nothing"]
    return (TEXTS["asked-no-number"] if asked else TEXTS["found-no-number"]).format(got=quoted(got))


def _of_regret(case: TunerCase, found: float) -> Text | None:
    """Say by how much the loss at a rate is too high; None if it is not."""
    regret = case.task.regret(found)
    if regret <= case.bar:
        return None
    grid = case.task.regret(_of_a_grid(case))
    known = {"rate": figure(found), "bar": share(case.bar), "budget": case.budget}
    known["grid"] = share(grid) if math.isfinite(grid) else TEXTS["diverges"]
    told = TEXTS["regret"] if math.isfinite(regret) else TEXTS["regret-infinite"]
    text = told.format(share=share(regret), **known)
    shown = ", ".join(f"{name}={value}" for name, value in case.hyperparameters.items())
    return text + TEXTS["with"].format(shown=shown) if shown else text


def _of_a_grid(case: TunerCase) -> float:
    """Return the rate that the same budget finds as one grid in equal ratios."""
    rates = np.geomspace(case.settings["low"], case.settings["high"], case.budget).tolist()
    losses = [case.task.run(rate, rates[:i]) for i, rate in enumerate(rates)]
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
    tuner_case, search = of_a_tuner(case), _search(answer)
    rates = sorted(search.asked)
    if not rates or len(rates) > tuner_case.budget or not all(map(usable, rates)):
        return ()
    told, found = {"case": case.id}, list[Said]()
    runs = [(rate, min(math.inf, loss)) for rate, loss in zip(search.asked, search.losses, strict=True)]
    lowest = min(loss for _, loss in runs)
    best = sorted(rate for rate, loss in runs if loss == lowest)
    if search.found is not None and lowest < math.inf and not tuner_case.noisy:
        mine = [loss for rate, loss in runs if math.isclose(rate, search.found, rel_tol=1e-9)]
        known = {"rate": figure(best[-1]), "loss": figure(lowest), "found": figure(search.found)}
        if mine and min(mine) > lowest and known["rate"] != known["found"]:
            found.append(Said("saw-a-better", TEXTS["saw-a-better"].format(**known), told | {"rate": best[-1]}))
    if lowest == math.inf:
        text = TEXTS["all-diverged"].format(rate=figure(rates[0]))
        found.append(Said("all-diverged", text, told | {"rate": rates[0]}))
    elif rates[0] < rates[-1] and best[-1] in {rates[0], rates[-1]}:
        # The last of them, if several are equal: on a plateau the valley is above.
        text = TEXTS["best-is-the-largest"] if best[-1] == rates[-1] else TEXTS["best-is-the-smallest"]
        found.append(Said("best-at-the-end", text.format(rate=figure(best[-1])), told | {"rate": best[-1]}))
    again = len(rates) - len(set(rates))
    if again and not tuner_case.noisy:
        text = TEXTS["asked-again"].format(count=again, asked=len(rates))
        found.append(Said("asked-again", text, told | {"count": again}))
    if len(rates) < tuner_case.budget:
        text = TEXTS["budget-left"].format(asked=len(rates), budget=tuner_case.budget)
        found.append(Said("budget-left", text, told | {"asked": len(rates)}))
    return tuple(found)


def figure(number: float) -> str:
    """Write a rate or a loss with three digits."""
    return f"{number:.3g}"


def share(regret: float) -> str:
    """Write a share in per cent, with as many digits as it takes."""
    return f"{100 * regret:.0f} %" if regret >= 1 else f"{100 * regret:.3g} %"


def _search(answer: Answer) -> Search:
    assert isinstance(answer, Search)  # noqa: S101 - for the type checker: no other is heard
    return answer
