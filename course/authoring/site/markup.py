"""Markdown of lessons and documents as HTML: formulas as MathML, headings with an address, links within the site."""

from __future__ import annotations

import html
import itertools
import re
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from course.authoring.marks import for_pages, kept_together
from course.authoring.site import addresses
from course.classroom.formulas import mathml
from course.grading.palette import ORANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

_WORD = re.compile(r"[a-z0-9]+")
NEW = ORANGE
"""How a lesson colours what is new in a formula; the page gives it the reader's theme."""
_PLAIN = re.compile(r'<span class="(?!(?:k|kn|kc|ow|s1|s2|sd|sa|si|mi|mf|c1|nf|nc|nn)")\w+">([^<]*)</span>')
"""What the page's style gives no colour."""
LONG = 24
"""Characters of a formula in a line that may be longer than a phone is wide."""


_KEPT = re.compile(r'<nobr>[^<]*(?:<span class="math inline"><math(?:(?!</math>).)*</math></span><wbr>)+', re.DOTALL)
"""Of a formula that may be broken: the part before its last, which alone belongs to the marks that follow."""
_SIGN = re.compile(r"\\[A-Za-z]+|\\.|[{}()\[\]=]")
_OPENS, _CLOSES = {"{", "(", "[", r"\left", r"\begin"}, {"}", ")", "]", r"\right", r"\end"}


class Anchors:
    """Addresses of headings within one page, the same in both languages: made of the English words."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, english: str) -> str:
        """Return a new address for a heading.

        Args:
            english: its English words, in Markdown.

        Returns:
            A name of letters, digits and hyphens that no other heading of the page has.

        """
        plain = re.sub(r"\$[^$]*\$|`|\*|<[^>]*>", "", english).lower()
        name = "-".join(_WORD.findall(plain)[:8]) or "section"
        name = f"s-{name}" if name[0].isdigit() else name
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name}-{number}"
        self._taken.add(unique)
        return unique


def headings(text: str) -> list[tuple[int, str]]:
    """Return the headings of a Markdown text, in order: how deep each is, and its words as they are written."""
    tokens = _parser().parse(for_pages(text))
    return [
        (int(token.tag.removeprefix("h")), tokens[at + 1].content)
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    return parser.use(dollarmath_plugin, allow_labels=False, double_inline=True, renderer=_formula)


def rendered(
    text: str, ids: list[str], link: Callable[[str], str], *, anchor: str, picture: Callable[[Token], str]
) -> str:
    """Return a Markdown text as HTML.

    Args:
        text: the Markdown; its authors are the course's own, so tags in it stay.
        ids: the address of each heading.
        link: makes an address within the site of one that the text has.
        anchor: what the link to a heading is called, `{title}` being the heading.
        picture: makes an element of a picture's token.

    Returns:
        HTML without any script.

    """
    parser = _parser()
    tokens = parser.parse(kept_together(for_pages(text)))
    left = iter(ids)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", next(left))
        if token.type == "heading_close" and token.tag != "h1":
            opened, inline = tokens[at - 2], tokens[at - 1]
            name = html.escape(anchor.format(title=plain(inline)), quote=True)
            token.meta["anchor"] = f' <a class="anchor" href="#{opened.attrGet("id")}" aria-label="{name}">#</a>'
        for child in token.children or []:
            if child.type == "link_open":
                address = link(str(child.attrGet("href")))
                child.attrSet("href", address)
                if addresses.outside(address):
                    child.attrSet("rel", "noopener")
    parser.add_render_rule("heading_close", _heading_close)
    parser.add_render_rule("math_inline", _in_line)
    parser.add_render_rule("math_inline_double", _displayed)
    parser.add_render_rule("table_open", lambda *_: '<div class="scroll"><table>\n')
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    parser.add_render_rule("th_open", _cell)
    parser.add_render_rule("td_open", _cell)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("image", lambda _self, tokens, at, *_: picture(tokens[at]))
    made = str(parser.renderer.render(tokens, parser.options, {}))
    made = _KEPT.sub(lambda kept: kept[0].replace("<wbr>", "</nobr><wbr><nobr>"), made)
    return made.replace("<nobr>", '<span class="nb">').replace("</nobr>", "</span>")


def plain(token: Token) -> str:
    """Return the words of an inline token, its formulas as their source."""
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "math_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return "".join(parts).strip()


def python(source: str) -> str:
    """Return code in colours, by classes alone."""
    return coloured(source, "python")


def coloured(source: str, language: str) -> str:
    """Return a listing in the colours of its language, or plain if nobody knows that.

    Args:
        source: the text.
        language: as a fence of Markdown names it.

    Returns:
        A `pre` element.

    """
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    inside = highlight(source.rstrip("\n"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    inside = _PLAIN.sub(r"\1", inside)
    return f'<pre class="code"><code>{inside}</code></pre>\n'


def _formula(latex: str, how: dict[str, Any]) -> str:
    made = mathml(latex, block=bool(how["display_mode"]))
    made = re.sub(rf'mathcolor="{NEW}"', 'class="new"', made, flags=re.IGNORECASE)
    if not how["display_mode"] and len(re.sub(r"<[^>]*>", "", made)) > LONG:
        made = made.replace("<math>", '<math class="long">', 1)
    return made


def _in_line(_self: Any, tokens: list[Token], at: int, *_more: Any) -> str:
    """Set a formula in a line, a long one in parts: a number that is cut at the edge would look like another one."""
    latex = tokens[at].content.strip()
    whole = _formula(latex, {"display_mode": False})
    made = [_formula(each, {"display_mode": False}) for each in equal(latex)] if 'class="long"' in whole else [whole]
    return "<wbr>".join(f'<span class="math inline">{each}</span>' for each in made)


def equal(latex: str) -> list[str]:
    """Return the parts of a formula between which a line may end: before an equals sign, if much stands before it.

    Args:
        latex: the formula; a sign within braces or brackets ends nothing.

    Examples:
        >>> equal("v = a + b = 3")
        ['v = a + b ', '= 3']

    """
    depth, signs = 0, []
    for found in _SIGN.finditer(latex):
        depth += (found[0] in _OPENS) - (found[0] in _CLOSES)
        if found[0] == "=" and not depth:
            signs.append(found.start())
    ends = [each for each in signs if each > LONG or each != signs[0]]
    return [latex[start:end] for start, end in itertools.pairwise([0, *ends, len(latex)])]


def _displayed(_self: Any, tokens: list[Token], at: int, *_more: Any) -> str:
    """Set a formula on a line of its own within a paragraph, which no block may be in."""
    return f'<span class="math displayed">{_formula(tokens[at].content, {"display_mode": True})}</span>'


def _heading_close(_self: Any, tokens: list[Token], at: int, *_more: Any) -> str:
    return f"{tokens[at].meta.get('anchor', '')}</{tokens[at].tag}>\n"


def _cell(_self: Any, tokens: list[Token], at: int, *_more: Any) -> str:
    """Open a cell of a table; a head without words is none to a screen reader."""
    token = tokens[at]
    tag = "th" if token.tag == "th" and tokens[at + 1].content.strip() else "td"
    if tag != token.tag:  # its closing tag must follow
        closing = next(each for each in tokens[at:] if each.type == "th_close")
        closing.tag = tag
    side = re.search(r"text-align:(\w+)", str(token.attrGet("style") or ""))
    named = ""
    if tag == "th" and not any(
        each.type in {"text", "code_inline"} and each.content.strip() for each in tokens[at + 1].children or []
    ):  # some hear no formula in a head
        named = f'<span class="heard">{html.escape(plain(tokens[at + 1]).replace(chr(92), ""))}</span>'
    return f'<{tag} class="{side[1]}">{named}' if side else f"<{tag}>{named}"


def _fence(_self: Any, tokens: list[Token], at: int, *_more: Any) -> str:
    return coloured(tokens[at].content, (tokens[at].info.split() or [""])[0])
