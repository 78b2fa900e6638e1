r"""What must be the same in both languages, checked; what a translator may choose, left alone.

Between the two halves of a pair (in a lesson, or `en` and `zh` of an entry in the syllabus) the following are equal:

- headings: their levels, in order; lists: the number of items of each, in order; tables: rows and columns;
- displayed formulas and fenced listings, in order; what stands in `\text{…}` may differ;
- inline formulas, code spans, link targets and image targets: the same ones, each as often, in any order;
- numbers written in digits outside of all these: likewise. Words are free: "two" against 两 is nobody's business,
  but "two" against 2 is found. 10,000 and 10000 are the same number.

In Chinese, moreover: a term of the glossary brings its English in parentheses where running text first uses it,
`**动量**（momentum）`; a blank stands between Chinese and Latin letters, digits or code; punctuation next to Chinese is
full-width; emphasis is bold, since slanted Chinese is hard to read.
Code cells are written once for both languages; the one slot for the language stands in the first of them. Sentences in
them, `Text(en=…, zh=…)` and the like, are compared too, what stands in braces in an f-string as a code span.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.authoring import glossary, notebooks
from course.authoring.glossary import CJK
from course.authoring.notebooks import LANGUAGE_SLOT, Code, Prose, name
from course.text import CourseError, Text
from course.topic import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TOPICS = ROOT / "course" / "topics"

_FENCE = re.compile(r"^(```|~~~)[^\n]*\n.*?^\1 *$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)([^$\n]+?)(?<!\\)\$")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)*")
_HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+")
_UNSPACED = re.compile(rf"[{CJK}][A-Za-z0-9\x00]|[A-Za-z0-9\x00%][{CJK}]")
_SLANTED = re.compile(rf"(?<!\*)\*[{CJK}][^*\n]*\*(?!\*)")
_HALF_WIDTH = re.compile(rf"[{CJK}][,;:?!()]|[,;:?!()][{CJK}]|[{CJK}]\.(?!\w)")
_FIELD = re.compile("\ue000(.*?)\ue001")
"""What stands in braces in an f-string. It may turn out to be anything, so no blank around it is asked for."""


@dataclass(frozen=True)
class Shape:
    """What is compared of one half."""

    headings: list[int]
    lists: list[int]
    tables: list[list[int]]
    displays: list[str]
    listings: list[str]
    formulas: Counter[str]
    code: Counter[str]
    links: Counter[str]
    numbers: Counter[str]
    prose: str
    """The running text, a blank of the same kind in place of each formula and code span."""


NAMES = {
    "headings": Text(en="the levels of the headings", zh="标题级别"),
    "lists": Text(en="the lengths of the lists", zh="列表项数"),
    "tables": Text(en="the rows and columns of the tables", zh="表格的行列"),
    "displays": Text(en="the displayed formulas", zh="独立公式"),
    "listings": Text(en="the fenced listings", zh="围栏代码"),
    "formulas": Text(en="the inline formulas", zh="行内公式"),
    "code": Text(en="the code spans", zh="行内代码"),
    "links": Text(en="the links and images", zh="链接和图片"),
    "numbers": Text(en="the numbers", zh="数字"),
}


def all_problems() -> list[Text]:
    """What is wrong in every lesson, the glossary and all texts in files of TOML; an empty list if nothing is."""
    found = glossary.problems()
    rooms = (path for path in (ROOT / "course").rglob("*.toml") if TOPICS not in path.parents)
    for path in (*notebooks.sources(), *sorted(TOPICS.glob("*/topic.toml")), *sorted(rooms)):
        found += problems(path)
    return found


def problems(path: Path, terms: dict[str, str] | None = None) -> list[Text]:
    """What is wrong in one lesson, or in the syllabus if `path` ends in .toml.

    Each problem begins with `file:line` and says what to do.

    Args:
        path: the lesson or the syllabus.
        terms: Chinese term → English term; the course's own glossary if not given.

    """
    if path.suffix == ".toml":
        return list(_syllabus(path))
    try:
        cells = notebooks.read(path)
    except CourseError as error:
        return [error.text]
    found: list[Text] = []
    pairs = [cell for cell in cells if isinstance(cell, Prose)]
    for pair in pairs:
        found += _differences(f"{name(path)}:{pair.en_line}/{pair.zh_line}", pair.text)
        found += _typography(path, pair.text.zh, pair.zh_line)
    for cell in cells:
        if not isinstance(cell, Prose):
            for line, sentence in _sentences(cell):
                spans = Text(en=_FIELD.sub(r"`\1`", sentence.en), zh=_FIELD.sub(r"`\1`", sentence.zh))
                found += _differences(f"{name(path)}:{line}", spans)
                found += _typography(path, _FIELD.sub("，", sentence.zh).replace("\n", " "), line)
    found += _slot(path, cells)
    found += _first_uses(path, pairs, glossary.terms() if terms is None else terms)
    return found


def shape(text: str) -> Shape:
    """Take a half apart, listings and formulas first, so that what looks like a number in them does not count."""
    listings: list[str] = []
    displays: list[str] = []
    formulas: Counter[str] = Counter()
    code: Counter[str] = Counter()
    links: Counter[str] = Counter()

    def keep_listing(match: re.Match[str]) -> str:
        listings.append(match[0])
        return "\n" * match[0].count("\n")

    def keep_code(match: re.Match[str]) -> str:
        code[match[2].strip()] += 1
        return "\x00"

    def keep_display(match: re.Match[str]) -> str:
        displays.append(_formula(match[1]))
        return "\n" * match[0].count("\n")

    def keep_formula(match: re.Match[str]) -> str:
        formulas[_formula(match[1])] += 1
        return "\x00"

    def keep_link(match: re.Match[str]) -> str:
        links[match[1] + match[3]] += 1
        return match[2]

    for pattern, keep in (
        (_FENCE, keep_listing),
        (_CODE, keep_code),
        (_DISPLAY, keep_display),
        (_INLINE, keep_formula),
        (_LINK, keep_link),
    ):
        text = pattern.sub(keep, text)
    items_gone = re.sub(r"^\s*\d+\. ", "", text, flags=re.MULTILINE)  # "3. " at the head of an item is no number
    return Shape(
        headings=[len(mark) for mark in _HEADING.findall(text)],
        lists=_runs(text.splitlines()),
        tables=_tables(text.splitlines()),
        displays=displays,
        listings=listings,
        formulas=formulas,
        code=code,
        links=links,
        numbers=Counter(number.replace(",", "") for number in _NUMBER.findall(items_gone)),
        prose=text,
    )


def _formula(latex: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"\\text\{[^{}]*\}", r"\\text{}", latex))


def _runs(lines: Iterable[str]) -> list[int]:
    """The number of items of each list; a list ends where text begins again at the margin."""
    runs: list[int] = []
    inside = False
    for line in lines:
        if _ITEM.match(line):
            runs = [*runs[:-1], runs[-1] + 1] if inside else [*runs, 1]
            inside = True
        elif line and not line[0].isspace():
            inside = False
    return runs


def _tables(lines: Iterable[str]) -> list[list[int]]:
    """The number of cells in each row of each table."""
    tables: list[list[int]] = []
    inside = False
    for line in lines:
        row = line.lstrip().startswith("|")
        if row and not inside:
            tables.append([])
        if row:
            tables[-1].append(line.strip().strip("|").count("|") + 1)
        inside = row
    return tables


def _differences(where: str, text: Text) -> Iterator[Text]:
    en, zh = shape(text.en), shape(text.zh)
    for field, called in NAMES.items():
        ours, theirs = getattr(en, field), getattr(zh, field)
        if ours == theirs:
            continue
        if isinstance(ours, Counter):
            ours, theirs = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
            yield Text(
                en=f"{where}: {called.en} differ. English alone has {ours}, Chinese alone {theirs}."
                " Give both halves the same.",
                zh=f"{where}：两种语言的{called.zh}不一致。仅英文有 {ours}，仅中文有 {theirs}。请改成一致。",
            )
        else:
            yield Text(
                en=f"{where}: {called.en} differ: {ours} in English, {theirs} in Chinese."
                " Give both halves the same, in the same order.",
                zh=f"{where}：两种语言的{called.zh}不一致：英文为 {ours}，中文为 {theirs}。请改成内容和顺序都一致。",
            )


def _typography(path: Path, chinese: str, first_line: int) -> Iterator[Text]:
    for line, text in enumerate(shape(chinese).prose.splitlines(), start=first_line):
        for match in _UNSPACED.finditer(text):
            seen = text[max(0, match.start() - 4) : match.end() + 4].replace("\x00", "…")
            yield Text(
                en=f"{name(path)}:{line}: put a blank between Chinese and Latin letters, digits or code: {seen!r}.",
                zh=f"{name(path)}:{line}：中文与字母、数字或代码之间要空一格：{seen!r}。",
            )
        for match in _SLANTED.finditer(text):
            yield Text(
                en=f"{name(path)}:{line}: slanted Chinese is hard to read; make it bold: {match[0]!r}.",
                zh=f"{name(path)}:{line}：斜体汉字难以辨认，请改用粗体：{match[0]!r}。",
            )
        for match in _HALF_WIDTH.finditer(text):
            seen = text[max(0, match.start() - 4) : match.end() + 4].replace("\x00", "…")
            yield Text(
                en=f"{name(path)}:{line}: punctuation next to Chinese is full-width: {seen!r}.",
                zh=f"{name(path)}:{line}：中文旁边请用全角标点：{seen!r}。",
            )


def _sentences(cell: Code) -> Iterator[tuple[int, Text]]:
    """The sentences in both languages that a code cell says, with their lines."""
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:  # a magic, for instance; such a cell says nothing that could be compared
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            said = {word.arg: _spelled(word.value) for word in node.keywords if word.arg in {"en", "zh"}}
            if said.get("en") and said.get("zh"):
                yield cell.line + node.lineno - 1, Text(en=str(said["en"]), zh=str(said["zh"]))


def _spelled(node: ast.expr) -> str | None:
    """A string as it is written, the fields of an f-string as `_FIELD` finds them; None if it is no string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            # `text.en` in one half is `text.zh` in the other
            parts.append("\ue000" + re.sub(r"\.(en|zh)\b", "", ast.unparse(part.value)) + "\ue001")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


def _slot(path: Path, cells: list[Any]) -> Iterator[Text]:
    code = [cell for cell in cells if not isinstance(cell, Prose)]
    slots = [cell.source.count(LANGUAGE_SLOT) for cell in code]
    if slots[:1] != [1] or any(slots[1:]):
        line = code[0].line if code else 1
        yield Text(
            en=f'{name(path)}:{line}: the first code cell, and no other, has one line set_language("{LANGUAGE_SLOT}").',
            zh=f'{name(path)}:{line}：第一个代码单元里要有且仅有一行 set_language("{LANGUAGE_SLOT}")，'
            "其他单元里不能有。",
        )


def _first_uses(path: Path, pairs: list[Prose], terms: dict[str, str]) -> Iterator[Text]:
    """Terms whose first use in running text does not bring the English; longer terms hide those inside them."""
    if not terms:
        return
    any_term = re.compile("|".join(re.escape(zh) for zh in sorted(terms, key=len, reverse=True)))
    met: set[str] = set()
    for pair in pairs:
        for line, text in enumerate(shape(pair.text.zh).prose.splitlines(), start=pair.zh_line):
            if text.startswith("#"):
                continue  # a heading may run ahead of the sentence that introduces its term
            for match in any_term.finditer(text):
                zh, en = match[0], terms[match[0]]
                if zh in met:
                    continue
                met.add(zh)
                if not re.match(rf"[*_”」]*（{re.escape(en)}", text[match.end() :], re.IGNORECASE):
                    yield Text(
                        en=f"{name(path)}:{line}: {zh} is used here for the first time. Write {zh}（{en}）.",
                        zh=f"{name(path)}:{line}：“{zh}”在这里第一次出现，请写成“{zh}（{en}）”。",
                    )


def _syllabus(path: Path) -> Iterator[Text]:
    text = path.read_text("utf-8")

    def walk(node: Any, field: str) -> Iterator[Text]:
        if isinstance(node, dict) and node.keys() == {"en", "zh"}:
            line = text.count("\n", 0, max(text.find(node["en"].strip()[:40]), 0)) + 1
            where = f"{name(path)}:{line} ({field})"
            yield from _differences(where, Text(**node))
        elif isinstance(node, dict):
            for key, value in node.items():
                yield from walk(value, key)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value, field)

    yield from walk(tomllib.loads(text), "")
