"""The fingerprint of a path: the same for one misunderstanding written in many ways, another for every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.grading import mistakes
from course.grading.case_set import visible
from course.grading.fingerprint import fingerprint
from course.grading.judge import judge
from course.grading.mistakes.simulate import simulate
from course.grading.verdict import Verdict
from course.grading.wire import Answer
from course.topic import Topic

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.case import Case

ADAM = Topic.load("adam")
SOLUTION = ADAM.solution.read_text("utf-8")
ODD = SOLUTION.replace("beta1, beta2 = self.betas", "beta1, beta2 = 0.123, 0.456")
ALSO_ODD = ODD.replace(
    'exp_avg_sq = beta2 * state["exp_avg_sq"] + (1 - beta2) * grad**2',
    'old = state["exp_avg_sq"]\n        exp_avg_sq = old - (1 - beta2) * (old - grad * grad)',
).replace("new_param = param - self.lr * move / denom", "new_param = param + move * (-self.lr / denom)")
OTHERWISE_ODD = SOLUTION.replace("beta1, beta2 = self.betas", "beta1, beta2 = 0.123, 0.457")


def verdict(folder: Path, text: str) -> Verdict:
    (folder / "adam.py").write_text(text, "utf-8")
    return judge(ADAM, folder)


def test_files_that_compute_the_same_have_the_same(tmp_path: Path) -> None:
    assert ALSO_ODD.count("old - (1 - beta2)") == 1
    assert ALSO_ODD.count("(-self.lr / denom)") == 1
    first, second, third = (verdict(tmp_path, text) for text in (ODD, ALSO_ODD, OTHERWISE_ODD))
    assert (first.status, first.mistakes, first.alternatives) == ("wrong", (), ())
    assert len(first.fingerprint) == 16
    assert second.fingerprint == first.fingerprint
    assert third.fingerprint not in {"", first.fingerprint}
    assert Verdict.from_json(first.to_json("en")).fingerprint == first.fingerprint


@pytest.mark.parametrize("old", ["", "bias_correction1 = 1 - beta1**step", "return new_param, "])
def test_what_is_right_or_recognised_has_none(tmp_path: Path, old: str) -> None:
    new = {"": "", "return new_param, ": "return "}.get(old, "bias_correction1 = 1")
    found = verdict(tmp_path, SOLUTION.replace(old, new) if old else SOLUTION)
    assert found.passed or found.mistakes or found.status == "error"
    assert found.fingerprint == ""
    assert "fingerprint" not in found.to_json("en")


def answered(case: Case, path: tuple[np.ndarray, ...]) -> Answer:
    return Answer(len(path[0]), path, {}, None)


def test_every_mistake_of_the_catalogue_has_its_own_whatever_is_rounded() -> None:
    """Of paths that differ in their last digits alone it is one."""
    cases = [case for case in visible(ADAM) if not case.stretch]
    draw = np.random.default_rng(2026)
    seen: dict[str, list[str]] = {}
    with np.errstate(all="ignore"):
        for (mistake,) in mistakes.catalogue(ADAM).singles:
            if mistake.wrap:
                continue
            paths = simulate(ADAM, (mistake,), cases)
            exact = fingerprint(cases, {case.id: answered(case, paths[case.id]) for case in cases})
            noisy = {
                case.id: answered(
                    case,
                    tuple(
                        each + 1e-15 * np.maximum.accumulate(np.abs(each)) * draw.uniform(-1, 1, each.shape)
                        for each in paths[case.id]
                    ),
                )
                for case in cases
            }
            assert fingerprint(cases, noisy) == exact, mistake.id
            seen.setdefault(exact, []).append(mistake.id)
    assert [each for each in seen.values() if len(each) > 1] == []
    assert len(seen) > 20
