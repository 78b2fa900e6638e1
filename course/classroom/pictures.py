"""Pictures in written answers: each one that a text shows is there, or a drawing in its place says that it is not.

A picture pasted into a cell is an attachment of the cell: its text says `![image.png](attachment:image.png)` and the
picture lies beside it under that name. nbconvert, and so feedback and formgrader, gives the whole page up where a
text asks for a name that is not there.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from course.grading.palette import BAD
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Pictures = dict[str, dict[str, str]]
"""By name, what nbformat calls an attachment: base64 by media type."""

SIGNATURES = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
}
"""The kinds of picture that are kept, each with how its bytes begin. SVG is a program and is not among them."""
MOST = 500
"""Pictures of one cell that are looked at."""
MOST_TIMES = 3
"""How often one picture is shown in one cell: each time, the page holds the whole of it."""

NOT_HERE = Text(
    en="A picture is missing here: it was not saved with the notebook, or it is of a kind that is not shown.",
    zh="这里缺少一张图片，它没有随笔记本一起保存，或者不是可以显示的格式。",
)
AGAIN = Text(en="the same picture once more", zh="同一张图片")


class Album:
    """The pictures of one cell, taken over as its text asks for them.

    Args:
        attached: the attachments of the cell that was handed in, which may be anything.
        taken: names that are not free, since another text beside this one has pictures of these names.

    """

    def __init__(self, attached: Any, taken: Collection[str] = ()) -> None:
        attached = attached if isinstance(attached, dict) else {}
        self._given = {_plain(str(name)): forms for name, forms in islice(attached.items(), MOST)}
        self._taken = set(taken)
        self._names: dict[str, str] = {}
        self._times: dict[str, int] = {}
        self.kept: Pictures = {}
        """What the text shows, by names that need no quoting anywhere."""

    def put(self, kind: str, content: str) -> str:
        """Take in a picture whose data are in the text itself; return a name that no other has.

        Args:
            kind: its MIME type.
            content: its bytes, in base64.

        Returns:
            The name.

        """
        name = f"in-the-text-{len(self._given)}"
        self._given[name] = {kind: content}
        return name

    def name_of(self, asked: str) -> str | None:
        """Return the name under which the picture that a text asks for is kept; None if it was shown often enough."""
        asked = _plain(asked)
        self._times[asked] = self._times.get(asked, 0) + 1
        if self._times[asked] > MOST_TIMES:
            return None
        if asked not in self._names:
            forms = _intact(self._given.get(asked)) or missing()
            name = self._names[asked] = self._free(asked, next(iter(forms)))
            self.kept[name] = forms
        return self._names[asked]

    def _free(self, asked: str, kind: str) -> str:
        name, number = asked, 1
        while not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,80}", name) or name in self._taken or name in self.kept:
            name, number = f"picture-{number}.{kind.partition('/')[2].partition('+')[0]}", number + 1
        return name


def _plain(name: str) -> str:
    """Return one spelling for a name that may be percent-encoded, once or twice, or composed otherwise."""
    return unicodedata.normalize("NFC", unquote(unquote(name))).casefold()


def _intact(forms: Any) -> dict[str, str]:
    """Return the forms of an attachment that are what they say they are."""
    intact = {}
    for kind, content in forms.items() if isinstance(forms, dict) else ():
        try:
            data = base64.b64decode("".join(str(content).split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if kind in SIGNATURES and re.match(SIGNATURES[kind], data, re.DOTALL):
            intact[kind] = base64.b64encode(data).decode("ascii")
    return intact


def missing() -> dict[str, str]:
    """Draw a picture that says in both languages that there is no picture."""
    lines = "".join(
        f'<text x="12" y="{y}" font-size="14" fill="{BAD}">{escape(words)}</text>'
        for y, words in ((26, NOT_HERE.en), (50, NOT_HERE.zh))
    )
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="64" font-family="sans-serif">'
        f'<rect width="720" height="64" rx="6" fill="#fff" stroke="{BAD}"/>{lines}</svg>'
    )
    return {"image/svg+xml": base64.b64encode(drawing.encode()).decode("ascii")}


def address(forms: Mapping[str, str]) -> str:
    """Return a picture as an address that holds all of it."""
    ((kind, content),) = list(forms.items())[:1]
    return f"data:{kind};base64,{''.join(content.split())}"
