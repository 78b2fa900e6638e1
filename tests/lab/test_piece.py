"""The box around interactive pieces: what is left of one where no kernel or no widgets are."""

from __future__ import annotations

import ast
import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import ipywidgets as widgets
import pytest

from course.lab import descent, fit_a_line, hint, pushed_box, quiz
from course.lab.piece import ASLEEP, KEPT, Piece, image
from course.lab.svg import drawing, pictured, text
from course.lab.widget.descent import Descent
from course.system.workspace import ROOT
from course.text import LANGS, Lang, Text, set_language

WIDGET = "application/vnd.jupyter.widget-view+json"
COLUMN = re.compile(r"\b(?:widgets|ipywidgets)\.VBox\(|^from ipywidgets import .*\bVBox\b", re.MULTILINE)
WIDGETS_OWN = ("course/lab/widget/", "course/lab/parts/exercise.py")
"""The map moves without a kernel, and an editor can be read; both say so themselves."""


class Tags(HTMLParser):
    """The attributes of every element of some HTML."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def drawn(page: str) -> list[tuple[str | None, ET.Element]]:
    """The drawings in some HTML, each with the alternative text of its image."""
    sources = [(each.get("alt"), each.get("src") or "") for tag, each in Tags(page).found if tag == "img"]
    return [(alt, ET.fromstring(base64.b64decode(src.partition("base64,")[2]))) for alt, src in sources]  # noqa: S314


def bare_columns(source: str) -> int:
    """How often a module makes a column of widgets that is no `Piece`."""
    return len(COLUMN.findall(source))


def test_every_interactive_piece_of_a_lesson_is_a_piece() -> None:
    modules = [
        path.relative_to(ROOT).as_posix() for room in ("lab", "topics") for path in ROOT.glob(f"course/{room}/**/*.py")
    ]
    found = {
        name: count
        for name in modules
        if not name.startswith(WIDGETS_OWN) and (count := bare_columns((ROOT / name).read_text("utf-8")))
    }
    assert found == {}
    assert bare_columns("return widgets.VBox([a, b])") == 1
    assert bare_columns("from ipywidgets import HBox, VBox\nVBox([])") == 1
    assert bare_columns("def f() -> widgets.VBox:\n    return Piece([widgets.HBox([a])])") == 0


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_gets_the_sentence_and_python_only_the_children(lang: Lang) -> None:
    set_language(lang)
    try:
        given = [widgets.HTML("a"), widgets.HTML("b")]
        piece = Piece(given)
        assert list(piece.children) == given
        sent = piece.get_state("children")["children"]
        assert sent == [f"IPY_MODEL_{each.model_id}" for each in (piece.asleep, *given)]
        assert ASLEEP[lang] in piece.asleep.value
        assert ASLEEP["zh" if lang == "en" else "en"] not in piece.asleep.value
        piece.children = given[:1]
        assert len(piece.get_state("children")["children"]) == 2
    finally:
        set_language("en")


def test_what_draws_leaves_an_image_of_what_it_shows() -> None:
    slider = widgets.IntSlider(value=1)
    piece = pictured(lambda n: drawing(Text(en=f"it is {n}", zh=f"是 {n}"), 300, 40, text(0, 20, f"n = {n}")), slider)
    for value in (1, 7):
        slider.value = value
        data = piece._repr_mimebundle_()
        assert data[WIDGET]["model_id"] == piece.model_id
        ((alt, svg),) = drawn(data["text/html"])
        assert alt == f"it is {value}"
        assert "".join(svg.itertext()) == f"n = {value}"
        ground = svg[0]
        assert (ground.tag.rpartition("}")[2], ground.get("fill")) == ("rect", "#fff")


@pytest.mark.parametrize("make", [pushed_box, fit_a_line, lambda: descent("adam", compare="sgd", landscape="several")])
def test_drawings_of_lessons_are_well_formed(make: object) -> None:
    assert callable(make)
    page = make()._repr_mimebundle_()["text/html"]
    assert "<svg" not in page
    ((alt, _svg),) = drawn(page)
    assert alt


def test_a_malformed_drawing_stays_inline() -> None:
    assert image("<svg><text>a < b</text></svg>") == "<svg><text>a < b</text></svg>"


def test_a_diverging_path_leaves_a_map_that_can_be_read() -> None:
    page = descent("sgd", landscape="ravine", lr=0.9, steps=200).still()
    ((_alt, svg),) = drawn(page)
    numbers = [float(each) for line in svg.iter() for each in re.findall(r"[-\d.]+", line.get("points", ""))]
    assert numbers
    assert all(abs(each) <= 1e4 for each in numbers)


def test_a_question_leaves_its_answers_and_nothing_that_can_be_clicked() -> None:
    question, choice, _reply = quiz("momentum", "step-11").children
    page = Piece([question, choice]).still()
    assert {tag for tag, _ in Tags(page).found} <= {"div", "p", "b", "ul", "li", "code"}
    for label in choice.options:
        assert label.split("'")[0] in page


def test_only_buttons_with_words_to_keep_are_kept() -> None:
    vote, play = widgets.Button(description="a < b"), widgets.Button(description="Play")
    vote.add_class(KEPT)
    assert Piece([widgets.HBox([vote, play])]).still() == "<ul><li>a &lt; b</li></ul>"
    assert hint("adam").still() == ""


def test_what_is_hidden_is_not_told() -> None:
    experiment = pushed_box()
    outer = Piece([widgets.HTML("What comes?"), experiment])
    assert len(drawn(outer.still())) == 1
    experiment.layout.display = "none"
    assert outer.still() == "<div>What comes?</div>"


def test_a_map_in_a_piece_is_drawn_there() -> None:
    shown = descent("sgd")
    assert isinstance(shown, Descent)
    assert Piece([shown]).still() == shown.still()


def test_the_style_is_as_safe_as_the_class_says() -> None:
    """A page of lessons may hold anything else: every rule of ours speaks of our own class alone."""
    css = (ROOT / "course/lab/piece.css").read_text("utf-8")
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    assert rules
    assert all(
        each.strip().startswith((".course-piece", ".course-asleep"))
        for rule in rules
        for each in re.split(r",(?![^(]*\))", rule)
    )


def test_the_bar_is_no_widget() -> None:
    """Three widgets with a broken chain each were what a second visit showed of tqdm's own."""
    for room in ("lab", "topics"):
        for path in sorted(ROOT.glob(f"course/{room}/**/*.py")):
            modules = {
                node.module for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
            }
            assert not modules & {"tqdm.auto", "tqdm.notebook", "tqdm.autonotebook"}, path
