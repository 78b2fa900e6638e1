"""The one piece of a file without which it is right: left out of the learner's own text, and seen.

The pieces (`pieces.py`) are tried all in one run, on the case that goes wrong first; those with which it comes out
right are tried once more, each by itself, on every visible core case. So nothing has to be known of the mistake.
"""

from __future__ import annotations

import codecs
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from course.grading.compare import first_off
from course.grading.findings.asking import probe, right
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import defaults
from course.grading.findings.pieces import ORDER, pieces, switched
from course.text import quoted, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case
    from course.grading.findings.asking import Meanwhile
    from course.grading.findings.evidence import Evidence
    from course.grading.findings.pieces import Cut
    from course.grading.wire import Answer

TEXTS = texts(__file__)

SAID = {
    "never": TEXTS["never"],
    "always": TEXTS["always"],
    "dropped": TEXTS["dropped"],
    "fresh": TEXTS["fresh"],
    "without": TEXTS["without"],
    "compared": TEXTS["compared"],
    "read": TEXTS["read"],
}
MOST = 150
"""Pieces that are tried."""
STEPS = 12_000
"""Steps that are taken at most, with all pieces together."""
BEYOND = 1
"""Steps after the first wrong one that are taken as well."""
LAST = 3
"""Pieces that are tried on every case."""


def left_out(evidence: Evidence, meanwhile: Meanwhile) -> Finding | None:
    """Find the piece of a file without which it is right in every visible core case, or two such pieces.

    Args:
        evidence: what is known of the file.
        meanwhile: what is done while the pieces are tried.

    Returns:
        The finding; None if there is no such piece.

    """
    asker = evidence.asker
    if asker is None or not all(case.id in evidence.answers for case in evidence.core):
        return None
    source = asker.source.removeprefix(codecs.BOM_UTF8)
    found, tried = _search(evidence, source, evidence.answers, meanwhile)
    for piece, answers in tried if not found else ():
        second, _ = _search(evidence, piece.left_out(source), answers)
        if second and second[0].old.encode() in source:  # as it stands in the file
            found = [piece, *second]
            break
    if not found:
        return None
    told = [SAID[each.how].format(line=each.line, old=_shown(each.old), new=_shown(each.new)) for each in found]
    question = TEXTS["what-for"] if found[0].how in {"dropped", "never", "always"} else TEXTS["difference"]
    if len(found) == 1:
        text = TEXTS["one"].format(first=told[0], question=question)
    else:
        text = TEXTS["two"].format(first=told[0], second=told[1])
    claim = tuple(asdict(each) for each in found)
    where = ", ".join(f"line {each.line}" for each in found)
    return Finding("edit", f"right-if-{found[0].how}", where, text, {"edits": claim})


def _shown(piece: str) -> str:
    """Return a piece as it is quoted, on one line."""
    return quoted(" ".join(piece.split()))


def _search(
    evidence: Evidence, source: bytes, answers: Mapping[str, Answer], meanwhile: Meanwhile | None = None
) -> tuple[list[Cut], list[tuple[Cut, Mapping[str, Answer]]]]:
    """Return the piece without which a source is right, if there is one; and those without which it gets further.

    Args:
        evidence: what is known of the file.
        source: the file, or what is left of it.
        answers: its own.
        meanwhile: what is done while the pieces are tried.

    """
    place = _first(evidence, answers)
    if not evidence.asker or not place:  # the file is wrong in what it does beside its numbers, or in a stretch option
        return [], []
    case, step = place
    hopeful = pieces(source, defaults(evidence.topic))
    for steps in (min(step + BEYOND, case.steps), case.steps):
        if len(hopeful) > LAST:  # the second time only if too many have stood the first
            hopeful = _sieve(evidence, source, hopeful, case, steps, meanwhile)
    further: list[tuple[Cut, Mapping[str, Answer]]] = []
    for piece in sorted(hopeful, key=lambda each: (ORDER.index(each.how), len(each.old)))[:LAST]:
        then = evidence.asker.ask(evidence.core, source=piece.left_out(source))
        if all(each.id in then for each in evidence.core):
            if _first(evidence, then) is None and not any(then[each.id].problem for each in evidence.core):
                return [piece], []  # and it changes no array of its caller's either
            further.append((piece, then))
    return [], further


def _sieve(
    evidence: Evidence, source: bytes, tried: Sequence[Cut], case: Case, steps: int, meanwhile: Meanwhile | None
) -> list[Cut]:
    """Return those pieces without which a source takes so many right steps of a case."""
    assert evidence.asker  # noqa: S101 - for the type checker
    tried = tried[: min(MOST, STEPS // steps)]
    asked = [probe(case.until(steps)) for _ in tried]
    seen = evidence.asker.ask(asked, source=switched(source, evidence.topic.class_name, tried), meanwhile=meanwhile)
    wanted = right(evidence.topic, asked[0]) if seen else ()
    answers = [(piece, seen.get(each.id)) for piece, each in zip(tried, asked, strict=True)]
    return [piece for piece, each in answers if each and first_off(wanted, each.params, case.params) is None]


def _first(evidence: Evidence, answers: Mapping[str, Answer]) -> tuple[Case, int] | None:
    """Return the case that goes wrong first, and at which step; None if all are right."""
    places = replace(evidence, answers=answers).places()
    return min(((case, step) for case, step, *_ in places), key=lambda each: each[1], default=None)
