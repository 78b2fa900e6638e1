"""What a class needs beyond a learner's packages: what to type where it is not installed."""

from __future__ import annotations

from course.system import workspace
from course.text import CourseError, Text

IN_A_CLONE = Text(
    en="nbgrader is not installed. Type `make instructor` in the checkout, then the command again.",
    zh="没有安装 nbgrader。请先在课程的检出目录中运行 `make instructor`，再重复刚才的命令。",
)
ELSEWHERE = Text(
    en='What a class needs is not installed. Type `pip install "downhill-course[instructor]"`, then the command again.',
    zh='没有安装带班所需的软件包。请先运行 `pip install "downhill-course[instructor]"`，再重复刚才的命令。',
)


def missing() -> CourseError:
    """Return the error to raise where an import of an instructor's package fails."""
    return CourseError(IN_A_CLONE if workspace.checkout() else ELSEWHERE)
