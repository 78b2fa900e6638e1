"""Binder without Docker: do by hand what repo2docker does with `binder/`, then visit as its badge does.

As repo2docker: an environment of the Python that runtime.txt names, `pip install -r binder/requirements.txt` before
the repository is there, the repository, `./binder/postBuild` in its root with that environment first on PATH, then
Jupyter. Not as repo2docker: its base image (Ubuntu, the user jovyan, conda's pinned Jupyter under our requirements) is
not here, and pip may use its cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest

from tests.browser.copies import copy_working_tree
from tests.browser.jupyter import Server, open_notebook, run_all, serve
from tests.browser.test_badge import OPEN
from tests.house.test_binder import BINDER, READMES, badges

if TYPE_CHECKING:
    from playwright.sync_api import Page

MEMORY = 2_000_000_000
"""Bytes that Binder gives a visitor for the server and all kernels."""


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
        "COURSE_TRAINED": "",  # a visitor finds nothing trained: it is the training that takes the memory
        "PIP_RETRIES": "0",  # PyTorch's index cannot be reached from everywhere; that must not take minutes
    }
    shutil.copy(BINDER / "requirements.txt", home)
    _run(prefix / "bin/pip", "install", "--quiet", "-r", "requirements.txt", cwd=home, env=environment)

    copy_working_tree(home / "repository")
    _run("./binder/postBuild", cwd=home / "repository", env=environment)
    return Image(home / "repository", python, environment)


@pytest.mark.needs("environment")
def test_post_build_stops_at_the_first_error(image: Image, tmp_path: Path) -> None:
    """In a folder without the course there is nothing to install, and what follows is not reached; elsewhere it was."""
    shutil.copy(BINDER / "postBuild", tmp_path)
    ran = subprocess.run(
        ["./postBuild"], cwd=tmp_path, env=image.environment, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode != 0
    assert "topics" not in ran.stdout


@pytest.mark.full
@pytest.mark.needs("environment")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_visitor_runs_three_lessons(
    lang: str,
    image: Image,
    monkeypatch: pytest.MonkeyPatch,
    page: Page,
    screenshots: Path,
) -> None:
    badge = parse_qs(urlsplit(badges(READMES[lang])[0]).query)["urlpath"][0]
    first, *others = (f"learn/lessons/{lang}/{stem}.ipynb" for stem in ("index", "momentum", "adamw"))
    monkeypatch.setattr(sys, "executable", str(image.python))  # whose JupyterLab `serve` starts
    with serve(image.repository, env=image.environment) as server:
        page.goto(f"{server.url}/{badge}?token={server.token}")
        page.wait_for_function(OPEN, arg=first)
        for lesson in (first, *others):  # those train networks: memory
            open_notebook(page, server, lesson)
            assert run_all(page) == []
            page.screenshot(path=screenshots / f"binder-{Path(lesson).stem}-{lang}.png")
        processes = _processes(server)
        used = [each.memory_info().rss for each in processes]
        kernels = ["ipykernel_launcher" in each.cmdline() for each in processes]
    assert sum(kernels) == 3
    print(f"server and kernels after three lessons ({lang}): {', '.join(f'{each / 1e6:.0f} MB' for each in used)}")
    assert sum(used) <= MEMORY


def _processes(server: Server) -> list[psutil.Process]:
    """The server that listens there, its kernels and what they have started."""
    port = urlsplit(server.url).port
    (owner,) = {
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port
    }
    return [psutil.Process(owner), *psutil.Process(owner).children(recursive=True)]
