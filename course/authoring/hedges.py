"""How sure a sentence is, in both languages: about, at most, at least, usually, perhaps, only, always, not.

A translator chooses the words, and English and Chinese limit a statement in many ways. So a difference is told only
where one half has an expression that cannot be taken otherwise (`plain`) and the other half has nothing that could be
meant for it (`like`, a wide list). What is in code spans and formulas says nothing of this kind, nor do titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.text import Lang


@dataclass(frozen=True)
class Hedge:
    """One way of limiting a statement."""

    called: Text
    plain: dict[Lang, str]
    """By language, what always limits in this way."""
    like: dict[Lang, str]
    """By language, what may do so: if there is any of it, the half is not questioned."""


_NUMBER = "(?:\\d|[一二两三四五六七八九十百千万]|\\{|\x00)"

KINDS = (
    Hedge(
        Text(en="about", zh="大约"),
        {
            "en": r"\b(?:about|approximately|almost|nearly|roughly) (?:as )?"
            "(?=[-−±]?[\\d{\x00]|a (?:half|hundred|third|quarter|tenth)|half|one|two|three|four|five|ten|twenty)",
            "zh": rf"(?:约(?![束定会])|大概|差不多|将近)(?=[^，。；]{{0,6}}{_NUMBER})|{_NUMBER}[^，。；]{{0,5}}左右",
        },
        {
            "en": r"\b(?:about|almost|approximately|around|barely|close to|good|hardly|just|little|more or less|near"
            r"|nearly|not quite|or so|over|practically|roughly|scarcely|some|within)\b|≈|to [\d{]",
            "zh": "约(?![束定])|大概|将近|差不多|几乎|左右|上下|不到|多[个步次倍秒]|来[个步次]|近|略|稍|≈|几"
            "|基本|余|接近|出头",
        },
    ),
    Hedge(
        Text(en="at most", zh="至多"),
        {"en": r"\bat (?:the )?most\b|\b(?:no|not) more than\b", "zh": "至多|不超过"},
        {
            "en": r"\bmost\b|more than|up to|within|below|under|never|exceed|larg|limit|bound|as much as"
            r"|or (?:fewer|less|shorter|smaller)|no (?:more|longer|further)|longer|, to [\d{\x00]",
            "zh": "至多|最[多大高长远快]|不超过|不会超过|不大于|不多于|不到|以[内下]|之内|上限|顶多|界|不比",
        },
    ),
    Hedge(
        Text(en="at least", zh="至少"),
        {"en": r"\bat least\b|\bno (?:less|fewer) than\b|\bor more(?=[,.;:)]|$)", "zh": "至少|不少于|不低于|最少"},
        {
            "en": "least|or more|(?:less|fewer) than|more than|minimum|over|beyond|from|above|below|under",
            "zh": "至少|不少于|最少|以上|不小于|不低于|起码|不比.*少|或更",
        },
    ),
    Hedge(
        Text(en="usually", zh="通常"),
        {
            "en": r"\b(?:usually|typically|as a rule|most often|in most cases|generally|in general|most of the time)\b",
            "zh": "通常|往往|一般(?!化|都是|的)",
        },
        {
            "en": "usual|typical|rule|often|most|general|tend|common|normal|by default|on average|ordinar|likely|larg"
            "|probabl",
            "zh": "通常|一般|往往|多半|多数|大[半多都]|常|多为|普遍|默认|平时|大部分|主要|总体|惯",
        },
    ),
    Hedge(
        Text(en="perhaps", zh="也许"),
        {"en": r"\b(?:perhaps|maybe|possibly|probably|might)\b", "zh": "也许|或许|(?<!不)可能(?!性)"},
        {
            "en": r"\b(?:perhaps|maybe|possib\w*|probab\w*|might|may|can|could|would|likely|chance|seems?"
            r"|whether|or|if|risk)\b",
            "zh": "也许|或许|可能|未必|不一定|大概|可以|能|多半|会|允许|有望|说不定|恐怕|看来|如果|要么",
        },
    ),
    Hedge(
        Text(en="only", zh="只"),
        {"en": r"\b(?:only|nothing but)\b", "zh": "(?!)"},  # 只有十分之一 limits nothing
        {"en": "", "zh": "只|仅|唯|才|不过|光|单|除|就|都|从未|恰|至于|没有|必须|不是别的|孤|刚|本|也"},
    ),
    Hedge(
        Text(en="always", zh="总是"),
        {"en": r"\b(?:always|never|in every case|without exception)\b", "zh": "总是|始终|永远|从不|从未|从来|无一"},
        {
            "en": r"always|ever\b|every|any|each|\ball\b|\bno\b|not|constant|forever|for good|whatever|whichever"
            "|without|nothing|nobody|still|keep|stay|remain|the end|same|again|fixed|none|throughout",
            "zh": "总|始终|永远|从[不未来]|一[律直]|都|每|任何|绝|全|无|永|不|没|凡|再|均|仍|恒|到底",
        },
    ),
    Hedge(
        Text(en="not", zh="不"),
        {"en": r"\b(?:not|cannot|never|neither|nor)\b|n't\b", "zh": "(?!)"},  # 没有乘 is "left whole"
        {
            "en": "",
            "zh": "不|没|无|非|未|别|莫|勿|免|难|拒|失|缺|否|反|而是|仅|只|除|禁|停|够|以外|少|漏|忘|零|误|错|才|从|差"
            "|一直",
        },
    ),
)

_SILENT = re.compile(r"`[^`]*`|\$[^$]*\$|\[\*[^\]]*\*\]\([^)]*\)|《[^》]*》")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[-|] ?|\d+\. )")


def differences(text: Text) -> Iterator[Text]:
    """Yield what one half limits and the other does not: each as a sentence of what to do.

    Args:
        text: a passage; its paragraphs are held against each other where both halves have as many.

    """
    halves = [_PARAGRAPH.split(_SILENT.sub("\x00", half)) for half in (text.en, text.zh)]
    if len(halves[0]) != len(halves[1]):
        halves = [["\n".join(half)] for half in halves]
    for en, zh in zip(*halves, strict=True):
        for kind in KINDS:
            found = re.search(kind.plain["en"], en, re.IGNORECASE)
            if found and not re.search(kind.like["zh"], zh):
                yield Text(
                    en=f"English says {found[0].strip()!r} ({kind.called.zh}), and Chinese nothing like it.",
                    zh=f"英文说了 {found[0].strip()!r}（{kind.called.zh}），中文没有相应的说法。",
                )
            found = re.search(kind.plain["zh"], zh)
            if found and not re.search(kind.like["en"], en, re.IGNORECASE):
                yield Text(
                    en=f"Chinese says {found[0].strip()!r} ({kind.called.en}), and English nothing like it.",
                    zh=f"中文说了 {found[0].strip()!r}（{kind.called.en}），英文没有相应的说法。",
                )
