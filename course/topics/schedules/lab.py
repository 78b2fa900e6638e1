"""The figure of this lesson, its schedules for torch, and its loss spikes.

The figure: a walk down a noisy valley whose mean square distance from the minimum is known exactly at every step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from course.lab.look import BLACK, BLUE, FAINT, ORANGE
from course.lab.svg import Array, drawing, line, log_scale, pictured, polyline, scale, text, upright
from course.lab.training.rates import Schedule, factor
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import ipywidgets as widgets
    import torch

    from course.lab.training.training import Factory

__all__ = ["distances", "rate_and_rest", "share", "spiked", "with_schedule"]

Shape = Schedule | Literal["step"]

STEPS = 200
START = 10.0
WIDTH, HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 740.0, 40.0, 150.0
_ABOVE, _BELOW = 196.0, 352.0
_LOW, _HIGH = 0.05, 12.0

_x = scale(0, STEPS, _LEFT, _RIGHT)

_CONSTANT = Text(en="constant rate", zh="学习率恒定")
_COSINE = Text(en="cosine decay", zh="余弦衰减")
_RATE = Text(en="rate γ", zh="学习率 γ")
_AWAY = Text(en="distance", zh="距离")
_STEP = Text(en="step t", zh="步数 t")
_GAMMA = Text(en="the rate at the start", zh="起始学习率")
_LENGTH = Text(en="how many steps the decay takes", zh="衰减的步数")
_ALT = Text(
    en="Above, the rate over 200 steps, {lr:.2f} at first. Below, the distance from the minimum on a logarithmic axis:"
    " after 200 steps it is {constant:.2f} at the constant rate and {cosine:.2f} with a cosine decay of {decay} steps.",
    zh="上图是 200 步里的学习率，起始为 {lr:.2f}。下图用对数轴画出到最小值的距离。"
    "200 步之后，学习率恒定时为 {constant:.2f}，用 {decay} 步的余弦衰减时为 {cosine:.2f}。",
)


def share(shape: Shape, t: int, steps: int) -> float:
    """Return the learning rate of a step as a share of its peak.

    Args:
        shape: how it decays: as `course.lab.training.rates.factor` has it, or "step", a tenth from three quarters on.
        t: how many steps lie behind.
        steps: of the whole run; from there on the share is that of the end.

    Returns:
        The share, from 0 to 1.

    Examples:
        >>> from course.lab import share
        >>> [share("linear", t, steps=4) for t in (0, 1, 4, 9)]
        [1.0, 0.75, 0.0, 0.0]

    """
    if shape == "step":
        return 1.0 if t < 0.75 * steps else 0.1
    return factor(shape, min(t, steps), steps)


def with_schedule(inner: Factory, steps: int, shape: Shape = "cosine") -> Factory:
    """Put one of torch's schedulers on a torch optimizer; it goes on after every step, written apart from the exercise.

    Args:
        inner: from parameters and a learning rate to an optimizer.
        steps: of the whole run.
        shape: as in `share`.

    Returns:
        From parameters and a learning rate to an optimizer, as `inner`.

    Examples:
        >>> import torch
        >>> from course.lab import with_schedule
        >>> weight = torch.nn.Parameter(torch.tensor([4.0]))
        >>> weight.grad = torch.tensor([1.0])
        >>> sgd = lambda params, lr: torch.optim.SGD(params, lr=lr)
        >>> optimizer = with_schedule(sgd, steps=2, shape="linear")([weight], 1.0)
        >>> optimizer.step(), optimizer.step(), weight.tolist()
        (None, None, [2.5])

    """
    import torch

    def make(params: Iterable[torch.nn.Parameter], lr: float) -> Any:
        optimizer = inner(params, lr)
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: share(shape, t, steps))
        optimizer.register_step_post_hook(lambda *_: scheduler.step())
        return optimizer

    return make


def distances(rates: Sequence[float] | Array, noise: float = 1.0, start: float = START) -> Array:
    """Return how far from the minimum SGD is on the loss θ²/2: the root of the mean square, over all ways to draw.

    The gradient is θ and noise; so the mean square v of a step becomes (1 − γ)²·v + γ²·noise², exactly.

    Args:
        rates: γ of each step.
        noise: the standard deviation of the noise on the gradient.
        start: θ at first.

    Returns:
        One more number than there are rates, the first being `start`.

    Examples:
        >>> from course.lab import distances
        >>> distances([1.0, 0.5]).round(3).tolist()
        [10.0, 1.0, 0.707]

    """
    square = [start**2]
    for rate in rates:
        square.append((1 - rate) ** 2 * square[-1] + (rate * noise) ** 2)
    return np.sqrt(square)


def rate_and_rest(lr: float = 0.3, decay: int = STEPS) -> widgets.VBox:
    """Show the rate over 200 steps and how far from the minimum a noisy walk is, with a constant rate and with a decay.

    Args:
        lr: where the first slider stands at first, 0.01 to 1.
        decay: where the second one stands, 10 to 400.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import rate_and_rest
        >>> controls, picture = rate_and_rest(lr=0.1).children
        >>> controls.children[0].value
        0.1

    """
    from course.lab.slider import FloatSlider, IntSlider

    rate = FloatSlider(
        value=lr, min=0.01, max=1.0, step=0.01, description="γ", readout_format=".2f", tooltip=str(_GAMMA)
    )
    length = IntSlider(value=decay, min=10, max=400, description="T", tooltip=str(_LENGTH))
    return pictured(scene, rate, length)


def scene(lr: float, decay: int) -> str:
    """Draw the two rates above, the two distances below.

    Args:
        lr: the rate at the start.
        decay: how many steps the cosine takes.

    Returns:
        Inline SVG.

    """
    rates = {
        _CONSTANT: np.full(STEPS, lr),
        _COSINE: np.array([lr * share("cosine", t, decay) for t in range(STEPS)]),
    }
    away = {name: distances(each) for name, each in rates.items()}
    alt = _ALT.format(lr=lr, decay=decay, constant=away[_CONSTANT][-1], cosine=away[_COSINE][-1])
    up, y = scale(0, 1.05, _BOTTOM, _TOP), log_scale(_LOW, _HIGH, _BELOW, _ABOVE)
    looks: dict[Text, dict[str, str | float]] = {
        _CONSTANT: {"stroke": BLUE, "stroke_width": 2, "stroke_dasharray": "6 3"},
        _COSINE: {"stroke": ORANGE, "stroke_width": 2.5},
    }
    parts, left = "", _LEFT
    for name, look in looks.items():
        parts += polyline(_x(range(STEPS)), up(rates[name]), **look)
        parts += polyline(_x(range(STEPS + 1)), y(np.clip(away[name], _LOW, _HIGH)), **look)
        parts += line(left, 16, left + 30, 16, **look)
        parts += text(
            left + 38, 21, Text(en="{name}: {end:.2f}", zh="{name}：{end:.2f}").format(name=name, end=away[name][-1])
        )
        left += 230
    return drawing(alt, WIDTH, HEIGHT, _frame(up, y), parts)


def _frame(up: Any, y: Any) -> str:
    drawn = "".join(
        line(_LEFT, place, _RIGHT, place, stroke=BLACK if low else FAINT)
        + text(_LEFT - 8, place + 4, f"{value:g}", text_anchor="end")
        for value, place, low in (
            *((value, up(value), value == 0) for value in (0, 0.5, 1)),
            *((value, y(value), value == _LOW) for value in (0.05, 0.1, 0.3, 1, 3, 10)),
        )
    )
    drawn += "".join(text(_x(t), _BELOW + 18, t, text_anchor="middle") for t in range(0, STEPS + 1, 50))
    return (
        drawn
        + text((_LEFT + _RIGHT) / 2, _BELOW + 38, _STEP, text_anchor="middle")
        + upright(14, (_TOP + _BOTTOM) / 2, _RATE)
        + upright(14, (_ABOVE + _BELOW) / 2, _AWAY)
    )


BROKEN, FACTOR = 60, 100.0
"""The step whose mini-batch is broken, and by how much its inputs are multiplied."""


def spiked(
    clip: str, limit: float = 1.0, *, factor: float = FACTOR, units: float = 1.0, steps: int = 120, seed: int = 0
) -> Array:
    """Train a small network on the digits; one mini-batch on the way is broken, its pixels a hundred times too large.

    The optimizer is SGD with learning rate 0.1 and momentum 0.9.

    Args:
        clip: what is done to the gradient before each step: "none"; "value", every entry is cut off at `limit`; "norm",
            the gradient of all parameters together is shortened to the length `limit`.
        limit: the largest entry or length.
        factor: how many times too large; with 1 the mini-batch is like all others.
        units: the loss is multiplied by this and the learning rate divided, as if the loss were in other units.
        steps: how many.
        seed: of the first weights and of the mini-batches.

    Returns:
        The loss on the whole training set before each step and after the last, shape (steps + 1,).

    Examples:
        >>> from course.lab import spiked
        >>> spiked("norm", steps=2).shape
        (3,)

    """
    import torch
    from torch.nn import functional

    from course.lab import small_mlp
    from course.lab.training.data import digits
    from course.lab.training.training import one_thread

    data = digits()
    order = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = small_mlp()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1 / units, momentum=0.9)
    losses = []

    def whole() -> float:
        with torch.no_grad():
            return float(functional.cross_entropy(network(data.train_x), data.train_y))

    with one_thread():
        for step in range(1, steps + 1):
            losses.append(whole())
            chosen = torch.as_tensor(order.choice(len(data.train_y), 64, replace=False))
            x = data.train_x[chosen] * (factor if step == BROKEN else 1.0)
            optimizer.zero_grad()
            (units * functional.cross_entropy(network(x), data.train_y[chosen])).backward()  # type: ignore[no-untyped-call]
            if clip == "value":
                torch.nn.utils.clip_grad_value_(network.parameters(), limit)
            elif clip == "norm":
                torch.nn.utils.clip_grad_norm_(network.parameters(), limit)
            optimizer.step()
        losses.append(whole())
    return np.array(losses)
