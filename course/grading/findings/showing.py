"""How a small input is shown: in words, with the right numbers and the file's own, and as lines to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.grading.digits import literal, pair
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from course.grading.case import Array, Case
    from course.topic import Topic

TEXTS = texts(__file__)

MOST_NUMBERS = 8
"""Numbers of an input that are written out; beyond, it is told by the case that it comes from."""
MOST_SHOWN = 4
"""Elements of a result that are shown; of a larger one, the wrong one alone."""
NEAR, NEAREST = 1e-9, 1e-15
"""By so small a share two numbers differ only in rounding; and, if nothing else shows what is wrong, by this one."""


@dataclass(frozen=True)
class Quantity:
    """One quantity after the last step: a state entry under torch's name, or, without a name, the parameter."""

    name: str
    right: Array
    got: Array | None
    """None where the file keeps nothing under that name."""


def shown(
    topic: Topic, case: Case, rows: Sequence[Quantity], index: tuple[int, ...] | None, origin: Text | None
) -> Text:
    """Say what the input is, what is right and what the file has, and what to do; a line each.

    Args:
        topic: which exercise.
        case: the input; the last step is wrong.
        rows: the quantities after that step, the parameter last.
        index: of which element they are; None of the whole parameter.
        origin: which part of which case it is, if it is not made up.

    Returns:
        Several lines.

    """
    written = origin is None or case.steps * sum(param.size for param in case.params) <= MOST_NUMBERS
    of_case = TEXTS["of-case"].format(rule=call(topic, case), origin=origin, step=case.steps) if origin else None
    first = of_case if of_case and not written else _input(topic, case)
    values = [Text.joined(each, en=", ", zh="，") for each in _values(rows)]
    if index is None:
        both = [TEXTS["right"].format(values=values[0]), TEXTS["yours"].format(values=values[1])]
    else:
        at = list(index)
        both = [TEXTS["right-at"].format(at=at, values=values[0]), TEXTS["yours-at"].format(at=at, values=values[1])]
    lines = [first, *both, TEXTS["next"]]
    if written:
        lines += [TEXTS["to-run"], *(Text(en=f"`{line}`", zh=f"`{line}`") for line in lines_to_run(topic, case))]
    return Text.joined(lines, en="\n", zh="\n")


def origin(case: Case, kept: str, parameter: int, element: int) -> Text:
    """Say which part of a case an input is.

    Args:
        case: the case.
        kept: what is left of it, an "element", a "parameter", or the "case".
        parameter: which parameter.
        element: which element of it, flat.

    Returns:
        A few words.

    """
    texts_of = {"element": TEXTS["one-element"], "parameter": TEXTS["one-parameter"], "case": TEXTS["whole-case"]}
    at = _element(_index(case, parameter, element))
    return texts_of[kept].format(title=case.title, parameter=parameter, element=at)


def of_case(case: Case, step: int, parameter: int, element: int, right: float, got: float) -> Text:
    """Say where in a public case to look, where no smaller input goes wrong.

    Args:
        case: the case.
        step: its first wrong step.
        parameter: which parameter is wrong.
        element: which of its elements, flat.
        right: what it should be.
        got: what it is.

    Returns:
        One or two sentences.

    """
    wanted, own = pair(right, got, NEAREST)
    at = _element(_index(case, parameter, element))
    return TEXTS["by-case"].format(title=case.title, step=step, parameter=parameter, element=at, right=wanted, got=own)


def _index(case: Case, parameter: int, element: int) -> tuple[int, ...]:
    """Return the index of an element that is counted flat."""
    return tuple(int(k) for k in np.unravel_index(element, case.params[parameter].shape))


def _element(index: tuple[int, ...]) -> Text:
    """Name an element by its index, as the rows of a verdict do."""
    return TEXTS["element"].format(index=list(index)) if index else TEXTS["only-element"]


def _input(topic: Topic, case: Case) -> Text:
    params = _listed(map(array_text, case.params))
    turns = _turns(case)
    if turns:
        grads = TEXTS["by-turns"].format(one=array_text(turns[0]), other=array_text(turns[1]))
    else:
        grads = Text.joined((_listed(map(array_text, step)) for step in case.grads), en=", then ", zh="，再 ")
    values = {"rule": call(topic, case), "params": params, "grads": grads, "step": case.steps}
    if case.params[0].shape == ():
        values["params"] = TEXTS["0-d"].format(number=params)
    many = len(case.params) > 1
    text = (TEXTS["several"] if many else TEXTS["one-step"] if case.steps == 1 else TEXTS["steps"]).format(**values)
    for step, told in case.schedule.items():
        for name, value in told.items():
            text += TEXTS["changed"].format(name=name, value=literal(value), step=step)
    return text + Text(en=".", zh="。")


def _listed(values: Iterable[str]) -> Text:
    values = list(values)
    return Text(en=" and ".join(values), zh=" 和 ".join(values))


def _turns(case: Case) -> tuple[Array, Array] | None:
    """Return the two gradients that come by turns, where there are more steps than can be written out."""
    if case.steps <= MOST_NUMBERS // 2 or len(case.params) > 1 or case.params[0].size > 1:
        return None
    one, other = case.grads[0][0], case.grads[1][0]
    if all(step[0].flat[0] == (one, other)[number % 2].flat[0] for number, step in enumerate(case.grads)):
        return one, other
    return None


def array_text(array: Array) -> str:
    """Format the numbers of an input: one without brackets, more of them as lists.

    Args:
        array: a few numbers.

    Returns:
        For instance "2" or "[1, -1]".

    """
    if array.size == 1:
        return repr(float(array.flat[0])).removesuffix(".0")
    return "[" + ", ".join(map(array_text, array)) + "]"


def call(topic: Topic, case: Case, name: str = "") -> str:
    """Return the expression that makes the rule.

    Args:
        topic: which exercise.
        case: with which hyperparameters.
        name: what is called; by default the class.

    Returns:
        For instance "Adam(lr=0.1)".

    """
    given = ", ".join(f"{key}={literal(value)}" for key, value in case.hyperparameters.items())
    return f"{name or topic.class_name}({given})"


def lines_to_run(topic: Topic, case: Case) -> list[str]:
    """Return lines of Python that run the input in a lesson's notebook, whose first cell brings numpy and `learner`.

    Args:
        topic: which exercise.
        case: the input.

    Returns:
        The lines.

    """
    params = ", ".join(map(_array, case.params))
    rule = call(topic, case, f'learner("{topic.stem}")')
    names = "Inner, Run" if "inner" in case.hyperparameters else "Run"
    lines = [f"from course.rule import {names}", f"run = Run({rule}, [{params}])"]
    turns = _turns(case)
    if turns:
        pairs = f"[{float(turns[0].flat[0])!r}, {float(turns[1].flat[0])!r}] * {(case.steps + 1) // 2}"
        every = pairs if case.steps % 2 == 0 else f"({pairs})[:-1]"
        one = "np.array(grad)" if case.params[0].shape == () else "np.array([grad])"
        lines.append(f"for grad in {every}: run.step([{one}])")
    else:
        done = []
        for number, step in enumerate(case.grads, start=1):
            done += [f"run.rule.{name} = {literal(value)}" for name, value in case.schedule.get(number, {}).items()]
            done.append(f"run.step([{', '.join(map(_array, step))}])")
        lines.append("; ".join(done))
    lines.append("print(run.params, run.state)")
    return lines


def _array(array: Array) -> str:
    return f"np.array({array.tolist()!r})"


def _values(rows: Sequence[Quantity]) -> tuple[list[Text], list[Text]]:
    """Return the right values and the file's."""
    wanted, own = [], []
    for row in rows:
        name = Text(en=f"`{row.name}`", zh=f"`{row.name}`") if row.name else TEXTS["parameter"]
        got = row.right if row.got is None else row.got
        values = [(float(one), float(other)) for one, other in zip(np.ravel(row.right), np.ravel(got), strict=True)]
        both = [pair(*each, NEAR) for each in values]
        if not row.name and all(one == other for one, other in both):
            both = [pair(*each, NEAREST) for each in values]
        wanted.append(TEXTS["value"].format(name=name, value=_bracketed([one for one, _ in both])))
        if row.got is not None:
            own.append(TEXTS["value"].format(name=name, value=_bracketed([other for _, other in both])))
    return wanted, own


def _bracketed(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"
