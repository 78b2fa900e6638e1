"""The order of the users: a learner's tests come before the shared environment is completed to an instructor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the instructor's tests last; whoever shares their environment runs in their process, in this order."""
    items.sort(key=lambda item: item.path.name == "test_instructor.py")
