"""A rule walking down a landscape: the path, and what the rule saw and remembered on the way."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from course import rule as rule_module
from course.lab.guard import quiet, time_limit
from course.lab.rules import Learner, RuleError
from course.lab.training.rates import factor
from course.lab.words import WORDS
from course.rule import Run
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.lab.training.rates import Schedule
    from course.lab.widget.landscapes import Array, Landscape

TEXTS = texts(__file__)

FAR = 100.0
"""A coordinate beyond this is called divergence: the maps are 6 wide, and nothing comes back from there."""

LIMIT = 1e8
"""A coordinate beyond this is not even drawn: its loss would overflow float32."""

DIRECTIONS = ("momentum_buffer", "exp_avg")
"""State entries that are drawn as an arrow, under torch's names."""

PLACES = ("slow_param",)
"""State entries that are drawn as a point."""

WRONG_RETURN = TEXTS["wrong-return"]
SLOW = TEXTS["slow"]
STOPPED = TEXTS["interrupted"]
ARITHMETIC = WORDS["arithmetic"]
"""Said by the page too, of the rules that it runs itself."""
NO_PAIR = Text(en="something that is not a pair", zh="不是一对值")


@dataclass(frozen=True)
class Walk:
    """A path of n steps; n is less than asked for where the rule diverged or failed. All arrays are float64."""

    points: Array
    """Shape (n + 1, 2): the start, then the parameters after each step."""
    losses: Array
    """Shape (n + 1,)."""
    grads: Array
    """Shape (n, 2): the gradient that each step was given."""
    state: dict[str, Array] = field(default_factory=dict)
    """By name, shape (n, 2): the entries of the state that are points or directions in the plane, after each step."""
    diverged: bool = False
    """Whether the last step led beyond `FAR`, or the one after it beyond `LIMIT` or nowhere (NaN)."""
    failure: Text | None = None
    """Why the path ends early, or is not there at all."""

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.points) - 1


def walk(
    make: Callable[..., Any],
    landscape: Landscape,
    start: tuple[float, float],
    steps: int,
    changes: Mapping[str, Any] | None = None,
) -> Walk:
    """Let a rule take up to `steps` steps from `start`; whatever it raises becomes the walk's `failure`.

    Args:
        make: makes the rule, hyperparameters included; has a method `schedule` if the learning rate is to follow one.
        landscape: where.
        start: x and y.
        steps: how many steps at most.
        changes: what `make` is given.

    Returns:
        The steps taken, and why they end early if they do.

    """
    record = _Record(landscape, np.array(start, dtype=np.float64))
    diverged, failure = False, None
    with quiet():
        try:
            with time_limit(lambda seconds: SLOW.format(seconds=seconds, steps=len(record.points) - 1)):
                plan: Schedule = make.schedule(changes or {}) if hasattr(make, "schedule") else "constant"
                diverged = _advance(record, make(**(changes or {})), steps, plan)
        except RuleError as error:
            failure = error.text
        except KeyboardInterrupt:
            failure = STOPPED
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a learner's rule may raise anything
            failure = _explain(make, error)
        return record.walk(diverged=diverged, failure=failure)


def _explain(make: Callable[[], Any], error: BaseException) -> Text:
    innermost = traceback.extract_tb(error.__traceback__)[-1]
    if innermost.filename == rule_module.__file__ and isinstance(error, (TypeError, ValueError)):
        return WRONG_RETURN.format(got=NO_PAIR)  # not in the rule, but where its answer is taken apart
    rule = getattr(make, "rule", None)
    if isinstance(rule, Learner):
        return rule.explain(error)
    if isinstance(error, ArithmeticError):
        return ARITHMETIC
    said = f"{type(error).__name__}: {error}"
    return TEXTS["error"].format(said=said)


class _Record:
    """The steps so far."""

    def __init__(self, landscape: Landscape, start: Array) -> None:
        self.landscape = landscape
        self.points = [start]
        self.grads: list[Array] = []
        self.states: list[Any] = []

    def walk(self, *, diverged: bool, failure: Text | None) -> Walk:
        points = np.array(self.points)
        taken = len(points) - 1
        return Walk(
            points=points,
            losses=self.landscape.loss(points),
            grads=np.array(self.grads[:taken]).reshape(taken, 2),
            state=_vectors(self.states[:taken]),
            diverged=diverged,
            failure=failure,
        )


def _advance(record: _Record, rule: Any, steps: int, schedule: Schedule) -> bool:
    """Take the steps; return whether the walk diverged."""
    run = Run(rule, [record.points[0].copy()])
    holder = rule if hasattr(rule, "lr") else getattr(rule, "inner", rule)
    rate = getattr(holder, "lr", None)
    for step in range(1, steps + 1):
        if schedule != "constant" and rate is not None:
            holder.lr = rate * factor(schedule, step - 1, steps)
        grad = record.landscape.grad(record.points[-1], step)
        record.grads.append(grad)
        run.step([grad.copy()])  # a copy: what a rule does to its gradient must not change the arrow
        point = _checked(run.params[0])
        x, y = point.tolist()  # plain numbers: this runs hundreds of times with every move of a slider
        if not (-LIMIT < x < LIMIT and -LIMIT < y < LIMIT):  # true for NaN too
            return True
        record.points.append(point)
        record.states.append(_plane_entries(run.state[0]))
        if not (-FAR < x < FAR and -FAR < y < FAR):
            return True
    return False


def _checked(param: Any) -> Array:
    """Return a copy of what the rule made of the parameter, if it is one point of the plane."""
    if np.iscomplexobj(param):
        raise RuleError(ARITHMETIC)
    try:
        point = np.array(param, dtype=np.float64)
    except (TypeError, ValueError):
        raise RuleError(WRONG_RETURN.format(got=type(param).__name__)) from None
    if point.shape != (2,):
        got = "None" if param is None else f"shape {point.shape}"
        raise RuleError(WRONG_RETURN.format(got=got))
    return point


def _plane_entries(state: Any) -> dict[str, Array]:
    """Return copies of the entries that have one number a coordinate; an inner rule's state is looked into."""
    if not isinstance(state, dict):
        return {}
    found: dict[str, Array] = {}
    for name, entry in state.items():
        if isinstance(entry, dict):
            found.update(_plane_entries(entry))
        elif isinstance(entry, np.ndarray) and entry.shape == (2,) and entry.dtype.kind == "f":
            found[str(name)] = entry.copy()
    return found


def _vectors(states: list[dict[str, Array]]) -> dict[str, Array]:
    """Turn one dict a step into one array an entry; where a step lacks the entry, NaN."""
    names = dict.fromkeys(name for state in states for name in state)
    missing = np.full(2, np.nan)
    return {name: np.array([state.get(name, missing) for state in states], dtype=np.float64) for name in names}
