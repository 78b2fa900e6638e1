"""The worksheet of a topic: what to do, the graded cell, one written question. Made from syllabus and lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat

from course.classroom.exercise import from_lesson
from course.text import Text

if TYPE_CHECKING:
    from course.topic import Topic

v4: Any = nbformat.v4  # its functions have no annotations

WRITTEN_POINTS = 3.0
"""What the written question is worth."""


def answer_id(stem: str) -> str:
    """The name of the cell in which the written question is answered; the graded cell is called by the stem itself."""
    return f"{stem}-answer"


def build(topic: Topic) -> str:
    """The instructor's version, as a notebook file holds it; nbgrader takes the rubric out at release, by its marks."""
    stem = topic.stem
    answer = f"### BEGIN SOLUTION\n**Rubric.** {topic.rubric.en}\n\n**评分标准：** {topic.rubric.zh}\n### END SOLUTION"
    cells = [
        _read_only(f"{stem}-task", _in_both(TASK, topic)),
        v4.new_code_cell(
            f'from course.lab import check\n\ncheck("{stem}", folder=".")',
            id=stem,
            metadata=_marks(stem, grade=True, solution=True, points=topic.points),
        ),
        _read_only(f"{stem}-question", _in_both(QUESTION, topic)),
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
    """English, then Chinese, each block marked with its language for screen readers and for the choice of fonts."""
    filled = template.format(
        title=topic.title,
        summary=topic.summary,
        exercise=from_lesson(topic) or OPEN_IT.format(stem=topic.stem, class_name=topic.class_name),
        formula=Text(en="$$\n{formula}\n$$", zh="$$\n{formula}\n$$").format(formula=topic.formula),
        stem=topic.stem,
        class_name=topic.class_name,
        reference=topic.reference,
        question=topic.question,
        points=f"{topic.points:g}",
        stretch=f"{topic.stretch_points:g}",
        written=f"{WRITTEN_POINTS:g}",
    )
    english, chinese = f'<div lang="en">\n\n{filled.en}\n\n</div>', f'<div lang="zh-CN">\n\n{filled.zh}\n\n</div>'
    heading = f"# {topic.title.en} · {topic.title.zh}\n\n" if template is TASK else ""
    return f"{heading}{english}\n\n{chinese}"


TASK = Text(
    en="""\
{summary}

{formula}

**The exercise**

{exercise}

**What to do**

1. Write `{class_name}` in `{stem}.py`, the file beside this notebook. Its docstring says what goes in and what comes
   out.
2. Save it and run the cell below, as often as you like. It shows what is right, and where the first difference from
   `{reference}` is. Its answer is for you: the mark is given afterwards, for `{stem}.py`, on these cases and on others.
3. Answer the question at the end, in English or in Chinese.
4. Hand in this notebook and `{stem}.py` together, under these names.

The code is worth {points} points (and up to {stretch} extra for the stretch options), the written answer {written}.""",
    zh="""\
{summary}

{formula}

**练习**

{exercise}

**要做什么**

1. 在与本笔记本放在一起的 `{stem}.py` 里写出 `{class_name}`。输入、输出是什么，文件中的文档字符串里都有说明。
2. 保存后运行下面的单元格，次数不限。它会告诉您哪些已经正确，以及结果最先在哪里与 `{reference}` 不同。\
这里的结果只供您参考：分数在交作业之后评定，依据是 `{stem}.py` 在这些用例和另一些用例上的表现。
3. 回答最后的问题，中英文均可。
4. 把本笔记本和 `{stem}.py` 一起上交，不要改文件名。

代码 {points} 分（选做部分最多另加 {stretch} 分），书面回答 {written} 分。""",
)
OPEN_IT = Text(
    en="Open `{stem}.py`. The class `{class_name}` has two methods to fill in: `init` returns the state of one "
    "parameter before its first step, `update` takes one step and returns the new parameter and the new state.",
    zh="打开 `{stem}.py`。类 `{class_name}` 有两个方法等您来写：`init` 返回一个参数在第一步之前的状态，"
    "`update` 走一步，返回新的参数和新的状态。",
)
QUESTION = Text(
    en="**A question to answer in writing** ({written} points)\n\n{question}",
    zh="**书面题**（{written} 分）\n\n{question}",
)
