"""What a rule does not need is refused with a sentence of its own kind: libraries, processes, threads, files outside.

This is manners, not a wall: it makes a student's slip a clear message, and code that means harm can undo it.
"""

from __future__ import annotations

import _thread
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ALLOWED = {*sys.stdlib_module_names, "numpy", "course"}
PROCESS_EVENTS = {
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn",
    "subprocess.Popen", "_thread.start_new_thread", "_thread.start_joinable_thread",
}  # fmt: skip
OUTSIDE_EVENTS = {
    "os.chmod", "os.chown", "os.kill", "os.killpg", "os.link", "os.rmdir", "os.symlink", "signal.pthread_kill",
}  # fmt: skip
OWN_EVENTS = {"os.remove": 1, "os.rename": 2, "os.truncate": 1}
"""What one may do to one's own files, and how many paths it names."""
OUTSIDE_PREFIXES = ("ctypes.", "socket.")


class ForbiddenImportError(ModuleNotFoundError):
    """The learner's file asked for a library that a rule does not need."""


class ForbiddenProcessError(RuntimeError):
    """The learner's file tried to start another process or thread."""


class ForbiddenAccessError(PermissionError):
    """The learner's file reached for something outside: a file, a connection, another process, foreign code."""


REFUSALS: dict[type[BaseException], str] = {
    ForbiddenImportError: "import",
    ForbiddenProcessError: "process",
    ForbiddenAccessError: "access",
}
"""What the judge calls each of them."""


class OnlyNumpy:
    """An import hook that lets the standard library and numpy through and nothing else: above all not torch."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        """Refuse what is not allowed; leave the rest to the hooks that follow.

        Args:
            name: the module, with dots.
            path: not used.
            target: not used.

        Raises:
            ForbiddenImportError: a rule does not need this module.

        """
        top, _, rest = name.partition(".")
        if top.startswith("_sysconfigdata"):  # the standard library's own, under a name of this machine's
            return
        if top not in ALLOWED or (top == "course" and rest not in {"", "rule"}):
            raise ForbiddenImportError(name)


class Guard:
    """An audit hook that refuses, with a sentence, what a rule does not need: files, connections, other programs.

    It decides nothing, because code in the same process can change it: what holds is the rest of `confine`.

    Args:
        cwd: the working directory, which the file may use.
        readable: what else it may read: numpy, the rule contract, the file itself.

    """

    def __init__(self, cwd: Path, readable: Iterable[str | Path]) -> None:
        roots = [Path(os.__file__).parent, *readable, cwd, os.devnull]
        self.roots = [os.path.realpath(root) for root in roots]
        self.own = [os.path.realpath(root) for root in (cwd, os.devnull)]

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse what is not allowed, by an exception of its own kind."""
        if event == "open":
            self.check_open(*arguments)
        elif event in PROCESS_EVENTS:
            raise ForbiddenProcessError(event)
        elif event in OWN_EVENTS:
            for path in arguments[: OWN_EVENTS[event]]:
                self.check_open(path, None, os.O_WRONLY)
        elif event in OUTSIDE_EVENTS or event.startswith(OUTSIDE_PREFIXES):
            raise ForbiddenAccessError(event)

    def check_open(self, path: Any, _mode: Any, flags: int) -> None:
        """Refuse files outside: Python and numpy may read themselves, anybody may use the working directory.

        Args:
            path: the file, or a descriptor that is open already.
            _mode: not used.
            flags: as `os.open` has them.

        Raises:
            ForbiddenAccessError: the file lies elsewhere.

        """
        if isinstance(path, int):
            return
        real = os.path.realpath(os.fsdecode(path))
        roots = self.own if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else self.roots
        if not any(real == root or real.startswith(root + os.sep) for root in roots):
            raise ForbiddenAccessError(Path(real).name)  # where it lies is not the student's to know


def refuse_threads() -> None:
    """Make every start of a thread fail: some Pythons have no audit event for it, some users no limit."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise ForbiddenProcessError("a thread")

    for module, names in (
        (_thread, ("start_new_thread", "start_new", "start_joinable_thread")),
        (threading, ("_start_new_thread", "_start_joinable_thread")),
    ):
        for name in names:
            if hasattr(module, name):
                setattr(module, name, refuse)
