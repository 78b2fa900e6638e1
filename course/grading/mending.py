"""The exercise *mend*: the course's own rule with one mistake in it, to be found from its path and mended.

A file is right if it passes as a rule of one's own has to, and if it is a mend: few of its lines differ from what was
handed out. It is compared as a syntax tree, so layout, comments and docstrings are free.
"""

from __future__ import annotations

import ast
import difflib
import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from course.grading import case_set, compare, explain, paths, stored, tickets
from course.grading.case import Trajectory
from course.grading.judge import judge_source
from course.grading.mistakes import PATH_RIGHT, catalogue
from course.grading.mistakes.simulate import simulate
from course.grading.reply import Reply
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.mistakes import Mistake
    from course.grading.reasons import Reason
    from course.grading.sandbox import Limits
    from course.grading.verdict import Difference, Paths, Verdict
    from course.text import Lang
    from course.topic import Topic

TEXTS = texts(__file__)

MORE_LINES = 2
"""How many lines more than the mistake itself a mend may change."""
WIDTH = 120
"""Characters of one line; what is put on a longer one counts as several."""
HIDES = frozenset({"exec", "eval", "compile", "open", "globals", "vars", "__import__", "__doc__", "__file__"})
"""What lets a file be another rule than the one that its lines say."""
MODULES = {"copy": "import copy", "math": "import math", "np": "import numpy as np"}
"""What an edit may use; each file of a topic imports what any of them needs, so an import gives nothing away."""


@functools.cache
def mistakes(topic: Topic) -> tuple[Mistake, ...]:
    """Return what may be handed out: every mistake of the core that is written in the rule and changes its path."""
    return tuple(
        each
        for each in catalogue(topic).mistakes
        if each.edits and not (each.option or each.wrap or each.id in PATH_RIGHT)
    )


TICKETS = tickets.Tickets("mend", mistakes)


@functools.cache
def code(topic: Topic, name: str = "") -> str:
    """Return the rule with a mistake in it, without comments.

    Args:
        topic: whose rule.
        name: the mistake's id; "" for the right rule.

    Returns:
        Python source text.

    """
    book = catalogue(topic)
    each = [book.source((mistake,)) for mistake in mistakes(topic)]
    used = {node.id for source in each for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    imported = [line for module, line in MODULES.items() if module in used]
    tree = ast.parse(book.source((book[name],) if name else ()))
    tree.body[1:1] = ast.parse("\n".join(imported)).body
    return ast.unparse(tree) + "\n"


def issued(topic: Topic, ticket: str, lang: Lang) -> str:
    """Return the file that a ticket stands for.

    Args:
        topic: whose rule.
        ticket: any five letters.
        lang: of its comment.

    Returns:
        The text of `STEM_mend.py`.

    """
    told = TEXTS["comment"].format(stem=topic.stem)[lang]
    head = [tickets.line(ticket), *(f"# {line}" for line in told.splitlines())]
    return "\n".join([*head, "", code(topic, TICKETS.mistake(topic, ticket).id)])


def normal(source: bytes | str) -> list[str] | None:
    """Return the lines of a file as they are compared; None if it is no Python, or nested beyond reason."""
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Name, ast.Attribute)) and getattr(node, "id", getattr(node, "attr", "")) in HIDES:
                return []  # which is like nothing that was handed out
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
                node.body[:1] = [] if len(node.body) > 1 else [ast.Pass()]
        return [line for line in ast.unparse(tree).splitlines() if line.strip()]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def changed(before: Sequence[str], after: Sequence[str], most: int) -> int:
    """Count the lines that differ.

    Args:
        before: what was handed out.
        after: what has become of it.
        most: from here on, how many there are makes no difference.

    Returns:
        How many lines of either have no partner, a long one as several; at most `most` and one.

    """
    if abs(len(before) - len(after)) > most:
        return most + 1
    parts = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    came = (sum(1 + len(line) // WIDTH for line in after[j:k]) for _, _, _, j, k in parts)
    each = (max(part[2] - part[1], lines) for part, lines in zip(parts, came, strict=True) if part[0] != "equal")
    return min(sum(each), most + 1)


@functools.cache
def may_change(topic: Topic, mistake: Mistake) -> int:
    """Return how many lines a mend of this mistake may change.

    Args:
        topic: whose rule.
        mistake: what is wrong in it.

    Returns:
        What the mistake itself has changed, and a few.

    """
    wrong, right = (normal(code(topic, name)) or [] for name in (mistake.id, ""))
    return changed(wrong, right, len(right)) + MORE_LINES


def check(
    topic: Topic,
    source: bytes | Reason,
    *,
    seed: str | None = None,
    fresh: str | None = None,
    limits: Limits | None = None,
    full_wall: bool = False,
) -> Reply:
    """Judge a mend.

    Args:
        topic: whose rule.
        source: what `saved.source` or `saved.checked` has returned of `STEM_mend.py`.
        seed: a class's secret seed, as in `judge.judge`.
        fresh: the seed of a fresh case, as in `judge.judge`.
        limits: what the workers may use; by default `Limits()`.
        full_wall: whether to refuse to run the file where the operating system does not shut it in.

    Returns:
        What is said of it; the mistake is named only after it is mended.

    Raises:
        CourseError: as in `judge.judge_source`.

    """
    title = TEXTS["title"].format(topic=topic.title)
    known = {"file": tickets.file_name(topic, "mend"), "stem": topic.stem}
    opened = tickets.opened(topic, "mend", source)
    if isinstance(opened, Text):
        return Reply(title, "refused", (opened,))
    ticket, content = opened
    mistake, lines = TICKETS.mistake(topic, ticket), normal(content)
    if lines is not None:
        most = may_change(topic, mistake)
        count = changed(normal(code(topic, mistake.id)) or [], lines, most)
        if count == 0:
            return Reply(title, "begun", (TEXTS["begun"].format(**known),), picture(topic, mistake), TEXTS["this-rule"])
        if count > most:
            return Reply(title, "not-yet", (TEXTS["another-rule"].format(**known, most=most),))
    verdict = judge_source(topic, content, seed=seed, fresh=fresh, limits=limits, full_wall=full_wall)
    if verdict.passed and lines is not None:
        named = TEXTS["mended"].format(**known, title=mistake.title)
        explained = TEXTS["explained"].format(explanation=mistake.explanation)
        return Reply(title, "passed", (named, explained, explain.reread(topic, mistake.section)))
    if verdict.passed:  # right, and too deeply nested to be compared
        return Reply(title, "not-yet", (TEXTS["another-rule"].format(**known, most=may_change(topic, mistake)),))
    told = TEXTS["not-yet"].format(told=tickets.refusal(topic, "mend", _first(verdict)))
    shown = replace(verdict.paths, mistake=()) if verdict.paths else None
    return Reply(title, "not-yet", (told,), shown, TEXTS["this-rule"])


def _first(verdict: Verdict) -> Text:
    """Say which case is the first that is not right, and why; what the judge makes of all of them, it keeps."""
    failed = [each for each in verdict.cases if not (each.passed or each.stretch)]
    first = verdict.first_difference
    row = next((each for each in failed if first and each.id == first.case), failed[0])
    return TEXTS["first-case"].format(case=row.title, reason=row.reason or row.title)


@functools.cache
def picture(topic: Topic, mistake: Mistake) -> Paths:
    """Return the path of a rule with a mistake beside the right one, where they come apart visibly.

    Args:
        topic: whose rule.
        mistake: what is wrong in it.

    Returns:
        One number of a visible case.

    """
    cases = [case for case in case_set.visible(topic) if not case.stretch]
    expected = stored.read(topic, cases)
    got = {name: Trajectory(path, {}) for name, path in simulate(topic, (mistake,), cases).items()}
    found = [_apart(case, expected[case.id], got[case.id]) for case in cases]
    return paths.pick(topic, cases, [each for each in found if each], got, expected)  # type: ignore[arg-type]


def _apart(case: Case, expected: Trajectory, got: Trajectory) -> Difference | None:
    return compare.first_difference(case, expected, got.params, {})
