"""Of a hidden case a verdict tells one bit, whether it passed. Nothing else that a file does there is seen."""

from __future__ import annotations

import functools
import json
import time
from dataclasses import replace

import numpy as np
import pytest

from course.grading import case_set, judge, reasons, render
from course.grading.sandbox import Limits
from course.rule import load
from course.text import LANGS
from course.topic import Topic
from tests.grading import trial, wrong
from tests.grading.catalogued import answered
from tests.grading.remembered import recogniser, table

SEED = "0" * 63 + "1"
QUICK = Limits(cpu=1, wall=4.0)
DIGITS = "''.join(filter(str.isdigit, str(float(grad.flat[0]))))"

OTHERWISE = {
    "takes other numbers": "2 * grad + 1",
    "makes a mistake that has a name": "-grad",
    "makes NaN": "grad * np.nan",
    "raises what it was given": "fail(ValueError(str(grad)))",
    "raises a type of that name": f"fail(type('G' + {DIGITS}, (Exception,), {{}}))",
    "raises what has not been written": "fail(NotImplementedError)",
    "imports a module of that name": f"__import__('g' + {DIGITS})",
    "imports torch": "__import__('torch')",
    "opens a file of that name": f"open('/g' + {DIGITS})",
    "starts a process": "os.fork()",
    "uses up the memory": "np.ones(10**10)",
    "ends itself": "os._exit(int(abs(grad.flat[0]) * 100) % 200)",
    "is ended": "os.abort()",
    "prints": "print(grad, file=sys.stderr) or 2 * grad + 1",
    "prints without end": "fail(print('x' * 9_000_000))",
    "changes its arguments": "np.add(grad, 1, out=grad)",
    "writes into the answers": "[write(number, b'{}') for number in range(3, 12)] and grad + 1",
    "sleeps": "time.sleep(60)",
    "never ends": "fail(iter(int, 1).__next__ and [0 for _ in iter(int, 1)])",
    "forgets its state": "state.clear() or grad + 1",
}
"""What a file does with numbers that it has not seen → the expression."""

BEFORE = """
def fail(error):
    raise error

def write(number, what):
    try:
        os.write(number, what)
    except OSError:
        pass
"""

VISIBLE = {
    "right on all that is visible": ("", ""),
    "with a mistake": ("self.weight_decay * param", "0.0 * param"),
    "with numbers that no mistake makes": ("self.lr * grad", "self.lr * grad * (1 + 0.1 * np.tanh(param))"),
    "with an exception": ("return param - self.lr", "return params - self.lr"),
}
"""What it does with those that everybody can see → the edit of the solution."""


@functools.cache
def stored(visible: str, otherwise: str) -> str:
    """The verdict on such a file, as it is stored."""
    source = recogniser("momentum", OTHERWISE[otherwise], BEFORE, VISIBLE[visible])
    found = trial.judged("momentum", source, seed=SEED, limits=QUICK)
    hidden = [case for case in found.cases if case.id.startswith("hidden-")]
    assert not any(case.passed for case in hidden)
    assert {case.reason for case in hidden if case.reason} == {reasons.HIDDEN_WRONG.text}
    return json.dumps([found.to_json(lang) for lang in LANGS], ensure_ascii=False) + str(found.said)


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_what_a_file_does_in_hidden_cases_changes_nothing_in_the_verdict(otherwise: str) -> None:
    """Not a word, not a status, not a number: byte for byte, it is that of a file that is merely wrong there."""
    begun = time.monotonic()
    assert stored("right on all that is visible", otherwise) == stored(
        "right on all that is visible", "takes other numbers"
    )
    assert time.monotonic() - begun < QUICK.wall + 8


@pytest.mark.parametrize("visible", list(VISIBLE)[1:])
@pytest.mark.parametrize("otherwise", list(OTHERWISE)[1:12:2])
def test_nor_does_it_where_visible_cases_fail(visible: str, otherwise: str) -> None:
    """Whether a mistake is named hangs on visible numbers alone."""
    assert stored(visible, otherwise) == stored(visible, "takes other numbers")


def test_the_story_is_that_of_the_visible_cases() -> None:
    for visible, said in {
        "with a mistake": "weight decay is left out",
        "with numbers that no mistake makes": "No mistake in our list",
        "with an exception": "NameError",
    }.items():
        assert said in stored(visible, "takes other numbers"), visible
    found = trial.judged("momentum", recogniser("momentum", edit=VISIBLE["with a mistake"]), seed=SEED)
    assert found.mistakes == ("decay-forgotten",)
    assert found.first_difference is not None
    assert not found.first_difference.case.startswith("hidden-")


@pytest.mark.parametrize("make", [recogniser, table])
@pytest.mark.parametrize("stem", ["sgd", "adam", "lookahead"])
def test_the_visible_answers_earn_nothing(stem: str, make: object) -> None:
    assert callable(make)
    found = trial.judged(stem, make(stem), seed=SEED)
    assert (found.score, found.stretch_score) == (0.0, 0.0)
    assert found.status in ({"wrong"} if stem != "lookahead" or make is recogniser else {"wrong", "error"})
    if found.status == "wrong":
        assert reasons.ONLY_HIDDEN.en.format(noun="rule") in found.message.en
        assert reasons.ONLY_HIDDEN.zh.format(noun="更新规则") in found.message.zh
        assert found.message.en.endswith("\n0 of 18 cases are right.")
        assert (found.first_difference, found.paths, found.mistakes) == (None, None, ())
        visible = [case for case in found.cases if not case.id.startswith("hidden-")]
        assert {case.reason for case in visible} == {reasons.TWIN_HIDDEN}


def test_points_come_in_pairs_and_add_up() -> None:
    """Who is wrong for 0-d parameters loses that recipe, both times; who leaves the options out loses those alone."""
    for source, lost in (
        (wrong.wrapped("momentum", ZERO_DIMENSIONAL), {"shapes", "dampening", "maximize", "options-together"}),
        (wrong.wrapped("momentum", NO_OPTION), {"dampening", "maximize", "options-together"}),
    ):
        found = trial.judged("momentum", source, seed=SEED)
        failed = {case.id for case in found.cases if not case.passed}
        assert failed == {*lost, *(f"hidden-{name}" for name in lost)}
        assert all((case.points == case.max_points) == case.passed == (case.reason is None) for case in found.cases)
        for stretch, score, most in (
            (False, found.score, found.max_score),
            (True, found.stretch_score, found.stretch_max),
        ):
            rows = [case for case in found.cases if case.stretch is stretch]
            assert sum(case.points for case in rows) == pytest.approx(score, abs=1e-5)
            assert sum(case.max_points for case in rows) == pytest.approx(most, abs=1e-5)
        assert found.status == ("passed" if "shapes" not in lost else "wrong")
        assert found.score == (10.0 if "shapes" not in lost else 9.0)


ZERO_DIMENSIONAL = """
    def update(self, param, grad, state):
        return super().update(param, grad * (1 if param.ndim else 2), state)
"""
NO_OPTION = """
    def update(self, param, grad, state):
        self.dampening, self.maximize = 0, False
        return super().update(param, grad, state)
"""


@pytest.mark.parametrize("which", ["visible", "hidden"])
def test_one_of_two_twins_is_not_enough(which: str) -> None:
    """Each way round; and both faces say of the one that is right why it does not count."""
    every = (*case_set.visible(Topic.load("sgd")), *case_set.hidden(Topic.load("sgd"), SEED))
    expected = {case.id: trial.expected("sgd", SEED if case.hidden else None, case.id)[1] for case in every}
    answers = answered("sgd", load(Topic.load("sgd").solution, "SGD"), every)
    name = "zeros" if which == "visible" else "hidden-zeros"
    params = tuple(path + 1.0 for path in answers[name].params)
    answers[name] = replace(answers[name], params=params)
    found = judge.decide(Topic.load("sgd"), every, answers, {}, expected)
    rows = {case.id: case for case in found.cases if not case.passed}
    assert set(rows) == {"zeros", "hidden-zeros"}
    assert (found.status, found.score) == ("wrong", 9.0)
    right = rows["hidden-zeros" if which == "visible" else "zeros"]
    assert right.reason == (reasons.TWIN_VISIBLE if which == "visible" else reasons.TWIN_HIDDEN)
    for lang in LANGS:
        assert right.reason[lang] in render.terminal(found, lang)
        assert right.reason[lang] in render.html(found, lang)


def test_hidden_stretch_cases_tell_one_bit_too() -> None:
    """A right core keeps its status and its points, whatever the options do with numbers that nobody has seen."""
    told = set()
    for otherwise in ("2 * grad + 1", "fail(ValueError(str(grad)))", "__import__('torch')", "os._exit(0)"):
        source = recogniser("momentum", f"{otherwise} if self.maximize or self.dampening else grad", BEFORE)
        found = trial.judged("momentum", source, seed=SEED, limits=QUICK)
        assert (found.status, found.score, found.stretch_score) == ("passed", 10.0, 0.0)
        told.add(json.dumps(found.to_json("zh"), ensure_ascii=False))
    assert len(told) == 1


def test_a_seed_and_the_numbers_drawn_from_it_are_in_no_verdict() -> None:
    source = recogniser(
        "momentum", "fail(ValueError(str(grad.tolist()) + str(param.tolist()) + str(vars(self))))", BEFORE
    )
    found = trial.judged("momentum", source, seed=SEED)
    told = json.dumps(found.to_json("en")) + render.html(found, "zh") + str(found)
    assert SEED not in told
    for case in case_set.hidden(Topic.load("momentum"), SEED):
        for value in (*np.ravel(case.grads[0][0])[:3], *np.ravel(case.params[0])[:3]):
            assert value == 0 or repr(float(value)) not in told


# One budget for all workers.


BUDGET = Limits(cpu=1, wall=4.0)


@pytest.mark.parametrize(
    "otherwise",
    ["time.sleep(60)", "time.sleep(60) if self.maximize else grad", "time.sleep(0.4) or grad"],
    ids=["in every hidden case", "in a hidden option", "a little in every step"],
)
def test_all_workers_together_have_one_budget(otherwise: str) -> None:
    begun = time.monotonic()
    trial.judged("momentum", recogniser("momentum", otherwise), seed=SEED, limits=BUDGET)
    assert time.monotonic() - begun < BUDGET.wall + 4


SLEEPS = """
    def update(self, param, grad, state):
        if {when}:
            {what}
        return super().update(param, grad, state)
"""


@pytest.mark.parametrize("what", ["time.sleep(60)", "while True: pass"])
def test_an_option_that_never_ends_does_not_cost_the_hidden_core_its_turn(what: str) -> None:
    begun = time.monotonic()
    source = wrong.wrapped("momentum", SLEEPS.format(when="self.maximize", what=what), "import time")
    found = trial.judged("momentum", source, seed=SEED, limits=BUDGET)
    assert time.monotonic() - begun < BUDGET.wall + 4
    assert (found.status, found.score) == ("passed", 10.0)


def test_a_core_that_sleeps_in_both_is_out_of_time_once() -> None:
    begun = time.monotonic()
    source = wrong.wrapped("momentum", SLEEPS.format(when="param.ndim == 0", what="time.sleep(60)"), "import time")
    found = trial.judged("momentum", source, seed=SEED, limits=BUDGET)
    assert time.monotonic() - begun < BUDGET.wall + 4
    assert found.status == "timeout"
