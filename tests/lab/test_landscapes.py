"""The landscapes are what they say: right gradients, real minima, the same noise for everyone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.widget.landscapes import LANDSCAPES, Landscape, landscape
from course.lab.widget.walk import walk
from course.text import CourseError

if TYPE_CHECKING:
    from course.lab.widget.landscapes import Array

each_landscape = pytest.mark.parametrize("ground", LANDSCAPES.values(), ids=LANDSCAPES.keys())


def some_points(ground: Landscape, count: int = 200) -> Array:
    x_from, x_to, y_from, y_to = ground.extent
    random = np.random.default_rng(1)
    return np.stack([random.uniform(x_from, x_to, count), random.uniform(y_from, y_to, count)], axis=-1)


def mean_grad(ground: Landscape, xy: Array) -> Array:
    """The gradient without its noise."""
    return np.stack(ground.slope(xy[..., 0], xy[..., 1]), axis=-1)


@each_landscape
def test_gradient_agrees_with_finite_differences(ground: Landscape) -> None:
    points, small = some_points(ground), 1e-5
    for axis in (0, 1):
        aside = np.zeros(2)
        aside[axis] = small
        slope = (ground.loss(points + aside) - ground.loss(points - aside)) / (2 * small)
        np.testing.assert_allclose(mean_grad(ground, points)[:, axis], slope, rtol=1e-6, atol=1e-7)


@each_landscape
def test_minima_are_the_lowest_points_and_lie_on_the_map(ground: Landscape) -> None:
    x_from, x_to, y_from, y_to = ground.extent
    lowest = ground.loss(some_points(ground, 20_000)).min()
    assert lowest >= 0
    for minimum in np.array(ground.minima):
        assert x_from < minimum[0] < x_to
        assert y_from < minimum[1] < y_to
        assert ground.loss(minimum) == pytest.approx(0, abs=1e-15)
        np.testing.assert_allclose(mean_grad(ground, minimum), 0, atol=1e-9)
        around = minimum + 0.05 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1]])
        assert np.all(ground.loss(around) > ground.loss(minimum))


@each_landscape
def test_one_point_and_many_give_the_same(ground: Landscape) -> None:
    points = some_points(ground, 5)
    assert ground.loss(points).shape == (5,)
    together = ground.grad(points, 3)
    assert together.shape == (5, 2)
    assert together.dtype == np.float64
    for point, gradient in zip(points, together, strict=True):
        np.testing.assert_array_equal(ground.grad(point, 3), gradient)


@each_landscape
def test_start_is_on_the_map_and_not_at_a_minimum(ground: Landscape) -> None:
    x_from, x_to, y_from, y_to = ground.extent
    assert x_from < ground.start[0] < x_to
    assert y_from < ground.start[1] < y_to
    assert ground.loss(np.array(ground.start)) > 0.1


def test_noise_is_the_same_at_the_same_step_and_another_at_the_next() -> None:
    ground = landscape("noisy")
    here, there = np.array([1.0, 1.0]), np.array([-1.0, 0.5])
    noise = ground.grad(here, 7) - mean_grad(ground, here)
    np.testing.assert_allclose(ground.grad(there, 7) - mean_grad(ground, there), noise, atol=1e-12)
    assert np.all(np.abs(ground.grad(here, 8) - ground.grad(here, 7)) > 1e-3)


def test_noise_has_mean_zero_and_the_stated_deviation() -> None:
    ground = landscape("noisy")
    here = np.array([0.0, 0.0])
    noise = np.array([ground.grad(here, step) for step in range(1, 4001)])
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(noise.std(axis=0), ground.noise, rtol=0.05)


@pytest.mark.parametrize("key", ["bowl", "noisy"])
def test_a_turned_bowl_is_the_same_bowl_in_other_coordinates(key: str) -> None:
    upright, turned = landscape(key), landscape(key, 30)
    cos, sin = np.cos(np.pi / 6), np.sin(np.pi / 6)
    turn = np.array([[cos, sin], [-sin, cos]])  # rows are turned by 30 degrees
    points = some_points(upright)
    np.testing.assert_allclose(turned.loss(points @ turn), upright.loss(points), rtol=1e-12)
    quiet = dataclasses.replace(turned, noise=0.0).grad(points @ turn, 1)
    np.testing.assert_allclose(quiet, mean_grad(upright, points) @ turn, atol=1e-9)
    np.testing.assert_allclose(turned.start, np.array(upright.start) @ turn)
    assert landscape(key, 0) is upright


def steps_needed(stem: str, lr: float, angle: float) -> int:
    """After how many steps the bowl's loss stays below a thousandth of that of its start."""
    ground = landscape("bowl", angle)
    loss = walk(reference(stem), ground, ground.start, 400, {"lr": lr}).losses
    return int(np.flatnonzero(loss > 1e-3 * loss[0])[-1]) + 1


def test_an_angle_costs_what_scales_each_coordinate_and_not_sgd() -> None:
    assert [steps_needed("adagrad", 0.5, angle) for angle in (0, 45)] == [21, 146]
    assert len({min(steps_needed("sgd", lr, angle) for lr in (0.065, 0.07, 0.075)) for angle in (0, 15, 30, 45)}) == 1
    best = [min(steps_needed("rmsprop", lr, angle) for lr in np.geomspace(0.003, 1, 24)) for angle in (0, 45)]
    assert best[1] > 1.4 * best[0]


def test_what_is_no_bowl_does_not_turn() -> None:
    with pytest.raises(CourseError) as caught:
        landscape("ravine", 10)
    assert "bowl" in caught.value.text.en
    assert "bowl" in caught.value.text.zh
    assert landscape("ravine", 0) is LANDSCAPES["ravine"]


def test_unknown_landscape_names_those_there_are() -> None:
    with pytest.raises(CourseError, match="bowl ravine saddle several wavy noisy"):
        landscape("moon")
