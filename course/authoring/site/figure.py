"""Translator of the functions that draw a figure, from Python to JavaScript: `derive.py` says which, and why.

What `javascript.py` knows of rules is known here, too, and besides: loops and comprehensions over one thing, f-strings
and the sentences of a `Text`, calls with names and stars, slices, lambdas, dataclasses with properties.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
from typing import TYPE_CHECKING, Any

from course.authoring.javascript import NAMES, Translator
from course.grading.palette import DARK, STYLE, themed
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

    from course.authoring.site.derive import Source

BUILTINS = {"abs", "enumerate", "float", "len", "max", "min", "range", "round", "sum", "zip"}
NUMPY = {
    *("arange", "array", "asarray", "clip", "hypot", "linspace", "log", "mean", "repeat", "sign", "take", "transpose"),
}
"""What js/python.js has of both."""
KNOWN = {"Text", "isinstance", "language", "reference"}
METHODS = {"append": "{}.push", "replace": "{}.replaceAll", "step": "{}.step"}
TREES = (ast.ListComp, ast.GeneratorExp)


class FigureTranslator(Translator):
    """Translator of the functions of one module that figures are drawn by.

    Args:
        module: whose names the functions know.
        source: where what they name is translated to.

    """

    def __init__(self, module: types.ModuleType, source: Source) -> None:
        super().__init__(file_name(module))
        self.module, self.source = module, source
        self.local: set[str] = set()

    def function(self, node: ast.FunctionDef, name: str) -> str:
        """Translate a function.

        Args:
            node: the function.
            name: what it is called in the page.

        Returns:
            A function whose parameters are Python's in their order, then those by keyword alone, `**rest`, `*rest`.

        """
        return f"function {self._body(node, name)}"

    def record(self, node: ast.ClassDef, name: str) -> str:
        """Translate a dataclass with properties.

        Args:
            node: the dataclass.
            name: what it is called in the page.

        Returns:
            A class whose constructor takes the fields in their order.

        """
        fields, found = [], []
        for part in node.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.value is None:
                fields.append(part.target.id)
            elif isinstance(part, ast.FunctionDef) and [ast.unparse(each) for each in part.decorator_list] == [
                "property"
            ]:
                found.append(f"get {self._body(part, part.name)}")
            elif not is_docstring(part):
                raise self._refused(part)
        kept = " ".join(f"this.{each} = {each};" for each in fields)
        return "\n".join([f"class {name} {{", f"constructor({', '.join(fields)}) {{ {kept} }}", *found, "}"])

    def _body(self, node: ast.FunctionDef, name: str) -> str:
        spec = node.args
        names = [each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        given: list[ast.expr | None] = [None] * (len(spec.posonlyargs) + len(spec.args) - len(spec.defaults))
        given += [*spec.defaults, *spec.kw_defaults]
        inner = {each for part in node.body for each in ast.walk(part) if isinstance(each, TREES)}
        bound = {each for tree in inner for part in tree.generators for each in ast.walk(part.target)}
        assigned = {
            each.id: None
            for part in node.body
            for each in ast.walk(part)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each not in bound
        }
        rest = [each.arg for each in (spec.kwarg, spec.vararg) if each]
        self.local = {*names, *assigned, *rest}
        if self.local & NAMES:
            raise self._refused(node)
        taken = [
            each if value is None else f"{each} = {self.value(value)}" for each, value in zip(names, given, strict=True)
        ]
        taken += [f"{spec.kwarg.arg} = {{}}"] if spec.kwarg else []
        taken += [f"...{spec.vararg.arg}"] if spec.vararg else []
        own = [each for each in assigned if each not in {*names, *rest}]
        lines = [f"let {', '.join(own)};"] if own else []
        lines += [self.statement(each) for each in node.body if not is_docstring(each)]
        signature = ", ".join(each for each in taken if each != "self")
        return "\n".join([f"{name}({signature}) {{", *lines, "}"])

    def statement(self, node: ast.stmt) -> str:
        """Translate a statement."""
        match node:
            case ast.AnnAssign(value=ast.expr() as value):
                return f"{self.value(node.target)} = {self.value(value)};"
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add()):
                return f"{name} = op.Add({name}, {self.value(node.value)});"
            case ast.For(orelse=[]):
                inside = "\n".join(map(self.statement, node.body))
                return f"for ({self.value(node.target)} of {self.value(node.iter)}) {{\n{inside}\n}}"
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append" | "step")) as value):
                return f"{self.value(value)};"
        return super().statement(node)

    def value(self, node: ast.expr) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of expression
        """Translate an expression."""
        match node:
            case ast.Constant(value=str() as value):
                return constant(value)
            case ast.Name(id="self"):
                return "this"
            case ast.Name(id=name):
                return name if name in self.local else self._global(node)
            case ast.JoinedStr():
                return " + ".join(['""', *(self._piece(each) for each in node.values)])
            case ast.List() | ast.Tuple():
                return f"[{', '.join(map(self.value, node.elts))}]"
            case ast.Starred():
                return f"...{self.value(node.value)}"
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                told = [
                    f"{self.value(key)}: {self.value(each)}" if key else f"...{self.value(each)}" for key, each in pairs
                ]
                return f"{{ {', '.join(told)} }}"
            case ast.Compare(ops=operators):
                sides = [node.left, *node.comparators]
                told = [self._call(each, *sides[at : at + 2]) for at, each in enumerate(operators)]
                return f"({' && '.join(told)})"
            case ast.BoolOp():
                return f"({(' && ' if isinstance(node.op, ast.And) else ' || ').join(map(self.value, node.values))})"
            case ast.Lambda():
                names = [each.arg for each in node.args.args]
                return self._with(names, lambda: f"({', '.join(names)}) => {self.value(node.body)}")
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node)
            case ast.Subscript(slice=ast.Call(func=ast.Name(id="language"))):
                return self.value(node.value)
            case ast.Subscript(slice=ast.Slice(lower=low, upper=high, step=None)):
                ends = [self.value(low) if low else "0", *([self.value(high)] if high else [])]
                return f"{self.value(node.value)}.slice({', '.join(ends)})"
            case ast.Subscript(slice=ast.Tuple()):
                raise self._refused(node)
            case ast.Subscript():
                return f"{self.value(node.value)}.at({self.value(node.slice)})"
            case ast.Call():
                return self._called(node)
        return super().value(node)

    def _piece(self, node: ast.expr) -> str:
        """Translate one part of an f-string."""
        match node:
            case ast.Constant(value=str() as value):
                return json.dumps(value, ensure_ascii=False)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return f"py.str({self.value(value)})"
            case ast.FormattedValue(
                value=value, conversion=-1, format_spec=ast.JoinedStr(values=[ast.Constant(value=spec)])
            ):
                return f"py.format({self.value(value)}, {json.dumps(spec)})"
        raise self._refused(node)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        if len(node.generators) != 1:
            raise self._refused(node)
        part = node.generators[0]
        names = [each.id for each in ast.walk(part.target) if isinstance(each, ast.Name)]
        several = f"[...{self.value(part.iter)}]"
        taken = self._with(names, lambda: self.value(part.target))
        for test in part.ifs:
            chosen = self._with(names, functools.partial(self.value, test))
            several += f".filter(({taken}) => {chosen})"
        return f"{several}.map(({taken}) => {self._with(names, lambda: self.value(node.elt))})"

    def _with(self, names: list[str], translated: Callable[[], str]) -> str:
        """Translate something in which more names are bound."""
        before = self.local
        self.local = before | set(names)
        try:
            return translated()
        finally:
            self.local = before

    def _global(self, node: ast.Name) -> str:
        """Return what a name of the module is in the page."""
        if not hasattr(self.module, node.id):
            if node.id in BUILTINS:
                return f"py.{node.id}"
            raise self._refused(node)
        value = getattr(self.module, node.id)
        if isinstance(value, Text):
            return json.dumps(value[language()], ensure_ascii=False)
        if inspect.ismodule(value):
            raise self._refused(node)
        if value is themed:
            return "py.same"
        if value is Run:
            return "py.Run"
        return self.source.name_of(value, node.id, self.module)

    def _called(self, node: ast.Call) -> str:
        """Translate a call of something with a name."""
        given = ", ".join(map(self.value, node.args))
        match node.func:
            case ast.Attribute():
                return self._method(node, node.func, given)
            case ast.Call(func=ast.Name(id="reference")):
                return f"new {self.value(node.func)}({self._keywords(node.keywords)})"
            case ast.Name(id=name) if name in self.local:
                return f"{name}({given})"
            case ast.Name(id=name) if name in BUILTINS and not hasattr(self.module, name):
                return f"py.{name}({given})"
            case ast.Name(id=name) if name in KNOWN:
                return self._known(node, name)
            case ast.Name(id=name) if hasattr(self.module, name):
                return self._own(node, getattr(self.module, name))
        raise self._refused(node)

    def _method(self, node: ast.Call, function: ast.Attribute, given: str) -> str:
        """Translate a call of numpy, or of what a string, a list, a sentence or a run can do."""
        owner = "" if ast.unparse(function.value) == "np" else self.value(function.value)
        match function:
            case ast.Attribute(attr=name) if not owner and name in NUMPY:
                return f"np.{name}({', '.join([given, *(self.value(each.value) for each in node.keywords)])})"
            case ast.Attribute(attr="format") if not node.args:
                return f"py.fill({owner}, {self._keywords(node.keywords)})"
            case ast.Attribute(value=ast.Constant(value=str() as between), attr="join"):
                return f"{given}.join({json.dumps(between)})"
            case ast.Attribute(attr=name) if owner and name in METHODS:
                return f"{METHODS[name].format(owner)}({given})"
            case ast.Attribute(attr="items"):
                return f"Object.entries({owner})"
        raise self._refused(node)

    def _known(self, node: ast.Call, name: str) -> str:
        """Translate a call of what is known here by its name."""
        match name, node.args:
            case "language", []:
                return json.dumps(language())
            case "Text", []:
                return next(self.value(each.value) for each in node.keywords if each.arg == language())
            case "reference", [ast.Constant(value=str() as stem)]:
                return self.source.rule(stem)
            case "isinstance", [value, ast.Name(id="float")]:
                return f"py.isFloat({self.value(value)})"
        raise self._refused(node)

    def _own(self, node: ast.Call, function: Any) -> str:
        """Translate a call of the course's own: what it is given by name goes where its parameter is."""
        name = self.value(node.func)
        if inspect.isclass(function):
            return f"new {name}({', '.join(map(self.value, node.args))})"
        kinds = inspect.Parameter
        parameters = inspect.signature(function).parameters.values()
        named = [each.name for each in parameters if each.kind in {kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY}]
        positional = sum(each.kind is kinds.POSITIONAL_OR_KEYWORD for each in parameters)
        by_name = {each.arg: self.value(each.value) for each in node.keywords if each.arg in named}
        others = [each for each in node.keywords if each.arg not in named]
        plain = [self.value(each) for each in node.args]
        open_ended = any(each.kind is kinds.VAR_POSITIONAL for each in parameters)
        given, rest = (plain[:positional], plain[positional:]) if open_ended else (plain, [])
        if not any(isinstance(each, ast.Starred) for each in node.args[:positional]):
            given += [by_name.get(each, "undefined") for each in named[len(given) :]]
        elif by_name:
            raise self._refused(node)
        if any(each.kind is kinds.VAR_KEYWORD for each in parameters):
            given.append(self._keywords(others))
        return f"{name}({', '.join([*given, *rest])})"

    def _keywords(self, keywords: list[ast.keyword]) -> str:
        told = [
            f"{each.arg}: {self.value(each.value)}" if each.arg else f"...{self.value(each.value)}" for each in keywords
        ]
        return f"{{ {', '.join(told)} }}"


def file_name(module: types.ModuleType) -> str:
    """Return the file of a module, for messages."""
    return module.__name__.replace(".", "/") + ".py"


def is_docstring(node: ast.stmt) -> bool:
    """Return whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def constant(value: Any) -> str:
    """Return a constant as JavaScript has it; a colour of the palette follows the reader's theme."""
    if isinstance(value, str) and value.upper() in {each.upper() for each in DARK}:
        value = themed(f'<i a="{value}"/>').replace(STYLE, "")[6:-3]
    return json.dumps(plain(value), ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a constant without numpy."""
    return value.tolist() if hasattr(value, "tolist") else value
