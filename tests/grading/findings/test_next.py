"""Every wrong verdict ends with something to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.rule import load
from course.topic import Topic, topics
from tests.grading import catalogued, mutants, wrong
from tests.shares import share, shares
from tests.topics import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.verdict import Verdict

pytestmark = [pytest.mark.split("stem"), pytest.mark.filterwarnings("ignore")]


def last(verdict: Verdict) -> tuple[str, str]:
    """The kind of the last sentence before the numbers, and of the finding if it is one."""
    at = sum(case.reason is not None for case in verdict.cases)
    message = verdict.said[at:]
    diagnosis = message[: len(message) - verdict.details]
    return diagnosis[-1].kind, str(diagnosis[-1].claim.get("finding", ""))


def something_to_do(verdict: Verdict) -> bool:
    """Reread a section, run the smallest input, mend what explains everything, or do what the contract asks."""
    kind, finding = last(verdict)
    if kind == "finding":
        explained = "unknown" not in {each.kind for each in verdict.said}
        return finding == "smallest" or explained
    return kind in {"reread", "reason"}


SHARE, WHOLE = 60, 10
"""Of the wrong rules these shares are tried, always and in full."""
OF_MUTANTS = 4
"""Of the mutants this share of the wrong rules': there are so many times more."""


@pytest.mark.parametrize("every", shares(SHARE, WHOLE))
@pytest.mark.parametrize("stem", [topic.stem for topic in topics("rule")])
def test_every_wrong_verdict_ends_with_something_to_do(stem: str, every: int, tmp_path: Path) -> None:
    rules = [
        *list(corpus(stem, "public").items())[:: 1 if every == WHOLE else 2],
        *share(wrong.rules(stem).items(), every, stem),
        *((mutant.change, mutant.source) for mutant in mutants.mutants(stem, OF_MUTANTS * every)),
    ]
    count = 0
    for name, source in rules:
        file = tmp_path / f"{stem}.py"
        file.write_text(source, "utf-8")
        verdict = catalogued.verdict(stem, load(file, Topic.load(stem).class_name), file)
        if verdict.status == "wrong":
            count += 1
            assert something_to_do(verdict), (name, verdict.message.en)
    assert count
