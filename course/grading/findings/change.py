"""One thing about a hyperparameter that is other than in the right rule, as a change of the case that it is given.

A rule whose default is another one is the right rule, given that one where nothing is given; one that computes with a
constant is the right rule, always given the constant. So a change is made in the case, and goes with any mistake of the
catalogue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.grading.case import Case

How = Literal["default", "constant", "start", "once", "times", "one-minus", "square", "root"]

OF_VALUE: dict[str, Callable[[Any], Any]] = {
    "one-minus": lambda given: 1 - given,
    "square": lambda given: given * given,
    "root": lambda given: given**0.5,
}
"""By how, what the rule computes with instead of what it is given."""


@dataclass(frozen=True)
class Substitution:
    """One hyperparameter, or one element of it such as `betas[1]`, and what is computed with in its place."""

    how: How
    name: str
    value: Any = None
    """The default, the constant or the factor; None for the others. What stands at the start, a schedule may change."""

    @property
    def base(self) -> str:
        """The name of the hyperparameter."""
        return split(self.name)[0]

    def applied(self, case: Case, defaults: Mapping[str, Any]) -> Case:
        """Return the case that the right rule is given instead.

        Args:
            case: what the learner's rule was given.
            defaults: of the right rule, by name.

        Returns:
            Another case with the same parameters and gradients.

        """
        given, base = dict(case.hyperparameters), self.base
        if self.how == "default":
            return case if base in given else replace(case, hyperparameters={**given, base: self.value})
        if self.how == "once":
            return replace(case, schedule={step: without(changes, base) for step, changes in case.schedule.items()})
        given.setdefault(base, defaults[base])
        if self.how == "start":
            return replace(case, hyperparameters=put(given, self.name, self.value))
        schedule = {
            step: put(changes, self.name, self._instead(pick(changes, self.name))) if base in changes else changes
            for step, changes in case.schedule.items()
        }
        given = put(given, self.name, self._instead(pick(given, self.name)))
        return replace(case, hyperparameters=given, schedule=schedule)

    def _instead(self, given: Any) -> Any:
        if self.how == "constant":
            return self.value
        return self.value * given if self.how == "times" else OF_VALUE[self.how](given)


def changed(case: Case, changes: Sequence[Substitution], defaults: Mapping[str, Any]) -> Case:
    """Make several changes in a case, those of defaults first.

    Args:
        case: what the learner's rule was given.
        changes: what is other than in the right rule.
        defaults: of the right rule, by name.

    Returns:
        What the right rule is given instead.

    """
    for change in sorted(changes, key=lambda each: each.how != "default"):
        case = change.applied(case, defaults)
    return case


def without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the same values without one of them.

    Args:
        values: by name.
        name: of the one that is left out.

    Returns:
        The others.

    """
    return {each: value for each, value in values.items() if each != name}


def split(name: str) -> tuple[str, int | None]:
    """Take `betas[1]` apart into its name and its index, None for a hyperparameter that is one number."""
    found = re.fullmatch(r"(\w+)\[(\d)\]", name)
    return (found[1], int(found[2])) if found else (name, None)


def pick(values: Mapping[str, Any], name: str) -> Any:
    """Return a hyperparameter, or one element of it.

    Args:
        values: by the names of whole hyperparameters.
        name: such as `eps` or `betas[1]`.

    Returns:
        Its value.

    """
    base, element = split(name)
    return values[base] if element is None else values[base][element]


def put(values: Mapping[str, Any], name: str, new: Any) -> dict[str, Any]:
    """Return the same values with another one for a hyperparameter, or for one element of it.

    Args:
        values: by the names of whole hyperparameters.
        name: such as `eps` or `betas[1]`.
        new: the value.

    Returns:
        The values; those that were given stay as they were.

    """
    base, element = split(name)
    if element is None:
        return {**values, base: new}
    several = list(values[base])
    several[element] = new
    return {**values, base: tuple(several)}
