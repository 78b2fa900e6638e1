"""The words that a lesson's cells ask for: `course/topics/STEM/words.json`, derived from `lesson.md` and checked.

Every name that a cell asks for is there, everything that is there is asked for, and a cell gives a sentence the figures
that it needs and no others. A conclusion that holds in some cases has a sentence that says in which, and one that is
not decided has one on what would have been seen. A prediction is right above the cell that asks for it.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.authoring import notebooks
from course.lesson.problems import place
from course.lesson.source import Code, Prediction, Quiz, Sentence, code, read
from course.lesson.words import FILE, WHICH, fields
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.lesson.source import Cell

CALLS = {"conclude", "say", "sentence"}
"""What a cell calls to have a sentence, its arguments being the lesson, the sentence's name and the figures by name."""


def outputs(paths: list[Path] | None = None) -> dict[Path, str]:
    """Return every file of words: its path relative to the repository, and its text.

    Args:
        paths: the lessons' sources; all of them if not given.

    Raises:
        CourseError: a lesson is not written as it has to be.

    """
    made: dict[Path, str] = {}
    for path in notebooks.sources() if paths is None else paths:
        cells = read(path)
        stored: dict[str, dict[str, Any]] = {
            "quizzes": {cell.name: _asked(cell) for cell in cells if isinstance(cell, Quiz)},
            "predictions": {cell.name: _asked(cell) for cell in cells if isinstance(cell, Prediction)},
            "sentences": {cell.name: cell.text.to_json() for cell in cells if isinstance(cell, Sentence)},
        }
        if any(stored.values()):
            text = json.dumps(stored, ensure_ascii=False, indent=1)
            made[Path("course", "topics", path.parent.name, FILE)] = text + "\n"
    return made


def _asked(cell: Quiz | Prediction) -> dict[str, Any]:
    asked = cell.question
    answers = [
        {"text": each.text.to_json(), "why": each.why.to_json(), "correct": each.correct} for each in asked.answers
    ]
    return {"text": asked.text.to_json(), "answers": answers}


def problems(path: Path, stem: str, cells: list[Cell]) -> Iterator[Text]:
    """Yield what does not fit between the cells of a lesson and its sentences.

    Args:
        path: the lesson's source.
        stem: the lesson.
        cells: as `course.lesson.source.read` gives them.

    Yields:
        Each problem; it begins with `file:line`.

    """
    needed: dict[str, set[str]] = {}
    for cell in cells:
        if isinstance(cell, Sentence):
            try:
                needed[cell.name] = {root for half in (cell.text.en, cell.text.zh) for root, _ in fields(half)}
            except ValueError:
                yield _problem(path, cell.en_line, NO_FIELD)
                return
    yield from _unasked(path, stem, cells)
    asked = set()
    for cell in code(stem, cells):
        for line, lesson, names, figures in _said(cell):
            asked |= set(names)
            if lesson != stem:
                yield _problem(path, line, OTHER_LESSON.format(stem=stem))
            elif missing := [name for name in names if name not in needed]:
                yield _problem(path, line, NO_SENTENCE.format(name=missing[0]))
            elif odd := ", ".join(sorted(figures ^ set().union(*(needed[name] for name in names)))):
                yield _problem(path, line, OTHER_FIGURES.format(name=names[0], odd=odd))
    never = (cell for cell in cells if isinstance(cell, Sentence) and cell.name not in asked)
    yield from (_problem(path, cell.en_line - 1, NEVER_SAID.format(name=cell.name)) for cell in never)


def _said(cell: Code) -> Iterator[tuple[int, str, list[str], set[str]]]:
    """Yield each time a cell asks for sentences: the line, the lesson, their names, and the figures that it gives."""
    for node in _calls(cell, CALLS):
        if len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
            figures = {str(word.arg) for word in node.keywords}
            for name in _names(node.args[1]):
                names = [name, *(f"{name} {which}" for which in _which(node, cell))]
                yield cell.line + node.lineno - 1, str(node.args[0].value), names, figures


def _which(call: ast.Call, cell: Code) -> Iterator[str]:
    """Yield what else a conclusion may have to say: on what it depends, or what it would have seen.

    The outcome is written in the call, or computed above it in the same cell.
    """
    if getattr(call.func, "id", None) != "conclude" or len(call.args) < 3:
        return
    said = _constants(call.args[2])
    if not said:
        said = _constants(ast.parse(cell.source)) - {
            each for other in _calls(cell, {"conclude"}) for each in _constants(other)
        }
    found = {value for _, value in said}
    yield from (which for outcome, which in WHICH.items() if outcome in found)


def _constants(tree: ast.AST) -> set[tuple[tuple[int, int], object]]:
    """Return the place and the value of each constant."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {((node.lineno, node.col_offset), node.value) for node in nodes}


def _calls(cell: Code, names: set[str]) -> Iterator[ast.Call]:
    """Yield the calls of functions of these names in a cell."""
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:  # a magic, for instance
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _unasked(path: Path, stem: str, cells: list[Cell]) -> Iterator[Text]:
    """Yield the predictions that the next code cell does not ask for, and those asked for that are not above it.

    A lesson with predictions ends by showing how they turned out.
    """
    waiting: Prediction | None = None
    asked, shown = False, False
    for cell in cells:
        if isinstance(cell, Prediction):
            if waiting:
                yield _problem(path, waiting.en_line - 1, NOT_ASKED.format(stem=stem, name=waiting.name))
            waiting, asked = cell, True
        elif isinstance(cell, Code):
            shown |= f'predictions("{stem}")' in cell.source
            named = [[getattr(each, "value", None) for each in call.args[:2]] for call in _calls(cell, {"predict"})]
            if waiting and named != [[stem, waiting.name]]:
                yield _problem(path, waiting.en_line - 1, NOT_ASKED.format(stem=stem, name=waiting.name))
            elif named and not waiting:
                yield _problem(path, cell.line, NOT_ABOVE)
            waiting = None
    if waiting:
        yield _problem(path, waiting.en_line - 1, NOT_ASKED.format(stem=stem, name=waiting.name))
    if asked and not shown:
        yield _problem(path, 1, NO_SCORE.format(stem=stem))


def _names(node: ast.expr) -> Iterator[str]:
    """Yield the names that an argument can be: one, or one of two."""
    if isinstance(node, ast.IfExp):
        yield from _names(node.body)
        yield from _names(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _problem(path: Path, line: int, what: Text) -> Text:
    return Text(en=f"{place(path)}:{line}: {what.en}", zh=f"{place(path)}:{line}：{what.zh}")


NO_FIELD = Text(
    en="a field in braces is a figure's name and perhaps a part of it, `{name}` or `{name[key]:.2f}`. Mend it.",
    zh="花括号里写数据的名称，也可以取它的一部分：`{name}` 或 `{name[key]:.2f}`。请改正。",
)
NO_SENTENCE = Text(
    en="there is no `:::: en sentence {name}` in this lesson. Write it, or mend the name.",
    zh="本课没有 `:::: en sentence {name}`。请补写，或改正名称。",
)
OTHER_LESSON = Text(
    en="a cell asks for the sentences of its own lesson, “{stem}”.",
    zh="单元格只能使用本课（“{stem}”）的句子。",
)
OTHER_FIGURES = Text(
    en="sentence {name}: the cell gives other figures than the sentence needs: {odd}. Give those, and no others.",
    zh="句子 {name}：单元格给出的数据与句子需要的不一致：{odd}。请恰好给出所需的数据。",
)
NEVER_SAID = Text(
    en="no cell asks for the sentence {name}. Use it, or take it out.",
    zh="没有单元格用到句子 {name}。请使用它，或把它删掉。",
)
NOT_ASKED = Text(
    en='the next code cell does not ask for this prediction. Write there: `predict("{stem}", "{name}", …)`.',
    zh='下一个代码单元格没有用到这道预测题。请写上 `predict("{stem}", "{name}", …)`。',
)
NOT_ABOVE = Text(
    en="this cell asks for a prediction that is not right above it. Write it there: `:::: en predict NAME`.",
    zh="这个单元格用到的预测题不在它的正上方。请在正上方写 `:::: en predict NAME`。",
)
NO_SCORE = Text(
    en='this lesson has predictions, but no cell shows how they turned out. End it with `predictions("{stem}")`.',
    zh='本课有预测题，却没有单元格显示预测得如何。请在结尾写上 `predictions("{stem}")`。',
)
