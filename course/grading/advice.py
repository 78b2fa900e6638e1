"""What to do about an exception: Python says what happened, a line here says what to change.

Everything told about the learner's file is text from an untrusted process: it is matched and shown, nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = texts(__file__)


@dataclass(frozen=True)
class Advice:
    """A kind of slip, recognised by the exception and by the line that raised it."""

    types: str
    """A pattern for the exception's class."""
    message: str
    """A pattern to find in its message."""
    text: Text
    """What to do; `{what}` is what the pattern's group found."""
    source: str = ""
    """A pattern to find in the line, where there must be one."""


TENSORS = (
    r"\w*[a-z]_|clone|detach|sqrt|square|pow|abs|norm|grad|data|device|to|cpu|numpy|add|mul|sub|div|lerp|numel"
    "|unsqueeze|float|double|zeros_like|new_zeros"
)
"""Attributes that a tensor has and an array has not."""


def _methods(names: str, first: Text, missing: Text) -> tuple[Advice, ...]:
    """Return what is told of the methods that a file must have: how they begin, and that one is not there."""
    return (
        Advice("NameError", r"name '(self)' is not defined", first),
        Advice("TypeError", rf"\b({names})\(\) takes \d+ positional arguments? but \d+ (?:was|were) given", first),
        Advice("TypeError", rf"\b({names})\(\) missing \d+ required positional", first),
        Advice("AttributeError", rf"has no attribute '({names})'", missing),
    )


ARRAYS = (
    # Shapes and loops
    Advice("IndexError", "tuple index out of range", TEXTS["any-shape"], source=r"shape"),
    Advice("IndexError", "too many indices|invalid index to scalar|index .* is out of bounds", TEXTS["any-shape"]),
    Advice("TypeError", r"len\(\) of unsized|iteration over a 0-d|numpy\.float\d+' object (?:is not|has no|does not)",
           TEXTS["any-shape"]),
    Advice("TypeError", r"'float' object (?:is not (?:subscriptable|iterable)|has no len|does not support item)",
           TEXTS["any-shape"]),
    Advice("ValueError", "setting an array element with a sequence|inhomogeneous", TEXTS["any-shape"]),
    Advice("ValueError", "could not be broadcast|broadcast", TEXTS["shapes-meet"]),
    Advice("UFuncTypeError|.*CastingError|TypeError", r"Cannot cast ufunc .* to dtype\('u?int", TEXTS["whole-numbers"]),
    # Names
    Advice("NameError", r"name '(np|numpy)' is not defined", TEXTS["numpy-not-imported"]),
    Advice("NameError", r"name '(torch|tf|jax|jnp)' is not defined", TEXTS["another-library"]),
    Advice("AttributeError", rf"numpy\.\w+' object has no attribute '({TENSORS})'", TEXTS["of-a-tensor"]),
    Advice("AttributeError", r"'(?:list|tuple|dict|NoneType)' object has no attribute '(shape|dtype|copy|size)'",
           TEXTS["not-an-array"]),
    # Calls
    *_methods("init|update", TEXTS["self-first"], TEXTS["method-missing"]),
    Advice("TypeError", r"can't multiply sequence|unsupported operand .*'(?:list|tuple|dict)'",
           TEXTS["list-does-not-compute"]),
    Advice("ZeroDivisionError", "", TEXTS["divisor"]),
)  # fmt: skip
"""What is told of a rule alone: it is handed arrays of any shape, step by step."""

SEARCHES = (
    Advice("NameError", r"name '(np|numpy)' is not defined", TEXTS["not-imported"]),
    *_methods("tune", TEXTS["tune-with-self"], TEXTS["tune-missing"]),
    Advice("ZeroDivisionError", "", TEXTS["divisor-of-a-search"]),
)  # fmt: skip
"""And of a tuner alone."""

TABLE = (
    # The text itself
    Advice("SyntaxError", "", TEXTS["merged-versions"], source=r"^(<{7}|={7}|>{7})"),
    Advice("SyntaxError", "", TEXTS["in-a-notebook"], source=r"^(%|!|\?)"),
    Advice("TabError|IndentationError", "tab|unindent|unexpected indent", TEXTS["tabs"]),
    Advice("SyntaxError", "expected ':'", TEXTS["colon-missing"]),
    Advice("SyntaxError", "unterminated|EOL while scanning", TEXTS["quotation-open"]),
    Advice("SyntaxError", "instead of '='|cannot assign to", TEXTS["one-equals-sign"]),
    Advice("SyntaxError", "forgot a comma", TEXTS["comma-missing"]),
    Advice("SyntaxError", "never closed|unmatched|does not match|unexpected EOF", TEXTS["brackets"]),
    # Arrays
    Advice("ValueError", "truth value of an array", TEXTS["truth-of-an-array"]),
    Advice("TypeError", "converted to Python scalars?|size-1 arrays|length-1 arrays|0-dimensional arrays",
           TEXTS["one-number"]),
    # Names
    Advice("NameError", r"name '(math|copy|dataclass|field|Any)' is not defined", TEXTS["not-imported"]),
    Advice("NameError", r"name '(get_ipython|display)' is not defined", TEXTS["in-a-notebook"]),
    Advice("UnboundLocalError", r"variable '(\w+)'", TEXTS["another-branch"]),
    Advice("AttributeError", r"module 'numpy' has no attribute '(float|int|bool|object|complex)'",
           TEXTS["gone-from-numpy"]),
    Advice("AttributeError", r"numpy\.\w+' object has no attribute 'append'", TEXTS["array-does-not-grow"]),
    # Calls
    Advice("TypeError", r"(\w+)\(\) takes no arguments", TEXTS["takes-no-arguments"]),
    Advice("TypeError", r"unsupported operand .*NoneType|'NoneType' object|non-iterable NoneType", TEXTS["none-here"]),
    Advice("AttributeError", r"'NoneType' object", TEXTS["none-here"]),
    Advice("ImportError|ModuleNotFoundError", "relative import", TEXTS["stands-alone"]),
    Advice("RecursionError", "", TEXTS["calls-itself"]),
    Advice("EOFError", "EOF when reading", TEXTS["no-terminal"]),
    Advice("BdbQuit", "", TEXTS["debugger"]),
    Advice("RuntimeError", "lost sys.stdin|input\\(\\)", TEXTS["no-terminal"]),
    Advice("SystemExit", "", TEXTS["ends-the-program"]),
)  # fmt: skip
"""What is told of any file."""

NARROW = {
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u300c": '"', "\u300d": '"', "\u2018": "'", "\u2019": "'",
    "\u3001": ",", "\u3002": ".", "\u3010": "[", "\u3011": "]", "\u300a": "<", "\u300b": ">", "\u2264": "<=",
    "\u2265": ">=", "\u2260": "!=", "\u00d7": "*", "\u00b7": "*", "\u00f7": "/", "\u2212": "-", "\u2013": "-",
    "\u2014": "-", "\u00b2": "**2", "\u00b3": "**3",
}  # fmt: skip
"""What stands for a character on a plain keyboard, where Unicode itself does not say."""


def advice(kind: str, message: str, source: str, meant: str, own: Sequence[Advice]) -> Text | None:
    """Say what to do about an exception, if that is known.

    Args:
        kind: the name of its class.
        message: what it says.
        source: the learner's line, or nothing.
        meant: a name that is nearly the one that was not found, or nothing.
        own: what is told of such a file alone, before what is told of any.

    Returns:
        What to change in the file; None if nothing fits.

    """
    character = re.search(r"^invalid (?:non-printable )?character .*U\+([0-9A-F]{4,5})", message)
    if kind == "SyntaxError" and character:
        return _character(chr(int(character[1], 16)), f"U+{character[1]}")
    for each in (*own, *TABLE):
        found = re.search(each.message, message)
        if found and re.fullmatch(each.types, kind) and (not each.source or re.search(each.source, source)):
            return each.text.format(what=found[1]) if found.groups() else each.text
    if kind == "AttributeError" and not meant and "self." in source and re.match(r"'\w+' object has no", message):
        return TEXTS["fields"]
    return TEXTS["meant"].format(meant=meant) if re.fullmatch(r"[\w.]{1,80}", meant) else None


def _character(wide: str, code: str) -> Text:
    """Return what to type in the place of a character that is none of Python's."""
    if unicodedata.category(wide) in {"Zs", "Cf", "Cc", "Zl", "Zp"}:
        return TEXTS["invisible"].format(code=code)
    narrow = NARROW.get(wide) or unicodedata.normalize("NFKC", wide)
    if narrow.isascii() and narrow.isprintable() and narrow != wide:
        return TEXTS["half-width"].format(wide=wide, narrow=narrow)
    return TEXTS["other-character"].format(wide=wide)
