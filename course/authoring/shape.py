"""Take a passage of Markdown apart: what its two languages must have in common, and what is left as running text."""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

if TYPE_CHECKING:
    from markdown_it.token import Token

HIDDEN = "\x00"
"""What is in running text in place of a formula or a code span."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)*")
_SIGN = re.compile(r"[=<>≤≥≈×√·]|(?<=\s)[+−](?=\s)")
_EN_HEDGE = r"\b(?i:about|almost|around|nearly|roughly|some) (?:as )?"
_ZH_HEDGE = r"(?:约(?![束定])|几乎|将近)[\u4e00-\u9fff]{0,3} ?"
_HEDGED = re.compile(
    rf"(?:{_EN_HEDGE}|{_ZH_HEDGE})[−±]?({_NUMBER.pattern})"
    rf"|({_NUMBER.pattern})(?: ?[到至–] ?[\d.]+)? ?[\u4e00-\u9fff]{{0,2}}左右"
)
_TEXT = re.compile(r"\\text\{([^{}]*)\}")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Line:
    """One line of running text, a sign in place of each formula and code span; lines are counted from 0."""

    number: int
    text: str
    heading: bool = False


@dataclass
class Shape:
    """What is compared of one half, and its running text."""

    headings: list[int] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    tables: list[list[int]] = field(default_factory=list)
    displays: list[str] = field(default_factory=list)
    listings: list[str] = field(default_factory=list)
    formulas: Counter[str] = field(default_factory=Counter)
    code: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    """Of formulas in running text."""
    hedges: Counter[str] = field(default_factory=Counter)
    """The numbers that are said to be approximate."""
    prose: list[Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    r"""What is in `\text{…}` in formulas."""


@functools.lru_cache(maxsize=4096)
def shape(text: str) -> Shape:
    """Return the shape of a passage: levels of headings, items of lists, cells of tables, formulas, code, numbers."""
    found = Shape()
    open_lists: list[int] = []
    tokens = _markdown().parse(text)
    for at, token in enumerate(tokens):
        _structure(token, found, open_lists)
        if token.type == "fence":
            found.listings.append(f"{token.info}\n{token.content}")
        elif token.type.startswith("math_block"):
            found.displays.append(_formula(token.content, found))
        elif token.type == "html_block":
            _running(_TAG.sub("", token.content), token, found)
        elif token.type == "inline":
            before = tokens[at - 1].type
            if before in {"td_open", "th_open"} and token.content.strip():
                found.tables[-1][-1] += 1
            _running(_inline(token, found), token, found, heading=before == "heading_open")
    return found


def _structure(token: Token, found: Shape, open_lists: list[int]) -> None:
    """Count headings, items and rows; `open_lists` has the lists that the token is inside of."""
    match token.type:
        case "heading_open":
            found.headings.append(int(token.tag[1:]))
        case "bullet_list_open" | "ordered_list_open":
            open_lists.append(len(found.lists))
            found.lists.append(0)
        case "bullet_list_close" | "ordered_list_close":
            open_lists.pop()
        case "list_item_open":
            found.lists[open_lists[-1]] += 1
        case "table_open":
            found.tables.append([])
        case "tr_open":
            found.tables[-1].append(0)


@functools.cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)


def _inline(token: Token, found: Shape) -> str:
    """Return the running text of one block."""
    parts = []
    for each in token.children or ():
        if each.type == "text":
            parts.append(each.content)
        elif each.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif each.type == "code_inline":
            found.code[each.content.strip()] += 1
            parts.append(HIDDEN)
        elif each.type == "math_inline":
            found.formulas[_formula(each.content, found)] += 1
            parts.append(HIDDEN)
        elif each.type == "math_inline_double":
            found.displays.append(_formula(each.content, found))
        elif each.type == "link_open":
            found.links[str(each.attrGet("href"))] += 1
        elif each.type == "image":
            found.links["!" + str(each.attrGet("src"))] += 1
            parts.append(each.content)
        else:
            parts.append(each.markup)  # of emphasis: Chinese is told by it where it is slanted
    return "".join(parts)


def _running(text: str, token: Token, found: Shape, *, heading: bool = False) -> None:
    first = (token.map or [0])[0]
    found.prose += [Line(first + number, line, heading) for number, line in enumerate(text.split("\n"))]
    found.numbers.update(number.replace(",", "") for number in _NUMBER.findall(text))
    found.signs.update(_SIGN.findall(text))
    found.hedges.update((one or other).replace(",", "") for one, other in _HEDGED.findall(text))


def _formula(latex: str, found: Shape) -> str:
    found.words += _TEXT.findall(latex)
    return re.sub(r"\s+", "", _TEXT.sub(r"\\text{}", latex))
