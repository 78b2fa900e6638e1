"""Our steps in `nbgrader generate_assignment`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import ClearSolutions

from course.classroom import scan
from course.classroom.step import Step, name_of
from course.grading.judge import judge
from course.text import Text
from course.topic import topics

if TYPE_CHECKING:
    from pathlib import Path

    from course.classroom.directory import ClassDirectory


class ClearRubric(ClearSolutions):  # type: ignore[misc]  # nbgrader is not typed
    """nbgrader's own clearing of solutions, which leaves the graded cell of a topic as it is: a student runs it.

    The cell is a solution cell only because nbgrader gives comments to no other kind.
    """

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Clear one cell, unless it is the graded one.

        Args:
            cell: the cell.
            resources: nbgrader's, by name.
            cell_index: its number in the notebook, from 0.

        Returns:
            The cell, and the resources.

        """
        stem = resources["nbgrader"]["assignment"]
        if name_of(cell) == stem and any(topic.stem == stem for topic in topics()):
            return cell, resources
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared


class RefuseLeaks(Step):
    """The last step of a release: looks at all that is about to go out, and fails if it tells too much.

    A preprocessor is the one place whose exception nbgrader does not swallow: it removes the release and exits with 1.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Pass the notebook on unchanged.

        Args:
            nb: the notebook about to be released.
            resources: nbgrader's, by name.

        Returns:
            The notebook and the resources, both unchanged.

        Raises:
            LeakError: it, or a file beside it, gives something away.

        """
        room = self.room()
        stem, notebook, _ = self.names(resources)
        folder = room.release / stem
        try:
            check(room, stem, folder, {f"{notebook}.ipynb": nb})
        except Exception:
            # With `--notebook` nbgrader would remove the notebook alone and leave the files beside it.
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return nb, resources


def check(room: ClassDirectory, stem: str, folder: Path, notebooks: dict[str, Any]) -> None:
    """Scan the files in `folder` and the notebooks about to be written there, and try to pass with them.

    Args:
        room: the class.
        stem: the topic.
        folder: its folder in `release/`.
        notebooks: those about to be written, by file name.

    Raises:
        LeakError: something there must not be released.

    """
    secrets = scan.gather(room.source / stem, stem, room.seed(), room.key())
    found = list(scan.search(folder, secrets))
    for name, notebook in notebooks.items():
        found += scan.search_notebook(name, notebook, secrets)
    for topic in topics():
        if topic.stem == stem and not found:
            verdict = judge(topic, folder)
            if verdict.score > 0 or verdict.stretch_score > 0:
                earned = f"{verdict.score + verdict.stretch_score:g}"
                found.append(
                    (
                        Text(en=f"{stem}.py", zh=f"{stem}.py"),
                        Text(en=f"as it is, it earns {earned} points", zh=f"原样上交就能得到 {earned} 分"),
                    )
                )
    if found:
        raise scan.leak(stem, found)
