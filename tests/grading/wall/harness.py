"""Lays out bait, sends `getting_out.py` behind a wall, tells what got out. Without pytest: ordinary users run it."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from course.grading import processes, sandbox, wall
from course.grading.confine import landlock, seccomp
from course.grading.wall import bubblewrap, places
from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOURCE = Path(__file__).with_name("getting_out.py").read_text("utf-8")
FULL = (("bubblewrap", "landlock", "seccomp"), ("bubblewrap", "seccomp"), ("landlock", "seccomp"))
"""The three kinds of full wall."""
WORKER = """
import sys
sys.path += sys.argv[1:]
sys.addaudithook = lambda hook: None
{light}
{sabotage}
import runpy
runpy.run_path({worker!r}, run_name="__main__")
"""
"""The worker without its friendly audit hook, which decides nothing, and without what the test takes away."""
LIGHT = """
import types
numpy = sys.modules["numpy"] = types.ModuleType("numpy")
numpy.__file__, numpy.seterr = sys.argv[2] + "/numpy/__init__.py", lambda **kinds: None
numpy.ndarray = numpy.generic = type("array", (), dict(shape=property(), dtype=property(), tobytes=bytes))
numpy.dtype = type("dtype", (), dict(str=property(), __init__=lambda self, name: None))
numpy.array, numpy.shape = list, len  # bound before a file is loaded, and not called
"""
"""Most of a worker's time goes into importing numpy; what tries one piece of the wall does without."""
SITE = f"python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def has(layers: Sequence[str]) -> bool:
    """Whether this machine has all of these layers."""
    found = {"bubblewrap": bubblewrap.program() is not None, "landlock": landlock.version() > 0}
    return all((found | {"seccomp": seccomp.available()})[each] for each in layers)


CACHED = (
    places.shared, places.hidden, places.readable, places.packages, places.numpy, bubblewrap.prefix, bubblewrap.program
)  # fmt: skip
"""What is looked at once a process, taken before any test puts something else in its place."""


@dataclass
class Result:
    """What a file behind a wall has achieved."""

    out: set[str]
    """The attempts that succeeded."""
    outcome: sandbox.Outcome

    @property
    def layers(self) -> tuple[str, ...]:
        """What stood, as the worker has told."""
        return self.outcome.standing.layers


@dataclass
class Bait:
    """What there is to be reached, and a judge that looks at its own machine with this bait on it."""

    told: dict[str, Any]
    secrets: Path
    """A folder that the worker must know nothing of."""
    shelf: Path
    """A folder that it may read, as it may read Python."""

    def lay_out(self) -> None:
        """Make good what an earlier attempt has taken, emptied or moved."""
        (self.secrets / "secret").write_text("secret hidden", "utf-8")
        (self.shelf / SITE / "hidden").write_text("installed beside numpy", "utf-8")
        (self.shelf / "bait").write_bytes(b"bait to be read")
        (self.shelf / "spare").write_bytes(b"")
        (self.shelf / "empty").mkdir(exist_ok=True)
        shutil.copy("/bin/true", self.shelf / "program")
        (self.shelf / "new").unlink(missing_ok=True)

    def run(
        self,
        layers: Sequence[str],
        only: Sequence[str] = (),
        sabotage: str = "",
        *,
        settings: dict[str, int] | None = None,
        source: str = "",
        limits: sandbox.Limits | None = None,
        light: bool = True,
    ) -> Result:
        """Send the attempts behind a wall of these layers.

        Args:
            layers: what the wall is to be made of.
            only: the attempts to make; none for all.
            sabotage: Python code that the worker runs before anything of its own.
            settings: the limits that the worker sets on itself, where they are not the usual ones.
            source: something else to run than the attempts.
            limits: the judge's limits.
            light: whether to do without numpy.

        Returns:
            What succeeded, and what the judge has seen.

        """
        self.lay_out()
        code = WORKER.format(light=LIGHT if light else "", sabotage=sabotage, worker=str(places.WORKER))
        command = [places.python(), "-I", "-S", "-B", "-X", "utf8", "-c", code, *processes.command()[-2:]]
        sent = source or f"{SOURCE}\n\nrun({self.told!r}, {list(only)!r})\n"
        allowed = limits or sandbox.Limits()
        with contextlib.ExitStack() as stack:
            stack.enter_context(alone(layers))
            stack.enter_context(mock.patch.object(processes, "command", return_value=command))
            stack.enter_context(mock.patch.object(sandbox, "PRINTED", 2**16))
            if settings is not None:
                stack.enter_context(mock.patch.object(sandbox.Limits, "settings", return_value=settings))
            outcome = sandbox.run("rule.py", sent.encode(), "Rule", {}, (), allowed)
        lines = [line for line in outcome.printed.splitlines() if line.startswith("[")]
        return Result(set(json.loads(lines[-1])) if lines else set(), outcome)


@contextlib.contextmanager
def alone(layers: Sequence[str]) -> Iterator[None]:
    """A judge that wants these layers and has not tried any yet, nor prepared a worker."""
    processes.dismiss()
    with (
        mock.patch.dict(os.environ, {wall.VARIABLE: ",".join(layers) or "none"}),
        mock.patch.dict(wall._lost, clear=True),
        mock.patch.dict(sandbox._found, clear=True),
    ):
        yield
    processes.dismiss()


def forget() -> None:
    """Have what is cached about this machine looked at again."""
    for each in CACHED:
        each.cache_clear()


@contextlib.contextmanager
def shared_with(*more: Path) -> Iterator[None]:
    """Share these folders with the worker as if Python lay in them."""
    usual = places.shared()

    def shared() -> tuple[Path, ...]:
        return tuple(sorted({*usual, *more}))

    with mock.patch.object(places, "shared", shared):
        places.hidden.cache_clear()
        places.readable.cache_clear()
        bubblewrap.prefix.cache_clear()
        yield
    forget()


def files(secrets: Path, shelf: Path) -> dict[str, str]:
    """Name what must not be read."""
    hidden = shelf / SITE / "hidden"
    grading = places.GRADING
    found = {
        "secret": secrets / "secret",
        "hidden-package": hidden,
        "pytest": Path(sys.modules["pytest"].__file__ or "") if "pytest" in sys.modules else hidden,
        "solution": ROOT / "solutions" / "adam.py",
        "judge": grading / "judge.py",
        "reference": next((ROOT / "course/topics").glob("*/references.npz")),
        "syllabus": ROOT / "course" / "topic.py",
        "environment": Path(sys.prefix, "pyvenv.cfg"),
    }
    return {kind: str(path) for kind, path in found.items() if path.is_file()}


@contextlib.contextmanager
def laid_out(base: str | None = None) -> Iterator[Bait]:
    """Bait of every kind, taken away afterwards.

    Args:
        base: the folder to lay it in, where that is not the one for temporary files.

    Yields:
        What there is.

    """
    with contextlib.ExitStack() as stack:
        secrets, shelf = (
            Path(os.path.realpath(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{kind}-", dir=base))))
            for kind in ("secrets", "shelf")
        )
        word = secrets.name
        (shelf / SITE).mkdir(parents=True)
        Bait({}, secrets, shelf).lay_out()
        (secrets / "link").symlink_to("secret")
        stack.enter_context(mock.patch.dict(os.environ, {"DOWNHILL_SECRET": word}))
        victim = stack.enter_context(
            subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE)
        )
        stack.callback(victim.kill)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for family in (str(secrets / "socket"), f"\0{word}"):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(family)
            listener.listen()
        shm = Path("/dev/shm", word)  # noqa: S108 - shared on purpose
        try:
            shm.write_bytes(b"shared")
            stack.callback(shm.unlink)
        except OSError:  # a read-only file system
            shm = secrets / "secret"
        key = os.getpid() << 8 | 0x5A
        libc = ctypes.CDLL(None)
        segment = libc.shmget(key, ctypes.c_size_t(4096), 0o1600)
        stack.callback(libc.shmctl, segment, 0, None)
        leak = os.open(secrets / "secret", os.O_RDONLY)
        os.set_inheritable(leak, True)  # noqa: FBT003 - its name says it
        stack.callback(os.close, leak)
        stack.enter_context(shared_with(shelf))
        told = {
            "word": word,
            "files": files(secrets, shelf),
            "folders": {
                "secrets": (str(secrets), "secret"),
                "course": (str(places.COURSE), "cli.py"),
                "solutions": (str(ROOT / "solutions"), "adam.py"),
                "packages": (str(places.numpy()), "pytest"),
                "hidden-package": (str(shelf / SITE), "hidden"),
                "temp": (str(secrets.parent), word),
            },
            "link": str(secrets / "link"),
            "socket": str(secrets / "socket"),
            "port": server.getsockname()[1],
            "key": key,
            "shm": str(shm),
            "readable": str(shelf / "bait"),
            "shelf": str(shelf),
            "numpy": str(places.numpy() / "numpy" / "__init__.py"),
            "worker": str(places.WORKER),
            "python": places.python(),
            "program": str(shelf / "program"),
            "victim": victim.pid,
            "judge": os.getpid(),
            "interfaces": len(socket.if_nameindex()),
            "hostname": os.uname().nodename,
        }
        yield Bait(told, secrets, shelf)
