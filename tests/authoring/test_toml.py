"""A file of ours that is damaged, among those that an author writes, is a sentence with the file and the line."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import course.lab
from benchmarks.diagnosis import corpus, vocabulary
from course import topic
from course.authoring import bilingual, build, pictures
from course.authoring.learning import draft
from course.authoring.site import addresses, store
from course.exports import wheel
from course.lesson import words
from course.setup import environment, pytorch
from course.system import toml, workspace
from course.system.workspace import ROOT
from course.text import CourseError, texts

if TYPE_CHECKING:
    from collections.abc import Callable

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


@pytest.mark.parametrize("name", ["clock.toml", "grading/mistakes/families/adam.toml", "topics/sgd/lab.toml"])
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


GUIDE: Any = sys.modules[course.lab.guide.__module__]
CATALOGUE: Any = importlib.import_module("course.grading.mistakes.catalogue")
READERS: dict[str, tuple[Any, str, Callable[[], object]]] = {
    "the syllabus": (topic, "course/topics/syllabus.toml", topic.lessons.__wrapped__),
    "a topic": (topic, "course/topics/adam/topic.toml", lambda: topic._lesson("adam")),
    "the guide": (GUIDE, "course/topics/choosing/guide.toml", lambda: GUIDE._read(GUIDE.HERE / "guide.toml")),
    "mistakes": (
        CATALOGUE,
        "course/topics/adam/mistakes.toml",
        lambda: CATALOGUE.catalogue.__wrapped__(topic.Topic.load("adam")),
    ),
    "a family": (
        CATALOGUE,
        "course/grading/mistakes/families/moments.toml",
        lambda: CATALOGUE._family.__wrapped__("moments"),
    ),
    "the first picture": (pictures, "course/topics/index/topic.toml", pictures.outputs),
    "addresses": (addresses, "pyproject.toml", addresses.home.__wrapped__),
    "the wheel": (wheel, "pyproject.toml", lambda: list(wheel._of_clone(ROOT))),
    "what is to be installed": (environment, "pyproject.toml", environment.key),
    "which torch": (pytorch, "pyproject.toml", lambda: pytorch.install(1.0)),
    "labels": (corpus, "benchmarks/diagnosis/develop/adam/labels.toml", corpus.items.__wrapped__),
    "a vocabulary": (
        vocabulary,
        "benchmarks/diagnosis/vocabulary/any.toml",
        lambda: vocabulary.words.__wrapped__("sgd"),
    ),
    "its tables": (
        vocabulary,
        "benchmarks/diagnosis/vocabulary/any.toml",
        lambda: vocabulary.table.__wrapped__("same"),
    ),
    "drafts": (draft, "course/topics/adam/mistakes.toml.draft", lambda: draft.Drafts(topic.Topic.load("adam"))),
    "texts": (course.text, "course/grading/explain.toml", lambda: len(texts(str(ROOT / "course/grading/explain.py")))),
}
"""Who reads a file of TOML: the module, a file, and what reads it there."""
WITHOUT_KEYS = {"a vocabulary", "drafts"}
"""What need not hold anything."""
IGNORED = {"drafts"}
"""What git has not."""
READ_BY_OTHERS = {"course/authoring/bilingual.py"}
"""One that is held above."""


@pytest.mark.parametrize(
    "damage", [b"x = 1\n[[y]\n", "x = 1\ny = '中'".encode("gbk"), b"x = 1\n"], ids=["cut", "gbk", "empty"]
)
@pytest.mark.parametrize("name", READERS)
def test_whoever_reads_a_damaged_file_tells_it(name: str, damage: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In both languages, with the file, the line where there is one, and how it comes back."""
    _, file, read = READERS[name]
    whole, there = Path.read_bytes, Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path == ROOT / file or there(path))
    monkeypatch.setattr(Path, "read_bytes", lambda path: damage if path == ROOT / file else whole(path))
    if damage == b"x = 1\n" and name in WITHOUT_KEYS:
        read()
        return
    with pytest.raises(CourseError) as caught:
        read()
    told, line = caught.value.text, ":2" if damage != b"x = 1\n" else ""
    assert f"{file}{line}: " in told.en or (not line and "adam" in told.en)
    assert f"{file}{line}：" in told.zh or (not line and "adam" in told.zh)
    for text in (told.en, told.zh):
        assert ("git" in text) == (name not in IGNORED)
    assert "Traceback" not in told.en


def test_every_reader_of_toml_is_held() -> None:
    """Nobody reads it by himself, and whoever lets it be read is in the table above."""
    reads = {
        path.relative_to(ROOT).as_posix(): set(
            re.findall(r"\b(?:tomllib|yaml)\.\w+|\btoml\.(?:read|opened)\b|\bparsed\(self\.file\)", text)
        )
        for folder in ("course", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "optim" not in path.parts
        for text in [path.read_text("utf-8")]
    }
    held = {Path(str(module.__file__)).relative_to(ROOT).as_posix() for module, _, _ in READERS.values()}
    assert {path for path, found in reads.items() if found} == held | READ_BY_OTHERS
    themselves = {path for path, found in reads.items() if any(each.startswith(("tomllib", "yaml")) for each in found)}
    assert themselves == {"course/text.py"}


@pytest.mark.parametrize(
    "damage", ["{", "[1]", '{"predictions": 1}', "[" * 100_000, "\udcff"], ids=lambda each: each[:9]
)
def test_what_is_derived_and_damaged_is_told_or_made_again(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = damage.encode("utf-8", "surrogateescape")
    (tmp_path / "adam").mkdir()
    (tmp_path / "adam/words.json").write_bytes(content)
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    with pytest.raises(CourseError, match="'adam' are damaged") as caught:
        words.predictions("adam")
    assert "make build" in caught.value.text.zh
    monkeypatch.setattr(store, "KEPT", tmp_path)
    (tmp_path / "run-0.json").write_bytes(content)
    if damage not in {"[1]", '{"predictions": 1}'}:
        assert store.made("run", "0", lambda: [2]) == [2]
    assert store.data("run", "0")
