"""The conversation with a worker that runs a tuner: each loss is asked for, granted or refused, and counted here."""

from __future__ import annotations

import json
import math
import queue
import struct
from typing import TYPE_CHECKING, Any

from course.grading import problems, wire
from course.grading.problems import text
from course.grading.talk import Talk
from course.grading.tuner.case import of_a_tuner
from course.grading.tuner.runs import SearchRuns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case
    from course.grading.tuner.runs import Search

REPLY = struct.Struct("<?d")
"""Whether the budget has a loss left for a question, and the loss; the worker reads it by a form of its own."""


class Searching(Talk):
    """A conversation about tuners.

    What it hears comes in the thread that reads, what it replies goes through a queue to the thread that writes. The
    first line that is not exactly as it must be ends the hearing, and nothing is answered after it.
    """

    def __init__(self, cases: Sequence[Case], state: Mapping[str, str]) -> None:
        super().__init__(cases, state)
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._at = self._lines = 0
        self._runs = [SearchRuns(of_a_tuner(case)) for case in cases]
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
                {"hyperparameters": runs.case.hyperparameters, "budget": runs.case.budget} for runs in self._runs
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
        runs = self._runs[number]
        if told.keys() == {"ask"}:
            loss = runs.run(_number(told["ask"]))
            self._replies.put(REPLY.pack(loss is not None, math.nan if loss is None else loss))
            return
        self._answers[number] = _ended(runs, told, number)


def _ended(runs: SearchRuns, told: dict[str, Any], number: int) -> Search:
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
    return runs.ended(found, problem)


def _number(told: Any) -> float:
    """Return a number that the worker sent, which writes whole ones with a point, too."""
    if type(told) is not float:
        raise TypeError("no such number")
    return told
