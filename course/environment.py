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
import tempfile
import threading
import time
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

from course.text import CourseError, Text

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "downhill.json"
LEVELS = ("learner", "instructor", "author")
"""Each holds the one before it."""
GIGABYTES = {"learner": 1.6, "instructor": 1.7, "author": 2.0}
"""What an environment takes, measured on Linux with the CPU build of torch."""
CUDA_GIGABYTES = 6.0
"""What torch's build with CUDA adds to that."""
WORKING_GIGABYTES = 0.5
"""What pip needs beside that while it unpacks."""


def main(arguments: list[str]) -> int:
    """Make the environment of the level named first, then run the rest, a command of the environment, if there is one.

    Returns:
        2 if the environment could not be made, after saying why; otherwise the command's own status.

    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]
    level, command = arguments[0], arguments[1:]
    try:
        ensure(level)
        return run(command) if command else 0
    except (CourseError, OSError) as error:
        sentence = error if isinstance(error, CourseError) else explained(str(error))
        print(f"\n{sentence.text.both()}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\n"
            + Text(en="Stopped. The same command goes on from here.", zh="已中断。再次运行同一命令即可继续。").both()
        )
        return 130


def run(command: list[str]) -> int:
    """Become a command of the environment, with its programs first on PATH as if it were activated.

    Returns:
        The command's status, on Windows; elsewhere it never returns.

    """
    program = shutil.which(command[0], path=str(BIN))
    if program is None:
        raise CourseError(
            Text(
                en=f"The environment has no command {command[0]!r}. Make it afresh: make clean, then the same again.",
                zh=f"环境中没有命令 {command[0]!r}。请重建环境：先运行 make clean，再重复刚才的命令。",
            )
        )
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "VIRTUAL_ENV": str(VENV)}
    if os.name != "nt":  # where execve returns to the shell at once
        os.execve(program, [program, *command[1:]], environment)  # noqa: S606 - the user's own command
    return subprocess.call([program, *command[1:]], env=environment)


# --- What is there -------------------------------------------------------------------------------------------------


def key() -> dict[str, str]:
    """Whatever makes an installed environment stale when it changes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    required = {name: project[name] for name in ("build-system", "project")}
    return {
        "root": str(ROOT),  # a moved environment is a broken one
        "requirements": hashlib.sha256(json.dumps(required, sort_keys=True).encode()).hexdigest(),
        "python": _version(),
    }


def _version() -> str:
    """The environment's Python, as `venv` noted it; empty if there is none that runs."""
    config = VENV / "pyvenv.cfg"
    if not (config.is_file() and PYTHON.exists()):
        return ""
    found = re.search(r"^version\s*=\s*(\d+)\.(\d+)", config.read_text("utf-8"), re.MULTILINE)
    return f"{found[1]}.{found[2]}" if found and (int(found[1]), int(found[2])) >= (3, 11) else ""


def stamp() -> dict[str, Any]:
    """What the last complete installation left; empty after an interrupted one."""
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def ensure(level: str) -> None:
    """Install what `level` lacks; at once if that is nothing.

    Raises:
        CourseError: it cannot be done; the sentence says what to do.

    """
    wanted, found = key(), stamp()
    current = wanted["python"] and {**found, "level": ""} == {**wanted, "level": ""}
    if current and LEVELS.index(found["level"]) >= LEVELS.index(level):
        return
    if found and LEVELS.index(found["level"]) > LEVELS.index(level):
        level = found["level"]  # nobody loses what was installed before
    STAMP.unlink(missing_ok=True)
    started = time.monotonic()
    space(GIGABYTES[level])
    step(1, Text(en="Making the environment .venv …", zh="正在建立环境 .venv …"))
    make(afresh=bool(found) and found.get("root") != wanted["root"])
    mend()
    step(2, Text(en="Installing PyTorch …", zh="正在安装 PyTorch …"))
    torch(GIGABYTES[level])
    step(3, Text(en=f"Installing the course and its packages ({level}) …", zh=f"正在安装课程及其依赖（{level}）…"))
    pip("--editable", str(ROOT) if level == "learner" else f"{ROOT}[{level}]")
    STAMP.write_text(json.dumps({**key(), "level": level}, indent=1), "utf-8")
    seconds = time.monotonic() - started
    print(Text(en=f"Ready after {seconds:.0f} s.", zh=f"准备就绪，用时 {seconds:.0f} 秒。"))


def step(number: int, text: Text) -> None:
    """Say what begins."""
    print(f"[{number}/3] {text}")


# --- Making it -----------------------------------------------------------------------------------------------------


def space(gigabytes: float) -> None:
    """Refuse to begin where the disk cannot hold the end; what an earlier call has installed is there already."""
    gigabytes -= sum(file.lstat().st_size for file in VENV.rglob("*")) / 1e9
    gigabytes += WORKING_GIGABYTES
    for folder in (ROOT, Path(tempfile.gettempdir())):
        free = shutil.disk_usage(folder).free / 1e9
        if free < gigabytes:
            raise CourseError(
                Text(
                    en=f"The disk is too full: {folder} has {free:.1f} GB free, {gigabytes:.1f} GB are needed. "
                    "Make room, then run the same command again.",
                    zh=f"磁盘空间不足：{folder} 只剩 {free:.1f} GB，安装需要 {gigabytes:.1f} GB。"
                    "请先腾出空间，再运行同一命令。",
                )
            )


def make(*, afresh: bool) -> None:
    """Make `.venv`, or complete one that was left half-made."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise CourseError(
            Text(
                en=f"This Python ({sys.executable}) lacks its module {missing[0]}. On Debian and Ubuntu: "
                f"sudo apt install {package}; then run the same command again.",
                zh=f"这个 Python（{sys.executable}）缺少标准模块 {missing[0]}。在 Debian 和 Ubuntu 上请运行："
                f"sudo apt install {package}，然后再运行同一命令。",
            )
        )
    attempts: list[list[str]] = [["--clear"]] if afresh or (VENV.exists() and not _version()) else [[], ["--clear"]]
    said = ""
    for options in attempts:
        if not options and _version() and _works():
            return
        made = subprocess.run(
            [sys.executable, "-m", "venv", *options, str(VENV)], capture_output=True, text=True, check=False
        )
        said = made.stdout + made.stderr
        if made.returncode == 0 and _works():
            return
    raise explained(said)


def _works() -> bool:
    """Whether the environment's own pip answers."""
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def mend() -> None:
    """Make pip forget every package that an interruption left half-written, so that it installs it again.

    pip writes a package's RECORD last: a missing one, or one that lists missing files, is the mark of such a package.
    """
    for info in VENV.glob("lib/python*/site-packages/*.dist-info"):
        try:
            with (info / "RECORD").open(encoding="utf-8", newline="") as rows:
                files = [row[0] for row in csv.reader(rows) if row and not row[0].endswith(".pyc")]
            whole = all((info.parent / name).exists() for name in files)
        except OSError:
            whole = False
        if not whole:
            shutil.rmtree(info)


# --- Filling it ----------------------------------------------------------------------------------------------------


def torch(gigabytes: float) -> None:
    """Install torch by itself first, so that nothing but torch is looked for where its CPU builds are.

    PyPI's torch for Linux carries CUDA, several gigabytes that are a waste without an NVIDIA GPU. So PyTorch's own
    index of CPU builds is added there, unless pip is already told where to find wheels: the user's configuration first.
    """
    required = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    wanted = [each for each in required if re.match(r"torch\b(?!-)", each)]
    if not wanted:
        return
    asked = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    options = []
    if "find-links" in asked.stdout:
        local = [PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", *wanted]
        if subprocess.run(local, capture_output=True, check=False).returncode == 0:
            return
    elif sys.platform == "linux":
        index = cpu_index()
        if shutil.which("nvidia-smi") is None and answers(index):
            options = ["--extra-index-url", index]
        else:
            space(gigabytes + CUDA_GIGABYTES)
    pip(*options, *wanted)


def cpu_index() -> str:
    """The address of PyTorch's CPU builds, kept in one place: Binder's requirements, which cannot do without it."""
    lines = (ROOT / "binder/requirements.txt").read_text("utf-8").splitlines()
    return next(line.split()[1] for line in lines if line.startswith("--extra-index-url"))


def answers(url: str, seconds: float = 3.0) -> bool:
    """Whether a server answers there in time. In a thread, because looking up a name obeys no time limit."""
    reached = threading.Event()

    def ask() -> None:
        try:
            urllib.request.urlopen(url, timeout=seconds).close()  # noqa: S310 - the project's own address
        except OSError:
            return
        reached.set()

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return reached.is_set()


def pip(*arguments: str) -> None:
    """Run `pip install`: its progress bars on a terminal, its complaints everywhere.

    Raises:
        CourseError: it failed; the sentence says why in our words.

    """
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *quiet, *arguments]
    environment = {**os.environ, "PIP_USER": "0", "PYTHONIOENCODING": "utf-8:replace"}
    said = ""
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", env=environment) as process:
        for line in process.stderr or ():
            said += line
            if not line.startswith("WARNING"):  # retries, say, which end in an error or in nothing
                sys.stderr.write(line)
    if process.returncode != 0:
        raise explained(said)


REASONS = (
    (
        r"No space left on device|Errno 28|Disk quota exceeded|Errno 122",
        Text(
            en="The disk became full while installing. Make room, then run the same command again: it goes on.",
            zh="安装时磁盘写满了。请先腾出空间，再运行同一命令：它会从这里继续。",
        ),
    ),
    (
        r"connection (broken|refused|reset)|failed to establish|timed out|max retries|name resolution|"  # noqa: ISC004
        r"name or service not known|nodename nor servname|getaddrinfo|network is unreachable|ProxyError|SSLError|"
        r"from versions: none",  # all that pip says without retries; an index that answers has some version
        Text(
            en="The package index cannot be reached. Check the network connection (and the proxy, if you use one), "
            "then run the same command again: it goes on from here.",
            zh="连接不上软件包索引。请检查网络（如使用代理，请检查代理设置），再运行同一命令：它会从这里继续。",
        ),
    ),
    (
        r"Permission denied|Errno 13|Read-only file system|Errno 30",
        Text(
            en=f"Nothing may be written in {ROOT}. Move the checkout to a folder of your own, or mend its permissions.",
            zh=f"没有写入 {ROOT} 的权限。请把课程移到您自己的文件夹，或修改权限。",
        ),
    ),
    (
        r"No matching distribution found|Could not find a version",
        Text(
            en="The package index has no version of the package named above that suits this Python and this machine. "
            "Another Python may help: make clean, then make lab PYTHON=python3.12",
            zh="软件包索引中没有适合当前 Python 和系统的版本（包名见上方）。可以换一个 Python："
            "先运行 make clean，再运行 make lab PYTHON=python3.12",
        ),
    ),
)


def explained(said: str) -> CourseError:
    """The sentence for a failed program, from what it printed."""
    for pattern, text in REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return CourseError(text)
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "–")
    return CourseError(
        Text(
            en=f"The installation failed; the installer's last words: {last}\nRun the same command again; "
            "if that does not help, make clean first.",
            zh=f"安装失败，安装程序最后的输出是：{last}\n请再次运行同一命令；如果仍然失败，请先运行 make clean。",
        )
    )
