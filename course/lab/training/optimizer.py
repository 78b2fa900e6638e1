"""An update rule as a `torch.optim.Optimizer`: on a CPU it is handed numpy arrays, elsewhere torch's tensors."""

from __future__ import annotations

import copy
import functools
import inspect
import linecache
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from course.grading import reasons
from course.lab.rules import RuleError
from course.lab.training.operators import rewrites
from course.rule import BadResultError, returned
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

TEXTS = texts(__file__)

LAB = Path(__file__).parents[1]
LISTED = 6
"""So many places of a file are listed at most; whoever has mended those has seen how it goes."""

WHOLE: Any = ("C", "A", "W")
"""What torch asks of an array whose memory it is to use."""

GPU = TEXTS["gpu"]
TYPE = TEXTS["type"]
PLACE = TEXTS["place"]
PLACE_WITHOUT = TEXTS["place-without"]
AND_MORE = TEXTS["and-more"]


@functools.cache
def as_torch(rule_class: Callable[..., Any]) -> Any:
    """Turn an update rule into a class that is used like any of `torch.optim`.

    `as_torch(Momentum)(model.parameters(), lr=0.1, momentum=0.9)` steps with the rule, under the contract of
    `course.rule`. The hyperparameters stand in `param_groups`, so `torch.optim.lr_scheduler` works; a parameter whose
    `grad` is None is left alone.

    `state_dict` carries the rule's state, its arrays as tensors: where the state is built of numbers, arrays, dicts,
    lists and tuples, `torch.load` reads it back as it is; a state of a class of your own needs `weights_only=False`.
    Loading makes copies, and arrays or tensors of them as the parameter's device needs.

    Args:
        rule_class: a class that meets the contract. Parameters and gradients that it gets are copies: on a CPU numpy
            arrays of the network's own dtype; on a GPU, or for a dtype that numpy lacks (bfloat16), tensors.

    Returns:
        A subclass of `torch.optim.Optimizer`, the same one for the same rule.

    Examples:
        >>> import torch
        >>> from course.lab import as_torch, reference
        >>> weight = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
        >>> weight.grad = torch.tensor([1.0, -1.0])
        >>> as_torch(reference("sgd"))([weight], lr=0.5).step()
        >>> weight.tolist()
        [0.5, 2.5]

    """
    import torch

    class Wrapped(torch.optim.Optimizer):
        def __init__(self, params: Any, **hyperparameters: Any) -> None:
            self.rule = rule_class(**hyperparameters)
            super().__init__(params, _defaults(rule_class, self.rule, hyperparameters))

        def step(self, closure: Any = None) -> Any:
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            with torch.no_grad(), np.errstate(all="ignore"):  # a step that diverges is seen in the loss, as with torch
                _step(self.rule, self.param_groups, self.state)
            return loss

        def state_dict(self) -> dict[str, Any]:
            found = super().state_dict()
            return found | {"state": {key: _built(each, _tensor) for key, each in found["state"].items()}}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            # torch would take a state apart and build it again, which only tensors, dicts and lists survive.
            super().load_state_dict(state_dict | {"state": {}})
            _load(state_dict, self.param_groups, self.state)

        def __getstate__(self) -> dict[str, Any]:
            return super().__getstate__() | {"rule": self.rule}

    Wrapped.__name__ = Wrapped.__qualname__ = f"Wrapped{getattr(rule_class, '__name__', 'Rule')}"
    return Wrapped


def _defaults(rule_class: Callable[..., Any], rule: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Return the hyperparameters as torch keeps them: those given, and the rule's own defaults for the rest.

    An inner rule is no number to schedule or to save; of Lookahead's, `lr` alone stands here.
    """
    names = [name for name in ("lr", *inspect.signature(rule_class).parameters) if hasattr(rule, name)]
    found = {name: getattr(rule, name) for name in names} | given
    if not hasattr(rule, "lr"):
        found["lr"] = rule.inner.lr
    return {name: value for name, value in found.items() if not hasattr(value, "init")}


def _assign(rule: Any, group: dict[str, Any]) -> None:
    """Give the rule its group's hyperparameters, which a schedule may just have changed."""
    import torch

    for name, value in group.items():
        if name == "params":
            continue
        number = value.item() if isinstance(value, torch.Tensor) and value.numel() == 1 else value
        if name == "lr" and not hasattr(rule, "lr"):
            rule.inner.lr = number
        elif hasattr(rule, name):
            setattr(rule, name, number)


def _step(rule: Any, groups: Sequence[dict[str, Any]], state: dict[torch.Tensor, dict[str, Any]]) -> None:
    """Take one step: `init` of every parameter that has none yet, before the first `update` of any."""
    moving = [(group, [param for param in group["params"] if param.grad is not None]) for group in groups]
    for group, params in moving:
        _assign(rule, group)
        for param in params:
            if "rule" not in state[param]:
                state[param]["rule"] = _asked(param, rule.init, _own(param))
    for group, params in moving:
        _assign(rule, group)
        for param in params:
            state[param]["rule"] = _move(rule, param, state[param]["rule"])


def _load(saved: dict[str, Any], groups: Sequence[dict[str, Any]], state: dict[torch.Tensor, dict[str, Any]]) -> None:
    """Give every parameter its saved state, copied, with arrays or tensors as its device needs."""
    params = [param for group in groups for param in group["params"]]
    keys = [key for group in saved["param_groups"] for key in group["params"]]
    for key, param in zip(keys, params, strict=True):
        if key in saved["state"]:
            own = copy.deepcopy(saved["state"][key])
            state[param] = _built(own, _array if _numpy_can(param) else _tensor, param.device)


def _numpy_can(param: torch.Tensor) -> bool:
    """Return whether numpy can compute with this parameter: it lies in the CPU's memory, in a type that numpy has."""
    import torch

    return param.device.type == "cpu" and param.dtype is not torch.bfloat16


def _own(given: torch.Tensor) -> Any:
    """Return a copy of a parameter or a gradient, as an array where numpy can compute with it.

    A copy, since a rule may keep what it is given (a buffer that starts as the gradient itself), and torch writes to
    both in place.
    """
    import torch

    dense = given.detach() if given.layout is torch.strided else given.detach().to_dense()
    return np.array(dense.numpy(force=True), order="C") if _numpy_can(given) else dense.clone()


def _asked(param: torch.Tensor, method: Callable[..., Any], *arguments: Any) -> Any:
    """Call one of the rule's methods; what only numpy can run fails on a GPU, and is told in a sentence."""
    try:
        return method(*arguments)
    except Exception as error:
        told = None if _numpy_can(param) else _of_numpy(error, param)
        if told is None:
            raise
        raise RuleError(told) from error


def _move(rule: Any, param: torch.Tensor, state: Any) -> Any:
    """Move a parameter in place; return its new state."""
    import torch

    answer = _asked(param, rule.update, _own(param), _own(cast("torch.Tensor", param.grad)), state)
    try:
        new, state = returned(answer, tuple(param.shape), torch.Tensor)
        moved = _tensor(new)
    except BadResultError as error:
        raise RuleError(reasons.of_result(*error.args)) from None
    except TypeError:  # an array of Python objects, or of numbers that torch lacks
        raise RuleError(reasons.of_result("dtype", str(new.dtype), _name(param))) from None
    if moved.is_complex() and not param.is_complex():
        raise RuleError(reasons.of_result("dtype", _name(moved), _name(param)))
    param.copy_(moved)
    return state


def _built(value: Any, leaf: Callable[..., Any], *how: Any) -> Any:
    """Return a state with `leaf` of every array and tensor in it, as far as it is made of dicts, lists and tuples."""
    import torch

    if type(value) is dict:
        return {key: _built(each, leaf, *how) for key, each in value.items()}
    if type(value) in {list, tuple}:
        return type(value)(_built(each, leaf, *how) for each in value)
    numbers = isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc"
    return leaf(value, *how) if numbers or isinstance(value, torch.Tensor) else value


def _tensor(value: Any, device: torch.device | None = None) -> Any:
    import torch

    if not isinstance(value, torch.Tensor):
        array = np.asarray(value)
        value = torch.from_numpy(np.require(array, array.dtype.newbyteorder("="), WHOLE))
    return value if device is None else value.to(device)


def _array(value: Any, _device: torch.device) -> Any:
    import torch

    if not isinstance(value, torch.Tensor):
        return value
    return (value.float() if value.dtype is torch.bfloat16 else value).numpy(force=True)


def _name(tensor: torch.Tensor) -> str:
    """Return the dtype as numpy would call it."""
    return str(tensor.dtype).removeprefix("torch.")


def _of_numpy(error: Exception, param: torch.Tensor) -> Text | None:
    """Say what to write with operators, if it is numpy that failed on a tensor; the line that failed comes first."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not _library(each.filename)]
    if not frames or not isinstance(error, (TypeError, AttributeError, ValueError, RuntimeError)):
        return None
    failed = frames[-1]
    linecache.checkcache(failed.filename)
    places = rewrites("".join(linecache.getlines(failed.filename)))
    here = [place for place in places if place.line <= (failed.lineno or 0) <= place.last]
    if not places or not (here or "numpy" in str(error).lower()):
        return None
    places = list(dict.fromkeys([*here, *places]))
    head = TYPE if param.device.type == "cpu" else GPU
    told = [head.format(device=param.device, dtype=_name(param), file=Path(failed.filename).name)]
    for place in places[:LISTED]:
        form = PLACE if place.new else PLACE_WITHOUT
        told.append(form.format(line=place.line, old=place.old, new=place.new))
    if len(places) > LISTED:
        told.append(AND_MORE.format(n=len(places) - LISTED))
    return Text.joined(told, en="\n", zh="\n")


def _library(filename: str) -> bool:
    """Return whether this is code of the lab's or of a library, and no rule's."""
    path = Path(filename)
    inside = LAB in path.parents or "site-packages" in path.parts
    return inside or (filename.startswith("<") and not filename.startswith("<ipython"))
