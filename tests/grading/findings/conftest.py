"""What the tests of findings share."""

from __future__ import annotations

import pytest

from course.grading.findings import left_out


@pytest.fixture
def no_piece_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file be right without no piece of it, so that what is told then can be held against it."""
    monkeypatch.setattr(left_out, "left_out", lambda *_, **__: None)
