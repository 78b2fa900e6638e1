"""The exercise *expose*: a case, as plain data, on which a given wrong rule comes apart from the right one.

Both rules are the course's own, so they run here, in the judge's process. What a student hands in is read and never
run.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set, explain, mending, nudges, paths, plain_data, tickets
from course.grading.case import Case, Trajectory
from course.grading.mistakes.simulate import simulate
from course.grading.plain_data import DataError
from course.grading.ranges import ranges
from course.grading.reply import Reply
from course.grading.verdict import Difference
from course.text import Text, quoted, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.grading.case import Array
    from course.grading.mistakes import Mistake
    from course.grading.reasons import Reason
    from course.text import Lang
    from course.topic import Topic

TEXTS = texts(__file__)

NAMES = ("hyperparameters", "param", "gradients")
"""What the file sets."""
MOST_STEPS, MOST_NUMBERS = 20, 8
LARGEST = 1e6
"""No number in the file is larger, as none is in valid input."""
SEEN = 1e-3
"""The share of the distance moved by which two paths must come apart."""
ROUNDING = 1e-12
"""And no less than this share of the number itself: the last bits of a large one prove nothing."""


@dataclass(frozen=True)
class Shown:
    """How far two paths come apart."""

    right: Array
    """(steps, numbers)."""
    wrong: Array
    """(steps', numbers); fewer steps if the rule stops by itself."""
    share: float
    """The largest difference, as a share of the distance moved; infinite where only one path is finite."""
    step: int
    """Where it is first large enough, counted from 1; 0 if it never is."""
    number: int
    """Which number that is."""


@functools.cache
def mistakes(topic: Topic) -> tuple[Mistake, ...]:
    """Return what may be given: mistakes that one small case exposes and the plain one does not, if there are any."""
    found = [each for each in mending.mistakes(topic) if exposing_case(topic, each) is not None]
    hidden = tuple(each for each in found if not compared(topic, each, plain(topic)).step)
    return hidden or tuple(found)


TICKETS = tickets.Tickets("expose", mistakes)


def plain(topic: Topic) -> Case:
    """Return the case that shows least: the defaults, and three gradients of 1."""
    return _case(topic, {}, [1.0], [[1.0]] * 3)


def exposing_case(topic: Topic, mistake: Mistake) -> Case | None:
    """Find a case that exposes a mistake, among pieces of the topic's own that are as small as a file may have.

    Args:
        topic: which topic.
        mistake: what is to be seen.

    Returns:
        The first such case; None if there is none.

    """
    return next((each for each in _small(topic) if compared(topic, mistake, each).step), None)


@functools.cache
def _small(topic: Topic) -> tuple[Case, ...]:
    return tuple(_pieces(topic))


def _pieces(topic: Topic) -> Iterator[Case]:
    for case in case_set.visible(topic):
        if case.stretch:
            continue
        for i, param in enumerate(case.params):
            grads = tuple((step[i].reshape(-1)[:MOST_NUMBERS],) for step in case.grads[:MOST_STEPS])
            yield Case("expose", case.title, case.hyperparameters, (param.reshape(-1)[:MOST_NUMBERS],), grads)


def issued(topic: Topic, ticket: str, lang: Lang) -> str:
    """Return the file that a ticket stands for: the plain case.

    Args:
        topic: which topic.
        ticket: any five letters.
        lang: of its comment.

    Returns:
        The text of `STEM_expose.py`.

    """
    told = TEXTS["comment"].format(
        stem=topic.stem,
        title=TICKETS.mistake(topic, ticket).title,
        names=", ".join(f"{name} ({each.told})" for name, each in ranges(topic).items()),
        steps=MOST_STEPS,
        numbers=MOST_NUMBERS,
    )
    head = [tickets.line(ticket), *(f"# {line}".rstrip() for line in told[lang].splitlines())]
    return "\n".join([*head, "", "hyperparameters = {}", "param = [1.0]", "gradients = [[1.0]] * 3", ""])


def check(topic: Topic, source: bytes | Reason) -> Reply:
    """Judge a case: run the right rule and the wrong one on it.

    Args:
        topic: which topic.
        source: what `saved.source` or `saved.checked` has returned of `STEM_expose.py`.

    Returns:
        What is said of it.

    Raises:
        CourseError: the catalogue does not go with the solution.

    """
    title = TEXTS["title"].format(topic=topic.title)
    opened = tickets.opened(topic, "expose", source)
    if isinstance(opened, Text):
        return Reply(title, "refused", (opened,))
    ticket, content = opened
    file = tickets.file_name(topic, "expose")
    mistake = TICKETS.mistake(topic, ticket)
    given = TEXTS["given"].format(title=mistake.title)
    try:
        case = _read(topic, content)
    except DataError as error:
        return Reply(title, "refused", (given, Text(en=f"{file}: ", zh=f"{file}：") + error.text))
    shown = compared(topic, mistake, case)
    if not np.isfinite(shown.right).all() or len(shown.right) < case.steps:
        return Reply(title, "refused", (given, TEXTS["right-not-finite"].format(file=file)))
    if not shown.step:
        said = _alike(case, shown)
        return Reply(title, "not-yet", (given, said, nudges.nudge(topic, mistake)))
    right, wrong = (_value(path, shown) for path in (shown.right, shown.wrong))
    said = TEXTS["exposed"].format(title=mistake.title, step=shown.step, number=shown.number, right=right, wrong=wrong)
    told = TEXTS["explained"].format(explanation=mistake.explanation)
    paragraphs = (said, told, explain.reread(topic, mistake.section))
    return Reply(title, "passed", paragraphs, _paths(topic, case, shown), TEXTS["wrong-rule"])


def _value(path: Array, shown: Shown) -> Text:
    if len(path) < shown.step:
        return TEXTS["stops"]
    return Text(en=f"{path[shown.step - 1][shown.number]:.6g}", zh=f"{path[shown.step - 1][shown.number]:.6g}")


def _alike(case: Case, shown: Shown) -> Text:
    """Say how far both rules walk together."""
    steps, last = len(shown.right), shown.right[-1]
    i = int(np.abs(last - case.params[0]).argmax())
    start, end = f"{case.params[0][i]:.6g}", f"{last[i]:.6g}"
    told = TEXTS["alike"] if shown.share < SEEN / 1000 else TEXTS["nearly-alike"]
    return told.format(start=start, end=end, steps=steps, number=i, share=f"{1000 * shown.share:.2g}")


def compared(topic: Topic, mistake: Mistake, case: Case) -> Shown:
    """Run the right rule and a wrong one on a case.

    Args:
        topic: whose rule.
        mistake: what is wrong in the other one.
        case: of one parameter, a vector.

    Returns:
        Both paths, and how far they come apart.

    """
    right, wrong = _walked(topic, (), case), _walked(topic, (mistake,), case)
    steps, start = min(len(right), len(wrong)), case.params[0]
    with np.errstate(all="ignore"):
        moved = np.maximum.accumulate(np.maximum(np.abs(right[:steps] - start), np.abs(wrong[:steps] - start)))
        size = np.maximum(np.abs(right[:steps]), np.abs(start))
        off = np.abs(wrong[:steps] - right[:steps])
        share = np.where(off > ROUNDING * size, off / moved, 0.0)
        share[np.isfinite(right[:steps]) & ~np.isfinite(wrong[:steps])] = np.inf
    share = np.nan_to_num(share, nan=0.0, posinf=np.inf)
    seen = np.argwhere(share > SEEN)
    if len(seen):
        step, number = (int(each) for each in seen[0])
        return Shown(right, wrong, float(share.max()), step + 1, number)
    if steps < len(right):  # it has stopped where the right one goes on
        return Shown(right, wrong, np.inf, steps + 1, 0)
    return Shown(right, wrong, float(share.max(initial=0.0)), 0, 0)


def _walked(topic: Topic, explanation: tuple[Mistake, ...], case: Case) -> Array:
    """Return the path of a rule of ours, (steps, numbers); none of its steps if it stops in an error."""
    try:
        return simulate(topic, explanation, [case])[case.id][0]
    except ArithmeticError:
        return np.empty((0, case.params[0].size))


def _paths(topic: Topic, case: Case, shown: Shown) -> Any:
    """Return what the plot shows: the number that gave it away."""
    if not len(shown.wrong):
        return None
    at = min(shown.step, len(shown.wrong)) - 1
    first = Difference(
        case.id,
        at + 1,
        0,
        "param",
        float(shown.right[at][shown.number]),
        float(shown.wrong[at][shown.number]),
        (shown.number,),
    )
    right, wrong = (Trajectory((path,), {}) for path in (shown.right, shown.wrong))
    picked = paths.pick(topic, [case], [first], {case.id: wrong}, {case.id: right})  # type: ignore[dict-item]
    return replace(picked, label=f"param{picked.label.removeprefix('param[0]')}")


def _read(topic: Topic, source: bytes) -> Case:
    """Return the case that a file describes.

    Raises:
        DataError: it describes none, or none that the rule's contract allows.

    """
    found = plain_data.read(source, NAMES)
    return _case(
        topic, _hyperparameters(topic, found["hyperparameters"]), *_numbers(found["param"], found["gradients"])
    )


def _hyperparameters(topic: Topic, told: Any) -> dict[str, Any]:
    known = ranges(topic)
    if not isinstance(told, dict):
        raise DataError(TEXTS["no-table"])
    for name, value in told.items():
        if name not in known:
            listed = ", ".join(f"`{each}`" for each in known)
            raise DataError(TEXTS["unknown"].format(name=quoted(name), names=listed))
        if not known[name].holds(value) or np.max(value) > LARGEST:
            kind = _kind(known[name].length, whole=known[name].whole)
            raise DataError(TEXTS["out-of-range"].format(name=quoted(name), kind=kind, told=known[name].told))
    return dict(told)


def _kind(length: int | None, *, whole: bool) -> Text:
    if length is not None:
        return TEXTS["several-numbers"].format(length=length)
    return TEXTS["whole-number"] if whole else TEXTS["one-number"]


def _numbers(param: Any, gradients: Any) -> tuple[list[float], list[list[float]]]:
    """Return the start and a gradient a step, of equal length; a single number may do without brackets."""
    start = [param] if isinstance(param, (int, float)) else param
    if not isinstance(start, list) or not 1 <= len(start) <= MOST_NUMBERS or not _are_numbers(start):
        raise DataError(TEXTS["param"].format(numbers=MOST_NUMBERS))
    if not isinstance(gradients, list) or not 1 <= len(gradients) <= MOST_STEPS:
        raise DataError(TEXTS["gradients"].format(steps=MOST_STEPS))
    steps = [[each] if isinstance(each, (int, float)) else each for each in gradients]
    for step, grad in enumerate(steps, start=1):
        if not isinstance(grad, list) or len(grad) != len(start) or not _are_numbers(grad):
            raise DataError(TEXTS["gradient"].format(step=step, numbers=len(start)))
    if max(abs(each) for row in [start, *steps] for each in row) > LARGEST:
        raise DataError(TEXTS["too-big"])
    return start, steps


def _are_numbers(row: list[Any]) -> bool:
    return all(isinstance(each, (int, float)) for each in row)


def _case(topic: Topic, told: Mapping[str, Any], param: list[float], gradients: list[list[float]]) -> Case:
    """Make a case; what a rule cannot do without, as an inner rule, is that of the topic's case without arguments."""
    needed = next(case for case in case_set.visible(topic) if case.id == "defaults").hyperparameters
    values = {**needed, **{name: value for name, value in told.items() if "." not in name}}
    for name, inner in needed.items():
        if isinstance(inner, dict):
            values[name] = {key: told.get(f"{name}.{key}", value) for key, value in inner.items()}
    grads = tuple((np.array(each, dtype=np.float64),) for each in gradients)
    return Case("expose", TEXTS["your-case"], values, (np.array(param, dtype=np.float64),), grads)
