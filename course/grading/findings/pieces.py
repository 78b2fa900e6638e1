"""The pieces of a file that can be left out of it one at a time: read as a syntax tree, and never run here.

A piece is a condition that may hold always or never, a call or an operation of which one operand is left, a statement
that need not be there, a comparison that may include its limit. Each is an edit of the text, so that whoever reads of
it finds it in the file, and the file with it differs in nothing else.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

How = Literal["dropped", "fresh", "never", "always", "without", "compared", "read"]
"""A statement that is not there, or that makes a new array and changes none; a condition that never holds, or always;
an expression in place of which one of its operands stands; another comparison; a hyperparameter where a number is."""

ORDER: tuple[How, ...] = ("dropped", "fresh", "never", "always", "without", "compared", "read")
LARGEST = 20_000
"""Bytes of a file that is looked at; a solution has three thousand."""
CHOSEN = "_left_out"
"""What the file that can do without any piece counts in: which one it does without."""
LIMITS: dict[type[ast.cmpop], str] = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
VIEWS = {"T", "real", "size", "ndim"}
"""Attributes of an array without which an array is left."""
ASKS = ("is", "any", "all", "logical_", "array_equal")
"""How the names of functions begin whose result is a condition."""
NARROW = ("float16", "float32", "half", "single", "int", "uint", "bool")
"""How the names of numpy's types begin that hold less than a float."""
# What may be changed, or may stand for such a thing.
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call, ast.Name)
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Delete)
TURNS = """
def _count(begin={name}.__init__):
    def __init__(self, *given, **named):
        global {chosen}
        {chosen} += 1
        begin(self, *given, **named)
    {name}.__init__ = __init__
_count()
"""
"""What makes the first object do without the first piece, the second without the second."""


@dataclass(frozen=True)
class Cut:
    """A piece of a file, and what stands in its place without it."""

    how: How
    line: int
    span: tuple[int, int]
    """Where it begins and ends, in bytes."""
    old: str
    new: str

    @property
    def of_statement(self) -> bool:
        """Whether it is a statement, and no expression."""
        return self.how in {"dropped", "fresh"}

    def left_out(self, source: bytes) -> bytes:
        """Return the file without it, on the same lines.

        Args:
            source: what is in the file.

        Returns:
            The file with `new` in its place.

        """
        begin, end = self.span
        lines = "\n" * (self.old.count("\n") - self.new.count("\n"))
        new = self.new + lines if self.of_statement else f"({self.new}{lines})"
        return source[:begin] + new.encode() + source[end:]


def pieces(source: bytes, names: Iterable[str] = ()) -> list[Cut]:
    """Return the pieces of a file's functions and methods, those that are most often too much first.

    Args:
        source: what is in the file.
        names: of hyperparameters.

    Returns:
        The pieces; none of a file that cannot be read.

    """
    tree = _read(source)
    if tree is None:
        return []
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    attributes = [f"self.{name}" for name in names if f"self.{name}".encode() in source]
    finder = _Finder(source, starts, attributes)
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    try:
        found = {piece for function in functions for statement in function.body for piece in finder.of(statement)}
    except RecursionError:  # a sum of a thousand terms, say
        return []
    return sorted(found, key=lambda piece: (ORDER.index(piece.how), piece.span, piece.new))


def outlives(source: bytes) -> bool:
    """Return whether a file has something that may outlive an object of its class: it may answer by what came before.

    Args:
        source: what is in the file.

    Returns:
        True if there is a global name that a function sets, a container or another object of the module's or of a
        class's own, such an object for a default, a cache, or an attribute that is set on a class.

    """
    tree = _read(source)
    if tree is None:
        return True
    classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)} | {"cls", "type", "__class__"}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            return True
        if isinstance(node, (ast.Module, ast.ClassDef)):
            values = [each.value for each in node.body if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value]
        elif isinstance(node, ast.FunctionDef):
            values = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            parts = [part for each in node.decorator_list for part in ast.walk(each) if isinstance(part, ast.expr)]
            if any("cache" in _name(part) for part in parts):
                return True
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            values = []
            if any(_name(part) in classes for part in ast.walk(node.value) if isinstance(part, ast.expr)):
                return True
        else:
            continue
        if any(isinstance(part, MUTABLE) for value in values for part in ast.walk(value)):
            return True
    return False


def switched(source: bytes, name: str, left_out: Sequence[Cut]) -> bytes:
    """Return one file that does without another piece each time that its class is made.

    Args:
        source: what is in the file.
        name: its class.
        left_out: the pieces, in their order.

    Returns:
        The file; after the last piece it does as `source` does.

    """
    inserted = [(_first(source), 0, 0, f"{CHOSEN} = -1\n")]  # where, and in which order at one place
    choices: dict[tuple[bool, tuple[int, int]], list[tuple[int, str]]] = {}
    for number, piece in enumerate(left_out):
        choices.setdefault((piece.of_statement, piece.span), []).append((number, piece.new))
    for (of_statement, (begin, end)), news in choices.items():
        if of_statement:
            line = "\n" + source[:begin].rpartition(b"\n")[2].decode()
            choice = "".join(f"if {CHOSEN} == {number}: {new}{line}el" for number, new in news)
            inserted.append((begin, 2, 0, f"{choice}se: "))
        else:
            choice = "".join(f"({new}) if {CHOSEN} == {number} else " for number, new in news)
            inserted += [(begin, 3, -end, f"({choice}("), (end, 1, 0, "))")]
    parts, at = [], 0
    for where, _, _, text in sorted(inserted):
        parts += [source[at:where], text.encode()]
        at = where
    return b"".join([*parts, source[at:], TURNS.format(name=name, chosen=CHOSEN).encode()])


def _read(source: bytes) -> ast.Module | None:
    if len(source) > LARGEST:
        return None
    try:
        return ast.parse(source.decode("utf-8"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _first(source: bytes) -> int:
    """Return where the first statement begins that may stand behind another one."""
    tree = _read(source)
    lines = source.splitlines(keepends=True)
    for node in tree.body if tree else []:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            above = min((each.lineno for each in getattr(node, "decorator_list", ())), default=node.lineno)
            return sum(map(len, lines[: above - 1]))
    return len(source)


class _Finder:
    """Finds the pieces of one statement."""

    def __init__(self, source: bytes, starts: Sequence[int], attributes: Sequence[str]) -> None:
        self._source, self._starts, self._attributes = source, starts, attributes

    def of(self, node: ast.AST) -> Iterator[Cut]:
        """Yield the pieces of a node and of all that it is made of."""
        if isinstance(node, (ast.JoinedStr, ast.ClassDef, ast.FunctionDef, ast.While)):
            return  # Python 3.11 knows no places within an f-string; and a loop may never end without a piece of it
        if isinstance(node, ast.stmt):
            yield from self._of_statement(node)
        elif isinstance(node, ast.expr):
            yield from self._of_expression(node)
        for child in ast.iter_child_nodes(node):
            if child is not getattr(node, "annotation", None) and not isinstance(child, (ast.pattern, ast.arguments)):
                yield from self.of(child)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None  # noqa: S101, PT018 - of a parsed file
        begin = self._starts[node.lineno - 1] + node.col_offset
        return begin, self._starts[node.end_lineno - 1] + node.end_col_offset

    def _text(self, node: ast.expr | ast.stmt) -> str:
        begin, end = self._span(node)
        return self._source[begin:end].decode()

    def _piece(self, how: How, node: ast.expr | ast.stmt, new: str) -> Cut:
        return Cut(how, node.lineno, self._span(node), self._text(node), new)

    def _of_statement(self, node: ast.stmt) -> Iterator[Cut]:
        if isinstance(node, ast.If):
            yield from self._of_test(node.test)
        elif isinstance(node, SIMPLE) and self._stands_alone(node):
            if not (isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.Yield))):
                yield self._piece("dropped", node, "pass")
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                value = ast.BinOp(ast.Name(node.target.id), node.op, node.value)
                yield self._piece("fresh", node, f"{node.target.id} = {ast.unparse(value)}")

    def _of_test(self, node: ast.expr) -> Iterator[Cut]:
        if not isinstance(node, ast.Compare):  # which is a condition wherever it stands
            yield self._piece("never", node, "False")
            yield self._piece("always", node, "True")

    def _stands_alone(self, node: ast.stmt) -> bool:
        """Return whether nothing else is on its lines."""
        begin, end = self._span(node)
        before, after = self._source[self._starts[node.lineno - 1] : begin], self._source[end:].partition(b"\n")[0]
        goes_on = self._source[:begin].rstrip(b" \t").endswith((b"\\\n", b"\\\r\n"))
        return not before.strip() and not goes_on and after.strip()[:1] in (b"", b"#")

    def _of_expression(self, node: ast.expr) -> Iterator[Cut]:
        if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return
        if isinstance(node, ast.IfExp):
            yield from self._of_test(node.test)
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and _name(node.func).startswith(ASKS)):
            yield self._piece("never", node, f"({self._text(node)}) & False")  # of an array, element by element
            yield self._piece("always", node, f"({self._text(node)}) | True")
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and (other := LIMITS.get(type(node.ops[0]))):
            left, right = self._text(node.left), self._text(node.comparators[0])
            yield self._piece("compared", node, f"{left} {other} {right}")
        if isinstance(node, ast.Attribute) and node.attr.startswith(NARROW):
            yield self._piece("without", node, "float")
        if isinstance(node, ast.Constant) and type(node.value) is float:
            for attribute in self._attributes:
                yield self._piece("read", node, attribute)
        for part in _operands(node):
            yield self._piece("without", node, self._text(part))


def _name(node: ast.expr) -> str:
    """Return what is called, without what it is of."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _operands(node: ast.expr) -> Sequence[ast.expr]:
    """Return what may be left of an expression."""
    if isinstance(node, ast.Call):
        of = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        of = [each for each in of if not (isinstance(each, ast.Name) and each.id in {"np", "numpy", "math"})]
        return [*of, *(each for each in node.args if not isinstance(each, ast.Starred))]
    if isinstance(node, ast.BinOp):
        sided = (node.left, node.right)
        return sided if not isinstance(node.op, (ast.Pow, ast.Sub, ast.Div, ast.FloorDiv, ast.Mod)) else sided[:1]
    if isinstance(node, ast.BoolOp):
        return node.values if len(node.values) == 2 else []  # of two, one is left
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in VIEWS):
        return [node.value]
    return []
