"""What the platforms do with a file, as far as a file can be wrong: each reader raises or asserts where they refuse."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMAS = Path(__file__).parent / "schemas"


def held(name: str, text: str) -> Any:
    """Read JSON and hold it against one of the schemas, with what a schema cannot say."""
    stored = json.loads(text, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))
    text.encode("utf-8")
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))).validate(stored)
    if name == "classroom50":
        for each in (stored, *stored["tests"]):
            assert each["score"] <= each["max-score"]
        assert stored["score"] == sum(each["score"] for each in stored["tests"])
        assert stored["max-score"] == sum(each["max-score"] for each in stored["tests"])
    if name == "prairielearn":
        assert len(text.encode("utf-8")) < 1_000_000
    return stored


CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
}
REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "property": {"name", "value"},
}
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "file"},
    "testcase": {"name", "classname", "time", "group"},
    "property": {"name", "value"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}


def junit(text: str) -> ET.Element:
    """Read JUnit's XML: the elements and attributes that the schema of xunit knows, and counts that are right."""
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.tag == "testsuites"
    for each in root.iter():
        assert {child.tag for child in each} <= CHILDREN.get(each.tag, set()), each.tag
        assert REQUIRED.get(each.tag, set()) <= set(each.attrib) <= ALLOWED.get(each.tag, set()), each.tag
    for suite in root:
        cases = suite.findall("testcase")
        counted = {"tests": len(cases)} | {
            f"{kind}s": sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error")
        }
        assert {name: int(suite.attrib[name]) for name in counted} == counted
        assert int(suite.attrib["skipped"]) == sum(case.find("skipped") is not None for case in cases)
        names = [(case.attrib["classname"], case.attrib["name"]) for case in cases]
        assert len(set(names)) == len(names), "GitLab ignores the second of a name"
    return root


@dataclass(frozen=True)
class Annotation:
    """What a runner of GitHub's makes of a command."""

    kind: str
    properties: Mapping[str, str]
    message: str


def github(text: str) -> list[Annotation]:
    """Read standard output as a runner does: every line must be one of the commands that we write."""
    found = []
    for line in text.splitlines():
        command = re.fullmatch(r"::(error|notice)(?: ([^:]*))?::(.*)", line)
        assert command, line
        told = dict(each.split("=", 1) for each in filter(None, (command[2] or "").split(",")))
        assert set(told) <= {"title", "file", "line"}
        values = {name: _unescaped(value.replace("%3A", ":").replace("%2C", ",")) for name, value in told.items()}
        found.append(Annotation(command[1], values, _unescaped(command[3])))
    return found


def _unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def rows(text: str) -> list[list[str]]:
    """Read CSV; every row has as many cells as the first, and no cell is a formula."""
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in found} == {len(found[0])}
    for row in found:
        assert not [cell for cell in row if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))]
    return found


def canvas(text: str) -> dict[str, dict[str, str]]:
    """Read a gradebook as Canvas's importer does: by student, the grades that would be set."""
    head, points, *students = rows(text)
    assert "Student" in head[0]
    assert "ID" in head[1]
    assert re.search(r"SIS\s+User\s+ID", head[2])
    assert re.search(r"SIS\s+Login\s+ID", head[3])
    assert "Section" in head[4]
    assignments = head[5:]
    assert not [name for name in assignments if re.search("(Current|Final|Override) (Score|Points|Grade)", name)]
    assert "Points Possible" in points[0]
    assert all(float(each) > 0 for each in points[5:])
    grades = {}
    for row in students:
        assert "Points Possible" not in row[0], "it would be taken for another row of points"
        grades[row[3]] = {name: each for name, each in zip(assignments, row[5:], strict=True) if each}
    return grades


def moodle(text: str, identifier: str = "Username") -> dict[str, dict[str, tuple[str, str]]]:
    """Read a table as Moodle's import does with the columns mapped: by student, the grade and the feedback."""
    head, *students = rows(text)
    grades = {}
    for row in students:
        told = dict(zip(head, row, strict=True))
        items = [name for name in head if f"{name} (feedback)" in head]
        for item in items:
            assert told[item] == "" or float(told[item]) <= 100
        grades[told[identifier]] = {item: (told[item], told[f"{item} (feedback)"]) for item in items}
    return grades
