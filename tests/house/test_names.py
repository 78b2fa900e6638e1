"""One name for one thing, and one thing for one name."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

# The learner's files and the topics' own are each about one topic: a class there is named within it.
ELSEWHERE = {"optim", "topics"}

SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted(ROOT.glob("course/**/*.py"))
    if path.relative_to(ROOT / "course").parts[0] not in ELSEWHERE
}


def namesakes(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """The classes of one name that stand in several files, with these files."""
    found = defaultdict(list)
    for path, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def disguised(sources: Mapping[str, str]) -> list[str]:
    """What is imported from the course under the name of a module of the course's that it is not."""
    modules = {path.rpartition("/")[2].removesuffix(".py") for path in sources}
    return [
        f"{path}: {each.name} as {each.asname}"
        for path, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "course"
        for each in node.names
        if each.asname in modules - {each.name}
    ]


def test_a_class_shares_its_name_with_no_other() -> None:
    assert namesakes(SOURCES) == {}


def test_nothing_goes_by_the_name_of_a_module_that_it_is_not() -> None:
    assert disguised(SOURCES) == []


def test_what_shares_a_name_is_found() -> None:
    one, other = "class Answer:\n    pass\n", "class QuizAnswer:\n    pass\n\nclass _Own:\n    pass\n"
    assert namesakes({"a.py": one + other, "b.py": "class _Own:\n    pass\n"}) == {}
    assert namesakes({"a.py": one, "b.py": other + one}) == {"Answer": ["a.py", "b.py"]}
    modules = {"course/cases.py": "", "course/recipes.py": ""}
    for right in ("from course import cases", "from course import cases as known", "from x import cases as recipes"):
        assert disguised({**modules, "course/judge.py": right}) == []
    wrong = {**modules, "course/judge.py": "def f() -> None:\n    from course import cases as recipes\n"}
    assert disguised(wrong) == ["course/judge.py: cases as recipes"]
