"""How the learner's class takes its hyperparameters, held against the exercise: names, order, defaults."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING

from course.grading.findings.asking import made, probe, with_values
from course.grading.findings.combining import other_defaults
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import defaults, varied_names
from course.grading.findings.hyperparameters import kebab, number, of_change
from course.grading.findings.questions import same
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.findings.change import Substitution
    from course.grading.findings.evidence import Evidence
    from course.grading.wire import Described
    from course.topic import Topic

TEXTS = texts(__file__)

TAKES = {
    "misspelt": TEXTS["misspelt"],
    "positional": TEXTS["positional"],
    "no-default": TEXTS["no-default"],
    "required": TEXTS["required"],
}
"""What is wrong about how a class takes a hyperparameter."""

ALSO = {
    "lr": ("learning_rate", "eta", "step_size", "gamma", "rate", "alpha"),
    "betas": ("beta", "beta1", "b1"),
    "eps": ("epsilon", "delta", "fuzz"),
    "weight_decay": ("decay", "wd", "lambda_", "l2", "weightdecay", "lam"),
    "k": ("sync_period", "la_steps", "steps"),
    "inner": ("optimizer", "base_optimizer", "base", "opt"),
}
"""What else a hyperparameter is called in papers and libraries."""

FADES = ("beta", "mu", "gamma", "rho", "alpha", "beta1", "decay_rate", "decay")
"""And one by which a memory fades, whatever it is called in the topic."""

LIKE = 0.75
"""How much alike two names are, of which one is taken for the other mistyped."""


def core_names(topic: Topic) -> tuple[str, ...]:
    """Return what a class must take for the core: what the cases vary, and what has no default."""
    without = [
        each.name
        for each in dataclasses.fields(made(topic))
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    ]
    return tuple(dict.fromkeys([*without, *(name.partition("[")[0] for name in varied_names(topic))]))


def of_arguments(topic: Topic, described: Described | None) -> tuple[Finding, ...]:
    """Compare what the class takes with what it is given; that a hyperparameter is missing Python's own error says.

    Args:
        topic: which exercise.
        described: what the class tells; None if nothing.

    Returns:
        A finding for each hyperparameter that is called otherwise, or cannot be given by name or left out, and for each
        argument that has to be given and never is.

    """
    if described is None or described.arguments is None:
        return ()
    kinds = {name: (kind, has_default) for name, kind, has_default in described.arguments}
    anything = any(kind == "named-rest" for kind, _ in kinds.values())
    known = {each.name for each in dataclasses.fields(made(topic))}
    strange = [name for name, (kind, _) in kinds.items() if name not in known and "rest" not in kind]
    found, taken = [], set[str]()
    for name in core_names(topic):
        kind, has_default = kinds.get(name, ("", False))
        if kind == "positional":
            found.append(_finding("positional", name))
        elif not kind and not anything:
            other = meant(name, [each for each in strange if each not in taken])
            if other:
                taken.add(other)
                found.append(_finding("misspelt", name, other=other))
        elif kind and name in defaults(topic) and not has_default and kind in {"either", "keyword"}:
            default = number(defaults(topic)[name])
            found.append(_finding("no-default", name, default=default, rule=topic.class_name))
    found += [
        _finding("required", name, rule=topic.class_name)
        for name in strange
        if name not in taken and not kinds[name][1]
    ]
    return tuple(found)


def meant(name: str, others: Sequence[str]) -> str:
    """Return which of these arguments stands for a hyperparameter.

    Args:
        name: the hyperparameter's.
        others: the names of arguments that the exercise does not know.

    Returns:
        The name under which it is known elsewhere, or one that is mistyped; "" if there is none.

    """
    lower = {each.lower().strip("_"): each for each in others}
    also = next((lower[each] for each in ALSO.get(name, FADES) if each in lower), "")
    close = difflib.get_close_matches(name, list(lower), 1, LIKE)
    return lower[close[0]] if close else also


def _finding(what: str, name: str, **facts: str) -> Finding:
    text = TAKES[what].format(name=name, **facts)
    return Finding("signature", f"{what}-{kebab(name)}", name, text, {"what": what, "name": name, **facts})


def of_defaults(evidence: Evidence, described: Described | None) -> tuple[Finding, ...]:
    """Tell of other defaults that show: without an argument the rule does as with that default, not as with ours.

    Args:
        evidence: what is known of the file.
        described: what the class tells; None if nothing.

    Returns:
        A finding for each.

    """
    changes = [each for each in other_defaults(evidence.topic, described) if each.name in core_names(evidence.topic)]
    case = next((case for case in evidence.core if case.id == "defaults"), None)
    if not (changes and case and evidence.asker):
        return ()
    plain = probe(case, grads=case.grads[:10])
    asked = {
        change: [
            with_values(plain, {change.name: value}) for value in (change.value, defaults(evidence.topic)[change.name])
        ]
        for change in changes
    }
    answers = evidence.asker.ask([plain, *(case for both in asked.values() for case in both)])
    if plain.id not in answers:
        return ()

    def shows(change: Substitution) -> bool:
        own, ours = (answers.get(case.id) for case in asked[change])
        start = answers[plain.id].params
        return bool(own and ours and same(start, own.params) and not same(start, ours.params))

    return tuple(of_change(evidence.topic, change, alone=False) for change in changes if shows(change))
