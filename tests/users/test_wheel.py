"""The course without a clone: the wheel is built, installed into an empty environment, and everything done in a folder.

Only torch is not installed once more, but linked, as tests/oldest.py does it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course.learner.spoken import in_language
from course.system.workspace import ROOT
from course.topic import topics
from tests.browser.copies import copy_working_tree
from tests.house.test_wheel_files import BUILD, packed, tracked
from tests.oldest import borrow
from tests.shares import mostly
from tests.users.newcomer import INSTALL_SECONDS, Newcomer, Terminal, move_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.text import Lang

pytestmark = pytest.mark.needs("environment")

SOLUTION = (ROOT / "solutions/momentum.py").read_text("utf-8")
BOTH = (ROOT / "course/optim/momentum.py").read_text("utf-8")
SKELETON = in_language(BOTH, "en")
WRONG = SOLUTION.replace("self.weight_decay * param", "0")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    copy_working_tree(folder / "downhill")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    subprocess.run([*build, str(folder / "downhill")], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def learner(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Somebody with an environment and the wheel, who has made the folder `downhill`."""
    home = tmp_path_factory.mktemp("traveller") / "home"
    move_in(home)
    arriving = Newcomer(home, home, "")
    with arriving.terminal() as window:
        assert window.type("python3 -m venv environment").status == 0
        borrow("torch", next((home / "environment/lib").glob("python*/site-packages")))
        assert window.type("source environment/bin/activate").status == 0
        said = window.type(f"pip install --quiet {wheel}", INSTALL_SECONDS)
        assert said.status == 0, said.text
        lost = window.type("course status")
        assert lost.status == 2
        assert "`course init DIR`" in lost.text
        said = window.type("course init downhill && cd downhill")
        assert said.status == 0, said.text
    return Newcomer(home, home / "downhill", said.text)


@pytest.fixture
def window(learner: Newcomer) -> Iterator[Terminal]:
    with learner.terminal() as opened:
        assert opened.type("source ../environment/bin/activate").status == 0
        yield opened


@pytest.fixture
def momentum(learner: Newcomer) -> Iterator[Path]:
    """The learner's file, a skeleton before the test and after it."""
    file = learner.checkout / "course/optim/momentum.py"
    file.write_text(SKELETON, "utf-8")
    yield file
    file.write_text(SKELETON, "utf-8")


def test_the_wheel_holds_what_its_settings_say(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert inside == set(packed(tracked(), BUILD).values())


def test_nothing_of_the_clone_is_used(learner: Newcomer, window: Terminal) -> None:
    said = window.type("python -c 'import course; print(course.__file__)'").text.strip()
    assert Path(said).is_relative_to(learner.home / "environment")
    assert window.type("which course").text.strip() == str(learner.home / "environment/bin/course")
    assert window.type("course --version").text.strip() == f"course {metadata.version('downhill-course')}"
    assert "course lab" in learner.installed


def test_the_commands(window: Terminal, momentum: Path) -> None:
    def says(line: str, pattern: str, status: int = 0) -> None:
        said = window.type(line)
        assert said.status == status, f"{line}\n{said.text}"
        assert re.search(pattern, said.text), f"{line}: no {pattern!r}\n{said.text}"
        assert "Traceback" not in said.text

    says("course init", "is current; nothing was changed")
    says("course check momentum", "not implemented yet", 1)
    says("course hint momentum", "1/3")
    says("course solution momentum", "Try `course hint momentum`", 1)
    says("pytest -k momentum", r"\b12 skipped, \d+ deselected in (?!.*(?:failed|passed))")
    momentum.write_text(WRONG, "utf-8")
    says("course check momentum", "weight decay is left out", 1)
    says("pytest -k momentum", "weight decay is left out(?s:.*)6 failed", 1)
    momentum.write_text(SOLUTION, "utf-8")
    says("course check momentum", "momentum · .* — passed")
    says("course --lang zh check momentum", "通过")
    says("pytest -k momentum", r"\b12 passed, \d+ deselected")
    says("pytest --submission course/optim -k momentum", r"\b12 passed, \d+ deselected")
    says("cd lessons/zh && course solution momentum && cd ../..", "class Momentum:")
    says("course status", rf"✓ momentum .*(?s:.*)1/{len(topics())}\s+Next: sgd, in \S+/downhill/course/optim/sgd.py", 1)
    says("course init", "is current; nothing was changed")
    says("course init --newer", "is current; nothing was changed")
    assert momentum.read_text("utf-8") == SOLUTION
    says("course reset momentum", r"kept as momentum\.py\.1\.bak")
    assert momentum.read_text("utf-8") == SKELETON
    says("course build", "in a clone", 2)


def test_a_platform_grades_without_nbgrader(learner: Newcomer, window: Terminal, momentum: Path) -> None:
    """As in a container of Gradescope's: the wheel and what it asks for, and no more."""
    assert window.type("python -c 'import nbgrader'").status == 1
    momentum.write_text(WRONG, "utf-8")
    for form, status in {"gradescope": 0, "prairielearn": 0, "junit": 1, "github": 1}.items():
        said = window.type(f"course grade momentum --submission course/optim --format {form} --trust-students")
        assert said.status == status, said.text
        assert "weight decay is left out" in said.text
        assert "漏掉了权重衰减" in said.text
    said = window.type("course class export canvas")
    assert said.status == 2
    assert "Traceback" not in said.text
    packed_again = "from course.exports.wheel import wheel; open(wheel()[0], 'wb').write(wheel()[1])"
    assert window.type(f'python -c "{packed_again}"').status == 0
    with zipfile.ZipFile(next(learner.checkout.glob("*.whl"))) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == set(packed(tracked(), BUILD).values())


def test_watch(window: Terminal, momentum: Path) -> None:
    with window.runs("course watch", r"Watching (?s:.*)q quit.*\n") as said:
        assert str(momentum.parent) in said
        time.sleep(1.0)  # the first look at the files comes right after the greeting
        momentum.write_text(WRONG, "utf-8")
        assert "weight decay is left out" in window.read(r"extra(?s:.*)stretch")
        window.press("q\n")


def test_lab_opens_the_first_lesson(learner: Newcomer, window: Terminal) -> None:
    learner.forget_opened()
    with window.runs("course lab", r"token=\w+"):
        address = learner.opened()
        assert "/lab/tree/lessons/en/index.ipynb" in address
        with urllib.request.urlopen(address) as page:  # noqa: S310 - our own server
            assert page.status == 200
    learner.forget_opened()
    with window.runs("course lab --lang zh", r"token=\w+"):
        assert "/lab/tree/lessons/zh/index.ipynb" in learner.opened()
    assert (learner.checkout / ".jupyter").is_dir()


def shortened(book: dict[str, Any]) -> dict[str, Any]:
    """Return a lesson as far as its first contest, which has one rate and one epoch; all of it runs in other tests."""
    sources = ["".join(cell["source"]) for cell in book["cells"]]
    last = next(at for at, source in enumerate(sources) if " contest(" in source)
    short = re.sub(r"lrs=\[[^]]+\], epochs=\d+", "lrs=[0.4], epochs=1", sources[last])
    assert short != sources[last]
    return {**book, "cells": [*book["cells"][:last], {**book["cells"][last], "source": short}]}


@pytest.mark.parametrize("lang", mostly("zh"))
def test_a_lesson_runs(lang: Lang, learner: Newcomer, window: Terminal, momentum: Path) -> None:
    """With sliders, the learner's rule, a network to train, and the table of all lessons with its links."""
    momentum.write_text(SOLUTION, "utf-8")
    window.type("course init")  # the exercises nobody has begun are in this reader's language from now on
    lesson = learner.checkout / f"lessons/{lang}/momentum.ipynb"
    lesson.write_text(json.dumps(shortened(json.loads(lesson.read_text("utf-8")))), "utf-8")
    for stem in ("momentum", "index"):
        name = f"lessons/{lang}/{stem}.ipynb"
        said = window.type(f"jupyter execute --inplace {name}", 300)
        assert said.status == 0, said.text
    cells = json.loads(lesson.read_text("utf-8"))["cells"]
    outputs = json.dumps([cell.get("outputs") for cell in cells], ensure_ascii=False)
    assert outputs.count("application/vnd.jupyter.widget-view+json") > 3
    assert {"en": "— passed", "zh": "— 通过"}[lang] in outputs
    shown = (learner.checkout / f"lessons/{lang}/index.ipynb").read_text("utf-8")
    assert "../../course/optim/momentum.py" in shown
    assert 'href=\\"momentum.ipynb\\"' in shown
    assert list((learner.checkout / ".trained").iterdir())
    assert "is current" in window.type("course init").text, "a notebook that was run is the learner's"


def test_the_solutions_in_the_package_are_not_a_files_to_read(window: Terminal, momentum: Path) -> None:
    """Right only if the file can read what it may not: of the package, a worker finds no more than it runs."""
    where = window.type(
        "python -c 'from course.system import workspace; print(workspace.data(\"solutions/momentum.py\"))'"
    )
    solution = Path(where.text.strip())
    assert solution.read_text("utf-8") == SOLUTION
    momentum.write_text(f"exec(open({str(solution)!r}, encoding='utf-8').read())\n", "utf-8")
    said = window.type("course check momentum --json")
    assert said.status == 1, said.text
    assert json.loads(said.text)["status"] == "rejected"


def test_a_class_is_made_where_an_instructors_packages_are(learner: Newcomer, window: Terminal) -> None:
    """The last test: it completes the environment."""
    said = window.type("course class new ../autumn")
    assert said.status == 2
    assert "Traceback" not in said.text
    assert '`pip install "downhill-course[instructor]"`' in said.text
    assert not (learner.home / "autumn").exists()
    said = window.type('pip install --quiet "downhill-course[instructor]"', INSTALL_SECONDS)
    assert said.status == 0, said.text
    said = window.type("course class new ../autumn")
    assert said.status == 0, said.text
    assert (learner.home / "autumn/source/momentum/momentum.py").read_text("utf-8") == BOTH
    said = window.type("course class release momentum --dir ../autumn")
    assert said.status == 0, said.text
    assert (learner.home / "autumn/release/momentum/momentum.ipynb").is_file()
