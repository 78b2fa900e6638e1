"""Where a kernel with subshells hears what controls say."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from course.lab.kernel import SAID, hear_in_main_thread
from course.lab.piece import Piece


def kernel(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Return the handlers of a kernel that seems to run this, and where they will have been called with what."""
    called: list[tuple[str, Any]] = []

    def hear(_stream: object, _ident: object, message: Any) -> None:
        called.append((threading.current_thread().name, message))
        if message == "bad":
            raise ValueError("bad")
        if message == "interrupted":
            signal.raise_signal(signal.SIGINT)

    handlers: dict[str, Any] = {SAID: hear, "comm_open": hear}
    shell = SimpleNamespace(kernel=SimpleNamespace(shell_handlers=handlers))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    return handlers, called


@pytest.mark.parametrize("install", [hear_in_main_thread, Piece])
def test_a_message_to_another_thread_is_heard_in_the_main_one(monkeypatch: pytest.MonkeyPatch, install: Any) -> None:
    """In its order, once, however often a piece is made; what a handler raises reaches the thread that called it.

    Whoever interrupts the kernel meanwhile stops the handler alone.
    """
    handlers, called = kernel(monkeypatch)
    before = handlers["comm_open"]

    async def subshell() -> None:
        await handlers[SAID](None, None, "first")
        with pytest.raises(ValueError, match="bad"):
            await handlers[SAID](None, None, "bad")
        assert await handlers[SAID](None, None, "interrupted") is None

    async def cells() -> None:
        install()
        install()
        await asyncio.to_thread(asyncio.run, subshell())
        assert handlers[SAID](None, None, "last") is None

    before_interrupts = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a kernel that is idle
    try:
        asyncio.run(cells())
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before_interrupts)
    assert called == [("MainThread", each) for each in ("first", "bad", "interrupted", "last")]
    assert handlers["comm_open"] is before


def test_without_a_kernel_nothing_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers, _ = kernel(monkeypatch)
    before = dict(handlers)
    hear_in_main_thread()  # no loop runs
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    asyncio.run(asyncio.to_thread(hear_in_main_thread))
    assert handlers == before
