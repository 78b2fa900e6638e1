"""The pushed box: a drawing of what momentum's buffer remembers, set in motion by the course's own rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLACK, BLUE, GREY, ORANGE, PALE
from course.lab.rules import reference
from course.lab.svg import Array, drawing, line, polyline, rect, text
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

__all__ = ["pushed_box"]

PUSHES = np.repeat([1.0, 0.0, -1.0, 0.0], [12, 6, 12, 30])
"""What the hand does at each of 60 steps: to the right, nothing, to the left, nothing. A push is minus the gradient."""

LET_GO = 12
"""The step after which the hand stops pushing to the right."""

SECONDS = 9.0
CLIP = "course-pushed-box-so-far"
WIDTH, FLOORS, CHART = 760, (74, 170), (215, 335)

_PLAY = Text(en="▶ Push", zh="▶ 推一下")
_PLAIN = Text(en="plain: forgets each push at once", zh="普通，推完即忘")
_HEAVY = Text(en="with momentum, μ = {mu:.2f}: remembers", zh="带动量，μ = {mu:.2f}：保留速度")
_PUSHED = Text(en="push", zh="推力")
_SPEED = Text(en="speed, μ {sign} 0", zh="速度，μ {sign} 0")
_STEP = Text(en="step", zh="步")
_START = Text(en="step 0", zh="第 0 步")
_TURNS = Text(en="turns at step {step}", zh="第 {step} 步掉头")
_STILL = Text(
    en="Two boxes at rest: one forgets each push, the other keeps {mu:.2f} of its speed. They will be pushed right for"
    " 12 steps, left alone for 6, pushed left for 12.",
    zh="两只静止的箱子，一只推完即忘，另一只保留速度的 {mu:.2f}。推力先向右 12 步，停 6 步，再向左 12 步。",
)
_REST = Text(en="never turns", zh="没有掉头")


@dataclass(frozen=True)
class Ride:
    """Where a box is and how fast, step by step; shapes (61,) and (60,)."""

    where: Array
    speed: Array

    @property
    def turn(self) -> int | None:
        """The first step, counted from 1, in which the box moves to the left."""
        back = np.flatnonzero(self.speed < -1e-12)
        return int(back[0]) + 1 if back.size else None


def ride(mu: float) -> Ride:
    """Push a box with `PUSHES`: the momentum rule at lr = 1, whose gradient is minus the push."""
    run = Run(reference("momentum")(lr=1.0, momentum=mu), [np.zeros(())])
    where = [0.0]
    for push in PUSHES:
        run.step([np.array(-push)])
        where.append(float(run.params[0]))
    return Ride(np.array(where), np.diff(where))


def pushed_box(mu: float = 0.9) -> widgets.VBox:
    """Show two boxes that get the same pushes; a slider sets how much of its speed the second keeps.

    Before the first push neither speed nor turn is shown; what the boxes do appears as they do it.

    Args:
        mu: where the slider stands at first.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import pushed_box
        >>> controls, picture = pushed_box(mu=0.5).children
        >>> controls.children[1].value
        0.5

    """
    import ipywidgets as widgets

    from course.lab.piece import Piece
    from course.lab.slider import FloatSlider
    from course.lab.widget.sliders import MEANINGS

    lang = language()
    slider = FloatSlider(
        value=mu, min=0.0, max=0.95, step=0.05, description="μ", readout_format=".2f", tooltip=str(MEANINGS["momentum"])
    )
    play = widgets.Button(description=_PLAY[lang], layout={"width": "auto"})
    picture = widgets.HTML(scene(mu, played=False))
    played = False

    def draw(_change: Any) -> None:
        picture.value = scene(slider.value, played=played)

    def start(_button: Any) -> None:
        nonlocal played
        played = True
        picture.value = ""  # the same drawing again would not start again
        picture.value = scene(slider.value, moving=True)

    slider.observe(draw, names="value")
    play.on_click(start)
    piece = Piece([widgets.HBox([play, slider]), picture])
    piece.scene = lambda clicks, mu: scene(mu, moving=clicks == 1, played=clicks > 0)
    piece.controls, piece.settles = (play, slider), True
    return piece


def scene(mu: float, *, moving: bool = False, played: bool = True) -> str:
    """Draw both boxes on their floors, and below them push and speed over the steps.

    Args:
        mu: how much of its speed the second box keeps.
        moving: whether the scene plays; what the boxes do then appears step by step.
        played: whether it has been played; before that, only the pushes are shown.

    Returns:
        Inline SVG.

    """
    plain, heavy = ride(0.0), ride(mu)
    reach = max(90.0, float(heavy.where.max()) * 1.05)
    scale = (WIDTH - 150) / reach
    shown = {"moving": moving, "played": played or moving}
    parts = (
        _floor(FLOORS[0], _PLAIN, plain, scale, BLUE, **shown),
        _floor(FLOORS[1], _HEAVY.format(mu=mu), heavy, scale, ORANGE, **shown),
        _chart(plain, heavy, **shown),
    )
    if not (played or moving):
        return drawing(_STILL.format(mu=mu), WIDTH, 362, *parts)
    turn = [each.turn for each in (plain, heavy)]
    alt = Text(
        en="Two boxes are pushed right for 12 steps, left alone for 6, pushed left for 12. Without momentum the box"
        " turns at step {a}; with μ = {mu:.2f} at step {b}, after slowing down.",
        zh="推两只箱子，先向右推 12 步，停 6 步，再向左推 12 步。没有动量的箱子在第 {a} 步掉头，"
        "μ = {mu:.2f} 的箱子先减速，到第 {b} 步才掉头。",
    ).format(a=turn[0], b=turn[1] or "–", mu=mu)
    return drawing(alt, WIDTH, 362, *parts)


def _floor(y: float, label: Text, ride_: Ride, scale: float, colour: str, *, moving: bool, played: bool) -> str:
    """Draw a box on its floor, with outlines of where it started, where the hand let go, and how far it came."""
    xs = 40 + ride_.where * scale
    furthest = int(np.argmax(ride_.where))
    marks = {0: str(_START), LET_GO: f"{LET_GO}"}
    if xs[furthest] - xs[LET_GO] > 20:
        marks[furthest] = f"{furthest}"
    if not played:
        marks = {0: "0"}
    trail = "".join(
        _from_step(
            step if moving else 0,
            rect(xs[step], y - 34, 44, 34, rx=3, fill="none", stroke=colour, opacity=".5", stroke_dasharray="4 3")
            + text(xs[step] + 22, y + 16, words, text_anchor="middle", font_size=12, fill=GREY),
        )
        for step, words in marks.items()
    )
    motion = _animate("x", xs) if moving else ""
    at = LET_GO if played and not moving else 0
    box = f'<rect x="{xs[at]:.1f}" y="{y - 34}" width="44" height="34" rx="3" fill="{colour}">{motion}</rect>'
    turn = ride_.turn
    note = _TURNS.format(step=turn) if turn else _REST
    told = text(WIDTH - 8, y - 46, note, text_anchor="end", fill=colour) if played else ""
    return (
        text(8, y - 46, label, fill=colour, font_weight="bold")
        + _from_step((turn or len(PUSHES)) if moving else 0, told)
        + line(0, y, WIDTH, y, stroke=GREY, stroke_width=2)
        + f"{trail}{box}{_hand(y, xs, moving=moving)}"
    )


def _hand(y: float, xs: Array, *, moving: bool) -> str:
    """Draw the arrow that pushes, on the left or on the right of the box; gone when nothing pushes."""
    drawn = []
    for side, sign in ((1.0, -26.0), (-1.0, 70.0)):
        shape = f"M{-12 * side:.0f},0 h{18 * side:.0f} m{-6 * side:.0f},-5 l{8 * side:.0f},5 l{-8 * side:.0f},5"
        seen = np.append(side == PUSHES, False).astype(float)  # at the very end nobody pushes
        move = seen_now = ""
        if moving:
            values = ";".join(f"{x + sign:.1f},{y - 17}" for x in xs)
            move = (
                f'<animateTransform attributeName="transform" type="translate" values="{values}"'
                f' dur="{SECONDS}s" fill="freeze"/>'
            )
            seen_now = _animate("opacity", seen, mode="discrete")
        drawn.append(
            f'<g transform="translate({xs[0] + sign:.1f},{y - 17})" opacity="0">'
            f'<path d="{shape}" stroke="{BLACK}" stroke-width="3" fill="none"/>{move}{seen_now}</g>'
        )
    return "".join(drawn)


def _chart(plain: Ride, heavy: Ride, *, moving: bool, played: bool) -> str:
    """Push and speed over the steps: bars for the push, lines for the speeds, a line across at the present step.

    While the scene plays, the lines are drawn up to the present step.
    """
    top, bottom = CHART
    left, right = 70.0, WIDTH - 20.0
    most = max(3.0, float(np.abs(heavy.speed).max()))
    middle, unit = (top + bottom) / 2, (bottom - top) / 2 / most
    xs = np.linspace(left, right, len(PUSHES) + 1)
    bars = "".join(
        rect(x, middle - max(push, 0) * unit, xs[1] - xs[0] - 1, unit, fill=PALE, opacity=".55")
        for x, push in zip(xs[:-1], PUSHES, strict=True)
        if push
    )
    lines = "".join(
        polyline(
            (xs[:-1] + xs[1:]) / 2, middle - each.speed * unit, stroke=colour, stroke_width=2, stroke_dasharray=dash
        )
        for each, colour, dash in ((plain, BLUE, "5 3"), (heavy, ORANGE, ""))
    )
    now = ""
    if not played:
        lines = ""
    elif moving:
        frame = f'<rect x="{left}" y="{top}" width="0" height="{bottom - top}">{_animate("width", xs - left)}</rect>'
        lines = f'<clipPath id="{CLIP}">{frame}</clipPath><g clip-path="url(#{CLIP})">{lines}</g>'
        now = (
            f'<line x1="{xs[0]}" x2="{xs[0]}" y1="{top}" y2="{bottom}" stroke="{BLACK}">'
            f"{_animate('x1', xs)}{_animate('x2', xs)}</line>"
        )
    ticks = "".join(
        text((xs[step - 1] + xs[step]) / 2, bottom + 18, step, text_anchor="middle") for step in (1, 13, 19, 31, 45, 60)
    )
    return (
        _legend(right, top)
        + text(8, bottom + 18, _STEP)
        + line(left, middle, right, middle, stroke=GREY)
        + f"{bars}{lines}{now}{ticks}"
    )


def _from_step(step: int, drawn: str) -> str:
    """Let a part of the drawing appear after a step of the playing scene; at step 0 it is there."""
    if not (step and drawn):
        return drawn
    begin = SECONDS * step / len(PUSHES)
    return f'<g opacity="0"><set attributeName="opacity" to="1" begin="{begin:.2f}s" fill="freeze"/>{drawn}</g>'


def _legend(right: float, top: float) -> str:
    rows = (
        (_SPEED.format(sign="&gt;"), ORANGE, 2, ""),
        (_SPEED.format(sign="="), BLUE, 2, "5 3"),
        (_PUSHED, PALE, 8, ""),
    )
    drawn = ""
    for row, (words, colour, width, dash) in enumerate(rows):
        x, y = right - 150, top + 4 + 18 * row
        drawn += line(x, y, x + 30, y, stroke=colour, stroke_width=width, stroke_dasharray=dash)
        drawn += text(x + 38, y + 5, words)
    return drawn


def _animate(name: str, values: Array, *, mode: str = "linear") -> str:
    listed = ";".join(f"{value:.1f}" for value in values)
    return f'<animate attributeName="{name}" values="{listed}" dur="{SECONDS}s" fill="freeze" calcMode="{mode}"/>'
