"""The autograded worksheet, made from the submitted one in one go; the bytes are those that nbgrader's chain writes.

What does not depend on the student is done once a topic, by nbgrader's own steps.
"""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata, OverwriteCells, OverwriteKernelspec
from nbgrader.utils import find_all_files, is_grade, is_locked

from course.classroom import pictures
from course.classroom.at_grading import show_report
from course.classroom.at_intake import MOST_CELLS, blank, filled, submitted
from course.classroom.candidates import LARGEST_NOTEBOOK
from course.classroom.rows import UnusualError
from course.classroom.step import name_of

if TYPE_CHECKING:
    from course.classroom.directory import ClassDirectory
    from course.grading.verdict import Verdict

validate: Any = nbformat.validate
written: Any = nbformat.writes

LOG = logging.Logger("nbgrader", logging.CRITICAL)  # noqa: LOG001 - nothing is printed over a progress bar


class FilledWorksheet:
    """The worksheet of one topic, ready to be filled.

    Args:
        room: the class.
        config: its settings.
        stem: the topic.

    Raises:
        UnusualError: it is left to nbgrader's own steps.
        CourseError: the instructor's version cannot be read.

    """

    def __init__(self, room: ClassDirectory, config: Any, stem: str) -> None:
        self.stem = stem
        coursedir = CourseDirectory(config=config, assignment_id=stem, log=LOG)
        converter = Autograde(coursedir=coursedir, config=config, log=LOG)
        exporter = converter.exporter_class(parent=converter, config=config, log=LOG)
        self.ignored = [*coursedir.ignore, "*.ipynb"]
        self.permissions = int(str(converter.permissions), 8)
        self.version = exporter.nbformat_version
        names = {"student": "", "assignment": stem, "notebook": stem, "db_url": coursedir.db_url}
        resources = {"nbgrader": names}
        self._blank, self._rubrics = blank(room.source / stem / f"{stem}.ipynb", exporter, resources)
        before = [_kept(cell) for cell in self._blank.cells]
        try:
            for step in (OverwriteKernelspec, OverwriteCells, CheckCellMetadata):
                self._blank, resources = step(parent=exporter, log=LOG).preprocess(self._blank, resources)
        except Exception as problem:  # nbgrader's own steps say of each submission what is wrong
            raise UnusualError from problem
        if [_kept(cell) for cell in self._blank.cells] != before:
            raise UnusualError  # the worksheet is not the one that was released
        source = room.source / stem
        excluded = {str(source / each) for each in converter.exclude_overwriting.get(stem, [])}
        self.beside = {
            Path(each).relative_to(source): Path(each)
            for each in find_all_files(str(source), self.ignored)
            if each not in excluded
        }
        """The instructor's files, which take the place of the student's, by their places in the folder."""

    def fill(self, path: Path, verdict: Verdict) -> tuple[Any, bytes]:
        """Put a student's answers and the judge's report into the worksheet.

        Args:
            path: the notebook that was handed in.
            verdict: the judge's.

        Returns:
            The notebook, and its file's content.

        Raises:
            UnusualError: it is left to nbgrader's own steps.

        """
        with path.open(encoding="utf-8") as opened:
            handed_in = submitted(opened, LOG)
        notebook = filled(copy.deepcopy(self._blank), self._rubrics, handed_in, self.stem)
        names = [cell.get("id") for cell in notebook.cells]
        if (
            len(names) > MOST_CELLS
            or len(set(names)) != len(names)
            or any(len(cell.get("attachments", {})) > pictures.MOST for cell in notebook.cells)
        ):
            raise UnusualError
        show_report(notebook, self.stem, verdict)
        validate(notebook, relax_add_props=True)
        content = (written(notebook, version=self.version) + "\n").encode()
        if len(content) > LARGEST_NOTEBOOK:
            raise UnusualError
        return notebook, content


def _kept(cell: Any) -> tuple[Any, ...]:
    """What of a cell must be as it was released, or a student's answer would be put in elsewhere."""
    return cell.cell_type, cell.source, name_of(cell), is_locked(cell), bool(is_grade(cell))
