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
        return self._enough and not self.out

    @property
    def _enough(self) -> bool:
        return "seccomp" in self.layers and len(self.layers) > 1

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
        if self._enough:
            return HOLES.format(out=", ".join(self.out))
        missing = [_missing(each) for each in LAYERS if each not in self.layers]
        return LACKING.format(missing=Text.joined(missing, en=", ", zh="、"))


def _asked() -> set[str]:
    """The layers that nobody has switched off.

    Raises:
        CourseError: COURSE_WALL names no layer.

    """
    given = os.environ.get(VARIABLE)
    asked = set(LAYERS) if given is None else {each.strip() for each in given.split(",")} - {"", "none"}
    if not asked <= set(LAYERS):
        raise CourseError(NO_LAYER.format(given=given, layers=", ".join(LAYERS)))
    return asked


def _missing(layer: str) -> Text:
    """A layer's name and why it does not stand."""
    reason = OFF if layer not in _asked() else _lost.get(layer, ABSENT)
    return Text(en="{name} ({reason})", zh="{name}（{reason}）").format(name=NAMES[layer], reason=reason)


def wanted() -> tuple[str, ...]:
    """The layers to use here: those that this machine seems to have and that nobody has switched off.

    Raises:
        CourseError: COURSE_WALL names no layer.

    """
    asked = _asked()
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
    en="The code ran behind a wall of the operating system ({layers}).",
    zh="代码在操作系统的隔离（{layers}）中运行。",
)
NOT_FULL = {
    "linux": Text(
        en="On this machine the operating system does not shut in the file that is checked: it can reach what you can"
        " reach. Check only files that you trust.",
        zh="在这台机器上，操作系统没有把被检查的文件隔离起来，您能访问的内容它都能访问。请只检查您信任的文件。",
    ),
    "darwin": Text(
        en="On macOS the course limits the time, the output and the processes of the file that is checked, but not its"
        " memory, and the operating system does not shut it in. Check only files that you trust.",
        zh="在 macOS 上，课程限制了被检查的文件所用的时间、输出量和进程数，但没有限制内存，操作系统也没有把它隔离起来。"
        "请只检查您信任的文件。",
    ),
    "win32": Text(
        en="On Windows the course limits the time and the output of the file that is checked, but not its memory, and"
        " the operating system does not shut it in. Check only files that you trust.",
        zh="在 Windows 上，课程限制了被检查的文件所用的时间和输出量，但没有限制内存，操作系统也没有把它隔离起来。"
        "请只检查您信任的文件。",
    ),
}
ELSEWHERE = Text(
    en="Only Linux has what it takes. On another system, use a virtual machine or a container with Linux in it.",
    zh="只有 Linux 提供所需的隔离手段。在其他系统上，请使用装有 Linux 的虚拟机或容器。",
)
LACKING = Text(
    en="It takes seccomp (on x86-64 or arm64), and Landlock (Linux 5.13 or newer, with Landlock switched on) or"
    " bubblewrap (the package of that name, 0.7 or newer, and user namespaces allowed). Missing here: {missing}.",
    zh="这需要 seccomp（x86-64 或 arm64 架构），另外还需要 Landlock（Linux 内核 5.13 或更新，并且启用了 Landlock）"
    "或者 bubblewrap（同名软件包，0.7 或更新，并且允许用户命名空间）。这里缺少 {missing}。",
)
ABSENT = Text(en="not found", zh="没有找到")
OFF = Text(en="switched off by COURSE_WALL", zh="被 COURSE_WALL 关闭")
HOLES = Text(
    en="Behind the wall, these attempts to get out were not stopped: {out}.",
    zh="在隔离之内，以下越界的尝试没有被阻止：{out}。",
)
NO_LAYER = Text(
    en="COURSE_WALL must name layers of {layers}, with commas between them, or be none; not {given!r}.",
    zh="COURSE_WALL 应为 {layers} 中的若干个（用逗号隔开）或 none，而不是 {given!r}。",
)
