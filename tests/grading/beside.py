"""Files of the exercises beside the rule, as somebody hands them in who has solved them, or has not."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from course.grading import exposing, mending, tickets
from course.grading.fresh import LETTERS
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.case import Case
    from course.grading.mistakes import Mistake
    from course.grading.tickets import Kind

TICKET = "abcde"


def some_tickets() -> Iterator[str]:
    """Tickets, one after the other: some tens of thousands."""
    return (f"{''.join(three)}aa" for three in itertools.product(LETTERS, repeat=3))


def ticket_of(topic: Topic, mistake: Mistake, kind: Kind) -> str:
    """Some ticket that stands for this mistake."""
    made = {"mend": mending, "expose": exposing}[kind].TICKETS
    return next(each for each in some_tickets() if made.mistake(topic, each) is mistake)


def described(case: Case, ticket: str) -> str:
    """A file that describes this case."""
    inner = {f"inner.{name}": value for name, value in case.hyperparameters.get("inner", {}).items() if name != "rule"}
    told = inner | {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in case.hyperparameters.items()
        if name != "inner"
    }
    gradients = [step[0].tolist() for step in case.grads]
    lines = [tickets.line(ticket), f"hyperparameters = {told}", f"param = {case.params[0].tolist()}"]
    return "\n".join([*lines, f"gradients = {gradients}", ""])


def begun(stem: str, kind: Kind) -> str:
    """The file as it is handed out."""
    issued = mending.issued if kind == "mend" else exposing.issued
    return issued(Topic.load(stem), TICKET, "en")


def solved(stem: str, kind: Kind) -> str:
    """The file as it should be handed in."""
    topic = Topic.load(stem)
    if kind == "mend":
        return f"{tickets.line(TICKET)}\n{mending.code(topic)}"
    case = exposing.exposing_case(topic, exposing.TICKETS.mistake(topic, TICKET))
    assert case is not None
    return described(case, TICKET)
