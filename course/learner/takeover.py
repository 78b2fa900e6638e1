"""What somebody has worked on in a clone itself, where an older course had it: taken over into the learner's folder.

Files that git knows are copied, and git gets them back as they were handed out; what lies beside them is moved.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from course.learner.copies import NOTEBOOK, has_run, saved, unused
from course.system import atomic, workspace
from course.system.workspace import SKELETONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LESSONS = (Path("lessons", "en"), Path("lessons", "zh"))
TRAINED = ".trained"


def take_over(root: Path, skeletons: Mapping[str, str]) -> list[str]:
    """Take over what lies in the clone, and leave the clone as git knows it.

    Nothing is overwritten: should the call before have been interrupted, what it took over is there already.

    Args:
        root: the learner's folder in the clone.
        skeletons: by stem, the text of the file that the learner fills in.

    Returns:
        The names of the files in the learner's folder.

    """
    clone = workspace.checkout()
    if clone is None:
        return []
    tracked = {*_begun(clone, skeletons), *_run(clone)}
    beside = {*_beside(clone, tracked)}
    taken = []
    for file in sorted(tracked | beside):
        content, target = file.read_bytes(), root / file.relative_to(clone)
        if target.exists() and target.read_bytes() != content:
            target = unused(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(target, content)
        taken.append(target.relative_to(root).as_posix())
    for file in beside:
        file.unlink()
    _restore(clone, tracked)
    if (clone / TRAINED).is_dir() and not (root / TRAINED).exists():
        (clone / TRAINED).rename(root / TRAINED)
    return taken


def _begun(clone: Path, skeletons: Mapping[str, str]) -> Iterator[Path]:
    for stem, text in skeletons.items():
        file = clone / SKELETONS / f"{stem}.py"
        if file.is_file() and file.read_bytes() != text.encode():
            yield file


def _run(clone: Path) -> Iterator[Path]:
    """Yield the lessons that somebody has run or saved; one that an author has built anew is nobody's work."""
    for folder in LESSONS:
        for file in sorted((clone / folder).glob(f"*{NOTEBOOK}")):
            content = file.read_bytes()
            if has_run(content) or saved(content):
                yield file


def _beside(clone: Path, tracked: set[Path]) -> Iterator[Path]:
    """Yield what git knows nothing of: copies of notebooks, what `course reset` has kept, a helper module."""
    told = _git(clone, "ls-files", "-z", "--others", "--", *map(str, (SKELETONS, *LESSONS)))
    for name in filter(None, (told or "").split("\0")):
        file = clone / name
        if file.is_file() and file not in tracked and not {"__pycache__", ".ipynb_checkpoints"} & set(file.parts):
            yield file


def _restore(clone: Path, files: set[Path]) -> None:
    known = [each for each in files if _git(clone, "ls-files", "--error-unmatch", "--", str(each)) is not None]
    if known:
        _git(clone, "checkout", "--quiet", "--", *map(str, known))


def _git(clone: Path, *arguments: str) -> str | None:
    """Run git in the clone; None where there is none, or where it refuses."""
    git = shutil.which("git")
    if git is None or not (clone / ".git").exists():
        return None
    command = [git, "-C", str(clone), *arguments]
    done = subprocess.run(  # noqa: S603 - git, of the user's own PATH
        command, capture_output=True, encoding="utf-8", errors="surrogateescape", check=False
    )
    return done.stdout if done.returncode == 0 else None
