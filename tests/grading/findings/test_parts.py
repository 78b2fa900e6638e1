"""Which part of a rule is right is told of files in which it is so, and of no right file; and so is what is cut off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.authoring import phases as checked
from course.grading.case_set import visible
from course.grading.findings import parts, patterns
from course.grading.findings.quantities import quantities
from course.grading.findings.questions import Interview
from course.topic import Topic, topics
from tests.grading.findings import claims, patterned
from tests.grading.findings.files import edited, judged
from tests.grading.findings.gathered import gathered
from tests.topics import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.findings.finding import Finding

pytestmark = pytest.mark.usefixtures("no_piece_helps")

STEMS = [topic.stem for topic in topics("rule")]
NAMED = [topic for topic in topics("rule") if topic.quantities]

NUMPY = ("from dataclasses import dataclass", "import numpy as np\nfrom dataclasses import dataclass")

WRONG = [
    ("adam", [("- self.lr * move", "- self.lr / step**0.5 * move")], "steps-by-a-factor", "0.7071, 0.5774, 0.5, 0."),
    ("adam", [("(second / bias_correction2)", "(second / (1 - beta2 ** (step**2)))")], "steps-by-a-factor", "in steps"),
    ("momentum", [("- self.lr * buf", "- self.lr * buf / (1 + 0.1 * state.get('n', 0))"),
                  ('{"momentum_buffer": buf}', '{"momentum_buffer": buf, "n": state.get("n", 0) + 1}')],
     "steps-by-a-factor", "Without weight decay, each"),
    ("adamw", [("(1 - self.lr * self.weight_decay)", "np.exp(-self.lr * self.weight_decay)")],
     "decay-by-another-share", "must leave"),
    ("adamw", [("(1 - self.lr * self.weight_decay)", "(1 - self.lr * self.weight_decay / (state['step'] + 1))")],
     "decay-by-another-share", "step 2 must leave"),
    ("adam", [("** 0.5 + self.eps", "** 0.45 + self.eps")], "denominator-alone", "what it is divided by is not"),
    ("adam", [("move = exp_avg / bias_correction1", "move = 0.7 * exp_avg / bias_correction1 + 0.3 * grad")],
     "right-without-betas", "look at what `betas[0]` does"),
]  # fmt: skip
"""Topic, what is changed in the solution, what is then told, and words of it."""


@pytest.mark.parametrize(("stem", "changes", "name", "words"), WRONG, ids=[f"{row[0]}-{row[2]}" for row in WRONG])
def test_the_part_is_told(stem: str, changes: list[tuple[str, str]], name: str, words: str, tmp_path: Path) -> None:
    source = edited(stem, NUMPY, *changes)
    found = [each for each in judged(stem, source, tmp_path).verdict.findings if each.id == name]
    assert found
    assert any(words in each.text.en for each in found), found
    truth, _ = gathered(stem, source, tmp_path)
    for each in found:
        claims.part(truth, each.said())


@pytest.mark.parametrize("stem", STEMS)
def test_of_right_rules_nothing_is_told(stem: str, tmp_path: Path) -> None:
    topic = Topic.load(stem)
    for source in list(corpus(stem, "right").values())[:3]:
        _, evidence = gathered(stem, source, tmp_path)
        asked = parts.parts(topic)
        with np.errstate(all="ignore"):
            assert parts.findings(topic, Interview.hold(evidence, asked.base, asked.questions)) == []
            assert patterns.pattern(evidence) is None


CLIPPED = """
        move = exp_avg / bias_correction1
        if 2 / (1 - beta2) - 1 - 2 * step * beta2**step / (1 - beta2**step) <= 5:
            move = np.clip(move, -1.0, 1.0)"""

FADING = """
        fading = beta1 * 0.99 ** (step - 1)
        exp_avg = fading * state["exp_avg"] + (1 - fading) * grad"""

CUT = [
    ("adam", [("self.lr * move / denom", "self.lr * np.clip(move / denom, -1.2, 1.2)")], "large-step-in-rates"),
    ("adam", [("bias_correction1 = 1 - beta1**step", "bias_correction1 = 1 - beta1**step * (beta1**step > 1e-3)")],
     "small-beta1-power"),
    ("adamw", [("self.lr * self.weight_decay)", "min(self.lr * self.weight_decay, 1.0))")], "large-decayed"),
    ("nadam", [('state["mu_product"] * mu', 'max(state["mu_product"] * mu, 0.01)')], "small-mu-product"),
    ("radam", [("move = rect * move", "move = (rect if rect < 0.9 else 1.0) * move")], "large-rectification"),
    ("radam", [("move = exp_avg / bias_correction1", CLIPPED)], "large-first-moment-before-rectification"),
]  # fmt: skip
"""Topic, what is cut off in its solution, and what is told."""


@pytest.mark.parametrize(("stem", "changes", "name"), CUT, ids=[row[2] for row in CUT])
def test_what_is_cut_off_is_told_by_its_size(
    stem: str, changes: list[tuple[str, str]], name: str, tmp_path: Path
) -> None:
    with np.errstate(all="ignore"):
        truth, evidence = gathered(stem, edited(stem, NUMPY, *changes), tmp_path)
        found: Finding | None = patterns.pattern(evidence)
    assert found is not None
    assert found.id == name, found.text.en
    patterned.check(truth, found.said())


@pytest.mark.parametrize("topic", NAMED, ids=lambda topic: topic.stem)
def test_every_quantity_is_tried_and_computed_alone(topic: Topic) -> None:
    assert topic.quantities.keys() <= patterned.SIZES.keys()
    assert checked.problems(topic) == []


@pytest.mark.parametrize("of", ["beta3**step", "beta1 **", "", "self.nothing"])
def test_a_quantity_that_the_solution_has_not_is_refused(of: str) -> None:
    topic = replace(NAMED[0], quantities={"some": (of, NAMED[0].title)})
    (problem,) = checked.problems(topic)
    for text in (problem.en, problem.zh):
        assert "[quantities.some]" in text
        assert f"`{of}`" in text
    ((_, _, _, rows),) = quantities(topic, visible(topic)[:1])
    assert not any(row.any() for row in rows[0])


LAST = [
    ("adam", [('exp_avg = beta1 * state["exp_avg"] + (1 - beta1) * grad', FADING)],
     "from-step", "at least 2 steps have been taken"),
    ("radam", [("move = rect * move", "move = (rect if step < 100 else 1.0) * move")],
     "from-step", "at least 100 steps have been taken"),
    ("adamw", [("param = param * (1 - self.lr * self.weight_decay)",
                "param = param * state.get('left', 1 - self.lr * self.weight_decay)"),
               ('"max_exp_avg_sq": largest}', '"max_exp_avg_sq": largest, "left": 1 - self.lr * self.weight_decay}')],
     "one-of-two-changed", "one of `lr`, `weight_decay`"),
]  # fmt: skip
"""Topic, what is changed in its solution, the pattern, and words of it."""


@pytest.mark.parametrize(("stem", "changes", "name", "words"), LAST, ids=[f"{row[0]}-{row[2]}" for row in LAST])
def test_what_comes_after_some_steps_is_told(
    stem: str, changes: list[tuple[str, str]], name: str, words: str, tmp_path: Path
) -> None:
    with np.errstate(all="ignore"):
        truth, evidence = gathered(stem, edited(stem, NUMPY, *changes), tmp_path)
        found = patterns.pattern(evidence)
    assert found is not None
    assert found.id == name, found.text.en
    assert words in found.text.en
    patterned.check(truth, found.said())
