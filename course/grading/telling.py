"""What a verdict says of a file: its status and its sentences, the diagnosis first and the numbers last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.grading import explain, kinds, reasons
from course.grading.said import Said
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case, Trajectory
    from course.grading.diagnosis import Diagnosis
    from course.grading.findings.finding import Findings
    from course.grading.rows import Judgement
    from course.grading.verdict import CaseResult, Status
    from course.grading.wire import Answer
    from course.topic import Topic


@dataclass(frozen=True)
class Told:
    """The message, a line each, and the case that it is about."""

    status: Status
    diagnosis: tuple[Said, ...]
    """What was done, what that leads to, where to read on."""
    details: tuple[Said, ...] = ()
    """What that was seen by: how many cases are right, and the first wrong number."""
    clue: Case | None = None


def told(
    topic: Topic,
    cases: Sequence[Case],
    judgements: Mapping[str, Judgement],
    answers: Mapping[str, Answer],
    expected: Mapping[str, Trajectory],
    found: Diagnosis,
    more: Findings,
    results: Sequence[CaseResult],
    seed: str,
) -> Told:
    """Say what came of a file.

    Args:
        topic: which exercise.
        cases: what was run.
        judgements: by case id.
        answers: by case id.
        expected: by case id, the right trajectories.
        found: what was recognised.
        more: what was found out besides.
        results: a row a case.
        seed: of the fresh case, if there is one.

    Returns:
        The sentences.

    """
    core = [case for case in cases if case.public and not case.stretch]
    status = overall(core, judgements)
    if status != "passed":
        clue = _clue(core, judgements, status)
        why = judgements[clue.id].reason or reasons.UNKNOWN
        if status == "not-implemented":
            return Told(status, (Said("verdict", why, {"case": clue.id}),), (), clue)
        diagnosis: Sequence[Said] = ()
        proof: Sequence[Said] = ()
        if status == "wrong" or found.fits or more.found or more.fit:
            astray = [case for case in core if judgements[case.id].difference]
            numbers = _of_numbers(topic, clue, astray, core, judgements, answers, expected)
            diagnosis, proof = explain.explained(topic, found, more, *numbers)
        leads, whole = judgements[clue.id].stopped, more.whole
        return _wrong(status, clue, why, results, diagnosis, proof, leads=leads, whole=whole)
    others = [case for case in cases if not case.public and not case.stretch and judgements[case.id].status != "passed"]
    drawn = next((case for case in others if case.fresh), None)
    if drawn:
        text = reasons.ONLY_FRESH.format(
            noun=kinds.of(topic).NOUN, reason=judgements[drawn.id].reason, stem=topic.stem, seed=seed
        )
        return _wrong("wrong", drawn, text, results)
    if others:
        return _wrong("wrong", None, reasons.ONLY_HIDDEN.format(noun=kinds.of(topic).NOUN), results)
    return Told("passed", (Said("verdict", kinds.of(topic).right(topic, results), {"case": None}),))


def _wrong(
    status: Status,
    clue: Case | None,
    why: Text,
    results: Sequence[CaseResult],
    diagnosis: Sequence[Said] = (),
    proof: Sequence[Said] = (),
    *,
    leads: bool = False,
    whole: bool = False,
) -> Told:
    """Put what was recognised first, or else what happened.

    Args:
        status: of the file.
        clue: the case that the message is about.
        why: what happened there: it stopped, or its first wrong number.
        results: a row a case.
        diagnosis: what was recognised.
        proof: what shows that.
        leads: whether what happened says more than a diagnosis that names nothing.
        whole: whether the diagnosis explains every number without naming a mistake of the catalogue first.

    """
    counted, claim = reasons.counted(results), {"case": clue.id if clue else None}
    named = whole or (bool(diagnosis) and diagnosis[0].kind in {"path", "handling", "several"})
    if named or (diagnosis and diagnosis[0].kind != "unknown" and not leads):
        numbers = Said("verdict", Text.joined([counted, why], en=" ", zh=""), claim)
        return Told(status, tuple(diagnosis), (*proof, numbers), clue)
    first = Said("reason", why, claim)
    return Told(status, (first, *diagnosis), (*proof, Said("verdict", counted, claim)), clue)


def overall(cases: Sequence[Case], judgements: Mapping[str, Judgement]) -> Status:
    """Return the status of the file: what stopped it, else the first thing that went wrong; the core cases decide.

    Args:
        cases: those that were run.
        judgements: by case id.

    Returns:
        The status.

    """
    core = [judgements[case.id].status for case in cases if not case.stretch]
    if all(status == "passed" for status in core):
        return "passed"
    if all(status == "not-implemented" for status in core):
        return "not-implemented"
    stopped: tuple[Status, ...] = ("rejected", "timeout", "limit")
    for grave in stopped:
        if grave in core:
            return grave
    first = next(status for status in core if status != "passed")
    return "wrong" if first == "not-implemented" else first


def _of_numbers(
    topic: Topic,
    clue: Case,
    astray: Sequence[Case],
    core: Sequence[Case],
    judgements: Mapping[str, Judgement],
    answers: Mapping[str, Answer],
    expected: Mapping[str, Trajectory],
) -> tuple[Text | None, Sequence[Said]]:
    """Return the first wrong number, if the message tells of something else, and the facts about its case.

    Args:
        topic: which exercise.
        clue: the case that the message speaks of.
        astray: the visible core cases with wrong numbers, in their order.
        core: every visible core case.
        judgements: by case id.
        answers: by case id.
        expected: by case id, torch's trajectories.

    """
    if not astray:
        return None, ()
    told = not judgements[clue.id].stopped and judgements[clue.id].difference is not None
    case = clue if told else astray[0]
    difference = judgements[case.id].difference
    assert difference is not None  # noqa: S101 - for the type checker: the cases that are astray have one
    answered = [(each, answers[each.id]) for each in core if each.id in answers]
    more = kinds.of(topic).facts(case, difference, expected[case.id], answers[case.id], answered)
    if told:
        return None, more
    judged = judgements[case.id]
    sentence = reasons.of_difference(difference, case) if judged.stopped else judged.reason or reasons.UNKNOWN
    return explain.NUMBERS_WRONG.format(title=case.title, difference=sentence), more


def _clue(core: Sequence[Case], judgements: Mapping[str, Judgement], status: Status) -> Case:
    """Return the case that the message is about: the first failing one that has the overall status."""
    failing = [case for case in core if judgements[case.id].status != "passed"]
    return next((case for case in failing if judgements[case.id].status == status), failing[0])
