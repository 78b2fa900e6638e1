"""The part of the command line that copies a class: `course class backup` and `course class restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from course.text import Text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

CLASS_HERE = Text(en="the class directory (default: here)", zh="班级目录（默认为当前目录）")


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add both commands.

    Args:
        command: makes a command from its name, what it runs and its help.

    """
    each = command("backup", _backup, Text(en="write the whole class to one file", zh="把整个班级备份到一个文件"))
    each.add_argument("file", type=Path, metavar="FILE")
    each.add_argument("--dir", type=Path, default=Path(), help=str(CLASS_HERE))
    each = command("restore", _restore, Text(en="make a class from its backup", zh="从备份恢复班级"))
    each.add_argument("file", type=Path, metavar="FILE")
    each.add_argument("directory", type=Path, metavar="DIR")
    each.add_argument(
        "--database",
        default="",
        metavar="URL",
        help=str(
            Text(
                en="an empty database for a gradebook that was on a server (default: the same as before)",
                zh="如果成绩册原来在服务器上：用来接收它的空数据库（默认为原来的那一个）",
            )
        ),
    )


def _backup(args: argparse.Namespace) -> int:
    from course import classroom

    print(classroom.backup(args.dir, args.file))
    return 0


def _restore(args: argparse.Namespace) -> int:
    from course import classroom

    print(classroom.restore(args.file, args.directory, database=args.database))
    return 0
