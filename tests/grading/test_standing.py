"""What is said of a wall that is not full names what is missing and what to do about it."""

from __future__ import annotations

import sys

import pytest

from course.grading import wall
from course.grading.wall import Standing
from course.text import LANGS


@pytest.fixture(autouse=True)
def _on_linux_with_nothing_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(wall, "_lost", {})
    monkeypatch.delenv(wall.VARIABLE, raising=False)


def why(*layers: str, out: tuple[str, ...] = ()) -> tuple[str, str]:
    found = Standing(layers, out).why
    assert found is not None
    return found.en, found.zh


@pytest.mark.parametrize("layers", [(), ("seccomp",), ("landlock",), ("bubblewrap",), ("bubblewrap", "landlock")])
def test_what_is_missing_is_named_whatever_was_not_stopped(layers: tuple[str, ...]) -> None:
    """With seccomp alone files can be read: that a layer is missing is the reason, and tells what to do."""
    for text in why(*layers, out=("read", "write")):
        assert "bubblewrap" in text
        assert "5.13" in text
        named = text[text.rindex("Missing here" if text.isascii() else "缺少") :]
        for layer in wall.LAYERS:
            assert (wall.NAMES[layer].en in named) is (layer not in layers)


def test_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wall.lose("bubblewrap", "bwrap: No permissions to create a new namespace")
    en, zh = why("seccomp")
    assert "bubblewrap (bwrap: No permissions to create a new namespace), Landlock (not found)" in en
    assert "bubblewrap（bwrap: No permissions to create a new namespace）、Landlock（没有找到）" in zh
    monkeypatch.setenv(wall.VARIABLE, "seccomp,bubblewrap")
    assert "Landlock (switched off by COURSE_WALL)" in why("seccomp")[0]
    assert "Landlock（被 COURSE_WALL 关闭）" in why("seccomp")[1]


def test_holes_in_what_should_be_enough_are_named() -> None:
    for text in why("landlock", "seccomp", out=("mode", "shared")):
        assert "mode, shared" in text
        assert "5.13" not in text


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_takes_linux(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    for text in why():
        assert "Linux" in text
        assert "bubblewrap" not in text


def test_a_full_wall_has_no_why() -> None:
    for layers in (("landlock", "seccomp"), ("bubblewrap", "seccomp"), wall.LAYERS):
        full = Standing(layers)
        assert full.full
        assert full.why is None
        for lang in LANGS:
            assert all(wall.NAMES[each][lang] in full.note[lang] for each in layers)
