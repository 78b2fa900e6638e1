"""Every form of every kind of submission is what its platform reads, and says the same as the verdict."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from course import cli_exports
from course.exports import classroom50, formats, github, gradescope, junit, prairielearn
from course.text import CourseError, Text
from tests.exports import readers
from tests.exports.conftest import ERROR_LINE, SEED, SUBMISSIONS, TOPIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.exports.graded import Graded

    Judged = Callable[[str, str | None], Graded]

KINDS = list(SUBMISSIONS)
ITS_RUNNER = {
    "CLASSROOM": "optimizers",
    "ASSIGNMENT": "momentum",
    "OWNER": "ada",
    "ASSIGNMENT_TYPE": "individual",
    "SUBMISSION_TAG": "submit/2026-11-01T10-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit/a1b2c3d",
    "RELEASE_URL": "https://example.org/releases/1",
    "GITHUB_ACTOR": "ada",
    "GITHUB_ACTOR_ID": "7",
}
WHY = Text(en="No wall stands: <b>here</b> ]]>", zh="没有隔离：<b>这里</b> ]]>")


@pytest.fixture(params=[None, SEED], ids=["fresh", "hidden"])
def seed(request: pytest.FixtureRequest) -> str | None:
    return str(request.param) if request.param else None


@pytest.fixture(autouse=True)
def _runner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REVIEW_URL", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ITS_RUNNER.items():
        monkeypatch.setenv(name, value)


def says_both(text: str, told: Text) -> bool:
    """Whether a text says the first sentence of a message in both languages."""
    return told.en.split("\n")[0] in text and told.zh.split("\n")[0] in text


@pytest.mark.parametrize("kind", KINDS)
def test_gradescope(judged: Judged, kind: str, seed: str | None) -> None:
    graded = judged(kind, seed)
    stored = readers.held("gradescope", gradescope.result(graded))
    counted = [each for each in stored["tests"] if "score" in each]
    assert stored["score"] == pytest.approx(graded.verdict.score + graded.verdict.stretch_score)
    assert sum(each["score"] for each in counted) == pytest.approx(stored["score"], abs=1e-4)
    assert [each["status"] == "passed" for each in counted] == [row.passed for row in graded.verdict.cases]
    assert says_both(stored["output"], (graded.at_once or graded.verdict).message)
    for each, row in zip(counted, graded.verdict.cases, strict=True):
        assert row.passed or (row.reason and row.reason.zh.split("\n")[0] in each["output"])


def test_gradescope_shows_nothing_of_hidden_cases_before_the_grades_are_published(judged: Judged) -> None:
    """Of a table of the visible answers, what a student sees at once is what a check shows: all of it right."""
    right, wrong = judged("right", SEED), judged("wrong", SEED)
    table = replace(wrong, at_once=right.at_once)
    for graded in (right, wrong, table):
        stored = readers.held("gradescope", gradescope.result(graded))
        early = [each for each in stored["tests"] if each["visibility"] == "visible"]
        late = [each for each in stored["tests"] if each["visibility"] == "after_published"]
        assert len(early) + len(late) == len(stored["tests"])
        assert all("score" not in each for each in early)
        assert len(early) == sum(not row.id.startswith("hidden-") for row in graded.verdict.cases)
        assert sum("score" in each for each in late) == len(graded.verdict.cases)
    shown = [each for each in stored["tests"] if each["visibility"] == "visible"]
    assert all(each["status"] == "passed" for each in shown)
    assert stored["output"] == readers.held("gradescope", gradescope.result(right))["output"]
    assert stored["score"] < 10


@pytest.mark.parametrize("kind", KINDS)
def test_prairielearn(judged: Judged, kind: str, seed: str | None) -> None:
    graded = judged(kind, seed)
    stored = readers.held("prairielearn", prairielearn.result(graded))
    if kind == "missing":
        assert stored["gradable"] is False
        assert "score" not in stored
        assert any("没有上交 momentum.py" in each for each in stored["format_errors"])
        return
    assert stored["score"] == pytest.approx(graded.verdict.score / 10)
    assert [each["points"] for each in stored["tests"]] == [row.points for row in graded.verdict.cases]
    told = graded.verdict.message
    without_tags = Text(en=told.en.replace("<", "‹").replace(">", "›"), zh=told.zh.replace("<", "‹").replace(">", "›"))
    assert says_both(stored["message"], without_tags)


@pytest.mark.parametrize("kind", KINDS)
def test_classroom50(judged: Judged, kind: str, seed: str | None) -> None:
    graded = judged(kind, seed)
    stored = readers.held("classroom50", classroom50.result(graded))
    assert stored["score"] == pytest.approx(graded.verdict.score)
    assert stored["max-score"] == 10
    assert stored["owner"] == "ada"
    assert stored["submitted_by"] == {"username": "ada", "id": 7}
    names = [each["test-name"] for each in stored["tests"]]
    assert len(set(names)) == len(names)
    assert all(each["passed"] or each["message"] for each in stored["tests"])


def test_classroom50_multiplies_points_that_are_no_whole_numbers(judged: Judged) -> None:
    graded = judged("right", None)
    thirds = [replace(row, points=1 / 3, max_points=1 / 3) for row in graded.verdict.cases if not row.stretch][:4]
    stored = classroom50._scores(thirds)
    assert (stored["score"], stored["max-score"]) == (4, 4)
    assert all(isinstance(each["score"], int) for each in stored["tests"])


@pytest.mark.parametrize("missing", ["CLASSROOM", "OWNER", "RELEASE_URL"])
def test_classroom50_elsewhere_is_a_sentence(judged: Judged, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(CourseError, match=missing):
        classroom50.result(judged("right", None))
    monkeypatch.setenv("USERNAME" if missing == "OWNER" else missing, "somebody")
    assert readers.held("classroom50", classroom50.result(judged("right", None)))


@pytest.mark.parametrize("kind", KINDS)
def test_junit(judged: Judged, kind: str, seed: str | None) -> None:
    graded = judged(kind, seed)
    (suite,) = readers.junit(junit.result(graded))
    cases = suite.findall("testcase")
    for case, row in zip(cases, graded.verdict.cases, strict=True):
        assert (len(case) == 0) is row.passed
        failure = next(iter(case), None)
        if failure is not None:
            assert failure.tag == ("skipped" if row.stretch else "failure")
            assert row.reason
            assert says_both(failure.text or "", row.reason)
    told = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
    assert told["status"] == graded.verdict.status
    assert float(told["score"]) == pytest.approx(graded.verdict.score, abs=1e-4)
    out = suite.find("system-out")
    assert out is not None
    assert says_both(out.text or "", graded.verdict.message)


def test_junits_names_are_the_same_every_time(judged: Judged) -> None:
    """Artemis gives points by name, so nothing in a name may hang on chance or on what was handed in."""
    names = [
        [case.attrib["name"] for case in readers.junit(junit.result(judged(kind, None))).iter("testcase")]
        for kind in ("right", "wrong", "missing")
    ]
    assert names[0] == names[1] == names[2]
    assert "fresh" in names[0]


@pytest.mark.parametrize("kind", KINDS)
def test_github(judged: Judged, kind: str, seed: str | None) -> None:
    graded = judged(kind, seed)
    found = readers.github(github.result(graded))
    if graded.verdict.passed:
        assert [each.kind for each in found] == ["notice"]
        return
    assert {each.kind for each in found} == {"error"}
    assert len(found) <= 10
    assert says_both(found[0].message, graded.verdict.message)
    lines = str(SUBMISSIONS[kind] or "").splitlines()
    at = int(found[0].properties["line"])
    if kind == "error":
        assert at == ERROR_LINE
    elif kind == "wrong":
        assert "def update" in lines[at - 1]
    assert found[0].properties["file"].endswith("momentum.py")
    assert len({each.message for each in found}) == len(found)


def test_github_names_the_file_from_the_repositorys_root(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    graded = replace(judged("error", None), file="/repository/hw, 1/momentum.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", "/repository")
    assert readers.github(github.result(graded))[0].properties["file"] == "hw, 1/momentum.py"


def test_github_adds_to_the_summary_of_the_step(judged: Judged, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    github.add_summary(judged("wrong", None))
    text = file.read_text("utf-8")
    assert text.startswith("before\n### momentum")
    assert says_both(text, judged("wrong", None).verdict.message)
    assert text.count("\n| ✗ |") == sum(not r.passed and not r.stretch for r in judged("wrong", None).verdict.cases)


# --- Where nothing could be judged ---------------------------------------------------------------------------------


def test_a_refusal_is_read_as_no_points(judged: Judged) -> None:
    del judged
    stored = readers.held("gradescope", gradescope.refusal(WHY))
    assert stored["score"] == 0
    assert says_both(stored["output"], WHY)
    stored = readers.held("prairielearn", prairielearn.refusal(WHY))
    assert stored["gradable"] is False
    (suite,) = readers.junit(junit.refusal(WHY))
    assert suite.attrib["errors"] == "1"
    (annotation,) = readers.github(github.refusal(WHY))
    assert annotation.kind == "error"
    assert formats.FORMATS["classroom50"].refusal is None, "its runner makes an error of an exit status"


def test_the_command_line_offers_every_format() -> None:
    from course.classroom import exporting

    assert set(cli_exports.ONE) == set(formats.FORMATS)
    assert set(cli_exports.CLASS) == set(exporting.FORMATS)


# --- Hostile texts -------------------------------------------------------------------------------------------------

HOSTILE = {
    "controls": "\x00\x08\x0b\x1b[2J\x85\ufffe\uffff\ud800\u202e",
    "xml": "]]></failure><script>&bogus;<![CDATA[<?x?>",
    "lines": "a\r\nb\n::error file=x::y\n##[set-env name=PATH]x\n\n",
    "percent": "100%0A::notice::%25,:=",
    "html": "<img src=x onerror=alert(1)><pl-external-grader-results>{{{x}}}",
    "markdown": "``` | a |\n````\n# title\n[x](javascript:alert(1))",
    "long": "w" * 100_000,
    "formula": '=HYPERLINK("http://x")',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_stay_texts(judged: Judged, text: str) -> None:
    """As if a message, a reason and a name held what a student's file cannot put there unquoted."""
    graded = judged("wrong", SEED)
    hostile = Text(en=f"x {text}", zh=f"错 {text}")
    rows = tuple(replace(each, reason=hostile, passed=False, title=hostile) for each in graded.verdict.cases)
    verdict = replace(graded.verdict, message=hostile, cases=rows)
    graded = replace(graded, verdict=verdict, at_once=verdict)
    stored = readers.held("gradescope", gradescope.result(graded))
    assert len(stored["output"]) < 25_000
    stored = readers.held("prairielearn", prairielearn.result(graded))
    shown = [stored["message"], *(each["message"] + each["name"] for each in stored["tests"])]
    assert not re.search("[<>]", "".join(shown))
    readers.held("classroom50", classroom50.result(graded))
    readers.junit(junit.result(graded))
    readers.junit(junit.of_class([(text, verdict), ("ada", verdict)]))
    for each in readers.github(github.result(graded)):
        assert each.message.startswith("x ")
    table = github.summary(graded).rpartition("| --- | --- | --- |")[2]
    assert all(re.fullmatch(r"\| [✓✗·] \| .* \| [\d.]+ / [\d.]+ \|", line) for line in table.strip().splitlines())
    fence = re.search(r"^(`{3,})text$", github.summary(graded), re.MULTILINE)
    assert fence
    assert github.summary(graded).count(fence[1]) == 2


# --- The readers refuse what is wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("gradescope", {"visibility": "secret"}),
        ("gradescope", {"score": "10"}),
        ("prairielearn", {"score": 1.5}),
        ("prairielearn", {"gradable": False}),
        ("classroom50", {"score": 3.5}),
        ("classroom50", {"score": 11}),
        ("classroom50", {"submission": "main"}),
    ],
)
def test_a_wrong_file_is_refused(judged: Judged, name: str, change: dict[str, Any]) -> None:
    right = json.loads(formats.FORMATS[name].result(judged("right", None)))
    readers.held(name, json.dumps(right))
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        readers.held(name, json.dumps(right | change))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<testcase ", '<testcase line="3" '),
        ('failures="0"', 'failures="2"'),
        ('name="defaults"', 'name="shapes"'),
        ("</testsuites>", "]]&gt;"),
        ("<system-out>", "<system-out>\x00"),
    ],
)
def test_wrong_xml_is_refused(judged: Judged, old: str, new: str) -> None:
    right = junit.result(judged("right", None))
    assert old in right
    with pytest.raises((AssertionError, ET.ParseError)):
        readers.junit(right.replace(old, new, 1))


@pytest.mark.parametrize("line", ["::error::a\nsays the student", "##[error]x", "::set-output name=x::y"])
def test_a_line_that_is_no_annotation_is_refused(line: str) -> None:
    assert readers.github("::error title=a%2C b,line=3::c%0Ad")[0].properties["title"] == "a, b"
    with pytest.raises(AssertionError):
        readers.github(line)


def test_a_line_is_found_in_stored_reasons_alone(judged: Judged) -> None:
    row = judged("error", SEED).verdict.cases[0]
    assert judged("error", SEED).line(row) == ERROR_LINE
    said = Text(en="Step 1: `In line 99 of momentum.py`", zh="第 1 步")
    assert judged("wrong", SEED).line(replace(row, reason=said)) != 99
    assert TOPIC.stem == "momentum"
