"""Mend: every mistake that may be handed out is one, can be mended in more ways than one, and only by mending it."""

from __future__ import annotations

import ast
import difflib
import functools
from typing import TYPE_CHECKING

import pytest

from course.grading import mending, saved, tickets
from course.grading.mistakes import catalogue
from course.text import LANGS
from course.topic import Topic, topics
from tests.grading import trial
from tests.grading.beside import some_tickets, ticket_of
from tests.shares import share, shares
from tests.topics import corpus

if TYPE_CHECKING:
    from course.grading.mistakes import Mistake
    from course.grading.reply import Reply

each_topic = pytest.mark.parametrize("stem", [topic.stem for topic in topics("rule")])
pytestmark = pytest.mark.split("stem")  # half a minute for all topics together

SHORT = ("two-parameters", "schedule", "defaults")
"""Cases that show nearly every mistake in a few steps; where they do not, the others are run."""


def wrong(stem: str, source: str) -> bool:
    """Whether a file's numbers are wrong on some core case, run in this process."""
    return any(
        each.status != "passed"
        for ids in (SHORT[:1], SHORT, trial.core(stem))
        for each in trial.judgements(stem, source, ids).values()
    )


def right_on_short_cases(stem: str, source: str) -> bool:
    """Whether a file's numbers are right on the first cases."""
    return all(each.status == "passed" for each in trial.judgements(stem, source, SHORT[:2]).values())


def rewritten(line: str) -> list[str]:
    """A line in other words, two of them; the line itself if it does no more than name something."""
    indent = line[: len(line) - len(line.lstrip())]
    if line.lstrip().startswith("return "):
        return [f"{indent}answer = {line.lstrip().removeprefix('return ')}", f"{indent}return answer"]
    parsed = ast.parse(line.strip()).body[0] if " = " in line and ":" not in line.partition(" = ")[0] else None
    if isinstance(parsed, ast.Assign):
        left, _, value = line.strip().partition(" = ")
        return [f"{indent}found = {value}", f"{indent}{left} = found"]
    return [line]


def otherwise(lines: list[str], places: list[int]) -> str:
    """A file in which the first of these lines that can be is written in other words."""
    for i in places:
        if (new := rewritten(lines[i])) != [lines[i]]:
            return "\n".join([*lines[:i], *new, *lines[i + 1 :]]) + "\n"
    raise AssertionError(lines)


def parted(stem: str, mistake: Mistake) -> tuple[list[str], list[str], list[int], list[int]]:
    """The lines of the wrong rule and of the right one; which of the right ones differ, and which of the wrong do not.

    Args:
        stem: the topic.
        mistake: what is wrong.

    """
    topic = Topic.load(stem)
    before, after = (mending.code(topic, name).splitlines() for name in (mistake.id, ""))
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changed = [i for tag, _, _, j, k in codes if tag != "equal" for i in range(j, k)]
    alike = [i for tag, h, i_, _, _ in codes if tag == "equal" for i in range(h, i_)]
    return before, after, changed, alike


def with_ticket(stem: str, mistake: Mistake, source: str) -> bytes:
    """A file with a ticket that stands for this mistake."""
    topic = Topic.load(stem)
    return f"{tickets.line(ticket_of(topic, mistake, 'mend'))}\n{source}".encode()


@functools.cache
def normal(source: str) -> list[str]:
    """The lines of a file as they are compared."""
    lines = mending.normal(source)
    assert lines is not None
    return lines


def is_a_mend(stem: str, mistake: Mistake, source: str) -> bool:
    """Whether few enough lines differ from what was handed out, and some do."""
    topic = Topic.load(stem)
    before, after = normal(mending.code(topic, mistake.id)), normal(source)
    most = mending.may_change(topic, mistake)
    return 0 < mending.changed(before, after, most) <= most


@pytest.mark.parametrize("every", shares(3))
@each_topic
def test_what_is_handed_out_is_wrong_and_is_no_mend_of_itself(stem: str, every: int) -> None:
    topic = Topic.load(stem)
    assert len(mending.mistakes(topic)) > 20
    for mistake in share(mending.mistakes(topic), every, stem):
        source = mending.code(topic, mistake.id)
        assert wrong(stem, source), mistake.id
        assert not is_a_mend(stem, mistake, source), mistake.id
        assert mistake.id not in source
        assert "#" not in source


@pytest.mark.parametrize("every", shares(3))
@each_topic
def test_the_right_rule_is_a_mend_and_so_is_one_in_other_words(stem: str, every: int) -> None:
    topic = Topic.load(stem)
    assert not wrong(stem, mending.code(topic))
    for mistake in share(mending.mistakes(topic), every, stem):
        _, after, changed, _ = parted(stem, mistake)
        assert is_a_mend(stem, mistake, mending.code(topic)), mistake.id
        source = otherwise(after, [*changed, *range(len(after))])
        assert source != mending.code(topic)
        assert is_a_mend(stem, mistake, source), mistake.id
        assert right_on_short_cases(stem, source), mistake.id


@pytest.mark.parametrize("every", shares(3))
@each_topic
def test_another_place_mended_leaves_it_wrong(stem: str, every: int) -> None:
    topic = Topic.load(stem)
    for mistake in share(mending.mistakes(topic), every, stem):
        before, _, _, alike = parted(stem, mistake)
        source = otherwise(before, alike)
        assert is_a_mend(stem, mistake, source), mistake.id
        assert wrong(stem, source), mistake.id


@each_topic
def test_another_rule_is_refused_however_right_it_is(stem: str) -> None:
    topic = Topic.load(stem)
    own = corpus(stem, "right")
    assert len(own) > 5
    for mistake in mending.mistakes(topic):
        taken = [name for name, source in own.items() if is_a_mend(stem, mistake, source)]
        assert taken == [], mistake.id


def reply(stem: str, source: str | bytes) -> Reply:
    """What the judge says of a file, run for real if it runs it."""
    content = source if isinstance(source, bytes) else source.encode()
    return mending.check(Topic.load(stem), saved.checked(f"{stem}_mend.py", content), fresh="abcde")


@pytest.mark.parametrize("stem", ["sgd", "lookahead", "adam"])
def test_files_through_a_real_worker(stem: str) -> None:
    topic = Topic.load(stem)
    mistake = mending.mistakes(topic)[3]
    before, after, changed, alike = parted(stem, mistake)
    begun = reply(stem, with_ticket(stem, mistake, mending.code(topic, mistake.id)))
    assert begun.state == "begun"
    assert begun.paths
    mended = reply(stem, with_ticket(stem, mistake, otherwise(after, [*changed, *range(len(after))])))
    assert mended.state == "passed", mended.text.en
    assert mistake.title.en in mended.text.en
    assert mistake.title.zh in mended.text.zh
    elsewhere = reply(stem, with_ticket(stem, mistake, otherwise(before, alike)))
    assert elsewhere.state == "not-yet"
    assert "tep " in elsewhere.text.en
    assert elsewhere.paths
    assert not elsewhere.paths.mistake
    pasted = reply(stem, with_ticket(stem, mistake, next(iter(corpus(stem, "right").values()))))
    assert pasted.state == "not-yet"
    assert "another rule" in pasted.text.en
    assert "另一条规则" in pasted.text.zh
    for said in (begun, elsewhere, pasted):
        for lang in LANGS:
            assert mistake.title[lang] not in said.text[lang]
            assert mistake.explanation[lang].splitlines()[0] not in said.text[lang]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text + "\n    x(", "cannot read this"),
        (lambda text: text.replace("return", "1 / 0\n        return", 1), "ZeroDivisionError"),
        (lambda text: text + "import sys\nsys.exit()\n", "momentum_mend.py"),
    ],
)
def test_a_file_that_stops_is_told_by_its_own_name(change: object, says: str) -> None:
    topic = Topic.load("momentum")
    mistake = mending.mistakes(topic)[0]
    assert callable(change)
    said = reply("momentum", with_ticket("momentum", mistake, change(mending.code(topic))))
    assert said.state == "not-yet"
    assert says in said.text.en
    assert "momentum.py" not in said.text.en


@pytest.mark.parametrize("line", ["raise ValueError", "1 / 0", "import sys; sys.exit()", "grad *= 2", "return param"])
def test_what_a_file_does_besides_brings_no_diagnosis(line: str) -> None:
    """The judge names a mistake also where a file stops, or does something else; here it is the answer."""
    topic = Topic.load("adam")
    mistake = next(each for each in mending.mistakes(topic) if each.id == "betas-swapped")
    place = "step = state['step'] + 1"
    source = mending.code(topic, mistake.id).replace(place, f"{place}\n        if step > 9:\n            {line}")
    said = reply("adam", with_ticket("adam", mistake, source))
    assert said.state == "not-yet"
    assert "another rule" not in said.text.en
    for lang in LANGS:
        assert mistake.title[lang] not in said.text[lang]
        assert mistake.explanation[lang].splitlines()[0] not in said.text[lang]
    assert said.paths is None or not said.paths.mistake


def test_layout_is_free() -> None:
    topic = Topic.load("adam")
    code = mending.code(topic)
    lines = mending.normal(code)
    spaced = code.replace(" = ", "   =   ").replace("return", '"""Docstring."""  # 注释\n        return', 1)
    for other in (code.replace("\n", "\r\n"), spaced, '"""Docstring · 文档."""\n' + code, code.replace("'", '"')):
        assert mending.normal(other.encode()) == lines
        assert mending.normal(b"\xef\xbb\xbf" + other.encode()) == lines


TICKET = b"# ticket: abcde\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x = 1\n",
        b"# ticket:\n",
        b"# ticket: abcd\n",
        b"# ticket: abcdef\n",
        b"# ticket: ABCIL\n",
        "# ticket: абвгд\n".encode(),
        TICKET + b"# ticket: bcdef\n",
        b"\n" * 20 + TICKET,
        b"x = 1 # ticket: abcde\n",
        b"\xff\xfe" + "# ticket: abcde\n".encode("utf-16-le"),
        b"# ticket: abcde\n# -*- coding: klingon -*-\n",
    ],
)
def test_a_ticket_that_is_absent_or_garbled(content: bytes) -> None:
    said = reply("momentum", content)
    assert said.state == "refused"
    assert "momentum_mend.py" in said.text.en
    assert "momentum_mend" in said.text.zh
    assert "course reset" not in said.text.en


@pytest.mark.parametrize(
    "content", [TICKET, TICKET.upper(), b"\xef\xbb\xbf" + TICKET.replace(b"\n", b"\r\n"), b"\n#Ticket:abcde"]
)
def test_a_ticket_may_be_spaced_in_any_way(content: bytes) -> None:
    assert tickets.read(content) == "abcde"


@pytest.mark.parametrize(
    "content",
    [
        TICKET + b"#" * 2**21,
        TICKET + b"x = 1\n" * 20000,
        TICKET + b"x = " + b"(" * 5000 + b")" * 5000,
        TICKET + b"x = " + b"-" * 20000 + b"1",
        TICKET + b"x = 1" + b" + 1" * 15000,
        TICKET + b"x = a" + b".a" * 20000,
        TICKET + b"pass\n" * 9000,
        TICKET + b"class A:\n" + b"".join(b" " * i + b"if 1:\n" for i in range(1, 95)) + b" " * 95 + b"x",
        TICKET + b"\0",
        TICKET + b"f'{" * 200,
    ],
    ids=range(10),
)
def test_hostile_files_are_refused_or_are_no_mend(content: bytes) -> None:
    said = reply("momentum", content)
    assert said.state in {"refused", "not-yet"}


def test_any_ticket_stands_for_a_mistake_and_a_new_one_for_another() -> None:
    for topic in topics("rule"):
        drawn = {
            mending.TICKETS.mistake(topic, ticket).id for ticket, _ in zip(some_tickets(), range(2000), strict=False)
        }
        assert drawn == {each.id for each in mending.mistakes(topic)}
        first = mending.TICKETS.draw(topic)
        assert all(
            mending.TICKETS.mistake(topic, mending.TICKETS.draw(topic, first)) != mending.TICKETS.mistake(topic, first)
            for _ in range(20)
        )


def test_a_mistake_that_is_added_takes_few_tickets() -> None:
    topic = Topic.load("adam")
    whole = mending.mistakes(topic)
    before, after = tickets.Tickets("mend", lambda _: whole[1:]), tickets.Tickets("mend", lambda _: whole)
    each = [ticket for ticket, _ in zip(some_tickets(), range(1000), strict=False)]
    moved = [t for t in each if before.mistake(topic, t) != after.mistake(topic, t)]
    assert {after.mistake(topic, ticket).id for ticket in moved} == {whole[0].id}
    assert 0 < len(moved) < 100


def test_nothing_is_handed_out_that_lies_around_the_rule_or_in_an_option() -> None:
    for topic in topics("rule"):
        out = {each.id for each in catalogue(topic).mistakes} - {each.id for each in mending.mistakes(topic)}
        assert "grad-changed-in-place" in out
        assert all(each.edits and not each.option for each in mending.mistakes(topic))


def test_a_rule_that_hides_in_few_lines_is_another_rule() -> None:
    """In a docstring that is run, or on one long line."""
    topic = Topic.load("adam")
    mistake = mending.TICKETS.mistake(topic, "abcde")
    given, most = mending.normal(mending.code(topic, mistake.id)), mending.may_change(topic, mistake)
    assert given
    whole = topic.solution.read_text("utf-8")
    wrong = mending.code(topic, mistake.id)
    for text in (f"{whole!r}\n{wrong}\nexec(__doc__)\n", f"{wrong}\nlist(map(print, [{whole!r}]))\n"):
        assert mending.changed(given, mending.normal(text) or [], most) > most
    right = mending.normal(mending.code(topic)) or []
    assert 0 < mending.changed(given, right, most) <= most
