"""Reduce a file to its form: what is left of it without names, comments, annotations and layout. Nothing is run.

Run as a program, it reads files from standard input and writes their forms, so that a file that exhausts memory, time
or the parser's stack ends this process alone. It imports the standard library and nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = 2**30
"""Bytes of address space that one batch of files may use."""
PROCESSOR = 20
"""Seconds of computing that one batch may use."""
MOST_NODES = 20_000
"""Parts of a syntax tree that are looked at; a solution has some five hundred."""

Tokens = list[str]


def form(source: str) -> dict[str, Any] | None:
    """Normalise one file to its form.

    Args:
        source: what is in it.

    Returns:
        `whole`, a hash of the file's form, names replaced by their order in each function; `lines`, a hash of each
        statement by itself; None if the file is no Python, or larger than any solution.

    """
    try:
        tree = ast.parse(source)
        aliases = _imported(tree)
        bodies = list(_statements(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    left = MOST_NODES
    whole: Tokens = []
    lines: list[str] = []
    names: dict[str, int] = {}
    for depth, statement, begins in bodies:
        if begins:
            names = {}
        own: dict[str, int] = {}
        short: Tokens = []
        whole.append(str(depth))
        for kind, text in _tokens(statement, aliases):
            left -= 1
            if left < 0:
                return None
            if kind == "name":
                whole.append(f"n{names.setdefault(text, len(names))}")
                short.append(f"n{own.setdefault(text, len(own))}")
            else:
                whole.append(text)
                short.append(text)
        lines.append(_hash(short))
    return {"whole": _hash(whole), "lines": lines}


def _hash(tokens: Tokens) -> str:
    return hashlib.blake2b("\x1f".join(tokens).encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def _imported(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for, wherever in the file the import is."""
    found: dict[str, str] = {}
    for node in _walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.asname or each.name.partition(".")[0]: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node, within the limit; without recursion, which a hostile file would exhaust."""
    todo = [tree]
    for _ in range(MOST_NODES):
        if not todo:
            return
        node = todo.pop()
        yield node
        todo.extend(ast.iter_child_nodes(node))
    raise OverflowError


def _statements(tree: ast.Module) -> Iterator[tuple[int, ast.stmt, bool]]:
    """Every statement in order, with its depth, and whether a function begins with it: names count anew from there."""
    todo: list[tuple[int, Any]] = [(0, each) for each in reversed(tree.body)]
    while todo:
        depth, node = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)) or _is_text(node):
            continue
        if isinstance(node, ast.stmt):
            yield depth, node, isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        inner = [each for part in ("body", "handlers", "orelse", "finalbody", "cases") for each in _list(node, part)]
        todo += [(depth + 1, each) for each in reversed(inner)]


def _list(node: ast.AST, part: str) -> list[Any]:
    found = getattr(node, part, None)
    return found if isinstance(found, list) else []  # a lambda's body is an expression


def _is_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring, or a `...`, and says nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _tokens(statement: ast.stmt, aliases: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The statement's own parts in order: names that the file may choose, and everything else as it is."""
    if isinstance(statement, ast.AnnAssign):  # as if it had no annotation
        value = [statement.value] if statement.value else []
        statement = ast.Assign(targets=[statement.target], value=value[0]) if value else ast.Expr(statement.target)
    todo: list[Any] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            yield node
            continue
        yield "is", type(node).__name__
        parts: list[Any] = []
        for part, value in ast.iter_fields(node):
            if part in {"annotation", "returns", "type_comment", "type_ignores", "ctx", "kind", "type_params"}:
                continue
            if part in {"handlers", "orelse", "finalbody", "cases"} or (part == "body" and isinstance(value, list)):
                parts.append(("is", f"{part}{bool(value):d}"))
                continue
            several = value if isinstance(value, list) else [value]
            parts += [each if isinstance(each, ast.AST) else _leaf(node, part, each, aliases) for each in several]
        todo += reversed(parts)


def _leaf(node: ast.AST, part: str, value: Any, aliases: dict[str, str]) -> tuple[str, str]:
    """One name, number or text; an imported name is what it was imported as, a text may be a key and is a name."""
    if isinstance(node, ast.Name) and value in aliases:
        return "is", aliases[value]
    if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
        return "is", str(value)  # of numpy, mostly: not the file's to choose
    if isinstance(value, str):
        return "name", value
    if part == "value" and isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return "is", repr(float(value))  # 1, 1.0 and 1e0
        except OverflowError:
            return "is", "huge"
    return "is", type(value).__name__ if isinstance(value, (bytes, complex)) else str(value)


def _limit() -> None:
    """Take limits that end this process and no other; where the system has none, the caller's clock is left."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PROCESSOR), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    """Read a JSON list of sources, write a JSON list of their forms."""
    _limit()
    sources = json.loads(sys.stdin.buffer.read())
    json.dump([form(each) for each in sources], sys.stdout)


if __name__ == "__main__":
    main()
