"""A topic is a folder in `course/topics/`, read once; `syllabus.toml` there has the order of all."""

from __future__ import annotations

import difflib
import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course import workspace
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.text import Lang

ROOT = workspace.ROOT
"""The clone, for whoever builds it or tests it; nothing that runs elsewhere reads it."""

FOLDER = Path(__file__).with_name("topics")
"""One folder a topic or lesson, under its stem."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One optimizer: what is told, asked and graded. `Topic.load("adam")` gives it."""

    stem: str
    """The name of everything about the topic: its folder, `solutions/adam.py`, `lessons/en/adam.ipynb`, …"""
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

    @classmethod
    def load(cls, stem: str) -> Topic:
        """Return the topic of that stem; its folder is read once.

        Raises:
            CourseError: there is none; the sentence names the nearest.

        """
        for each in topics():
            if each.stem == stem:
                return each
        raise _unknown(stem)

    @property
    def folder(self) -> Path:
        """All that people write about the topic, but for its solution."""
        return FOLDER / self.stem

    @property
    def solution(self) -> Path:
        """The file that the skeleton is generated from."""
        return workspace.data("solutions") / f"{self.stem}.py"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: `course/topics/STEM/lesson.md`, on a topic or around the topics."""

    stem: str
    title: Text
    idea: Text
    topic: Topic | None
    """What its exercise is; None where there is nothing to write."""

    def notebook(self, lang: Lang) -> Path:
        """Return where its notebook lies in the workspace.

        Raises:
            CourseError: there is no workspace.

        """
        return workspace.here().notebook(self.stem, lang)


@functools.cache
def topics() -> tuple[Topic, ...]:
    """Return all topics, in teaching order."""
    return tuple(lesson.topic for lesson in lessons() if lesson.topic)


@functools.cache
def lessons() -> tuple[Lesson, ...]:
    """Return all lessons, in teaching order."""
    order = tomllib.loads((FOLDER / "syllabus.toml").read_text("utf-8"))["order"]
    return tuple(_lesson(stem, tomllib.loads((FOLDER / stem / "topic.toml").read_text("utf-8"))) for stem in order)


def _lesson(stem: str, told: dict[str, Any]) -> Lesson:
    title, idea = Text.from_json(told["title"]), Text.from_json(told["idea"])
    return Lesson(stem, title, idea, _topic(stem, told) if "class" in told else None)


def _topic(stem: str, told: dict[str, Any]) -> Topic:
    first, second, third = map(Text.from_json, told["hints"])
    return Topic(
        stem=stem,
        class_name=told["class"],
        title=Text.from_json(told["title"]),
        idea=Text.from_json(told["idea"]),
        summary=Text.from_json(told["summary"]),
        reference=told["reference"],
        formula=told["formula"].strip(),
        points=float(told["points"]),
        stretch_points=float(told["stretch_points"]),
        state=tuple(told["state"]),
        hints=(first, second, third),
        question=Text.from_json(told["question"]),
        rubric=Text.from_json(told["rubric"]),
    )


def _unknown(stem: str) -> CourseError:
    stems = [each.stem for each in topics()]
    near = difflib.get_close_matches(stem.lower(), stems, n=1, cutoff=0.5)
    listed = " ".join(stems)
    if near:
        return CourseError(
            Text(
                en=f"There is no topic {stem!r}. Did you mean {near[0]!r}? Topics: {listed}",
                zh=f"没有名为 {stem!r} 的主题，您是不是想写 {near[0]!r}？全部主题：{listed}",
            )
        )
    return CourseError(
        Text(
            en=f"There is no topic {stem!r}. Topics: {listed}",
            zh=f"没有名为 {stem!r} 的主题。全部主题：{listed}",
        )
    )
