"""Everything that a learner is told to type, typed by a learner: the environment is the one that `make lab` makes."""

from __future__ import annotations

import ast
import itertools
import json
import re
import shutil
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import websocket

from course import classroom
from course.authoring.skeletons import skeleton
from course.grading.case_set import visible
from course.learner.spoken import in_language
from course.system.workspace import ROOT
from course.text import LANGS, Text
from course.topic import Topic, topics
from tests.grading.remembered import recogniser
from tests.users.newcomer import Newcomer, Terminal, newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.text import Lang

pytestmark = [pytest.mark.needs("environment"), pytest.mark.together("newcomer")]

LOCALE = {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}
SOLUTION = (ROOT / "solutions/momentum.py").read_text("utf-8")
FILES = {
    "untouched": (ROOT / "course/optim/momentum.py").read_text("utf-8"),
    "wrong": SOLUTION.replace("self.weight_decay * param", "0"),
    "remembers": recogniser("momentum"),
    # Another right way to write it: a plain class, numpy's functions, the buffer under its name.
    "right": """
import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, dampening=0.0, maximize=False):
        self.__dict__.update(vars()), self.__dict__.pop("self")

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        g = np.negative(grad) if self.maximize else grad
        g = np.add(g, np.multiply(self.weight_decay, param))
        if not self.momentum:
            return np.subtract(param, np.multiply(self.lr, g)), state
        old = state.get("momentum_buffer")
        new = g if old is None else np.add(np.multiply(self.momentum, old), np.multiply(1 - self.dampening, g))
        return np.subtract(param, np.multiply(self.lr, new)), {"momentum_buffer": new}
""",
}


OWN, ALL = len(visible(Topic.load("momentum"))), sum(len(visible(topic)) for topic in topics())
"""How many cases a learner's pytest has for one topic, and for all of them."""
COUNT = len(topics())


@dataclass(frozen=True)
class Row:
    """A command and what it comes to."""

    command: str
    says: Text
    """What has to be found in the output, as a regular expression."""
    status: int = 0
    file: str = "untouched"
    """What the learner's momentum.py is by then; see FILES."""


SKIPPED = r"(?s)\b12 skipped, \d+ deselected in (?!.*(?:failed|passed))"
ROWS = (
    Row("course check momentum", Text(en="not implemented yet", zh="尚未实现"), 1),
    Row("pytest -k momentum", Text(en=SKIPPED, zh=SKIPPED)),
    Row(
        "course hint momentum", Text(en="1/3(?s:.*)course hint momentum --tier 2", zh="1/3(?s:.*)更多提示：course hint")
    ),
    Row("course hint momentum --tier 2", Text(en="2/3 +Three lines", zh="2/3 +一共三行")),
    Row("course solution momentum", Text(en="Try `course hint momentum`", zh="试试 `course hint momentum`"), 1),
    Row(
        "course status",
        Text(en=rf"0/{COUNT}\s+Next: sgd, in \S+/sgd.py. Then: `course check sgd`", zh="接下来是 sgd"),
        1,
    ),
    Row("course mend momentum", Text(en="opens once your own momentum passes", zh="通过之后才能做这一题"), 1),
    Row("course expose momentum", Text(en="cannot be told from the right one", zh="看不出它与正确的规则")),
    Row("course expose momentum", Text(en="Not exposed yet", zh="还没有露出破绽"), 1),
    Row(
        "course expose momentum --new",
        Text(en=r"kept as momentum_expose\.py\.1\.bak", zh=r"保存为 momentum_expose\.py\.1"),
    ),
    Row("course reset momentum", Text(en="momentum.py is the skeleton again", zh="momentum.py 已恢复为骨架代码")),
    Row("course check momentum", Text(en="weight decay is left out", zh="漏掉了权重衰减"), 1, "wrong"),
    Row("pytest -k momentum", Text(en="weight decay is left out(?s:.*)6 failed", zh="漏掉了权重衰减"), 1, "wrong"),
    Row("course solution momentum", Text(en="opens once your own", zh="通过之后才能看"), 1, "wrong"),
    Row(
        "course check momentum --fresh k7m2q",
        Text(en="on fresh ones of the same kind(?s:.*)--fresh k7m2q`", zh="新抽的(?s:.*)--fresh k7m2q`"),
        1,
        "remembers",
    ),
    Row("course check momentum", Text(en="momentum · .* — passed", zh="momentum · .* — 通过"), 0, "right"),
    Row("course check momentum --json", Text(en='"status": "passed"', zh='"status": "passed"'), 0, "right"),
    Row("course --lang zh check momentum", Text(en="通过", zh="通过"), 0, "right"),
    Row("pytest -k momentum", Text(en=rf"\b{OWN} passed, \d+ deselected", zh=rf"\b{OWN} passed"), 0, "right"),
    Row("course solution momentum", Text(en="class Momentum:", zh="class Momentum:"), 0, "right"),
    Row("course mend momentum", Text(en="holds a rule with one mistake", zh="有一处错误"), 0, "right"),
    Row("course mend momentum", Text(en="nobody has mended it yet", zh="还没有人改过"), 1, "right"),
    Row(
        "course mend momentum --new", Text(en=r"kept as momentum_mend\.py", zh=r"保存为 momentum_mend\.py"), 0, "right"
    ),
    Row("course status", Text(en="✓ momentum .*(?s:.*)1/" + str(COUNT), zh="✓ momentum"), 1, "right"),
    Row(
        "course reset momentum",
        Text(en=r"kept as momentum\.py\.\d\.bak", zh=r"保存为 momentum\.py\.\d\.bak"),
        0,
        "right",
    ),
    Row("course check --submission solutions", Text(en="adadelta · .* — passed", zh="adadelta · .* — 通过")),
    Row("pytest --submission solutions", Text(en=rf"\b{ALL} passed", zh=rf"\b{ALL} passed")),
)


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    return newcomer(tmp_path_factory.getbasetemp() / "newcomer")


@pytest.fixture
def momentum(learner: Newcomer) -> Iterator[Path]:
    """The learner's file, a skeleton before the test and after it."""
    file = learner.checkout / "learn/course/optim/momentum.py"
    file.write_text(FILES["untouched"], "utf-8")
    yield file
    file.write_text(FILES["untouched"], "utf-8")
    for kept in (*file.parent.glob("*.bak"), *file.parent.glob("momentum_*.py")):
        kept.unlink()


@pytest.fixture
def window(learner: Newcomer) -> Iterator[Terminal]:
    """A terminal outside JupyterLab, in which the learner has typed what the README says comes first."""
    with learner.terminal() as opened:
        assert opened.type("source .venv/bin/activate").status == 0
        yield opened


def test_the_first_make_lab_says_what_it_does_and_where_the_lesson_is(learner: Newcomer) -> None:
    for said in (
        "[1/3] 正在建立环境",
        "[2/3] 正在安装",
        "[3/3] 正在安装",
        "准备就绪",
        "│ http://localhost:",
    ):
        assert said in learner.installed
    assert "Traceback" not in learner.installed


@pytest.mark.parametrize(
    "langs",
    [pytest.param(LANGS, id="by-turns"), *(pytest.param([lang], id=lang, marks=pytest.mark.full) for lang in LANGS)],
)
def test_rows(langs: Sequence[Lang], learner: Newcomer, momentum: Path) -> None:
    with learner.terminal() as window:
        window.type("source .venv/bin/activate")
        for row, lang in zip(ROWS, itertools.cycle(langs), strict=False):
            window.type(f"export LANG={LOCALE[lang]}")
            momentum.write_text(FILES[row.file], "utf-8")
            said = window.type(row.command)
            assert said.status == row.status, f"{row.command}\n{said.text}"
            assert re.search(row.says[lang], said.text), f"{row.command}: no {row.says[lang]!r}\n{said.text}"
            assert "Traceback" not in said.text


def test_pytest_takes_a_topic_and_no_other_whose_name_contains_it(window: Terminal) -> None:
    """`-k adam` would also be adamw and radam: the learner asks for the verdict that `check("adam")` gives."""
    stems = [topic.stem for topic in topics()]
    inside = [stem for stem in stems if any(stem in other for other in stems if other != stem)]
    assert inside
    for stem in inside:
        said = window.type(f"pytest -k {stem}")
        assert said.status == 0, said.text
        assert set(re.findall(r"(\w+)\.py\.?$", said.text, re.MULTILINE)) == {stem}
    both = window.type("pytest -k 'adamw or radam'").text
    assert "adamw.py" in both
    assert "radam.py" in both


def test_the_author_and_the_instructor_are_not_here(learner: Newcomer, window: Terminal) -> None:
    """The environment is a learner's alone, or these tests would prove nothing."""
    assert window.type("which pytest").text.strip() == str(learner.checkout / ".venv/bin/pytest")
    for name in ("nbgrader", "hypothesis", "xdist", "playwright", "psutil_is_ipykernels"):
        assert window.type(f"python -c 'import {name}'").status == 1


# Code that runs on a learner's machine must not need what only instructors or authors have.
IMPORTS = """
import importlib, pkgutil, course
for module in pkgutil.walk_packages(course.__path__, "course."):
    try:
        importlib.import_module(module.name)
    except Exception as error:
        print(module.name, type(error).__name__, str(error).splitlines()[0], sep="|")
"""


def test_every_module_that_a_learner_may_reach_can_be_imported(window: Terminal, tmp_path: Path) -> None:
    (tmp_path / "imports.py").write_text(IMPORTS, "utf-8")
    lines = window.type(f"python {tmp_path / 'imports.py'}").text.splitlines()
    instructors = ("nbgrader", "nh3", "latex2mathml", "markdown_it")
    theirs = [
        line for line in lines if line.startswith("course.classroom.") and any(map(line.__contains__, instructors))
    ]
    # What authors use, behind a sentence of `course build`: see test_what_a_missing_file_is_said_to_need_….
    authors = ("course.authoring.", "course.lesson.source|")
    theirs += [line for line in lines if line.startswith(authors) and any(map(line.__contains__, instructors))]
    assert [line for line in lines if line not in theirs] == []
    assert lines, "nbgrader is here: this is not a learner's environment"


def test_every_import_of_the_lessons_is_a_learners(learner: Newcomer, window: Terminal, tmp_path: Path) -> None:
    """What the cells of all lessons import, in one process: a lesson itself runs below and in a real browser."""
    names = {
        f"from {node.module} import {alias.name}" if isinstance(node, ast.ImportFrom) else f"import {alias.name}"
        for notebook in sorted((learner.checkout / "lessons/en").glob("*.ipynb"))
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
        for node in ast.walk(ast.parse("".join(cell["source"])))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert len(names) > 20
    (tmp_path / "lessons.py").write_text("\n".join(sorted(names, key=lambda each: "__future__" not in each)), "utf-8")
    said = window.type(f"python {tmp_path / 'lessons.py'}")
    assert said.status == 0, said.text


@pytest.mark.parametrize("lang", LANGS)
def test_cells_of_a_lesson_in_the_learners_kernel(
    lang: Lang, learner: Newcomer, momentum: Path, window: Terminal
) -> None:
    """`check`, `hint` and `progress` as the lessons have them; the whole first lesson, with its slider."""
    momentum.write_text(FILES["wrong"], "utf-8")
    page = learner.checkout / f"learn/lessons/{lang}/mine.ipynb"
    lesson = json.loads((page.with_name("momentum.ipynb")).read_text("utf-8"))
    code = [cell for cell in lesson["cells"] if cell["cell_type"] == "code"]
    calls = ('check("momentum")', 'hint("momentum")', 'mend("momentum")', 'expose("momentum")')
    asked = [cell for cell in code if "".join(cell["source"]).endswith(calls)]
    assert len(asked) == len(calls)
    index = json.loads((page.with_name("index.ipynb")).read_text("utf-8"))
    lesson["cells"] = [code[0], *asked, *(cell for cell in index["cells"] if cell["cell_type"] == "code")]
    for number, cell in enumerate(lesson["cells"]):
        cell["id"] = f"cell-{number}"
    page.write_text(json.dumps(lesson), "utf-8")
    try:
        said = window.type(f"jupyter execute --inplace {page}")
        assert said.status == 0, said.text
        outputs = [str(cell.get("outputs")) for cell in json.loads(page.read_text("utf-8"))["cells"]]
    finally:
        page.unlink()
    assert {"en": "weight decay is left out", "zh": "漏掉了权重衰减"}[lang] in outputs[1]
    assert "application/vnd.jupyter.widget-view+json" in outputs[2]
    assert {"en": "opens once your own momentum passes", "zh": "通过之后才能做这一题"}[lang] in outputs[3]
    assert {"en": "cannot be told from the right one", "zh": "看不出它与正确的规则"}[lang] in outputs[4]
    table = next(i for i, cell in enumerate(lesson["cells"]) if "".join(cell["source"]).endswith("progress()"))
    assert {"en": "SGD with momentum", "zh": "带动量的 SGD"}[lang] in outputs[table]


def test_a_student_works_on_a_released_worksheet(
    learner: Newcomer, window: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What a class hands out, put into the student's own checkout as the classroom's README says."""
    root = tmp_path_factory.mktemp("class") / "autumn"
    classroom.new(root, {topic.stem: skeleton(topic.solution.read_text("utf-8")) for topic in topics()})
    classroom.release(root, ["momentum"], progress=False)
    folder = learner.checkout / "learn/momentum"
    shutil.copytree(root / "release/momentum", folder)
    try:
        (folder / "momentum.py").write_text(FILES["wrong"], "utf-8")
        said = window.type("jupyter execute --inplace learn/momentum/momentum.ipynb")
        assert said.status == 0, said.text
        assert "weight decay is left out" in (folder / "momentum.ipynb").read_text("utf-8")
        (folder / "momentum.py").write_text(FILES["right"], "utf-8")
        sheet = json.loads((folder / "momentum.ipynb").read_text("utf-8"))
        for call in ('mend("momentum", folder=".")', 'expose("momentum", folder=".")'):
            source = f"from course.lab import expose, mend\n{call}"
            sheet["cells"].append(
                {**sheet["cells"][1], "id": call[:4], "source": source, "metadata": {}, "outputs": []}
            )
        (folder / "momentum.ipynb").write_text(json.dumps(sheet), "utf-8")
        said = window.type("jupyter execute --inplace learn/momentum/momentum.ipynb")
        assert said.status == 0, said.text
        assert {each.name for each in folder.glob("*_*.py")} == {"momentum_mend.py", "momentum_expose.py"}
    finally:
        shutil.rmtree(folder)


def test_watch(window: Terminal, momentum: Path) -> None:
    with window.runs("course watch", r"Watching (?s:.*)q quit.*\n") as said:
        assert str(momentum.parent) in said
        time.sleep(1.0)  # the first look at the files comes right after the greeting
        momentum.write_text(FILES["wrong"], "utf-8")
        assert "weight decay is left out" in window.read(r"extra(?s:.*)stretch")
        window.press("h\n")
        window.read("momentum 1/3 ")
        window.press("q\n")
        _wait(lambda: not window.busy)


@pytest.mark.parametrize(
    ("line", "lang"), [("make lab", "en"), ("make lab LANG_=zh", "zh"), ("make lab PYTHON=python3", "en")]
)
def test_make_lab_opens_the_first_lesson(line: str, lang: Lang, learner: Newcomer, momentum: Path) -> None:
    """As a second call does it, at once; and *File → New → Terminal* knows the commands that the page tells."""
    momentum.write_text(FILES["wrong"], "utf-8")
    learner.forget_opened()
    another_environment(learner.home)
    with learner.terminal() as window, _typed(window, line) as said:
        assert "[1/3]" not in said
        address = learner.opened()
        assert f"/lab/tree/lessons/{lang}/index.ipynb" in address
        server, token = re.match(r"(http://[^/]+)/.*token=(\w+)", address).groups()  # type: ignore[union-attr]
        with urllib.request.urlopen(address) as page:  # noqa: S310 - our own server
            assert page.status == 200
        text = _in_jupyters_terminal(server, token, "course check momentum; pytest -k momentum")
        assert {"en": "weight decay is left out", "zh": "漏掉了权重衰减"}[lang] in text
        assert "6 failed" in text
        if line == "make lab":
            with learner.terminal() as other:
                assert server in other.type("source .venv/bin/activate && jupyter server list").text


def another_environment(home: Path) -> None:
    """What conda leaves in many homes: start-up files that put another pytest first on PATH, or PATH back."""
    tools = home / "conda"
    tools.mkdir(exist_ok=True)
    for name in ("pytest", "course", "python"):
        (tools / name).write_text("#!/bin/sh\necho another environment\nexit 3\n", "utf-8")
        (tools / name).chmod(0o755)
    (home / ".bashrc").write_text(f'export PATH="{tools}:$PATH"\n', "utf-8")
    (home / ".profile").write_text('export PATH="/usr/bin:/bin"\n', "utf-8")


def _typed(window: Terminal, line: str) -> Any:
    # Spelled out, so that test_documents.py finds what is typed here.
    return {
        "make lab": lambda: window.runs("make lab", r"token=\w+"),
        "make lab LANG_=zh": lambda: window.runs("make lab LANG_=zh", r"token=\w+"),
        "make lab PYTHON=python3": lambda: window.runs("make lab PYTHON=python3", r"token=\w+"),
    }[line]()


def _wait(found: Any, seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return value


def _in_jupyters_terminal(server: str, token: str, line: str) -> str:
    """Type a line into a terminal of JupyterLab's and return what it shows."""
    asked = urllib.request.Request(  # noqa: S310
        f"{server}/api/terminals", method="POST", headers={"Authorization": f"token {token}"}
    )
    with urllib.request.urlopen(asked) as reply:  # noqa: S310
        name = json.load(reply)["name"]
    socket = websocket.create_connection(
        f"{server.replace('http', 'ws', 1)}/terminals/websocket/{name}?token={token}", timeout=60
    )
    text = ""
    try:
        socket.send(json.dumps(["stdin", f"{line}; echo the''end\r"]))
        while "theend" not in text:
            kind, *said = json.loads(socket.recv())
            text += said[0] if kind == "stdout" else ""
    finally:
        socket.close()
    return text


def test_what_a_missing_file_is_said_to_need_brings_it_back(
    learner: Newcomer, window: Terminal, momentum: Path
) -> None:
    """A notebook, a stored reference, the learner's own file: each sentence, then what it tells."""
    notebook = learner.checkout / "lessons/en/index.ipynb"
    own = learner.checkout / "learn/lessons/en/index.ipynb"
    reference = learner.checkout / "course/topics/adam/references.npz"
    lesson, stored = notebook.read_bytes(), reference.read_bytes()
    notebook.unlink()
    own.unlink()
    reference.unlink()
    assert "`make build`" in (said := window.type("course lab")).text
    assert said.status == 2
    assert "`make build`" in (said := window.type("course check adam")).text
    assert said.status == 2
    built = window.type("course build")  # a learner has no parser of lessons, and needs none
    assert built.status == 2
    assert "`git checkout -- lessons`" in built.text
    assert "Traceback" not in built.text
    assert window.type("git checkout -- lessons").status == 0
    assert notebook.read_bytes() == lesson
    assert window.type("course init").status == 0
    assert own.read_bytes() == lesson
    own.write_bytes(lesson.replace(b"Downhill", b"Uphill"))
    assert "is current" in window.type("course init --newer").text, "mine, of which there is nothing newer"
    assert "`git checkout -- course/topics/adam/references.npz`" in said.text
    assert window.type("git checkout -- course/topics/adam/references.npz").status == 0
    assert reference.read_bytes() == stored
    momentum.write_text(FILES["wrong"], "utf-8")
    topic = learner.checkout / "course/topics/momentum"
    (topic / "mistakes.npz").unlink()
    assert "`git checkout -- course/topics/momentum/mistakes.npz`" in window.type("course check momentum").text
    assert window.type("git checkout -- course/topics/momentum/mistakes.npz").status == 0
    assert window.type("course check momentum").status == 1
    (topic / "mistakes.toml").write_text("nonsense", "utf-8")
    assert "`git checkout -- course/topics/momentum/mistakes.toml`" in window.type("course check momentum").text
    assert window.type("git checkout -- course/topics/momentum/mistakes.toml").status == 0
    known = (topic / "mistakes.toml").read_text("utf-8")
    (topic / "mistakes.toml").write_text(known.replace('old = "', 'old = "nowhere '), "utf-8")
    assert "`git checkout -- solutions course/topics`" in window.type("course check momentum").text
    assert window.type("git checkout -- solutions course/topics").status == 0
    assert window.type("course check momentum").status == 1
    momentum.unlink()
    assert "course reset momentum" in window.type("course check momentum").text
    assert window.type("course reset momentum").status == 0
    assert momentum.read_text("utf-8") == in_language(FILES["untouched"], "en")
