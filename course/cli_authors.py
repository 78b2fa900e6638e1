"""The commands of authors: `course build` and `course site`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course.system import workspace
from course.text import CourseError, Text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from course.system.arguments import Parser

NO_PARSER = Text(
    en="Lessons are built with the tools of authors, and these are not installed here. `make build` installs them and"
    " builds; `git checkout -- lessons` gets the notebooks back as they were.",
    zh="生成课程要用作者的工具，这里没有安装。`make build` 会安装并生成，`git checkout -- lessons` 可取回原来的"
    "笔记本。",
)

NO_BUILDER = Text(
    en="The site is made with the tools of authors, and these are not installed here. `make site` installs them and"
    " makes it.",
    zh="生成网站要用作者的工具，这里没有安装。`make site` 会安装并生成。",
)


def build(args: argparse.Namespace) -> int:
    """Make every derived file; `--check` only compares, `--watch` goes on making, `--learn` drafts mistakes."""
    _needs_authors_tools(NO_PARSER)
    if args.watch:
        from course.authoring.watch import watch as loop

        loop(args.watch)
    if args.learn:
        from course.authoring.learning.learn import learn

        learn(args.learn, progress=sys.stderr.isatty())
        return 0
    from course.authoring.build import build as make

    return 0 if make(check=args.check) else 1


def site(args: argparse.Namespace) -> int:
    """Make the course as a site: every lesson in both languages as a page."""
    _needs_authors_tools(NO_BUILDER)
    from course.authoring.site.making import OUT
    from course.authoring.site.making import build as make

    make(args.out or OUT, run=not args.no_run)
    return 0


def _needs_authors_tools(missing: Text) -> None:
    if not workspace.checkout():
        raise CourseError(
            Text(
                en="Authors build the course in a clone of it, and this one was installed without.",
                zh="生成派生文件要在课程的克隆目录中进行，而这里的课程不是从克隆目录安装的。",
            )
        )
    if importlib.util.find_spec("markdown_it") is None:
        raise CourseError(missing)


def add(make: Callable[..., Parser]) -> None:
    """Add these commands to a parser.

    Args:
        make: adds one: its name, what runs it, and its help.

    """
    each = make("build", build, Text(en="for authors: make the derived files", zh="面向作者：生成派生文件"))
    either = each.add_mutually_exclusive_group()
    either.add_argument(
        "--check", action="store_true", help=str(Text(en="only tell what is out of date", zh="只报告哪些文件已过时"))
    )
    watch_help = Text(en="make one lesson's files again whenever you save it", zh="每次保存某一课时重新生成它的文件")
    either.add_argument("--watch", metavar="STEM", help=str(watch_help))
    learn_help = Text(
        en="draft an entry of mistakes.toml for wrong files that compute the same; DIR is a class, or a folder of files"
        " of one topic",
        zh="为计算结果相同的错误文件起草 mistakes.toml 的条目；DIR 是班级目录，或存放同一主题文件的文件夹",
    )
    either.add_argument("--learn", type=Path, metavar="DIR", help=str(learn_help))
    each = make("site", site, Text(en="for authors: make the course as a site", zh="面向作者：把课程生成为网站"))
    out_help = Text(en="where to (default: build/site)", zh="写到哪里（默认 build/site）")
    each.add_argument("--out", type=Path, metavar="DIR", help=str(out_help))
    no_run_help = Text(en="run no notebook: use the results of earlier runs", zh="不运行笔记本，只用以前运行的结果")
    each.add_argument("--no-run", action="store_true", help=str(no_run_help))
