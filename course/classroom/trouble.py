"""What went wrong, as a sentence: no instructor is shown a traceback for what a file or a disk did."""

from __future__ import annotations

from course.system import refusal
from course.text import CourseError, Text, visible


def said(problem: BaseException) -> Text:
    """Say what went wrong in one sentence, on an exception of any kind, in both languages and on one line.

    Args:
        problem: a CourseError has its own sentence; for an OSError it is the system's reason and the file; for any
            other exception its kind and its message, which have no translation.

    """
    problem = getattr(problem, "orig", None) or problem  # what SQLAlchemy wraps in a page of SQL
    if isinstance(problem, CourseError):
        return problem.text
    if isinstance(problem, OSError) and (told := refusal.clause(problem)):
        return told
    if "database is locked" in str(problem):
        return Text(
            en="the gradebook was busy for too long: close what else is writing to it, and run this again",
            zh="成绩册长时间被占用：请关闭正在写入它的其他程序，再运行一次",
        )
    if "database or disk is full" in str(problem):
        return refusal.TEXTS["full-clause"]
    if "attempt to write a readonly database" in str(problem):
        return Text(
            en="the gradebook may not be written to: get the right to write gradebook.db and its folder, and run this "
            "again",
            zh="没有写入成绩册的权限：请取得 gradebook.db 及其所在文件夹的写入权限，再运行一次",
        )
    said_by_itself = " ".join(visible(repr(problem)).split())
    if len(said_by_itself) > LONGEST:
        said_by_itself = said_by_itself[:LONGEST] + "…"
    return Text(en=said_by_itself, zh=said_by_itself)


LONGEST = 300
"""Characters that are kept of a message that is not ours."""
