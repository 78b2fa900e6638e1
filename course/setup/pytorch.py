"""Install PyTorch: the release that the course was tested with, and never CUDA without a word.

PyPI's torch for Linux, on either processor, carries CUDA: gigabytes that are a waste without an NVIDIA GPU. The CPU
builds are on PyTorch's own index, which cannot be reached from everywhere. Where it fails, the user chooses, or the
installation stops with what to type. A build is asked for by its label, `+cpu`: no index can answer with another one.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from course.setup import pip
from course.system import toml
from course.text import CourseError, Text, texts

TEXTS = texts(__file__)

CPU_GIGABYTES = 0.2
"""To download, for torch alone."""
CUDA_GIGABYTES = {"download": 3.0, "disk": 6.0}
"""What the build with CUDA takes, about."""
ATTEMPTS, SECONDS = 3, 20.0
"""How often an index is asked, and how long it may think each time."""
PAUSE = 2.0
"""Seconds between two attempts: a name server that has just failed fails again at once."""


def install(gigabytes: float) -> None:
    """Install torch by itself, before the course asks for it; keep one that is there.

    The user's own choice comes first: `TORCH_BUILD=cpu` or `cuda`, `TORCH_INDEX` for a mirror of the CPU builds, pip's
    configured folders of wheels.

    Args:
        gigabytes: what the whole environment takes with torch's CPU build.

    Raises:
        CourseError: torch cannot be had, or not without a choice that nobody is there to make.

    """
    with toml.opened(pip.ROOT / "pyproject.toml") as told:
        required = next((each for each in told["project"]["dependencies"] if re.match(r"torch\b(?!-)", each)), None)
        if required is None or pip.has(required):
            return
        tested: str = told["tool"]["downhill"]["torch"]
    build, mirror = wanted_build(), os.environ.get("TORCH_INDEX", "").strip()
    if build is None and not mirror:
        if pip.from_users_folders(f"torch=={tested}", required):
            return
        if has_gpu():
            build = "cuda"
    # Only PyPI's torch for Linux has CUDA.
    if build != "cuda" and (mirror or sys.platform == "linux") and _cpu(mirror or cpu_index(), tested):
        return
    if sys.platform == "linux":
        print(TEXTS["cuda"].format(cpu=CPU_GIGABYTES, **CUDA_GIGABYTES))
        pip.space(gigabytes + CUDA_GIGABYTES["disk"])
    cuda = sys.platform == "linux"
    pip.install(f"torch=={tested}", megabytes=1e3 * (CUDA_GIGABYTES["download"] if cuda else CPU_GIGABYTES))


def wanted_build() -> str | None:
    """Return the build that the user asks for through `TORCH_BUILD`, if any.

    Raises:
        CourseError: there is no such build.

    """
    wanted = os.environ.get("TORCH_BUILD", "").strip().lower()
    if wanted in {"", "cpu", "cuda"}:
        return wanted or None
    raise CourseError(
        Text(
            en=f"TORCH_BUILD is cpu or cuda, not {wanted!r}.",
            zh=f"TORCH_BUILD 只能是 cpu 或 cuda，不能是 {wanted!r}。",
        )
    )


def has_gpu() -> bool:
    """Return whether NVIDIA's own tool lists a GPU; the tool alone may lie on a machine that has none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    try:
        listed = subprocess.run([tool, "-L"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listed.returncode == 0 and b"GPU" in listed.stdout


def cpu_index() -> str:
    """Return the address of PyTorch's CPU builds; it is kept in Binder's requirements, which cannot do without it."""
    lines = (pip.ROOT / "binder/requirements.txt").read_text("utf-8").splitlines()
    return next(line.split()[1] for line in lines if line.startswith("--extra-index-url"))


def _cpu(source: str, tested: str) -> bool:
    """Install the CPU build, asking the user for another source until one works; False: CUDA is wanted instead."""
    while problem := from_source(source, tested):
        chosen = choose(problem)
        if chosen == "cuda":
            return False
        source = chosen or source
    return True


# --- One source of CPU builds --------------------------------------------------------------------------------------


def from_source(source: str, tested: str) -> Text | None:
    """Install the CPU build from an index, a page of links to wheels, or a folder of wheels.

    Args:
        source: an address, or the path of a folder.
        tested: the release of torch, without a label.

    Returns:
        None, or why it cannot be had from there.

    Raises:
        CourseError: it could be had, but not be written here.

    """
    folder = Path(source).expanduser()
    if "://" not in source and not folder.is_dir():
        return TEXTS["neither-address-nor-folder"].format(source=source)
    # Mirrors come in both kinds, an index with a page for each package or one page of links: pip passes over the wrong.
    options = ["--index-url", source, "--find-links", source]
    if folder.is_dir():
        options = ["--no-index", "--find-links", str(folder)]
    labelled = f"{tested}+cpu" if sys.platform == "linux" else tested
    place = host(source)
    if problem := _ask(options, place, labelled):
        return problem
    try:
        pip.install("--no-deps", *options, f"torch=={labelled}", megabytes=1e3 * CPU_GIGABYTES)
    except pip.FailedError as error:
        if error.kind in {"disk", "permission"}:
            raise
        return TEXTS["broke-off"].format(place=place)
    return None


def host(source: str) -> str:
    """Return the name of a source without what may identify its user: a name and a password in the address."""
    return urlsplit(source).hostname or source


def _ask(options: list[str], place: str, labelled: str) -> Text | None:
    """Ask whether the release is there, several times if nothing answers; say so, because it takes a while."""
    print(
        Text(en="Asking {place} for torch {labelled} …", zh="正在向 {place} 查询 torch {labelled} ……").format(
            place=place, labelled=labelled
        )
    )
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = pip.releases("torch", options, SECONDS)
        except subprocess.TimeoutExpired:
            problem = TEXTS["no-answer"].format(place=place, seconds=SECONDS)
        else:
            if labelled in _available(answer.stdout):
                return None
            problem, final = _why(answer.stdout, place, labelled)
            if final:
                return problem
        if attempt < ATTEMPTS:
            print(TEXTS["again"].format(problem=problem, attempt=attempt + 1, attempts=ATTEMPTS))
            time.sleep(PAUSE)
    return problem


def _available(said: str) -> list[str]:
    found = re.search(r"^Available versions:(.*)$", said, re.MULTILINE)
    return found[1].replace(",", " ").split() if found else []


def _why(said: str, place: str, labelled: str) -> tuple[Text, bool]:
    """Return what pip's words mean, and whether asking again is of no use."""
    values: dict[str, Any] = {"place": place, "labelled": labelled, "machine": platform.machine()}
    values["python"] = platform.python_version()
    if re.search(r"not a trusted or secure host", said):
        return TEXTS["not-trusted"].format(**values), True
    if found := re.search(r"\b(4\d\d) Client Error", said):
        return TEXTS["refuses"].format(code=found[1], **values), True
    if re.search(r"\bCERTIFICATE_VERIFY_FAILED|confirming the ssl certificate", said, re.IGNORECASE):
        return TEXTS["not-secure"].format(**values), True
    if "Could not fetch URL" in said:
        return Text(en="{place} cannot be reached.", zh="连接不上 {place}。").format(**values), False
    return TEXTS["no-such-release"].format(**values), True


# --- The user's choice ---------------------------------------------------------------------------------------------


def choose(problem: Text) -> str:
    """Ask on a terminal what to do where the CPU build cannot be had.

    Returns:
        Another source, "cuda", or nothing for the same source again.

    Raises:
        CourseError: nobody can be asked, or the answer is to stop; the sentence says what to type.

    """
    sizes = {"cpu": CPU_GIGABYTES, **CUDA_GIGABYTES}
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise CourseError(Text.joined([problem, TEXTS["type"].format(**sizes)], en=" ", zh=""))
    print(f"\n{problem.both()}\n{TEXTS['menu'].format(**sizes).both()}")
    while True:
        answer = _typed("> ")
        if answer in {"", "q"}:
            raise CourseError(TEXTS["type"].format(**sizes))
        if answer == "1":
            answer = _typed("https://… > ")
        if answer == "2":
            return "cuda"
        if answer == "3":
            return ""
        if len(answer) > 1:  # an address may be typed at once
            return answer
        print(Text(en="Type 1, 2 or 3, or Enter alone.", zh="请输入 1、2 或 3，或直接按回车。").both())


def _typed(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        return ""
