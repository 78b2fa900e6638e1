"""One palette, and one way each to make a card, a table, a paragraph and a link."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from course.grading import palette
from course.lab import look
from course.lab.parts import claims, progress, quiz
from course.system.workspace import ROOT
from course.text import set_language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLOURS = {name: value for name, value in vars(palette).items() if name.isupper()}
MADE_BY_HAND = re.compile(r"<table|<t[dh]\b|border-left:|max-width:60em")
OWN = {"course/lab/look.py", "course/topics/choosing/lab.py"}  # that lesson's is a grid of marks, no table of words


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def sources() -> dict[str, str]:
    """Every module of the course by its path."""
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(ROOT.glob("course/**/*.py"))}


def colours(text: str) -> set[str]:
    """The palette's colours that a module writes out."""
    return {name for name, value in COLOURS.items() if re.search(rf"{value}\b", text, re.IGNORECASE)}


def test_colours_stand_in_the_palette_alone() -> None:
    found = {path: colours(text) for path, text in sources().items()}
    assert found.pop("course/grading/palette.py") == set(COLOURS)
    assert {path: names for path, names in found.items() if names} == {}
    assert colours('stroke="#d55e00"') == {"ORANGE"}


def test_lessons_have_their_cards_and_tables_from_one_place() -> None:
    parts = {path: text for path, text in sources().items() if path.startswith(("course/lab/", "course/topics/"))}
    assert {path for path, text in parts.items() if MADE_BY_HAND.search(text)} == OWN


def test_a_table_shows_any_text_and_only_asked_for_takes_html() -> None:
    drawn = ET.fromstring(look.table(["<b>", "x"], [["1 & 2", 3]]))  # noqa: S314 - our own table
    assert ["".join(cell.itertext()) for cell in drawn.iter() if cell.tag in {"th", "td"}] == ["<b>", "x", "1 & 2", "3"]
    assert len(drawn.findall("thead/tr/th")) == len(drawn.findall("tbody/tr/td")) == 2
    rich = ET.fromstring(look.table(["x"], [["<i>y</i>"]], cell=str, margin="0", leading="1.4"))  # noqa: S314 - the same
    assert rich.get("style") == "margin:0"
    (cell,) = rich.findall("tbody/tr/td")
    assert cell.findtext("i") == "y"
    assert "line-height:1.4" in cell.get("style", "")


def test_a_card_in_a_widget_is_read_out_and_an_output_is_not() -> None:
    for live in (True, False):
        drawn = ET.fromstring(look.card("head", "<br/>inside", look.BAD, live=live))  # noqa: S314 - our own card
        assert drawn.get("aria-live") == ("polite" if live else None)
        assert drawn.get("lang") == "en"
        assert f"solid {look.BAD}" in drawn.get("style", "")
        assert "".join(drawn.itertext()) == "headinside"


def test_parts_say_in_which_language_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for lang in ("en", "zh"):
        set_language(lang)
        question = quiz.quiz("momentum", "step-11")
        question.children[1].value = question.children[1].options[0]
        card = claims.conclude("momentum", "mom-1", "holds", delay={0.0: 1, 0.9: 4, 0.99: 9})._repr_html_()
        for shown in (
            question.children[0].value,
            question.children[2].value,
            card,
            progress.Progress(())._repr_html_(),
        ):
            assert f'lang="{lang}"' in shown
            assert f'lang="{"zh" if lang == "en" else "en"}"' not in shown
