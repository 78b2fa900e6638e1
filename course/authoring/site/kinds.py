"""What kind of thing an expression of a figure is, as far as its page must know it.

JavaScript has one type of number. Where Python writes 1.0 in another way than 1, or takes only the one of them, the
page must know which of them it has. It does so from constants, from annotations, which mypy holds, and from what is
computed of both. A kind is a set of atoms, since a name may be given several things: names such as `int`, and for what
has parts an `Each`, a `PlaceByPlace` or a `Named`. Whatever is not known is `?`.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import inspect
import sys
import typing
from typing import TYPE_CHECKING, Any

from course.text import Text

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator, Mapping

Kind = frozenset[Any]


@dataclasses.dataclass(frozen=True)
class Each:
    """A sequence of things of one kind."""

    kind: Kind


@dataclasses.dataclass(frozen=True)
class PlaceByPlace:
    """A sequence with a kind for each place."""

    kinds: tuple[Kind, ...]


@dataclasses.dataclass(frozen=True)
class Named:
    """A dict whose values have one kind."""

    kind: Kind


NOTHING: Kind = frozenset()
UNKNOWN: Kind = frozenset({"?"})
INT, FLOAT, STR, BOOL = (frozenset({name}) for name in ("int", "float", "str", "bool"))
TEXT, NONE = frozenset({"text"}), frozenset({"none"})
WRITTEN = INT | STR | TEXT
"""What Python and JavaScript write alike without a format."""
NUMBERS = INT | FLOAT
SCALARS = {"int": INT, "float": FLOAT, "str": STR, "bool": BOOL, "Text": TEXT, "Lang": STR, "None": NONE}
SEQUENCES = {"list", "Sequence", "Iterable"}


def tree_of(value: Any) -> Any:
    """Return the node of a function or class, with the lines of its file."""
    lines, first = inspect.getsourcelines(value)
    return ast.increment_lineno(ast.parse("".join(lines)), max(first, 1) - 1).body[0]


def union(kinds: Iterable[Kind]) -> Kind:
    """Return the kind of what is one of several."""
    return NOTHING.union(*kinds)


def of_value(value: Any) -> Kind:
    """Return the kind of a module's constant."""
    if isinstance(value, (tuple, list)):
        return frozenset({PlaceByPlace(tuple(map(of_value, value)))})
    if isinstance(value, dict):
        return frozenset({Named(union(map(of_value, value.values())))})
    return NONE if value is None else SCALARS.get(type(value).__name__, UNKNOWN)


def of_annotation(node: ast.expr | None, module: types.ModuleType) -> Kind:  # noqa: C901, PLR0911 - one case for each form
    """Return the kind that an annotation promises.

    Args:
        node: the annotation, if there is one.
        module: where it is written.

    Returns:
        The kind, or unknown.

    """
    match node:
        case ast.Constant(value=str() as text):
            return of_annotation(ast.parse(text, mode="eval").body, module)
        case ast.Constant(value=None):
            return NONE
        case ast.Name(id=name) if name in SCALARS:
            return SCALARS[name]
        case ast.Name(id=name) if dataclasses.is_dataclass(getattr(module, name, None)):
            return frozenset({getattr(module, name)})
        case ast.Name(id=name) if typing.get_args(getattr(module, name, None)):
            return union(map(_of_type, typing.get_args(getattr(module, name))))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return of_annotation(left, module) | of_annotation(right, module)
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[each, ast.Constant(value=told)])) if (
            told is ...
        ):
            return frozenset({Each(of_annotation(each, module))})
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=parts)):
            return frozenset({PlaceByPlace(tuple(of_annotation(each, module) for each in parts))})
        case ast.Subscript(value=ast.Name(id=name), slice=each) if name in SEQUENCES:
            return frozenset({Each(of_annotation(each, module))})
        case ast.Subscript(value=ast.Name(id="dict" | "Mapping"), slice=ast.Tuple(elts=[_, each])):
            return frozenset({Named(of_annotation(each, module))})
    return UNKNOWN


def _of_type(found: Any) -> Kind:
    """Return the kind of one of the types that the module has given a common name."""
    named = found.__forward_arg__ if isinstance(found, typing.ForwardRef) else getattr(found, "__name__", "")
    return SCALARS.get("None" if named == "NoneType" else named, UNKNOWN)


def returned(value: Any) -> Kind:
    """Return the kind of what a function of the course returns."""
    return of_annotation(tree_of(value).returns, sys.modules[value.__module__])


class Kinds:
    """The kinds of a function's expressions.

    Args:
        module: whose names it knows.
        node: the function, or None for what a module itself computes.

    """

    def __init__(self, module: types.ModuleType, node: ast.FunctionDef | None = None) -> None:
        self.module = module
        self.bound: dict[str, Kind] = {}
        self.made: dict[str, list[tuple[ast.expr, ast.expr, bool]]] = {}
        self._asked: list[str] = []
        if node is None:
            return
        spec = node.args
        for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
            self.bound[each.arg] = of_annotation(each.annotation, module)
        if spec.vararg:
            self.bound[spec.vararg.arg] = frozenset({Each(of_annotation(spec.vararg.annotation, module))})
        if spec.kwarg:
            self.bound[spec.kwarg.arg] = frozenset({Named(of_annotation(spec.kwarg.annotation, module))})
        for part in ast.walk(node):
            match part:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._note(target, value)
                case (
                    ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value)
                ):
                    self._note(target, value)
                case ast.For(target=target, iter=value):
                    self._note(target, value, each=True)

    def _note(self, target: ast.expr, value: ast.expr, *, each: bool = False) -> None:
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                self.made.setdefault(name.id, []).append((target, value, each))

    def binding(self, target: ast.expr, iterated: ast.expr) -> Mapping[str, Kind]:
        """Return the kinds of the names that a comprehension binds.

        Args:
            target: the names.
            iterated: what they go through.

        Returns:
            A kind for each name.

        """
        return self._bind(target, self.element(self.of(iterated)))

    def narrowed(self, node: ast.IfExp) -> tuple[Mapping[str, Kind], Mapping[str, Kind]]:
        """Return the kind of a parameter that was asked whether it is a string: where it is, and where not."""
        match node.test:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), ast.Name(id="str")]) if (
                name not in self.made
            ):
                return {name: STR}, {name: self.name(name) - STR}
        return {}, {}

    @contextlib.contextmanager
    def knowing(self, kinds: Mapping[str, Kind]) -> Iterator[None]:
        """Set the kinds of some names while the context lasts."""
        before = self.bound
        self.bound = {**before, **kinds}
        try:
            yield
        finally:
            self.bound = before

    def within(self, kinds: Mapping[str, Kind], node: ast.expr) -> Kind:
        """Return the kind of an expression where more is known of some names.

        Args:
            kinds: of these names.
            node: the expression.

        Returns:
            Its kind.

        """
        with self.knowing(kinds):
            return self.of(node)

    def _bind(self, target: ast.expr, kind: Kind) -> dict[str, Kind]:
        match target:
            case ast.Name(id=name):
                return {name: kind}
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                found: dict[str, Kind] = {}
                for at, part in enumerate(parts):
                    if isinstance(part, ast.Starred):
                        return found | dict.fromkeys(
                            (each.id for each in ast.walk(target) if isinstance(each, ast.Name)), UNKNOWN
                        )
                    found |= self._bind(part, self.element(kind, at))
                return found
        return {}

    def element(self, kind: Kind, at: int | None = None) -> Kind:
        """Return the kind of what is in a sequence.

        Args:
            kind: the sequence's.
            at: the place; anywhere if it is not given.

        Returns:
            The kind of the part.

        """
        found = NOTHING
        for each in kind:
            match each:
                case Each():
                    found |= each.kind
                case PlaceByPlace() if at is not None and -len(each.kinds) <= at < len(each.kinds):
                    found |= each.kinds[at]
                case PlaceByPlace() if at is None:
                    found |= union(each.kinds)
                case "str":
                    found |= STR
                case _:
                    found |= UNKNOWN
        return found

    def name(self, name: str) -> Kind:
        """Return the kind of a local name, or of a constant of the module."""
        if name in self._asked:
            return NOTHING
        if name not in self.bound and name not in self.made:
            return of_value(getattr(self.module, name, self))
        self._asked.append(name)
        try:
            kinds = [self.bound.get(name, NOTHING)]
            for target, value, each in self.made.get(name, ()):
                kind = self.of(value)
                kinds.append(self._bind(target, self.element(kind) if each else kind).get(name, UNKNOWN))
            return union(kinds)
        finally:
            self._asked.pop()

    def of(self, node: ast.expr) -> Kind:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of expression
        """Return the kind of an expression."""
        match node:
            case ast.Constant(value=value):
                return of_value(value)
            case ast.JoinedStr():
                return STR
            case ast.Name(id=name):
                return self.name(name)
            case ast.BinOp():
                return self._computed(node)
            case ast.UnaryOp(op=ast.Not()):
                return BOOL
            case ast.UnaryOp(operand=operand):
                return self._number([self.of(operand)])
            case ast.IfExp(body=first, orelse=second):
                holds, fails = self.narrowed(node)
                return self.within(holds, first) | self.within(fails, second)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                if not any(isinstance(each, ast.Starred) for each in parts):
                    return frozenset({PlaceByPlace(tuple(map(self.of, parts)))})
                return frozenset({Each(union(map(self._spread, parts)))})
            case ast.Dict(values=values):
                return frozenset({Named(union(map(self.of, values)) if all(node.keys) else UNKNOWN)})
            case ast.ListComp(elt=part, generators=[each]) | ast.GeneratorExp(elt=part, generators=[each]):
                return frozenset({Each(self.within(self.binding(each.target, each.iter), part))})
            case ast.Subscript(value=owner, slice=ast.Call(func=ast.Name(id="language"))) if self.of(owner) == TEXT:
                return STR
            case ast.Subscript(value=owner, slice=ast.Slice()):
                return frozenset({Each(self.element(self.of(owner)))})
            case ast.Subscript(value=owner, slice=ast.Constant(value=int() as at)):
                return self.element(self.of(owner), at)
            case ast.Subscript(value=owner, slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as at))):
                return self.element(self.of(owner), -at)
            case ast.Subscript(value=owner):
                return self.element(self.of(owner))
            case ast.Attribute(value=owner, attr=name):
                return union(self._field(each, name) for each in self.of(owner))
            case ast.Call():
                return self._called(node)
        return UNKNOWN

    def _spread(self, node: ast.expr) -> Kind:
        return self.element(self.of(node.value)) if isinstance(node, ast.Starred) else self.of(node)

    def _number(self, kinds: list[Kind]) -> Kind:
        """Return the kind of what is computed of numbers: a float, unless all are whole."""
        together = union(kinds)
        if together <= NUMBERS:
            return FLOAT if together & FLOAT else together
        return UNKNOWN

    def _computed(self, node: ast.BinOp) -> Kind:
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.op, ast.Add) and left | right in {STR, TEXT}:
            return left | right
        if isinstance(node.op, ast.Div):
            return FLOAT if left | right <= NUMBERS else UNKNOWN
        whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        if isinstance(node.op, ast.Pow) and not whole and left | right == INT:
            return UNKNOWN  # with a negative exponent it is a float
        return self._number([left, right])

    def _field(self, owner: Any, name: str) -> Kind:
        if not inspect.isclass(owner):
            return UNKNOWN
        for part in tree_of(owner).body:
            match part:
                case ast.AnnAssign(target=ast.Name(id=found), annotation=told) if found == name:
                    return of_annotation(told, sys.modules[owner.__module__])
                case ast.FunctionDef(name=found, returns=told) if found == name:
                    return of_annotation(told, sys.modules[owner.__module__])
        return UNKNOWN

    def _called(self, node: ast.Call) -> Kind:  # noqa: PLR0911 - one case for each kind of call
        match node.func:
            case ast.Attribute(value=owner, attr="format") if self.of(owner) in (STR, TEXT):
                return self.of(owner)
            case ast.Attribute(attr="join" | "replace" | "removesuffix"):
                return STR
            case ast.Attribute(value=owner, attr="items"):
                values = union(each.kind if isinstance(each, Named) else UNKNOWN for each in self.of(owner))
                return frozenset({Each(frozenset({PlaceByPlace((STR, values))}))})
            case ast.Name(id=name) if name not in self.bound and name not in self.made:
                value = getattr(self.module, name, None)
                if value is None:
                    return self._built_in(name, node.args)
                if value is Text:
                    return TEXT
                if inspect.isclass(value):
                    return frozenset({value}) if dataclasses.is_dataclass(value) else UNKNOWN
                if inspect.isfunction(value) and value.__name__ != "<lambda>":
                    return returned(value)
        return UNKNOWN

    def _built_in(self, name: str, given: list[ast.expr]) -> Kind:  # noqa: PLR0911 - one case for each function
        kinds = list(map(self.of, given))
        match name:
            case "len":
                return INT
            case "float":
                return FLOAT
            case "range":
                return frozenset({Each(INT)})
            case "abs" | "max" | "min":
                kinds = list(map(self.element, kinds)) if len(kinds) == 1 and name != "abs" else kinds
                return union(kinds) if union(kinds) <= NUMBERS else UNKNOWN
            case "enumerate":
                return frozenset({Each(frozenset({PlaceByPlace((INT, self.element(kinds[0])))}))})
            case "zip":
                return frozenset({Each(frozenset({PlaceByPlace(tuple(map(self.element, kinds)))}))})
        return UNKNOWN
