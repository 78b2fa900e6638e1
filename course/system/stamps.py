"""Notice that files have changed, by looking at them again and again; and that they have stopped changing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

PAUSE = 0.2
"""Seconds between two looks at a few files."""


def modified(path: Path) -> tuple[int, int] | None:
    """Return a stamp that another one follows when a file is changed; None if the file is not there.

    An editor empties a file and fills it within one tick of the clock, so its size is told beside its time.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class Settling:
    """The changes that are held back until they have been still for a while: what is being copied is not whole.

    Args:
        seconds: how long something must stay as it is.

    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._done: dict[str, Hashable] = {}
        self._changing: dict[str, tuple[Hashable, float]] = {}

    @property
    def waiting(self) -> int:
        """How many things have changed and are held back."""
        return len(self._changing)

    def look(self, stamps: Mapping[str, Hashable], now: float | None = None) -> list[str]:
        """Compare with the last look.

        Args:
            stamps: by name, something that changes when the thing does.
            now: the time of the look, in seconds of a monotonic clock; by default the present.

        Returns:
            What has changed and then stayed the same for long enough, by name; each change is returned once.

        """
        now = time.monotonic() if now is None else now
        for name in [*self._done, *self._changing]:
            if name not in stamps:  # gone; if it comes back, it is new
                self._done.pop(name, None)
                self._changing.pop(name, None)
        settled = []
        for name, stamp in stamps.items():
            if self._done.get(name) == stamp:
                self._changing.pop(name, None)
                continue
            before, since = self._changing.get(name, (None, now))
            if before != stamp:
                self._changing[name] = (stamp, now)
            elif now - since >= self.seconds:
                del self._changing[name]
                self._done[name] = stamp
                settled.append(name)
        return settled
