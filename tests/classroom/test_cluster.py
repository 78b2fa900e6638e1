"""A class judged on several machines, each a network of its own: what dies, what is cut off, what may not judge."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import sysconfig
import time
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.system.workspace import ROOT
from tests.classroom.machines import Cluster, Network, children, command_of, kill, until
from tests.classroom.room import SOLUTION, copy_class, hand_in, mark, new_class
from tests.classroom.stored import content_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytestmark = [pytest.mark.needs("networks"), pytest.mark.together("cluster")]
LOST = pytest.mark.together("cluster that is lost")
"""Most of their time they all wait: half of them, in which something dies or is cut off, in another process."""

STUDENTS = [f"zz-student-{number:02}" for number in range(12)]
SLOW = "import time\ntime.sleep(0.6)\n"
"""What makes a submission long enough to be interrupted; no two of them are equal."""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class whose students have all handed in a file of their own."""
    root = new_class(tmp_path_factory.mktemp("cluster") / "class")
    classroom.release(root, ["sgd"], progress=False)
    for student in STUDENTS:
        hand_in(root, student, "sgd", f"{SLOW}# The file of {student}.\n{SOLUTION['sgd']}")
    return root


@pytest.fixture
def room(handed_in: Path, tmp_path: Path) -> Path:
    """Copy that class."""
    copy_class(handed_in, tmp_path / "classes/class")
    return tmp_path / "classes/class"


@pytest.fixture
def cluster(room: Path, tmp_path: Path) -> Iterator[Cluster]:
    """Start a scheduler, without workers; what runs on the machines does not see the class."""
    (tmp_path / "logs").mkdir()
    with Network(tmp_path / "logs") as net:
        yield Cluster(net, hidden=room.parent)


def graded_once(room: Path, students: Sequence[str] = STUDENTS) -> None:
    """Check that each submission was graded, and none twice."""
    stored = content_of(room)
    assert {student for _, student in stored} == set(students)
    for (stem, student), (record, history) in stored.items():
        assert record is not None
        assert record.verdict.status == "passed"
        assert len(history) == 1
        assert mark(room, student, stem).auto == mark(room, student, stem).most > 0


def stored_in(room: Path) -> int:
    """Count the verdicts so far."""
    return len(content_of(room)) if (room / "verdicts").exists() else 0


def slow_down(room: Path, seconds: float) -> None:
    """Let every submission that has not been graded take that long."""
    done = {student for _, student in content_of(room)} if (room / "verdicts").exists() else set()
    for student in set(STUDENTS) - done:
        file = room / "submitted" / student / "sgd/sgd.py"
        file.write_text(re.sub(r"sleep\(.*\)", f"sleep({seconds})", file.read_text("utf-8")), "utf-8")


def test_code_and_seed_travel_and_are_told_to_nobody(cluster: Cluster, room: Path) -> None:
    """Two workers judge, one without a wall takes nothing and is named; neither sees the class's folder."""
    good = [cluster.worker(), cluster.worker(threads=2)]
    bad = cluster.worker(COURSE_WALL="none")
    slow_down(room, 3)  # nobody looks at it while it is short
    run = cluster.grade(room)
    until(lambda: stored_in(room) >= 3, 60, "some verdicts")
    shown = cluster.asked(SHOWN)
    assert run.wait(120) == 0, cluster.said("grade")
    graded_once(room)
    said = cluster.said("grade")
    assert re.search(rf"took no work:\n  tcp://{bad.address}:\d+ \(machine .+\): .*COURSE_WALL", said)
    assert f"{bad.address}:" in said
    assert not any(f"{each.address}:" in said for each in good)
    assert "judge-" in shown
    logs = shown + "".join(cluster.said(f"worker{each.number}") for each in (*good, bad)) + cluster.said("scheduler")
    for secret in ("zz-student", "The file of", "def update", (room / "secret-seed").read_text("utf-8").strip()):
        assert secret not in logs, secret
    assert SOLUTION["sgd"][200:260] not in logs


SHOWN = """
import time
def shown(dask_scheduler):
    tasks = dask_scheduler.tasks.values()
    return [(task.key, task.prefix.name, repr(task), repr(task.run_spec)) for task in tasks]
print(client.run_on_scheduler(shown))
print(client.run(lambda dask_worker: [(key, repr(task.run_spec)) for key, task in dask_worker.state.tasks.items()]))
import urllib.request
for page in ("info/main/workers.html", "info/logs.html", "json/counts.json", "metrics"):
    try:
        print(urllib.request.urlopen(f"http://{client.scheduler.addr[6:].split(':')[0]}:8787/{page}").read())
    except OSError as problem:
        print(problem)
"""


def test_without_a_wall_anywhere_nothing_is_judged(cluster: Cluster, room: Path) -> None:
    cluster.worker(COURSE_WALL="none")
    for student in STUDENTS[4:]:
        shutil.rmtree(room / "submitted" / student)
    assert cluster.grade(room).wait(90) == 2
    said = cluster.said("grade")
    assert "may judge" in said
    assert "都不能评判" in said
    assert "COURSE_WALL" in said
    assert "Traceback" not in said
    assert stored_in(room) == 0
    assert cluster.grade(room, "--trust-students").wait(90) == 0
    graded_once(room, STUDENTS[:4])


VERSIONS = """
import distributed.versions as versions
known = versions._version_cached
versions._version_cached = lambda name: "0.0.1" if name == {name!r} else known(name)
from distributed.cli.dask_{program} import main
main()
"""
"""A scheduler or worker that has another version of something than it has."""
NO_COURSE = (
    f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})"
    """
from distributed.cli.dask_worker import main
main()
"""
)


def test_workers_that_have_something_else_are_named_and_take_no_work(
    cluster: Cluster, room: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "course", tmp_path / "other/course", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "other/course/grading/judge.py").open("a", encoding="utf-8") as file:
        file.write("# Another commit.\n")
    programs = {
        "torch 0.0.1": (sys.executable, "-c", VERSIONS.format(name="torch", program="worker")),
        "distributed 0.0.1": (sys.executable, "-c", VERSIONS.format(name="distributed", program="worker")),
        "not installed": (sys.executable, "-I", "-S", "-c", NO_COURSE),
    }
    bad = {why: cluster.worker(program=(*line, "--no-nanny"), PYTHONPATH="") for why, line in programs.items()}
    bad["other files"] = cluster.worker(PYTHONPATH=str(tmp_path / "other"))
    cluster.worker()
    for student in STUDENTS[4:]:
        shutil.rmtree(room / "submitted" / student)
    assert cluster.grade(room).wait(90) == 0, cluster.said("grade")
    graded_once(room, STUDENTS[:4])
    for why, machine in bad.items():
        assert re.search(rf"{machine.address}:\d+ .*{re.escape(why)}", cluster.said("grade")), why


def test_a_scheduler_of_another_version(cluster: Cluster, room: Path) -> None:
    kill(cluster.scheduler)
    cluster.start_scheduler((sys.executable, "-c", VERSIONS.format(name="distributed", program="scheduler")))
    assert cluster.grade(room).wait(60) == 2
    said = cluster.said("grade")
    assert "distributed 0.0.1" in said
    assert "install the same ones" in said
    assert "相同的版本" in said
    assert "Traceback" not in said


def test_nobody_at_work(cluster: Cluster, room: Path) -> None:
    assert cluster.grade(room).wait(60) == 2
    assert "No worker is connected" in cluster.said("grade")
    assert "没有 worker 连接" in cluster.said("grade")


@LOST
def test_a_worker_that_is_killed(cluster: Cluster, room: Path) -> None:
    """First the process that judges, which its nanny starts again; then the whole machine."""
    first, _ = cluster.worker(), cluster.worker()
    run = cluster.grade(room)
    until(lambda: stored_in(room) >= 3, 60, "some verdicts")
    (judging,) = [pid for pid in children(first.started[0].pid) if "spawn_main" in command_of(pid)]
    os.kill(judging, signal.SIGKILL)
    until(lambda: stored_in(room) >= 6, 60, "more verdicts")
    kill(first.started[0])
    assert run.wait(120) == 0, cluster.said("grade")
    graded_once(room)


@LOST
def test_a_scheduler_that_is_lost_and_comes_back(cluster: Cluster, room: Path) -> None:
    cluster.worker(again=True), cluster.worker(again=True)
    run = cluster.grade(room)
    until(lambda: stored_in(room) >= 3, 60, "some verdicts")
    kill(cluster.scheduler)
    time.sleep(5)
    assert run.poll() is None
    cluster.start_scheduler()
    assert run.wait(150) == 0, cluster.said("grade")
    graded_once(room)


@LOST
def test_a_scheduler_that_does_not_come_back(cluster: Cluster, room: Path) -> None:
    """The run ends with a sentence, keeps what it has, and one more run does the rest."""
    cluster.worker(again=True)
    line = "import course.classroom.cluster as c, sys; c.RETURN = 8; from course.cli import main; sys.exit(main())"
    options = ("class", "grade", "--dir", str(room), "--cluster", cluster.address)
    run = cluster.desk.start(*(sys.executable, "-c", line, *options), log=cluster.log("grade"))
    until(lambda: stored_in(room) >= 3, 60, "some verdicts")
    kill(cluster.scheduler)
    assert run.wait(90) == 2
    said = cluster.said("grade")
    assert "did not come back" in said
    assert "没有恢复" in said
    assert "Traceback" not in said
    assert 3 <= stored_in(room) < len(STUDENTS)
    cluster.start_scheduler()
    assert cluster.grade(room).wait(120) == 0, cluster.said("grade")
    graded_once(room)


@LOST
@pytest.mark.parametrize("whose", ["worker", pytest.param("desk", marks=pytest.mark.full)])
def test_a_network_that_is_cut_for_twenty_seconds(cluster: Cluster, room: Path, whose: str) -> None:
    machine = cluster.worker(again=True)
    cut = machine if whose == "worker" else cluster.desk
    run = cluster.grade(room)
    until(lambda: stored_in(room) >= 3, 60, "some verdicts")
    cut.cut(off=True)
    time.sleep(8)
    before = stored_in(room)
    time.sleep(12)
    assert run.poll() is None
    assert before == stored_in(room) < len(STUDENTS)
    cut.cut(off=False)
    assert run.wait(150) == 0, cluster.said("grade")
    graded_once(room)


@LOST
def test_an_interrupted_run_leaves_no_work(cluster: Cluster, room: Path) -> None:
    cluster.worker()
    slow_down(room, 3)
    run = cluster.grade(room)
    until(lambda: stored_in(room) >= 1, 60, "a verdict")
    left = "print(client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))"
    assert int(cluster.asked(left)) > 3
    run.send_signal(signal.SIGINT)
    assert run.wait(60) == 130
    assert "Traceback" not in cluster.said("grade")
    until(lambda: int(cluster.asked(left)) == 0, 60, "a cluster without work")
    slow_down(room, 0)
    assert cluster.grade(room).wait(120) == 0, cluster.said("grade")
    graded_once(room)


TASKS = """
import json, sys
from course.classroom.cluster import Cluster
from tests.classroom import deadly
with Cluster(sys.argv[1]) as cluster:
    names = json.loads(sys.argv[2])
    asked = [(name, cluster.submit(getattr(deadly, name), number)) for number, name in enumerate(names)]
    told = [[name, repr(future.exception()) if future.exception() else future.result()] for name, future in asked]
    loop = cluster._client.loop.asyncio_loop
    loop.call_soon_threadsafe(loop.call_exception_handler, {"message": "a task that nobody waits for any more"})
print("told", json.dumps(told))
"""


def _tasks(cluster: Cluster, *names: str) -> list[Any]:
    line = (sys.executable, "-c", TASKS, cluster.address, json.dumps(names))
    assert cluster.desk.start(*line, log=cluster.log("tasks")).wait(200) == 0, cluster.said("tasks")
    said = cluster.said("tasks")
    assert "nobody waits" not in said, "what Dask's tasks leave behind is nobody's business"
    return [told for _, told in json.loads(said.rpartition("told ")[2])]


@LOST
def test_a_task_at_which_workers_die_is_named_and_the_others_go_on(cluster: Cluster) -> None:
    cluster.worker(again=True), cluster.worker(again=True)
    first, *others = _tasks(cluster, "die", *["twice"] * 20)
    assert "died 3 times" in first
    assert others == [2 * number for number in range(1, 21)]


def test_a_task_that_fails_or_is_refused_everywhere(cluster: Cluster) -> None:
    """It is told why; the worker keeps its place, and no log tells what the task had been given."""
    worker = cluster.worker()
    refused, stumbled, *others = _tasks(cluster, "refuse", "stumble", *["twice"] * 5)
    assert "cannot 0" in refused
    assert "secret 1" in stumbled
    assert others == [4, 6, 8, 10, 12]
    assert "secret" not in cluster.said(f"worker{worker.number}")


def test_tasks_run_side_by_side(cluster: Cluster) -> None:
    cluster.worker(threads=2)
    assert len({tuple(each) for each in _tasks(cluster, *["where"] * 6)}) == 2
