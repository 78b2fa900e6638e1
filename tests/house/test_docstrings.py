"""What the course's docstrings promise: what a function does, and a word on all that goes in and out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

# All of the course but the learner's own files.
MODULES = [
    path.relative_to(ROOT / "course").as_posix()
    for path in sorted(ROOT.glob("course/**/*.py"))
    if path.relative_to(ROOT / "course").parts[0] != "optim"
]

WORDS = """
add align allow append apply ask assign attach become begin bound break bring build call cancel catch change check
choose clean clear clone close collect commit compare compute conclude connect convert copy count create cut decide
delete describe disable divide do download drain draw drop empty enable end enter escape estimate evaluate execute
expand export fetch fill filter find fit flush follow forget fork format generate give grade group guess hash have help
hide hold ignore import insert install interpolate join judge keep kill label lay leave let limit list load lock look
make mark match measure mend merge migrate move name normalise note open order pack parse pass pause pick plan
plot point prepare print push put raise read recognise record redraw refuse release reload remember remove rename render
repeat replace report request reset resolve restore return rewrite round run save say scale scan search select send set
share shorten show shuffle sign signal simulate skip solve sort split start step stop store submit sum synchronise
take tell test time train translate trust try turn undo unpack update upgrade upload validate verify wait walk warn
watch wrap write yield
"""
VERBS = frozenset(WORDS.split())
"""The verbs that a docstring may begin with; whoever needs another adds it."""

OBJECT = {"a", "all", "an", "and", "each", "every", "one", "the", "what", "whether"}
"""What follows a verb and no noun: "Record a face", not "Record of a face"."""

OF = {"about", "by", "for", "from", "in", "of", "on", "that", "to", "with"}
"""What follows a noun in the plural: "Records of a face", not "Records faces"."""


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public functions and methods of a module, by their names."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from ((f"{node.name}.{each.name}", each) for each in node.body if isinstance(each, ast.FunctionDef))


CONTRACT = {"init", "update"}
"""The methods of a rule: what they take and return is told once, in `course.rule.Rule`."""


def untold(source: str) -> list[str]:
    """The functions with two or more parameters that leave one of them, or what they return, without a word."""
    found = []
    for name, node in functions(ast.parse(source)):
        if node.name.startswith("_"):
            continue
        each = node.args
        names = [arg.arg for arg in (*each.posonlyargs, *each.args, *each.kwonlyargs) if arg.arg not in {"self", "cls"}]
        names += [arg.arg for arg in (each.vararg, each.kwarg) if arg]
        told = ast.get_docstring(node) or ""
        if "see `course.grading.kinds.Treatment`" in told or (
            node.name in CONTRACT and "see `course.rule.Rule`" in told
        ):
            continue
        returns = node.returns is not None and ast.unparse(node.returns) != "None"
        lines = [line.strip().lstrip("*") for line in told.partition("Args:")[2].splitlines()]
        missing = [arg for arg in names if not any(line.startswith(f"{arg}:") for line in lines)]
        if len(names) > 1 and (missing or (returns and not any(word in told for word in ("Returns:", "Yields:")))):
            found.append(name)
    return found


def of_another_voice(source: str) -> list[str]:
    """What does not say at once what it does: functions that begin with no verb, classes that begin with one.

    A property is read like an attribute, and a class names a thing: their docstrings are noun phrases.
    """
    tree = ast.parse(source)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    found = []
    each_named: list[tuple[str, ast.FunctionDef | ast.ClassDef]] = [*functions(tree)]
    for name, node in [*each_named, *((each.name, each) for each in classes)]:
        docstring = ast.get_docstring(node)
        if docstring is None or node.name.startswith("_"):
            continue  # ruff asks for the docstrings of what is public
        first, second = ([word.rstrip(".,:;").lower() for word in docstring.split()] + [""])[:2]
        if isinstance(node, ast.ClassDef):
            third = first.removesuffix("s") in VERBS or first.removesuffix("es") in VERBS
            wrong = second in OBJECT if first in VERBS else third and second not in OF
        else:
            decorators = " ".join(ast.unparse(each) for each in node.decorator_list)
            wrong = first not in VERBS and "property" not in decorators and ".setter" not in decorators
        found += [name] if wrong else []
    return found


@pytest.mark.parametrize("path", MODULES)
def test_the_first_word_says_what_a_function_does(path: str) -> None:
    assert of_another_voice((ROOT / "course" / path).read_text("utf-8")) == []


def test_another_voice_is_heard() -> None:
    for right in ("Return the face of it.", "Compare both, and say which is longer.", "Draw: the axes are dashed."):
        assert of_another_voice(f'def f() -> int:\n    """{right}"""\n') == []
    for wrong in ("The face of it.", "Whether it fits.", "Returns the face of it.", "Returning it.", "One, to return."):
        assert of_another_voice(f'def f() -> int:\n    """{wrong}"""\n') == ["f"]
        assert of_another_voice(f'class A:\n    def f(self) -> int:\n        """{wrong}"""\n') == ["A.f"]
        assert of_another_voice(f'def _f() -> int:\n    """{wrong}"""\n') == []
    noun = 'class A:\n    """A face."""\n    @property\n    def f(self) -> int:\n        """The face of it."""\n'
    assert of_another_voice(noun) == []
    assert of_another_voice(noun.replace("    @property\n", "")) == ["A.f"]
    for right in ("Record of a face.", "Records of a face.", "Limits to faces.", "Store, with faces in it."):
        assert of_another_voice(noun.replace("A face.", right)) == []
    for wrong in ("Record a face.", "Records faces.", "Keeps and shows a face.", "Keep every face.", "Watches it."):
        assert of_another_voice(noun.replace("A face.", wrong)) == ["A"]


@pytest.mark.parametrize("path", MODULES)
def test_every_argument_is_told(path: str) -> None:
    assert untold((ROOT / "course" / path).read_text("utf-8")) == []


def test_an_argument_without_a_word_is_found() -> None:
    told = '"""Add.\n\n    Args:\n        a: one.\n        b: two.\n\n    Returns:\n        It.\n    """'
    whole = f"def f(a: int, *, b: int) -> int:\n    {told}\n"
    assert untold(whole) == []
    assert untold(whole.replace("        b: two.\n", "")) == ["f"]
    assert untold(whole.replace("Returns:", "So:")) == ["f"]
    assert untold("class A:\n    def f(self, a: int, b: int) -> None:\n        pass\n") == ["A.f"]
    rule = 'class A:\n    def update(self, a: int, b: int) -> int:\n        """Step; see `course.rule.Rule`."""\n'
    assert untold(rule) == []
    assert untold(rule.replace("def update", "def other")) == ["A.other"]
    assert untold("def f(a: int) -> int:\n    return a\n\ndef _g(a: int, b: int) -> int:\n    return a\n") == []
