"""What the worker may say of a file that stopped: for each kind of problem its fields, their types and their bounds.

Whatever is not exactly of this form is nonsense, and no sentence is made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = {"type": 80, "message": 500, "source": 200, "meant": 80}
"""The texts that every exception comes with, and the characters that each has at most."""

EXCEPTIONS = ("not-implemented", "memory", "import", "process", "access", "exception")
LOADING = {**dict.fromkeys(EXCEPTIONS, (True, 0, 0)), "no-class": (False, 0, 5)}
"""While the file is loaded: by kind, whether it is an exception, and how few and how many names it tells besides."""
RUNNING = {
    **dict.fromkeys(EXCEPTIONS, (True, 0, 0)),
    "state-forgotten": (True, 0, 0),
    "entry-forgotten": (True, 1, 1),
    "hyperparameter-unknown": (True, 1, 20),
    "not-made": (True, 0, 0),
}
"""The same while a case is run."""


def text(value: Any, most: int) -> bool:
    """Return whether this is a text of at most so many characters.

    Args:
        value: what JSON holds.
        most: characters.

    Returns:
        True for a string that is not longer.

    """
    return isinstance(value, str) and len(value) <= most


def whole(value: Any, least: int, most: int) -> bool:
    """Return whether this is a whole number in that range; JSON's true and 1.0 are none.

    Args:
        value: what JSON holds.
        least: the smallest allowed.
        most: the largest allowed.

    Returns:
        True for an int in the range, both ends included.

    """
    return type(value) is int and least <= value <= most


def read(told: Any, kinds: Mapping[str, tuple[bool, int, int]]) -> dict[str, Any] | None:
    """Take in a problem.

    Args:
        told: what the worker wrote, as JSON.
        kinds: the kinds that there may be, `LOADING` or `RUNNING`.

    Returns:
        The same facts; None if there is no problem.

    Raises:
        TypeError, ValueError, KeyError: it is not of the form that this kind has.

    """
    if told is None:
        return None
    if not isinstance(told, dict) or not isinstance(told["kind"], str):
        raise TypeError("no such problem")
    exception, least, most = kinds[told["kind"]]
    names = {"kind", *(LONGEST if exception else ()), *(("line",) if exception else ()), *(("facts",) if most else ())}
    if set(told) != names:
        raise ValueError("too little or too much")
    if exception:
        if not all(text(told[name], length) for name, length in LONGEST.items()):
            raise TypeError("no such text")
        if told["line"] is not None and not whole(told["line"], 1, 2**31):
            raise TypeError("no such line")
    if most:
        given = told["facts"]
        if not (isinstance(given, list) and least <= len(given) <= most and all(text(each, 80) for each in given)):
            raise TypeError("no such facts")
    return told
