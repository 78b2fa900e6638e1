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
    lost = getattr(problem, "connection_invalidated", False)
    problem = getattr(problem, "orig", None) or problem  # what SQLAlchemy wraps in a page of SQL
    if isinstance(problem, CourseError):
        return problem.text
    if isinstance(problem, OSError) and (told := refusal.clause(problem)):
        return told
    if told := _of_gradebook(problem, lost=lost):
        return told
    said_by_itself = " ".join(visible(repr(problem)).split())
    if len(said_by_itself) > LONGEST:
        said_by_itself = said_by_itself[:LONGEST] + "…"
    return Text(en=said_by_itself, zh=said_by_itself)


def _of_gradebook(problem: BaseException, *, lost: bool) -> Text | None:
    """What a database says of itself, SQLite in words and PostgreSQL by SQL's own codes."""
    state = str(getattr(problem, "sqlstate", None) or "")
    if lost or state.startswith(NO_CONNECTION):
        return LOST
    if state == NO_RIGHT:
        return NOT_ALLOWED
    return next((told for words, told in SQLITE.items() if words in str(problem)), None)


LOST = Text(
    en="the connection to the gradebook's server was lost: see that the server is running, and run this again",
    zh="与成绩册服务器的连接中断了，请确认服务器正在运行，再运行一次",
)
NOT_ALLOWED = Text(
    en="the user in the gradebook's address may not write to it: have its owner GRANT that, and run this again",
    zh="成绩册地址中的用户没有写入权限，请让数据库的所有者用 GRANT 授权，再运行一次",
)
SQLITE = {
    "database is locked": Text(
        en="the gradebook was busy for too long: close what else is writing to it, and run this again",
        zh="成绩册长时间被占用，请关闭正在写入它的其他程序，再运行一次",
    ),
    "database or disk is full": refusal.TEXTS["full-clause"],
    "attempt to write a readonly database": Text(
        en="the gradebook may not be written to: get the right to write gradebook.db and its folder, and run this "
        "again",
        zh="没有写入成绩册的权限，请取得 gradebook.db 及其所在文件夹的写入权限，再运行一次",
    ),
}
NO_CONNECTION, NO_RIGHT = ("08", "57P"), "42501"
"""SQL's own codes, as PostgreSQL gives them."""
LONGEST = 300
"""Characters that are kept of a message that is not ours."""
