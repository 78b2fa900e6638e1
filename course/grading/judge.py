"""The trusted judge: sends a file to the worker, holds what comes back against the reference, decides.

It never imports the learner's file and never unpickles anything. It fails closed: a case passes only on a complete and
valid trajectory that agrees with the reference; everything else has a named reason.
"""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course.grading import cases as recipes
from course.grading import compare, explain, reasons, sandbox, saved, stored
from course.grading.diagnosis import Diagnosis, diagnose
from course.grading.facts import facts
from course.grading.paths import pick
from course.grading.said import Said
from course.grading.verdict import CaseResult, Difference, Paths, Status, Verdict
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from course.grading.case import Case, Trajectory
    from course.grading.wire import Answer
    from course.syllabus import Topic


@dataclass(frozen=True)
class Finding:
    """One case, judged: what it says of the file as a whole, and why."""

    status: Status
    reason: Text | None = None
    difference: Difference | None = None
    stopped: bool = False
    """Whether something else than a wrong number is the reason: it stopped, or did not keep to the contract."""


def judge(topic: Topic, folder: Path, *, seed: str | None = None, limits: sandbox.Limits | None = None) -> Verdict:
    """Judge `folder/STEM.py`.

    Args:
        topic: which exercise.
        folder: where the learner's file lies; nothing else in it is looked at.
        seed: a class's secret seed: its hidden cases are judged too, answered by the installed torch.
        limits: what the worker may use; by default `Limits()`.

    Raises:
        CourseError: the folder does not exist, or the stored references are unusable.

    """
    if not folder.is_dir():
        raise CourseError(
            Text(
                en="There is no folder {folder}: give the folder that holds {stem}.py.",
                zh="没有 {folder} 这个文件夹：请给出 {stem}.py 所在的文件夹。",
            ).format(folder=folder, stem=topic.stem)
        )
    cases = list(recipes.visible(topic.stem))
    if seed is not None:
        cases = sorted([*cases, *recipes.hidden(topic.stem, seed)], key=lambda case: case.stretch)
    file = folder.resolve() / f"{topic.stem}.py"
    reason = saved.refused(file)
    if reason:
        refused = Finding(reason.status, reason.text)
        return _verdict(topic, cases, dict.fromkeys((case.id for case in cases), refused), {}, {}, Diagnosis())
    answers, ends, printed = _run(file, topic, cases, limits or sandbox.Limits())
    expected = stored.read(topic.stem, recipes.visible(topic.stem)) | (_hidden(topic, seed) if seed is not None else {})
    return replace(conclude(topic, cases, answers, ends, expected), printed=printed)


def conclude(
    topic: Topic,
    cases: Sequence[Case],
    answers: Mapping[str, Answer],
    ends: Mapping[str, Finding],
    expected: Mapping[str, Trajectory],
) -> Verdict:
    """The verdict on what came back: every case held against its reference, and the mistake named.

    Args:
        topic: which exercise.
        cases: what was run, in this order.
        answers: by case id.
        ends: by case id, why there is no answer.
        expected: by case id, torch's trajectory.

    """

    def hold(case: Case, own: Collection[str] = ()) -> Finding:
        return ends.get(case.id) or _hold(topic, case, answers[case.id], expected[case.id], own)

    findings = {case.id: hold(case) for case in cases}
    passed = [case.id for case in cases if findings[case.id].status == "passed"]
    if len(passed) < len(cases):
        own = set[str]().union(*(compare.strays(expected[name], answers[name].state) for name in passed))
        findings |= {case.id: hold(case, own) for case in cases if own and case.id not in passed}
    failed = {case.id for case in cases if case.id not in passed}
    astray = {name for name in failed if findings[name].difference}
    found = diagnose(topic.stem, cases, answers, failed, astray) if failed else Diagnosis()
    return _verdict(topic, cases, findings, answers, expected, found)


def _run(
    file: Path, topic: Topic, cases: Sequence[Case], limits: sandbox.Limits
) -> tuple[dict[str, Answer], dict[str, Finding], str]:
    """Run every case, the visible and the hidden ones in workers of their own.

    What the file says in the visible cases, in exceptions and in print, is shown to the student: the worker that runs
    them must know nothing secret, and nothing that is printed in the other one is kept.
    """
    answers: dict[str, Answer] = {}
    ends: dict[str, Finding] = {}
    printed = ""
    for hidden in (False, True):
        batch = [case for case in cases if case.hidden is hidden]
        stopped = [ends[case.id] for case in cases if case.id in ends and not case.stretch and not case.hidden]
        if stopped and len(stopped) == sum(not case.stretch and not case.hidden for case in cases):
            ends |= {case.id: stopped[0] for case in batch}  # it never answered; it will not now
        elif batch:
            more, more_ends, more_printed = _run_batch(file, topic, batch, limits)
            answers, ends, printed = answers | more, ends | more_ends, printed if hidden else more_printed
    return answers, ends, printed


def _run_batch(
    file: Path, topic: Topic, cases: Sequence[Case], limits: sandbox.Limits
) -> tuple[dict[str, Answer], dict[str, Finding], str]:
    """Run the cases, in a new worker after one that ended early, while the time lasts."""
    answers: dict[str, Answer] = {}
    ends: dict[str, Finding] = {}
    printed = ""
    deadline = time.monotonic() + limits.wall
    left = list(cases)
    end: reasons.Reason | None = None
    while left:
        remaining = replace(limits, wall=max(0.1, deadline - time.monotonic()))
        outcome = sandbox.run(file.name, file.read_bytes(), topic.class_name, topic.state, left, remaining)
        printed = printed or outcome.printed
        if outcome.problem:
            end = reasons.of_problem(outcome.problem, topic)
            ends |= {case.id: Finding(end.status, end.text) for case in left}
            break
        answers |= {left[i].id: answer for i, answer in outcome.answers.items()}
        left = left[len(outcome.answers) :]
        if not left and outcome.end != "output":
            break
        if outcome.end != "timeout" or end is None:  # a worker started late is not to blame for the clock
            end = reasons.of_end(outcome, limits)
        if outcome.end == "output":  # it would only say it all again; and how much was answered before is chance
            answers = {}
            ends = {case.id: Finding(end.status, end.text) for case in cases}
            break
        if outcome.end == "nonsense":  # whoever writes into our answers once is not asked again
            ends |= {case.id: Finding(end.status, end.text) for case in left}
            break
        blamed = left.pop(0)
        ends[blamed.id] = Finding(end.status, end.text)
        if (outcome.end == "timeout" and not blamed.stretch) or time.monotonic() >= deadline:
            ends |= {case.id: Finding(end.status, reasons.not_run(blamed)) for case in left}
            break
    return answers, ends, printed


@functools.lru_cache(maxsize=32)
def _hidden(topic: Topic, seed: str) -> dict[str, Trajectory]:
    """The oracle's answers to a class's hidden cases; a whole class is held against the same ones."""
    from course.grading.oracle import trajectory

    return {case.id: trajectory(topic, case) for case in recipes.hidden(topic.stem, seed)}


def _hold(topic: Topic, case: Case, answer: Answer, expected: Trajectory, own: Collection[str] = ()) -> Finding:
    """One trajectory against its reference; the state entries in `own` hold something of the learner's own."""
    state = {name: columns for name, columns in answer.state.items() if name not in own}
    difference = compare.first_difference(case, expected, answer.params, state)
    if answer.problem:
        problem = reasons.of_problem(answer.problem, topic)
        # What went wrong before the file stopped is the earlier clue, but the reason is that it stopped.
        return Finding(problem.status, problem.text, difference, stopped=True)
    if difference:
        return Finding("wrong", reasons.of_difference(difference, case), difference)
    return Finding("passed")


def _points(topic: Topic, cases: Sequence[Case]) -> dict[str, float]:
    """Each case's share of the topic's points, core and stretch apart."""
    shares: dict[str, float] = {}
    for stretch, total in ((False, topic.points), (True, topic.stretch_points)):
        weights = {case.id: recipes.weight(case.id) for case in cases if case.stretch is stretch}
        whole = sum(weights.values())
        shares |= {name: total * weight / whole for name, weight in weights.items()}
    return shares


def _overall(cases: Sequence[Case], findings: Mapping[str, Finding]) -> Status:
    """The status of the file: what stopped it, else the first thing that went wrong; the core cases decide."""
    core = [findings[case.id].status for case in cases if not case.stretch]
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


def _verdict(
    topic: Topic,
    cases: Sequence[Case],
    findings: Mapping[str, Finding],
    answers: Mapping[str, Answer],
    expected: Mapping[str, Trajectory],
    found: Diagnosis,
) -> Verdict:
    points = _points(topic, cases)
    results = []
    said: list[Said] = []
    for case in cases:
        finding = findings[case.id]
        passed = finding.status == "passed"
        reason = explain.of_option(topic, found, case) or _of_finding(case, finding)
        said += [reason] if reason else []
        results.append(
            CaseResult(
                id=case.id,
                title=case.title,
                passed=passed,
                points=round(points[case.id], 6) if passed else 0.0,
                max_points=round(points[case.id], 6),
                stretch=case.stretch,
                reason=reason.text if reason else None,
            )
        )
    status = _overall(cases, findings)
    clue = _clue(cases, findings, status)
    told = reasons.message(topic, status, results, findings[clue.id].reason if clue else None)
    said.append(Said("verdict", told, {"case": clue.id if clue else None}))
    difference = findings[clue.id].difference if clue else None
    core = [case for case in cases if not case.stretch]
    paths: Paths | None = None
    if clue and difference:
        near = [case for case in core if case.hidden is clue.hidden]
        others = [findings[case.id].difference for case in near if case.id != clue.id]
        fit = found.fits[0] if found.fits and not clue.hidden else ()
        paths = pick(topic.stem, near, [difference, *filter(None, others)], answers, expected, fit)
    if clue and not clue.hidden and (status == "wrong" or found.fits):
        astray = [case for case in core if not case.hidden and findings[case.id].difference]
        more = explain.explained(topic, found, *_of_numbers(clue, astray, core, findings, answers, expected))
        told = Text.joined([told, *(each.text for each in more)], en="\n", zh="\n")
        said += more
    return Verdict(
        topic=topic.stem,
        status=status,
        score=_total(points, results, stretch=False),
        max_score=topic.points,
        stretch_score=_total(points, results, stretch=True),
        stretch_max=topic.stretch_points if any(case.stretch for case in cases) else 0.0,
        cases=tuple(results),
        message=told,
        first_difference=difference,
        mistakes=found.mistakes,
        alternatives=found.alternatives,
        paths=paths,
        notes=sandbox.notes(),
        said=tuple(said),
    )


def _of_finding(case: Case, finding: Finding) -> Said | None:
    """Why a case failed, in its own words."""
    if finding.reason is None:
        return None
    if finding.status == "wrong" and finding.difference and not finding.stopped:
        return Said("difference", finding.reason, {"difference": finding.difference})
    return Said("problem", finding.reason, {"case": case.id, "status": finding.status})


def _of_numbers(
    clue: Case,
    astray: Sequence[Case],
    core: Sequence[Case],
    findings: Mapping[str, Finding],
    answers: Mapping[str, Answer],
    expected: Mapping[str, Trajectory],
) -> tuple[Text | None, Sequence[Said]]:
    """The first wrong number, if the message tells of something else, and the facts about its case.

    Args:
        clue: the case that the message speaks of.
        astray: the visible core cases with wrong numbers, in their order.
        core: every core case.
        findings: by case id.
        answers: by case id.
        expected: by case id, torch's trajectories.

    """
    if not astray:
        return None, ()
    told = not findings[clue.id].stopped and findings[clue.id].difference is not None
    case = clue if told else astray[0]
    difference = findings[case.id].difference
    assert difference is not None  # noqa: S101 - for the type checker: the cases that are astray have one
    answered = [(each, answers[each.id]) for each in core if each.id in answers]
    more = facts(case, difference, expected[case.id], answers[case.id], answered)
    if told:
        return None, more
    sentence = reasons.of_difference(difference, case)
    return explain.NUMBERS_WRONG.format(title=case.title, difference=sentence), more


def _total(points: Mapping[str, float], results: Sequence[CaseResult], *, stretch: bool) -> float:
    """The exact sum first, rounded once: thirds that add up to a whole must give the whole."""
    earned = (points[result.id] for result in results if result.passed and result.stretch is stretch)
    return round(sum(earned, start=0.0), 6)


def _clue(cases: Sequence[Case], findings: Mapping[str, Finding], status: Status) -> Case | None:
    """The case that the message speaks of: the first failing core case that has the overall status."""
    if status == "passed":
        return None
    failing = [case for case in cases if not case.stretch and findings[case.id].status != "passed"]
    return next((case for case in failing if findings[case.id].status == status), failing[0])
