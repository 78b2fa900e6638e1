"""The figures of this lesson and its real task.

The rough road: what AdaGrad and RMSprop, the course's own rules, divide by when gradients grow and shrink.

The task of the RMSprop lesson: an LSTM that reads sixteen letters of English and guesses the next.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import Array, drawing, level, line, log_scale, pictured, polyline, scale, text
from course.lab.training.data import Data
from course.rule import Run
from course.text import Text

if TYPE_CHECKING:
    import ipywidgets as widgets
    import torch

__all__ = ["long_letters", "rough_road", "small_lstm"]

SMOOTH, ROUGH = 0.1, 2.0
ROAD = np.repeat([SMOOTH, ROUGH, SMOOTH], [60, 20, 120])
"""How hard the road shakes the wheel at each of 200 steps: the size of the gradient."""

ALPHAS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
WIDTH, HEIGHT = 760, 352
_LEFT = (52.0, 66.0, 360.0, 300.0)
_RIGHT = (440.0, 66.0, 748.0, 300.0)

_ROOT = Text(en="the root that divides", zh="作除数的平方根")
_STEP_LENGTH = Text(en="length of a step, lr = 1", zh="步长，lr = 1")
_STEP = Text(en="step", zh="步数")
_GRADIENT = Text(en="gradient", zh="梯度")
_LEGEND = Text(en="AdaGrad (√s) and RMSprop (√v) with α = {alpha:g}", zh="AdaGrad（√s）与 RMSprop（√v），α = {alpha:g}")


@dataclass(frozen=True)
class Ride:
    """One rule on the road; both arrays have shape (200,)."""

    root: Array
    """The root of the ledger after each step."""
    length: Array
    """How long each step was, at lr = 1."""


def ride(alpha: float | None) -> Ride:
    """Take `ROAD` at lr = 1.

    Args:
        alpha: RMSprop's; None for AdaGrad.

    """
    rule = reference("adagrad")(lr=1.0) if alpha is None else reference("rmsprop")(lr=1.0, alpha=alpha)
    run, ledger, places = Run(rule, [np.array(0.0)]), [], [0.0]
    for grad in ROAD:
        run.step([np.array(grad)])
        ledger.append(float(run.state[0]["sum" if alpha is None else "square_avg"]))
        places.append(-float(run.params[0]))
    return Ride(np.sqrt(ledger), np.diff(places))


def rough_road(alpha: float = 0.9) -> widgets.VBox:
    """Show AdaGrad and RMSprop on a road with a rough stretch; a slider sets how slowly RMSprop forgets.

    Args:
        alpha: where the slider stands at first; one of `ALPHAS`.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import rough_road
        >>> controls, picture = rough_road(alpha=0.99).children
        >>> controls.children[0].value
        0.99

    """
    from course.lab.slider import SelectionSlider
    from course.lab.widget.sliders import MEANINGS

    slider = SelectionSlider(options=ALPHAS, value=alpha, description="α", tooltip=str(MEANINGS["alpha"]))
    return pictured(scene, slider)


def scene(alpha: float) -> str:
    """Draw on the left the gradient and both roots, on the right the lengths of the steps, over 200 steps."""
    never, fading = ride(None), ride(alpha)
    alt = Text(
        en="After the rough stretch AdaGrad divides by {a:.3g} to the end and its last step is {b:.2g} long; RMSprop"
        " with α = {alpha:g} divides by {c:.3g} at the end and its last step is {d:.2g} long.",
        zh="走过颠簸路段之后，AdaGrad 的除数一直到最后都是 {a:.3g}，最后一步的步长为 {b:.2g}。"
        "α = {alpha:g} 的 RMSprop 最后的除数是 {c:.3g}，最后一步的步长为 {d:.2g}。",
    ).format(a=never.root[-1], b=never.length[-1], c=fading.root[-1], d=fading.length[-1], alpha=alpha)
    return drawing(
        alt,
        WIDTH,
        HEIGHT,
        f'<path d="M8,14 h30" stroke="{BLUE}" stroke-width="2.5"/>'
        f'<path d="M46,14 h30" stroke="{ORANGE}" stroke-width="2.5" stroke-dasharray="7 3"/>',
        text(86, 18, _LEGEND.format(alpha=alpha)),
        f'<path d="M{WIDTH - 130},14 h30" stroke="{GREY}" stroke-width="5" opacity=".45"/>',
        text(WIDTH - 92, 18, _GRADIENT),
        _chart(_LEFT, _ROOT, (0.02, 20.0), (ROAD, never.root, fading.root)),
        _chart(_RIGHT, _STEP_LENGTH, (0.005, 50.0), (None, never.length, fading.length)),
    )


def _chart(
    box: tuple[float, float, float, float],
    title: Text,
    ends: tuple[float, float],
    lines: tuple[Array | None, Array, Array],
) -> str:
    """Draw one chart on a logarithmic axis: the gradient as a broad grey line if given, AdaGrad's and RMSprop's."""
    left, top, right, bottom = box
    x, height = scale(0, len(ROAD), left, right), log_scale(*ends, bottom, top)
    parts = [text(left, top - 14, title, font_weight="bold")]
    parts += [
        level(left, right, height(value), f"{value:g}") for value in (0.01, 0.1, 1, 10) if ends[0] <= value <= ends[1]
    ]
    looks: tuple[dict[str, Any], ...] = (
        {"stroke": GREY, "stroke_width": 6, "opacity": ".35"},
        {"stroke": BLUE, "stroke_width": 2.5},
        {"stroke": ORANGE, "stroke_width": 2.5, "stroke_dasharray": "7 3"},
    )
    for values, look in zip(lines, looks, strict=True):
        if values is not None:
            parts.append(polyline(x(np.arange(len(ROAD)) + 1), height(values), **look))
    parts.append(line(left, bottom, right, bottom, stroke=GREY))
    parts += [text(x(step), bottom + 18, step, text_anchor="middle") for step in (0, 60, 80, 200)]
    parts.append(text((left + right) / 2, bottom + 38, _STEP, text_anchor="middle"))
    return "".join(parts)


WINDOW = 16


@functools.cache
def _text() -> str:
    """Return scikit-learn's descriptions of its own data sets, in small letters."""
    from sklearn import datasets

    sets = (datasets.load_iris, datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes)
    return " ".join(" ".join(load().DESCR.lower().split()) for load in sets)


@functools.cache
def alphabet() -> str:
    """Return every character of the text, once, in order."""
    return "".join(sorted(set(_text())))


@functools.cache
def long_letters(device: str = "cpu", training: int = 640) -> Data:
    """Cut English into windows of 16 characters, each with the character that follows; 400 windows are to test on.

    Inputs have shape (n, 16), indices into `alphabet`, int64. Training and test windows come from different parts of
    the text.

    Args:
        device: where the tensors lie.
        training: how many windows to train on, one every three characters; at most 3000.

    Returns:
        Inputs of shape (n, 16); targets of shape (n,).

    Examples:
        >>> from course.lab import long_letters
        >>> long_letters(training=10).train_x.shape
        torch.Size([10, 16])

    """
    import torch

    codes = torch.tensor([alphabet().index(letter) for letter in _text()], device=device)
    windows = codes.unfold(0, WINDOW + 1, 3)
    first = training + WINDOW // 3 + 1  # so far on, no window of the test overlaps one of the training
    train, test = windows[:training], windows[first : first + 400]
    return Data(train[:, :WINDOW], train[:, WINDOW], test[:, :WINDOW], test[:, WINDOW])


def small_lstm(width: int = 32) -> torch.nn.Module:
    """Make a long short-term memory for `long_letters`: it reads a window by letters and guesses the one that follows.

    Args:
        width: the length of its hidden state.

    Returns:
        A network from (n, 16) to (n, size of the alphabet).

    Examples:
        >>> from course.lab import long_letters, small_lstm
        >>> len(small_lstm(width=4)(long_letters().test_x[:2]))
        2

    """
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(len(alphabet()), 16)
            self.read = nn.LSTM(16, width, batch_first=True)
            self.guess = nn.Linear(width, len(alphabet()))

        def forward(self, x: torch.Tensor) -> Any:
            return self.guess(self.read(self.embed(x))[0][:, -1])

    return Reader()
