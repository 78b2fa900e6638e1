"""Nothing gets out of a full wall, and whichever piece is taken away, something does."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from course.grading import folder, processes
from course.grading.confine import landlock
from course.grading.sandbox import Limits
from course.grading.wall import bubblewrap, places
from tests.grading.wall import getting_out, harness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.grading.wall.harness import Bait

ROOT = os.geteuid() == 0
SYS_RESOURCE = 24
KINDS = [
    pytest.param(layers, marks=pytest.mark.needs("bubblewrap") if "bubblewrap" in layers else (), id="-".join(layers))
    for layers in harness.FULL
]
ONLY_LANDLOCK = {"hostname", "link", "enter", "path", "stat-process"}
"""What Landlock does not hide, beside the metadata of files: it opens nothing of that, and lists and reads nothing."""


@pytest.mark.parametrize("layers", KINDS)
def test_nothing_gets_out_of_a_full_wall(layers: tuple[str, ...], bait: Bait) -> None:
    result = bait.run(layers, light=False)
    assert result.layers == layers
    assert result.outcome.standing.full
    assert result.outcome.end == "done"
    seen = ONLY_LANDLOCK | {f"stat-{kind}" for kind in bait.told["files"]}
    assert result.out == (set() if "bubblewrap" in layers else seen)


WITHOUT_LIMITS: dict[str, int] = {}
NO_CARE = "import os; type(os.environ).clear = lambda self: None"
"""The worker keeps its environment."""


def careless() -> list[mock._patch[object]]:
    """A judge that hands its environment and its descriptors on."""
    started: Any = subprocess.Popen
    return [
        mock.patch.object(processes, "KEPT", (*processes.KEPT, "DOWNHILL_SECRET")),
        mock.patch.object(subprocess, "Popen", lambda *a, **named: started(*a, **named, close_fds=False)),
    ]


def power(number: int) -> bool:
    """Whether these tests have one of root's capabilities."""
    effective = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if "CapEff" in line)
    return bool(int(effective.split()[1], 16) >> number & 1)


RAISED = [f"raise-{name}" for name in ("as", "nofile", "fsize", "cpu", "core")]
OF_ROOT = {
    "capabilities", "make-block", "own-make-block", "other-trace", "read-judge-memory", "write-library", "write-numpy",
    "write-course",
}  # fmt: skip
"""What takes root without any wall, or may: a system can forbid to look into one's own processes."""


def test_each_attempt_can_succeed(bait: Bait) -> None:
    """Without a wall, without limits and without care."""
    environment, descriptors = careless()
    with environment, descriptors:
        out = bait.run((), sabotage=NO_CARE, settings=WITHOUT_LIMITS).out
    out |= bait.run((), RAISED).out
    families = {*getting_out.FAMILIES, "system-v"}
    assert {family for family in families if any(each.startswith(f"{family}-") for each in out)} == families
    missed = {name for name in bait.run((), ["names"]).out - out if not name.startswith(tuple(families))}
    assert missed <= (set() if power(SYS_RESOURCE) else set(RAISED)) | (set() if ROOT else OF_ROOT)


# --- Seccomp ---------------------------------------------------------------------------------------------------------

ALLOW = """
from course.grading import confine
from course.grading.confine import seccomp, syscalls
confine.drop_capabilities = lambda: None
seccomp.ALLOWED = seccomp.ALLOWED | {names!r}.keys()
for known, place in ((syscalls.X86_64, 0), (syscalls.ARM64, 1)):
    known.update({{name: numbers[place] for name, numbers in {names!r}.items() if numbers[place] >= 0}})
"""
FAMILIES = {**getting_out.FAMILIES, "system-v": getting_out.KEYED}
SHOWN = {
    "processes": ["fork", "thread"],
    "debugging": ["other-memory"],
    "process-descriptors": ["signal-descriptor"],
    "queued-signals": ["signal-queue"],
    "scheduling": ["other-priority", "other-set-affinity"],
    "programs": ["become"],
    "sockets": ["socket-unix", "socket-tcp", "socket-udp", "pair-unix"],
    "anonymous-files": ["memory-file"],
    "file-modes": ["change-mode", "change-owner", "change-times"],
    "attributes": ["change-attribute"],
    "truncate": ["truncate-by-path"],
    "making": ["own-make-folder", "own-make-pipe", "own-make-symlink", "own-make-socket", "own-make-device"],
    "system-v": ["memory-system-v", "memory-own-system-v"],
}
"""What a family of calls is used for: it succeeds once the family is let through."""
SHOWN["making"].remove("own-make-socket")  # that takes a socket first
MORE = {
    "scheduling": {"getpriority": (140, 141), "sched_getaffinity": (204, 123)},
    "system-v": {"shmctl": (31, 195)},
    "making": {"unlink": (87, -1)},
}


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_of_system_calls_is_refused_by_seccomp_alone(family: str, bait: Bait) -> None:
    tried = [f"{family}-{name}" for name in FAMILIES[family]] + SHOWN.get(family, [])
    names = FAMILIES[family] | MORE.get(family, {})
    out = bait.run(("seccomp",), tried, ALLOW.format(names=names), settings=WITHOUT_LIMITS).out
    assert out >= set(SHOWN.get(family, tried[:1]))


def test_no_family_of_system_calls_reaches_the_kernel(bait: Bait) -> None:
    """The other side of the test above, for all of them at once."""
    tried = [f"{family}-{name}" for family, names in FAMILIES.items() for name in names]
    assert not bait.run(("seccomp",), [*tried, *(name for names in SHOWN.values() for name in names)]).out


ARGUMENTS = {
    "open": ["no-access-mode-of-old"] if getting_out.INTEL else [],
    "openat": ["no-access-mode", "truncate-by-open", "truncate-by-mode", "truncate-secret-by-mode"],
    "fcntl": ["other-owner-of-events"],
    "ioctl": ["change-flags", "device-control", "terminal"],
    "prctl": ["immortal", "untraceable"],
    "kill": ["signal-parent", "signal-judge", "signal-victim", "signal-group", "signal-everybody"],
    "tkill": ["signal-thread"],
    "tgkill": ["signal-thread-of"],
    "prlimit64": ["other-limits"],
    "sched_getaffinity": ["other-affinity"],
}
"""Calls that are answered for some arguments, and what others would do."""


@pytest.mark.parametrize("name", ARGUMENTS)
def test_each_check_of_arguments_holds_something(name: str, bait: Bait) -> None:
    tried = ARGUMENTS[name]
    assert not bait.run(("seccomp",), tried or ["fork"]).out
    sabotage = f"from course.grading.confine import seccomp; seccomp.ALLOWED = seccomp.ALLOWED | {{{name!r}}}"
    assert bait.run(("seccomp",), tried or ["fork"], sabotage).out == set(tried)


OLD_CALL = """
print("number", machine_code(OLD_GETPID))
"""


@pytest.mark.skipif(not getting_out.INTEL, reason=f"{os.uname().machine} has no older way to call the kernel")
def test_calls_in_the_manner_of_32_bits_end_the_process(bait: Bait) -> None:
    source = f"{harness.SOURCE}\n{OLD_CALL}"
    held = bait.run(("seccomp",), source=source).outcome
    assert (held.end, held.code) == ("died", -signal.SIGSYS)
    free = bait.run(
        ("seccomp",), source=source, sabotage="from course.grading.confine import seccomp as s; s.KILL = s.ALLOW"
    ).outcome
    assert free.code != -signal.SIGSYS  # -SIGSEGV where the kernel was built without them


# --- Landlock --------------------------------------------------------------------------------------------------------

UNHANDLED = """
from course.grading import confine
from course.grading.confine import landlock
confine.drop_capabilities = lambda: None
plain = landlock._call
def call(number, *arguments):
    if number == landlock.CREATE_RULESET and arguments[0] is not None:
        arguments[0]._obj.{field} &= ~{bits}
    if number == landlock.ADD_RULE and {field!r} == "files":
        arguments[2]._obj.rights &= ~{bits}
        if not arguments[2]._obj.rights:
            return 0
    return plain(number, *arguments)
landlock._call = call
"""
RIGHTS = {
    "execute": ("files", 1 << 0, ["program"]),
    "write-file": ("files", 1 << 1, ["write-readable", "write-secret", "write-shared-memory"]),
    "read-file": ("files", 1 << 2, ["read-secret", "read-solution", "read-passwd", "read-hidden-package"]),
    "read-dir": ("files", 1 << 3, ["list-secrets", "list-temp", "list-processes", "list-packages"]),
    "remove-dir": ("files", 1 << 4, ["remove-folder"]),
    "remove-file": ("files", 1 << 5, ["remove-file"]),
    "make-char": ("files", 1 << 6, ["own-make-device"]),
    "make-dir": ("files", 1 << 7, ["own-make-folder"]),
    "make-reg": ("files", 1 << 8, ["make-link"]),
    "make-sock": ("files", 1 << 9, ["own-make-socket"]),
    "make-fifo": ("files", 1 << 10, ["own-make-pipe"]),
    "make-block": ("files", 1 << 11, ["own-make-block"]),
    "make-sym": ("files", 1 << 12, ["own-make-symlink"]),
    "truncate": ("files", 1 << 14, ["truncate-by-open", "truncate-by-mode", "truncate-by-path"]),
    "ioctl-dev": ("files", 1 << 15, ["device-control"]),
    "bind": ("network", 1, ["bind-tcp"]),
    "connect": ("network", 2, ["connect-tcp"]),
    "abstract": ("scopes", 1, ["connect-abstract"]),
    "signal": ("scopes", 2, ["signal-parent", "signal-judge", "signal-victim"]),
}
"""Each right that Landlock asks for, by its bit, and what it holds. Moving files to another folder (REFER) is refused
wherever there is Landlock at all."""
SINCE = {"truncate": 3, "bind": 4, "connect": 4, "ioctl-dev": 5, "abstract": 6, "signal": 6}
"""The versions that brought them, where it was not the first."""


@pytest.mark.parametrize(
    "right",
    [name for name in RIGHTS if SINCE.get(name, 1) <= landlock.version() and (ROOT or name != "make-block")],
)
def test_each_right_of_landlock_holds_something(right: str, bait: Bait) -> None:
    field, bits, tried = RIGHTS[right]
    only = "from course.grading import confine; confine.drop_capabilities = lambda: None"
    assert not bait.run(("landlock",), tried, only, settings=WITHOUT_LIMITS).out
    unhandled = UNHANDLED.format(field=field, bits=bits)
    assert bait.run(("landlock",), tried, unhandled, settings=WITHOUT_LIMITS).out == set(tried)


def test_files_do_not_move_between_folders(bait: Bait) -> None:
    assert not bait.run(("landlock",), ["move-in", "move-out", "move-within", "move-link-out"]).out


VERSION = """
from course.grading.confine import landlock
landlock.version = lambda: {version}
"""
LATER = ["truncate-by-path", "truncate-by-open", "truncate-by-mode", "bind-tcp", "connect-tcp", "device-control"]


@pytest.mark.parametrize("version", range(1, landlock.version() + 1))
def test_each_version_of_landlock_makes_a_full_wall_with_seccomp(version: int, bait: Bait) -> None:
    result = bait.run(("landlock", "seccomp"), sabotage=VERSION.format(version=version))
    assert result.outcome.standing.full
    assert result.out == ONLY_LANDLOCK | {f"stat-{kind}" for kind in bait.told["files"]}
    alone = bait.run(("landlock",), [*LATER, "connect-abstract", "signal-judge"], VERSION.format(version=version)).out
    held = {name for right, since in SINCE.items() if since <= version for name in RIGHTS[right][2]}
    assert not alone & held
    if version == 1:
        assert alone == {*LATER, "connect-abstract", "signal-judge"}  # what seccomp stands in for


# --- Bubblewrap ------------------------------------------------------------------------------------------------------


def without(line: Sequence[str], *options: str) -> tuple[str, ...]:
    """A command line without these options and what follows each up to the next."""
    kept: list[str] = []
    dropping = False
    for part in line:
        if part.startswith("--"):
            dropping = part in options
        if not dropping:
            kept.append(part)
    return tuple(kept)


def replaced(line: Sequence[str], old: str, new: str) -> tuple[str, ...]:
    """A command line with another option in place of this one."""
    return tuple(new if part == old else part for part in line)


OPTIONS: dict[str, tuple[Callable[[tuple[str, ...]], tuple[str, ...]], list[str]]] = {
    "ipc": (lambda line: without(line, "--unshare-ipc"), ["memory-system-v"]),
    "pid": (
        lambda line: without(line, "--unshare-pid"),
        ["signal-judge", "signal-victim", "other-limits", "other-group"],
    ),
    "net": (lambda line: without(line, "--unshare-net"), ["connect-tcp", "connect-abstract", "interfaces-seen"]),
    "uts": (lambda line: without(line, "--unshare-uts", "--hostname"), ["hostname"]),
    "hostname": (lambda line: without(line, "--hostname"), ["hostname"]),
    "read-only": (
        lambda line: replaced(line, "--ro-bind", "--bind"),
        ["write-readable", "write-new", "truncate-by-open", "change-times", "move-within", "remove-file"],
    ),
    "read-only-root": (
        lambda line: line[:-2],  # --remount-ro /
        ["write-temp"],
    ),
}
"""Each option that holds something (or its opposite), and what gets out without it."""


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("option", OPTIONS)
def test_each_option_of_bubblewrap_holds_something(option: str, bait: Bait) -> None:
    change, tried = OPTIONS[option]
    assert not bait.run(("bubblewrap",), tried).out
    line = change(bubblewrap.prefix())
    with mock.patch.object(bubblewrap, "prefix", return_value=line):
        result = bait.run(("bubblewrap",), tried)
    assert result.layers == ("bubblewrap",)
    assert result.out == set(tried)


@pytest.mark.needs("bubblewrap")
def test_what_is_not_bound_does_not_exist(bait: Bait) -> None:
    tried = [
        "read-secret",
        "list-secrets",
        "stat-secret",
        "connect-unix",
        "read-passwd",
        "read-solution",
        "link",
        "enter",
    ]
    assert not bait.run(("bubblewrap",), tried).out
    line = bubblewrap.prefix()
    at = line.index("--size")
    more = [
        part
        for path in (bait.secrets, places.COURSE.parent / "solutions", "/etc")
        for part in ("--bind", str(path), str(path))
    ]
    with mock.patch.object(bubblewrap, "prefix", return_value=(*line[:at], *more, *line[at:])):
        assert bait.run(("bubblewrap",), tried).out == set(tried)


HIDDEN = ["read-hidden-package", "list-hidden-package"]


@pytest.mark.parametrize(
    "layer", [pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap")), pytest.param("landlock")]
)
def test_installed_packages_within_what_is_shared_are_hidden(layer: str, bait: Bait) -> None:
    assert not bait.run((layer,), HIDDEN).out
    with mock.patch.object(places, "hidden", return_value=()):
        bubblewrap.prefix.cache_clear()
        places.readable.cache_clear()
        assert bait.run((layer,), HIDDEN).out == set(HIDDEN)
    bubblewrap.prefix.cache_clear()
    places.readable.cache_clear()


@pytest.mark.needs("bubblewrap")
def test_the_files_in_memory_are_counted(bait: Bait, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that have no name any more, too: each takes a kilobyte of the kernel's."""
    monkeypatch.setattr(folder, "MOST", 30)
    kept = "import os\nfor n in range(200): os.close(os.open(f'{n}', os.O_CREAT | os.O_WRONLY))\n"
    removed = "import os\nopened = [os.open('.', os.O_TMPFILE | os.O_RDWR) for n in range(50)]\n"
    for made in (kept, removed):
        source = f"{made}import time; time.sleep(0.2)\nclass Rule: pass"
        assert bait.run(("bubblewrap", "seccomp"), source=source).outcome.end == "files"
        with mock.patch.object(bubblewrap, "crowded", return_value=False):
            assert bait.run(("bubblewrap", "seccomp"), source=source).outcome.end == "done"
    few = "open('a', 'w').close()\nimport time; time.sleep(0.2)\nclass Rule: pass"
    assert bait.run(("bubblewrap", "seccomp"), source=few).outcome.end == "done"


@pytest.mark.needs("bubblewrap")
def test_the_folder_in_memory_is_small(bait: Bait) -> None:
    fill = "with open('x', 'wb') as f:\n    for _ in range(40):\n        f.write(bytes(2**20))\n"
    problem = bait.run(("bubblewrap",), source=fill, settings={}).outcome.problem
    assert problem is not None
    assert problem["message"].endswith("No space left on device")
    line = without(bubblewrap.prefix(), "--size")
    with mock.patch.object(bubblewrap, "prefix", return_value=line):
        assert bait.run(("bubblewrap",), source=f"{fill}class Rule: pass", settings={}).outcome.problem is None


# --- What stands whatever the layers are -----------------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["landlock", "seccomp"])
def test_without_giving_up_new_privileges_no_layer_stands(layer: str, bait: Bait) -> None:
    sabotage = "from course.grading import confine; confine.no_new_privileges = lambda: None"
    if ROOT and layer == "seccomp":  # whoever administers the system may filter all the same, with this capability
        sabotage += "\nconfine._capabilities(confine.architecture().numbers['capset'], 0, 0)"
    assert bait.run((layer,), ["environment"], sabotage).layers == ()


@pytest.mark.skipif(not ROOT, reason="others have no capabilities to lose")
@pytest.mark.parametrize(
    "layer", [pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap")), pytest.param("landlock")]
)
def test_capabilities_are_dropped(layer: str, bait: Bait) -> None:
    sabotage = "from course.grading import confine; confine.drop_capabilities = lambda: None"
    assert not bait.run((layer,), ["capabilities"]).out
    assert bait.run((layer,), ["capabilities"], sabotage).out == {"capabilities"}


@pytest.mark.needs("bubblewrap")
@pytest.mark.skipif(not ROOT, reason="others have no capabilities to lose")
def test_bubblewrap_drops_capabilities_too(bait: Bait) -> None:
    mounting = "need(LIBC.mount(b'none', b'/rule', b'tmpfs', 0, None) == 0)"
    source = f"{harness.SOURCE}\n{mounting}"
    sabotage = "from course.grading import confine; confine.drop_capabilities = lambda: None"
    problem = bait.run(("bubblewrap",), source=source, sabotage=sabotage).outcome.problem
    assert problem is not None
    assert problem["type"] == "StoppedError"
    line = without(bubblewrap.prefix(), "--cap-drop", "--cap-add")
    with mock.patch.object(bubblewrap, "prefix", return_value=line):
        assert bait.run(("bubblewrap",), source=source, sabotage=sabotage).outcome.problem is None


def test_the_environment_is_cleared_twice(bait: Bait) -> None:
    tried = ["environment", "first-environment"]
    assert not bait.run((), tried).out
    assert bait.run((), tried, NO_CARE).out == {"environment"}  # how many threads numpy may start
    with careless()[0]:
        assert bait.run((), tried).out == {"first-environment"}


def test_descriptors_are_not_inherited(bait: Bait) -> None:
    assert not bait.run((), ["descriptors"]).out
    with careless()[1]:
        assert bait.run((), ["descriptors"]).out == {"descriptors"}


LIMITS = {
    "RLIMIT_AS": "much-memory",
    "RLIMIT_NOFILE": "many-files",
    "RLIMIT_FSIZE": "large-file",
    "RLIMIT_CORE": "core",
    "RLIMIT_MEMLOCK": "locked-memory",
    "RLIMIT_MSGQUEUE": "message-queue",
} | ({} if ROOT else {"RLIMIT_NPROC": "fork"})


@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_holds_something(limit: str, bait: Bait) -> None:
    """Behind Landlock, so that root is none; it opens no message queues itself."""
    layers = () if limit == "RLIMIT_MSGQUEUE" else ("landlock",)
    usual = Limits().settings()
    tried = LIMITS[limit]
    assert not bait.run(layers, [tried], settings=usual).out
    assert bait.run(layers, [tried], settings={k: v for k, v in usual.items() if k != limit}).out == {tried}


def test_the_limit_on_cpu_time_says_why_it_ended_the_process(bait: Bait) -> None:
    settings, loop = {"RLIMIT_CPU": 0}, "while True: pass"  # beside the second that starting up is counted as
    held = bait.run((), source=loop, settings=settings, limits=Limits(cpu=1, wall=30.0)).outcome
    assert (held.code, held.end) == (-signal.SIGXCPU, "timeout")
    free = bait.run((), source=loop, settings=WITHOUT_LIMITS, limits=Limits(cpu=1, wall=1.3)).outcome
    assert (free.code, free.end) == (-signal.SIGKILL, "timeout")


FILL = {
    "bytes": "for n in range(30):\n    with open(f'{n}', 'wb') as f: f.write(bytes(2**20))\n",
    "files": "for n in range(200): open(f'{n}', 'w').close()\n",
    "removed": "import os\nopened = []\nfor n in range(30):\n    opened.append(open('x', 'wb'))\n"
    "    opened[-1].write(bytes(2**20))\n    os.unlink('x')\n",
    "unnamed": "import os\nopened = [os.open('.', os.O_TMPFILE | os.O_RDWR) for n in range(30)]\n"
    "for each in opened: os.write(each, bytes(2**20))\n",
    "mapped": "import mmap, os\nopened = []\nfor n in range(20):\n    with open('x', 'w+b') as f:\n"
    "        f.truncate(2**20)\n        opened.append(mmap.mmap(f.fileno(), 4096))\n    os.unlink('x')\n",
}


@pytest.mark.parametrize("how", FILL)
def test_the_folder_on_the_disk_is_watched(how: str, bait: Bait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST", 100)
    source = f"{FILL[how]}import time; time.sleep(0.2)\nclass Rule: pass"
    assert bait.run(("landlock",), source=source).outcome.end == "files"
    with mock.patch.object(folder, "full", return_value=False):
        assert bait.run(("landlock",), source=source).outcome.end == "done"


MODEST = """
import mmap, os, tempfile, time
with open("log", "w") as log:
    log.write("a line")
os.rename("log", "old.log")
with tempfile.TemporaryFile() as nameless, tempfile.NamedTemporaryFile() as named:
    nameless.write(bytes(2**20))
    named.write(bytes(2**20))
    time.sleep(0.2)
shared = mmap.mmap(-1, 2**26)
shared.write(b"x")
class Rule: pass
"""


def test_a_file_may_use_its_folder(bait: Bait) -> None:
    outcome = bait.run(("landlock", "seccomp"), source=MODEST).outcome
    assert (outcome.end, outcome.problem) == ("done", None)


# --- Threads ---------------------------------------------------------------------------------------------------------

THREAD = """
import sys, threading, time
def escape():
    while not hasattr(sys, "now"):
        time.sleep(0.01)
    with open({secret!r}) as file:
        sys.stderr.write(file.read() + "\\n")
threading.Thread(target=escape, daemon=True).start()
from course.grading import confine
{sabotage}
"""


def test_landlock_does_not_stand_beside_another_thread(bait: Bait) -> None:
    """It would bind one of them; numpy's libraries start some where nobody tells them not to."""
    secret = bait.told["files"]["secret"]
    source = "import sys, time\nsys.now = True\ntime.sleep(0.3)\nclass Rule: pass"
    assert bait.run(("landlock",), sabotage=THREAD.format(secret=secret, sabotage=""), source=source).layers == ()
    unchecked = THREAD.format(secret=secret, sabotage="confine.own_thread_only = lambda: None")
    escaped = bait.run(("landlock",), sabotage=unchecked, source=source)
    assert escaped.layers == ("landlock",)
    assert "secret hidden" in escaped.outcome.printed


NO_UNSHARE = """
import ctypes, errno, os
from course.grading import confine
from course.grading.confine import seccomp as s
confine.no_new_privileges()
known = s.architecture()
refused = {"x86_64": 272, "aarch64": 97}[os.uname().machine]
code = b"".join([
    s._do(s.LOAD, s.NUMBER), s._do(s.EQUAL, refused, 0, 1), s._do(s.RETURN, 0x00050000 | errno.EPERM),
    s._do(s.RETURN, s.ALLOW),
])
outer = s._Program(len(code) // 8, code)
call = ctypes.c_long(known.numbers["seccomp"])
assert ctypes.CDLL(None).syscall(call, ctypes.c_uint(1), ctypes.c_uint(0), ctypes.byref(outer)) == 0
"""
"""What the usual container engines do: no namespaces for whoever does not administer the machine."""


def test_a_container_that_refuses_namespaces_has_a_full_wall(bait: Bait) -> None:
    result = bait.run(("landlock", "seccomp"), ["read-secret", "namespaces-unshare"], NO_UNSHARE)
    assert result.outcome.standing.full
    assert not result.out
    beside = THREAD.format(secret="", sabotage=NO_UNSHARE)
    assert bait.run(("landlock",), ["environment"], beside).layers == ()
