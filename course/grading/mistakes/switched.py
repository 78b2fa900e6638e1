"""A right rule with switches: what the catalogue's rules have in common, and what goes wrong around any of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Switched:
    """A rule that takes the wrong turns in `on`; with none it is right.

    It is run like any rule (see `course.rule`). A subclass writes `start` and `step`, the right rule with a switch at
    each place where students go wrong; what can go wrong in every rule is switched here, around them.

    Args:
        on: the ids of the mistakes to make.
        outliving: what a class attribute would keep: the same dict for every case of one file.
        hyperparameters: as the exercise's class takes them.

    """

    defaults: ClassVar[dict[str, Any]]
    """Every hyperparameter with its default."""
    elsewhere: ClassVar[dict[str, Any]] = {}
    """Defaults that another library or the paper has instead, and students bring along."""

    styles: ClassVar[tuple[str, ...]] = ("",)
    """Ways of writing the rule that are all right, but not the same beside a mistake: switches, "" for none."""

    def __init__(self, on: Iterable[str], outliving: dict[str, Any], **hyperparameters: Any) -> None:
        self.on = frozenset(on)
        self.outliving = outliving
        brought = {name: value for name, value in self.elsewhere.items() if f"{name}-default" in self.on}
        self.first = {**self.defaults, **brought, **hyperparameters}
        for name, value in self.first.items():
            setattr(self, name, value)
        self.around = self.on & AROUND
        self.blind = any(name.endswith(("-hard-coded", "-read-once")) for name in self.on)
        self.updates = 0
        """How often `update` was called, for whichever parameter."""

    def start(self, param: Any) -> dict[str, Any]:
        """The state of one parameter before its first step."""
        raise NotImplementedError

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step, with the hyperparameters `h` as the mistaken rule sees them."""
        raise NotImplementedError

    def init(self, param: Any) -> dict[str, Any]:
        """`start`, and what goes wrong around it."""
        if "float32-inside" in self.on:
            param = np.asarray(param, np.float32)
        state = self.start(param)
        if "one-state-for-all" in self.on:
            self.only = state
        return state

    def update(self, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """`step`, and what goes wrong around it."""
        self.updates += 1
        h = self._seen() if self.blind else self
        if not self.around:
            return self.step(h, param, grad, state)
        on = self.around
        if "uphill" in on:
            grad = -grad
        if "one-state-for-all" in on:
            state = self.only
        given = param, grad
        if "float32-inside" in on:
            given = np.asarray(param, np.float32), np.asarray(grad, np.float32)
        new, after = self.step(h, *given, state)
        self.only = after
        if "state-not-kept" in on:
            after = state
        if "float32-inside" in on:
            new = np.asarray(new, np.float64)
        if "returns-the-step" in on:
            new = param - new
        if "adds-the-step" in on:
            new = 2 * param - new
        if "param-changed-in-place" in on:
            param += new - param
            new = param
        if "grad-changed-in-place" in on:
            grad *= 0.5
        return new, after

    def _seen(self) -> Any:
        """The hyperparameters as a rule sees them that does not look at all of them at every update."""

        def value(name: str) -> Any:
            kebab = name.replace("_", "-")
            if f"{kebab}-hard-coded" in self.on:
                return self.defaults[name]
            return self.first[name] if f"{kebab}-read-once" in self.on else getattr(self, name)

        return SimpleNamespace(**{name: value(name) for name in self.defaults})

    def clock(self, state: dict[str, Any]) -> int:
        """The number t of this step, or what is mistaken for it."""
        if "step-per-parameter" in self.on:
            return self.updates
        if "step-outlives-rule" in self.on:
            self.outliving["updates"] = self.outliving.get("updates", 0) + 1
            return int(self.outliving["updates"])
        t = int(state["step"]) + 1
        if "step-frozen" in self.on:
            return 1
        return t - 1 if "step-from-zero" in self.on else t

    def joined(self, h: Any, param: Any, grad: Any) -> tuple[Any, Any]:
        """Parameter and gradient after the first lines of a rule with L2 decay: sign turned, weight decay joined."""
        on = self.on
        late = "maximize-after-decay" in on
        if h.maximize and not late:
            grad = -grad
        decay = h.weight_decay * param
        if "decay-decoupled" in on:
            param = param - h.lr * decay
        elif "decay-not-times-lr" in on:
            param = param - decay
        elif "decay-sign" in on:
            grad = grad - decay
        elif on.isdisjoint({"decay-forgotten", "decay-after-step"}):
            if "decay-doubled" in on:
                decay = 2 * decay
            elif "decay-times-lr-twice" in on:
                decay = h.lr * decay
            elif "decay-of-gradient" in on:
                decay = h.weight_decay * grad
            elif "decay-of-sign" in on:
                decay = h.weight_decay * np.sign(param)
            elif "decay-of-square" in on:
                decay = h.weight_decay * param**2
            elif "decay-a-constant" in on:
                decay = h.weight_decay
            grad = grad + decay
        return param, (-grad if h.maximize and late else grad)

    def moved(self, h: Any, param: Any, step: Any) -> Any:
        """The parameter after the last line of a rule with L2 decay."""
        new = param - step
        return new - h.lr * h.weight_decay * new if "decay-after-step" in self.on else new

    def squared(self, raw: Any, grad: Any, over_all: Callable[[Any], Any]) -> Any:
        """What joins the sum or the average of squares: element by element, or by mistake one number for all."""
        on = self.on
        if "decay-not-in-second-moment" in on:
            grad = raw
        if on & {"square-forgotten", "squared-too-late"}:
            return grad
        square = abs(grad) if "absolute-for-square" in on else grad**2
        return 0 * square + over_all(square) if "one-scale-for-all-elements" in on else square

    def averaged(self, keep: float, old: Any, new: Any) -> Any:
        """The moving average that keeps that share of the old, or what is mistaken for it."""
        on = self.on
        if "weights-swapped" in on:
            keep = 1 - keep
        if "misplaced-parenthesis" in on:
            return (keep * old + (1 - keep)) * new
        kept = old if "old-average-whole" in on else keep * old
        return kept + (new if "new-value-whole" in on else (1 - keep) * new)

    def scaled(self, h: Any, grad: Any, second: Any) -> Any:
        """The gradient over the root of the squares, with epsilon in its place or elsewhere."""
        on = self.on
        if "eps-inside-root" in on:
            return grad / np.sqrt(second + h.eps)
        if "eps-without-effect" in on:
            root = np.sqrt(second)
            return grad / (root + (root == 0))
        if "eps-as-floor" in on:
            return grad / np.maximum(np.sqrt(second), h.eps)
        if "root-forgotten" in on:
            return grad / (second + h.eps)
        if on & {"eps-forgotten", "eps-beside-the-quotient", "eps-added-to-the-parameter"}:
            return grad / np.sqrt(second) + (h.eps if "eps-beside-the-quotient" in on else 0.0)
        return grad / (np.sqrt(second) + h.eps)


AROUND = frozenset(
    {
        "uphill",
        "adds-the-step",
        "returns-the-step",
        "state-not-kept",
        "one-state-for-all",
        "float32-inside",
        "param-changed-in-place",
        "grad-changed-in-place",
    }
)
"""The switches of `init` and `update`."""
