"""The gradebook's database, tried before anything is done with it: what is wrong with it is a sentence, once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.api import Gradebook
from sqlalchemy import exc
from sqlalchemy.engine import make_url

from course.text import CourseError, Text

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


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
        told = NOT_READ if url.get_backend_name() == "sqlite" else NOT_OPEN
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
    """The driver's own words in one line, without the password that some drivers repeat."""
    words = str(getattr(problem, "orig", None) or problem)
    if url.password:
        words = words.replace(str(url.password), "***")
    return re.sub(r"\s+", " ", words).strip().rstrip(".")[:400]


WHERE = Text(
    en=" The address is c.CourseDirectory.db_url in nbgrader_config.py.",
    zh="地址写在 nbgrader_config.py 的 c.CourseDirectory.db_url 中。",
)
NO_URL = (
    Text(
        en="The gradebook's address is not a database URL such as postgresql://USER:PASSWORD@HOST/DATABASE.",
        zh="成绩册的地址不是数据库 URL，正确的写法例如 postgresql://用户:密码@主机/数据库。",
    )
    + WHERE
)
NO_DRIVER = {
    True: Text(
        en="The gradebook {url} needs a driver that is not installed ({module}): run `pip install -e '.[postgres]'` in"
        " the checkout of the course, in the same environment, then the same command again.",
        zh="成绩册 {url} 需要的数据库驱动没有安装（{module}）：请在课程目录里、同一个环境中运行"
        " `pip install -e '.[postgres]'`，然后重新运行刚才的命令。",
    ),
    False: Text(
        en="The gradebook {url} needs a driver that is not installed: install the Python package that has the module"
        " {module}, then run the same command again.",
        zh="成绩册 {url} 需要的数据库驱动没有安装：请安装提供 {module} 模块的 Python 包，然后重新运行刚才的命令。",
    ),
}
"""By whether the database is PostgreSQL, for which the course has an extra."""
NO_KIND = (
    Text(
        en="The gradebook's address {url} names a kind of database that is not known ({kind}). Use sqlite or"
        " postgresql.",
        zh="成绩册的地址 {url} 指定了未知的数据库类型（{kind}）：可以使用 sqlite 或 postgresql。",
    )
    + WHERE
)
NOT_OPEN = (
    Text(
        en="The gradebook {url} cannot be opened ({why}). Is the server running, does the database exist, are user and"
        " password right?",
        zh="无法打开成绩册 {url}（{why}）。请检查服务器是否在运行、数据库是否存在、用户名和密码是否正确。",
    )
    + WHERE
)
NOT_READ = Text(
    en="The gradebook {url} cannot be opened ({why}). If you may not write there, get the right to; if the file is"
    " damaged, restore it from your backup.",
    zh="无法打开成绩册 {url}（{why}）。如果没有写入权限，请先取得权限。如果文件已损坏，请从备份恢复。",
)
