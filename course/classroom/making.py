"""Make a class: an nbgrader course directory with an assignment for every topic."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from course.classroom import tools
from course.classroom.directory import CONFIG, KEY, SEED, make_secret
from course.classroom.trouble import said
from course.system import workspace
from course.text import CourseError, Text, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = texts(__file__)

STARTER = Path(__file__).with_name("starter")


def new(directory: Path, skeletons: Mapping[str, str]) -> Text:
    """Make a class: an nbgrader course directory with an assignment for every topic and a secret seed of its own.

    Args:
        directory: where; it must not exist or be empty, and lie outside the course's own repository.
        skeletons: by topic, the text of the file that students fill in.

    Returns:
        What was made and what to do next.

    Raises:
        CourseError: the place will not do, or a package is missing. Nothing is ever overwritten.

    """
    try:
        from course.classroom import worksheet
    except ImportError as missing:
        raise tools.missing() from missing

    root = directory.expanduser().resolve()
    clone = workspace.checkout()
    if clone and root.is_relative_to(clone):
        raise CourseError(
            Text(
                en=f"{root} lies inside the course's own repository, where marks and secrets do not belong: choose a "
                "directory outside it.",
                zh=f"{root} 在课程自己的仓库里，而成绩和秘密不应放在那里。请选择仓库以外的目录。",
            )
        )
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise CourseError(
            Text(
                en=f"{root} is not empty, and nothing in it will be overwritten: choose a new directory.",
                zh=f"{root} 不是空目录，其中的内容不会被覆盖。请选择一个新目录。",
            )
        )
    assignments = {topic.stem: (worksheet.build(topic), skeletons[topic.stem]) for topic in topics()}
    try:
        _write_class(root, assignments)
    except OSError as problem:
        raise CourseError(TEXTS["not-made"].format(root=root, problem=said(problem))) from problem
    return Text(
        en="A class is ready in {root}: read README.md there. Next: cd {root} and `course class release {first}`.",
        zh="班级已建在 {root}，请先看其中的 README.md。接下来先 cd {root}，再运行 `course class release {first}`。",
    ).format(root=root, first=next(iter(assignments)))


def _write_class(root: Path, assignments: Mapping[str, tuple[str, str]]) -> None:
    for stem, (notebook, code) in assignments.items():
        folder = root / "source" / stem
        folder.mkdir(parents=True)
        (folder / f"{stem}.ipynb").write_text(notebook, "utf-8")
        (folder / f"{stem}.py").write_text(code, "utf-8")
    (root / "submitted").mkdir()
    shutil.copyfile(STARTER / "README.md", root / "README.md")
    shutil.copyfile(STARTER / "gitignore", root / ".gitignore")
    make_secret(root / SEED)
    make_secret(root / KEY)
    # Last: what has it is a whole class.
    shutil.copyfile(STARTER / f"{CONFIG}.template", root / CONFIG)
