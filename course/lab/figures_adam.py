"""The two gauges: Adam's averages fill from zero, and what its steps would be if nobody knew that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.fonts import BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    Array = np.ndarray[Any, np.dtype[np.float64]]

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
    """Let the course's own Adam walk at lr = 1 along a slope of 1."""
    run = Run(reference("adam")(lr=1.0, betas=(beta1, beta2)), [np.zeros(())])
    first, root, where = [], [], [0.0]
    for _ in range(STEPS):
        run.step([np.ones(())])
        first.append(float(run.state[0]["exp_avg"]))
        root.append(float(run.state[0]["exp_avg_sq"]) ** 0.5)
        where.append(float(run.params[0]))
    return Start(np.array(first), np.array(root), -np.diff(where))


def gauges(beta1: float = 0.9, beta2: float = 0.999) -> widgets.VBox:
    """Two gauges fill from zero; beside them the step that follows from reading them with and without correction.

    Args:
        beta1: where the slider of the direction's average stands at first.
        beta2: where the slider of the squares' average stands at first.

    """
    import ipywidgets as widgets

    lang = language()
    narrow = {"width": "240px"}
    step = widgets.IntSlider(value=1, min=1, max=STEPS, description=_STEP[lang], layout=narrow)
    one = widgets.FloatSlider(value=beta1, min=0.0, max=0.99, step=0.01, description="β₁", layout=narrow)
    two = widgets.FloatSlider(
        value=beta2, min=0.9, max=0.999, step=0.001, description="β₂", readout_format=".3f", layout=narrow
    )
    for each in (step, one, two):
        each.style.description_width = "initial"
    picture = widgets.HTML(scene(1, beta1, beta2))

    def draw(_change: Any) -> None:
        picture.value = scene(step.value, one.value, two.value)

    for each in (step, one, two):
        each.observe(draw, names="value")
    return widgets.VBox([widgets.HBox([step, one, two], layout={"flex_flow": "row wrap"}), picture])


def scene(step: int, beta1: float, beta2: float) -> str:
    """Inline SVG: the gauges after `step` steps on the left, the lengths of all steps on the right."""
    lang = language()
    seen = start(beta1, beta2)
    now = step - 1
    alt = Text(
        en="After step {t} the gauge of m has risen to {m:.0f} percent of the true value, that of √v to {v:.0f}."
        " Read as they stand, they give a step of {plain:.2f} lr; corrected, of {fair:.2f} lr.",
        zh="第 {t} 步之后，m 的指针升到真实值的 {m:.0f}%，√v 的指针升到 {v:.0f}%。直接读数，这一步长 {plain:.2f} lr；"
        "修正之后，长 {fair:.2f} lr。",
    ).format(t=step, m=100 * seen.first[now], v=100 * seen.root[now], plain=seen.plain[now], fair=seen.fair[now])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{_gauge(40, _DIRECTION[lang], seen.first[now])}{_gauge(180, _SCALE[lang], seen.root[now])}"
        f"{_chart(seen, step)}</svg>"
    )


def _gauge(x: float, label: str, level: float) -> str:
    """A tank with a dashed line at the true value, 1, filled to `level`; under it, what the level is divided by."""
    height = (_GAUGE_BOTTOM - _GAUGE_TOP) / 1.15
    top, true = _GAUGE_BOTTOM - level * height, _GAUGE_BOTTOM - height
    return (
        f'<text x="{x + 40}" y="24" text-anchor="middle" font-weight="bold">{label}</text>'
        f'<text x="{x + 40}" y="{true - 8:.1f}" text-anchor="middle" font-size="12" fill="{GREY}">'
        f"{_TRUE[language()]}</text>"
        f'<rect x="{x}" y="{top:.1f}" width="80" height="{_GAUGE_BOTTOM - top:.1f}" fill="{BLUE}" opacity=".35"/>'
        f'<line x1="{x}" x2="{x + 80}" y1="{top:.1f}" y2="{top:.1f}" stroke="{BLUE}" stroke-width="3"/>'
        f'<path d="M{x},{_GAUGE_TOP - 14} V{_GAUGE_BOTTOM} h80 V{_GAUGE_TOP - 14}" fill="none" stroke="{GREY}"'
        f' stroke-width="2"/>'
        f'<line x1="{x - 8}" x2="{x + 88}" y1="{true:.1f}" y2="{true:.1f}" stroke="{ORANGE}" stroke-width="2"'
        f' stroke-dasharray="6 4"/>'
        f'<text x="{x + 40}" y="{_GAUGE_BOTTOM + 22}" text-anchor="middle" fill="{BLUE}">{100 * level:.1f} %</text>'
        f'<text x="{x + 40}" y="{_GAUGE_BOTTOM + 46}" text-anchor="middle" fill="{ORANGE}">÷ {level:.3f} = 1</text>'
    )


def _chart(seen: Start, step: int) -> str:
    """The lengths of the steps on a logarithmic axis, and a line at the present step."""
    left, top, right, bottom = _CHART
    lang = language()
    xs = np.linspace(left, right, STEPS)

    def height(length: Any) -> Any:
        share = np.log(np.clip(length, _LOW, _HIGH) / _LOW) / np.log(_HIGH / _LOW)
        return bottom - share * (bottom - top)

    grid = "".join(
        f'<line x1="{left}" x2="{right}" y1="{height(size):.1f}" y2="{height(size):.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{height(size) + 4:.1f}" text-anchor="end">{size:g} lr</text>'
        for size in (0.1, 1.0, 10.0)
    )
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, height(lengths), strict=True))}"'
        f' fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>'
        f'<circle cx="{xs[step - 1]:.1f}" cy="{height(lengths[step - 1]):.1f}" r="5" fill="{colour}"/>'
        for lengths, colour, dash in ((seen.plain, BLUE, "6 3"), (seen.fair, ORANGE, ""))
    )
    ticks = "".join(
        f'<text x="{xs[each - 1]:.1f}" y="{bottom + 18}" text-anchor="middle">{each}</text>'
        for each in (1, 10, 20, 30, 40, 50, 60)
    )
    return (
        f'<text x="{left}" y="24" font-weight="bold">{_TITLE[lang]}</text>'
        f'<text x="{right}" y="24" text-anchor="end" fill="{BLUE}">{_PLAIN.format(length=seen.plain[step - 1])[lang]}'
        f'</text><text x="{right}" y="44" text-anchor="end" fill="{ORANGE}">'
        f"{_FAIR.format(length=seen.fair[step - 1])[lang]}</text>"
        f'<line x1="{xs[step - 1]:.1f}" x2="{xs[step - 1]:.1f}" y1="{top}" y2="{bottom}" stroke="#111"/>'
        f'{grid}<line x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="{GREY}"/>{lines}{ticks}'
        f'<text x="{(left + right) / 2}" y="{bottom + 40}" text-anchor="middle">{_STEP[lang]}</text>'
    )
