"""The command line, `course …`. It knows every other room, and no room knows it.

Exit status: 0 passed or done, 1 not passed, 2 misuse. Each room is imported by the command that needs it, so that a
check never waits for torch, matplotlib or nbgrader.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import course
from course import workspace
from course.system import atomic, refusal, streams
from course.text import LANGS, CourseError, Text, language, set_language
from course.topic import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, NOT_PASSED, MISUSE = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """argparse, whose complaint about misuse is one sentence in both languages."""

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help; argparse itself keeps quiet about a stream that cannot be written."""
        (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; exit with status 2."""
        text = Text(
            en=f"{message}. See `{self.prog} --help`.", zh=f"命令有误（{message}）。用法见 `{self.prog} --help`。"
        )
        print(text.both(), file=sys.stderr)
        raise SystemExit(MISUSE)


def check(args: argparse.Namespace) -> int:
    """Judge the topics one by one and print each verdict as soon as it is known."""
    from course.grading import sandbox

    sandbox.prepare()  # before numpy is imported here, so that both processes do it side by side
    from course.grading import caution, fresh, render
    from course.grading.judge import judge

    wanted = [Topic.load(stem) for stem in args.topics] or topics()
    folder = args.submission or workspace.learner()
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    passed = True
    for topic in wanted:
        with _working(topic.stem):
            verdict = judge(topic, folder, fresh=fresh.draw(topic) if args.fresh is None else args.fresh)
        passed = passed and verdict.passed
        if args.json:
            print(json.dumps(verdict.to_json(), ensure_ascii=False), flush=True)
        else:
            print(render.terminal(verdict, language(), colour=colour), flush=True)
            caution.say()
    return DONE if passed else NOT_PASSED


class _working:  # noqa: N801 - used like a function
    """A line that says what is being checked, on a terminal only, gone when it is done."""

    def __init__(self, stem: str) -> None:
        self.shown = sys.stderr.isatty()
        self.stem = stem

    def __enter__(self) -> None:
        if self.shown:
            text = Text(en="checking {stem} …", zh="正在检查 {stem} ……").format(stem=self.stem)
            print(f"\x1b[2m{text}\x1b[0m", end="\r", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            print("\x1b[2K", end="\r", file=sys.stderr, flush=True)


def init(args: argparse.Namespace) -> int:
    """A folder to learn in, made or brought up to date."""
    from course.learner import folder

    print(folder.init(args.directory, _skeletons()))
    return DONE


def lab(args: argparse.Namespace) -> int:
    """JupyterLab on the first lesson."""
    from course.learner import jupyter

    return jupyter.lab(language(), reload=args.reload)


def watch(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes the arguments
    """Check a file whenever it is saved."""
    from course.learner.watch import watch as loop

    loop(workspace.learner())
    return DONE


def status(args: argparse.Namespace) -> int:  # noqa: ARG001
    """One line a topic: what is passed, what is not, what comes next."""
    from course.learner.watch import overview

    return DONE if overview(workspace.learner()) else NOT_PASSED


def hint(args: argparse.Namespace) -> int:
    """The hints of a topic, one tier at a time: `--tier 2` shows the first two."""
    topic = Topic.load(args.topic)
    for number, each in enumerate(topic.hints[: args.tier], 1):
        print(f"{number}/{len(topic.hints)}  {each}")
    if args.tier < len(topic.hints):
        more = Text(en="More: course hint {stem} --tier {next}", zh="更多提示：course hint {stem} --tier {next}")
        print(more.format(stem=topic.stem, next=args.tier + 1))
    return DONE


def reset(args: argparse.Namespace) -> int:
    """Put the skeleton back; what the learner wrote is kept beside it."""
    from course.learner.folder import unused

    topic = Topic.load(args.topic)
    file = workspace.learner() / f"{topic.stem}.py"
    text = _skeleton(topic)
    kept = unused(file) if file.exists() else None
    if kept:
        file.rename(kept)
    try:
        atomic.write(file, text)
    except BaseException:
        if kept:
            kept.rename(file)
        raise
    if kept:
        print(Text(en="Your file is kept as {name}.", zh="您的文件保存为 {name}。").format(name=kept.name))
    print(Text(en="{name} is the skeleton again.", zh="{name} 已恢复为骨架代码。").format(name=file.name))
    return DONE


def solution(args: argparse.Namespace) -> int:
    """Print the solution once the learner's own file has passed."""
    from course.grading import fresh
    from course.grading.judge import judge

    topic = Topic.load(args.topic)
    text = _solution(topic)
    verdict = judge(topic, workspace.learner(), fresh=fresh.draw(topic))
    if not verdict.passed:
        not_yet = Text(
            en="The solution opens once your own {stem} passes. Try `course hint {stem}`.",
            zh="您自己的 {stem} 通过之后才能看参考答案。可以试试 `course hint {stem}`。",
        )
        print(not_yet.format(stem=topic.stem), file=sys.stderr)
        return NOT_PASSED
    print(text, end="")
    return DONE


def _solution(topic: Topic) -> str:
    """The text of a topic's solution, which every copy of the course brings along."""
    if not topic.solution.is_file():
        raise CourseError(workspace.NOT_WHOLE.format(name=f"solutions/{topic.solution.name}"))
    return topic.solution.read_text("utf-8")


def _skeleton(topic: Topic) -> str:
    from course.authoring.skeletons import skeleton

    return skeleton(_solution(topic))


def _skeletons() -> dict[str, str]:
    return {topic.stem: _skeleton(topic) for topic in topics()}


def build(args: argparse.Namespace) -> int:
    """Make every derived file; with `--check` tell which are not what they should be, with `--watch` go on making."""
    if not workspace.checkout():
        raise CourseError(
            Text(
                en="Authors build the course in a clone of it, and this one was installed without.",
                zh="生成派生文件要在课程的克隆目录中进行，而这里的课程不是从克隆目录安装的。",
            )
        )
    if args.watch:
        from course.authoring.watch import watch as loop

        loop(args.watch)
    from course.authoring.build import build as make

    return DONE if make(check=args.check) else NOT_PASSED


def class_new(args: argparse.Namespace) -> int:
    """A new class."""
    from course import classroom

    print(classroom.new(args.directory, _skeletons()))
    return DONE


def class_release(args: argparse.Namespace) -> int:
    """Release assignments."""
    from course import classroom

    print(classroom.release(args.dir, _stems(args)))
    return DONE


def class_grade(args: argparse.Namespace) -> int:
    """Grade what was handed in."""
    from course import classroom

    print(classroom.grade(args.dir, _stems(args), jobs=args.jobs, trust_students=args.trust_students))
    return DONE


def class_feedback(args: argparse.Namespace) -> int:
    """Write the feedback."""
    from course import classroom

    print(classroom.feedback(args.dir, _stems(args)))
    return DONE


def class_report(args: argparse.Namespace) -> int:
    """Tell what the class misunderstood."""
    from course import classroom

    print(classroom.class_report(args.dir, _stems(args), names=args.names, output=args.output))
    return DONE


def _stems(args: argparse.Namespace) -> list[str]:
    return [Topic.load(stem).stem for stem in args.topics]


class _Version(argparse.Action):
    """argparse's own `version` wants the number before anybody has asked for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and end."""
        print(f"course {course.__version__}")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """All commands and their help, in the reader's language."""
    common = Parser(add_help=False)
    common.add_argument("--lang", choices=LANGS, default=argparse.SUPPRESS, help=str(Text(en="language", zh="语言")))
    main_parser = Parser(
        prog="course",
        parents=[common],
        description=str(
            Text(
                en="Downhill: learn the optimizers of deep learning by writing them.",
                zh="下山：亲手写出深度学习的优化算法。",
            )
        ),
    )
    main_parser.add_argument(
        "--version", action=_Version, nargs=0, help=str(Text(en="print the version and end", zh="显示版本并退出"))
    )
    commands = main_parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)

    def add(
        group: argparse._SubParsersAction[Parser],
        name: str,
        run: Callable[[argparse.Namespace], int],
        help_text: Text,
    ) -> Parser:
        made = group.add_parser(name, help=str(help_text), description=str(help_text), parents=[common])
        made.set_defaults(run=run)
        return made

    topics_help = str(Text(en="topics; all if none is given", zh="主题；不写则为全部"))
    topic_help = str(Text(en="the topic, for instance adam", zh="主题，例如 adam"))
    each = add(
        commands,
        "init",
        init,
        Text(
            en="write lessons and skeletons into a folder, or update them", zh="把课程和骨架代码写进文件夹，或更新它们"
        ),
    )
    each.add_argument(
        "directory",
        nargs="?",
        type=Path,
        metavar="DIR",
        help=str(
            Text(en="a new or empty folder (default: the one you are in)", zh="新文件夹或空文件夹（默认为当前文件夹）")
        ),
    )
    each = add(commands, "lab", lab, Text(en="open JupyterLab on the first lesson", zh="打开 JupyterLab 和第一课"))
    reload_help = Text(
        en="for authors: read an open notebook anew when it changes", zh="面向作者：笔记本变化后自动重新加载"
    )
    each.add_argument("--reload", action="store_true", help=str(reload_help))
    each = add(
        commands, "check", check, Text(en="hold your rules against torch.optim", zh="将您的规则与 torch.optim 对照")
    )
    each.add_argument("topics", nargs="*", metavar="TOPIC", help=topics_help)
    each.add_argument(
        "--submission",
        type=Path,
        metavar="DIR",
        help=str(
            Text(
                en="the folder of the files to check (default: course/optim)",
                zh="待检查文件所在的文件夹（默认 course/optim）",
            )
        ),
    )
    each.add_argument(
        "--fresh",
        metavar="SEED",
        help=str(
            Text(
                en="draw the fresh numbers of an earlier check again, by the seed that it told",
                zh="按先前检查给出的种子，再次抽取同样的新数",
            )
        ),
    )
    each.add_argument(
        "--json",
        action="store_true",
        help=str(Text(en="print one JSON object a topic", zh="每个主题输出一个 JSON 对象")),
    )
    add(commands, "watch", watch, Text(en="check a file whenever you save it", zh="每次保存文件时自动检查"))
    add(commands, "status", status, Text(en="what is passed and what comes next", zh="查看进度和下一个主题"))
    each = add(commands, "hint", hint, Text(en="a hint, from a nudge to nearly the answer", zh="由浅入深的提示"))
    each.add_argument("topic", metavar="TOPIC", help=topic_help)
    each.add_argument("--tier", type=int, choices=(1, 2, 3), default=1, help=str(Text(en="how far", zh="提示的层级")))
    for name, run, help_text in (
        ("reset", reset, Text(en="put the skeleton back; your file is kept", zh="恢复骨架代码；您的文件会保留")),
        ("solution", solution, Text(en="show the solution, after passing", zh="通过之后查看参考答案")),
    ):
        each = add(commands, name, run, help_text)
        each.add_argument("topic", metavar="TOPIC", help=topic_help)
    each = add(commands, "build", build, Text(en="for authors: make the derived files", zh="面向作者：生成派生文件"))
    either = each.add_mutually_exclusive_group()
    either.add_argument(
        "--check", action="store_true", help=str(Text(en="only tell what is out of date", zh="只报告哪些文件已过时"))
    )
    watch_help = Text(en="make one lesson's files again whenever you save it", zh="每次保存某一课时重新生成它的文件")
    either.add_argument("--watch", metavar="STEM", help=str(watch_help))

    help_text = Text(en="for instructors: make, release, grade a class", zh="面向教师：创建班级、发布与批改作业")
    classes = commands.add_parser("class", help=str(help_text), description=str(help_text), parents=[common])
    steps = classes.add_subparsers(dest="step", required=True, metavar="STEP", parser_class=Parser)
    each = add(steps, "new", class_new, Text(en="make a class directory", zh="创建班级目录"))
    each.add_argument("directory", type=Path, metavar="DIR")
    for name, run, help_text in (
        ("release", class_release, Text(en="make the students' version", zh="生成发给学生的版本")),
        ("grade", class_grade, Text(en="grade what was handed in", zh="批改收到的作业")),
        ("feedback", class_feedback, Text(en="write the feedback", zh="生成反馈")),
        ("report", class_report, Text(en="what the class misunderstood", zh="全班的错误与进度")),
    ):
        each = add(steps, name, run, help_text)
        each.add_argument("topics", nargs="*", metavar="TOPIC", help=topics_help)
        each.add_argument(
            "--dir",
            type=Path,
            default=Path(),
            help=str(Text(en="the class directory (default: here)", zh="班级目录（默认为当前目录）")),
        )
        if name == "report":
            each.add_argument(
                "--names",
                action="store_true",
                help=str(Text(en="say who is stuck, not only how many", zh="列出卡住的学生，而不只是人数")),
            )
            each.add_argument(
                "--output",
                type=Path,
                metavar="FILE",
                help=str(
                    Text(
                        en="the page to write (default: report.html in the class directory)",
                        zh="要写出的网页（默认为班级目录中的 report.html）",
                    )
                ),
            )
        if name == "grade":
            each.add_argument(
                "--jobs",
                type=int,
                default=os.cpu_count() or 1,
                metavar="N",
                help=str(Text(en="judge so many at once", zh="同时评判的份数")),
            )
            each.add_argument(
                "--trust-students",
                action="store_true",
                help=str(
                    Text(
                        en="grade in this run even if students' files cannot be isolated",
                        zh="即使无法隔离学生的文件，这一次也照常评分",
                    )
                ),
            )
    return main_parser


def _chosen_language(arguments: list[str]) -> None:
    """Help is printed while arguments are read, so its language must be known before."""
    for i, argument in enumerate(arguments):
        value = (
            arguments[i + 1] if argument == "--lang" and i + 1 < len(arguments) else argument.partition("--lang=")[2]
        )
        if value in LANGS:
            set_language(value)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    shown = streams.prepare()
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # `course check | head`
        streams.leads_nowhere()
        return NOT_PASSED
    except streams.NotShownError as problem:
        streams.leads_nowhere()
        print(streams.not_shown(str(problem)).both(), file=sys.stderr)
        return MISUSE
    except OSError as problem:  # of a file that no command looks after: a read-only checkout, a full disk
        print(refusal.sentence(problem).both(), file=sys.stderr)
        return MISUSE
    if not shown:
        print(streams.not_shown(streams.CLOSED).both(), file=sys.stderr)
        return MISUSE
    return status


def _run(arguments: list[str]) -> int:
    """Run a command; what went wrong in it becomes a sentence and a status."""
    _chosen_language(arguments)
    try:
        args = parser().parse_args(arguments)
        return int(args.run(args))
    except SystemExit as end:  # argparse's, after --help and after misuse
        return int(end.code or 0)
    except CourseError as error:
        print(error.text.both(), file=sys.stderr)
        return MISUSE
    except KeyboardInterrupt:
        print(Text(en="\nStopped.", zh="\n已中断。"), file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
