"""A warning of our own code is an error wherever the suite runs it: in tests, and in the kernels that run lessons.

What a learner's rule warns of is no fault: the rules are loaded under names of their own.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.system.workspace import ROOT

OURS, OTHERS, LEARNERS = "course.lab.new", "thirdparty.module", "_rule_adam_1"
WARNS = """
import warnings
{before}
warnings.warn_explicit("old", {category}, "file.py", 1, module="{module}")
"""


def ran(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest there with this project's configuration."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "-q", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },  # those that are not asked for
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("category", ["DeprecationWarning", "FutureWarning", "ResourceWarning", "SyntaxWarning"])
def test_in_a_test(tmp_path: Path, category: str) -> None:
    tests = [
        f"def test_{name}():{WARNS.format(before='', category=category, module=module)}".replace("\n", "\n    ")
        for name, module in {"ours": OURS, "others": OTHERS, "learners": LEARNERS}.items()
    ]
    (tmp_path / "test_warning.py").write_text("\n".join(tests), "utf-8")
    said = ran(tmp_path, "test_warning.py").stdout
    assert "1 failed, 2 passed" in said
    assert "FAILED test_warning.py::test_ours" in said


@pytest.mark.parametrize(
    ("module", "passes"), [(OURS, False), ("__main__", False), (OTHERS, True), (LEARNERS, True)], ids=str
)
def test_in_a_lesson(tmp_path: Path, module: str, *, passes: bool) -> None:
    before = "warnings.filterwarnings('ignore', module='thirdparty|_rule_')"
    cell = WARNS.format(before=before, category="DeprecationWarning", module=module)
    notebook = {
        "cells": [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (tmp_path / "lesson.ipynb").write_text(json.dumps(notebook), "utf-8")
    done = ran(tmp_path, "-p", "nbval.plugin", "--nbval-lax", "-p", "tests.lessons.strict_kernel", "lesson.ipynb")
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
    assert ("1 passed" in done.stdout) is passes


NOISY = """
import warnings

def pytest_configure():
    from course.grading import judge as module
    judge = module.judge

    def noisy(*arguments, **options):
        warnings.warn_explicit("old", DeprecationWarning, "judge.py", 1, module="course.grading.judge")
        return judge(*arguments, **options)

    module.judge = noisy
"""


def test_a_learner_has_to_do_with_none(tmp_path: Path) -> None:
    """What would fail the course's own suite, a release that makes something old, leaves `pytest -k momentum` quiet."""
    (tmp_path / "noisy.py").write_text(NOISY, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COURSE_LEARNER": str(ROOT / "solutions")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "noisy", "-p", "no:cacheprovider", "-q", "-k", "momentum"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "warning" not in done.stdout


# --- What Python warns of only when it is asked to: text in an encoding that the machine chooses --------------------

WITHOUT = """
open("x"); open("x", "w"); path.open(); path.read_text(); path.write_text("x"); os.fdopen(3)
subprocess.run(["x"], text=True); tempfile.NamedTemporaryFile("w"); subprocess.Popen(["x"], universal_newlines=True)
"""
WITH = """
open("x", "rb"); open("x", encoding="utf-8"); open("x", "w", -1, "utf-8"); path.read_text("utf-8"); os.open("x", 0)
path.write_text("x", "utf-8"); path.open("rb"); path.open(mode="wb"); subprocess.run(["x"], encoding="utf-8")
tempfile.NamedTemporaryFile(); zipfile.open("x"); archive.open(name, "r"); kwargs(**others); path.open(**how)
"""


def unnamed(tree: ast.AST) -> list[ast.Call]:
    """The calls that read or write text and leave the encoding to the machine."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _unnamed(node)]


POSITION = {"open": 3, "read_text": 0, "write_text": 1, "fdopen": 3, "NamedTemporaryFile": 2, "TemporaryFile": 2}
"""Where the encoding stands if it is given without its name; one less for a method `open`."""
MODE = {"open": 1, "fdopen": 1, "NamedTemporaryFile": 0, "TemporaryFile": 0}
BINARY = {"NamedTemporaryFile", "TemporaryFile"}
"""Binary unless a mode says otherwise."""
NO_TEXT = {"os", "zipfile", "archive", "tarfile", "wheel", "webbrowser", "Image", "lab"}
"""Whose `open` opens no text file."""


def _unnamed(call: ast.Call) -> bool:
    method = isinstance(call.func, ast.Attribute)
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = {each.arg: each.value for each in call.keywords}
    if "encoding" in named or None in named:
        return False
    if name in {"run", "Popen", "check_output", "check_call"}:
        return bool({"text", "universal_newlines"} & set(named))
    if name not in POSITION:
        return False
    of_path = method and name == "open"
    if of_path and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in NO_TEXT:
        return False
    if name in MODE:
        place = MODE[name] - of_path
        mode = named.get("mode", call.args[place] if len(call.args) > place else None)
        if "b" in ast.unparse(mode) if mode else name in BINARY:
            return False
    return len(call.args) <= POSITION[name] - of_path


def test_the_search_finds_what_it_should() -> None:
    assert len(unnamed(ast.parse(WITHOUT))) == 9
    assert [ast.unparse(each) for each in unnamed(ast.parse(WITH))] == []


@pytest.mark.parametrize("room", ["course", "solutions", "tests"])
def test_every_text_file_has_its_encoding(room: str) -> None:
    """On a Chinese Windows the machine's choice is GBK, and a lesson would not be readable."""
    for file in sorted((ROOT / room).rglob("*.py")):
        if file.parts[-3] in {"submissions", "hidden"}:
            continue  # of tests/hostile: what others hand in
        for call in unnamed(ast.parse(file.read_text("utf-8"))):
            pytest.fail(f"{file.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)} names no encoding")
