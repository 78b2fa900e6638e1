"""Translator of the functions that draw a figure, from Python to JavaScript: `derive.py` says which, and why.

What `javascript.py` knows of rules is known here, too, and besides: loops and comprehensions over one thing, f-strings
and the sentences of a `Text`, slices, lambdas, dataclasses with properties, and the calls of `calls.py`. What Python
and JavaScript do in different ways is done by js/python.js as Python does it, or is refused: there while the page
computes, if it takes the values to see it, and otherwise here, with the line and how to write it instead.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from typing import TYPE_CHECKING, Any

from course.authoring.javascript import NAMES
from course.authoring.site import refusal
from course.authoring.site.calls import CallTranslator
from course.authoring.site.kinds import INT, NUMBERS, STR, TEXT, UNKNOWN, WRITTEN, Kinds
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

    from course.authoring.site.derive import Source

TREES = (ast.ListComp, ast.GeneratorExp)
RESERVED = {*NAMES, *("py", "np", "undefined", "NaN", "Infinity", "null", "true", "false"), "__proto__", "constructor"}
"""What no local name and no key may be."""
FORMATS = re.compile(r"(?:\.\d{1,2})?[fg]")
LARGEST = 2**53
"""From where on JavaScript leaves whole numbers out."""


class FigureTranslator(CallTranslator):
    """Translator of the functions of one module that figures are drawn by.

    Args:
        module: whose names the functions know.
        source: where what they name is translated to.

    """

    def __init__(self, module: types.ModuleType, source: Source) -> None:
        super().__init__(file_name(module))
        self.module, self.source = module, source
        self.local: set[str] = set()
        self.kinds = Kinds(module)

    def function(self, node: ast.FunctionDef, name: str) -> str:
        """Translate a function.

        Args:
            node: the function.
            name: what it is called in the page.

        Returns:
            A function whose parameters are Python's in their order, then those by keyword alone, `**rest`, `*rest`.

        """
        if not isinstance(node, ast.FunctionDef) or node.decorator_list:
            raise self._refused(node)
        return f"function {self._body(node, name)}"

    def record(self, node: ast.ClassDef, name: str) -> str:
        """Translate a dataclass with properties.

        Args:
            node: the dataclass.
            name: what it is called in the page.

        Returns:
            A class whose constructor takes the fields in their order.

        """
        if (
            node.bases
            or node.keywords
            or [ast.unparse(each).split("(")[0] for each in node.decorator_list] != ["dataclass"]
        ):
            raise self._refused(node)
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
        if RESERVED & set(fields):
            raise self._refused(node, refusal.RESERVED)
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
        self.local, self.kinds = {*names, *assigned, *rest}, Kinds(self.module, node)
        if self.local & RESERVED:
            raise self._refused(node, refusal.RESERVED)
        taken = [
            each if value is None else f"{each} = {self._default(value)}"
            for each, value in zip(names, given, strict=True)
        ]
        taken += [f"{spec.kwarg.arg} = {{}}"] if spec.kwarg else []
        taken += [f"...{spec.vararg.arg}"] if spec.vararg else []
        own = [each for each in assigned if each not in {*names, *rest}]
        lines = [f"let {', '.join(own)};"] if own else []
        lines += [self.statement(each) for each in node.body if not is_docstring(each)]
        signature = ", ".join(each for each in taken if each != "self")
        return "\n".join([f"{name}({signature}) {{", *lines, "}"])

    def _default(self, node: ast.expr) -> str:
        """Translate a default value, which all calls share."""
        inside = node.operand if isinstance(node, ast.UnaryOp) else node
        shared = inside.id if isinstance(inside, ast.Name) and inside.id not in self.local else ""
        if isinstance(inside, ast.Constant) or isinstance(getattr(self.module, shared, []), (str, int, float)):
            return self.value(node)
        raise self._refused(node, refusal.DEFAULT)

    def statement(self, node: ast.stmt) -> str:  # noqa: PLR0911 - one case for each kind of statement
        """Translate a statement."""
        match node:
            case ast.Assign(targets=targets):
                return f"{''.join(f'{self._target(each)} = ' for each in targets)}{self.value(node.value)};"
            case ast.AnnAssign(value=ast.expr() as value):
                return f"{self._target(node.target)} = {self.value(value)};"
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add()):
                if not self.kinds.name(name) <= NUMBERS | STR | TEXT:  # a list and an array are changed in place
                    raise self._refused(node, refusal.KIND)
                return f"{name} = {self._call(node.op, ast.Name(name, ast.Load()), node.value)};"
            case ast.For(orelse=[]):
                inside = "\n".join(map(self.statement, node.body))
                return f"for ({self._target(node.target)} of {self.read(node.iter)}) {{\n{inside}\n}}"
            case ast.If():
                branches = [self.statement(each) for each in node.body]
                others = ["} else {", *(self.statement(each) for each in node.orelse)] if node.orelse else []
                return "\n".join([f"if ({self._truth(node.test)}) {{", *branches, *others, "}"])
            case ast.Return(value=ast.expr()):
                return super().statement(node)
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="append" | "step" as what),
                    args=[given],
                    keywords=[],
                )
            ) if name in self.local and not isinstance(given, ast.Starred):
                return f"py.{what}({name}, {self.value(given)});"
        raise self._refused(node)

    def _target(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Starred():
                return f"...{self._target(node.value)}"
            case ast.Tuple() | ast.List():
                return f"[{', '.join(map(self._target, node.elts))}]"
        raise self._refused(node)

    def read(self, node: ast.expr) -> str:
        """Translate what is read through once and at once, such as what a loop runs over."""
        if isinstance(node, ast.GeneratorExp):
            return self._comprehension(node)
        match node:
            case ast.Call(func=ast.Name(id="zip" | "enumerate" as name)) if self.is_built_in(name):
                return self.built_in(node, name)
        return self.value(node)

    def value(self, node: ast.expr) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of expression
        """Translate an expression."""
        match node:
            case ast.Constant(value=str() as value):
                return constant(value)
            case ast.Constant(value=int() as value) if abs(value) >= LARGEST:
                raise self._refused(node)
            case ast.Constant():
                return super().value(node)
            case ast.Name(id="self"):
                return "this"
            case ast.Name(id=name):
                return name if name in self.local else self._global(node)
            case ast.JoinedStr():
                return f"({' + '.join([constant(''), *map(self._piece, node.values)])})"
            case ast.List() | ast.Tuple():
                return f"[{', '.join(map(self.value, node.elts))}]"
            case ast.Starred():
                return f"...{self.read(node.value)}"
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                told = [f"{self._key(key)}: " * bool(key) + "..." * (not key) + self.value(each) for key, each in pairs]
                return f"({{ {', '.join(told)} }})"
            case ast.BinOp() | ast.UnaryOp(op=ast.USub()):
                operands = [node.operand] if isinstance(node, ast.UnaryOp) else [node.left, node.right]
                made = self._call(node.op, *operands)
                return f"py.int({made})" if self.kinds.of(node) == INT else made
            case ast.UnaryOp(op=ast.Not()):
                return f"(!{self._truth(node.operand)})"
            case ast.Compare(ops=operators):
                sides = [node.left, *node.comparators]
                told = [self._compared(each, *sides[at : at + 2]) for at, each in enumerate(operators)]
                return self._chained("and", told)
            case ast.BoolOp():
                return self._chained(type(node.op).__name__.lower(), list(map(self.value, node.values)))
            case ast.IfExp():
                holds, fails = self.kinds.narrowed(node)
                with self.kinds.knowing(holds):
                    first = self.value(node.body)
                with self.kinds.knowing(fails):
                    return f"({self._truth(node.test)} ? {first} : {self.value(node.orelse)})"
            case ast.Lambda(args=ast.arguments(posonlyargs=[], vararg=None, kwonlyargs=[], kwarg=None, defaults=[])):
                names = [each.arg for each in node.args.args]
                return self._with(node, names, lambda: f"(({', '.join(names)}) => {self.value(node.body)})")
            case ast.ListComp():
                return self._comprehension(node)
            case ast.GeneratorExp():
                raise self._refused(node, refusal.ONCE)
            case ast.Subscript():
                return self._chosen(node)
            case ast.Attribute(attr=name):
                if name not in self._fields():
                    raise self._refused(node, refusal.FIELD)
                return f"py.field({self.value(node.value)}, {json.dumps(name)})"
            case ast.Call():
                return self.called(node)
        raise self._refused(node)

    def _key(self, node: ast.expr | None) -> str:
        match node:
            case None:
                return ""
            case ast.Constant(value=str() as key) if not key.isdecimal() and key not in RESERVED:
                return json.dumps(key)
        raise self._refused(node, refusal.KEY)

    def _truth(self, node: ast.expr) -> str:
        return f"py.truth({self.value(node)})"

    def _chained(self, name: str, told: list[str]) -> str:
        """Join conditions; Python returns the one that decides, and looks at none after it."""
        return f"py.{name}({', '.join([told[0], *(f'() => {each}' for each in told[1:])])})" if told[1:] else told[0]

    def _compared(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        match operator:
            case ast.Is() | ast.IsNot() if not isinstance(right, ast.Constant) or right.value is not None:
                raise self._refused(right, refusal.KIND)
            case ast.Eq() | ast.NotEq() if "text" in self.kinds.of(left) | self.kinds.of(right):
                raise self._refused(left, refusal.KIND)  # a sentence is no string, but for the page
        for each in (left, right):
            if isinstance(each, (ast.List, ast.Tuple, ast.Dict, ast.ListComp)):
                raise self._refused(each, refusal.KIND)
        return self._call(operator, left, right)

    def _chosen(self, node: ast.Subscript) -> str:
        """Translate the choice of a part."""
        match node.slice:
            case ast.Call(func=ast.Name(id="language"), args=[]) if self.kinds.of(node.value) == TEXT:
                return self.value(node.value)
            case ast.Slice(lower=low, upper=high, step=None):
                ends = [each for each in (low, high) if each]
                if any(self.kinds.of(each) != INT for each in ends):
                    raise self._refused(node, refusal.INDEX)
                told = [self.value(low) if low else "0", *([self.value(high)] if high else [])]
                return f"py.slice({', '.join([self.value(node.value), *told])})"
            case ast.Slice():
                raise self._refused(node, refusal.STEP)
        if self.kinds.of(node.slice) not in (INT, STR):
            raise self._refused(node, refusal.INDEX)
        return f"py.item({self.value(node.value)}, {self.value(node.slice)})"

    def _fields(self) -> set[str]:
        """Return what an attribute may be called: what the dataclasses of the module have, and a run."""
        found = {"params", "state"}
        for each in vars(self.module).values():
            if isinstance(each, type) and hasattr(each, "__dataclass_fields__") and each is not Text:
                found |= {
                    *each.__dataclass_fields__,
                    *(name for name, own in vars(each).items() if isinstance(own, property)),
                }
        return found

    def _piece(self, node: ast.expr) -> str:
        """Translate one part of an f-string."""
        match node:
            case ast.Constant(value=str() as value):
                return constant(value)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.written(value)
            case ast.FormattedValue(
                value=value, conversion=-1, format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as spec)])
            ):
                return self.written(value, spec)
        raise self._refused(node)

    def written(self, node: ast.expr, spec: str = "") -> str:
        """Translate a value as text.

        Args:
            node: the value.
            spec: its format; without one it is text as `str` writes it.

        Returns:
            An expression.

        """
        told, kind = self.value(node), self.kinds.of(node)
        if not spec and not (kind and kind <= WRITTEN):
            raise self._refused(node, refusal.UNTYPED)
        if spec and (not FORMATS.fullmatch(spec) or kind & (STR | TEXT)):
            raise self._refused(node, refusal.FORMAT)
        return f"py.format({told}, {json.dumps(spec)})" if spec else f"py.str({told})"

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        if len(node.generators) != 1 or node.generators[0].is_async:
            raise self._refused(node)
        part = node.generators[0]
        names = [each.id for each in ast.walk(part.target) if isinstance(each, ast.Name)]
        several = f"[...{self.read(part.iter)}]"
        kinds = self.kinds.binding(part.target, part.iter)
        within = functools.partial(self._with, node, names, kinds=kinds)
        taken = within(lambda: self._target(part.target))
        for test in part.ifs:
            chosen = within(functools.partial(self._truth, test))
            several += f".filter(({taken}) => {chosen})"
        return f"{several}.map(({taken}) => {within(lambda: self.value(node.elt))})"

    def _with(self, node: ast.expr, names: list[str], translated: Callable[[], str], kinds: Any = None) -> str:
        """Translate something in which more names are bound."""
        if RESERVED & set(names):
            raise self._refused(node, refusal.RESERVED)
        before = self.local
        self.local = before | set(names)
        try:
            with self.kinds.knowing(kinds or dict.fromkeys(names, UNKNOWN)):
                return translated()
        finally:
            self.local = before

    def _global(self, node: ast.Name) -> str:
        """Return what a name of the module is in the page."""
        value = getattr(self.module, node.id, None)
        if isinstance(value, Text):
            return json.dumps(value[language()], ensure_ascii=False)
        if value is None or isinstance(value, type(ast)):
            raise self._refused(node)
        if value is Run:
            return "py.Run"
        return self.source.name_of(value, node.id, self.module)

    def _refused(self, node: ast.AST, why: Text = refusal.UNKNOWN) -> Any:
        return refusal.refused(self.file, node, why)


def file_name(module: types.ModuleType) -> str:
    """Return the file of a module, for messages."""
    return module.__name__.replace(".", "/") + ".py"


def is_docstring(node: ast.stmt) -> bool:
    """Return whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def constant(value: Any) -> str:
    """Return a constant as JavaScript has it."""
    return json.dumps(plain(value), ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a constant without numpy."""
    return value.tolist() if hasattr(value, "tolist") else value
