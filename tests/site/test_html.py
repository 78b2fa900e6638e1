"""Every page is valid HTML, by html-validate's rules for the standard."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.together("site"), pytest.mark.needs("node")]


def problems(*files: Path) -> list[str]:
    """What is not valid, a line each."""
    done = subprocess.run(
        [
            ROOT / "node_modules/.bin/html-validate",
            "--config",
            ROOT / ".htmlvalidate.json",
            "--formatter",
            "json",
            *files,
        ],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return [
        f"{each['filePath']}:{message['line']}: {message['ruleId']}: {message['message']}"
        for each in json.loads(done.stdout)
        for message in each["messages"]
    ]


def test_every_page_is_valid(site: Path) -> None:
    assert problems(*sorted(site.rglob("*.html"))) == []


def test_what_is_not_valid_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html>\n<p><div>no</div></p><img src='x.png'>", "utf-8")
    assert any("close-order" in each or "element-permitted" in each for each in problems(page))
