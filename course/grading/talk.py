"""One conversation with a worker: what it is sent, and what is made of what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading import wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case
    from course.grading.wire import Answer, Described


class Talk:
    """A conversation about update rules: the request has all that is needed, and there is nothing more to say.

    Args:
        cases: what to run, in this order.
        state: the state entries to bring back, and whether each is a number or an array.
        describe: the hyperparameters of which the worker is to tell how the class takes them; none to tell nothing.

    """

    def __init__(self, cases: Sequence[Case], state: Mapping[str, str], describe: Sequence[str] = ()) -> None:
        self.cases, self.state, self.describe = cases, state, describe

    def most_bytes(self) -> int:
        """Return more bytes than any honest worker says."""
        return wire.most_bytes(self.cases, self.state)

    def request(self, file: str, source: bytes, class_name: str, limits: Mapping[str, int]) -> list[bytes]:
        """Write the request.

        Args:
            file: what the learner's file is called.
            source: what is in it.
            class_name: the class that it must define.
            limits: by the name that `resource` has for each.

        Returns:
            The blocks to send, one after the other.

        """
        return wire.request(file, source, class_name, self.state, self.cases, limits, self.describe)

    def hear(self, said: bytearray) -> None:
        """Take notice of all that the worker has said so far, in the thread that reads it."""

    def over(self) -> None:
        """Take notice that nothing more will come, in the thread that read it."""

    def reply(self) -> bytes:
        """Wait for what is to be said next, in the thread that writes it; nothing if no more is said."""
        return b""

    def take_in(self, said: bytes) -> tuple[dict[str, Any] | None, dict[int, Answer], bool]:
        """Read the answers, believing nothing.

        Args:
            said: all that the worker has said.

        Returns:
            Why the file could not be loaded, if so; the answers by the number of their case; whether all that was read
            made sense.

        """
        return wire.take_in(said, self.cases, self.state)

    def described(self, said: bytes) -> Described | None:
        """Read how the class takes its hyperparameters, believing nothing; None if that was not asked, or not told.

        Args:
            said: all that the worker has said.

        """
        return wire.described(said) if self.describe else None
