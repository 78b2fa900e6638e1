"""The contract between an update rule, or a tuner, and everything that runs it.

A rule is an object with hyperparameters as attributes and two methods, `init` and `update`. The grader, the sliders and
the training wrapper run every rule in the same way, the one written here, so a file that works in one works in all.

Hyperparameters are read at every `update`; between two steps a schedule may assign them. What has gone into the state
stays as it was. In grading a schedule changes only what every right rule reads in the same way:

- `lr`, `weight_decay` and `eps` at any step: they enter the present step alone. As in torch, the rate stands outside
  every buffer; a buffer that gathers lr·g is another rule as soon as lr changes.
- What a memory fades by (`momentum`, `betas`, `rho`, RMSprop's `alpha`) only where it makes no difference whether a
  rule takes a power of the new value or goes on from what it has kept: while the memory is empty, when it has faded
  away, or to 0 until the end.
- Lookahead's `alpha` where a new round begins, its `k` never.
- Of a rule that drives the `lr` of its inner one, its own `lr` and floor at any step, the lengths of its parts never.
- No switch and no other option (`maximize`, `dampening`, `amsgrad`, …).

A tuner is an object with hyperparameters and one method, `tune`, which is handed a function and returns a rate.
"""

from __future__ import annotations

import importlib.util
import itertools
import struct
import sys
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_serial = itertools.count()


class Rule(Protocol):
    """One update rule; `state` may be anything.

    Arrays are numpy float64 in grading. In training they have the network's dtype, and are numpy's on a CPU and torch's
    tensors on a GPU.
    """

    def init(self, param: Any) -> Any:
        """Return the state of one parameter before its first step."""

    def update(self, param: Any, grad: Any, state: Any) -> tuple[Any, Any]:
        """Take one step.

        Args:
            param: the parameter, which stays as it was.
            grad: its gradient, of the same shape; it stays as it was, too.
            state: what `init` or the step before returned.

        Returns:
            `(new_param, new_state)`.
        """


class Tuner(Protocol):
    """One search for a learning rate; a new object for every search."""

    def tune(self, loss: Callable[[float], float]) -> float:
        """Look for the best learning rate.

        Args:
            loss: from a rate to the loss at the end of one run with it, infinite or NaN where that diverges; it may be
                called `budget` times.

        Returns:
            The rate.
        """


class BudgetSpentError(Exception):
    """A tuner asks for a run more than its budget has."""

    def __init__(self, budget: int) -> None:
        super().__init__(f"the budget of {budget} is spent")


def number() -> Callable[[Any], float | None]:
    """Make a function that tells what number a rate is, with no method of the learner's; None if it is none."""
    real, inherits, flag, whole, double = type, issubclass, bool, int, float
    array, scalar, shape, copy = np.ndarray, np.generic, np.ndarray.shape.__get__, np.ndarray.astype
    as_array, item, pack, unpack = np.asarray, np.ndarray.item, struct.Struct("<d").pack, struct.Struct("<d").unpack
    kinds = frozenset("fiu")
    dtype, dtype_of_scalar, letter = array.dtype.__get__, scalar.dtype.__get__, np.dtype.kind.__get__
    untouched, problems = array.view, Exception

    def read(thing: Any) -> float | None:
        kind = real(thing)
        try:
            if inherits(kind, double) or (inherits(kind, whole) and kind is not flag):
                return unpack(pack(thing if inherits(kind, double) else whole.__add__(thing, 0)))[0]  # type: ignore[no-any-return]
            if inherits(kind, scalar) and letter(dtype_of_scalar(thing)) in kinds:
                return item(copy(as_array(thing), double))  # type: ignore[no-any-return]
            if inherits(kind, array) and shape(thing) == () and letter(dtype(thing)) in kinds:
                return item(copy(untouched(thing, array), double))  # type: ignore[no-any-return]
        except problems:  # a whole number that is too large
            return None
        return None

    return read


class BadResultError(Exception):
    """`update` returned something that is not a parameter and a state; `args` are the kind and its facts."""


def returned(answer: Any, shape: tuple[int, ...], *arrays: type) -> tuple[Any, Any]:
    """Take apart what `update` returned.

    Args:
        answer: anything.
        shape: the shape of the parameter.
        arrays: what counts as an array beside numpy's own.

    Returns:
        The new parameter, an array of that shape (for a 0-d one a float will do), and the new state.

    Raises:
        BadResultError: it is no pair, or its first half is no array of that shape.

    """
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        count = len(answer) if isinstance(answer, (tuple, list)) else None
        raise BadResultError("not-a-pair", type(answer).__name__, count)
    new, state = answer
    if not isinstance(new, (np.ndarray, np.generic, *arrays)) and not (shape == () and isinstance(new, float)):
        raise BadResultError("not-an-array", type(new).__name__)
    got = getattr(new, "shape", ())
    if tuple(got) != shape:
        raise BadResultError("shape", list(got), list(shape))
    return new, state


class MissingClassError(AttributeError):
    """A file lacks the class that it should define; `args` are the names of those that it does define."""


class Inner:
    """The rule handed to one that wraps another: descent with momentum, its state deliberately opaque.

    It remembers every gradient, so an inner state that is reset, shared or stepped twice shows in the parameters.
    """

    def __init__(self, lr: float, momentum: float) -> None:
        self.lr = lr
        self.momentum = momentum

    def init(self, param: Any) -> Any:
        """Return an opaque state: nothing but this class may look inside."""
        return (param * 0.0,)

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """Take one step of `torch.optim.SGD(lr, momentum)`.

        Args:
            param: the parameter.
            grad: its gradient.
            state: what `init` or the step before returned.

        Returns:
            The new parameter and the new state.
        """
        velocity = self.momentum * state[0] + grad
        return param - self.lr * velocity, (velocity,)


def hyperparameters(stored: dict[str, Any]) -> dict[str, Any]:
    """Make tuples and rules again, which JSON does not know."""
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    if "inner" in made:
        made["inner"] = Inner(made["inner"]["lr"], made["inner"]["momentum"])
    return made


def assign(rule: Any, changes: dict[str, Any]) -> None:
    """Set hyperparameters as a schedule does between two steps.

    Args:
        rule: the rule to change, in place.
        changes: new values by name; `inner.lr` reaches into the inner rule.
    """
    for name, value in hyperparameters(changes).items():
        *path, last = name.split(".")
        target = rule
        for part in path:
            target = getattr(target, part)
        setattr(target, last, value)


class Run:
    """One rule object walking all parameters: `init` once a parameter, then `update` for every parameter at each step.

    Args:
        rule: the rule; its hyperparameters may be assigned between steps (a schedule).
        params: the parameters, of any shapes. The list is copied, the arrays are not.

    """

    def __init__(self, rule: Rule, params: Sequence[Any]) -> None:
        self.rule = rule
        self.params = list(params)
        self.state = [rule.init(param) for param in self.params]

    def step(self, grads: Sequence[Any]) -> None:
        """Take one step of every parameter, `grads[i]` being the gradient of `params[i]`."""
        for i, grad in enumerate(grads):
            self.params[i], self.state[i] = self.rule.update(self.params[i], grad, self.state[i])


def load(path: Path, name: str, source: bytes | None = None) -> Any:
    """Execute the file afresh and return what it calls `name`.

    The file runs as a module of its own, registered in `sys.modules` as dataclasses with postponed annotations need.
    No compiled copy is read or written, so what runs is always what is saved.

    Args:
        path: the file, for instance `course/optim/adam.py`.
        name: the class in it, for instance `Adam`.
        source: its text, where that has been read already.

    Returns:
        The class of that name.

    Raises:
        MissingClassError: the file has no `name`.
        Exception: whatever the file itself raises.

    """
    module_name = f"_rule_{path.stem}_{next(_serial)}"
    spec = importlib.util.spec_from_loader(module_name, loader=None, origin=str(path))
    assert spec is not None  # noqa: S101 - for the type checker: a spec without a loader is always made
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[module_name] = module
    text = path.read_bytes() if source is None else source
    code = compile(text, str(path), "exec", dont_inherit=True)
    exec(code, module.__dict__)  # noqa: S102 - running the learner's file is the purpose
    if not hasattr(module, name):
        own = (each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module_name)
        raise MissingClassError(*(each.__name__ for each in own))
    return getattr(module, name)
