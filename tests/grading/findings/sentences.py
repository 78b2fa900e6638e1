"""Takes a sentence apart: which of a module's texts it is, and what is written in the places that are filled in."""

from __future__ import annotations

import itertools
import re
import string
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import course.grading.findings as home
from course.text import LANGS, Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.text import Lang, Text

NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"


@cache
def texts(module: str) -> Texts:
    """What a module of `findings` says."""
    return Texts(Path(home.__path__[0]) / f"{module}.toml")


@dataclass(frozen=True)
class Sentence:
    """One text, filled in."""

    key: str
    """Its module and its name there."""
    written: Mapping[Lang, Mapping[str, str]]
    """By language, what is written where."""

    def both(self, name: str) -> tuple[str, str]:
        """What is written in a place, in English and in Chinese."""
        return self.written["en"][name], self.written["zh"][name]

    def same(self, name: str) -> str:
        """What is written there in both languages alike."""
        english, chinese = self.both(name)
        assert english == chinese, (self.key, name)
        return english

    def number(self, name: str) -> float:
        """The number that is written there."""
        return float(self.same(name))


SHAPE = r"\([\d, ]*\)"
WRITTEN = {
    "name": r"[^`]+",
    "names": r"`[^`]+`(?:(?:, |、)`[^`]+`)*",
    "each": r"[^，]+?",
    "step": r"\d+",
    "position": r"\d+",
    "parameter": r"\d+",
    "shape": SHAPE,
    "new": rf"{SHAPE}|[-+.\w]+",
}
"""What a place may hold; any other holds anything. A name in a text without quotation marks brings its own."""


def expression(text: Text, lang: Lang) -> str:
    """What matches a text however it is filled in; in Chinese a blank goes beside what is Chinese, too."""
    quoted = "`{name}`" in text[lang]
    found, seen = "", set[str]()
    for literal, field, _, _ in string.Formatter().parse(text[lang].strip()):
        fixed = re.escape(literal)
        found += fixed.replace(r"\ ", r"\ ?") if lang == "zh" else fixed
        if field:
            form = WRITTEN.get("names" if field == "name" and not quoted else field, ".+?")
            found += f"(?P={field})" if field in seen else f"(?P<{field}>{form})"
            seen.add(field)
    return found


def whole(text: Text, known: Mapping[str, Text], before: Mapping[str, Text], behind: Mapping[str, Text]) -> Sentence:
    """Take a sentence apart that is one of several.

    Args:
        text: the sentence.
        known: by key, the texts that it may be.
        before: the texts that may stand before it.
        behind: those that may stand behind it.

    Returns:
        The one that it is; what stands before it and behind it is written in `before` and `behind`.

    """
    found: list[dict[str, dict[str, str]]] = []
    for lang, blank in zip(LANGS, (" ", " ?"), strict=True):
        first, last = (
            "|".join(re.sub(r"[?]P<[^>]*>", "?:", expression(each, lang)) for each in beside.values())
            for beside in (before, behind)
        )
        own = {}
        for key, each in known.items():
            every = f"(?:(?P<before>{first}){blank})?{expression(each, lang)}(?:{blank}(?P<behind>{last}))?"
            if match := re.fullmatch(every, text[lang]):
                own[key] = {name: value for name, value in match.groupdict().items() if value is not None}
        found.append(own)
    keys = found[0].keys() & found[1].keys()
    assert len(keys) == 1, (keys, text)
    (key,) = keys
    return Sentence(key, {lang: own[key] for lang, own in zip(LANGS, found, strict=True)})


def named(module: str, *names: str) -> dict[str, Text]:
    """Some texts of a module, by key."""
    return {f"{module}/{name}": texts(module)[name] for name in names}


def listed(both: tuple[str, str], known: Mapping[str, Text], en: str, zh: str) -> list[Sentence]:
    """Take apart what is written in one place, several texts one after another, the same ones in both languages.

    Args:
        both: what is written there.
        known: by key, the texts that may be.
        en: what matches that which stands between two of them in English.
        zh: the same in Chinese; "" for nothing.

    Returns:
        Each of them.

    """
    ways = [list(_ways(written, known, lang, sep)) for lang, written, sep in zip(LANGS, both, (en, zh), strict=True)]
    pairs = [
        (one, other)
        for one, other in itertools.product(*ways)
        if sorted(key for key, _ in one) == sorted(key for key, _ in other)
    ]
    assert len(pairs) == 1, (both, pairs)
    one, other = (sorted(each, key=lambda part: part[0]) for each in pairs[0])
    return [
        Sentence(key, {"en": english, "zh": chinese}) for (key, english), (_, chinese) in zip(one, other, strict=True)
    ]


def _ways(written: str, known: Mapping[str, Text], lang: Lang, sep: str) -> Iterator[list[tuple[str, dict[str, str]]]]:
    """Yield every way in which what is written is one text, or several one after another."""
    ends = [match.span() for match in re.finditer(sep, written)] if sep else [(k, k) for k in range(1, len(written))]
    for end, begin in (*ends, (len(written), len(written))):
        for key, text in known.items():
            if match := re.fullmatch(expression(text, lang), written[:end].strip()):
                if end == len(written):
                    yield [(key, match.groupdict())]
                else:
                    for rest in _ways(written[begin:], known, lang, sep):
                        yield [(key, match.groupdict()), *rest]
