"""Lessons in two languages, side by side in one file, become two notebooks.

`course/topics/STEM/lesson.md` is written as pairs of prose blocks with code cells between them::

    :::: en
    ## The idea
    A box that has been pushed keeps moving.
    ::::
    :::: zh
    ## 直觉
    推过的箱子会继续滑动。
    ::::

    ```python
    set_language("{lang}")
    ```

    <!-- A comment for authors; it reaches no notebook. -->

A pair becomes one markdown cell in each notebook, a fence one code cell in both. The code is shared, so it cannot
drift: only `{lang}`, which stands once, in the set-up cell, is replaced by `en` or `zh`. Two pairs in a row are two
cells. A block may hold any Markdown, fenced listings included; it ends at a line that is `::::` and nothing more.

Options stand after the word `python`, separated by spaces: `hide` folds the cell's source away (it can be unfolded),
`tags=gpu,slow` gives tags.

`lessons/en/STEM.ipynb` and `lessons/zh/STEM.ipynb` are derived: no outputs, cell ids by position, the same bytes on
every machine. Write them with `course build`; `course build --check` compares them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4

from course.text import LANGS, CourseError, Lang, Text
from course.topic import FOLDER

LANGUAGE_SLOT = "{lang}"
"""What the set-up cell has in place of the language."""

_BLOCK = re.compile(
    r"^(?:"
    r":::: *(?P<lang>en|zh) *\n(?P<prose>.*?)\n::::"
    r"|```python *(?P<options>[^\n]*)\n(?P<code>.*?)\n```"
    r"|<!--.*?-->"
    r") *$",
    re.MULTILINE | re.DOTALL,
)
_V4: Any = nbformat.v4


@dataclass(frozen=True)
class Prose:
    """A passage in both languages. Lines are counted from 1 and are those of the first line inside each block."""

    text: Text
    en_line: int
    zh_line: int


@dataclass(frozen=True)
class Code:
    """A code cell, the same in both languages."""

    source: str
    line: int
    tags: tuple[str, ...] = ()
    hidden: bool = False


def sources() -> list[Path]:
    """All lessons, by name."""
    return sorted(FOLDER.glob("*/lesson.md"))


def name(path: Path) -> str:
    """Name a source in a message: `momentum/lesson.md`."""
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else path.name


def outputs() -> dict[Path, str]:
    """Every notebook that the lessons make: its path relative to the repository, and the text of its file.

    Raises:
        CourseError: a lesson is not written as the module's docstring says; the sentence names file and line.

    """
    made: dict[Path, str] = {}
    for path in sources():
        cells, stem = read(path), path.parent.name
        for lang in LANGS:
            made[Path("lessons", lang, f"{stem}.ipynb")] = notebook(stem, cells, lang)
    return made


def read(path: Path) -> list[Prose | Code]:
    """The cells of a lesson, in order.

    Raises:
        CourseError: as `outputs`.

    """
    text = path.read_text("utf-8")
    cells: list[Prose | Code] = []
    english: tuple[str, int] | None = None  # a block whose Chinese partner has not come yet
    end = 0
    for block in [*_BLOCK.finditer(text), None]:
        gap = text[end : block.start() if block else len(text)]
        if gap.strip():
            raise _problem(path, _line(text, end + len(gap) - len(gap.lstrip())), _STRAY)
        if block is None:
            break
        end = block.end()
        if (english is not None) != (block["lang"] == "zh"):
            raise _problem(path, english[1] - 1 if english else _line(text, block.start()), _UNPAIRED)
        if block["lang"] == "en":
            english = block["prose"], _line(text, block.start("prose"))
        elif english is not None:
            zh_line = _line(text, block.start("prose"))
            if not (english[0].strip() and block["prose"].strip()):
                raise _problem(path, zh_line, _EMPTY)
            cells.append(Prose(Text(en=english[0], zh=block["prose"]), english[1], zh_line))
            english = None
        elif block["code"] is not None:
            cells.append(_code(path, block["options"], block["code"], _line(text, block.start("code"))))
    if english is not None:
        raise _problem(path, english[1] - 1, _UNPAIRED)
    return cells


def notebook(stem: str, cells: list[Prose | Code], lang: Lang) -> str:
    """One language's notebook, as the text of its file."""
    made: list[Any] = []
    for number, cell in enumerate(cells, start=1):
        name = f"{stem}-{number:02d}"
        if isinstance(cell, Prose):
            made.append(_V4.new_markdown_cell(cell.text[lang].strip("\n"), id=name))
            continue
        metadata: dict[str, Any] = {}
        if cell.tags:
            metadata["tags"] = list(cell.tags)
        if cell.hidden:
            metadata["jupyter"] = {"source_hidden": True}
        made.append(_V4.new_code_cell(cell.source.replace(LANGUAGE_SLOT, lang), id=name, metadata=metadata))
    book = _V4.new_notebook(
        cells=made,
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
            "course": {"lang": lang, "source": f"course/topics/{stem}/lesson.md"},
        },
    )
    nbformat.validate(book)
    return str(_V4.writes(book)).rstrip("\n") + "\n"


def _code(path: Path, options: str, source: str, line: int) -> Code:
    tags: tuple[str, ...] = ()
    hidden = False
    for option in options.split():
        if option == "hide":
            hidden = True
        elif option.startswith("tags="):
            tags = tuple(option.removeprefix("tags=").split(","))
        else:
            raise _problem(path, line - 1, _NO_SUCH_OPTION.format(option=option))
    return Code(source, line, tags, hidden)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _problem(path: Path, line: int, what: Text) -> CourseError:
    return CourseError(
        Text(
            en=f"{name(path)}:{line}: {what.en}",
            zh=f"{name(path)}:{line}：{what.zh}",
        )
    )


_STRAY = Text(
    en="this line stands in no block, or opens one that is never closed. Prose stands between `:::: en` and `::::`"
    " and is followed by its Chinese; code between ```python and ```.",
    zh="这一行不在任何块里，或者它开始的块没有结束标记。正文写在 `:::: en` 与 `::::` 之间，后面跟上中文；"
    "代码写在 ```python 与 ``` 之间。",
)
_UNPAIRED = Text(
    en="this block has no partner: every `:::: en` block is followed at once by its `:::: zh` block. Write the missing"
    " one, or put the two next to each other.",
    zh="这一块没有成对：每个 `:::: en` 块后面必须紧跟对应的 `:::: zh` 块。请补上缺少的一块，或把两块放到一起。",
)
_EMPTY = Text(en="one of the two halves is empty. Write it.", zh="两种语言中有一块是空的。请补上。")
_NO_SUCH_OPTION = Text(
    en="a code cell has no option {option!r}. Use `hide` or `tags=a,b`.",
    zh="代码单元没有选项 {option!r}。可用的是 `hide` 和 `tags=a,b`。",
)
