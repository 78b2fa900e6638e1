"""Whatever a worker sends, the judge reads it without harm: no exception, and no pass but for the right numbers.

Honest answers of right and wrong rules are changed in every way that there is a function for, and go the whole way:
read, held against the references, diagnosed, rendered in both languages, stored.
"""

from __future__ import annotations

import functools
import json
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest

from course.grading import case_set, judge, problems, render, sandbox, verdict, wire
from course.grading.worker import engine
from course.text import LANGS
from course.topic import Topic
from tests.grading import trial
from tests.shares import shares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.grading.case import Case, Trajectory
    from course.grading.verdict import Verdict

IDS = ("two-parameters", "maximize")
SEED = "a class"
STREAMS = {"sgd": 1_080, "momentum": 180}
"""Streams a test, of which there are sixteen a topic: over 20,000 in all, of which one in so many is always tried. SGD
has the fewest mistakes that an answer is held against; momentum has a state."""

STEP = {"sgd": "grad", "momentum": "buf"}
LAST = {"sgd": "state", "momentum": '{"momentum_buffer": buf}'}
RULES = {
    "right": ("", ""),
    "in a list": ("return param - self.lr * {step}, {last}", "return [param - self.lr * {step}, {last}]"),
    "wrong": ("self.weight_decay * param", "0 * param"),
    "raises": (" param - self.lr", " params - self.lr"),
    "forgets the state": ("* {step}, {last}", "* {step}, None"),
    "changes its arguments": ("grad = grad + self", "grad += self"),
    "returns a list": ("return param - self.lr * {step}", "return (param - self.lr * {step}).tolist()"),
    "leaves the option out": ("if self.maximize:", "if False:"),
}
"""What of the solution is replaced, and by what."""


def source(stem: str, rule: str) -> str:
    """The text of the file."""
    solution = Topic.load(stem).solution.read_text("utf-8")
    old, new = (each.format(step=STEP[stem], last=LAST[stem]) for each in RULES[rule])
    assert old in solution
    return solution.replace(old, new)


@functools.cache
def asked(stem: str) -> tuple[Case, ...]:
    """Two visible cases and their hidden twins, one of each core, one of each stretch."""
    every = (*case_set.visible(Topic.load(stem)), *case_set.hidden(Topic.load(stem), SEED))
    return tuple(case for name in IDS for case in every if case.twin == name)


@functools.cache
def expected(stem: str) -> dict[str, Any]:
    """What is right, by case."""
    return {case.id: trial.expected(stem, SEED if case.hidden else None, case.id)[1] for case in asked(stem)}


Answers = list[tuple[dict[str, Any], bytes]]
"""What the worker says for each case: its line and its bytes."""


@functools.cache
def honest(stem: str, rule: str) -> tuple[Answers, Answers]:
    """What the worker answers for the visible and for the hidden cases."""
    file = Path(__file__).with_name(f"{rule}.py")
    names: dict[str, Any] = {}
    exec(compile(source(stem, rule), str(file), "exec"), names)  # noqa: S102 - our own
    run = engine.engine()
    batches: tuple[Answers, Answers] = ([], [])
    for case in asked(stem):
        request = {
            "file": file,
            "hyperparameters": case.hyperparameters,
            "params": [np.array(param) for param in case.params],
            "grads": [np.array(column) for column in case.columns],
            "steps": case.steps,
            "schedule": {str(step): changes for step, changes in case.schedule.items()},
            "record_state": case.record_state,
        }
        with np.errstate(all="ignore"):
            head, blocks = run(names[Topic.load(stem).class_name], request, dict(Topic.load(stem).state))
        batch: Answers = batches[case.hidden]
        batch.append(({"case": len(batch), **head, "bytes": sum(map(len, blocks))}, b"".join(blocks)))
    return batches


def stream(answers: Answers, loading: Any = None) -> bytes:
    """The answers as they are sent."""
    lines = [json.dumps({"ready": True, "bytes": 0}), json.dumps({"problem": loading, "bytes": 0})]
    sent = "".join(f"{line}\n" for line in lines).encode()
    return sent + b"".join(json.dumps(head).encode() + b"\n" + body for head, body in answers)


def judged(stem: str, sent: Sequence[bytes]) -> tuple[Verdict, dict[str, wire.Answer]]:
    """The verdict on what the two workers sent."""
    answered: dict[str, wire.Answer] = {}

    def run(left: Sequence[Case], _limits: object) -> sandbox.Outcome:
        outcome = sandbox.Outcome(seconds=1.0)
        outcome.problem, outcome.answers, sense = wire.take_in(sent[left[0].hidden], left, Topic.load(stem).state)
        outcome.end = "done" if sense and len(outcome.answers) == len(left) else "died" if sense else "nonsense"
        answered.update({left[i].id: answer for i, answer in outcome.answers.items()})
        return outcome

    answers, ends, *_ = judge._run(run, Topic.load(stem), asked(stem), sandbox.Limits())
    return judge.decide(Topic.load(stem), asked(stem), answers, ends, expected(stem)), answered


def is_right(answer: wire.Answer | None, case: Case, reference: Trajectory) -> bool:
    """Whether these are torch's numbers, and nothing else is wrong."""
    if answer is None or answer.problem or answer.steps != case.steps:
        return False
    pairs = zip(answer.params, reference.params, strict=True)
    return all(np.allclose(got, path, rtol=1e-8, atol=1e-12) for got, path in pairs)


def harmless(stem: str, sent: Sequence[bytes]) -> Verdict:
    """Judge, show and store; nothing passes without the right numbers."""
    found, answered = judged(stem, sent)
    assert found.status in get_args(verdict.Status)
    for lang in LANGS:
        shown = render.terminal(found, lang) + render.html(found, lang)
        assert not re.search(r"[\x00-\x08\x0b-\x1f]", shown)
        shown.encode()
    json.dumps(found.to_json("en"), allow_nan=False, ensure_ascii=False).encode()
    for case, row in zip(asked(stem), found.cases, strict=True):
        if row.passed or (found.passed and not case.stretch):
            assert is_right(answered.get(case.id), case, expected(stem)[case.id]), case.id
    return found


# What is done to an honest stream. Each takes the chance and the answers of one worker and gives the bytes.

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.0, 0.5, 2**31, 2**63, -(2**63), 10**400, 1e308, float("nan"), float("inf"), "", "x",
    "momentum_buffer", "exception", "shape", "\ud800", "\x1b[31m\r\n", "\u202e", "{0} {stem}", "<script>", "x" * 5000,
    [], [None], [[]], {}, {"kind": "exception"}, {"facts": 3}, [["NoneType", 1]], [2, "", "array", "<f8", [3]], "🙂",
)  # fmt: skip
FIELDS = ("kind", "type", "message", "source", "meant", "line", "facts", "what", "step", "parameter")
KINDS = (*problems.RUNNING, "no-class", "not-a-pair", "not-an-array", "shape", "dtype", "changed", "passed", "")


def deep(chance: random.Random) -> Any:
    """Lists or objects within one another."""
    made: Any = chance.choice(ODD)
    for _ in range(chance.choice((3, 30, 300))):
        made = [made] if chance.random() < 0.5 else {"kind": made}
    return made


def odd(chance: random.Random) -> Any:
    return deep(chance) if chance.random() < 0.1 else chance.choice(ODD)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in it something can be replaced."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def a_field(chance: random.Random, answers: Answers) -> bytes:
    """Another value somewhere in a line."""
    i = chance.randrange(len(answers))
    head, body = answers[i]
    path = chance.choice(places(head))
    made: Any = replaced(head, path, odd(chance))
    return stream([*answers[:i], (made, body), *answers[i + 1 :]])


def fields(chance: random.Random, answers: Answers) -> bytes:
    """Fields that are missing, or too many."""
    made = []
    for head, body in answers:
        changed = {name: value for name, value in head.items() if chance.random() > 0.1}
        if chance.random() < 0.3:
            changed[chance.choice(("passed", "status", *head))] = odd(chance)
        made.append((changed, body))
    return stream(made)


def twice(chance: random.Random, answers: Answers) -> bytes:
    """A key that stands there twice."""
    name = chance.choice([*answers[0][0], "kind"]).encode()
    new = json.dumps(chance.choice(ODD)).encode()
    return stream(answers).replace(b'{"case": ', b'{"' + name + b'": ' + new + b', "case": ', chance.choice((1, -1)))


def a_problem(chance: random.Random, answers: Answers) -> bytes:
    """A problem of another kind, with the fields of any."""
    names = [name for name in FIELDS if chance.random() < 0.6]
    told: Any = {name: odd(chance) for name in names} | {"kind": chance.choice(KINDS)}
    if chance.random() < 0.5:  # of the right form, but for one field perhaps
        told |= dict.fromkeys(problems.LONGEST, "x") | {"line": chance.choice((None, 1))}
        told["facts"] = chance.choice(([], ["momentum_buffer"], ["lr", "mu"], [3], 3, None, [[1]], "x"))
        told = {name: each for name, each in told.items() if name not in FIELDS[7:]}
    if chance.random() < 0.3:
        return stream(answers, told)
    i = chance.randrange(len(answers))
    head, body = answers[i]
    return stream([*answers[:i], (head | {"problem": told}, body), *answers[i + 1 :]])


def numbers(chance: random.Random, answers: Answers) -> bytes:
    """Other numbers in the bytes."""
    special = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e308, -1e308, 5e-324, 1e-9, 1e150, 1.0)
    made = []
    for head, body in answers:
        column = bytearray(body)
        for _ in range(chance.choice((0, 1, 3, 50))):
            at = head["updates"] + 8 * chance.randrange((len(column) - head["updates"]) // 8)
            column[at : at + 8] = np.float64(chance.choice(special)).tobytes()
        made.append((head, bytes(column)))
    return stream(made)


def all_numbers(chance: random.Random, answers: Answers) -> bytes:
    """Every number another one: the same everywhere, or scaled."""
    factor = chance.choice((0.0, -1.0, 1 + 1e-8, 1e300, np.nan, np.inf, 2.0))
    made = []
    with np.errstate(all="ignore"):
        for head, body in answers:
            start = head["updates"]
            made.append((head, body[:start] + (np.frombuffer(body[start:], "<f8") * factor).tobytes()))
    return stream(made)


def flipped(chance: random.Random, answers: Answers) -> bytes:
    """Bytes that are turned anywhere."""
    sent = bytearray(stream(answers))
    for _ in range(chance.choice((1, 2, 10, 200))):
        sent[chance.randrange(len(sent))] = chance.randrange(256)
    return bytes(sent)


def cut(chance: random.Random, answers: Answers) -> bytes:
    """Cut off, with something missing, twice or turned round."""
    sent = stream(answers)
    one, other = sorted(chance.randrange(len(sent) + 1) for _ in range(2))
    return chance.choice((sent[:one], sent[one:], sent[:one] + sent[other:], sent[:other] + sent[one:], sent[::-1]))


def reordered(chance: random.Random, answers: Answers) -> bytes:
    """Answers in another order, under other numbers, with the bytes of others."""
    made = chance.choices(answers, k=chance.randrange(1, 4))
    bodies = chance.choices([body for _, body in answers], k=len(made))
    return stream([
        (head | {"case": chance.choice((head["case"], i, 1 - i, float(i)))}, chance.choice((body, other)))
        for i, ((head, body), other) in enumerate(zip(made, bodies, strict=True))
    ])  # fmt: skip


def counts(chance: random.Random, answers: Answers) -> bytes:
    """Other numbers of steps, updates and kinds, with bytes to match or not."""
    made = []
    for head, body in answers:
        steps = chance.choice((head["steps"], 0, 1, 19, 20, 21, -1))
        updates = chance.choice((head["updates"], 2 * steps, 2 * steps + 1, 2 * steps + 2, 0, 10**9))
        kinds: list[Any] = chance.choice((head["kinds"], [], head["kinds"] * 2, head["kinds"] * 99))
        body = chance.choice((body, body[: len(body) // 2], body * 2, bytes(len(body)), b"\xff" * len(body)))  # noqa: PLW2901
        made.append((head | {"steps": steps, "updates": updates, "kinds": kinds}, body))
    return stream(made)


def kinds(chance: random.Random, answers: Answers) -> bytes:
    """Other things returned."""
    made = []
    for head, body in answers:
        told = [
            chance.choice((2, 2, None, 0, 3)),
            chance.choice(("", "dict", "NoneType")),
            chance.choice(("array", "scalar", "float", "", "tensor")),
            chance.choice(("<f8", "<f4", ">f8", "|O", "<M8[s]", "|V0", "f8,i4", "|T16", "complex", "")),
            chance.choice(([3], [2, 2], [], [0], [1] * 64, [2**62] * 3)),
        ]
        made.append((head | {"kinds": [told if chance.random() < 0.7 else each for each in head["kinds"]]}, body))
    return stream(made)


def junk(chance: random.Random, answers: Answers) -> bytes:
    """Lines that are none."""
    line = chance.choice((
        b"[" * 100_000, b'{"case": ' * 5000, b"\xff\xfe" + '{"problem": null}'.encode("utf-16"), b"\xef\xbb\xbf{}",
        b"null", b"3", b"[]", b'"x"', b"", b"{", b"NaN", b'{"problem": 1e999}', b"9" * 5000, b'{"problem": {}}',
        b'{"case": 0}', b"\x00" * 50, b'{"case": 0, "steps": NaN}',
    ))  # fmt: skip
    lines = stream(answers).split(b"\n")
    lines.insert(chance.randrange(min(len(lines), 4)), line)
    return b"\n".join(lines)


CHANGES: tuple[Callable[[random.Random, Answers], bytes], ...] = (
    a_field, fields, twice, a_problem, numbers, all_numbers, flipped, cut, reordered, counts, kinds, junk,
)  # fmt: skip


WELL = {"type": "ValueError", "message": "m", "line": 3, "source": "s", "meant": ""}
FORMS: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"kind": "exception", **WELL}, True),
    ({"kind": "exception", **WELL, "line": None}, True),
    ({"kind": "entry-forgotten", **WELL, "facts": ["sum"]}, True),
    ({"kind": "hyperparameter-unknown", **WELL, "facts": ["lr", "eps"]}, True),
    ({"kind": "state-forgotten", **WELL}, True),
    ({"kind": "not-made", **WELL}, True),
    ({"kind": "exception"}, False),
    ({"kind": "exception", **WELL, "facts": ["sum"]}, False),
    ({"kind": "exception", **WELL, "line": True}, False),
    ({"kind": "exception", **WELL, "line": 3.0}, False),
    ({"kind": "exception", **WELL, "line": 0}, False),
    ({"kind": "exception", **WELL, "line": 10**400}, False),
    ({"kind": "exception", **WELL, "message": "m" * 501}, False),
    ({"kind": "exception", **WELL, "type": None}, False),
    ({"kind": "not-made", **WELL, "facts": ["lr"]}, False),
    ({"kind": "entry-forgotten", **WELL, "facts": []}, False),
    ({"kind": "entry-forgotten", **WELL, "facts": [3]}, False),
    ({"kind": "entry-forgotten", **WELL, "facts": 3}, False),
    ({"kind": "entry-forgotten", **WELL, "facts": ["a", "b"]}, False),
    ({"kind": "no-class", "facts": ["A"]}, False),  # not while a case is run
    ({"kind": "changed", "what": "grad", "parameter": 0, "step": 1}, False),  # that is the judge's to say
    ({"kind": "dtype", "facts": ["float32"]}, False),
    ({"kind": "wrong", **WELL}, False),
    ({"kind": ["exception"], **WELL}, False),
    ({**WELL}, False),
)
"""What a worker may say of a file that stopped, and what not."""


@pytest.mark.parametrize(("told", "well"), FORMS)
def test_a_problem_has_the_form_of_its_kind_or_is_none(told: dict[str, Any], well: bool) -> None:  # noqa: FBT001
    if well:
        assert problems.read(told, problems.RUNNING) == told
    else:
        with pytest.raises((TypeError, ValueError, KeyError)):
            problems.read(told, problems.RUNNING)
    broken = [(head | {"problem": told}, body) for head, body in honest("momentum", "raises")[0]]
    found = harmless("momentum", [stream(broken), stream(honest("momentum", "right")[1])])
    assert found.status == ("error" if well else "rejected")


@pytest.mark.parametrize("every", shares(12))
@pytest.mark.parametrize("stem", STREAMS)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("worker_changed", ["visible", "hidden"])
def test_no_stream_harms_the_judge(stem: str, rule: str, worker_changed: str, every: int) -> None:
    which = worker_changed == "hidden"
    for number in range(0, STREAMS[stem], every):
        chance = random.Random(f"{rule} {worker_changed} {number}")  # noqa: S311 - to be the same again
        sent = [stream(answers) for answers in honest(stem, rule)]
        sent[which] = chance.choice(CHANGES)(chance, honest(stem, rule)[which])
        try:
            harmless(stem, sent)
        except Exception as error:
            raise AssertionError(f"stream {number}: {error!r}") from error


@pytest.mark.parametrize("stem", STREAMS)
def test_honest_streams_come_to_what_they_should(stem: str) -> None:
    """What is changed above is worth changing: unchanged, it passes, or is told what is wrong."""
    found = {rule: harmless(stem, [stream(answers) for answers in honest(stem, rule)]) for rule in RULES}
    assert {rule: each.status for rule, each in found.items()} == {
        "right": "passed",
        "in a list": "passed",
        "wrong": "wrong",
        "raises": "error",
        "forgets the state": "error" if Topic.load(stem).state else "passed",
        "changes its arguments": "wrong",
        "returns a list": "wrong",
        "leaves the option out": "passed",
    }
    assert found["right"].stretch_score > found["leaves the option out"].stretch_score == 0
    assert found["changes its arguments"].mistakes == ("grad-changed-in-place",)
    assert found["forgets the state"].mistakes == (("state-forgotten",) if Topic.load(stem).state else ())
    assert found["returns a list"].mistakes == ("not-an-array",)
