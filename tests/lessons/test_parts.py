"""The small parts of a lesson: hints, questions, the pushed box, verdicts, charts."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from course import text
from course.lab import fonts
from course.lab.parts.claims import conclude
from course.lab.parts.hint import hint
from course.lab.parts.quiz import ask, quiz
from course.lesson import words
from course.lesson.words import Question, QuizAnswer
from course.text import LANGS, CourseError, Lang, Text
from course.topic import Topic
from course.topics.momentum import lab as figures

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Lang:
    monkeypatch.setattr(text, "_chosen", request.param)
    chosen: Lang = request.param
    return chosen


def test_hints_open_one_after_the_other(lang: Lang) -> None:
    box = hint("momentum")
    row, shown = box.children
    first, second, third = row.children
    assert (first.disabled, second.disabled, third.disabled) == (False, True, True)
    hints = [re.sub("`", "", each[lang]) for each in Topic.load("momentum").hints]
    first.click()
    assert (second.disabled, third.disabled) == (False, True)
    assert re.sub("<[^>]+>", "", shown.value) == hints[0]
    second.click()
    third.click()
    third.click()
    plain = html.unescape(re.sub("<[^>]+>", "", shown.value))
    assert plain == "".join(hints)
    assert "<code>" in shown.value


def test_a_hint_needs_a_topic() -> None:
    with pytest.raises(CourseError):
        hint("momentun")


QUESTION = Question(
    Text(en="Is `b` < 1?", zh="`b` < 1 吗？"),
    (
        QuizAnswer(Text(en="No", zh="否"), Text(en="It is.", zh="确实小于。"), correct=False),
        QuizAnswer(Text(en="Yes", zh="是"), Text(en="Indeed.", zh="没错。"), correct=True),
    ),
)


def test_a_question_answers_at_once(lang: Lang) -> None:
    asked, choice, reply = ask(QUESTION).children
    assert "<code>b</code> &lt; 1" in asked.value
    assert choice.value is None
    assert reply.value == ""
    for answer, mark in zip(QUESTION.answers, "✗✓", strict=True):
        choice.value = answer.text[lang]
        assert answer.why[lang] in reply.value
        assert mark in reply.value
    assert 'aria-live="polite"' in reply.value


def test_a_question_is_found_by_its_name(lang: Lang) -> None:
    asked, choice, _ = quiz("momentum", "step-11").children
    assert ("Step 11 is longer with …" if lang == "en" else "第 11 步迈得更大的是……") in asked.value
    assert len(choice.options) == 3


@pytest.mark.parametrize(("stem", "name"), [("momentum", "step-12"), ("momentun", "step-11")])
def test_a_notebook_of_another_version_is_told_so(stem: str, name: str) -> None:
    with pytest.raises(CourseError, match="different versions"):
        quiz(stem, name)


def test_damaged_words_are_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "momentum").mkdir()
    (tmp_path / "momentum/words.json").write_text("<<<<<<< {", "utf-8")
    monkeypatch.setattr("course.lesson.words.FOLDER", tmp_path)
    with pytest.raises(CourseError, match="are damaged"):
        quiz("momentum", "step-11")


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("mu", [0.0, 0.5, 0.95])
def test_the_box_is_drawn_within_its_frame(lang: Lang, mu: float, moving: bool) -> None:  # noqa: FBT001
    drawing = ET.fromstring(figures.scene(mu, moving=moving))  # noqa: S314 - our own drawing
    assert drawing.get("role") == "img"
    assert f"{mu:.2f}" in str(drawing.get("aria-label"))
    for each in drawing.iter("{http://www.w3.org/2000/svg}rect"):
        assert 0 <= float(each.get("x", "0")) <= figures.WIDTH - float(each.get("width", "0"))
    animated = [each.get("values", "") for each in drawing.iter("{http://www.w3.org/2000/svg}animate")]
    assert bool(animated) == moving
    assert all(len(values.split(";")) == len(figures.PUSHES) + 1 for values in animated)


def test_the_box_moves_only_when_asked(lang: Lang) -> None:
    row, picture = figures.pushed_box().children
    play, slider = row.children
    assert "<animate" not in picture.value
    play.click()
    assert "<animate" in picture.value
    slider.value = 0.5
    assert "<animate" not in picture.value
    assert "0.50" in picture.value


def test_a_conclusion_speaks_the_readers_language(lang: Lang) -> None:
    card = conclude("rmsprop", "rms-1", "holds", gaps=[1e-9, 0.0])
    shown = card._repr_html_()
    assert ("differs from our average by 1e-09" if lang == "en" else "与我们的平均值相差 1e-09") in shown
    assert "<code>square_avg</code>" in shown
    assert ("rms-1: holds<" if lang == "en" else "rms-1: 成立<") in shown
    assert repr(card).startswith("✓ rms-1")
    with pytest.raises(KeyError):
        conclude("rmsprop", "rms-1", "maybe", gaps=[1e-9, 0.0])  # type: ignore[arg-type]


def test_a_conclusion_says_when_or_what_it_would_have_seen(
    lang: Lang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sentences = {
        "x-1": Text(en="All of it.", zh="全部。"),
        "x-1 when": Text(en="the rate is {lr:g}", zh="学习率为 {lr:g} "),
        "x-1 effect": Text(en="only {seen:.1f} points would have shown", zh="{seen:.1f} 个百分点以上才看得出来"),
    }
    folder = tmp_path / "sample"
    folder.mkdir()
    stored = {"sentences": {name: text.to_json() for name, text in sentences.items()}}
    (folder / "words.json").write_text(json.dumps(stored), "utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    when = conclude("sample", "x-1", "holds when", lr=0.1)
    unknown = conclude("sample", "x-1", "not decided", seen=2.04)
    if lang == "en":
        assert "◐ x-1: holds when the rate is 0.1" in when._repr_html_()
        assert repr(unknown) == "? x-1: not decided here: only 2.0 points would have shown · All of it."
    else:
        assert "◐ x-1: 当学习率为 0.1 时成立" in when._repr_html_()
        assert repr(unknown) == "? x-1: 这里无法判定：2.0 个百分点以上才看得出来 · 全部。"


def test_a_blank_sets_off_only_foreign_words() -> None:
    pair = Text(en="{one} and {other}", zh="{one} 与 {other} 相同")
    mine = Text(en="your rule", zh="你的规则")
    assert pair.format(one=mine, other="Adam").zh == "你的规则与 Adam 相同"
    assert pair.format(one="Adam", other=mine).zh == "Adam 与你的规则相同"
    assert pair.format(one="Adam", other=3).zh == "Adam 与 3 相同"
    assert pair.format(one=mine, other="Adam").en == "your rule and Adam"


def test_a_chart_keeps_its_words(lang: Lang, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder) -> None:
    """Also on a machine without any Chinese font, as Binder's is: the words stay text, and nothing is complained of."""
    from matplotlib import font_manager
    from matplotlib import pyplot as plt

    bare = [font for font in font_manager.fontManager.ttflist if "CJK" not in font.name]
    for ttflist in (font_manager.fontManager.ttflist, bare):
        monkeypatch.setattr(font_manager.fontManager, "ttflist", ttflist)
        with fonts.style():
            figure, axes = plt.subplots()
            axes.set_title(str(Text(en="loss", zh="损失")))
        drawn = fonts.svg(figure, Text(en='a "loss"', zh="“损失”"))
        assert f">{Text(en='loss', zh='损失')[lang]}</text>" in drawn
        assert 'role="img"' in drawn
        assert "max-width:100%" in drawn
        assert not plt.get_fignums()
    assert [str(each.message) for each in recwarn if "Glyph" in str(each.message)] == []
