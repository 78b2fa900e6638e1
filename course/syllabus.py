"""The ten topics and the lessons around them, read from `syllabus.toml`: order, names, points, hints, questions."""

from __future__ import annotations

import difflib
import functools
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.text import Lang

ROOT = Path(__file__).resolve().parents[1]
"""The checkout: lessons and solutions stand beside the package."""

LEARNER = Path(os.environ.get("COURSE_LEARNER") or Path(__file__).parent / "optim").resolve()
"""The learner's room: one skeleton a topic. `COURSE_LEARNER` points elsewhere, as a test does to solve everything."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the syllabus."""

    stem: str
    """The name of everything about the topic: `solutions/adam.py`, `lessons/adam.md`, …"""
    class_name: str
    """What the learner's file must define."""
    title: Text
    idea: Text
    """What is new about the rule, in a few words."""
    summary: Text
    """What the rule does, in one or two sentences; the worksheet opens with it."""
    reference: str
    """The optimizer it is graded against, for instance `torch.optim.Adam`."""
    formula: str
    """The update, in LaTeX without dollar signs."""
    points: float
    stretch_points: float
    state: tuple[str, ...]
    """torch's names of the state entries that are compared when a learner uses them."""
    hints: tuple[Text, Text, Text]
    """From a nudge to nearly the answer."""
    question: Text
    """Answered in writing on the worksheet, graded by hand."""
    rubric: Text
    """What a good answer to the question says, for the instructor alone."""

    @property
    def solution(self) -> Path:
        """The file that the skeleton is generated from."""
        return ROOT / "solutions" / f"{self.stem}.py"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: `lessons/STEM.md`, on a topic or around the topics."""

    stem: str
    title: Text
    idea: Text
    topic: Topic | None
    """What its exercise is; None where there is nothing to write."""

    def notebook(self, lang: Lang) -> Path:
        """Where its notebook lies once it is written and built."""
        return ROOT / "lessons" / lang / f"{self.stem}.ipynb"


def _text(entry: dict[str, Any]) -> Text:
    return Text.from_json(entry)


@functools.cache
def _entries() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "syllabus.toml").read_text("utf-8"))


@functools.cache
def topics() -> tuple[Topic, ...]:
    """All topics, in teaching order."""
    return tuple(
        Topic(
            stem=entry["stem"],
            class_name=entry["class"],
            title=_text(entry["title"]),
            idea=_text(entry["idea"]),
            summary=_text(entry["summary"]),
            reference=entry["reference"],
            formula=entry["formula"].strip(),
            points=float(entry["points"]),
            stretch_points=float(entry["stretch_points"]),
            state=tuple(entry["state"]),
            hints=(_text(entry["hints"][0]), _text(entry["hints"][1]), _text(entry["hints"][2])),
            question=_text(entry["question"]),
            rubric=_text(entry["rubric"]),
        )
        for entry in _entries()["topic"]
    )


@functools.cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons, in teaching order: those that open the course, one a topic, and the one that closes it."""
    opening, closing = (
        tuple(Lesson(each["stem"], _text(each["title"]), _text(each["idea"]), None) for each in _entries()[place])
        for place in ("opening", "closing")
    )
    return (*opening, *(Lesson(each.stem, each.title, each.idea, each) for each in topics()), *closing)


def topic(stem: str) -> Topic:
    """The topic of that stem.

    Raises:
        CourseError: there is none; the sentence names the nearest.

    """
    known = {each.stem: each for each in topics()}
    if stem in known:
        return known[stem]
    near = difflib.get_close_matches(stem.lower(), known, n=1, cutoff=0.5)
    all_stems = " ".join(known)
    if near:
        raise CourseError(
            Text(
                en=f"There is no topic {stem!r}. Did you mean {near[0]!r}? Topics: {all_stems}",
                zh=f"没有名为 {stem!r} 的主题，您是不是想写 {near[0]!r}？全部主题：{all_stems}",
            )
        )
    raise CourseError(
        Text(
            en=f"There is no topic {stem!r}. Topics: {all_stems}",
            zh=f"没有名为 {stem!r} 的主题。全部主题：{all_stems}",
        )
    )
