"""A topic is a folder: no code outside a topic's own files names it, so that adding one touches nothing else.

Code names a topic where a string that is no docstring equals its stem or holds the path of one of its files, where a
key or value of TOML or JSON does, a string of JavaScript, an import, or a line of a Makefile, script or workflow.
Comments, docstrings and prose in Markdown do not count. Neither does what one topic's folder says of another: lessons
compare rules, and running Adam beside AdamW is what the AdamW lesson is about.
"""

from __future__ import annotations

import ast
import functools
import json
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from course.system.workspace import ROOT
from course.topic import topics
from tests.topics import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

STEMS = [each.stem for each in topics()]

CODE = ("course/", "solutions/", "binder/", ".ci/", ".github/", ".devcontainer/", "Makefile", "pyproject.toml")
"""Where the product's code lies; tests take examples, lessons/ is derived from the topics' folders."""

COMPARES = "course/topics/"
"""Content that compares: a topic's folder may name any other one."""

PROSE = (".md", ".png", ".ttf", ".npz", ".css", ".cff", ".ipynb")
FORMS = ".github/ISSUE_TEMPLATE/"
"""Questions to people, with an example of an answer in a field: prose as well."""

HYPERPARAMETERS = {
    "course/rule.py",
    "course/lab/widget/sliders.py",
    "course/lab/widget/sliders.toml",
    "course/grading/mistakes/families/buffer.toml",
}
"""Files in which a word that is a topic's name and also a hyperparameter's, `momentum`, is the hyperparameter."""


@functools.cache
def strings(name: str, text: str) -> tuple[str, ...]:
    """What a file says in code; all topics are looked for in the same files."""
    return tuple(_strings(name, text))


def _strings(name: str, text: str) -> Iterator[str]:
    """What a file says in code: its strings, keys and values, imports; or, of a script, its lines without comments."""
    kind = name.rpartition(".")[2]
    if kind == "py":
        yield from _of_python(ast.parse(text))
    elif kind in {"toml", "json"}:
        yield from _of_data(tomllib.loads(text) if kind == "toml" else json.loads(text))
    elif kind == "js":
        bare = re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)
        yield from (found[1:-1] for found in re.findall(r'"[^"\n]*"|\'[^\'\n]*\'|`[^`]*`', bare))
        yield from re.findall(r"^\s*(\w+):", bare, flags=re.MULTILINE)
    else:
        for line in text.splitlines():
            yield from re.split(r"[\s'\"=:,;()]+", re.sub(r"(^|\s)#.*", "", line))


def _of_python(tree: ast.AST) -> Iterator[str]:
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}".replace(".", "/") for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name.replace(".", "/") for each in node.names)


def _of_data(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        yield from map(str, told)
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from _of_data(each)
    elif isinstance(told, str):
        yield told


def says(text: str, stem: str) -> bool:
    """Whether a string is the stem, or has the path or the name of one of the topic's files in it."""
    ends = r"\.(?:py|ipynb|toml|npz|md|json|txt)\b"
    return text == stem or re.search(rf"(?<![\w.-])(?:[\w.*{{}}-]+/)+{stem}(?![\w-])|\b{stem}{ends}", text) is not None


def naming(stem: str, files: dict[str, str]) -> list[str]:
    """The files, by what is in them, whose code names the topic; with the string that does.

    Args:
        stem: the topic.
        files: path in the repository → text.

    """
    own = re.compile(rf"(course/topics|tests/topics)/{stem}/|(solutions|course/optim)/{stem}\.py$")
    also = any(stem in contract(each)["core"] | contract(each)["stretch"] for each in STEMS)
    return [
        f"{name}: {text}"
        for name, source in files.items()
        if not own.match(name) and not name.startswith(COMPARES)
        for text in strings(name, source)
        if says(text, stem) and not (text == stem and also and name in HYPERPARAMETERS)
    ]


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    names = [name for name in listed.stdout.splitlines() if name.startswith(CODE) and not name.endswith(PROSE)]
    names = [name for name in names if not name.startswith(FORMS)]
    return {name: (ROOT / name).read_text("utf-8") for name in names if (ROOT / name).is_file()}


@pytest.mark.parametrize("stem", STEMS)
def test_no_code_outside_a_topics_folder_names_it(stem: str, tracked: dict[str, str]) -> None:
    assert len(tracked) > 200
    assert naming(stem, tracked) == []


def test_the_order_alone_lists_topics(tracked: dict[str, str]) -> None:
    """Beside the folders of topics and lessons, one file lies in `course/topics` that is not code of the package."""
    beside = {name for name in tracked if name.startswith(COMPARES) and name.count("/") == 2}
    assert beside == {"course/topics/__init__.py", "course/topics/syllabus.toml"}


def test_the_hyperparameters_are_still_there(tracked: dict[str, str]) -> None:
    for name in HYPERPARAMETERS:
        assert "momentum" in strings(name, tracked[name]), f"{name} needs no exception any more"


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("course/lab/x.py", 'RATES = {"sgd": 0.1, "adam": 0.001}'),
        ("course/lab/x.py", 'def f(stem):\n    if stem == "adam":\n        return 1'),
        ("course/lab/x.py", 'match stem:\n    case "adam": pass'),
        ("course/lab/x.py", "from course.topics.adam.lab import scene"),
        ("course/lab/x.py", "import course.topics.adam.lab"),
        ("course/lab/x.py", 'ROOT / "solutions/adam.py"'),
        ("course/lab/x.py", 'f"{root}/adam.py"'),
        ("course/lab/x.py", 'f"see course/topics/adam/lesson.md, {x}"'),
        ("course/lab/x.toml", "[adam]\nrate = 1"),
        ("course/lab/x.toml", 'order = ["sgd", "adam"]'),
        ("course/lab/x.json", '{"rates": {"adam": 1}}'),
        ("course/lab/widget/js/x.js", 'if (topic === "adam") draw();'),
        ("course/lab/widget/js/x.js", "const rates = {\n  adam: 1,\n};"),
        ("Makefile", "check:\n\tcourse check adam"),
        (".github/workflows/x.yml", "run: course check adam"),
        ("binder/postBuild", "cp solutions/adam.py ."),
    ],
)
def test_a_planted_name_is_found(name: str, planted: str) -> None:
    assert len(naming("adam", {name: planted})) == 1


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("course/lab/x.py", '"""For instance "adam", in solutions/adam.py."""\nx = 1  # as adam does'),
        ("course/lab/x.py", 'class A:\n    x: int\n    """Of adam."""\n'),
        ("course/lab/x.py", 'x = "adamw", "radam", "Adam, as everybody knows", "adam-1", "solutions/adamw.py"'),
        ("course/lab/x.py", "torch.optim.Adam(adam)"),
        ("course/lab/x.toml", "# as in adam\nx = 1"),
        ("course/lab/widget/js/x.js", "// adam\n/* adam: 1 */ let y = 1;"),
        ("Makefile", "# course check adam"),
        ("course/topics/adamw/lab.py", 'reference("adam")'),
        ("course/topics/adam/lab.py", 'reference("adam")'),
        ("solutions/adam.py", 'NAME = "adam"'),
        ("course/optim/adam.py", 'NAME = "adam"'),
    ],
)
def test_what_names_no_topic_is_not_found(name: str, harmless: str) -> None:
    assert naming("adam", {name: harmless}) == []


def test_a_hyperparameter_is_no_topic_but_its_file_is() -> None:
    assert naming("momentum", {"course/rule.py": 'x = "momentum"'}) == []
    assert naming("momentum", {"course/lab/look.py": 'x = "momentum"'}) != []
    assert naming("momentum", {"course/rule.py": 'x = "solutions/momentum.py"'}) != []
