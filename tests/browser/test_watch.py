"""What an author sees in JupyterLab while `course build --watch` makes the notebook anew that is open there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest

from course.authoring.watch import MADE
from course.text import LANGS, Lang

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab


def written(path: Path, text: str) -> Path:
    """A notebook of one passage."""
    cells = [nbformat.v4.new_markdown_cell(text)]  # type: ignore[no-untyped-call]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return path


@pytest.mark.parametrize("lang", LANGS)
def test_an_open_notebook_is_reloaded_as_the_watch_says(page: Page, lab: Lab, tmp_path: Path, lang: Lang) -> None:
    """JupyterLab leaves an open notebook alone; the menu that the watch names asks once, and reads it anew."""
    lab.use(lang=lang)
    path = written(tmp_path / "lesson.ipynb", "the first draft")
    lab.open(page, path)
    first, second = (page.locator(".jp-MarkdownOutput", has_text=f"the {which} draft") for which in ("first", "second"))
    first.wait_for()
    written(path, "the second draft")
    page.wait_for_timeout(11_000)  # it looks at its folders every ten seconds
    assert (first.count(), second.count(), page.locator(".jp-Dialog").count()) == (1, 0, 0)
    menu, item = re.search(r"[“ ](\S+) → ([^”.]+)", MADE[lang]).groups()  # type: ignore[union-attr]
    page.locator(".lm-MenuBar-item", has_text=menu).first.click()
    page.locator(".lm-Menu-item", has_text=item).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    second.wait_for()
    assert (first.count(), page.locator(".jp-Dialog").count()) == (0, 0)
