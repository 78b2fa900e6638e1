"""Every command that a document tells is typed by a test as the reader it is told to; both languages tell the same.

What is typed is read from the calls in this folder's tests, so it cannot be claimed without being done.
"""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import pytest

from course.system.workspace import ROOT
from course.text import Text
from course.topic import topics
from tests.users import documents, test_instructor
from tests.users.documents import (
    AUTHOR,
    DOCUMENTS,
    EVERYONE,
    INSTRUCTOR,
    LEARNER,
    Told,
    blocks,
    commands,
    found,
    halves,
    normal,
    places,
    told,
)

HERE = Path(__file__).parent
TESTS = {
    LEARNER: ("newcomer.py", "test_learner.py", "test_wheel.py"),
    INSTRUCTOR: ("test_instructor.py",),
    AUTHOR: ("test_author.py",),
}
ALSO = {INSTRUCTOR: (LEARNER,), AUTHOR: (LEARNER, INSTRUCTOR)}
"""Whose commands somebody has besides their own: an environment holds the one before it."""
NOT_TYPED = {
    ".ci/run": "runs these tests",
    ".ci/run full": "the same, and hours of others",
    ".ci/run database": "the same",
    "make check": "runs in .ci/run; test_author.py holds that, and the same checks as hooks",
    "make oldest": "takes minutes; tests/house/test_oldest.py runs it",
    "make hostile": "takes minutes; tests/hostile runs the same files",
    'make hostile ARGS="--user nobody"': "the same",
    "make faults": "takes half an hour; tests/classroom/test_faults.py runs the short version",
    'make faults ARGS="kills --seed 2"': "the same",
    "make bench": "takes minutes; test_author.py runs one of its benchmarks",
    ".venv/bin/python -m benchmarks.diagnosis": "takes a minute; test_scorer.py asks of a few rules",
    ".venv/bin/python -m benchmarks.diagnosis --split score --json": "the same",
    "make bench ARGS=diagnosis": "the same",
    "make bench ARGS=lighthouse": "takes 15 seconds a page, and every notebook must have been run",
    ".venv/bin/python -m benchmarks.diagnosis --split score --prompts": "test_scorer.py calls it",
    ".venv/bin/python -m benchmarks.diagnosis --split score --answers answers.json --list": "test_scorer.py calls it",
    "make site": "runs every notebook, which takes a quarter of an hour; tests/site makes the site without",
    "sudo apt install {…}": "changes the machine",
    "git checkout -- {…}": "test_learner.py types it of a topic's mistakes.toml",
    "git checkout -- course/topics/{…}": "test_learner.py types it of references.npz and of mistakes.npz",
    'pip install "downhill-course[instructor]"': "test_wheel.py types it, with --quiet",
    "pip install https://github.com/downhill-course/downhill/archive/main.zip": "test_wheel.py installs such a wheel",
}


def typed(user: str) -> set[str]:
    """The commands in the calls of one user's tests: `window.type("…")`, `window.runs("…")`, `Row("…", …)`."""
    calls = [
        node
        for name in TESTS[user]
        for node in ast.walk(ast.parse((HERE / name).read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args
    ]
    lines = [
        documents._spelled(call.args[0])
        for call in calls
        if (isinstance(call.func, ast.Attribute) and call.func.attr in {"type", "runs"})
        or (isinstance(call.func, ast.Name) and call.func.id == "Row")
    ]
    if user == INSTRUCTOR:
        for name in test_instructor.TYPED_AS_PRINTED:
            lines += [line.command for block in blocks(halves(ROOT / name).en) for line in block]
    if user == LEARNER:  # cells, which a kernel runs: see test_cells_of_a_lesson_in_the_learners_kernel
        lines += ['check("momentum")', 'hint("momentum")', "progress()", 'mend("momentum")', 'expose("momentum")']
    if user == LEARNER:  # and in the folder of a class: see test_a_student_works_on_a_released_worksheet
        lines += ['mend("momentum", folder=".")', 'expose("momentum", folder=".")']
    return {normal(part) for line in lines for part in (line, *line.split(" && "))}


def untyped(every: list[Told]) -> list[Told]:
    """The commands that nobody types as whom they are told to."""
    by = {user: typed(user) for user in TESTS}
    able = {user: by[user].union(*(by[other] for other in ALSO.get(user, ()))) for user in TESTS}
    able[EVERYONE] = set().union(*by.values())
    # Neither needs an environment: `make` finds or makes its own.
    anyones = {normal(each) for each in NOT_TYPED} | {each for each in able[EVERYONE] if each.startswith("make ")}
    return [each for each in every if normal(each.command) not in able[each.user] | anyones]


def test_every_command_that_is_told_is_typed_by_a_test() -> None:
    assert len({normal(each.command) for each in told()}) > 40
    assert [f"{each.where} tells the {each.user} `{each.command}`" for each in untyped(told())] == []


def test_nothing_is_left_untyped_that_nobody_tells() -> None:
    assert {normal(each) for each in NOT_TYPED} <= {normal(each.command) for each in told()}


@pytest.mark.parametrize(
    ("command", "user", "covered"),
    [
        ("course check adam", LEARNER, True),
        ("course check TOPIC", LEARNER, True),
        ("course forget adam", LEARNER, False),
        ("course class grade", LEARNER, False),  # a learner's environment cannot
        ("make lab PYTHON=/usr/bin/python3.12", EVERYONE, True),
        ("pytest --tb=short", LEARNER, False),
    ],
)
def test_a_new_command_is_missed(command: str, user: str, *, covered: bool) -> None:
    assert (untyped([Told(command, "README.md", user)]) == []) is covered


def test_commands_are_found_in_sentences_beside_a_module(tmp_path: Path) -> None:
    path = tmp_path / "room.toml"
    first, second = (
        "[a]\nen = 'Nothing.'\nzh = '无。'\n",
        "[b]\nen = 'Type course hint {stem!r}.'\nzh = '用 `course hint {x}`。'\n",
    )
    path.write_text(first + second, "utf-8")
    assert list(documents.sentences(path)) == [
        (2, Text(en="–", zh="–")),
        (5, Text(en="`course hint {…}`", zh="`course hint {…}`")),
    ]
    inside = {each.where.partition(":")[0] for each in told() if ".toml:" in each.where}
    assert {"course/classroom/trust.toml", "course/setup/environment.toml"} <= inside


def test_both_languages_tell_the_same_commands() -> None:
    different = {}
    for where, _, text in places():
        ours, theirs = ({normal(each) for each in commands(half)} for half in (text.en, text.zh))
        if ours != theirs:
            different[where] = (ours - theirs, theirs - ours)
    assert different == {}


def test_both_languages_print_the_same_listings() -> None:
    for name in DOCUMENTS:
        text = halves(ROOT / name)
        ours, theirs = ([[line.command for line in block] for block in blocks(half)] for half in (text.en, text.zh))
        if name == "README.md":  # where each begins with the lesson of its own language
            assert {normal(each) for block in ours for each in block} == {
                normal(each.replace(" LANG_=zh", "")) for block in theirs for each in block
            }
        else:
            assert ours == theirs


@pytest.mark.parametrize(
    ("passage", "finds"),
    [
        ("Type `course check adam`, or `pytest -k adam`.", ["course check adam", "pytest -k adam"]),
        (
            "```sh\nmake lab   # first (make lab LANG_=zh: Chinese)\ncd x && ls\n```",
            ["make lab", "make lab LANG_=zh", "cd x && ls"],
        ),
        ("An update of `course/optim` in the course of `make`; `check` and `course of events`.", []),
        (
            '`check("adam")` · `.venv/bin/pytest tests` · `nbgrader autograde TOPIC`',
            ['check("adam")', ".venv/bin/pytest tests", "nbgrader autograde TOPIC"],
        ),
    ],
)
def test_commands_are_found_in_markdown(passage: str, finds: list[str]) -> None:
    assert commands(passage) == finds


@pytest.mark.parametrize(
    ("sentence", "finds"),
    [
        ("More: course hint {…} --tier {…}", ["course hint {…} --tier {…}"]),
        ("make clean first, of course; then make lab PYTHON=python3.12", ["make clean", "make lab PYTHON=python3.12"]),
        ("先运行 make clean，再运行 make lab。", ["make clean", "make lab"]),
        ("Run `course class grade {…}` first, and make room for the course check.", ["course class grade {…}"]),
    ],
)
def test_commands_are_found_in_sentences(sentence: str, finds: list[str]) -> None:
    assert [each for each in found(sentence) if each != "course check"] == finds


def test_every_option_that_help_tells_is_typed_by_a_test() -> None:
    """`--help` tells options; each of them is in a line that some test types."""
    from course.cli import parser

    def options(each: argparse.ArgumentParser) -> set[str]:
        own = {name for action in each._actions for name in action.option_strings if name.startswith("--")}
        inner = [action.choices for action in each._actions if isinstance(action.choices, dict)]
        return own.union(*(options(choice) for choices in inner for choice in choices.values()))

    lines = " ".join(set().union(*map(typed, TESTS)))
    assert {name for name in options(parser()) if name not in lines} - {"--help"} == set()


LINK = re.compile(r"(?<!!)\[[^]]*\]\(([^)\s]+)\)|!\[[^]]*\]\(([^)\s]+)\)")


def _passages() -> list[tuple[str, Text]]:
    return [(where, text) for where, _, text in places() if where.split(":")[0].endswith(".md")]


def test_every_link_leads_somewhere() -> None:
    """Of the documents and of the lessons, which stand one folder deeper than their sources; anchors, too."""
    for where, text in _passages():
        name = where.split(":")[0]
        folder = ROOT / "lessons/en" if name.endswith("/lesson.md") else (ROOT / name).parent
        for half in (text.en, text.zh):
            for link in (one or other for one, other in LINK.findall(half)):
                if link.startswith(("http://", "https://")):
                    continue
                path, _, anchor = link.partition("#")
                target = (folder / path).resolve() if path else ROOT / name
                assert target.exists(), f"{where}: {link}"
                if anchor:
                    assert anchor in _anchors(target.read_text("utf-8")), f"{where}: {link}"


def _anchors(markdown: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    heads = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_file_that_is_named_is_there() -> None:
    """Code spans that begin with a folder of the repository, with a topic for STEM."""
    checked = 0
    for where, text in _passages():
        for half in (text.en, text.zh):
            for name in re.findall(r"`((?:course|lessons|solutions|tests|binder|\.ci)/[\w./{}-]*)`", half):
                path = ROOT / re.sub(r"STEM|TOPIC|\{…\}", topics()[0].stem, name)
                assert path.exists(), f"{where}: {name}"
                checked += 1
    assert checked > 30
