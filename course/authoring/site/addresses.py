"""Where things are: pages of the site, files of the repository, and the places that lend a machine."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from course.system import toml
from course.system.workspace import ROOT
from course.text import LANGS, TONGUES, CourseError, Text
from course.topic import lessons

if TYPE_CHECKING:
    from course.text import Lang

BRANCH = "main"
COLAB = "colab"
"""The branch of the notebooks that Colab opens, which are made with the site."""
CONTAINERS: dict[Lang, str] = {
    "en": ".devcontainer/devcontainer.json",
    "zh": ".devcontainer/zh/devcontainer.json",
}
"""What Codespaces makes a container of, by the language that the course speaks in it."""
_NOTEBOOK = re.compile(r"(?:\.\./(?P<lang>\w+)/)?(?P<stem>[\w-]+)\.ipynb(?P<place>#.*)?")
NO_SUCH = Text(
    en="The link to {address} leads nowhere on the site. Mend it in the page's source, {source}.",
    zh="网站上没有链接 {address} 所指的页面。请在页面的来源 {source} 中改正。",
)


@cache
def repository() -> str:
    """Return the repository's address, as `pyproject.toml` has it."""
    return _of_project("Repository")


@cache
def home() -> str:
    """Return where the site is published, as `pyproject.toml` has it, with a slash at its end."""
    return _of_project("Site").rstrip("/") + "/"


def _of_project(name: str) -> str:
    with toml.opened(ROOT / "pyproject.toml") as told:
        return str(told["project"]["urls"][name])


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
    if there := notebook(address):
        stem, lang, section = there
        return f"{f'../{lang}/' if lang else ''}{stem}.html{section}"
    path, _, place = address.partition("#")
    inside = re.sub(r"^(?:\.\./)+", "", path)
    if address.startswith("../") and (ROOT / inside).exists():
        return file(inside) + (f"#{place}" if place else "")
    raise CourseError(NO_SUCH.format(address=address, source=source))


def notebook(address: str) -> tuple[str, Lang | None, str] | None:
    """Return which lesson a link of a lesson's leads to.

    Args:
        address: as the lesson has it.

    Returns:
        The lesson, the language where it is another one, and the place in it with its `#`; None if it is no lesson.

    """
    found = _NOTEBOOK.fullmatch(address)
    if found is None or found["stem"] not in {each.stem for each in lessons()}:
        return None
    tongues: dict[str | None, Lang | None] = {None: None, **{lang: lang for lang in LANGS}}
    return (found["stem"], tongues[found["lang"]], found["place"] or "") if found["lang"] in tongues else None


def file(path: str) -> str:
    """Return where a file of the repository can be read."""
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"{repository()}/{kind}/{BRANCH}/{quote(path)}"


def raw(path: str, commit: str) -> str:
    """Return where the bytes of a file of the repository are.

    Args:
        path: within the repository.
        commit: at which they are asked for.

    Returns:
        An address, under which GitHub gives the file alone.

    """
    return f"https://raw.githubusercontent.com/{_name()}/{commit}/{quote(path)}"


def in_colab(stem: str, lang: Lang) -> str:
    """Return where Colab opens a lesson.

    Args:
        stem: the lesson.
        lang: of the lesson, and of Colab's menus.

    Returns:
        An address, which names the branch that the site's workflow publishes.

    """
    return (
        f"https://colab.research.google.com/github/{_name()}/blob/{COLAB}/{lang}/{quote(stem)}.ipynb?hl={TONGUES[lang]}"
    )


def _name() -> str:
    return repository().removeprefix("https://github.com/")


def lent(stem: str, lang: Lang) -> dict[str, str]:
    """Return where a lesson can be opened on a machine that somebody lends, by the name of the place.

    Args:
        stem: the lesson.
        lang: the reader's language, which Binder takes for JupyterLab's menus, too.

    Returns:
        Addresses; each opens the lesson's own notebook, but for Codespaces, which opens the course in that language.

    """
    lesson = quote(f"course/{lang}/{stem}", safe="")
    container = quote(CONTAINERS[lang], safe="")
    return {
        "Colab": in_colab(stem, lang),
        "Binder": f"https://mybinder.org/v2/gh/{_name()}/HEAD?urlpath={lesson}",
        "Codespaces": f"https://codespaces.new/{_name()}?devcontainer_path={container}&quickstart=1",
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
