"""The worksheet of a topic: what to do, the graded cell, one written question. Made from syllabus and lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat

from course.classroom.exercise import from_lesson
from course.grading import kinds, tickets
from course.text import Text, texts

if TYPE_CHECKING:
    from course.topic import Topic

TEXTS = texts(__file__)

v4: Any = nbformat.v4  # its functions have no annotations

WRITTEN_POINTS = 3.0
"""What the written question is worth."""


def answer_id(stem: str) -> str:
    """Return the name of the cell in which the written question is answered; the graded cell's is the stem itself."""
    return f"{stem}-answer"


def build(topic: Topic) -> str:
    """Build the instructor's version, as a notebook file; nbgrader takes the rubric out at release, by its marks."""
    stem = topic.stem
    answer = f"### BEGIN SOLUTION\n**Rubric.** {topic.rubric.en}\n\n**评分标准：** {topic.rubric.zh}\n### END SOLUTION"
    cells = [
        _read_only(f"{stem}-task", _in_both(TEXTS["task"], topic)),
        v4.new_code_cell(
            f'from course.lab import check\n\ncheck("{stem}", folder=".")',
            id=stem,
            metadata=_marks(stem, grade=True, solution=True, points=topic.points),
        ),
        _read_only(f"{stem}-question", _in_both(TEXTS["question"], topic)),
        v4.new_markdown_cell(
            answer,
            id=answer_id(stem),
            metadata=_marks(answer_id(stem), grade=True, solution=True, points=WRITTEN_POINTS),
        ),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}, nbformat_minor=5
    )
    written: Any = nbformat.writes
    return str(written(notebook)) + "\n"


def _marks(name: str, *, grade: bool, solution: bool, points: float | None = None) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "grade": grade,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        marks["points"] = points
    return {"nbgrader": marks}


def _read_only(name: str, source: str) -> Any:
    return v4.new_markdown_cell(source, id=name, metadata=_marks(name, grade=False, solution=False))


def _in_both(template: Text, topic: Topic) -> str:
    """Put English, then Chinese, each block marked with its language for screen readers and the choice of fonts."""
    filled = template.format(
        title=topic.title,
        summary=topic.summary,
        exercise=from_lesson(topic) or TEXTS["open-it"].format(stem=topic.stem, class_name=topic.class_name),
        formula=Text(en="$$\n{formula}\n$$", zh="$$\n{formula}\n$$").format(formula=topic.formula),
        stem=topic.stem,
        class_name=topic.class_name,
        shown=kinds.of(topic).SHOWN.format(reference=topic.reference),
        question=topic.question,
        points=f"{topic.points:g}",
        stretch=f"{topic.stretch_points:g}",
        written=f"{WRITTEN_POINTS:g}",
    )
    if template is TEXTS["task"] and kinds.of(topic).BESIDE:
        more = TEXTS["more"].format(stem=topic.stem, beside=f"{tickets.POINTS:g}")
        filled = Text.joined([filled, more], en="\n\n", zh="\n\n")
    english, chinese = f'<div lang="en">\n\n{filled.en}\n\n</div>', f'<div lang="zh-CN">\n\n{filled.zh}\n\n</div>'
    heading = f"# {topic.title.en} · {topic.title.zh}\n\n" if template is TEXTS["task"] else ""
    return f"{heading}{english}\n\n{chinese}"
