"""The terminal of a command: who gets Ctrl-C, and keys that are read without Enter."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

try:
    import termios
    import tty
except ImportError:  # on Windows
    termios = None  # type: ignore[assignment]
    import msvcrt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAUSE = 0.05
"""Seconds between two looks at the keyboard, where there is no waiting for it."""


@contextlib.contextmanager
def interrupts_alone() -> Iterator[None]:
    """Take Ctrl-C from the `make` that has called this command: it would end with an error of its own.

    This process becomes the terminal's foreground group, as a shell's job does, and gives the place back at the end.
    """
    alone = termios is not None and os.getsid(0) == os.getpid()  # no `make` beside it, and no other group to be had
    if termios is None or "MAKELEVEL" not in os.environ or alone or not _in_foreground():
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
    """Let a terminal hand over each key at once, unechoed; tell whether it does.

    The terminal is as before when this ends, in whatever way: by itself, by an error, by Ctrl-C, by a polite request to
    end, and while the process is stopped by Ctrl-Z.
    """
    if termios is None:
        yield sys.stdin.isatty()
        return
    if not _in_foreground():
        yield False
        return
    before = termios.tcgetattr(0)

    def stop(_number: int, _frame: object) -> None:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        os.kill(os.getpid(), signal.SIGSTOP)
        tty.setcbreak(0)  # somebody has typed fg

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    handlers: dict[int, Callable[[int, object], None]] = {signal.SIGTSTP: stop, signal.SIGTERM: end, signal.SIGHUP: end}
    kept = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    tty.setcbreak(0)
    try:
        yield True
    finally:
        with contextlib.suppress(OSError, termios.error):  # the window is closed
            termios.tcsetattr(0, termios.TCSADRAIN, before)
        for number, handler in kept.items():
            signal.signal(number, handler)


def read_keys(put: Callable[[str], None], *, single: bool) -> None:
    """Read keys until there are no more, and hand over each in small letters.

    Args:
        put: gets each key; of a line, when Enter ends it, the first letter.
        single: whether the terminal hands over each key at once.

    """
    if not single:
        for line in sys.stdin:
            put(line.strip().lower()[:1])
    elif termios is None:
        while True:
            if msvcrt.kbhit():
                put(msvcrt.getwch().strip().lower())
            time.sleep(PAUSE)
    else:
        with contextlib.suppress(OSError):
            while key := os.read(0, 1):
                put(key.decode("ascii", "ignore").strip().lower())
