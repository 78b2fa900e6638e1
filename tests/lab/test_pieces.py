"""What the editor shows of a file and what it hides: put together again, always the file."""

from __future__ import annotations

import pytest

from course.lab.editor import pieces
from course.system.workspace import ROOT, SKELETONS
from course.topic import topics

TOPICS = {topic.stem: topic for topic in topics()}
HEADS = {
    "rule": ["def init(self, param):", "def update(self, param, grad, state):"],
    "tuner": ["def tune(self, loss):"],
}
FILE = '''"""A rule."""

import numpy as np
from dataclasses import dataclass


@dataclass
class Rule:
    """It has `def init(self, param):` in its docstring."""

    lr: float = 0.1  # the rate

    def init(self, param):
        """Return the state."""
        # first
        return {}
        # last

    def update(self, param, grad, state):
        """Take one step.

        Args:
            param: it.

        """
        text = """
at the margin
"""
        return param - self.lr * grad, state


# below the class
'''
INIT = "        # first\n        return {}\n        # last"


def bodies(text: str) -> list[str] | None:
    found = pieces.methods(text, "Rule")
    return None if found is None else [pane.shown for pane in found.panes]


@pytest.mark.parametrize("stem", TOPICS)
def test_what_is_handed_out_and_what_solves_it_show_their_methods(stem: str) -> None:
    for path in (ROOT / SKELETONS / f"{stem}.py", TOPICS[stem].solution):
        text = path.read_text("utf-8")
        found = pieces.methods(text, TOPICS[stem].class_name)
        assert found is not None
        assert found.join() == text
        assert [pane.head.strip() for pane in found.panes] == HEADS[TOPICS[stem].kind]
        assert all(pane.doc and '"""' not in pane.body for pane in found.panes)
        for pane, number in zip(found.panes, numbers(found), strict=True):
            assert text.split("\n")[number - 1] == pane.shown.split("\n")[0]


def numbers(found: pieces.Pieces) -> list[int]:
    """Return the number of each pane's first line, as the page counts."""
    line, first = 1, []
    for before, pane in zip(found.before, found.panes, strict=True):
        line += before
        first.append(line)
        line += pane.body.count("\n")
    return first


SHOWN = {
    "as it is": FILE,
    "Windows": FILE.replace("\n", "\r\n"),
    "a byte order mark": f"\ufeff{FILE}",
    "no end of the last line": FILE.partition("\n\n\n# below")[0],
    "blanks at the end": f"{FILE}\n\n   \n",
    "another order": (
        "class Rule:\n    def update(self, param, grad, state):\n        return 1, 2\n"
        f"    def init(self, param):\n{INIT}\n        # last\n"
    ),
    "annotations": FILE.replace("def init(self, param):\n", "def init(self, param: object) -> dict[str, object]:\n"),
    "tabs": FILE.replace("    ", "\t"),
    "a signature of several lines": FILE.replace(
        "self, param, grad, state):", "self, param,\n        grad, state):  # 4"
    ),
    "no docstrings": FILE.replace('        """Return the state."""\n', ""),
    "strange blanks": FILE.replace("# first", "# \u3000first\u2028\x0c"),
    "a comment less indented": FILE.replace("        # last", "  # last"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_methods_are_shown_and_the_rest_stays(name: str) -> None:
    text = SHOWN[name]
    found = pieces.methods(text, "Rule")
    assert found is not None
    assert not found.whole
    assert found.join() == text
    assert found.refilled([pane.shown for pane in found.panes]) == found
    new = found.refilled(["        return 1\n", found.panes[1].shown])
    newline = "\r\n" if "\r\n" in text else "\n"
    assert new.hidden == found.hidden
    assert new.join() == text.replace(found.panes[0].body, f"        return 1{newline}", 1)


def test_bodies_are_whole() -> None:
    found = bodies(FILE)
    assert found is not None
    assert found[0] == INIT
    assert found[1].startswith('        text = """\nat the margin')
    assert found[1].endswith("state")


OTHERS = {
    "nothing": "",
    "another class": FILE.replace("Rule", "Role"),
    "a method is missing": FILE.replace("def init", "def begin"),
    "a third method": FILE.replace("    def update", "    def root(self):\n        return 1\n\n    def update"),
    "a helper": f"{FILE}\n\ndef root(x):\n    return x**0.5\n",
    "a constant": f"{FILE}\nEPS = 1e-8\n",
    "another signature": FILE.replace("self, param, grad, state", "self, grad, param, state"),
    "a default": FILE.replace("self, param, grad, state", "self, param, grad, state=None"),
    "a decorator": FILE.replace("    def init", "    @staticmethod\n    def init"),
    "another decorator of the class": FILE.replace("@dataclass", "@dataclass(frozen=True)"),
    "a base": FILE.replace("class Rule:", "class Rule(Base):"),
    "an attribute without a type": FILE.replace("lr: float = 0.1", "lr = 0.1"),
    "twice": FILE + FILE,
    "asynchronous": FILE.replace("def init", "async def init"),
    "on one line": FILE.replace(f'):\n        """Return the state."""\n{INIT}', "): return {}"),
    "a docstring alone": FILE.replace(f"{INIT}\n", ""),
    "a docstring and more on one line": FILE.replace('state."""\n', 'state."""; x = 1\n'),
    "within a condition": FILE.replace("    def init", "    if True:\n      def init"),
    "a mistake above the class": FILE.replace("import numpy as np", "import numpy as"),
    "a mistake in a signature": FILE.replace("def init(self, param):", "def init(self, param:"),
    "a mistake in a helper": f"{FILE}\ndef root(x:\n    return 1\n",
    "a null": f"{FILE}\0",
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_with_more_or_less_is_shown_whole(name: str) -> None:
    text = OTHERS[name]
    assert pieces.methods(text, "Rule") is None
    found = pieces.whole(text)
    assert found.join() == text
    assert found.panes[0].body == text
    assert found.whole


MISTAKES = {
    "a bracket": (INIT, "        return {"),
    "an indent": (INIT, "         x = 1\n        return {}"),
    "half a line": ("return param - self.lr * grad, state", "return param -"),
    "a string": (INIT, '        return "'),
    "letters": ("return param - self.lr * grad, state", "return param − self.lr * grad, state"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_mistake_in_a_body_leaves_the_methods_in_sight(name: str, newline: str) -> None:
    old, new = MISTAKES[name]
    text = FILE.replace('"""\nat the margin\n"""', "1").replace(old, new).replace("\n", newline)
    assert pieces.parsed(text) is None
    found = pieces.methods(text, "Rule")
    assert found is not None
    assert found.join() == text
    assert new in found.panes[0 if old == INIT else 1].shown


def test_both_ways_to_cut_agree() -> None:
    for topic in TOPICS.values():
        text = topic.solution.read_text("utf-8")
        right = pieces.methods(text, topic.class_name)
        spoilt = pieces.methods(text.replace("return ", "return ) ", 1), topic.class_name)
        assert right is not None
        assert spoilt is not None
        assert spoilt.hidden == right.hidden
        assert spoilt.panes[1:] == right.panes[1:]
