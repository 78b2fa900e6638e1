"""Of a long corpus `make test` tries one in so many, other ones for each topic; `make test FULL=1` all, or more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

from course.text import LANGS
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark import ParameterSet

    from course.text import Lang

T = TypeVar("T")

STEMS = [topic.stem for topic in topics()]


def shares(every: int, whole: int = 1) -> list[ParameterSet]:
    """Return the parameters of a test that tries a share.

    Args:
        every: one in so many is tried always.
        whole: one in so many where all tests are run: 1, but where that takes half an hour.

    """
    always = pytest.param(every, id=f"one-in-{every}")
    return [always, pytest.param(whole, id=f"one-in-{whole}" if whole > 1 else "all", marks=pytest.mark.full)]


def share(things: Iterable[T], every: int, stem: str) -> list[T]:
    """Return a topic's own share; what all topics have is tried in some, as long as they are no fewer than `every`.

    Args:
        things: the corpus, in an order that is the same for all topics.
        every: one in so many.
        stem: the topic.

    """
    return list(things)[STEMS.index(stem) % every :: every]


def mostly(lang: Lang) -> list[ParameterSet]:
    """Return both languages, for a test that takes long and whose code is the same in both: one is tried always."""
    return [pytest.param(each, marks=() if each == lang else pytest.mark.full) for each in LANGS]
