"""The second run: what a file does there costs a finding and never a verdict, nor more time than is left."""

from __future__ import annotations

import functools
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from course.grading import case_set, judge, sandbox, wire
from course.grading.findings.asking import SECONDS, Asker, probe, with_values
from course.grading.findings.fitting import defaults
from course.grading.findings.questions import first_steps, varied
from course.grading.verdict import Verdict
from course.text import CourseError, Text
from course.topic import Topic
from tests.grading import trial
from tests.grading.findings.files import sgd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case

UNKNOWN = "param - self.lr * np.tanh(grad + self.weight_decay * param)"
"""A step that no known mistake makes."""

ASKED = """
import os, sys, time
import numpy as np
class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        if (self.lr, self.weight_decay) in {questions}:
            {there}
    def update(self, param, grad, state):
        return param - self.lr * np.tanh(grad + self.weight_decay * param), state
"""
"""A file that does something in questions alone: there one hyperparameter is other than in any case."""

ODD = {
    "raises": "raise ValueError(self)",
    "exits": "sys.exit(3)",
    "dies": "os._exit(3)",
    "kills itself": "os.abort()",
    "never ends": "\n            while True: pass",
    "sleeps": "time.sleep(60)",
    "prints": "print('x' * 9_000_000)",
    "writes into the answers": "[os.write(number, b'{}\\n') for number in (1, 3, 4, 5)]",
    "uses up the memory": "np.ones(10**10)",
    "changes numpy": "np.tanh = lambda x: x * np.nan",
}


UNSEEN = {"prints"}
"""Of these the answers show nothing: what a file prints never gets into them."""


@functools.cache
def questions() -> tuple[tuple[float, float], ...]:
    """The `lr` and `weight_decay` of the questions in which one of them is varied."""
    topic = Topic.load("sgd")
    found = varied(topic, first_steps(case_set.visible(topic))).values()
    asked = tuple((case.hyperparameters["lr"], case.hyperparameters["weight_decay"]) for case, _, _ in found)
    given = [
        (case.hyperparameters.get("lr"), case.hyperparameters.get("weight_decay")) for case in case_set.visible(topic)
    ]
    assert len(asked) == 2
    assert not {*asked} & {*given}
    return asked


def answered(there: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Verdict, dict[str, list[bytes]]]:
    """The verdict on such a file, and its answers to those questions by their numbers."""
    ask = Asker.ask
    found: dict[str, list[bytes]] = {}

    def kept(self: Asker, cases: Sequence[Case], names: Sequence[str] = (), **how: Any) -> Any:
        answers = ask(self, cases, names, **how)
        for case in cases:
            numbers = (case.hyperparameters.get("lr"), case.hyperparameters.get("weight_decay"))
            if numbers in questions():
                answer = answers.get(case.id)
                found[str(numbers)] = [path.tobytes() for path in answer.params] if answer else []
        return answers

    with monkeypatch.context() as patch:
        patch.setattr(Asker, "ask", kept)
        return trial.judged("sgd", ASKED.format(questions=questions(), there=there)), found


@pytest.mark.parametrize("there", ODD)
def test_what_a_file_does_when_it_is_asked_more_leaves_the_verdict_as_it_is(
    there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, answers = answered("pass", monkeypatch)
    assert {each.id for each in plain.findings} >= {"right-if-without", "not-linear-in-grad", "smallest-input"}
    assert len(answers) == 2
    assert all(answers.values())
    begun = time.monotonic()
    found, odd = answered(ODD[there], monkeypatch)
    assert time.monotonic() - begun < SECONDS + 15.0  # the second run has two seconds, a busy machine takes its own
    assert odd.keys() == answers.keys()
    assert (odd == answers) == (there in UNSEEN)  # else the odd thing was never done
    assert (found.status, found.score, found.cases) == (plain.status, plain.score, plain.cases)
    assert found.fingerprint == plain.fingerprint
    assert {each.kind for each in found.findings} <= {"edit", "property", "pattern", "smallest"}


def test_numbers_are_read_from_the_code_whatever_else_is_written_there() -> None:
    source = b"a = 0x10\nb = 2j\nc = 1_000  # 7\nd = '8'\ne = .5 + 1e-3 + .5\nf = 0b11\ng = 3"
    assert Asker(lambda *_: ({}, None), source=source).literals == (1000.0, 0.5, 1e-3, 3.0)
    assert Asker(lambda *_: ({}, None), source=b"a = 4\nb = (").literals == (4.0,)


ARGUMENTS = {
    "huge numbers": sgd(
        ", lr=10**400, weight_decay=0.0", "self.lr, self.weight_decay = min(lr, 1), weight_decay", UNKNOWN
    ),
    "no numbers": sgd(
        ", lr=float('nan'), weight_decay='0'", "self.lr, self.weight_decay = lr, float(weight_decay)", UNKNOWN
    ),
    "a signature that lies": sgd(new=UNKNOWN) + "SGD.__signature__ = 'none'\n",
    "attributes that raise": sgd(new=UNKNOWN) + "    def __getattr__(self, name):\n        raise SystemExit\n",
    "names that are no names": sgd(", **given", "self.lr, self.weight_decay = given.get('lr', 1e-3), 0.0", UNKNOWN)
    + "import inspect as i\nSGD.__signature__ = i.Signature([i.Parameter('x' * 4000, i.Parameter.KEYWORD_ONLY)])\n",
    "many arguments": sgd(", lr=1e-3, weight_decay=0.0, " + ", ".join(f"a{n}=0" for n in range(200)), new=UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("kind", ARGUMENTS)
def test_an_odd_class_is_asked_all_the_same(kind: str) -> None:
    found = trial.judged("sgd", ARGUMENTS[kind])
    assert found.status == "wrong"
    assert "not-linear-in-grad" in [each.id for each in found.findings]


def test_a_verdict_keeps_what_was_found(tmp_path: Any) -> None:
    verdict = trial.judged("sgd", sgd(", lr=0.5, weight_decay=0.0"))
    stored = json.loads(json.dumps(verdict.to_json("en")))
    assert stored["findings"] == [
        {"kind": "default", "id": "default-lr", "where": "lr", "text": verdict.findings[0].text.to_json()}
    ]
    assert Verdict.from_json(stored).findings == verdict.findings
    del stored["findings"]  # as it was stored before there were any
    assert Verdict.from_json(stored).findings == ()


def test_a_mistake_that_is_recognised_is_a_finding_too() -> None:
    verdict = trial.judged("sgd", sgd(new="param - self.lr * grad"))
    assert verdict.mistakes == ("decay-forgotten",)
    assert [(each.kind, each.id) for each in verdict.findings] == [("mistake", "decay-forgotten")]


def test_a_right_file_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: Any, **__: Any) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(Asker, "ask", no)
    assert trial.judged("sgd", sgd()).passed
    assert trial.judged("sgd", sgd(new="param - self.lr * grad")).mistakes == ("decay-forgotten",)


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        (sgd(", params, lr=1e-3, weight_decay=0.0"), [1]),  # never made: how the class takes things is asked, no more
        (sgd(", learning_rate=1e-3, weight_decay=0.0", "self.lr, self.weight_decay = learning_rate, 0.0"), [1]),
        (sgd(", lr, weight_decay=0.0"), [1]),  # made where `lr` is given
        (sgd(kept="raise ValueError(lr)"), []),
        (sgd(state="None + param"), []),
        (sgd(new="param - self.lr * (grad + None)"), []),  # a TypeError in the first step says nothing of the class
    ],
)
def test_a_class_is_asked_about_only_where_it_cannot_be_made(
    source: str, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Asker.ask
    found: list[int] = []

    def counted(self: Asker, cases: Sequence[Case], names: Sequence[str] = ()) -> Any:
        found.extend(case.steps for case in cases)
        return ask(self, cases, names)

    monkeypatch.setattr(Asker, "ask", counted)
    verdict = trial.judged("sgd", source)
    assert verdict.status == "error"
    assert found == asked
    assert bool(verdict.findings) == bool(asked)


def test_without_a_worker_the_verdict_is_made_without() -> None:
    def gone(*_: object) -> Any:
        raise CourseError(Text(en="no process", zh="没有进程"))

    asker = Asker(gone)
    case = case_set.visible(Topic.load("sgd"))[0]
    assert asker.ask([probe(case)]) == {}
    assert asker.ask([probe(case)]) == {}


def test_the_time_for_questions_is_one_for_all_of_them() -> None:
    given: list[float] = []

    def slow(_: bytes, __: Sequence[Case], seconds: float, *___: object) -> Any:
        given.append(seconds)
        time.sleep(0.05)
        return {}, None

    asker = Asker(slow, 0.1)
    for _ in range(4):
        asker.ask([probe(case_set.visible(Topic.load("sgd"))[0])])
    assert given[0] == 0.1
    assert given == sorted(given, reverse=True)
    assert len(given) in {1, 2}


def test_the_hidden_cases_have_no_part_in_the_time_for_questions() -> None:
    """However long a file takes in hidden cases, it is asked as much."""
    topic = Topic.load("sgd")
    cases = [*case_set.visible(topic)[:2], *case_set.hidden(topic, "seed")[:2]]
    left = []
    for long in (0.1, 100.0):

        def run(batch: Sequence[Case], _: sandbox.Limits, long: float = long) -> sandbox.Outcome:
            outcome = sandbox.Outcome(seconds=long if batch[0].hidden else 1.0)
            outcome.answers = dict.fromkeys(range(len(batch)), wire.Answer(0, (), {}, None))
            return outcome

        left.append(judge._run(run, topic, cases, sandbox.Limits(wall=10.0))[3])
    assert left == [SECONDS, SECONDS]


@pytest.mark.parametrize(
    "told",
    [
        b"", b"{}", b'{"class": 1}', b'{"class": {"arguments": 1, "values": {}}}',
        b'{"class": {"arguments": [["lr", "any", true]], "values": {}}}',
        b'{"class": {"arguments": [["lr", "either", 1]], "values": {}}}',
        b'{"class": {"arguments": [["l r", "either", true]], "values": {}}}',
        b'{"class": {"arguments": null, "values": {"lr": "1"}}}',
        b'{"class": {"arguments": null, "values": {"lr": 1e999}}}',
        b'{"class": {"arguments": null, "values": {"lr": NaN}}}',
        b'{"class": {"arguments": null, "values": {"lr": {}}}}',
        b'{"class": {"arguments": null, "values": {"lr": [1, 2, 3, 4, 5]}}}',
        b'{"class": {"arguments": [[]], "values": {}}}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_description_of_another_form_is_none(told: bytes) -> None:
    assert wire.described(b'{"ready": true}\n' + told + b"\n") is None


def test_a_description_is_read() -> None:
    line = (
        b'{"problem": null, "class": {"arguments": [["lr", "either", true]], "values": {"lr": 1, "betas": [0.9, 1]}}}'
    )
    found = wire.described(b'{"ready": true}\n' + line + b"\n")
    assert found == wire.Described((("lr", "either", True),), {"lr": 1, "betas": (0.9, 1)})


def test_a_question_with_another_value_gives_nothing_more() -> None:
    """Of a pair that the case does not give, the other element is the default."""
    topic = Topic.load("adam")
    case = next(case for case in case_set.visible(topic) if case.id == "defaults")
    known = defaults(topic)
    asked = with_values(case, {"betas[0]": 0.5, "lr": 0.1}, known, schedule={})
    assert asked.hyperparameters == {**case.hyperparameters, "betas": [0.5, known["betas"][1]], "lr": 0.1}
    assert asked.id != case.id
    again = with_values(asked, {"betas[1]": 0.25})
    assert again.hyperparameters["betas"] == [0.5, 0.25]
    assert asked.hyperparameters["betas"] == [0.5, known["betas"][1]]


def test_the_first_steps_of_a_case_have_their_changes_alone() -> None:
    case = next(case for case in case_set.visible(Topic.load("adam")) if case.schedule)
    last = max(case.schedule)
    assert case.until(last - 1).schedule == {step: told for step, told in case.schedule.items() if step < last}
    assert case.until(last).schedule == case.schedule
    assert case.until(last).grads == case.grads[:last]
