"""What the first lesson says in words, measured; and the table of lessons, which shows what the judge says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from course import text
from course.grading.judge import judge
from course.grading.mistakes import catalogue
from course.lab.parts.claims import _LOOK
from course.lab.parts.progress import progress
from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.lesson.source import Code, Prediction, Prose, Quiz, Sentence, code, read
from course.system import workspace
from course.system.workspace import ROOT
from course.text import LANGS, CourseError, Lang
from course.topic import FOLDER, Topic, lessons, topics
from tests import learner
from tests.lessons.test_run import claims

if TYPE_CHECKING:
    from pathlib import Path


def path(lr: float) -> Walk:
    ground = landscape("bowl")
    return walk(lambda: reference("sgd")(lr=lr), ground, ground.start, 200)


def swings(seen: Walk) -> int:
    """How often the path crosses the bed of the valley."""
    return int((np.diff(np.sign(seen.points[:, 1])) != 0).sum())


def test_the_first_slider() -> None:
    assert swings(path(0.01)) == 0
    assert swings(path(0.039)) == 0
    assert path(0.01).losses[-1] > 0.01  # "creeps along"
    assert swings(path(0.042)) > 5
    assert path(0.078).losses[-1] < 1e-3  # "still arrives"
    assert path(0.083).losses[-1] > path(0.083).losses[0]
    assert path(0.09).diverged


def test_numbers_in_the_text() -> None:
    assert sum(len(claims(lesson.stem)) for lesson in lessons()) > 24  # "dozens"
    assert sum(len(catalogue(each).mistakes) for each in topics()) > 300  # "hundreds"


def minutes(stem: str) -> float:
    """How long a lesson takes at a slow reader's 150 words a minute, with time to look at what is seen and to write."""
    words, looking = 0, 0.0
    for cell in read(FOLDER / stem / "lesson.md"):
        if isinstance(cell, Prose | Sentence):
            words += len(cell.text.en.split())
        if isinstance(cell, Quiz):
            words += sum(len(each.en.split()) for each in cell.question.texts())
        looking += 3 if isinstance(cell, Prediction) else 1.5 if isinstance(cell, Quiz) else isinstance(cell, Code)
    exercise = 15 if any(each.stem == stem for each in topics()) else 0
    return words / 150 + looking + exercise


def test_the_length_of_a_lesson_is_told_honestly() -> None:
    told = {stem: (FOLDER / stem / "lesson.md").read_text("utf-8") for stem in ("index", "gradient-descent", "sgd")}
    for lesson in told.values():
        assert "75 to 100 minutes" in lesson
        assert "75 到 100 分钟" in lesson
        assert "30 to 45" not in lesson
    assert all(70 < minutes(stem) < 105 for stem in ("gradient-descent", "sgd"))
    assert all(minutes(each.stem) > 60 for each in topics())  # so 30 to 45 were never true


def test_every_conclusion_is_explained() -> None:
    lesson = (FOLDER / "index" / "lesson.md").read_text("utf-8")
    for mark, _, head in _LOOK.values():
        assert f"| {mark} {head.en.replace('{which}', '…')} |" in lesson
        assert f"| {mark} {head.zh.replace('{which}', '……')} |" in lesson


def test_the_rules_of_every_exercise_stand_here_and_are_not_repeated() -> None:
    index, sgd = ((FOLDER / stem / "lesson.md").read_text("utf-8") for stem in ("index", "sgd"))
    for rule in (
        "a *= 2",
        "Keep nothing on `self`",
        "不要把任何东西存到 `self` 上",
        "about once a second",
        "Write with operators",
    ):
        assert rule in index
        assert rule not in sgd
    assert sgd.count("](index.ipynb)") >= 2


def test_the_textbooks_rule_leaves_out_weight_decay(tmp_path: Path) -> None:
    source = "".join(cell.source for cell in code("index", read(FOLDER / "index" / "lesson.md")))
    (tmp_path / "sgd.py").write_text(source.split('"""')[1], "utf-8")
    verdict = judge(Topic.load("sgd"), tmp_path)
    assert verdict.status == "wrong"
    assert verdict.mistakes == ("decay-forgotten",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Skeletons alone."""
    return learner.filled(tmp_path)


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_shows_what_the_judge_says(folder: Path, lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_chosen", lang)
    solution = Topic.load("momentum").solution.read_text("utf-8")
    (folder / "momentum.py").write_text(solution, "utf-8")
    (folder / "sgd.py").write_text(
        Topic.load("sgd").solution.read_text("utf-8").replace("self.weight_decay * param", "0 * param"), "utf-8"
    )
    seen = progress(folder)
    assert [each.status for each in seen.verdicts] == ["wrong", "passed", *["not-implemented"] * (len(topics()) - 2)]
    shown, said = seen._repr_html_(), repr(seen)
    named = {"en": "not right yet: weight decay is left out", "zh": "还不对：漏掉了权重衰减"}[lang]
    for words in (shown, said):
        assert named in words
        assert f"1/{len(topics())}" in words
    assert shown.count("<tr>") == len(lessons()) + 1
    for each in lessons():
        assert each.title[lang] in shown
        assert (f"{each.stem}.ipynb" in shown) == (each.stem != "index")


def test_what_comes_next(folder: Path) -> None:
    assert progress(folder).next == lessons()[1]
    exercises = [each for each in lessons() if each.topic]
    for done, following in zip(exercises, [*exercises[1:], lessons()[-1]], strict=True):
        (folder / f"{done.stem}.py").write_bytes((ROOT / "solutions" / f"{done.stem}.py").read_bytes())
        if done in (exercises[0], exercises[-1]):  # the judge is not asked again for every lesson in between
            assert progress(folder).next == following


def test_links_to_the_learners_files_where_they_are_in_the_checkout() -> None:
    html = progress()._repr_html_()
    assert ("optim/adam.py" in html) == (workspace.learner().name == "optim")


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CourseError):
        progress(tmp_path / "nowhere")
