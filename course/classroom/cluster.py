"""Judging on many machines: an executor over Dask, for `course class grade --cluster ADDRESS`.

Dask hands tasks out, and gives those of a worker that is killed to another one. What it leaves to us is here: a task
goes only to workers that may judge (`helpers`); what a scheduler that is lost has forgotten is asked again; a task at
which workers die is tried once more alone, as any other one that they had at the time is under suspicion as well.

Dask's own `Client.get_executor()` would do for none of this: its futures never end if the connection breaks while a
result is on its way, and what it sends, code and secret, is in a worker's log when it fails.
"""

from __future__ import annotations

import functools
import queue
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec

from course.classroom import scheduler
from course.classroom.errand import call
from course.classroom.helpers import Helpers
from course.classroom.paragraphs import listed
from course.classroom.pool import ExecutorError
from course.classroom.scheduler import CONNECT
from course.text import CourseError, Text, texts, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Future as DaskFuture

P = ParamSpec("P")
TEXTS = texts(__file__)

RETURN = 90.0
"""Seconds for which a run waits for a scheduler that is lost, or for a worker that may judge."""
LOOK = 2.0
"""Seconds between two looks at the workers."""
FETCH = 30.0
"""Seconds that one result may take from the worker to here."""
MOST_LOST = 10
"""How often a task or its result may be lost with a connection."""
TRIES = 3
"""How often a task is given to workers that refuse it or fail at it, or die at it when it is alone."""
DEATHS = 2
"""How often all workers that a task was sent to may be gone before it is suspected."""


class Task:
    """One call: where it is, and what has happened to it."""

    def __init__(self, errand: Callable[[], dict[str, Any]]) -> None:
        self.errand = errand
        self.future: Future[Any] = Future()
        self.inner: DaskFuture | None = None
        """What Dask knows of it, while it does."""
        self.sent_to: frozenset[str] = frozenset()
        """The workers that may take it."""
        self.tries = self.deaths = self.lost = 0
        self.alone = False
        """Whether it is the only one on the cluster, because workers have died at it."""

    def finish(self, result: Any) -> None:
        """Pass on what it came to."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(result)

    def fail(self, problem: BaseException) -> None:
        """Pass on why it came to nothing."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(problem)


class Cluster(Executor):
    """An executor whose tasks run on the workers of a Dask cluster, as soon as there are any that may judge."""

    def __init__(self, address: str, *, trusted: bool = False) -> None:
        """Connect, and wait for the first worker that may judge.

        Args:
            address: the scheduler's, as `tcp://HOST:8786`.
            trusted: whether the students are trusted, so that a worker needs no wall.

        Raises:
            CourseError: Dask is not installed, the scheduler cannot be reached or is another version, or no worker may
                judge.

        """
        self.address = address
        self.helpers = Helpers(trusted=trusted)
        self._client = scheduler.connect(address)
        self._inbox: queue.SimpleQueue[tuple[Task, DaskFuture | None]] = queue.SimpleQueue()
        self._open: set[Task] = set()
        """What has been asked and not answered; all below is the keeper's alone."""
        self._waiting: list[Task] = []
        self._suspects: list[Task] = []
        self._comm: Any = None
        self._looked = self._lost = 0.0
        self._idle_since = time.monotonic()
        self._ended, self._ready = threading.Event(), threading.Event()
        self._problem: ExecutorError | None = None
        self._gate = threading.Lock()
        """Held while a task is put into the inbox, and when the inbox is closed."""
        self.workers = 1
        """How many tasks run at once, as far as is known."""
        self._keeper = threading.Thread(target=self._keep, name="cluster", daemon=True)
        self._keeper.start()
        try:
            self._ready.wait()
        except BaseException:
            self.shutdown(wait=False)
            raise
        if self._problem:
            self.shutdown(wait=False)
            raise self._problem

    def noted(self, told: Text) -> Text:
        """Add to what is said of a run which workers took no work, and why."""
        lines = self._refusals()
        return told + listed(TEXTS["took-none"], lines) if lines else told

    def _refusals(self) -> list[Text]:
        return [why for _, why in sorted(dict(self.helpers.refused).items())]

    def submit(self, fn: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Future[Any]:
        """Run a function of the course on one of the workers.

        Args:
            fn: the function, at the top of a module.
            *args: its arguments, which can be pickled.
            **kwargs: its arguments by name.

        Returns:
            Its future.

        Raises:
            CourseError: the scheduler is lost, or no worker may judge any more.

        """
        task = Task(call(fn, args, kwargs))
        with self._gate:
            if self._problem:
                raise self._problem
            if self._ended.is_set():
                raise RuntimeError("no task is taken after the shutdown")
            self._inbox.put((task, None))
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """Take no more tasks, and leave none on the cluster.

        Args:
            wait: whether to wait for what is running.
            cancel_futures: whether to cancel what is not.

        """
        if wait and not cancel_futures:
            while self._keeper.is_alive() and (self._open or not self._inbox.empty()):
                time.sleep(0.05)
        with self._gate:
            self._ended.set()
        self._keeper.join(CONNECT)
        with suppress(Exception):  # the scheduler releases what a client has asked for when that is gone
            self._client.close(timeout=CONNECT)

    def _keep(self) -> None:
        """Do all that is to be done, in a thread of its own, until the shutdown."""
        try:
            while not self._ended.is_set():
                self._look()
                self._send()
                self._hear(0.2)
        except CourseError as problem:
            self._close(ExecutorError(problem.text))
        except Exception as problem:  # noqa: BLE001 - whoever waits must be told
            why = visible(f"{type(problem).__name__}: {problem}")
            self._close(ExecutorError(TEXTS["broken"].format(why=why)))
        else:
            self._close(None)

    def _close(self, problem: ExecutorError | None) -> None:
        """Answer all that is still open: by what went wrong, or as cancelled."""
        with self._gate:
            self._problem = problem
            self._ended.set()
        with suppress(queue.Empty):
            while True:
                task, inner = self._inbox.get_nowait()
                if inner is None:
                    self._open.add(task)
        for task in self._open:
            if problem:
                task.fail(problem)
            else:
                task.future.cancel()
        self._ready.set()

    def _hear(self, seconds: float) -> None:
        """Take in new tasks and answers; wait so long for the first."""
        with suppress(queue.Empty):
            while True:
                task, inner = self._inbox.get(timeout=seconds) if seconds else self._inbox.get_nowait()
                seconds = 0.0
                if task.future.cancelled():
                    self._forget(task)
                elif inner is None:
                    self._open.add(task)
                    self._waiting.append(task)
                    task.future.add_done_callback(functools.partial(self._given_up, task))
                elif inner is task.inner:
                    task.inner = None
                    self._answered(task, inner)

    def _given_up(self, task: Task, future: Future[Any]) -> None:
        """Let the keeper know, in whatever thread, that nobody waits for a task any more."""
        if future.cancelled():
            self._inbox.put((task, None))

    def _answered(self, task: Task, inner: DaskFuture) -> None:
        """Pass on what a worker has told, or ask again."""
        from distributed import KilledWorker

        try:
            if inner.status == "error":
                problem = inner.exception(timeout=FETCH)
                if isinstance(problem, KilledWorker):
                    self._died(task, DEATHS)
                else:
                    self._again(task, problem or RuntimeError("?"))
                return
            told = inner.result(timeout=FETCH) if inner.status == "finished" else None
        except Exception:  # noqa: BLE001 - lost on the way, with the worker or the scheduler
            told = None
        if told is None:
            task.lost += 1
            if task.lost < MOST_LOST:
                self._waiting.append(task)
            else:
                self._open.discard(task)
                task.fail(CourseError(TEXTS["lost-often"].format(count=task.lost)))
        elif "done" in told:
            self._open.discard(task)
            task.finish(told["done"])
        elif "refused" in told:
            self.helpers.doubt(told["worker"])
            self._looked = 0.0
            self._again(task, CourseError(Text.from_json(told["refused"])))
        else:
            self._again(task, RuntimeError(told["failed"]))

    def _again(self, task: Task, problem: BaseException) -> None:
        """Ask once more, unless that has been done often enough."""
        task.tries += 1
        if task.tries < TRIES:
            self._waiting.append(task)
        else:
            self._open.discard(task)
            task.fail(problem)

    def _died(self, task: Task, times: int = 1) -> None:
        """Ask again for a task whose workers are gone: alone, if that has happened too often; in the end never."""
        task.deaths += times
        if task.alone and task.deaths >= TRIES:
            self._open.discard(task)
            task.fail(CourseError(TEXTS["killed"].format(count=task.deaths)))
        elif task.alone or task.deaths < DEATHS:
            self._waiting.append(task)
        else:
            task.deaths = 0
            self._suspects.append(task)

    def _look(self) -> None:
        """Look at the connection and at the workers, if that is due.

        Raises:
            CourseError: the scheduler, or every worker that may judge, is gone for good.

        """
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        if not self._connected(now):
            return
        try:
            changed = self.helpers.look(self._client)
        except Exception as problem:
            if isinstance(problem, OSError) or self._client.status != "running":
                return  # it breaks just now; the next look sees
            raise
        if changed:
            self._after_workers()
        self.workers = sum(self.helpers.good.values()) or 1
        if self.helpers.good:
            self._idle_since = now
            self._ready.set()
        else:
            begun = self._ready.is_set()
            if (self.helpers.refused and not begun) or now - self._idle_since > (RETURN if begun else CONNECT):
                raise CourseError(self._nobody())

    def _connected(self, now: float) -> bool:
        """Look at the connection; connect again if it is given up, send again if it is a new one.

        Raises:
            CourseError: the scheduler is gone for good.

        """
        if self._client.status != "running":
            self._lost = self._lost or now
            if now - self._lost > RETURN:
                raise CourseError(TEXTS["lost"].format(address=visible(self.address), seconds=f"{RETURN:.0f}"))
            if self._client.status == "closed":
                with suppress(CourseError):  # it is still away
                    self._client = scheduler.connect(self.address)
            return False
        self._lost = 0.0
        if self._client.scheduler_comm is not self._comm:  # of what was sent before, nobody there knows
            self._comm, self._idle_since = self._client.scheduler_comm, now
            self._send_again()
        return True

    def _after_workers(self) -> None:
        """Take back what was sent to workers of which none is there, or none may judge any more."""
        for task in [each for each in self._open if each.inner]:
            if self.helpers.there.isdisjoint(task.sent_to):
                self._recall(task)
                self._died(task)
            elif self.helpers.good.keys().isdisjoint(task.sent_to):
                self._recall(task)
                self._waiting.append(task)

    def _send_again(self) -> None:
        """Send again what was sent to a scheduler that has forgotten it."""
        for task in self._open:
            if task.inner:
                task.inner = None
                self._waiting.append(task)

    def _nobody(self) -> Text:
        address = visible(self.address)
        if not self.helpers.refused:
            return TEXTS["no-workers"].format(address=address)
        return TEXTS["all-refuse"].format(address=address) + listed(TEXTS["mend"], self._refusals())

    def _send(self) -> None:
        """Hand out what waits, and a suspect if there is nothing else."""
        if not self._waiting and self._suspects and len(self._suspects) == len(self._open):
            task = self._suspects.pop()
            task.alone = True
            self._waiting.append(task)
        if not self.helpers.good or self._client.status != "running":
            return
        workers = sorted(self.helpers.good)
        while self._waiting:
            task = self._waiting[0]
            to = workers[:1] if task.alone else workers
            try:
                inner = self._client.submit(task.errand, pure=False, workers=to)
            except Exception:
                if self._client.status == "running":
                    raise
                return  # it breaks just now; the next look sees
            self._waiting.pop(0)
            task.inner, task.sent_to = inner, frozenset(to)
            inner.add_done_callback(functools.partial(self._told, task))

    def _told(self, task: Task, inner: DaskFuture) -> None:
        """Let the keeper know, in Dask's thread, that a task has ended there."""
        self._inbox.put((task, inner))

    def _recall(self, task: Task) -> None:
        """Take a task back from the cluster."""
        inner, task.inner = task.inner, None
        if inner:
            with suppress(Exception):  # where there is no scheduler there is nothing to take back
                inner.cancel(force=True)

    def _forget(self, task: Task) -> None:
        """Take back what nobody waits for any more."""
        self._recall(task)
        self._open.discard(task)
        for several in (self._waiting, self._suspects):
            with suppress(ValueError):
                several.remove(task)
