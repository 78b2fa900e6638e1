"""The site, made once for all tests that look at it, without running a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.authoring.site import making
from tests.browser.conftest import browser as browser  # noqa: PLC0414 - pytest finds fixtures by their names here

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site."""
    out = tmp_path_factory.mktemp("site")
    making.build(out, run=False)
    return out
