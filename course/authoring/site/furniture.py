"""The words of the site's pages that are no lesson's: header, footer, search, and the pages beside the lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.lab.parts import predict
from course.text import texts

if TYPE_CHECKING:
    from course.text import Lang, Text

TEXTS = texts(__file__)

ABOUT, TEACHING, AUTHORS, GLOSSARY = TEXTS["about"], TEXTS["teaching"], TEXTS["authors"], TEXTS["glossary"]
DESCRIBED: dict[str, Text] = {
    "about": TEXTS["about-description"],
    "teaching": TEXTS["teaching-description"],
    "authors": TEXTS["authors-description"],
    "glossary": TEXTS["glossary-description"],
}
GLOSSARY_LEAD = TEXTS["glossary-lead"]
HEADS = (TEXTS["term"], TEXTS["in-the-other"], TEXTS["first-in"], TEXTS["sentence"])
CHOOSE, LOST, SHARED, COURSE = TEXTS["choose"], TEXTS["lost"], TEXTS["shared"], TEXTS["course"]


def says(lang: Lang) -> dict[str, str]:
    """Return what a page's template and its script say in one language, by the names that the template uses."""
    script = {name: predict.TEXTS[name] for name in ("voted", "unvoted")}
    return {name: text[lang] for name, text in {**TEXTS, **script}.items()}
