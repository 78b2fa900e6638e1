"""Every notebook runs from top to bottom under nbval, with the skeletons untouched and with the solutions in place."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

from course.authoring import notebooks
from course.lab.claims import _LOOK
from course.syllabus import ROOT, topics
from course.text import LANGS, Lang
from tests.learner import room

if TYPE_CHECKING:
    from pathlib import Path

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 60.0
"""Of processor time, which hardly depends on what else the machine is doing; the kernel works on one core."""
KILOBYTES = 1024**2
"""Of memory for one process of a lesson's, so 1 GiB; a visitor on Binder has two."""

CLAIMS = {
    "sgd": ("sgd-1", "sgd-2", "sgd-3", "sgd-4"),
    "momentum": ("mom-1", "mom-2", "mom-3", "mom-4"),
    "nesterov": ("nag-1", "nag-2", "nag-3"),
    "adagrad": ("ada-0", "adagrad-1", "adagrad-2", "adagrad-3", "adagrad-4"),
    "rmsprop": ("rms-0", "rms-1", "rms-2", "rms-3", "rms-4"),
    "adam": ("adam-1", "adam-2", "adam-3", "adam-4"),
    "adamw": ("adamw-1", "adamw-2", "adamw-3"),
    "radam": ("radam-0", "radam-1"),
    "lookahead": ("look-1", "look-2"),
    "adadelta": ("delta-1", "delta-2"),
    "choosing": ("choose-1", "choose-2", "choose-3", "choose-4", "choose-5", "choose-6"),
    "gradient-descent": ("intro-1",),
    "index": (),
}
"""What people say about each topic, by the ids that a lesson's verdicts carry; one claim may be tested in parts."""


def run(stem: str, lang: Lang, learner: Path, notes: Path, trained: Path | None = None) -> list[dict[str, Any]]:
    """Run the notebook under nbval in a process of its own and return what its cells put out.

    Args:
        stem: the lesson.
        lang: the notebook's language.
        learner: the folder with the learner's files.
        notes: a file for the outputs.
        trained: where contests keep what they have trained; None: where they do for everyone.

    """
    command = [
        *(sys.executable, "-m", "pytest", "--nbval-lax", "-p", "tests.lessons.nbval_outputs"),
        *("-p", "tests.lessons.strict_kernel"),
        *("-p", "no:cacheprovider", "-q", f"lessons/{lang}/{stem}.ipynb"),
    ]
    # The reader's language is the notebook's own; the system's must not matter.
    env = {**os.environ, "COURSE_LEARNER": str(learner), "NBVAL_OUTPUTS": str(notes), "COURSE_LANG": "en"}
    if trained is not None:
        env["COURSE_TRAINED"] = str(trained)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    cells: list[dict[str, Any]] = json.loads(notes.read_text("utf-8"))
    return cells


def said(cell: dict[str, Any]) -> str:
    """Everything a cell shows as text or HTML."""
    parts = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        parts.append(output.get("text", "") + "".join(data.get("text/html", "")) + "".join(data.get("text/plain", "")))
    return "\n".join(parts)


def makes_widget(tree: ast.Module) -> bool:
    """Whether a cell ends with a call to a function of `course.lab` that promises a widget."""
    last = tree.body[-1] if tree.body else None
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Name)):
        return False
    function = _from_lab().get(last.value.func.id)
    return inspect.isfunction(function) and _is_widget(function)


def _is_widget(function: Any) -> bool:
    promised = str(inspect.signature(function).return_annotation)
    if promised.startswith("widgets."):
        return True
    found = vars(sys.modules[function.__module__]).get(promised)
    return inspect.isclass(found) and issubclass(found, ipywidgets.DOMWidget)


@functools.cache
def _from_lab() -> dict[str, Any]:
    """What the lessons import from `course.lab` and the modules in it, by name."""
    found: dict[str, Any] = {}
    for path in notebooks.sources():
        for tree in cells_of(path.stem):
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course.lab"):
                    home = importlib.import_module(str(node.module))
                    found |= {name.asname or name.name: getattr(home, name.name) for name in node.names}
    return found


def cells_of(stem: str) -> list[ast.Module]:
    """The code cells of a lesson, parsed."""
    cells = notebooks.read(notebooks.LESSONS / f"{stem}.md")
    return [ast.parse(cell.source) for cell in cells if isinstance(cell, notebooks.Code)]


def claims_of(stem: str) -> list[str]:
    """The ids in a lesson's calls of `verdict`, optional cells left out; each must be written as a plain string."""
    cells = notebooks.read(notebooks.LESSONS / f"{stem}.md")
    trees = [ast.parse(cell.source) for cell in cells if isinstance(cell, notebooks.Code) and "gpu" not in cell.tags]
    return [
        ast.literal_eval(node.args[0])
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "verdict"
    ]


@pytest.mark.parametrize("stem", [path.stem for path in notebooks.sources()])
def test_a_lesson_tests_every_claim(stem: str) -> None:
    """Its own, and perhaps another's: once, whole ("mom-1") or in all parts ("mom-2 · 1/3", "… 2/3", "… 3/3")."""
    parts: dict[str, list[str]] = {}
    for each in claims_of(stem):
        claim, _, part = each.partition(" · ")
        parts.setdefault(claim, []).append(part)
    assert set(CLAIMS[stem]) <= set(parts) <= {claim for claims in CLAIMS.values() for claim in claims}
    for claim, found in parts.items():
        expected = [f"{n}/{len(found)}" for n in range(1, len(found) + 1)] if len(found) > 1 else [""]
        assert sorted(found) == expected, claim


def test_widgets_are_recognised() -> None:
    for call in ("pushed_box(mu=0.5)", 'descent("momentum")', 'hint("momentum")', 'x = 1\nquiz("?")'):
        assert makes_widget(ast.parse(call)), call
    for call in ('check("momentum")', "x = quiz(1)", "1 + 1", "", "print(1)"):
        assert not makes_widget(ast.parse(call)), call


@pytest.mark.parametrize("state", ["untouched", "solved"])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("stem", [path.stem for path in notebooks.sources()])
def test_a_notebook_runs(stem: str, lang: Lang, state: str, tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    learner = room(tmp_path / "room", solved=state == "solved")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cells = run(stem, lang, learner, tmp_path / "notes.json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    source = cells_of(stem)
    assert len(cells) == len(source)

    # Widgets are made by the real library: each of these cells shows a view of a living model.
    for cell, tree in zip(cells, source, strict=True):
        if makes_widget(tree):
            assert any(WIDGET in output.get("data", {}) for output in cell["outputs"]), ast.unparse(tree)
    assert not any(output.get("name") == "stderr" for cell in cells for output in cell["outputs"])

    everything = "\n".join(said(cell) for cell in cells)
    if stem in {topic.stem for topic in topics()}:
        words = {"en": ("not implemented yet", "is not written yet"), "zh": ("尚未实现", "还没有写")}[lang]
        same_rule = {"en": "the same rule", "zh": "是同一个规则"}[lang]
        if state == "untouched":
            assert all(word in everything for word in words)
            assert same_rule not in everything
        else:
            assert not any(word in everything for word in words)
            assert same_rule in everything
    verdicts = [outcome[lang] for _, _, outcome in _LOOK.values()]
    for claim in claims_of(stem):
        assert any(f"{claim}: {word}" in everything for word in verdicts), claim

    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    seconds = sum(cell["seconds"] for cell in cells)
    print(f"{stem}, {lang}, {state}: {seconds:.1f} s, of processor time {used:.1f} s, {after.ru_maxrss / 1024:.0f} MB")
    assert used < SECONDS
    assert after.ru_maxrss < KILOBYTES  # the largest process of all lessons run so far
