"""How a notebook runs the learner's code between two moves of a slider: briefly, silently and with nobody to ask."""

from __future__ import annotations

import contextlib
import io
import signal
import threading
import warnings
from typing import TYPE_CHECKING

import numpy as np

from course.lab.rules import RuleError, unattended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.text import Text

PATIENCE = 2.0
"""Seconds after which the learner's code is broken off, so that it does not freeze the sliders."""
AGAIN = 0.2
"""Seconds after which it is broken off once more, should it have caught that."""


class _TimeIsUpError(BaseException):
    """No exception that `except Exception` catches: a loop that goes on whatever happens must end, too."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what a rule prints or warns of out of the notebook, and let it ask nothing: there are hundreds of steps."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        unattended(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def time_limit(told: Callable[[str], Text]) -> Iterator[None]:
    """Break off what takes longer than `PATIENCE`, an endless loop included, where the system can do so.

    Args:
        told: what to say of it then, given the seconds.

    Raises:
        RuleError: the time is up.

    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    running = True

    def ring(_number: int, _frame: object) -> None:
        if running:
            raise _TimeIsUpError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, AGAIN)
    try:
        yield
    except _TimeIsUpError:
        running = False
        raise RuleError(told(f"{PATIENCE:g}")) from None
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
