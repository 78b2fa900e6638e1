"""One fresh case a check: a core recipe chosen by chance, with numbers that no file can have seen, and its answer.

The visible cases are the same for everybody, so a table of their answers passes them all. What a fresh case asks nobody
knows beforehand. It is answered by the course's own solution, run here by the same engine and with the same
hyperparameters as every other rule: torch would take a second to load.
"""

from __future__ import annotations

import functools
import re
import secrets
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set, kinds, stored
from course.grading.case import Trajectory
from course.rule import Run, assign, hyperparameters, load
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from course.grading.case import Case
    from course.topic import Topic

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another."""

SEED = re.compile(r"[0-9A-Za-z]{1,64}")

NO_SEED = Text(
    en="A seed is made of letters and digits, as in `--fresh k7m2q`, not {seed}.",
    zh="种子由字母和数字组成，例如 `--fresh k7m2q`，不能是 {seed}。",
)
NO_SOLUTION = Text(
    en="The course's own solutions answer the fresh numbers, and they are not here. Take `--fresh` away, or work in a"
    " clone of the course.",
    zh="新抽的数要用课程自带的参考答案来核对，而这里没有参考答案。请去掉 `--fresh`，或者在课程的克隆目录中运行。",
)
BROKEN = Text(
    en="The course's own solution of {stem} does not run ({problem}). Put solutions/{stem}.py back as it was.",
    zh="课程自带的 {stem} 参考答案无法运行（{problem}）。请恢复 solutions/{stem}.py。",
)


def draw(topic: Topic) -> str | None:
    """Make a seed, short enough to be typed; None where no solution is here, or none that runs."""
    seed = "".join(secrets.choice(LETTERS) for _ in range(5))
    try:
        case(topic, seed)
    except CourseError:
        return None
    return seed


def case(topic: Topic, seed: str) -> tuple[Case, Trajectory]:
    """Draw the case of a seed, and answer it.

    Args:
        topic: which exercise.
        seed: letters and digits.

    Returns:
        The case, and the trajectory of the course's own solution.

    Raises:
        CourseError: there can be no such seed, or there is no solution that could answer the case.

    """
    if not SEED.fullmatch(seed):
        raise CourseError(NO_SEED.format(seed=repr(seed)))
    if not topic.solution.is_file():
        raise CourseError(NO_SOLUTION)
    return _answered(topic, seed, topic.solution.stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _answered(topic: Topic, seed: str, changed: int) -> tuple[Case, Trajectory]:
    asked = case_set.fresh(topic, seed)
    known = stored.read(topic, case_set.visible(topic))[asked.twin]
    try:
        rule_class = _solution(topic.solution, topic.class_name, changed)
        entries = {name: topic.state[name] for name in sorted(known.state)}
        return asked, kinds.of(topic).trajectory(rule_class, asked, entries)
    except Exception as error:
        raise CourseError(BROKEN.format(stem=topic.stem, problem=type(error).__name__)) from error


@functools.lru_cache(maxsize=16)
def _solution(file: Path, name: str, _changed: int) -> Any:
    """Return the class in the course's own file; loaded once as long as the file stays as it is."""
    return load(file, name)


def trajectory(rule_class: Any, asked: Case, kinds: Mapping[str, str]) -> Trajectory:
    """Run a rule of our own on a case.

    Args:
        rule_class: the rule.
        asked: the case.
        kinds: the state entries to record, which it has for every parameter at every step: each a number or an array.

    Returns:
        Its parameters, and the entries named in `kinds`, after every step.

    """
    with np.errstate(all="ignore"):
        rule = rule_class(**hyperparameters(asked.hyperparameters))
        run = Run(rule, asked.params)
        paths = tuple(np.empty((asked.steps, *param.shape)) for param in asked.params)
        state = {
            name: tuple(np.empty((asked.steps, *(() if kind == "number" else param.shape))) for param in asked.params)
            for name, kind in kinds.items()
        }
        for step, grads in enumerate(asked.grads):
            assign(rule, asked.schedule.get(step + 1, {}))
            run.step(grads)
            for i, param in enumerate(run.params):
                paths[i][step] = param
                for name, columns in state.items():
                    columns[i][step] = run.state[i][name]
    return Trajectory(paths, state)
