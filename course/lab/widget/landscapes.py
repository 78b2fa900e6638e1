"""Six landscapes to walk down: loss and gradient of two parameters, in closed form.

Every landscape is 6 wide and 4 high, so that a step of one size looks the same on all of them, and its lowest loss
is 0, so that all of them can be drawn on a logarithmic axis.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = texts(__file__)

Array = np.ndarray[Any, np.dtype[np.float64]]
Point = tuple[float, float]

NOISE_SEED = 20
NOISE_PERIOD = 4096


@functools.cache
def noise() -> Array:
    """Draw standard normal noise, one row of two a step: every rule meets the same one at the same step."""
    return np.random.default_rng(NOISE_SEED).standard_normal((NOISE_PERIOD, 2))


@dataclass(frozen=True)
class Landscape:
    """A loss of two parameters.

    `value` maps x and y, each an array of one shape, to the loss; `slope` maps them to the two partial derivatives.
    """

    key: str
    title: Text
    description: Text
    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], tuple[Array, Array]]
    extent: tuple[float, float, float, float]
    """The part that is shown: x from, x to, y from, y to."""
    start: Point
    """Where a walk begins unless the reader moves it."""
    minima: tuple[Point, ...]
    """The points of the lowest loss, which is 0."""
    lr: float
    """A learning rate at which plain gradient descent gets somewhere and its character shows."""
    detail: float = 0.02
    """Losses below this share of the map's median are drawn alike; above it, the scale is logarithmic."""
    noise: float = 0.0
    """Standard deviation of the noise on each entry of the gradient."""
    turns: bool = False
    """Whether it can be turned about (0, 0): the bowls, whose axes are the coordinate axes otherwise."""
    angle: float = 0.0
    """By how many degrees it is turned, counterclockwise."""

    def turned(self, angle: float) -> Landscape:
        """Turn it about (0, 0), the start with it: what SGD does is then the same picture, turned."""
        return dataclasses.replace(self, angle=angle, start=_turned(*self.start, angle))

    def loss(self, xy: Array) -> Array:
        """Return the loss, without noise, at points of shape (…, 2): float64 of shape (…)."""
        return self.value(*_turned(xy[..., 0], xy[..., 1], -self.angle))

    def grad(self, xy: Array, step: int) -> Array:
        """Return the gradient that a rule is given at points of shape (…, 2).

        Args:
            xy: where.
            step: which step it is, counted from 1; it decides the noise, so two rules meet the same noise.

        Returns:
            float64 of the shape of `xy`.

        """
        gradient = np.empty(xy.shape)
        along = self.slope(*_turned(xy[..., 0], xy[..., 1], -self.angle))
        gradient[..., 0], gradient[..., 1] = _turned(*along, self.angle)
        if self.noise:
            gradient += self.noise * noise()[step % NOISE_PERIOD]
        return gradient


def _turned(x: Any, y: Any, angle: float) -> tuple[Any, Any]:
    """Turn a vector counterclockwise by so many degrees; without an angle it stays as it is, to the last digit."""
    if not angle:
        return x, y
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return cos * x - sin * y, sin * x + cos * y


STEEP = 25.0
"""How much steeper the bowl is across than along: its condition number."""


def _bowl(x: Array, y: Array) -> Array:
    return 0.5 * (x * x + STEEP * y * y)


def _bowl_slope(x: Array, y: Array) -> tuple[Array, Array]:
    return x, STEEP * y


def _ravine(x: Array, y: Array) -> Array:
    """Compute Rosenbrock's function with a wider bed: 0.1·(1 − x)² + (y − x²)²."""
    bed = y - x * x
    return 0.1 * (1 - x) ** 2 + bed * bed


def _ravine_slope(x: Array, y: Array) -> tuple[Array, Array]:
    bed = y - x * x
    return -0.2 * (1 - x) - 4 * x * bed, 2 * bed


def _saddle(x: Array, y: Array) -> Array:
    """Compute a surface, level along y at the saddle (0, 0); its quartic term keeps both ways down finite."""
    return 0.5 * x * x + 0.25 * (y * y - 1) ** 2


def _saddle_slope(x: Array, y: Array) -> tuple[Array, Array]:
    return x, y * (y * y - 1)


def _several(x: Array, y: Array) -> Array:
    """Compute Himmelblau's function, half as wide and a 200th as high."""
    x, y = 2 * x, 2 * y
    return ((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2) / 200


def _several_slope(x: Array, y: Array) -> tuple[Array, Array]:
    x, y = 2 * x, 2 * y
    a, b = x * x + y - 11, x + y * y - 7
    return (2 * x * a + b) / 50, (a + 2 * y * b) / 50


WAVE = 2 * np.pi / 1.2
"""A hollow every 1.2, …"""

RIPPLE = 0.24
"""… this deep."""


def _wavy(x: Array, y: Array) -> Array:
    """Compute Rastrigin's function, gentler: a bowl with a dimple every 1.2 in each direction."""
    return 0.25 * (x * x + y * y) + RIPPLE * (2 - np.cos(WAVE * x) - np.cos(WAVE * y))


def _wavy_slope(x: Array, y: Array) -> tuple[Array, Array]:
    return 0.5 * x + RIPPLE * WAVE * np.sin(WAVE * x), 0.5 * y + RIPPLE * WAVE * np.sin(WAVE * y)


def _noisy(x: Array, y: Array) -> Array:
    return 0.5 * (x * x + 4 * y * y)


def _noisy_slope(x: Array, y: Array) -> tuple[Array, Array]:
    return x, 4 * y


_CENTRED = (-3.0, 3.0, -2.0, 2.0)

LANDSCAPES: dict[str, Landscape] = {
    each.key: each
    for each in (
        Landscape(
            key="bowl",
            title=Text(en="Ill-conditioned bowl", zh="病态的碗"),
            description=TEXTS["bowl"],
            value=_bowl,
            slope=_bowl_slope,
            extent=_CENTRED,
            start=(-2.6, 1.4),
            minima=((0.0, 0.0),),
            lr=0.06,
            turns=True,
        ),
        Landscape(
            key="ravine",
            title=Text(en="Winding ravine", zh="弯曲的峡谷"),
            description=TEXTS["ravine"],
            value=_ravine,
            slope=_ravine_slope,
            extent=(-3.0, 3.0, -1.0, 3.0),
            start=(-1.6, 0.4),
            minima=((1.0, 1.0),),
            lr=0.06,
        ),
        Landscape(
            key="saddle",
            title=Text(en="Saddle", zh="鞍点"),
            description=TEXTS["saddle"],
            value=_saddle,
            slope=_saddle_slope,
            extent=_CENTRED,
            start=(-2.5, 0.004),
            minima=((0.0, 1.0), (0.0, -1.0)),
            lr=0.05,
        ),
        Landscape(
            key="several",
            title=Text(en="Several minima", zh="多个最小值"),
            description=TEXTS["several"],
            value=_several,
            slope=_several_slope,
            extent=_CENTRED,
            start=(0.1, 0.4),
            # Himmelblau's minima in closed form are unwieldy; these are exact to float64.
            minima=(
                (1.5, 1.0),
                (-1.4025590434763724, 1.5656562591252865),
                (-1.8896551266888735, -1.6415929956430848),
                (1.7922141701652459, -0.9240632634822018),
            ),
            lr=0.05,
            detail=0.1,
        ),
        Landscape(
            key="wavy",
            title=Text(en="Wavy, with local minima", zh="有局部最小值的波浪"),
            description=TEXTS["wavy"],
            value=_wavy,
            slope=_wavy_slope,
            extent=_CENTRED,
            start=(-2.5, 1.7),
            minima=((0.0, 0.0),),
            lr=0.07,
            detail=0.4,
        ),
        Landscape(
            key="noisy",
            title=Text(en="Noisy gradients", zh="带噪声的梯度"),
            description=TEXTS["noisy"],
            value=_noisy,
            slope=_noisy_slope,
            extent=_CENTRED,
            start=(-2.6, 1.5),
            minima=((0.0, 0.0),),
            lr=0.05,
            noise=2.0,
            turns=True,
        ),
    )
}


def landscape(key: str, angle: float = 0.0) -> Landscape:
    """Return the landscape of that key.

    Args:
        key: of `LANDSCAPES`.
        angle: by how many degrees a bowl is turned; a method that scales each coordinate feels it, SGD does not.

    Returns:
        The landscape.

    Raises:
        CourseError: there is none, or it cannot be turned.

    Examples:
        >>> import numpy as np
        >>> from course.lab import landscape
        >>> float(landscape("bowl").loss(np.array([1.0, 1.0])))
        13.0
        >>> float(landscape("bowl", angle=90).loss(np.array([1.0, 0.0])))
        12.5

    """
    if key not in LANDSCAPES:
        keys = " ".join(LANDSCAPES)
        raise CourseError(TEXTS["unknown"].format(key=key, keys=keys))
    ground = LANDSCAPES[key]
    if angle and not ground.turns:
        raise CourseError(
            TEXTS["fixed"].format(key=key, keys=" ".join(each.key for each in LANDSCAPES.values() if each.turns))
        )
    return ground.turned(float(angle)) if angle else ground
