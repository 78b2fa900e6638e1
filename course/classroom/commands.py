"""What an instructor does with a class: make it, release, grade, give feedback, see what was misunderstood.

Release, grade and feedback are nbgrader's own steps, run in this process with the class's `nbgrader_config.py`; the
plain `nbgrader` commands in the class's directory do the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.classroom import paragraphs
from course.classroom.bar import bar
from course.classroom.directory import ClassDirectory
from course.classroom.paragraphs import listed, of_one
from course.system import atomic
from course.text import LANGS, CourseError, Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

TEXTS = texts(__file__)

RELEASE = Text(en="release", zh="发布")
FEEDBACK = Text(en="feedback", zh="反馈")


def release(directory: Path, stems: Sequence[str] = (), *, progress: bool = True) -> Text:
    """Write the students' version of the topics (all, if none is named) to `release/`.

    Args:
        directory: the class.
        stems: the topics; all, if none is named.
        progress: whether to show progress on standard error.

    Returns:
        What was released.

    Raises:
        CourseError: a release would show a solution, a rubric or the secret, or nbgrader failed. What failed is not
            released; topics before it are.

    """
    from course.classroom import nbgrader_steps
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    wanted = room.released(list(stems))
    room.seed()
    with only_writer(room):
        nbgrader_steps.need_gradebook(room)
        for stem in bar(RELEASE, wanted, shown=progress):
            nbgrader_steps.generate_assignment(room, stem)
    return Text(
        en=f"Released: {' '.join(wanted)}. Give students release/TOPIC/, whole.",
        zh=f"已发布 {' '.join(wanted)}。请把 release/TOPIC/ 整个文件夹发给学生。",
    )


def grade(
    directory: Path,
    stems: Sequence[str] = (),
    *,
    jobs: int | None = None,
    progress: bool = True,
    executor: Executor | None = None,
    cluster: str | None = None,
    trust_students: bool = False,
) -> Text:
    """Grade what has been handed in: judge it in parallel, then write it to the gradebook, one after the other.

    What has not changed since the last time is not done again, so an interrupted run is simply started anew.

    Args:
        directory: the class.
        stems: the topics; all that were handed in, if none is named.
        jobs: how many submissions are judged at once; as many as there are processors, if None.
        progress: whether to show progress on standard error.
        executor: judges instead of processes on this machine; whatever `concurrent.futures` knows as one. It needs the
            same course where it is, and nothing of the class.
        cluster: the address of a Dask scheduler, whose workers judge instead.
        trust_students: grade in this run even if students' files cannot be isolated.

    Returns:
        What was graded, and what was taken from another place than its own.

    Raises:
        CourseError: some submissions could not be graded, or something in `submitted/` was not understood. It is named;
            everything else is graded. Or students' files cannot be isolated where they would be judged, or no cluster
            can be had: nothing is graded then.

    """
    from course.classroom.answering import Answering

    room = ClassDirectory.find(directory)
    # Torch and nbgrader take about as long to import, and so it is done side by side.
    with Answering(room.seed(), at_once=cluster is None and executor is None) as answering:
        from course.classroom import nbgrader_steps, trust
        from course.classroom.graded import grade_all
        from course.classroom.lock import only_writer

        nbgrader_steps.read_settings(room)
        wanted = room.released(list(stems))
        with trust.this_run(room, trusted=trust_students), only_writer(room):
            if cluster is None:
                trust.need(room)
                return grade_all(room, wanted, jobs, progress=progress, executor=executor, answering=answering)
            return _grade_on(cluster, room, wanted, progress=progress)


def _grade_on(cluster: str, room: ClassDirectory, wanted: Sequence[str], *, progress: bool) -> Text:
    from course.classroom import trust
    from course.classroom.cluster import Cluster
    from course.classroom.graded import grade_all
    from course.classroom.pool import ExecutorError

    machines = Cluster(cluster, trusted=trust.given(room))
    try:
        told = grade_all(room, wanted, None, progress=progress, executor=machines)
    except ExecutorError:
        raise
    except CourseError as problem:
        raise CourseError(machines.noted(problem.text)) from problem
    finally:
        machines.shutdown(wait=False, cancel_futures=True)
    return machines.noted(told)


MOST_HELD = 5000
"""Submissions up to which a report looks into the gradebook too, at some milliseconds each; grading always does."""


def feedback(directory: Path, stems: Sequence[str] = (), *, progress: bool = True) -> Text:
    """Write a page for every graded submission of the topics (all, if none is named) to `feedback/STUDENT/TOPIC/`.

    Args:
        directory: the class.
        stems: the topics; all, if none is named.
        progress: whether to show progress on standard error.

    Returns:
        What was written.

    Raises:
        CourseError: nothing has been graded, or a page could not be written. It is named; all others are written.

    """
    from course.classroom import nbgrader_steps, upkeep
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    wanted = room.released(list(stems))
    graded = [(stem, path.parent.name) for stem in wanted for path in sorted(room.autograded.glob(f"*/{stem}"))]
    if not graded:
        raise CourseError(TEXTS["nothing-graded"])
    failed: list[Text] = []
    with only_writer(room):
        nbgrader_steps.need_gradebook(room)
        aside = upkeep.ready(room)
        strange = nbgrader_steps.strangers(room, wanted, mend=True)
        written = nbgrader_steps.write_feedback(room, graded)
        for (stem, student), problem in bar(FEEDBACK, written, shown=progress, total=len(graded)):
            if problem is not None:
                failed.append(of_one(stem, student, CourseError(problem)))
    told = Text(
        en=f"Feedback for {len(graded)} submissions: {room.feedback}/STUDENT/TOPIC/TOPIC.html",
        zh=f"已为 {len(graded)} 份提交写出反馈，放在 {room.feedback}/STUDENT/TOPIC/TOPIC.html",
    )
    if failed:
        told = Text(
            en=f"Feedback is there for {len(graded) - len(failed)} of {len(graded)} submissions.",
            zh=f"{len(graded)} 份提交中已有 {len(graded) - len(failed)} 份写出反馈。",
        ) + listed(Text(en="Not for these:", zh="以下没有写出："), failed)
    mended = [*aside, *(each.line() for each in strange if each.suspect)]
    notes = [each.line() for each in strange if not each.suspect]
    if mended:
        told += listed(paragraphs.MENDED.format(count=len(mended)), mended)
    if notes:
        told += listed(paragraphs.NOTES, notes)
    if failed or mended:
        raise CourseError(told)
    return told


def class_report(
    directory: Path,
    stems: Sequence[str] = (),
    *,
    names: bool = False,
    output: Path | None = None,
    progress: bool = True,
) -> Text:
    """Count what the class misunderstood, from the stored verdicts, and write it as a page.

    Args:
        directory: the class.
        stems: the topics; all that there are verdicts on, if none is named.
        names: whether to say who is stuck.
        output: the page's file; `report.html` in the class's directory, if None.
        progress: whether to show progress on standard error.

    Returns:
        The figures as tables for the terminal, and where the page is.

    Raises:
        CourseError: nothing has been graded, or the page cannot be written.

    """
    from course.classroom import survey_page, survey_text
    from course.classroom.survey import survey

    room = ClassDirectory.find(directory)
    aside = _older_taken_over(room)
    counted = survey(room, room.released(list(stems)) if stems else (), progress=progress)
    path = (output or room.root / "report.html").expanduser()
    try:
        atomic.write(path, survey_page.page_of(counted, language(), names=names))
    except OSError as problem:
        raise CourseError(
            Text(
                en=f"The page cannot be written to {path} ({problem.strerror}): name another file with --output FILE.",
                zh=f"无法把网页写入 {path}（{problem.strerror}）。请用 --output FILE 指定别的文件。",
            )
        ) from problem
    where = Text(en=f"\n\nThe page, with charts: {path}", zh=f"\n\n带图表的网页：{path}")
    english, chinese = (survey_text.text_of(counted, lang, names=names) for lang in LANGS)
    told = Text(en=english, zh=chinese) + where
    strange = _not_written(room, [each.stem for each in counted.topics]) if counted.submissions <= MOST_HELD else []
    if aside:
        told += listed(paragraphs.NOTES, aside)
    return told + listed(TEXTS["not-written"], strange) if strange else told


def _older_taken_over(room: ClassDirectory) -> list[Text]:
    """Take over records of an older form, which a report cannot read, and say what was set aside."""
    from course.classroom import older, upkeep
    from course.classroom.lock import only_writer

    if not older.is_there(room):
        return []
    with only_writer(room):
        return upkeep.ready(room)


def watch(directory: Path, stems: Sequence[str] = (), *, jobs: int | None = None, trust_students: bool = False) -> Text:
    """Grade what arrives, and show it on standard output, until interrupted by Ctrl-C.

    Args:
        directory: the class.
        stems: the topics; all, if none is named.
        jobs: how many submissions are judged at once; as many as there are processors, if None.
        trust_students: grade in this run even if students' files cannot be isolated.

    Returns:
        How much was graded.

    Raises:
        CourseError: nothing can be graded here.

    """
    from course.classroom import nbgrader_steps, trust, watching
    from course.classroom.exchange import Inbound
    from course.classroom.graded import grade_all
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    room.seed()
    nbgrader_steps.read_settings(room)
    wanted = room.released(list(stems))

    def grade_some(students: Collection[str]) -> Text:
        with only_writer(room):
            return grade_all(room, wanted, jobs, progress=False, executor=None, only=students)

    with trust.this_run(room, trusted=trust_students):
        trust.need(room)
        inbound = Inbound(room, watching.STILL)
        watched = watching.Watch(room, wanted, grade_some, inbound if inbound.there else None)
        places = [str(each) for each in (room.submitted, inbound.folder if inbound.there else None) if each]
        print(watching.begun(places), flush=True)
        try:
            watched.run()
        except KeyboardInterrupt:
            return watching.ended(watched.graded)


def class_alike(directory: Path, stems: Sequence[str] = (), *, names: bool = False, progress: bool = True) -> Text:
    """List files that are equal up to names, comments and layout.

    Args:
        directory: the class.
        stems: the topics; all, if none is named.
        names: whether to say whose the files are.
        progress: whether to show progress on standard error.

    Returns:
        The list, topic by topic.

    """
    from course.classroom.alike import alike

    room = ClassDirectory.find(directory)
    return alike(room, room.released(list(stems)), named=names, progress=progress)


def _not_written(room: ClassDirectory, stems: Sequence[str]) -> list[Text]:
    """Return what the gradebook holds and grading did not write; a report needs no gradebook."""
    try:
        from course.classroom import nbgrader_steps

        return [each.line() for each in nbgrader_steps.strangers(room, stems, mend=False) if each.suspect]
    except CourseError:
        return []
