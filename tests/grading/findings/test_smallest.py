"""The smallest input on which a rule goes wrong: it is wrong there, nothing smaller is, and every number is true."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.grading import digits
from course.grading.case_set import stretch_names, visible
from course.grading.findings import showing, smallest
from course.grading.findings.lattice import lattice, reduced, right, size
from course.grading.render import html, terminal
from course.topic import Topic, topics
from tests.grading import trial, wrong
from tests.grading.findings import shrunk
from tests.grading.findings.files import sgd
from tests.grading.findings.gathered import gathered
from tests.shares import share, shares
from tests.topics import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.findings.finding import Finding
    from tests.grading.truth import Truth

SHARE, WHOLE = 96, 16
"""One in so many of the wrong rules of each topic: `test_true_sentences.py` holds what is told of all others."""

STEMS = [topic.stem for topic in topics("rule")]


def found(stem: str, source: str, folder: Path) -> tuple[Truth, Finding | None]:
    with np.errstate(all="ignore"):
        truth, evidence = gathered(stem, source, folder)
        finding = smallest.smallest(evidence)
        if finding:
            shrunk.check(truth, finding.said())
    return truth, finding


def edited(stem: str, old: str, new: str) -> str:
    source = Topic.load(stem).solution.read_text("utf-8")
    assert source.count(old) == 1
    return source.replace(old, new)


def lines(finding: Finding | None) -> list[str]:
    assert finding is not None
    return finding.text.en.split("\n")


def test_adam_that_does_not_correct_its_second_moment(tmp_path: Path) -> None:
    source = edited("adam", "(second / bias_correction2) ** 0.5", "second ** 0.5")
    _, finding = found("adam", source, tmp_path)
    assert finding is not None
    assert finding.text.en == (
        "Smallest input found on which it goes wrong: `Adam(lr=0.1)`, parameter 1, gradient 2, step 1.\n"
        "Should be: `step` 1, `exp_avg` 0.2, `exp_avg_sq` 0.004, parameter 0.9.\n"
        "Yours: `step` 1, `exp_avg` 0.2, `exp_avg_sq` 0.004, parameter -2.16228.\n"
        "Do this step by hand, line by line through your `update`, until the first number that is not what it should"
        " be.\n"
        "In the lesson's notebook these lines run it:\n"
        "`from course.rule import Run`\n"
        '`run = Run(learner("adam")(lr=0.1), [np.array([1.0])])`\n'
        "`run.step([np.array([2.0])])`\n"
        "`print(run.params, run.state)`"
    )
    assert finding.text.zh.startswith(
        "找到的最小的出错输入：`Adam(lr=0.1)`，参数 1，梯度 2，第 1 步。\n"
        "应为：`step` 1，`exp_avg` 0.2，`exp_avg_sq` 0.004，参数 0.9。\n"
        "你算出的：`step` 1，`exp_avg` 0.2，`exp_avg_sq` 0.004，参数 -2.16228。\n"
    )


@pytest.mark.parametrize(
    ("stem", "old", "new", "first"),
    [
        ("sgd", "return param - self.lr * grad", "return param - self.lr * grad * (grad.ndim > 0)",
         "`SGD(lr=0.1)`, parameter 1 (0-d), gradient 2, step 1."),
        ("sgd", "self.weight_decay * param", "2 * self.weight_decay * param",
         "`SGD(lr=0.1, weight_decay=0.2)`, parameter 1, gradient 2, step 1."),
        ("momentum", "mu * buf + (1 - self.dampening) * grad", "mu * mu * buf + (1 - self.dampening) * grad",
         "`Momentum(lr=0.1)`, parameter 1, gradients 2, then -1, step 2."),
        ("adam", "1 - beta1**step", "(1 - beta1**step if step <= 10 else 1)",
         "`Adam(lr=0.1)`, parameter 1, gradients 2 and -1 by turns, step 11."),
        ("lookahead", "if step % self.k == 0:", "if step % self.k == 0 and step > 5:",
         "`Lookahead(inner=Inner(lr=0.1, momentum=0.7), k=1)`, parameter 1, gradient 2, step 1."),
        ("rmsprop", "self.lr", "getattr(self, 'first', self.__dict__.setdefault('first', self.lr))",
         "`RMSprop(lr=0.1)`, parameter 1, gradients 2, then -1, step 2, with `lr` set to 0.05 before step 2."),
    ],
)  # fmt: skip
def test_the_input_is_as_small_as_it_can_be(stem: str, old: str, new: str, first: str, tmp_path: Path) -> None:
    source = Topic.load(stem).solution.read_text("utf-8")
    head, begin, body = source.partition("### BEGIN SOLUTION")
    assert body.count(old) == 1
    _, finding = found(stem, head + begin + body.replace(old, new), tmp_path)
    assert lines(finding)[0].removeprefix("Smallest input found on which it goes wrong: ") == first


SHARED = """
import numpy as np
class SGD:
    seen = []
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
        SGD.seen.append(self)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        factor = {factor}
        return param - factor * self.lr * (grad + self.weight_decay * param), state
"""


def test_what_one_case_leaves_to_the_next_is_no_input(tmp_path: Path) -> None:
    """Right on any input by itself, wrong after others: no small one is told, but the place in the cases."""
    truth, finding = found("sgd", SHARED.replace("{factor}", "1 + 0.1 * (len(SGD.seen) > 1)"), tmp_path)
    assert finding is not None
    assert (finding.id, finding.where) == ("first-wrong-step", "defaults")
    assert finding.text.en.startswith("To do next: follow the case “no arguments: the defaults” to step 1")
    with pytest.raises(AssertionError):
        shrunk.check(truth, replace(finding, claim={**finding.claim, "step": 2}).said())


def test_a_file_that_is_not_asked_again_is_told_where_to_look(tmp_path: Path) -> None:
    with np.errstate(all="ignore"):
        _, evidence = gathered("sgd", wrong.rules("sgd")["twice as far"], tmp_path)
        finding = smallest.smallest(replace(evidence, asker=None))
    assert finding is not None
    assert finding.id == "first-wrong-step"


def test_a_right_file_has_no_smallest_input(tmp_path: Path) -> None:
    _, finding = found("adam", next(iter(corpus("adam", "right").values())), tmp_path)
    assert finding is None


@pytest.mark.parametrize(
    "title", ["three dimensions taken for two", "all but the seventh parameter", "one state for parameters that begin"]
)
def test_a_case_is_made_smaller_where_nothing_small_is_wrong(title: str, tmp_path: Path) -> None:
    source = next(text for name, text in wrong.rules("adam").items() if name.startswith(title))
    _, finding = found("adam", source, tmp_path)
    assert "the case “many shapes, 0-d and equal ones”" in lines(finding)[0]


def test_reduced_cases_grow() -> None:
    case = next(each for each in visible(Topic.load("adam")) if each.id == "shapes")
    smaller = reduced(case, 1, 5, 2)
    assert [kept for kept, _ in smaller] == ["element", "element", "parameter", "parameter", "case"]
    sizes = [sum(param.size for param in each.params) for _, each in smaller]
    assert sizes == sorted(sizes)
    assert smaller[1][1].params[0][0] == case.params[5].flat[2]


@pytest.mark.parametrize("stem", STEMS)
def test_small_inputs_are_small_and_valid(stem: str) -> None:
    """In their order, without options, and the right rule stays finite on each."""
    topic = Topic.load(stem)
    cases = lattice(topic)
    assert len({each.id for each in cases}) == len(cases) <= 110
    assert sum(each.steps for each in cases) <= 800
    assert [size(each) for each in cases] == sorted(size(each) for each in cases)
    for each in cases:
        assert not stretch_names(topic) & each.hyperparameters.keys()
        assert all(np.isfinite(path).all() for path in right(topic, each).params)


@pytest.mark.split("stem")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("every", shares(SHARE, WHOLE))
@pytest.mark.parametrize("stem", STEMS)
def test_every_smallest_input_is_true(stem: str, every: int, tmp_path: Path) -> None:
    """Run again on the file and on torch, and everything smaller, too."""
    public = list(corpus(stem, "public").items())[:: 1 if every == WHOLE else 2]
    for name, source in (*public, *share(wrong.rules(stem).items(), every, stem)):
        try:
            found(stem, source, tmp_path)
        except AssertionError as error:
            error.add_note(f"of {name}")
            raise


@pytest.mark.parametrize("change", ["hyperparameters", "grads", "of", "figures"])
def test_a_false_input_is_refused(change: str, tmp_path: Path) -> None:
    truth, finding = found(
        "sgd", edited("sgd", "return param - self.lr * grad", "return param + self.lr * grad"), tmp_path
    )
    assert finding is not None
    later = lattice(truth.judged.topic)[-1].id
    changed: dict[str, dict[str, Any]] = {
        "hyperparameters": {"hyperparameters": {"lr": 0.0}},
        "grads": {"grads": (((0.0,),),)},
        "of": {"of": later},
    }
    text = finding.text
    if change == "figures":
        text = replace(text, en=text.en.replace("parameter 0.8.", "parameter 0.9."))
    with pytest.raises(AssertionError):
        shrunk.check(truth, replace(finding, text=text, claim={**finding.claim, **changed.get(change, {})}).said())


@pytest.mark.parametrize(
    ("right_one", "got", "shown"),
    [
        (0.9, 0.968, ("0.9", "0.968")),
        (0.5, 0.50000001, ("0.5", "0.50000001")),
        (0.5, 0.5 + 1e-15, ("0.5", "0.5")),
        (1e-19, 0.0, ("1e-19", "0")),
        (1.0, float("inf"), ("1", "inf")),
        (1.0, float("nan"), ("1", "nan")),
        (1 / 3, 1 / 3, ("0.333333", "0.333333")),
        (1 / 3, 1 / 3 + 1e-12, ("0.333333", "0.333333")),
        (0.5, 0.5000004, ("0.5", "0.5000004")),
    ],
)
def test_two_numbers_are_shown_so_that_they_differ(right_one: float, got: float, shown: tuple[str, str]) -> None:
    assert digits.pair(right_one, got, showing.NEAR) == shown


@pytest.mark.filterwarnings("ignore")
def test_one_message_writes_a_number_in_one_way() -> None:
    """In the row of the case that went wrong and in the smallest input, which here are the same numbers."""
    verdict = trial.judged("sgd", sgd(new="param - self.lr * (grad + self.weight_decay * np.tanh(param))"))
    row = next(case.reason for case in verdict.cases if case.reason)
    (finding,) = (each for each in verdict.findings if each.kind == "smallest")
    for text in (row.en, finding.text.en):
        assert all(len(figure) >= 8 for figure in re.findall(r"(?<=be |is )-?0\.\d+", text)), text


def test_what_a_schedule_changes_may_be_a_pair() -> None:
    topic = Topic.load("adam")
    case = replace(lattice(topic)[0], schedule={1: {"betas": [0.5, 0.9]}})
    rows = [showing.Quantity("", np.array([0.5]), np.array([0.25]))]
    text = showing.shown(topic, case, rows, None, None)
    assert "with `betas` set to (0.5, 0.9) before step 1" in text.en
    assert "run.rule.betas = (0.5, 0.9); run.step(" in text.zh


def test_an_element_is_told_by_its_index() -> None:
    """As in the rows of a verdict, and not as it is counted flat; a 0-d parameter has but one."""
    case = next(each for each in visible(Topic.load("adam")) if each.id == "shapes")
    i = next(i for i, param in enumerate(case.params) if param.ndim == 2 and param.shape[1] > 1)
    told = showing.of_case(case, 3, i, case.params[i].shape[1], 0.5, 0.25)
    assert "element [1, 0] should be 0.5 and is 0.25" in told.en
    assert "位于 [1, 0] 的元素应为 0.5，现在是 0.25" in told.zh
    origin = showing.origin(case, "element", i, 1)
    assert origin.en.startswith(f"element [0, 1] of parameter {i} of the case “")
    none = next(i for i, param in enumerate(case.params) if param.ndim == 0)
    assert "the only element should be" in showing.of_case(case, 3, none, 0, 0.5, 0.25).en
    assert "唯一的元素应为" in showing.of_case(case, 3, none, 0, 0.5, 0.25).zh


@pytest.mark.filterwarnings("ignore")
def test_the_lines_to_run_are_a_block_of_code() -> None:
    """To be copied as they are, in a terminal and in a notebook."""
    verdict = trial.judged("adam", wrong.rules("adam")["no second moment"])
    assert verdict.findings[-1].kind == "smallest"
    shown = terminal(verdict, "en")
    assert (
        "\n      from course.rule import Run"
        '\n      run = Run(learner("adam")(lr=0.1), [np.array([1.0])])\n      run.step([np.array([2.0])])\n'
    ) in shown
    page = html(verdict, "zh")
    assert (
        "<pre>from course.rule import Run"
        "\nrun = Run(learner(&quot;adam&quot;)(lr=0.1), [np.array([1.0])])\nrun.step([np.array([2.0])])\n"
    ) in page
