"""The lessons as Colab opens them: each notebook with one cell more, which installs the course on Colab's machine.

A lesson itself has no such cell: everybody would see it, and only Colab needs it. So the site is made with a copy of
each notebook, and `.github/workflows/site.yml` publishes these as a branch: Colab opens notebooks of a branch, and none
of a site.
"""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import nbformat
import nbformat.v4

from course.authoring.site import addresses, set_up
from course.system.workspace import ROOT, SKELETONS
from course.text import LANGS, CourseError, texts
from course.topic import lessons

if TYPE_CHECKING:
    from course.text import Lang
    from course.topic import Lesson

TEXTS = texts(__file__)
_V4: Any = nbformat.v4

FOLDER = "/content/downhill"
"""Where a reader's files are in Colab: it shows /content at the left."""
_LINK = re.compile(r"\]\((?P<address>[^)\s]+)\)")


@cache
def commit() -> str:
    """Return the commit that the site is made of; of an archive of the source, which has none, the branch.

    Raises:
        CourseError: this is a clone, and git does not tell.

    """
    if not (ROOT / ".git").exists():
        return addresses.BRANCH
    git = shutil.which("git")
    line = [git or "git", "rev-parse", "--verify", "HEAD"]
    asked = git and subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    if not asked or asked.returncode:
        raise CourseError(TEXTS["no-commit"].format(why=asked.stderr.strip() if asked else "git"))
    return asked.stdout.strip()


def archive() -> str:
    """Return where pip finds the course as it was when the site was made."""
    return f"{addresses.repository()}/archive/{commit()}.zip"


def cell(lesson: Lesson, lang: Lang) -> str:
    """Return the cell that sets a lesson up, which Colab shows as a form: a title, some words and a button.

    Args:
        lesson: whose.
        lang: the reader's language.

    Returns:
        Python.

    """
    file = PurePosixPath(FOLDER).name / SKELETONS / f"{lesson.stem}.py"
    ready = TEXTS["ready-file"].format(file=file.as_posix()) if lesson.topic else TEXTS["ready"]
    said = {"installing": TEXTS["installing"], "restart": TEXTS["restart"], "failed": TEXTS["failed"], "ready": ready}
    says = {name: text[lang] for name, text in said.items()}
    about = TEXTS["about"][lang].format(folder=PurePosixPath(FOLDER).name)
    imports = [line for line in inspect.getsource(set_up).splitlines() if line.startswith("import ")]
    return "\n".join(
        [
            f"#@title {TEXTS['title'][lang]}",
            f"#@markdown {about}",
            *imports,
            "",
            "",
            inspect.getsource(set_up.set_up),
            "",
            f'set_up("{archive()}", "{FOLDER}", "{lang}", {json.dumps(says, ensure_ascii=False, indent=4)})',
        ]
    )


def notebook(lesson: Lesson, lang: Lang) -> str:
    """Return a lesson as Colab opens it.

    Args:
        lesson: which one.
        lang: the reader's language.

    Returns:
        The text of the notebook's file, which differs from the lesson's own in that cell and in where links lead.

    Raises:
        CourseError: a link leads nowhere.

    """
    book = _V4.reads((ROOT / "lessons" / lang / f"{lesson.stem}.ipynb").read_text("utf-8"))
    for each in book.cells:
        if each.cell_type == "markdown":
            each.source = _LINK.sub(lambda found: f"]({_led(found['address'], lang, lesson)})", each.source)
    first = _V4.new_code_cell(cell(lesson, lang), id=f"{lesson.stem}-set-up", metadata={"cellView": "form"})
    book.cells.insert(0, first)
    book.metadata["colab"] = {"name": f"{lesson.stem}.ipynb", "provenance": [], "toc_visible": True}
    nbformat.validate(book)
    return str(_V4.writes(book)).rstrip("\n") + "\n"


def _led(address: str, lang: Lang, lesson: Lesson) -> str:
    """Return where a link of a lesson leads in Colab, which knows nothing that lies beside the notebook."""
    if addresses.outside(address) or address.startswith("#"):
        return address
    source = f"lessons/{lang}/{lesson.stem}.ipynb"
    there = addresses.notebook(address)
    if there:
        stem, tongue, _ = there  # Colab has no places with names
        return addresses.in_colab(stem, tongue or lang)
    path = (ROOT / source).parent.joinpath(address).resolve()
    if not path.is_file() or not path.is_relative_to(ROOT):
        raise CourseError(addresses.NO_SUCH.format(address=address, source=source))
    return addresses.raw(path.relative_to(ROOT).as_posix(), commit())


def files() -> dict[str, bytes]:
    """Return all copies by their paths within the branch."""
    return {f"{lang}/{each.stem}.ipynb": notebook(each, lang).encode() for lang in LANGS for each in lessons()}
