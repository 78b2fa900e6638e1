"""`make faults`: kill, cut the power, fill the disk, set the clock back while a class is graded, and grade it again.

As root on Linux, in a mount namespace of its own: what is mounted here is seen by nobody else, and gone with it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults import clocks, command, disks, table
from tests.faults.copying import copying
from tests.faults.kills import kills
from tests.faults.power import cuts, possible
from tests.faults.scene import STEPS, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INSIDE = "--inside"


def main() -> int:
    """Run them; return 0 if after every fault one more run gave the same class."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *KINDS], help=f"of {', '.join(KINDS)}; default: all")
    parser.add_argument("--short", action="store_true", help="a few of each, on a small class")
    parser.add_argument("--fork", action="store_true", help="fork each command from this process: faster")
    parser.add_argument("--kills", type=int, help="how many; default: 200, or 7")
    parser.add_argument("--students", type=int, help="how many, at least 6; default: 24, or 6")
    parser.add_argument("--seed", type=int, default=1, help="another one draws other moments")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.inside:
        command.TEMPORARY.rmdir()  # the process in the namespace has its own
        return _in_a_namespace()
    command.adopt_orphans()
    command.FORKED = args.short or args.fork
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        return _tried(args, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(command.TEMPORARY, ignore_errors=True)


def _in_a_namespace() -> int:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "--mount", "true"], check=False, capture_output=True).returncode:
        print(
            "This mounts disks and takes them away: only on Linux, as root, where namespaces can be had.",
            file=sys.stderr,
        )
        return 2
    mine = [sys.executable, "-m", "tests.faults", INSIDE, *sys.argv[1:]]
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # one that forks has one thread
    return subprocess.run(
        [unshare, "--mount", "--propagation", "private", *mine], check=False, env=variables
    ).returncode


def _tried(args: argparse.Namespace, folder: Path) -> int:
    begun = time.monotonic()
    scene = Scene(folder, args.students or (6 if args.short else 24))
    scene.make()
    took = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in scene.seconds.items())
    print(f"{scene.students} students, {os.cpu_count()} processors; undisturbed: {took}", flush=True)
    rows: list[table.Row] = []
    for name in args.names or KINDS:
        for row in KINDS[name](scene, folder / "work", args):
            rows.append(row)
            print(f"{row.kind}: {row.times}, {row.outcome} ({time.monotonic() - begun:.0f} s)", flush=True)
    print()
    print(table.printed(rows))
    print(f"{sum(row.times for row in rows)} faults, {time.monotonic() - begun:.0f} s")
    return int(not rows or any(row.faults or not row.times for row in rows))


def _kills(scene: Scene, work: Path, args: argparse.Namespace) -> Iterable[table.Row]:
    return kills(scene, work, args.kills or (7 if args.short else 200), args.seed)


def _power(scene: Scene, work: Path, args: argparse.Namespace) -> Iterable[table.Row]:
    if not possible():
        return [table.Row("power loss", "nothing: no file system can be mounted here (/dev/fuse)")]
    return cuts(scene, work, 4 if args.short else 55, args.seed)


def _disks(scene: Scene, work: Path, args: argparse.Namespace) -> Iterable[table.Row]:
    steps = STEPS[1:2] if args.short else STEPS
    yield from disks.full(scene, work, 2 if args.short else 8, steps)
    yield from disks.read_only(scene, work, steps)
    if not args.short:
        yield from disks.file_in_the_way(scene, work, steps)


def _clocks(scene: Scene, work: Path, args: argparse.Namespace) -> Iterable[table.Row]:
    return clocks.clocks(scene, work, STEPS[1:2] if args.short else STEPS)


def _two(scene: Scene, work: Path, args: argparse.Namespace) -> Iterable[table.Row]:
    short = (("grade", "grade", 0), ("grade", "feedback", 0))
    return clocks.two(scene, work, 1, short) if args.short else clocks.two(scene, work, 3)


def _copying(scene: Scene, work: Path, args: argparse.Namespace) -> Iterable[table.Row]:
    return copying(scene, work, 1 if args.short else 20, args.seed)


KINDS: dict[str, Callable[[Scene, Path, argparse.Namespace], Iterable[table.Row]]] = {
    "kills": _kills,
    "power": _power,
    "disks": _disks,
    "clocks": _clocks,
    "two": _two,
    "copying": _copying,
}

if __name__ == "__main__":
    sys.exit(main())
