"""A release tells students nothing that they must not know."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import scan
from course.text import CourseError
from course.topic import Topic
from tests.classroom.room import SKELETON, SOLUTION, nbgrader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNMARKED = SOLUTION["momentum"].replace("        ### BEGIN SOLUTION\n", "").replace("        ### END SOLUTION\n", "")
HEART = next(line for line in UNMARKED.splitlines() if "buf = " in line and "mu * buf" in line)
OWN_WAY = """
class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, dampening=0.0, maximize=False):
        self.lr, self.momentum, self.dampening = lr, momentum, dampening
        self.weight_decay, self.sign = weight_decay, -1.0 if maximize else 1.0

    def init(self, x):
        return None

    def update(self, x, slope, speed):
        force = self.sign * slope + self.weight_decay * x
        if self.momentum == 0:
            return x - force * self.lr, None
        speed = force.copy() if speed is None else speed * self.momentum + force * (1.0 - self.dampening)
        return x - speed * self.lr, speed.copy()
"""


def edit(root: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    path = root / "source/momentum/momentum.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def with_solution(root: Path) -> None:
    (root / "source/momentum/momentum.py").write_text(SOLUTION["momentum"], "utf-8")


def without_marks(root: Path) -> None:
    (root / "source/momentum/momentum.py").write_text(UNMARKED, "utf-8")


def reformatted(root: Path) -> None:
    code = HEART.replace(" * ", "*").replace(" + ", "  +  ") + "   # the heart of it"
    (root / "source/momentum/notes.txt").write_text(code, "utf-8")


def written_afresh(root: Path) -> None:
    (root / "source/momentum/momentum.py").write_text(OWN_WAY, "utf-8")


def in_the_notebook(root: Path) -> None:
    edit(root, lambda cells: cells[0].update(source=f"Try\n\n{HEART}"))


def in_its_metadata(root: Path) -> None:
    edit(root, lambda cells: cells[0].update(metadata={**cells[0]["metadata"], "note": HEART}))


def rubric_in_the_question(root: Path) -> None:
    rubric = Topic.load("momentum").rubric.zh.split("；")[0]
    edit(root, lambda cells: cells[2].update(source=f"{cells[2]['source']}\n（提示：{rubric}）"))


def own_rubric_twice(root: Path) -> None:
    own = "Say that the speed is geometric."
    edit(root, lambda cells: cells[3].update(source=f"### BEGIN SOLUTION\n{own}\n### END SOLUTION\n\n{own}"))


def secret(root: Path) -> None:
    seed = (root / "secret-seed").read_text("utf-8").strip()
    edit(root, lambda cells: cells[0].update(source=f"The key is {seed}."))


@pytest.mark.parametrize(
    ("spoil", "place", "what"),
    [
        (with_solution, "momentum.py, line ", "mark of a solution region"),
        (without_marks, "momentum.py, line ", "the solution of momentum"),
        (reformatted, "notes.txt, line 1", "the solution of momentum"),
        (written_afresh, "momentum.py", "as it is, it earns 12 points"),
        (in_the_notebook, "momentum.ipynb, cell 1, line 3", "the solution of momentum"),
        (in_its_metadata, "momentum.ipynb, cell 1 metadata note", "the solution of momentum"),
        (rubric_in_the_question, "momentum.ipynb, cell 3, line ", "rubric"),
        (own_rubric_twice, "momentum.ipynb, cell 4, line ", "rubric or the instructor's own"),
        (secret, "momentum.ipynb, cell 1, line 1", "secret seed"),
    ],
)
def test_a_leak_is_refused_by_name_and_nothing_is_released(
    room: Path, spoil: Callable[[Path], None], place: str, what: str
) -> None:
    spoil(room)
    with pytest.raises(CourseError) as refused:
        classroom.release(room, ["momentum"], progress=False)
    assert not (room / "release/momentum").exists()
    assert place in refused.value.text.en
    assert what in refused.value.text.en
    assert "没有发布" in refused.value.text.zh
    assert (room / "release/sgd/sgd.py").is_file()


LINE = HEART.strip()
VALUE = LINE.partition(" = ")[2].partition(" else ")[2]
"""What the heart computes, without the name it gets: mu * buf + (1 - self.dampening) * grad."""

LEAKS = {
    "in a sentence": f"Now write `{LINE}` and you are done.",
    "in a Chinese sentence": f"接着写上`{LINE}`就完成了。",
    "without its name": f"The buffer becomes `{VALUE}`, as in torch.",
    "as bare words": f"The buffer becomes {VALUE} then.",
    "in a comment": f"x = 1  # {LINE}",
    "in a table": f"| what | how |\n|---|---|\n| buffer | `{LINE}` |",
    "over two lines": "so we get\n" + LINE.replace(" else ", "\n    else "),
    "spaced otherwise": LINE.replace(" ", "  ").replace("(1 - ", "( 1-"),
    "other quotation marks": "end with `return {'momentum_buffer': None}` there",
    "another word for self": VALUE.replace("self.", ""),
    "escaped for HTML": f"<p>{LINE}</p>".replace("<", "&lt;").replace('"', "&quot;"),
    "escaped for Markdown": LINE.replace("*", r"\*").replace("_", r"\_"),
    "full-width": f"先算 {VALUE.replace('(', '（').replace(')', '）')}。",
    "with more behind it": f"`{VALUE} + 0`",
    "of another topic": "as in Adam, `exp_avg_sq = beta2 * state['exp_avg_sq'] + (1 - beta2) * grad**2`, but simpler",
}
HONEST = {
    "the formula": "$b_t \\leftarrow \\mu\\,b_{t-1} + (1-\\tau)\\,g_t$, where `dampening` is $\\tau$",
    "names": "Use `self.momentum`, `buf` and `grad`; `dampening` is a stretch option.",
    "the contract": "Return the pair `new_param, new_state`, as in `return new_param, new_state`.",
    "half a line": "The buffer is multiplied by `self.momentum` first, then `grad` is added.",
    "words of a line": "If the buffer is None, it becomes grad, else momentum times the buffer plus the gradient.",
    "a signature": SKELETON["momentum"],
    "Chinese": "缓冲区先乘以 `self.momentum`，再加上 `grad`。",
}


@pytest.mark.parametrize("form", LEAKS)
@pytest.mark.parametrize("name", ["notes.txt", "notes.ipynb", "utf16.md", "more.zip"])
def test_a_line_of_the_solution_is_found_in_any_form(
    secrets: scan.Secrets, tmp_path: Path, name: str, form: str
) -> None:
    put(tmp_path / name, f"A first line.\n\n{LEAKS[form]}\nA last line.")
    found = list(scan.search(tmp_path, secrets))
    assert found
    assert all(name in where.en and "line " in where.en for where, _ in found)
    assert all(where.en.split(", ")[-1] != "line 1" for where, _ in found)
    assert all("the solution of" in what.en for _, what in found)


@pytest.mark.parametrize("form", HONEST)
def test_an_honest_sentence_may_be_released(secrets: scan.Secrets, tmp_path: Path, form: str) -> None:
    for name in ("notes.txt", "notes.ipynb"):
        put(tmp_path / name, f"A first line.\n\n{HONEST[form]}\nA last line.")
    assert list(scan.search(tmp_path, secrets)) == []


def test_an_archive_that_cannot_be_looked_into_is_refused(secrets: scan.Secrets, tmp_path: Path) -> None:
    put(tmp_path / "inner.zip", "nothing")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    assert [where.en for where, _ in scan.search(tmp_path, secrets)] == ["outer.zip"]


@pytest.fixture(scope="module")
def secrets(released: Path) -> scan.Secrets:
    return scan.gather(released / "source/momentum", "momentum", "0" * 64, "1" * 64)


def put(path: Path, text: str) -> None:
    """Write the text into a file of the kind that its ending says."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("handout/text.txt", text)
    elif path.suffix == ".ipynb":
        lines = text.splitlines(keepends=True)
        path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": lines}]}), "utf-8")
    else:
        path.write_text(text, "utf-16" if path.stem == "utf16" else "utf-8")


@pytest.mark.parametrize("extra", [[], ["--notebook", "momentum"]])
def test_plain_nbgrader_refuses_it_too(room: Path, extra: list[str]) -> None:
    with_solution(room)
    done = nbgrader(room, "generate_assignment", "momentum", *extra)
    assert done.returncode == 1
    assert not (room / "release/momentum").exists()
    assert "momentum.py, line " in done.stderr
    assert "没有发布" in done.stderr


def test_what_is_released_is_the_skeleton_and_a_clean_worksheet(room: Path) -> None:
    classroom.release(room, ["momentum"], progress=False)
    folder = room / "release/momentum"
    assert sorted(path.name for path in folder.iterdir()) == ["momentum.ipynb", "momentum.py"]
    assert (folder / "momentum.py").read_text("utf-8") == SKELETON["momentum"]
    cells = json.loads((folder / "momentum.ipynb").read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "markdown", "markdown"]
    assert "**What to do**" in sources[0]
    assert "**要做什么**" in sources[0]
    assert sources[1] == 'from course.lab import check\n\ncheck("momentum", folder=".")'
    assert sources[3] == "*Your answer, in English or Chinese · 请在这里作答，中英文均可*"
    assert all(cell["metadata"]["deletable"] is False for cell in cells)


def test_every_topic_can_be_released(room: Path) -> None:
    said = classroom.release(room, progress=False)
    assert all(stem in said.en for stem in SKELETON)
    assert sorted(path.name for path in (room / "release").iterdir()) == sorted(SKELETON)
