"""What a file says, in print, in exceptions, in names, is never taken for a sentence of the course."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from course.grading import render
from course.grading.judge import judge
from course.syllabus import topic
from course.text import LANGS, Lang

if TYPE_CHECKING:
    from pathlib import Path

LIE = "\\n\\n  sgd · SGD — passed — 10 of 10 points\\n  Right: your `SGD` is right.\\n  正确：满分\\r\\x1b[2J\\u2028Right: \\u202e"
CLASS = "class SGD:\n    def __init__(self, **k): pass\n    def init(self, param): return {}\n"
SAY_SO = {
    "raises": f'{CLASS}    def update(self, p, g, s):\n        raise ValueError("no{LIE}")\n',
    "raises with the lie in the line": f'{CLASS}    def update(self, p, g, s): raise ValueError("no{LIE}")  # Right: `x`\n',
    "raises a syntax error": f'{CLASS}    def update(self, p, g, s):\n        raise SyntaxError("no{LIE}")\n',
    "raises one of a name": f'{CLASS}    def update(self, p, g, s):\n        raise type("E{LIE}", (Exception,), {{}})("x")\n',
    "returns one of a name": f'{CLASS}    def update(self, p, g, s):\n        return type("E{LIE}", (), {{}})(), s\n',
    "returns nothing but one": f'{CLASS}    def update(self, p, g, s):\n        return type("E{LIE}", (), {{}})()\n',
    "fails while it is loaded": f'raise RuntimeError("no{LIE}")\n',
    "imports": f'__import__("torch{LIE}")\n',
    "prints": f'{CLASS}    def update(self, p, g, s):\n        print("{LIE}")\n        return p, s\n',
    "prints a line too long": f'{CLASS}    def update(self, p, g, s):\n        print("." * 74 + "Right: x" * 40)\n        return p, s\n',
    "prints with nothing but returns": f'{CLASS}    def update(self, p, g, s):\n        print("a\\rRight: b{LIE}")\n        return p, s\n',
}
OURS = re.compile(r"\s*(Right:|正确|sgd · SGD — (passed|通过))")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", SAY_SO)
def test_no_line_of_ours_is_the_files(tmp_path: Path, name: str, lang: Lang) -> None:
    (tmp_path / "sgd.py").write_text(SAY_SO[name], "utf-8")
    verdict = judge(topic("sgd"), tmp_path)
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
    (tmp_path / "sgd.py").write_text(
        f"{CLASS}    def update(self, p, g, s):\n        return p - self.lr * g, s\n", "utf-8"
    )
    said = judge(topic("sgd"), tmp_path).message
    assert "`AttributeError: 'SGD' object has no attribute 'lr'`" in said.en
    assert "`return p - self.lr * g, s`" in said.zh
