"""Pictures in written answers: each one that a text shows is there, or a drawing in its place says that it is not.

A picture pasted into a cell is an attachment of the cell: its text says `![image.png](attachment:image.png)` and the
picture stands beside it under that name. nbconvert, and so feedback and formgrader, gives the whole page up where a
text asks for a name that is not there.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Pictures = dict[str, dict[str, str]]
"""By name, what nbformat calls an attachment: base64 by media type."""

SCHEME = "attachment:"

SIGNATURES = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
}
"""The kinds of picture that are kept, each with how its bytes begin. SVG is a program and is not among them."""

NOT_HERE = Text(
    en="A picture is missing here: it was not saved with the notebook, or it is of a kind that is not shown.",
    zh="这里缺少一张图片：它没有随笔记本一起保存，或者不是可以显示的格式。",
)


class Shown(IPythonRenderer):
    """Markdown as HTML: a page that needs nothing from elsewhere, and shows whatever its pictures are.

    Args:
        attachments: by name; for a name that is not there, a drawing says so.

    """

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(escape=False)
        self.given = attachments
        self.asked: list[str] = []
        """The names that the text asked for, in their order."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show an attachment or a picture within the text; anything from elsewhere becomes a link."""
        if url.startswith(SCHEME):
            name = url.removeprefix(SCHEME)
            self.asked.append(name)
            ((kind, content),) = list((self.given.get(name) or _missing()).items())[:1]
            url = f"data:{kind};base64,{content}"
        elif not url.startswith("data:image/"):
            return str(self.link(text or escape(url), url, title))
        return str(super().image(text, url, title))


def html(source: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Return a Markdown text as HTML with its pictures in it; no picture makes it fail."""
    return MarkdownWithMath(renderer=Shown(attachments)).render(source)


def asked(source: str) -> list[str]:
    """Return the names of the attachments that a Markdown text shows, in their order; code shows none."""
    renderer = Shown({})
    MarkdownWithMath(renderer=renderer).render(source)
    return list(dict.fromkeys(renderer.asked))


def as_markdown(source: str) -> str:
    """Return the text with every attachment shown by `![](attachment:…)`, free of the sign `<`.

    A name with a blank may stand in < >, and an HTML tag shows a picture in another size: neither would survive where
    tags are taken out.
    """

    def shown(found: re.Match[str]) -> str:
        before, name = found["before"] or "![](", found["tagged"] or found["bracketed"]
        return f"{before}{SCHEME}{quote(unquote(name))}" + (")" if found["tagged"] else "")

    return re.sub(
        r"""<img\b[^<>]*?\bsrc\s*=\s*(["'])attachment:(?P<tagged>[^"'<>]+)\1[^<>]*>"""
        r"""|(?P<before>\]\(\s*|\]:\s*)<attachment:(?P<bracketed>[^<>\n]+)>""",
        shown,
        source,
        flags=re.IGNORECASE,
    )


def complete(source: str, pictures: Mapping[str, Mapping[str, str]]) -> Pictures:
    """Return an attachment for every name that the text asks for, and no others.

    Args:
        source: a Markdown text.
        pictures: the attachments of its cell; whatever is not an intact picture of a known kind is passed over.

    Returns:
        By name as nbconvert asks for it: the picture, found under any spelling of its name, or a drawing with a
        sentence in its place.

    """
    kept = {_plain(name): intact for name, forms in pictures.items() if (intact := _intact(forms))}
    found = {name: kept.get(_plain(name)) or _missing() for name in asked(source)}
    return found | {unquote(name): forms for name, forms in found.items()}  # as JupyterLab asks for it


def apart(source: str, pictures: Pictures, taken: Mapping[str, Any]) -> tuple[str, Pictures]:
    """Give pictures other names, in the text too, where another text beside this one has pictures of the same names.

    Args:
        source: a Markdown text.
        pictures: its attachments.
        taken: the names that are not free.

    """
    renamed: Pictures = {}
    for name, forms in pictures.items():
        new, number = name, 2
        while new in taken or new in renamed:
            new, number = f"{number}-{name}", number + 1
        if new != name:
            for spelling in {name, quote(name), quote(name, safe="/:@()")}:
                source = source.replace(SCHEME + spelling, SCHEME + quote(new))
        renamed[new] = forms
    return source, renamed


def _plain(name: str) -> str:
    """One spelling for a name that may be percent-encoded, once or twice, or composed otherwise."""
    return unicodedata.normalize("NFC", unquote(unquote(name))).casefold()


def _intact(forms: Mapping[str, str]) -> dict[str, str]:
    """The forms of an attachment that are what they say they are."""
    intact = {}
    for kind, content in forms.items():
        try:
            data = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if kind in SIGNATURES and re.match(SIGNATURES[kind], data, re.DOTALL):
            intact[kind] = base64.b64encode(data).decode("ascii")
    return intact


def _missing() -> dict[str, str]:
    """A drawing that says in both languages that there is no picture."""
    lines = "".join(
        f'<text x="12" y="{y}" font-size="14" fill="#a84300">{escape(words)}</text>'
        for y, words in ((26, NOT_HERE.en), (50, NOT_HERE.zh))
    )
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="64" font-family="sans-serif">'
        f'<rect width="720" height="64" rx="6" fill="#fff" stroke="#a84300"/>{lines}</svg>'
    )
    return {"image/svg+xml": base64.b64encode(drawing.encode()).decode("ascii")}
