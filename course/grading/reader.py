"""Reads what a worker says from a pipe, in a thread of its own, so that a full pipe stops nobody."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import IO


class Reader(threading.Thread):
    """A thread that drains one pipe, keeps the first `keep` bytes, and tells when more than `most` have come."""

    def __init__(self, pipe: IO[bytes] | None, keep: int, most: int, overflow: threading.Event) -> None:
        super().__init__(daemon=True)
        self.pipe, self.keep, self.most, self.overflow = pipe, keep, most, overflow
        self.kept = bytearray()
        self.heard = threading.Event()
        """Set when something has come, or nothing will any more."""
        self.start()

    def run(self) -> None:
        """Read until the other side closes."""
        total = 0
        with suppress(OSError, ValueError):  # closed under our hands: a grandchild held it open for too long
            while chunk := self.pipe.read(65536):  # type: ignore[union-attr]  # without a buffer it gives what there is
                total += len(chunk)
                if len(self.kept) < self.keep:
                    self.kept += chunk[: self.keep - len(self.kept)]
                self.heard.set()
                if total > self.most:
                    self.overflow.set()
        self.heard.set()
