"""Runs the smallest input again, on the file, on the course's own solution and on torch, and the smaller ones, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import oracle
from course.grading.case import Case
from course.grading.findings.lattice import lattice, size
from course.grading.findings.lattice import right as solution
from course.text import Text
from tests.grading.findings.patterned import near

if TYPE_CHECKING:
    from course.grading.case import Trajectory
    from course.grading.said import Said
    from course.grading.wire import Answer
    from tests.grading.truth import Truth

TITLE = Text(en="an input", zh="一个输入")


def case_of(claim: Any) -> Case:
    """The input that a finding speaks of."""
    params = tuple(np.array(each, float) for each in claim["params"])
    grads = tuple(tuple(np.array(each, float) for each in step) for step in claim["grads"])
    return Case("input", TITLE, claim["hyperparameters"], params, grads, claim["schedule"])


def wrong(case: Case, right: Trajectory, answer: Answer) -> list[int]:
    """By parameter, the first step in which it is wrong; one more than there are where none is."""
    from tests.grading.truth import within

    steps = []
    for start, wanted, got in zip(case.params, right.params, answer.params, strict=True):
        rows = within(got, wanted, start, 1e-9, 1e-14).reshape(case.steps, -1).all(axis=1)
        steps.append(case.steps + 1 if rows.all() else int(rows.argmin()) + 1)
    return steps


def check(truth: Truth, said: Said) -> None:
    """The file is wrong there, in the last step and not before, and on no smaller input; every number is right."""
    if said.claim["id"] == "first-wrong-step":
        by_case(truth, said)
        return
    case, i = case_of(said.claim), said.claim["parameter"]
    right = oracle.trajectory(truth.judged.topic, case)
    ours = solution(truth.judged.topic, case)
    for one, other, start in zip(right.params, ours.params, case.params, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12 * (1 + np.abs(start).max()))
    got = truth.judged.again([case])["input"]
    steps = wrong(case, right, got)
    assert steps[i] == case.steps == min(steps)
    assert said.text.en.count("\n") == said.text.zh.count("\n")
    shown(said, case, right, got)
    if "small-" in said.claim["of"]:
        minimal(truth, said, case)
    code = [line.strip("`") for line in said.text.en.split("\n") if line.startswith("`")]
    assert code == [line.strip("`") for line in said.text.zh.split("\n") if line.startswith("`")]
    if code:
        run(truth, code, got)


def shown(said: Said, case: Case, right: Trajectory, got: Answer) -> None:
    """Both rows of numbers are these, rounded, and somewhere they differ."""
    i, index, last = said.claim["parameter"], said.claim["index"], case.steps - 1
    whole = case.params[i].size <= 4
    names = [*said.claim["entries"], ""]
    for lang in ("en", "zh"):
        rows = said.text[lang].split("\n")[1:3]
        figures = [re.findall(r"(?<![\w.(_])-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|inf|nan)(?![\w_])", row) for row in rows]
        if not whole:
            figures = [each[len(index) :] for each in figures]
        assert figures[0] != figures[1]
        both: tuple[Trajectory | Answer, ...] = (right, got)
        for row, path in zip(figures, both, strict=True):
            columns = [path.state.get(name) if name else path.params for name in names]
            last_ones = [column[i][last] for column in columns if column is not None]
            if not whole:
                last_ones = [each[index] if np.ndim(each) else each for each in last_ones]
            values = [float(each) for one in last_ones for each in np.ravel(one)]
            assert len(row) == len(values), (row, values)
            for figure, value in zip(row, values, strict=True):
                assert any(figure == f"{value:.{digits}g}" for digits in range(6, 18)), (figure, value)
        assert all(f"`{name}`" in rows[0] for name in names if name)


def minimal(truth: Truth, said: Said, case: Case) -> None:
    """Nothing that comes before it in the lattice is wrong; or nothing at all is, where this is not plain to see."""
    every = lattice(truth.judged.topic)
    at = next(number for number, each in enumerate(every) if each.id == said.claim["of"])
    assert sorted(every, key=size) == list(every)
    answers = truth.judged.again(every)
    before = every[:at] if said.claim["plain"] else every
    for each in before:
        answer = answers[each.id]
        if answer.problem or answer.steps < each.steps:
            continue
        right = solution(truth.judged.topic, each)
        for start, wanted, got, step in zip(
            each.params, right.params, answer.params, wrong(each, right, answer), strict=True
        ):
            if step <= each.steps and step == min(wrong(each, right, answer)):
                off = np.abs(got[step - 1] - wanted[step - 1])
                moved = np.maximum(np.abs(wanted[step - 1] - start), np.abs(got[step - 1] - start))
                assert (off <= 1e-3 * np.maximum(moved, 1e-3 * np.abs(wanted[step - 1])) * (1 + 1e-9)).any(), each.id
    assert case.steps <= every[at].steps


def run(truth: Truth, code: list[str], got: Answer) -> None:
    """The lines that are shown can be run, and end where the file ends."""
    printed: list[Any] = []

    def learner(stem: str) -> Any:
        assert stem == truth.judged.topic.stem
        return truth.judged.rule(truth.judged.source)

    room = {"np": np, "learner": learner, "print": lambda *each: printed.extend(each)}  # of a notebook's first cell
    with np.errstate(all="ignore"):
        exec("\n".join(code), room)  # noqa: S102 - a file of ours, and lines of ours
    params, _ = printed
    for param, path in zip(params, got.params, strict=True):
        np.testing.assert_allclose(np.asarray(param), path[-1], rtol=1e-12)


def by_case(truth: Truth, said: Said) -> None:
    """The first wrong number of the public case that goes wrong after the fewest steps."""
    case, step, i, element = (said.claim[name] for name in ("case", "step", "parameter", "element"))
    found = truth.case(case)
    assert step == truth.wrong_step(found, i)
    assert step == min(truth.wrong_step(each, k) for each in truth.core for k in range(len(each.params)))
    index = np.unravel_index(element, found.params[i].shape)
    assert not near(truth, found, i, truth.got(case, i))[(step - 1, *index)]
    right, got = (float(path[(step - 1, *index)]) for path in (truth.expected(case, i), truth.got(case, i)))
    for text in (said.text.en, said.text.zh):
        for value in (right, got):
            assert any(f" {value:.{digits}g}" in text for digits in range(6, 18)), value
        assert str([int(k) for k in index]) in text if index else "[" not in text
