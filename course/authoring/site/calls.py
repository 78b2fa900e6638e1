"""What a figure may call, in JavaScript: Python's and numpy's functions that js/python.js has, and the course's own.

A function that is called otherwise than is known here is refused: the page's own takes these arguments alone.
"""

from __future__ import annotations

import ast
import inspect
import json
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.authoring.javascript import Translator
from course.authoring.site import refusal
from course.authoring.site.kinds import INT, STR, TEXT, Kinds
from course.lab.rules import reference
from course.text import Text, language

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

    from course.authoring.site.derive import Source

BUILTINS = {"abs": (1, 1), "enumerate": (1, 1), "float": (1, 1), "len": (1, 1)}
"""What js/python.js has of Python's own functions, and how many arguments each takes at least and at most."""
BUILTINS |= {"max": (1, 9), "min": (1, 9), "range": (1, 3), "zip": (1, 9)}


@dataclass(frozen=True)
class Taken:
    """How a function of numpy's may be called."""

    places: int
    """How many arguments it takes by their places."""
    axis: tuple[int | None, ...] = (None,)
    """What its axis may be, which is given by name; None where it is not given."""


NUMPY = {
    **dict.fromkeys(("arange", "array", "asarray", "log", "sign", "transpose"), Taken(1)),
    "clip": Taken(3),
    "hypot": Taken(2),
    "linspace": Taken(3),
    "repeat": Taken(2),
    "mean": Taken(1, axis=(None, 0)),
    "take": Taken(2, axis=(0,)),
}
"""What js/python.js has of numpy."""
METHODS = {"replace": 2, "removesuffix": 1, "items": 0}
"""What it has of the methods of strings and dicts, and how many arguments each takes."""


class CallTranslator(Translator):
    """Translator of calls."""

    module: types.ModuleType
    source: Source
    local: set[str]
    kinds: Kinds
    read: Callable[[ast.expr], str]
    written: Callable[[ast.expr, str], str]
    _refused: Any

    def is_built_in(self, name: str) -> bool:
        """Return whether a name is a function of Python's own that the page has."""
        return name in BUILTINS and name not in self.local and not hasattr(self.module, name)

    def called(self, node: ast.Call) -> str:  # noqa: PLR0911 - one case for each kind of call
        """Translate a call of something with a name."""
        match node.func:
            case ast.Attribute():
                return self._method(node, node.func)
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str() as stem)], keywords=[]) if (
                self._is(name, reference) and not node.args
            ):
                return f"new {self.source.rule(stem)}({self.keywords(node.keywords)})"
            case ast.Name(id=name) if name in self.local and not node.keywords:
                return f"{name}({self._all(node.args)})"
            case ast.Name(id=name) if self.is_built_in(name):
                if name in {"zip", "enumerate"}:
                    raise self._refused(node, refusal.ONCE)
                return self.built_in(node, name)
            case ast.Name(id="isinstance"):
                return self._asked(node)
            case ast.Name(id=name) if self._is(name, language) and not node.args:
                return json.dumps(language())
            case ast.Name(id=name) if self._is(name, Text):
                return next(self.value(each.value) for each in node.keywords if each.arg == language())
            case ast.Name(id=name) if name not in self.local and callable(getattr(self.module, name, None)):
                return self._own(node, getattr(self.module, name))
        raise self._refused(node)

    def _is(self, name: str, value: object) -> bool:
        return name not in self.local and getattr(self.module, name, None) is value

    def _all(self, nodes: list[ast.expr]) -> str:
        return ", ".join(map(self.value, nodes))

    def built_in(self, node: ast.Call, name: str) -> str:
        """Translate a call of a function of Python's own.

        Args:
            node: the call.
            name: the function's.

        Returns:
            An expression.

        """
        least, most = BUILTINS[name]
        strict = {each.arg: ast.unparse(each.value) for each in node.keywords} == {"strict": "True"} and name == "zip"
        starred = any(isinstance(each, ast.Starred) for each in node.args)
        if not least <= len(node.args) <= most or starred or (node.keywords and not strict):
            raise self._refused(node, refusal.GIVEN)
        if name == "range" and any(self.kinds.of(each) != INT for each in node.args):
            raise self._refused(node, refusal.INDEX)
        if name in {"abs", "float", "len"}:
            if self.kinds.of(node.args[0]) & (STR | TEXT):
                raise self._refused(node, refusal.KIND)
            return f"py.{name}({self._all(node.args)})"
        given = [*(["true" if strict else "false"] if name == "zip" else []), *map(self.read, node.args)]
        return f"py.{name}({', '.join(given)})"

    def _asked(self, node: ast.Call) -> str:
        match node:
            case ast.Call(args=[value, ast.Name(id="str")], keywords=[]) if not self.kinds.of(value) & TEXT:
                return f"py.isString({self.value(value)})"
        raise self._refused(node, refusal.UNTYPED)

    def _method(self, node: ast.Call, function: ast.Attribute) -> str:
        """Translate a call of numpy, or of what a string, a dict or a sentence can do."""
        owner, name = function.value, function.attr
        if isinstance(owner, ast.Name) and self._is(owner.id, np):
            return self._numpy(node, name)
        if name == "format":
            return self._filled(node, owner)
        if node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
            raise self._refused(node, refusal.GIVEN)
        if name == "join" and isinstance(owner, ast.Constant) and isinstance(owner.value, str) and len(node.args) == 1:
            return f"py.join({self.value(owner)}, {self.read(node.args[0])})"
        if METHODS.get(name) != len(node.args) or (name != "items" and self.kinds.of(owner) != STR):
            raise self._refused(node, refusal.KIND if name in METHODS else refusal.UNKNOWN)
        return f"py.{name}({self._all([owner, *node.args])})"

    def _numpy(self, node: ast.Call, name: str) -> str:
        known = NUMPY.get(name)
        if known is None:
            raise self._refused(node)
        axis: list[Any] = [each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)] or [None]
        named = {each.arg for each in node.keywords} <= {"axis"} and len(node.keywords) == len(axis) - (axis == [None])
        starred = any(isinstance(each, ast.Starred) for each in node.args)
        if len(node.args) != known.places or not named or axis[0] not in known.axis or starred:
            raise self._refused(node, refusal.GIVEN)
        whole = {"arange": node.args[:1], "linspace": node.args[2:], "repeat": node.args[1:]}.get(name, [])
        if any(self.kinds.of(each) != INT for each in whole):
            raise self._refused(node, refusal.INDEX)
        more = ["0"] if axis == [0] and known.axis != (0,) else []
        return f"np.{name}({', '.join([*map(self.value, node.args), *more])})"

    def _filled(self, node: ast.Call, owner: ast.expr) -> str:
        """Translate a sentence with values in it: each is put into what is around it, as in an f-string."""
        spoken = self._spoken(owner)
        given = {each.arg: each.value for each in node.keywords}
        if spoken is None or node.args or None in given:
            raise self._refused(node, refusal.FILLED)
        told = []
        for words, name, spec, conversion in string.Formatter().parse(spoken):
            told += [json.dumps(words, ensure_ascii=False)] if words else []
            if name is None:
                continue
            if name not in given or conversion or "{" in (spec or ""):
                raise self._refused(node, refusal.FILLED)
            told.append(self.written(given[name], spec or ""))
        closed = self.kinds.of(owner) == TEXT and language() == "zh"
        made = f"({' + '.join([json.dumps(''), *told])})"
        return f"py.closed({made})" if closed else made

    def _spoken(self, node: ast.expr) -> str | None:
        """Return the words of a sentence that is written or named here, in the reader's language."""
        match node:
            case ast.Constant(value=str() as words):
                return words
            case ast.Name(id=name) if name not in self.local:
                value = getattr(self.module, name, None)
                return value[language()] if isinstance(value, Text) else value if isinstance(value, str) else None
            case ast.Call(func=ast.Name(id=name), args=[]) if self._is(name, Text):
                return next((self._spoken(each.value) for each in node.keywords if each.arg == language()), None)
        return None

    def _own(self, node: ast.Call, function: Any) -> str:
        """Translate a call of the course's own: what it is given by name goes where its parameter is."""
        name = self.value(node.func)
        kinds = inspect.Parameter
        parameters = inspect.signature(function).parameters.values()
        named = [each for each in parameters if each.kind not in {kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD}]
        places = sum(each.kind is not kinds.KEYWORD_ONLY for each in named)
        rest = {each.kind for each in parameters} & {kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD}
        by_name = {each.arg: each.value for each in node.keywords if each.arg in {one.name for one in named}}
        others = [each for each in node.keywords if each.arg not in by_name]
        plain, more = node.args[:places], node.args[places:]
        starred = [at for at, each in enumerate(plain) if isinstance(each, ast.Starred)]
        if starred == [len(plain) - 1] == [len(node.args) - 1] and kinds.VAR_POSITIONAL not in rest:
            # One star at the end stands for all places that are left: there is no other number that Python takes.
            left = named[len(plain) - 1 : places]
            fits = not by_name and len(named) == places and all(each.default is kinds.empty for each in left)
            given = list(map(self.value, plain))
        else:
            fits = not starred and (not more or kinds.VAR_POSITIONAL in rest)
            given = list(map(self.value, plain))
            for each in named[len(plain) :]:
                fits = fits and (each.name in by_name or each.default is not kinds.empty)
                given.append(self.value(by_name[each.name]) if each.name in by_name else "undefined")
        # Two stars may hide what belongs to a parameter with a default value.
        hidden = any(each.arg is None for each in others) and any(each.default is not kinds.empty for each in named)
        if not fits or hidden or (others and kinds.VAR_KEYWORD not in rest):
            raise self._refused(node, refusal.GIVEN)
        if kinds.VAR_KEYWORD in rest:
            given.append(self.keywords(others))
        new = "new " if inspect.isclass(function) else ""
        return f"{new}{name}({', '.join([*given, *map(self.value, more)])})"

    def keywords(self, keywords: list[ast.keyword]) -> str:
        """Translate what is given by name."""
        told = [f"{each.arg}: " * bool(each.arg) + "..." * (not each.arg) + self.value(each.value) for each in keywords]
        return f"{{ {', '.join(told)} }}"
