"""The course's own rules and landscapes in JavaScript, so that the page draws their paths itself.

    solutions/*.py, course/lab/widget/landscapes.py  →  course/lab/widget/js/derived.js

What is translated is what a rule written with operators is made of: assignments, `if`, tuples, dicts, comparisons. All
else is refused, with the line where it stands. `numbers.js` has the operators, as Python and numpy have them.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

from course.lab.training.rates import SHAPES, WARM
from course.lab.widget import landscapes, walk
from course.text import CourseError, Text
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = """\
// @ts-nocheck
// Derived from solutions/*.py and course/lab/widget/landscapes.py by `course build`: edit those.

import { op } from "./numbers.js";
"""
NUMBERS = ("FAR", "LIMIT", "DIRECTIONS", "PLACES")
"""Constants of walk.py that the page needs too."""

NAMES = {
    *("arguments", "await", "case", "catch", "const", "debugger", "default", "delete", "do", "enum", "eval", "export"),
    *("extends", "function", "implements", "instanceof", "interface", "let", "new", "op", "package", "private"),
    *("protected", "public", "static", "super", "switch", "this", "throw", "typeof", "var", "void"),
}
"""What Python lets one call a variable and JavaScript does not."""

OPERATORS = {
    *("Add", "Sub", "Mult", "Div", "Mod", "Pow", "USub", "Not"),
    *("Gt", "GtE", "Lt", "LtE", "Eq", "NotEq", "Is", "IsNot"),
}
"""What `op` in numbers.js has."""

_REFUSED = Text(
    en="{file}, line {line}: `{code}` cannot be translated for the page. Rules are written with operators, tuples,"
    " dicts and `if`; course/authoring/javascript.py has what else it knows.",
    zh="{file} 第 {line} 行：`{code}` 无法翻译成网页所用的代码。更新规则请用运算符、元组、字典和 `if` 来写。"
    "能翻译的其他写法见 course/authoring/javascript.py。",
)


class Translator:
    """Translator of one file's functions and classes.

    Args:
        file: its name, for messages.
        constants: the numbers that its functions know by a name.

    """

    def __init__(self, file: str, constants: Mapping[str, float] | None = None) -> None:
        self.file = file
        self.constants = constants or {}

    def rule(self, node: ast.ClassDef) -> str:
        """Translate a dataclass: its fields become what the constructor knows, its methods follow."""
        fields = []
        for part in _without_docstring(node.body):
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                if part.value is not None:
                    fields.append(f"{part.target.id}: {self.value(part.value)}")
            elif not isinstance(part, ast.FunctionDef):
                raise self._refused(part)
        known = f"Object.assign(this, {{ {', '.join(fields)} }}, given);"
        methods = [self.method(part) for part in node.body if isinstance(part, ast.FunctionDef)]
        return "\n".join([f"class {node.name} {{", f"constructor(given) {{ {known} }}", *methods, "}"])

    def method(self, node: ast.FunctionDef, name: str = "") -> str:
        """Translate a function.

        Args:
            node: the function.
            name: what it is called instead of its own name.

        Returns:
            A method of a class or an object.

        """
        spec = node.args
        names = [each.arg for each in spec.args]
        if spec.vararg or spec.kwarg or spec.kwonlyargs or spec.defaults or node.decorator_list:
            raise self._refused(node)
        body = _without_docstring(node.body)
        mentioned = [each for part in body for each in ast.walk(part) if isinstance(each, ast.Name)]
        for each in mentioned:
            if each.id in NAMES:
                raise self._refused(each)
        assigned = {each.id: None for each in mentioned if isinstance(each.ctx, ast.Store) and each.id not in names}
        while names and names[-1] not in {each.id for each in mentioned}:
            names.pop()  # a function of JavaScript may be given more than it takes
        lines = [f"let {', '.join(assigned)};"] if assigned else []
        known = {*names, *assigned, *self.constants, "np", "math", "min"}
        for each in mentioned:
            if each.id not in known:
                raise self._refused(each)
        lines += [self.statement(part) for part in body]
        taken = ", ".join(each for each in names if each != "self")
        return "\n".join([f"{name or node.name}({taken}) {{", *lines, "}"])

    def statement(self, node: ast.stmt) -> str:
        """Translate a statement."""
        match node:
            case ast.Return(value=ast.expr() as value):
                return f"return {self.value(value)};"
            case ast.Assign():
                targets = "".join(f"{self.value(each)} = " for each in node.targets)
                return f"{targets}{self.value(node.value)};"
            case ast.If():
                branches = [self.statement(each) for each in node.body]
                others = ["} else {", *(self.statement(each) for each in node.orelse)] if node.orelse else []
                return "\n".join([f"if ({self.value(node.test)}) {{", *branches, *others, "}"])
        raise self._refused(node)

    def value(self, node: ast.expr) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of expression
        """Translate an expression."""
        match node:
            case ast.Constant(value=bool() | None | int() | float() | str() as value):
                return repr(value) if type(value) in {int, float} else json.dumps(value)
            case ast.Name(id="self"):
                return "this"
            case ast.Name(id="np" | "math" | "min"):  # what they are used for is matched below, as a whole
                raise self._refused(node)
            case ast.Name(id=name):
                return repr(float(self.constants[name])) if name in self.constants else name
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                if name != "pi":
                    raise self._refused(node)
                return "Math.PI"
            case ast.Attribute(value=value, attr=name):
                return f"{self.value(value)}.{name}"
            case ast.Subscript(slice=ast.Constant(value=str() as key)):
                return f"{self.value(node.value)}.{key}"
            case ast.BinOp():
                return self._call(node.op, node.left, node.right)
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                return self._call(node.op, node.operand)
            case ast.Compare(ops=[operator], comparators=[other]):
                return self._call(operator, node.left, other)
            case ast.IfExp():
                return f"({self.value(node.test)} ? {self.value(node.body)} : {self.value(node.orelse)})"
            case ast.Tuple():
                return f"[{', '.join(map(self.value, node.elts))}]"
            case ast.Dict() if all(isinstance(key, ast.Constant) for key in node.keys):
                keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
                return _object(dict(zip(keys, map(self.value, node.values), strict=True)))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np" | "math"), attr="sin" | "cos" as name), args=[value]
            ):
                return f"Math.{name}({self.value(value)})"
            case ast.Call(func=ast.Name(id="min"), args=[_, _]):
                return f"Math.min({', '.join(map(self.value, node.args))})"
            case ast.Call(func=ast.Attribute(value=owner, attr="init" | "update" as name), keywords=[]):
                return f"{self.value(owner)}.{name}({', '.join(map(self.value, node.args))})"
        raise self._refused(node)

    def _call(self, operator: ast.AST, *operands: ast.expr) -> str:
        """Return the call of an operator."""
        name = type(operator).__name__
        if name not in OPERATORS:
            raise self._refused(operands[0])
        return f"op.{name}({', '.join(map(self.value, operands))})"

    def _refused(self, node: ast.stmt | ast.expr) -> CourseError:
        code = ast.unparse(node).splitlines()[0]
        return CourseError(_REFUSED.format(file=self.file, line=getattr(node, "lineno", 1), code=code))


def derived() -> str:
    """Return the module: `RULES` by stem, `LANDSCAPES` by key, and the numbers that page and kernel must agree on."""
    rules, grounds = {}, {}
    for topic in topics("rule"):
        tree = ast.parse(topic.solution.read_text("utf-8"))
        translator = Translator(f"solutions/{topic.solution.name}")
        classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        rules[topic.stem] = translator.rule(classes[topic.class_name])
    source = Path(landscapes.__file__)
    tree = ast.parse(source.read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    constants = {name: value for name, value in vars(landscapes).items() if isinstance(value, (int, float))}
    translator = Translator(source.name, constants)
    for key, ground in landscapes.LANDSCAPES.items():
        given = {
            name: json.dumps(getattr(ground, name))
            for name in ("extent", "minima", "start", "detail", "noise", "lr", "turns")
        }
        lines = [f"{name}: {value}," for name, value in given.items()]
        for name, function in (("value", ground.value), ("slope", ground.slope)):
            lines.append(translator.method(functions[function.__name__], name) + ",")
        grounds[key] = "\n".join(["{", *lines, "}"])
    numbers = {name: json.dumps(getattr(walk, name)) for name in NUMBERS}
    numbers["NOISE_PERIOD"] = json.dumps(landscapes.NOISE_PERIOD)
    numbers |= {"SHAPES": json.dumps(SHAPES), "WARM": json.dumps(WARM)}
    text = "\n".join(
        [
            *(f"export const {name} = {value};" for name, value in numbers.items()),
            "",
            '/** @type {Record<string, import("./walk.js").Maker>} */',
            f"export const RULES = {_table(rules)};",
            "",
            '/** @type {Record<string, import("./walk.js").Landscape>} */',
            f"export const LANDSCAPES = {_table(grounds)};",
        ]
    )
    return f"{HEAD}\n{_indented(text)}\n"


def _object(entries: Mapping[object, str]) -> str:
    return f"{{ {', '.join(f'{_key(name)}: {value}' for name, value in entries.items())} }}" if entries else "{}"


def _table(entries: Mapping[str, str]) -> str:
    return "\n".join(["{", *(f"{_key(name)}: {value}," for name, value in entries.items()), "}"])


def _key(name: object) -> str:
    return name if isinstance(name, str) and name.isidentifier() else json.dumps(name)


def _indented(text: str) -> str:
    """Indent lines by the braces around them."""
    lines, depth = [], 0
    for line in text.splitlines():
        depth -= line.startswith("}")
        lines.append(f"{'  ' * depth}{line}" if line else "")
        depth += line.endswith("{")
    return "\n".join(lines)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if told else body
