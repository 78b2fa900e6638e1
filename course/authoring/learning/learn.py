"""`course build --learn DIR`: for each group of files, search for the edit that makes its path; write drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.authoring.learning import draft
from course.authoring.learning.draft import Drafts, Searched
from course.authoring.learning.gathering import answers_of, gather, numbers
from course.authoring.learning.search import MOST, EditSearch
from course.authoring.learning.trial import DIGITS
from course.classroom.bar import bar
from course.classroom.survey_text import known_text, listed
from course.grading.mistakes import catalogue
from course.system.workspace import ROOT
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from course.authoring.learning.gathering import Gathered, Unexplained
    from course.authoring.learning.search import Result
    from course.grading.case import Case

TEXTS = texts(__file__)

SEARCH = Text(en="search {number}/{groups}", zh="查找 {number}/{groups}")
GOOD = DIGITS - 0.01
"""Digits from which on a case counts as right: all that are counted, but for what rounding takes from a few numbers."""


def learn(directory: Path, *, most: int = MOST, progress: bool = True) -> None:
    """Search for what the files of a class or a folder do, and print what was found; nothing is put into the catalogue.

    What was searched for before is not searched for again, and an interrupted search goes on where it was.

    Args:
        directory: a class, or a folder of files of one topic, which are run behind a full wall or not at all.
        most: rewritten solutions that are tried for one group of files.
        progress: whether to show progress on standard error.

    Raises:
        CourseError: there is nothing to learn from, or the operating system has no full wall.

    """
    found = gather(directory.expanduser(), progress=progress)
    print(_summary(found), flush=True)
    for number, one in enumerate(found.groups, 1):
        print(_headed(one), flush=True)
        for line in _one(found, number - 1, most, progress=progress):
            print(f"  {line}", flush=True)


def _summary(found: Gathered) -> Text:
    """Say what there is."""
    told = [
        TEXTS["files"].format(
            files=found.files,
            passed=found.passed,
            named=found.named,
            stopped=found.stopped,
            unexplained=sum(each.files for each in found.groups),
            groups=len(found.groups),
        )
    ]
    if found.alone:
        told.append(TEXTS["alone"].format(count=found.alone))
    if not found.groups:
        told.append(TEXTS["nothing"])
    return Text.joined(told, en="\n", zh="\n")


def _headed(one: Unexplained) -> Text:
    return TEXTS["group"].format(stem=one.topic.stem, files=one.files, group=one.fingerprint)


def _one(found: Gathered, number: int, most: int, *, progress: bool) -> list[Text]:
    """Search for one group, write its draft, and say what came of it."""
    one = found.groups[number]
    drafts, book = Drafts(one.topic), catalogue(one.topic)
    literals = numbers(one.sources)
    inside = drafts.path.is_relative_to(ROOT)
    where = (drafts.path.relative_to(ROOT) if inside else drafts.path).as_posix()
    before, course = drafts[one.fingerprint], draft.course_of(book, literals)
    if drafts.begun(one.fingerprint):
        return [TEXTS["begun"].format(path=where)]
    if (
        before
        and before.course == course
        and (before.outcome == "found" or (before.outcome == "none" and before.bound >= most))
    ):
        return [TEXTS["done-before"].format(path=where)]
    ran = answers_of(one, full_wall=not found.trusted)
    if ran is None:
        return [TEXTS["another-path"]]
    begin = before.tried if before and before.course == course else 0
    search = EditSearch(one.topic, *ran, literals, book)
    what = SEARCH.format(number=number + 1, groups=len(found.groups))

    def kept(outcome: draft.Outcome, tried: int) -> None:
        known = Searched(outcome, tried, most, course)
        drafts.put(one.fingerprint, draft.block(one, search.result, known, drafts.ids(), book), known)

    with bar(what, total=most, shown=progress, leave=False) as told:
        try:
            result = search.run(most=most, begin=begin, told=told.update)
        except KeyboardInterrupt:
            if not search.result.found:
                kept("interrupted", max(begin, search.result.tried))
                print(TEXTS["interrupted"].format(path=where), flush=True)
            raise
    kept("found" if result.found else "none", result.tried)
    return _told(one, result, ran[0], where)


def _told(one: Unexplained, result: Result, cases: Sequence[Case], where: str) -> list[Text]:
    """Say what a search has come to."""
    if result.found:
        best = result.found[0]
        told = [TEXTS["found"].format(edits=draft.shown(best.edits), path=where)]
        if best.known:
            told.append(TEXTS["beside"].format(name=best.known.id, title=best.known.title))
        if len(result.found) > 1:
            told.append(TEXTS["others"].format(count=len(result.found) - 1))
        return told
    told = [TEXTS["none"].format(tried=result.tried)]
    if result.nearest:
        digits = result.nearest.agreement.cases
        right = [case.title for case, each in zip(cases, digits, strict=True) if each >= GOOD]
        told.append(TEXTS["nearest"].format(edits=draft.shown(result.nearest.edits), cases=listed(right)))
    return [*told, *known_text(one.known)]
