"""Judging on this machine: for many submissions in processes, because a judge computes in Python, beside its worker.

`concurrent.futures` gives up all of its processes when one is killed (by the system, for want of memory, or by hand).
Here what was lost with them is asked again, and only what is lost every time is told as a problem.
"""

from __future__ import annotations

import atexit
import functools
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from course.grading import folder, hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.classroom.answering import Answering
    from course.grading.hidden import Answers

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3
"""How often a task is given to processes that were killed before it is given up."""


FEW = 100
"""Submissions up to which threads of this process have judged all before processes would have started."""


class Threads(ThreadPoolExecutor):
    """An executor for a few submissions, which wait for no process to start.

    Args:
        workers: how many tasks run at once.
        ready: what is done before the first task.

    """

    def __init__(self, workers: int, ready: Callable[[], object]) -> None:
        super().__init__(workers)
        self._ready = functools.cache(ready)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a function in one of the threads.

        Args:
            fn: the function.
            *args: its arguments.
            **kwargs: its arguments by name.

        Returns:
            Its future.

        """
        self._ready()
        return super().submit(fn, *args, **kwargs)

    def end(self) -> None:
        """Take no more tasks, and wait for what is running."""
        self.shutdown(wait=True, cancel_futures=True)


def local(workers: int, submissions: int, answering: Answering, stems: Sequence[str]) -> Judges | Threads:
    """Return what judges on this machine.

    Args:
        workers: how many submissions are judged at once.
        submissions: how many there are.
        answering: has the hidden cases answered, once for all that judge.
        stems: the topics.

    Returns:
        An executor, to be ended.

    """
    if submissions > FEW:
        return Judges(workers, functools.partial(answering.answers, stems))
    return Threads(workers, functools.partial(answering.answers, stems))


class Judges(Executor):
    """An executor like `ProcessPoolExecutor` that outlives its processes, and whose processes do not outlive it."""

    def __init__(self, workers: int, told: Callable[[], tuple[str, dict[str, Answers]] | None] = lambda: None) -> None:
        """Start nothing yet.

        Args:
            workers: how many tasks run at once.
            told: asked before processes start for a seed and the answers to its hidden cases, which each is given.

        """
        self.workers, self.told = workers, told
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._open: set[Future[Any]] = set()
        """What has been asked and not answered."""
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a function in one of the processes, with arguments that can be pickled.

        Args:
            fn: the function, of a module that can be imported.
            *args: its arguments.
            **kwargs: its arguments by name.

        Returns:
            Its future; `BrokenProcessPool` is its exception only if the process was killed every time.

        """
        task = _Task(self, functools.partial(fn, *args, **kwargs))
        self._open.add(task.future)
        task.future.add_done_callback(self._open.discard)
        task.ask()
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's
        """Take no more tasks.

        Args:
            wait: whether to wait for what is running.
            cancel_futures: whether to cancel what is not.

        """
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool:
            pool.shutdown(wait, cancel_futures=cancel_futures)

    def end(self) -> None:
        """Take no more tasks, and kill what is running."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if pool:
            # `kill_workers` comes with Python 3.14. Where there is nothing to kill, all may end by themselves.
            running = list((pool._processes or {}).values()) if self._open else []  # noqa: SLF001
            pool.shutdown(wait=not running, cancel_futures=True)
            for each in running:
                each.kill()

    def processes(self) -> ProcessPoolExecutor:
        """Return the processes; start them if there are none.

        Raises:
            RuntimeError: no more tasks are taken.

        """
        with self._lock:
            if self._closed:
                raise RuntimeError("no task is taken after the shutdown")
            if self._pool is None:
                self._pool = ProcessPoolExecutor(self.workers, _context(), begin, self.told() or ())
            return self._pool

    def forget(self, broken: ProcessPoolExecutor) -> None:
        """Start new processes for the next task, as these were killed."""
        with self._lock:
            if self._pool is broken:
                self._pool = None


class _Task(Generic[T]):
    """One call, and how often it has been tried."""

    def __init__(self, judges: Judges, call: Callable[[], T]) -> None:
        self.judges, self.call, self.tries = judges, call, 0
        self.future: Future[T] = Future()

    def ask(self) -> None:
        """Try once more."""
        self.tries += 1
        while True:
            pool = self.judges.processes()
            try:
                with without_main:
                    inner = pool.submit(self.call)
            except BrokenProcessPool:  # while nobody looked
                self.judges.forget(pool)
            except (OSError, EOFError) as problem:  # what they are forked from was killed while one was started
                self.judges.forget(pool)
                self.tries += 1
                if self.tries > TRIES:
                    self.future.set_exception(problem)
                    return
            else:
                break
        self.future.add_done_callback(lambda outer: inner.cancel() if outer.cancelled() else None)
        inner.add_done_callback(functools.partial(self._answered, pool))

    def _answered(self, pool: ProcessPoolExecutor, inner: Future[T]) -> None:
        """Pass on what came of a try, or try again."""
        problem = None if inner.cancelled() else inner.exception()
        if isinstance(problem, BrokenProcessPool):
            self.judges.forget(pool)
            if self.tries < TRIES and not self.future.cancelled():
                with suppress(RuntimeError):  # closed by now
                    self.ask()
                    return
        if inner.cancelled():
            self.future.cancel()
        if not self.future.set_running_or_notify_cancel():
            return
        if problem:
            self.future.set_exception(problem)
        else:
            self.future.set_result(inner.result())


class _WithoutMain:
    """Keeps `multiprocessing` from running the script that asks once more in each process that is started.

    No task of ours is defined there, and a script that is not written for it would begin anew.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.hidden: dict[str, Any] = {}

    def __enter__(self) -> None:
        self.lock.acquire()
        names = vars(sys.modules["__main__"])
        self.hidden = {name: names.pop(name) for name in ("__file__", "__spec__") if name in names}
        names["__spec__"] = None

    def __exit__(self, *_problem: object) -> None:
        vars(sys.modules["__main__"]).update(self.hidden)
        self.lock.release()


without_main = _WithoutMain()


def _context() -> multiprocessing.context.BaseContext:
    """How processes start: from one that has imported what a judge needs, where there is such a thing."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    _keep_temporary_files()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["course.classroom.judging"])
    return context


@functools.cache
def _keep_temporary_files() -> None:
    """Let `multiprocessing` have its sockets in a folder of ours, which the next process removes if this is killed."""
    made = folder.make()
    if made:
        multiprocessing.current_process()._config.setdefault("tempdir", made)  # type: ignore[attr-defined]  # noqa: SLF001 - it can be told in no other way
        atexit.register(folder.remove, made)


def begin(seed: str = "", answers: Mapping[str, Answers] | None = None) -> None:
    """Begin a new process: it ends with the parent, however that ends, and leaves an interruption to it.

    Args:
        seed: the class's secret, if the process is to judge.
        answers: by topic, torch's to the seed's hidden cases.

    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hidden.know(seed, answers or {})
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
