"""Where things lie: what the course brings along, and the folder in which somebody learns.

The course brings solutions, notebooks and the exercises' tests. In a clone they are beside the package, and where pip
has installed it, inside: `data` finds them. The folder in which somebody learns is one that `course init` has made; in
a clone it is `learn`, which git ignores, so that reading and writing leave the clone as it is. Before that folder is
there, the clone itself stands in for it. It is looked for at each call, since a notebook may change its folder.
"""

from __future__ import annotations

import contextlib
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.text import Lang

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent
"""The clone, for whoever builds, tests or installs it; without one, nothing of ours."""
MARKER = ".downhill.json"
"""What `course init` leaves in a folder, and by what the folder is known."""
LEARN = "learn"
"""That folder in a clone; `.gitignore` names it."""
AGAIN = Text(en="Install the course again.", zh="请重新安装课程。")
"""How a damaged file of the course comes back where there is no clone."""
REMEDY = Text(
    en="Run `make build`, or get the file back with `git checkout -- course/topics/{file}`.",
    zh="请运行 `make build`，或用 `git checkout -- course/topics/{file}` 取回该文件。",
)
SKELETONS = Path("course", "optim")
"""Where the learner's files lie in that folder: every lesson and sentence names it."""

NOWHERE = Text(
    en="The course is not in this folder: {folder}. Go to the folder that `course init` has made, or make one with "
    "`course init DIR`.",
    zh="课程不在文件夹 {folder} 里。请进入用 `course init` 建立的文件夹，或用 `course init DIR` 新建一个。",
)
NOT_WHOLE = Text(
    en="{name} is missing, so this copy of the course is not whole. Install the course again.",
    zh="缺少 {name}，说明课程没有装完整。请重新安装课程。",
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder in which somebody learns."""

    root: Path

    @property
    def learner(self) -> Path:
        """One file a topic, a skeleton at first."""
        return self.root / SKELETONS

    def notebook(self, stem: str, lang: Lang) -> Path:
        """Return where the notebook of a lesson lies.

        Args:
            stem: the lesson's.
            lang: its reader's language.

        Returns:
            The file's path, whether or not it is there.

        """
        return self.root / "lessons" / lang / f"{stem}.ipynb"


@functools.cache
def checkout() -> Path | None:
    """Return the clone that the package runs from; None if it was installed without one."""
    return ROOT if (ROOT / "pyproject.toml").is_file() and (ROOT / "solutions").is_dir() else None


def remedy(file: str) -> Text:
    """Return how a file that is stored with a topic comes back: it is made again, or the course installed again.

    Args:
        file: its path within `course/topics`, for instance `adam/references.npz`.

    Returns:
        A sentence.

    """
    return REMEDY.format(file=file) if checkout() else AGAIN


def data(name: str) -> Path:
    """Return where something lies that the course brings along, whether or not it is there.

    Args:
        name: its path in a clone, for instance "solutions/adam.py".

    """
    return (checkout() or PACKAGE / "data") / name


def find() -> Workspace | None:
    """Return the workspace; None without one.

    It is the nearest folder made by `course init`, from here upwards, or the one in the clone, or else the clone.
    """
    with contextlib.suppress(OSError):  # this folder has been removed, or nobody may look into one above it
        current = Path.cwd()
        for folder in (current, *current.parents):
            if (folder / MARKER).is_file():
                return Workspace(folder.resolve())
    clone = checkout()
    if clone and (clone / LEARN / MARKER).is_file():
        return Workspace(clone / LEARN)
    return Workspace(clone) if clone else None


def here() -> Workspace:
    """Return the workspace.

    Raises:
        CourseError: there is none; the sentence says how to make one.

    """
    found = find()
    if found is None:
        raise CourseError(NOWHERE.format(folder=Path().absolute() if Path().exists() else os.curdir))
    return found


def learner() -> Path:
    """Return the learner's folder. `COURSE_LEARNER` points elsewhere, as a test does to solve everything.

    Raises:
        CourseError: as `here`.

    """
    chosen = os.environ.get("COURSE_LEARNER")
    return Path(chosen).resolve() if chosen else here().learner.resolve()


def is_learners(folder: Path) -> bool:
    """Return whether that is the learner's folder; without a workspace, none is."""
    if not os.environ.get("COURSE_LEARNER") and find() is None:
        return False
    return folder.resolve() == learner()
