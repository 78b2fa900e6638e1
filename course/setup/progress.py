"""One line on a terminal that shows how far pip is; standard library only, as everything before an installation."""

from __future__ import annotations

import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from course.text import cut, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

TEXTS = texts(__file__)

CELLS = 24
COLUMNS = 78
DOWNLOADED = 0.5
"""The part of the bar that is the download; unpacking is the rest."""
PAUSE = 0.5
ARRIVES = re.compile(r"\s*(?:Downloading|Using cached) (\S+) \(([\d.]+) ([kMG]?)B\)")
INSIDE = re.compile(r"\s*Progress (\d+) of (\d+)")
INSTALLING = re.compile(r"\s*Installing collected packages: (.+)")
UNITS = {"": 1e-6, "k": 1e-3, "M": 1.0, "G": 1e3}


class InstallBar:
    """The line; drawn again every half second, so that one sees that something is going on, and gone at the end.

    Args:
        megabytes: what is to be downloaded, about.
        unpacked: counts the packages that are there; of unpacking pip itself tells nothing.

    """

    def __init__(self, megabytes: float, unpacked: Callable[[], int]) -> None:
        self.expected = megabytes
        self.unpacked = unpacked
        self.shown = sys.stdout.isatty()
        self._before, self._file, self._part = 0.0, 0.0, 1.0
        self._name = ""
        self._installing, self._there = 0, 0
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._drawing = threading.Thread(target=self._draw_on, daemon=True)

    @property
    def megabytes(self) -> float:
        """What has arrived, or was there from an earlier call."""
        return self._before + self._file * self._part

    def saw(self, line: str) -> None:
        """Take one line of pip's."""
        if found := ARRIVES.match(line):
            self._before += self._file
            self._file, self._part = float(found[2]) * UNITS[found[3]], 0.0 if "Downloading" in line else 1.0
            self._name = re.split(r"-\d", found[1].rpartition("/")[2])[0]
        elif found := INSIDE.match(line):
            self._part = int(found[1]) / max(1, int(found[2]))
        elif found := INSTALLING.match(line):
            self._part, self._installing, self._there = 1.0, found[1].count(",") + 1, self.unpacked()

    def line(self) -> str:
        """Return what is shown now."""
        if self._installing:
            done = (self.unpacked() - self._there) / self._installing
            part = DOWNLOADED + (1 - DOWNLOADED) * min(1.0, max(0.0, done))
            what = str(TEXTS["installing"].format(count=self._installing))
        else:
            part = DOWNLOADED * min(1.0, self.megabytes / self.expected)
            what = self._name or str(TEXTS["looking"])
        full = round(part * CELLS)
        seconds = time.monotonic() - self._began
        bar = "█" * full + "░" * (CELLS - full)
        return cut(f"      {bar} {self.megabytes:4.0f} MB · {seconds:3.0f} s · {what}", COLUMNS)

    def __enter__(self) -> Self:
        if self.shown:
            self._drawing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self.shown:
            self._drawing.join()
            print("\r\x1b[2K", end="", flush=True)

    def _draw_on(self) -> None:
        while True:
            print(f"\r\x1b[2K{self.line()}", end="", flush=True)
            if self._ended.wait(PAUSE):
                return
