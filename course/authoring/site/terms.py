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
_UNUSED = Text(
    en="No lesson's text uses “{name}” of the glossary. Take the row out, or use the word.",
    zh="没有一课的正文用到术语表里的“{name}”。请删去这一行，或者用上这个词。",
)
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
    said = {each.stem: _sentences(each.stem) for each in lessons()}
    for chinese, english in glossary.terms().items():
        name = Text(en=english, zh=chinese)
        first = next((stem for stem, both in said.items() if any(_uses(each, name, "zh") for each in both["zh"])), None)
        if first is None:
            raise CourseError(_UNUSED.format(name=name))
        place = "-".join(re.findall(r"[a-z0-9]+", english.lower()))
        quoted: dict[Lang, str] = {lang: _quoted(said[first][lang], name, lang) for lang in LANGS}
        found.append(Term(name, place, first, quoted))
    return tuple(sorted(found, key=lambda each: each.name.en.lower()))


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
def _any(lang: Lang) -> re.Pattern[str]:
    """Return what finds a term in running text: of several that begin at one place, the longest."""
    names = [chinese if lang == "zh" else english for chinese, english in glossary.terms().items()]
    longest = sorted(names, key=len, reverse=True)
    return re.compile("|".join(_pattern(each, lang).pattern for each in longest), re.IGNORECASE)


def _pattern(name: str, lang: Lang) -> re.Pattern[str]:
    if lang == "zh":
        return re.compile(re.escape(name))
    return re.compile(rf"\b{'[ -]'.join(map(re.escape, re.split('[ -]', name)))}(?:s|es)?\b", re.IGNORECASE)


def _uses(sentence: str, name: Text, lang: Lang) -> bool:
    pattern = _pattern(name[lang], lang)
    return any(pattern.fullmatch(each[0]) for each in _any(lang).finditer(sentence))


def _quoted(sentences: list[str], name: Text, lang: Lang) -> str:
    """Return the first sentence with a term that reads well by itself; empty if there is none."""
    fine = (each for each in sentences if "$" not in each and len(each) <= LONGEST and _WHOLE[lang].fullmatch(each))
    return next((each for each in fine if _uses(each, name, lang)), "")


def marker(lang: Lang) -> Callable[[str], str]:
    """Return what marks the terms in the passages of one lesson, each where it occurs first.

    Args:
        lang: the reader's language.

    Returns:
        A function of a passage of HTML.

    """
    left = {term.name[lang]: term for term in terms()}
    longest = sorted(left, key=len, reverse=True)

    def marked(passage: str) -> str:
        open_ones = [name for name in longest if name in left]
        if not open_ones:
            return passage
        joined = "|".join(_pattern(name, lang).pattern for name in open_ones)
        pattern = re.compile(joined, re.IGNORECASE)
        parts, at = [], 0
        for skipped in _SKIPPED.finditer(passage):
            parts += [_in_text(passage[at : skipped.start()], pattern, left, lang), skipped[0]]
            at = skipped.end()
        return "".join([*parts, _in_text(passage[at:], pattern, left, lang)])

    return marked


def _in_text(text: str, pattern: re.Pattern[str], left: dict[str, Term], lang: Lang) -> str:
    def linked(found: re.Match[str]) -> str:
        name = next((each for each in left if _pattern(each, lang).fullmatch(found[0])), None)
        if name is None:
            return found[0]
        term = left.pop(name)
        tip = escape(" — ".join(filter(None, (term.name[other(lang)], term.sentences[lang]))), quote=True)
        return f'<a class="term" href="{PAGE}#{term.place}" data-tip="{tip}">{found[0]}</a>'

    return pattern.sub(linked, text) if text.strip() else text


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
