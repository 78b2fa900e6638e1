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
from course.text import CourseError, Text, texts

TEXTS = texts(__file__)

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
            return TEXTS["full"].format(layers=named)
        return NOT_FULL[sys.platform] if sys.platform in NOT_FULL else NOT_FULL["linux"]

    @property
    def why(self) -> Text | None:
        """Why the wall is not full, and what to do about it; None if it is."""
        if self.full:
            return None
        if sys.platform != "linux":
            return TEXTS["elsewhere"]
        if self._enough:
            return TEXTS["holes"].format(out=", ".join(self.out))
        missing = [_missing(each) for each in LAYERS if each not in self.layers]
        return TEXTS["lacking"].format(missing=Text.joined(missing, en=", ", zh="、"))


def _asked() -> set[str]:
    """Return the layers that nobody has switched off.

    Raises:
        CourseError: COURSE_WALL names no layer.

    """
    given = os.environ.get(VARIABLE)
    asked = set(LAYERS) if given is None else {each.strip() for each in given.split(",")} - {"", "none"}
    if not asked <= set(LAYERS):
        raise CourseError(TEXTS["no-layer"].format(given=given, layers=", ".join(LAYERS)))
    return asked


def _missing(layer: str) -> Text:
    """Return a layer's name and why it does not stand."""
    reason = TEXTS["off"] if layer not in _asked() else _lost.get(layer, ABSENT)
    return Text(en="{name} ({reason})", zh="{name}（{reason}）").format(name=NAMES[layer], reason=reason)


def wanted() -> tuple[str, ...]:
    """Return the layers to use here: those that this machine seems to have and nobody has switched off.

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
    """Remember that a layer does not stand on this machine, so that no other worker is started with it.

    Args:
        layer: its name.
        reason: what the system said.

    """
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
NOT_FULL = {
    "linux": TEXTS["no-wall"],
    "darwin": TEXTS["macos"],
    "win32": TEXTS["windows"],
}
ABSENT = Text(en="not found", zh="没有找到")
