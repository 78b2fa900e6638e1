"""What `nbgrader autograde` takes in of a submitted notebook: the texts of the answers, and nothing else.

The notebook is not trusted. It is rebuilt from the instructor's version, and the student's answers are put into it.
Whatever a student changes in a notebook's metadata therefore has no effect.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.preprocessors import ClearOutput, ComputeChecksums
from nbgrader.utils import is_solution

from course.classroom import guard, pictures
from course.classroom.at_release import ClearRubric
from course.classroom.candidates import LARGEST_NOTEBOOK
from course.classroom.report import tame
from course.classroom.step import OURS, Step, mapping, name_of
from course.text import CourseError, Text

# nbformat has a typed package but untyped functions.
v4: Any = nbformat.v4
read_notebook: Any = nbformat.read

LARGEST_ADDITION = 20_000
"""Characters that are kept of the cells which a student added."""
INSTRUCTOR_ONLY = "instructor-only"
"""The tag of cells that never go into feedback."""

guard.install()  # here, too, for classes that were made before their nbgrader_config.py did it


class Submission(NotebookExporter):
    """Reads a submitted notebook; one that cannot be read becomes an empty one, and the code is graded all the same."""

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Convert an open notebook."""
        try:
            notebook = _read(Path(file_stream.name), file_stream)
        except Exception as problem:  # noqa: BLE001 - a hostile file may fail in any way
            self.log.warning("%s cannot be read: %s", file_stream.name, problem)
            notebook = v4.new_notebook(metadata={OURS: "unreadable"})
        convert: Any = self.from_notebook_node
        converted: tuple[Any, Any] = convert(notebook, resources=resources, **kw)
        return converted


def _read(path: Path, stream: Any) -> Any:
    if path.stat().st_size > LARGEST_NOTEBOOK:
        raise ValueError("larger than any worksheet")
    notebook = read_notebook(stream, as_version=4)
    if not isinstance(notebook.cells, list) or not isinstance(notebook.metadata, dict):
        raise TypeError("no notebook")
    return notebook


class RestoreWorksheet(Step):
    """The first step: the instructor's worksheet, with the student's answers in it."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the rebuilt notebook.

        Raises:
            CourseError: the instructor's version is missing.

        """
        assignment, notebook, _ = self.names(resources)
        path = self.room().source / assignment / f"{notebook}.ipynb"
        try:
            restored = read_notebook(path, as_version=4)
        except (OSError, ValueError) as problem:
            raise CourseError(
                Text(
                    en=f"{path} cannot be read, and without it nothing can be graded: restore it.",
                    zh=f"无法读取 {path}，没有它就无法评分：请恢复这个文件。",
                )
            ) from problem
        rubrics = {name_of(cell): _region(cell.source) for cell in restored.cells if is_solution(cell)}
        for step in (ClearRubric, ClearOutput, ComputeChecksums):
            restored, resources = step(parent=self.parent).preprocess(restored, resources)
        submitted = [_Cell(each) for each in nb.get("cells", []) if isinstance(each, dict)]
        known = {tame(cell.source).strip() for cell in restored.cells}
        for cell in restored.cells:
            if is_solution(cell) and name_of(cell) != assignment:
                _take_answer(cell, submitted)
        extra = [each for each in submitted if not each.used and each.source.strip() not in known | {""}]
        state = "unreadable" if nb.metadata.get(OURS) == "unreadable" else "added" if extra else "plain"
        restored.metadata[OURS] = {"worksheet": state}
        restored.cells = _with_rubrics(restored.cells, rubrics) + _additions(extra)
        return restored, resources


class _Cell:
    """What is taken over of a submitted cell, and nothing else."""

    def __init__(self, cell: Any) -> None:
        self.name = name_of(cell)
        self.source = tame(pictures.as_markdown(str(cell.get("source", ""))))
        self.code = cell.get("cell_type") == "code"
        attached = {
            str(name): {str(kind): str(content) for kind, content in mapping(forms).items()}
            for name, forms in mapping(cell.get("attachments")).items()
        }
        self.pictures = {} if self.code else pictures.complete(self.source, attached)
        """A photograph of a derivation on paper is an answer too."""
        self.used = False


def _region(source: str) -> str:
    """What stands between the solution marks of a cell: a rubric, in an answer cell."""
    found = re.search(r"BEGIN SOLUTION[^\n]*\n(.*?)\n[^\n]*END SOLUTION", source, re.DOTALL)
    return found.group(1).strip() if found else ""


def _take_answer(blank: Any, submitted: list[_Cell]) -> None:
    """Put in what the student wrote into this cell; copies of it, which pasting makes, count too."""
    texts: list[str] = []
    seen = {"", tame(blank.source).strip()}
    for cell in submitted:
        if cell.name == name_of(blank):
            cell.used = True
            if cell.source.strip() not in seen:
                seen.add(cell.source.strip())
                text, shown = pictures.apart(cell.source.strip(), cell.pictures, blank.get("attachments", {}))
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
        if left <= 0:
            cells.append(v4.new_markdown_cell("… (cut here · 此处截断)", id="added-cut"))
            break
        make = v4.new_code_cell if cell.code else v4.new_markdown_cell
        cells.append(make(cell.source[:left], id=f"added-{number}"))
        if cell.pictures:
            cells[-1].attachments = pictures.complete(cells[-1].source, cell.pictures)
        left -= len(cell.source)
    return cells
