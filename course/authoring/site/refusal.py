"""What cannot be translated for a page, told with its line and with how to write it instead."""

from __future__ import annotations

import ast

from course.text import CourseError, texts

TEXTS = texts(__file__)
UNKNOWN = TEXTS["unknown"]
UNTYPED = TEXTS["untyped"]
FORMAT = TEXTS["format"]
INDEX = TEXTS["index"]
STEP = TEXTS["step"]
ONCE = TEXTS["once"]
DEFAULT = TEXTS["default"]
RESERVED = TEXTS["reserved"]
KEY = TEXTS["key"]
GIVEN = TEXTS["given"]
FILLED = TEXTS["filled"]
KIND = TEXTS["kind"]
FIELD = TEXTS["field"]


def refused(file: str, node: ast.AST, why: object = UNKNOWN) -> CourseError:
    """Return the error that tells what cannot be translated.

    Args:
        file: where it is written.
        node: what.
        why: how to write it instead, a `Text`.

    Returns:
        An error to raise.

    """
    code = ast.unparse(node).splitlines()[0]
    return CourseError(TEXTS["refused"].format(file=file, line=getattr(node, "lineno", 1), code=code, why=why))
