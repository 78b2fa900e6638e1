"""Each pattern is told of the rule that goes wrong just there, and of no other; and what is told is true."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.grading.findings import cures, patterns, rates
from course.grading.findings.finding import Finding
from course.grading.findings.traits import OF_ELEMENTS, OF_PARAMETERS, OF_STEPS
from course.text import Text
from course.topic import Topic, topics
from tests.grading import wrong
from tests.grading.findings import files, patterned, sentences
from tests.grading.findings.gathered import gathered
from tests.shares import share, shares
from tests.topics import corpus

if TYPE_CHECKING:
    from tests.grading.truth import Truth
pytestmark = pytest.mark.usefixtures("no_piece_helps")


SGD = """
import numpy as np
class SGD:
    def __init__(self, lr=None, weight_decay=0.0):
        self.given = lr is not None
        self.lr, self.weight_decay = 1e-3 if lr is None else lr, weight_decay
        self.first_lr, self.shapes = self.lr, []
    def init(self, param):
        self.shapes.append(np.shape(param))
        return {"t": 0, "number": len(self.shapes), "moved": 0, "start": param, "last": 0 * param,
                "largest": 0 * param}
    def update(self, param, grad, state):
        t, number, moved, start = state["t"] + 1, state["number"], state["moved"], state["start"]
        shapes, shape, last = self.shapes, np.shape(param), state["last"]
        size, decay = np.size(param), self.weight_decay
        flat = np.reshape(np.arange(size), shape)
        row, column = (np.indices(shape)[0], np.indices(shape)[-1]) if shape else (1, 1)
        step = self.lr * (grad + decay * param)
        result, largest = param - step, np.maximum(state["largest"], abs(grad))
        moves = bool(np.any(step))
        wrong = 0.01 * np.ones(shape) * ({condition})
        return param - step - wrong, {**state, "t": t, "moved": moved + moves, "last": grad, "largest": largest}
"""

CONDITIONS: dict[str, str] = {
    "vectors-only": "len(shape) == 1",
    "no-vectors": "len(shape) != 1",
    "0-d-only": "shape == ()",
    "no-0-d": "shape != ()",
    "two-dimensions-up": "len(shape) > 1",
    "below-two-dimensions": "len(shape) < 2",
    "matrices-only": "len(shape) == 2",
    "square-matrices": "len(shape) == 2 and shape[0] == shape[1]",
    "three-dimensions-up": "len(shape) > 2",
    "single-element": "size == 1",
    "several-elements": "size > 1",
    "first-parameter": "number == 1",
    "not-the-first-parameter": "number > 1",
    "last-parameter": "number == len(shapes)",
    "not-the-last-parameter": "number < len(shapes)",
    "at-odd-positions": "number % 2 == 0",
    "equal-shape": "shapes.count(shape) > 1",
    "later-of-equal-shape": "shape in shapes[: number - 1]",
    "earlier-of-equal-shape": "shape in shapes[number:]",
    "first-element": "flat == 0",
    "not-the-first-element": "flat > 0",
    "last-element": "flat == size - 1",
    "not-the-last-element": "flat < size - 1",
    "first-row": "row == 0",
    "first-column": "column == 0",
    "not-the-first-row": "(row > 0) & (shape != ())",
    "not-the-first-column": "(column > 0) & (shape != ())",
    "moved-by-transposing": "flat != np.ravel(flat, order='F').reshape(shape)",
    "begins-at-zero": "start == 0",
    "zero-gradient": "grad == 0",
    "negative-gradient": "grad < 0",
    "positive-gradient": "grad > 0",
    "zero-parameter": "param == 0",
    "nonzero-parameter": "(param != 0) & (t == t)",
    "negative-parameter": "param < 0",
    "positive-parameter": "param > 0",
    "gradient-away-from-zero": "grad * param < 0",
    "gradient-towards-zero": "grad * param > 0",
    "gradient-turns": "grad * last < 0",
    "nonzero-gradient": "abs(grad) > 1e-6 * largest",
    "negative-result": "result < 0",
    "past-zero": "result * param < 0",
    "uphill-step": "step * grad < 0",
    "zero-gradient-before": "(last == 0) & (t > 1)",
    "gradient-all-zero": "not np.any(grad)",
    "zero-somewhere": "not np.all(grad)",
    "hyperparameter-on": "decay != 0",
    "hyperparameter-off": "decay == 0",
    "hyperparameter-given": "self.given",
    "hyperparameter-not-given": "not self.given",
    "hyperparameter-changed": "self.lr != self.first_lr",
    "right-until-step": "t >= 8",
    "from-step": "(t >= 10) * (abs(grad) > 1e-6 * largest)",
    "from-position": "flat >= 2",
    "only-in-step": "t == 5",
    "only-in-the-first-steps": "t <= 2",
    "every-some-steps": "t % 3 == 2",
    "large-step": "abs(step) > 0.5",
    "large-step-norm": "np.linalg.norm(step) > 2",
    "large-result": "abs(result) > 5",
    "large-result-norm": "np.linalg.norm(result) > 5",
    "small-result": "(abs(result) < 1e-2) & (result != 0)",
    "large-hyperparameter": "self.lr > 0.135",
    "small-hyperparameter": "self.lr < 0.01",
    "right-until-move": "moves and moved >= 2",
    "only-the-first-move": "moves and moved == 0",
    "large-gradient": "abs(grad) > 5",
    "large-norm": "np.linalg.norm(grad) > 5",
    "large-parameter": "abs(param) > 50",
    "small-gradient": "(abs(grad) < 1e-6) & (grad != 0)",
}
"""By pattern, where the rule goes wrong that it is told of."""

SHARE, WHOLE = 72, 12
"""One in so many of the wrong rules of each topic, always and in full: `test_true_sentences.py` holds what is told of
others."""

ALIKE = {
    "zero-parameter": "begins-at-zero",
    "gradient-all-zero": "zero-gradient",
    "zero-somewhere": "zero-gradient",
}
"""What comes to the same in the cases."""


def told(stem: str, source: str, folder: Path) -> tuple[Truth, Finding | None]:
    with np.errstate(all="ignore"):
        truth, evidence = gathered(stem, source, folder)
        found = patterns.pattern(evidence)
        if found:
            patterned.check(truth, found.said())
    return truth, found


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_pattern_is_told_of_the_rule_that_goes_wrong_there(name: str, tmp_path: Path) -> None:
    _, found = told("sgd", SGD.replace("{condition}", CONDITIONS[name]), tmp_path)
    assert found is not None
    assert found.id == ALIKE.get(name, name), found.text.en


CLIPPED = "result - np.clip(result, -5, 5)"


def test_what_is_cut_off_is_told_with_the_number_at_which(tmp_path: Path) -> None:
    frame = SGD.replace("wrong = 0.01 * np.ones(shape) * ({condition})", f"wrong = {CLIPPED}")
    _, found = told("sgd", frame, tmp_path)
    assert found is not None
    assert (found.id, found.claim["there"]) == ("large-result", pytest.approx(5.0))
    assert "size 5 there" in found.text.en


CURED = [
    ("(len(shape) == 4) * 1.0", "case-shape", ""),
    ("(number == 7) * 1.0", "case-other-parameters", ""),
    ("(self.lr == 0.035) * 1.0", "case-change", "lr"),
    ("(decay == 1.0) * 1.0", "case-hyperparameter", "weight_decay"),
]


@pytest.mark.parametrize(("condition", "name", "where"), CURED)
def test_one_change_of_a_case_tells_what_it_hangs_on(condition: str, name: str, where: str, tmp_path: Path) -> None:
    with np.errstate(all="ignore"):
        truth, evidence = gathered("sgd", SGD.replace("{condition}", condition), tmp_path)
        found = cures.cure(evidence)
        assert found is not None
        patterned.check(truth, found.said())
        assert (found.id, found.where) == (name, where)
        changed = replace(found, claim={**found.claim, "step": found.claim["step"] + 1})
        with pytest.raises(AssertionError):
            patterned.check(truth, changed.said())


def test_one_change_is_told_before_the_step_at_which_one_case_goes_wrong(tmp_path: Path) -> None:
    """Both are true of it, and the change is the cause."""
    source = SGD.replace("{condition}", "(self.lr == 0.07) * 1.0")
    with np.errstate(all="ignore"):
        truth, evidence = gathered("sgd", source, tmp_path)
        step = patterns.until_somewhere(evidence)
    assert step is not None
    patterned.check(truth, step.said())
    found = files.told("sgd", source, tmp_path)
    assert "hyperparameter-changed" in found
    assert "right-until-step" not in found


ODD = ["7e-7 * step * (-1) ** t", "1e20 * (t == 1) * np.ones(shape)", "np.inf * (t == 3) * np.ones(shape)",
       "np.where(t == 2, np.nan, 0.0) * np.ones(shape)"]  # fmt: skip


@pytest.mark.parametrize("wrong", ODD)
def test_odd_numbers_are_no_pattern_and_stop_nothing(wrong: str, tmp_path: Path) -> None:
    frame = SGD.replace("wrong = 0.01 * np.ones(shape) * ({condition})", f"wrong = {wrong}")
    assert frame != SGD
    assert not {"only-in-step", "right-but-rounded"} & {*files.told("sgd", frame, tmp_path)}


def test_no_change_is_told_where_every_case_is_wrong(tmp_path: Path) -> None:
    with np.errstate(all="ignore"):
        _, evidence = gathered("sgd", SGD.replace("{condition}", "True"), tmp_path)
        assert cures.cure(evidence) is None


def test_every_trait_is_tried() -> None:
    """But those of the steps themselves, which other topics have."""
    known = {each[0] for each in (*OF_PARAMETERS, *OF_ELEMENTS, *OF_STEPS)}
    assert known <= CONDITIONS.keys()
    assert known <= patterned.HOLDS.keys()


@pytest.mark.parametrize(
    ("condition", "name", "where", "english", "chinese"),
    [
        ("(decay != 0) and len(shape) < 2", "below-two-dimensions", "weight_decay", "in the cases in which",
         "出错的就是不到两维的参数"),
        ("(decay != 0) * (grad == 0)", "zero-gradient", "weight_decay",
         "its gradient is 0 and `weight_decay` is not 0", "一旦梯度为 0 且 `weight_decay` 不为 0"),
        ("(len(shape) == 1) * (grad < 0)", "negative-gradient", "",
         "An element of a parameter with exactly one dimension", "恰好一维的参数的元素就在那一步出错"),
        ("(size > 1) * (grad < 0)", "negative-gradient", "", "An element of a parameter of more than one element",
         "多于一个元素的参数的元素就在那一步出错"),
        ("(len(shape) > 1) * (flat == 0)", "first-element", "",
         "the elements at position 0 of parameters with two or more dimensions", "两维及以上的参数的处于位置 0 的元素"),
    ],
)  # fmt: skip
def test_two_traits_tell_it_together(
    condition: str, name: str, where: str, english: str, chinese: str, tmp_path: Path
) -> None:
    _, found = told("sgd", SGD.replace("{condition}", condition), tmp_path)
    assert found is not None
    assert (found.id, found.where) == (name, where)
    assert english in found.text.en
    assert chinese in found.text.zh


@pytest.mark.parametrize(
    "condition",
    [
        "True",
        "number == 7",  # one parameter of all: whatever is true of it alone would fit
        "flat % 5 == 3",
        "1e-5 * step * (1 + row)",  # nearly right, and not near enough to tell so
        "(flat * 7 + number * 3 + t) % 11 == 0",
        "t >= 1 + number",
    ],
)
def test_no_pattern_is_told_where_none_is_exact(condition: str, tmp_path: Path) -> None:
    _, found = told("sgd", SGD.replace("{condition}", condition), tmp_path)
    assert found is None, found.text.en


def test_what_was_wrong_once_is_no_cause_of_what_comes_later(tmp_path: Path) -> None:
    """Wrong in one step alone, and with another gradient in each case: all later steps are wrong by contamination."""
    _, found = told("sgd", SGD.replace("{condition}", "t == 5"), tmp_path)
    assert found is not None
    assert found.claim == {"steps": (5, 6, 1)}
    assert found.text.en.startswith("In the cases without weight decay step 5 is the only one that is wrong")


@pytest.mark.parametrize(
    ("rests", "claim"),
    [("", {"step": 8, "at_once": False}), (" + (t == 10) * (self.lr == 0)", None)],
)
def test_the_next_step_that_moves_anything_is_told_only_where_that_one_is_wrong(
    rests: str, claim: dict[str, Any] | None, tmp_path: Path
) -> None:
    """In one case `lr` is 0 in steps 9 and 10: a rule that moves in the second of them goes wrong while all rests."""
    _, found = told("sgd", SGD.replace("{condition}", f"(t >= 9) * moves{rests}"), tmp_path)
    assert (found and found.claim) == claim


OF_TOPICS = [
    ("adam", "correction ends after 10 steps", "right-until-step", ""),
    ("adam", "weight decay left out for vectors", "below-two-dimensions", "weight_decay"),
    ("adam", "zeros in the gradient replaced", "zero-gradient", ""),
    ("adam", "stops after 100 steps", "right-until-step", ""),
    ("adam", "average corrected in the state", "right-until-move", ""),
    ("adam", "lr inside the first moment", "hyperparameter-changed", "lr"),
    ("adam", "gradient's size only", "negative-gradient", ""),
    ("momentum", "weight decay halved", "hyperparameter-on", "weight_decay"),
    ("rmsprop", "only the first parameter", "not-the-first-parameter", ""),
    ("adadelta", "one state for equal shapes", "equal-shape", ""),
    ("lookahead", "gradients clipped by their norm", "large-norm", ""),
]


@pytest.mark.parametrize(("stem", "title", "name", "where"), OF_TOPICS)
def test_patterns_of_the_corpora(stem: str, title: str, name: str, where: str, tmp_path: Path) -> None:
    _, found = told(stem, wrong.rules(stem)[title], tmp_path)
    assert found is not None
    assert (found.id, found.where) == (name, where)


EDITS = [
    ("lookahead", "slow = slow + self.alpha * (fast - slow)", "slow = slow + 1.1 * self.alpha * (fast - slow)",
     "every-so-many-steps", "k"),
    ("schedules", "rate = self.eta_min + (peak - self.eta_min) * share",
     "rate = (self.eta_min + (peak - self.eta_min) * share) * (1.01 if t >= self.total_iters + self.T_max else 1)",
     "after-so-many-steps", "total_iters + T_max"),
    ("radam", "move = rect * move *", "move = 1.01 * rect * move *", "phase-rectified", ""),
]  # fmt: skip


@pytest.mark.parametrize(("stem", "old", "new", "name", "where"), EDITS)
def test_a_rule_has_its_own_time(stem: str, old: str, new: str, name: str, where: str, tmp_path: Path) -> None:
    """A synchronisation, the parts of a schedule, and when RAdam trusts its second moment."""
    source = Topic.load(stem).solution.read_text("utf-8")
    assert source.count(old) == 1
    _, found = told(stem, source.replace(old, new), tmp_path)
    assert found is not None
    assert (found.id, found.where) == (name, where)


@pytest.mark.split("stem")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("every", shares(SHARE, WHOLE))
@pytest.mark.parametrize("stem", [topic.stem for topic in topics("rule")])
def test_every_pattern_is_true(stem: str, every: int, tmp_path: Path) -> None:
    """Of what is found in public, and of wrong turns of every kind."""
    public = list(corpus(stem, "public").items())[:: 1 if every == WHOLE else 2]
    for name, source in (*public, *share(wrong.rules(stem).items(), every, stem)):
        try:
            told(stem, source, tmp_path)
        except AssertionError as error:
            error.add_note(f"of {name}")
            raise


def test_a_right_rule_has_no_pattern(tmp_path: Path) -> None:
    for source in list(corpus("adam", "right").values())[:3]:
        _, found = told("adam", source, tmp_path)
        assert found is None


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("vectors-only", {"traits": (("0-d-only", ""),)}),
    ("vectors-only", {"traits": (("no-0-d", ""),)}),
    ("zero-gradient", {"at_once": False}),
    ("hyperparameter-on", {"traits": (("hyperparameter-on", "lr"),)}),
    ("right-until-step", {"step": 6}),
    ("right-until-step", {"step": 8}),
    ("right-until-move", {"moves": 1}),
    ("large-gradient", {"low": 1e6, "high": 1e7}),
    ("large-norm", {"size": "gradient", "level": "element"}),
    ("large-result", {"there": 5.0}),
    ("small-hyperparameter", {"name": "weight_decay"}),
    ("only-in-step", {"steps": (4, 5, 1)}),
    ("only-in-the-first-steps", {"steps": (1, 4, 1)}),
    ("every-some-steps", {"steps": (2, 161, 2)}),
    ("from-position", {"traits": (("from-position-3", ""),)}),
    ("moved-by-transposing", {"traits": (("not-the-first-row", ""),)}),
    ("negative-gradient", {"traits": (("positive-gradient", ""),)}),
]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_a_false_claim_is_refused(name: str, change: dict[str, Any], tmp_path: Path) -> None:
    truth, found = told("sgd", SGD.replace("{condition}", CONDITIONS[name]), tmp_path)
    assert found is not None
    with np.errstate(all="ignore"), pytest.raises(AssertionError):
        patterned.check(truth, replace(found, claim={**found.claim, **change}).said())


def test_every_sentence_of_a_pattern_is_recomputed() -> None:
    """A text of whoever makes patterns, or words within it, is read back by `patterned.py`, or it is told unheld."""
    folder = Path(patterns.__file__).parent
    makers = [path.stem for path in folder.glob("*.py") if 'Finding("pattern"' in path.read_text("utf-8")]
    assert {"patterns", "sizes", "some_steps", "cures"} <= {*makers}
    told = {f"{module}/{name}" for module in (*makers, "traits") for name in sentences.texts(module)}
    assert told == patterned.IN_SENTENCES


ASTRAY = Text(
    en="A parameter of a single element goes wrong exactly in the first step in which `weight_decay` is 0; everything "
    "else is right.",
    zh="一旦 `weight_decay` 为 0，只有一个元素的参数就在那一步出错；其余都对。",
)
"""A sentence as they are, and true of none of the rules above."""


def other_numbers(text: Text) -> Text:
    """The same with the first number larger, in both languages."""
    number = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
    en, zh = (number.sub(lambda found: f"{float(found[0]) + 1:g}", written, count=1) for written in (text.en, text.zh))
    return Text(en=en, zh=zh)


@pytest.mark.parametrize(
    "name", ["right-until-step", "right-until-move", "large-gradient", "small-hyperparameter", "only-in-step",
             "only-in-the-first-steps", "every-some-steps", "from-position", "negative-gradient", "vectors-only",
             "hyperparameter-on", "only-the-first-move"]
)  # fmt: skip
def test_a_false_sentence_is_refused_whatever_is_claimed(name: str, tmp_path: Path) -> None:
    truth, found = told("sgd", SGD.replace("{condition}", CONDITIONS[name]), tmp_path)
    assert found is not None
    changed = [each for each in (ASTRAY, other_numbers(found.text)) if each != found.text]
    english_alone = Text(en=ASTRAY.en, zh=found.text.zh)
    for text in (*changed, english_alone):
        with np.errstate(all="ignore"), pytest.raises(AssertionError):
            patterned.check(truth, replace(found, text=text).said())


def test_what_another_finding_says_already_is_not_told_again() -> None:
    def made(kind: Any, name: str, where: str) -> Finding:
        return Finding(kind, name, where, Text(en="a", zh="甲"))

    given = made("pattern", "hyperparameter-not-given", "lr, betas")
    assert patterns.follows(given, [made("default", "default-lr", "lr")])
    assert not patterns.follows(given, [made("property", "depends-on-sign", "")])
    decay = made("pattern", "hyperparameter-on", "weight_decay")
    assert patterns.follows(decay, [made("hyperparameter", "ignores-weight-decay", "weight_decay")])
    assert not patterns.follows(decay, [made("hyperparameter", "ignores-eps", "eps")])


RATES = [
    ("done = min(done, 1)", "done = min(done, 1) ** 0.5", "T_max"),
    ("* t / self.total_iters)", "* (t / self.total_iters) ** 2)", "total_iters"),
    ("self.inner.lr = rate", "self.inner.lr = 1.01 * rate", ""),
]


@pytest.mark.parametrize(("old", "new", "where"), RATES)
def test_the_rates_of_a_path_are_read_off_it(old: str, new: str, where: str, tmp_path: Path) -> None:
    source = Topic.load("schedules").solution.read_text("utf-8")
    assert source.count(old) == 1
    with np.errstate(all="ignore"):
        truth, evidence = gathered("schedules", source.replace(old, new), tmp_path)
        found = rates.rates(evidence)
        assert found is not None
        assert (found.id, found.where) == ("other-rate", where)
        patterned.check(truth, found.said())
        changed = replace(found, claim={**found.claim, "got": found.claim["right"]})
        with pytest.raises(AssertionError):
            patterned.check(truth, changed.said())


@pytest.mark.parametrize(
    ("stem", "old", "new"),
    [
        ("schedules", 'state["inner"])\n', 'state["inner"])\n        new_param = new_param - 0.01 * grad\n'),
        ("lookahead", "slow = slow + self.alpha", "slow = slow + 0.9 * self.alpha"),
    ],
)
def test_no_rate_is_read_off_where_something_else_is_wrong(stem: str, old: str, new: str, tmp_path: Path) -> None:
    source = Topic.load(stem).solution.read_text("utf-8")
    assert source.count(old) == 1
    with np.errstate(all="ignore"):
        _, evidence = gathered(stem, source.replace(old, new), tmp_path)
        assert rates.rates(evidence) is None
