"""What an author sees in JupyterLab while `course build --watch` makes the notebook anew that is open there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from course.learner.jupyter import RELOADING
from tests.browser.jupyter import open_notebook, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Server


def written(path: Path, text: str) -> None:
    """Write a notebook of one passage."""
    cells = [nbformat.v4.new_markdown_cell(text, id="passage")]  # type: ignore[no-untyped-call]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


@pytest.fixture
def reloading(tmp_path: Path) -> Iterator[Server]:
    """JupyterLab as `course lab --reload` starts it, on a folder with one notebook."""
    written(tmp_path / "lesson.ipynb", "the first draft")
    with serve(tmp_path, extra_args=[RELOADING]) as server:
        yield server


def test_an_open_notebook_follows_its_file(page: Page, reloading: Server, tmp_path: Path) -> None:
    """Unless somebody has edited it there: then it stays, and JupyterLab asks when it is saved."""
    open_notebook(page, reloading, "lesson.ipynb")
    passage = page.locator(".jp-MarkdownOutput")
    passage.get_by_text("the first draft").wait_for()
    for draft in ("the second draft", "the third draft"):
        written(tmp_path / "lesson.ipynb", draft)
        passage.get_by_text(draft).wait_for()
    assert page.locator(".jp-Dialog").count() == 0

    page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource('mine')"
    )
    passage.get_by_text("mine").wait_for()
    written(tmp_path / "lesson.ipynb", "the fourth draft")
    page.wait_for_timeout(5_000)
    assert passage.get_by_text("mine").count() == 1
