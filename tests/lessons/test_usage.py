"""What the course does not say is found in every text, and what resembles it is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.authoring import glossary, usage
from course.authoring.glossary import Instead
from course.system.workspace import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ROWS = glossary.instead()
PHRASES = [(row, phrase) for row in ROWS for phrase in row.phrases]
FINE = [phrase for row in ROWS for phrase in row.fine]


def filled(phrase: str, n: str = "10", d: str = "0.1") -> str:
    """A phrase of the table as a sentence would have it."""
    return phrase.replace("N", n).replace("D", d).replace("…", "is red and")


def seen(text: str, table: list[Instead] = ROWS) -> list[str]:
    """What is found in a text."""
    return [phrase for _, phrase, _ in usage.unwanted(text, table)]


@pytest.mark.parametrize(("row", "phrase"), PHRASES, ids=[phrase for _, phrase in PHRASES])
def test_each_phrase_of_the_table_is_found(row: Instead, phrase: str) -> None:
    said = filled(phrase)
    for text in (f"See: {said}.", f"这是{said}。", f"“{said}”"):
        assert said in seen(text, [row])


@pytest.mark.parametrize("phrase", FINE)
def test_what_the_table_allows_passes(phrase: str) -> None:
    """Under all of its rows, not only under the one that allows it."""
    said = filled(phrase)
    assert said
    assert seen(f"See: {said}.") == seen(f"这里说的是{said}。") == []


@pytest.mark.parametrize("number", ["十", "39", "2.8", "10,000", "$\\kappa$", "{times:.0f}", "`k`"])
def test_numbers_are_written_in_many_ways(number: str) -> None:
    for blank in ("", " "):
        assert seen(f"步子小{blank}{number}{blank}倍。") != []
        assert seen(f"步子是它的{blank}{number}{blank}倍。") == []
        assert (seen(f"小到{blank}{number}{blank}分之一。") == []) == (number == "十")
        assert (seen(f"它的{blank}{number}{blank}分之一。") == []) == (number != "2.8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("轮到\\\n你了", True),
        ('"轮到"\n    "你了"', True),
        ("轮到。\n你了", False),
        ("of two trainings,", True),
        ("TRAININGS_DONE, retrainings", False),
        ("the one\nthat wins, and the other", True),
        ("Take the one. The other is left.", False),
        ("the one, others", False),
        ("As P. He wrote, the others", False),
        ("He wrote", True),
    ],
)
def test_ends_of_lines_and_sentences(text: str, found: bool) -> None:  # noqa: FBT001
    assert (seen(text) != []) is found


def test_each_kind_of_text_is_read() -> None:
    """And nothing that is derived from it, nor a program of somebody else's."""
    paths = {path.relative_to(ROOT).as_posix() for path in usage.files()}
    assert paths >= {
        "README.zh.md",
        "CONTRIBUTING.md",
        ".github/ISSUE_TEMPLATE/bug.yml",
        "course/cli.py",
        "course/topics/adam/lesson.md",
        "course/topics/adam/mistakes.toml",
        "course/grading/mistakes/families/clock.toml",
        "course/classroom/starter/nbgrader_config.py.template",
        "course/classroom/README.md",
        "solutions/adam.py",
    }
    assert not {"course/optim/adam.py", "lessons/GLOSSARY.md", "tests/lessons/test_usage.py"} & paths
    assert not any(path.startswith(("node_modules/", "lessons/", ".venv/")) for path in paths)


def test_a_phrase_is_told_with_its_line_and_what_to_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "ROOT", tmp_path)
    (tmp_path / "README.zh.md").write_text("# 课程\n\n请您看这里。\n", "utf-8")
    (tmp_path / "course/topics/a").mkdir(parents=True)
    (tmp_path / "course/topics/a/lesson.md").write_text("\n".join([*glossary.terms(), *glossary.parts()]), "utf-8")
    (told,) = usage.problems()
    assert told.en.endswith("README.zh.md:3: '您' is not used in this course. Say: 你.")
    (tmp_path / "README.zh.md").write_text("# 课程\n\n请你看这里。\n", "utf-8")
    assert usage.problems() == []
    lesson = tmp_path / "course/topics/a/lesson.md"
    lesson.write_text(lesson.read_text("utf-8").replace("黑塞矩阵", "").replace("评分程序", ""), "utf-8")
    (told,) = usage.problems()
    assert told.en == "GLOSSARY.md: no text uses grader. Take the row out, or use the word."
    assert told.zh == "GLOSSARY.md：没有一处用到“评分程序”。请删去这一行，或者用上这个词。"
    (tmp_path / "README.zh.md").write_text("评分程序。\n", "utf-8")  # the terms, which a lesson must use, others hold
    assert usage.problems() == []
