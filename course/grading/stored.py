"""The stored references of the visible cases: torch's trajectories, so that a check needs no torch."""

from __future__ import annotations

import functools
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np

from course.grading.case import Trajectory
from course.system.workspace import remedy
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from course.grading.case import Case
    from course.topic import Topic


def path(topic: Topic) -> Path:
    """Return where the references of a topic are stored."""
    return topic.folder / "references.npz"


def save(file: Path, trajectories: Iterable[tuple[Case, Trajectory]]) -> None:
    """Store the trajectories, each array under `case/quantity/parameter`.

    Args:
        file: the `.npz` file to write.
        trajectories: each visible case with its trajectory.

    """
    arrays = {}
    for case, trajectory in trajectories:
        for quantity, columns in {"param": trajectory.params, **trajectory.state}.items():
            for i, column in enumerate(columns):
                arrays[f"{case.id}/{quantity}/{i}"] = column
    file.parent.mkdir(exist_ok=True)
    np.savez(file, allow_pickle=False, **arrays)


@functools.lru_cache(maxsize=16)
def _load(file: Path, _changed: int) -> dict[str, dict[str, dict[int, np.ndarray]]]:
    """Return the arrays by case, quantity and parameter; read once as long as the file stays as it is."""
    found: dict[str, dict[str, dict[int, np.ndarray]]] = {}
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:  # numpy leaves a damaged file open
        for key in stored.files:
            case_id, quantity, i = key.split("/")
            found.setdefault(case_id, {}).setdefault(quantity, {})[int(i)] = stored[key]
    return found


def read(topic: Topic, cases: Iterable[Case]) -> dict[str, Trajectory]:
    """Return the stored trajectories by case id.

    Args:
        topic: whose references are read.
        cases: of which a trajectory is wanted, each a visible case of the topic.

    Returns:
        By case id, one trajectory a case.

    Raises:
        CourseError: the file is missing, damaged, or knows nothing of one of the cases.

    """
    name = f"{topic.stem}/references.npz"
    try:
        stored = _load(path(topic), path(topic).stat().st_mtime_ns)
    except FileNotFoundError as error:
        text = Text(en="The stored reference {name} is missing. ", zh="缺少参考数据 {name}。") + remedy(name)
        raise CourseError(text.format(name=name)) from error
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        text = Text(en="The stored reference {name} is damaged. ", zh="参考数据 {name} 已损坏。") + remedy(name)
        raise CourseError(text.format(name=name)) from error
    trajectories = {}
    for case in cases:
        columns = dict(stored.get(case.id, {}))
        params = columns.pop("param", {})
        if [params[i].shape for i in sorted(params)] != [(case.steps, *param.shape) for param in case.params]:
            text = Text(en="The stored reference {name} is out of date. ", zh="参考数据 {name} 已过时。") + remedy(name)
            raise CourseError(text.format(name=name))
        trajectories[case.id] = Trajectory(
            params=tuple(params[i] for i in sorted(params)),
            state={quantity: tuple(entry[i] for i in sorted(entry)) for quantity, entry in columns.items()},
        )
    return trajectories
