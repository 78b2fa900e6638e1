"""No thread closes a pipe that another one uses: the number would be the next worker's, and so would what is read."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pytest

from course.grading import processes, sandbox
from course.grading.pipes import Feeder, Reader
from course.grading.sandbox import Limits
from tests.grading.wall import harness

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = [
    pytest.param(layers, marks=pytest.mark.needs("bubblewrap") if "bubblewrap" in layers else (), id="-".join(layers))
    for layers in ((), *harness.FULL)
]


class Preempted:
    """A pipe whose reads and writes are interrupted where it hurts: the number is known, the system not called yet."""

    stolen: ClassVar[list[str]] = []
    """Who was at work when somebody else closed the pipe."""

    def __init__(self, pipe: Any, seconds: float) -> None:
        self.pipe, self.seconds = pipe, seconds
        self.users: set[threading.Thread] = set()

    @contextmanager
    def _used(self) -> Iterator[int]:
        me, number = threading.current_thread(), self.pipe.fileno()
        self.users.add(me)
        time.sleep(self.seconds)
        try:
            yield number
        finally:
            self.users.discard(me)

    def read(self, most: int) -> bytes:
        with self._used() as number:
            return os.read(number, most)

    def write(self, given: bytes) -> int:
        with self._used() as number:
            return os.write(number, given)

    def close(self) -> None:
        self.stolen.extend(each.name for each in self.users - {threading.current_thread()})
        self.pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture(params=KINDS)
def stolen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Workers with such pipes, behind one kind of wall."""
    usual = processes.take

    def take(layers: tuple[str, ...]) -> processes.Process:
        process = usual(layers)
        for name in ("stdin", "stdout", "stderr"):
            setattr(process, name, Preempted(getattr(process, name), 0.05))
        return process

    monkeypatch.setattr(processes, "take", take)
    monkeypatch.setattr(sandbox, "START", 10.0)
    monkeypatch.setattr(Preempted, "stolen", [])
    with harness.alone(request.param):
        yield Preempted.stolen


def test_what_one_worker_says_is_not_read_by_the_last_ones_thread(stolen: list[str]) -> None:
    """Each ends as soon as it has answered, when its threads are about to read on."""
    for number in range(4):
        harness.forget()
        assert sandbox.tried()
        source = f"print({number})\nclass Rule: pass".encode()
        found = sandbox.run("rule.py", source, "Rule", {}, (), Limits())
        assert (found.end, found.printed) == ("done", f"{number}\n")
    assert not stolen


@pytest.mark.parametrize("what", ["while True: pass", "while True: print('x' * 10_000)", "import os; os._exit(3)"])
def test_a_file_that_is_stopped_has_its_pipes_to_itself(what: str, stolen: list[str]) -> None:
    """Also where its time is up before the whole request is written."""
    for seconds in (0.02, 0.5):
        stopped = sandbox.run("rule.py", f"{what}\n".encode(), "Rule", {}, (), Limits(wall=seconds))
        assert stopped.end != "done"
        after = sandbox.run("rule.py", b"print('after')\nclass Rule: pass", "Rule", {}, (), Limits())
        assert (after.end, after.printed) == ("done", "after\n")
    assert not stolen


def test_each_closes_its_own_pipe() -> None:
    """A number is given back at once; of a thousand runs none is left open."""
    read, write = os.pipe()
    source, sink = os.fdopen(read, "rb", buffering=0), os.fdopen(write, "wb", buffering=0)
    reader, feeder = Reader(source, 8, 8, threading.Event()), Feeder(sink, [b"twice ", b"more than that"])
    reader.join(10)
    feeder.join(10)
    assert source.closed
    assert sink.closed
    assert bytes(reader.kept) == b"twice mo"
    assert reader.overflow.is_set()


def test_a_request_that_nobody_reads_ends_the_thread_that_writes_it() -> None:
    read, write = os.pipe()
    os.close(read)
    sink = os.fdopen(write, "wb", buffering=0)
    feeder = Feeder(sink, [b"x" * 200_000])
    feeder.join(10)
    assert not feeder.is_alive()
    assert sink.closed
