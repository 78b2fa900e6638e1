"""What `nbgrader autograde` takes in of a submitted notebook: the texts of the answers, and nothing else.

The notebook is not trusted. It is rebuilt from the instructor's version, and the student's answers are put into it.
Whatever a student changes in a notebook's metadata therefore has no effect.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import ClearOutput, ComputeChecksums
from nbgrader.utils import is_solution

from course.classroom import guard, pictures
from course.classroom.at_release import ClearRubric
from course.classroom.candidates import LARGEST_NOTEBOOK
from course.classroom.markdown import CUT, LONGEST, harmless
from course.classroom.step import OURS, Step, mapping, name_of
from course.text import CourseError, Text, visible

# nbformat has a typed package but untyped functions.
v4: Any = nbformat.v4
read_notebook: Any = nbformat.read
parse_notebook: Any = nbformat.reads

LARGEST_ADDITION, MOST_ADDITIONS = 2 * LONGEST, 100
"""Characters that are kept of the cells which a student added, and how many of these cells."""
LONGEST_REASON = 300
"""Characters of why a notebook cannot be read: they may quote it."""
MOST_CELLS = 1000
"""Cells of a notebook that are looked at."""
INSTRUCTOR_ONLY = "instructor-only"
"""The tag of cells that never go into feedback."""

guard.install()  # here, too, for classes that were made before their nbgrader_config.py did it


class Submission(NotebookExporter):
    """The reader of submitted notebooks; one that cannot be read becomes empty, and the code is graded all the same."""

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Convert an open notebook.

        Args:
            file_stream: the open file; its `name` is its path.
            resources: nbconvert's, by name.
            kw: passed on to nbconvert.

        Returns:
            The notebook as text, and the resources.

        """
        convert: Any = self.from_notebook_node
        converted: tuple[Any, Any] = convert(submitted(file_stream, self.log), resources=resources, **kw)
        return converted


def submitted(stream: Any, log: Any) -> Any:
    """Read a submitted notebook; one that cannot be read becomes an empty one.

    Args:
        stream: the open file; its `name` is its path.
        log: where it is said that the notebook cannot be read.

    Returns:
        The notebook.

    """
    try:
        return _read(Path(stream.name), stream)
    except Exception as problem:  # noqa: BLE001 - a hostile file may fail in any way
        log.warning("%s cannot be read: %s", visible(stream.name), visible(str(problem)[:LONGEST_REASON]))
        return v4.new_notebook(metadata={OURS: "unreadable"})


def _read(path: Path, stream: Any) -> Any:
    if path.stat().st_size > LARGEST_NOTEBOOK:
        raise ValueError("larger than any worksheet")
    notebook = parse_notebook(json.dumps(_bounded(json.loads(stream.read()))), as_version=4)
    if not isinstance(notebook.cells, list) or not isinstance(notebook.metadata, dict):
        raise TypeError("no notebook")
    return notebook


def _bounded(found: Any) -> Any:
    """Return a notebook without outputs, and with no more parts than nbformat can look through in a moment."""
    for sheet in (found, *found.get("worksheets", [])):  # where version 3 has its cells
        if isinstance(sheet.get("cells"), list):
            sheet["cells"] = sheet["cells"][:MOST_CELLS]
            for cell in filter(mapping, sheet["cells"]):
                if "outputs" in cell:
                    cell["outputs"] = []
                if isinstance(cell.get("source"), list):
                    cell["source"] = "".join(map(str, cell["source"]))
                if "attachments" in cell:
                    cell["attachments"] = dict(islice(mapping(cell["attachments"]).items(), pictures.MOST))
    return found


class RestoreWorksheet(Step):
    """The first step: puts the student's answers into the instructor's worksheet."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the rebuilt notebook.

        Args:
            nb: the notebook that was handed in.
            resources: nbgrader's, by name.

        Returns:
            The rebuilt notebook, and the resources.

        Raises:
            CourseError: the instructor's version is missing.

        """
        assignment, notebook, _ = self.names(resources)
        path = self.room().source / assignment / f"{notebook}.ipynb"
        return filled(*blank(path, self.parent, resources), nb, assignment), resources


def blank(path: Path, parent: Any, resources: Any) -> tuple[Any, dict[str, str]]:
    """Read the instructor's worksheet, without its rubrics and outputs.

    Args:
        path: its file.
        parent: nbconvert's exporter, which knows the class's settings.
        resources: nbgrader's, by name.

    Returns:
        The worksheet, and its rubrics by the name of their cell.

    Raises:
        CourseError: it is missing or cannot be read.

    """
    try:
        restored = read_notebook(path, as_version=4)
    except (OSError, ValueError) as problem:
        raise CourseError(
            Text(
                en=f"{path} cannot be read, and without it nothing can be graded: restore it.",
                zh=f"无法读取 {path}，没有它就无法评分。请恢复这个文件。",
            )
        ) from problem
    rubrics = {name_of(cell): _region(cell.source) for cell in restored.cells if is_solution(cell)}
    for step in (ClearRubric, ClearOutput, ComputeChecksums):
        restored, resources = step(parent=parent).preprocess(restored, resources)
    return restored, rubrics


def filled(restored: Any, rubrics: dict[str, str], nb: Any, stem: str) -> Any:
    """Put a student's answers into a blank worksheet.

    Args:
        restored: the worksheet, which is changed.
        rubrics: its rubrics, by the name of their cell.
        nb: the notebook that was handed in.
        stem: the assignment, whose graded cell stays as it is.

    Returns:
        The worksheet.

    """
    handed_in = [_Cell(each) for each in nb.get("cells", []) if isinstance(each, dict)]
    known = {plain(cell.source) for cell in restored.cells}
    for cell in restored.cells:
        if is_solution(cell) and name_of(cell) != stem:
            _take_answer(cell, handed_in)
    extra = [each for each in handed_in if not each.used and plain(each.source) not in known]
    state = "unreadable" if nb.metadata.get(OURS) == "unreadable" else "added" if extra else "plain"
    restored.metadata[OURS] = {"worksheet": state}
    restored.cells = _with_rubrics(restored.cells, rubrics) + _additions(extra)
    return restored


class _Cell:
    """What is taken over of a submitted cell, and nothing else."""

    def __init__(self, cell: Any) -> None:
        self.name = name_of(cell)
        self.source = str(cell.get("source", ""))
        self.code = cell.get("cell_type") == "code"
        self.attachments = cell.get("attachments")
        """A photograph of a derivation on paper is an answer too."""
        self.used = False


def plain(source: str) -> str:
    """Return a text without differences that editors make."""
    return visible(source, lines=True).strip()


def _region(source: str) -> str:
    """Return what is between the solution marks of a cell: a rubric, in an answer cell."""
    found = re.search(r"BEGIN SOLUTION[^\n]*\n(.*?)\n[^\n]*END SOLUTION", source, re.DOTALL)
    return found.group(1).strip() if found else ""


def _take_answer(blank: Any, handed_in: list[_Cell]) -> None:
    """Put in what the student wrote into this cell; copies of it, which pasting makes, count too."""
    texts: list[str] = []
    seen = {"", plain(blank.source)}
    for cell in handed_in:
        if cell.name == name_of(blank):
            cell.used = True
            if plain(cell.source) not in seen and sum(map(len, texts)) < LONGEST:
                seen.add(plain(cell.source))
                text, shown = harmless(cell.source.strip(), cell.attachments, blank.get("attachments", {}))
                texts.append(text)
                if shown:
                    blank.attachments = {**blank.get("attachments", {}), **shown}
    blank.source = "\n\n".join(texts) or blank.source


def _with_rubrics(cells: list[Any], rubrics: dict[str, str]) -> list[Any]:
    """Put each rubric after its answer, for the person who grades; feedback leaves these cells out."""
    whole = []
    for cell in cells:
        whole.append(cell)
        rubric = rubrics.get(name_of(cell), "")
        if rubric and cell.cell_type == "markdown":
            whole.append(
                v4.new_markdown_cell(
                    "*For the grader only · 仅供评分者查看*\n\n" + rubric,
                    id=f"{name_of(cell)}-rubric",
                    metadata={"tags": [INSTRUCTOR_ONLY]},
                )
            )
    return whole


def _additions(extra: list[_Cell]) -> list[Any]:
    """Show cells that the student added, without outputs and without metadata; nothing in them counts by itself."""
    if not extra:
        return []
    cells = [v4.new_markdown_cell("---\n**Cells that the student added · 学生自己添加的单元格**", id="added")]
    left = LARGEST_ADDITION
    for number, cell in enumerate(extra):
        text, shown = (_code(cell.source), {}) if cell.code else harmless(cell.source, cell.attachments)
        left -= len(text)
        if left < 0 or number == MOST_ADDITIONS:
            cells.append(v4.new_markdown_cell(f"… ({MORE_ADDED.en} · {MORE_ADDED.zh})", id="added-cut"))
            break
        make = v4.new_code_cell if cell.code else v4.new_markdown_cell
        cells.append(make(text, id=f"added-{number}"))
        if shown:
            cells[-1].attachments = shown
    return cells


def _code(source: str) -> str:
    shown = visible(source, lines=True)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}\n# … {CUT.en} {CUT.zh}"


MORE_ADDED = Text(en="there is more in the file that was handed in", zh="其余内容见上交的文件")
