"""`course grade`: one whole result, and an exit status that means what the platform takes it for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from course import cli
from course.exports import formats
from course.exports.formats import FORMATS
from course.exports.graded import chosen
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic
from tests.exports import readers
from tests.exports.conftest import SEED, hand_in

if TYPE_CHECKING:
    from pathlib import Path


def grade(*arguments: str | Path) -> int:
    return cli.main(["grade", *map(str, arguments), "--trust-students"])


@pytest.mark.parametrize(
    ("form", "kind", "status"),
    [
        ("github", "right", 0),
        ("github", "wrong", 1),
        ("junit", "right", 0),
        ("junit", "missing", 1),
        ("gradescope", "wrong", 0),
        ("prairielearn", "missing", 0),
    ],
)
def test_the_exit_status_is_the_platforms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, kind: str, status: int
) -> None:
    assert grade("momentum", "--submission", hand_in(tmp_path, kind), "--format", form) == status
    said = capsys.readouterr()
    assert said.err == ""
    read(form, said.out)


def read(form: str, text: str) -> None:
    if form in {"gradescope", "prairielearn"}:
        readers.held(form, text)
    elif form == "junit":
        readers.junit(text)
    else:
        assert readers.github(text)


def test_with_a_file_little_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, seed, output = hand_in(tmp_path / "a", "wrong"), tmp_path / "seed", tmp_path / "results.json"
    seed.write_text(f"{SEED}\n", "ascii")
    output.write_text("older", "utf-8")
    arguments = ("--submission", folder, "--format", "gradescope", "--seed", seed, "--output", output)
    assert grade("momentum", "sgd", *arguments) == 0
    readers.held("gradescope", output.read_text("utf-8"))
    said = capsys.readouterr().out
    assert said.startswith("momentum: 3 of 10 points")
    assert str(output) in said


def failing(*_: object, seed: str, **__: object) -> None:
    """A fault of the course's own, whose words hold the secret."""
    raise ZeroDivisionError(seed)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("trouble", ["seed", "fault"])
def test_what_is_not_judged_earns_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    trouble: str,
) -> None:
    """A seed that is damaged; the course itself at fault. There is a result, or none; and status 2."""
    folder, seed = hand_in(tmp_path / "a", "right"), tmp_path / "seed"
    seed.write_text(SEED[1:] if trouble == "seed" else SEED, "ascii")
    if trouble == "fault":
        monkeypatch.setattr(formats, "graded", failing)
    output = tmp_path / "out"
    status = grade("momentum", "--submission", folder, "--format", form, "--seed", seed, "--output", output)
    said = capsys.readouterr().err
    assert status == 2
    assert "Nothing was graded" in said
    assert "没有评分" in said
    assert "Traceback" not in said
    assert ("ZeroDivisionError, test_command.py:" in said) is (trouble == "fault")
    assert SEED not in said
    if form == "classroom50":
        assert not output.exists()
        return
    text = output.read_text("utf-8")
    read(form, text)
    assert "没有评分" in text
    assert not re.search(r'"score": [^0]', text)


def test_a_result_that_cannot_be_written_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = hand_in(tmp_path / "a", "right")
    arguments = ("--submission", folder, "--format", "junit", "--output", tmp_path / "nowhere/out.xml")
    assert grade("momentum", *arguments) == 2
    assert "--output FILE" in capsys.readouterr().err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a"]


def test_of_several_topics_the_one_that_is_there(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, "right")
    topics = [Topic.load("sgd"), Topic.load("momentum")]
    assert chosen(topics, folder).stem == "momentum"
    (folder / "sgd.py").write_text("", "utf-8")
    with pytest.raises(CourseError, match="together"):
        chosen(topics, folder)
    with pytest.raises(CourseError, match=r"no sgd\.py, momentum\.py"):
        chosen(topics, tmp_path / "empty")
    assert chosen(topics[:1], tmp_path / "empty").stem == "sgd"


def test_misuse_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["grade", "momentum", "--format", "junit"]) == 2
    assert cli.main(["grade", "momentum", "--submission", str(tmp_path), "--format", "otter"]) == 2
    assert cli.main(["grade", "cooking", "--submission", str(tmp_path), "--format", "junit"]) == 2
    assert cli.main(["class", "export", "excel", "--dir", str(tmp_path)]) == 2
    assert cli.main(["class", "export", "canvas", "--dir", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "is not a class" in said.err


def test_the_readmes_workflows_are_yaml_and_their_commands_are_known() -> None:
    text = (ROOT / "course/exports/README.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 4
    assert blocks[:2] == blocks[2:]
    for block in blocks:
        assert isinstance(yaml.safe_load(block), dict)
        (command,) = re.findall(r"course (grade .*)", block)
        args = cli.parser().parse_args(command.split())
        assert args.format in FORMATS
