"""What the judge says of one file: plain data, stored and sent as JSON, rendered elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from course.grading.findings.finding import Finding
from course.text import Lang, Text, language

if TYPE_CHECKING:
    from course.grading.said import Said

Status = Literal["passed", "wrong", "not-implemented", "error", "timeout", "limit", "rejected"]
SCHEMA = 1


def _number(value: float) -> float | str:
    """Write NaN and infinity as words: JSON has neither."""
    return value if math.isfinite(value) else str(value)


@dataclass(frozen=True)
class Difference:
    """The first place where a trajectory leaves the reference.

    `quantity` is "param" or the name of a state entry; `index` is the element within the parameter, () for 0-d.
    """

    case: str
    step: int
    parameter: int
    quantity: str
    expected: float
    got: float
    index: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "case": self.case,
            "step": self.step,
            "parameter": self.parameter,
            "quantity": self.quantity,
            "expected": _number(self.expected),
            "got": _number(self.got),
            "index": list(self.index),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Difference:
        """Read what `to_json` has made."""
        return cls(
            case=str(stored["case"]),
            step=int(stored["step"]),
            parameter=int(stored["parameter"]),
            quantity=str(stored["quantity"]),
            expected=float(stored["expected"]),
            got=float(stored["got"]),
            index=tuple(int(i) for i in stored["index"]),
        )


@dataclass(frozen=True)
class Paths:
    """One element of one parameter over the steps, as the reference and as the learner's rule move it: for the plot.

    `mistake` is how the mistake that was named moves it, run from the catalogue; empty if none was.
    """

    label: str
    expected: tuple[float, ...]
    got: tuple[float, ...]
    mistake: tuple[float, ...] = ()
    title: Text | None = None
    """Of the case."""
    every: int = 1
    """How many steps lie between two numbers."""

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "label": self.label,
            "title": self.title.to_json() if self.title else None,
            "every": self.every,
            "expected": [_number(value) for value in self.expected],
            "got": [_number(value) for value in self.got],
            "mistake": [_number(value) for value in self.mistake],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Paths:
        """Read what `to_json` has made."""
        title = stored.get("title")
        return cls(
            label=str(stored["label"]),
            expected=tuple(map(float, stored["expected"])),
            got=tuple(map(float, stored["got"])),
            mistake=tuple(map(float, stored.get("mistake", ()))),
            title=Text.from_json(title) if title else None,
            every=int(stored.get("every", 1)),
        )


@dataclass(frozen=True)
class Quote:
    """A line of the learner's own file, of which the message speaks."""

    line: int
    """Counted from 1."""
    source: str
    """The statement that begins there, as it is in the file; a few lines at most."""


@dataclass(frozen=True)
class CaseResult:
    """One case: whether it passed, what it is worth, and if it failed, why."""

    id: str
    title: Text
    passed: bool
    points: float
    max_points: float
    stretch: bool = False
    reason: Text | None = None
    fresh: str = ""
    """The seed of a fresh case, which is worth nothing and takes its twin's points with it."""

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """Return the form in which it is stored; `reason` is in the reader's language, `explanation` in both."""
        stored: dict[str, Any] = {
            "id": self.id,
            "passed": self.passed,
            "points": self.points,
            "max_points": self.max_points,
            "reason": self.reason[lang] if self.reason else "",
            "title": self.title.to_json(),
        }
        if self.reason:
            stored["explanation"] = self.reason.to_json()
        if self.stretch:
            stored["stretch"] = True
        if self.fresh:
            stored |= {"fresh": True, "seed": self.fresh}
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CaseResult:
        """Read what `to_json` has made."""
        return cls(
            id=str(stored["id"]),
            title=Text.from_json(stored["title"]),
            passed=bool(stored["passed"]),
            points=float(stored["points"]),
            max_points=float(stored["max_points"]),
            stretch=bool(stored.get("stretch", False)),
            reason=Text.from_json(stored["explanation"]) if "explanation" in stored else None,
            fresh=str(stored["seed"]) if stored.get("fresh") else "",
        )


@dataclass(frozen=True)
class Verdict:
    """The judge's answer for one topic.

    `score` and `max_score` count the core cases alone; the extra points of the stretch cases are in `stretch_score`
    and `stretch_max`. `passed` means that the core is right.
    """

    topic: str
    status: Status
    score: float
    max_score: float
    stretch_score: float
    stretch_max: float
    cases: tuple[CaseResult, ...]
    message: Text
    first_difference: Difference | None = None
    mistakes: tuple[str, ...] = ()
    """The ids of what was recognised: mistakes of the topic's catalogue, slips, mistakes in stretch options."""
    alternatives: tuple[tuple[str, ...], ...] = ()
    """Where several mistakes, or pairs, make the same path: each of them; none of them is among `mistakes` then."""
    findings: tuple[Finding, ...] = ()
    """All that was found out about a file that is wrong, the mistakes that were recognised first."""
    paths: Paths | None = None
    fingerprint: str = ""
    """Of the numbers on the public core cases, where they are wrong and no known mistake makes them; else empty."""
    printed: str = ""
    """The beginning of what the learner's file printed."""
    notes: tuple[Text, ...] = ()
    """What this platform could not do, such as a limit that it lacks."""
    details: int = 0
    """How many lines at the end of the message are the numbers behind the others."""
    quote: Quote | None = None
    """Where the mistake that was recognised is made, if that is beyond doubt."""
    said: tuple[Said, ...] = field(default=(), repr=False, compare=False)
    """What message and reasons are made of, each with its claim; it is not stored."""

    @property
    def passed(self) -> bool:
        """Whether the core is right."""
        return self.status == "passed"

    def to_json(self, lang: Lang | None = None) -> dict[str, Any]:
        """Return the object that `course check --json` prints."""
        stored = {
            "schema": SCHEMA,
            "topic": self.topic,
            "status": self.status,
            "score": self.score,
            "max_score": self.max_score,
            "stretch_score": self.stretch_score,
            "stretch_max": self.stretch_max,
            "cases": [case.to_json(lang or language()) for case in self.cases],
            "first_difference": self.first_difference.to_json() if self.first_difference else None,
            "mistakes": list(self.mistakes),
            "alternatives": [list(each) for each in self.alternatives],
            "findings": [each.to_json() for each in self.findings],
            "message": self.message.to_json(),
            "details": self.details,
            "paths": self.paths.to_json() if self.paths else None,
            "printed": self.printed,
            "notes": [note.to_json() for note in self.notes],
        }
        if self.quote:
            stored["quote"] = {"line": self.quote.line, "source": self.quote.source}
        return stored | ({"fingerprint": self.fingerprint} if self.fingerprint else {})

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Verdict:
        """Read what `to_json` has made.

        Raises:
            KeyError, TypeError, ValueError: it is not such an object, or one of another schema.

        """
        if stored["schema"] != SCHEMA:
            raise ValueError(f"a verdict of schema {stored['schema']}, not {SCHEMA}")
        quoted = stored.get("quote")
        return cls(
            topic=str(stored["topic"]),
            status=stored["status"],
            score=float(stored["score"]),
            max_score=float(stored["max_score"]),
            stretch_score=float(stored["stretch_score"]),
            stretch_max=float(stored["stretch_max"]),
            cases=tuple(CaseResult.from_json(case) for case in stored["cases"]),
            message=Text.from_json(stored["message"]),
            details=int(stored.get("details", 0)),
            first_difference=Difference.from_json(stored["first_difference"]) if stored["first_difference"] else None,
            mistakes=tuple(map(str, stored["mistakes"])),
            alternatives=tuple(tuple(map(str, each)) for each in stored.get("alternatives", ())),
            findings=tuple(Finding.from_json(each) for each in stored.get("findings", ())),
            paths=Paths.from_json(stored["paths"]) if stored["paths"] else None,
            fingerprint=str(stored.get("fingerprint", "")),
            printed=str(stored["printed"]),
            notes=tuple(Text.from_json(note) for note in stored["notes"]),
            quote=Quote(int(quoted["line"]), str(quoted["source"])) if quoted else None,
        )
