"""Markdown of other people: taken in so that no program that shows it loads or runs anything, and shown as HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, MathBlockParser, MathInlineParser

from course.classroom import formulas, pictures, sanitised
from course.classroom.pictures import AGAIN, Album
from course.text import Text, visible

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LONGEST = 10_000
"""Characters of one text that are taken in. What parses Markdown takes time that grows with the square of its length;
this much takes a third of a second at the worst."""
LONGEST_SHOWN = 3 * LONGEST
"""Characters of a text that is set as Markdown, whoever wrote it; a longer one is shown as it is."""
CUT = Text(
    en=f"Only the first {LONGEST} characters are shown; the whole is in the file that was handed in.",
    zh=f"这里只显示前 {LONGEST} 个字符，完整内容见上交的文件。",
)

MATH_FONTS = (
    "math:not(#_),math:not(#_) *"  # before whatever a page says of the language around it
    f"{{font-family:{formulas.FONTS}}}"
)

SCHEME = "attachment:"
IN_THE_TEXT = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/]+={0,2})")
"""A picture whose data are in the text itself."""
_ALT = r"(?:\\.|[^\[\]\\\n]|\[[^\[\]\n]*\])*"
_TITLE = r"""(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*"""
_NAME = rf"(?:<{SCHEME}(?P<angle>[^<>\n]+)>|{SCHEME}(?P<plain>(?:[^\s()<>]|\([^\s()<>]*\))*))"
DEFINITION = re.compile(rf"^ {{0,3}}\[(?P<label>[^\[\]\n]+)\]:\s*{_NAME}{_TITLE}$", re.MULTILINE)
"""A picture that is named in one place, to be shown in another."""
PICTURE = re.compile(
    rf"!\[(?P<alt>{_ALT})\](?:\(\s*{_NAME}(?P<title>{_TITLE})\)|\[(?P<label>[^\[\]\n]*)\]|(?![\[(:]))"
    rf"""|<img\b[^<>]*?\bsrc\s*=\s*(?P<quote>["']){SCHEME}(?P<tagged>[^"'<>]+)(?P=quote)[^<>]*>""",
    re.IGNORECASE,
)
"""Whatever shows a picture of the cell's own: with its name, by a reference, or, to give it a size, as an HTML tag."""

_TO_THE_WEB = r"(?=\s*(?:https?://|mailto:|#))"
_NO_COMMANDS = (
    "href|url|require|unicode|style|class|cssId|htmlId|htmlData|htmlClass|htmlStyle|data|bbox|mmlToken|texttip|mathtip"
    "|toggle|def|gdef|edef|xdef|let|newcommand|renewcommand|providecommand|newenvironment|renewenvironment|newtheorem"
    "|DeclareMathOperator|Newextarrow|DeclarePairedDelimiters?X?|includegraphics|input|include|csname|begingroup"
)
RULES = (
    (re.compile(r"<(?=[A-Za-z/!?])"), "< "),  # no tag, no comment, no address in < >
    (re.compile(rf"!\[(?=[^\[\]\n]*\]\({_TO_THE_WEB})"), "["),  # a picture from elsewhere: a link to it
    (re.compile(r"!\["), "! ["),
    (re.compile(rf"\]\((?!{_TO_THE_WEB})"), "] ("),  # links go to the web, to a mailbox, or within the text
    (re.compile(rf"([\w)\]'\"]\[[^\[\]\n]*\]:)|\]:(?!{_TO_THE_WEB})"), lambda found: found[1] or "] :"),  # but `x[0]:`
    (re.compile(r"(?<![a-z0-9+.-])(?!https?:)([a-z][a-z0-9+.-]{1,20}:)//", re.IGNORECASE), r"\1 //"),
    (re.compile(r"(?<![`~])(`{3,}+|~{3,}+)[ \t]*+(?![\w+#.-]*$)([^`\n]+)$", re.MULTILINE), r"\1\n\2"),
    (re.compile(r"(?<![`~])(`{3,}+|~{3,}+)[ \t]*mermaid", re.IGNORECASE), r"\1text"),  # JupyterLab would draw it
    (re.compile(rf"\\(?=(?:{_NO_COMMANDS})(?![a-zA-Z]))"), r"\\ "),  # commands that are no mathematics
    (re.compile(r"@@(?=\d)"), "@ @"),  # how JupyterLab marks the places of formulas
)
"""What is changed in a text, in this order; a blank too many is all that an honest one suffers."""


def harmless(source: str, attached: Any, taken: Collection[str] = ()) -> tuple[str, pictures.Pictures]:
    """Return a student's Markdown and its pictures, with nothing in it that any program would load or run.

    The text is changed, not only what is made of it: an instructor may open it in JupyterLab, or in anything else.

    Args:
        source: the text of a cell that was handed in.
        attached: its attachments, which may be anything.
        taken: names of pictures that are not free.

    Returns:
        The text, and the pictures that it shows, by name.

    """
    album = Album(attached, taken)
    text = IN_THE_TEXT.sub(lambda found: SCHEME + album.put(found[1], found[2]), visible(source, lines=True))
    cut = len(text) > LONGEST
    text = text[:LONGEST]
    named = {_label(each["label"]): each["angle"] or each["plain"] for each in DEFINITION.finditer(text)}
    text = DEFINITION.sub("", text)
    parts, at = [], 0
    for found in PICTURE.finditer(text):
        name = found["angle"] or found["plain"] or found["tagged"]
        if name is None:
            name = named.get(_label(found["label"] or found["alt"]))
        if name is None:
            continue
        parts += [_plain(text[at : found.start()]), _picture(album, name, found["alt"] or "", found["title"] or "")]
        at = found.end()
    parts.append(_plain(text[at:]))
    note = f"> {CUT.en} {CUT.zh}\n\n" if cut else ""
    return note + "".join(parts), album.kept


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _plain(text: str) -> str:
    """Return a piece of a text in which no picture is shown."""
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text + " " if text.endswith("\\") else text


def _picture(album: Album, name: str, alt: str, title: str) -> str:
    kept = album.name_of(name)
    if kept is None:
        return f"({AGAIN.en} · {AGAIN.zh})"
    alt, title = (re.sub(r"[\[\]\\`$<>\"&@]", "", each).strip() for each in (alt, title.strip().strip("'\"")))
    return f"![{alt}]({SCHEME}{kept}" + (f' "{title}")' if title else ")")


def _bounded(patterns: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return the patterns, those named with a bound on how far they look for the end of a formula."""

    def bounded(pattern: str) -> str:
        return re.sub(r"\.([*+])\?", lambda found: f".{{{int(found[1] == '+')},{formulas.LONGEST}}}?", pattern)

    return {name: bounded(pattern) if name in names else pattern for name, pattern in patterns.items()}


class _Block(MathBlockParser):
    SPECIFICATION = _bounded(MathBlockParser.SPECIFICATION, {"multiline_math"})


class _Inline(MathInlineParser):
    MATH = ("block_math_tex", "block_math_latex", "inline_math_tex", "inline_math_latex", "latex_environment")
    SPECIFICATION = _bounded(MathInlineParser.SPECIFICATION, MATH)


class _Page(IPythonRenderer):
    """Markdown as HTML: a page that needs nothing from elsewhere, and shows whatever its pictures are."""

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.given = attachments

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show an attachment or a picture within the text; anything from elsewhere becomes a link."""
        if url.startswith(SCHEME):
            name = url.removeprefix(SCHEME)
            url = pictures.address(self.given.get(name) or self.given.get(unquote(name)) or pictures.missing())
        elif not url.startswith("data:image/"):
            return str(self.link(text or escape(url), url, title))
        return str(super(IPythonRenderer, self).image(text, url, title))

    def block_code(self, code: str, info: str | None = None) -> str:
        """Show code; Python's in colours, where the page has them."""
        highlighted = (info or "").strip() in {"python", "py", "python3", "ipython3"}
        return str(super().block_code(code, info if highlighted else None))

    def task_list_item(self, text: str, checked: bool = False) -> str:  # noqa: FBT001, FBT002 - as mistune calls it
        """Show an entry of a list of tasks; the box cannot be ticked in a page."""
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def inline_math(self, body: str) -> str:
        """Set a formula in a line."""
        return formulas.mathml(body, block=False)

    def block_math(self, body: str) -> str:
        """Set a formula on a line of its own."""
        return formulas.mathml(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Set a formula that is an environment of LaTeX's own."""
        return formulas.mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)


def html(source: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Return a Markdown text as HTML with its pictures and formulas in it; nothing makes it fail, or run for long.

    Args:
        source: the text.
        attachments: its pictures, by name.

    Returns:
        The HTML; a text that is too long or too deeply nested comes as it is, in `<pre>`.

    """
    return _without_pictures(source) if not attachments else _html(source, attachments)


@lru_cache(maxsize=256)
def _without_pictures(source: str) -> str:
    """The same of a text that is in many pages: the question, and why there is no answer."""
    return _html(source, {})


def _html(source: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    if len(IN_THE_TEXT.sub("", source)) <= LONGEST_SHOWN:
        try:
            made = MarkdownWithMath(_Page(attachments), _Block(), _Inline(hard_wrap=False)).render(source)
            return sanitised.of_markdown(made)
        except RecursionError:  # a text of nothing but brackets within brackets
            pass
    return f"<pre>{escape(source[:LONGEST_SHOWN], quote=False)}</pre>"


@pass_context
def markdown2html(context: Any, source: str, attachments: Any = None) -> str:
    """Set Markdown in a page of nbconvert's: in the place of its own filter of this name.

    MathJax, where a page loads it, leaves the result alone.

    Args:
        context: the context of the page's template.
        source: the text.
        attachments: its pictures, by name; those of the context's cell, if None.

    Returns:
        The HTML.

    """
    if attachments is None:
        attachments = context.get("cell", {}).get("attachments", {})
    return f'<style>{MATH_FONTS}</style><div class="tex2jax_ignore mathjax_ignore">{html(source, attachments)}</div>'
