"""The gradebook's database, tried before anything is done with it: what is wrong with it is a sentence, once."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook
from sqlalchemy import event, exc
from sqlalchemy.engine import Engine, make_url

from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

TEXTS = texts(__file__)


def need(address: str, course: str) -> None:
    """Open the gradebook and close it again; a new one is made where there is none.

    Args:
        address: the database's URL, `c.CourseDirectory.db_url` in the class's settings.
        course: the class's name in it.

    Raises:
        CourseError: it cannot be opened; the sentence says why and never holds the password.

    """
    try:
        url = make_url(address)
    except (exc.ArgumentError, ValueError):
        raise CourseError(NO_URL) from None
    tools = str(Path(sys.executable).parent)  # nbgrader looks for `alembic` on PATH
    if tools not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ.get("PATH", "")
    try:
        Gradebook(address, course).close()
    except ModuleNotFoundError as missing:
        kind = url.get_backend_name()
        raise CourseError(NO_DRIVER[kind == "postgresql"].format(url=shown(url), module=missing.name)) from None
    except exc.NoSuchModuleError:
        raise CourseError(NO_KIND.format(url=shown(url), kind=url.drivername)) from None
    except (exc.SQLAlchemyError, OSError, UnicodeError) as problem:
        raise CourseError(not_read(address, problem)) from None


def survive_power_loss() -> None:
    """Let SQLite make sure of each commit, whoever opens a gradebook in this process.

    By default it does not make the removal of its journal safe. A journal that is back after a loss of power undoes
    the transaction that everybody has taken for done.
    """
    if not event.contains(Engine, "connect", _make_sure):
        event.listen(Engine, "connect", _make_sure)


for _name in ("sqlalchemy", "tornado"):  # nbgrader logs as tornado
    # What goes wrong becomes a sentence; without a handler, Python prints what is logged about it as well.
    logging.getLogger(_name).addHandler(logging.NullHandler())


def _make_sure(connection: Any, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = EXTRA")


def not_read(address: str, problem: Exception) -> Text:
    """Say that the database cannot be opened or read.

    Args:
        address: its URL.
        problem: what the driver said.

    Returns:
        The sentence, which never holds the password.

    """
    url = make_url(address)
    told = TEXTS["not-read"] if url.get_backend_name() == "sqlite" else NOT_OPEN
    return told.format(url=shown(url), why=_reason(problem, url))


def file_of(address: str) -> Path | None:
    """Return the file of a gradebook that is one; None if it is on a server.

    Raises:
        CourseError: the address is none.

    """
    try:
        url = make_url(address)
    except (exc.ArgumentError, ValueError):
        raise CourseError(NO_URL) from None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def is_there(address: str) -> bool:
    """Return False if opening the gradebook would make a new one."""
    try:
        url = make_url(address)
    except (exc.ArgumentError, ValueError):
        return True  # opening it says what is wrong with it
    return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).is_file()


def shown(url: URL) -> str:
    """Return the address without its password."""
    return url.render_as_string(hide_password=True)


def _reason(problem: Exception, url: URL) -> str:
    """Return the driver's own words in one line, without the password that some drivers repeat."""
    words = str(getattr(problem, "orig", None) or problem)
    if url.password:
        words = words.replace(str(url.password), "***")
    return re.sub(r"\s+", " ", words).strip().rstrip(".")[:400]


NO_URL = TEXTS["not-a-database"] + TEXTS["where"]
NO_DRIVER = {
    True: TEXTS["driver-by-extra"],
    False: TEXTS["driver-missing"],
}
"""By whether the database is PostgreSQL, for which the course has an extra."""
NO_KIND = TEXTS["kind-unknown"] + TEXTS["where"]
NOT_OPEN = TEXTS["not-opened"] + TEXTS["where"]
