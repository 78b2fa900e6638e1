"""The standard streams of a command: closed, full, or of an encoding that has no Chinese in it."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import IO, Any, cast

from course.text import Text

NOT_SHOWN = Text(
    en="Nothing can be written to standard output ({why}), so the result could not be shown. What was stored is stored:"
    " run the command again with its output on the screen or in a file on a disk with free space.",
    zh="无法写入标准输出（{why}），因此没能显示结果。已经保存的内容不受影响。"
    "请重新运行命令，让结果显示在屏幕上，或写入有剩余空间的磁盘上的文件。",
)
CLOSED = Text(en="it is closed", zh="它已关闭")


class NotShownError(Exception):
    """Standard output could not be written; its argument is the system's reason."""


class _Stream:
    """A stream with a word to say on what the system refuses; in everything else the stream itself."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def refused(self, problem: OSError) -> None:
        """Take note that something could not be written."""
        raise NotImplementedError

    def write(self, text: str) -> int:
        """Write the text."""
        try:
            return self._stream.write(text)
        except OSError as problem:
            self.refused(problem)
            return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        try:
            self._stream.flush()
        except OSError as problem:
            self.refused(problem)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Output(_Stream):
    """Standard output: a failure of it must not be taken for one of a file."""

    def refused(self, problem: OSError) -> None:
        """Stop, and say why."""
        if isinstance(problem, BrokenPipeError):
            raise problem
        raise NotShownError(problem.strerror or repr(problem)) from problem


class _Errors(_Stream):
    """Standard error: what goes there is said beside the work, and its failures stop nothing."""

    def refused(self, problem: OSError) -> None:
        """Do without."""


def prepare() -> bool:
    """Make the three standard streams usable, in UTF-8; tell whether standard output was open.

    A closed one leads nowhere from then on: otherwise the next file to be opened, a gradebook say, would get its number
    and whatever is written to it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if not isinstance(sys.stdout, _Stream):
        sys.stdout = cast("Any", _Output(sys.stdout))
    if not isinstance(sys.stderr, _Stream):
        sys.stderr = cast("Any", _Errors(sys.stderr))
    return sys.__stdout__ is not None


def leads_nowhere() -> None:
    """Point standard output to nowhere, so that what is still in its buffer fails no more."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
    with contextlib.suppress(OSError, NotShownError):
        sys.stdout.flush()


def not_shown(why: str | Text) -> Text:
    """Say that standard output could not be written."""
    return NOT_SHOWN.format(why=why)
