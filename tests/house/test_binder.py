"""Binder without Docker: do by hand what repo2docker does with `binder/`, then visit as its badge does.

As repo2docker: an environment of the Python that runtime.txt names, `pip install -r binder/requirements.txt` before
the repository is there, the repository, `./binder/postBuild` in its root with that environment first on PATH, then
Jupyter. Not as repo2docker: its base image (Ubuntu, the user jovyan, conda's pinned Jupyter under our requirements) is
not here, and pip may use its cache.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest

from course.syllabus import ROOT
from tests.browser.conftest import browser, console_errors, page, screenshots  # noqa: F401 - fixtures
from tests.browser.jupyter import Server, open_notebook, run_all, serve
from tests.house.copies import copy_working_tree

if TYPE_CHECKING:
    from playwright.sync_api import Page

BINDER = ROOT / "binder"
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
MEMORY = 1_000_000_000
"""Bytes for one kernel; Binder gives a visitor 2 GB in all."""


def requirements() -> list[str]:
    """What pip reads from the file: no comments, no options."""
    lines = (line.split(" #")[0].strip() for line in (BINDER / "requirements.txt").read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(("#", "--"))]


def badges(readme: Path) -> list[str]:
    """The addresses on mybinder.org in one of the READMEs."""
    return re.findall(r"\((https://mybinder\.org/v2/[^)\s]+)\)", readme.read_text("utf-8"))


# --- What can be read off the files --------------------------------------------------------------------------------


def test_requirements_are_exactly_a_learners() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert sorted(requirements()) == sorted(project["dependencies"])


def test_the_only_option_is_pytorchs_index_of_cpu_builds() -> None:
    lines = (BINDER / "requirements.txt").read_text("utf-8").splitlines()
    options = [line for line in lines if line.startswith("-")]
    assert options == ["--extra-index-url https://download.pytorch.org/whl/cpu"]


def test_runtime_is_one_that_repo2docker_and_the_course_take() -> None:
    name, version = (BINDER / "runtime.txt").read_text("utf-8").strip().split("-")
    assert name == "python"
    assert version in {"3.11", "3.12", "3.13", "3.14"}  # of repo2docker's list, those that the course supports


def test_post_build_is_a_program_in_git_too() -> None:
    assert os.access(BINDER / "postBuild", os.X_OK)
    listed = subprocess.run(["git", "ls-files", "-s", "binder/postBuild"], cwd=ROOT, capture_output=True, check=True)
    assert listed.stdout.startswith(b"100755 ")


def test_each_badge_opens_the_first_lesson_of_its_language() -> None:
    """Every README has both badges, its own language's first; all four agree on the repository."""
    repositories = set()
    for lang, readme in READMES.items():
        found = badges(readme)
        assert len(found) == 2, readme
        for address, shown in zip(found, [lang, "zh" if lang == "en" else "en"], strict=True):
            parts = urlsplit(address)
            (opened,) = parse_qs(parts.query)["urlpath"]
            assert opened.startswith(f"lab/tree/lessons/{shown}/")
            assert (ROOT / opened.removeprefix("lab/tree/")).is_file()
            repositories.add(parts.path)
    assert len(repositories) == 1


# --- What has to be done -------------------------------------------------------------------------------------------


class Image(NamedTuple):
    """What repo2docker would have built."""

    repository: Path
    python: Path
    environment: dict[str, str]


def _python() -> str:
    """The Python that runtime.txt names if this machine has it, else ours."""
    wanted = "python" + (BINDER / "runtime.txt").read_text("utf-8").strip().split("-")[1]
    found = shutil.which(wanted)
    if found and subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0:
        return found
    print(f"{wanted} of runtime.txt is not here; built with {sys.version.split()[0]}")
    return sys.executable


def _run(*command: str | Path, cwd: Path, env: dict[str, str]) -> None:
    ran = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert ran.returncode == 0, ran.stdout.decode("utf-8", "replace")[-3000:]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Build it: two minutes."""
    home = tmp_path_factory.mktemp("jovyan")
    prefix = home / "conda/envs/notebook"
    _run(_python(), "-m", "venv", prefix, cwd=home, env=dict(os.environ))
    python = prefix / "bin/python"
    environment = {
        **os.environ,
        "NB_PYTHON_PREFIX": str(prefix),
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "REPO_DIR": str(home / "repository"),
        "PATH": f"{prefix / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_RETRIES": "0",  # PyTorch's index cannot be reached from everywhere; that must not take minutes
    }
    shutil.copy(BINDER / "requirements.txt", home)
    _run(prefix / "bin/pip", "install", "--quiet", "-r", "requirements.txt", cwd=home, env=environment)

    copy_working_tree(home / "repository")
    _run("./binder/postBuild", cwd=home / "repository", env=environment)
    return Image(home / "repository", python, environment)


@pytest.mark.slow
def test_post_build_stops_at_the_first_error(image: Image, tmp_path: Path) -> None:
    """In a folder without the course there is nothing to install, and what follows is not reached."""
    shutil.copy(BINDER / "postBuild", tmp_path)
    ran = subprocess.run(
        ["./postBuild"], cwd=tmp_path, env=image.environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert "topics" not in ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_visitor_runs_the_first_lesson(
    lang: str,
    image: Image,
    monkeypatch: pytest.MonkeyPatch,
    page: Page,  # noqa: F811 - the fixture
    screenshots: Path,  # noqa: F811
) -> None:
    lesson = parse_qs(urlsplit(badges(READMES[lang])[0]).query)["urlpath"][0].removeprefix("lab/tree/")
    monkeypatch.setattr(sys, "executable", str(image.python))  # whose JupyterLab `serve` starts
    with serve(image.repository, env=image.environment) as server:
        open_notebook(page, server, lesson)
        assert run_all(page) == []
        page.screenshot(path=screenshots / f"binder-{lang}.png")
        kernels = _kernels(server)
        used = [
            sum(each.memory_info().rss for each in (kernel, *kernel.children(recursive=True))) for kernel in kernels
        ]
    assert len(used) == 1
    print(f"kernel after the first lesson ({lang}): {used[0] / 1e6:.0f} MB")
    assert used[0] <= MEMORY


def _kernels(server: Server) -> list[psutil.Process]:
    """The kernels of the server that listens there."""
    port = urlsplit(server.url).port
    (owner,) = {
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port
    }
    return [each for each in psutil.Process(owner).children(recursive=True) if "ipykernel_launcher" in each.cmdline()]
