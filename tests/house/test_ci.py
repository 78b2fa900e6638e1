"""What CI runs: each test once, on a bare machine what any machine can run, and nothing skipped for want of a tool."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course.system.workspace import ROOT

GROUPS = """
import pytest

def test_bare():
    pass

@pytest.mark.needs("environment")
def test_needing():
    pass

@pytest.mark.full
def test_full():
    pass

@pytest.mark.gpu
def test_gpu():
    pass

@pytest.mark.full
@pytest.mark.needs("environment")
def test_full_needing():
    pass

@pytest.mark.gpu
@pytest.mark.needs("environment")
def test_gpu_needing():
    pass

@pytest.fixture
def browser():
    pass

@pytest.fixture
def page(browser):
    pass

def test_seeing(page):
    pass
"""
ALL = {"bare", "needing", "full", "gpu", "full_needing", "gpu_needing", "seeing"}


def made(*options: str) -> str:
    """What `make` with these options would run."""
    ran = subprocess.run(["make", "-n", *options], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return ran.stdout


def pytest_here(folder: Path, text: str, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run tests under the course's conftest, in a folder of their own."""
    (folder / "test_sample.py").write_text(text, "utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\naddopts = -ra\nmarkers =\n    needs\n    sqlite\n    full\n    gpu\n    split\n    together\n",
        "utf-8",
    )
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *options, "test_sample.py"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in {"CI", "COURSE_TRAINED"}}
        | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # pytest alone, as learners have it
        | env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def chosen(folder: Path, expression: str) -> set[str]:
    """The sample's tests that `-m` selects."""
    ran = pytest_here(folder, GROUPS, "--collect-only", "-q", "-m", expression)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return set(re.findall(r"::test_(\w+)", ran.stdout))


def expression(*options: str) -> str:
    """The `-m` of one call of pytest in what make runs."""
    (found,) = re.findall(r'pytest .* -m "([^"]+)"', made(*options))
    return str(found)


def test_each_test_is_in_one_group(tmp_path: Path) -> None:
    """CI's two runs are disjoint; with the full matrix and the GPU's they are all there is."""
    bare = chosen(tmp_path, expression("test"))
    rest = chosen(tmp_path, expression("test", "REST=1"))
    full = chosen(tmp_path, expression("test", "FULL=1"))
    gpu = chosen(tmp_path, "gpu")
    assert bare == {"bare"}
    assert rest == {"needing", "seeing"}, "what asks for a browser needs one, whether it says so or not"
    assert full == bare | rest | {"full", "full_needing"}
    assert gpu == ALL - full


def steps(folder: Path, *part: str) -> tuple[int, list[str]]:
    """What `.ci/run` would do on a bare machine, where every program only notes that it was called; and its status."""
    (folder / "clone/.ci").mkdir(parents=True)
    (folder / "clone/.ci/run").write_bytes((ROOT / ".ci/run").read_bytes())
    (folder / "bin").mkdir()
    for name in ("make", "npm", "apt-get"):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/done\n', "utf-8")
        program.chmod(0o755)
    for name in ("bash", "dirname", "mktemp", "rm", "env", "ls", "grep"):
        (folder / "bin" / name).symlink_to(str(shutil.which(name)))
    line = [str(folder / "bin/bash"), str(folder / "clone/.ci/run"), *part]
    ran = subprocess.run(line, env={"PATH": str(folder / "bin")}, capture_output=True, check=False)
    noted = folder / "done"
    return ran.returncode, noted.read_text("utf-8").splitlines() if noted.exists() else []


RUNS = {
    "": [
        "make test",
        "apt-get",
        "apt-get",
        "npm ci",
        "make check",
        "make test REST=1",
        "make test DATABASE=postgresql",
    ],
    "full": ["apt-get", "apt-get", "npm ci", "make check", "make test FULL=1"],
    "database": ["apt-get", "apt-get", "npm ci", "make check", "make test FULL=1 DATABASE=postgresql"],
}


@pytest.mark.needs("terminal")
@pytest.mark.parametrize("part", RUNS)
def test_ci_runs_what_is_bare_before_it_installs_anything(part: str, tmp_path: Path) -> None:
    status, done = steps(tmp_path, *filter(None, [part]))
    assert status == 0
    assert len(done) == len(RUNS[part])
    assert all(each.startswith(wanted) for each, wanted in zip(done, RUNS[part], strict=True)), done


@pytest.mark.needs("terminal")
def test_what_ci_does_not_know_it_does_not_run(tmp_path: Path) -> None:
    assert steps(tmp_path, "ful") == (2, [])


def test_each_night_everything_is_run() -> None:
    nightly = yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text("utf-8"))
    (job,) = nightly["jobs"].values()
    assert {*job["strategy"]["matrix"]["part"], ""} == RUNS.keys()
    assert job["steps"][-1]["run"] == ".ci/run ${{ matrix.part }}"
    assert nightly[True]["schedule"]  # what YAML makes of `on`


@pytest.mark.parametrize("options", [[], ["-p", "xdist", "-n", "1", "--dist", "loadgroup"]], ids=["alone", "xdist"])
def test_what_is_left_out_is_said(tmp_path: Path, options: list[str]) -> None:
    ran = pytest_here(tmp_path, GROUPS, *options, "-m", "not (needs or full or gpu)")
    assert "No test was skipped because a tool is missing." in ran.stdout
    assert "没有测试因缺少工具而跳过。" in ran.stdout
    for count, command in ((2, "make test REST=1"), (2, "make test FULL=1"), (2, "make gpu")):
        assert re.search(rf"^ +{count} .*: {command} · .*：{command}$", ran.stdout, re.MULTILINE), ran.stdout


def test_where_nobody_has_left_anything_out_nothing_is_said(tmp_path: Path) -> None:
    assert "Left out" not in pytest_here(tmp_path, GROUPS).stdout
    assert "Left out" not in pytest_here(tmp_path, GROUPS, "-m", "not gpu", "-k", "bare").stdout


SKIPPING = """
import pytest

def test_tool():
    pytest.skip("no browser on PATH")

@pytest.mark.gpu
def test_gpu():
    pass

@pytest.mark.needs("chromium")
def test_seeing():
    pass

@pytest.mark.xfail
def test_expected():
    assert False

def test_exercise():
    pytest.skip("not implemented: adam")
"""


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("", "3 skipped, 1 deselected, 1 xfailed"), ("true", "1 failed, 1 skipped, 1 deselected, 1 xfailed, 1 error")],
)
def test_in_ci_no_tool_may_be_missing(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "empty").mkdir()
    env = {"CI": ci, "PATH": str(tmp_path / "empty")}
    ran = pytest_here(tmp_path, SKIPPING, "-m", "not gpu", **env)
    assert outcome in ran.stdout
    assert ("In CI nothing may be skipped" in ran.stdout) == bool(ci)
    assert ("2 tests were skipped because a tool is missing" in ran.stdout) == (not ci)
    assert "no browser on PATH: install chromium" in ran.stdout


def test_a_need_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    ran = pytest_here(tmp_path, SKIPPING.replace('needs("chromium")', 'needs("crhomium")'))
    assert ran.returncode != 0
    assert "needs crhomium: say in tests/tools.py" in ran.stdout + ran.stderr


PARAMETERS = """
import pytest

{mark}

@pytest.mark.parametrize("stem", ["adam", "sgd"])
@pytest.mark.parametrize("state", ["wrong", "right"])
def test_each(stem, state):
    pass
"""


@pytest.mark.parametrize(
    ("mark", "groups"),
    [
        ("", {"test_sample.py"}),
        ('pytestmark = pytest.mark.split("stem")', {"test_sample.py:adam", "test_sample.py:sgd"}),
        ('pytestmark = pytest.mark.together("class")', {"class"}),
    ],
    ids=["file", "split", "together"],
)
def test_one_process_runs_a_file_unless_it_says_otherwise(tmp_path: Path, mark: str, groups: set[str]) -> None:
    ran = pytest_here(tmp_path, PARAMETERS.format(mark=mark), *("-p", "xdist", "-n", "1", "--dist", "loadgroup", "-v"))
    assert {Path(each).name for each in re.findall(r"PASSED .*@(\S+)", ran.stdout)} == groups
    assert "4 passed" in ran.stdout


KEEPING = """
import os
from pathlib import Path

def test_one():
    folder = Path(os.environ["COURSE_TRAINED"])
    assert list(folder.iterdir()) == []
    print("kept in", folder)
"""


def test_a_run_begins_with_no_trained_network_and_leaves_none(tmp_path: Path) -> None:
    ran = pytest_here(tmp_path, KEEPING, "-s")
    assert ran.returncode == 0, ran.stdout
    (folder,) = re.findall(r"kept in (.*)", ran.stdout)
    assert not Path(folder).exists()
    (tmp_path / "mine").mkdir()
    ran = pytest_here(tmp_path, KEEPING, "-s", COURSE_TRAINED=str(tmp_path / "mine"))
    assert f"kept in {tmp_path / 'mine'}" in ran.stdout
    assert (tmp_path / "mine").exists()


ELSEWHERE = {
    "course/exports/README.md",
    "course/exports/platforms/classroom50/autograder.py",
    "course/exports/platforms/gradescope/setup.sh",
    "course/exports/platforms/prairielearn/Dockerfile",
    "tests/exports/test_kits.py",
}
"""What installs torch on a platform of its own, where nothing of ours runs before; and the test of that."""


def test_no_file_names_a_machine_or_a_registry_but_binders_requirements() -> None:
    """PyTorch's index of CPU builds stands where torch is installed; no other package host, no machine's folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    # In pieces, so that this file does not find itself.
    hosts = re.compile(
        "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "/opt" + "/wheels"])
    )
    index = re.compile("download" + r"\.pytorch\.org")
    found = {"host": set[str](), "index": set[str]()}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".npz", ".ttf"} or not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")  # among hostile submissions are files in no encoding
        if hosts.search(text):
            found["host"].add(name)
        if index.search(text):
            found["index"].add(name)
    assert found["host"] == set()
    assert found["index"] == {"binder/requirements.txt", *ELSEWHERE}
