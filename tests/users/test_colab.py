"""A lesson in Colab, simulated: its first cell is run on a machine that has packages and not the course.

What Colab has is borrowed from this environment, /content is a folder of the home, Colab's own module says only that it
was called, and the archive of a commit lies in a folder.
"""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course.authoring.site import colab
from course.learner.spoken import in_language
from course.system.workspace import ROOT
from course.text import LANGS
from course.topic import lessons
from tests.browser.copies import copy_working_tree
from tests.oldest import borrow
from tests.users.newcomer import INSTALL_SECONDS, Newcomer, move_in

if TYPE_CHECKING:
    from course.text import Lang

pytestmark = pytest.mark.needs("environment")

OURS = "downhill-course"
MOMENTUM = next(each for each in lessons() if each.stem == "momentum")
GOOGLE = "class output:\n    @staticmethod\n    def enable_custom_widget_manager():\n        print('widgets')\n"
EXECUTE = "import sys; from nbclient.cli import main; sys.exit(main())"
"""`jupyter execute`, whose own command lies where packages were installed."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what GitHub gives as a commit's archive."""
    folder = tmp_path_factory.mktemp("archive")
    copy_working_tree(folder / "downhill-commit")
    return Path(shutil.make_archive(str(folder / "commit"), "zip", folder, "downhill-commit"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Return somebody whose environment has whatever this one has, but for the course."""
    home = tmp_path_factory.mktemp("colab") / "home"
    move_in(home)
    arriving = Newcomer(home, home, "")
    with arriving.terminal() as window:
        assert window.type("python3 -m venv environment").status == 0
        (site,) = (home / "environment/lib").glob("python*/site-packages")
        for each in metadata.distributions():
            if each.metadata["Name"] != OURS:
                borrow(each.metadata["Name"], site)
        assert window.type(f"environment/bin/python -m pip show {OURS}").status == 1
        assert window.type("environment/bin/python -c 'import course'").status == 1
    (home / "packages/google/colab").mkdir(parents=True)
    (home / "packages/google/colab/__init__.py").write_text(GOOGLE, "utf-8")
    return arriving


def page_of(archive: Path, folder: Path, lang: Lang) -> dict[str, Any]:
    """A lesson's first two cells, and what a reader may type after them."""
    book: dict[str, Any] = json.loads(colab.notebook(MOMENTUM, lang))
    first, second = [cell for cell in book["cells"] if cell["cell_type"] == "code"][:2]
    source = "".join(first["source"])
    for address, here in ((colab.archive(), archive.as_uri()), (colab.FOLDER, str(folder))):
        assert source.count(f'"{address}"') == 1
        source = source.replace(f'"{address}"', f'"{here}"')
    typed = [source, "".join(second["source"]), 'descent("momentum")', 'check("momentum")', "import os\nos.getcwd()"]
    book["cells"] = [{**first, "id": f"c{number}", "source": text} for number, text in enumerate(typed)]
    return book


@pytest.mark.parametrize("lang", LANGS)
def test_a_lesson_sets_itself_up_and_keeps_what_was_written(lang: Lang, archive: Path, machine: Newcomer) -> None:
    """The second language finds the course on the same machine; the first one has installed it."""
    page, folder = machine.home / f"{lang}.ipynb", machine.home / f"content-{lang}/downhill"
    file = folder / "course/optim/momentum.py"
    page.write_text(json.dumps(page_of(archive, folder, lang)), "utf-8")
    installing, ready = (colab.TEXTS[name][lang] for name in ("installing", "ready-file"))
    ready = ready.format(file="downhill/course/optim/momentum.py")

    def runs() -> tuple[list[str], str]:
        """What the first cell says, and what all of them show."""
        with machine.terminal(PYTHONPATH=str(machine.home / "packages")) as window:
            said = window.type(f"environment/bin/python -c '{EXECUTE}' --inplace {page}", INSTALL_SECONDS)
            assert said.status == 0, said.text
        cells = json.loads(page.read_text("utf-8"))["cells"]
        first = "".join("".join(each["text"]) for each in cells[0]["outputs"])
        return first.splitlines(), json.dumps([cell["outputs"] for cell in cells[1:]], ensure_ascii=False)

    said, shown = runs()
    assert said == [*([installing] if lang == LANGS[0] else []), "widgets", ready]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert {"en": "not implemented yet", "zh": "尚未实现"}[lang] in shown
    assert repr(str(folder)) in shown
    skeleton = in_language((ROOT / "course/optim/momentum.py").read_text("utf-8"), lang)
    assert file.read_text("utf-8") == skeleton
    solution = (ROOT / "solutions/momentum.py").read_text("utf-8")
    file.write_text(solution, "utf-8")
    said, shown = runs()
    assert said == ["widgets", ready]
    assert {"en": "not implemented yet", "zh": "尚未实现"}[lang] not in shown
    assert {"en": "passed", "zh": "通过"}[lang] in shown
    assert file.read_text("utf-8") == solution
