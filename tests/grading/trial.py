"""Runs a rule on cases in this process, with the worker's and the judge's own pieces: for tables of hundreds of rules.

That a rule fares the same through a real worker is tested by samples; a process for each would take minutes.
"""

from __future__ import annotations

import functools
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set, judge, kinds, sandbox, stored, telling, wire
from course.grading.tuner.case import TunerCase
from course.grading.tuner.talk import Searching
from course.grading.worker import __main__ as process
from course.grading.worker import engine
from course.grading.worker.search import searcher
from course.rule import load
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from course.grading.case import Case, Trajectory
    from course.grading.rows import Judgement
    from course.grading.verdict import Verdict
    from course.grading.wire import Answer


@functools.cache
def _visible(stem: str) -> dict[str, Trajectory]:
    return stored.read(Topic.load(stem), case_set.visible(Topic.load(stem)))


@functools.cache
def expected(stem: str, seed: str | None, case_id: str) -> tuple[Case, Trajectory]:
    """A case and its reference: stored for the visible ones, torch's own for those of a seed."""
    known = case_set.visible(Topic.load(stem)) if seed is None else case_set.hidden(Topic.load(stem), seed)
    case = next(case for case in known if case.id == case_id)
    return case, _visible(stem)[case_id] if seed is None else kinds.of(Topic.load(stem)).answer(Topic.load(stem), case)


def judgements(stem: str, source: str, ids: Iterable[str], seed: str | None = None) -> dict[str, Judgement]:
    """What the judge says of each of these cases.

    Args:
        stem: the topic.
        source: the text of the file.
        ids: the cases to run.
        seed: whose hidden cases they are; None for visible ones.

    """
    with tempfile.TemporaryDirectory() as folder, np.errstate(all="ignore"):
        file = Path(folder) / f"{stem}.py"
        file.write_text(source, "utf-8")
        rule_class = load(file, Topic.load(stem).class_name)
        return {name: judgement(stem, rule_class, file, *expected(stem, seed, name)) for name in ids}


def judgement(stem: str, rule_class: Any, file: Path, case: Case, reference: Trajectory) -> Judgement:
    """What the judge says of a class on one case."""
    return kinds.of(Topic.load(stem)).hold(Topic.load(stem), case, answer(stem, rule_class, case, file), reference)


def answer(stem: str, rule_class: Any, case: Case, file: Path | None = None) -> Answer:
    """What the worker answers for a class on one case, through its own pieces and over the wire."""
    if isinstance(case, TunerCase):
        return _searched(rule_class, case, file)
    request = {
        "file": file,
        "hyperparameters": case.hyperparameters,
        "params": [np.array(param) for param in case.params],
        "grads": [np.stack(column) for column in zip(*case.grads, strict=True)],
        "steps": case.steps,
        "schedule": {str(step): changes for step, changes in case.schedule.items()},
        "record_state": case.record_state,
    }
    head, blocks = engine.engine()(rule_class, request, dict(Topic.load(stem).state))
    sent = io.BytesIO()
    process.answer(sent, {"ready": True}, [])
    process.answer(sent, {"problem": None}, [])
    process.answer(sent, {"case": 0, **head}, blocks)
    problem, answers, sense = wire.take_in(sent.getvalue(), [case], Topic.load(stem).state)
    assert sense
    assert problem is None
    return answers[0]


class Line:
    """Both ends of the conversation about a tuner: what the worker writes is heard at once."""

    def __init__(self, case: TunerCase) -> None:
        self.talk, self.said = Searching([case], {}), bytearray()

    def write(self, said: bytes) -> None:
        self.said += said

    def flush(self) -> None:
        self.talk.hear(self.said)

    def read(self, _size: int) -> bytes:
        return self.talk.reply()


def _searched(tuner_class: Any, case: TunerCase, file: Path | None) -> Answer:
    """The same for a tuner."""
    line: Any = Line(case)
    process.answer(line, {"ready": True}, [])
    process.answer(line, {"problem": None}, [])
    told = {"file": file, "hyperparameters": case.hyperparameters, "budget": case.budget}
    head, blocks = searcher(line, line)(tuner_class, told, {})
    process.answer(line, {"case": 0, **head}, blocks)
    problem, answers, sense = line.talk.take_in(b"")
    assert sense
    assert problem is None
    return answers[0]  # type: ignore[no-any-return]


def status(stem: str, found: Mapping[str, Judgement]) -> str:
    """The status of a file of which these core cases say this."""
    return telling.overall([expected(stem, None, name)[0] for name in found], found)


def core(stem: str) -> list[str]:
    """The ids of the core cases."""
    return [case.id for case in case_set.visible(Topic.load(stem)) if not case.stretch]


def judged(stem: str, source: str | bytes, seed: str | None = None, limits: sandbox.Limits | None = None) -> Verdict:
    """The verdict of the real judge, through a real worker."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{stem}.py"
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
        return judge.judge(Topic.load(stem), Path(folder), seed=seed, limits=limits)
