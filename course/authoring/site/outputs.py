"""What an executed cell shows, as HTML of the site: one form of each output, in the page's own colours."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from course.authoring.site import addresses, capture
from course.grading.palette import STYLE

if TYPE_CHECKING:
    from collections.abc import Callable

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_HREF = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_LIVE = re.compile(r' aria-live="polite"| role="status"')
_LANG = re.compile(r' lang="(?:en|zh|zh-CN)"')


def said(output: dict[str, Any], link: Callable[[str], str]) -> str:
    """Return one output as HTML; empty where it shows nothing that a page can.

    Args:
        output: as nbformat has it.
        link: makes an address within the site of a lesson's.

    Returns:
        HTML.

    """
    if output.get("output_type") == "stream":
        text = _COLOURS.sub("", "".join(output.get("text", "")))
        return (
            f'<pre class="printed">{escape(text.rstrip())}</pre>'
            if output.get("name") == "stdout" and text.strip()
            else ""
        )
    data = output.get("data", {})
    if "<progress" in "".join(data.get("text/html", "")):
        return ""  # how far a cell was, while it ran
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            return cleaned("".join(data[kind]), link)
    if "image/png" in data:
        return f'<img alt="" src="data:image/png;base64,{"".join(data["image/png"]).strip()}">'
    text = "".join(data.get("text/plain", ""))
    return f'<pre class="printed">{escape(text)}</pre>' if text.strip() and capture.MIME not in data else ""


def cleaned(fragment: str, link: Callable[[str], str]) -> str:
    """Return a fragment of a notebook as the site shows it: its styles are the page's, and its links lead somewhere.

    Args:
        fragment: HTML that the course has made.
        link: makes an address within the site of a lesson's; raises what it raises.

    Returns:
        The fragment.

    """

    def linked(found: re.Match[str]) -> str:
        address = found[1]
        if address.endswith(".ipynb"):
            address = address.rpartition("/")[2]  # the reader's own copy lay somewhere else
        if address.endswith(".ipynb") or addresses.outside(address) or address.startswith("#"):
            return f'<a href="{link(address)}">{found[2]}</a>'
        return found[2]  # a file of the learner's, which the site does not have

    fragment = _STYLE.sub("", fragment.replace(STYLE, ""))
    fragment = re.sub(r"^<\?xml.*?(?=<svg)", "", fragment.strip(), flags=re.DOTALL)
    return _LANG.sub("", _LIVE.sub("", _HREF.sub(linked, fragment)))


def piece(output: dict[str, Any]) -> dict[str, Any] | None:
    """Return what describes the piece that an output is, if it is one."""
    described = output.get("data", {}).get(capture.MIME)
    return described if isinstance(described, dict) else None


def moving(output: dict[str, Any]) -> bool:
    """Return whether an output is a widget, which moves in a kernel alone unless it describes itself."""
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})
