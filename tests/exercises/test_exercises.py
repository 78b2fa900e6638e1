"""Your exercises, one test a case: `pytest -k adam`. The verdict is the judge's, the same as everywhere.

What is not written yet is skipped; a stretch case that fails is only expected to. `--submission DIR` tests the files of
another folder, for instance `--submission solutions`.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from course.grading import case_set, render
from course.grading.judge import checked
from course.grading.verdict import Verdict
from course.system import workspace
from course.text import language
from course.topic import Topic, topics

# In the course's own suite a warning of its code is an error; a learner has to do with none.
pytestmark = pytest.mark.filterwarnings("ignore")


@functools.cache
def verdict(stem: str, folder: Path) -> Verdict:
    """Each topic is judged once, however many of its cases are tested."""
    return checked(Topic.load(stem), folder)


@pytest.mark.parametrize(
    ("stem", "case_id"),
    [
        pytest.param(each.stem, case.id, id=f"{each.stem}-{case.id}")
        for each in topics()
        for case in case_set.visible(each)
    ],
)
def test_case(stem: str, case_id: str, request: pytest.FixtureRequest) -> None:
    found = verdict(stem, request.config.getoption("--submission") or workspace.learner())
    if found.status == "not-implemented":
        pytest.skip(f"not implemented · 尚未实现: {found.message[language()]}")
    result = next(case for case in found.cases if case.id == case_id)
    if result.passed:
        return
    reason = result.reason[language()] if result.reason else found.message[language()]
    if result.stretch:
        pytest.xfail(f"stretch · 选做: {reason}")
    first = next(case for case in found.cases if not case.passed)
    # The whole report once a topic, with the mistake and the picture; the other cases are told in a line.
    told = f"\n\n{render.terminal(found, language())}" if result is first else ""
    pytest.fail(f"{result.title[language()]}: {reason}{told}", pytrace=False)
