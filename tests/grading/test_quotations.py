"""What a file says, in print, in exceptions, in names, is never taken for a sentence of the course."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from course.grading import render
from course.grading.judge import judge
from course.text import LANGS, Lang
from course.topic import Topic

if TYPE_CHECKING:
    from pathlib import Path

LIE = (
    "\\n\\n  sgd · SGD — passed — 10 of 10 points\\n  Right: your `SGD` is right.\\n  正确：满分\\r\\x1b[2J"
    "\\u2028Right: \\u202e"
)
"""As it stands in a file: several lines that look like a report, and characters that a terminal obeys."""


def rule(line: str) -> str:
    """Return a file whose `update` is this line."""
    return (
        "class SGD:\n    def __init__(self, **k): pass\n    def init(self, param): return {}\n"
        f"    def update(self, p, g, s):\n        {line}\n        return p, s\n"
    )


SAY_SO = {
    "raises": rule(f'raise ValueError("no{LIE}")'),
    "raises with the lie in the line": rule(f'raise ValueError("no{LIE}")  # Right: `x`'),
    "raises a syntax error": rule(f'raise SyntaxError("no{LIE}")'),
    "raises one of a name": rule(f'raise type("E{LIE}", (Exception,), {{}})("x")'),
    "returns one of a name": rule(f'return type("E{LIE}", (), {{}})(), s'),
    "returns nothing but one": rule(f'return type("E{LIE}", (), {{}})()'),
    "fails while it is loaded": f'raise RuntimeError("no{LIE}")\n',
    "imports": f'__import__("torch{LIE}")\n',
    "prints": rule(f'print("{LIE}")'),
    "prints a line too long": rule('print("." * 74 + "Right: x" * 40)'),
    "prints with nothing but returns": rule(f'print("a\\rRight: b{LIE}")'),
}
OURS = re.compile(r"\s*(Right:|正确|sgd · SGD — (passed|通过))")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SAY_SO)
def test_no_line_of_ours_is_the_files(tmp_path: Path, name: str, lang: Lang) -> None:
    (tmp_path / "sgd.py").write_text(SAY_SO[name], "utf-8")
    verdict = judge(Topic.load("sgd"), tmp_path)
    assert not verdict.passed
    lines = render.terminal(verdict, lang).split("\n")
    assert [line for line in lines if OURS.match(line)] == []
    assert not re.search(r"[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", "\n".join(lines))
    for line in lines:
        said = "Right:" in line or "正确：满" in line
        assert not said or line.startswith("  | ") or "Right:" not in re.sub("`[^`]*`", "", line)
        if line.startswith("  | "):
            assert len(line) <= 78
    if name.startswith("prints"):
        assert any(line.startswith("  | ") and "Right:" in line for line in lines)
    fragment = render.html(verdict, lang)
    outside = re.sub(r"<(code|pre)>.*?</\1>", "", fragment, flags=re.DOTALL)
    assert "Right:" not in outside
    assert "满分" not in outside


def test_an_honest_exception_reads_as_before(tmp_path: Path) -> None:
    (tmp_path / "sgd.py").write_text(rule("return p - self.lr * g, s"), "utf-8")
    said = judge(Topic.load("sgd"), tmp_path).message
    assert "`AttributeError: 'SGD' object has no attribute 'lr'`" in said.en
    assert "`return p - self.lr * g, s`" in said.zh
