"""The words of the site's pages that are no lesson's: header, footer, search, and the pages beside the lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.lab.parts import predict
from course.text import texts

if TYPE_CHECKING:
    from course.text import Lang, Text

TEXTS = texts(__file__)

SAYS: dict[str, Text] = {
    "course": TEXTS["course"],
    "skip": TEXTS["skip"],
    "lessons": TEXTS["lessons"],
    "all": TEXTS["all"],
    "search": TEXTS["search"],
    "typed": TEXTS["typed"],
    "close": TEXTS["close"],
    "dark": TEXTS["dark"],
    "other": TEXTS["other"],
    "contents": TEXTS["contents"],
    "onward": TEXTS["onward"],
    "before": TEXTS["before"],
    "after": TEXTS["after"],
    "licence": TEXTS["licence"],
    "source": TEXTS["source"],
    "newer": TEXTS["newer"],
    "take": TEXTS["take"],
}
"""What a page's template says, by the names that it uses."""

SPOKEN: dict[str, Text] = {
    "dark": TEXTS["dark"],
    "light": TEXTS["light"],
    "voted": predict.TEXTS["voted"],
    "unvoted": predict.TEXTS["unvoted"],
    "found": TEXTS["found"],
    "nothing": TEXTS["nothing"],
    "standing": TEXTS["standing"],
    "begun": TEXTS["begun"],
}
"""What a page's script says."""

ABOUT, TEACHING, AUTHORS, GLOSSARY = TEXTS["about"], TEXTS["teaching"], TEXTS["authors"], TEXTS["glossary"]
DESCRIBED: dict[str, Text] = {
    "about": TEXTS["about-description"],
    "teaching": TEXTS["teaching-description"],
    "authors": TEXTS["authors-description"],
    "glossary": TEXTS["glossary-description"],
}
GLOSSARY_LEAD = TEXTS["glossary-lead"]
HEADS = (TEXTS["term"], TEXTS["in-the-other"], TEXTS["first-in"], TEXTS["sentence"])
CHOOSE, LIST, SHARED, COURSE = TEXTS["choose"], TEXTS["list"], TEXTS["shared"], TEXTS["course"]


def says(lang: Lang) -> dict[str, str]:
    """Return what a page's template says in one language."""
    return {name: text[lang] for name, text in SAYS.items()}


def spoken(lang: Lang) -> dict[str, str]:
    """Return what a page's script says in one language."""
    return {name: text[lang] for name, text in SPOKEN.items()}
