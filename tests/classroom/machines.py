"""Several machines on one: network namespaces, joined by a switch that can be told to cut one off.

Nothing of the system is changed: each machine is a process in a namespace of its own, the switch is one, too, and all
of it is gone with them. What runs on a machine sees the class's folder empty, so no disk is shared.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

PORT = 8786
BIN = Path(sys.executable).parent
DASK_SCHEDULER, DASK_WORKER = ((str(BIN / "dask"), name) for name in ("scheduler", "worker"))


def until(true: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something; fail if it does not come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.1)


class Machine:
    """A namespace with one network card, and the programs that were started in it."""

    def __init__(self, net: Network, number: int) -> None:
        self.net, self.number, self.address = net, number, f"10.77.0.{number}"
        self.holder = _holder()
        self.started: list[subprocess.Popen[str]] = []
        net.on_switch("ip", "link", "add", self.port, "type", "veth", "peer", "name", "eth0", "netns", self.pid)
        net.on_switch("ip", "link", "set", self.port, "master", "br0", "up")
        for line in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            subprocess.run([*self.inside(), "ip", *line.split()], check=True)

    @property
    def pid(self) -> str:
        """The process that holds the namespace."""
        return str(self.holder.pid)

    @property
    def port(self) -> str:
        """The plug of its cable in the switch."""
        return f"port{self.number}"

    def inside(self) -> list[str]:
        """What a command begins with that runs there."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", "--"]

    def start(self, *command: str, log: Path, hidden: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        """Start a program there, in a session of its own, and with a folder that is empty to it."""
        hide = ["unshare", "--mount", "sh", "-c", f'mount -t tmpfs none {hidden} && exec "$@"', "-"] if hidden else []
        with log.open("a", encoding="utf-8") as out:
            process = subprocess.Popen(
                [*self.inside(), *hide, *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                encoding="utf-8",
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **environment},
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def cut(self, *, off: bool) -> None:
        """Pull the cable out of the switch, or put it back."""
        self.net.on_switch("ip", "link", "set", self.port, "down" if off else "up")

    def close(self) -> None:
        """End all that runs there, and the machine."""
        for each in self.started:
            kill(each)
        _end(self.holder)


class Network:
    """The switch and its machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.machines: list[Machine] = []
        self.switch = _holder()
        self.on_switch("ip", "link", "add", "br0", "type", "bridge")
        self.on_switch("ip", "link", "set", "br0", "up")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        for each in self.machines:
            each.close()
        _end(self.switch)

    def on_switch(self, *command: str) -> None:
        """Run a command where the switch is."""
        subprocess.run(["nsenter", f"--net=/proc/{self.switch.pid}/ns/net", "--", *command], check=True)

    def machine(self) -> Machine:
        """Plug one more in."""
        made = Machine(self, len(self.machines) + 1)
        self.machines.append(made)
        return made


class Cluster:
    """A scheduler, workers, and the machine of an instructor, on a network."""

    def __init__(self, net: Network, hidden: Path) -> None:
        self.net, self.hidden = net, hidden
        self.head, self.desk = net.machine(), net.machine()
        self.address = f"tcp://{self.head.address}:{PORT}"
        self.scheduler = self.start_scheduler()

    def start_scheduler(self, program: Sequence[str] = DASK_SCHEDULER) -> subprocess.Popen[str]:
        """Start the scheduler, with the page that shows what it does."""
        log = self.log("scheduler")
        before = self.said("scheduler").count("Scheduler at:")
        process = self.head.start(
            *(*program, "--host", self.head.address, "--port", str(PORT), "--no-show"),
            log=log,
            hidden=self.hidden,
        )
        until(lambda: self.said("scheduler").count("Scheduler at:") > before, 30, "the scheduler")
        return process

    def worker(
        self, *, again: bool = False, threads: int = 1, program: Sequence[str] = DASK_WORKER, **environment: str
    ) -> Machine:
        """Add a machine with a worker; `again`: whenever it ends, as a service manager does it."""
        machine = self.net.machine()
        line = [*program, self.address, "--host", machine.address, "--nthreads", str(threads)]
        line += ["--no-dashboard", "--local-directory", str(self.hidden), "--death-timeout", "60"]
        loop = ["sh", "-c", 'while :; do "$@"; sleep 0.5; done', "-"] if again else []
        name = f"worker{machine.number}"
        machine.start(*loop, *line, log=self.log(name), hidden=self.hidden, **environment)
        until(lambda: "Registered to" in self.said(name), 40, "a worker")
        return machine

    def grade(self, room: Path, *options: str) -> subprocess.Popen[str]:
        """Start grading at the instructor's desk."""
        line = ["class", "grade", "--dir", str(room), "--cluster", self.address, *options]
        return self.desk.start(str(BIN / "course"), *line, log=self.log("grade"))

    def log(self, name: str) -> Path:
        """The file with what a program has said."""
        return self.net.folder / f"{name}.log"

    def said(self, name: str) -> str:
        """What a program has said."""
        return self.log(name).read_text("utf-8") if self.log(name).exists() else ""

    def asked(self, program: str) -> str:
        """Run a few lines of Python at the desk, `client` being connected; return what they print."""
        begin = f"from distributed import Client\nclient = Client({self.address!r}, timeout=60)\n"
        line = [*self.desk.inside(), sys.executable, "-c", begin + program]
        return subprocess.run(line, check=True, capture_output=True, encoding="utf-8").stdout


def kill(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    """Kill a program and all that it has started in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    process.wait()


def children(pid: int) -> list[int]:
    """The processes that one has started, and theirs."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for each in (task / "children").read_text("ascii").split():
                found += [int(each), *children(int(each))]
    return found


def command_of(pid: int) -> str:
    """The command line of a process; nothing if it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    return ""


def _holder() -> subprocess.Popen[str]:
    process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], encoding="utf-8", start_new_session=True)
    own = Path("/proc/self/ns/net").readlink()
    until(lambda: Path(f"/proc/{process.pid}/ns/net").readlink() != own, 10, "a namespace")
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
