"""What is said while a file is still computing, to whoever has asked to hear it."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING

from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST = 2
"""Seconds before anything is said: most files have ended long before."""
STILL = Text(en="Still computing, {seconds} s of {most}.", zh="仍在计算，已用 {seconds} 秒，上限 {most} 秒。")

_hears: ContextVar[Callable[[Text], None] | None] = ContextVar("hears", default=None)


@contextlib.contextmanager
def heard_by(say: Callable[[Text], None]) -> Iterator[None]:
    """Have it said what goes on within this block, in this thread.

    Args:
        say: called about once a second, with a sentence that takes the place of the one before.

    """
    token = _hears.set(say)
    try:
        yield
    finally:
        _hears.reset(token)


def tell(before: float, now: float, cpu: float, wall: float) -> None:
    """Say how long a file has been computing, if another second is full.

    Args:
        before: seconds that had gone by when this was called last.
        now: seconds that have gone by.
        cpu: the seconds that it may compute.
        wall: the seconds that it may take, waiting included.

    """
    say = _hears.get()
    if say is not None and int(now) > int(before) and now >= FIRST:
        say(STILL.format(seconds=int(now), most=round(cpu if now <= cpu else wall)))
