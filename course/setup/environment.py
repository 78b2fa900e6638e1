"""The course's own environment, `.venv` in the checkout: made, completed after an interruption, kept current.

Standard library only: this runs before anything is installed. `make` calls it through `bootstrap.py` as
`environment LEVEL COMMAND…`: see that everything of that level is there, then become that command.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from typing import Any

from course.setup import pip, pytorch
from course.setup.pip import BIN, PYTHON, ROOT, SITE, VENV, WINDOWS
from course.system import refusal, toml
from course.text import CourseError, Text, texts

TEXTS = texts(__file__)

STAMP = VENV / "downhill.json"
LEVELS = ("learner", "instructor", "author")
"""Each holds the one before it."""
GIGABYTES = {"learner": 1.6, "instructor": 1.7, "author": 2.0}
"""What an environment takes, measured on Linux with the CPU build of torch."""
MEGABYTES = {"learner": 130, "instructor": 160, "author": 260}
"""What is downloaded besides torch, about: the bar of the installation needs no more."""


def main(arguments: list[str]) -> int:
    """Make the environment of the level named first, then run the rest, a command of the environment, if there is one.

    Returns:
        2 if the environment could not be made, after saying why; otherwise the command's own status.

    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]
    level, command = (arguments or [""])[0], arguments[1:]
    try:
        ensure(level)
        return run(command) if command else 0
    except (CourseError, OSError) as error:
        text = error.text if isinstance(error, CourseError) else refusal.sentence(error)
        print(f"\n{text.both()}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n" + TEXTS["stopped"].both())
        return 130


def run(command: list[str]) -> int:
    """Become a command of the environment, with its programs first on PATH as if it were activated.

    Returns:
        The command's status, on Windows; elsewhere it never returns.

    """
    program = shutil.which(command[0], path=str(BIN))
    if program is None:
        raise CourseError(TEXTS["no-command"].format(command=command[0], folder=VENV))
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV)}
    if not WINDOWS:  # where execve returns to the shell at once
        os.execve(program, [program, *command[1:]], environment)  # noqa: S606 - the user's own command
    with subprocess.Popen([program, *command[1:]], env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the command has got it too, and knows what it means
                continue


# --- What is there -------------------------------------------------------------------------------------------------


def key() -> dict[str, str]:
    """Return whatever makes an installed environment stale when it changes."""
    with toml.opened(ROOT / "pyproject.toml") as told:
        required = {name: told[name] for name in ("build-system", "project")}
        required["torch"] = told.get("tool", {}).get("downhill", {})
    return {
        "root": str(ROOT),  # a moved environment is a broken one
        "requirements": hashlib.sha256(json.dumps(required, sort_keys=True).encode()).hexdigest(),
        "python": _version(),
    }


def _version() -> str:
    """Return the environment's Python, as `venv` noted it; empty if there is none that runs."""
    config = VENV / "pyvenv.cfg"
    if not (config.is_file() and PYTHON.exists()):
        return ""
    found = re.search(r"^version\s*=\s*(\d+)\.(\d+)", config.read_text("utf-8"), re.MULTILINE)
    return f"{found[1]}.{found[2]}" if found and (int(found[1]), int(found[2])) >= (3, 11) else ""


def stamp() -> dict[str, Any]:
    """Return what the last complete installation left; empty after an interrupted one."""
    try:
        left = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return left if isinstance(left, dict) and left.get("level") in LEVELS else {}


def ensure(level: str) -> None:
    """Install what `level` lacks; at once if that is nothing.

    Raises:
        CourseError: it cannot be done; the sentence says what to do.

    """
    if level not in LEVELS:
        raise CourseError(TEXTS["usage"])
    wanted, found = key(), stamp()
    current = wanted["python"] and {**found, "level": ""} == {**wanted, "level": ""}
    if current and LEVELS.index(found["level"]) >= LEVELS.index(level):
        return
    if found and LEVELS.index(found["level"]) > LEVELS.index(level):
        level = found["level"]  # nobody loses what was installed before
    STAMP.unlink(missing_ok=True)
    started = time.monotonic()
    pip.space(GIGABYTES[level])
    step(1, TEXTS["making"])
    make(afresh=bool(found) and found.get("root") != wanted["root"])
    mend()
    step(2, TEXTS["pytorch"])
    pytorch.install(GIGABYTES[level])
    step(3, TEXTS["packages"].format(level=level))
    target = str(ROOT) if level == "learner" else f"{ROOT}[{level}]"
    pip.install("--editable", target, megabytes=MEGABYTES[level])
    STAMP.write_text(json.dumps({**key(), "level": level}, indent=1), "utf-8")
    seconds = time.monotonic() - started
    print(TEXTS["ready"].format(seconds=seconds))


def step(number: int, text: Text) -> None:
    """Say what begins.

    Args:
        number: which of the three steps, from 1.
        text: what it does.

    """
    print(f"[{number}/3] {text}")


# --- Making it -----------------------------------------------------------------------------------------------------


def make(*, afresh: bool) -> None:
    """Make `.venv`, or complete one that was left half-made."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise CourseError(TEXTS["no-module"].format(python=sys.executable, module=missing[0], package=package))
    attempts: list[list[str]] = [["--clear"]] if afresh or (VENV.exists() and not _version()) else [[], ["--clear"]]
    said = ""
    for options in attempts:
        if not options and _version() and _works():
            return
        made = subprocess.run(
            [sys.executable, "-m", "venv", *options, str(VENV)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        said = made.stdout + made.stderr
        if made.returncode == 0 and _works():
            return
    raise pip.explained(said)


def _works() -> bool:
    """Return whether the environment's own pip answers."""
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def mend() -> None:
    """Make pip forget every package that an interruption left half-written, so that it installs it again.

    pip writes a package's RECORD last: a missing one, or one that lists missing files, is the mark of such a package.
    """
    for info in VENV.glob(f"{SITE}/*.dist-info"):
        try:
            with (info / "RECORD").open(encoding="utf-8", newline="") as rows:
                files = [row[0] for row in csv.reader(rows) if row and not row[0].endswith(".pyc")]
            whole = all((info.parent / name).exists() for name in files)
        except OSError:
            whole = False
        if not whole:
            shutil.rmtree(info)
