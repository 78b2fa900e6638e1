"""How far a rule is from having a property: each property in code of its own, on the first case of a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.rule import Run, assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.grading.case import Array, Case

    Paths = list[Array]

Values = dict[str, Any]

STEPS = 10
"""Of the first case, as far as a file is asked."""


def walk(
    rule_class: Any,
    given: Values,
    params: Sequence[Array],
    grads: Sequence[Sequence[Array]],
    plan: Mapping[int, Values],
) -> Paths:
    """Where a rule puts the parameters, step by step, one array (steps, *shape) each."""
    with np.errstate(all="ignore"):
        rule = rule_class(**hyperparameters(given))
        run = Run(rule, [np.array(param) for param in params])
        paths: list[list[Array]] = [[] for _ in params]
        for step, each in enumerate(grads, start=1):
            assign(rule, plan.get(step, {}))
            run.step([np.array(grad) for grad in each])
            for path, param in zip(paths, run.params, strict=True):
                path.append(np.array(param))
    return [np.array(path) for path in paths]


def apart(some: Sequence[Any], others: Sequence[Any], starts: Sequence[Any]) -> float:
    """How far two paths lie apart, in shares of the distance moved so far."""
    worst = 0.0
    for a, b, start in zip(some, others, starts, strict=True):
        moved = np.maximum.accumulate(np.maximum(abs(a - start), abs(b - start)))
        off = np.maximum(abs(a - b) - 1e-13 * (abs(a) + abs(start)), 0)
        worst = max(worst, float((off / np.maximum(moved, 1e-300)).max(initial=0.0)))
    return worst


def longer(paths: Paths, starts: Sequence[Array], factor: float) -> Paths:
    """Every step so many times as long."""
    return [start + factor * (path - start) for path, start in zip(paths, starts, strict=True)]


class Tried:
    """One rule on the first steps of one case, changed in the ways of the properties."""

    def __init__(self, rule_class: Any, case: Case, claim: Mapping[str, Any]) -> None:
        self.rule_class, self.claim = rule_class, claim
        self.given, self.params = dict(case.hyperparameters), list(case.params)
        self.grads = [list(step) for step in case.grads[:STEPS]]
        self.without_decay = False
        """Whether what was tried holds without weight decay alone."""
        self.nothing = [[0.0 * grad for grad in step] for step in self.grads]

    @property
    def plain(self) -> Values:
        """The same without weight decay."""
        self.without_decay = "weight_decay" in self.given
        return self.given | ({"weight_decay": 0.0} if self.without_decay else {})

    def apart(self) -> float:
        """How far the rule is from having the claimed property, in shares of the distance moved."""
        names = {
            "depends-on-scale": "scale",
            "not-linear-in-grad": "scale",
            "eps-out-of-scale": "scale",
            "large-gradient": "scale",
            "small-gradient": "scale",
        }
        name: str = self.claim["property"]
        method: Callable[[], float] = getattr(self, names.get(name, name.replace("-", "_")))
        return method()

    def go(
        self,
        given: Values,
        params: Sequence[Array] | None = None,
        grads: Sequence[Sequence[Array]] | None = None,
        plan: Mapping[int, Values] | None = None,
    ) -> Paths:
        """The rule's path, where nothing else is said on the case itself."""
        return walk(self.rule_class, given, params or self.params, grads or self.grads, plan or {})

    def not_repeatable(self) -> float:
        """Twice the same."""
        return apart(self.go(self.given), self.go(self.given), self.params)

    def moves_without_gradient(self) -> float:
        """No gradient and no decay."""
        still = [np.array([param] * STEPS) for param in self.params]
        return apart(self.go(self.plain, None, self.nothing), still, self.params)

    def depends_on_other_parameters(self) -> float:
        """Alone, and beside a second parameter."""
        first = self.params[0]
        alone = self.go(self.given, [first], [step[:1] for step in self.grads])
        both = [[step[0], -2.0 * step[0][::-1]] for step in self.grads]
        return apart(alone, self.go(self.given, [first, first[::-1] + 1.0], both)[:1], [first])

    def depends_on_other_elements(self) -> float:
        """The first element, with others beside it and with other others."""
        arrays = [self.params[0], *(step[0] for step in self.grads)]
        changed = [np.concatenate([each[:1], 3.0 * each[1:] + 1.0]) for each in arrays]
        mine, theirs = (self.go(self.given, each[:1], [[grad] for grad in each[1:]])[0] for each in (arrays, changed))
        return apart([mine[:, 0]], [theirs[:, 0]], [arrays[0][0]])

    def depends_on_shape(self) -> float:
        """The same numbers in two shapes."""
        several = self.claim["one"] == (4,)
        arrays = [self.params[1], *(step[1] for step in self.grads)]
        if not several:
            arrays = [each[:1] for each in (self.params[0], *(step[0] for step in self.grads))]
        both = []
        for shape in (self.claim["one"], self.claim["other"]):
            first, *grads = (each.reshape(shape) for each in arrays)
            both.append(self.go(self.given, [first], [[grad] for grad in grads])[0].reshape(STEPS, -1))
        return apart(both[:1], both[1:], [arrays[0].ravel()])

    def depends_on_sign(self) -> float:
        """Everything of the opposite sign."""
        turned = self.go(self.given, [-each for each in self.params], [[-grad for grad in step] for step in self.grads])
        return apart(self.go(self.given), [-path for path in turned], self.params)

    def depends_on_parameter(self) -> float:
        """Every parameter somewhere else."""
        shift = self.claim["shift"]
        far = self.go(self.plain, [each + shift for each in self.params])
        return apart(self.go(self.plain), [path - shift for path in far], self.params)

    def scale(self) -> float:
        """Larger or smaller gradients."""
        times, power, degree = (self.claim[key] for key in ("times", "power", "degree"))
        before, after = dict(self.plain), dict(self.plain)
        if power:
            after["eps"] = before["eps"] * times**power
        elif not degree:
            before["eps"] = after["eps"] = 0.0
        mine = self.go(before)
        large = self.go(after, None, [[times * grad for grad in step] for step in self.grads])
        if "ratio" in self.claim:
            seen = (large[0][0] - self.params[0]) / (mine[0][0] - self.params[0])
            self.ratio = float(np.median(seen))
            assert np.ptp(seen) <= 1e-5 * abs(self.ratio)
        return apart(longer(mine, self.params, times**degree), large, self.params)

    def decay_out_of_proportion(self) -> float:
        """Decay alone, of parameters four times as large."""
        large = [4.0 * each for each in self.params]
        mine = self.go(self.given, None, self.nothing)
        return apart([4.0 * path for path in mine], self.go(self.given, large, self.nothing), large)

    def decay_not_times_lr(self) -> float:
        """Decay alone, twice the rate and half the decay."""
        given = self.given
        divided = given | {"lr": 2 * given["lr"], "weight_decay": given["weight_decay"] / 2}
        return apart(self.go(given, None, self.nothing), self.go(divided, None, self.nothing), self.params)

    def not_proportional_to_lr(self) -> float:
        """A larger rate."""
        times = self.claim["times"]
        fast = self.go(self.plain | {"lr": times * self.plain["lr"]})
        return apart(longer(self.go(self.plain), self.params, times), fast, self.params)

    def zero_hyperparameter(self) -> float:
        """A hyperparameter that is 0, or nearly."""
        base, _, element = self.claim["name"].rstrip("]").partition("[")
        paths = []
        for value in (0.0, self.claim["tiny"]):
            several = list(self.given[base]) if element else []
            several[int(element or 0) : int(element or 0) + 1] = [value]
            paths.append(self.go(self.given | {base: several if element else value}))
        return apart(paths[0], paths[1], self.params)

    def zero_gradient(self) -> float:
        """One step without a gradient, or nearly."""
        at, values = self.claim["step"] - 1, self.plain if self.claim["decay"] else self.given
        steps = [[np.full_like(grad, size) for grad in self.grads[at]] for size in (0.0, self.claim["tiny"])]
        none, little = (self.go(values, None, [*self.grads[:at], step, *self.grads[at + 1 :]]) for step in steps)
        return apart(none, little, self.params)

    def zero_rate(self) -> float:
        """One step without a rate, or nearly."""
        at, lr = self.claim["step"], self.given["lr"]
        plans = [{at: {"lr": rate}, at + 1: {"lr": lr}} for rate in (0.0, self.claim["tiny"])]
        none, little = (self.go(self.given, plan=plan) for plan in plans)
        return apart(none, little, self.params)

    def memory(self) -> float:
        """Another gradient in the first step, seen in a later one."""
        at = self.claim["step"] - 1
        other = self.go(self.plain, None, [[-0.5 * grad for grad in self.grads[0]], *self.grads[1:]])
        mine, theirs = ([(path[at] - path[at - 1])[None] for path in paths] for paths in (self.go(self.plain), other))
        return apart(mine, theirs, [np.zeros_like(move[0]) for move in mine])
