"""The conversation with a worker that runs a tuner: each loss is asked for, granted or refused, and counted here."""

from __future__ import annotations

import json
import math
import queue
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading import problems, wire
from course.grading.problems import text
from course.grading.talk import Talk
from course.grading.tuner.sweep import Sweep, usable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case

REPLY = struct.Struct("<?d")
"""Whether the budget has a loss left for a question, and the loss; the worker reads it by a form of its own."""


@dataclass(frozen=True)
class Search(wire.Answer):
    """One search of a tuner."""

    asked: tuple[float, ...] = ()
    """The rates that it asked for, in order; the first that was beyond the budget is among them, no later one is."""
    losses: tuple[float, ...] = ()
    """What it was told."""
    found: float | None = None
    """The rate that it returned; None if that was no number, or nothing was returned."""


def search(
    case: Sweep,
    asked: Sequence[float],
    losses: Sequence[float],
    found: float | None,
    problem: dict[str, Any] | None = None,
) -> Search:
    """Put together what is known of a search.

    Args:
        case: what was searched.
        asked: the rates, in order.
        losses: what was told of each that the budget allowed.
        found: the rate that was returned.
        problem: why there is none.

    Returns:
        The search, with its path.

    """
    path = case.path(asked, found)
    return Search(len(path), (path,), {}, problem, tuple(asked), tuple(losses), found)


class Searching(Talk):
    """A conversation about tuners.

    What it hears comes in the thread that reads, what it replies goes through a queue to the thread that writes. The
    first line that is not exactly as it must be ends the hearing, and nothing is answered after it.
    """

    def __init__(self, cases: Sequence[Case], state: Mapping[str, str]) -> None:
        super().__init__(cases, state)
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._at = self._lines = 0
        self._asked: list[float] = []
        self._losses: list[float] = []
        self._problem: dict[str, Any] | None = None
        self._answers: dict[int, Search] = {}
        self._sense = True

    def most_bytes(self) -> int:
        """Return more bytes than any honest worker says."""
        asked = sum(case.steps for case in self.cases)
        return wire.LONGEST * (asked // 16 + 16 * (len(self.cases) + 2))

    def request(self, file: str, source: bytes, class_name: str, limits: Mapping[str, int]) -> list[bytes]:
        """Write the request; of a task nothing is in it.

        Args:
            file: what the learner's file is called.
            source: what is in it.
            class_name: the class that it must define.
            limits: by the name that `resource` has for each.

        Returns:
            The blocks to send, one after the other.

        """
        told = wire.head("tuner", file, source, class_name, limits) | {
            "state": {},
            "cases": [
                {"hyperparameters": case.hyperparameters, "budget": case.budget}
                for case in self.cases
                if isinstance(case, Sweep)
            ],
        }
        return [json.dumps(told).encode() + b"\n", source]

    def hear(self, said: bytearray) -> None:
        """Take notice of the lines that are new, and put what is to be replied in the queue."""
        while self._sense and (end := said.find(b"\n", self._at) + 1):
            line, self._at = bytes(said[self._at : end]), end
            self._lines += 1
            try:
                if self._lines > 1:  # the first says that it is ready
                    self._take(wire.parsed(line))
            except (ValueError, KeyError, TypeError, RecursionError):
                self._sense = False
                self.over()

    def over(self) -> None:
        """End the replies."""
        self._replies.put(b"")

    def reply(self) -> bytes:
        """Wait for the next reply."""
        return self._replies.get()

    def take_in(self, said: bytes) -> tuple[dict[str, Any] | None, dict[int, wire.Answer], bool]:  # noqa: ARG002 - heard as it came
        """Return what was heard; see `Talk`."""
        return self._problem, dict(self._answers), self._sense

    def _take(self, told: dict[str, Any]) -> None:
        number = len(self._answers)
        if self._lines == 2:
            self._problem = wire.cleaned(problems.read(told["problem"], problems.LOADING))
            return
        if self._problem or number == len(self.cases):
            raise ValueError("nothing more was asked")
        case = self.cases[number]
        assert isinstance(case, Sweep)  # noqa: S101 - for the type checker
        if told.keys() == {"ask"}:
            self._grant(case, _number(told["ask"]))
            return
        self._answers[number] = self._ended(case, told, number)
        self._asked, self._losses = [], []

    def _grant(self, case: Sweep, rate: float) -> None:
        """Answer a question as long as the budget lasts; refuse every later one, and keep the first of them."""
        granted, loss = len(self._asked) < case.budget, math.nan
        if granted:
            loss = case.task.run(rate, self._asked) if usable(rate) else math.nan
            self._losses.append(loss)
        if len(self._asked) <= case.budget:
            self._asked.append(rate)
        self._replies.put(REPLY.pack(granted, loss))

    def _ended(self, case: Sweep, told: dict[str, Any], number: int) -> Search:
        if told.keys() != {"case", "problem", "found", "kind", "strange", "bytes"}:
            raise ValueError("too little or too much")
        if not problems.whole(told["case"], number, number) or not problems.whole(told["bytes"], 0, 0):
            raise ValueError("answers out of order")
        if not text(told["kind"], 80) or not text(told["strange"], 80):
            raise TypeError("no such name")
        found = None if told["found"] is None else _number(told["found"])
        problem = wire.cleaned(problems.read(told["problem"], problems.RUNNING))
        if not problem and told["strange"]:
            problem = {"kind": "asked-no-number", "facts": [wire.word(told["strange"])]}
        elif not problem and told["kind"]:
            problem = {"kind": "found-no-number", "facts": [wire.word(told["kind"])]}
        return search(case, self._asked, self._losses, found, problem=problem)


def _number(told: Any) -> float:
    """Return a number that the worker sent, which writes whole ones with a point, too."""
    if type(told) is not float:
        raise TypeError("no such number")
    return told
