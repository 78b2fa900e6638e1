"""What a control says is heard where cells run, in the kernel's main thread.

Since version 7 ipykernel has subshells, threads that answer while a cell runs, and JupyterLab sends all that controls
say to one of them (jupyter.org/enhancement-proposals, JEP 91). The course's rules must not run there: a signal, which
breaks off one that never ends, is for the main thread alone; what a rule prints is kept out of the notebook by
replacing `sys.stdout`, which is everybody's; and two messages to one widget, built in two threads, may lose each other.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[Any, Any, Any], Any]

SAID = "comm_msg"
"""The type of the messages in which the page tells the kernel of a control."""


def hear_in_main_thread() -> None:
    """Have the kernel that runs this answer controls in its main thread; do nothing where there is none.

    The answer is waited for: a page that sends one message at a time, as ipywidgets do, sends the next one after it.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    handlers: dict[str, Handler] = getattr(getattr(shell, "kernel", None), "shell_handlers", {})
    hear = handlers.get(SAID)
    if hear is None or isinstance(hear, _Elsewhere) or threading.current_thread() is not threading.main_thread():
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # nothing runs a kernel here
    handlers[SAID] = _Elsewhere(hear, loop)


class _Elsewhere:
    """A handler of a kernel's messages that calls another one in the main thread, whichever thread it is called in."""

    def __init__(self, hear: Handler, loop: asyncio.AbstractEventLoop) -> None:
        self._hear = hear
        self._loop = loop

    def __call__(self, stream: Any, ident: Any, message: Any) -> Awaitable[Any] | Any:
        if threading.current_thread() is threading.main_thread():
            return self._hear(stream, ident, message)
        heard: concurrent.futures.Future[Any] = concurrent.futures.Future()

        def call() -> None:
            # As the kernel does around each of its handlers: whoever interrupts it stops this, and not the kernel.
            before = signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                heard.set_result(self._hear(stream, ident, message))
            except KeyboardInterrupt:
                heard.set_result(None)
            except Exception as error:  # noqa: BLE001 - the kernel logs whatever a handler raises
                heard.set_exception(error)
            finally:
                signal.signal(signal.SIGINT, before)

        # In the message's own context: there the kernel keeps to which cell an output belongs.
        self._loop.call_soon_threadsafe(call, context=contextvars.copy_context())
        return asyncio.wrap_future(heard)
