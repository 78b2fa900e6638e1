"""What a worker must be able to read: Python, numpy, the contract and itself. Nothing else is there for it."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

GRADING = Path(__file__).resolve().parents[1]
COURSE = GRADING.parent
WORKER = GRADING / "worker" / "__main__.py"
LIBRARIES = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/local/lib")
"""Where the system keeps shared libraries; some Pythons and some numpys are built on them."""
DATA = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")
"""What these libraries are found by (Debian's numpy finds its BLAS by the first), and the time."""
PACKAGES = {"site-packages", "dist-packages"}
"""Folders of installed packages: torch is among them, and perhaps this course."""


def python() -> str:
    """Return the interpreter itself, not the environment's link to it: a worker does not need what that adds."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


@functools.cache
def numpy() -> Path:
    """Return the folder that numpy lies in; it is not imported for that."""
    found = importlib.util.find_spec("numpy")
    assert found is not None and found.origin is not None  # noqa: S101, PT018 - a course without numpy does not start
    return Path(found.origin).resolve().parents[1]


@functools.cache
def own() -> tuple[Path, ...]:
    """Return the files of the course that a worker runs."""
    return (COURSE / "__init__.py", COURSE / "rule.py", GRADING / "__init__.py", WORKER.parent, GRADING / "confine")


@functools.cache
def shared() -> tuple[Path, ...]:
    """Return what holds Python and the system's libraries, and perhaps installed packages further down."""
    base = Path(sys.base_prefix).resolve()
    standard = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")} - {_environment()}
    found = {Path(each) for each in LIBRARIES} | {base / "lib", base / "lib64", *standard}
    for each in map(Path, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)):
        if each.is_absolute() and any(each.glob("libpython*")):
            found.add(each)
    return tuple(sorted(each for each in {*found, *map(Path, DATA), Path(python())} if each.exists()))


def _environment() -> Path:
    """Return where a virtual environment would have a standard library; it has none."""
    return Path(sys.prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}").resolve()


@functools.cache
def packages() -> tuple[Path, ...]:
    """Return numpy's own folders, without what is installed beside them."""
    return tuple(each for each in (numpy() / "numpy", numpy() / "numpy.libs") if each.exists())


@functools.cache
def hidden() -> tuple[Path, ...]:
    """Return what lies within what is shared and must not be seen: installed packages, a checkout of the course."""
    found = {each for root in shared() for each in _hidden(root)}
    if any(COURSE.parent.is_relative_to(root) for root in shared()):
        found.add(COURSE.parent)
    return tuple(sorted(found))


def _hidden(root: Path, depth: int = 2) -> list[Path]:
    """Return folders in `lib/pythonX.Y/` or `lib/python3/` to hide; one that is the root is shared on purpose."""
    try:
        entries = [each for each in os.scandir(root) if each.is_dir()] if depth else []
    except OSError:
        return []
    found = [Path(each.path) for each in entries if each.name in PACKAGES]
    pythons = (each for each in entries if each.name.startswith("python"))
    return found + [inner for each in pythons for inner in _hidden(Path(each.path), depth - 1)]


@functools.cache
def readable() -> tuple[str, ...]:
    """Return the same for Landlock, which can only allow: what is shared, in parts where something is hidden."""
    aside = {str(each.resolve()) for each in hidden()}
    roots = {os.path.realpath(each) for each in shared()}
    outermost = [each for each in roots if not any(each.startswith(other + os.sep) for other in roots)]
    parts = [part for root in sorted(outermost) for part in _without(root, aside)]
    return (*parts, *map(str, (*packages(), *own())))


def _without(root: str, aside: set[str]) -> list[str]:
    """Return the folder, or what lies in it if something there is left out; links lead to what is listed itself."""
    if root in aside:
        return []
    if not any(each.startswith(root + os.sep) for each in aside):
        return [root]
    try:
        with os.scandir(root) as entries:
            inner = sorted(each.path for each in entries if not each.is_symlink())
    except OSError:
        return []
    return [part for each in inner for part in _without(each, aside)]
