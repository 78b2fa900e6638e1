"""What a task of a cluster may come to: functions at the top of a module, as they are sent."""

from __future__ import annotations

import os
import signal
import threading
import time

from course.text import CourseError, Text


def twice(number: int) -> int:
    """Compute something, in the time that a small submission takes."""
    time.sleep(0.1)
    return 2 * number


def die(number: int) -> int:
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    """Find that this machine cannot."""
    raise CourseError(Text(en=f"cannot {number}", zh=f"不能 {number}"))


def stumble(number: int) -> int:
    """Fail, with a number that nobody may read in a log."""
    raise RuntimeError(f"secret {number}")


def where(_: int) -> tuple[int, int]:
    """Tell which process this is, and which thread."""
    time.sleep(0.5)
    return os.getpid(), threading.get_ident()
