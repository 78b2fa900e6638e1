"""What a record keeps of earlier submissions: each once, in short, through regrading and damage."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from course import classroom
from course.classroom import history, verdicts
from course.classroom.directory import ClassDirectory
from course.classroom.history import LONGEST, NOT_HANDED_IN, Attempt
from course.classroom.seal import Seal
from tests.classroom.room import SKELETON, SOLUTION, hand_in

if TYPE_CHECKING:
    from pathlib import Path

UPHILL = SOLUTION["sgd"].replace("param - self.lr", "param + self.lr")
SEAL = Seal(b"k" * 32)
WHEN = datetime(2026, 9, 14, 8, 3, 11, tzinfo=UTC)


def attempt(number: int = 0, status: str = "wrong", **others: object) -> Attempt:
    return replace(Attempt(WHEN + timedelta(days=number), f"file-{number}", status, 4.0), **others)  # type: ignore[arg-type]


def grade(root: Path) -> tuple[Attempt, ...]:
    classroom.grade(root, jobs=1, progress=False)
    return history.read(root / "verdicts/sgd/ada.json", ClassDirectory(root).seal())


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
    stored = json.loads((room / "verdicts/sgd/ada.json").read_text("utf-8"))
    assert set(stored["history"][2]) == {"at", "file", "status", "score", "mistakes", "alternatives"}
    assert stored["history"][2]["mistakes"] == list(kept[2].mistakes)
    assert grade(room) == kept, "nothing has changed"
    monkeypatch.setattr(verdicts, "_judge_itself", lambda: b"mended")
    assert grade(room) == kept, "judged anew is not handed in anew"


def test_the_newest_attempt_is_the_verdict_in_short(room: Path) -> None:
    hand_in(room, "ada", "sgd", UPHILL)
    last = grade(room)[-1]
    verdict = json.loads((room / "verdicts/sgd/ada.json").read_text("utf-8"))["verdict"]
    assert [last.status, last.score, list(last.mistakes)] == [verdict["status"], verdict["score"], verdict["mistakes"]]


def test_a_cut_record_is_judged_again_and_keeps_its_history(room: Path) -> None:
    hand_in(room, "ada", "sgd", UPHILL)
    grade(room)
    file = room / "verdicts/sgd/ada.json"
    file.write_text(file.read_text("utf-8")[:-200], "utf-8")
    with pytest.raises(ValueError, match=r"ada\.json"):
        history.read(file, ClassDirectory(room).seal())
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    assert [each.status for each in grade(room)] == ["wrong", "passed"]


def test_a_record_of_before_there_were_signatures_is_set_aside_and_judged_again(room: Path) -> None:
    hand_in(room, "ada", "sgd", UPHILL)
    grade(room)
    file = room / "verdicts/sgd/ada.json"
    stored = json.loads(file.read_text("utf-8"))
    for name in (history.SEALED, history.HEAD_SEALED):
        del stored[name]
    file.write_text(json.dumps(stored, ensure_ascii=False, indent=1), "utf-8")
    (room / "secret-key").unlink()
    with pytest.raises(ValueError, match=r"ada\.json"):
        history.read(file, ClassDirectory(room).seal())
    (room / "secret-key").unlink()
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    assert [each.status for each in grade(room)] == ["passed"], "and no instructor of an older class is alarmed"
    assert json.loads((room / "verdicts/sgd/ada.unsigned").read_text("utf-8")) == stored


@pytest.mark.parametrize("damage", [[], "no list", [3, None, {}], [{"at": "yesterday", "file": ""}]])
def test_attempts_that_cannot_be_read_are_none(tmp_path: Path, damage: object) -> None:
    head = {"history": damage, history.HEAD_SEALED: SEAL.sign("history", (tmp_path.name, "ada"), damage)}
    (tmp_path / "ada.json").write_text(json.dumps(head)[:-1] + ',\n "verdict": 1\n}\n', "utf-8")
    with pytest.raises(ValueError, match=r"ada\.json"):
        history.read(tmp_path / "ada.json", SEAL)


def test_what_is_no_record_is_told(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", "null\n}", '{"verdict": 3\n}', '{"history": [],\n "verdict": {"status": "wrong"}\n}'):
        (tmp_path / "ada.json").write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"ada\.json"):
            history.read(tmp_path / "ada.json", SEAL)


def test_a_long_history_is_read_from_any_file(tmp_path: Path) -> None:
    long = tuple(attempt(n, mistakes=("no-bias-correction",) * 5) for n in range(LONGEST))
    (tmp_path / "ada.json").write_text(history.written(long, {"verdict": {}}, SEAL, (tmp_path.name, "ada")), "utf-8")
    assert (tmp_path / "ada.json").stat().st_size > history.HEAD
    assert history.read(tmp_path / "ada.json", SEAL) == long


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
