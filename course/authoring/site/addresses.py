"""Where things are: pages of the site, files of the repository, and the places that lend a machine."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from course.authoring import colab
from course.system.workspace import ROOT
from course.text import LANGS, CourseError, Text
from course.topic import lessons

if TYPE_CHECKING:
    from course.text import Lang

_NOTEBOOK = re.compile(r"(?:\.\./(?P<lang>\w+)/)?(?P<stem>[\w-]+)\.ipynb(?P<place>#.*)?")
_NO_SUCH = Text(
    en="The link to {address} leads nowhere on the site. Mend it in the page's source, {source}.",
    zh="网站上没有链接 {address} 所指的页面。请在页面的来源 {source} 中改正。",
)


@cache
def repository() -> str:
    """Return the repository's address, as `pyproject.toml` has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["urls"]["Repository"])


@cache
def home() -> str:
    """Return where the site is published, as `pyproject.toml` has it, with a slash at its end."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["urls"]["Site"]).rstrip("/") + "/"


def outside(address: str) -> bool:
    """Return whether an address is none of the site's."""
    return re.match(r"[a-z]+:", address) is not None


def of_lesson(address: str, source: str) -> str:
    """Return where a link of a lesson's leads on the site.

    Args:
        address: as the lesson has it: a notebook, a file of the repository, or a page of anybody else's.
        source: the lesson, to be named where the link leads nowhere.

    Returns:
        An address relative to the lesson's page, or a whole one.

    Raises:
        CourseError: there is no such lesson or file.

    """
    if outside(address) or address.startswith("#"):
        return address
    found = _NOTEBOOK.fullmatch(address)
    if found and found["stem"] in {each.stem for each in lessons()} and (found["lang"] or "en") in LANGS:
        folder = f"../{found['lang']}/" if found["lang"] else ""
        return f"{folder}{found['stem']}.html{found['place'] or ''}"
    path, _, place = address.partition("#")
    inside = re.sub(r"^(?:\.\./)+", "", path)
    if address.startswith("../") and (ROOT / inside).exists():
        return file(inside) + (f"#{place}" if place else "")
    raise CourseError(_NO_SUCH.format(address=address, source=source))


def file(path: str) -> str:
    """Return where a file of the repository can be read."""
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{repository()}/{kind}/{colab.BRANCH}/{quote(path)}"


def lent(stem: str, lang: Lang) -> dict[str, str]:
    """Return where a lesson can be opened on a machine that somebody lends, by the name of the place.

    Args:
        stem: the lesson.
        lang: the reader's language, which Binder takes for JupyterLab's menus, too.

    Returns:
        Addresses; each opens the lesson's own notebook, but for Codespaces, which opens the course.

    """
    name = repository().removeprefix("https://github.com/")
    lesson = quote(f"course/{lang}/{stem}", safe="")
    return {
        "Colab": colab.address(f"lessons/{lang}/{stem}.ipynb"),
        "Binder": f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath={lesson}",
        "Codespaces": f"https://codespaces.new/{name}?quickstart=1",
    }


def figures(stem: str, lang: Lang) -> str:
    """Return the path within the site of what draws the derived pictures of a lesson.

    Args:
        stem: the lesson.
        lang: the reader's language.

    Returns:
        The name of a script.

    """
    return f"figures-{lang}-{stem}.js"
