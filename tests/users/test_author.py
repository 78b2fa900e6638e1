"""What CONTRIBUTING, the Makefile and the hooks tell an author to type, in a clone with an author's environment.

Making that environment once more would take minutes, and the tests run in one: the clone gets a thin `.venv` that sees
the packages of this one and the clone's own course. What takes minutes is begun, and seen to begin rightly.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.authoring.site.store import KEPT
from course.system.workspace import ROOT
from tests.browser.copies import copy_working_tree
from tests.users.newcomer import Newcomer, Said, Terminal, commit, move_in

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.needs("environment")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("author") / "downhill"
    copy_working_tree(folder)
    commit(folder)
    thin_environment(folder)
    if KEPT.exists():  # so that the pages of the site, which other tests have made, are not all drawn once more
        shutil.copytree(KEPT, folder / KEPT.relative_to(ROOT))
    return folder


def thin_environment(folder: Path) -> None:
    """Make `folder/.venv` see this environment's packages, and `folder` before the checkout that it was made for."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    python, tools = folder / ".venv/bin/python", Path(sysconfig.get_path("scripts"))
    site = next((folder / ".venv/lib").glob("python*/site-packages"))
    see = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    (site / "thin.pth").write_text(f"{folder}\n{see}\n", "utf-8")
    for tool in tools.iterdir():
        if tool.is_symlink() or not tool.is_file() or (python.parent / tool.name).exists():
            continue
        program = tool.read_bytes()
        if program.startswith(f"#!{tools}".encode()):
            (python.parent / tool.name).write_bytes(f"#!{python}\n".encode() + program.split(b"\n", 1)[1])
            (python.parent / tool.name).chmod(0o755)
        elif program.startswith(b"\x7fELF"):
            (python.parent / tool.name).symlink_to(tool)
    stamp = (
        "import json; from course.setup import environment as e;"
        "e.STAMP.write_text(json.dumps({**e.key(), 'level': 'author'}))"
    )
    subprocess.run([python, "-c", stamp], cwd=folder, check=True)


@pytest.fixture
def window(clone: Path, tmp_path: Path) -> Iterator[Terminal]:
    move_in(tmp_path)
    with Newcomer(tmp_path, clone, "").terminal() as opened:
        yield opened


COLLECTED = r"\b(\d+)(?:/\d+)? tests? collected"


def test_the_tests_begin(window: Terminal) -> None:
    """They are running already: here they are only collected, a few files of them, and the groups add up."""
    others = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - {"classroom", "rules"}
    ignored = " ".join(f"--ignore=tests/{name}" for name in sorted(others))
    window.type(f"export PYTEST_ADDOPTS='--collect-only --quiet {ignored} --ignore-glob=*/classroom/test_[!c-g]*'")
    bare = collected(window.type("make test"))
    rest = collected(window.type("make test REST=1"))
    assert bare + rest < collected(window.type("make test FULL=1"))
    assert 20 < collected(window.type("make test DATABASE=postgresql")) < bare
    assert 20 < collected(window.type('make test ARGS="-k momentum"')) < bare
    assert 20 < collected(window.type(".venv/bin/pytest tests/rules")) < bare


def collected(said: Said) -> int:
    """The number of tests that a call of pytest has found, without an environment being made for it."""
    assert said.status == 0, said.text[-2000:]
    assert "[1/3]" not in said.text
    found = re.search(r"\b(\d+)(?:/\d+)? tests? collected", said.text)
    assert found, said.text[-2000:]
    return int(found[1])


def test_make_gpu_without_a_gpu_is_a_sentence(window: Terminal) -> None:
    """The GPU that there may be is hidden: its tests take minutes."""
    window.type("export CUDA_VISIBLE_DEVICES=")
    for said in (window.type("make gpu"), window.type("make gpu PYTHON=.venv/bin/python")):
        assert said.status == 2
        assert "no GPU here" in said.text
        assert "没有 GPU" in said.text
        assert "[1/3]" not in said.text


@pytest.mark.full  # CI's `make check` compares all that is committed with its sources
def test_make_build_makes_what_is_committed(clone: Path, window: Terminal) -> None:
    """A skeleton, a notebook and a reference that are damaged come back; `git` sees no difference at the end."""
    for name in ("course/optim/sgd.py", "lessons/zh/index.ipynb", "course/topics/sgd/references.npz"):
        (clone / name).unlink()
    said = window.type("make build")
    assert said.status == 0, said.text
    assert window.type("git status --short -- course/optim lessons").text == ""
    assert window.type(".venv/bin/course build --check").status == 0
    (clone / "lessons/zh/index.ipynb").write_text("{}", "utf-8")
    said = window.type("source .venv/bin/activate && course build --check")
    assert said.status == 1
    assert "lessons/zh/index.ipynb" in said.text
    assert window.type("git checkout -- lessons/zh/index.ipynb").status == 0


def test_the_site_is_made(window: Terminal, tmp_path: Path) -> None:
    said = window.type(f".venv/bin/course site --no-run --out {tmp_path}/site")
    assert said.status == 0, said.text
    assert (tmp_path / "site/zh/index.html").is_file()
    refused = window.type(".venv/bin/course site --no-run --out .")
    assert refused.status == 2
    assert "not all that is in it is an earlier site" in refused.text
    assert window.type("git status --short").text == ""


def test_a_lesson_is_watched_while_it_is_written(clone: Path, window: Terminal) -> None:
    lesson = clone / "course/topics/momentum/lesson.md"
    with window.runs(".venv/bin/course build --watch momentum", r"all as it should be.*\n") as said:
        assert "course/topics/momentum/lesson.md" in said
        lesson.write_text(lesson.read_text("utf-8").replace("call that inertia", "call it inertia", 1), "utf-8")
        assert "lessons/en/momentum.ipynb" in window.read(r"written: lessons/en(?s:.*)should be.*\n")
    assert window.type("git checkout -- course/topics lessons").status == 0
    with window.runs(".venv/bin/course lab --reload", r"http://\S+token=\w+\s") as said:
        address = re.search(r"(http://[^/\s]+)/\S*token=(\w+)", said)
        assert address
        assert "downhill-reload" in page_of(f"{address[1]}/lab?token={address[2]}")


def learnt(clone: Path, window: Terminal, tmp_path: Path) -> str:
    """Type the example of CONTRIBUTING; return the draft."""
    window.type(f"mkdir {tmp_path}/files")
    for name in ("ada", "bo", "chen"):
        change = "s/self.weight_decay [*] param/0.5 * self.weight_decay * param/"
        window.type(f"sed '{change}' solutions/sgd.py > {tmp_path}/files/{name}.py")
    said = window.type(f".venv/bin/course build --learn {tmp_path}/files")
    assert said.status == 0, said.text
    assert "course/topics/sgd/mistakes.toml.draft" in said.text
    return (clone / "course/topics/sgd/mistakes.toml.draft").read_text("utf-8")


def test_a_mistake_is_learnt_from_files(clone: Path, window: Terminal, tmp_path: Path) -> None:
    """The example of CONTRIBUTING: its files, its command, its draft."""
    draft = learnt(clone, window, tmp_path)
    for document in re.findall(
        r"(?s)^```toml\n(.*?)```$", (clone / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE
    ):
        for passage in document.split("…\n"):
            assert passage.strip() in draft
    assert window.type("git status --short").text == ""


@pytest.mark.full  # tests/authoring/test_learn.py asks the builder itself
def test_a_draft_is_refused_as_it_is(clone: Path, window: Terminal, tmp_path: Path) -> None:
    draft = learnt(clone, window, tmp_path)
    catalogue = clone / "course/topics/sgd/mistakes.toml"
    catalogue.write_text(catalogue.read_text("utf-8") + "\n[[mistake]]" + draft.partition("\n[[mistake]]")[2], "utf-8")
    said = window.type(".venv/bin/course build --check")
    assert said.status == 1
    assert "`title.en` is still the draft's: write it." in said.text
    assert window.type("git checkout -- course/topics").status == 0


def page_of(address: str, seconds: float = 60.0) -> str:
    """What a server shows there, which may still be starting."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=seconds) as page:  # noqa: S310 - our own server
                return str(page.read().decode())
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_hooks_hold_what_make_check_holds(clone: Path, window: Terminal) -> None:
    said = window.type("make hooks")
    assert said.status == 0, said.text
    assert "pre-commit" in (clone / ".git/hooks/pre-commit").read_text("utf-8")
    makefile = (clone / "Makefile").read_text("utf-8")
    recipes = re.findall(r"^check(?:-\w+)?:\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert len(recipes) == 4
    checks = re.findall(r"author (.*?)(?: course solutions tests benchmarks)?\n", "".join(recipes))
    hooks = (clone / ".pre-commit-config.yaml").read_text("utf-8")
    assert sorted(re.findall(r"entry: \.venv/bin/(.*)", hooks)) == sorted(checks)


def test_pre_commit_finds_what_is_wrong(clone: Path, window: Terminal) -> None:
    """All files, by the hooks that take seconds; mypy and the build run in `make check`."""
    window.type("export SKIP=mypy,course-build")
    said = window.type(".venv/bin/pre-commit run --all-files")
    assert said.status == 0, said.text
    assert said.text.count("Passed") == 2
    wrong = clone / "course/unused.py"
    wrong.write_text("import os\n", "utf-8")
    window.type("git add course/unused.py")
    said = window.type("git -c user.name=A -c user.email=a@example.org commit --message wrong")
    assert said.status == 1
    assert "imported but unused" in said.text
    window.type("git rm --cached --quiet course/unused.py")
    wrong.unlink()


def test_make_bench_prints_figures(window: Terminal) -> None:
    said = window.type("make bench ARGS=house")
    assert re.search(r"(?m)^\[1/1\] house\n  make, .* s +\(bar: ≤ 1\)  (ok|MISSED)$", said.text), said.text
    said = window.type("make bench ARGS=nothing")
    assert said.status == 2
    assert "there are: " in said.text
    assert {"check", "slider"} <= set(said.text.split("there are: ")[1].split())


def test_make_help_lists_every_target(clone: Path, window: Terminal) -> None:
    listed = set(re.findall(r"^make (\w+)", window.type("make").text, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", (clone / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony
    assert listed == set(phony[1].split()) - {"help"}


def test_make_clean_removes_what_was_made_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "downhill"
    copy_working_tree(folder)
    commit(folder)
    for made in (".venv", ".trained", ".jupyter", "course/__pycache__"):
        (folder / made).mkdir()
        (folder / made / "file").write_text("x", "utf-8")
    (folder / "course/optim/sgd.py").write_text("mine = 1\n", "utf-8")
    (folder / "course/optim/sgd.py.1.bak").write_text("mine = 0\n", "utf-8")
    (folder / "learn").mkdir()
    (folder / "learn/notes.md").write_text("mine\n", "utf-8")
    move_in(tmp_path)
    with Newcomer(tmp_path, folder, "").terminal() as window:
        assert window.type("make clean").status == 0
        assert window.type("git status --short --ignored").text.split() == [
            "M",
            "course/optim/sgd.py",
            "!!",
            "course/optim/sgd.py.1.bak",
            "!!",
            "learn/",
        ]


def test_ci_runs_what_is_only_begun_here() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert {"make check", "make test"} <= set(re.findall(r"^\s*(make \w+)", script, re.MULTILINE))
