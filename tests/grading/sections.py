"""What a section has to speak of, so that it is worth sending somebody there who made a certain mistake.

Nothing is listed by mistake: the terms come from the hyperparameters that its edit adds or takes away, from its place,
and from the words of the glossary in its title. A hyperparameter is spoken of by its name in code, by the sign that the
solution's docstring gives it, or by the term.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter
from typing import TYPE_CHECKING

from course import rule
from course.authoring.glossary import terms
from course.grading.case_set import stretch_names
from course.grading.sections import heading
from course.lesson.source import Prose, read

if TYPE_CHECKING:
    from course.grading.mistakes import Mistake, Section
    from course.text import Lang
    from course.topic import Topic

SIGNS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "λ": "lambda", "μ": "mu", "ρ": "rho", "τ": "tau",
    "ψ": "psi", "φ": "phi", "θ": "theta",
}  # fmt: skip
"""As titles and docstrings write them, and as formulas do."""
NAMES = {
    "weight decay": ("weight_decay",), "learning rate": ("lr",), "momentum": ("momentum",),
    "buffer": ("momentum_buffer",),
    "first moment": ("exp_avg",), "second moment": ("exp_avg_sq", "square_avg"), "slow weights": ("slow_param",),
    "fast weights": ("param",), "parameter": ("param",), "gradient": ("grad",),
}  # fmt: skip
"""Terms of the glossary, and what they are called in code."""


def sections(text: str) -> dict[str, str]:
    """Return what stands below each heading of one language's text, until the next heading of any level."""
    parts = re.split(r"^#{1,4} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(map(str.strip, parts[1::2]), parts[2::2], strict=True))


@functools.cache
def of_lesson(topic: Topic, lang: Lang) -> dict[str, str]:
    """Return the sections of a topic's lesson."""
    prose = [cell.text[lang] for cell in read(topic.folder / "lesson.md") if isinstance(cell, Prose)]
    return sections("\n".join(prose))


@functools.cache
def signs(topic: Topic) -> dict[str, str]:
    """Return by hyperparameter and state entry its sign in formulas, from the solution's docstring; "" for none."""
    told = rule.load(topic.solution, topic.class_name).__doc__ or ""
    found = {"param": r"\\theta", "grad": r"\bg(?=_)"}
    for name, text in re.findall(r"^ +(\w+): (.+?)[;,]", told, re.MULTILINE):
        found.setdefault(name, next((rf"\\{SIGNS[each]}(?![a-z])|{each}" for each in text if each in SIGNS), ""))
    for name, sign in re.findall(r"`(\w+)`, (\w)[^\w]", told):
        found.setdefault(name, rf"\\{SIGNS[sign]}(?![a-z])" if sign in SIGNS else rf"(?<![a-z]){sign}(?=_)")
    return found


def _counted(text: str) -> Counter[str]:
    return Counter(re.sub(r"beta[12]$", "betas", word) for word in re.findall(r"[a-z_0-9]+", text))


def touched(topic: Topic, mistake: Mistake) -> set[str]:
    """Return the hyperparameters that a mistake is about."""
    about = {mistake.of, mistake.option}
    for edit in mistake.edits:
        old, new = _counted(edit.old), _counted(edit.new)
        about |= {name for name in old.keys() | new.keys() if old[name] != new[name]}
    if mistake.place in {"decay", "decoupled"}:
        about.add("weight_decay")
    names = {field.name for field in dataclasses.fields(rule.load(topic.solution, topic.class_name))}
    return about & (names if mistake.option else names - stretch_names(topic))


def wanted(topic: Topic, mistake: Mistake, lang: Lang) -> dict[str, re.Pattern[str]]:
    """Return what a section must speak of, and how each may be said there."""
    title, by_en = mistake.title.en, {en: zh for zh, en in terms().items()}
    found = {name: [name] for name in touched(topic, mistake)}
    for en in by_en:
        if re.search(rf"\b{re.escape(en)}s?\b", title, re.IGNORECASE):
            found[en] = [en, *NAMES.get(en, ())]
    for term, names in NAMES.items():
        found = {key: [*said, term] if key in names else said for key, said in found.items()}
    made = {term: [_said(topic, each, by_en, lang) for each in said] for term, said in found.items()}
    if mistake.of:
        made[mistake.of] = [rf"\b{mistake.of}\b"]
    made |= {sign: [rf"\\{SIGNS[sign]}(?![a-z])|{sign}"] for sign in set(title) & SIGNS.keys()}
    if len(made.keys() - RATE) > 0:
        made = {term: said for term, said in made.items() if term not in RATE}
    return {term: re.compile("|".join(filter(None, said)), re.IGNORECASE) for term, said in made.items()}


def _said(topic: Topic, word: str, by_en: dict[str, str], lang: Lang) -> str:
    """Return a pattern for a word of code, its sign, or a term of the glossary: of a person's name, the name."""
    if word not in by_en:  # a list of what `self` has explains nothing, a formula does
        return signs(topic).get(word) or rf"\b{re.escape(word)}\b"
    name = re.search(r"\b[A-Z][a-z]+\b", word)
    if name:
        return name[0]
    return CORRECTION[lang] if word == "bias correction" else re.escape(word if lang == "en" else by_en[word])


RATE = {"lr", "learning rate"}
"""Asked for only where nothing else is: whoever multiplies the decay by it wrongly has to read on the decay."""
CORRECTION = {"en": "correct", "zh": "修正"}
"""A step by hand corrects without using the noun."""


def missing(topic: Topic, mistake: Mistake, section: Section, lang: Lang) -> list[str]:
    """Return what a section does not speak of, though the mistake is about it."""
    text = of_lesson(topic, lang)[heading(topic, section)[lang]]
    return [term for term, pattern in wanted(topic, mistake, lang).items() if not pattern.search(text)]
