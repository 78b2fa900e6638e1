"""The commands that write what other systems read: `course grade` and `course class export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from course.text import Text
from course.topic import Topic

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from course.system.arguments import Parser

    Run = Callable[[argparse.Namespace], int]

ONE = ("classroom50", "github", "gradescope", "junit", "prairielearn")
CLASS = ("canvas", "classroom50", "gradescope", "junit", "moodle", "prairielearn")
"""The formats, by what they are made of; `course.exports.formats` and `course.classroom.exporting` make them."""


def grade(args: argparse.Namespace) -> int:
    """Grade one submission for a platform."""
    from course.exports import formats

    wanted = [Topic.load(stem) for stem in args.topics]
    passed = formats.grade(
        wanted, args.submission, args.format, output=args.output, seed=args.seed, trusted=args.trust_students
    )
    return 0 if passed else 1


def class_export(args: argparse.Namespace, skeletons: Callable[[], Mapping[str, str]]) -> int:
    """Export marks, or what a platform grades with.

    Args:
        args: what was typed.
        skeletons: makes what students begin with.

    Returns:
        The exit status.

    """
    from course.classroom import tools

    try:
        from course.classroom import exporting
    except ImportError as missing:
        raise tools.missing() from missing
    stems = [Topic.load(stem).stem for stem in args.topics]
    told = exporting.export(
        args.dir,
        args.format,
        stems,
        skeletons=skeletons(),
        output=args.output,
        so_far=args.so_far,
        into=args.into,
        trust_students=args.trust_students,
    )
    print(told)
    return 0


def add(
    command: Callable[[str, Run, Text], Parser],
    step: Callable[[str, Run, Text], Parser],
    skeletons: Callable[[], Mapping[str, str]],
) -> None:
    """Add both commands with their arguments.

    Args:
        command: adds a command by its name, what it runs, and its help.
        step: adds a command of a class likewise.
        skeletons: makes what students begin with.

    """
    _of_one(command("grade", grade, Text(en="for platforms: grade one submission", zh="面向教学平台：评一份提交")))
    told = Text(en="write the marks for another system", zh="把成绩导出到其他系统")
    _of_class(step("export", lambda args: class_export(args, skeletons), told))


def _of_one(each: Parser) -> None:
    topics_help = Text(
        en="the topic; of several, the one whose file was handed in", zh="主题（写了多个时，取其中上交了文件的那一个）"
    )
    each.add_argument("topics", nargs="+", metavar="TOPIC", help=str(topics_help))
    folder_help = Text(en="the folder with the student's file", zh="学生文件所在的文件夹")
    each.add_argument("--submission", type=Path, metavar="DIR", required=True, help=str(folder_help))
    each.add_argument("--format", choices=ONE, required=True, help=str(Text(en="which platform", zh="哪个平台的格式")))
    seed_help = Text(
        en="the file of the class's secret seed, for hidden cases; without it a fresh case is drawn",
        zh="班级秘密种子的文件，用来生成隐藏用例（不写则抽取一组新数）",
    )
    each.add_argument("--seed", type=Path, metavar="FILE", help=str(seed_help))
    output_help = Text(en="the file to write (default: print it)", zh="要写入的文件（默认直接输出）")
    each.add_argument("--output", type=Path, metavar="FILE", help=str(output_help))
    _add_trust(each)


def _of_class(each: Parser) -> None:
    format_help = Text(
        en="marks as a table (canvas, moodle) or as tests (junit), or what a platform grades with",
        zh="成绩表（canvas、moodle）、测试报告（junit），或者平台所用的评分包",
    )
    each.add_argument("format", choices=CLASS, metavar="FORMAT", help=f"{format_help}: {', '.join(CLASS)}")
    topics_help = Text(en="topics; all if none is given", zh="主题（不写则为全部）")
    each.add_argument("topics", nargs="*", metavar="TOPIC", help=str(topics_help))
    dir_help = Text(en="the class directory (default: here)", zh="班级目录（默认为当前目录）")
    each.add_argument("--dir", type=Path, default=Path(), help=str(dir_help))
    output_help = Text(en="the file to write (default: one in the class's)", zh="要写入的文件（默认在班级目录中）")
    each.add_argument("--output", type=Path, metavar="FILE", help=str(output_help))
    so_far_help = Text(
        en="count what waits for a mark by hand with the points that it has", zh="等待人工评分的也按现有分数计入"
    )
    each.add_argument("--so-far", action="store_true", help=str(so_far_help))
    into_help = Text(
        en="a gradebook that Canvas has exported, to fill the marks into", zh="Canvas 导出的成绩册，把成绩填入其中"
    )
    each.add_argument("--into", type=Path, metavar="FILE", help=str(into_help))
    _add_trust(each)


def _add_trust(each: Parser) -> None:
    trust_help = Text(en="grade even where students' files cannot be isolated", zh="即使无法隔离学生的文件也照常评分")
    each.add_argument("--trust-students", action="store_true", help=str(trust_help))
