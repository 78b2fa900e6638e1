"""A topic is a folder in `course/topics/`, read once; `syllabus.toml` there has the order of all."""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from course.system import toml, workspace
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.text import Lang

FOLDER = Path(__file__).with_name("topics")
"""One folder a topic or lesson, under its stem."""


Kind = Literal["rule", "tuner"]
Entry = Literal["number", "array"]


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """One exercise: what is told, asked and graded. `Topic.load("adam")` gives it, always the same object."""

    kind: Kind
    """What the learner writes, which decides how it is graded (`course.grading.kinds`)."""
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
    """The optimizer that an update rule is graded against, for instance `torch.optim.Adam`; "" for any other kind."""
    formula: Text
    """The update, in LaTeX without dollar signs; only words in it differ between the languages."""
    points: float
    stretch_points: float
    hints: tuple[Text, Text, Text]
    """From a nudge to nearly the answer."""
    question: Text
    """Answered in writing on the worksheet, graded by hand."""
    rubric: Text
    """What a good answer to the question says, for the instructor alone."""
    inner: str | None
    """The topic whose rule it wraps in pictures and cases; None for a rule that stands alone."""
    state: dict[str, Entry]
    """torch's names of the state entries that are compared when a learner uses them, and what each of them is."""
    torch: dict[str, Any]
    """What is passed to the reference besides a case's own hyperparameters, which win over it."""
    cases: dict[str, Any]
    """What the recipes in `course.grading.case_set` are made with."""
    sliders: dict[str, Any]
    """The learning rate on the maps, and the sliders that are other than usual, by hyperparameter."""
    choosing: dict[str, Any]
    """What the closing lesson varies beside the learning rate; empty where it is no optimizer to choose."""
    nudges: dict[str, Text]
    """Where to look for a case that exposes a mistake, by its place: for places that this topic has for itself."""
    phases: dict[str, tuple[str, Text]]
    """By name, a test of the solution's, as it is written there, and in words when it holds: for what sets in at a step
    that no hyperparameter gives by itself."""
    quantities: dict[str, tuple[str, Text]]
    """By name, what the solution computes on its way, as an expression in what its `update` holds, and in words: for
    what a wrong rule may cut off, drop or end somewhere."""

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
    names: tuple[str, ...] = ()
    """People and programs that its cells name, in both languages alike."""

    def notebook(self, lang: Lang) -> Path:
        """Return where its notebook lies in the workspace.

        Raises:
            CourseError: there is no workspace.

        """
        return workspace.here().notebook(self.stem, lang)


@functools.cache
def topics(kind: Kind | None = None) -> tuple[Topic, ...]:
    """Return all topics, in teaching order, or those of one kind."""
    return tuple(lesson.topic for lesson in lessons() if lesson.topic and kind in {None, lesson.topic.kind})


@functools.cache
def lessons() -> tuple[Lesson, ...]:
    """Return all lessons, in teaching order."""
    with toml.opened(FOLDER / "syllabus.toml") as told:
        order: list[str] = told["order"]
    return tuple(map(_lesson, order))


def _lesson(stem: str) -> Lesson:
    with toml.opened(FOLDER / stem / "topic.toml") as told:
        title, idea = Text.from_json(told["title"]), Text.from_json(told["idea"])
        topic = _topic(stem, told) if "class" in told else None
        return Lesson(stem, title, idea, topic, tuple(told.get("names", ())))


def _topic(stem: str, told: dict[str, Any]) -> Topic:
    strange = sorted(told.keys() - KEYS) + sorted(f"cases.{key}" for key in told.get("cases", {}).keys() - CASES)
    if strange:
        listed = ", ".join(strange)
        raise _broken(stem, Text(en=f"nothing is called {listed}", zh=f"没有名为 {listed} 的键"))
    if not set(told.get("state", {}).values()) <= {"number", "array"}:
        raise ValueError("state")
    first, second, third = map(Text.from_json, told["hints"])
    kind = told.get("kind", "rule")
    if kind not in get_args(Kind):
        raise ValueError("kind")
    return Topic(
        kind=kind,
        stem=stem,
        class_name=told["class"],
        title=Text.from_json(told["title"]),
        idea=Text.from_json(told["idea"]),
        summary=Text.from_json(told["summary"]),
        reference=told["reference"] if kind == "rule" else "",
        formula=_formula(told["formula"]),
        points=float(told["points"]),
        stretch_points=float(told["stretch_points"]),
        hints=(first, second, third),
        question=Text.from_json(told["question"]),
        rubric=Text.from_json(told["rubric"]),
        inner=told.get("inner"),
        state=told.get("state", {}),
        torch=told.get("torch", {}),
        cases={"stretch": {}, **told.get("cases", {})},
        sliders=told.get("sliders", {}),
        choosing=told.get("choosing", {}),
        nudges={place: Text.from_json(each) for place, each in told.get("nudges", {}).items()},
        phases={name: (each["when"], Text.from_json(each)) for name, each in told.get("phases", {}).items()},
        quantities={name: (each["of"], Text.from_json(each)) for name, each in told.get("quantities", {}).items()},
    )


KEYS = frozenset({
    *("class", "title", "idea", "summary", "reference", "formula", "points", "stretch_points", "hints", "question"),
    *("kind", "rubric", "claims", "names", "inner", "state", "torch", "cases", "sliders", "choosing", "nudges"),
    *("phases", "quantities"),
})  # fmt: skip
"""What a topic's `topic.toml` may say."""

CASES = frozenset({
    *("values", "required", "edges", "edges_schedule", "magnitudes", "long_run", "stretch"),
    *("fades", "ends_at_zero", "fixed", "last_change", "never_zero"),
})  # fmt: skip
"""And what the table `cases` in it."""


def _broken(stem: str, what: Text) -> CourseError:
    return toml.broken(FOLDER / stem / "topic.toml", what)


def _formula(told: str | dict[str, str]) -> Text:
    """Return a formula in both languages; one without words is written once."""
    if isinstance(told, str):
        return Text(en=told.strip(), zh=told.strip())
    return Text(en=told["en"].strip(), zh=told["zh"].strip())


def _unknown(stem: str) -> CourseError:
    stems = [each.stem for each in topics()]
    near = difflib.get_close_matches(stem.lower(), stems, n=1, cutoff=0.5)
    listed = " ".join(stems)
    if near:
        return CourseError(
            Text(
                en=f"There is no topic {stem!r}. Did you mean {near[0]!r}? Topics: {listed}",
                zh=f"没有名为 {stem!r} 的主题，你是不是想写 {near[0]!r}？可用的主题有 {listed}",
            )
        )
    return CourseError(
        Text(
            en=f"There is no topic {stem!r}. Topics: {listed}",
            zh=f"没有名为 {stem!r} 的主题。可用的主题有 {listed}",
        )
    )
