"""The stored references: what the installed torch computes, and noticed at once when they are not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course import cli
from course.authoring.references import problems
from course.grading import stored
from course.topic import Topic, topics
from tests.grading.damage import WHOLE_FILE, rewritten

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("stem", [topic.stem for topic in topics("rule")])
def test_stored_is_what_torch_computes(stem: str) -> None:
    assert problems(Topic.load(stem)) == []


def a_digit(file: Path) -> None:
    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays["shapes/param/4"].flat[-1] *= 1 + 1e-6

    rewritten(file, change)


def a_digit_of_a_buffer(file: Path) -> None:
    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays["shapes/momentum_buffer/4"].flat[-1] *= 1 + 1e-6

    rewritten(file, change)


def a_buffer(file: Path) -> None:
    rewritten(file, lambda arrays: arrays.pop("defaults/momentum_buffer/0"))


def a_case(file: Path) -> None:
    rewritten(file, lambda arrays: [arrays.pop(key) for key in list(arrays) if key.startswith("zeros/")])


def a_step(file: Path) -> None:
    def change(arrays: dict[str, np.ndarray]) -> None:
        arrays["zeros/param/0"] = arrays["zeros/param/0"][:-1]

    rewritten(file, change)


def something_pickled(file: Path) -> None:
    np.savez(file, **{"zeros/param/0": np.array([{}], dtype=object)})  # type: ignore[arg-type]


DAMAGE = {
    "a digit": a_digit,
    "a digit of a buffer": a_digit_of_a_buffer,
    "a buffer": a_buffer,
    "a case": a_case,
    "a step": a_step,
    **WHOLE_FILE,
    "something pickled": something_pickled,
}
UNUSABLE = DAMAGE.keys() - {"a digit", "a digit of a buffer", "a buffer"}


@pytest.fixture
def damaged(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Momentum's references, something of them lost."""
    file = tmp_path / "momentum" / "references.npz"
    file.parent.mkdir()
    shutil.copy(stored.path(Topic.load("momentum")), file)
    monkeypatch.setattr(stored, "path", lambda _topic: file)
    DAMAGE[request.param](file)
    return str(request.param)


@pytest.mark.parametrize("damaged", DAMAGE, indirect=True)
def test_damage_is_noticed(damaged: str) -> None:
    (problem, *_) = problems(Topic.load("momentum"))
    assert "momentum" in problem.en, damaged
    assert "make build" in problem.en
    assert "make build" in problem.zh


@pytest.mark.parametrize("damaged", sorted(UNUSABLE), indirect=True)
def test_no_verdict_without_a_reference(damaged: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A check says what to do, with the status of misuse: neither a pass nor a fail nor a traceback."""
    folder = Topic.load("momentum").solution.parent
    assert cli.main(["check", "momentum", "--submission", str(folder), "--json"]) == cli.MISUSE
    out, err = capsys.readouterr()
    assert out == "", damaged
    assert "make build" in err
