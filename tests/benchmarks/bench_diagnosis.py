"""How much of what is wrong is named or explained: `benchmarks/diagnosis`, the half that is for the score.

The time is of this process, with everything read that is read once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.diagnosis import corpus, report, systems
from benchmarks.diagnosis.score import Score, score
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.diagnosis.answers import Answer

BARS = {"single and double": 97.0, "default and constant": 95.0, "sneaky": 85.0}
"""Percent named or explained, by kinds; of what was seen in public, by how often, it is `WILD`."""
WILD = 90.0
MISNAMED = 0.5
MILLISECONDS = 150.0


def rows() -> Iterator[Row]:
    """The course's judge against its bars, and the baselines beside it."""
    items = corpus.items("score")
    found = report.asked(items, list(systems.SYSTEMS))
    scores = {name: score(items, answers) for name, answers in found.items()}
    yield from _course(items, found["course"], scores["course"])
    for name, each in scores.items():
        if name != "course":
            yield Row(f"{name}: named or explained", 100 * each.rates["named or explained"].value, "%")
            yield Row("  named wrongly", 100 * each.rates["named wrongly"].value, "%")


def _course(items: tuple[corpus.Item, ...], answers: dict[str, Answer], whole: Score) -> Iterator[Row]:
    name = "named or explained"
    yield Row("wrong rules that pass", whole.counts.get("missed", 0), "", bar=0)
    yield Row("right rules that fail", whole.counts.get("blamed", 0), "", bar=0)
    yield Row("named wrongly", 100 * whole.rates["named wrongly"].value, "%", bar=MISNAMED)
    yield Row(f"{name}, by how often seen in public", 100 * whole.weighted[name].value, "%", bar=WILD, at_least=True)
    for kinds, bar in BARS.items():
        some = [item for item in items if item.kind in kinds.split(" and ")]
        yield Row(f"{name}, {kinds}", 100 * score(some, answers).rates[name].value, "%", bar=bar, at_least=True)
    for kind in ("triple", "handling"):
        some = [item for item in items if item.kind == kind]
        yield Row(f"{name}, {kind}", 100 * score(some, answers).rates[name].value, "%")
    wrong = score([item for item in items if not item.right], answers).seconds
    yield Row("a wrong rule answered, median", 1000 * (wrong or 0.0), "ms", bar=MILLISECONDS)
