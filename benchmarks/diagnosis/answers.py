"""What a system says of each rule, and its form as JSON, so that any system can be scored by the same measure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1


@dataclass(frozen=True)
class Answer:
    """What is said of one rule."""

    wrong: bool
    mistakes: tuple[str, ...] = ()
    """The ids of what is named, all of it said to be true."""
    alternatives: tuple[tuple[str, ...], ...] = ()
    """Where one of several is said to be true: each of them; nothing is in `mistakes` then."""
    findings: tuple[tuple[str, str], ...] = ()
    """What is told beside names: the id of each finding and what it is about, "" for the whole rule."""
    seconds: float | None = None
    proven: bool = False
    """Whether it was seen, while this was run, that the file is right without a piece of it that is told. No file of
    answers can say so."""

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "verdict": "wrong" if self.wrong else "right",
            "mistakes": list(self.mistakes),
            "alternatives": [list(each) for each in self.alternatives],
            "findings": [{"id": name, "where": where} for name, where in self.findings],
            **({} if self.seconds is None else {"seconds": round(self.seconds, 4)}),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Answer:
        """Read what `to_json` has made.

        Raises:
            KeyError, TypeError, ValueError: it is not such an object.

        """
        verdict = stored["verdict"]
        if verdict not in {"right", "wrong"}:
            raise ValueError(f"verdict {verdict!r}, not right or wrong")
        seconds = stored.get("seconds")
        return cls(
            wrong=verdict == "wrong",
            mistakes=tuple(map(str, stored.get("mistakes", ()))),
            alternatives=tuple(tuple(map(str, each)) for each in stored.get("alternatives", ())),
            findings=tuple((str(each["id"]), str(each.get("where", ""))) for each in stored.get("findings", ())),
            seconds=None if seconds is None else float(seconds),
        )


def read(file: Path) -> tuple[str, dict[str, Answer]]:
    """Read a file of answers.

    Args:
        file: JSON, as README.md describes it.

    Returns:
        The system's name, and its answers by the id of the rule.

    Raises:
        OSError, KeyError, TypeError, ValueError: it cannot be read, or is not in the format.

    """
    stored = json.loads(file.read_text("utf-8"))
    if stored["schema"] != SCHEMA:
        raise ValueError(f"schema {stored['schema']}, not {SCHEMA}")
    answers = {}
    for name, each in stored["answers"].items():
        try:
            answers[name] = Answer.from_json(each)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"{name}: {type(error).__name__}: {error}") from error
    return str(stored["system"]), answers


def write(system: str, answers: Mapping[str, Answer]) -> str:
    """Return the text of a file of answers.

    Args:
        system: its name.
        answers: by the id of the rule.

    Returns:
        JSON.

    """
    told = {name: answer.to_json() for name, answer in answers.items()}
    return json.dumps({"schema": SCHEMA, "system": system, "answers": told}, indent=1, ensure_ascii=False)
