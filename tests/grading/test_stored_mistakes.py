"""What `course build --check` says of mistakes that cannot be made, and of samples that are not theirs."""

from __future__ import annotations

import importlib
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course import cli
from course.authoring import mistakes
from course.grading.mistakes import catalogue, samples
from course.text import CourseError
from course.topic import FOLDER, Topic, topics
from tests.grading.damage import WHOLE_FILE, rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPIC = Topic.load("sgd")

DECAY = "grad = grad + self.weight_decay * param"


@pytest.mark.parametrize(
    "topic",
    [pytest.param(each, marks=pytest.mark.full if number % 3 else ()) for number, each in enumerate(topics())],
    ids=lambda topic: topic.stem,
)
def test_stored_is_what_the_edits_make(topic: Topic) -> None:
    """Of some; `make check` asks it of all."""
    assert mistakes.problems(topic) == []


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.stem)
def test_pairs_are_stored_as_they_are_walked(topic: Topic) -> None:
    """The builder walks single mistakes anew and trusts a fingerprint for the rest: here some of the rest."""
    book, stored = catalogue(topic), samples.read(topic)
    some = [(pair, style) for pair in book.pairs[:: len(book.pairs) // 25] for style in book.styles]
    taken = samples.take(topic, some)
    rows = [stored.row[name] for name in taken.names]
    assert np.isclose(stored.numbers[rows], taken.numbers, equal_nan=True, **mistakes.CLOSE).all()


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.stem)
def test_they_are_small(topic: Topic) -> None:
    assert samples.path(topic).stat().st_size <= 600_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A topic's folder, to be changed."""
    shutil.copytree(FOLDER / TOPIC.stem, tmp_path / TOPIC.stem)
    monkeypatch.setattr("course.topic.FOLDER", tmp_path)
    catalogue.cache_clear()
    yield TOPIC.folder
    catalogue.cache_clear()


@pytest.fixture
def families(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of families, empty."""
    home = importlib.import_module("course.grading.mistakes.catalogue")
    made = tmp_path / "families"
    made.mkdir()
    monkeypatch.setattr(home, "FAMILIES", made)
    home._family.cache_clear()
    yield made
    home._family.cache_clear()


def mistake(edits: str, name: str = "something-else") -> str:
    """A mistake of that name with these edits."""
    text = 'place = "else"\ntitle.en = "a"\ntitle.zh = "一"\nexplanation.en = "b"\nexplanation.zh = "二"\n'
    return f'\n[[mistake]]\nid = "{name}"\n{text}{edits}'


def edit(old: str, new: str, kind: str = "mistake") -> str:
    """One edit."""
    return f"\n[[{kind}.edit]]\nold = '{old}'\nnew = '{new}'\n"


BESIDE = mistake(edit(DECAY, f"{DECAY} + 0.125"))
"""Changes other words than a sign does."""

ALONE = mistake('hides = ["*"]\n' + edit(DECAY, f"{DECAY} + 0.125"))
"""Goes with no other mistake."""

UNMAKABLE = {
    "no edit": (mistake(""), "changes nothing"),
    "nowhere": (mistake(edit("grad = grad / 0", "")), "0 times"),
    "twice": (mistake(edit("self.weight_decay", "1")), "times"),
    "no Python": (mistake(edit("self.lr * grad", "self.lr * (grad")), "no Python"),
    "collides": (mistake(edit(DECAY, "grad = 2 * param")), "[[pair]]"),
    "pair not needed": (
        BESIDE + '\n[[pair]]\nof = ["something-else", "decay-sign"]\n'
        + edit(DECAY, "grad = grad - self.weight_decay * param + 0.125", "pair"),
        "Take it out",
    ),
    "pair never made": (
        '\n[[pair]]\nof = ["decay-forgotten", "decay-sign"]\n' + edit(DECAY, "grad = 3 * grad", "pair"),
        "Take this [[pair]] out",
    ),
}  # fmt: skip
"""What is written at the end of `mistakes.toml`, and a piece of what is said of it."""


@pytest.mark.parametrize("kind", UNMAKABLE)
def test_a_mistake_that_cannot_be_made_is_told(kind: str, folder: Path) -> None:
    file, (more, said) = folder / "mistakes.toml", UNMAKABLE[kind]
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    assert any(said in problem.en and TOPIC.stem in problem.zh for problem in mistakes.problems(TOPIC))
    assert not mistakes.build(TOPIC)


def test_a_new_mistake_is_built(folder: Path) -> None:
    """Stale before, current afterwards; and what is current is left alone."""
    file = folder / "mistakes.toml"
    assert mistakes.problems(TOPIC) == []
    file.write_text(file.read_text("utf-8") + ALONE, "utf-8")
    catalogue.cache_clear()
    (problem,) = mistakes.problems(TOPIC)
    assert "make build" in problem.en
    assert "make build" in problem.zh
    assert mistakes.build(TOPIC)
    assert mistakes.problems(TOPIC) == []
    assert not mistakes.build(TOPIC)
    assert any("something-else" in name for name in samples.read(TOPIC).names)


def test_an_edit_that_is_written_otherwise_is_stale(folder: Path) -> None:
    """A path that the edit makes no more, of a single mistake; the names are the same."""
    file = folder / "mistakes.toml"
    file.write_text(file.read_text("utf-8") + ALONE, "utf-8")
    assert mistakes.build(TOPIC)
    file.write_text(file.read_text("utf-8").replace("0.125", "0.25"), "utf-8")
    catalogue.cache_clear()
    assert [problem.en.partition(" are ")[2][:3] for problem in mistakes.problems(TOPIC)] == ["not"]


def a_single(file: Path) -> None:
    rewritten(file, lambda arrays: arrays["numbers"][0].__imul__(1.01))


def a_digit_of_a_pair(file: Path) -> None:
    def change(arrays: dict[str, np.ndarray]) -> None:
        row = next(i for i, name in enumerate(arrays["names"]) if "+" in name)
        arrays["numbers"][row, 0] *= np.float32(1 + 1e-6)

    rewritten(file, change)


def a_row(file: Path) -> None:
    rewritten(file, lambda arrays: arrays.update(numbers=arrays["numbers"][1:], names=arrays["names"][1:]))


def a_number_of_each(file: Path) -> None:
    rewritten(file, lambda arrays: arrays.update(numbers=arrays["numbers"][:, 1:]))


def a_place(file: Path) -> None:
    rewritten(file, lambda arrays: arrays["step"].__iadd__(1))


def the_numbers(file: Path) -> None:
    rewritten(file, lambda arrays: arrays.pop("numbers"))


DAMAGE = {
    "a single": a_single,
    "a digit of a pair": a_digit_of_a_pair,
    "a row": a_row,
    "a number of each": a_number_of_each,
    "a place": a_place,
    "the numbers": the_numbers,
    **WHOLE_FILE,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_noticed_and_mended(damage: str, folder: Path) -> None:
    DAMAGE[damage](folder / "mistakes.npz")
    (problem,) = mistakes.problems(TOPIC)
    assert TOPIC.stem in problem.en, damage
    assert "make build" in problem.en
    assert "make build" in problem.zh
    assert mistakes.build(TOPIC)
    assert mistakes.problems(TOPIC) == []


WRONG = "class SGD:\n    def __init__(self, **_): pass\n    def init(self, param): return {}\n"
WRONG += "    def update(self, param, grad, state): return param + 0.1 * grad, state\n"


@pytest.mark.parametrize("damage", sorted(DAMAGE.keys() - {"a single", "a digit of a pair"}))
def test_no_diagnosis_without_the_samples(
    damage: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check of a wrong file says what to do, with the status of misuse; a right one needs no samples."""
    DAMAGE[damage](folder / "mistakes.npz")
    solution = TOPIC.solution.parent
    assert cli.main(["check", TOPIC.stem, "--submission", str(solution), "--json"]) == 0
    capsys.readouterr()
    (tmp_path / f"{TOPIC.stem}.py").write_text(WRONG, "utf-8")
    assert cli.main(["check", TOPIC.stem, "--submission", str(tmp_path), "--json"]) == cli.MISUSE
    out, err = capsys.readouterr()
    assert out == ""
    assert "make build" in err


@pytest.mark.parametrize(
    "text", ["", 'families = ["no-such-family"]', 'families = []\n[[mistake]]\nid = "a"\n'], ids=repr
)
def test_mistakes_that_cannot_be_read_are_a_sentence(text: str, folder: Path) -> None:
    (folder / "mistakes.toml").write_text(text, "utf-8")
    with pytest.raises(CourseError, match="git checkout"):
        catalogue(TOPIC)
    (problem,) = mistakes.problems(TOPIC)
    assert "git checkout" in problem.zh


def test_what_is_no_toml_is_told_with_file_and_line(folder: Path, families: Path) -> None:
    (folder / "mistakes.toml").write_text('families = ["model"]\n\n[[mistake]\n', "utf-8")
    (problem,) = mistakes.problems(TOPIC)
    assert f"{folder / 'mistakes.toml'}:3: this is no TOML (Expected" in problem.en
    assert f"{folder / 'mistakes.toml'}:3：" in problem.zh
    (folder / "mistakes.toml").write_text('families = ["model"]', "utf-8")
    (families / "model.toml").write_text("\n[[mistake]]\nid = \n", "utf-8")
    (problem,) = mistakes.problems(TOPIC)
    assert problem.en.startswith(f"{families / 'model.toml'}:3: ")


@pytest.mark.parametrize(
    ("like", "title"), [('like = "model"', "a"), ('like = "model"\ntitle = { en = "own", zh = "自" }', "own")]
)
def test_a_familys_mistake_is_like_anothers(like: str, title: str, folder: Path, families: Path) -> None:
    """What it does not say itself is the other's, but for the edit that is its own."""
    (families / "model.toml").write_text(mistake(edit(DECAY, "pass")), "utf-8")
    more = f'[[mistake]]\nid = "something-else"\n{like}\n{edit(DECAY, f"{DECAY} + 0.125")}'
    (families / "copy.toml").write_text(more, "utf-8")
    (folder / "mistakes.toml").write_text('families = ["copy"]', "utf-8")
    (found,) = catalogue(TOPIC).mistakes
    assert (found.title.en, found.explanation.zh, found.place) == (title, "二", "else")
    assert [each.new for each in found.edits] == [f"{DECAY} + 0.125"]


@pytest.mark.parametrize("like", ["nowhere", "model", "copy"])
def test_a_familys_mistake_that_is_like_nothing_is_a_sentence(like: str, folder: Path, families: Path) -> None:
    (families / "model.toml").write_text(mistake(edit(DECAY, "pass"), "another"), "utf-8")
    (families / "copy.toml").write_text(f'[[mistake]]\nid = "something-else"\nlike = "{like}"\n', "utf-8")
    (folder / "mistakes.toml").write_text('families = ["copy"]', "utf-8")
    with pytest.raises(CourseError, match="git checkout"):
        catalogue(TOPIC)
