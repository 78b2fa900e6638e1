"""The editor's half in the kernel: it saves, follows the file, and loses nothing that anybody has written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from course.lab import exercise
from course.lab.editor.editor import Editor
from course.system.workspace import ROOT, SKELETONS
from course.text import CourseError, set_language
from tests.learner import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.lab.parts.exercise import Exercise

SKELETON = (ROOT / SKELETONS / "sgd.py").read_bytes()
RIGHT = ["        return {}", "        return param - self.lr * (grad + self.weight_decay * param), state"]
ELSEWHERE = SKELETON.replace(b"raise NotImplementedError", b"return 7  # elsewhere", 1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return filled(tmp_path) / "sgd.py"


@pytest.fixture
def checks() -> list[int]:
    return []


@pytest.fixture
def editor(file: Path, checks: list[int]) -> Editor:
    return Editor(file, "SGD", lambda: checks.append(1))


def shown(editor: Editor) -> list[str]:
    return [pane["body"] for pane in editor.panes]


def types(editor: Editor, bodies: list[str]) -> None:
    """Do what the page does while somebody is typing."""
    editor.draft = {"version": editor.version, "bodies": bodies}


def sends(editor: Editor, kind: str, bodies: object = None, version: int | None = None) -> None:
    """Do what the page does at a key or a button."""
    content: dict[str, Any] = {
        "kind": kind,
        "bodies": bodies,
        "version": editor.version if version is None else version,
    }
    editor._handle_custom_msg(content, [])


def kept(file: Path) -> list[bytes]:
    return [each.read_bytes() for each in sorted(file.parent.glob("sgd.py.*.bak"))]


def test_what_is_saved_is_in_the_file_and_checked(editor: Editor, file: Path, checks: list[int]) -> None:
    version = editor.version
    types(editor, RIGHT)
    sends(editor, "save", RIGHT)
    text = SKELETON.decode()
    for pane, body in zip((RIGHT[0], RIGHT[1]), RIGHT, strict=True):
        start = text.index("        # TODO")
        text = text[:start] + text[start:].replace(text[start : text.index("Error", start) + 5], body, 1)
        assert pane in text
    assert file.read_text("utf-8") == text
    assert (shown(editor), editor.version, editor.draft, editor.note) == (RIGHT, version, {}, "")
    assert checks == [1]
    assert kept(file) == []


def test_another_editor_s_version_is_shown(editor: Editor, file: Path) -> None:
    assert not editor.look()
    file.write_bytes(ELSEWHERE)
    assert editor.look()
    assert "return 7" in shown(editor)[0]
    assert "changed elsewhere" in editor.note
    assert not editor.look()
    assert kept(file) == []


def test_who_saves_last_wins_and_the_other_version_is_kept(editor: Editor, file: Path) -> None:
    types(editor, RIGHT)
    file.write_bytes(ELSEWHERE)
    editor.look()
    assert editor.behind
    assert "return 7" not in shown(editor)[0]
    sends(editor, "save", RIGHT)
    assert "return 7" not in file.read_text("utf-8")
    assert kept(file) == [ELSEWHERE]
    assert "sgd.py.1.bak" in editor.note
    assert not editor.behind


def test_nobody_need_have_looked(editor: Editor, file: Path) -> None:
    file.write_bytes(ELSEWHERE)
    sends(editor, "save", RIGHT)
    assert kept(file) == [ELSEWHERE]
    assert RIGHT[1] in file.read_text("utf-8")


def test_what_was_typed_just_before_other_panes_came_is_no_less_safe(editor: Editor, file: Path) -> None:
    old = editor.version
    file.write_bytes(ELSEWHERE)
    editor.look()  # the page had not told yet what was typed
    editor.draft = {"version": old, "bodies": RIGHT}
    assert editor.behind
    sends(editor, "save", RIGHT, old)
    assert RIGHT[1] in file.read_text("utf-8")
    assert kept(file) == [ELSEWHERE]


def test_the_other_version_can_be_shown_instead(editor: Editor, file: Path) -> None:
    types(editor, RIGHT)
    file.write_bytes(ELSEWHERE)
    editor.look()
    sends(editor, "take")
    assert "return 7" in shown(editor)[0]
    assert not editor.behind
    assert file.read_bytes() == ELSEWHERE
    assert [RIGHT[1] in each.decode() for each in kept(file)] == [True]


def test_the_same_text_is_no_conflict(editor: Editor, file: Path) -> None:
    sends(editor, "save", RIGHT)
    mine = file.read_bytes()
    types(editor, [RIGHT[0], "        pass"])
    file.write_bytes(mine)
    editor.look()
    assert not editor.behind
    sends(editor, "save", [RIGHT[0], "        pass"])
    assert kept(file) == []


def test_a_cell_that_is_run_again_goes_on_with_what_was_typed(editor: Editor, file: Path) -> None:
    types(editor, RIGHT)
    again = Editor(file, "SGD", lambda: None)
    assert shown(again) == RIGHT
    assert again.unsaved
    assert file.read_bytes() == SKELETON
    sends(again, "save", RIGHT)
    assert not again.unsaved
    assert RIGHT[1] in file.read_text("utf-8")


def test_a_mistake_in_the_grammar_changes_no_view(editor: Editor, file: Path, checks: list[int]) -> None:
    broken = [RIGHT[0], '        """\n   return (']
    version = editor.version
    sends(editor, "save", broken)
    assert (editor.version, shown(editor), checks) == (version, broken, [1])
    sends(editor, "save", RIGHT)
    assert shown(editor) == RIGHT
    assert RIGHT[1] in file.read_text("utf-8")


def test_what_would_be_out_of_sight_brings_the_whole_file(editor: Editor, file: Path) -> None:
    sends(editor, "save", [RIGHT[0], f"{RIGHT[1]}\n\n\ndef helper():\n    return 1"])
    assert len(editor.panes) == 1
    assert editor.panes[0]["body"] == file.read_text("utf-8")
    assert "whole file" in editor.note
    assert not editor.views


def test_the_whole_file_on_demand_takes_along_what_is_typed(editor: Editor, file: Path) -> None:
    sends(editor, "turn", RIGHT)
    assert len(editor.panes) == 1
    assert editor.unsaved
    assert editor.views
    assert RIGHT[1] in editor.panes[0]["body"]
    assert file.read_bytes() == SKELETON
    sends(editor, "turn", shown(editor))
    assert shown(editor) == RIGHT
    sends(editor, "save", RIGHT)
    assert RIGHT[1] in file.read_text("utf-8")
    assert not editor.unsaved


def test_windows_lines_stay_so(editor: Editor, file: Path) -> None:
    file.write_bytes(SKELETON.replace(b"\n", b"\r\n"))
    editor.look()
    sends(editor, "save", ["        x = 1\n        return {}", RIGHT[1]])
    text = file.read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n")
    assert b"\r\r" not in text


ODD = {
    "GBK": "# 动量\n".encode("gbk"),
    "no text": bytes(range(256)),
    "an old Mac": SKELETON.replace(b"\n", b"\r"),
    "a null": SKELETON + b"\0",
    "too much": b"#" * 2**21,
}


@pytest.mark.parametrize("name", ODD)
def test_what_no_page_can_keep_is_left_alone(name: str, editor: Editor, file: Path, checks: list[int]) -> None:
    file.write_bytes(ODD[name])
    editor.look()
    assert editor.panes == []
    assert editor.note
    sends(editor, "save")
    assert file.read_bytes() == ODD[name]
    assert checks == [1]
    file.write_bytes(SKELETON)
    assert editor.look()
    assert len(editor.panes) == 2


def test_a_file_that_is_gone_is_told_and_comes_back(editor: Editor, file: Path) -> None:
    file.unlink()
    editor.look()
    assert editor.panes == []
    assert "course reset sgd" in editor.note
    file.write_bytes(SKELETON)
    editor.look()
    assert len(editor.panes) == 2


def test_what_was_typed_outlives_its_file(editor: Editor, file: Path) -> None:
    types(editor, RIGHT)
    file.unlink()
    editor.look()
    sends(editor, "save", RIGHT)
    assert RIGHT[1] in file.read_text("utf-8")


def test_a_full_disk_is_told_and_nothing_is_lost(editor: Editor, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    types(editor, RIGHT)
    monkeypatch.setattr("course.lab.editor.editor.atomic.write", full)
    sends(editor, "save", RIGHT)
    assert "the disk is full" in editor.note
    assert editor.draft["bodies"] == RIGHT
    assert file.read_bytes() == SKELETON


@pytest.mark.parametrize("bodies", [None, [], ["x"], [1, 2], "ab", ["x", "y", "z"]])
def test_nonsense_saves_nothing(bodies: object, editor: Editor, file: Path) -> None:
    sends(editor, "save", bodies)
    sends(editor, "save", RIGHT, 999)
    sends(editor, "save", RIGHT, -1)
    assert file.read_bytes() == SKELETON


@pytest.fixture
def solving(file: Path) -> Exercise:
    return exercise("sgd", file.parent, landscape="bowl")


def test_an_exercise_checks_what_it_saves(solving: Exercise) -> None:
    assert solving.map.message is not None
    sends(solving.editor, "save", RIGHT)
    assert "passed" in solving.said.value
    assert solving.map.message is None
    sends(solving.editor, "save", [RIGHT[0], "        return param, state"])
    assert "not right yet" in solving.said.value


def test_a_topic_that_is_not_there_is_told() -> None:
    with pytest.raises(CourseError, match="no-such"):
        exercise("no-such")


def test_what_is_typed_while_the_file_vanishes_can_still_be_saved(editor: Editor, file: Path) -> None:
    version = editor.version
    file.unlink()
    editor.look()
    editor.draft = {"version": version, "bodies": RIGHT}  # it was on its way
    sends(editor, "save", RIGHT, version)
    assert RIGHT[1] in file.read_text("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="not implemented")
def test_what_is_no_plain_file_is_not_read(file: Path) -> None:
    """A pipe would be waited for until somebody writes into it."""
    file.unlink()
    os.mkfifo(file)
    assert Editor(file, "SGD", lambda: None).panes == []
    file.unlink()
    file.symlink_to(file)
    assert Editor(file, "SGD", lambda: None).note
