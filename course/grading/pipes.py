"""What a worker says and what it is sent, each in a thread of its own, so that a full pipe stops nobody.

A pipe is closed by the thread that uses it and by no other. One that is closed under a thread's hands gives its number
back, and the next worker's pipe has it before that thread notices: it takes a line, or writes one, that is another's.
So whoever is done with a worker kills it; then nothing more comes, nobody reads, and these threads end.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from course.grading.talk import Talk


class Reader(threading.Thread):
    """A thread that drains one pipe, keeps the first `keep` bytes, and tells when more than `most` have come."""

    def __init__(self, pipe: IO[bytes], keep: int, most: int, overflow: threading.Event) -> None:
        super().__init__(daemon=True)
        self.pipe, self.keep, self.most, self.overflow = pipe, keep, most, overflow
        self.kept = bytearray()
        self.heard = threading.Event()
        """Set when something has come, or nothing will any more."""
        self.talk: Talk | None = None
        """What hears all that is kept, as it comes, and may have something to say to it."""
        self.start()

    def run(self) -> None:
        """Read until the other side closes, which a grandchild that escaped may put off."""
        total = 0
        with self.pipe, suppress(OSError):
            while chunk := self.pipe.read(65536):  # without a buffer it gives what there is
                total += len(chunk)
                if len(self.kept) < self.keep:
                    self.kept += chunk[: self.keep - len(self.kept)]
                self.heard.set()
                if total > self.most:
                    self.overflow.set()
                if self.talk:
                    self.talk.hear(self.kept)
        self.heard.set()
        if self.talk:
            self.talk.over()


class Feeder(threading.Thread):
    """A thread that writes to a pipe, as much as the other side takes, and closes it: the request, then any replies."""

    def __init__(self, pipe: IO[bytes], request: list[bytes], talk: Talk | None = None) -> None:
        super().__init__(daemon=True)
        self.pipe, self.request, self.talk = pipe, request, talk
        self.start()

    def run(self) -> None:
        """Write until all is written or nobody reads any more: how the worker ended tells why."""
        with self.pipe, suppress(OSError):
            said = b"".join(self.request)
            while said:
                left = memoryview(said)
                while left:
                    left = left[self.pipe.write(left) :]
                said = self.talk.reply() if self.talk else b""
