"""Making `.venv`: what is refused, what is resumed, what is not done twice.

The installations here are real, by real pip into a real environment, but of a tiny project: the course's own takes
minutes (see test_make.py). What is simulated, each test says.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from course.setup import environment, pip
from course.text import CourseError
from tests.house.test_bootstrap import fake

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
DEAD = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
"""A pip that reaches nothing: port 9 answers nobody. Without a configuration file no other index is left."""
TINY = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
dependencies = [{dependencies}]
"""
BACKEND = '''
"""The least that pip installs from: an editable wheel with nothing in it but its name and what it requires."""
import tomllib, zipfile
from pathlib import Path
def build_editable(folder, config_settings=None, metadata_directory=None):
    requires = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    files = {
        "METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n" + "".join(f"Requires-Dist: {each}\\n" for each in requires),
        "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(Path(folder) / "tiny-1-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(f"tiny-1.dist-info/{name}", text)
    return "tiny-1-py3-none-any.whl"
'''  # noqa: E501


class Said(NamedTuple):
    """What a call of make came to."""

    status: int
    text: str


class Checkout(NamedTuple):
    """A checkout of a tiny project with the course's own Makefile and installer."""

    root: Path

    def make(self, goal: str = "instructor", env: Mapping[str, str] | None = None, **options: str) -> Said:
        """Run `make`, in a language chosen by nobody."""
        plain = {name: value for name, value in os.environ.items() if name not in {"COURSE_LANG", "LANG", "LC_ALL"}}
        ran = subprocess.run(
            ["make", goal, f"PYTHON={sys.executable}", *(f"{name}={value}" for name, value in options.items())],
            cwd=self.root,
            env={**plain, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in ran.stdout
        return Said(ran.returncode, ran.stdout)

    @property
    def python(self) -> Path:
        return self.root / ".venv/bin/python"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A tiny project without dependencies."""
    root = tmp_path / "checkout 下山"  # spaces and Chinese in a path are nothing special
    for name in ("Makefile", "binder/requirements.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name in ("__init__", "text", "setup", "system"):
        whole = ROOT / "course" / name
        if whole.is_dir():
            shutil.copytree(whole, root / "course" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (root / "course").mkdir(exist_ok=True)
            shutil.copy(whole.with_suffix(".py"), root / "course")
    (root / "backend.py").write_text(BACKEND, "utf-8")
    (root / "pyproject.toml").write_text(TINY.format(dependencies=""), "utf-8")
    return Checkout(root)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing in it but pip."""
    folder = tmp_path_factory.mktemp("empty") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def begun(checkout: Checkout, empty: Path) -> Checkout:
    """A checkout whose first call of make was interrupted behind its first step, which takes the longest here."""
    shutil.copytree(empty, checkout.root / ".venv", symlinks=True)
    return checkout


def require(checkout: Checkout, *dependencies: str) -> None:
    """Change what the tiny project depends on."""
    quoted = ", ".join(f'"{each}"' for each in dependencies)
    (checkout.root / "pyproject.toml").write_text(TINY.format(dependencies=quoted), "utf-8")


def test_a_second_call_starts_at_once(checkout: Checkout) -> None:
    first = checkout.make()
    assert first.status == 0, first.text
    assert "[1/3]" in first.text
    assert "[3/3]" in first.text
    assert "Ready after" in first.text
    second = checkout.make(env=DEAD)  # nothing is asked of an index
    assert second.status == 0
    assert "[1/3]" not in second.text


def test_changed_requirements_are_installed_and_other_changes_are_not(begun: Checkout) -> None:
    begun.make()
    with (begun.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("[tool.ruff]\nline-length = 100\n")
    assert "[1/3]" not in begun.make().text
    require(begun, "iniconfig")
    changed = begun.make()
    assert "[3/3]" in changed.text
    assert subprocess.run([begun.python, "-c", "import iniconfig"], check=False).returncode == 0


def test_a_moved_checkout_makes_its_environment_afresh(begun: Checkout) -> None:
    begun.make()
    moved = Checkout(begun.root.rename(begun.root.with_name("moved")))
    again = moved.make(LANG_="zh")
    assert again.status == 0, again.text
    assert "[1/3] 正在建立环境" in again.text
    assert json.loads((moved.root / ".venv/downhill.json").read_text("utf-8"))["root"] == str(moved.root)


def test_no_network(begun: Checkout) -> None:
    require(begun, "iniconfig")
    said = begun.make(env=DEAD)
    assert said.status == 2
    assert "The package index cannot be reached" in said.text
    assert "连接不上软件包索引" in said.text
    recovered = begun.make()
    assert recovered.status == 0, recovered.text


def test_no_network_for_torch(begun: Checkout) -> None:
    """Nobody sits at a terminal: `make` ends with what to type, and the next call goes on from there."""
    require(begun, "torch>=2.11,<3")
    with (begun.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[tool.downhill]\ntorch = "2.13.0"\n')
    said = begun.make(env={**DEAD, "PIP_FIND_LINKS": "", "TORCH_INDEX": "http://127.0.0.1:9/whl"})
    assert said.status == 2
    for word in ("127.0.0.1 cannot be reached. PyTorch was not installed.", "连接不上 127.0.0.1。没有安装 PyTorch。"):
        assert word in said.text
    assert "[3/3]" not in said.text
    require(begun, "iniconfig")
    assert begun.make().status == 0


def test_an_interrupted_installation_is_completed(begun: Checkout) -> None:
    """What a kill while pip writes files leaves: a package without its RECORD, one with files missing, no stamp."""
    require(begun, "iniconfig", "pluggy")
    assert begun.make().status == 0
    (site,) = begun.root.glob(".venv/lib/python*/site-packages")
    (begun.root / ".venv/downhill.json").unlink()
    next(site.glob("iniconfig-*.dist-info/RECORD")).unlink()
    shutil.rmtree(site / "iniconfig")
    (site / "pluggy/__init__.py").unlink()
    assert begun.make().status == 0
    whole = subprocess.run([begun.python, "-c", "import iniconfig, pluggy; pluggy.PluginManager"], check=False)
    assert whole.returncode == 0


def test_a_half_made_environment_is_completed(checkout: Checkout) -> None:
    """A kill while venv works leaves the folder without pip, or without a Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout.root / ".venv"], check=True)
    assert checkout.make().status == 0
    checkout.python.unlink()
    (checkout.root / ".venv/pyvenv.cfg").unlink()
    again = checkout.make()
    assert again.status == 0, again.text
    assert checkout.python.exists()


def test_the_disk_is_too_full_to_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Simulated: the free space that the system reports."""
    monkeypatch.setattr(pip, "VENV", tmp_path)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=700_000_000))
    pip.space(0.1)
    with pytest.raises(CourseError, match=r"has 0\.7 GB free, 2\.1 GB are needed") as caught:
        pip.space(1.6)
    assert "磁盘空间不足" in caught.value.text.zh


def test_the_disk_becomes_full(begun: Checkout) -> None:
    """Simulated: a pip that says what the real one says when a write fails."""
    begun.make()
    begun.python.unlink()
    sentence = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
    script = f'[ "$3" = install ] && {{ echo "{sentence}" >&2; exit 1; }}; exit 0'
    fake(begun.python.parent, "python", script)
    require(begun, "iniconfig")
    said = begun.make()
    assert said.status == 2
    assert "The disk became full" in said.text
    assert "磁盘写满了" in said.text


def test_a_python_without_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: a Debian whose python3-venv is not installed has no ensurepip."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(CourseError, match=r"sudo apt install python3\.\d+-venv"):
        environment.make(afresh=False)


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: Could not find a version that satisfies the requirement numpy>=2 (from versions: none)",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='x', port=443): Read timed out.",
        "error: connection-timeout\n\n× Unable to fetch http://x/y.whl\n╰─> x didn't respond within 15.0 seconds",
        "error: incomplete-download\n\n× Download failed after 6 attempts because not enough bytes were received",
    ],
)
def test_trouble_with_the_network_in_the_words_of_old_and_new_pips(said: str) -> None:
    assert "cannot be reached" in pip.explained(said).text.en


def test_an_index_without_a_version_is_no_trouble_with_the_network() -> None:
    said = "ERROR: Could not find a version that satisfies the requirement numpy>=2 (from versions: 1.26.4)"
    assert "no version" in pip.explained(said).text.en


def test_an_unknown_failure_still_ends_in_a_sentence() -> None:
    text = pip.explained("building…\nerror: the cat sat on it\n").text
    assert "the cat sat on it" in text.en
    assert "the cat sat on it" in text.zh


# --- A call that cannot be right ------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["lerner"], ["course", "lab"], ["--help"]])
def test_a_level_that_is_none(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert environment.main(arguments) == 2
    said = capsys.readouterr().err
    assert "python course/setup/bootstrap.py learner course lab" in said
    assert "请写明为谁安装" in said


@pytest.mark.parametrize("left", ["", "[]", '{"level": "guru"}', '{"root": "/"}', "null", '{"level": 7}'])
def test_a_damaged_stamp_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str) -> None:
    monkeypatch.setattr(environment, "STAMP", tmp_path / "downhill.json")
    (tmp_path / "downhill.json").write_text(left, "utf-8")
    assert environment.stamp() == {}


def test_a_new_tested_torch_is_a_changed_requirement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    keys = []
    for tested in ("2.13.0", "2.14.1"):
        text = TINY.format(dependencies="") + f'[tool.downhill]\ntorch = "{tested}"\n'
        (tmp_path / "pyproject.toml").write_text(text, "utf-8")
        keys.append(environment.key()["requirements"])
    assert keys[0] != keys[1]


# --- Windows, simulated: its folders and its way to run a command, on this system -----------------------------------


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment laid out as on Windows; no execve may be reached."""
    scripts = tmp_path / ".venv/Scripts"
    scripts.mkdir(parents=True)
    monkeypatch.setattr(environment, "WINDOWS", True)
    monkeypatch.setattr(environment, "SITE", "Lib/site-packages")
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "BIN", scripts)
    monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("Windows returns to the shell at once"))
    return scripts


def test_on_windows_a_command_is_waited_for(windows: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fake(windows, "course", 'echo "$VIRTUAL_ENV"; echo "$PATH"; echo "$@"; exit 7')
    assert environment.run(["course", "lab", "--lang", "zh"]) == 7
    root, path, arguments = capfd.readouterr().out.splitlines()
    assert root == str(windows.parent)
    assert path.split(os.pathsep)[0] == str(windows)
    assert arguments == "lab --lang zh"


def test_on_windows_ctrl_c_is_the_commands(windows: Path, tmp_path: Path) -> None:
    """Both get it: the command decides when to end, and the caller waits for it. Here the signal goes to one alone."""
    script = f"echo here > '{tmp_path}/started'; sleep 2; exit 5"
    fake(windows, "course", script)
    main = threading.main_thread().ident
    assert main

    def press() -> None:
        while not (tmp_path / "started").exists():
            time.sleep(0.02)
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    assert environment.run(["course", "lab"]) == 5


def test_on_windows_half_written_packages_are_found(windows: Path) -> None:
    broken = windows.parent / "Lib/site-packages/numpy-2.0.0.dist-info"
    broken.mkdir(parents=True)
    environment.mend()
    assert not broken.exists()


def test_windows_long_paths_have_a_sentence() -> None:
    said = (
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\…'\n"
        "HINT: This error might have occurred since this system does not have Windows Long Path support enabled."
    )
    text = pip.explained(said).text
    assert "short name" in text.en
    assert "路径太长" in text.zh


def test_no_posix_module_is_needed_to_learn() -> None:
    """What a learner imports runs on Windows: each module that only Unix has is imported inside a `try`."""
    unix = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
    for file in sorted((ROOT / "course").rglob("*.py")):
        if file.relative_to(ROOT / "course").parts[0] == "classroom":  # nbgrader's exchange needs Unix
            continue
        tree = ast.parse(file.read_text("utf-8"))
        guarded = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Try) for each in ast.walk(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            named = {alias.name for alias in node.names} if isinstance(node, ast.Import) else {node.module}
            if unix & named:
                assert id(node) in guarded, f"{file}:{node.lineno}"
