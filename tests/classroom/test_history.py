"""What a record keeps of earlier submissions: each once, in short, through regrading and damage."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import history, judging, signed, verdicts
from course.classroom.directory import ClassDirectory
from course.classroom.history import LONGEST, NOT_HANDED_IN, Attempt
from course.classroom.seal import Seal
from course.classroom.store import Store
from course.text import CourseError
from tests.classroom.room import SKELETON, SOLUTION, hand_in
from tests.classroom.stored import history_of, row_of, sql

if TYPE_CHECKING:
    from pathlib import Path

UPHILL = SOLUTION["sgd"].replace("param - self.lr", "param + self.lr")
SEAL = Seal(b"k" * 32)
WHEN = datetime(2026, 9, 14, 8, 3, 11, tzinfo=UTC)


def attempt(number: int = 0, status: str = "wrong", **others: object) -> Attempt:
    return replace(Attempt(WHEN + timedelta(days=number), f"file-{number}", status, 4.0), **others)  # type: ignore[arg-type]


def grade(root: Path) -> tuple[Attempt, ...]:
    classroom.grade(root, jobs=1, progress=False)
    return history_of(root, "sgd", "ada")


def test_every_submission_is_kept_once_and_none_of_its_code(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SOLUTION["sgd"] != UPHILL
    (hand_in(room, "ada", "sgd", SOLUTION["sgd"]) / "sgd.py").unlink()
    assert [each.status for each in grade(room)] == [NOT_HANDED_IN]
    for code in (SKELETON["sgd"], UPHILL, UPHILL + "\n# again\n"):
        hand_in(room, "ada", "sgd", code)
        grade(room)
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    kept = grade(room)
    assert [each.status for each in kept] == [NOT_HANDED_IN, "not-implemented", "wrong", "wrong", "passed"]
    assert len({each.file for each in kept}) == 5
    assert kept[2].finding == kept[3].finding
    rows = sql(room, "SELECT attempt, sealed FROM attempts WHERE stem = 'sgd' AND student = 'ada' ORDER BY number")
    assert [sealed is not None for _, sealed in rows] == [False] * 4 + [True], "the newest has the signature of all"
    stored = json.loads(rows[2][0])
    assert set(stored) == {"at", "file", "status", "score", "mistakes", "alternatives"}
    assert stored["mistakes"] == list(kept[2].mistakes)
    assert grade(room) == kept, "nothing has changed"
    monkeypatch.setattr(judging, "fingerprint", lambda: "mended")
    assert grade(room) == kept, "judged anew is not handed in anew"


def test_the_newest_attempt_is_the_verdict_in_short(room: Path) -> None:
    hand_in(room, "ada", "sgd", UPHILL)
    last = grade(room)[-1]
    verdict = json.loads(row_of(room, "sgd", "ada")[1])
    assert [last.status, last.score, list(last.mistakes)] == [verdict["status"], verdict["score"], verdict["mistakes"]]


def test_a_record_that_is_spoilt_is_judged_again_and_its_history_is_kept(room: Path) -> None:
    hand_in(room, "ada", "sgd", UPHILL)
    grade(room)
    sql(room, "UPDATE records SET verdict = substr(verdict, 1, 99)")
    assert verdicts.load(ClassDirectory(room), "sgd", "ada") is None
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    with pytest.raises(CourseError, match="not signed by this class"):
        grade(room)
    assert [each.status for each in history_of(room, "sgd", "ada")] == ["wrong", "passed"]


@pytest.mark.parametrize(
    "damage",
    [
        ["[]"],
        ["{"],
        ["3", "null", "{}"],
        ['{"at": "yesterday", "file": ""}'],
        [json.dumps(attempt().to_json()), '{"at": "2026-09-14", "file": "", "status": "wrong"}'],
    ],
)
def test_attempts_that_cannot_be_read_are_none(damage: list[str]) -> None:
    rows: list[tuple[Any, ...]] = [(number, each, None) for number, each in enumerate(damage)]
    rows[-1] = (*rows[-1][:2], SEAL.sign("history", ("sgd", "ada"), damage))
    assert signed.history_holds(SEAL, ("sgd", "ada"), rows)
    assert signed.history(SEAL, ("sgd", "ada"), rows) == ()


def test_no_attempt_can_be_changed_exchanged_or_left_out(room: Path) -> None:
    told = tuple(attempt(n) for n in range(3))
    place = ("sgd", "ada")
    statements = (
        "UPDATE attempts SET attempt = replace(attempt, 'wrong', 'passed') WHERE number = 1",
        "DELETE FROM attempts WHERE number = 0",
        "DELETE FROM attempts WHERE number = 2",
        "UPDATE attempts SET number = 7 - number",
        "UPDATE attempts SET student = 'bo'",
        "UPDATE attempts SET stem = 'adam'",
        "UPDATE attempts SET sealed = NULL",
        "UPDATE attempts SET attempt = 1",
    )
    for statement in statements:
        with Store(ClassDirectory(room)) as store:
            store.save_history(*place, told)
            assert store.history(*place) == told
        sql(room, statement)
        found = {
            (stem, student): history_of(room, stem, student) for stem in ("sgd", "adam") for student in ("ada", "bo")
        }
        assert not any(found.values()), statement
        sql(room, "DELETE FROM attempts")


def test_a_long_history_is_stored_whole(room: Path) -> None:
    long = tuple(attempt(n, mistakes=("no-bias-correction",) * 5) for n in range(LONGEST))
    with Store(ClassDirectory(room)) as store:
        store.save_history("sgd", "ada", long)
        store.save_history("sgd", "bo", long[:1])
    assert history_of(room, "sgd", "ada") == long
    with Store(ClassDirectory(room)) as store:
        assert list(store.histories(["sgd"])) == [("sgd", "ada", long), ("sgd", "bo", long[:1])]


def test_the_oldest_are_forgotten_and_time_runs_forwards() -> None:
    kept: tuple[Attempt, ...] = ()
    for n in range(LONGEST + 5):
        kept = history.added(kept, attempt(n))
    assert [each.file for each in kept] == [f"file-{n}" for n in range(5, LONGEST + 5)]
    earlier = history.added(kept, attempt(-9))
    assert earlier[-1].at == kept[-1].at
    assert history.added(kept, replace(kept[-1], status="passed"))[-2:] == (
        kept[-2],
        replace(kept[-1], status="passed"),
    )


@pytest.mark.parametrize(
    "text", ["2026-09-14 08:03:11.948203 UTC\n", "2026-09-14 16:03:11.948203 +0800", "2026-09-14T08:03:11.948203"]
)
def test_nbgraders_timestamp_tells_when(tmp_path: Path, text: str) -> None:
    (tmp_path / "timestamp.txt").write_text(text, "utf-8")
    assert history.handed_in_at(tmp_path, "sgd") == WHEN.replace(microsecond=948203)


@pytest.mark.parametrize("text", ["", "last week", "\x00\x01", "1980-01-01 00:00:00 UTC", "9999-01-01 00:00:00 UTC"])
def test_without_a_sound_timestamp_the_file_or_the_clock_tells(tmp_path: Path, text: str) -> None:
    (tmp_path / "timestamp.txt").write_text(text, "utf-8")
    (tmp_path / "sgd.py").write_text("pass", "utf-8")
    os.utime(tmp_path / "sgd.py", (WHEN.timestamp(), WHEN.timestamp()))
    assert history.handed_in_at(tmp_path, "sgd") == WHEN
    os.utime(tmp_path / "sgd.py", (0, 0))
    assert datetime.now(UTC) - history.handed_in_at(tmp_path, "sgd") < timedelta(minutes=1)


def test_a_timestamp_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("2026-09-14 08:03:11 UTC", "utf-8")
    (tmp_path / "timestamp.txt").symlink_to(tmp_path / "secret")
    assert datetime.now(UTC) - history.handed_in_at(tmp_path, "sgd") < timedelta(minutes=1)
