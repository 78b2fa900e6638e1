"""What the editor shows of a file, and what it leaves out: put together again, it is the file, to the byte.

Shown are the bodies of the methods. That is done only where nothing of the learner's own would be out of sight:
whatever has more than what was handed out (a helper, a decorator, another signature), or less, is shown whole.
"""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from dataclasses import dataclass, replace

EXERCISES = (
    {"init": ["self", "param"], "update": ["self", "param", "grad", "state"]},
    {"tune": ["self", "loss"]},
)
"""By kind of exercise, its methods and their parameters."""
METHODS = {name: parameters for each in EXERCISES for name, parameters in each.items()}
BOM = "\ufeff"
_DEF = re.compile(r"(?P<indent>[ \t]+)def (?P<name>\w+)\(.*\)(?: *->.*)?: *(?:#.*)?\r?$")
_QUOTES = re.compile("[rRuU]?(?P<mark>\"\"\"|''')")


@dataclass(frozen=True, slots=True)
class Pane:
    """A stretch of a file's lines that is shown, and what stands directly before it."""

    body: str
    """The lines, without the end of the last one."""
    head: str = ""
    """The signature above them."""
    doc: str = ""
    """The docstring between signature and body, if there is one."""

    @property
    def shown(self) -> str:
        """The body as a page has it."""
        return self.body.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A whole file: what is hidden, shown, hidden, shown, and hidden again."""

    hidden: tuple[str, ...]
    """One more than panes."""
    panes: tuple[Pane, ...]

    @property
    def whole(self) -> bool:
        """Whether all of the file is shown."""
        return len(self.panes) == 1

    @property
    def before(self) -> list[int]:
        """How many lines are hidden before each pane, since the one above."""
        return [each.count("\n") for each in self.hidden[: len(self.panes)]]

    def join(self) -> str:
        """Return the file."""
        bodies = [*(pane.body for pane in self.panes), ""]
        return "".join(part for pair in zip(self.hidden, bodies, strict=True) for part in pair)

    def refilled(self, bodies: list[str]) -> Pieces:
        """Return the pieces with what is in the panes now.

        Args:
            bodies: of each pane, with lines that end in a newline alone.

        Returns:
            The pieces. A body that nobody has changed is as it was; others get the file's own ends of lines.

        """
        newline = "\r\n" if "\r\n" in self.join() else "\n"
        panes = tuple(
            pane if body == pane.shown else replace(pane, body=body.replace("\n", newline))
            for pane, body in zip(self.panes, bodies, strict=True)
        )
        return replace(self, panes=panes)


def whole(text: str) -> Pieces:
    """Return the file as one pane; a byte order mark, which no editor shows, stays hidden."""
    mark = BOM if text.startswith(BOM) else ""
    return Pieces((mark, ""), (Pane(text[len(mark) :]),))


def methods(text: str, class_name: str) -> Pieces | None:
    """Return the file with the bodies of its methods shown.

    A file with a mistake in its grammar is cut by its indentation, if all of the mistake is within the bodies.

    Args:
        text: the file.
        class_name: the class that has the methods.

    Returns:
        The pieces, or None: the file has more, or less, than what was handed out.

    """
    lines, tree = text.split("\n"), parsed(text)
    return _by_indentation(lines, class_name) if tree is None else _by_grammar(lines, tree, class_name)


def parsed(text: str) -> ast.Module | None:
    """Return the tree of a file; None if it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the learner's own file, which nobody has asked for yet
        try:
            return ast.parse(text.removeprefix(BOM))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _by_grammar(lines: list[str], tree: ast.Module | None, class_name: str) -> Pieces | None:
    found = None if tree is None else _methods(tree, class_name)
    if found is None:
        return None
    spans = []
    for number, method in enumerate(found):
        limit = found[number + 1].lineno - 1 if number + 1 < len(found) else len(lines)
        span = _span(lines, method, limit)
        if span is None:
            return None
        spans.append(span)
    heads = [("\n".join(lines[a:b]), "\n".join(lines[b:c])) for a, b, c, _ in spans]
    return _cut(lines, [(first, end) for _, _, first, end in spans], heads)


def _cut(lines: list[str], bodies: list[tuple[int, int]], heads: list[tuple[str, str]]) -> Pieces:
    """Return the file cut at its bodies, each given by its first line and the line after it."""
    text, at = "\n".join(lines), 0
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    hidden, panes = [], []
    for (first, end), (head, doc) in zip(bodies, heads, strict=True):
        body = text[starts[first] : starts[end] - 1].removesuffix("\r")
        hidden.append(text[at : starts[first]])
        panes.append(Pane(body, head.replace("\r", ""), doc.replace("\r", "")))
        at = starts[first] + len(body)
    return Pieces((*hidden, text[at:]), tuple(panes))


def _methods(tree: ast.Module, class_name: str) -> list[ast.FunctionDef] | None:
    """Return the methods, if the file has nothing else that a learner may have written."""
    others = [each for each in tree.body if not (_is_doc(each) or isinstance(each, (ast.Import, ast.ImportFrom)))]
    if len(others) != 1 or not isinstance(others[0], ast.ClassDef) or others[0].name != class_name:
        return None
    made = others[0]
    if made.bases or made.keywords or [ast.unparse(each) for each in made.decorator_list] not in (["dataclass"], []):
        return None
    inside = [each for each in made.body if not (_is_doc(each) or isinstance(each, ast.AnnAssign))]
    found = [each for each in inside if isinstance(each, ast.FunctionDef) and not each.decorator_list]
    if len(found) != len(inside) or {each.name for each in found} not in [set(each) for each in EXERCISES]:
        return None
    if len({each.name for each in found}) < len(found):
        return None
    return found if all(_signature(each) == METHODS[each.name] for each in found) else None


def _signature(method: ast.FunctionDef) -> list[str] | None:
    given = method.args
    if given.vararg or given.kwarg or given.kwonlyargs or given.defaults or given.posonlyargs:
        return None
    return [each.arg for each in given.args]


def _is_doc(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _span(lines: list[str], method: ast.FunctionDef, limit: int) -> tuple[int, int, int, int] | None:
    """Return where signature, docstring and body of a method begin, and where the body ends: indices of lines."""
    doc = method.body[0] if _is_doc(method.body[0]) else None
    rest = method.body[1:] if doc else method.body
    if not rest:
        return None
    start = method.lineno - 1
    if doc:
        doc_at, first = doc.lineno - 1, doc.end_lineno or doc.lineno
    else:
        given: list[ast.arg | ast.expr] = [*method.args.args, *([method.returns] if method.returns else [])]
        doc_at = first = max(method.lineno, *(each.end_lineno or 0 for each in given))
        while first < rest[0].lineno - 1 and not lines[first - 1].partition("#")[0].rstrip().endswith(":"):
            first += 1
            doc_at = first
    end = rest[-1].end_lineno or rest[-1].lineno
    if doc_at <= start or rest[0].lineno - 1 < first:
        return None  # all on one line
    for number in range(end, limit):  # what is remarked at the end of the body belongs to it
        line = lines[number].strip()
        if line.startswith("#") and _indent(lines[number]) > method.col_offset:
            end = number + 1
        elif line:
            break
    return start, doc_at, first, end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _by_indentation(lines: list[str], class_name: str) -> Pieces | None:
    """Cut a file that is no Python by its indentation; with other bodies it has to be Python."""
    bodies: list[tuple[int, int]] = []
    indents: list[str] = []
    for number, line in enumerate(lines[:-1]):
        found = _DEF.fullmatch(line)
        if found and found["name"] in METHODS:
            bodies.append(_lines_below(lines, number, len(found["indent"])))
            below = lines[number + 1]  # the docstring, if there is one
            indents.append(below[: _indent(below)] or " " * 8)
    apart = all(one[1] <= other[0] for one, other in itertools.pairwise(bodies))
    if not bodies or not apart or any(first >= end for first, end in bodies):
        return None
    masked = list(lines)
    for (first, end), indent in zip(reversed(bodies), reversed(indents), strict=True):
        masked[first:end] = [f"{indent}pass" + ("\r" if lines[end - 1].endswith("\r") else "")]
    pieces = _by_grammar(masked, parsed("\n".join(masked)), class_name)
    if pieces is None or any(pane.body.strip() != "pass" for pane in pieces.panes):
        return None
    return _cut(lines, bodies, [(pane.head, pane.doc) for pane in pieces.panes])


def _lines_below(lines: list[str], start: int, indent: int) -> tuple[int, int]:
    """Return where the body of the method begins whose signature is in a line, and where it ends."""
    first = start + 1
    if first < len(lines) and (quotes := _QUOTES.match(lines[first].strip())):
        if quotes["mark"] not in lines[first].strip()[quotes.end() :]:
            first += 1
            while first < len(lines) and quotes["mark"] not in lines[first]:
                first += 1
        first += 1
    end = first
    for number in range(first, len(lines)):
        if lines[number].strip() and _indent(lines[number]) <= indent:
            break
        if lines[number].strip():
            end = number + 1
    return first, end
