"""A terminal with a real screen and keyboard: Ctrl-C, job control and keys without Enter work in it as in a window."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

try:
    import fcntl
    import pty
    import termios
except ImportError:  # on Windows, where the tests that open one are not run
    pass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PAINT = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen:
    """A program in a terminal of its own."""

    def __init__(self, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> None:
        self.keyboard, self._inside = pty.openpty()
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=self._inside,
            stdout=self._inside,
            stderr=self._inside,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no threads between fork and exec
        )
        self.seen = ""

    def press(self, keys: str) -> None:
        """Press keys; the character 3 is Ctrl-C."""
        os.write(self.keyboard, keys.encode())

    def read(self, pattern: str, seconds: float = 180.0) -> str:
        """Wait until all that was shown matches; return it."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.shown):
            assert time.monotonic() < end, f"waited for {pattern!r}:\n{self.shown}"
            if select.select([self.keyboard], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):  # the last program has closed it
                    self.seen += os.read(self.keyboard, 65536).decode("utf-8", "replace")
        return self.shown

    @property
    def shown(self) -> str:
        """What a reader has seen, without colours."""
        return PAINT.sub("", self.seen).replace("\r\n", "\n")

    @property
    def settings(self) -> list[Any]:
        """Those of the terminal: what echoes, what waits for Enter."""
        return termios.tcgetattr(self._inside)

    def close(self) -> None:
        """Close the window, which ends what runs in it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGHUP)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._inside)
        os.close(self.keyboard)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it


@contextlib.contextmanager
def screen(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> Iterator[Screen]:
    """Open a terminal and run a program in it.

    Args:
        command: the program and its arguments.
        cwd: where it starts.
        env: its variables.

    """
    opened = Screen(command, cwd=cwd, env=env)
    try:
        yield opened
    finally:
        opened.close()
