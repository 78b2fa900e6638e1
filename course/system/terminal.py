"""The terminal of a command: who gets Ctrl-C, and keys that are read without Enter."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

try:
    import termios
    import tty
except ImportError:  # on Windows
    termios = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def interrupts_alone() -> Iterator[None]:
    """Take Ctrl-C from the `make` that has called this command: it would end with an error of its own.

    This process becomes the terminal's foreground group, as a shell's job does, and gives the place back at the end.
    """
    if termios is None or "MAKELEVEL" not in os.environ or not _in_foreground():
        yield
        return
    before = os.getpgrp()
    signal.signal(signal.SIGTSTP, lambda *_: None)  # stopped alone, nobody would wake it; children stop as ever
    os.setpgid(0, 0)
    _give_terminal(os.getpgrp())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _give_terminal(before)
            os.setpgid(0, before)


def _in_foreground() -> bool:
    try:
        return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _give_terminal(group: int) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        os.tcsetpgrp(0, group)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTTOU})


@contextlib.contextmanager
def single_keys() -> Iterator[bool]:
    """Let a terminal hand over each key at once, unechoed; tell whether it does. At the end it is as it was before."""
    if termios is None:
        yield sys.stdin.isatty()  # the keyboard is read beside standard input there
        return
    if not _in_foreground():
        yield False
        return
    before = termios.tcgetattr(0)
    tty.setcbreak(0)
    try:
        yield True
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
