"""How update rules are graded: their steps against torch's, number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading import advice, compare, fresh, oracle, reasons, recipes
from course.grading.case import Case
from course.grading.facts import facts as said_of_path
from course.grading.mistakes import simulate
from course.grading.rows import Judgement
from course.grading.talk import Talk
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from course.grading.case import Trajectory
    from course.grading.wire import Answer
    from course.topic import Topic

TEXTS = texts(__file__)

ADVICE = advice.ARRAYS
NOUN = Text(en="rule", zh="更新规则")
ASKS, SHOWN, WITHOUT_TORCH = TEXTS["asks"], TEXTS["shown"], TEXTS["without-torch"]
ASKED = BESIDE = PLOTTED = True
CORE, TELLING = recipes.CORE, recipes.TELLING

talk = Talk
answer = oracle.trajectory
trajectory = fresh.trajectory
path = simulate.taken
right = reasons.passed
facts = said_of_path


def case(*, name: str, title: Text, body: Mapping[str, Any], stretch: bool = False) -> Case:
    """Make a case; see `course.grading.kinds.Treatment`."""
    return Case(id=name, title=title.format(steps=len(body["grads"])), stretch=stretch, **body)


def hold(topic: Topic, case: Case, answer: Answer, expected: Trajectory, own: Collection[str] = ()) -> Judgement:
    """Compare one trajectory with its reference; see `course.grading.kinds.Treatment`."""
    state = {name: columns for name, columns in answer.state.items() if name not in own}
    difference = compare.first_difference(case, expected, answer.params, state)
    if answer.problem:
        problem = reasons.of_problem(answer.problem, topic)
        # What went wrong before the file stopped is the earlier clue, but the reason is that it stopped.
        return Judgement(problem.status, problem.text, difference, stopped=True)
    if difference:
        return Judgement("wrong", reasons.of_difference(difference, case), difference)
    return Judgement("passed")
