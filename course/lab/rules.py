"""The rules that a widget can show: the course's solution of a topic, or the learner's own file, as last saved."""

from __future__ import annotations

import builtins
import contextlib
import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course import rule
from course.grading import reasons, saved
from course.grading.worker import errors
from course.system import workspace
from course.text import CourseError, Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_WRITTEN = Text(
    en="{file} is not written yet. Do the exercise under “Your turn” and save: the picture then shows what it does.",
    zh="{file} 还没有写。请先完成本课第 3 节的练习并保存文件，图上就会显示你的代码所做的事。",
)
GONE = Text(
    en="{file} is not there. `course reset {stem}` brings the skeleton back.",
    zh="找不到 {file}。运行 `course reset {stem}` 可以恢复骨架代码。",
)
BROKEN_OFF = Text(
    en="Python had to be stopped while it read {file}. Does a loop outside of the methods never end?",
    zh="Python 读 {file} 时只能中途停下。方法之外是否有停不下来的循环？",
)
NO_MAP = Text(
    en="{title} is no update rule, so it has no path on a map. `exercise` shows what it does.",
    zh="“{title}”不是更新规则，在地图上没有路径。它做了什么，请看 `exercise`。",
)


class RuleError(CourseError):
    """A rule cannot be shown or cannot train, for the reason that its Text gives."""


def mapped(stem: str) -> Topic:
    """Return the topic of a rule that walks on a map.

    Raises:
        CourseError: there is no such topic, or it is about something else than an update rule.

    """
    topic = Topic.load(stem)
    if topic.kind != "rule":
        raise CourseError(NO_MAP.format(title=topic.title))
    return topic


@functools.cache
def reference(stem: str) -> Any:
    """Return the class that solves the topic, from `solutions/STEM.py`.

    Raises:
        CourseError: there is no such topic, or this copy of the course came without solutions.

    Examples:
        >>> from course.lab import reference
        >>> reference("adam")(lr=0.1).betas
        (0.9, 0.999)

    """
    entry = Topic.load(stem)
    if not entry.solution.is_file():
        raise CourseError(workspace.NOT_WHOLE.format(name=f"solutions/{stem}.py"))
    return rule.load(entry.solution, entry.class_name)


class Learner:
    """The learner's class, loaded again whenever its file was saved.

    Calling it with hyperparameters makes a rule, as calling the class would.
    """

    def __init__(self, topic: Topic, folder: Path, name: str = "") -> None:
        self.topic = topic
        self.path = folder / (name or f"{topic.stem}.py")
        self._stamp: tuple[int, int] | None = None
        self._class: Any = None
        self._error: RuleError | None = None

    @property
    def file(self) -> str:
        """The file as the learner knows it, for instance `course/optim/adam.py`."""
        try:
            return self.path.resolve().relative_to(workspace.here().root).as_posix()
        except (CourseError, ValueError, OSError, RuntimeError):  # elsewhere, or a link in a circle
            return self.path.name

    def stamp(self) -> tuple[int, int] | None:
        """Return what changes when the file is saved: time and size, or None while there is no file."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    def load(self) -> Any:
        """Return the class as last saved.

        Raises:
            RuleError: the file is gone, cannot be read by Python, raises, or has no such class.

        """
        stamp = self.stamp()
        if stamp is None:
            self._stamp = None
            reason = saved.refused(self.path)
            if reason and reason.text != saved.MISSING.format(name=self.path.name, stem=self.path.stem):
                raise RuleError(reason.text)
            raise RuleError(GONE.format(file=self.file, stem=self.topic.stem))
        if stamp != self._stamp:
            self._stamp = stamp
            self._forget()
            refused = saved.refused(self.path)
            if refused:
                self._error = RuleError(refused.text)
                raise self._error
            self._error = RuleError(BROKEN_OFF.format(file=self.file))  # unless it comes to an end
            try:
                with unattended():
                    self._class = rule.load(self.path, self.topic.class_name)
                self._error = None
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the learner's file may raise anything
                self._error = RuleError(self.explain(error))
        if self._error is not None:
            raise self._error
        return self._class

    def _forget(self) -> None:
        """Drop the class of the last save and the module that it was loaded as."""
        if self._class is not None:
            sys.modules.pop(getattr(self._class, "__module__", ""), None)
        self._class = self._error = None

    def __call__(self, **hyperparameters: Any) -> Any:
        """Make a rule of the class as last saved.

        Raises:
            RuleError: see `load`.
            Exception: whatever the class raises when it is called.

        """
        return self.load()(**hyperparameters)

    def explain(self, error: BaseException) -> Text:
        """Return one calm sentence about what the learner's file raised: the judge's, with the learner's own line."""
        if isinstance(error, RuleError):
            return error.text
        if isinstance(error, NotImplementedError):
            return NOT_WRITTEN.format(file=self.file)
        return reasons.of_problem(errors.explain(error, self.path), self.topic).text


@contextlib.contextmanager
def unattended() -> Iterator[None]:
    """Let nothing that runs meanwhile ask for input: a cell that waits for an answer looks like one that hangs."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise EOFError("EOF when reading a line")

    before = builtins.input, sys.breakpointhook
    builtins.input = sys.breakpointhook = refuse  # type: ignore[assignment]
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook = before


def learner(stem: str, folder: Path | None = None) -> Learner:
    """Return the learner's rule of a topic, which follows every save of its file.

    Args:
        stem: the topic.
        folder: where its `STEM.py` lies; by default `course/optim`.

    Returns:
        What makes a rule when it is called with hyperparameters.

    Raises:
        CourseError: there is no such topic.

    Examples:
        >>> from course.lab import learner
        >>> learner("adam").file
        'course/optim/adam.py'

    """
    return Learner(Topic.load(stem), workspace.learner() if folder is None else Path(folder))
