"""The instructor's part of the command line: `course class …`."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from course.text import Text
from course.topic import Topic

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    Run = Callable[[argparse.Namespace], int]
    Add = Callable[[str, Run, Text], argparse.ArgumentParser]

DONE = 0
HERE = Text(en="the class directory (default: here)", zh="班级目录（默认为当前目录）")


def add_steps(add: Add, skeletons: Callable[[], Mapping[str, str]]) -> None:
    """Add every step of a class but `export`.

    Args:
        add: makes a command from its name, what it runs and its help.
        skeletons: makes what students begin with.

    """
    each = add("new", functools.partial(class_new, skeletons), Text(en="make a class directory", zh="创建班级目录"))
    each.add_argument("directory", type=Path, metavar="DIR")
    topics_help = str(Text(en="topics; all if none is given", zh="主题（不写则为全部）"))
    for name, run, help_text in (
        ("release", class_release, Text(en="make the students' version", zh="生成发给学生的版本")),
        ("grade", class_grade, Text(en="grade what was handed in", zh="批改收到的作业")),
        ("watch", class_watch, Text(en="grade what arrives, and show it", zh="随收随评，并实时显示")),
        ("feedback", class_feedback, Text(en="write the feedback", zh="生成反馈")),
        ("report", class_report, Text(en="what the class misunderstood", zh="全班的错误与进度")),
        ("alike", class_alike, Text(en="files equal up to names and layout", zh="除名称和排版外相同的文件")),
    ):
        each = add(name, run, help_text)
        each.add_argument("topics", nargs="*", metavar="TOPIC", help=topics_help)
        each.add_argument("--dir", type=Path, default=Path(), help=str(HERE))
        _add_options(each, name)
    each = add("backup", class_backup, Text(en="write the whole class to one file", zh="把整个班级备份到一个文件"))
    each.add_argument("file", type=Path, metavar="FILE")
    each.add_argument("--dir", type=Path, default=Path(), help=str(HERE))
    each = add("restore", class_restore, Text(en="make a class from its backup", zh="从备份恢复班级"))
    each.add_argument("file", type=Path, metavar="FILE")
    each.add_argument("directory", type=Path, metavar="DIR")
    database = Text(
        en="an empty database for a gradebook that was on a server (default: the same as before)",
        zh="成绩册原来在服务器上时，用来接收它的空数据库（默认为原来的那一个）",
    )
    each.add_argument("--database", default="", metavar="URL", help=str(database))


def _add_options(each: argparse.ArgumentParser, name: str) -> None:
    """Add the options that a step of a class has beside its topics."""
    if name in {"report", "alike"}:
        stuck = Text(en="say who is stuck, not only how many", zh="列出卡住的学生，而不只是人数")
        whose = Text(en="say whose the files are", zh="列出是哪些学生的文件")
        each.add_argument("--names", action="store_true", help=str(stuck if name == "report" else whose))
    if name == "report":
        page = Text(
            en="the page to write (default: report.html in the class directory)",
            zh="要写出的网页（默认为班级目录中的 report.html）",
        )
        each.add_argument("--output", type=Path, metavar="FILE", help=str(page))
    if name in {"grade", "watch"}:
        at_once = str(Text(en="judge so many at once", zh="同时评判的份数"))
        each.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help=at_once)
        cluster = Text(en="judge on a Dask cluster, tcp://HOST:8786", zh="用 Dask 集群评判，tcp://HOST:8786")
        each.add_argument("--cluster", metavar="ADDRESS", help=str(cluster))
        trust = Text(
            en="grade in this run even if students' files cannot be isolated",
            zh="即使无法隔离学生的文件，这一次也照常评分",
        )
        each.add_argument("--trust-students", action="store_true", help=str(trust))


def class_new(skeletons: Callable[[], Mapping[str, str]], args: argparse.Namespace) -> int:
    """Make a new class.

    Args:
        skeletons: makes what students begin with.
        args: the arguments.

    Returns:
        The exit status.

    """
    from course import classroom

    print(classroom.new(args.directory, skeletons()))
    return DONE


def class_release(args: argparse.Namespace) -> int:
    """Release assignments."""
    from course import classroom

    print(classroom.release(args.dir, _stems(args)))
    return DONE


def class_grade(args: argparse.Namespace) -> int:
    """Grade what was handed in."""
    from course import classroom

    how = {"jobs": args.jobs, "cluster": args.cluster, "trust_students": args.trust_students}
    print(classroom.grade(args.dir, _stems(args), **how))
    return DONE


def class_watch(args: argparse.Namespace) -> int:
    """Grade what arrives, and show it."""
    from course import classroom

    print(classroom.watch(args.dir, _stems(args), jobs=args.jobs, trust_students=args.trust_students))
    return DONE


def class_feedback(args: argparse.Namespace) -> int:
    """Write the feedback."""
    from course import classroom

    print(classroom.feedback(args.dir, _stems(args)))
    return DONE


def class_report(args: argparse.Namespace) -> int:
    """Report what the class misunderstood."""
    from course import classroom

    print(classroom.class_report(args.dir, _stems(args), names=args.names, output=args.output))
    return DONE


def class_alike(args: argparse.Namespace) -> int:
    """List files that are equal up to names and layout."""
    from course import classroom

    print(classroom.class_alike(args.dir, _stems(args), names=args.names))
    return DONE


def class_backup(args: argparse.Namespace) -> int:
    """Write the whole class to one file."""
    from course import classroom

    print(classroom.backup(args.dir, args.file))
    return DONE


def class_restore(args: argparse.Namespace) -> int:
    """Make a class from its backup."""
    from course import classroom

    print(classroom.restore(args.file, args.directory, database=args.database))
    return DONE


def _stems(args: argparse.Namespace) -> list[str]:
    return [Topic.load(stem).stem for stem in args.topics]
