"""Asks a wrong file more: the same source, behind the same wall, runs cases of ours in a worker of its own.

A file that does not answer here costs a finding and never a verdict. Right answers come from the course's own solution,
which is trusted, as those of fresh cases do.
"""

from __future__ import annotations

import functools
import io
import itertools
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import first_off
from course.grading.findings.change import put, split
from course.grading.mistakes import catalogue
from course.grading.mistakes.simulate import taken
from course.rule import hyperparameters
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from course.grading.case import Array, Case
    from course.grading.mistakes import Explanation
    from course.grading.wire import Answer, Described
    from course.topic import Topic

    Meanwhile = Callable[[], object]
    Run = Callable[
        [bytes, Sequence[Case], float, Sequence[str], Meanwhile | None], tuple[Mapping[str, Answer], Described | None]
    ]
    """Runs a source on cases, for at most so many seconds, and does something else while that runs; returns the answers
    that came, by case id, and how the class takes the hyperparameters that are named, if any are."""

SECONDS = 2.0
"""That all questions together may take."""

PROBE = "probe-"
"""How the names of questions begin."""

TITLE = Text(en="a question of the judge's", zh="评分程序的提问")

MOST = 20
"""Numbers of a file that are looked at."""

LONGEST = 200_000
"""Characters of a file in which they are looked for."""

_serial = itertools.count(1)


class Asker:
    """Questions to one file, while the time lasts.

    Args:
        run: how the file is run.
        seconds: that all questions together may take.
        source: what is in the file.

    """

    def __init__(self, run: Run, seconds: float = SECONDS, source: bytes = b"") -> None:
        self._run = run
        self.source = source
        self._left = min(seconds, SECONDS)
        self.described: Described | None = None
        """How the class takes its hyperparameters, once that has been asked and answered."""

    @functools.cached_property
    def literals(self) -> tuple[float, ...]:
        """The numbers that are written in the file's code, in their order, each once."""
        import tokenize  # for few files

        text, found = self.source.decode("utf-8", "replace")[:LONGEST], dict[float, None]()
        with suppress(tokenize.TokenError, SyntaxError):
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type == tokenize.NUMBER and len(token.string) <= MOST:
                    with suppress(ValueError):  # 0x10 and 2j are none of ours
                        found[float(token.string)] = None
        return tuple(found)[:MOST]

    def ask(
        self,
        cases: Sequence[Case],
        names: Sequence[str] = (),
        source: bytes | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> dict[str, Answer]:
        """Run the file on these cases, in this order, in one worker.

        Args:
            cases: what to run, each with an id of its own.
            names: the hyperparameters of which the class is to be described; none to leave that out.
            source: what is run in its place: the same file with something left out.
            meanwhile: what is done here while the file runs.

        Returns:
            By case id, every whole answer: one to the last step, whatever became of the caller's arrays.

        """
        if self._left <= 0 or not cases:
            return {}
        begun, left = time.monotonic(), self._left
        try:
            answers, described = self._run(
                self.source if source is None else source, cases, self._left, names, meanwhile
            )
        except CourseError:  # no worker is to be had any more: the verdict is made without
            self._left = 0.0
            return {}
        finally:
            self._left = left - (time.monotonic() - begun)  # in which `meanwhile` may have asked, too
        self.described = described or self.described
        asked = {case.id: case for case in cases}
        return {
            name: answer
            for name, answer in answers.items()
            if name in asked
            and answer.steps == asked[name].steps
            and (answer.problem or {"kind": "changed"}).get("kind") == "changed"
        }


def probe(case: Case, **changes: Any) -> Case:
    """Make a question of a case.

    Args:
        case: what it is made from.
        changes: fields of the case that are other than there; a tuple among the hyperparameters becomes a list, as a
            case has it.

    Returns:
        A case with an id that no other has.

    """
    if "hyperparameters" in changes:
        given = changes["hyperparameters"].items()
        changes["hyperparameters"] = {name: list(each) if isinstance(each, tuple) else each for name, each in given}
    return replace(case, **{"id": f"{PROBE}{next(_serial)}", "title": TITLE, **changes})


def with_values(
    case: Case, values: Mapping[str, Any], defaults: Mapping[str, Any] | None = None, **changes: Any
) -> Case:
    """Make a question of a case in which some hyperparameters are other ones.

    Args:
        case: what it is made from.
        values: by hyperparameter, or element of one such as `betas[1]`.
        defaults: what the other elements are of a hyperparameter that the case does not give.
        changes: fields of the case that are other than there, beside its hyperparameters.

    Returns:
        A case with an id that no other has; it gives what `case` does and what is in `values`, and nothing more.

    """
    given = dict(case.hyperparameters)
    for name, value in values.items():
        base = split(name)[0]
        given[base] = put({**(defaults or {}), **given}, name, value)[base]
    return probe(case, hyperparameters=given, **changes)


@functools.lru_cache(512)
def made(topic: Topic, explanation: Explanation = (), style: str = "") -> Any:
    """Make the class with these mistakes once, and not anew each time: those of the catalogue keep nothing on it.

    Args:
        topic: which exercise.
        explanation: the mistakes; none for the right rule.
        style: how the rule is written.

    Returns:
        The class.

    """
    # Only the right one is asked for its fields.
    return catalogue(topic).make(explanation, style, bare=bool(explanation))


def right(topic: Topic, case: Case) -> tuple[Array, ...]:
    """Return how the course's own solution moves the parameters of a case.

    Args:
        topic: which exercise.
        case: any case.

    Returns:
        By parameter, (steps, *shape).

    """
    with np.errstate(all="ignore"):
        return taken(made(topic)(**hyperparameters(case.hyperparameters)), case)


def wrong_step(topic: Topic, case: Case, path: Sequence[Array]) -> int:
    """Return the first step in which a path leaves that of the course's own solution.

    Args:
        topic: which exercise.
        case: any case.
        path: by parameter, (steps, *shape).

    Returns:
        The step, counted from 1; 0 if there is none.

    """
    place = first_off(right(topic, case), path, case.params)
    return place[0] if place else 0
