"""In which ways an expression of a solution may be written wrong: a sign, a root, a name, a number, a parenthesis."""

from __future__ import annotations

import ast
import itertools
import re
from typing import TYPE_CHECKING

from course.authoring.learning.places import ATOM, OPERATORS, Passage, Rewriting, SourceTree, named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Way = tuple[Passage, float, tuple[str, ...]]
"""What is written in an expression's place, how far-fetched that is, and what to call it."""

SUM, PRODUCT, POWER, UNARY = 5, 6, 8, 7
OTHER_SIGN: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add, ast.Pow),
    ast.Div: (ast.Mult,),
    ast.Mod: (ast.Div,),
    ast.Pow: (ast.Mult,),
}
OTHER_COMPARISON: dict[type[ast.cmpop], str] = {ast.Gt: ">=", ast.GtE: ">", ast.Lt: "<=", ast.LtE: "<", ast.Eq: "!="}
NUMBERS = ("0", "1", "2", "3", "4", "0.5", "0.1", "-1", "10")
"""What is written in a number's place, beside the numbers that stand in the files themselves."""
TINY = ("1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "1e-10", "1e-12", "1e-15", "1e-16")
"""And in the place of one that is tiny."""
LARGEST_TINY = 1e-3
MOST_NAMES = 24
"""Names, entries and hyperparameters that are tried in the place of one."""


class Grammar:
    """All ways to write one expression of a solution wrong.

    Args:
        places: the solution.
        literals: numbers that stand in the files, as they are written there.

    """

    def __init__(self, places: SourceTree, literals: Collection[str] = ()) -> None:
        self.places = places
        self.literals = tuple(literals)
        self.defaults = places.hyperparameters()
        begun = dict(_entries(places))
        self.entries = tuple(begun)
        self.empty = [name for name, value in begun.items() if value == "None"]

    def rewrites(self) -> Iterator[Rewriting]:
        """Yield every way, expression by expression."""
        for function in self.places.functions():
            names = self._names(function)
            for node in self.places.walk(function):
                if isinstance(node, ast.expr) and self._is_value(node):
                    for piece, cost, words in itertools.chain(self._shapes(node), self._atoms(node, names)):
                        yield Rewriting((self.places.replaced(node, piece),), cost, words)
        for name, node in self.defaults.items():
            yield from self._default(name, node)

    def _is_value(self, node: ast.expr) -> bool:
        """Return whether an expression is a number or an array that is read, and not the name of a function."""
        parent = self.places.parents.get(node)
        if isinstance(parent, ast.Call) and node is parent.func:
            return False
        if isinstance(parent, (ast.Attribute, ast.arg)) or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return False
        if isinstance(parent, ast.Subscript) or (isinstance(parent, ast.Dict) and node in parent.keys):
            return False
        if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.Is, ast.IsNot)):
            return False
        return isinstance(
            node,
            (
                ast.BinOp,
                ast.UnaryOp,
                ast.Compare,
                ast.IfExp,
                ast.Call,
                ast.Name,
                ast.Attribute,
                ast.Subscript,
                ast.Constant,
            ),
        )

    def _names(self, function: ast.FunctionDef) -> list[str]:
        """What may be read in a method: its arguments, its variables, the entries of the state, the hyperparameters."""
        found = [arg.arg for arg in function.args.args if arg.arg not in {"self", "state"}]
        found += [
            each.id
            for each in self.places.walk(function)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        ]
        if function.name == "update":
            found += [f'state["{entry}"]' for entry in self.entries]
            found += [f'(0 * grad if state["{name}"] is None else state["{name}"])' for name in self.empty]
        found += [f"self.{name}" for name in self.defaults]
        return list(dict.fromkeys(found))[:MOST_NAMES]

    def _shapes(self, node: ast.expr) -> Iterator[Way]:
        """What the expression may be made of its own parts."""
        piece = self.places.piece
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            yield from self._of_two(node, node.op)
        elif isinstance(node, ast.UnaryOp):
            yield piece(node.operand), 1.2, (named(node.operand), "sign")
            if isinstance(node.op, ast.Not):
                yield Passage("False"), 1.2, (named(node), "never")
        elif isinstance(node, ast.IfExp):
            for part in (node.body, node.orelse):
                yield piece(part), 1.1, (self.places.target(node), "always", named(part))
            test, body, other = (piece(each).within(1) for each in (node.test, node.body, node.orelse))
            yield Passage(f"{other} if {test} else {body}", 0), 1.3, (self.places.target(node), "branches-swapped")
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = piece(node.left).within(SUM), piece(node.comparators[0]).within(SUM)
            if type(node.ops[0]) in OTHER_COMPARISON:
                other = OTHER_COMPARISON[type(node.ops[0])]
                yield Passage(f"{left} {other} {right}", 3), 1.1, (named(node), "compared-otherwise")
            for always in ("True", "False"):
                yield Passage(always), 1.2, (named(node), "always" if always == "True" else "never")
        elif isinstance(node, ast.Call):
            yield from self._of_call(node)

    def _of_two(self, node: ast.BinOp, op: ast.operator) -> Iterator[Way]:
        """What becomes of two operands: one is dropped, the sign is another one, a parenthesis or root is elsewhere."""
        left, right = self.places.piece(node.left), self.places.piece(node.right)
        power = (named(node.left), "power") if isinstance(op, ast.Pow) else (named(node.right),)
        what = tuple(filter(None, power)) or (self.places.target(node), "number")
        yield left, 1.0, (*what, "forgotten")
        yield right, 1.1, (named(node.left) or self.places.target(node), "forgotten")
        for other in OTHER_SIGN[type(op)]:
            yield joined(left, other, right), 1.1, (named(node.right) or self.places.target(node), "sign")
        if isinstance(op, (ast.Sub, ast.Div)):
            yield joined(right, type(op), left), 1.3, (self.places.target(node), "other-way-round")
        if isinstance(op, ast.Add):
            yield Passage(f"np.maximum({left.text}, {right.text})"), 1.4, (named(node.right), "as-floor")
        if isinstance(op, ast.Pow):
            yield Passage(f"abs({left.text})"), 1.3, (named(node.left), "absolute")
        for one, first, other, second, third, opens in self._groupings(node):
            inner = joined(first, one, second) if opens else joined(second, other, third)
            whole = joined(inner, other, third) if opens else joined(first, one, inner)
            yield whole, 1.1, (self.places.target(node), "parentheses")
        yield from self._roots(node)
        yield from self._beside_quotient(node)
        if isinstance(op, ast.Add) and isinstance(node.left, ast.BinOp) and isinstance(node.right, ast.BinOp):
            yield from self._weights(node.left, node.right)

    def _beside_quotient(self, node: ast.BinOp) -> Iterator[Way]:
        """What becomes of a fraction with a sum below: the last term stands beside it, within the other factors."""
        above, below, piece = node.left, node.right, self.places.piece
        if not (isinstance(node.op, ast.Div) and isinstance(below, ast.BinOp) and isinstance(below.op, ast.Add)):
            return
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult):
            fraction = joined(piece(above.right), ast.Div, piece(below.left))
            whole = joined(piece(above.left), ast.Mult, joined(fraction, ast.Add, piece(below.right)))
            yield whole, 1.2, (named(below.right), "beside-the-quotient")

    def _groupings(
        self, node: ast.BinOp
    ) -> Iterator[tuple[type[ast.operator], Passage, type[ast.operator], Passage, Passage, bool]]:
        """Yield the three operands of two operations, to be put together the other way."""
        piece, op = self.places.piece, type(node.op)
        inner = node.right
        if isinstance(inner, ast.BinOp) and type(inner.op) in OPERATORS:
            yield op, piece(node.left), type(inner.op), piece(inner.left), piece(inner.right), True
        inner = node.left
        if isinstance(inner, ast.BinOp) and type(inner.op) in OPERATORS:
            yield type(inner.op), piece(inner.left), op, piece(inner.right), piece(node.right), False

    def _roots(self, node: ast.BinOp) -> Iterator[Way]:
        """What becomes of a power: it is taken of one part only, or of the whole."""
        piece, words = self.places.piece, (self.places.target(node), "root")
        inner = node.left
        if isinstance(node.op, ast.Pow) and isinstance(inner, ast.BinOp) and type(inner.op) in OPERATORS:
            one, other, power = piece(inner.left), piece(inner.right), piece(node.right)
            first, second = joined(one, ast.Pow, power), joined(other, ast.Pow, power)
            yield joined(first, type(inner.op), other), 1.1, words
            yield joined(one, type(inner.op), second), 1.2, words
            yield joined(first, type(inner.op), second), 1.2, words
        for part, left in ((node.left, True), (node.right, False)):
            if isinstance(node.op, ast.Pow) or not (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow)):
                continue
            bare, power = piece(part.left), piece(part.right)
            pair = (bare, piece(node.right)) if left else (piece(node.left), bare)
            yield joined(joined(pair[0], type(node.op), pair[1]), ast.Pow, power), 1.1, words

    def _weights(self, one: ast.BinOp, other: ast.BinOp) -> Iterator[Way]:
        """What becomes of an average: its two weights change places."""
        if isinstance(one.op, ast.Mult) and isinstance(other.op, ast.Mult):
            a, x, b, y = map(self.places.piece, (one.left, one.right, other.left, other.right))
            swapped = joined(joined(b, ast.Mult, x), ast.Add, joined(a, ast.Mult, y))
            yield swapped, 1.2, (self.places.target(one), "weights-swapped")

    def _of_call(self, node: ast.Call) -> Iterator[Way]:
        called = ast.unparse(node.func)
        for argument in node.args if called in {"min", "max", "math.cos"} else ():
            yield self.places.piece(argument), 1.1, (called.rpartition(".")[2], "forgotten")
        other = {"min": "max", "max": "min", "math.cos": "math.sin"}.get(called)
        if other:
            inside = ", ".join(self.places.piece(each).text for each in node.args)
            yield Passage(f"{other}({inside})"), 1.3, (other.rpartition(".")[2], "for", called.rpartition(".")[2])

    def _atoms(self, node: ast.expr, names: Sequence[str]) -> Iterator[Way]:
        """What is put in the place of the expression, or done to it as it is."""
        own, name = self.places.piece(node), named(node) or self.places.target(node)
        if isinstance(node, ast.Constant):
            yield from self._of_constant(node, name)
            return
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            yield from ((Passage(other), 1.4, (_word(other), "for", name)) for other in names if other != own.text)
            yield from ((number, 1.4, (name, "is", number.text)) for number in self._numbers(node))
            for sign, word in (("+", "one-more"), ("-", "one-less")):
                yield Passage(f"{own.text} {sign} 1", SUM), 1.3, (name, word)
        if isinstance(node, (ast.Compare, ast.UnaryOp)) or not self._is_number(node):
            return
        yield from self._done_to(own, name)
        for factor in self._factors(node):
            for sign, cost in (("*", 1.5), ("/", 2.2)):
                whole = f"{own.within(PRODUCT)} {sign} {factor}"
                yield Passage(whole, PRODUCT), cost, (name, "times" if sign == "*" else "over", _word(factor))

    def _of_constant(self, node: ast.Constant, name: str) -> Iterator[Way]:
        """What else a number may be, or what is not there yet."""
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            yield from ((number, 1.2, (name, "number-is", number.text)) for number in self._numbers(node))
        elif node.value is None:
            yield from ((Passage(text), 1.3, (name, "starts-as", text)) for text in ("param", "0 * param"))

    def _is_number(self, node: ast.expr) -> bool:
        """Return whether it is computed with: a condition, an inner state and a rule are not."""
        return named(node) not in {"inner", "inner_state"} or not isinstance(node, (ast.Name, ast.Subscript))

    def _done_to(self, own: Passage, name: str) -> Iterator[Way]:
        """What is done to an expression as it is."""
        yield Passage(f"-{own.within(UNARY)}", UNARY), 1.2, (name, "sign")
        yield Passage(f"1 - {own.within(PRODUCT)}", SUM), 1.2, (name, "complement")
        yield Passage(f"1 + {own.within(PRODUCT)}", SUM), 1.6, (name, "plus-one")
        for power, word in (("2", "squared"), ("0.5", "rooted")):
            yield Passage(f"{own.within(ATOM)} ** {power}", POWER), 1.3, (name, word)
        for factor, word in (("2 *", "doubled"), ("0.5 *", "halved")):
            yield Passage(f"{factor} {own.within(UNARY)}", PRODUCT), 1.3, (name, word)
        for function, word in (
            ("np.sign({})", "sign-of"),
            ("abs({})", "absolute"),
            ("np.mean({})", "averaged"),
            ("np.sum({})", "summed"),
            ("np.clip({}, -1, 1)", "clipped"),
            ("np.maximum({}, 0)", "positive-part"),
            ("np.round({}, 4)", "rounded"),
        ):
            yield Passage(function.format(own.text)), 1.6, (name, word)

    def _factors(self, node: ast.expr) -> Iterator[str]:
        """What an operand may be multiplied with once more: a hyperparameter, what is left of it to 1, a number."""
        parent = self.places.parents.get(node)
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Mult, ast.Div)) and node is parent.left:
            return
        for name, value in self.defaults.items():
            if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
                text = f"self.{name}"
                several = range(len(value.elts)) if isinstance(value, ast.Tuple) else ()
                for each in [f"{text}[{number}]" for number in several] or [text]:
                    yield each
                    yield f"(1 - {each})"
        yield from (each for each in self.literals if "." in each or "e" in each.lower())
        if "step" in self.entries:
            count = '(state["step"] + 1)'
            yield from (count, f"{count} ** 0.5")

    def _numbers(self, node: ast.expr) -> Iterator[Passage]:
        """What number may stand in a place: nearby ones, the default, those of the files; of two numbers, two."""
        found: list[str] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            found += [str(node.value + 1), str(node.value - 1)]
        default = self.defaults.get(node.attr) if isinstance(node, ast.Attribute) else None
        if default is not None:
            found.append(ast.unparse(default))
        if isinstance(default, ast.Tuple):
            shares = [each for each in self.literals if 0 <= float(each) < 1]
            yield from (Passage(f"({one}, {other})") for one, other in itertools.permutations(shares, 2))
        if _tiny(default if default is not None else node):
            found += TINY
        own = self.places.piece(node).text
        for each in dict.fromkeys([*found, *self.literals, *NUMBERS]):
            if each != own and re.match(r"-?[\d.]|\(", each):
                yield Passage(each, UNARY if each[0] == "-" else ATOM)

    def _default(self, name: str, node: ast.expr) -> Iterator[Rewriting]:
        """What else a default may be."""
        for each in node.elts if isinstance(node, ast.Tuple) else [node]:
            if isinstance(each, ast.Constant) and isinstance(each.value, (int, float)) and each.value is not True:
                near = (f"{each.value * by:.6g}" for by in (10, 0.1, 100, 0.01)) if each.value else ()
                usual = ("0.9", "0.99", "0.999", "0.95", "0.8", "0.5", "1e-2", "1e-3", "1e-4", "0.1")
                for number in dict.fromkeys([*near, *usual, *(piece.text for piece in self._numbers(each))]):
                    if number != self.places.piece(each).text and number[0] != "-":
                        yield Rewriting((self.places.replaced(each, Passage(number)),), 1.2, (name, "default", number))


def joined(left: Passage, op: type[ast.operator], right: Passage) -> Passage:
    """Join two operands, with parentheses where they are needed.

    Args:
        left: the first.
        op: what is done to them.
        right: the second.

    Returns:
        The expression.

    """
    sign, whole, first, second = OPERATORS[op]
    return Passage(f"{left.within(first)} {sign} {right.within(second)}", whole)


def _tiny(node: ast.expr) -> bool:
    """Return whether it is a number that only keeps something from being 0."""
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and 0 < node.value < LARGEST_TINY


def _entries(places: SourceTree) -> Iterator[tuple[str, str]]:
    """The entries of the state, and what they begin with."""
    for function in places.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Dict) and function.name == "init":
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant):
                        yield str(key.value), ast.unparse(value)


def _word(text: str) -> str:
    """What a name, an entry or a hyperparameter is called in the name of a mistake."""
    found = re.findall(r"[A-Za-z_]\w*", text)
    return str(found[-1]) if found else text
