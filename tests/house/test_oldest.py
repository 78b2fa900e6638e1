"""The oldest releases: their list is the lower bounds of pyproject.toml, and the core of the suite passes with them."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from course.system.workspace import ROOT
from tests import oldest


def test_the_example_is_right() -> None:
    assert doctest.testmod(oldest).failed == 0


def test_every_requirement_of_a_learner_has_an_oldest_release() -> None:
    """And it is the bound itself: nothing older is admitted, and no release between is passed over."""
    pinned = {each.name: each for each in map(Requirement, oldest.constraints())}
    for asked in oldest.requirements():
        if asked.name == "torch":
            continue
        (pin,) = pinned[asked.name].specifier
        version = Version(pin.version)
        assert version in asked.specifier
        bounds = {Version(each.version) for each in asked.specifier if each.operator == ">="}
        assert not bounds or max(bounds) == version
    assert {"numpy", "matplotlib", "jupyterlab", "ipywidgets", "anywidget", "scikit-learn", "tqdm"} <= pinned.keys()
    assert {"jupyterlab-language-pack-zh-CN", "pytest", "nbgrader"} <= pinned.keys()


@pytest.mark.full
@pytest.mark.needs("environment")
def test_the_core_of_the_suite_passes_there() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.oldest"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-5000:]
    assert "\nnumpy==2." in ran.stdout
