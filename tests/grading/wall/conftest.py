"""Bait for a whole session, and a reason to skip where the kernel has nothing to build a wall from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.grading.wall import harness

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _kernel() -> None:
    """Landlock and seccomp are the kernel's; no package brings them."""
    for layer in ("landlock", "seccomp"):
        if not harness.has((layer,)):
            pytest.skip(f"this system's kernel has no {layer}")


@pytest.fixture(scope="session")
def bait() -> Iterator[harness.Bait]:
    """Everything that might be reached, on this machine."""
    with harness.laid_out() as laid:
        yield laid
