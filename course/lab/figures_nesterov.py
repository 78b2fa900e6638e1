"""Braking early: two cars roll into a valley, and one of them steers by the spot that its headlights reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.fonts import BLUE, GREEN, GREY, ORANGE
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    Array = np.ndarray[Any, np.dtype[np.float64]]

STEPS = 60
START, LR = 10.0, 0.05
WIDTH, HEIGHT = 760, 372
_VALLEY = 172.0
_CHART = (60.0, 226.0, 740.0, 340.0)
_MILLISECONDS = 150

_NAMES = {
    "momentum": Text(en="momentum: the slope under the wheels", zh="动量：看车轮下的坡度"),
    "nesterov": Text(en="Nesterov: the slope at the spot ahead", zh="Nesterov：看前方光点处的坡度"),
}
_BRAKES = Text(en="brakes from {place:+.1f} on", zh="在 {place:+.1f} 处开始刹车")
_NEVER = Text(en="never has to brake", zh="不用刹车")
_OVER = Text(en="overshoots by {over:.1f}", zh="冲过 {over:.1f}")
_PLACE = Text(en="place", zh="位置")
_STEP = Text(en="step", zh="步")


@dataclass(frozen=True)
class Drive:
    """A car's way through the valley, in which the slope at x is x. Shapes (61,), for the steps 0 to 60."""

    car: Array
    """Where the car is."""
    spot: Array
    """Where it will look for the slope next: under itself, or ahead."""

    @property
    def brakes(self) -> float | None:
        """Where the car is when the slope that it looks at slows it down for the first time; it comes from above 0."""
        slowed = np.flatnonzero(self.spot[1:] * np.diff(self.car) > 1e-9)
        return float(self.car[slowed[0] + 1]) if slowed.size else None

    @property
    def overshoot(self) -> float:
        """How far the car comes up the other side."""
        return max(0.0, -float(self.car.min()))


def drive(stem: str, mu: float) -> Drive:
    """Let the course's own rule roll a car from 10 down to the bottom at 0.

    torch's Nesterov keeps the spot as its parameter; the car is one faded buffer behind it.

    Args:
        stem: "momentum" or "nesterov".
        mu: the momentum coefficient.

    """
    run = Run(reference(stem)(lr=LR, momentum=mu), [np.array(START)])
    car, spot = [START], [START]
    for _ in range(STEPS):
        run.step([run.params[0]])
        buffer = run.state[0]["momentum_buffer"]
        spot.append(float(run.params[0]))
        car.append(spot[-1] + (mu * LR * float(buffer) if stem == "nesterov" else 0.0))
    return Drive(np.array(car), np.array(spot))


def braking(mu: float = 0.9) -> widgets.VBox:
    """Two cars in two equal valleys; a slider sets μ, a second one the step, a button plays all steps.

    Nothing moves until the button is pressed.

    Args:
        mu: where the slider stands at first.

    """
    import ipywidgets as widgets

    lang = language()
    share = widgets.FloatSlider(value=mu, min=0.5, max=0.95, step=0.05, description="μ", readout_format=".2f")
    step = widgets.IntSlider(value=0, min=0, max=STEPS, description=_STEP[lang])
    play = widgets.Play(value=0, min=0, max=STEPS, interval=_MILLISECONDS, show_repeat=False)
    widgets.jslink((play, "value"), (step, "value"))
    picture = widgets.HTML(scene(mu, 0))

    def draw(_change: Any) -> None:
        picture.value = scene(share.value, step.value)

    share.observe(draw, names="value")
    step.observe(draw, names="value")
    return widgets.VBox([widgets.HBox([play, step, share], layout={"flex_flow": "row wrap"}), picture])


def scene(mu: float, step: int) -> str:
    """Inline SVG: the two valleys after `step` steps, and below them both cars' places over all steps."""
    lang = language()
    heavy, early = drive("momentum", mu), drive("nesterov", mu)
    said = [_fate(each) for each in (heavy, early)]
    alt = Text(
        en="Two cars roll into a valley, μ = {mu:.2f}. With momentum the car {a}; with Nesterov it {b}.",
        zh="两辆车滑进山谷，μ = {mu:.2f}。动量的车{a}；Nesterov 的车{b}。",
    ).format(mu=mu, a=said[0], b=said[1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{_valley(195, 'momentum', heavy, step, BLUE)}{_valley(565, 'nesterov', early, step, ORANGE)}"
        f"{_chart(heavy, early, step)}</svg>"
    )


def _fate(seen: Drive) -> Text:
    """Where a car brakes and how far it overshoots."""
    if seen.brakes is None:
        return _NEVER
    comma = Text(en=", ", zh="，")
    return _BRAKES.format(place=seen.brakes) + comma + _OVER.format(over=seen.overshoot)


def _valley(middle: float, stem: str, seen: Drive, step: int, colour: str) -> str:
    lang = language()

    def at(x: float) -> tuple[float, float]:
        return middle + 16 * x, _VALLEY - 1.05 * x * x

    ground = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(x) for x in np.linspace(-11, 11, 67)))
    (x, y), (ahead, below) = at(seen.car[step]), at(seen.spot[step])
    light = ""
    if stem == "nesterov":
        light = (
            f'<line x1="{x:.1f}" y1="{y - 12:.1f}" x2="{ahead:.1f}" y2="{below:.1f}" stroke="#e6a700" stroke-width="3"'
            f' stroke-dasharray="5 3"/>'
            f'<circle cx="{ahead:.1f}" cy="{below:.1f}" r="6" fill="#ffd54a" stroke="#a67800"/>'
        )
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
        f'<text x="{middle}" y="18" text-anchor="middle" fill="{colour}" font-weight="bold">{_NAMES[stem][lang]}</text>'
        f'<text x="{middle}" y="{_VALLEY + 24}" text-anchor="middle" fill="{colour}">{_fate(seen)[lang]}</text>'
        f'<polyline points="{ground}" fill="none" stroke="{GREY}" stroke-width="2"/>'
        f'<line x1="{middle}" x2="{middle}" y1="{_VALLEY}" y2="{_VALLEY + 8}" stroke="#111" stroke-width="2"/>{light}'
        f'<rect x="{x - 13:.1f}" y="{y - 22:.1f}" width="26" height="15" rx="4" fill="{colour}"/>'
        f'<circle cx="{x - 7:.1f}" cy="{y - 6:.1f}" r="5" fill="#222"/><circle cx="{x + 7:.1f}" cy="{y - 6:.1f}" r="5"'
        f' fill="#222"/>{arrow}'
    )


def _chart(heavy: Drive, early: Drive, step: int) -> str:
    left, top, right, bottom = _CHART
    lang = language()
    xs = np.linspace(left, right, STEPS + 1)

    def height(place: Any) -> Any:
        return top + (10 - place) / 20 * (bottom - top)

    lines = "".join(
        f'<polyline points="{_points(xs, height(seen.car))}" fill="none" stroke="{colour}" stroke-width="2"'
        f' stroke-dasharray="{dash}"/>'
        f'<circle cx="{xs[step]:.1f}" cy="{height(seen.car[step]):.1f}" r="4" fill="{colour}"/>'
        for seen, colour, dash in ((heavy, BLUE, "5 3"), (early, ORANGE, ""))
    )
    grid = "".join(
        f'<line x1="{left}" x2="{right}" y1="{height(place)}" y2="{height(place)}"'
        f' stroke="{"#999" if place == 0 else "#ddd"}"/>'
        f'<text x="{left - 6}" y="{height(place) + 4}" text-anchor="end">{place}</text>'
        for place in (-10, 0, 10)
    )
    ticks = "".join(
        f'<text x="{xs[each]:.1f}" y="{bottom + 18}" text-anchor="middle">{each}</text>'
        for each in range(0, STEPS + 1, 10)
    )
    return (
        f"{grid}{ticks}"
        f'<line x1="{xs[step]:.1f}" x2="{xs[step]:.1f}" y1="{top}" y2="{bottom}" stroke="#111"/>{lines}'
        f'<text x="{left - 48}" y="{bottom + 18}">{_STEP[lang]}</text>'
        f'<text x="{left - 48}" y="{(top + bottom) / 2 - 16}">{_PLACE[lang]}</text>'
    )


def _points(xs: Array, ys: Array) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
