"""The wall between what a student wrote and everything else: made by the operating system, chosen and tried here.

Three layers, each of which can be had or not: `bubblewrap` (namespaces: nothing else exists), `landlock` (nothing else
can be opened) and `seccomp` (the kernel does nothing but what computing needs). A wall is full if seccomp stands and
one of the other two. Which layers are used can be narrowed down by the environment variable COURSE_WALL: their names,
with commas, or `none`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from course.grading.confine import landlock, seccomp
from course.grading.wall import bubblewrap
from course.text import CourseError, Text

LAYERS = ("bubblewrap", "landlock", "seccomp")
VARIABLE = "COURSE_WALL"

_lost: dict[str, str] = {}
"""Layers that this machine seemed to have and that did not stand, with the reason."""


@dataclass(frozen=True)
class Standing:
    """Which layers stand, as a worker has found that tried to get out."""

    layers: tuple[str, ...]
    out: tuple[str, ...] = ()
    """The attempts that were not stopped (see `confine.attempts`)."""

    @property
    def full(self) -> bool:
        """Whether what is judged can reach nothing outside."""
        return _enough(self.layers) and not self.out

    @property
    def note(self) -> Text:
        """One sentence for a verdict."""
        if self.full:
            named = Text.joined([NAMES[each] for each in self.layers], en=", ", zh="、")
            return FULL.format(layers=named)
        return NOT_FULL[sys.platform] if sys.platform in NOT_FULL else NOT_FULL["linux"]

    @property
    def why(self) -> Text | None:
        """Why the wall is not full, and what to do about it; None if it is."""
        if self.full:
            return None
        if sys.platform != "linux":
            return ELSEWHERE
        if self.out and _enough(self.layers):
            return HOLES.format(out=", ".join(self.out))
        here = Text.joined([NAMES[each] for each in self.layers], en=", ", zh="、") if self.layers else NOTHING
        said = [LACKING.format(here=here)]
        if given := os.environ.get(VARIABLE):
            said.append(CHOSEN.format(given=given))
        if _lost:
            said.append(FAILED.format(lost="; ".join(f"{name}: {reason}" for name, reason in _lost.items())))
        return Text.joined(said, en=" ", zh="")


def _enough(layers: tuple[str, ...]) -> bool:
    """Whether these layers make a full wall, if they hold."""
    return "seccomp" in layers and len(layers) > 1


def wanted() -> tuple[str, ...]:
    """The layers to use here: those that this machine seems to have and that nobody has switched off.

    Raises:
        CourseError: COURSE_WALL names no layer.

    """
    given = os.environ.get(VARIABLE)
    asked = set(LAYERS) if given is None else {each.strip() for each in given.split(",")} - {"", "none"}
    if not asked <= set(LAYERS):
        raise CourseError(NO_LAYER.format(given=given, layers=", ".join(LAYERS)))
    if sys.platform != "linux":
        return ()
    has = {"bubblewrap": bubblewrap.program() is not None, "landlock": landlock.version() > 0}
    has["seccomp"] = seccomp.available()
    return tuple(each for each in LAYERS if each in asked and has[each] and each not in _lost)


def lose(layer: str, reason: str) -> None:
    """Remember that a layer does not stand on this machine, so that no other worker is started with it."""
    _lost.setdefault(layer, reason)


def standing() -> Standing:
    """Try the wall: start a worker behind it that tries to get out. Once a process; later calls know the answer.

    Raises:
        CourseError: the worker did not start at all.

    """
    from course.grading import sandbox

    return sandbox.tried()


NAMES = {
    "bubblewrap": Text(en="bubblewrap", zh="bubblewrap"),
    "landlock": Text(en="Landlock", zh="Landlock"),
    "seccomp": Text(en="seccomp", zh="seccomp"),
}
FULL = Text(
    en="Run behind a wall of the operating system ({layers}).",
    zh="在操作系统的隔离（{layers}）之内运行。",
)
NOT_FULL = {
    "linux": Text(
        en="Here nothing but Python itself keeps a file from what lies outside it: check only files that you trust.",
        zh="这里只有 Python 自身的限制，不能阻止代码访问外部内容：请只检查您信任的文件。",
    ),
    "darwin": Text(
        en="macOS has no wall that the course can use: time, output and processes are limited, memory and access to"
        " files are not. Check only files that you trust.",
        zh="macOS 没有课程可用的隔离手段：这里限制了时间、输出和进程数，但没有限制内存和文件访问。"
        "请只检查您信任的文件。",
    ),
    "win32": Text(
        en="Windows has no wall that the course can use: time and output are limited, memory and access to files are"
        " not. Check only files that you trust.",
        zh="Windows 没有课程可用的隔离手段：这里限制了时间和输出量，但没有限制内存和文件访问。请只检查您信任的文件。",
    ),
}
ELSEWHERE = Text(
    en="Only Linux has what it takes to keep a student's file away from everything else.",
    zh="只有 Linux 能把学生的代码与其他一切隔离开来。",
)
LACKING = Text(
    en="It takes seccomp (on x86-64 or arm64), and Landlock (a kernel of 5.13 or newer that has it switched on) or"
    " bubblewrap 0.7 or newer (package bubblewrap) with user namespaces. In use here: {here}.",
    zh="这需要 seccomp（x86-64 或 arm64 架构），并且需要 Landlock（5.13 或更新的内核，且已启用）或者 bubblewrap 0.7 "
    "或更新的版本（软件包 bubblewrap）和用户命名空间。目前启用：{here}。",
)
NOTHING = Text(en="none of them", zh="无")
CHOSEN = Text(
    en="The environment variable COURSE_WALL is set to {given}. Without it, all that works is used.",
    zh="环境变量 COURSE_WALL 的值为 {given}。不设置它时，所有可用的隔离手段都会启用。",
)
FAILED = Text(en="What failed: {lost}.", zh="失败的原因：{lost}。")
HOLES = Text(
    en="Behind the wall, these attempts to get out were not stopped: {out}.",
    zh="在隔离之内，以下越界的尝试没有被阻止：{out}。",
)
NO_LAYER = Text(
    en="COURSE_WALL must name layers of {layers}, with commas between them, or be none; not {given!r}.",
    zh="COURSE_WALL 应为 {layers} 中的若干个（用逗号隔开）或 none，而不是 {given!r}。",
)
