"""The figures of this lesson and its real task.

The two gauges: Adam's averages fill from zero, and what its steps would be if nobody knew that.

The task of the Adam lesson: a Transformer, as small as they come, guesses every next character of real text.
"""

from __future__ import annotations

import functools
import importlib.resources
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLACK, BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import Array, circle, drawing, level, line, log_scale, pictured, polyline, rect, text
from course.lab.training.data import Data
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets
    import torch

__all__ = ["gauges", "passages", "small_transformer"]

STEPS = 60
WIDTH, HEIGHT = 760, 318
_GAUGE_TOP, _GAUGE_BOTTOM = 70.0, 250.0
_CHART = (350.0, 52.0, 740.0, 262.0)
_LOW, _HIGH = 0.03, 40.0
"""The step lengths at the two ends of the chart's axis, in units of lr."""

_STEP = Text(en="step t", zh="步数 t")
_DIRECTION = Text(en="where to: m", zh="往哪走：m")
_SCALE = Text(en="how steep: √v", zh="有多陡：√v")
_PLAIN = Text(en="needle as it stands: {length:.2f} lr", zh="直接读指针：{length:.2f} lr")
_FAIR = Text(en="corrected: {length:.2f} lr", zh="修正之后：{length:.2f} lr")
_TITLE = Text(en="length of each step", zh="每一步的长度")
_TRUE = Text(en="true value", zh="真实值")


@dataclass(frozen=True)
class Start:
    """Adam's first `STEPS` steps under a gradient that is always 1; each array has shape (60,)."""

    first: Array
    """m as it stands in the state; its true value is 1."""
    root: Array
    """√v as it stands; its true value is 1 as well."""
    fair: Array
    """How long each step is, in units of lr."""

    @property
    def plain(self) -> Array:
        """How long each step would be without the two corrections."""
        return self.first / self.root


def start(beta1: float, beta2: float) -> Start:
    """Let the course's own Adam walk at lr = 1 along a slope of 1.

    Args:
        beta1: of the direction's average.
        beta2: of the squares' average.

    Returns:
        Both averages and the lengths of the steps.

    """
    run = Run(reference("adam")(lr=1.0, betas=(beta1, beta2)), [np.zeros(())])
    first, root, where = [], [], [0.0]
    for _ in range(STEPS):
        run.step([np.ones(())])
        first.append(float(run.state[0]["exp_avg"]))
        root.append(float(run.state[0]["exp_avg_sq"]) ** 0.5)
        where.append(float(run.params[0]))
    return Start(np.array(first), np.array(root), -np.diff(where))


def gauges(beta1: float = 0.9, beta2: float = 0.999) -> widgets.VBox:
    """Show two gauges that fill from zero, and the step that follows from reading them with and without correction.

    Args:
        beta1: where the slider of the direction's average stands at first.
        beta2: where the slider of the squares' average stands at first.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import gauges
        >>> controls, picture = gauges(beta1=0.5).children
        >>> controls.children[1].value
        0.5

    """
    from course.lab.slider import FloatSlider, IntSlider
    from course.lab.widget.sliders import MEANINGS

    lang = language()
    look = {"layout": {"width": "240px"}}
    step = IntSlider(value=1, min=1, max=STEPS, description=_STEP[lang], **look)
    one = FloatSlider(
        value=beta1, min=0.0, max=0.99, step=0.01, description="β₁", tooltip=str(MEANINGS["beta1"]), **look
    )
    two = FloatSlider(
        value=beta2,
        min=0.9,
        max=0.999,
        step=0.001,
        description="β₂",
        readout_format=".3f",
        tooltip=str(MEANINGS["beta2"]),
        **look,
    )
    return pictured(scene, step, one, two)


def scene(step: int, beta1: float, beta2: float) -> str:
    """Draw the gauges on the left, the lengths of all steps on the right.

    Args:
        step: after which, from 1 on.
        beta1: of the direction's average.
        beta2: of the squares' average.

    Returns:
        Inline SVG.

    """
    seen = start(beta1, beta2)
    now = step - 1
    alt = Text(
        en="After step {t} the gauge of m has risen to {m:.0f} percent of the true value, that of √v to {v:.0f}."
        " Read as they stand, they give a step of {plain:.2f} lr; corrected, of {fair:.2f} lr.",
        zh="第 {t} 步之后，m 的指针升到真实值的 {m:.0f}%，√v 的指针升到 {v:.0f}%。直接读数，这一步长 {plain:.2f} lr；"
        "修正之后，长 {fair:.2f} lr。",
    ).format(t=step, m=100 * seen.first[now], v=100 * seen.root[now], plain=seen.plain[now], fair=seen.fair[now])
    gauges = _gauge(40, _DIRECTION, seen.first[now]) + _gauge(180, _SCALE, seen.root[now])
    return drawing(alt, WIDTH, HEIGHT, gauges, _chart(seen, step))


def _gauge(x: float, label: Text, share: float) -> str:
    """Draw a tank with a dashed line at the true value, 1, filled to `share`; under it, what that is divided by."""
    height = (_GAUGE_BOTTOM - _GAUGE_TOP) / 1.15
    top, true = _GAUGE_BOTTOM - share * height, _GAUGE_BOTTOM - height
    return (
        text(x + 40, 24, label, text_anchor="middle", font_weight="bold")
        + text(x + 40, true - 8, _TRUE, text_anchor="middle", font_size=12, fill=GREY)
        + rect(x, top, 80, _GAUGE_BOTTOM - top, fill=BLUE, opacity=".35")
        + line(x, top, x + 80, top, stroke=BLUE, stroke_width=3)
        + f'<path d="M{x},{_GAUGE_TOP - 14} V{_GAUGE_BOTTOM} h80 V{_GAUGE_TOP - 14}" fill="none" stroke="{GREY}"'
        ' stroke-width="2"/>'
        + line(x - 8, true, x + 88, true, stroke=ORANGE, stroke_width=2, stroke_dasharray="6 4")
        + text(x + 40, _GAUGE_BOTTOM + 22, f"{100 * share:.1f} %", text_anchor="middle", fill=BLUE)
        + text(x + 40, _GAUGE_BOTTOM + 46, f"÷ {share:.3f} = 1", text_anchor="middle", fill=ORANGE)
    )


def _chart(seen: Start, step: int) -> str:
    """Draw the lengths of the steps on a logarithmic axis, and a line at the present step."""
    left, top, right, bottom = _CHART
    xs, height = np.linspace(left, right, STEPS), log_scale(_LOW, _HIGH, bottom, top)
    now, plain, fair = xs[step - 1], seen.plain[step - 1], seen.fair[step - 1]
    grid = "".join(level(left, right, height(size), f"{size:g} lr") for size in (0.1, 1.0, 10.0))
    lines = "".join(
        polyline(xs, height(lengths), stroke=colour, stroke_width=2.5, stroke_dasharray=dash)
        + circle(now, height(lengths[step - 1]), 5, fill=colour)
        for lengths, colour, dash in ((seen.plain, BLUE, "6 3"), (seen.fair, ORANGE, ""))
    )
    ticks = "".join(text(xs[each - 1], bottom + 18, each, text_anchor="middle") for each in (1, 10, 20, 30, 40, 50, 60))
    return (
        text(left, 24, _TITLE, font_weight="bold")
        + text(right, 24, _PLAIN.format(length=plain), text_anchor="end", fill=BLUE)
        + text(right, 44, _FAIR.format(length=fair), text_anchor="end", fill=ORANGE)
        + line(now, top, now, bottom, stroke=BLACK)
        + grid
        + line(left, bottom, right, bottom, stroke=GREY)
        + lines
        + ticks
        + text((left + right) / 2, bottom + 40, _STEP, text_anchor="middle")
    )


CONTEXT = 8
"""How many characters the Transformer sees at once."""


@functools.cache
def passages(device: str = "cpu") -> Data:
    """Cut English into passages of 8 characters, and for every place in them the character that follows.

    The text is scikit-learn's description of every data set that it knows. Inputs and targets have shape (n, 8),
    indices into the text's alphabet, int64: 2560 passages to train on, 512 to test, from different parts of the text.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs and targets of shape (n, 8).

    Examples:
        >>> from course.lab import passages
        >>> passages().train_y.shape
        torch.Size([2560, 8])

    """
    import torch

    folder = importlib.resources.files("sklearn.datasets.descr")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".rst")), key=lambda each: each.name)
    text = " ".join(" ".join(each.read_text("utf-8").lower().split()) for each in files)
    alphabet = {letter: index for index, letter in enumerate(sorted(set(text)))}
    codes = torch.tensor([alphabet[letter] for letter in text], device=device)
    windows = codes.unfold(0, CONTEXT + 1, CONTEXT)  # a passage's last target is the next one's first character
    train, test = windows[:2560], windows[2561 : 2561 + 512]
    return Data(train[:, :-1], train[:, 1:], test[:, :-1], test[:, 1:])


def small_transformer(width: int = 32, layers: int = 1, heads: int = 2) -> torch.nn.Module:
    """Make a Transformer for `passages`: it reads forward only, and at every place it guesses the next character.

    Each layer is attention, then two linear layers with GELU, both behind a LayerNorm and added to what came in, as in
    GPT. The output has shape (n, size of the alphabet, 8), as `cross_entropy` wants it.

    Args:
        width: the length of the vector at each place.
        layers: how many.
        heads: of the attention; divides the width.

    Returns:
        The network.

    Examples:
        >>> from course.lab import passages, small_transformer
        >>> len(small_transformer(width=8)(passages().test_x[:2]))
        2

    """
    from torch import nn
    from torch.nn.functional import scaled_dot_product_attention

    data = passages()
    alphabet = 1 + max(int(part.max()) for part in (data.train_x, data.train_y, data.test_x, data.test_y))

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.ask, self.answer = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.think = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

        def forward(self, x: torch.Tensor) -> Any:
            # (n, places, width) → query, key and value, each (n, heads, places, width / heads)
            parts = self.ask(self.norm1(x)).unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4)
            seen = scaled_dot_product_attention(parts[0], parts[1], parts[2], is_causal=True)
            x = x + self.answer(seen.transpose(1, 2).flatten(2))
            return x + self.think(self.norm2(x))

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.place = nn.Embedding(alphabet, width), nn.Embedding(CONTEXT, width)
            self.layers = nn.Sequential(*(Layer() for _ in range(layers)))
            self.norm, self.guess = nn.LayerNorm(width), nn.Linear(width, alphabet)

        def forward(self, x: torch.Tensor) -> Any:
            place = self.place.weight[: x.shape[1]]
            return self.guess(self.norm(self.layers(self.embed(x) + place))).transpose(1, 2)

    return Reader()
