"""Which hyperparameters make no difference in a file: one is varied at a time, and everything else stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.findings.asking import right
from course.grading.findings.change import split
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import defaults
from course.grading.findings.questions import same
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from course.grading.case import Case
    from course.grading.findings.change import Substitution
    from course.grading.findings.finding import Kind
    from course.grading.findings.questions import Interview
    from course.topic import Topic

TEXTS = texts(__file__)

COMPUTES = {
    "default": TEXTS["default"],
    "constant": TEXTS["constant"],
    "start": TEXTS["start"],
    "once": TEXTS["once"],
    "times": TEXTS["times"],
    "one-minus": TEXTS["one-minus"],
    "square": TEXTS["square"],
    "root": TEXTS["root"],
}
"""What a rule does about a hyperparameter, by how that is another."""

IDS = {"start": "constant-{name}", "once": "{name}-read-once"}
"""How the ids of findings are made that are not called after how the hyperparameter is changed."""


def kebab(name: str) -> str:
    """Return how a hyperparameter is written in ids: `weight_decay` as weight-decay, `betas[1]` as betas."""
    return split(name)[0].replace("_", "-")


def ignored(topic: Topic, interview: Interview) -> tuple[str, ...]:
    """Return the hyperparameters that change the right rule's path and not the file's.

    Args:
        topic: which exercise.
        interview: what the file answered.

    Returns:
        Their names, in the solution's order.

    """
    return _without_effect(topic, interview, {name: case for name, (case, _, _) in interview.varied.items()})


def kept(topic: Topic, interview: Interview) -> tuple[str, ...]:
    """Return the hyperparameters whose change between two steps changes the right rule's path and not the file's.

    Args:
        topic: which exercise.
        interview: what the file answered.

    Returns:
        Their names; those that make no difference at all are among them.

    """
    return _without_effect(topic, interview, interview.changed)


def _without_effect(topic: Topic, interview: Interview, cases: Mapping[str, Case]) -> tuple[str, ...]:
    """Return the names of the questions on which the right rule leaves its first path, and the file does not."""
    before = interview.path(interview.base)
    if before is None:
        return ()
    found = []
    for name, case in cases.items():
        after = interview.path(case)
        if after is not None and same(before, after) and not same(right(topic, interview.base), right(topic, case)):
            found.append(name)
    return tuple(found)


def keeps(interview: Interview, name: str) -> Finding:
    """Say that a new value between two steps makes no difference.

    Args:
        interview: what the file answered.
        name: the hyperparameter.

    Returns:
        The finding.

    """
    case = interview.changed[name]
    ((step, changes),) = case.schedule.items()
    before, after = case.hyperparameters[name], changes[name]
    text = TEXTS["keeps"].format(name=name, step=step, before=number(before), after=number(after))
    claim = {"name": name, "step": step, "before": before, "after": after}
    return Finding("hyperparameter", f"{kebab(name)}-read-once", name, text, claim)


def ignores(interview: Interview, name: str) -> Finding:
    """Say that a hyperparameter makes no difference.

    Args:
        interview: what the file answered.
        name: the hyperparameter, or one element of it.

    Returns:
        The finding.

    """
    _, before, after = interview.varied[name]
    text = TEXTS["ignores"].format(name=name, before=number(before), after=number(after))
    claim = {"name": name, "before": before, "after": after}
    return Finding("hyperparameter", f"ignores-{kebab(name)}", name, text, claim)


def number(value: Any) -> str:
    """Format a value as it is written in Python, with the digits that matter."""
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(number, value))})"
    if isinstance(value, (bool, int)):
        return str(value)
    shown = f"{value:.6g}"
    shown = shown if float(shown) == value or abs(float(shown) - value) <= 1e-6 * abs(value) else f"{value:.12g}"
    mantissa, e, exponent = shown.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa if "." in mantissa or "n" in mantissa else f"{mantissa}.0"


def of_change(topic: Topic, change: Substitution, *, alone: bool) -> Finding:
    """Say with what a rule computes in the place of a hyperparameter; the path has shown it to the last step.

    Args:
        topic: which exercise.
        change: what is other than in the right rule.
        alone: whether this is all that is wrong.

    Returns:
        The finding.

    """
    given = {} if change.value is None else {"value": number(change.value)}
    right_default = number(defaults(topic)[change.base])
    text = COMPUTES[change.how].format(name=change.name, default=right_default, **given)
    if alone:
        exactly = TEXTS["exactly-with-default"] if change.how == "default" else TEXTS["exactly"]
        text = Text.joined([text, exactly], en=" ", zh="")
    kind: Kind = "default" if change.how == "default" else "hyperparameter"
    claim = {"how": change.how, "name": change.name, "value": change.value, "whole": alone}
    return Finding(
        kind,
        IDS.get(change.how, "{how}-{name}").format(how=change.how, name=kebab(change.name)),
        change.name,
        text,
        claim,
    )
