"""What the cells of a lesson show: each notebook is run once, with the course's rules in place of a learner's files.

A run is kept when it is whole (`store.py`), so that whoever interrupts the building loses one lesson at most; and what
contests have trained is kept, as in a learner's folder, so that this lesson goes on where it was.
"""

from __future__ import annotations

import json
import os
import platform
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import nbformat

from course.authoring.site import capture, store
from course.system.workspace import ROOT
from course.text import CourseError, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from course.text import Lang

TEXTS = texts(__file__)

CELL_SECONDS = 900
"""After so long a cell counts as hanging."""
FIRST = "from course.authoring.site import capture\ncapture.install()"
"""What runs before a notebook: its pieces describe themselves besides, and a prediction shows its experiment."""


def stored(stem: str, lang: Lang, notebook: str) -> dict[str, Any] | None:
    """Return a run that was made before, if nothing has changed since.

    Args:
        stem: the lesson.
        lang: the notebook's language.
        notebook: the text of its file.

    Returns:
        What `run` has returned; None if it has to be run.

    """
    run: dict[str, Any] | None = store.data(f"{lang}-{stem}", store.key(notebook, by=capture.BY))
    return run


def run(stem: str, lang: Lang, notebook: str, say: Callable[[int, int], None]) -> dict[str, Any]:
    """Run a notebook and keep what its cells show.

    Args:
        stem: the lesson.
        lang: the notebook's language.
        notebook: the text of its file.
        say: called with the number of cells that have run, and of all.

    Returns:
        `cells`, the outputs of each code cell as nbformat has them; and when, where and with what they were made.

    Raises:
        CourseError: a cell raised something; the sentence names it.

    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    book: Any = nbformat.reads(notebook, as_version=4)  # type: ignore[no-untyped-call]
    book.cells.insert(0, nbformat.v4.new_code_cell(FIRST))  # type: ignore[no-untyped-call]
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    began, room = time.gmtime(), _room()
    client = NotebookClient(
        book,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        extra_arguments=["--log-level=40"],  # it warns of nothing that concerns whoever builds
        resources={"metadata": {"path": str(room)}},
        on_cell_executed=lambda **_: say(sum(cell.execution_count is not None for cell in code) - 1, len(code) - 1),
    )
    try:
        client.execute(env=_environment(lang, room))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        at = sum(cell.execution_count is not None for cell in code) - 1
        said = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise CourseError(TEXTS["failed"].format(stem=stem, lang=lang, number=at, said=said)) from error
    made = {
        "date": time.strftime("%Y-%m-%d", began),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "torch": version("torch").partition("+")[0],
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "cells": [[dict(output) for output in cell.outputs] for cell in code[1:]],
    }
    store.keep(f"{lang}-{stem}", store.key(notebook, by=capture.BY), json.dumps(made, ensure_ascii=False).encode())
    return made


def _room() -> Path:
    """Return the folder in which notebooks run: the learner's files there are the course's own rules."""
    room = store.KEPT / "room"
    room.mkdir(parents=True, exist_ok=True)
    for topic in topics():
        (room / f"{topic.stem}.py").write_text(topic.solution.read_text("utf-8"), "utf-8")
    return room


def _environment(lang: Lang, room: Path) -> dict[str, str]:
    return {
        **os.environ,
        "COURSE_LEARNER": str(room),
        "COURSE_TRAINED": str(store.KEPT / "trained"),
        "COURSE_LANG": lang,
        "PYTHONPATH": str(ROOT),
    }
