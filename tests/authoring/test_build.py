"""`course build` writes what is not what its source gives and leaves the rest alone; `--check` only says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.authoring import (
    bilingual,
    build,
    measuring_font,
    modules,
    notebooks,
    pictures,
    skeletons,
    wording,
)
from course.grading import stored
from course.system.workspace import ROOT
from course.text import speaking
from course.topic import Topic

if TYPE_CHECKING:
    from pathlib import Path

SGD = Topic.load("sgd")
MADE = (measuring_font, modules, notebooks, pictures, skeletons, wording)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which nothing derived is there yet, with one topic; what is to be made is computed once."""
    for builder in MADE:
        outputs = builder.outputs()
        monkeypatch.setattr(builder, "outputs", lambda outputs=outputs: outputs)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "topics", lambda kind="": [] if kind else [SGD])
    monkeypatch.setattr(stored, "path", lambda _topic: tmp_path / "references.npz")
    monkeypatch.setattr(bilingual, "all_problems", list)  # it compares sources, whatever was made of them
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_build_writes_what_is_committed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not build.build(check=True)
    assert held(repository) == {}
    with speaking("zh"):
        assert build.build(check=False)
    made = held(repository)
    assert {"course/optim/sgd.py", "lessons/zh/index.ipynb", "course/lab/widget/descent.js", "references.npz"} < {*made}
    del made["references.npz"]
    assert made == {name: (ROOT / name).read_bytes() for name in made}
    said = capsys.readouterr().out
    assert "已写入：lessons/zh/index.ipynb\n" in said
    assert len(said.splitlines()) == len(made) + 1
    assert build.build(check=True)
    capsys.readouterr()
    assert build.build(check=False)
    assert capsys.readouterr().out == ""


def test_what_is_damaged_is_mended_and_what_somebody_has_begun_is_kept(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build.build(check=False)
    whole = held(repository)
    begun = (repository / "course/optim/sgd.py").read_text("utf-8").replace("raise NotImplementedError", "return {}", 1)
    older = whole["course/optim/adam.py"].replace(b"Adam", b"ADAM")
    damaged: dict[str, bytes] = {
        "course/optim/sgd.py": begun.encode(),
        "course/optim/adam.py": older,
        "lessons/zh/index.ipynb": b"{}",
        "references.npz": whole["references.npz"][:-100],
    }
    for name, content in damaged.items():
        (repository / name).write_bytes(content)
    capsys.readouterr()
    assert not build.build(check=True)
    assert held(repository) == whole | damaged
    said = capsys.readouterr().err
    assert all(name in said for name in damaged)
    assert not build.build(check=False)
    assert "`course reset sgd`" in capsys.readouterr().err
    now = held(repository)
    assert now.pop("references.npz")
    assert {name for name, content in now.items() if content != whole[name]} == {"course/optim/sgd.py"}
    (repository / "course/optim/sgd.py").write_bytes(whole["course/optim/sgd.py"])
    assert build.build(check=True)
