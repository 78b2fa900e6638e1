"""All of it ends when the verdict does, or when the judge does; no process and no folder is left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from course.grading import folder, processes, sandbox, wall
from course.grading.sandbox import Limits
from course.system.workspace import ROOT
from tests.grading.wall import harness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = [
    pytest.param(layers, marks=pytest.mark.needs("bubblewrap") if "bubblewrap" in layers else (), id="-".join(layers))
    for layers in ((), *harness.FULL)
]
BUSY = "import sys\nsys.stderr.write('begun\\n')\nwhile True: pass\n"
STOPPED = "import signal; signal.raise_signal(signal.SIGSTOP)\n"
LONG = Limits(cpu=30, wall=30.0)

JUDGE = """
import sys, threading
from course.grading import processes, sandbox, wall
from course.grading.sandbox import Limits
{sabotage}
def run():
    sandbox.run("rule.py", {source!r}.encode(), "Rule", {{}}, (), Limits(cpu=30, wall=30.0))
{how}
"""


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temp directory of the judge's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def _unprepared() -> Iterator[None]:
    """A worker of another test's has its folder elsewhere."""
    processes.dismiss()
    yield
    processes.dismiss()


def nothing_left(temp: Path) -> bool:
    """Whether no worker has left anything, once the process that they come from has ended."""
    processes.dismiss()
    return not list(temp.iterdir())


def workers(parent: int) -> set[int]:
    """Every living process that this one has started, and those that they have."""
    parents: dict[int, list[int]] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = each.read_text("utf-8", "replace").rpartition(") ")[2].split()
        except OSError:
            continue
        if after[0] not in "ZX":
            parents.setdefault(int(after[1]), []).append(int(each.parent.name))
    found: set[int] = set()
    todo = [parent]
    while todo:
        children = parents.get(todo.pop(), [])
        found.update(children)
        todo.extend(children)
    return found


def began(process: int) -> tuple[int, int]:
    """When a process was started. Its number alone does not say: after the largest, the system begins anew."""
    try:
        after = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
    except OSError:
        return 0, process
    return int(after[19]), process


def youngest() -> int:
    """The process below this one that was started last."""
    return max(workers(os.getpid()), key=began)


def gone(process: int) -> bool:
    """Whether it has ended; who collects it does not matter."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(") ")[2][0] in "ZX"
    except OSError:
        return True


def within(seconds: float, true: Callable[[], object]) -> bool:
    """Whether it becomes true in that time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def computing(process: int) -> bool:
    """Whether a process has computed for a while, or has stopped: it is in the learner's file by then."""
    try:
        after = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
    except OSError:
        return False
    return after[0] in "Tt" or int(after[11]) + int(after[12]) > 30


HOW = {
    "busy": ("run()", BUSY),
    "stopped": ("run()", STOPPED),
    "thread": ("t = threading.Thread(target=run); t.start(); t.join()", BUSY),
    "prepared": ("processes.prepare(); import time; time.sleep(60)", BUSY),
}


def killed(
    layers: tuple[str, ...], how: str, temp: Path, sabotage: str = "", by: signal.Signals = signal.SIGKILL
) -> set[int]:
    """Start a judge, end it while a file runs, and return what still runs ten seconds later; sabotage shows sooner."""
    what, source = HOW[how]
    environment = os.environ | {wall.VARIABLE: ",".join(layers) or "none", "PYTHONPATH": str(ROOT)}
    code = JUDGE.format(sabotage=sabotage, source=source, how=what)
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, cwd=temp, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as started:
        running: set[int] = set()
        try:
            if how == "prepared":
                assert within(30, lambda: workers(started.pid))
                time.sleep(0.5)
            else:
                assert within(30, lambda: any(map(computing, workers(started.pid))))
            running = workers(started.pid)
            started.send_signal(by)
            started.wait(60)
            within(2 if sabotage else 10, lambda: all(map(gone, running)))
            return {each for each in running if not gone(each)}
        finally:
            started.kill()
            for each in running:
                if not gone(each):
                    os.kill(each, signal.SIGKILL)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("layers", KINDS)
def test_nothing_outlives_a_judge_that_is_killed(layers: tuple[str, ...], how: str, temp: Path) -> None:
    assert not killed(layers, how, temp)


def test_a_worker_dies_with_its_judge_because_it_asks_to(temp: Path) -> None:
    assert killed((), "stopped", temp, SABOTAGE.format(sabotage=IMMORTAL))


@pytest.mark.parametrize("layers", KINDS[1:])
def test_a_forked_worker_dies_with_its_judge_because_what_it_comes_from_sees_to_it(
    layers: tuple[str, ...], temp: Path
) -> None:
    assert killed(layers, "stopped", temp, SABOTAGE.format(sabotage=CARELESS))


IMMORTAL = "from course.grading import confine; confine.die_with = id"
CARELESS = "import os; from course.grading.worker import fork; fork._await = lambda control, worker: os.wait()[1]"
SABOTAGE = """
from course.grading import processes
from course.grading.wall import places
code = "import runpy, sys; sys.path += sys.argv[1:]; {sabotage};"
code += f" runpy.run_path({{str(places.WORKER)!r}}, run_name='__main__')"
usual = processes.command()
processes.command = lambda: [*usual[:6], "-c", code, *usual[-2:]]
"""


@pytest.mark.parametrize("layers", KINDS)
def test_an_interrupted_check_leaves_nothing(layers: tuple[str, ...], temp: Path) -> None:
    assert not killed(layers, "busy", temp, by=signal.SIGINT)
    assert nothing_left(temp)


def test_an_interrupted_start_leaves_nothing(temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_replies: object) -> None:
        raise KeyboardInterrupt

    before = workers(os.getpid())
    with harness.alone(("landlock", "seccomp")), monkeypatch.context() as patch:
        patch.setattr(sandbox, "_until_ready", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sandbox.run("rule.py", b"", "Rule", {}, (), LONG)
    assert workers(os.getpid()) <= before
    assert nothing_left(temp)


def test_what_is_done_meanwhile_is_done_while_the_file_runs_and_may_be_interrupted(temp: Path) -> None:
    """A file that waits for what is done meanwhile ends; one that is left alone leaves nothing."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    before = workers(os.getpid())
    gate = temp / "gate"
    with harness.alone(()):
        source = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.01)\nclass Rule: pass"
        outcome = sandbox.run("rule.py", source.encode(), "Rule", {}, (), LONG, meanwhile=gate.touch)
        gate.unlink()
        with pytest.raises(KeyboardInterrupt):
            sandbox.run("rule.py", BUSY.encode(), "Rule", {}, (), LONG, meanwhile=interrupted)
    assert outcome.end == "done"
    assert within(1, lambda: workers(os.getpid()) <= before)
    assert nothing_left(temp)


ENDS = {
    "done": ("class Rule: pass", "done"),
    "exit": ("import os; os._exit(3)", "died"),
    "killed": ("import signal; signal.raise_signal(signal.SIGKILL)", "died"),
    "crash": ("import signal; signal.raise_signal(signal.SIGSEGV)", "died"),
    "busy": (BUSY, "timeout"),
    "stopped": (STOPPED, "timeout"),
    "prints": ("while True: print('x' * 2**16)", "output"),
    "leaves files": ("open('left', 'w').write('x')\nclass Rule: pass", "done"),
}


@pytest.mark.parametrize("layers", KINDS)
def test_every_way_to_end_leaves_nothing(layers: tuple[str, ...], temp: Path) -> None:
    before = workers(os.getpid())
    for source, end in ENDS.values():
        with harness.alone(layers):
            limits = Limits(cpu=2, wall=0.5 if end == "timeout" else 20.0)
            outcome = sandbox.run("rule.py", source.encode(), "Rule", {}, (), limits)
        assert (source, outcome.end) == (source, end)
        assert within(1, lambda: workers(os.getpid()) <= before)
    assert nothing_left(temp)


def test_runs_in_threads_that_end_do_not_end_each_other(temp: Path) -> None:
    """A worker ends with the thread that has started it, so that one must wait for it."""
    source = b"import time; time.sleep(0.3)\nclass Rule: pass"

    def one(_: int) -> str:
        outcome: list[str] = []
        thread = threading.Thread(
            target=lambda: outcome.append(sandbox.run("rule.py", source, "Rule", {}, (), LONG).end)
        )
        thread.start()
        thread.join()
        return outcome[0]

    with harness.alone(("landlock", "seccomp")), ThreadPoolExecutor(3) as pool:
        assert list(pool.map(one, range(6))) == ["done"] * 6
    assert nothing_left(temp)


def test_only_the_main_thread_prepares_a_worker_that_ends_with_its_thread(temp: Path) -> None:
    with harness.alone(()):
        thread = threading.Thread(target=processes.prepare)
        thread.start()
        thread.join()
        assert not processes._idle
        processes.prepare()
        assert len(processes._idle) == 1
        with ThreadPoolExecutor(1) as pool:  # what the main thread has prepared, others may use
            assert pool.submit(sandbox.run, "rule.py", b"class Rule: pass", "Rule", {}, (), LONG).result().end == "done"
        assert not processes._idle
    assert nothing_left(temp)


@pytest.mark.parametrize("layers", KINDS[1:])
def test_a_prepared_process_serves_one_run_after_another(layers: tuple[str, ...], temp: Path) -> None:
    """Also in threads that have ended since; and what one file leaves, the next one does not find."""
    leave = b"open('left', 'w').write('x'); import math, sys; math.left = 1; class_ = 1\nclass Rule: pass"
    look = b"import math, os\nprint(os.listdir('.'), hasattr(math, 'left'))\nclass Rule: pass"
    with harness.alone(layers):
        for source in (leave, look):
            with ThreadPoolExecutor(1) as pool:
                asked = pool.submit(sandbox.run, "rule.py", source, "Rule", {}, (), LONG)
                assert asked.result().end == "done"
            used = processes._idle[0].process.pid
        assert asked.result().printed.strip() == "['rule.py'] False"
        assert [each.process.pid for each in processes._idle] == [used]
    assert nothing_left(temp)


@pytest.mark.parametrize("layers", KINDS[1:])
@pytest.mark.parametrize("whom", ["prepared", "worker"])
def test_a_process_of_ours_that_is_killed_costs_no_file_its_mark(
    whom: str, layers: tuple[str, ...], temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever kills it, while a file runs: the file runs again."""
    tried = []

    def killing(*arguments: Any) -> Any:
        tried.append(arguments)
        if len(tried) == 1:
            before = youngest()
            assert within(30, lambda: computing(youngest()))
            worker = max(before, youngest(), key=began)
            parent = Path(f"/proc/{worker}/stat").read_text("utf-8").rpartition(") ")[2].split()[1]
            assert int(parent) != os.getpid(), "the worker has not been started yet"
            os.kill(worker if whom == "worker" else int(parent), signal.SIGKILL)
        return usual(*arguments)

    usual = sandbox._wait
    monkeypatch.setattr(sandbox, "_wait", killing)
    source = b"for _ in range(100_000_000): pass\nclass Rule: pass"
    with harness.alone(layers):
        assert sandbox.run("rule.py", source, "Rule", {}, (), LONG).end == "done"
    assert len(tried) == 2
    assert nothing_left(temp)


def test_a_prepared_process_that_was_killed_is_not_used(temp: Path) -> None:
    with harness.alone(("landlock", "seccomp")):
        processes.prepare()
        processes._idle[0].process.kill()
        processes._idle[0].process.wait()
        assert sandbox.run("rule.py", b"class Rule: pass", "Rule", {}, (), LONG).end == "done"
    assert nothing_left(temp)


FORKED = """
import json, os
from course.grading import processes, sandbox
from course.grading.sandbox import Limits
def run():
    return sandbox.run("rule.py", b"class Rule: pass", "Rule", {}, (), Limits()).end
processes.prepare()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, json.dumps([len(processes._idle), run()]).encode())
    os._exit(0)
os.wait()
print(os.read(read, 100).decode(), flush=True)
print(json.dumps([len(processes._idle), run()]))
"""


@pytest.mark.parametrize("layers", KINDS[2:])
def test_a_fork_leaves_the_prepared_worker_to_its_parent(layers: tuple[str, ...], temp: Path) -> None:
    environment = os.environ | {wall.VARIABLE: ",".join(layers), "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", FORKED], env=environment, cwd=temp, capture_output=True, check=True)
    assert [json.loads(line) for line in told.stdout.splitlines()] == [[0, "done"], [1, "done"]]
    assert nothing_left(temp)


# --- The folder ------------------------------------------------------------------------------------------------------


def deep(base: Path) -> None:
    """3,000 folders, each in the one before."""
    at = os.open(base, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=at)
        inner = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)


def forbidden(base: Path) -> None:
    """Modes that let nobody in, at every level."""
    (base / "a" / "b").mkdir(parents=True)
    (base / "a" / "b" / "file").write_text("x", "ascii")
    for each in (base / "a" / "b", base / "a", base):
        each.chmod(0)


def odd(base: Path) -> None:
    """Names that are no text, a pipe, a socket's like, links to nowhere and to outside."""
    os.close(os.open(os.fsencode(base) + b"/\xff\xfe\n", os.O_CREAT | os.O_WRONLY))
    os.mkfifo(base / "pipe")
    (base / "nowhere").symlink_to("/nowhere/at/all")
    (base / "up").symlink_to("..")


@pytest.mark.parametrize("filled", [deep, forbidden, odd])
def test_a_folder_is_removed_whatever_is_in_it(
    filled: Callable[[Path], None], temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Path("/dev/shm")  # noqa: S108 - in memory it takes a tenth of the time that it takes on a disk
    if os.access(memory, os.W_OK):
        temp = Path(tempfile.mkdtemp(dir=memory))
        monkeypatch.setattr(tempfile, "tempdir", str(temp))
    made = folder.make()
    filled(Path(made))
    folder.remove(made)
    left = list(temp.iterdir())
    if temp.parent == memory:
        shutil.rmtree(temp)
    assert not left


def test_a_link_in_place_of_the_folder_is_removed_and_not_followed(temp: Path) -> None:
    victim = temp / "victim"
    (victim / "inner").mkdir(parents=True)
    (victim / "inner" / "file").write_text("mine", "ascii")
    made = Path(folder.make())
    made.rmdir()
    made.symlink_to(victim)
    folder.remove(str(made))
    assert [each.name for each in temp.iterdir()] == ["victim"]
    assert (victim / "inner" / "file").read_text("ascii") == "mine"


def test_what_a_killed_process_has_left_is_removed_and_nothing_else(
    temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    making = "from course.grading import folder; print(folder.make(), flush=True); input()"
    held, killed = (
        subprocess.Popen(
            [sys.executable, "-c", making],
            env={**os.environ, "TMPDIR": str(temp)},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    )
    held_folder, left = (Path(str(each.stdout and each.stdout.readline().strip())) for each in (held, killed))
    deep(left)
    killed.kill()
    killed.wait()
    for name in ("downhill-notes", "course-abcdefgh", "downhill-abcdefgh.tmp.kept"):
        (temp / name).mkdir()
    (temp / "downhill-abcdefgh.tmp").symlink_to(temp / "downhill-notes")
    before = set(temp.iterdir())
    folder._clear.cache_clear()
    made = Path(folder.make())
    assert set(temp.iterdir()) == before - {left} | {made}
    assert held_folder.is_dir()
    held.communicate("\n")
    folder.remove(str(made))


def test_what_cannot_be_removed_stays_without_a_word(temp: Path) -> None:
    made = folder.make()
    (Path(made) / "file").write_text("x", "ascii")
    fixed = subprocess.run(["chattr", "+i", f"{made}/file"], capture_output=True, check=False).returncode == 0
    try:
        with mock.patch.object(os, "unlink", side_effect=PermissionError) if not fixed else mock.patch.dict({}):
            folder.remove(made)
        assert (Path(made) / "file").exists()
    finally:
        subprocess.run(["chattr", "-i", f"{made}/file"], capture_output=True, check=False)
        folder.remove(made)
    assert nothing_left(temp)


def test_where_nothing_can_be_written_there_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "mkdtemp", mock.Mock(side_effect=FileNotFoundError("no usable temporary directory")))
    with harness.alone(("landlock", "seccomp")):
        outcome = sandbox.run("rule.py", b"import os\nprint(os.getcwd())\nclass Rule: pass", "Rule", {}, (), LONG)
    assert (outcome.end, outcome.printed) == ("done", "/\n")
    folder.remove("")
