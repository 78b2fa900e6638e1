"""What values a rule's core hyperparameters may have: read from the docstring of the solution."""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading.case_set import stretch_names
from course.grading.mistakes import catalogue
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOTH = re.compile(r"(\d+) ([≤<]) \S+ ([≤<]) (\d+)")
_LOW = re.compile(r"\S+ ([≥>]) (\d+)")


@dataclass(frozen=True)
class Range:
    """The values that one hyperparameter may have."""

    told: str
    """As the docstring has it, for instance "0 ≤ μ ≤ 1"."""
    low: float
    low_itself: bool
    high: float | None
    high_itself: bool
    whole: bool = False
    length: int | None = None
    """How many numbers it is, if it is a list."""

    def holds(self, value: Any) -> bool:
        """Return whether a value is of this kind and within the range."""
        if self.length is not None:
            one = dataclasses.replace(self, length=None)
            return isinstance(value, list) and len(value) == self.length and all(map(one.holds, value))
        if type(value) is not int and (type(value) is not float or self.whole):
            return False
        if value < self.low or (value == self.low and not self.low_itself):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_itself)


@functools.cache
def ranges(topic: Topic) -> dict[str, Range]:
    """Return what the core hyperparameters of a topic may be, by name; those of an inner rule begin with `inner.`.

    Raises:
        ValueError: the solution's docstring does not say it of one of them.

    """
    found: dict[str, Range] = {}
    told = dict(_told(topic))
    for field in dataclasses.fields(catalogue(topic).make(())):
        inner = topic.cases.get("required", {}).get(field.name)
        if inner is not None:
            own = ranges(Topic.load(inner["rule"]))
            found |= {f"{field.name}.{name}": own[name] for name in inner if name != "rule"}
        elif field.name not in stretch_names(topic):
            found[field.name] = _range(told.get(field.name, ""), field.default)
    return found


def _told(topic: Topic) -> Iterator[tuple[str, str]]:
    """Yield each hyperparameter and what the docstring says of it, in one line."""
    tree = ast.parse(topic.solution.read_text("utf-8"))
    rule = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == topic.class_name)
    passage = (ast.get_docstring(rule) or "").partition("Args:\n")[2].partition("\n\n")[0]
    for each in re.split(r"^    (?=\w)", passage, flags=re.MULTILINE)[1:]:
        name, _, said = each.partition(":")
        yield name, " ".join(said.split())


def _range(said: str, default: Any) -> Range:
    length = len(default) if isinstance(default, tuple) else None
    whole = type(default) is int
    if both := _BOTH.search(said):
        low, first, second, high = both.groups()
        return Range(both[0], float(low), first == "≤", float(high), second == "≤", whole, length)
    if one := _LOW.search(said):
        return Range(one[0], float(one[2]), one[1] == "≥", None, high_itself=False, whole=whole, length=length)
    raise ValueError(said)
