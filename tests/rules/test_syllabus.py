"""The syllabus: complete, in order, in both languages; hints that do not give away; questions with right numbers."""

from __future__ import annotations

import dataclasses
import re
import tomllib
import unicodedata
from typing import Any

import numpy as np
import pytest

from course.authoring.skeletons import BEGIN, END
from course.rule import Run
from course.system.workspace import ROOT
from course.text import Text
from course.topic import CASES, FOLDER, KEYS, Topic, lessons, topics
from tests.rules.runs import STEMS, make

each_topic = pytest.mark.parametrize("stem", STEMS)


def texts(stem: str) -> dict[str, Text]:
    one = Topic.load(stem)
    hints = {f"hint {i}": hint for i, hint in enumerate(one.hints, 1)}
    return {
        "title": one.title,
        "idea": one.idea,
        "summary": one.summary,
        "question": one.question,
        "rubric": one.rubric,
        **hints,
    }


def test_every_folder_is_a_lesson_at_one_place_in_the_order() -> None:
    folders = sorted(file.parent.name for file in FOLDER.glob("*/topic.toml"))
    assert sorted(each.stem for each in lessons()) == folders == sorted(each.name for each in FOLDER.glob("[!_]*/"))
    assert tuple(each.topic for each in lessons() if each.topic) == topics()
    assert all(each.points == 10 for each in topics())


def test_the_order_is_one_of_ideas() -> None:
    """A rule that wraps another comes after it; at both ends there is a lesson without an exercise."""
    for each in topics():
        assert each.inner is None or STEMS.index(each.inner) < STEMS.index(each.stem)
    assert lessons()[0].stem == "index"
    assert lessons()[0].topic is None
    assert lessons()[-1].topic is None


def test_lessons_have_an_idea_and_a_notebook() -> None:
    for each in lessons():
        assert len(each.idea.en) <= 60
        assert len(each.idea.zh) <= 24
        assert each.notebook("zh").relative_to(ROOT).as_posix() == f"lessons/zh/{each.stem}.ipynb"


def test_every_entry_has_every_field_and_no_other() -> None:
    for each in topics():
        entry = tomllib.loads((each.folder / "topic.toml").read_text("utf-8"))
        assert set(entry) <= KEYS
        assert set(entry.get("cases", {})) <= CASES
        assert len(entry["hints"]) == 3
        for text in [
            entry["title"],
            entry["idea"],
            entry["summary"],
            entry["question"],
            entry["rubric"],
            *entry["hints"],
        ]:
            assert set(text) == {"en", "zh"}


@each_topic
def test_formula_braces_are_balanced(stem: str) -> None:
    for formula in Topic.load(stem).formula.to_json().values():
        assert (r"\theta" in formula) == (Topic.load(stem).kind == "rule")
        assert "$" not in formula
        bare = formula.replace(r"\{", "").replace(r"\}", "")
        assert bare.count("{") == bare.count("}")
        assert formula.count(r"\begin") == formula.count(r"\end")


def letters(text: str) -> str:
    """Text without code and formulas."""
    return re.sub(r"`[^`]*`", "", text)


@each_topic
def test_both_languages_are_what_they_claim(stem: str) -> None:
    for name, text in texts(stem).items():
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text.en), name
        if name != "title":
            assert re.search(r"[\u4e00-\u9fff]", text.zh), name
        prose = letters(text.zh)
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", prose), (name, "half-width punctuation")
        tight = re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", prose)
        assert not tight, (name, "no space between Chinese and Latin", tight)
        assert unicodedata.is_normalized("NFC", text.en + text.zh)


@each_topic
def test_code_in_hints_is_the_same_in_both_languages(stem: str) -> None:
    for hint in Topic.load(stem).hints:
        assert sorted(re.findall(r"`[^`]*`", hint.en)) == sorted(re.findall(r"`[^`]*`", hint.zh))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@each_topic
def test_the_first_two_hints_hold_no_solution_line(stem: str) -> None:
    block = re.findall(rf"{BEGIN}\n(.*?){END}", Topic.load(stem).solution.read_text("utf-8"), re.DOTALL)
    lines = {line.split("#")[0].strip() for lines in block for line in lines.splitlines()}
    lines = {squeezed(line) for line in lines if len(line) > 8}
    assert lines
    for hint in Topic.load(stem).hints[:2]:
        for text in (hint.en, hint.zh):
            assert not [line for line in lines if line in squeezed(text)]
            assert not [code for code in re.findall(r"`([^`]*)`", text) if "=" in code or "return" in code]


@each_topic
def test_hints_climb_and_the_third_shows_code(stem: str) -> None:
    first, second, third = (hint.en for hint in Topic.load(stem).hints)
    assert len(first) < len(second)
    assert "`" not in first
    assert any("self." in code for code in re.findall(r"`([^`]*)`", third))


@each_topic
def test_the_rubric_gives_three_points(stem: str) -> None:
    rubric = Topic.load(stem).rubric
    assert len(re.findall(r"\(1 point[;)]", rubric.en)) == 3
    assert len(re.findall(r"（1 分[；）]", rubric.zh)) == 3


@each_topic
def test_numbers_are_the_same_in_both_languages(stem: str) -> None:
    """Digits and Greek letters of the question and of its rubric; small numbers may be words in English."""
    for text in (Topic.load(stem).question, Topic.load(stem).rubric):
        english, chinese = (
            {number.replace(",", "") for number in re.findall(r"\d[\d,]*\.\d+|\d{2,}(?:,\d{3})*", each)}
            for each in (text.en, text.zh)
        )
        assert english - chinese <= {"100", "10"}, english - chinese
        assert chinese - english <= {"100", "10"}, chinese - english


# The numbers in the rubrics, worked out by running the solutions ----------------------------------------------------


def moves(stem: str, grads: Any, start: float = 0.0, **hyperparameters: Any) -> Any:
    """Walk one parameter along the gradients; returns the size of each move downhill, −Δθ."""
    running = Run(make(stem, hyperparameters), [np.float64(start)])
    path = [start]
    for grad in grads:
        running.step([np.float64(grad)])
        path.append(float(running.params[0]))
    return -np.diff(path)


def says(stem: str, *numbers: str) -> None:
    for number in numbers:
        assert number in Topic.load(stem).rubric.en, number
        assert number.replace(",", "") in Topic.load(stem).rubric.zh, number


def test_sgd_on_the_bowl() -> None:
    running = Run(make("sgd", {"lr": 0.07}), [np.array([1.0, 1.0])])
    curvature = np.array([1.0, 25.0])
    path = []
    for _ in range(64):
        running.step([curvature * running.params[0]])
        path.append(running.params[0])
    np.testing.assert_allclose(path[0], [0.93, -0.75])
    assert path[62][0] >= 0.01 > path[63][0]
    rates = np.linspace(0.001, 0.1, 9901)
    factors = np.maximum(abs(1 - rates), abs(1 - 25 * rates))
    assert rates[factors.argmin()] == pytest.approx(2 / 26, abs=1e-5)
    assert factors.min() == pytest.approx(24 / 26, abs=1e-4)
    says("sgd", "0.93", "−0.75", "64", "0.08", "0.077", "0.92")


def test_momentum_under_a_constant_gradient() -> None:
    walked = moves("momentum", np.ones(400), lr=1.0)
    assert walked[-1] == pytest.approx(10)
    assert np.flatnonzero(walked >= 9)[0] + 1 == 22
    says("momentum", "= 10", "t = 22")


def test_nesterov_brakes_one_step_earlier() -> None:
    grads = [1.0] * 500 + [-1.0] * 10
    plain, nesterov = (moves(stem, grads, lr=1.0)[499:] for stem in ("momentum", "nesterov"))
    assert plain[:2] == pytest.approx([10, 8])
    assert nesterov[:2] == pytest.approx([10, 6.2])
    assert np.flatnonzero(plain < 0)[0] == 7
    assert np.flatnonzero(nesterov < 0)[0] == 6
    assert nesterov[1:-1] == pytest.approx(plain[2:])
    assert moves("nesterov", [1.0], lr=1.0)[0] == pytest.approx(1.9)
    says("nesterov", "8·lr", "6.2·lr", "7", "6", "1.9")


def test_adagrad_common_and_rare() -> None:
    common = moves("adagrad", np.ones(40_000), lr=0.1)
    rare = moves("adagrad", [float(t % 100 == 99) for t in range(10_000)], lr=0.1)
    assert common[9_999] == pytest.approx(0.001)
    assert rare[-1] == pytest.approx(0.01)
    assert common[-1] == pytest.approx(0.0005)
    assert common[:10_000].sum() == pytest.approx(19.9, abs=0.05)
    says("adagrad", "0.001", "0.01", "40,000", "30,000", "19.9")


def test_rmsprop_averages_no_direction() -> None:
    constant = moves("rmsprop", np.ones(3000), lr=1.0)
    assert constant[[0, -1]] == pytest.approx([10, 1], rel=1e-6)
    signs = np.array([1.0, -1.0] * 1500)
    np.testing.assert_allclose(moves("rmsprop", signs, lr=1.0), signs * constant, atol=1e-9)
    buffer = moves("momentum", signs, lr=1.0)
    assert abs(buffer[-2:]) == pytest.approx([0.53, 0.53], abs=0.005)
    says("rmsprop", "10·lr", "0.53")


def test_adam_without_its_corrections() -> None:
    np.testing.assert_allclose(moves("adam", np.ones(50), lr=1.0), 1.0, rtol=1e-7)

    def uncorrected(t: int) -> float:
        return float((1 - 0.9**t) / (1 - 0.999**t) ** 0.5)

    assert uncorrected(1) == pytest.approx(3.16, abs=0.005)
    assert uncorrected(10) == pytest.approx(6.53, abs=0.005)
    says("adam", "3.16", "6.53")


def test_adamw_decays_in_proportion_and_adam_does_not() -> None:
    for decay, expected in ((0.5, 0.95), (0.05, 0.995)):
        assert 1 - moves("adamw", [0.0], start=1.0, lr=0.1, weight_decay=decay)[0] == pytest.approx(expected)
        assert 1 - moves("adam", [0.0], start=1.0, lr=0.1, weight_decay=decay)[0] == pytest.approx(0.9)
    says("adamw", "0.95", "0.995", "0.9")

    def pull(stem: str, size: float) -> float:
        """The decay's share of the walk under gradients of that size and alternating sign."""
        grads = size * np.array([1.0, -1.0] * 2000)
        given: dict[str, Any] = {"start": 1.0, "lr": 1e-4}
        with_decay = moves(stem, grads, weight_decay=0.01, **given).sum()
        return float(with_decay - moves(stem, grads, weight_decay=0.0, **given).sum())

    assert pull("adam", 0.1) / pull("adam", 10.0) == pytest.approx(100, rel=0.05)
    assert pull("adamw", 0.1) / pull("adamw", 10.0) == pytest.approx(1, rel=0.05)
    says("adamw", "100")


def test_radams_first_steps() -> None:
    large = 100 * np.ones(6)
    np.testing.assert_allclose(moves("adam", large), 1e-3, rtol=1e-6)
    walked = moves("radam", large)
    np.testing.assert_allclose(walked[:5], 0.1, rtol=1e-9)
    assert walked[5] == pytest.approx(2.6e-5, abs=5e-7)
    assert 1000 < walked[4] / walked[5] < 10_000
    assert "0.0258" in Topic.load("radam").question.en
    says("radam", "= 0.1", "2.6e-5")


def test_lookahead_steadies_one_swing_and_not_another() -> None:
    # On the slope 2.05·θ, SGD with lr 1 multiplies θ by −1.05.
    for k, factor in ((5, -0.138), (6, 1.170)):
        running = Run(make("lookahead", {"inner": {"rule": "sgd", "lr": 1.0}, "k": k}), [np.float64(1.0)])
        for _ in range(k):
            running.step([2.05 * running.params[0]])
        assert running.params[0] == pytest.approx(factor, abs=5e-4)
    constant = moves("lookahead", np.ones(1000), inner={"rule": "sgd", "lr": 1.0})
    assert constant.sum() == pytest.approx(500)
    says("lookahead", "−0.138", "1.170")


def test_adadeltas_first_step_is_eps() -> None:
    for grad in (1.0, 1000.0):
        assert moves("adadelta", [grad])[0] == pytest.approx(3.16e-3, rel=1e-3)
    assert moves("adadelta", [1.0], eps=1e-4)[0] == pytest.approx(3.16e-2, rel=1e-3)
    says("adadelta", "3.16e-3", "3.16e-2")


def test_topics_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        topics()[0].points = 11  # type: ignore[misc]
