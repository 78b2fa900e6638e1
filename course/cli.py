"""The command line, `course …`. It knows every other room, and no room knows it.

Exit status: 0 passed or done, 1 not passed, 2 misuse. Each room is imported by the command that needs it, so that a
check never waits for torch, matplotlib or nbgrader.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course import cli_authors, cli_class, cli_exports
from course.system import refusal, streams, workspace
from course.system.arguments import Parser, Version
from course.text import LANGS, CourseError, Text, language, set_language
from course.topic import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Callable

DONE, NOT_PASSED, MISUSE = 0, 1, 2


def check(args: argparse.Namespace) -> int:
    """Judge the topics one by one and print each verdict as soon as it is known."""
    from course.grading import processes

    processes.prepare()  # before numpy is imported here, so that both processes do it side by side
    from course.learner.check import check as judged

    wanted = [Topic.load(stem) for stem in args.topics] or topics()
    folder = args.submission or _learner()
    return DONE if judged(wanted, folder, seed=args.fresh, as_json=args.json) else NOT_PASSED


def init(args: argparse.Namespace) -> int:
    """Make a folder to learn in, or bring one up to date."""
    from course.learner import folder

    print(folder.init(args.directory, _skeletons(), newer=args.newer).text())
    return DONE


def _learner() -> Path:
    """Return the learner's folder; in a clone it is made when somebody first needs it, if one may write there."""
    found = workspace.find()
    if not os.environ.get("COURSE_LEARNER") and found and found.root == workspace.checkout():
        from course.learner import folder

        try:
            print(folder.init(None, _skeletons()).text(), file=sys.stderr, flush=True)
        except OSError as problem:
            if problem.errno not in refusal.NOT_ALLOWED:
                raise
    return workspace.learner()


def greet(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Print a greeting and what to do next; nothing is made."""
    from course.learner.greeting import greet as hello

    found = workspace.find()
    begun = os.environ.get("COURSE_LEARNER") or (found and found.root != workspace.checkout())
    hello(workspace.learner() if begun else None)
    return DONE


def lab(args: argparse.Namespace) -> int:
    """Bring the learner's folder up to date and open JupyterLab on the first lesson; authors see the clone itself."""
    from course.learner import folder, jupyter

    where, clone = workspace.here(), workspace.checkout()
    if args.reload and clone:
        where = workspace.Workspace(clone)
    else:
        update = folder.init(None, _skeletons())
        where = workspace.Workspace(update.root)
        for each in update.news:
            print(each, flush=True)
    return jupyter.lab(where, language(), reload=args.reload)


def watch(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes the arguments
    """Check a file whenever it is saved."""
    from course.learner.watch import watch as loop

    loop(_learner())
    return DONE


def status(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Show one line a topic: what is passed, what is not, what comes next."""
    from course.learner.watch import overview

    return DONE if overview(_learner()) else NOT_PASSED


def hint(args: argparse.Namespace) -> int:
    """Show the hints of a topic, one tier at a time: `--tier 2` shows the first two."""
    from course.learner import exercise

    exercise.hint(Topic.load(args.topic), args.tier)
    return DONE


def reset(args: argparse.Namespace) -> int:
    """Put the skeleton back; what the learner wrote is kept beside it."""
    from course.learner import exercise, spoken

    topic, folder = Topic.load(args.topic), _learner()
    clone, text = workspace.checkout(), _skeleton(topic)
    if clone is None or folder != clone / workspace.SKELETONS:  # there it is git's file, which has both languages
        text = spoken.in_language(text, language())
    exercise.reset(folder / f"{topic.stem}.py", text)
    return DONE


def solution(args: argparse.Namespace) -> int:
    """Print the solution once the learner's own file has passed."""
    from course.learner import exercise

    topic = Topic.load(args.topic)
    return DONE if exercise.solution(topic, _solution(topic), _learner()) else NOT_PASSED


def beside(args: argparse.Namespace) -> int:
    """Make the file of one of the two exercises beside the rule, or check what has become of it."""
    from course.learner.beside import show

    topic = Topic.load(args.topic)
    return DONE if show(topic, args.command, args.submission or _learner(), new=args.new) else NOT_PASSED


def _solution(topic: Topic) -> str:
    """Return the text of a topic's solution, which every copy of the course brings along."""
    if not topic.solution.is_file():
        raise CourseError(workspace.NOT_WHOLE.format(name=f"solutions/{topic.solution.name}"))
    return topic.solution.read_text("utf-8")


def _skeleton(topic: Topic) -> str:
    from course.authoring.skeletons import skeleton

    return skeleton(_solution(topic))


def _skeletons() -> dict[str, str]:
    return {topic.stem: _skeleton(topic) for topic in topics()}


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands, with their help in the reader's language."""
    common = Parser(add_help=False)
    common.add_argument("--lang", choices=LANGS, default=argparse.SUPPRESS, help=str(Text(en="language", zh="语言")))
    main_parser = Parser(
        prog="course",
        parents=[common],
        description=str(
            Text(
                en="Downhill: learn the optimizers of deep learning by writing them.",
                zh="在“下山”课程里，亲手写出深度学习的优化器。",
            )
        ),
    )
    main_parser.add_argument(
        "--version", action=Version, nargs=0, help=str(Text(en="print the version and end", zh="显示版本并退出"))
    )
    main_parser.set_defaults(run=greet)
    commands = main_parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def add(
        group: argparse._SubParsersAction[Parser],
        name: str,
        run: Callable[[argparse.Namespace], int],
        help_text: Text,
    ) -> Parser:
        made = group.add_parser(name, help=str(help_text), description=str(help_text), parents=[common])
        made.set_defaults(run=run)
        return made

    topics_help = str(Text(en="topics; all if none is given", zh="主题（不写则为全部）"))
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
            Text(
                en="a new or empty folder (default: the one you are in; in a clone, learn)",
                zh="新文件夹或空文件夹（默认为当前文件夹；在克隆目录中为 learn）",
            )
        ),
    )
    newer_help = Text(
        en="bring newer lessons, too, where you have worked in yours; yours are kept beside them",
        zh="你学过的课也换成新版本，你的笔记本保存在旁边",
    )
    each.add_argument("--newer", action="store_true", help=str(newer_help))
    each = add(commands, "lab", lab, Text(en="open JupyterLab on the first lesson", zh="打开 JupyterLab 和第一课"))
    reload_help = Text(
        en="for authors: read an open notebook anew when it changes", zh="面向作者：笔记本变化后自动重新加载"
    )
    each.add_argument("--reload", action="store_true", help=str(reload_help))
    each = add(
        commands, "check", check, Text(en="hold your rules against torch.optim", zh="将你的规则与 torch.optim 对照")
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
        ("reset", reset, Text(en="put the skeleton back; your file is kept", zh="恢复骨架代码，你的文件会保留")),
        ("solution", solution, Text(en="show the solution, after passing", zh="通过之后查看参考答案")),
    ):
        each = add(commands, name, run, help_text)
        each.add_argument("topic", metavar="TOPIC", help=topic_help)
    for name, help_text in (
        (
            "mend",
            Text(en="find and mend one mistake in a rule, after passing", zh="通过之后，找出并改正规则里的一处错误"),
        ),
        ("expose", Text(en="find the case that exposes a wrong rule", zh="找出能让错误的规则露出破绽的用例")),
    ):
        each = add(commands, name, beside, help_text)
        each.add_argument("topic", metavar="TOPIC", help=topic_help)
        new_help = Text(
            en="begin again with another mistake; your file is kept", zh="换一个错误重新开始，你的文件会保留"
        )
        each.add_argument("--new", action="store_true", help=str(new_help))
        folder_help = Text(
            en="the folder of your files (default: course/optim)", zh="你的文件所在的文件夹（默认 course/optim）"
        )
        each.add_argument("--submission", type=Path, metavar="DIR", help=str(folder_help))
    cli_authors.add(lambda *told: add(commands, *told))

    help_text = Text(en="for instructors: make, release, grade a class", zh="面向教师：创建班级、发布与批改作业")
    classes = commands.add_parser("class", help=str(help_text), description=str(help_text), parents=[common])
    steps = classes.add_subparsers(dest="step", required=True, metavar="STEP", parser_class=Parser)
    cli_class.add_steps(lambda *told: add(steps, *told), _skeletons)
    cli_exports.add(lambda *told: add(commands, *told), lambda *told: add(steps, *told), _skeletons)
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
