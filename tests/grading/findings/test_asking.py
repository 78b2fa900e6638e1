"""The second run: what a file does there costs a finding and never a verdict, nor more time than is left."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from course.grading import case_set, judge, sandbox, wire
from course.grading.findings.asking import SECONDS, Asker, probe
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

COUNTED = """
import os, sys, time
import numpy as np
calls = []
class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        calls.append(1)
        if len(calls) == 1 and not (lr == 0.14 and weight_decay == 0.22):
            pass
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        if self.lr == 0.07 or (self.lr == 0.14 and self.weight_decay == 0.11):
            {there}
    def update(self, param, grad, state):
        return param - self.lr * np.tanh(grad + self.weight_decay * param), state
"""
"""A file that does something in questions alone: there `lr` or `weight_decay` is half of what it is in any case."""

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


@pytest.mark.parametrize("there", ODD)
def test_what_a_file_does_when_it_is_asked_more_leaves_the_verdict_as_it_is(there: str) -> None:
    plain = trial.judged("sgd", COUNTED.format(there="pass"))
    assert [each.id for each in plain.findings] == ["not-linear-in-grad", "smallest-input"]
    begun = time.monotonic()
    found = trial.judged("sgd", COUNTED.format(there=ODD[there]))
    assert time.monotonic() - begun < SECONDS + 15.0  # the second run has two seconds, a busy machine takes its own
    assert (found.status, found.score, found.cases) == (plain.status, plain.score, plain.cases)
    assert found.fingerprint == plain.fingerprint
    assert {each.kind for each in found.findings} <= {"property", "pattern", "smallest"}


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


def test_without_a_worker_the_verdict_is_made_without() -> None:
    def gone(*_: object) -> Any:
        raise CourseError(Text(en="no process", zh="没有进程"))

    asker = Asker(gone)
    case = case_set.visible(Topic.load("sgd"))[0]
    assert asker.ask([probe(case)]) == {}
    assert asker.ask([probe(case)]) == {}


def test_the_time_for_questions_is_one_for_all_of_them() -> None:
    given: list[float] = []

    def slow(_: Sequence[Case], seconds: float, __: Sequence[str]) -> Any:
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
