"""The learner's file, followed from save to save, and what is said when it cannot be shown."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.lab.rules import Learner, RuleError, learner, reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import walk
from course.text import CourseError
from course.topic import Topic, topics

if TYPE_CHECKING:
    from pathlib import Path

    from course.lab.widget.walk import Walk

GROUND = landscape("bowl")


def save(folder: Path, source: str) -> Learner:
    """Save a learner's momentum.py, with a time of its own as an editor's save has."""
    path = folder / "momentum.py"
    path.write_text(source, "utf-8")
    save.clock += 1  # type: ignore[attr-defined]
    os.utime(path, (save.clock, save.clock))  # type: ignore[attr-defined]
    return learner("momentum", folder)


save.clock = 1_000_000  # type: ignore[attr-defined]

GOOD = Topic.load("momentum").solution.read_text("utf-8")

HEAD = """
class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
    def init(self, param):
        return None
    def update(self, param, grad, state):
"""


def shown(rule: Learner) -> Walk:
    return walk(lambda: rule(lr=0.01), GROUND, GROUND.start, 50)


def says(folder: Path, source: str) -> tuple[str, str]:
    """What the widget says of a file, in English and in Chinese."""
    rule = save(folder, source)

    class Make:
        def __init__(self) -> None:
            self.rule = rule

        def __call__(self) -> object:
            return rule(lr=0.01)

    failure = walk(Make(), GROUND, GROUND.start, 50).failure
    assert failure is not None
    return failure.en, failure.zh


@pytest.mark.parametrize("entry", topics("rule"), ids=lambda entry: entry.stem)
def test_reference_is_the_solution(entry: object) -> None:
    stem = entry.stem  # type: ignore[attr-defined]
    assert reference(stem).__name__ == Topic.load(stem).class_name
    assert reference(stem) is reference(stem)


def test_unknown_topic() -> None:
    with pytest.raises(CourseError, match="adam"):
        reference("adm")
    with pytest.raises(CourseError, match="adam"):
        learner("adm")


def test_learner_walks_as_the_solution_does(tmp_path: Path) -> None:
    mine = shown(save(tmp_path, GOOD))
    right = walk(lambda: reference("momentum")(lr=0.01), GROUND, GROUND.start, 50)
    np.testing.assert_array_equal(mine.points, right.points)


def test_the_file_is_loaded_once_a_save(tmp_path: Path) -> None:
    rule = save(tmp_path, GOOD)
    first = rule.load()
    assert rule.load() is first
    save(tmp_path, GOOD + "\n# mended\n")
    assert rule.load() is not first
    assert first.__module__ not in sys.modules


def test_untouched_skeleton(tmp_path: Path) -> None:
    en, zh = says(tmp_path, HEAD + "        raise NotImplementedError")
    assert "is not written yet" in en
    assert "还没有写" in zh


def test_syntax_error_names_the_line(tmp_path: Path) -> None:
    en, zh = says(tmp_path, HEAD + "        return param - self.lr * grad,, state")
    assert "line 8 of momentum.py" in en
    assert "momentum.py 第 8 行" in zh


def test_exception_names_the_line_and_shows_it(tmp_path: Path) -> None:
    en, zh = says(tmp_path, HEAD + "        return param - self.lr * buf, state")
    assert "In line 8 of momentum.py" in en
    assert "NameError: name 'buf' is not defined" in en
    assert "return param - self.lr * buf, state" in en
    assert "第 8 行" in zh


def test_missing_class_and_missing_file(tmp_path: Path) -> None:
    assert "defines `Momentun`, and no `Momentum`" in says(tmp_path, "class Momentun: pass")[0]
    rule = save(tmp_path, GOOD)
    rule.path.unlink()
    with pytest.raises(RuleError, match="course reset momentum"):
        rule.load()
    shutil.copy(Topic.load("momentum").solution, rule.path)
    assert rule.load().__name__ == "Momentum"


@pytest.mark.parametrize(
    ("answer", "got"),
    [("None", "not a pair"), ("param", "shape"), ("(None, None)", "None"), ("(param[:1], None)", "shape (1,)"),
     ("('a', None)", "str")],
)  # fmt: skip
def test_wrong_return_values_are_described(tmp_path: Path, answer: str, got: str) -> None:
    assert got in says(tmp_path, HEAD + f"        return {answer}")[0]


def test_exit_and_endless_loop_end_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SystemExit" in says(tmp_path, HEAD + "        raise SystemExit(3)")[0]
    monkeypatch.setattr("course.lab.guard.PATIENCE", 0.2)
    assert "in 0.2 s this rule had taken 0" in says(tmp_path, HEAD + "        while True: pass")[0]
    stuck = save(tmp_path, "while True: pass\n" + HEAD + "        return param, None")
    assert "in 0.2 s this rule had taken 0" in str(shown(stuck).failure)
    assert "outside of the methods" in str(shown(stuck).failure), "it is not read again before it is saved"
    assert shown(save(tmp_path, HEAD + "        return param, None")).failure is None
    caught = "        while True:\n            try: grad = grad + 1\n            except Exception: pass"
    assert "in 0.2 s this rule had taken 0" in says(tmp_path, HEAD + caught)[0]


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    noisy = "import sys, warnings; print('a'); warnings.warn('b'); sys.stderr.write('c')\nimport numpy as np\n"
    body = "        print('d'); warnings.warn('e'); np.log(-grad); return param - self.lr * grad, None"
    assert shown(save(tmp_path, noisy + HEAD + body)).failure is None
    out = capfd.readouterr()
    assert out.out + out.err == ""


def test_what_a_rule_does_to_its_arguments_stays_with_it(tmp_path: Path) -> None:
    inplace = "        param -= self.lr * grad; grad *= 0; return param, None"
    done = shown(save(tmp_path, HEAD + inplace))
    right = walk(lambda: reference("sgd")(lr=0.01), GROUND, GROUND.start, 50)
    np.testing.assert_allclose(done.points, right.points, rtol=1e-12)
    np.testing.assert_allclose(done.grads, right.grads, rtol=1e-12)
