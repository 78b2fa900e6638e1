"""Grade what has been handed in: take it in, judge it on as many workers as there are, write it to the gradebook.

One loop stores the verdicts and writes them, while the workers go on. Verdicts are stored before anything is made of
them, some at a time, so that a run that is killed has lost what a second holds, and none twice.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from course.classroom import entered, judges, nbgrader_steps, paragraphs, pool, upkeep
from course.classroom.answering import Answering
from course.classroom.bar import bar
from course.classroom.database import StoreError
from course.classroom.directory import KEY
from course.classroom.intake import take_in
from course.classroom.paragraphs import listed, of_one
from course.classroom.store import Store
from course.classroom.verdicts import Grading
from course.classroom.writer import Writer
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from course.classroom.directory import ClassDirectory
    from course.classroom.entered import Stranger
    from course.classroom.intake import Intake
    from course.classroom.pool import Judged
    from course.classroom.record import Entered

GRADE = Text(en="grade", zh="评分")
NOT_RELEASED = Text(
    en="{stem} has not been released yet, so the gradebook does not know it: run `course class release {stem}` first.",
    zh="{stem} 还没有发布，成绩册里没有它。请先运行 `course class release {stem}`。",
)


def grade_all(
    room: ClassDirectory,
    stems: Sequence[str],
    jobs: int | None,
    *,
    progress: bool,
    executor: Executor | None,
    only: Collection[str] | None = None,
    answering: Answering | None = None,
) -> Text:
    """Take in, judge as workers become free, and write what has been judged, some submissions at a time.

    Args:
        room: the class; whoever asks for it holds its lock.
        stems: the topics.
        jobs: how many submissions are judged at once; as many as there are processors, if None.
        progress: whether to show progress on standard error.
        executor: judges instead of processes on this machine.
        only: the students to look at, if not all; the rest of the gradebook is then not looked through.
        answering: has the hidden cases answered for judges on this machine; its own if None.

    Returns:
        What was graded, and what was taken from another place than its own.

    Raises:
        CourseError: something was not graded, not understood, or put right. It is named; everything else is graded.

    """
    nbgrader_steps.need_gradebook(room)
    released = nbgrader_steps.released(room)
    intake = take_in(room, stems, open_to=released, only=only, progress=progress)
    failed: dict[tuple[str, str], BaseException] = {
        (stem, student): CourseError(NOT_RELEASED.format(stem=stem))
        for stem, student in intake.handed_in
        if stem not in released
    }
    handed_in = [each for each in intake.handed_in if each not in failed]
    if not intake.handed_in and not intake.remarks:
        raise CourseError(
            Text(
                en=f"Nothing has been handed in yet: put submissions in {room.submitted}/STUDENT/TOPIC/.",
                zh=f"还没有人上交作业。请把提交放到 {room.submitted}/STUDENT/TOPIC/。",
            )
        )
    new_key = not (room.root / KEY).exists()  # of a class that is older than signatures
    aside = upkeep.ready(room)
    looked_through = [stem for stem in stems if stem in released] if only is None else []
    strange = _strangers(room, looked_through, handed_in)
    workers = jobs or os.cpu_count() or 1
    answering = answering or Answering(room.seed())
    local = judges.local(workers, len(handed_in), answering, sorted({stem for stem, _ in handed_in}))
    done = _Done(failed, {(each.stem, each.student) for each in strange if each.kind == "gone"})
    try:
        with Store(room) as store, bar(GRADE, total=len(handed_in), shown=progress) as shown, Writer(room) as writer:
            for answers in pool.judge_all(Grading(room, store), handed_in, executor or local, workers):
                with store.transaction():
                    for each in answers:
                        if each.record and each.new:
                            store.save(each.stem, each.student, each.record)
                done.enter(store, writer, answers)
                shown.update(len(answers))
    finally:
        local.end()
        answering.end()
    if not new_key:
        aside += [upkeep.unsigned_line(room, *each) for each in done.aside]
    return _outcome(intake, failed, done.unchanged, [*strange, *done.strange], aside, list(done.walls))


class _Done:
    """What grading has come to so far, and the step that writes submissions to the gradebook."""

    def __init__(self, failed: dict[tuple[str, str], BaseException], gone: Collection[tuple[str, str]]) -> None:
        self.failed, self.gone = failed, gone
        self.unchanged = 0
        self.strange: list[Stranger] = []
        self.aside: list[tuple[tuple[str, str], Path]] = []
        self.walls: dict[Text, None] = {}
        """What the verdicts say of the walls: one sentence, unless machines of several kinds have judged."""

    def enter(self, store: Store, writer: Writer, answers: Sequence[Judged]) -> None:
        """Write submissions to the gradebook, those that are not there already as they stand.

        Args:
            store: of the class; it is told what was written.
            writer: of the gradebook.
            answers: the verdicts, which are stored.

        """
        now = {(each.stem, each.student): self._entered(writer, each) for each in answers}
        self.failed.update(writer.commit())
        with store.transaction():
            for each in answers:
                place = each.stem, each.student
                written = now[place]
                if each.record and written and place not in self.failed:
                    store.save(*place, replace(each.record, entered=written))

    def _entered(self, writer: Writer, answer: Judged) -> Entered | None:
        """What is going to be entered for one submission; None if nothing is."""
        room, stem, student = writer.room, answer.stem, answer.student
        place = stem, student
        if answer.submission and answer.submission.aside:
            self.aside.append((place, answer.submission.aside))
        if answer.record is None:
            self.failed[place] = answer.problem or RuntimeError("no answer")
            return None
        self.walls.update(dict.fromkeys(answer.record.verdict.notes))
        try:
            if nbgrader_steps.notebook_written_by_another(room, stem, student, answer.record):
                self.strange.append(entered.Stranger(stem, student, entered.NOTEBOOK))
            if place in self.gone or not nbgrader_steps.is_entered(room, stem, student, answer.record):
                return writer.write(stem, student, answer.record)
            self.unchanged += 1
        except StoreError:
            raise
        except Exception as problem:  # noqa: BLE001 - one submission never stops the others
            self.failed[place] = problem
        return None


def _strangers(
    room: ClassDirectory, stems: Sequence[str], handed_in: Collection[tuple[str, str]]
) -> Sequence[Stranger]:
    """Put right what the gradebook holds and grading did not write."""
    known = set(handed_in)
    return [
        each
        for each in nbgrader_steps.strangers(room, stems, mend=True)
        if each.kind != "unknown" or (each.stem, each.student) not in known
    ]


def _outcome(
    intake: Intake,
    failed: Mapping[tuple[str, str], BaseException],
    unchanged: int,
    strange: Sequence[Stranger],
    aside: Sequence[Text],
    walls: Sequence[Text],
) -> Text:
    """What is said of a run: what was graded, what was not, what was not understood, what somebody else had written.

    Raises:
        CourseError: something was not graded, or not understood, or put right.

    """
    total = len(intake.handed_in)
    told = Text(
        en=f"Graded {total - len(failed)} submissions ({unchanged} unchanged since the last time). Written answers "
        "wait for you in formgrader.",
        zh=f"已评 {total - len(failed)} 份提交（其中 {unchanged} 份自上次以来没有变化）。"
        "书面回答请在 formgrader 中批阅。",
    )
    for wall in walls:
        told += Text(en="\n{wall}", zh="\n{wall}").format(wall=wall)
    notes = [each.line() for each in intake.remarks if not each.overlooked]
    overlooked = [each.line() for each in intake.remarks if each.overlooked]
    if failed:
        lines = [of_one(stem, student, each) for (stem, student), each in failed.items()]
        told += listed(paragraphs.NOT_GRADED.format(count=len(failed), total=total), lines)
    mended = [*aside, *(each.line() for each in strange if each.suspect)]
    notes += [each.line() for each in strange if not each.suspect]
    if mended:
        told += listed(paragraphs.MENDED.format(count=len(mended)), mended)
    if overlooked:
        told += listed(paragraphs.OVERLOOKED.format(count=len(overlooked)), overlooked)
    if notes:
        told += listed(paragraphs.NOTES, notes)
    if failed or overlooked or mended:
        raise CourseError(told)
    return told
