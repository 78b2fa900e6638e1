"""`course lab`: the right lesson, the right language, and the user's own JupyterLab as it was."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from course.learner import jupyter
from course.system import workspace
from course.system.workspace import ROOT
from course.text import CourseError

LOCALE = "@jupyterlab/translation-extension/plugin.jupyterlab-settings"
THEME = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"


def read(path: Path) -> object:
    return json.loads(path.read_text("utf-8"))


def test_the_first_lesson_has_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = workspace.Workspace(tmp_path)
    for root, command in ((tmp_path, "make build"), (None, "course init")):
        monkeypatch.setattr(workspace, "checkout", lambda root=root: root)
        with pytest.raises(CourseError, match=command):
            jupyter.first_lesson(clone, "zh")
    notebook = tmp_path / "lessons/zh/index.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}", "utf-8")
    assert jupyter.first_lesson(clone, "zh") == notebook


def test_both_languages_begin_with_the_index() -> None:
    clone = workspace.Workspace(ROOT)
    english, chinese = jupyter.first_lesson(clone, "en"), jupyter.first_lesson(clone, "zh")
    assert english.name == chinese.name == "index.ipynb"
    assert english.relative_to(ROOT).parts[1] == "en"
    assert chinese.relative_to(ROOT).parts[1] == "zh"


def test_settings_begin_as_the_users_and_never_touch_them(tmp_path: Path) -> None:
    own, ours = tmp_path / "own", tmp_path / "ours"
    for name, values in {LOCALE: {"locale": "fr_FR"}, THEME: {"theme": "JupyterLab Dark"}}.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(json.dumps(values), "utf-8")
    jupyter.settings(ours, own, "zh")
    assert read(ours / LOCALE) == {"locale": "zh_CN"}
    assert read(ours / THEME) == {"theme": "JupyterLab Dark"}
    assert read(own / LOCALE) == {"locale": "fr_FR"}

    (ours / THEME).write_text('{"theme": "JupyterLab Light"}', "utf-8")  # chosen in the course, and kept
    jupyter.settings(ours, own, "zh")
    assert read(ours / THEME) == {"theme": "JupyterLab Light"}


def test_a_port_in_use_is_passed_over_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        monkeypatch.setattr(jupyter, "PORT", port)
        monkeypatch.setenv("COURSE_LANG", "zh")
        chosen = jupyter.free_port()
        assert chosen > port
        assert f"端口 {port} 已被占用，JupyterLab 改用 {chosen}。" in capsys.readouterr().out
    assert jupyter.free_port() == port
    assert capsys.readouterr().out == ""


def test_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy(socket.socket):
        def bind(self, address: object) -> None:  # noqa: ARG002 - as socket has it
            raise OSError(98, "Address already in use")

    monkeypatch.setattr("socket.socket", Busy)
    with pytest.raises(CourseError, match="all in use"):
        jupyter.free_port()


def test_terminals_put_this_environment_first_after_the_users_start_up_file(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("export PATH=/conda/bin:$PATH\nexport MINE=kept\n", "utf-8")
    command = jupyter.shell(tmp_path, "/bin/bash")
    ran = subprocess.run(
        [*command, "-c", 'echo "$PATH $MINE"'],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout == f"{Path(sys.executable).parent}:/conda/bin:/usr/bin:/bin kept\n"
    assert jupyter.shell(tmp_path, "/usr/bin/fish") == ["/usr/bin/fish"]
