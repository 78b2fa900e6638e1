"""Menus are named as JupyterLab's own Chinese language pack names them, so that a reader finds them."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from course.authoring import notebooks
from course.lesson.source import Prose, read
from course.system.workspace import ROOT

MENU = re.compile(r"\*([^*→\n]+(?: → [^*→\n]+)+)\*")


@cache
def pack() -> dict[str, set[str]]:
    """JupyterLab's words → what its language pack calls them."""
    found: dict[str, set[str]] = {}
    spec = find_spec("jupyterlab_language_pack_zh_CN")
    assert spec
    assert spec.origin
    for file in (Path(spec.origin).parent / "locale/zh_CN/LC_MESSAGES").glob("*.json"):
        for word, said in json.loads(file.read_text("utf-8")).items():
            if word and isinstance(said, list):
                found.setdefault(word, set()).update(said)
    return found


def misnamed(en: str, zh: str) -> list[str]:
    """What of the menus in an English text its Chinese names otherwise than JupyterLab does."""
    ours, theirs = ([menu.split(" → ") for menu in MENU.findall(text)] for text in (en, zh))
    if [len(menu) for menu in ours] != [len(menu) for menu in theirs]:
        return [f"{ours} and {theirs}"]
    pairs = [pair for menus in zip(ours, theirs, strict=True) for pair in zip(*menus, strict=True)]
    return [f"{one}: {other}" for one, other in pairs if other not in pack().get(one, {one})]


@pytest.mark.parametrize(
    ("en", "zh", "wrong"),
    [
        ("(*File → New → Terminal*)", "（*文件 → 新建 → 终端*）", 0),
        ("**Kernel → Restart Kernel…**", "**内核 → 重启内核…**", 0),
        ("*Nbgrader → Formgrader*", "*Nbgrader → Formgrader*", 0),
        ("no menu", "没有菜单 → 这里", 0),
        ("*File → New → Terminal*", "*文件 → 新增 → 命令行*", 2),
        ("*File → New*", "点击新建", 1),
        ("*Nbgrader → Formgrader*", "*Nbgrader → 评分*", 1),
    ],
)
def test_a_menu_by_another_name_is_found(en: str, zh: str, wrong: int) -> None:
    assert len(misnamed(en, zh)) == wrong


def test_menus_have_their_own_names() -> None:
    pairs = [
        (cell.text.en, cell.text.zh) for path in notebooks.sources() for cell in read(path) if isinstance(cell, Prose)
    ]
    pairs.append(((ROOT / "README.md").read_text("utf-8"), (ROOT / "README.zh.md").read_text("utf-8")))
    halves = (ROOT / "course/classroom/starter/README.md").read_text("utf-8").split("以下命令都在本目录中运行")
    pairs.append((halves[0], halves[1]))
    assert sum(len(MENU.findall(en)) for en, _ in pairs) >= 3
    assert [each for en, zh in pairs for each in misnamed(en, zh)] == []
