"""Writes the figures into both data cards, between their marks: the counts, and how the systems did on `score`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from benchmarks.diagnosis import corpus, systems
from benchmarks.diagnosis.report import asked
from benchmarks.diagnosis.score import RATES, Share, score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.diagnosis.answers import Answer

Lang = Literal["en", "zh"]

CARDS: dict[Lang, Path] = {"en": corpus.HERE / "README.md", "zh": corpus.HERE / "README.zh.md"}
HEADS: dict[Lang, tuple[str, ...]] = {
    "en": ("topic", "`develop`, wrong", "right", "`score`, wrong", "right"),
    "zh": ("主题", "`develop` 错误", "正确", "`score` 错误", "正确"),
}
KIND_HEADS: dict[Lang, tuple[str, ...]] = {
    "en": ("kind", "`develop`", "`score`", "seen in public"),
    "zh": ("类别", "`develop`", "`score`", "见于公开代码"),
}
ALL: dict[Lang, str] = {"en": "all", "zh": "合计"}
MEASURES: dict[Lang, dict[str, str]] = {
    "en": {name: name for name in RATES},
    "zh": {
        "named": "完全指出",
        "explained": "给出解释",
        "named or explained": "指出或解释",
        "named in part": "只指出一部分",
        "named wrongly": "指错",
        "precision of names": "指出的精确率",
        "wrong code passed": "错误代码通过",
        "right code failed": "正确代码未通过",
    },
}
WEIGHTED: dict[Lang, str] = {"en": "{name}, by how often seen", "zh": "{name}（按出现频率加权）"}
BY_KIND: dict[Lang, str] = {"en": "named or explained, {kind}", "zh": "指出或解释，{kind}"}
SYSTEM: dict[Lang, str] = {"en": "% (95 % interval)", "zh": "%（95% 置信区间）"}


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def counts(lang: Lang) -> str:
    """Return the tables of counts.

    Args:
        lang: of the card.

    Returns:
        Markdown.

    """
    everything = corpus.items()

    def row(stem: str | None) -> list[object]:
        some = [item for item in everything if stem in {None, item.stem}]
        each = [
            sum(item.split == split and item.right is right for item in some)
            for split in corpus.SPLITS
            for right in (False, True)
        ]
        return [stem or ALL[lang], *each]

    stems = list(dict.fromkeys(item.stem for item in everything))
    kinds = []
    for kind in corpus.KINDS:
        some = [item for item in everything if item.kind == kind]
        of = [sum(item.split == split for item in some) for split in corpus.SPLITS]
        kinds.append([f"`{kind}`", *of, "–" if kind == "right" else sum(item.seen == "public" for item in some)])
    topics = _table(HEADS[lang], [row(stem) for stem in (*stems, None)])
    return f"{topics}\n\n{_table(KIND_HEADS[lang], kinds)}"


def results(lang: Lang, items: Sequence[corpus.Item], found: Mapping[str, Mapping[str, Answer]]) -> str:
    """Return the table of results.

    Args:
        lang: of the card.
        items: the rules.
        found: by system and id, the answers.

    Returns:
        Markdown.

    """
    scores = [score(items, answers) for answers in found.values()]
    rows = [[MEASURES[lang][name], *(_cell(each.rates[name]) for each in scores)] for name in RATES]
    name = "named or explained"
    rows.append([WEIGHTED[lang].format(name=MEASURES[lang][name]), *(_cell(each.weighted[name]) for each in scores)])
    for kind in corpus.KINDS:
        some = [item for item in items if item.kind == kind]
        if some and kind != "right":
            shares = [score(some, answers).rates[name] for answers in found.values()]
            rows.append([BY_KIND[lang].format(kind=f"`{kind}`"), *map(_cell, shares)])
    return _table([SYSTEM[lang], *found], rows)


def _cell(share: Share) -> str:
    return f"{100 * share.value:.1f} ({100 * share.low:.0f}–{100 * share.high:.0f})" if share.of else "–"


def filled(card: str, name: str, text: str) -> str:
    """Return a card with another text between two marks.

    Args:
        card: the whole text.
        name: of the marks.
        text: what is put between them.

    Returns:
        The whole text.

    """
    between = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", card)


def write() -> None:
    """Run every system on `score`, and write the figures into both cards."""
    items = corpus.items("score")
    found = asked(items, list(systems.SYSTEMS))
    for lang, file in CARDS.items():
        card = filled(file.read_text("utf-8"), "counts", counts(lang))
        file.write_text(filled(card, "results", results(lang, items, found)), "utf-8")
