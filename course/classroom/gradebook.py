"""The gradebook's database, tried before anything is done with it: what is wrong with it is a sentence, once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.api import Gradebook
from sqlalchemy import exc
from sqlalchemy.engine import make_url

from course.text import CourseError, texts

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
    try:
        Gradebook(address, course).close()
    except ModuleNotFoundError as missing:
        kind = url.get_backend_name()
        raise CourseError(NO_DRIVER[kind == "postgresql"].format(url=shown(url), module=missing.name)) from None
    except exc.NoSuchModuleError:
        raise CourseError(NO_KIND.format(url=shown(url), kind=url.drivername)) from None
    except (exc.SQLAlchemyError, OSError, UnicodeError) as problem:
        told = TEXTS["not-read"] if url.get_backend_name() == "sqlite" else NOT_OPEN
        raise CourseError(told.format(url=shown(url), why=_reason(problem, url))) from None


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
