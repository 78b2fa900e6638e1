"""The rows of a verdict, a case each: what counts, what it is worth, and why it does not count.

Cases by one recipe stand and fall together: a visible case counts only if its hidden twin passes too, and the other way
round. So a table of the answers that everybody can look up earns nothing. A fresh case has no points of its own; if it
fails, its twin does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.grading import case_set, explain, reasons
from course.grading.said import Said
from course.grading.verdict import CaseResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case
    from course.grading.diagnosis import Diagnosis
    from course.grading.verdict import Difference, Status
    from course.text import Text
    from course.topic import Topic


@dataclass(frozen=True)
class Judgement:
    """The judgement on one case: what it says of the file as a whole, and why."""

    status: Status
    reason: Text | None = None
    """None if it passed."""
    difference: Difference | None = None
    stopped: bool = False
    """Whether something else than a wrong number is the reason: it stopped, or did not keep to the contract."""


def rows(
    topic: Topic, cases: Sequence[Case], judgements: Mapping[str, Judgement], found: Diagnosis, seed: str
) -> tuple[list[CaseResult], list[Said]]:
    """Make the row of each case, and the sentences in them with what they claim.

    Args:
        topic: which exercise.
        cases: the visible, hidden and fresh ones, in this order.
        judgements: by case id.
        found: what was recognised in the file.
        seed: of the fresh case, if there is one.

    Returns:
        A row a case, in the order of `cases`; the sentences in them.

    """
    points = shares(topic, cases)
    failed = {case.twin: case for case in cases if judgements[case.id].status != "passed"}
    results, said = [], []
    for case in cases:
        reason = explain.of_option(topic, found, case) or _of_judgement(case, judgements[case.id])
        other = failed.get(case.twin)
        if reason is None and other is not None and not case.fresh:
            why = judgements[other.id].reason if other.fresh else None
            reason = Said("twin", reasons.of_twin(case, why, seed), {"case": case.id})
        said += [reason] if reason else []
        results.append(
            CaseResult(
                id=case.id,
                title=case.title,
                passed=reason is None,
                points=round(points[case.id], 6) if reason is None else 0.0,
                max_points=round(points[case.id], 6),
                stretch=case.stretch,
                reason=reason.text if reason else None,
                fresh=seed if case.fresh else "",
            )
        )
    return results, said


def _of_judgement(case: Case, judgement: Judgement) -> Said | None:
    """Return why a case failed, in its own words."""
    if judgement.reason is None:
        return None
    if judgement.status == "wrong" and judgement.difference and not judgement.stopped:
        return Said("difference", judgement.reason, {"difference": judgement.difference})
    return Said("problem", judgement.reason, {"case": case.id, "status": judgement.status})


def shares(topic: Topic, cases: Sequence[Case]) -> dict[str, float]:
    """Share out the topic's points among the cases, core and stretch apart; a fresh case gets none.

    Args:
        topic: which exercise.
        cases: all that are judged.

    Returns:
        Points by case id, not rounded.

    """
    made = {case.id: 0.0 for case in cases}
    for stretch, total in ((False, topic.points), (True, topic.stretch_points)):
        weights = {
            case.id: case_set.weight(topic, case.twin) for case in cases if case.stretch is stretch and not case.fresh
        }
        whole = sum(weights.values())
        made |= {name: total * weight / whole for name, weight in weights.items()}
    return made


def total(topic: Topic, cases: Sequence[Case], results: Sequence[CaseResult], *, stretch: bool) -> float:
    """Add up the points earned, exactly, and round once: thirds that add up to a whole must give the whole.

    Args:
        topic: which exercise.
        cases: all that were judged.
        results: a row a case.
        stretch: which to count, the stretch cases or the core ones.

    Returns:
        Points, to six decimals.

    """
    points = shares(topic, cases)
    earned = (points[result.id] for result in results if result.passed and result.stretch is stretch)
    return round(sum(earned, start=0.0), 6)
