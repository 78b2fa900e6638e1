"""The pool: any executor, plain arguments, no more asked for than is needed, equal files judged once."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import threading
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from course.classroom import judging, pool, trust
from course.classroom.database import StoreError
from course.classroom.directory import SEED, ClassDirectory, make_secret
from course.classroom.history import NOT_HANDED_IN
from course.classroom.pool import ExecutorError
from course.classroom.store import Store
from course.classroom.verdicts import Grading
from course.grading.sandbox import Limits
from course.text import CourseError, Text
from tests.classroom.room import SOLUTION
from tests.classroom.stored import content_of, record, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.pool import Judged


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClassDirectory:
    """Make a class of which nothing is there but its secret, whose students are trusted."""
    make_secret(tmp_path / SEED)
    monkeypatch.setattr(trust, "given", lambda _: True)
    return ClassDirectory(tmp_path)


def hand_in(room: ClassDirectory, student: str, code: str | None, name: str = "sgd.py") -> tuple[str, str]:
    """Put a file where it would have been taken in."""
    folder = room.submission("sgd", student)
    folder.mkdir(parents=True, exist_ok=True)
    if code is not None:
        (folder / name).write_text(code, "utf-8")
    return "sgd", student


@dataclass
class Slow(Executor):
    """An executor that does a piece of work only when somebody waits; `submit` notes how much has piled up."""

    judged: list[bytes | None] = field(default_factory=list)
    most: int = 0
    left: dict[Future[str], Any] = field(default_factory=dict)

    def submit(self, work: Any, /, *given: Any, **options: Any) -> Any:
        """Note the work."""
        assert work is judging.judge_file
        pickle.dumps((work, given, options))
        future: Future[str] = Future()
        self.left[future] = given
        self.most = max(self.most, len(self.left))
        return future

    def wait(self, futures: Any, seconds: float, until: str) -> Any:
        """Stand in for `concurrent.futures.wait`: judge the oldest."""
        assert until == "FIRST_COMPLETED"
        if not seconds:
            return set(), set(futures)
        future = next(iter(self.left))
        _, source, *_ = self.left.pop(future)
        self.judged.append(source)
        self.answer(future, source)
        return {future}, set(futures) - {future}

    def answer(self, future: Future[str], source: bytes | None) -> None:
        """Judged as a worker does."""
        if source is not None and b"lost" in source:
            future.set_exception(ExecutorError(Text(en="the cluster is lost", zh="集群已失去")))
        elif source is not None and b"burn" in source:
            future.set_exception(OSError("the worker burnt"))
        elif source is not None and b"cancel" in source:
            future.cancel()
        elif source is not None and b"nonsense" in source:
            future.set_result("[]")
        else:
            future.set_result(json.dumps({"verdict": verdict().to_json("en"), "walled": trust.walled()}))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Let the pool wait with the executor's own clock."""
    executor = Slow()
    monkeypatch.setattr(pool, "wait", executor.wait)
    return executor


def judge(room: ClassDirectory, submissions: list[tuple[str, str]], executor: Executor) -> list[list[Judged]]:
    """Judge, and store what is new, as grading does."""
    batches = []
    with Store(room) as store:
        for batch in pool.judge_all(Grading(room, store), submissions, executor, 2):
            batches.append(batch)
            for each in batch:
                if each.record and each.new:
                    store.save(each.stem, each.student, each.record)
    return batches


@pytest.mark.parametrize("least", [1, 30])
def test_no_more_is_asked_for_than_keeps_the_workers_busy(
    room: ClassDirectory, slow: Slow, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr(pool, "LEAST_AHEAD", least)
    handed_in = [hand_in(room, f"student-{number:03}", f"# {number}") for number in range(130)]
    batches = judge(room, handed_in, slow)
    assert slow.most == max(least, 2 * pool.AHEAD)
    assert len(slow.judged) == len(set(slow.judged)) == 130
    assert all(len(batch) <= pool.BATCH for batch in batches)
    assert sorted((each.stem, each.student) for batch in batches for each in batch) == sorted(handed_in)
    assert content_of(room.root).keys() == set(handed_in)
    assert judge(room, handed_in, slow)[0][0].new is False
    assert len(slow.judged) == 130, "and nothing is judged again"


def test_equal_files_are_judged_once_and_each_student_has_a_record(room: ClassDirectory, slow: Slow) -> None:
    first = [hand_in(room, f"student-{number:03}", "# the same") for number in range(120)]
    judge(room, first, slow)
    later = [hand_in(room, "late", "# the same"), hand_in(room, "other", "# the same ")]
    judge(room, later, slow)
    assert slow.judged == [b"# the same", b"# the same "]
    stored = content_of(room.root)
    assert stored.keys() == {*first, *later}
    for found, told in stored.values():
        assert found is not None
        assert found.verdict == verdict()
        assert [(each.status, each.mistakes) for each in told] == [("wrong", ("ascends",))]
    assert len({found.key for found, _ in stored.values() if found}) == 2


def test_a_file_that_was_not_handed_in_is_told_to_each_in_its_own_words(room: ClassDirectory, slow: Slow) -> None:
    handed_in = [hand_in(room, "ada", None), hand_in(room, "bo", "pass", "solution.py"), hand_in(room, "chen", None)]
    judge(room, handed_in, slow)
    assert slow.judged == [None]
    stored = content_of(room.root)
    told = [found.verdict.message.en for found, _ in stored.values() if found]
    assert [("solution.py" in each, "was not handed in" in each) for each in told] == [
        (False, True),
        (True, True),
        (False, True),
    ]
    assert {history[-1].status for _, history in stored.values()} == {NOT_HANDED_IN}


def test_a_new_file_keeps_what_was_entered_and_adds_to_the_history(room: ClassDirectory, slow: Slow) -> None:
    judge(room, [hand_in(room, "ada", "# one"), hand_in(room, "bo", "# two")], slow)
    with Store(room) as store:
        stored = store.load("sgd", "ada")
        assert stored is not None
        store.save("sgd", "ada", replace(stored, entered=record().entered))
    judge(room, [hand_in(room, "ada", "# two")], slow)
    assert slow.judged == [b"# one", b"# two"], "it is known from another student"
    (found, told) = content_of(room.root)["sgd", "ada"]
    assert found is not None
    assert found.entered == replace(record().entered, made_from=""), "the new verdict is not written yet"
    assert len({each.file for each in told}) == 2


@pytest.mark.parametrize("what", ["burn", "cancel", "nonsense"])
def test_a_problem_is_of_those_who_handed_that_in(room: ClassDirectory, slow: Slow, what: str) -> None:
    codes = {"ada": f"# {what}", "bo": "# fine", "chen": f"# {what}", "dai": "# good"}
    batches = judge(room, [hand_in(room, student, code) for student, code in codes.items()], slow)
    answers = {each.student: each for batch in batches for each in batch}
    assert {student for student, each in answers.items() if each.problem} == {"ada", "chen"}
    kinds = {"burn": OSError, "cancel": CancelledError, "nonsense": TypeError}
    assert all(isinstance(answers[student].problem, kinds[what]) for student in ("ada", "chen"))
    assert {student for _, student in content_of(room.root)} == {"bo", "dai"}


def test_a_file_that_cannot_be_read_and_an_executor_that_refuses_are_told(room: ClassDirectory, slow: Slow) -> None:
    handed_in = [hand_in(room, "ada", "x" * 2**21), hand_in(room, "bo", "# fine")]
    ((ada, bo),) = judge(room, handed_in, slow)
    assert isinstance(ada.problem, CourseError)
    assert "sgd.py" in ada.problem.text.zh
    assert bo.record is not None
    with ThreadPoolExecutor(1) as closed:
        pass
    ((chen,),) = judge(room, [hand_in(room, "chen", "# new")], closed)
    assert isinstance(chen.problem, RuntimeError)


def test_an_executor_that_gives_up_ends_it_after_what_was_judged_is_stored(room: ClassDirectory, slow: Slow) -> None:
    """Nobody is told to be at fault, and one more run does the rest."""
    codes = {"ada": "# one", "bo": "# two", "chen": "# lost", "dai": "# four"}
    handed_in = [hand_in(room, student, code) for student, code in codes.items()]
    with pytest.raises(ExecutorError, match="the cluster is lost"):
        judge(room, handed_in, slow)
    assert {student for _, student in content_of(room.root)} == {"ada", "bo"}
    slow.left.clear()
    hand_in(room, "chen", "# three")
    judge(room, handed_in, slow)
    assert content_of(room.root).keys() == set(handed_in)
    assert slow.judged == [b"# one", b"# two", b"# lost", b"# three", b"# four"]


def test_an_executor_tells_how_many_it_has_at_any_time(
    room: ClassDirectory, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LEAST_AHEAD", 1)
    monkeypatch.setattr(slow, "workers", 5, raising=False)
    judge(room, [hand_in(room, f"student-{number:03}", f"# {number}") for number in range(60)], slow)
    assert slow.most == 5 * pool.AHEAD


def test_a_store_that_cannot_be_read_ends_it_at_once(
    room: ClassDirectory, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(*_: Any) -> None:
        raise StoreError(Text(en="damaged", zh="损坏"))

    monkeypatch.setattr(Store, "load", spoilt)
    with pytest.raises(StoreError):
        judge(room, [hand_in(room, f"student-{number}", "pass") for number in range(9)], slow)
    assert slow.judged == []


def test_whoever_stops_cancels_what_has_not_begun(
    room: ClassDirectory, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in = [hand_in(room, f"student-{number:03}", f"# {number}") for number in range(90)]
    monkeypatch.setattr(pool, "LEAST_AHEAD", 20)
    with Store(room) as store:
        answers = pool.judge_all(Grading(room, store), handed_in, slow, 2)
        next(answers)
        flying = list(slow.left)
        answers.close()
    assert flying
    assert all(future.cancelled() for future in flying)


def test_answers_are_passed_on_although_others_take_long(room: ClassDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "PATIENCE", 0.05)
    go_on = threading.Event()

    def work(_: str, source: bytes, *__: Any, **___: Any) -> str:
        assert b"slow" not in source or go_on.wait(60)
        return json.dumps({"verdict": verdict().to_json("en"), "walled": True})

    monkeypatch.setattr(pool, "judge_file", work)
    handed_in = [hand_in(room, "ada", "# slow"), hand_in(room, "bo", "# quick")]
    with Store(room) as store, ThreadPoolExecutor(2) as threads:
        answers = pool.judge_all(Grading(room, store), handed_in, threads, 2)
        assert [each.student for each in next(answers)] == ["bo"]
        go_on.set()
        assert [each.student for batch in answers for each in batch] == ["ada"]


def outcomes(executor: Executor) -> Iterator[str | BaseException]:
    """Ask an executor for the solution, for no file, and as a course that it does not have."""
    for source, course in ((SOLUTION["sgd"].encode(), ""), (None, ""), (b"pass", "another")):
        work = ("sgd", source, "5" * 64, asdict(Limits()), course or judging.fingerprint())
        future = executor.submit(judging.judge_file, *work, trusted=True)
        yield future.exception() or future.result()


def test_other_processes_judge_as_this_one_does() -> None:
    """They have nothing of this one: no class, no disk that they would need to share."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes, ThreadPoolExecutor(1) as threads:
        there, here = list(outcomes(processes)), list(outcomes(threads))
    assert there[:2] == here[:2]
    assert [json.loads(str(each))["verdict"]["status"] for each in there[:2]] == ["passed", "not-implemented"]
    for problem in (there[2], here[2]):
        assert isinstance(problem, CourseError)
        assert "another version of the course" in problem.text.en
        assert "版本" in problem.text.zh
