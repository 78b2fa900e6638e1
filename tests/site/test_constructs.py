"""What a figure may be written with: the page computes the same as Python, or the figure is refused with its line."""

from __future__ import annotations

import ast
import inspect
import math
import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from course.authoring.javascript import OPERATORS
from course.authoring.site import calls, derive, figure
from course.grading.palette import STYLE
from course.lab.piece import Piece
from course.system.workspace import ROOT
from course.text import LANGS, speaking
from tests.site import constructs
from tests.site.served import node
from tests.site.test_derived import WRONG, page_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from course.text import Lang

pytestmark = [pytest.mark.needs("node")]

TRIED: dict[str, Callable[..., Any]] = {
    name: each
    for name, each in vars(constructs).items()
    if inspect.isfunction(each) and each.__module__ == constructs.__name__ and not name.startswith("_")
}
FLOATS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 2.5, 0.125, 1e-5, 1e16, 1e21, 1e22, 123456.5, 999999.5, 5e-324]),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e300, -1e-300, 9.5, 99.95, 0.00001234, 2675.0, 1e100]),
    st.floats(-4, 4, allow_nan=False),
    st.floats(),
)
INTS = st.one_of(st.integers(-6, 6), st.integers(-1_000_000, 1_000_000))
SEVERAL = st.lists(st.one_of(FLOATS, st.floats(-3, 3)), max_size=5)
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "float": FLOATS,
    "int": INTS,
    "bool": st.booleans(),
    "None": st.none(),
    "str": st.sampled_from(["", "a", "b", "ab", "$&", "字", "𝄞a", "中 文", "a b", "length", "1"]),
    "list[float]": SEVERAL,
    "list[list[float]]": st.integers(1, 9).flatmap(
        lambda count: st.lists(st.lists(st.floats(-3, 3), min_size=count, max_size=count), min_size=2, max_size=2)
    ),
}
CLOSE = {"root", "power", "whole_power", "lengths", "logs", "array_power", "stepped"}
"""Powers, logarithms and lengths are the machine's own: its last digit may be another one."""
DRIVER = """
import { readFileSync } from "node:fs";
import figure from "./figure.js";
import { python } from "./python.js";

const { turns } = figure(python);
const read = (value) =>
  Array.isArray(value) ? value.map(read) : value?.float !== undefined ? Number(value.float) : value;
const write = (value) => Array.isArray(value) ? [...value].map(write)
  : typeof value === "number" ? { float: Object.is(value, -0) ? "-0" : String(value) }
  : value && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, write(each)]))
  : value;
const answers = JSON.parse(readFileSync(0, "utf8")).map(([name, ...given]) => {
  try { return { answer: write(turns[name](...given.map(read))) }; } catch (error) { return { error: String(error) }; }
});
process.stdout.write(JSON.stringify(answers));
"""
"""JSON has no nan and no −0."""


def told(value: Any) -> Any:
    """A value as the driver reads it."""
    if isinstance(value, list):
        return list(map(told, value))
    return {"float": repr(value).replace("inf", "Infinity")} if isinstance(value, float) else value


def heard(value: Any) -> Any:
    """An answer of the driver's, or of Python's, as lists, floats and the rest."""
    if isinstance(value, dict):
        return float(value["float"]) if set(value) == {"float"} else {name: heard(each) for name, each in value.items()}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return list(map(heard, value))
    if isinstance(value, np.generic):
        value = value.item()
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def same(ours: Any, theirs: Any, *, close: bool) -> bool:
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(ours) == len(theirs) and all(same(a, b, close=close) for a, b in zip(ours, theirs, strict=True))
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return list(ours) == list(theirs) and all(same(ours[each], theirs[each], close=close) for each in theirs)
    if isinstance(theirs, float) and isinstance(ours, float):
        if math.isnan(theirs) or theirs == 0:
            return repr(ours) == repr(theirs)
        return (
            math.isclose(ours, theirs, rel_tol=1e-13, abs_tol=0 if not close else 5e-324) if close else ours == theirs
        )
    return type(ours) is type(theirs) and bool(ours == theirs)


def in_python(function: Callable[..., Any], values: list[Any]) -> tuple[Any, bool]:
    """What Python answers, and whether it does."""
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        try:
            answer = function(*values)
        except (ArithmeticError, LookupError, TypeError, ValueError, Warning):
            return None, False
    complex_root = any(isinstance(each, complex) for each in [answer, *(answer if isinstance(answer, list) else [])])
    return answer.replace(STYLE, "") if isinstance(answer, str) else answer, not complex_root


def drawn(draw: st.DrawFn, function: Callable[..., Any]) -> list[Any]:
    kinds = [kind for name, kind in function.__annotations__.items() if name != "return"]
    return [draw(GIVEN[kind]) for kind in kinds]


@st.composite
def several_calls(draw: st.DrawFn) -> list[list[Any]]:
    """Several calls of each function."""
    return [[name, *drawn(draw, function)] for name, function in TRIED.items() for _ in range(5)]


@pytest.fixture(scope="module", params=LANGS)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lang, Path]:
    """A folder with all functions in JavaScript, in a language."""
    folder = tmp_path_factory.mktemp("constructs")
    piece = Piece([])
    piece.scene = constructs.whole_text
    with speaking(request.param):
        page_scripts(folder, derive.derived(piece, TRIED))
    return request.param, folder


@settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
@given(asked=several_calls())
def test_the_page_computes_what_python_computes(page: tuple[Lang, Path], asked: list[list[Any]]) -> None:
    lang, folder = page
    answers = node(folder, DRIVER, told(asked))
    wrong = []
    for (name, *values), found in zip(asked, answers, strict=True):
        with speaking(lang):
            wanted, answered = in_python(TRIED[name], values)
        if not answered:
            continue
        ours, theirs = heard(found.get("answer", found)), heard(wanted)
        if not same(ours, theirs, close=name in CLOSE):
            wrong.append((name, values, ours, theirs))
    assert wrong == [], {each[0] for each in wrong}


SORTS = (ast.expr, ast.stmt, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
NOWHERE = {
    "Pass",
    "AsyncFor",
    "AsyncWith",
    "AsyncFunctionDef",
    "Await",
    "YieldFrom",
    "Nonlocal",
    "TypeAlias",
    "TryStar",
}
NOWHERE |= {"Import", "TemplateStr", "Interpolation"}
"""Of these the translator says nothing, as of all that it does not name."""


def test_all_of_pythons_grammar_is_tried_or_refused() -> None:
    """Whoever has the translator accept more writes down what is to be the same."""
    tried = {type(each).__name__ for each in ast.walk(ast.parse(inspect.getsource(constructs)))}
    bodies = [ast.parse(f"def scene(times):\n        {body}") for _, body in WRONG.values()]
    turned_down = {type(each).__name__ for body in bodies for each in ast.walk(body)}
    grammar = {each.__name__ for sort in SORTS for each in sort.__subclasses__()}
    assert grammar - tried - turned_down <= NOWHERE | {"Num", "Str", "Bytes", "NameConstant", "Ellipsis"}


def exported(name: str) -> set[str]:
    """What js/python.js has under a name."""
    script = (ROOT / "course/authoring/site/js/python.js").read_text("utf-8")
    body = re.findall(rf"^(?:export )?const {name} = \{{\n(.*?)^\}};", script, re.MULTILINE | re.DOTALL)[0]
    return set(re.findall(r"^  (\w+)(?=[:,])", body, re.MULTILINE))


def test_the_page_has_all_that_figures_may_call_and_nothing_else() -> None:
    assert exported("np") == set(calls.NUMPY)
    assert exported("operators") == {*OPERATORS}
    source = "".join(inspect.getsource(each) for each in (calls, derive, figure))
    named = set(re.findall(r"py\.(\w+)", source)) | {*calls.BUILTINS, *calls.METHODS, "and", "or", "append", "step"}
    assert exported("python") == named | {"op", "np"}


FAILING = {
    "place": ([1.0], 1),
    "last": ([],),
    "key": ("c",),
    "quotient": (1.0, 0.0),
    "remainder": (1.0, 0.0),
    "whole_quotient": (1, 0),
    "strictly_zipped": ([1.0], []),
    "ranges": (1, 2, 0),
}


def test_where_python_stops_the_page_stops_too(page: tuple[Lang, Path]) -> None:
    """The picture before it stays, rather than one with `undefined` or NaN in it."""
    answers = node(page[1], DRIVER, told([[name, *values] for name, values in FAILING.items()]))
    for (name, values), found in zip(FAILING.items(), answers, strict=True):
        assert not in_python(TRIED[name], list(values))[1], name
        assert "error" in found, name
