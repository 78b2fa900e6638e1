"""The one place where HTML with a student's words is made safe: nh3 keeps what is listed here, and nothing else."""

from __future__ import annotations

import re

import nh3

from course.classroom.pictures import address, missing

HTML = {
    *("a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4"),
    *("h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
MATHML = {
    *("math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace"),
    *("msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
}
SVG = {"svg", "line", "path", "polyline", "text"}

MISSING = address(missing())
TRUTH, LENGTH, NUMBER = "true|false", r"[+-]?\d?(\.\d{1,3})?(em|pt)", r"-?\d{1,4}(\.\d+)?"
COLOUR = r"currentColor|none|[a-zA-Z]{1,20}|#[0-9a-fA-F]{3,8}"
ALIGNED = r"text-align: ?(left|right|center);?"
A_PICTURE = r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+"

ATTRIBUTES: dict[str, dict[str, str]] = {
    "a": {"href": r"(https?://|mailto:)\S*|#[\w-]*", "title": ".*"},
    "code": {"class": r"language-[\w+-]{1,20}"},
    "div": {"lang": "en|zh-CN", "class": "highlight"},
    "img": {"src": A_PICTURE, "alt": ".*", "title": ".*", "width": r"\d{1,4}", "height": r"\d{1,4}"},
    "ol": {"start": r"\d{1,9}"},
    "span": {"lang": "en|zh-CN", "class": r"[a-z][a-z0-9]{0,2}"},
    "td": {"style": ALIGNED},
    "th": {"style": ALIGNED},
    "math": {"display": "block"},
    "mi": {"mathvariant": "normal"},
    "mo": {
        **dict.fromkeys(("stretchy", "fence", "accent", "movablelimits"), TRUTH),
        **dict.fromkeys(("minsize", "maxsize"), LENGTH),
        "form": "prefix|infix|postfix",
    },
    "mover": {"accent": TRUTH},
    "munder": {"accentunder": TRUTH},
    "mfrac": {"linethickness": LENGTH},
    "mspace": {"width": LENGTH, "linebreak": "newline"},
    "mstyle": {"displaystyle": TRUTH, "scriptlevel": r"[+-]?\d", "mathcolor": COLOUR},
    "mtable": {"displaystyle": TRUTH},
    "mtd": {"style": ALIGNED},
}
"""By element and attribute, what its value must be, whole."""

DRAWN = {
    **dict.fromkeys(("x", "y", "x1", "x2", "y1", "y2", "font-size", "stroke-width"), NUMBER),
    **dict.fromkeys(("stroke", "fill"), COLOUR),
    "stroke-opacity": r"[\d.]+",
    "stroke-dasharray": r"[\d ]+",
    "text-anchor": "start|middle|end",
    "points": r"[\d., -]+",
    "d": r"[MHVLZ\d. -]+",
}
REPORT: dict[str, dict[str, str]] = {
    "div": {"class": "dh", "lang": "en|zh-CN", "style": r"--dh:#[0-9A-F]{6}"},
    "span": {"class": "dh-s", "style": r"color:(#[0-9A-F]{6}|inherit)"},
    "svg": {"viewbox": r"[\d. ]+", "viewBox": r"[\d. ]+", "width": NUMBER, "role": "img", "aria-label": ".*"},
    **dict.fromkeys(SVG - {"svg"}, DRAWN),
}
"""The same for the judge's report, which is the course's own but for the words that it quotes."""


def _cleaner(tags: set[str], allowed: dict[str, dict[str, str]]) -> nh3.Cleaner:
    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "rel" or value == MISSING:  # nh3 itself adds the one, and we the other
            return value
        pattern = allowed.get(tag, {}).get(name)
        return value if pattern and re.fullmatch(pattern, value, re.DOTALL) else None

    return nh3.Cleaner(
        tags=tags,
        attributes={tag: set(names) for tag, names in allowed.items()},
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def of_markdown(html: str) -> str:
    """Keep of what a Markdown text became: its structure, links to the web, pictures that are within it, formulas.

    >>> of_markdown('<p onclick="f()">a<img src="https://example.org/p.png"></p><script>f()</script>')
    '<p>a<img></p>'

    """
    return _MARKDOWN.clean(html)


def of_report(html: str) -> str:
    """Keep of a report what `grading.render` makes, whatever the words in it would make of it."""
    return _REPORT.clean(html)


_MARKDOWN = _cleaner(HTML | MATHML, ATTRIBUTES)
_REPORT = _cleaner(HTML - {"a", "img"} | SVG, REPORT)
