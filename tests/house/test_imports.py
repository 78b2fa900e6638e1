"""Who may import whom: the rooms of the house, read off the source without running it."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

from course.system.workspace import ROOT

COURSE = ROOT / "course"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(COURSE.rglob("*.py"))
}
"""Every module of the course by its name."""
WORKER, CONFINE = "course.grading.worker", "course.grading.confine"
LEARNERS = "course.lab.rules"
"""Runs a learner's rule in the learner's own kernel, and explains an exception there as the worker does."""
TORCH = {"course.grading.oracle", "course.lab", "course.topics", "course.authoring", "course.setup.pytorch"}
"""Who may import torch at all; all of them do so where it is used, because it takes seconds."""


def imports(module: str, source: str, *, lazy: bool = True) -> set[str]:
    """Return what a module imports while it runs: what is imported for the type checker alone does not count.

    Args:
        module: its name; a package's own ends in `.__init__`.
        source: what is in it.
        lazy: whether what is imported inside functions counts.

    """
    found: set[str] = set()
    todo: list[ast.stmt | ast.ExceptHandler | ast.match_case] = [*ast.parse(source).body]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            parent = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*parent, *([node.module] if node.module else [])])
            found.update(name if (name := f"{base}.{each.name}") in FILES else base for each in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            todo += node.orelse
        elif lazy or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in ("body", "orelse", "finalbody", "handlers", "cases"):  # an expression imports nothing
                todo += getattr(node, part, [])
    return found


def within(name: str, *rooms: str) -> bool:
    """Whether a module is one of these or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def outside(name: str, *rooms: str) -> bool:
    """Whether a module is one of the course's and lies in none of these rooms."""
    return within(name, "course") and name != "course" and not within(name, *rooms)


def forbidden(module: str, imported: str) -> str | None:
    """Say which rule of the house an import breaks; None if it breaks none."""
    standard = within(imported, *sys.stdlib_module_names)
    broken = {
        "the contract and the texts import nothing of ours": within(module, "course.rule", "course.text")
        and outside(imported, "course.text"),
        "what puts up the wall imports the standard library alone": within(module, CONFINE)
        and not (standard or within(imported, CONFINE)),
        "the worker imports the standard library, numpy, the contract and the wall": within(module, WORKER)
        and not (standard or within(imported, "numpy", "course.rule", CONFINE, WORKER) or imported == "course"),
        "nothing that is trusted imports the worker": within(imported, WORKER) and not within(module, LEARNERS, WORKER),
        "grading imports no other room": within(module, "course.grading")
        and within(imported, "course.lab", "course.classroom", "course.learner"),
        "what one topic's lesson draws and trains is imported by that topic alone": within(imported, "course.topics")
        and not within(module, imported.rpartition(".")[0]),
        "the lab and the classroom do not import each other": (
            within(module, "course.lab", "course.topics") and within(imported, "course.classroom")
        )
        or (within(module, "course.classroom") and within(imported, "course.lab")),
        "what writes a verdict for other systems knows the judge and no class": within(module, "course.exports")
        and outside(imported, "course.exports", "course.grading", "course.text", "course.topic", "course.system"),
        "a lesson's source and words import the topics and the texts alone": within(module, "course.lesson")
        and outside(imported, "course.lesson", "course.text", "course.topic"),
        "authors and instructors alone parse lessons": (
            within(imported, "course.lesson.source", "markdown_it", "mdit_py_plugins")
            and not within(module, "course.authoring", "course.classroom", "course.lesson.source")
        ),
        "nothing imports the command line": within(imported, "course.cli", "course.cli_authors", "course.cli_exports")
        and module != "course.cli",
        "nothing but the command line imports what authors use": within(imported, "course.authoring")
        and not within(module, "course.authoring", "course.cli", "course.cli_authors"),
        "torch is imported by few": within(imported, "torch") and not within(module, *TORCH),
        "no module imports a student's file": within(imported, "course.optim", "solutions"),
    }
    return next((rule for rule, holds in broken.items() if holds), None)


@pytest.mark.parametrize("module", [name for name in FILES if not within(name, "course.optim")])
def test_every_module_keeps_to_its_room(module: str) -> None:
    path = FILES[module]
    name = f"{module}.__init__" if path.name == "__init__.py" else module
    source = path.read_text("utf-8")
    assert {each: rule for each in imports(name, source) if (rule := forbidden(module, each))} == {}
    assert not {each for each in imports(name, source, lazy=False) if within(each, "torch")}, "torch is imported lazily"


BROKEN = {
    "the contract and the texts import nothing of ours": ("course.rule", "from course.grading import case"),
    "what puts up the wall imports the standard library alone": (
        "course.grading.confine.landlock",
        "def f():\n    import numpy",
    ),
    "the worker imports the standard library, numpy, the contract and the wall": (
        WORKER,
        "from course.grading.wall import places",
    ),
    "nothing that is trusted imports the worker": ("course.grading.sandbox", "from course.grading import worker"),
    "grading imports no other room": ("course.grading.judge", "import course.lab.widget.descent as d"),
    "what one topic's lesson draws and trains is imported by that topic alone": (
        "course.lab.training.contest",
        "from course.topics.adam import lab",
    ),
    "the lab and the classroom do not import each other": (
        "course.lab.parts.quiz",
        "from course.classroom import names",
    ),
    "what writes a verdict for other systems knows the judge and no class": (
        "course.exports.junit",
        "def f():\n    from course.classroom import marks",
    ),
    "a lesson's source and words import the topics and the texts alone": (
        "course.lesson.words",
        "from course.lab import fonts",
    ),
    "authors and instructors alone parse lessons": ("course.lab.parts.quiz", "from course.lesson import source"),
    "nothing imports the command line": ("course.learner.watch", "from course import cli"),
    "nothing but the command line imports what authors use": (
        "course.lab.parts.check",
        "from course.authoring import build",
    ),
    "torch is imported by few": ("course.grading.judge", "def f():\n    from torch import nn"),
    "no module imports a student's file": ("course.grading.judge", "from ..optim import adam"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_is_enforced(rule: str) -> None:
    module, source = BROKEN[rule]
    assert {forbidden(module, each) for each in imports(module, source)} - {None} == {rule}
    typed = "\n".join(f"    {line}" for line in source.splitlines())
    assert not imports(module, f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n{typed}") - {"typing"}


def order(sources: dict[str, str]) -> list[str]:
    """Put modules into an order in which each comes after all that it names, be it late or for the type checker.

    Raises:
        graphlib.CycleError: there is none.

    """
    named = {}
    for module, source in sources.items():
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
        named[module] = {f"{node.module}.{each.name}" for node in nodes for each in node.names}
        named[module] |= {str(node.module) for node in nodes}
    return list(graphlib.TopologicalSorter({name: each & set(sources) for name, each in named.items()}).static_order())


def test_the_lab_leads_in_no_circle() -> None:
    lab = {name: path.read_text("utf-8") for name, path in FILES.items() if within(name, "course.lab", "course.topics")}
    lab.pop("course.lab")  # names all of them, and imports each when it is asked for
    assert set(order(lab)) == set(lab)
    kept, training = "course.lab.training.kept", "course.lab.training.training"
    back = f"if TYPE_CHECKING:\n    from {training} import Trained\n"
    with pytest.raises(graphlib.CycleError):
        order(lab | {kept: lab[kept] + back})


def test_relative_imports_and_lazy_ones_are_seen() -> None:
    source = "from . import wire\nfrom .wall import places\nfrom ..text import Text\ndef f():\n    import torch.nn"
    seen = {"course.grading.wire", "course.grading.wall.places", "course.text"}
    assert imports("course.grading.judge", source) == {*seen, "torch.nn"}
    assert imports("course.grading.judge", source, lazy=False) == seen
    assert imports("course.grading.confine.__init__", "from . import landlock") == {"course.grading.confine.landlock"}


def test_the_worker_finds_no_more_than_it_may_import() -> None:
    """What is bound into its namespaces is what it imports, no file more."""
    from course.grading.wall import places

    ours = {path for path in FILES.values() if any(path == each or each in path.parents for each in places.own())}
    needed = {FILES["course"], FILES["course.rule"], FILES["course.grading"]}
    assert ours == needed | {path for name, path in FILES.items() if within(name, CONFINE, WORKER)}
    assert not Path(FILES["course.grading"]).read_text("utf-8").count("import ")


def test_an_nbgrader_command_makes_no_grammar() -> None:
    """Which would take it longer than all the rest: pyproject.toml says whose grammar."""
    ask = "import sys, nbformat.validator; print(*{'jsonschema', 'lark'} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, encoding="utf-8", check=True).stdout
    assert said == "jsonschema\n"
