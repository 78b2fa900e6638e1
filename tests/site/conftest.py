"""The site, made once for all tests that look at it, without running a notebook.

With `SITE_RUNS=1` the pages show what the notebooks have shown, and every notebook must have been run, as for the site
that is published; otherwise they show no experiment, whatever this machine has run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from course.authoring.site import making
from tests.browser.conftest import browser as browser  # noqa: PLC0414 - pytest finds fixtures by their names here
from tests.site.served import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site."""
    out = tmp_path_factory.mktemp("site")
    shown = making.runs(run=False)
    if os.environ.get("SITE_RUNS"):
        assert [each for each, run in shown.items() if run is None] == []
    else:
        shown = dict.fromkeys(shown)
    making._write(out, making.Site(shown).files())
    return out


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Return where the site is served."""
    with served(site) as found:
        yield found
