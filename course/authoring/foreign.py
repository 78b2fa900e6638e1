"""English words in what a Chinese reader reads: what cells print, draw and say, their docstrings and comments.

What has no Chinese name is left alone:

- code: in backticks, a path, a call, an argument given by name, a word with an underscore, a seed;
- symbols of one letter, abbreviations and names with inner capitals (SGD, PyTorch), and ids such as mom-1;
- the rules, their hyperparameters and the maps, as code calls them;
- the titles of papers, between 《 and 》, and the proper names in `NAMES` and in a lesson's `topic.toml`.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
from typing import TYPE_CHECKING

from course.lab.widget.landscapes import LANDSCAPES
from course.lesson.problems import place
from course.text import LANGS, Text
from course.topic import lessons, topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.lesson.source import Code

NAMES = {
    *("Face", "Hugging", "Keras", "Transformer", "Var", "ms"),  # programs, networks, functions and units
    *("Lion", "Signum", "Yogi"),  # rules that are no topic
    *("None", "True", "beta", "cpu", "en", "float", "inf", "max", "mean", "param", "sum", "zh"),  # what code calls so
}
"""What is no topic's own: those say theirs by themselves."""

_CODE = re.compile(
    r"`[^`]*`|《[^》]*》|\w+(?:/[\w.]+)+|\w+\.\w+|\w+\(|\w*_\w*|\b[A-Za-z]+=|\b[A-Za-z]+-\d+\b|\b\d+e\d+|种子 [a-z0-9]+"
)
_SAYING = {"print", "line_chart", "bar_chart", "dot_map", "show_table"}
"""What a cell calls to show words of its own."""

_WORD = re.compile(r"[A-Za-z]{2,}")
_INNER_CAPITAL = re.compile(r".+[A-Z]")


def words(text: str) -> Iterator[str]:
    """Yield the English words in a text for Chinese readers, as this module's docstring says.

    >>> list(words("训练 test 0.5，`loss`，AdaGrad 的 lr"))
    ['test']

    """
    for word in _WORD.findall(_CODE.sub(" ", text)):
        if not (word in NAMES or word in _names() or _INNER_CAPITAL.match(word)):
            yield word


def problems(path: Path, cell: Code) -> Iterator[Text]:
    """Yield what a code cell says in a language that is not its reader's.

    Args:
        path: the lesson's source.
        cell: a cell of it.

    Yields:
        Each problem; it begins with `file:line`.

    """
    chinese = cell.spoken("zh")
    try:
        tree = ast.parse(chinese)
    except SyntaxError:  # a magic, for instance
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in LANGS:
            line = cell.line + node.value.lineno - 1
            yield Text(
                en=f"{place(path)}:{line}: a cell speaks its reader's language alone. Write «English|中文», or a"
                " sentence of the lesson's.",
                zh=f"{place(path)}:{line}：单元格里只出现读者的语言。请写成 «English|中文»，或使用本课的句子。",
            )
    for number, text in _said(tree, chinese):
        line = cell.line + number - 1
        if found := " ".join(words(text)):
            yield Text(
                en=f"{place(path)}:{line}: the Chinese notebook says {found!r} in English. Write «English|中文».",
                zh=f"{place(path)}:{line}：中文笔记本里出现英文 {found!r}。请写成 «English|中文»。",
            )


def _said(tree: ast.AST, source: str) -> Iterator[tuple[int, str]]:
    """Yield what a cell prints and draws as it is written, its docstrings and its comments, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _SAYING:
            fields = {id(part) for each in ast.walk(node) if isinstance(each, ast.Subscript) for part in ast.walk(each)}
            fields |= {id(each.value) for each in node.keywords if each.arg == "log"}  # "xy": which axes are
            specs = {id(each.format_spec) for each in ast.walk(node) if isinstance(each, ast.FormattedValue)}
            for each in ast.walk(node):
                if isinstance(each, ast.JoinedStr) and id(each) in specs:
                    fields |= {id(part) for part in ast.walk(each)}
            for each in ast.walk(node):
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in fields:
                    yield each.lineno, each.value
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and (docstring := ast.get_docstring(node)):
            yield node.lineno + 1, docstring
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@functools.cache
def _names() -> frozenset[str]:
    """Return what code calls the rules, their hyperparameters and the maps."""
    found = {*LANDSCAPES, *(name for lesson in lessons() for name in lesson.names)}
    for topic in topics():
        found |= {topic.stem, topic.class_name, *filter(None, topic.reference.split("."))}
        for node in ast.walk(ast.parse(topic.solution.read_text("utf-8"))):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return frozenset(found)
