"""Predict, look, compare: votes, what they open, and the score at the end."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import ipywidgets as widgets
import pytest

from course import text
from course.lab.parts import predict as parts
from course.lab.parts.predict import Ballot, predict, predictions, score
from course.learner import votes as kept
from course.lesson import words
from course.system.workspace import MARKER
from course.text import LANGS, CourseError, Lang

if TYPE_CHECKING:
    from pathlib import Path

STEM, NAME = "momentum", "turns-round"
ASKED = words.prediction(STEM, NAME)


@pytest.fixture(autouse=True)
def nothing_voted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A kernel that has just begun, outside any workspace."""
    monkeypatch.setattr(kept, "_kept", {})
    monkeypatch.setattr(parts, "_shown", {})
    monkeypatch.setenv("COURSE_LEARNER", str(tmp_path))


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Lang:
    monkeypatch.setattr(text, "_chosen", request.param)
    chosen: Lang = request.param
    return chosen


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in which somebody learns."""
    (tmp_path / MARKER).write_text("{}", "utf-8")
    monkeypatch.delenv("COURSE_LEARNER")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ballot() -> Ballot:
    return Ballot(STEM, NAME, ASKED, widgets.HTML("what happens"))


def letters() -> tuple[str, str]:
    """What is seen, and something else."""
    right = next(letter for letter, answer in ASKED.lettered() if answer.correct)
    return right, next(letter for letter, answer in ASKED.lettered() if not answer.correct)


def test_the_experiment_is_made_and_hidden_until_the_vote(lang: Lang) -> None:
    made = ballot()
    right, other = letters()
    assert made.stage.children == ()
    assert made.said.value == ""
    made.buttons[other].click()
    experiment, compare, reply = made.stage.children
    assert experiment.value == "what happens"
    assert reply.value == ""
    assert made.buttons[other].description == f"✓ {other}"
    assert dict(ASKED.lettered())[other].text[lang] in made.said.value
    assert 'aria-live="polite"' in made.said.value
    made.buttons[right].click()  # a second vote before the comparison
    assert [made.buttons[each].description for each in (right, other)] == [f"✓ {right}", other]
    assert made.stage.children[0] is experiment
    compare.click()
    assert ASKED.right.why[lang] in reply.value
    assert "✓" in reply.value
    assert 'aria-live="polite"' in reply.value
    assert all(button.disabled for button in made.buttons.values())
    assert made.buttons[right].description == f"✓ {right}", "what was voted for stays visible"


def test_another_vote_is_told_why_and_what_was_seen(lang: Lang) -> None:
    made = ballot()
    right, other = letters()
    made.buttons[other].click()
    made.compare.click()
    answers = dict(ASKED.lettered())
    for said in (answers[other].why[lang], answers[right].text[lang], answers[right].why[lang]):
        assert said in made.reply.value
    assert "✓" not in made.reply.value


def test_one_may_look_without_a_vote(lang: Lang) -> None:
    made = ballot()
    made.skip.click()
    assert len(made.stage.children) == 3
    assert made.skip.disabled
    assert not any(button.disabled for button in made.buttons.values())
    made.compare.click()
    assert ASKED.right.text[lang] in made.reply.value
    assert kept.votes(STEM) == {}
    assert score(STEM).rows[0] == (ASKED, None)


def test_what_is_saved_tells_the_vote_and_nothing_before_it() -> None:
    made = ballot()
    assert "what happens" not in made.box.still()
    assert all(f"<li>{letter}</li>" in made.box.still() for letter in made.buttons)
    made.buttons["B"].click()
    assert "<li>✓ B</li>" in made.box.still()
    assert "what happens" in made.box.still()


def test_a_function_that_shows_is_an_experiment_too() -> None:
    def show() -> None:
        print("drawn")

    made = predict(STEM, NAME, show)
    made.children[0].children[-1].click()
    (shown, _, _) = made.children[-1].children
    assert [each["text"] for each in shown.outputs] == ["drawn\n"]

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        predict(STEM, NAME, fail)


def test_a_prediction_is_found_by_its_name() -> None:
    assert len(predict(STEM, NAME, widgets.HTML()).children) == 3
    with pytest.raises(CourseError, match="different versions"):
        predict(STEM, "no-such", widgets.HTML())


def test_the_score_counts_votes_and_names_what_is_open(lang: Lang) -> None:
    names = list(words.predictions(STEM))
    assert len(names) >= 3
    assert ASKED.right.text[lang] not in score(STEM)._repr_html_(), "nothing is told before the vote"
    assert not any(digit in str(score(STEM)) for digit in "0123456789")
    right, other = letters()
    ballot().buttons[right].click()
    second = words.prediction(STEM, names[1])
    wrong = next(letter for letter, answer in second.lettered() if not answer.correct)
    Ballot(STEM, names[1], second, widgets.HTML()).buttons[wrong].click()
    seen = score(STEM)
    assert seen.right == 1
    counts = ("1 of 2", f"{len(names) - 2}.") if lang == "en" else ("投了 2 票，猜中 1 个", f"还有 {len(names) - 2} 个")
    assert all(count in str(seen) for count in counts)
    shown = seen._repr_html_()
    for said in (ASKED.text[lang], second.right.text[lang], dict(second.lettered())[wrong].text[lang]):
        assert said in shown.replace("<code>", "`").replace("</code>", "`")
    ballot().buttons[other].click()
    assert score(STEM).right == 0


def test_a_later_vote_brings_the_score_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[int] = []

    class Handle:
        def update(self, seen: parts.Score) -> None:
            updates.append(seen.right)

    monkeypatch.setattr("IPython.display.display", lambda *_shown, **_how: Handle())
    predictions(STEM)
    ballot().buttons[letters()[0]].click()
    assert updates == [1]


def test_votes_stay_in_the_workspace_and_are_found_again(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(workspace)], check=True)
    right, _ = letters()
    ballot().buttons[right].click()
    listed = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=workspace, capture_output=True, encoding="utf-8", check=True
    )
    assert kept.FOLDER not in listed.stdout
    assert MARKER in listed.stdout
    monkeypatch.setattr(kept, "_kept", {})  # the next kernel
    for lang in LANGS:
        monkeypatch.setattr(text, "_chosen", lang)
        again = ballot()
        assert again.buttons[right].description == f"✓ {right}"
        assert len(again.stage.children) == 3
    assert score(STEM).right == 1
    (file,) = (workspace / kept.FOLDER).glob("*.json")
    assert json.loads(file.read_text("utf-8")) == {NAME: ASKED.right.text.en}


@pytest.mark.parametrize("damaged", ["", "{", "[1]", '{"turns-round": "an answer of another version"}'])
def test_votes_that_nobody_can_read_are_none(workspace: Path, damaged: str) -> None:
    (workspace / kept.FOLDER).mkdir()
    (workspace / kept.FOLDER / f"{STEM}.json").write_text(damaged, "utf-8")
    made = ballot()
    assert made.stage.children == ()
    assert score(STEM).rows[0] == (ASKED, None)
    made.buttons["A"].click()
    assert score(STEM).rows[0] == (ASKED, ASKED.answers[0])


def test_a_vote_outlives_a_folder_that_cannot_be_written_to(workspace: Path) -> None:
    (workspace / kept.FOLDER).write_text("a file in the way", "utf-8")
    ballot().buttons["A"].click()
    assert kept.votes(STEM) == {NAME: ASKED.answers[0].text.en}
