"""JUnit's XML, one testcase a case: GitLab, Jenkins and Artemis read it.

The names of the testcases are ids, the same for every submission, because Artemis gives points by name; their titles
are in the text. A fresh case, another one each time, is called `fresh`. GitLab shows `classname` as the suite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from course.exports import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.exports.graded import Graded
    from course.grading.verdict import Verdict
    from course.text import Text

REFUSED = "graded"
"""The testcase that fails where nothing could be judged."""


def result(graded: Graded) -> str:
    """Return the text of the file for a submission that was judged."""
    return of_class([("", graded.verdict)])


def of_class(verdicts: Sequence[tuple[str, Verdict]]) -> str:
    """Return the text of one file for many submissions, a suite each.

    Args:
        verdicts: the student's name, "" if nobody asks for it, and the verdict.

    Returns:
        The file's text.

    """
    root = ET.Element("testsuites", name="downhill")
    for student, verdict in verdicts:
        _suite(root, student, verdict)
    return _file(root)


def refusal(why: Text) -> str:
    """Return the text of the file for a submission that could not be judged: one testcase with an error."""
    root = ET.Element("testsuites", name="downhill")
    suite = ET.SubElement(root, "testsuite", name="downhill", tests="1", failures="0", errors="1", skipped="0")
    case = ET.SubElement(suite, "testcase", classname="downhill", name=REFUSED)
    _explained(case, "error", "refused", words.both(why))
    return _file(root)


def _suite(root: ET.Element, student: str, verdict: Verdict) -> None:
    """A failed stretch case is skipped and not failed: it costs nothing, and a job does not fail by it."""
    name = f"{verdict.topic}/{words.plain(student)}" if student else verdict.topic
    failed = sum(not row.passed and not row.stretch for row in verdict.cases)
    skipped = sum(not row.passed and row.stretch for row in verdict.cases)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(verdict.cases)),
        failures=str(failed),
        errors="0",
        skipped=str(skipped),
    )
    properties = ET.SubElement(suite, "properties")
    facts = {
        "status": verdict.status,
        "score": f"{verdict.score:g}",
        "max-score": f"{verdict.max_score:g}",
        "extra": f"{verdict.stretch_score:g}",
    }
    for each, value in facts.items():
        ET.SubElement(properties, "property", name=each, value=value)
    for row in verdict.cases:
        case = ET.SubElement(suite, "testcase", classname=name, name="fresh" if row.fresh else row.id)
        if not row.passed:
            text = f"{words.one_line(row.title)}\n{words.reason(row)}"
            _explained(case, "skipped" if row.stretch else "failure", verdict.status, text)
    ET.SubElement(suite, "system-out").text = words.both(verdict.message)


def _explained(case: ET.Element, kind: str, what: str, text: str) -> None:
    ET.SubElement(case, kind, type=what, message=text.partition("\n")[0]).text = text


def _file(root: ET.Element) -> str:
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
