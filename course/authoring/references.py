"""Makes the stored references from the oracle, and compares them with the torch that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.grading import case_set, compare, kinds, stored
from course.system.workspace import remedy
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.grading.case import Case, Trajectory
    from course.topic import Topic


def trajectories(topic: Topic) -> list[tuple[Case, Trajectory]]:
    """Return the oracle's answer to every visible case of the topic."""
    return [(case, kinds.of(topic).answer(topic, case)) for case in case_set.visible(topic)]


def build(topic: Topic) -> bool:
    """Write the references of one topic if they differ from what is stored; tell whether they were written.

    What agrees is left alone, so a build on another machine does not touch a file for its last bit.
    """
    if not problems(topic):
        return False
    stored.save(stored.path(topic), trajectories(topic))
    return True


def problems(topic: Topic) -> list[Text]:
    """Return what is wrong with the stored references of one topic; an empty list if nothing is."""
    try:
        found = stored.read(topic, case_set.visible(topic))
    except CourseError as error:
        return [error.text]
    wrong = []
    for case, expected in trajectories(topic):
        if not _agree(case, expected, found[case.id]):
            wrong.append(
                (
                    Text(
                        en="The stored reference of {stem}, case {case}, is not what the installed torch computes. ",
                        zh="{stem} 的参考数据（用例 {case}）与当前安装的 torch 的结果不一致。",
                    )
                    + remedy(f"{topic.stem}/references.npz")
                ).format(stem=topic.stem, case=case.id)
            )
    return wrong


def _agree(case: Case, expected: Trajectory, found: Trajectory) -> bool:
    """Compare every parameter and state entry on its own: a wrong buffer would misname a learner's mistake."""
    if expected.state.keys() != found.state.keys():
        return False
    pairs = list(zip(expected.params, found.params, case.params, strict=True))
    for name, columns in expected.state.items():
        if [column.shape for column in columns] != [column.shape for column in found.state[name]]:
            return False
        pairs += [
            (ours, theirs, np.zeros(ours.shape[1:])) for ours, theirs in zip(columns, found.state[name], strict=True)
        ]
    return not any(compare.off(ours, theirs, start).any() for ours, theirs, start in pairs)
