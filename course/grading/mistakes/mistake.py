"""What the catalogue says of one wrong turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from course.text import Text

if TYPE_CHECKING:
    from course.grading.mistakes.edit import Edit

Section = Literal["picture", "formula", "by-hand", "your-turn", "one-name"]

SECTIONS: dict[Section, Text] = {
    "picture": Text(en="1. The picture", zh="1. 直观图景"),
    "formula": Text(en="From ", zh="从"),
    "by-hand": Text(en="A step by hand", zh="手算几步"),
    "your-turn": Text(en="3. Your turn", zh="3. "),
    "one-name": Text(en="7. One name, several rules", zh="7. 同一个名字，几种规则"),
}
"""How the headings of every lesson begin to which a mistake may send its reader back."""


@dataclass(frozen=True)
class Mistake:
    """One wrong turn: what it changes in the solution, and what to say to whoever took it."""

    id: str
    place: str
    """Where in the rule it is made; of one place's mistakes at most one can be made at a time, so pairs have two."""
    title: Text
    """A few words, no full stop: what was done."""
    explanation: Text
    """What that does to the path and what to look at; never the line to write."""
    section: Section = "formula"
    """What to reread in the topic's lesson."""
    option: str = ""
    """The stretch option that it concerns; "" for a mistake in the core."""
    hides: tuple[str, ...] = ()
    """Places, or ids, that it leaves nothing of to be mistaken about: no pair is made with those. "*" is all of them,
    for a path that is NaN from the first step on."""
    edits: tuple[Edit, ...] = ()
    """What it changes in the solution."""
    wrap: str = ""
    """What it does around the rule, see `around.py`; "" for nothing."""
    of: str = ""
    """The hyperparameter to which it does that."""
    value: float | None = None
    """The number with which it does that, where it takes one."""

    def beside(self, other: Mistake) -> bool:
        """Return whether both can be made in one rule, and both be seen."""
        both = ((self, other), (other, self))
        hidden = any(not {"*", two.place, two.id}.isdisjoint(one.hides) for one, two in both)
        return self.place != other.place and not hidden
