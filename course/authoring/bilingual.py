r"""What must be the same in both languages, checked; what a translator may choose, left alone.

Between the two halves of a pair (in a lesson, or `en` and `zh` in any file of TOML) the following are equal:

- headings: their levels, in order; lists: the number of items of each, in order; tables: rows and columns;
- displayed formulas and fenced listings, in order; what is in `\text{…}` may differ;
- inline formulas, code spans, link targets and image targets: the same ones, each as often, in any order;
- numbers written in digits outside of all these: likewise. Words are free: "two" against 两 is nobody's business,
  but "two" against 2 is found. 10,000 and 10000 are the same number;
- in files of sentences, whose formulas are plain text: the signs of these, and which numbers are "about" (约);
- how sure a passage is, as far as that can be read without a doubt: see `course.authoring.hedges`.

In Chinese, moreover: a term of the glossary brings its English in parentheses where running text first uses it,
`**动量**（momentum）`; a blank is put between Chinese and Latin letters, digits or code; punctuation beside Chinese is
full-width; emphasis is bold, since slanted Chinese is hard to read.
Code cells are written once for both languages; the one slot for the language is in the first of them. Words in
them, `«English|中文»`, quizzes, predictions and sentences are compared too, what is in braces as a code span. And
no cell of a Chinese notebook prints English words of its own, or has them in a docstring: see
`course.authoring.foreign`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from course.authoring import foreign, glossary, hedges, notebooks, usage, wording
from course.authoring.glossary import CJK
from course.authoring.shape import shape
from course.authoring.site import terms as used
from course.lesson.problems import place
from course.lesson.source import LANGUAGE_SLOT, SLOT, Code, Prediction, Prose, Quiz, Sentence, read
from course.system import toml
from course.system.workspace import ROOT
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNSPACED = re.compile(rf"[{CJK}][A-Za-z0-9\x00]|[A-Za-z0-9\x00%][{CJK}]")
_SLANTED = re.compile(rf"(?<!\*)\*[{CJK}][^*\n]*\*(?!\*)")
_HALF_WIDTH = re.compile(rf"[{CJK}][,;:?!()]|[,;:?!()][{CJK}]|[{CJK}]\.(?!\w)")
_FIELD = re.compile(r"\{([^{}]*)\}")
"""What is in braces. It may turn out to be anything, so no blank around it is asked for."""


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
SENTENCES = {
    **NAMES,
    "signs": Text(en="the signs of the formulas", zh="算式里的符号"),
    "hedges": Text(en="the numbers that are said to be approximate", zh="带“约”字的数字"),
}
"""What is compared in files of sentences, which have no $…$ and are read one at a time."""


def all_problems() -> list[Text]:
    """Return what is wrong in every lesson, the glossary and every file of TOML; an empty list if nothing is.

    What is not said in this course is looked for in every text that people write: see `course.authoring.usage`.
    """
    found = glossary.problems() + used.problems() + usage.problems()
    for path in (*notebooks.sources(), *sorted((ROOT / "course").rglob("*.toml"))):
        found += problems(path)
    return found


def problems(path: Path, terms: dict[str, str] | None = None) -> list[Text]:
    """Return what is wrong in one lesson, or in a file of sentences if `path` ends in .toml.

    Each problem begins with `file:line` and says what to do.

    Args:
        path: the lesson or the file of sentences.
        terms: Chinese term → English term; the course's own glossary if not given.

    Returns:
        The problems; an empty list if there are none.

    """
    try:
        if path.suffix == ".toml":
            return list(_sentences(path))
        cells = read(path)
    except CourseError as error:
        return [error.text]
    found: list[Text] = []
    pairs = [cell for cell in cells if isinstance(cell, Prose)]
    for pair in pairs:
        found += _differences(f"{place(path)}:{pair.en_line}/{pair.zh_line}", pair.text)
        found += _words_of_formulas(f"{place(path)}:{pair.zh_line}", pair.text.zh)
        found += _typography(path, pair.text.zh, pair.zh_line)
    for cell in cells:
        if isinstance(cell, Code):
            for line, words in _slots(cell):
                spans = Text(en=_FIELD.sub(_span, words.en), zh=_FIELD.sub(_span, words.zh))
                found += _differences(f"{place(path)}:{line}", spans)
                found += _typography(path, _FIELD.sub("，", words.zh), line)
            found += foreign.problems(path, cell)
        elif isinstance(cell, Quiz | Prediction):
            for text in cell.question.texts():
                found += _differences(f"{place(path)}:{cell.en_line}/{cell.zh_line}", text)
                found += _typography(path, text.zh, cell.zh_line)
        elif isinstance(cell, Sentence):
            spans = Text(en=_FIELD.sub(_span, cell.text.en), zh=_FIELD.sub(_span, cell.text.zh))
            found += _differences(f"{place(path)}:{cell.en_line}/{cell.zh_line}", spans)
            found += _typography(path, _FIELD.sub("，", cell.text.zh), cell.zh_line)
    found += wording.problems(path, path.parent.name, cells)
    found += _slot(path, cells)
    found += _first_uses(path, pairs, glossary.terms() if terms is None else terms)
    return found


def _differences(where: str, text: Text, names: dict[str, Text] = NAMES) -> Iterator[Text]:
    """Yield what is not the same in both halves, and where they are not equally sure of it."""
    en, zh = shape(text.en), shape(text.zh)
    for field, called in names.items():
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
                zh=f"{where}：两种语言的{called.zh}不一致，英文为 {ours}，中文为 {theirs}。请改成内容和顺序都一致。",
            )
    told_already = "hedges" in names and en.hedges != zh.hedges
    for told in hedges.differences(text) if not told_already else ():
        yield Text(en=f"{where}: {told.en} Say as much in both.", zh=f"{where}：{told.zh}请让两种语言一样确定。")


def _words_of_formulas(where: str, chinese: str) -> Iterator[Text]:
    for text in shape(chinese).words:
        if found := " ".join(foreign.words(text)):
            yield Text(
                en=f"{where}: a formula says {found!r} to Chinese readers, in \\text{{…}}. Write it in Chinese.",
                zh=f"{where}：公式的 \\text{{…}} 里有英文 {found!r}。请写成中文。",
            )


def _typography(path: Path, chinese: str, first_line: int) -> Iterator[Text]:
    for each in shape(chinese).prose:
        line, text = first_line + each.number, each.text
        for match in _UNSPACED.finditer(text):
            seen = text[max(0, match.start() - 4) : match.end() + 4].replace("\x00", "…")
            yield Text(
                en=f"{place(path)}:{line}: put a blank between Chinese and Latin letters, digits or code: {seen!r}.",
                zh=f"{place(path)}:{line}：中文与字母、数字或代码之间要空一格：{seen!r}。",
            )
        for match in _SLANTED.finditer(text):
            yield Text(
                en=f"{place(path)}:{line}: slanted Chinese is hard to read; make it bold: {match[0]!r}.",
                zh=f"{place(path)}:{line}：斜体汉字难以辨认，请改用粗体：{match[0]!r}。",
            )
        for match in _HALF_WIDTH.finditer(text):
            seen = text[max(0, match.start() - 4) : match.end() + 4].replace("\x00", "…")
            yield Text(
                en=f"{place(path)}:{line}: punctuation next to Chinese is full-width: {seen!r}.",
                zh=f"{place(path)}:{line}：中文旁边请用全角标点：{seen!r}。",
            )


def _span(field: re.Match[str]) -> str:
    """Format a field as a code span; how a list is joined is each language's own affair."""
    return f"`{re.sub(r':(and|list)$', '', field[1])}`"


def _slots(cell: Code) -> Iterator[tuple[int, Text]]:
    """Yield the words in both languages that a code cell says, with their lines."""
    for number, line in enumerate(cell.source.splitlines()):
        for slot in SLOT.finditer(line):
            yield cell.line + number, Text(en=slot[1], zh=slot[2])


def _slot(path: Path, cells: list[Any]) -> Iterator[Text]:
    code = [cell for cell in cells if isinstance(cell, Code)]
    slots = [cell.source.count(LANGUAGE_SLOT) for cell in code]
    if slots[:1] != [1] or any(slots[1:]):
        line = code[0].line if code else 1
        yield Text(
            en=f"{place(path)}:{line}: the first code cell, and no other, has one line"
            f' set_language("{LANGUAGE_SLOT}").',
            zh=f'{place(path)}:{line}：第一个代码单元格里要有且仅有一行 set_language("{LANGUAGE_SLOT}")，'
            "其他单元格里不能有。",
        )


def _first_uses(path: Path, pairs: list[Prose], terms: dict[str, str]) -> Iterator[Text]:
    """Yield terms whose first use in running text does not bring the English; longer terms hide those inside them."""
    if not terms:
        return
    any_term = re.compile("|".join(re.escape(zh) for zh in sorted(terms, key=len, reverse=True)))
    met: set[str] = set()
    for pair in pairs:
        for each in shape(pair.text.zh).prose:
            if each.heading:
                continue  # it may run ahead of the sentence that introduces its term
            line, text = pair.zh_line + each.number, each.text
            for match in any_term.finditer(text):
                zh, en = match[0], terms[match[0]]
                if zh in met:
                    continue
                met.add(zh)
                if not re.match(rf"[*_”」]*（{re.escape(en)}", text[match.end() :], re.IGNORECASE):
                    yield Text(
                        en=f"{place(path)}:{line}: {zh} is used here for the first time. Write {zh}（{en}）.",
                        zh=f"{place(path)}:{line}：“{zh}”在这里第一次出现，请写成“{zh}（{en}）”。",
                    )


def _sentences(path: Path) -> Iterator[Text]:
    told, text = toml.read(path), path.read_text("utf-8")

    def nested(node: Any, field: str) -> Iterator[Text]:
        if isinstance(node, dict) and node.keys() == {"en", "zh"}:
            line = text.count("\n", 0, max(text.find(node["en"].strip()[:40]), 0)) + 1
            where = f"{place(path)}:{line} ({field})"
            pair = Text(**node) if field != "formula" else Text(en=f"$${node['en']}$$", zh=f"$${node['zh']}$$")
            yield from _differences(where, pair, SENTENCES)
            yield from _words_of_formulas(where, pair.zh)
        elif isinstance(node, dict):
            for key, value in node.items():
                yield from nested(value, key)
        elif field == "formula":
            line = text.count("\n", 0, text.find("formula")) + 1
            yield from _words_of_formulas(f"{place(path)}:{line} ({field})", f"$${node}$$")
        elif isinstance(node, list):
            for value in node:
                yield from nested(value, field)

    yield from nested(told, "")
