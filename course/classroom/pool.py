"""A class judged on any executor of `concurrent.futures`: handed out as workers become free, taken in as they answer.

No more is asked for at a time than keeps the workers busy, so that a class of ten thousand needs no more memory than
one of a hundred. Equal files are judged once. The workers store nothing: whoever asks does, as the answers come.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.classroom.database import StoreError
from course.classroom.judging import judge_file
from course.text import CourseError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from concurrent.futures import Executor

    from course.classroom.record import Record
    from course.classroom.verdicts import Grading, HandedIn

AHEAD, LEAST_AHEAD = 4, 100
"""Files that are asked for at a time: for each worker, and at least; workers go on while answers are written."""
BATCH = 50
"""Answers that are passed on together, at most."""
PATIENCE = 1.0
"""Seconds after which answers are passed on even if there are fewer."""
MOST_WAITING = 1000
"""Submissions that may wait for an equal file to be judged."""


class ExecutorError(CourseError):
    """The executor will judge nothing any more: the run ends, and what has been judged is passed on first."""


@dataclass(frozen=True)
class Judged:
    """What judging one submission came to: a record or a problem."""

    stem: str
    student: str
    submission: HandedIn | None = None
    """What is known of it; None if it cannot be read."""
    record: Record | None = None
    problem: BaseException | None = None

    @property
    def new(self) -> bool:
        """Whether the record is not stored yet."""
        return self.record is not None and self.submission is not None and self.submission.record is None


def judge_all(
    grading: Grading, submissions: Iterable[tuple[str, str]], executor: Executor, workers: int
) -> Generator[list[Judged]]:
    """Judge submissions, as far as their stored verdicts are not valid any more.

    When the caller stops, what has not been started is cancelled.

    Args:
        grading: the class, its store, what verdicts depend on.
        submissions: each as (topic, student).
        executor: where they are judged.
        workers: how many files it judges at once, unless it tells itself, as `workers`, at any time anew.

    Yields:
        Some answers, as they come. The caller stores the new records before it asks for more.

    Raises:
        ExecutorError: nothing more will be judged; all answers have been passed on.

    """
    run = _Run(grading, executor)
    try:
        for stem, student in submissions:
            run.begin(stem, student)
            while run.full(max(getattr(executor, "workers", workers) * AHEAD, LEAST_AHEAD)):
                run.take(PATIENCE)
                yield from run.due()
            run.take(0.0)
            yield from run.due()
        while run.flying:
            run.take(PATIENCE)
            yield from run.due()
        yield from run.due(last=True)
    except ExecutorError:
        yield from run.due(last=True)
        raise
    finally:
        for future in run.flying:
            future.cancel()


class _Run:
    """The state of one call of `judge_all`."""

    def __init__(self, grading: Grading, executor: Executor) -> None:
        self.grading, self.executor = grading, executor
        self.flying: dict[Future[str], tuple[str, str]] = {}
        """What is being judged, by topic and key."""
        self.waiting: dict[tuple[str, str], list[HandedIn]] = {}
        """Who handed that in."""
        self.answered: dict[tuple[str, str], str] = {}
        """What was judged since the last answers were passed on."""
        self.answers: list[Judged] = []
        self.passed_on = time.monotonic()

    def full(self, most: int) -> bool:
        """Whether enough is asked for."""
        return len(self.flying) >= most or sum(map(len, self.waiting.values())) >= most + MOST_WAITING

    def begin(self, stem: str, student: str) -> None:
        """Look at one submission, and hand out its file if nobody has judged an equal one."""
        submission = None
        try:
            submission = self.grading.look(stem, student)
            what = (stem, submission.keys[self.grading.walled])
            if what in self.waiting:
                self.waiting[what].append(submission)
            elif what in self.answered:
                self._take(submission, self.answered[what])
            elif record := submission.record or self.grading.judged_before(submission):
                self.answers.append(Judged(stem, student, submission, record))
            else:
                work = self.grading.work(submission)
                self.flying[self.executor.submit(judge_file, *work, **self.grading.options(submission))] = what
                self.waiting[what] = [submission]
        except (StoreError, ExecutorError):
            raise
        except Exception as problem:  # noqa: BLE001 - one submission never stops the others
            self.answers.append(Judged(stem, student, submission, problem=problem))

    def take(self, seconds: float) -> None:
        """Take in what has been judged; wait so long if nothing has."""
        if not self.flying:
            return
        done, _ = wait(self.flying, seconds, FIRST_COMPLETED)
        over = next((each.exception() for each in done if _is_over(each)), None)
        for future in (each for each in done if not _is_over(each)):
            what = self.flying.pop(future)
            waiting = self.waiting.pop(what)
            problem = CancelledError() if future.cancelled() else future.exception()
            if problem is None:
                self.answered[what] = future.result()
            for submission in waiting:
                if problem is None:
                    self._take(submission, self.answered[what])
                else:
                    self.answers.append(Judged(submission.stem, submission.student, submission, problem=problem))
        if over:
            raise over

    def _take(self, submission: HandedIn, judged: str) -> None:
        stem, student = submission.stem, submission.student
        try:
            self.answers.append(Judged(stem, student, submission, self.grading.record(submission, judged)))
        except Exception as problem:  # noqa: BLE001 - one submission never stops the others
            self.answers.append(Judged(stem, student, submission, problem=problem))

    def due(self, *, last: bool = False) -> Iterator[list[Judged]]:
        """The answers, if there are enough of them or they have waited long enough."""
        late = time.monotonic() - self.passed_on > PATIENCE
        while len(self.answers) >= BATCH or (self.answers and (late or last)):
            batch, self.answers = self.answers[:BATCH], self.answers[BATCH:]
            yield batch
            self.passed_on = time.monotonic()
        if not self.answers:
            self.answered.clear()  # the store has them now


def _is_over(future: Future[str]) -> bool:
    """Whether the executor has given up, and not this one task."""
    return not future.cancelled() and isinstance(future.exception(), ExecutorError)
