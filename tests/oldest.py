"""The core of the suite with the oldest releases that pyproject.toml admits: `make oldest`.

    python -m tests.oldest [PYTEST_ARGUMENTS]

The constraints are made from pyproject.toml's lower bounds, so that no second list can be wrong. The environment, in
`build/oldest`, takes its torch from this one by links: a second copy of that size proves nothing about the others.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.version import Version

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = ROOT / "build" / "oldest"
CORE = (
    *("tests/rules", "tests/lab", "tests/exercises", "tests/cli/test_cli.py", "tests/classroom/test_new.py"),
    *("tests/classroom/test_grading.py", "tests/classroom/test_pictures.py", "tests/classroom/test_gradebook.py"),
    *("tests/grading/test_verdict.py", "tests/grading/test_command_line.py", "tests/grading/test_caution.py"),
)
"""What touches each dependency: numpy, torch, matplotlib, the widgets, nbgrader, pytest, platformdirs."""
LESSONS = ("lessons/zh/momentum.ipynb", "lessons/en/index.ipynb")
"""Run under nbval: a lesson with figures, sliders and a network, and the one without."""
BORROWED = ("torch",)
"""Packages of this environment that are linked, not installed."""
NEWEST = ("mypy", "ruff", "pre-commit", "playwright", "downhill-course")
"""What authors use and the core does not."""


def requirements() -> Iterator[Requirement]:
    """Every requirement that the core of the suite needs, of learners, instructors and authors."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for each in map(Requirement, (text for group in groups for text in group)):
        if each.name not in NEWEST:
            yield each


def oldest(asked: Requirement) -> str | None:
    """Constrain a requirement to the first release that it admits; None where it has no lower bound.

    >>> oldest(Requirement("numpy>=2.0,<3"))
    'numpy==2.0'
    >>> oldest(Requirement("pytest<9.2")) is None
    True
    """
    bounds = [Version(each.version) for each in asked.specifier if each.operator in {">=", "~=", "=="}]
    return f"{asked.name}=={max(bounds)}" if bounds else None


def constraints() -> list[str]:
    """One line a package, sorted; what is borrowed has the release that is borrowed."""
    found = {text for each in requirements() if each.name not in BORROWED and (text := oldest(each))}
    return sorted(found | {f"{name}=={metadata.version(name)}" for name in BORROWED})


def borrow(name: str, site: Path) -> None:
    """Link a package of this environment, and what says that it is installed, into another's site-packages."""
    distribution = metadata.distribution(name)
    here = Path(sysconfig.get_path("purelib"))
    tops = {Path(str(file)).parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
    for top in tops:
        link = site / top
        if (here / top).exists() and not link.exists():  # one that another package has brought along lies elsewhere
            link.symlink_to(here / top)


def make() -> Path:
    """Make the environment, or complete it; return its Python."""
    python = HOME / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME / "venv"], check=True)
    (HOME / "constraints.txt").write_text("\n".join(constraints()) + "\n", "utf-8")
    (site,) = (HOME / "venv").glob("lib/python*/site-packages")
    for name in BORROWED:
        borrow(name, site)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--constraint", str(HOME / "constraints.txt"), "--editable", str(ROOT)]
    subprocess.run([*pip, *sorted(map(str, requirements()))], check=True)
    return python


def main(arguments: list[str]) -> int:
    """Make it, say what is in it, run the core of the suite there; the status is pytest's."""
    started = time.monotonic()
    python = make()
    print(f"{time.monotonic() - started:.0f} s to make {HOME.relative_to(ROOT)} with:")
    print(*constraints(), sep="\n", flush=True)
    run = [str(python), "-m", "pytest", "-p", "no:cacheprovider", "-q", "--submission", "solutions"]
    run += ["-m", "not (needs or full or gpu)"]
    environment = {**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment.pop("VIRTUAL_ENV", None)
    started = time.monotonic()
    statuses = [subprocess.run([*run, *(arguments or CORE)], cwd=ROOT, env=environment, check=False).returncode]
    if not arguments:
        lessons = [*run, "--nbval-lax", "-p", "tests.lessons.strict_kernel", *LESSONS]
        statuses.append(subprocess.run(lessons, cwd=ROOT, env=environment, check=False).returncode)
    print(f"{time.monotonic() - started:.0f} s with the oldest releases")
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
