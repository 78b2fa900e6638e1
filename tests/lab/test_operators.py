"""What only numpy can run, and the same with operators: equal on arrays, and runnable on tensors."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course.lab.training.operators import BY_SHAPE, METHODS, WRITTEN, rewrites

X, Y = np.array([[1.5, -2.0], [0.0, 4.0]]), np.array([[1.0, 3.0], [0.5, -4.0]])
CALLS = (
    [f"np.{name}({'x, y' if '{1}' in form else 'x'})" for name, form in WRITTEN.items()]
    + [f"np.{name}(x.shape{', y' if '{1}' in form else ''})" for name, form in BY_SHAPE.items()]
    + [f"x.{name}({'float' if name == 'astype' else ''})" for name, form in METHODS.items() if form]
    + ["np.sqrt(np.square(x) + np.abs(-y))", "np.maximum(x + y, 0.5 * y)", "np.power(x, 2)", "np.negative(x - y)"]
)


@pytest.mark.parametrize("call", CALLS)
def test_the_operators_do_what_numpy_does(call: str) -> None:
    ((_, new),) = [(place.old, place.new) for place in rewrites(f"import numpy as np\nz = {call}")]
    assert new is not None
    x, y = (X, Y) if "np.abs" in call else (abs(X) + 1, Y)
    expected = eval(call, {"np": np, "x": x, "y": y})  # noqa: S307 - of the table above
    if "empty" in call:
        expected = 0 * x
    got = eval(new, {"x": x, "y": y})  # noqa: S307
    np.testing.assert_allclose(got, expected, rtol=1e-15)
    on_meta = {"x": torch.tensor(x, device="meta"), "y": torch.tensor(y, device="meta")}
    assert eval(new, on_meta).shape == x.shape  # noqa: S307


@pytest.mark.parametrize(
    "call",
    ["np.einsum('i,i', x, y)", "np.multiply(x, y, out=x)", "np.sqrt(x, where=x > 0)", "np.zeros(x.size)", "np.zeros(3)",
     "np.array([x, y])", "np.linalg.norm(x)", "x.flat", "x.fill(0)", "functools.reduce(np.add, x)", "np.full_like(x)"],
)  # fmt: skip
def test_where_there_is_no_short_form_none_is_made_up(call: str) -> None:
    (place,) = rewrites(f"import numpy as np, functools\nz = {call}")
    assert place.new is None
    assert place.old in call


def test_names_lines_and_what_does_no_harm() -> None:
    source = """
import numpy
from numpy import sqrt as root
def f(x: numpy.ndarray) -> numpy.ndarray:
    y: numpy.ndarray = abs(x) ** numpy.pi
    z = (y +
         root(x))
    return z.sum(), {**{}}.copy(), "np.sqrt(x)", math.sqrt(2)
"""
    (place,) = rewrites(source)
    assert (place.line, place.last, place.old, place.new) == (7, 7, "root(x)", "x ** 0.5")
    assert rewrites("def (") == []
    assert rewrites("\0") == []
