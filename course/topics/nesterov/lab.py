"""The figures of this lesson and its real task.

Braking early: two cars roll into a valley, and one of them steers by the spot that its headlights reach.

The task of the Nesterov lesson: say of every pixel of a noisy image whether it is ink, and of which digit.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts
from course.lab.look import AMBER, BLACK, BLUE, FAINT, GLOW, GREEN, GREY, ORANGE, PALE
from course.lab.rules import reference
from course.lab.svg import Array, circle, drawing, level, line, pictured, polyline, rect, scale, text
from course.lab.training.data import Data, digits
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets
    import torch

__all__ = ["braking", "pixel_digits", "show_pixel_digits", "small_segmenter"]

STEPS = 60
START, LR = 10.0, 0.05
WIDTH, HEIGHT = 760, 372
_VALLEY = 172.0
_CHART = (60.0, 226.0, 740.0, 340.0)
_MILLISECONDS = 150

_NAMES = {
    "momentum": Text(en="momentum: the slope under the wheels", zh="动量，看车轮下的坡度"),
    "nesterov": Text(en="Nesterov: the slope at the spot ahead", zh="Nesterov，看前方光点处的坡度"),
}
_BRAKES = Text(en="brakes from {place:+.1f} on", zh="在 {place:+.1f} 处开始刹车")
_ROLLS = Text(en="does not brake yet", zh="还没有刹车")
_NEVER = Text(en="never has to brake", zh="不用刹车")
_OVER = Text(en="overshoots by {over:.1f}", zh="冲过 {over:.1f}")
_PLACE = Text(en="place", zh="位置")
_STEP = Text(en="step", zh="步")


@dataclass(frozen=True)
class Drive:
    """A car's path through the valley, in which the slope at x is x. Shapes (61,), for the steps 0 to 60; or fewer."""

    car: Array
    """Where the car is."""
    spot: Array
    """Where the slope is taken next: under the car, or ahead."""

    @property
    def brakes(self) -> float | None:
        """Where the car is when the slope that steers it slows it down for the first time; it comes from above 0."""
        slowed = np.flatnonzero(self.spot[1:] * np.diff(self.car) > 1e-9)
        return float(self.car[slowed[0] + 1]) if slowed.size else None

    @property
    def overshoot(self) -> float:
        """How far the car comes up the other side."""
        return max(0.0, -float(self.car.min()))


def drive(stem: str, mu: float, lr: float = LR) -> Drive:
    """Let the course's own rule roll a car from 10 down to the bottom at 0.

    torch's Nesterov keeps the spot as its parameter; the car is one faded buffer behind it.

    Args:
        stem: "momentum" or "nesterov".
        mu: the momentum coefficient.
        lr: the learning rate; from 1 on, a step of plain gradient descent crosses the bottom.

    Returns:
        Where the car and the spot are, step by step.

    """
    run = Run(reference(stem)(lr=lr, momentum=mu), [np.array(START)])
    car, spot = [START], [START]
    for _ in range(STEPS):
        run.step([run.params[0]])
        buffer = run.state[0]["momentum_buffer"]
        spot.append(float(run.params[0]))
        car.append(spot[-1] + (mu * lr * float(buffer) if stem == "nesterov" else 0.0))
    return Drive(np.array(car), np.array(spot))


def sign_test(wins: int, losses: int) -> float:
    """Return how probable so uneven a count is, in either direction, if both were equally likely; ties left out.

    Args:
        wins: how often the first was better.
        losses: how often the second was.

    Returns:
        The p-value of the exact two-sided test.

    Examples:
        >>> from course.topics.nesterov.lab import sign_test
        >>> round(sign_test(27, 13), 3), sign_test(3, 3)
        (0.038, 1.0)

    """
    count, most = wins + losses, max(wins, losses)
    as_uneven = 2 * sum(math.comb(count, each) for each in range(most, count + 1))
    return min(1.0, as_uneven / float(2**count))


def braking(mu: float = 0.9) -> widgets.VBox:
    """Show two cars in two equal valleys; a slider sets μ, a second one the step, a button plays all steps.

    What the cars do appears as they do it: at step 0 nothing is shown of it.

    Args:
        mu: where the slider stands at first.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import braking
        >>> controls, picture = braking(mu=0.5).children
        >>> controls.children[1].value
        0.5

    """
    from course.lab.slider import FloatSlider, IntSlider
    from course.lab.widget.sliders import MEANINGS

    lang = language()
    share = FloatSlider(
        value=mu, min=0.5, max=0.95, step=0.05, description="μ", readout_format=".2f", tooltip=str(MEANINGS["momentum"])
    )
    step = IntSlider(value=0, min=0, max=STEPS, description=_STEP[lang], interval=_MILLISECONDS)
    return pictured(scene, share, step, row=(step, share))


def scene(mu: float, step: int) -> str:
    """Draw the two valleys, and below them both cars' places over all steps.

    Args:
        mu: the momentum coefficient.
        step: after which.

    Returns:
        Inline SVG.

    """
    heavy, early = drive("momentum", mu), drive("nesterov", mu)
    said = [_fate(each, step) for each in (heavy, early)]
    alt = Text(
        en="Two cars roll into a valley, μ = {mu:.2f}. At step {step} the car with momentum is at {here:.1f} and {a};"
        " the one with Nesterov is at {there:.1f} and {b}.",
        zh="两辆车滑进山谷，μ = {mu:.2f}。第 {step} 步，动量的车在 {here:.1f}，{a}，Nesterov 的车在 {there:.1f}，{b}。",
    ).format(mu=mu, step=step, here=heavy.car[step], there=early.car[step], a=said[0], b=said[1])
    valleys = _valley(195, "momentum", heavy, step, BLUE) + _valley(565, "nesterov", early, step, ORANGE)
    return drawing(alt, WIDTH, HEIGHT, valleys, _chart(heavy, early, step))


def _fate(seen: Drive, step: int) -> Text:
    """Return what a car has done by a step: where it began to brake, and how far it has overshot."""
    so_far = Drive(seen.car[: step + 1], seen.spot[: step + 1])
    if so_far.brakes is None:
        return _ROLLS if step < STEPS else _NEVER
    comma = Text(en=", ", zh="，")
    return _BRAKES.format(place=so_far.brakes) + comma + _OVER.format(over=so_far.overshoot)


def _valley(middle: float, stem: str, seen: Drive, step: int, colour: str) -> str:
    def at(x: Any) -> Any:
        return middle + 16 * x, _VALLEY - 1.05 * x * x

    (x, y), (ahead, below) = at(seen.car[step]), at(seen.spot[step])
    light = ""
    if stem == "nesterov":
        light = line(x, y - 12, ahead, below, stroke=GLOW, stroke_width=3, stroke_dasharray="5 3")
        light += circle(ahead, below, 6, fill=GLOW, stroke=AMBER)
    # What the slope at the spot does to the car: a push towards the bottom.
    push = -9.0 * seen.spot[step]
    tip = 6 * np.sign(push)
    arrow = ""
    if abs(push) > 4:
        arrow = (
            f'<path d="M{x:.1f},{y - 34:.1f} h{push:.1f} m{-tip:.1f},-5 l{tip:.1f},5 l{-tip:.1f},5" fill="none"'
            f' stroke="{GREEN}" stroke-width="3"/>'
        )
    return (
        text(middle, 18, _NAMES[stem], text_anchor="middle", fill=colour, font_weight="bold")
        + text(middle, _VALLEY + 24, _fate(seen, step), text_anchor="middle", fill=colour)
        + polyline(*at(np.linspace(-11, 11, 67)), stroke=GREY, stroke_width=2)
        + line(middle, _VALLEY, middle, _VALLEY + 8, stroke=BLACK, stroke_width=2)
        + light
        + rect(x - 13, y - 22, 26, 15, rx=4, fill=colour)
        + circle(x - 7, y - 6, 5, fill=BLACK)
        + circle(x + 7, y - 6, 5, fill=BLACK)
        + arrow
    )


def _chart(heavy: Drive, early: Drive, step: int) -> str:
    left, top, right, bottom = _CHART
    x, height = scale(0, STEPS, left, right), scale(10, -10, top, bottom)
    lines = "".join(
        polyline(x(range(step + 1)), height(seen.car[: step + 1]), stroke=colour, stroke_width=2, stroke_dasharray=dash)
        + circle(x(step), height(seen.car[step]), 4, fill=colour)
        for seen, colour, dash in ((heavy, BLUE, "5 3"), (early, ORANGE, ""))
    )
    grid = "".join(level(left, right, height(place), place, PALE if place == 0 else FAINT) for place in (-10, 0, 10))
    ticks = "".join(text(x(each), bottom + 18, each, text_anchor="middle") for each in range(0, STEPS + 1, 10))
    return (
        f"{grid}{ticks}"
        + line(x(step), top, x(step), bottom, stroke=BLACK)
        + lines
        + text(left - 48, bottom + 18, _STEP)
        + text(left - 48, (top + bottom) / 2 - 16, _PLACE)
    )


NOISE = 0.25
"""Standard deviation of the noise on each pixel, where white is 0 and ink is 1."""

INK = 0.4
"""A pixel at least this dark in the clean image is ink."""


@functools.cache
def pixel_digits(device: str = "cpu") -> Data:
    """Load the digits with noise, and a label for every pixel: 0 for paper, 1 + d for the ink of digit d.

    Inputs have shape (n, 1, 8, 8), labels (n, 8, 8). Split as in `digits`; the noise is the same every time.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs of shape (n, 1, 8, 8); labels of shape (n, 8, 8).

    Examples:
        >>> from course.lab import pixel_digits
        >>> int(pixel_digits().train_y.max())
        10

    """
    import torch

    clean = digits(device)
    noise = torch.Generator().manual_seed(0)

    def noisy(x: torch.Tensor) -> torch.Tensor:
        return x + NOISE * torch.randn(x.shape, generator=noise).to(device)

    def labels(x: torch.Tensor, digit: torch.Tensor) -> torch.Tensor:
        return torch.where(x[:, 0] >= INK, 1 + digit[:, None, None], torch.zeros_like(digit)[:, None, None])

    return Data(
        noisy(clean.train_x),
        labels(clean.train_x, clean.train_y),
        noisy(clean.test_x),
        labels(clean.test_x, clean.test_y),
    )


def small_segmenter(width: int = 8) -> torch.nn.Module:
    """Make a network for `pixel_digits`.

    One part looks at each pixel's neighbours, one at the whole image; a third decides.

    It returns one score for each class at each pixel, shape (n, 11, 8, 8). A pixel's neighbours say whether it is ink,
    the whole image says of which digit.

    Args:
        width: the channels of the first part; the second has four times as many.

    Returns:
        The network.

    Examples:
        >>> from course.lab import pixel_digits, small_segmenter
        >>> small_segmenter(width=2)(pixel_digits().test_x[:2]).shape
        torch.Size([2, 11, 8, 8])

    """
    import torch
    from torch import nn

    class Segmenter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.near = nn.Conv2d(1, width, 3, padding=1)
            self.whole = nn.Sequential(nn.Flatten(), nn.Linear(64, 4 * width), nn.ReLU())
            self.decide = nn.Conv2d(5 * width, 11, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            near, whole = self.near(x).relu(), self.whole(x)
            everywhere = whole[:, :, None, None].expand(-1, -1, *near.shape[2:])
            scores: torch.Tensor = self.decide(torch.cat([near, everywhere], dim=1))
            return scores

    return Segmenter()


def show_pixel_digits(count: int = 8) -> None:
    """Draw some of the test images, and below each what is to be said of its pixels.

    Args:
        count: how many.

    Examples:
        >>> from course.lab import show_pixel_digits
        >>> show_pixel_digits(count=2)
        <IPython.core.display.HTML object>

    """
    from matplotlib import pyplot as plt

    data = pixel_digits()
    with fonts.style():
        figure, rows = plt.subplots(2, count, figsize=(9.2, 2.7), squeeze=False)
        for column in range(count):
            rows[0][column].imshow(-data.test_x[column, 0].numpy(), cmap="gray")
            label = data.test_y[column].numpy()
            rows[1][column].imshow(label, cmap="tab20", vmin=0, vmax=19, alpha=(label > 0).astype(float))
            rows[0][column].set_title(str(int(label.max()) - 1), fontsize=11)
        for axes in rows.flat:
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            axes.spines[:].set_visible(True)
        rows[0][0].set_ylabel(str(Text(en="image", zh="图像")))
        rows[1][0].set_ylabel(str(Text(en="labels", zh="标签")))
        figure.tight_layout()
    fonts.show(
        figure,
        Text(
            en="{count} noisy images of digits, and below each the same image with the ink coloured by its digit.",
            zh="{count} 张带噪声的手写数字图片，下方是同一张图，墨迹按数字着色。",
        ).format(count=count),
    )
