"""The environment's own pip: what it is asked for, and why it failed, in our words.

Standard library only, as everything that runs before an installation.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from course.setup.progress import InstallBar
from course.text import CourseError, Text, texts

TEXTS = texts(__file__)

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
SITE = "Lib/site-packages" if WINDOWS else "lib/python*/site-packages"
"""Where packages lie in it, as a pattern."""
WORKING_GIGABYTES = 0.5
"""What pip needs beside the packages themselves while it unpacks."""

LAST_LINES = 10
"""What is shown of a failed pip."""

ANOTHER = r"py -3.12 course\setup\bootstrap.py learner course lab" if WINDOWS else "make lab PYTHON=python3.12"
"""To try another Python."""

Kind = Literal["disk", "network", "permission", "version", "unknown"]


class FailedError(CourseError):
    """pip, or venv, failed; `kind` tells what could be tried instead."""

    def __init__(self, text: Text, kind: Kind) -> None:
        super().__init__(text)
        self.kind = kind


def install(*arguments: str, megabytes: float) -> None:
    """Run `pip install`: one line that shows how far it is on a terminal, and its last words if it fails.

    Args:
        arguments: pip's.
        megabytes: what is to be downloaded, about.

    Raises:
        FailedError: it failed; the sentence says why in our words.

    """
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *_raw(), *arguments]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
        InstallBar(megabytes, _packages) as progress,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=complaints,
            encoding="utf-8",
            errors="replace",
            env=_environment(),
        ) as process,
    ):
        for line in process.stdout or ():
            progress.saw(line)
        process.wait()
        complaints.seek(0)
        said = complaints.read()
    if process.returncode != 0:
        for line in last_lines(said):
            print(line, file=sys.stderr)
        raise explained(said)


def last_lines(said: str) -> list[str]:
    """Return what is to be read of a failed pip's complaints: not its own traceback, and no retries."""
    lines = re.split(r"^(?:ERROR: Exception:|Traceback )", said, maxsplit=1, flags=re.MULTILINE)[0].splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("WARNING")][-LAST_LINES:]


def _packages() -> int:
    return sum(1 for _ in VENV.glob(f"{SITE}/*.dist-info"))


def _raw() -> list[str]:
    """Have pip tell of every piece of a download, which it does from 24.1 on."""
    for found in VENV.glob(f"{SITE}/pip-*.dist-info"):
        numbers = re.match(r"pip-(\d+)\.(\d+)", found.name)
        if numbers and (int(numbers[1]), int(numbers[2])) >= (24, 1):
            return ["--progress-bar", "raw"]
    return ["--progress-bar", "off"]


def has(requirement: str) -> bool:
    """Return whether the environment itself satisfies the requirement: no index, no folder of wheels is asked."""
    name = re.split(r"[^\w-]", requirement)[0]
    if not any(VENV.glob(f"{SITE}/{name}-*.dist-info")):
        return False
    alone = {**_environment(), "PIP_CONFIG_FILE": os.devnull}
    arguments = ("--isolated", "--quiet", "--no-index", "--no-deps", requirement)
    return _pip("install", *arguments, env=alone).returncode == 0


def from_users_folders(*requirements: str) -> bool:
    """Install the first that the folders of wheels in the user's pip configuration hold; tell whether one was there."""
    if "find-links" not in _pip("config", "list", env=_environment()).stdout:
        return False
    arguments = ("install", "--quiet", "--no-index", "--no-deps")
    return any(_pip(*arguments, each, env=_environment()).returncode == 0 for each in requirements)


def releases(name: str, options: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    """Ask an index which releases of a package it has for this machine, with the user's proxy and certificates.

    Args:
        name: the package.
        options: pip's options that name the index.
        seconds: how long to wait in all; a name server, a silent server and a slow one obey no limit of pip's.

    Returns:
        The finished process; pip's output is its `stdout`.

    Raises:
        subprocess.TimeoutExpired: nothing came in time.

    """
    arguments = ["--disable-pip-version-check", "--retries", "1", "--timeout", f"{seconds:g}", *options]
    return _pip("index", "versions", name, "-vv", *arguments, env=_environment(), seconds=seconds)


def _pip(*arguments: str, env: dict[str, str], seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "pip", *arguments],
        stdin=subprocess.DEVNULL,  # a question, about a password say, would be asked of nobody
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=env,
        timeout=seconds,
        check=False,
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "PIP_USER": "0", "PYTHONIOENCODING": "utf-8:replace"}


def space(gigabytes: float) -> None:
    """Refuse to begin where the disk cannot hold the end; what an earlier call has installed is there already.

    Raises:
        CourseError: there is too little room; the sentence says how much, and where.

    """
    gigabytes -= sum(file.lstat().st_size for file in VENV.rglob("*")) / 1e9
    gigabytes += WORKING_GIGABYTES
    for folder in (ROOT, Path(tempfile.gettempdir())):
        free = shutil.disk_usage(folder).free / 1e9
        if free < gigabytes:
            raise CourseError(TEXTS["disk-too-full"].format(folder=folder, free=free, gigabytes=gigabytes))


REASONS: tuple[tuple[Kind, str, Text], ...] = (
    (
        "disk",
        r"No space left on device|Errno 28|Disk quota exceeded|Errno 122",
        TEXTS["disk-full"],
    ),
    (
        "permission",
        r"Windows Long Path support",
        TEXTS["long-paths"],
    ),
    (
        "network",
        r"connection (broken|refused|reset)|failed to establish|timed out|max retries|name resolution|"  # noqa: ISC004
        r"name or service not known|nodename nor servname|getaddrinfo|network is unreachable|ProxyError|SSLError|"
        r"IncompleteRead|incomplete-download|did(n't| not) respond within|Unable to fetch|"
        r"from versions: none",  # all that pip says without retries; an index that answers has some version
        TEXTS["no-index"],
    ),
    (
        "permission",
        r"Permission denied|Errno 13|Read-only file system|Errno 30",
        TEXTS["not-writable"].format(folder=ROOT),
    ),
    (
        "version",
        r"No matching distribution found|Could not find a version",
        TEXTS["no-release"].format(environment=VENV, another=ANOTHER),
    ),
)


def explained(said: str) -> FailedError:
    """Return the sentence for a failed program, from what it printed."""
    for kind, pattern, text in REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return FailedError(text, kind)
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "–")
    return FailedError(
        TEXTS["unknown"].format(last=last, environment=VENV),
        "unknown",
    )
