"""Is what the gradebook and `autograded/` hold what grading wrote? Asked before anything is made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nbgrader.api import Gradebook

from course.classroom import entered, intended, verdicts
from course.classroom.directory import digest_of
from course.classroom.entered import Stranger
from course.classroom.store import Store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbgrader.coursedir import CourseDirectory

    from course.classroom.directory import ClassDirectory
    from course.classroom.record import Record


def audit(
    room: ClassDirectory,
    coursedir: CourseDirectory,
    stems: Collection[str],
    *,
    mend: bool,
    students: Collection[str] | None = None,
) -> list[Stranger]:
    """Compare the gradebook with the signed records.

    Args:
        room: the class.
        coursedir: nbgrader's settings, which say where the gradebook is.
        stems: the topics.
        mend: whether to put right what differs; whoever asks for it holds the class's lock.
        students: the students, if not all that have a record or a row.

    Returns:
        What differs, or did.

    """
    found: list[Stranger] = []
    with Store(room) as store, Gradebook(coursedir.db_url, coursedir.course_id) as book:
        if mend:
            intended.settle(room, book)
        unsettled = intended.stored(room)  # at this moment, by a run that holds the lock
        for stem in stems:
            held, worth = entered.rows(book, stem), entered.worth(room, stem)
            of_topic: list[Stranger] = []
            for _, student, record in store.records([stem]):
                if students is not None and student not in students:
                    continue
                here = held.pop(student, {})
                if (stem, student) in unsettled:
                    continue
                now, strange = entered.compare(here, worth, (stem, student), record.entered, mend=mend)
                of_topic += strange
                if mend and now != record.entered:
                    store.save(stem, student, replace(record, entered=now))
            for student, here in held.items():
                if students is None or student in students:
                    of_topic += _unknown(stem, student, here)
            found += sorted(of_topic, key=lambda each: each.student)
        if mend:
            book.db.commit()
    return found


def _unknown(stem: str, student: str, held: dict[str, entered.Held]) -> Iterator[Stranger]:
    """Yield each score of ours that no verdict is behind."""
    if stem in held and held[stem].grade.auto_score:
        yield Stranger(stem, student, entered.UNKNOWN.format(cell=stem), "unknown")


def notebook_changed(room: ClassDirectory, stem: str, student: str, record: Record | None) -> bool:
    """Return True if the autograded notebook is not the one that grading wrote, or has no record.

    Args:
        room: the class.
        stem: the topic.
        student: the student's name.
        record: what is stored of the submission, if anything is.

    Returns:
        True if it differs, or nobody can tell.

    """
    return record is None or record.entered.notebook != digest_of(verdicts.autograded(room, stem, student))
