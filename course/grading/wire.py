"""What the judge and the worker say to each other: requests are written, answers are read without trust in any."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import contract, problems
from course.grading.problems import text, whole
from course.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case

LONGEST = 4096
"""No string in an answer is longer."""

KINDS = 100
"""More kinds of return value than a rule can show before the first wrong one ends the case."""

DIMENSIONS = 64
"""As many as a numpy array can have."""


@dataclass(frozen=True)
class Answer:
    """What the worker answered for one case: its trajectory up to the first slip, and the slip."""

    steps: int
    params: tuple[Array, ...]
    state: dict[str, tuple[Array, ...]]
    problem: dict[str, Any] | None


def request(
    file: str,
    source: bytes,
    class_name: str,
    state: Mapping[str, str],
    cases: Sequence[Case],
    limits: Mapping[str, int],
    describe: Sequence[str] = (),
) -> list[bytes]:
    """Write a request: JSON, the file, then each case's parameters and gradients, little-endian float64.

    Args:
        file: what the learner's file is called.
        source: what is in it.
        class_name: the class that it must define.
        state: the state entries to bring back, and whether each is a number or an array.
        cases: what to run, in this order.
        limits: by the name that `resource` has for each.
        describe: the hyperparameters of which the worker is to tell how the class takes them; none to tell nothing.

    Returns:
        The blocks to send, one after the other; the JSON is one line.

    """
    told = head("rule", file, source, class_name, limits) | {
        "state": dict(state),
        "describe": list(describe),
        "cases": [
            {
                "hyperparameters": case.hyperparameters,
                "shapes": [list(param.shape) for param in case.params],
                "steps": case.steps,
                "schedule": {str(step): changes for step, changes in case.schedule.items()},
                "record_state": case.record_state,
            }
            for case in cases
        ],
    }
    blocks = [json.dumps(told).encode() + b"\n", source]
    for case in cases:
        blocks += [param.astype("<f8").tobytes() for param in case.params]
        blocks += [column.astype("<f8").tobytes() for column in case.columns]
    return blocks


def head(kind: str, file: str, source: bytes, class_name: str, limits: Mapping[str, int]) -> dict[str, Any]:
    """Return what every request begins with.

    Args:
        kind: of the topic.
        file: what the learner's file is called.
        source: what is in it.
        class_name: the class that it must define.
        limits: by the name that `resource` has for each.

    Returns:
        What the worker reads before it loads the file.

    """
    return {"kind": kind, "file": file, "length": len(source), "class": class_name, "limits": dict(limits)}


def most_bytes(cases: Sequence[Case], state: Mapping[str, str]) -> int:
    """Return more bytes than any honest answer to these cases has.

    Args:
        cases: what is run.
        state: the state entries that may come back.

    Returns:
        Bytes.

    """
    sizes = (8 * (case.steps + 1) * sum(param.size + 1 for param in case.params) * (4 + len(state)) for case in cases)
    return sum(sizes) + (len(cases) + 1) * 16 * LONGEST


def clean(text: str) -> str:
    """Make a text fit to be stored and shown: what hides is visible, and UTF-8 can write all of it."""
    return visible(text, lines=True)


def ready(replies: bytes) -> dict[str, Any] | None:
    """Read the worker's first line, written before any of the learner's code has run; None if it is no such line."""
    line, newline, _ = replies.partition(b"\n")
    said: Any = None
    with suppress(ValueError, RecursionError):  # something else was started in its place
        said = json.loads(line) if newline else None
    known = isinstance(said, dict) and (
        said.keys() >= {"ready", *(("layers", "out") if said.get("ready") else ("layer", "reason"))}
    )
    return said if known else None


def take_in(
    replies: bytes, cases: Sequence[Case], state: Mapping[str, str]
) -> tuple[dict[str, Any] | None, dict[int, Answer], bool]:
    """Read the answers, believing nothing: the first one that is not exactly as it must be ends the reading.

    Args:
        replies: all that the worker has written.
        cases: what was sent, in order.
        state: the state entries that may come back, and whether each is a number or an array.

    Returns:
        Why the file could not be loaded, if so; the answers by the number of their case; whether all that was read made
        sense. An answer that was cut off is no answer, and no nonsense.

    """
    answers: dict[int, Answer] = {}
    problem = None
    try:
        _, at = line_at(replies, 0)  # "ready"
        line, at = line_at(replies, at)
        if line:
            problem = cleaned(problems.read(parsed(line)["problem"], problems.LOADING))
        for number, case in enumerate(cases if line and not problem else ()):
            line, at = line_at(replies, at)
            if not line:
                break
            answer, at = _answer(parsed(line), replies, at, number, case, state)
            if answer is None:
                break
            answers[number] = answer
    except (ValueError, KeyError, TypeError, RecursionError):
        return problem, answers, False
    return problem, answers, True


@dataclass(frozen=True)
class Described:
    """How the learner's class takes its hyperparameters, as the worker tells it."""

    arguments: tuple[tuple[str, str, bool], ...] | None
    """Each argument's name, its kind ("positional", "either", "keyword", "rest", "named-rest") and whether it has a
    default; None if the class does not tell."""
    values: dict[str, Any]
    """By hyperparameter, what it is where it is not given: a number, a truth value or a tuple of numbers."""


def described(replies: bytes) -> Described | None:
    """Read how the class takes its hyperparameters; None if that was not asked, or what is told is of another form.

    Args:
        replies: all that the worker has written.

    """
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        _, at = line_at(replies, 0)
        told = parsed(line_at(replies, at)[0])["class"]
        arguments, values = told["arguments"], told["values"]
        if arguments is not None:
            arguments = tuple(_argument(*each) for each in arguments[:KINDS])
        return Described(arguments, {_name(name): _value(value) for name, value in list(values.items())[:KINDS]})
    return None


ARGUMENTS = {"positional", "either", "keyword", "rest", "named-rest"}


def _argument(name: Any, kind: Any, has_default: Any) -> tuple[str, str, bool]:
    if kind not in ARGUMENTS or type(has_default) is not bool:
        raise ValueError("no such argument")
    return _name(name), kind, has_default


def _name(name: Any) -> str:
    if not text(name, 80) or not name.isidentifier():
        raise ValueError("no such name")
    return word(name)


def _value(value: Any) -> Any:
    if type(value) is bool:
        return value
    if isinstance(value, list) and len(value) <= 4:
        return tuple(_value(each) for each in value)
    if type(value) not in {int, float} or not abs(value) <= 1e300:
        raise ValueError("no such value")
    return value


def line_at(replies: bytes, at: int) -> tuple[bytes, int]:
    """Find the line that begins there.

    Args:
        replies: all that the worker has written.
        at: where the line begins.

    Returns:
        The line with its end, and where the next one begins; b"" if it has no end.

    """
    end = replies.find(b"\n", at) + 1
    return (replies[at:end], end) if end else (b"", len(replies))


def parsed(line: bytes) -> dict[str, Any]:
    """Parse one line of an answer, which must be a JSON object."""
    read = json.loads(line)
    if not isinstance(read, dict):
        raise TypeError("no object")
    return read


def cleaned(problem: dict[str, Any] | None) -> dict[str, Any] | None:
    """Make every text of the facts fit to be shown; all but the message are named within a sentence of ours."""

    def fit(value: Any) -> Any:
        if isinstance(value, list):
            return [fit(each) for each in value]
        return word(value) if isinstance(value, str) else value

    def fact(name: str, value: Any) -> Any:
        return clean(value) if name == "message" and isinstance(value, str) else fit(value)

    return problem and {name: value if name == "line" else fact(name, value) for name, value in problem.items()}


def word(value: str) -> str:
    """Clean a fact that is named within a sentence: it must not end its line, nor the `code` that it is set in."""
    return visible(value).replace("`", "'")


def _answer(
    head: dict[str, Any], replies: bytes, at: int, number: int, case: Case, state: Mapping[str, str]
) -> tuple[Answer | None, int]:
    """Read the answer that begins there; return it and where it ends, or None if the worker ended in the middle."""
    count = len(case.params)
    if not whole(head["case"], number, number):
        raise ValueError("answers out of order")
    steps, updates, names = head["steps"], head["updates"], head["state"]
    if not whole(steps, 0, case.steps) or not whole(updates, steps * count, min(steps + 1, case.steps) * count):
        raise ValueError("no such number of steps")
    if not isinstance(names, list) or names != [name for name in sorted(state) if name in names]:
        raise ValueError("no such state")
    kinds = _kinds(head["kinds"])
    problem = cleaned(problems.read(head["problem"], problems.RUNNING))

    whole_case = [(case.steps, *param.shape) for param in case.params]
    ran, handed = ([(n, *param.shape) for param in case.params] for n in (steps, steps + 1))
    shapes = [*ran, *whole_case, *handed]
    for name in names:
        shapes += [(steps,)] * count if state[name] == "number" else ran
    lengths = [math.prod(shape) for shape in shapes]
    end = at + updates + 8 * sum(lengths)
    if len(replies) < end:
        return None, end
    codes, numbers = replies[at : at + updates], np.frombuffer(replies[at + updates : end], dtype="<f8")
    columns, first = [], 0
    for shape, length in zip(shapes, lengths, strict=True):
        columns.append(numbers[first : first + length].reshape(shape))
        first += length
    if codes and max(codes) >= len(kinds):
        raise ValueError("no such kind")

    by_kind = [tuple(columns[count * k : count * (k + 1)]) for k in range(3 + len(names))]
    params, grads, handed_in, *entries = by_kind
    broken = contract.changed(case, params, grads, handed_in) or contract.returned(case, kinds, codes)
    if steps != case.steps and not broken and not problem:
        raise ValueError("neither finished nor explained")
    return Answer(steps, params, dict(zip(names, entries, strict=True)), broken or problem), end


def _kinds(told: Any) -> list[contract.Kind]:
    """Return what `update` returned, each kind once."""
    if not isinstance(told, list) or len(told) > KINDS:
        raise TypeError("no such kinds")
    kinds = []
    for each in told:
        count, name, family, dtype, shape = each
        if not (
            (count is None or whole(count, 0, 2**63))
            and text(name, 80)
            and family in {"", "array", "scalar", "float"}
            and text(dtype, 80)
            and isinstance(shape, list)
            and len(shape) <= DIMENSIONS
            and all(whole(length, 0, 2**63) for length in shape)
        ):
            raise TypeError("no such kind")
        kinds.append(contract.Kind(count, clean(name), family, clean(dtype), tuple(shape)))
    return kinds
