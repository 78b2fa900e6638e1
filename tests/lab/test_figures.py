"""The figures of the lessons' experiments: what they demand, what they say, and that no words touch."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import pytest

from course.lab.charts import bars, dots, frame, lines, table
from course.lab.charts.bars import bar_chart
from course.lab.charts.dots import dot_map
from course.lab.charts.lines import line_chart
from course.lab.charts.table import show_table
from course.lab.look import GREY, ORANGE
from course.text import LANGS, set_language
from tests.lab.drawings import collisions, nameless, words
from tests.lessons import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HELPERS = {"line_chart", "bar_chart", "dot_map", "show_table"}
LONGEST = 14
"""Lines that a figure may take in a cell: more is plotting code, which nobody came to read."""

LOSSES = {"SGD": [0.1, 0.2, 0.15], "Adam": [0.3, 0.31, np.inf]}
FIGURES: dict[str, Callable[[], None]] = {
    "powers": lambda: line_chart(
        "t",
        {f"μ = {mu}": {k: k * (1 + mu) for k in (1, 10, 100, 1000)} for mu in (0, 0.5, 0.9)},
        x="κ",
        y="步",
        log="xy",
    ),
    "many places": lambda: line_chart("t", {"a": {k: k for k in (0.9, 0.99, 0.995, 0.998, 0.999)}}, x="β", y="loss"),
    "long": lambda: line_chart("t", {"a": np.arange(9999.0), "b": -np.arange(1e4)}, x="步", y="θ"),
    "narrow": lambda: line_chart("t", {"a": {1: 1.01, 2: 1.02}}, x="t", y="loss", log="y"),
    "edges": lambda: line_chart(
        "t", {"a": {0: np.inf, 0.1: 0, 1e6: 1e-9}, "b": {0: 3, 0.1: np.nan, 1e6: 1}}, x="λ", y="gap", log="xy"
    ),
    "level": lambda: line_chart("t", {"a": [3.0, 3.0]}, x="t", y="θ"),
    "zero": lambda: line_chart("t", {"a": [0, 0, 0]}, x="t", y="θ", log="y"),
    "bars": lambda: bar_chart("t", {"SGD": 0, "一个很长很长的名字，带着 betas": -1, "x": 123456.0}, x="数"),
    "groups": lambda: bar_chart("t", {"digits": LOSSES, "iris": LOSSES}, x="loss", log=True),
    "shares": lambda: bar_chart("t", {"a": 3, "b": 99.5}, x="share", form="{:.0f} %"),
    "map": lambda: dot_map("t", "wavy", {"a": np.array([[0.0, 0.1], [9, 9], [np.nan, 0], [1, 1]])}, near=0.2),
}


def pictures(figure: frame.Figure) -> list[str]:
    """The drawings of a figure, without the samples of its legend."""
    return re.findall(r'<svg[^>]*role="img".*?</svg>', figure.markup, re.DOTALL)


@pytest.fixture(params=LANGS)
def drawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[frame.Figure]]:
    """The figures that were shown."""
    figures: list[frame.Figure] = []
    for module in (lines, bars, dots, table):
        monkeypatch.setattr(module, "show", figures.append)
    set_language(request.param)
    yield figures
    set_language("en")


@pytest.mark.parametrize("name", FIGURES)
def test_no_words_touch_or_are_cut(name: str, drawn: list[frame.Figure]) -> None:
    FIGURES[name]()
    (figure,) = drawn
    (svg,) = pictures(figure)
    assert len(words(svg)) > 3
    assert collisions(svg) == []
    assert nameless(svg) == []
    assert ">nan" not in svg
    painted = re.sub(r"var\([^)]*\)|<style>.*?</style>", "", figure.markup)
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b", painted) == []


def test_words_that_touch_are_found(drawn: list[frame.Figure]) -> None:
    """Where ticks may not be left out, they would run into each other."""
    with mock.patch.object(frame, "room", return_value=1.0):
        FIGURES["many places"]()
    (svg,) = pictures(drawn[0])
    assert collisions(svg)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: line_chart("t", {"a": [1, 2]}, x="", y="loss"),
        lambda: line_chart("t", {"a": [1, 2]}, x="t", y=" "),
        lambda: line_chart("", {"a": [1, 2]}, x="t", y="loss"),
        lambda: bar_chart("t", {"a": 1}, x=""),
        lambda: bar_chart(" ", {"a": 1}, x="loss"),
        lambda: dot_map("", "bowl", {"a": np.zeros((1, 2))}, near=1),
        lambda: show_table("", ["a"], [["b"]]),
    ],
)
def test_every_name_is_demanded(draw: Callable[[], None], drawn: list[frame.Figure]) -> None:
    with pytest.raises(ValueError, match="is empty"):
        draw()
    assert drawn == []


def test_what_cannot_be_shown_is_refused(drawn: list[frame.Figure]) -> None:
    with pytest.raises(ValueError, match="at most 5 lines"):
        line_chart("t", {f"{n}": [n] for n in range(6)}, x="t", y="loss")
    with pytest.raises(ValueError, match="at most 5 kinds"):
        bar_chart("t", {"group": {f"{n}": n for n in range(6)}}, x="loss")
    with pytest.raises(ValueError, match="below 0"):
        line_chart("t", {"a": [1, -1]}, x="t", y="loss", log="y")
    with pytest.raises(ValueError, match="2 columns"):
        show_table("t", ["a", "b"], [[1, 2], [1]])
    assert drawn == []
    line_chart("t", {f"{n}": [n] for n in range(5)}, x="t", y="loss")
    bar_chart("t", {f"{n}": n for n in range(12)}, x="loss")  # without groups, names alone tell them apart
    assert len(drawn) == 2


def test_anything_may_be_a_name(drawn: list[frame.Figure]) -> None:
    odd = '<b>&"x"'
    line_chart(odd, {odd: [1, 2]}, x=odd, y=odd)
    bar_chart(odd, {odd: {odd: 1}}, x=odd)
    dot_map(odd, "bowl", {odd: np.zeros((1, 2))}, near=1)
    show_table(odd, [odd], [[odd]])
    for figure in drawn:
        root = ET.fromstring(figure.markup)  # noqa: S314 - ours
        assert [each for each in root.iter() if each.tag.endswith("b") and each.text != odd] == []
        assert sum(odd in (each.text or "") for each in root.iter()) >= 2
        label = next((each.get("aria-label", "") for each in root.iter() if each.get("role") == "img"), odd)
        assert label.startswith(odd)


def test_lines_have_a_second_cue_and_the_legend_shows_it(drawn: list[frame.Figure]) -> None:
    line_chart("t", {f"{n}": [n, n + 1] for n in range(5)}, x="t", y="loss")
    root = ET.fromstring(drawn[0].markup)  # noqa: S314 - ours
    curves = [each for each in root.iter() if each.tag.endswith("polyline")]
    assert len({(each.get("stroke"), each.get("stroke-dasharray", "")) for each in curves}) == 5
    assert len({each.get("stroke-dasharray", "") for each in curves}) == 5
    samples = [each for each in root.iter() if each.get("aria-hidden")]
    assert len({ET.tostring(each) for each in samples}) == 5


def test_what_an_alternative_text_says(drawn: list[frame.Figure]) -> None:
    line_chart("T", {"a": [5.0, 1.0, np.nan, 7.0, *[3.0] * 20]}, x="t", y="θ")
    bar_chart("B", {"g": {"a": [1, 3]}}, x="loss")
    dot_map("M", "wavy", {"w": np.array([[0, 0], [1, 1], [0.1, 0], [9, 9]])}, near=0.2)
    assert drawn[0].alt.en == "T. Across: t; upward: θ. a: 5 at 1, 1 at 2, 7 at 4, 3 at 24."
    assert drawn[0].alt.zh == "T。横轴为 t，纵轴为 θ。a：1 处为 5，2 处为 1，4 处为 7，24 处为 3。"
    assert drawn[1].alt.en == "B. Across: loss. g, a: 2 (1 – 3)."
    assert drawn[2].alt.en.endswith("the bluer the lower. w: 50 % at the deepest point.")


def test_found_walkers_are_drawn_otherwise(drawn: list[frame.Figure]) -> None:
    dot_map("M", "several", {"w": np.array([[1.5, 1.0], [0, 0], [9, 9]])}, near=0.2)
    root = ET.fromstring(drawn[0].markup)  # noqa: S314 - ours
    paths = [each for each in root.iter() if each.tag.endswith("path")]
    ways = {str(each.get("stroke") or each.get("fill"))[-8:-1]: each.get("d", "") for each in paths}
    assert ways[ORANGE].count("M") == 1
    assert ways[GREY].count("M") == 1  # the third is off the map


def test_a_long_line_is_thinned_and_keeps_its_ends(drawn: list[frame.Figure]) -> None:
    for log in ("", "x"):
        line_chart("t", {"a": np.arange(1e5)}, x="t", y="θ", log=log)
        points = re.findall(r'points="([^"]*)"', drawn[-1].markup)[0].split()
        assert 100 < len(points) <= lines.MOST
        assert len(drawn[-1].markup) < 20_000
    assert drawn[0].alt.en.endswith("a: 0 at 1, 99999 at 10⁵.")


def test_the_helpers_take_what_they_are_given(drawn: list[frame.Figure]) -> None:
    """Rows of Python's own numbers, of numpy's, and of arrays."""
    values: list[Any] = [{1: 2, 10: 3}, [1, 2], np.array([1.0, 2.0]), (np.float64(1), 2)]
    for each in values:
        line_chart("t", {"a": each}, x="t", y="θ")
        bar_chart("t", {1: each if isinstance(each, dict) else list(each)}, x="θ")
    assert len(drawn) == 8


# ---- the lessons ----


def calls(stem: str) -> list[ast.Call]:
    """The figures that a lesson's cells ask for."""
    trees = [ast.parse(source) for source in shown.sources_of(stem)]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in nodes if isinstance(node.func, ast.Name) and node.func.id in HELPERS]


def length(call: ast.Call) -> int:
    """How many lines a call takes."""
    return (call.end_lineno or 0) - call.lineno + 1


@pytest.mark.parametrize("stem", [each for each in shown.stems() if each != "index"])
def test_a_lesson_draws_and_a_reader_reads_the_experiment(stem: str) -> None:
    found = calls(stem)
    assert found
    assert [ast.unparse(each) for each in found if length(each) > LONGEST] == []
