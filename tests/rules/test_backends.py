"""The same object runs on numpy float64 and float32, on torch CPU tensors, and on CUDA tensors where there is a GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from course.rule import Run
from course.topic import topics
from tests.rules.runs import BUSY, INNER, STEMS, draw_case, first_difference, make, run

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULTS: dict[str, dict[str, Any]] = {each.stem: {"inner": INNER} if each.inner else {} for each in topics("rule")}
SETTINGS = [(stem, given) for stem in STEMS for given in (DEFAULTS[stem], BUSY[stem])]
both = pytest.mark.parametrize(
    ("stem", "given"), SETTINGS, ids=[f"{stem}-{kind}" for stem in STEMS for kind in ("defaults", "busy")]
)


def arrays(state: Any) -> Iterator[Any]:
    """Every array in a state, Lookahead's inner one included."""
    for value in state.values():
        if isinstance(value, dict):
            yield from arrays(value)
        elif type(value) not in {int, float}:  # a number of numpy's is an array of shape ()
            yield value


@both
def test_torch_on_the_cpu_gives_numpys_numbers(stem: str, given: dict[str, Any]) -> None:
    case = draw_case(given)
    on_torch = run(stem, case, to=lambda array: torch.tensor(array, dtype=torch.float64))
    difference = first_difference(on_torch, run(stem, case))
    assert difference is None, difference


@both
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_torch_tensors_stay_as_they_are(stem: str, given: dict[str, Any], dtype: torch.dtype) -> None:
    stays_as_it_is(stem, given, dtype, "cpu")


@both
@pytest.mark.gpu
def test_cuda_gives_numpys_numbers(stem: str, given: dict[str, Any]) -> None:
    case = draw_case(given)
    on_gpu = run(stem, case, to=lambda array: torch.tensor(array, dtype=torch.float64, device="cuda"))
    difference = first_difference(on_gpu, run(stem, case), relative=1e-9)  # a GPU adds in another order
    assert difference is None, difference
    stays_as_it_is(stem, given, torch.float32, "cuda")


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_numpy_arrays_keep_shape_and_dtype(stem: str, given: dict[str, Any], dtype: type[np.floating[Any]]) -> None:
    case = draw_case(given)
    running = Run(make(stem, given), [param.astype(dtype) for param in case.params])
    for grads in case.grads:
        running.step([grad.astype(dtype) for grad in grads])
        for param, state, start in zip(running.params, running.state, case.params, strict=True):
            for array in [param, *arrays(state)]:
                assert array.dtype == dtype
                assert array.shape == start.shape


@both
def test_numpy_scalars_do_for_0_d(stem: str, given: dict[str, Any]) -> None:
    case = draw_case(given, shapes=((), ()))
    scalars = run(stem, case, to=np.float64)
    difference = first_difference(scalars, run(stem, case))
    assert difference is None, difference


@both
def test_float32_stays_near_float64(stem: str, given: dict[str, Any]) -> None:
    case = draw_case(given)
    single = run(stem, case, to=lambda array: torch.tensor(array, dtype=torch.float32))
    difference = first_difference(single, run(stem, case), relative=1e-4)
    assert difference is None, difference


def stays_as_it_is(stem: str, given: dict[str, Any], dtype: torch.dtype, device: str) -> None:
    case = draw_case(given, steps=12)
    running = Run(make(stem, given), [torch.tensor(param, dtype=dtype, device=device) for param in case.params])
    for grads in case.grads:
        running.step([torch.tensor(grad, dtype=dtype, device=device) for grad in grads])
        for param, state, start in zip(running.params, running.state, case.params, strict=True):
            for array in [param, *arrays(state)]:
                assert isinstance(array, torch.Tensor)
                assert (array.dtype, array.device.type, tuple(array.shape)) == (dtype, device, start.shape)
