"""A report sends its reader to a section that speaks of what went wrong."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from course.grading.mistakes import SECTIONS, catalogue
from course.grading.sections import cells, heading
from course.system.workspace import ROOT
from course.text import LANGS
from course.topic import Topic, topics
from tests.grading import sections

if TYPE_CHECKING:
    from pathlib import Path

STEMS = [topic.stem for topic in topics("rule")]


@pytest.mark.parametrize("stem", STEMS)
def test_each_mistakes_section_speaks_of_it(stem: str) -> None:
    topic = Topic.load(stem)
    lacking = {
        (mistake.id, mistake.section, lang): found
        for mistake in catalogue(topic).mistakes
        if not mistake.option  # of those no section is told
        for lang in LANGS
        if (found := sections.missing(topic, mistake, mistake.section, lang))
    }
    assert lacking == {}


@pytest.mark.parametrize(
    "stem", [stem for stem in STEMS if stem != "adamw" and "decay-forgotten" in catalogue(Topic.load(stem))]
)
def test_the_picture_is_no_place_for_weight_decay(stem: str) -> None:
    """Where this test began: whoever left it out was sent to the box, the ledger, the road. AdamW's is of it."""
    topic = Topic.load(stem)
    mistake = catalogue(topic)["decay-forgotten"]
    for lang in LANGS:
        assert "weight decay" in sections.missing(topic, mistake, "picture", lang)


def test_a_section_may_speak_of_it_in_formulas_or_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Topic.load("sgd")
    mistake = catalogue(topic)["decay-forgotten"]
    title = heading(topic, "formula")
    for text, enough in (
        (r"$$g_t \leftarrow g_t + \lambda\, \theta_{t-1}$$", True),
        ("Weight decay, written λ, pulls every parameter towards 0.", True),
        ("The hyperparameters are `self.lr` and `self.weight_decay`.", False),
        ("A box that is pushed keeps moving.", False),
    ):
        monkeypatch.setattr(sections, "of_lesson", lambda *_, text=text: {title.en: text})
        assert (sections.missing(topic, mistake, "formula", "en") == []) == enough, text


def test_what_is_added_that_does_not_belong_is_spoken_of_too() -> None:
    for stem in ("rmsprop", "adadelta"):
        topic = Topic.load(stem)
        assert "bias correction" in sections.wanted(topic, catalogue(topic)["bias-corrected"], "zh")
        assert "bias correction" in sections.missing(topic, catalogue(topic)["bias-corrected"], "picture", "zh")


@pytest.mark.parametrize("stem", STEMS)
def test_every_section_has_a_heading_of_its_own(stem: str) -> None:
    """As the lesson has it, in full: a link must find it."""
    topic = Topic.load(stem)
    for lang in LANGS:
        found = [heading(topic, section)[lang] for section in SECTIONS]
        lesson = (topic.folder / "lesson.md").read_text("utf-8")
        assert len(set(found)) == len(SECTIONS)
        for title in found:
            assert len(title) > 3
            assert any(line.lstrip("#").strip() == title for line in lesson.splitlines() if line.startswith("##"))


def test_a_topic_without_a_lesson_has_the_beginning_of_its_headings() -> None:
    class Elsewhere:
        folder = Topic.load("sgd").folder / "nowhere"

    assert heading(Elsewhere(), "your-turn") == SECTIONS["your-turn"]


@pytest.mark.parametrize("stem", STEMS)
def test_every_section_is_found_in_the_notebook(stem: str) -> None:
    """At the top of a cell, or nearly: a link brings that to the reader."""
    topic = Topic.load(stem)
    for lang in LANGS:
        notebook = ROOT / "lessons" / lang / f"{stem}.ipynb"
        texts = {cell["id"]: "".join(cell["source"]) for cell in json.loads(notebook.read_text("utf-8"))["cells"]}
        for section in SECTIONS:
            title = heading(topic, section)[lang]
            above, found, _ = texts[cells(notebook)[title]].partition(f"# {title}\n")
            assert found
            folded = re.sub(r"<details>.*?</details>", "", above, flags=re.DOTALL)
            assert len(folded) < 300, (section, "begins far down in its cell")


def test_a_notebook_that_cannot_be_read_has_no_places(tmp_path: Path) -> None:
    for number, text in enumerate(["", "{", "[]", '{"cells": 1}', '{"cells": [{"cell_type": "markdown"}]}']):
        file = tmp_path / f"{number}.ipynb"
        file.write_text(text, "utf-8")
        assert cells(file) == {}
    assert cells(tmp_path / "none.ipynb") == {}
