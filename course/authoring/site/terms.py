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
from course.authoring.site import furniture, sources
from course.lesson.source import Prose
from course.text import LANGS, Text
from course.topic import lessons

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.text import Lang

PAGE = "glossary.html"
LONGEST = 260
"""Characters of a sentence that is quoted."""
_SKIPPED = re.compile(r"<(a|code|pre|math|h[1-6]|summary|svg|button)\b.*?</\1>|<[^>]+>", re.DOTALL)
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
    """Return the glossary's terms in the order of their English."""
    found = []
    texts = [(each.stem, _sentences(each.stem)) for each in lessons()]
    for chinese, english in glossary.terms().items():
        name = Text(en=english, zh=chinese)
        first = next((stem for stem, said in texts if _first(said["zh"], chinese, "zh")), None)
        if first is None:
            continue
        said = dict(texts)[first]
        place = "-".join(re.findall(r"[a-z0-9]+", english.lower()))
        quoted: dict[Lang, str] = {lang: _first(said[lang], name[lang], lang) or "" for lang in LANGS}
        found.append(Term(name, place, first, quoted))
    return tuple(sorted(found, key=lambda each: each.name.en.lower()))


def _sentences(stem: str) -> dict[Lang, list[str]]:
    """Return the sentences of a lesson, those with formulas left out."""
    made: dict[Lang, list[str]] = {"en": [], "zh": []}
    for cell in sources.cells(stem):
        if type(cell) is Prose:
            for lang, said in made.items():
                text = re.sub(r"<[^>]+>|^#+ .*$|^\|.*$|^!\[.*$", "", cell.text[lang], flags=re.MULTILINE)
                text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
                for line in text.split("\n"):
                    whole = re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line).replace("*", "").replace("`", "").strip()
                    said += [each.strip() for each in _ENDS[lang].split(whole) if each.strip() and "$" not in each]
    return made


def _pattern(name: str, lang: Lang) -> re.Pattern[str]:
    if lang == "zh":
        return re.compile(re.escape(name))
    return re.compile(rf"\b{re.escape(name).replace(' ', '[ -]')}(?:s|es)?\b", re.IGNORECASE)


def _first(sentences: list[str], name: str, lang: Lang) -> str | None:
    pattern = _pattern(name, lang)
    return next((each for each in sentences if pattern.search(each) and len(each) <= LONGEST), None)


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
        other: Lang = "zh" if lang == "en" else "en"
        tip = escape(" — ".join(filter(None, (term.name[other], term.sentences[lang]))), quote=True)
        return f'<a class="term" href="{PAGE}#{term.place}" data-tip="{tip}">{found[0]}</a>'

    return pattern.sub(linked, text) if text.strip() else text


def page(lang: Lang) -> str:
    """Return the body of the glossary's page."""
    other: Lang = "zh" if lang == "en" else "en"
    tongue = {"en": "en", "zh": "zh-CN"}
    titles = {each.stem: each.title[lang] for each in lessons()}
    head = "".join(f'<th scope="col">{each[lang]}</th>' for each in furniture.HEADS)
    rows = "".join(
        f'<tr id="{term.place}"><th scope="row">{escape(term.name[lang])}</th>'
        f'<td lang="{tongue[other]}">{escape(term.name[other])}</td>'
        f'<td><a href="{term.stem}.html">{escape(titles[term.stem])}</a></td>'
        f"<td>{escape(term.sentences[lang])}</td></tr>"
        for term in terms()
    )
    return (
        f"<h1>{furniture.GLOSSARY[lang]}</h1><p>{furniture.GLOSSARY_LEAD[lang]}</p>"
        f'<div class="scroll"><table class="glossary"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
