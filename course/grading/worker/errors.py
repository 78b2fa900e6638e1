"""What an exception of the learner's tells: facts, shortened to their own lines; the sentences are the judge's."""

from __future__ import annotations

import builtins
import difflib
import linecache
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from course.grading.confine.manners import ALLOWED, REFUSALS
from course.rule import MissingClassError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def explain(error: BaseException, file: Path) -> dict[str, Any]:
    """Describe an exception as plain facts, shortened to the learner's own lines.

    Args:
        error: what was raised.
        file: the learner's; no other file's lines are told.

    Returns:
        Fields of a problem, as the judge reads them: `kind` and, for most kinds, type, message, line and source.

    """
    if isinstance(error, MissingClassError):
        return {"kind": "no-class", "facts": [name[:80] for name in error.args[:5]]}
    kinds: dict[type[BaseException], str] = {
        NotImplementedError: "not-implemented",
        MemoryError: "memory",
        **REFUSALS,
    }
    kind = next((name for each, name in kinds.items() if isinstance(error, each)), "exception")
    if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] not in ALLOWED:
        kind = "import"  # past the hook, there is nothing to be found
    line: int | None = None
    if isinstance(error, SyntaxError) and error.filename == str(file):
        line = error.lineno
    else:
        mine = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = mine[-1].lineno if mine else None
    linecache.checkcache(str(file))  # in a notebook the file changes from call to call
    source = linecache.getline(str(file), line).strip() if line else ""
    if type(line) is not int or not 0 < line < 2**31:  # a SyntaxError may be given any
        line = None
    message = ""
    with suppress(Exception):  # an exception of the learner's own may fail to print itself
        message = str((error.msg if isinstance(error, SyntaxError) else error) or "")
        message = str(error.name) if kind == "import" and isinstance(error, ImportError) and error.name else message
    return {
        "kind": kind,
        "type": type(error).__name__[:80],
        "message": message[:500],
        "line": line,
        "source": source[:200],
        "meant": meant(error, file),
    }


def meant(error: BaseException, file: Path) -> str:
    """Find the name nearest to one that was not found, as Python itself suggests it in a traceback.

    Args:
        error: what was raised.
        file: the learner's.

    Returns:
        The name, or "" for none.

    """
    with suppress(Exception):  # whatever the learner's objects do when they are looked at
        if isinstance(error, AttributeError) and error.name:
            return closest(error.name, dir(error.obj))
        if isinstance(error, NameError) and error.name:
            frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
            frame = [each for each in frames if each.f_code.co_filename == str(file)][-1]
            if hasattr(frame.f_locals.get("self"), error.name):
                return f"self.{error.name}"
            return closest(error.name, [*frame.f_locals, *frame.f_globals, *dir(builtins)])
    return ""


def closest(name: str, known: Iterable[str]) -> str:
    """Find the one of these names that is most like the given one.

    Args:
        name: the one that was not found.
        known: those that there are; names with an underscore in front are left out.

    Returns:
        The name, or "" if none is much like it.

    """
    found = difflib.get_close_matches(name, [each for each in known if not each.startswith("_")], 1, 0.75)
    return found[0][:80] if found else ""


def slip(
    error: BaseException, names: list[str], asked: dict[str, Any], *, made: bool, forgotten: bool
) -> dict[str, Any]:
    """Name the common slip behind an exception, as its kind and its facts; else nothing.

    Args:
        error: what was raised.
        names: torch's names of the state entries.
        asked: the hyperparameters that the rule was given.
        made: whether there is a rule object yet.
        forgotten: whether the state at hand is the None that an earlier `update` returned.

    Returns:
        Fields of a problem that replace those of the exception; none for no such slip.

    """
    if not made:
        if not isinstance(error, TypeError):
            return {}
        unknown = [name for name in asked if f"unexpected keyword argument '{name}'" in str(error)]
        return {"kind": "hyperparameter-unknown", "facts": unknown} if unknown else {"kind": "not-made"}
    if isinstance(error, (TypeError, AttributeError)) and forgotten:
        return {"kind": "state-forgotten"}
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    if type(key) is not str:  # it may be anything, and do anything when it is looked at
        return {}
    return {"kind": "entry-forgotten", "facts": [key]} if key in names else {"meant": closest(key, names)}
