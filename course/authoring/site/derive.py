"""The pictures of a figure computed in the page: its own Python functions, and all that they call, in JavaScript.

A figure that remembers, or that has too many pictures for a table, is derived: from its `scene` and `turns`
(`course/lab/piece.py`) the functions, constants and rules are followed that they name, each is translated once, and
`js/python.js` has the few things of Python and numpy that they use. What cannot be translated is refused, with the line
where it stands.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import sys
import types
from typing import TYPE_CHECKING, Any

from course.authoring.javascript import Translator
from course.authoring.site.figure import FigureTranslator, constant, file_name, plain
from course.authoring.site.kinds import tree_of
from course.grading.palette import DARK, themed
from course.text import CourseError, Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from course.lab.piece import Piece

PLAIN = (bool, int, float, str, tuple, list, dict, type(None))


def derived(piece: Piece, turns: Mapping[str, Callable[..., Any]]) -> str:
    """Return what draws a figure in the page.

    Args:
        piece: the figure.
        turns: what its turns are called in the page.

    Returns:
        A function of JavaScript: given js/python.js, it returns `scene` and `turns`.

    Raises:
        CourseError: one of the functions has something that cannot be translated.

    """
    assert piece.scene is not None  # noqa: S101 - for the type checker: what is derived has a scene
    source = Source(piece.tables)
    scene = source.name_of(piece.scene, "scene")
    made = ", ".join(f"{json.dumps(name)}: {source.name_of(each, 'turn')}" for name, each in turns.items())
    parts = "\n".join(source.parts)
    return f"(py) => {{\nconst {{ op, np }} = py;\n{parts}\nreturn {{ scene: {scene}, turns: {{ {made} }} }};\n}}"


class Source:
    """What has been translated so far, each thing after those that it is made of.

    Args:
        tables: functions that are looked up, by the arguments in the table.

    """

    def __init__(self, tables: Mapping[Callable[..., Any], Iterable[tuple[Any, ...]]]) -> None:
        self.parts: list[str] = []
        self.tables = tables
        self._names: dict[object, str] = {}

    def name_of(self, value: Any, name: str, module: types.ModuleType | None = None) -> str:
        """Return what a thing that a function of Python names is called in JavaScript, and translate it if need be.

        Args:
            value: a function, a class, a constant, or what a module has made of its own functions.
            name: what Python calls it.
            module: where; a constant's, and what it has made.

        Returns:
            A name, which stands before whatever is translated later.

        """
        known = (module.__name__ if module else "", name) if isinstance(value, PLAIN) else id(value)
        if known not in self._names:
            taken = sum(each.split("$")[0] == name for each in self._names.values())
            self._names[known] = f"{name}${taken or ''}"  # with $ it is no local name of Python's
            self.parts.append(self._made(value, self._names[known], name, module))
        return self._names[known]

    def _made(self, value: Any, name: str, original: str, module: types.ModuleType | None) -> str:
        if any(each is value for each in self.tables):
            asked = list(self.tables[value])
            if any(type(part) is not int for each in asked for part in each):
                raise CourseError(_LOOKED_UP.format(name=original))
            answers = [value(*each) for each in asked]
            arrays = json.dumps(any(hasattr(each, "tolist") for each in answers))
            found = {", ".join(map(str, each)): plain(answer) for each, answer in zip(asked, answers, strict=True)}
            return f"const {name} = py.table({json.dumps(found, separators=(',', ':'))}, {arrays});"
        if value is themed:
            return f"const {name} = (markup) => py.themed(markup, {json.dumps('|'.join(DARK))});"
        if dataclasses.is_dataclass(value) and inspect.isclass(value):
            return self._file(value).record(tree_of(value), name)
        plainly = isinstance(value, types.FunctionType) and not value.__closure__ and not hasattr(value, "__wrapped__")
        if plainly and value.__name__ != "<lambda>":
            return self._file(value).function(tree_of(value), name)
        if isinstance(value, PLAIN):
            return f"const {name} = {constant(value)};"
        if module is None:
            raise CourseError(_UNKNOWN.format(file=getattr(value, "__module__", ""), name=original))
        return f"const {name} = {self._assigned(module, original)};"

    def rule(self, stem: str) -> str:
        """Return what an update rule of the course is called, and translate it if need be, as for the maps."""
        topic = Topic.load(stem)
        name = f"rule_{stem}".replace("-", "_")
        if name not in self._names:
            self._names[name] = name
            translator = Translator(f"solutions/{topic.solution.name}")
            classes = ast.parse(topic.solution.read_text("utf-8")).body
            node = next(each for each in classes if isinstance(each, ast.ClassDef) and each.name == topic.class_name)
            self.parts.append(f"const {name} = {translator.rule(node)};")
        return name

    def _file(self, value: Any) -> FigureTranslator:
        return FigureTranslator(sys.modules[value.__module__], self)

    def _assigned(self, module: types.ModuleType, name: str) -> str:
        """Translate what a module assigns to a name, by itself or as one of several."""
        found = []
        for node in ast.parse(inspect.getsource(module)).body:
            if not isinstance(node, ast.Assign) or len(node.targets) != 1:
                continue
            pairs = [(node.targets[0], node.value)]
            if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(node.targets[0].elts, node.value.elts, strict=True))
            found += [value for target, value in pairs if isinstance(target, ast.Name) and target.id == name]
        if len(found) == 1:
            return FigureTranslator(module, self).value(found[0])
        raise CourseError(_UNKNOWN.format(file=file_name(module), name=name))


_UNKNOWN = Text(
    en="{file}: how {name} is made cannot be translated for the page.",
    zh="{file}：{name} 的来历无法翻译成网页所用的代码。",
)

_LOOKED_UP = Text(
    en="What {name} is asked in a table of the page has to be whole numbers: write others as their places in a list.",
    zh="网页查表时，{name} 的参数必须都是整数，别的值请改用它们在列表中的位置。",
)
