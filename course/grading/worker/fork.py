"""The prepared process: has loaded Python and numpy, runs no learner's file, and forks a worker for each.

It is told what to do over a socket, by messages of one packet each. The first is JSON: the `folder` that all workers
use, one after the other ("" for none), and for Landlock what is `readable`. `FORK` with three descriptors starts a
worker, whose standard streams they become; `END` ends it. It answers with the worker's number, then with how it ended,
negative for a signal. Before the next one starts, nothing of the last is left: its process group is killed and the
folder emptied.
"""

from __future__ import annotations

import _socket  # what `socket` is made of; all of it takes longer to import than a check has time for
import gc
import importlib
import json
import os
import pathlib
import select
import shutil
import signal
import struct
from contextlib import suppress
from typing import NoReturn

from course.grading.confine import landlock
from course.grading.confine.syscalls import libc

FORK, END = b"fork", b"end"
LONGEST = 2**20
"""Bytes of a message: some hundred paths."""
STREAMS = struct.Struct("3i")
"""The three descriptors that come with the order for a worker."""
OFTEN = 0.005
"""Seconds between two looks at a worker, on a kernel that cannot tell when a process ends."""


def serve() -> int | None:
    """Fork a worker for each order.

    Returns:
        In the worker alone: Landlock's rules, as `confine.enter` takes them, if there are any.

    """
    control = _socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    first = json.loads(_heard(control) or b"{}")
    if not first:
        os._exit(0)  # the judge is gone
    rules = None
    with suppress(OSError):  # the worker will try, and tell why not
        rules = landlock.ruleset(first["readable"], first["folder"] or None) if first["readable"] else None
    with suppress(ImportError, OSError, AttributeError):
        importlib.import_module("resource")  # what every worker needs to put up its wall
        libc()
    gc.freeze()  # what is loaded stays shared with the workers: the collector does not write to it
    while True:
        message, streams = _order(control)
        if not message:
            _leave(first["folder"])
        if len(streams) != 3:
            continue  # an end that was ordered when there was none to end any more
        worker = os.fork()
        if worker == 0:
            control.close()
            os.setsid()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            return rules
        for stream in streams:
            os.close(stream)
        with suppress(OSError):  # the judge is gone; the next order will not come
            control.send(b"%d" % worker)
            control.send(b"%d" % _await(control, worker))
        if not _emptied(first["folder"]):
            os._exit(1)  # the judge starts another one


def _heard(control: _socket.socket) -> bytes:
    """Return what the judge says; nothing if it is gone, even if it had not read all that it was told."""
    try:
        return control.recv(LONGEST)
    except ConnectionError:
        return b""


def _order(control: _socket.socket) -> tuple[bytes, tuple[int, ...]]:
    try:
        message, sent, _, _ = control.recvmsg(LONGEST, _socket.CMSG_SPACE(STREAMS.size))
    except ConnectionError:  # as in `_heard`
        return b"", ()
    streams = (STREAMS.unpack(data[: STREAMS.size]) for _, _, data in sent if len(data) >= STREAMS.size)
    return message, next(streams, ())


def _leave(folder: str) -> NoReturn:
    """End when the judge is gone, and leave no folder."""
    if _emptied(folder):
        with suppress(OSError):  # it is the namespaces' own, and goes with them
            pathlib.Path(folder).rmdir()
    os._exit(0)


def _await(control: _socket.socket, worker: int) -> int:
    """Wait until the worker ends, or end it when that is ordered or the judge is gone.

    Args:
        control: the socket.
        worker: its number.

    Returns:
        How it ended: the exit status, negative for a signal.

    """
    watched = select.poll()
    watched.register(control.fileno(), select.POLLIN)
    ended = None
    with suppress(OSError, AttributeError):
        ended = os.pidfd_open(worker)
        watched.register(ended, select.POLLIN)
    while os.waitid(os.P_PID, worker, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        for each, _ in watched.poll(None if ended is not None else 1000 * OFTEN):
            if each == control.fileno() and _heard(control) in {b"", END}:
                os.kill(worker, signal.SIGKILL)
    with suppress(OSError):  # whatever it may have started, where nothing has kept it from that
        os.killpg(worker, signal.SIGKILL)
    if ended is not None:
        os.close(ended)
    return os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])


def _emptied(folder: str) -> bool:
    """Empty the folder that workers may write to; return whether it is."""
    if not folder:
        return True
    with suppress(OSError):
        for each in list(os.scandir(folder)):
            if each.is_dir(follow_symlinks=False):
                shutil.rmtree(each.path)
            else:
                pathlib.Path(each.path).unlink()
        return True
    return False
