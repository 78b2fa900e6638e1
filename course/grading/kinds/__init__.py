"""What differs between the kinds of topics: update rules, held against torch, and tuners, held against the best rate.

A topic declares its kind in `topic.toml`. Whatever a judge does or says by it is in one module of this package;
`course.lab` and `course.authoring` ask for it where they make something of rules, or of tuners, alone.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from course.grading.advice import Advice
    from course.grading.case import Array, Case, Trajectory
    from course.grading.rows import Judgement
    from course.grading.said import Said
    from course.grading.talk import Talk
    from course.grading.verdict import CaseResult, Difference
    from course.grading.wire import Answer
    from course.text import Text
    from course.topic import Kind, Topic

    Recipe = tuple[str, int, Text, Callable[[Topic, Any], dict[str, Any]]]


class Treatment(Protocol):
    """How a kind of topic is graded; `course.grading.kinds.rule` and `course.grading.kinds.tuner` are such modules."""

    CORE: tuple[Recipe, ...]
    """The core cases: id, weight, title, recipe."""
    TELLING: tuple[Recipe, ...]
    """Those that fresh cases are drawn from."""
    NOUN: Text
    """What the learner writes, in a sentence of the judge's."""
    ASKS: Text
    """What it is to do, `{reference}` being what the topic is held against: the end of a sentence that asks for it."""
    SHOWN: Text
    """What a check shows of a file that is wrong, in a clause."""
    ADVICE: Sequence[Advice]
    """What to do about exceptions that such a file alone can raise."""
    WITHOUT_TORCH: Text
    """What to do instead of importing torch."""
    BESIDE: bool
    """Whether there are exercises beside it, made of its mistakes."""
    ASKED: bool
    """Whether a wrong file that no known mistake explains is asked more (`findings`)."""
    PLOTTED: bool
    """Whether a verdict shows a path beside the right one."""

    def case(self, *, name: str, title: Text, body: Mapping[str, Any], stretch: bool = False) -> Case:
        """Make a case.

        Args:
            name: its id.
            title: its title, in which `{steps}` is how many it has.
            body: what a recipe has drawn.
            stretch: whether it is about a stretch option.

        Returns:
            The case.

        """

    def talk(self, cases: Sequence[Case], state: Mapping[str, str]) -> Talk:
        """Begin a conversation with a worker.

        Args:
            cases: what to run, in this order.
            state: the state entries to bring back, and whether each is a number or an array.

        Returns:
            The conversation.

        """

    def hold(
        self, topic: Topic, case: Case, answer: Answer, expected: Trajectory, own: Collection[str] = ()
    ) -> Judgement:
        """Judge one answer.

        Args:
            topic: which exercise.
            case: what was run.
            answer: what came back.
            expected: what is stored of the case, or worked out.
            own: the state entries that hold something of the learner's own.

        Returns:
            The judgement.

        """

    def answer(self, topic: Topic, case: Case) -> Trajectory:
        """Make what is stored of a visible case.

        Args:
            topic: which exercise.
            case: the case.

        Returns:
            A trajectory.

        """

    def trajectory(self, rule_class: Any, case: Case, kinds: Mapping[str, str]) -> Trajectory:
        """Run the course's own solution on a case.

        Args:
            rule_class: the solution's class.
            case: the case.
            kinds: the state entries to record, and whether each is a number or an array.

        Returns:
            Its trajectory.

        """

    def path(self, rule: Any, case: Case) -> tuple[Array, ...]:
        """Return the path that a rule of ours takes.

        Args:
            rule: one of ours, new.
            case: what it is run on.

        Returns:
            By parameter, (steps, *shape).

        """

    def right(self, topic: Topic, results: Sequence[CaseResult]) -> Text:
        """Say that the core is right.

        Args:
            topic: which exercise.
            results: a row a case.

        Returns:
            The sentence.

        """

    def facts(
        self,
        case: Case,
        difference: Difference,
        expected: Trajectory,
        answer: Answer,
        answered: Iterable[tuple[Case, Answer]],
    ) -> tuple[Said, ...]:
        """Say what helps most about a case that no known mistake explains.

        Args:
            case: what was run.
            difference: the first difference in it.
            expected: what is stored of the case.
            answer: what came back.
            answered: every core case that was answered, with its answer.

        Returns:
            The sentences, the most telling first.

        """


def of(topic: Topic) -> Treatment:
    """Return how a topic is graded."""
    return _of(topic.kind)


@functools.cache
def _of(kind: Kind) -> Treatment:
    return cast("Treatment", importlib.import_module(f"{__name__}.{kind}"))
