"""Our steps in `nbgrader autograde`.

The student's notebook is never run. Running it would put the mark within reach of the student's code (the kernel can
read and write the gradebook), lose every mark when the kernel dies, and cost seconds; and there is nothing in it to
run: what is graded by machine is TOPIC.py, and the judge runs that in a process of its own.

The notebook itself is not trusted either. It is rebuilt from the instructor's version; only the texts of the answer
cells are taken over. Whatever a student changes in a notebook's metadata therefore has no effect.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearOutput, ComputeChecksums, NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade, is_solution

from course.classroom import verdicts
from course.classroom.at_release import ClearRubric
from course.classroom.directory import ClassDirectory, digest, digest_of
from course.classroom.report import comment, public, report, tame
from course.syllabus import topics
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.grading.verdict import Verdict

# nbformat has a typed package but untyped functions.
v4: Any = nbformat.v4
read_notebook: Any = nbformat.read
write_notebook: Any = nbformat.writes

LARGEST_NOTEBOOK = 20 * 2**20
"""Bytes; a worksheet is a few kilobytes, pictures in an answer included a few megabytes."""
LARGEST_ADDITION = 20_000
"""Characters that are kept of the cells which a student added."""
PICTURES = {"image/png", "image/jpeg", "image/gif"}
"""Attachments that are kept: a photograph of a derivation on paper is an answer too."""
OURS = "downhill"
"""The name of our entry in a notebook's and in a cell's metadata."""
INSTRUCTOR_ONLY = "instructor-only"
"""The tag of cells that never go into feedback."""

NO_WORKSHEET = write_notebook(v4.new_notebook(metadata={OURS: "unreadable"}))
"""Stands in for a notebook that was not handed in."""


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
    if path.is_symlink():
        raise ValueError("a link to another file")
    if path.stat().st_size > LARGEST_NOTEBOOK:
        raise ValueError("larger than any worksheet")
    notebook = read_notebook(stream, as_version=4)
    if not isinstance(notebook.cells, list) or not isinstance(notebook.metadata, dict):
        raise TypeError("no notebook")
    return notebook


class _Step(NbGraderPreprocessor):  # type: ignore[misc]
    """What our steps share."""

    def _room(self) -> ClassDirectory:
        return ClassDirectory.find(Path(self.parent.parent.coursedir.root))

    @staticmethod
    def _names(resources: Any) -> tuple[str, str, str]:
        """Assignment, notebook, student."""
        names = resources["nbgrader"]
        return names["assignment"], names["notebook"], names["student"]


def _has_verdict(assignment: str, notebook: str) -> bool:
    """Whether the judge marks this notebook; a class may have assignments of its own beside ours."""
    return assignment == notebook and any(topic.stem == assignment for topic in topics())


class RestoreWorksheet(_Step):
    """The first step: the instructor's worksheet, with the student's answers in it."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the rebuilt notebook.

        Raises:
            CourseError: the instructor's version is missing.

        """
        assignment, notebook, student = self._names(resources)
        _drop_links(self._room().submission(assignment, student), self._room().autograded / student / assignment)
        path = self._room().source / assignment / f"{notebook}.ipynb"
        try:
            restored = read_notebook(path, as_version=4)
        except (OSError, ValueError) as problem:
            raise CourseError(
                Text(
                    en=f"{path} cannot be read, and without it nothing can be graded: restore it.",
                    zh=f"无法读取 {path}，没有它就无法评分：请恢复这个文件。",
                )
            ) from problem
        rubrics = {_name(cell): _region(cell.source) for cell in restored.cells if is_solution(cell)}
        for step in (ClearRubric, ClearOutput, ComputeChecksums):
            restored, resources = step(parent=self.parent).preprocess(restored, resources)
        submitted = [_Cell(each) for each in nb.get("cells", []) if isinstance(each, dict)]
        known = {tame(cell.source).strip() for cell in restored.cells}
        for cell in restored.cells:
            if is_solution(cell) and cell.cell_type == "markdown":
                _take_answer(cell, submitted)
        extra = [each for each in submitted if not each.used and each.source.strip() not in known | {""}]
        state = "unreadable" if nb.metadata.get(OURS) == "unreadable" else "added" if extra else "plain"
        restored.metadata[OURS] = {"worksheet": state}
        restored.cells = _with_rubrics(restored.cells, rubrics) + _additions(extra)
        return restored, resources


def _drop_links(submitted: Path, autograded: Path) -> None:
    """Remove what nbgrader copied by following a link: it may have led to the secret, and feedback would return it."""
    for path in submitted.rglob("*"):
        if path.is_symlink():
            (autograded / path.relative_to(submitted)).unlink(missing_ok=True)


class _Cell:
    """What is taken over of a submitted cell, and nothing else."""

    def __init__(self, cell: Any) -> None:
        self.name = _name(cell)
        self.source = tame(str(cell.get("source", "")))
        self.code = cell.get("cell_type") == "code"
        self.pictures = {
            str(name): {str(kind): str(content) for kind, content in forms.items() if kind in PICTURES}
            for name, forms in _mapping(cell.get("attachments")).items()
            if isinstance(forms, dict)
        }
        self.used = False


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _name(cell: Any) -> str:
    return str(_mapping(_mapping(cell.get("metadata")).get("nbgrader")).get("grade_id", ""))


def _region(source: str) -> str:
    """What stands between the solution marks of a cell: a rubric, in an answer cell."""
    found = re.search(r"BEGIN SOLUTION[^\n]*\n(.*?)\n[^\n]*END SOLUTION", source, re.DOTALL)
    return found.group(1).strip() if found else ""


def _take_answer(blank: Any, submitted: list[_Cell]) -> None:
    """Put in what the student wrote into this cell; copies of it, which pasting makes, count too."""
    texts: list[str] = []
    unanswered = tame(blank.source).strip()
    for cell in submitted:
        if cell.name == _name(blank):
            cell.used = True
            if cell.source.strip() not in {"", unanswered, *texts}:
                texts.append(cell.source.strip())
                if cell.pictures:
                    blank.attachments = {**blank.get("attachments", {}), **cell.pictures}
    blank.source = "\n\n".join(texts) or blank.source


def _with_rubrics(cells: list[Any], rubrics: dict[str, str]) -> list[Any]:
    """Put each rubric after its answer, for the person who grades; feedback leaves these cells out."""
    whole = []
    for cell in cells:
        whole.append(cell)
        rubric = rubrics.get(_name(cell), "")
        if rubric and cell.cell_type == "markdown":
            whole.append(
                v4.new_markdown_cell(
                    "*For the grader only · 仅供评分者查看*\n\n" + rubric,
                    id=f"{_name(cell)}-rubric",
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
        if cell.pictures and not cell.code:
            cells[-1].attachments = cell.pictures
        left -= len(cell.source)
    return cells


class PutVerdict(_Step):
    """Before `SaveAutoGrades`: asks for the verdict and shows its report as the output of the graded cell.

    If there is no verdict to be had (no seed, no torch), this fails before the gradebook is touched.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the report in it."""
        assignment, notebook, student = self._names(resources)
        if _has_verdict(assignment, notebook):
            record = verdicts.fresh(self._room(), assignment, student)
            resources[OURS] = record
            for cell in nb.cells:
                if _name(cell) == assignment:
                    shown = f"{record.verdict.score:g} / {record.verdict.max_score:g}"
                    data = {"text/html": report(public(record.verdict)), "text/plain": shown}
                    cell.outputs = [v4.new_output("display_data", data)]
        return nb, resources


class RecordVerdict(_Step):
    """After `SaveAutoGrades`: writes the judge's score, the extra credit and the comments to the gradebook.

    A mark or a comment given by hand stays: nbgrader keeps those in fields of their own, which win, and asks the grader
    for another look.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook unchanged."""
        assignment, notebook, student = self._names(resources)
        record = resources.get(OURS)
        where = (notebook, assignment, student)
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            for cell in nb.cells:
                if not is_grade(cell):
                    continue
                if record is not None and _name(cell) == assignment:
                    record = self._record(book, cell, where, record)
                elif is_solution(cell):
                    self._unanswered(book, cell, where, nb.metadata.get(OURS, {}).get("worksheet"))
                else:
                    # An instructor's own test cell. It was not run, and nbgrader takes silence for full marks.
                    grade = book.find_grade(_name(cell), *where)
                    grade.auto_score, grade.needs_manual_grade = None, True
            book.db.commit()
        if record is not None:
            room = self._room()
            done = recorded_digest(room, assignment, student, record)
            verdicts.save(room, assignment, student, replace(record, recorded=done))
        return nb, resources

    @staticmethod
    def _record(book: Any, cell: Any, where: tuple[str, str, str], record: verdicts.Record) -> verdicts.Record:
        verdict = record.verdict
        grade = book.find_grade(_name(cell), *where)
        score, extra = scaled(verdict, float(grade.max_score))
        grade.auto_score, grade.needs_manual_grade = score, grade.manual_score is not None
        if grade.extra_credit is None or grade.extra_credit == record.extra_credit:
            grade.extra_credit = extra or None
            record = replace(record, extra_credit=grade.extra_credit)
        note = book.find_comment(_name(cell), *where)
        note.auto_comment = comment(public(verdict), score, float(grade.max_score), extra)
        return record

    @staticmethod
    def _unanswered(book: Any, cell: Any, where: tuple[str, str, str], worksheet: str | None) -> None:
        """A written answer: graded by hand if there is one, 0 with a reason if not."""
        grade, note = book.find_grade(_name(cell), *where), book.find_comment(_name(cell), *where)
        if cell.metadata.nbgrader.get("checksum") != compute_checksum(cell):
            return
        if worksheet == "added":
            # The answer may stand in a cell of the student's own, or the marks were lost in another editor.
            grade.auto_score, grade.needs_manual_grade = None, True
            note.auto_comment = ELSEWHERE.both().replace("\n", "\n\n")
        else:
            reason = UNREADABLE if worksheet == "unreadable" else UNANSWERED
            note.auto_comment = reason.both().replace("\n", "\n\n")


def scaled(verdict: Verdict, worth: float) -> tuple[float, float]:
    """The score and the extra credit of a cell that is worth `worth` points, both finite and within bounds.

    The instructor may have given the cell other points than the syllabus has.
    """
    factor = worth / verdict.max_score if verdict.max_score else 0.0
    score, extra = verdict.score * factor, verdict.stretch_score * factor
    if not (math.isfinite(score) and math.isfinite(extra)):
        return 0.0, 0.0
    return round(min(max(score, 0.0), worth), 4), round(min(max(extra, 0.0), verdict.stretch_max * factor), 4)


def recorded_digest(room: ClassDirectory, stem: str, student: str, record: verdicts.Record) -> str:
    """The hash of all that the gradebook's entry and the autograded notebook were made from."""
    worksheet = f"{stem}.ipynb"
    sheet = digest_of(room.submission(stem, student) / worksheet) or digest(NO_WORKSHEET.encode())
    return digest(record.key.encode(), sheet.encode(), digest_of(room.source / stem / worksheet).encode())


UNANSWERED = Text(en="There is no answer here.", zh="这里没有作答。")
UNREADABLE = Text(
    en="The worksheet was missing or could not be read, so there is no written answer. The code was graded as it is.",
    zh="作业笔记本缺失或无法读取，因此没有书面回答。代码部分照常评分。",
)
ELSEWHERE = Text(
    en="This cell is as it was handed out; the cells that the student added stand at the end.",
    zh="这个单元格没有改动；学生自己添加的单元格列在最后。",
)
