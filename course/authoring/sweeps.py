"""Records the sweeps that tasks of a tuner are made of; they are trained again only if their recipe has changed.

What a training run comes to differs between machines and releases of torch, so a check does not repeat it: it compares
the recipe.
"""

from __future__ import annotations

import ast
import hashlib
import io
import itertools
import tokenize
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.tuner import recorded
from course.rule import load
from course.text import CourseError, Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STALE = Text(
    en="{name} was not recorded by the recipe of today. Run `make build`.",
    zh="{name} 不是按现在的方法记录的。请运行 `make build`。",
)


def problems(topic: Topic) -> list[Text]:
    """Return what is wrong with the recorded sweeps of one topic; an empty list if nothing is."""
    try:
        _, how = recorded.read(topic)
    except CourseError as error:
        return [error.text]
    return [] if how == recipe(topic) else [STALE.format(name=f"{topic.stem}/sweeps.npz")]


def build(topic: Topic) -> bool:
    """Record the sweeps of one topic if that was not done by the recipe of today; tell whether they were written."""
    if not problems(topic):
        return False
    arrays: dict[str, Any] = {}
    for name, (rates, losses) in load(topic.folder / "recorded.py", "sweeps")().items():
        arrays |= {f"{name}/rates": rates, f"{name}/losses": losses}
    np.savez_compressed(recorded.path(topic), allow_pickle=False, how=np.array(recipe(topic)), **arrays)
    recorded.tasks.cache_clear()
    return True


def recipe(topic: Topic) -> str:
    """Return what changes when the recipe of the sweeps does: their code, of the lab all that they use, and the rules.

    Comments and docstrings are no part of it.
    """
    own = (topic.folder / "recorded.py").read_text("utf-8")
    rules = [Topic.load(stem).solution.read_text("utf-8") for stem in load(topic.folder / "recorded.py", "RANGES")]
    parts = [own, *used(own, (topic.folder / "lab.py").read_text("utf-8")), *rules]
    return hashlib.sha256("\n".join(map(bare, parts)).encode()).hexdigest()


def used(source: str, lab: str) -> Iterator[str]:
    """Yield what a text uses of a module, in the module's order: what it names there, and what that names in turn.

    Args:
        source: the text.
        lab: the module's.

    Yields:
        The texts of definitions at the module's top.

    """
    defined = {name: node for node in ast.parse(lab).body for name in _defined(node)}
    left, found = _named(ast.parse(source)), set[str]()
    while left:
        more = left & defined.keys() - found
        found |= more
        left = set[str]().union(*(_named(defined[name]) for name in more))
    for name, node in defined.items():
        if name in found:
            yield ast.get_source_segment(lab, node, padded=True) or ""


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (each.id for each in node.targets if isinstance(each, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _named(node: ast.AST) -> set[str]:
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found | {each.name for each in ast.walk(node) if isinstance(each, ast.alias)}


def bare(source: str) -> str:
    """Return the words of a text of Python's, without comments, docstrings and blanks that say nothing.

    Args:
        source: the text.

    Returns:
        A line for every statement; where a block begins there is a `{`, and where it ends a `}`.

    """
    blocks = {tokenize.INDENT: "{", tokenize.DEDENT: "}", tokenize.NEWLINE: "\n", tokenize.ENDMARKER: ""}
    every = tokenize.generate_tokens(io.StringIO(source).readline)
    tokens = [each for each in _whole(every, source) if each.type not in {tokenize.COMMENT, tokenize.NL}]
    words: list[str] = []
    begins = True
    for token, after in itertools.pairwise(tokens):
        alone = begins and token.type == tokenize.STRING and after.type == tokenize.NEWLINE
        if not alone and not (begins and token.type == tokenize.NEWLINE):
            words.append(blocks.get(token.type, token.string))
        begins = (begins and alone) or token.type in blocks
    return " ".join(words)


def _whole(tokens: Iterable[tokenize.TokenInfo], source: str) -> Iterator[tokenize.TokenInfo]:
    """Put f-strings together again, which Python takes to pieces from 3.12 on: every version has the same words."""
    lines = io.StringIO(source).readlines()
    opened: list[tokenize.TokenInfo] = []
    for token in tokens:
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            opened.append(token)
        elif kind == "FSTRING_END":
            begin = opened.pop()
            if not opened:
                (first, left), (last, right) = begin.start, token.end
                within = [*lines[first - 1 : last - 1], lines[last - 1][:right]]
                text = "".join([within[0][left:], *within[1:]])
                yield tokenize.TokenInfo(tokenize.STRING, text, begin.start, token.end, begin.line)
        elif not opened:
            yield token
