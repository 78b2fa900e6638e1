"""What the judge and the worker say to each other: requests are written, answers are read without trust in any."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case

LONGEST = 4096
"""No string in an answer is longer."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey rather than show, a tab and a line feed apart."""


@dataclass(frozen=True)
class Answer:
    """What the worker answered for one case: its trajectory up to the first slip, and the slip."""

    steps: int
    params: tuple[Array, ...]
    state: dict[str, tuple[Array, ...]]
    problem: dict[str, Any] | None


def request(
    file: str, source: bytes, class_name: str, state: Sequence[str], cases: Sequence[Case], limits: Mapping[str, int]
) -> list[bytes]:
    """One line of JSON, the file's text, then for each case its parameters and gradients as little-endian float64."""
    head = {
        "file": file,
        "length": len(source),
        "class": class_name,
        "state": list(state),
        "limits": dict(limits),
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
    blocks = [json.dumps(head).encode() + b"\n", source]
    for case in cases:
        blocks += [param.astype("<f8").tobytes() for param in case.params]
        for i in range(len(case.params)):
            blocks.append(np.stack([grads[i] for grads in case.grads]).astype("<f8").tobytes())
    return blocks


def room(cases: Sequence[Case], state: Sequence[str]) -> int:
    """More bytes than any honest answer to these cases has."""
    sizes = (8 * case.steps * sum(param.size + 1 for param in case.params) * (1 + len(state)) for case in cases)
    return sum(sizes) + (len(cases) + 1) * 16 * LONGEST


def clean(text: str) -> str:
    """The same text, fit to be stored and shown: no control characters, nothing that UTF-8 cannot write."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text).encode("utf-8", "replace").decode("utf-8")


def ready(replies: bytes) -> dict[str, Any] | None:
    """The worker's first line, written before any line of the learner's file has run; None without one of its own."""
    line, newline, _ = replies.partition(b"\n")
    said: Any = None
    with suppress(ValueError, RecursionError):  # something else was started in its place
        said = json.loads(line) if newline else None
    known = isinstance(said, dict) and (
        said.keys() >= {"ready", *(("layers", "out") if said.get("ready") else ("layer", "reason"))}
    )
    return said if known else None


def take_in(
    replies: bytes, cases: Sequence[Case], state: Sequence[str]
) -> tuple[dict[str, Any] | None, dict[int, Answer], bool]:
    """Read the answers, believing nothing: the first one that is not exactly as it must be ends the reading.

    Returns:
        Why the file could not be loaded, if so; the answers by the number of their case; whether all that was read made
        sense. An answer that was cut off is no answer, and no nonsense.

    """
    answers: dict[int, Answer] = {}
    problem = None
    try:
        _, _, rest = replies.partition(b"\n")  # "ready"
        line, newline, rest = rest.partition(b"\n")
        if newline:
            problem = _problem(json.loads(line)["problem"])
        for number, case in enumerate(cases if newline and not problem else ()):
            line, newline, rest = rest.partition(b"\n")
            if not newline:
                break
            answer, rest = _answer(json.loads(line), rest, number, case, state)
            if answer is None:
                break
            answers[number] = answer
    except (ValueError, KeyError, TypeError, RecursionError):
        return problem, answers, False
    return problem, answers, True


def _answer(head: Any, rest: bytes, number: int, case: Case, state: Sequence[str]) -> tuple[Answer | None, bytes]:
    steps, names = head["steps"], head["state"]
    if head["case"] != number:
        raise ValueError("answers out of order")
    if type(steps) is not int or not 0 <= steps <= case.steps:
        raise ValueError("no such number of steps")
    if not isinstance(names, list) or names != sorted(set(names) & set(state)):
        raise ValueError("no such state")
    columns: list[Array] = []
    for name in ("", *names):
        for param in case.params:
            shape = (steps,) if name == "step" else (steps, *param.shape)
            size = 8 * math.prod(shape)
            if len(rest) < size:
                return None, b""  # cut off: the worker ended in the middle of this answer
            columns.append(np.frombuffer(rest[:size], dtype="<f8").reshape(shape))
            rest = rest[size:]
    count = len(case.params)
    problem = _problem(head["problem"])
    if problem is None and steps != case.steps:
        raise ValueError("neither finished nor explained")
    entries = {name: tuple(columns[count * (k + 1) : count * (k + 2)]) for k, name in enumerate(names)}
    return Answer(steps, tuple(columns[:count]), entries, problem), rest


def _problem(stored: Any) -> dict[str, Any] | None:
    """A problem as the worker tells it: a flat object of short strings and whole numbers."""
    if stored is None:
        return None
    if not isinstance(stored, dict) or not isinstance(stored["kind"], str):
        raise TypeError("no such problem")
    facts: dict[str, Any] = {}
    for name, value in stored.items():
        if not isinstance(value, (str, int, list, type(None))) or len(str(value)) > LONGEST:
            raise TypeError("no such fact")
        if isinstance(value, list):
            facts[name] = [clean(each) if isinstance(each, str) else each for each in value]
        else:
            facts[name] = clean(value) if isinstance(value, str) else value
    return facts
