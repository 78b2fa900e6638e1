"""Teaches pytest `--submission DIR`; found through its own entry point, so it is known before any test is collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.text import Text


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `tests/exercises` reads."""
    parser.addoption(
        "--submission",
        type=Path,
        metavar="DIR",
        help="judge the exercises in this folder, not in course/optim · 评判这个文件夹里的练习，而不是 course/optim",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Say so when pytest took a folder outside the course, written after a blank, for the project to test."""
    here = config.invocation_params.dir
    if config.getoption("--submission") and (here / "tests" / "exercises").is_dir() and config.rootpath != here:
        folder = config.getoption("--submission")
        raise pytest.UsageError(
            Text(
                en=f"pytest needs an equals sign before a folder outside the course: --submission={folder}",
                zh=f"对课程之外的文件夹，pytest 需要用等号，写成 --submission={folder}",
            ).both()
        )
