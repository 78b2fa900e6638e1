"""How a report is laid out: the diagnosis first, the learner's line, where to read on; and the numbers folded away."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from course.grading import goals, plot, render
from course.grading.mistakes import catalogue
from course.grading.sections import heading
from course.grading.verdict import Verdict
from course.lab.parts.places import places
from course.learner import check as command
from course.learner import onward
from course.system.workspace import ROOT
from course.text import LANGS, Lang
from course.topic import Topic, lessons, topics
from tests.grading import trial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STEMS = [topic.stem for topic in topics("rule")]
BOOK = catalogue(Topic.load("momentum"))
NO_MAXIMIZE = BOOK.text.replace("if self.maximize:", "if False:")
RULES = {
    "named": BOOK.source([BOOK["decay-sign"]]),
    "pair": BOOK.source([BOOK["decay-sign"], BOOK["first-buffer-scaled"]]),
    "a fact": BOOK.text.replace("return param - self.lr * buf", "return param - 0.37 * self.lr * buf"),
    "a piece": BOOK.text.replace("mu * buf", "mu * buf + 0.01 * np.sin(buf) "),
    "nothing known": BOOK.text.replace("mu * buf", "mu * np.tanh(3 * buf) / 2"),
    "error": BOOK.text.replace("mu * buf", "mu * bufff"),
    "some": NO_MAXIMIZE,
    "passed": BOOK.text,
}


@functools.cache
def judged(rule: str) -> Verdict:
    return trial.judged("momentum", "import numpy as np\n" + RULES[rule])


def order(text: str, parts: Sequence[str]) -> None:
    """All of these, one after the other."""
    at = [text.index(each) for each in parts]
    assert at == sorted(at), parts


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_done_stands_first_and_numbers_last(lang: Lang) -> None:
    verdict = judged("named")
    mistake = BOOK["decay-sign"]
    line = "grad = grad - self.weight_decay * param"
    diagnosis, numbers = verdict.message[lang].splitlines()[0], verdict.message[lang].splitlines()[-1]
    assert mistake.title[lang] in diagnosis
    assert verdict.details == 2
    shown = [diagnosis, line, mistake.explanation[lang], heading(Topic.load("momentum"), mistake.section)[lang]]
    order(render.terminal(verdict, lang), [*shown, "|", render.TEXTS["details"][lang], numbers])
    page = render.html(verdict, lang)
    plain = unescape(page.replace("<code>", "`").replace("</code>", "`"))
    order(plain, [*shown, "<svg", "<details>", numbers, "</details>"])
    assert f"<b>{diagnosis}</b>" in page
    assert f"<pre>{line}</pre>" in page
    assert any(each.get("role") == "status" and diagnosis in "".join(each.itertext()) for each in elements(page))


def elements(page: str) -> list[ET.Element]:
    return list(ET.fromstring(page).iter())  # noqa: S314 - our own text


LEADS = {
    "a piece": (
        "Your rule is right in every visible core case with `mu * buf` in place of `mu * buf + 0.01",
        "1 of 9 cases is right.",
    ),
    "pair": ("There are two mistakes at once.", "1 of 9 cases is right."),
    "a fact": ("At step 1 every element of parameter 0 moves 0.37 times", "should be"),
    "nothing known": (
        "Without weight decay: Gradients ",
        "1 of 9 cases is right.",
    ),
    "error": ("In line 27 of momentum.py, `buf = ", "1 of 9 cases is right."),
}


@pytest.mark.parametrize("rule", LEADS)
def test_the_most_telling_leads(rule: str) -> None:
    first, *_, last = judged(rule).message.en.splitlines()
    assert first.startswith(LEADS[rule][0])
    assert LEADS[rule][1] in last
    assert "of 9 cases" not in first


def test_a_verdict_of_an_earlier_course_is_shown_as_it_is() -> None:
    """It has neither details nor a line."""
    stored = judged("named").to_json("en")
    for name in ("details", "quote"):
        del stored[name]
    again = Verdict.from_json(json.loads(json.dumps(stored)))
    for line in again.message.en.splitlines():
        assert line in render.terminal(again, "en")
        assert line.replace("`", "") in "".join(ET.fromstring(render.html(again, "en")).itertext())  # noqa: S314


def test_a_quoted_line_is_no_markup() -> None:
    source = RULES["named"].replace("* param", "* param  # <img src=x onerror=alert(1)> \x1b[31m")
    verdict = trial.judged("momentum", source)
    assert verdict.quote
    assert "<img" in verdict.quote.source
    assert "<img" not in render.html(verdict, "en")
    assert "\x1b" not in render.terminal(verdict, "en") + render.html(verdict, "en")


@pytest.mark.parametrize("lang", LANGS)
def test_a_link_leads_to_the_section(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = judged("named")
    title = heading(Topic.load("momentum"), BOOK["decay-sign"].section)[lang]
    assert "<a " not in render.html(verdict, lang)
    page = render.html(verdict, lang, places=render.Places({"other": "x", title: "a&b.ipynb#cell-id=c"}))
    (link,) = (each for each in elements(page) if each.tag == "a")
    assert "".join(link.itertext()) == f"“{title}”"
    assert link.get("href") == "a&b.ipynb#cell-id=c"
    monkeypatch.setenv("COURSE_LANG", lang)
    (link,) = (each for each in elements(render.html(verdict, lang, places=places(verdict))) if each.tag == "a")
    assert "".join(link.itertext()) == f"“{title}”"
    assert str(link.get("href")).split("#cell-id=")[0].endswith(f"lessons/{lang}/momentum.ipynb")


@pytest.mark.parametrize("lang", LANGS)
def test_passing_shows_one_path_and_where_to_go(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LANG", lang)
    verdict = judged("passed")
    assert verdict.paths
    assert verdict.paths.got == verdict.paths.expected
    assert len(set(verdict.paths.got)) > 5
    assert len(json.dumps(verdict.paths.to_json())) < 1000
    assert plot.ONE.format(label=plot.where(verdict.paths, lang))[lang] in unescape(render.html(verdict, lang))
    assert f"x {plot.GOT[lang]} = {plot.EXPECTED[lang]}" in render.terminal(verdict, lang, plotted=True)
    assert "|" not in render.terminal(verdict, lang)
    following = onward.following("momentum")
    assert following
    page = render.html(verdict, lang, places=places(verdict))
    links = {"".join(each.itertext()): str(each.get("href")) for each in elements(page) if each.tag == "a"}
    assert links.keys() == {following.title[lang]}
    assert links[following.title[lang]].endswith(f"{lang}/{following.stem}.ipynb")
    assert "buf = grad if buf is None" in unescape(page)
    told = onward.lines("momentum", lang)
    assert "`course solution momentum`" in told[0]
    assert following.title[lang] in told[1]
    assert not goals.left(verdict)


@pytest.mark.parametrize("lang", LANGS)
def test_the_goals_that_are_left_are_named(lang: Lang) -> None:
    verdict = judged("some")
    assert verdict.passed
    (goal,) = goals.left(verdict)
    assert goal[lang].startswith("`maximize`")
    assert goal[lang] in render.terminal(verdict, lang)
    assert goal[lang].replace("`", "") in "".join(ET.fromstring(render.html(verdict, lang)).itertext())  # noqa: S314
    together = replace(
        verdict, cases=tuple(replace(case, passed=case.id != "options-together") for case in verdict.cases)
    )
    assert goals.left(together) == (goals.TEXTS["together"],)


@pytest.mark.parametrize("stem", STEMS)
def test_every_goal_is_told(stem: str) -> None:
    topic = Topic.load(stem)
    for name in topic.cases["stretch"]:
        about = goals.what(topic, name)
        assert about.en[-1] not in ".!"
        assert about.zh[-1] not in "。！"
        assert len(about.en) > 20


@pytest.mark.parametrize("text", [None, "def (", "\udcff"], ids=["missing", "no Python", "no text"])
def test_without_a_solution_the_next_lesson_is_still_named(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "momentum.py"
    if text is not None:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(Topic, "solution", file)
    told = onward.fragment("momentum", "en", "x.ipynb")
    assert "<details>" not in told
    assert '<a href="x.ipynb">' in told


def test_a_terminal_draws_and_leads_on_where_one_file_was_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_LANG", "en")
    folder = Topic.load("sgd").solution.parent
    assert command.check([Topic.load("sgd")], folder)
    one = capsys.readouterr().out
    assert "x yours = torch" in one
    assert "`course solution sgd`" in one
    assert command.check([Topic.load("sgd"), Topic.load("momentum")], folder)
    assert "x yours" not in (several := capsys.readouterr().out)
    assert "course solution" not in several


def test_the_last_lesson_leads_nowhere() -> None:
    last = lessons()[-1]
    assert onward.following(last.stem) is None
    assert onward.following("no such topic") is None
    assert all(onward.following(stem) for stem in STEMS)


def test_no_hidden_case_is_drawn() -> None:
    """Of a class's own cases a verdict tells one bit; what is drawn of a file that passes is public."""
    verdict = trial.judged("momentum", BOOK.text, seed="secret")
    assert verdict.passed
    assert verdict.paths == judged("passed").paths


ORDINAL = re.compile(r"第 ?\{(?!step|line|number)\w+\} ?个|第 ?0 ?个")
"""What begins at 0 has a number and no place in a row: 参数 0, not 第 0 个参数. Steps and lines are counted from 1."""


def test_what_begins_at_zero_is_no_ordinal() -> None:
    for wrong in ("第 {parameter} 个参数", "第{index}个元素", "第 0 个参数"):
        assert ORDINAL.search(wrong)
    for right in ("参数 {parameter}", "第 {step} 步", "第 {number} 个错误", "第 10 个张量"):
        assert not ORDINAL.search(right)
    files = [path for kind in ("*.toml", "*.py", "*.js") for path in (ROOT / "course").rglob(kind)]
    assert [path.name for path in files if ORDINAL.search(path.read_text("utf-8"))] == []
    english = [path for path in files if re.search(r"\bparameter(?:'s)? (?:number|no\.) \{", path.read_text("utf-8"))]
    assert english == []
