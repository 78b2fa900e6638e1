"""What an instructor does with a class: make it, release, grade, give feedback, see what was misunderstood.

Release, grade and feedback are nbgrader's own steps, run in this process with the class's `nbgrader_config.py`; the
plain `nbgrader` commands in the class's directory do the same.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from course.classroom import names
from course.classroom.bar import bar
from course.classroom.directory import KEY, ClassDirectory
from course.classroom.trouble import said
from course.system import atomic
from course.text import LANGS, CourseError, Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from course.classroom.entered import Stranger
    from course.classroom.intake import Intake

TEXTS = texts(__file__)

RELEASE = Text(en="release", zh="发布")
JUDGE = Text(en="judge", zh="评判")
GRADEBOOK = Text(en="gradebook", zh="记入成绩册")
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
    from course.classroom import run
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    wanted = room.released(list(stems))
    room.seed()
    with only_writer(room):
        run.need_gradebook(room)
        for stem in bar(RELEASE, wanted, shown=progress):
            run.generate_assignment(room, stem)
    return Text(
        en=f"Released: {' '.join(wanted)}. Give students release/TOPIC/, whole.",
        zh=f"已发布：{' '.join(wanted)}。请把 release/TOPIC/ 整个文件夹发给学生。",
    )


def grade(
    directory: Path,
    stems: Sequence[str] = (),
    *,
    jobs: int | None = None,
    progress: bool = True,
    executor: Executor | None = None,
    trust_students: bool = False,
) -> Text:
    """Grade what has been handed in: judge it in parallel, then write it to the gradebook, one after the other.

    What has not changed since the last time is not done again, so an interrupted run is simply started anew.

    Args:
        directory: the class.
        stems: the topics; all that were handed in, if none is named.
        jobs: how many submissions are judged at once; as many as there are processors, if None.
        progress: whether to show progress on standard error.
        executor: runs the judging instead of threads of this process; it must see the class's directory.
        trust_students: grade in this run even if students' files cannot be isolated.

    Returns:
        What was graded, and what was taken from another place than its own.

    Raises:
        CourseError: some submissions could not be graded, or something in `submitted/` was not understood. It is named;
            everything else is graded. Or students' files cannot be isolated here: nothing is graded then.

    """
    from course.classroom import run, trust
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    room.seed()
    run.read_settings(room)
    with trust.this_run(room, trusted=trust_students), only_writer(room):
        trust.need(room)
        return _graded(room, room.released(list(stems)), jobs, progress=progress, executor=executor)


def _graded(
    room: ClassDirectory,
    stems: Sequence[str],
    jobs: int | None,
    *,
    progress: bool,
    executor: Executor | None,
    only: Collection[str] | None = None,
) -> Text:
    from course.classroom import run, verdicts
    from course.classroom.intake import take_in

    run.need_gradebook(room)
    released = run.released(room)
    intake = take_in(room, stems, open_to=released, only=only, progress=progress)
    failed: dict[tuple[str, str], BaseException] = {
        (stem, student): CourseError(TEXTS["not-released"].format(stem=stem))
        for stem, student in intake.handed_in
        if stem not in released
    }
    handed_in = [each for each in intake.handed_in if each not in failed]
    if not intake.handed_in and not intake.remarks:
        raise CourseError(
            Text(
                en=f"Nothing has been handed in yet: put submissions in {room.submitted}/STUDENT/TOPIC/.",
                zh=f"还没有人上交作业：请把提交放到 {room.submitted}/STUDENT/TOPIC/。",
            )
        )
    looked_through = [stem for stem in stems if stem in released] if only is None else []
    strange = _strangers(room, looked_through, handed_in)
    gone = {(each.stem, each.student) for each in strange if each.kind == "gone"}
    pool = executor or ThreadPoolExecutor(max_workers=jobs or os.cpu_count() or 1)
    try:
        waiting = bar(JUDGE, total=len(handed_in), shown=progress)
        for (stem, student), problem in verdicts.judge_all(room, handed_in, pool):
            if problem:
                failed[stem, student] = problem
            waiting.update()
        waiting.close()
    finally:
        if executor is None:
            pool.shutdown(wait=True, cancel_futures=True)
    unchanged = 0
    for stem, student in bar(GRADEBOOK, handed_in, shown=progress):
        if (stem, student) in failed:
            continue
        try:
            unchanged += not run.autograde(room, stem, student, again=(stem, student) in gone)
        except Exception as problem:  # noqa: BLE001 - one submission never stops the others
            failed[stem, student] = problem
    return _outcome(intake, failed, unchanged, strange, _walls(room, handed_in))


def _walls(room: ClassDirectory, handed_in: Collection[tuple[str, str]]) -> list[Text]:
    """What the verdicts say of the walls: one sentence, unless machines of several kinds have judged."""
    from course.classroom import verdicts

    records = (verdicts.load(room, stem, student) for stem, student in handed_in)
    return list(dict.fromkeys(note for record in records if record for note in record.verdict.notes))


def _strangers(
    room: ClassDirectory, stems: Sequence[str], handed_in: Collection[tuple[str, str]]
) -> Sequence[Stranger]:
    """Put right what the gradebook holds and grading did not write; set aside what is not signed."""
    from course.classroom import entered, run, verdicts

    new = not (room.root / KEY).exists()  # of a class that is older than signatures
    strange = [
        each
        for each in run.strangers(room, stems, mend=True)
        if each.kind != "unknown" or (each.stem, each.student) not in handed_in
    ]
    for stem, student in handed_in:
        aside = verdicts.set_aside(room, stem, student)
        if aside and not new:
            told = entered.UNSIGNED.format(file=aside.relative_to(room.root).as_posix())
            strange.append(entered.Stranger(stem, student, told))
        elif run.notebook_written_by_another(room, stem, student):
            strange.append(entered.Stranger(stem, student, entered.NOTEBOOK))
    return strange


def _outcome(
    intake: Intake,
    failed: Mapping[tuple[str, str], BaseException],
    unchanged: int,
    strange: Sequence[Stranger],
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
        lines = [_of_one(stem, student, each) for (stem, student), each in failed.items()]
        told += listed(TEXTS["not-graded"].format(count=len(failed), total=total), lines)
    mended = [each.line() for each in strange if each.suspect]
    notes += [each.line() for each in strange if not each.suspect]
    if mended:
        told += listed(TEXTS["mended"].format(count=len(mended)), mended)
    if overlooked:
        told += listed(TEXTS["overlooked"].format(count=len(overlooked)), overlooked)
    if notes:
        told += listed(TEXTS["notes"], notes)
    if failed or overlooked or mended:
        raise CourseError(told)
    return told


def _of_one(stem: str, student: str, problem: BaseException) -> Text:
    where = f"{names.shown(student)}/{stem}"
    return Text(en=f"{where}: ", zh=f"{where}：") + said(problem)


def listed(heading: Text, lines: Sequence[Text]) -> Text:
    """Format a paragraph: the heading, then one line each.

    Args:
        heading: its first line.
        lines: the others; above `MOST_LINES`, the rest are only counted.

    Returns:
        The paragraph.

    """
    told = Text(en="\n\n{heading}", zh="\n\n{heading}").format(heading=heading)
    for each in lines[:MOST_LINES]:
        told += Text(en=f"\n  {each.en}", zh=f"\n  {each.zh}")
    if len(lines) > MOST_LINES:
        more = len(lines) - MOST_LINES
        told += Text(
            en=f"\n  … and {more} more: mend these, and run this again to see them",
            zh=f"\n  ……另有 {more} 处：改好这些之后再运行一次就能看到",
        )
    return told


MOST_LINES = 50
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
    from course.classroom import run
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    wanted = room.released(list(stems))
    graded = [(stem, path.parent.name) for stem in wanted for path in sorted(room.autograded.glob(f"*/{stem}"))]
    if not graded:
        raise CourseError(TEXTS["nothing-graded"])
    failed: list[Text] = []
    with only_writer(room):
        run.need_gradebook(room)
        strange = run.strangers(room, wanted, mend=True)
        for stem, student in bar(FEEDBACK, graded, shown=progress):
            try:
                run.generate_feedback(room, stem, student)
            except Exception as problem:  # noqa: BLE001 - one submission never stops the others
                failed.append(_of_one(stem, student, problem))
    told = Text(
        en=f"Feedback for {len(graded)} submissions: {room.feedback}/STUDENT/TOPIC/TOPIC.html",
        zh=f"已为 {len(graded)} 份提交写出反馈：{room.feedback}/STUDENT/TOPIC/TOPIC.html",
    )
    if failed:
        told = Text(
            en=f"Feedback is there for {len(graded) - len(failed)} of {len(graded)} submissions.",
            zh=f"{len(graded)} 份提交中已有 {len(graded) - len(failed)} 份写出反馈。",
        ) + listed(Text(en="Not for these:", zh="以下没有写出："), failed)
    mended = [each.line() for each in strange if each.suspect]
    notes = [each.line() for each in strange if not each.suspect]
    if mended:
        told += listed(TEXTS["mended"].format(count=len(mended)), mended)
    if notes:
        told += listed(TEXTS["notes"], notes)
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
    counted = survey(room, room.released(list(stems)) if stems else (), progress=progress)
    path = (output or room.root / "report.html").expanduser()
    try:
        atomic.write(path, survey_page.page_of(counted, language(), names=names))
    except OSError as problem:
        raise CourseError(
            Text(
                en=f"The page cannot be written to {path} ({problem.strerror}): name another file with --output FILE.",
                zh=f"无法把网页写入 {path}（{problem.strerror}）：请用 --output FILE 指定别的文件。",
            )
        ) from problem
    where = Text(en=f"\n\nThe page, with charts: {path}", zh=f"\n\n带图表的网页：{path}")
    english, chinese = (survey_text.text_of(counted, lang, names=names) for lang in LANGS)
    told = Text(en=english, zh=chinese) + where
    strange = _not_written(room, [each.stem for each in counted.topics]) if counted.submissions <= MOST_HELD else []
    return told + listed(TEXTS["not-written"], strange) if strange else told


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
    from course.classroom import run, trust, watching
    from course.classroom.exchange import Inbound
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    room.seed()
    run.read_settings(room)
    wanted = room.released(list(stems))

    def grade_some(students: Collection[str]) -> Text:
        with only_writer(room):
            return _graded(room, wanted, jobs, progress=False, executor=None, only=students)

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
    """What the gradebook holds and grading did not write; a report needs no gradebook."""
    try:
        from course.classroom import run

        return [each.line() for each in run.strangers(room, stems, mend=False) if each.suspect]
    except CourseError:
        return []
