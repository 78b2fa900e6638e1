"""Expose: every wrong rule that may be given hides in the plain case and shows on another; what is no case is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.grading import exposing, mending, saved, tickets
from course.grading.nudges import nudge
from course.grading.plain_data import DataError, read
from course.grading.ranges import ranges
from course.text import LANGS
from course.topic import Topic, topics
from tests.grading.beside import described, ticket_of

if TYPE_CHECKING:
    from course.grading.reply import Reply

each_topic = pytest.mark.parametrize("stem", [topic.stem for topic in topics("rule")])

TICKET = "# ticket: abcde\n"
PLAIN = "hyperparameters = {}\nparam = [1.0]\ngradients = [[1.0]] * 3\n"


def reply(stem: str, source: str | bytes) -> Reply:
    """What the judge says of a file."""
    content = source if isinstance(source, bytes) else source.encode()
    return exposing.check(Topic.load(stem), saved.checked(f"{stem}_expose.py", content))


@each_topic
def test_what_is_handed_out_exposes_nothing_and_a_piece_of_the_topics_own_cases_does(stem: str) -> None:
    topic = Topic.load(stem)
    assert len(exposing.mistakes(topic)) > 8
    for mistake in exposing.mistakes(topic):
        ticket = ticket_of(topic, mistake, "expose")
        for lang in LANGS:
            begun = reply(stem, exposing.issued(topic, ticket, lang))
            assert begun.state == "not-yet", mistake.id
            assert mistake.title[lang] in begun.text[lang]
            assert mistake.explanation[lang].splitlines()[0] not in begun.text[lang]
        case = exposing.exposing_case(topic, mistake)
        assert case is not None, mistake.id
        found = reply(stem, described(case, ticket))
        assert found.state == "passed", f"{mistake.id}: {found.text.en}"
        assert found.paths or "an error" in found.text.en
        assert mistake.explanation.zh.splitlines()[0] in found.text.zh


@each_topic
def test_the_right_rule_is_never_exposed(stem: str) -> None:
    """On every piece of the topic's cases it walks as it does; a mistake that shows nowhere is not given."""
    topic = Topic.load(stem)
    for case in exposing._small(topic):
        path = exposing._walked(topic, (), case)
        assert np.array_equal(path, exposing._walked(topic, (), case), equal_nan=True)
    for mistake in set(mending.mistakes(topic)) - set(exposing.mistakes(topic)):
        hides = exposing.exposing_case(topic, mistake) is None
        assert hides or exposing.compared(topic, mistake, exposing.plain(topic)).step, mistake.id


def test_differences_of_a_thousandth_and_less_do_not_count() -> None:
    topic = Topic.load("momentum")
    mistake = next(each for each in exposing.mistakes(topic) if each.id == "decay-forgotten")
    decay = 'hyperparameters = {{"weight_decay": {value}}}\nparam = [1.0]\ngradients = [[1.0]] * 3\n'
    head = tickets.line(ticket_of(topic, mistake, "expose")) + "\n"
    assert reply("momentum", head + decay.format(value=0.0005)).state == "not-yet"
    assert reply("momentum", head + decay.format(value=0.0009)).state == "not-yet"
    assert "thousandths" in reply("momentum", head + decay.format(value=0.0009)).text.en
    assert reply("momentum", head + decay.format(value=0.002)).state == "passed"


def test_what_is_not_exposed_is_told_with_the_way_that_both_walk() -> None:
    said = reply("sgd", TICKET + PLAIN).text
    assert "from 1 to 0.997 in the 3 steps" in said.en
    assert "都用 3 步从 1 走到 0.997" in said.zh
    assert "nudge" in said.en
    assert "点拨" in said.zh


@each_topic
def test_what_a_topic_says_of_its_places_is_said(stem: str) -> None:
    topic = Topic.load(stem)
    said = {nudge(topic, mistake) for mistake in mending.mistakes(topic)}
    assert set(topic.nudges.values()) <= said
    assert len(said) > 2


def test_a_rule_that_stops_or_comes_to_no_number_is_exposed() -> None:
    topic = Topic.load("adam")
    forgotten = next(each for each in exposing.mistakes(topic) if each.id == "eps-forgotten")
    zero = PLAIN.replace("[[1.0]] * 3", "[[0.0]] * 3")
    found = reply("adam", tickets.line(ticket_of(topic, forgotten, "expose")) + "\n" + zero)
    assert found.state == "passed"
    assert "nan" in found.text.en


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('hyperparameters = {"lr": -1}', "γ ≥ 0"),
        ('hyperparameters = {"momentum": 1.5}', "0 ≤ μ ≤ 1"),
        ('hyperparameters = {"dampening": 0.5}', "no hyperparameter of this exercise"),
        ('hyperparameters = {"maximize": 1}', "no hyperparameter of this exercise"),
        ('hyperparameters = {"learning_rate": 1}', "`lr`, `momentum`, `weight_decay`"),
        ('hyperparameters = {"lr": [0.1, 0.2]}', "a number"),
        ('hyperparameters = {"lr": True}', "Line 2"),
        ('hyperparameters = {"lr": 1e7}', "at most 1e6"),
        ("hyperparameters = [0.1]", "table of names"),
        ("hyperparameters = {lr: 0.1}", "quotes"),
        ('hyperparameters = {"lr": 0.1, "lr": 0.2}', "twice"),
        ("param = []", "1 to 8 numbers"),
        ("param = [0.0] * 9", "1 to 8 numbers"),
        ("param = [[1.0]]", "1 to 8 numbers"),
        ("param = [1e400]", "too large for a computer"),
        (f"param = [1{'0' * 400}]", "too large for a computer"),
        ("param = [2e6]", "1e6"),
        ("param = [float('nan')]", "a number belongs here"),
        ("param = [1j]", "a number belongs here"),
        ("param = 'one'", "a number belongs here"),
        ("gradients = []", "1 to 20 gradients"),
        ("gradients = [[1.0]] * 21", "1 to 20 gradients"),
        ("gradients = [[1.0, 2.0]]", "step 1"),
        ("gradients = [[1.0], [[1.0]]]", "step 2"),
        ("gradients = [[1.0]] * 10**9", "a number belongs here"),
        ("gradients = [[1.0]] * 1000000000", "`*` repeats a list"),
        ("gradients = [[1.0]] * -1", "`*` repeats a list"),
        ("gradients = [[1.0] * 100] * 100 + [[1.0] * 100] * 100", "at most 100"),
        ("gradients = [[1.0]] + 1", "joins two lists"),
        ("gradients = [[1.0]] - [[1.0]]", "a number belongs here"),
        ("gradients = [[1.0] for _ in range(3)]", "a number belongs here"),
        (f"gradients = {'[' * 60}{']' * 60}", "a number belongs here"),
        (f"gradients = {'[' * 5000}{']' * 5000}", "Line 2"),
        ("gradients = " + "-" * 20000 + "1", "nested too deeply"),
        ("gradients = [[1.0]]" + " + [[1.0]]" * 6000, "nested too deeply"),
        ("gradients = ", "Line 2"),
        ("import os", "only `hyperparameters`, `param`, `gradients`"),
        ("param.x = 1", "only `hyperparameters`"),
        ("param += [1.0]", "only `hyperparameters`"),
        ("param: list", "only `hyperparameters`"),
        ("print(1)", "only `hyperparameters`"),
        ("param = gradients = [1.0]", "only `hyperparameters`"),
        ("param = __import__('os').system('true')", "a number belongs here"),
        ("梯度 = [1.0]", "only `hyperparameters`"),
    ],
    ids=lambda text: text[:40],
)
def test_what_is_no_case_is_told_in_a_sentence(line: str, says: str) -> None:
    name = line.partition(" = ")[0]
    rest = "".join(each for each in PLAIN.splitlines(keepends=True) if not each.startswith(name))
    said = reply("momentum", f"{TICKET}{line}\n{rest}")
    assert said.state == "refused", said.text.en
    assert says in said.text.en
    assert "momentum_expose.py" in said.text.en
    assert "momentum_expose.py" in said.text.zh
    assert "\n\n" not in said.text.en


@pytest.mark.parametrize("missing", exposing.NAMES)
def test_a_name_that_is_missing(missing: str) -> None:
    rest = "".join(each for each in PLAIN.splitlines(keepends=True) if not each.startswith(missing))
    assert f"`{missing}`" in reply("momentum", TICKET + rest).text.en


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        b"# ticket: abcd\n" + PLAIN.encode(),
        TICKET.encode() + b"#" * 2**21,
        TICKET.encode() + b"\0",
        TICKET.encode() + "param = [“1”]".encode("gb18030"),
        b"",
    ],
)
def test_hostile_files_are_refused(content: bytes) -> None:
    said = reply("momentum", content)
    assert said.state == "refused"
    assert "momentum_expose" in said.text.en
    assert "course reset" not in said.text.en


@pytest.mark.parametrize(
    "source",
    [
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        '"""My case · 我的用例."""\n' + PLAIN,
        "hyperparameters: dict = {}\nparam = 1\ngradients = [1, 1.0] + [+1.0]\n",
        "gradients = 3 * [(1.0,)]\nparam = (1.0,)\nhyperparameters = {}  # 默认",
        "hyperparameters = {}\nparam = [1.0]\ngradients = [[1]] + [[1]] * 2\n",
    ],
)
def test_the_plain_case_in_other_words(source: str) -> None:
    content = source.encode()
    content = b"\xef\xbb\xbf" + TICKET.encode() + content[3:] if source[0] == "\ufeff" else TICKET.encode() + content
    said = reply("momentum", content)
    assert said.state == "not-yet", said.text.en
    assert said.text == reply("momentum", TICKET + PLAIN).text


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("a = [1, -2.5]", [1, -2.5]),
        ("a = [1] + [2] * 2 + [3]", [1, 2, 2, 3]),
        ("a = ([1] + [2]) * 2", [1, 2, 1, 2]),
        ("a = {'x': [0.9, 0.5], 'y': 3}", {"x": [0.9, 0.5], "y": 3}),
    ],
)
def test_plain_data(source: str, data: Any) -> None:
    assert read(source.encode(), ["a"]) == {"a": data}


def test_plain_data_is_bounded_in_its_operations() -> None:
    assert read(b"a = [1] * 2 * 2 * 2", ["a"]) == {"a": [1] * 8}
    with pytest.raises(DataError):
        read(b"a = [1] * 2 * 2 * 2 * 2 * 2 * 2", ["a"])
    with pytest.raises(DataError):
        read(b"a = [1] * 50 + [1] * 51", ["a"])


@each_topic
def test_every_core_hyperparameter_has_a_range_that_holds_its_default(stem: str) -> None:
    topic = Topic.load(stem)
    for case in exposing._small(topic):
        for name, value in case.hyperparameters.items():
            told = (
                {f"{name}.{k}": v for k, v in value.items() if k != "rule"}
                if isinstance(value, dict)
                else {name: value}
            )
            for each, number in told.items():
                assert ranges(topic)[each].holds(list(number) if isinstance(number, tuple) else number), each
    for name, allowed in ranges(topic).items():
        assert not allowed.holds(-1.0 if allowed.length is None else [-1.0] * allowed.length), name
        assert not any(map(allowed.holds, (True, "1", [], [[0.5]], None))), name


def test_any_ticket_stands_for_a_mistake() -> None:
    for topic in topics("rule"):
        assert exposing.TICKETS.mistake(topic, exposing.TICKETS.draw(topic, "abcde")) is not exposing.TICKETS.mistake(
            topic, "abcde"
        )
