"""What can go wrong around any rule, whatever its text: each a class to be put before the rule's own."""

from __future__ import annotations

from typing import Any

import numpy as np


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


def hard_coded(name: str) -> type:
    """Make the class of a rule in which the default of a hyperparameter is written."""

    class HardCoded:
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            now = getattr(self, name)
            setattr(self, name, getattr(type(self), name))  # a dataclass keeps the default on the class
            try:
                return super().update(param, grad, state)  # type: ignore[misc]
            finally:
                setattr(self, name, now)

    return HardCoded


def read_once(name: str) -> type:
    """Make the class of a rule that reads a hyperparameter at the start and never again."""

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
    "state-not-kept": StateNotKept,
    "one-state-for-all": OneStateForAll,
    "float32-inside": Float32Inside,
}
"""By name, from the outermost to the innermost."""

OF_HYPERPARAMETER = {"hard-coded": hard_coded, "read-once": read_once}
"""By name, what is done to one hyperparameter; inside all the others."""
