"""The decision guide as questions inside one another, which a browser opens without any script."""

from __future__ import annotations

import sys
from html import escape
from typing import TYPE_CHECKING, Any

import course.lab
from course.authoring.site import outputs
from course.text import speaking

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.text import Lang


def tree(lang: Lang, link: Callable[[str], str]) -> str:
    """Return the guide.

    Args:
        lang: the reader's language.
        link: makes an address within the site of a lesson's.

    Returns:
        HTML: a question, and in each of its answers what follows from it.

    """
    home: Any = sys.modules[course.lab.guide.__module__]

    def entry(name: str) -> str:
        found = home.TREE[name]
        if not hasattr(found, "answers"):
            return outputs.cleaned(home.leaf(name), link)
        answers = "".join(
            f"<details><summary>{escape(text[lang])}</summary>{entry(to)}</details>" for text, to in found.answers
        )
        return f"<p><b>{escape(found.text[lang])}</b></p>{answers}"

    with speaking(lang):
        return f'<div class="guide">{entry("start")}</div>'
