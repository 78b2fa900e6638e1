"""The glossary on the site.

A term's first use in a lesson says what it is called in the other language and what was first said of it; and a page
has all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from course.authoring import glossary
from course.authoring.marks import for_pages
from course.authoring.site import furniture, sources
from course.lesson.source import Prose
from course.text import LANGS, TONGUES, CourseError, Text, other
from course.topic import lessons

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.text import Lang

PAGE = "glossary.html"
LONGEST = 260
"""Characters of a sentence that is quoted."""
_SKIPPED = re.compile(r"<(a|code|pre|math|h[1-6]|summary|svg|button)\b.*?</\1>|<[^>]+>", re.DOTALL)
_NO_LESSON = Text(en="no lesson's text", zh="没有一课的正文")
_WHOLE = {"en": re.compile(r"[A-Z“\"].*[.!?]"), "zh": re.compile(r"[^（#|].*[。！？]")}
"""A sentence that can be read by itself; a heading, an item of a list or a row of a table is none."""
_ENDS = {"en": re.compile(r"(?<=[.!?])\s+"), "zh": re.compile(r"(?<=[。！？])")}


@dataclass(frozen=True)
class Term:
    """One row of the glossary."""

    name: Text
    place: str
    """Its address within the page."""
    stem: str
    """The first lesson that uses it."""
    sentences: dict[Lang, str]
    """Where it does, by language; empty where no sentence without a formula is short enough to be quoted."""


@cache
def terms() -> tuple[Term, ...]:
    """Return the glossary's terms in the order of their English.

    Raises:
        CourseError: no lesson uses one of them.

    """
    found = []
    for name, first in _firsts().items():
        if first is None:
            raise CourseError(glossary.unused(name, _NO_LESSON))
        place = "-".join(re.findall(r"[a-z0-9]+", name.en.lower()))
        quoted: dict[Lang, str] = {lang: _quoted(_sentences(first)[lang], name, lang) for lang in LANGS}
        found.append(Term(name, place, first, quoted))
    return tuple(sorted(found, key=lambda each: each.name.en.lower()))


def problems() -> list[Text]:
    """Return the terms of the glossary that no lesson uses; none where a lesson cannot be read, which others tell."""
    try:
        return [glossary.unused(name, _NO_LESSON) for name, first in _firsts().items() if first is None]
    except CourseError:
        return []


def _firsts() -> dict[Text, str | None]:
    """Return the first lesson that uses each term, by its name; None where there is none."""
    found: dict[str, str] = {}
    for lesson in lessons():
        for sentence in _sentences(lesson.stem)["zh"]:
            for name in _names(sentence, "zh"):
                found.setdefault(name, lesson.stem)
    return {Text(en=english, zh=chinese): found.get(chinese) for chinese, english in glossary.terms().items()}


@cache
def _sentences(stem: str) -> dict[Lang, list[str]]:
    """Return the sentences of a lesson's page, and its headings and rows of tables, in their order."""
    made: dict[Lang, list[str]] = {"en": [], "zh": []}
    for cell in sources.cells(stem):
        if isinstance(cell, Prose):
            for lang, said in made.items():
                text = re.sub(r"<[^>]+>|^!\[.*$", "", for_pages(cell.text[lang]), flags=re.MULTILINE)
                text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
                for line in text.split("\n"):
                    whole = re.sub(r"^\s*(?:[-*>]|\d+\.)\s+", "", line).replace("*", "").replace("`", "").strip()
                    said += [each.strip() for each in _ENDS[lang].split(whole) if each.strip()]
    return made


@cache
def _any(lang: Lang) -> tuple[re.Pattern[str], list[str]]:
    """Return what finds a term in running text, of several at one place the longest, and by group which it is."""
    names = [chinese if lang == "zh" else english for chinese, english in glossary.terms().items()]
    longest = sorted(names, key=len, reverse=True)
    return re.compile("|".join(f"({_pattern(each, lang)})" for each in longest), re.IGNORECASE), longest


def _pattern(name: str, lang: Lang) -> str:
    if lang == "zh":
        return re.escape(name)
    return rf"\b{'[ -]'.join(map(re.escape, re.split('[ -]', name)))}(?:s|es)?\b"


def _named(found: re.Match[str], lang: Lang) -> str:
    """Return which term has been found."""
    return _any(lang)[1][(found.lastindex or 0) - 1]


@cache
def _names(text: str, lang: Lang) -> tuple[str, ...]:
    """Return the terms in a sentence, in their order; each term that is looked for asks for those of a whole lesson."""
    return tuple(_named(each, lang) for each in _any(lang)[0].finditer(text))


def _quoted(sentences: list[str], name: Text, lang: Lang) -> str:
    """Return the first sentence with a term that reads well by itself; empty if there is none."""
    fine = (each for each in sentences if "$" not in each and len(each) <= LONGEST and _WHOLE[lang].fullmatch(each))
    return next((each for each in fine if name[lang] in _names(each, lang)), "")


def marker(lang: Lang) -> Callable[[str], str]:
    """Return what marks the terms in the passages of one lesson, each where it occurs first.

    Args:
        lang: the reader's language.

    Returns:
        A function of a passage of HTML.

    """
    left = {term.name[lang]: term for term in terms()}

    def linked(found: re.Match[str]) -> str:
        term = left.pop(_named(found, lang), None)
        if term is None:
            return found[0]
        tip = escape(" — ".join(filter(None, (term.name[other(lang)], term.sentences[lang]))), quote=True)
        return f'<a class="term" href="{PAGE}#{term.place}" data-tip="{tip}">{found[0]}</a>'

    def marked(passage: str) -> str:
        parts, at = [], 0
        for skipped in _SKIPPED.finditer(passage):
            parts += [_any(lang)[0].sub(linked, passage[at : skipped.start()]), skipped[0]]
            at = skipped.end()
        return "".join([*parts, _any(lang)[0].sub(linked, passage[at:])])

    return marked


def page(lang: Lang) -> str:
    """Return the body of the glossary's page."""
    titles = {each.stem: each.title[lang] for each in lessons()}
    head = "".join(f'<th scope="col">{each[lang]}</th>' for each in furniture.HEADS)
    rows = "".join(
        f'<tr id="{term.place}"><th scope="row">{escape(term.name[lang])}</th>'
        f'<td lang="{TONGUES[other(lang)]}">{escape(term.name[other(lang)])}</td>'
        f'<td><a href="{term.stem}.html">{escape(titles[term.stem])}</a></td>'
        f"<td>{escape(term.sentences[lang])}</td></tr>"
        for term in terms()
    )
    return (
        f"<h1>{furniture.GLOSSARY[lang]}</h1><p>{furniture.GLOSSARY_LEAD[lang]}</p>"
        f'<div class="scroll"><table class="glossary"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
