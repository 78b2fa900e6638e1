"""The pages that are made of the READMEs: how to install the course, to teach it and to extend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.authoring.site import addresses, furniture, markup
from course.authoring.site.body import TEXTS
from course.system.workspace import ROOT
from course.text import LANGS, CourseError, Text, other

if TYPE_CHECKING:
    from markdown_it.token import Token

    from course.text import Lang

_HALF = {"en": re.compile(r"^## (?:In )?English$", re.MULTILINE), "zh": re.compile(r"^## 中文$", re.MULTILINE)}
_NO_HALVES = Text(
    en="{file} has no half in each language: `## English` and `## 中文`.",
    zh="{file} 没有分成两种语言的两半：`## English` 和 `## 中文`。",
)


@dataclass(frozen=True)
class Document:
    """One page: its file on the site, its title, and its sources."""

    name: str
    title: Text
    sources: dict[Lang, str]
    """By language, the file in the repository; one file may have both."""


DOCUMENTS = (
    Document("about", furniture.ABOUT, {"en": "README.md", "zh": "README.zh.md"}),
    Document("teaching", furniture.TEACHING, dict.fromkeys(LANGS, "course/classroom/README.md")),
    Document("authors", furniture.AUTHORS, dict.fromkeys(LANGS, "CONTRIBUTING.md")),
)


def body(document: Document, lang: Lang) -> tuple[str, list[tuple[int, str, str]]]:
    """Return a page's body, and its headings.

    Args:
        document: which.
        lang: the reader's language.

    Returns:
        HTML; and for each heading how deep it is, its address and its words.

    """
    text = _half(document.sources[lang], lang)
    heads = _placed(document, lang)
    folder = document.sources[lang].rpartition("/")[0]
    made = markup.rendered(
        text,
        [place for _, place, _ in heads],
        lambda address: _link(address, folder, document, lang),
        anchor=TEXTS["anchor"][lang],
        picture=_picture,
    )
    return made, heads


def _placed(document: Document, lang: Lang) -> list[tuple[int, str, str]]:
    """Return a document's headings with their addresses, the same in both languages where the headings are."""
    ours, english = (markup.headings(_half(document.sources[each], each)) for each in (lang, "en"))
    anchors = markup.Anchors()
    same = [depth for depth, _ in ours] == [depth for depth, _ in english]
    ids = [anchors.of(words) for _, words in (english if same else ours)]
    return [(depth, place, words) for (depth, words), place in zip(ours, ids, strict=True)]


def _place(document: Document, lang: Lang, slug: str) -> str:
    """Return the address on the site of a heading that a link names as GitHub does; the page itself without one."""
    for _, place, words in _placed(document, lang):
        if re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") == slug:
            return f"#{place}"
    return "#main"


def _half(source: str, lang: Lang) -> str:
    """Return one language's half of a file; a file in one language alone is whole."""
    text = (ROOT / source).read_text("utf-8")
    title, starts = text.split("\n", 1)[0], {each: found for each in LANGS if (found := _HALF[each].search(text))}
    if not starts:
        return _without_site(_without_badges(text.replace(title, title.partition(" · ")[0], 1)))
    if len(starts) != len(LANGS):
        raise CourseError(_NO_HALVES.format(file=source))
    ours, theirs = starts[lang], starts[other(lang)]
    end = theirs.start() if theirs.start() > ours.start() else len(text)
    english, _, chinese = title.removeprefix("# ").partition(" · ")
    return f"# {(chinese if lang == 'zh' else english) or english}\n{_raised(text[ours.end() : end])}"


def _raised(text: str) -> str:
    """Raise headings by one level, as the heading of the language is left out; listings stay as they are."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        re.sub(r"^#(##+ )", r"\1", each, flags=re.MULTILINE) if i % 2 == 0 else each for i, each in enumerate(parts)
    )


def _without_badges(text: str) -> str:
    """Leave the line of badges out: each is a picture of another host's."""
    return "\n".join(line for line in text.split("\n") if "badge" not in line or not line.startswith("["))


def _without_site(text: str) -> str:
    """Leave out the paragraph that begins with the way to the site: whoever reads this is there."""
    return re.sub(rf"^\*\*\[[^\]]*\]\({re.escape(addresses.home())}.*?\n\n", "", text, flags=re.MULTILINE | re.DOTALL)


def _link(address: str, folder: str, document: Document, lang: Lang) -> str:
    if addresses.outside(address):
        return address
    path, _, slug = address.partition("#")
    if not path:
        return _place(document, lang, slug)
    kept: list[str] = []
    for part in [*(folder.split("/") if folder else []), *path.split("/")]:
        if part == "..":
            kept.pop()
        elif part != ".":
            kept.append(part)
    whole = "/".join(kept)
    for each in DOCUMENTS:
        if whole in each.sources.values():
            theirs = lang if each.sources[lang] == whole else other(lang)
            page = f"{each.name}.html" if theirs == lang else f"../{theirs}/{each.name}.html"
            return page + (_place(each, theirs, slug) if slug else "")
    return addresses.file(whole) + (f"#{slug}" if slug else "")


def _picture(token: Token) -> str:
    """Return a link in place of a picture, which would be larger than the page."""
    source = str(token.attrGet("src"))
    address = source if addresses.outside(source) else addresses.file(source)
    return f'<a href="{address}" rel="noopener">{token.content}</a>'
