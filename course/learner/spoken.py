"""A skeleton in one language: what a learner's own copy is made of.

    course/optim/adam.py, which has both  →  learn/course/optim/adam.py, in the reader's

How the source marks languages: the class's docstring has the English part first and then, from the first paragraph that
begins in Chinese, the Chinese one, which shares the formulas of the first. A line elsewhere has both and ` · ` between
them. A skeleton that does not fall into two whole texts is refused when it is built.
"""

from __future__ import annotations

import ast
import itertools
import re
from typing import TYPE_CHECKING

from course.text import LANGS, CourseError, Text

if TYPE_CHECKING:
    from course.text import Lang

CHINESE = re.compile("[\u4e00-\u9fff]")
_BOTH = re.compile(
    r"(?P<start>\s*(?:#\s*)?(?:[rR]?\"\"\")?(?:\w+: |`[^`]+`; )?)(?P<en>.*?) · (?P<zh>.*?)(?P<end>\.?(?:\"\"\")?)"
)
_HEADINGS = {"Args:": "参数：", "Returns:": "返回：", "Raises:": "异常："}
_NO_DOC = Text(
    en="the class has no docstring with an English part and, after it, a Chinese one",
    zh="类的文档字符串应当先有英文部分，再有中文部分",
)
_MIXED = Text(
    en="line {line} is not in one language, nor in both with ` · ` between them: {text}",
    zh="第 {line} 行既不是一种语言，也不是用 ` · ` 隔开的两种语言（{text}）",
)
_UNLIKE = Text(
    en="the two languages do not tell of the same arguments: {en} and {zh}",
    zh="两种语言说明的参数不同，分别是 {en} 和 {zh}",
)


def in_language(text: str, lang: Lang) -> str:
    """Return a skeleton in one language.

    Args:
        text: the skeleton, in both.
        lang: which one.

    Returns:
        The same Python, with other docstrings and comments.

    Raises:
        CourseError: it does not fall into two whole texts.

    """
    lines = text.split("\n")
    first, end = _class_docstring(text)
    told = _part(lines[first:end], lang)
    head = [_line(number, line, lang) for number, line in enumerate(lines[:first], 1)]
    tail = [_line(number, line, lang) for number, line in enumerate(lines[end:], end + 1)]
    return "\n".join([*head, *told, *tail])


def editions(text: str) -> list[bytes]:
    """Return all that a learner may have been given of a skeleton: in both languages, as it once was, and in each."""
    return [each.encode() for each in (text, *(in_language(text, lang) for lang in LANGS))]


def check(text: str) -> None:
    """Hold that a skeleton falls into two whole texts.

    Raises:
        CourseError: it does not; the sentence says why.

    """
    names = {lang: _arguments(in_language(text, lang)) for lang in LANGS}
    if names["en"] != names["zh"]:
        told = {lang: ", ".join(each) or "–" for lang, each in names.items()}
        raise CourseError(_UNLIKE.format(**told))


def _class_docstring(text: str) -> tuple[int, int]:
    """Return the first line of the class's docstring and the line after it."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and isinstance(node.body[0], ast.Expr) and ast.get_docstring(node):
            return node.body[0].lineno - 1, node.body[0].end_lineno or node.body[0].lineno
    raise CourseError(_NO_DOC)


def _part(lines: list[str], lang: Lang) -> list[str]:
    """Return the class's docstring in one language."""
    paragraphs = [each.split("\n") for each in "\n".join(lines[:-1]).split("\n\n")]
    begins = next((i for i, each in enumerate(paragraphs) if CHINESE.search(each[0]) and i), 0)
    english, chinese = paragraphs[:begins], paragraphs[begins:]
    if (
        not begins
        or not chinese[0][-1].endswith("。")
        or lines[-1].strip() != '"""'
        or any(CHINESE.search(line) for each in english for line in each)
    ):
        raise CourseError(_NO_DOC)
    if lang == "en":
        return _closed(english, lines[-1])
    opened = lines[0][: lines[0].index('"""') + 3]
    chinese[0] = [opened + chinese[0][0].strip(), *chinese[0][1:]]
    formulas = [each for before, each in itertools.pairwise(english) if before[-1].endswith("::")]
    return _closed([chinese[0], *formulas, *chinese[1:]], lines[-1])


def _closed(paragraphs: list[list[str]], last: str) -> list[str]:
    return [*"\n\n".join("\n".join(each) for each in paragraphs).split("\n"), last]


def _line(number: int, line: str, lang: Lang) -> str:
    """Return a line that may have both languages in one."""
    both = _BOTH.fullmatch(line)
    if both and CHINESE.search(both["zh"]) and not CHINESE.search(both["en"]):
        if lang == "en":
            return both["start"] + both["en"] + both["end"]
        start = both["start"] if "#" in both["start"] else both["start"].replace(": ", "：").replace("; ", "；")
        return start + both["zh"] + both["end"].replace(".", "。")
    if CHINESE.search(line) or " · " in line:
        raise CourseError(_MIXED.format(line=number, text=line.strip()))
    heading = line.strip()
    return line.replace(heading, _HEADINGS[heading]) if lang == "zh" and heading in _HEADINGS else line


def _arguments(text: str) -> list[str]:
    """Return the names that the class's docstring explains."""
    first, end = _class_docstring(text)
    found, inside = [], False
    for line in text.split("\n")[first:end]:
        inside = line.strip() in {"Args:", "参数："} or (inside and line.startswith("        "))
        if inside and (name := re.match(r"        (\w+)[:：]", line)):
            found.append(name[1])
    return found
