"""A file of TOML that is none, among those that an author writes, is a sentence with the file and the line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from course import topic
from course.authoring import bilingual, build
from course.system import toml, workspace
from course.text import CourseError

if TYPE_CHECKING:
    from pathlib import Path

NONE = {
    "x = \n": 1,
    'en = "a"\n\n[[mistake]\nid = "b"\n': 3,
    'a = 1\nb = """\nc\n': 3,
    "a = [\n1,\n2": 3,
    "a = 1\na = 2": 2,
    "a = 1\nb = '\x00'\n": 2,
}
"""By text, the line in which it ends to be TOML, or the last where what is open is never shut."""


@pytest.mark.parametrize("text", NONE, ids=repr)
def test_the_line_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(CourseError) as caught:
        toml.read(file)
    assert caught.value.text.en.startswith(f"{file}:{NONE[text]}: this is no TOML (")
    assert caught.value.text.zh.startswith(f"{file}:{NONE[text]}：这里不符合 TOML 的语法（")
    assert "(at " not in caught.value.text.en, "the line is told once"


def test_what_cannot_be_read_at_all_is_told(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    with pytest.raises(CourseError, match=r"some\.toml: it cannot be read \(No such file"):
        toml.read(file)
    file.write_bytes('a = "ok"\nb = "中"\n'.encode("gbk"))
    with pytest.raises(CourseError, match=r"some\.toml:2: this is no UTF-8\."):
        toml.read(file)
    file.write_text(f"a = {'[' * 100_000}", "utf-8")
    with pytest.raises(CourseError, match=r"some\.toml: this is no TOML \(too many brackets"):
        toml.read(file)


def test_what_is_toml_is_read_however_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_bytes('a.en = \'中\'\r\na.zh = """\r\n文"""\r\n'.encode())
    assert toml.read(file) == {"a": {"en": "中", "zh": "文"}}
    assert toml.read(topic.FOLDER / "syllabus.toml")["order"]


@pytest.mark.parametrize("name", ["syllabus.toml", "sgd/topic.toml"])
def test_a_topics_own_file_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "topics"
    shutil.copytree(topic.FOLDER, folder, ignore=lambda _, names: {each for each in names if "." in each} - FILES)
    monkeypatch.setattr(topic, "FOLDER", folder)
    assert topic.lessons.__wrapped__()
    text = (folder / name).read_text("utf-8")
    (folder / name).write_text(f"{text}\n[order", "utf-8")
    with pytest.raises(CourseError) as caught:
        topic.lessons.__wrapped__()
    assert caught.value.text.en.startswith(f"{folder / name}:{text.count(chr(10)) + 2}: ")


FILES = {"syllabus.toml", "topic.toml"}


@pytest.mark.parametrize("name", ["clock.toml"])
def test_the_build_says_it_once_and_goes_on(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is compared in both languages is every file of TOML: a sentence for one, and the others are read."""
    course = tmp_path / "course"
    (course / name).parent.mkdir(parents=True)
    (course / name).write_text("\n[[mistake]\n", "utf-8")
    (course / "zz.toml").write_text('a.en = "`x`"\na.zh = "`y`"\n', "utf-8")
    monkeypatch.setattr(bilingual, "ROOT", tmp_path)
    monkeypatch.setattr("course.authoring.notebooks.sources", list)
    found = bilingual.all_problems()
    assert [each.en.partition(": ")[0] for each in found] == [f"{course / name}:2", "zz.toml:1 (a)"]
    for other in ("notebooks", "wording", "skeletons", "modules", "pictures", "measuring_font"):
        monkeypatch.setattr(f"course.authoring.{other}.outputs", dict)
    monkeypatch.setattr(build, "topics", lambda _kind=None: [topic.Topic.load("sgd")] if _kind is None else [])
    monkeypatch.setattr("course.authoring.references.problems", lambda _: [])
    monkeypatch.setattr("course.authoring.mistakes.problems", lambda _: found[:1])
    assert not build.build(check=True)
    assert capsys.readouterr().err.count(f"{course / name}:2") == 2, "once in each language"


def test_a_file_of_the_course_is_told_from_its_root() -> None:
    told = toml.broken(topic.FOLDER / "sgd/topic.toml", topic.Topic.load("sgd").title, 7)
    assert told.text.en.startswith("course/topics/sgd/topic.toml:7: ")
    assert "`git checkout -- course/topics/sgd/topic.toml`" in told.text.en
    assert toml.HERE == workspace.ROOT


def test_without_a_clone_nothing_is_said_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of a file that pip has installed nor of one that is not the course's."""
    assert "git" not in toml.broken(tmp_path / "some.toml", topic.Topic.load("sgd").title).text.en
    monkeypatch.setattr("course.system.toml.checkout", lambda: None)
    monkeypatch.setattr("course.system.workspace.checkout", lambda: None)
    told = toml.broken(topic.FOLDER / "sgd/topic.toml", topic.Topic.load("sgd").title)
    assert told.text.en.endswith("Install the course again.")
    assert told.text.zh.endswith("请重新安装课程。")
    assert "git" not in str(workspace.remedy("sgd/references.npz"))
