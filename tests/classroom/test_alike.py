"""`course class alike`: files equal up to names and layout are found, what the exercise dictates is not."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course import classroom
from course.classroom import alike, forms
from course.text import CourseError
from tests.classroom.room import SKELETON, SOLUTION

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN = '''
"""My own Adam."""
import numpy as np
from dataclasses import dataclass


@dataclass
class Adam:
    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        """Take one step."""
        direction = grad + param * self.weight_decay
        count = 1 + state["t"]  # steps so far
        fast, slow = self.betas
        m = state["m"] + (1.0 - fast) * (direction - state["m"])
        v = state["v"] + (1.0 - slow) * (direction * direction - state["v"])
        scale = self.lr * (1 - slow ** count) ** 0.5 / (1 - fast ** count)
        return param - scale * m / (np.sqrt(v) + self.eps), {"t": count, "m": m, "v": v}
'''
RENAMED = OWN.replace("def init(self, param)", "def init(self, theta: object) -> dict")
for old, new in (
    ("np", "numerics"),
    ("param", "theta"),
    ("direction", "g"),
    ("count", "n"),
    ("fast", "b1"),
    ("slow", "b2"),
    ("scale", "rate"),
    ("state", "memory"),
    ("grad", "slope"),
    ('"m"', "'first'"),
    ('"v"', "'second'"),
    ('"t"', "'n'"),
):
    RENAMED = re.sub(rf"{old}\b" if '"' in old else rf"\b{old}\b", new, RENAMED)
RENAMED = RENAMED.replace("import numpy as np", "import numpy as numerics").replace("1e-3", "0.001")
RENAMED = RENAMED.replace('"""My own Adam."""', "# Written by me alone.").replace("1.0 - ", "1 - ")
RENAMED = RENAMED.replace("        return theta - ", "\n        return (theta\n            - ")
RENAMED = RENAMED.replace("+ self.eps), {", "+ self.eps)), {")


def whole(source: str) -> str:
    found = forms.form(source)
    assert found
    return str(found["whole"])


def test_names_comments_and_layout_change_nothing() -> None:
    assert RENAMED.count("theta") > 5
    assert "param" not in RENAMED
    assert whole(RENAMED) == whole(OWN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(1.0 - fast) * (direction - state", "(1.0 - slow) * (direction - state"),
        ("np.sqrt(v)", "np.abs(v)"),
        ("1 + state", "2 + state"),
        ("scale * m /", "scale * v /"),
        ("fast, slow = self.betas", "slow, fast = self.betas"),
        ("        fast, slow = self.betas\n", "        fast, slow = self.betas\n        fast = fast\n"),
        ("** 0.5", "** 2"),
    ],
)
def test_another_computation_is_another_form(old: str, new: str) -> None:
    assert OWN.count(old) == 1
    assert whole(OWN.replace(old, new)) != whole(OWN)


def made(students: Mapping[str, str], stem: str = "adam") -> alike.Compared:
    found = alike.forms_of([each.encode() for each in (SKELETON[stem], SOLUTION[stem], *students.values())])
    given = [each for each in found[:2] if each]
    assert len(given) == 2
    return alike.compared(stem, dict(zip(students, found[2:], strict=True)), given)


def variants(count: int) -> dict[str, str]:
    """Files that students wrote by themselves: the same few lines, in their own order and with their own detours."""
    draw = random.Random(3)  # noqa: S311 - no secret
    written = {}
    for number in range(count):
        text = SOLUTION["adam"]
        for old, new in (
            ("grad = grad + self.weight_decay * param", "grad = self.weight_decay * param + grad"),
            ("move = exp_avg / bias_correction1", "move = 1 / bias_correction1 * exp_avg"),
            ("(1 - beta2) * grad**2", "(1 - beta2) * grad * grad"),
            ("new_param = param - self.lr * move / denom", "new_param = param - move / denom * self.lr"),
        ):
            text = text.replace(old, new) if draw.random() < 0.5 else text
        written[f"s{number}"] = text
    return written


def test_two_equal_files_that_are_like_no_others_are_listed() -> None:
    found = made(variants(40) | {"ada": OWN, "bo": RENAMED})
    (group,) = found.groups
    assert group.students == ("ada", "bo")
    assert alike.FEWEST <= group.rare < group.statements
    assert found.files == 42
    assert found.dictated > 0, "the others are equal in groups, too, and that says nothing"


def test_what_the_exercise_dictates_is_not_listed() -> None:
    """Half a class has the same right SGD, the untouched skeleton, or the published solution."""
    by_hand = SOLUTION["sgd"].replace("self.weight_decay * param", "param * self.weight_decay")
    files = {f"right-{n}": by_hand for n in range(5)} | {f"solution-{n}": SOLUTION["sgd"] for n in range(5)}
    found = made(files | {f"skeleton-{n}": SKELETON["sgd"] for n in range(5)}, "sgd")
    assert (found.groups, found.dictated, found.forms) == ((), 1, 3)
    assert made({f"s{n}": SOLUTION["adam"] + "\n# mine\n" for n in range(4)}).groups == ()


def test_one_who_hands_in_alone_is_equal_to_nobody() -> None:
    found = made(variants(5) | {"ada": OWN})
    assert found.groups == ()


HOSTILE = {
    "parentheses": "(" * 100_000,
    "minus": "-" * 60_000 + "1",
    "sum": "x = " + "+".join(["1"] * 30_000),
    "attributes": "x" + ".a" * 30_000,
    "brackets": "[" * 150 + "]" * 150,
    "null": "x = 1\0",
    "surrogate": "x = '\\ud800'",
    "digits": "x = 1" + "0" * 60_000,
    "one line": "x = '" + "a" * 60_000 + "'",
    "indented": "\n".join(" " * n + "if x:" for n in range(99)) + "\n" + " " * 99 + "x",
    "strings": "f'{" * 200,
    "no bytes": "",
    "exits": "import os\nos._exit(3)",
    "many": "x=1\n" * 16_000,
}


def test_hostile_files_end_nothing_and_run_nothing(tmp_path: Path) -> None:
    written = tmp_path / "written"
    sources = [*HOSTILE.values(), f"open({str(written)!r}, 'w')", OWN]
    begun = time.monotonic()
    found = alike.forms_of([each.encode("utf-8", "surrogatepass") for each in sources])
    assert time.monotonic() - begun < 20
    assert found[-1] == alike.forms_of([RENAMED.encode()])[0]
    assert found[-2]
    assert not written.exists()
    by_name = dict(zip(HOSTILE, found, strict=False))
    assert [by_name[name] for name in ("parentheses", "minus", "null", "many", "no bytes")] == [None] * 5


def test_a_file_that_ends_the_process_costs_only_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever a parser may do: here one that crashes on a word."""
    text = Path(forms.__file__).read_text("utf-8")
    crashing = tmp_path / "forms.py"
    crashing.write_text(
        text.replace("tree = ast.parse(source)", "tree = ast.parse(source) if 'CRASH' not in source else sys.exit(9)"),
        "utf-8",
    )
    monkeypatch.setattr(forms, "__file__", str(crashing))
    found = alike.forms_of([b"x = 1", b"CRASH", b"y = 1", b"z = x", b"# CRASH"])
    assert [each is None for each in found] == [False, True, False, False, True]
    assert found[0] == found[2]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_memory_is_limited(tmp_path: Path) -> None:
    probe = tmp_path / "forms.py"
    text = Path(forms.__file__).read_text("utf-8")
    probe.write_text(text.replace("sources = json", "bytearray(2**31)\n    sources = json"), "utf-8")
    done = subprocess.run([sys.executable, "-I", "-S", str(probe)], input=b"[]", capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


@pytest.fixture
def room(empty: Path, tmp_path: Path) -> Path:
    """Make a class in which four students have handed in adam."""
    root = tmp_path / "class"
    shutil.copytree(empty, root)
    files = variants(3) | {"zz-ada": OWN, "zz-bo": RENAMED, "zz-broken": "def f(:"}
    for student, text in files.items():
        folder = root / ".intake" / student / "adam"
        folder.mkdir(parents=True)
        (folder / "adam.py").write_text(text, "utf-8")
    return root


def test_it_names_nobody_unless_asked(room: Path) -> None:
    told = classroom.class_alike(room, progress=False)
    for text in (told.en, told.zh):
        assert "zz-" not in text
    assert "- 2 files have one form" in told.en
    assert "- not compared: 1 files" in told.en
    assert "2 份文件写法相同" in told.zh
    named = classroom.class_alike(room, ["adam"], names=True, progress=False)
    for text in (named.en, named.zh):
        assert "zz-ada, zz-bo" in text
        assert "zz-broken" not in text
    assert not re.search(r"%|cheat|plagiar|suspic|抄袭|作弊|可疑", f"{named.en}{named.zh}", re.IGNORECASE)


def test_a_link_in_the_copies_is_not_followed(room: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text(OWN, "utf-8")
    (room / ".intake/zz-link/adam").mkdir(parents=True)
    (room / ".intake/zz-link/adam/adam.py").symlink_to(secret)
    told = classroom.class_alike(room, names=True, progress=False)
    assert "zz-link" not in told.en
    assert "- not compared: 2 files" in told.en


def test_without_submissions_it_says_what_to_do(empty: Path) -> None:
    assert "course class grade" in classroom.class_alike(empty, progress=False).en
    with pytest.raises(CourseError, match="no assignment 'adams'"):
        classroom.class_alike(empty, ["adams"], progress=False)


def test_the_command_line_does_it(room: Path) -> None:
    command = [sys.executable, "-m", "course.cli", "class", "alike", "adam", "--lang", "zh", "--names"]
    done = subprocess.run(command, cwd=room, env={**os.environ}, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "zz-ada, zz-bo" in done.stdout


def test_the_child_speaks_json_alone() -> None:
    command = [sys.executable, "-I", "-S", forms.__file__]
    sources = json.dumps(["x = 1", "("])
    done = subprocess.run(command, input=sources, capture_output=True, encoding="utf-8", check=True)
    first, second = json.loads(done.stdout)
    assert (first["whole"] != "", len(first["lines"]), second) == (True, 1, None)
