"""The trusted judge: sends a file to the worker, holds what comes back against the reference, decides.

It never imports the learner's file and never unpickles anything. It fails closed: a case passes only on a complete and
valid trajectory that agrees with the reference; everything else has a named reason.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading import case_set, compare, kinds, locate, reasons, sandbox, saved, stored
from course.grading import fresh as fresh_cases
from course.grading.diagnosis import Diagnosis, diagnose
from course.grading.findings.asking import SECONDS, Asker
from course.grading.findings.evidence import Evidence
from course.grading.findings.finding import Findings
from course.grading.fingerprint import fingerprint
from course.grading.hidden import answers as hidden_answers
from course.grading.paths import agreeing, pick
from course.grading.rows import Judgement, rows, total
from course.grading.talk import Talk
from course.grading.telling import told
from course.grading.verdict import Verdict
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from course.grading.case import Case, Trajectory
    from course.grading.verdict import Paths, Status
    from course.grading.wire import Answer, Described
    from course.topic import Topic

    Runner = Callable[[Sequence[Case], sandbox.Limits], sandbox.Outcome]

KEPT = 0.25
"""The share of the time that is left to the hidden cases, which are fewer steps; what the visible ones leave, too."""


def checked(topic: Topic, folder: Path, fresh: str | None = None) -> Verdict:
    """Judge a learner's own `folder/STEM.py` as every check does: with one fresh case, which no file can have seen.

    Args:
        topic: which exercise.
        folder: where the learner's file lies.
        fresh: the seed of an earlier check's fresh case, to draw it again; by default a new one is drawn.

    Returns:
        The verdict.

    Raises:
        CourseError: as in `judge`.

    """
    return judge(topic, folder, fresh=fresh_cases.draw(topic) if fresh is None else fresh)


def judge(
    topic: Topic,
    folder: Path,
    *,
    seed: str | None = None,
    fresh: str | None = None,
    limits: sandbox.Limits | None = None,
    full_wall: bool = False,
) -> Verdict:
    """Judge `folder/STEM.py`.

    Args:
        topic: which exercise.
        folder: where the learner's file lies; nothing else in it is looked at.
        seed: a class's secret seed: its hidden cases are judged too, answered by the installed torch.
        fresh: the seed of a fresh case, answered by the course's own solution; without it a verdict is the same again.
        limits: what all workers together may use; by default `Limits()`.
        full_wall: whether to refuse to run the file where the operating system does not shut it in.

    Returns:
        The verdict.

    Raises:
        CourseError: the folder does not exist, the stored references are unusable, no fresh case can be drawn, or there
            is no full wall and there has to be.

    """
    if not folder.is_dir():
        raise CourseError(
            Text(
                en="There is no folder {folder}: give the folder that holds {stem}.py.",
                zh="没有 {folder} 这个文件夹。请给出 {stem}.py 所在的文件夹。",
            ).format(folder=folder, stem=topic.stem)
        )
    source = saved.source(folder.resolve() / f"{topic.stem}.py")
    return judge_source(topic, source, seed=seed, fresh=fresh, limits=limits, full_wall=full_wall)


def judge_source(
    topic: Topic,
    source: bytes | reasons.Reason,
    *,
    seed: str | None = None,
    fresh: str | None = None,
    limits: sandbox.Limits | None = None,
    full_wall: bool = False,
) -> Verdict:
    """Judge what is in a file.

    Args:
        topic: which exercise.
        source: what `saved.source` or `saved.checked` has returned.
        seed: as in `judge`.
        fresh: as in `judge`.
        limits: as in `judge`.
        full_wall: as in `judge`.

    Returns:
        The verdict.

    Raises:
        CourseError: as in `judge`, but for the folder.

    """
    visible = case_set.visible(topic)
    drawn = [] if fresh is None else [fresh_cases.case(topic, fresh)]
    hidden = case_set.hidden(topic, seed) if seed is not None else ()
    cases = sorted([*visible, *(case for case, _ in drawn), *hidden], key=lambda case: case.stretch)
    if isinstance(source, reasons.Reason):
        refused = Judgement(source.status, source.text)
        ends = dict.fromkeys((case.id for case in cases), refused)
        return decide(topic, cases, {}, ends, {}, fresh or "")
    kind, name = kinds.of(topic), f"{topic.stem}.py"

    def run(given: bytes, *args: Any, **how: Any) -> sandbox.Outcome:
        return sandbox.run(name, given, topic.class_name, topic.state, *args, full_wall=full_wall, **how)

    first = functools.partial(
        run, source, talk=kind.talk, meanwhile=functools.partial(_read, topic) if kind.ASKED else None
    )
    limits = limits or sandbox.Limits()
    answers, ends, printed, left = _run(first, topic, cases, limits)
    expected = stored.read(topic, visible) | {case.id: answer for case, answer in drawn}
    expected |= hidden_answers(topic, seed) if seed is not None else {}
    asker = Asker(functools.partial(_asked, run, limits), left, source) if kind.ASKED else None
    found = decide(topic, cases, answers, ends, expected, fresh or "", asker)
    quote = None if found.passed else locate.quote(topic, found.mistakes, source)
    return replace(found, printed=printed, quote=quote)


@functools.cache
def _read(topic: Topic) -> None:
    """Read what is wanted if the file is wrong, once a process; what is damaged is told by whoever needs it."""
    with suppress(Exception):
        from course.grading.findings import properties, search  # noqa: F401 - it takes as long as a file runs
        from course.grading.mistakes import samples

        samples.read(topic)
        properties.required(topic)


@np.errstate(all="ignore")  # what a file computes may be infinite, and may overflow when it is held against the right
def decide(
    topic: Topic,
    cases: Sequence[Case],
    answers: Mapping[str, Answer],
    ends: Mapping[str, Judgement],
    expected: Mapping[str, Trajectory],
    seed: str = "",
    asker: Asker | None = None,
) -> Verdict:
    """Compare every case with its reference, and name the mistake.

    Of a hidden case the verdict tells one bit, whether it passed. Nothing else that a file does there, how it ends,
    what it says, which numbers it makes, has any part in what follows: what it chose by the numbers would carry them.

    Args:
        topic: which exercise.
        cases: what was run, in this order.
        answers: by case id.
        ends: by case id, why there is no answer.
        expected: by case id, torch's trajectory; of a fresh case, the solution's.
        seed: of the fresh case, if there is one.
        asker: runs the file on more cases, if that can be done.

    Returns:
        The verdict.

    """

    def hold(case: Case, own: Collection[str] = ()) -> Judgement:
        found = ends.get(case.id) or kinds.of(topic).hold(topic, case, answers[case.id], expected[case.id], own)
        if case.hidden and found.status != "passed":
            return Judgement(reasons.HIDDEN_WRONG.status, reasons.HIDDEN_WRONG.text)
        return found

    judgements = {case.id: hold(case) for case in cases}
    public = [case for case in cases if case.public]
    failed = {case.id for case in cases if not case.hidden and judgements[case.id].status != "passed"}
    if failed:  # what a right path has under one of torch's names is the learner's own, and no clue
        passed = [case.id for case in public if case.id not in failed]
        own = set[str]().union(*(compare.strays(expected[name], answers[name].state) for name in passed))
        judgements |= {case.id: hold(case, own) for case in cases if own and case.id in failed}
        failed &= {case.id for case in public}
    astray = {name for name in failed if judgements[name].difference}
    found = diagnose(topic, public, answers, failed, astray) if failed else Diagnosis()
    more = Findings()
    if failed:
        from course.grading.findings import search  # a right file needs none of it

        if kinds.of(topic).ASKED:
            more = search.search(Evidence.of(topic, public, answers, expected, astray, found, asker))
        found = replace(found, beside=more.fit)
    results, said = rows(topic, cases, judgements, found, seed)
    message = told(topic, cases, judgements, answers, expected, found, more, results, seed)
    said += [*message.diagnosis, *message.details]
    return Verdict(
        topic=topic.stem,
        status=message.status,
        score=total(topic, cases, results, stretch=False),
        max_score=topic.points,
        stretch_score=total(topic, cases, results, stretch=True),
        stretch_max=topic.stretch_points if any(case.stretch for case in cases) else 0.0,
        cases=tuple(results),
        message=Text.joined([each.text for each in (*message.diagnosis, *message.details)], en="\n", zh="\n"),
        details=len(message.details),
        first_difference=judgements[message.clue.id].difference if message.clue else None,
        mistakes=found.mistakes,
        alternatives=found.alternatives,
        findings=(*(search.mistakes(topic, found) if failed else ()), *more.found),
        paths=_paths(topic, cases, message.clue, judgements, answers, expected, found),
        fingerprint=_fingerprint(public, answers, message.status, found),
        notes=sandbox.notes(),
        said=tuple(said),
    )


def _fingerprint(public: Sequence[Case], answers: Mapping[str, Answer], status: Status, found: Diagnosis) -> str:
    """The fingerprint of a wrong path that no known mistake makes; "" of every other file."""
    if status != "wrong" or not found.searched or found.mistakes or found.alternatives:
        return ""
    return fingerprint([case for case in public if not case.stretch], answers)


def _paths(
    topic: Topic,
    cases: Sequence[Case],
    clue: Case | None,
    judgements: Mapping[str, Judgement],
    answers: Mapping[str, Answer],
    expected: Mapping[str, Trajectory],
    found: Diagnosis,
) -> Paths | None:
    """Return what the plot shows: of the case that the message is about, or of another of its kind.

    Of a file that passes it shows that both paths are one.
    """
    if not kinds.of(topic).PLOTTED:
        return None
    first = judgements[clue.id].difference if clue else None
    if all(judgements[case.id].status == "passed" for case in cases if not case.stretch):
        return agreeing([case for case in cases if case.public and not case.stretch], answers, expected)
    if not clue or not first:
        return None
    near = [case for case in cases if case.public and not case.stretch] if clue.public else [clue]
    others = (judgements[case.id].difference for case in near if case.id != clue.id)
    fit = found.fits[0] if found.fits and clue.public else ()
    return pick(topic, near, [first, *filter(None, others)], answers, expected, fit)


def _run(
    run: Runner, topic: Topic, cases: Sequence[Case], limits: sandbox.Limits
) -> tuple[dict[str, Answer], dict[str, Judgement], str, float]:
    """Run every case, the visible and the hidden ones in workers of their own.

    What the file says in the visible cases, in exceptions and in print, is shown to the student: the worker that runs
    them must know nothing secret, and nothing that is printed in the other one is kept.

    Returns:
        The answers, and why there are none, by case id; what was printed; the seconds in which the file may be asked
        more. They are left over by the visible cases and kept from the hidden ones: a file that could choose by hidden
        numbers how long it takes could choose by that what it is asked, and what is said of it.

    """
    answers: dict[str, Answer] = {}
    ends: dict[str, Judgement] = {}
    printed = ""
    left, asking = limits.wall, 0.0
    core = [case.id for case in cases if not case.hidden and not case.stretch]
    for hidden in (False, True):
        batch = [case for case in cases if case.hidden is hidden]
        if hidden and all(name in ends for name in core):
            ends |= {case.id: ends[core[0]] for case in batch}  # it never answered; it will not now
        elif batch:
            # What the visible cases use up by a stretch option that never ends must not cost the others their turn.
            kept = 0.0 if hidden or not any(case.hidden for case in cases) else limits.wall * KEPT
            more, more_ends, more_printed, used = _run_batch(run, topic, batch, limits, left - kept)
            left -= used
            if not hidden:
                asking = max(0.0, min(SECONDS, left - kept))
                left -= asking
            answers, ends, printed = answers | more, ends | more_ends, printed if hidden else more_printed
    return answers, ends, printed, asking


def _asked(
    run: Callable[..., sandbox.Outcome],
    limits: sandbox.Limits,
    source: bytes,
    cases: Sequence[Case],
    seconds: float,
    names: Sequence[str],
    meanwhile: Callable[[], object] | None,
) -> tuple[dict[str, Answer], Described | None]:
    """Run questions to a file in one worker, once; how it ends and what it prints there is not kept."""
    talk = functools.partial(Talk, describe=names)
    outcome = run(source, cases, replace(limits, wall=seconds), talk=talk, meanwhile=meanwhile)
    return {cases[i].id: answer for i, answer in outcome.answers.items()}, outcome.described


def _run_batch(
    run: Runner, topic: Topic, cases: Sequence[Case], limits: sandbox.Limits, wall: float
) -> tuple[dict[str, Answer], dict[str, Judgement], str, float]:
    """Run the cases, in a new worker after one that ended early, while the time lasts.

    Returns:
        The answers, and why there are none, by case id; what was printed; the seconds used.

    """
    answers: dict[str, Answer] = {}
    ends: dict[str, Judgement] = {}
    printed = ""
    used = 0.0
    left = list(cases)
    end: reasons.Reason | None = None
    while left:
        outcome = run(left, replace(limits, wall=max(0.1, wall - used)))
        used += outcome.seconds
        printed = printed or outcome.printed
        if outcome.problem:
            end = reasons.of_problem(outcome.problem, topic)
            ends |= {case.id: Judgement(end.status, end.text) for case in left}
            break
        answers |= {left[i].id: answer for i, answer in outcome.answers.items()}
        left = left[len(outcome.answers) :]
        if not left and outcome.end != "output":
            break
        if outcome.end != "timeout" or end is None:  # a worker started late is not to blame for the clock
            end = reasons.of_end(outcome, limits)
        if outcome.end == "output":  # it would only say it all again; and how much was answered before is chance
            answers = {}
            ends = {case.id: Judgement(end.status, end.text) for case in cases}
            break
        if outcome.end == "nonsense":  # whoever writes into our answers once is not asked again
            ends |= {case.id: Judgement(end.status, end.text) for case in left}
            break
        blamed = left.pop(0)
        ends[blamed.id] = Judgement(end.status, end.text)
        if (outcome.end == "timeout" and not blamed.stretch) or used >= wall:
            ends |= {case.id: Judgement(end.status, reasons.not_run(blamed)) for case in left}
            break
    return answers, ends, printed, used
