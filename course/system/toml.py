"""Reads a file of TOML that people write, and says where it is none."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.system.workspace import AGAIN, checkout
from course.text import CourseError, DamagedError, Text, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parents[2]
"""What files of the course are told from: a clone's root, or where packages are installed."""


def read(path: Path, mend: Text | None = None) -> dict[str, Any]:
    """Read a file of TOML.

    Args:
        path: the file.
        mend: what to do about it, a sentence; if not given, as of `broken`.

    Returns:
        What it says.

    Raises:
        CourseError: it is not there, cannot be read or is no TOML; the sentence begins with the file, and the line.

    """
    try:
        return parsed(path)
    except DamagedError as error:
        raise broken(path, error.what, error.line, mend) from error


@contextmanager
def opened(path: Path, mend: Text | None = None) -> Iterator[dict[str, Any]]:
    """Read a file of TOML for a block that takes out what should be in it.

    Args:
        path: the file.
        mend: what to do about it, a sentence; if not given, as of `broken`.

    Yields:
        What it says.

    Raises:
        CourseError: as of `read`; or the block found a key missing, or a value that is not what it should be.

    """
    told = read(path, mend)
    try:
        yield told
    except KeyError as error:
        raise broken(path, Text(en=f"the key {error} is missing", zh=f"缺少键 {error}"), mend=mend) from error
    except (TypeError, ValueError, AttributeError) as error:
        what = Text(en=f"a value is not what it should be ({error})", zh=f"有一个值不对（{error}）")
        raise broken(path, what, mend=mend) from error


def broken(path: Path, what: Text, line: int | None = None, mend: Text | None = None) -> CourseError:
    """Return the error that names a file of the course, and what is wrong there.

    Args:
        path: the file.
        what: what is wrong, without a full stop.
        line: counted from 1, where it is known.
        mend: what to do about it, a sentence; if not given, to get back what git or a package has.

    Returns:
        The error, to be raised.

    """
    ours = path.is_relative_to(HERE)
    name = path.relative_to(HERE).as_posix() if ours else str(path)
    where = f"{name}:{line}" if line else name
    if mend is None and ours and checkout():
        mend = Text(
            en=f"Mend it, or get the file back with `git checkout -- {name}`.",
            zh=f"请改正，或用 `git checkout -- {name}` 取回该文件。",
        )
    elif mend is None:
        mend = AGAIN if ours else Text(en="Mend it.", zh="请改正。")
    return CourseError(Text(en=f"{where}: {what.en}. {mend.en}", zh=f"{where}：{what.zh}。{mend.zh}"))
