"""What each statement of a rule's method is for: which value it gives, and of what it makes it. Nothing is run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ARGUMENTS = ("self", "param", "grad", "state")
"""What the arguments of `init` and `update` are, whatever a file calls them."""
MOST_STATEMENTS = 200
"""Of one method; what is kept of them grows with their square."""
MOVED = "param"
"""The role of what gives the new parameter; that of a state entry is its name."""


@dataclass(eq=False)
class Statement:
    """One simple statement of `init` or `update`."""

    node: ast.stmt
    method: str
    dump: str
    reads: frozenset[str]
    """Hyperparameters (`self.lr`) and state entries (`state.sum`) that go into it directly, also by a second name."""
    computes: bool
    """Whether it does more than give something a second name."""
    names: dict[str, str]
    """What the file's names stand for before it."""
    changes: str = ""
    """The argument whose array it changes in place."""
    values: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """By role, the new parameter or a state entry, what it gives, as text, and what goes into that as in `reads`."""

    @property
    def form(self) -> str:
        """What it computes, with all names of the file's own taken out."""
        value = getattr(self.node, "value", self.node)
        return ast.unparse(_Unnamed(self.names).visit(ast.parse(ast.unparse(value), mode="eval")))


def statements(method: ast.FunctionDef) -> list[Statement]:
    """Read a method, its branches one after the other.

    Args:
        method: `init` or `update`.

    Returns:
        Its statements, in their order.

    Raises:
        ValueError: there are more than any rule has.

    """
    return _Reading(method).made


class _Reading:
    """Follows the names through a method."""

    def __init__(self, method: ast.FunctionDef) -> None:
        named = [each.arg for each in method.args.args]
        self.method = method.name
        self.names: dict[str, str] = dict(zip(named, ARGUMENTS, strict=False))
        self.callers = {name: meant for name, meant in self.names.items() if meant in {"param", "grad"}}
        """Names that may stand for an array of the caller's."""
        self.last: dict[str, list[Statement]] = {}
        """By name, the statements that may have given it the value it has."""
        self.entries: dict[str, dict[str, ast.expr]] = {}
        """By name, the dict that it stands for."""
        self.made: list[Statement] = []
        self._take_all(method.body)

    def _take_all(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, (ast.If, ast.With, ast.For, ast.While)):
                self._branch(node.body, getattr(node, "orelse", []))
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)):
                self._take(node)

    def _branch(self, body: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> None:
        """Take both ways from here on, and go on with what holds after either."""
        names, callers, last = dict(self.names), dict(self.callers), dict(self.last)
        self._take_all(body)
        first = self.names, self.callers, self.last
        self.names, self.callers, self.last = names, callers, last
        self._take_all(other)
        for name, meant in first[0].items():
            if self.names.get(name) != meant and not self.names.get(name, "").startswith(("self.", "state.")):
                self.names[name] = meant
        for name in [each for each in self.names if first[0].get(each) != self.names[each]]:
            if not self.names[name].startswith(("self.", "state.")):
                del self.names[name]
        self.callers |= first[1]
        for name, given in first[2].items():
            self.last[name] = list(dict.fromkeys([*given, *self.last.get(name, [])]))

    def _take(self, node: ast.stmt) -> None:
        value = getattr(node, "value", None)
        if value is None or (isinstance(node, ast.Expr) and isinstance(value, ast.Constant)):
            return
        if len(self.made) == MOST_STATEMENTS:
            raise ValueError("a method of more statements than any rule has")
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        reads = set(self._reads(value))
        if isinstance(node, ast.AugAssign):
            reads |= set(self._reads(node.target))
        computes = isinstance(node, ast.AugAssign) or any(_pure(each, self.names) is None for each in _parts(value))
        made = Statement(node, self.method, ast.dump(node), frozenset(reads), computes, dict(self.names))
        self.made.append(made)
        if isinstance(node, ast.AugAssign):
            root = node.target.value if isinstance(node.target, ast.Subscript) else node.target
            made.changes = self.callers.get(root.id, "") if isinstance(root, ast.Name) else ""
        for target in targets:
            if target is not None:
                self._assign(target, value, made, added=isinstance(node, ast.AugAssign))
        if isinstance(node, ast.Return):
            self._return(value, made)

    def _assign(self, target: ast.expr, value: ast.expr, made: Statement, *, added: bool) -> None:
        if isinstance(target, ast.Tuple):
            whole = _pure(value, self.names)
            for i, each in enumerate(target.elts):
                if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                    self._assign(each, value.elts[i], made, added=False)
                elif isinstance(each, ast.Name):
                    self._name(each.id, f"{whole}[{i}]" if whole else None, made)
        elif isinstance(target, ast.Name):
            pure = None if added else _pure(value, self.names)
            if isinstance(value, ast.Dict) or _is_dict_call(value):
                self.entries[target.id] = _entries(value)
            self._name(target.id, pure, made, value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._entry(target.value.id, _key(target.slice), value, made)

    def _entry(self, name: str, key: str | None, value: ast.expr, made: Statement) -> None:
        """Note that something within an array or a dict is set."""
        made.changes = self.callers.get(name, "")
        if key and not made.changes:
            self.entries.setdefault(name, {})[key] = value
            self._gives(key, value, made)

    def _name(self, name: str, pure: str | None, made: Statement, value: ast.expr | None = None) -> None:
        """Note what a name stands for from here on: something with a name, or what a statement has made."""
        if not isinstance(made.node, ast.AugAssign):
            self.callers.pop(name, None)
        if pure is not None:
            if isinstance(value, ast.Name) and pure in {"param", "grad"}:
                self.callers[name] = pure
            self.names[name] = pure
            self.last[name] = self.last.get(value.id, []) if isinstance(value, ast.Name) else []
            return
        reads_itself = value is not None and any(
            isinstance(each, ast.Name) and each.id == name for each in ast.walk(value)
        )
        before = self.last.get(name, []) if reads_itself or isinstance(made.node, ast.AugAssign) else []
        self.names.pop(name, None)
        self.last[name] = [*before, made]

    def _return(self, value: ast.expr, made: Statement) -> None:
        if isinstance(value, ast.Tuple) and len(value.elts) == 2:
            self._gives(MOVED, value.elts[0], made)
            self._gives_state(value.elts[1], made)
        else:
            self._gives_state(value, made)

    def _gives_state(self, value: ast.expr, made: Statement) -> None:
        if isinstance(value, ast.Name):
            for name, each in self.entries.get(value.id, {}).items():
                self._gives(name, each, next(iter(self.last.get(value.id, [])), made))
        elif isinstance(value, ast.Dict) or _is_dict_call(value):
            for name, each in _entries(value).items():
                self._gives(name, each, made)

    def _gives(self, role: str, value: ast.expr, made: Statement) -> None:
        """Note what a returned value comes from: the statements that may have given the name its value, or this one."""
        if isinstance(value, ast.Name):
            for each in self.last.get(value.id, []):
                each.values[role] = ast.dump(each.node), each.reads
        else:
            made.values[role] = ast.dump(value), frozenset(self._reads(value))

    def _reads(self, value: ast.expr) -> Iterator[str]:
        whole = _pure(value, self.names)
        if whole is not None and whole.startswith(("self.", "state.")):
            yield whole
        elif isinstance(value, ast.Name):
            return
        else:
            for each in ast.iter_child_nodes(value):
                if isinstance(each, ast.expr):
                    yield from self._reads(each)


def _pure(value: ast.expr, names: Mapping[str, str]) -> str | None:
    """Return what an expression is called that only names something; None if it computes."""
    if isinstance(value, ast.Name):
        return names.get(value.id, value.id)
    if isinstance(value, ast.Constant):
        return repr(value.value)
    if isinstance(value, ast.Attribute):
        root = _pure(value.value, names)
        return f"{root}.{value.attr}" if root else None
    if isinstance(value, ast.Subscript):
        root, key = _pure(value.value, names), _key(value.slice)
        return (f"{root}.{key}" if root == "state" else f"{root}[{key}]") if root and key else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "get":
        key = _key(value.args[0]) if value.args else None
        return f"state.{key}" if key and _pure(value.func.value, names) == "state" else None
    return None


class _Unnamed(ast.NodeTransformer):
    """Puts what a name stands for in its place, and a blank where that is something of the file's own."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            whole = _pure(node, self.names) or ""
            known = whole.split(".")[0].split("[")[0] in ARGUMENTS
            if known or isinstance(node, ast.Name):
                return ast.Name(whole if known else "_", ast.Load())
        return self.generic_visit(node)


def _parts(value: ast.expr) -> list[ast.expr]:
    if isinstance(value, ast.Tuple):
        return [part for each in value.elts for part in _parts(each)]
    if isinstance(value, ast.Dict) or _is_dict_call(value):
        return list(_entries(value).values())
    return [value]


def _key(node: ast.expr) -> str | None:
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)) else None


def _is_dict_call(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict"


def _entries(value: ast.expr) -> dict[str, ast.expr]:
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        return {key: each for node, each in pairs if node is not None and (key := _key(node))}
    return {each.arg: each.value for each in getattr(value, "keywords", []) if each.arg}
