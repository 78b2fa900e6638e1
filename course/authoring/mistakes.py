"""Checks that a topic's mistakes can be made, alone and in pairs, and stores samples of their paths."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading.mistakes import catalogue, samples
from course.grading.mistakes.catalogue import name as name_of
from course.grading.mistakes.edit import EditError, OverlapError, edited
from course.system.workspace import remedy
from course.text import LANGS, CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.mistakes import Catalogue, Explanation
    from course.grading.mistakes.samples import Samples
    from course.topic import Topic

CLOSE = {"rtol": 1e-4, "atol": 1e-11}
"""How far two machines may round a sample apart; two mistakes are farther."""

TO_WRITE = Text(en="TO BE WRITTEN", zh="待撰写")
"""How the texts of a draft begin, until a person has written them."""

WHERE = Text(en="{stem}, mistakes.toml, {name}: {what}", zh="{stem}，mistakes.toml，{name}：{what}")
NOTHING = Text(en="this changes nothing; it needs an edit or a wrap.", zh="这里什么也没有改，需要 edit 或 wrap。")
UNWRITTEN = Text(
    en="`{key}.{lang}` is still the draft's: write it.",
    zh="`{key}.{lang}` 还是草稿里的占位文字，请写好。",
)
PAIR_NEEDED = Text(en=" Write a [[pair]] with the edits of both.", zh="请写一个 [[pair]]，给出两者合在一起的修改。")
PAIR_NOT_NEEDED = Text(
    en="this [[pair]] says what both say by themselves. Take it out.", zh="这个 [[pair]] 与两者各自的修改相同，请删去。"
)
NEVER_TOGETHER = Text(
    en="no such two are ever made at once. Take this [[pair]] out.", zh="这两者从不同时出现，请删去这个 [[pair]]。"
)
NO_PYTHON = Text(en="what comes of it is no Python: {why}.", zh="改出来的不是合法的 Python：{why}。")
STALE = Text(
    en="The stored mistakes {name} are not what the edits make. ", zh="已知错误的数据 {name} 与修改的结果不一致。"
)


def problems(topic: Topic) -> list[Text]:
    """Return what is wrong with a topic's mistakes and with what is stored of them; an empty list if nothing is."""
    try:
        return unmakable(topic) or stale(topic)
    except CourseError as error:
        return [error.text]


def build(topic: Topic) -> bool:
    """Store the samples of one topic if they are not what its edits make; tell whether they were written."""
    if unmakable(topic) or not stale(topic):
        return False
    taken = samples.take(topic)
    samples.save(samples.path(topic), replace(taken, fingerprint=fingerprint(taken)))
    return True


def unmakable(topic: Topic) -> list[Text]:
    """Return what cannot be made of a topic's mistakes: edits that do not apply, alone or beside one another."""
    book = catalogue(topic)
    wrong = [(mistake.id, NOTHING) for mistake in book.mistakes if not (mistake.edits or mistake.wrap)]
    wrong += _unwritten(book)
    singles = [(each, style) for each in [(), *((mistake,) for mistake in book.mistakes)] for style in book.styles]
    found = list(_failing(book, singles))
    if not found:  # or every pair with a broken single would be told as well
        found += _failing(book, [(pair, style) for pair in book.pairs for style in book.styles])
        wrong += _superfluous(book)
    return [WHERE.format(stem=topic.stem, name=name, what=what) for name, what in wrong + found]


def _unwritten(book: Catalogue) -> Iterator[tuple[str, Text]]:
    for mistake in book.mistakes:
        for key, text in (("title", mistake.title), ("explanation", mistake.explanation)):
            for lang in LANGS:
                if TO_WRITE[lang] in text[lang]:
                    yield mistake.id, UNWRITTEN.format(key=key, lang=lang)


def _failing(book: Catalogue, some: list[tuple[Explanation, str]]) -> Iterator[tuple[str, Text]]:
    for explanation, style in some:
        name = name_of(explanation, style)
        try:
            compile(book.source(explanation, style), "<edited>", "exec", dont_inherit=True)
        except OverlapError as error:
            yield name, error.text + PAIR_NEEDED
        except EditError as error:
            yield name, error.text
        except SyntaxError as error:
            yield name, NO_PYTHON.format(why=error)


def _superfluous(book: Catalogue) -> Iterator[tuple[str, Text]]:
    beside = {frozenset(mistake.id for mistake in pair) for pair in book.pairs}
    beside |= {frozenset((mistake.id, style)) for mistake in book.mistakes for style in book.styles}
    for names, both in book.together.items():
        name = "+".join(sorted(names))
        if names not in beside:
            yield name, NEVER_TOGETHER
            continue
        apart = [edit for each in names for edit in (book[each].edits if each in book else book.styles[each])]
        try:
            if edited(book.text, apart) == edited(book.text, both):
                yield name, PAIR_NOT_NEEDED
        except EditError:
            pass


def stale(topic: Topic) -> list[Text]:
    """Return whether the stored samples are not what the edits make today: a sentence that says so, or nothing.

    The mistakes by themselves are walked anew. Of the pairs, which would take minutes, a fingerprint of all texts and
    numbers shows that they are those that were walked.
    """
    try:
        found = samples.read(topic)
    except CourseError as error:
        return [error.text]
    book = catalogue(topic)
    few = samples.take(topic, [each for each in book.rows.values() if len(each[0]) <= 1])
    same = np.isclose(found.numbers[[found.row[name] for name in few.names]], few.numbers, equal_nan=True, **CLOSE)
    if same.all() and found.fingerprint == fingerprint(found):
        return []
    file = f"{topic.stem}/mistakes.npz"
    return [STALE.format(name=file) + remedy(file)]


def fingerprint(stored: Samples) -> str:
    """Return what changes when a mistake's text or one of its numbers does."""
    book, text = catalogue(stored.topic), hashlib.sha256()
    for row, (explanation, style) in book.rows.items():
        around = [f"{mistake.wrap} {mistake.of} {mistake.value}" for mistake in explanation]
        text.update("\n".join([row, *around, book.source(explanation, style)]).encode())
    text.update(repr(stored.places).encode())
    text.update(stored.numbers.astype("<f4").tobytes())
    return text.hexdigest()
