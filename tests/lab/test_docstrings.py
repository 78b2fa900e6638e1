"""What the lab's docstrings promise: an example that runs for all that lessons import."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest

from course import lab
from course.system import workspace
from course.system.workspace import ROOT
from course.text import set_language
from course.topic import topics
from tests.learner import filled
from tests.lessons.shown import sources_of, stems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def imported() -> list[str]:
    """The names that lessons import from `course.lab`."""
    cells = [ast.parse(source) for stem in stems() for source in sources_of(stem)]
    nodes = [node for cell in cells for node in ast.walk(cell) if isinstance(node, ast.ImportFrom)]
    return sorted({name.name for node in nodes if node.module == "course.lab" for name in node.names})


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where somebody tries an example: in the course's folder, in English, with no file written yet."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COURSE_TRAINED", str(tmp_path / "trained"))
    folder = tmp_path / "course/optim"
    folder.mkdir(parents=True)
    monkeypatch.setenv("COURSE_LEARNER", str(filled(folder, solved=False)))
    monkeypatch.setattr(workspace, "here", lambda: workspace.Workspace(tmp_path))
    set_language("en")
    with mpl.rc_context({"backend": "agg"}):
        yield
    set_language("en")


def failures(name: str, docstring: str) -> str:
    """What the examples of a docstring print that they should not; they run as in a file of their own."""
    test = doctest.DocTestParser().get_doctest(docstring, {}, name, None, None)
    assert test.examples, f"{name} has no example"
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    return "".join(told)


@pytest.mark.parametrize("name", imported())
@pytest.mark.usefixtures("prompt")
def test_what_lessons_import_shows_how_it_is_used(name: str) -> None:
    assert failures(name, inspect.getdoc(getattr(lab, name)) or "") == ""


@pytest.mark.usefixtures("prompt")
def test_an_example_that_says_something_else_is_found() -> None:
    assert "Expected:\n    3\nGot:\n    2" in failures("sum", "Add.\n\n>>> 1 + 1\n3\n")
    with pytest.raises(AssertionError, match="no example"):
        failures("sum", "Add.")


@pytest.mark.parametrize("module", ["course.lab.look"])
@pytest.mark.usefixtures("prompt")
def test_other_examples(module: str) -> None:
    for name, each in inspect.getmembers(importlib.import_module(module), inspect.isfunction):
        if each.__module__ == module and not name.startswith("_"):
            assert failures(name, inspect.getdoc(each) or "") == ""


def test_a_name_has_one_home() -> None:
    """No topic offers what another one or the lab itself offers: the later would be out of reach."""
    offered = [
        name
        for file in sorted(ROOT.glob("course/topics/*/lab.py"))
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for name in ast.literal_eval(node.value)
    ]
    every = [*offered, *lab._rooms()]
    assert sorted(every) == sorted(set(every))
    assert set(imported()) <= set(every)
    assert set(every) <= set(dir(lab))
    assert len(topics()) <= len(offered)


@pytest.mark.parametrize("name", ["nothing", "_rooms_", "topics"])
def test_a_name_that_nobody_offers(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(lab, name)
