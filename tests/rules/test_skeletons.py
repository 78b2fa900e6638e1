"""The skeletons: current, true to the contract, free of the solution; and the builder, which refuses broken marks."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from course.authoring.skeletons import BEGIN, END, LEFT, outputs, skeleton
from course.grading.case_set import stretch_names
from course.rule import load
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic, topics
from tests.rules.runs import STEMS, make
from tests.topics import contract

REQUIRED = object()
"""In the place of a default, where there is none."""

each_topic = pytest.mark.parametrize("stem", STEMS)


def built(stem: str) -> str:
    """Build the skeleton; what lies in course/optim may be a learner's work by now."""
    return outputs()[Path("course", "optim", f"{stem}.py")]


def skeleton_class(stem: str, folder: Path) -> Any:
    path = folder / f"{stem}.py"
    path.write_text(built(stem), "utf-8")
    return load(path, Topic.load(stem).class_name)


def solution_class(stem: str) -> Any:
    return load(Topic.load(stem).solution, Topic.load(stem).class_name)


def fields(kind: Any) -> dict[str, Any]:
    return {
        field.name: REQUIRED if field.default is dataclasses.MISSING else field.default
        for field in dataclasses.fields(kind)
    }


@each_topic
def test_the_contract_is_the_topics(stem: str) -> None:
    topic, told = Topic.load(stem), contract(stem)
    assert topic.class_name == told["class"]
    assert set(topic.state) == set(told["state"]) - {"inner"}  # opaque, so never compared
    assert stretch_names(topic) == set(told["stretch"])
    assert topic.stretch_points == min(2, len(told["stretch"]))


def committed(path: Path) -> bytes:
    """The file as the repository has it: in the working tree it is the learner's, who may be half-way through."""
    shown = subprocess.run(["git", "show", f"HEAD:{path.as_posix()}"], cwd=ROOT, capture_output=True, check=False)
    return shown.stdout if shown.returncode == 0 else (ROOT / path).read_bytes()


def test_skeletons_are_current() -> None:
    made = outputs()
    assert len(made) == len(topics())
    stale = [str(path) for path, text in made.items() if committed(path) != text.encode()]
    assert not stale, f"{stale} differ from what solutions/ give: an author runs `course build`"


@each_topic
def test_signature_and_defaults_are_the_contracts(stem: str, tmp_path: Path) -> None:
    told = contract(stem)
    core, stretch = dict.fromkeys(told.get("required", ()), REQUIRED) | told["core"], told["stretch"]
    for kind in (solution_class(stem), skeleton_class(stem, tmp_path)):
        assert kind.__name__ == told["class"]
        assert fields(kind) == core | stretch
        assert list(fields(kind)) == [*core, *stretch], "core first, then stretch"
        assert list(inspect.signature(kind.init).parameters) == ["self", "param"]
        assert list(inspect.signature(kind.update).parameters) == ["self", "param", "grad", "state"]


@each_topic
def test_skeleton_and_solution_differ_in_the_solution_alone(stem: str, tmp_path: Path) -> None:
    ours, theirs = solution_class(stem), skeleton_class(stem, tmp_path)
    assert ours.__doc__ == theirs.__doc__
    for method in ("init", "update"):
        assert getattr(ours, method).__doc__ == getattr(theirs, method).__doc__
    head = Topic.load(stem).solution.read_text("utf-8").splitlines()[0]
    assert built(stem).startswith(head)


@each_topic
def test_defaults_are_torchs_where_torch_has_the_argument(stem: str) -> None:
    topic, told = Topic.load(stem), contract(stem)
    if (topic.folder / "reference.py").exists():
        assert not hasattr(torch.optim, topic.class_name)  # the day torch has it, it becomes the reference
        return
    kind = getattr(torch.optim, topic.reference.removeprefix("torch.optim."))
    theirs = inspect.signature(kind).parameters
    ours = fields(solution_class(stem))
    assert set(ours) <= set(theirs)
    for name, default in ours.items():
        assert (default == theirs[name].default) != (name in told.get("own_defaults", ())), name


@each_topic
def test_state_has_torchs_names_before_the_first_step(stem: str) -> None:
    inner = {"inner": {"rule": Topic.load(stem).inner}} if Topic.load(stem).inner else {}
    assert set(make(stem, inner).init(np.ones(3))) == set(contract(stem)["state"])


@each_topic
def test_a_skeleton_says_that_it_is_not_implemented(stem: str, tmp_path: Path) -> None:
    kind = skeleton_class(stem, tmp_path)
    rule = kind(**dict.fromkeys(contract(stem).get("required", ())))
    with pytest.raises(NotImplementedError):
        rule.init(np.ones(3))
    with pytest.raises(NotImplementedError):
        rule.update(np.ones(3), np.ones(3), {})


@each_topic
def test_a_skeleton_imports_numpy_and_the_standard_library_alone(stem: str) -> None:
    roots = set()
    for node in ast.walk(ast.parse(built(stem))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            roots.add(str(node.module).split(".")[0])
    assert "dataclasses" in roots
    assert roots <= sys.stdlib_module_names | {"numpy"}


@each_topic
def test_no_solution_text_is_left(stem: str) -> None:
    text = Topic.load(stem).solution.read_text("utf-8")
    blocks = re.findall(rf"{BEGIN}\n(.*?){END}", text, re.DOTALL)
    assert len(blocks) == 2
    made = built(stem)
    assert "SOLUTION" not in made
    code = {line.strip() for block in blocks for line in block.splitlines()} - {
        "",
        "else:",
    }  # RAdam's formula has an else
    assert code
    assert not code & {line.strip() for line in made.splitlines()}
    assert made.count(LEFT) == 2
    assert made.count("# TODO") == 2


GOOD = f'''"""Doc."""


def helper():
    return 1


def rule(x):
    """Doc."""
    {BEGIN}
    def inside():
        return 2

    return helper() + inside() + x
    {END}
'''


def test_the_builder_keeps_everything_but_the_block() -> None:
    made = skeleton(GOOD)
    before, _, rest = GOOD.partition(f"    {BEGIN}")
    assert made.startswith(before)
    assert "inside" not in made
    assert rest.endswith(f"{END}\n")
    assert made.removeprefix(before).splitlines()[-1] == f"    {LEFT}"
    assert len(made.removeprefix(before).splitlines()) == 2


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("x = 1\n", 1),
        ("", 1),
        (GOOD.replace(f"    {END}\n", ""), 10),
        (GOOD.replace(f"    {BEGIN}\n", ""), 14),
        (GOOD.replace(f"    {END}\n", f"    {BEGIN}\n"), 15),
        (GOOD + f"{END}\n", 16),
        (GOOD.replace(f"    {END}", f"  {END}"), 15),
        (GOOD.replace(END, "### END  SOLUTION"), 15),
        (GOOD.replace(BEGIN, "## BEGIN SOLUTION"), 10),
        (GOOD.replace(BEGIN, "### begin solution"), 10),
        (GOOD.replace(BEGIN, "###BEGIN SOLUTION"), 10),
        (GOOD.replace('"""Doc."""\n\n', '"""Doc.\n\n', 1), 9),
    ],
    ids=[
        "no marks",
        "empty",
        "no end",
        "no begin",
        "nested",
        "end twice",
        "indentation",
        "two spaces",
        "two hashes",
        "lower case",
        "no space",
        "not Python",
    ],
)
def test_the_builder_refuses_broken_marks_and_names_the_line(broken: str, line: int) -> None:
    with pytest.raises(CourseError) as caught:
        skeleton(broken)
    assert re.search(rf"\bline {line}:", caught.value.text.en), caught.value.text.en
    assert f"第 {line} 行" in caught.value.text.zh


def test_a_broken_solution_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.authoring.skeletons.END", "### NOWHERE")
    with pytest.raises(CourseError, match=r"solutions/sgd\.py, line \d+: "):
        outputs()
