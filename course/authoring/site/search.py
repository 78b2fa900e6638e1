"""The index that a page's search looks into: one entry for each section of each lesson, in one language."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re

_HEAD = re.compile(r"<h([123])[^>]* id=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)
_ANCHOR = re.compile(r'<a class="anchor".*?</a>', re.DOTALL)
_UNREAD = re.compile(
    r"<(svg|math|style|script|figure|table|button|select)\b.*?</\1>|<pre\b.*?</pre>"
    r"|<section class=\"turn\".*?</section>",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]+>")

Entry = tuple[str, str, str, str, str]
"""The page's file, the section's address, the lesson's title, the section's heading, and its text."""


def entries(file: str, title: str, body: str) -> list[Entry]:
    """Return the entries of one page.

    Args:
        file: the page's.
        title: the lesson's.
        body: the page's, as HTML.

    Returns:
        One for each heading that has an address.

    """
    heads = list(_HEAD.finditer(body))
    made: list[Entry] = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        text = _plain(body[head.end() : following.start() if following else len(body)])
        made.append((file, head[2], title, _plain(_ANCHOR.sub("", head[3])), text))
    return made


def script(every: list[Entry]) -> str:
    """Return the index as a script, which a page that lies on a stick may load, too."""
    told = json.dumps(every, ensure_ascii=False, separators=(",", ":")).encode()
    return f'globalThis.downhillIndex = "{base64.b64encode(gzip.compress(told, 9, mtime=0)).decode()}";\n'


def _plain(fragment: str) -> str:
    shown = _TAG.sub(" ", _UNREAD.sub(" ", fragment))
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", " ".join(html.unescape(shown).split()))
