"""What can go wrong around any rule, whatever its text: each a class to be put before the rule's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from course.grading.mistakes.mistake import Mistake


class Uphill:
    """A rule that takes the opposite of the gradient for the gradient."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        return super().update(param, -grad, state)  # type: ignore[misc]


class AddsTheStep:
    """A rule that moves the whole way in the opposite direction."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        new, after = super().update(param, grad, state)  # type: ignore[misc]
        return 2 * param - new, after


class ReturnsTheStep:
    """A rule that returns the step where the new parameter should be."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        new, after = super().update(param, grad, state)  # type: ignore[misc]
        return param - new, after


class ReturnsTheChange:
    """A rule that returns by how much the parameter changes, as Optax does."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        new, after = super().update(param, grad, state)  # type: ignore[misc]
        return new - param, after


class ArgumentsSwapped:
    """A rule whose `update` takes the gradient first."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        return super().update(grad, param, state)  # type: ignore[misc]


class DecayInBoth:
    """A rule that has the weight decay in its gradient, and takes it off the parameter as well."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        new, after = super().update(param, grad, state)  # type: ignore[misc]
        return new - self.lr * self.weight_decay * param, after  # type: ignore[attr-defined]


class GradientClipped:
    """A rule that cuts off every element of the gradient at 1."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        return super().update(param, np.clip(grad, -1, 1), state)  # type: ignore[misc]


class GradientClippedByNorm:
    """A rule that shortens a gradient that is longer than 1."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        return super().update(param, grad / max(1.0, float(np.linalg.norm(grad))), state)  # type: ignore[misc]


class ParamChangedInPlace:
    """A rule that writes the new parameter into the caller's array."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        new, after = super().update(param, grad, state)  # type: ignore[misc]
        param += new - param
        return param, after


class GradChangedInPlace:
    """A rule that writes into the caller's gradient."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        new, after = super().update(param, grad, state)  # type: ignore[misc]
        grad *= 0.5
        return new, after


class StateNotKept:
    """A rule that returns the state that it was given."""

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        return super().update(param, grad, state)[0], state  # type: ignore[misc]


class OneStateForAll:
    """A rule that keeps one state on itself, whichever the parameter."""

    def init(self, param: Any) -> Any:
        """Make the state of this parameter everyone's."""
        self.only = super().init(param)  # type: ignore[misc]
        return self.only

    def update(self, param: Any, grad: Any, state: Any) -> Any:  # noqa: ARG002 - the state is not looked at
        """Take one step; see `course.rule.Rule`."""
        new, self.only = super().update(param, grad, self.only)  # type: ignore[misc]
        return new, self.only


class Float32Inside:
    """A rule that computes in float32."""

    def init(self, param: Any) -> Any:
        """Make a state in float32."""
        return super().init(np.asarray(param, np.float32))  # type: ignore[misc]

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step; see `course.rule.Rule`."""
        narrow = np.asarray(param, np.float32), np.asarray(grad, np.float32)
        new, after = super().update(*narrow, state)  # type: ignore[misc]
        return np.asarray(new, np.float64), after


def _as_if(name: str, meant: Callable[[Any], Any]) -> type:
    """Make the class of a rule that steps as if a hyperparameter had another value.

    Args:
        name: the hyperparameter.
        meant: takes the rule, returns that value.

    Returns:
        The class.

    """

    class AsIf:
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            now = getattr(self, name)
            setattr(self, name, meant(self))
            try:
                return super().update(param, grad, state)  # type: ignore[misc]
            finally:
                setattr(self, name, now)

    return AsIf


def hard_coded(name: str, _value: Any) -> type:
    """Make the class of a rule in which the default of a hyperparameter is written.

    Args:
        name: the hyperparameter.
        _value: not used.

    Returns:
        The class.

    """
    return _as_if(name, lambda rule: getattr(type(rule), name))  # a dataclass keeps the default on the class


def always(name: str, value: Any) -> type:
    """Make the class of a rule in which another number is written in a hyperparameter's place.

    Args:
        name: the hyperparameter.
        value: the number.

    Returns:
        The class.

    """
    return _as_if(name, lambda _: value)


def negated(name: str, _value: Any) -> type:
    """Make the class of a rule in which a hyperparameter has the opposite sign.

    Args:
        name: the hyperparameter.
        _value: not used.

    Returns:
        The class.

    """
    return _as_if(name, lambda rule: -getattr(rule, name))


def half_hard_coded(name: str, value: int) -> type:
    """Make the class of a rule in which the default of one of a pair is written.

    Args:
        name: the hyperparameter.
        value: which of the pair, from 0.

    Returns:
        The class.

    """

    def meant(rule: Any) -> Any:
        now, default = list(getattr(rule, name)), getattr(type(rule), name)
        now[value] = default[value]
        return tuple(now)

    return _as_if(name, meant)


def rounded(_name: str, value: int) -> type:
    """Make the class of a rule that rounds the new parameter to so many decimals.

    Args:
        _name: not used.
        value: how many decimals.

    Returns:
        The class.

    """

    class Rounded:
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            new, after = super().update(param, grad, state)  # type: ignore[misc]
            return np.round(new, value), after

    return Rounded


def read_once(name: str, _value: Any) -> type:
    """Make the class of a rule that reads a hyperparameter at the start and never again.

    Args:
        name: the hyperparameter.
        _value: not used.

    Returns:
        The class.

    """

    class ReadOnce:
        def __init__(self, **hyperparameters: Any) -> None:
            super().__init__(**hyperparameters)
            self.__dict__[f"first {name}"] = getattr(self, name)

        def update(self, param: Any, grad: Any, state: Any) -> Any:
            now = getattr(self, name)
            setattr(self, name, self.__dict__[f"first {name}"])
            try:
                return super().update(param, grad, state)  # type: ignore[misc]
            finally:
                setattr(self, name, now)

    return ReadOnce


WRAPS = {
    "uphill": Uphill,
    "grad-changed-in-place": GradChangedInPlace,
    "param-changed-in-place": ParamChangedInPlace,
    "adds-the-step": AddsTheStep,
    "returns-the-step": ReturnsTheStep,
    "returns-the-change": ReturnsTheChange,
    "arguments-swapped": ArgumentsSwapped,
    "state-not-kept": StateNotKept,
    "one-state-for-all": OneStateForAll,
    "float32-inside": Float32Inside,
    "gradient-clipped": GradientClipped,
    "gradient-clipped-by-norm": GradientClippedByNorm,
    "decay-in-both": DecayInBoth,
}
"""By name, from the outermost to the innermost."""

OF_HYPERPARAMETER: dict[str, Callable[[str, Any], type]] = {
    "rounded": rounded,
    "hard-coded": hard_coded,
    "half-hard-coded": half_hard_coded,
    "always": always,
    "negated": negated,
    "read-once": read_once,
}
"""By name, what is done with a number, or to one hyperparameter; inside all the others."""


def classes(on: Iterable[Mistake]) -> list[type]:
    """Return the classes that make mistakes around a rule, the outermost first.

    Args:
        on: the mistakes; those that are made by edits alone have none.

    Returns:
        The classes, to be put before the rule's own.

    """
    on = list(on)
    around = [wrap for name, wrap in WRAPS.items() if any(mistake.wrap == name for mistake in on)]
    of_one = [mistake for mistake in on if mistake.wrap in OF_HYPERPARAMETER]
    return around + [OF_HYPERPARAMETER[each.wrap](each.of, each.value) for each in of_one]
