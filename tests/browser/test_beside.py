"""The link to an exercise, with the extension that `course lab` loads: its file opens beside the lesson, at a TODO."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

LINKS = "[exercise](../course/optim/momentum.py) [notes](../course/notes.py)"
CARET = """() => {
  const widget = window.jupyterapp.shell.currentWidget;
  const { editor } = widget.content;
  return [widget.context.path, editor?.getLine ? editor.getLine(editor.getCursorPosition().line).trim() : ""];
}"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A folder as a learner has it: a lesson of two links, and what they lead to."""
    (tmp_path / "course/optim").mkdir(parents=True)
    (tmp_path / "lessons").mkdir()
    (tmp_path / "course/optim/momentum.py").write_bytes((ROOT / "course/optim/momentum.py").read_bytes())
    (tmp_path / "course/notes.py").write_text("# TODO\n", "utf-8")
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": LINKS}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}
    (tmp_path / "lessons/momentum.ipynb").write_text(json.dumps(book), "utf-8")
    return tmp_path / "lessons/momentum.ipynb"


def test_the_file_opens_beside_the_lesson_at_its_first_todo(
    page: Page, lab: Lab, lesson: Path, console_errors: list[str], screenshots: Path
) -> None:
    lab.open(page, lesson)
    link = page.get_by_role("link", name="exercise")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".jp-FileEditor .cm-content")
    page.wait_for_function(f"() => ({CARET})()[1].startsWith('# TODO')")
    book, file = (page.locator(each).bounding_box() for each in (".jp-NotebookPanel", ".jp-FileEditor"))
    assert book is not None
    assert file is not None
    assert file["x"] >= book["x"] + book["width"]
    todo = page.locator(".jp-FileEditor .cm-line", has_text="# TODO").first.bounding_box()
    assert todo is not None
    assert file["y"] < todo["y"] < file["y"] + file["height"]
    page.screenshot(path=screenshots / "beside.png")

    # Where its reader has been since, it stays.
    page.keyboard.press("ControlOrMeta+Home")
    link.click()
    page.wait_for_timeout(1000)
    assert page.locator(".jp-FileEditor").count() == 1
    assert page.evaluate(CARET)[1].startswith('"""')
    assert console_errors == []


def test_other_links_and_narrow_pages_are_as_ever(page: Page, lab: Lab, lesson: Path) -> None:
    page.set_viewport_size({"width": 800, "height": 800})
    lab.open(page, lesson)
    page.get_by_role("link", name="notes").click()
    page.wait_for_selector(".jp-FileEditor")
    assert page.evaluate(CARET)[0] == lab.path(lesson.parent.parent / "course/notes.py")
    page.evaluate("() => window.jupyterapp.shell.activateById(document.querySelector('.jp-NotebookPanel').id)")
    page.get_by_role("link", name="exercise").click()
    page.wait_for_function(f"() => ({CARET})()[1].startsWith('# TODO')")
    assert page.locator(".jp-NotebookPanel").is_hidden()
