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
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from course.setup import pip
from course.text import CourseError, Text

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
    project = tomllib.loads((pip.ROOT / "pyproject.toml").read_text("utf-8"))
    required = next((each for each in project["project"]["dependencies"] if re.match(r"torch\b(?!-)", each)), None)
    if required is None or pip.has(required):
        return
    tested: str = project["tool"]["downhill"]["torch"]
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
        print(CUDA.format(cpu=CPU_GIGABYTES, **CUDA_GIGABYTES))
        pip.space(gigabytes + CUDA_GIGABYTES["disk"])
    pip.install(f"torch=={tested}")


def wanted_build() -> str | None:
    """The build that the user asks for through `TORCH_BUILD`, if any.

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
    """Whether NVIDIA's own tool lists a GPU; the tool alone may lie on a machine that has none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    try:
        listed = subprocess.run([tool, "-L"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listed.returncode == 0 and b"GPU" in listed.stdout


def cpu_index() -> str:
    """The address of PyTorch's CPU builds, kept in one place: Binder's requirements, which cannot do without it."""
    lines = (pip.ROOT / "binder/requirements.txt").read_text("utf-8").splitlines()
    return next(line.split()[1] for line in lines if line.startswith("--extra-index-url"))


CUDA = Text(
    en="This is PyTorch's build with CUDA: about {download:g} GB to download, {disk:g} GB on the disk. "
    "TORCH_BUILD=cpu before the command takes the CPU build instead ({cpu:g} GB).",
    zh="即将安装 PyTorch 的 CUDA 版，需要下载约 {download:g} GB，占用磁盘约 {disk:g} GB。"
    "在命令前加上 TORCH_BUILD=cpu，可以改装 CPU 版（{cpu:g} GB）。",
)


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

    Returns:
        None, or why it cannot be had from there.

    Raises:
        CourseError: it could be had, but not be written here.

    """
    folder = Path(source).expanduser()
    if "://" not in source and not folder.is_dir():
        return Text(
            en="{source} is neither an address that begins with https:// nor a folder.",
            zh="{source} 既不是以 https:// 开头的地址，也不是文件夹。",
        ).format(source=source)
    # Mirrors come in both kinds, an index with a page for each package or one page of links: pip passes over the wrong.
    options = ["--index-url", source, "--find-links", source]
    if folder.is_dir():
        options = ["--no-index", "--find-links", str(folder)]
    labelled = f"{tested}+cpu" if sys.platform == "linux" else tested
    place = host(source)
    if problem := _ask(options, place, labelled):
        return problem
    try:
        pip.install("--no-deps", *options, f"torch=={labelled}")
    except pip.FailedError as error:
        if error.kind in {"disk", "permission"}:
            raise
        return Text(
            en="The download from {place} broke off or brought something else than PyTorch.",
            zh="从 {place} 下载时中断，或下载到的内容不对。",
        ).format(place=place)
    return None


def host(source: str) -> str:
    """The name of a source without what it may tell of its user: a name and a password in the address."""
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
            problem = Text(
                en="{place} did not answer within {seconds:g} seconds.",
                zh="{place} 在 {seconds:g} 秒内没有应答。",
            ).format(place=place, seconds=SECONDS)
        else:
            if labelled in _available(answer.stdout):
                return None
            problem, final = _why(answer.stdout, place, labelled)
            if final:
                return problem
        if attempt < ATTEMPTS:
            print(
                Text(
                    en="{problem} Trying again ({attempt} of {attempts}) …",
                    zh="{problem}正在重试（第 {attempt} 次，共 {attempts} 次）……",
                ).format(problem=problem, attempt=attempt + 1, attempts=ATTEMPTS)
            )
            time.sleep(PAUSE)
    return problem


def _available(said: str) -> list[str]:
    found = re.search(r"^Available versions:(.*)$", said, re.MULTILINE)
    return found[1].replace(",", " ").split() if found else []


def _why(said: str, place: str, labelled: str) -> tuple[Text, bool]:
    """What pip's words come to, and whether asking again is of no use."""
    values: dict[str, Any] = {"place": place, "labelled": labelled, "machine": platform.machine()}
    values["python"] = platform.python_version()
    if re.search(r"not a trusted or secure host", said):
        text = Text(
            en="{place} is not trusted by pip: the address has to begin with https://.",
            zh="pip 不信任 {place}：地址必须以 https:// 开头。",
        )
        return text.format(**values), True
    if found := re.search(r"\b(4\d\d) Client Error", said):
        text = Text(
            en="{place} refuses, or has no such page (HTTP {code}).",
            zh="{place} 拒绝访问，或没有这个页面（HTTP {code}）。",
        )
        return text.format(code=found[1], **values), True
    if re.search(r"\bCERTIFICATE_VERIFY_FAILED|confirming the ssl certificate", said, re.IGNORECASE):
        text = Text(
            en="The connection to {place} is not secure: its certificate cannot be verified.",
            zh="与 {place} 的连接不安全：无法验证它的证书。",
        )
        return text.format(**values), True
    if "Could not fetch URL" in said:
        return Text(en="{place} cannot be reached.", zh="连接不上 {place}。").format(**values), False
    text = Text(
        en="{place} has no torch {labelled} for Python {python} on {machine}.",
        zh="{place} 没有适用于 Python {python}（{machine}）的 torch {labelled}。",
    )
    return text.format(**values), True


# --- The user's choice ---------------------------------------------------------------------------------------------

MENU = Text(
    en="What is to be installed?\n"
    "  1  the CPU build, {cpu:g} GB, from a mirror whose address you type (your university's PyTorch mirror, say) "
    "or from a folder of wheels\n"
    "  2  the build with CUDA, about {download:g} GB to download and {disk:g} GB on the disk, from the ordinary index\n"
    "  3  the CPU build, from the same place once more\n"
    "  Enter alone stops here.",
    zh="请选择要安装的版本：\n"
    "  1  CPU 版，{cpu:g} GB，从您输入地址的镜像下载（例如学校的 PyTorch 镜像），也可以是存放 wheel 文件的文件夹\n"
    "  2  CUDA 版，从普通软件包索引下载约 {download:g} GB，占用磁盘约 {disk:g} GB\n"
    "  3  CPU 版，再向刚才的地址试一次\n"
    "  直接按回车则停止安装。",
)
TYPE = Text(
    en="PyTorch was not installed. Run the same command again with one of these before it: "
    "TORCH_INDEX=ADDRESS, for the CPU build ({cpu:g} GB) from a mirror (your university's PyTorch mirror, say) "
    "or a folder of wheels; TORCH_BUILD=cuda, for the build with CUDA from the ordinary index (about {download:g} GB "
    "to download, {disk:g} GB on the disk). For instance: TORCH_INDEX=https://… make lab",
    zh="没有安装 PyTorch。请再次运行同一命令，并在前面加上其中一项：TORCH_INDEX=地址，从镜像（例如学校的 PyTorch 镜像）"
    "或存放 wheel 文件的文件夹安装 CPU 版（{cpu:g} GB）；TORCH_BUILD=cuda，从普通软件包索引安装 CUDA 版"
    "（下载约 {download:g} GB，占用磁盘约 {disk:g} GB）。例如：TORCH_INDEX=https://… make lab",
)


def choose(problem: Text) -> str:
    """Ask on a terminal what to do where the CPU build cannot be had.

    Returns:
        Another source, "cuda", or nothing for the same source again.

    Raises:
        CourseError: nobody can be asked, or the answer is to stop; the sentence says what to type.

    """
    sizes = {"cpu": CPU_GIGABYTES, **CUDA_GIGABYTES}
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise CourseError(Text.joined([problem, TYPE.format(**sizes)], en=" ", zh=""))
    print(f"\n{problem.both()}\n{MENU.format(**sizes).both()}")
    while True:
        answer = _typed("> ")
        if answer in {"", "q"}:
            raise CourseError(TYPE.format(**sizes))
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
