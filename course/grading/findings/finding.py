"""One true thing about a file that no entry of the catalogue says: plain data, stored and sent with the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from course.grading.said import Said
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.mistakes import Explanation

Kind = Literal["mistake", "default", "signature", "hyperparameter", "property", "part", "pattern", "edit", "smallest"]


@dataclass(frozen=True)
class Finding:
    """One true thing about a file, shown by something that anybody can repeat.

    Args:
        kind: what it is about: a mistake of the catalogue, a default, the signature of the class, a hyperparameter, a
            property that every right rule has, a part of the rule, where the rule is right, an edit that makes the
            file right, or the smallest input on which it is wrong.
        id: stable, in kebab case, such as "default-lr" or "ignores-eps".
        where: a hyperparameter, a parameter, a state entry, a line, or the id of a case; "" for the whole rule.
        text: one or two sentences.
        claim: plain values from which a test recomputes what the sentence says; not stored.

    """

    kind: Kind
    id: str
    where: str
    text: Text
    claim: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def said(self, number: int = 0) -> Said:
        """Return the sentence as the message tells it.

        Args:
            number: in a list of several; 0 outside of one.

        Returns:
            The sentence and its claim.

        """
        text = Text(en="{number}. {text}", zh="{number}. {text}").format(number=number, text=self.text)
        numbered = {"number": number} if number else {}
        claim = {"finding": self.kind, "id": self.id, "where": self.where, **numbered, **self.claim}
        return Said("finding", text if number else self.text, claim)

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored and printed."""
        return {"kind": self.kind, "id": self.id, "where": self.where, "text": self.text.to_json()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Finding:
        """Read what `to_json` has made."""
        return cls(stored["kind"], str(stored["id"]), str(stored["where"]), Text.from_json(stored["text"]))


@dataclass(frozen=True)
class Findings:
    """What was found out about a file beyond what the catalogue recognised by itself."""

    found: Sequence[Finding] = ()
    """In the order in which they are told."""
    fit: Explanation = ()
    """Mistakes of the catalogue that are made besides."""
    whole: bool = False
    """Whether that is all that is wrong. A right rule with exactly these changes and mistakes takes the learner's path
    on every visible core case, to the last step; then nothing else is told."""
