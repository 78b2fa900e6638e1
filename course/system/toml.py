"""Reads a file of TOML that people write, and says where it is none."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from course.system.workspace import AGAIN, checkout
from course.text import CourseError, Text

HERE = Path(__file__).parents[2]
"""What files of the course are told from: a clone's root, or where packages are installed."""
WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read(path: Path) -> dict[str, Any]:
    """Read a file of TOML.

    Args:
        path: the file.

    Returns:
        What it says.

    Raises:
        CourseError: it is not there, cannot be read or is no TOML; the sentence begins with the file, and the line.

    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = WHERE.search(str(error))
        line = int(found[1]) if found and found[1] else len(path.read_text("utf-8").splitlines())
        raise broken(path, _no_toml(WHERE.sub("", str(error))), line) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise broken(path, Text(en="this is no UTF-8", zh="这里不是 UTF-8 编码"), line) from error
    except RecursionError as error:
        raise broken(path, _no_toml("too many brackets in one another")) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise broken(path, Text(en=f"it cannot be read ({why})", zh=f"无法读取（{why}）")) from error


def _no_toml(why: str) -> Text:
    return Text(en=f"this is no TOML ({why})", zh=f"这里不符合 TOML 的语法（{why}）")


def broken(path: Path, what: Text, line: int | None = None) -> CourseError:
    """Return the error that names a file of the course, and what is wrong there.

    Args:
        path: the file.
        what: what is wrong, without a full stop.
        line: counted from 1, where it is known.

    Returns:
        The error, to be raised.

    """
    ours = path.is_relative_to(HERE)
    name = path.relative_to(HERE).as_posix() if ours else str(path)
    where = f"{name}:{line}" if line else name
    if ours and checkout():
        mend = Text(
            en=f"Mend it, or get the file back with `git checkout -- {name}`.",
            zh=f"请改正，或用 `git checkout -- {name}` 取回该文件。",
        )
    else:
        mend = AGAIN if ours else Text(en="Mend it.", zh="请改正。")
    return CourseError(Text(en=f"{where}: {what.en}. {mend.en}", zh=f"{where}：{what.zh}。{mend.zh}"))
