"""The wall stands wherever Python, the course and the user may be; each place is a mount namespace of its own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from course.system.workspace import ROOT

KINDS = ["bubblewrap-landlock-seccomp", "bubblewrap-seccomp", "landlock-seccomp"]
SEEN = {"enter", "hostname", "link", "path", "stat-process"}
"""What Landlock alone does not hide, beside the metadata of files."""
SITE = sysconfig.get_path("purelib")
USER = 54321
"""An ordinary user whom nothing belongs to."""
BINARY = f"bin/python{sys.version_info[0]}.{sys.version_info[1]}"
INNER = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


@dataclass
class Place:
    """A mount namespace, and how Python is started in it."""

    work: Path
    """A folder on this machine for what the place needs."""
    python: str = sys.executable
    checkout: str = str(ROOT)
    before: list[str] = field(default_factory=list)
    """Lines of shell that make the place."""
    through: list[str] = field(default_factory=list)
    """What the command is run by, there."""
    environment: dict[str, str] = field(default_factory=dict)

    def bind(self, source: str | Path, target: str | Path) -> None:
        """Have a folder somewhere else, too."""
        Path(target).mkdir(parents=True, exist_ok=True)
        self.before.append(f"mount --bind {shlex.quote(str(source))} {shlex.quote(str(target))}")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python there with these arguments."""
        script = "\n".join(["set -e", *self.before, f"cd {shlex.quote(self.checkout)}", 'exec "$@"'])
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL"}}
        command = [*self.through, self.python, "-B", *arguments]
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *command],
            env={**kept, "PYTHONPATH": self.checkout, **self.environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=180,
        )

    def report(self, *kinds: str) -> dict[str, Any]:
        """Run `report.py` there and return what it tells; it must say nothing else."""
        found = self.run("-m", "tests.grading.wall.report", *kinds)
        assert (found.returncode, found.stderr) == (0, "")
        told: dict[str, Any] = json.loads(found.stdout)
        return told


def holds(told: dict[str, Any], kinds: list[str] = KINDS) -> None:
    """Fail unless the wall is full there, judges rightly, and lets nothing out that it lets out elsewhere."""
    assert told["full"], told
    assert told["statuses"] == ["passed", "wrong"]
    assert told["notes"] == [told["note"][0]]
    assert told["crowds"]
    for kind in kinds:
        found = told["out"][kind]
        assert "-".join(found["layers"]) == kind, told["lost"]
        assert found["full"]
        seen = set() if "bubblewrap" in kind else SEEN | {f"stat-{each}" for each in told["files"]}
        assert set(found["out"]) == seen


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The usual one, to be changed."""
    return Place(tmp_path)


def closed(path: Path) -> Path | None:
    """The outermost folder above a path that lets in none but its owner."""
    return next((each for each in reversed(path.parents) if not each.stat().st_mode & 0o001), None)


def open_up(place: Place, *paths: str) -> None:
    """Put another folder in place of those that are closed, with nothing in them but what these paths lead to."""
    shut: dict[Path, list[Path]] = {}
    for path in map(Path, dict.fromkeys(map(os.path.realpath, paths))):
        if folder := closed(path):
            shut.setdefault(folder, []).append(path)
    for number, (folder, within) in enumerate(shut.items()):
        aside = [place.work / f"aside-{number}-{index}" for index in range(len(within))]
        for path, kept in zip(within, aside, strict=True):
            place.bind(path, kept)
        place.before.append(f"mount -t tmpfs -o mode=755 none {shlex.quote(str(folder))}")
        for path, kept in zip(within, aside, strict=True):
            place.before += [
                f"mkdir -p {shlex.quote(str(path))}",
                f"mount --bind {shlex.quote(str(kept))} {shlex.quote(str(path))}",
            ]


def somewhere(place: Place, prefix: Path) -> None:
    """Have Python itself there, without an environment."""
    place.bind(sys.base_prefix, prefix)
    place.python = str(prefix / BINARY)
    place.environment["PYTHONPATH"] = f"{place.checkout}:{SITE}"


@pytest.mark.needs("namespaces", "bubblewrap")
def test_an_ordinary_user(place: Place) -> None:
    open_up(place, sys.base_prefix, sys.prefix, str(ROOT))
    place.through = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    place.environment["HOME"] = "/nowhere"
    told = place.report(*KINDS)
    assert told["user"] == USER
    holds(told)
    assert told["forks"] == [False, True]  # with a limit on processes, and without


@pytest.mark.needs("namespaces", "bubblewrap")
def test_each_piece_holds_something_for_an_ordinary_user(place: Place) -> None:
    open_up(place, sys.base_prefix, sys.prefix, str(ROOT))
    place.through = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not (full or gpu)"]
    found = place.run("-m", "pytest", *options, "tests/grading/wall/test_pieces.py")
    assert found.returncode == 0, found.stdout


@pytest.mark.needs("namespaces", "bubblewrap")
def test_root_with_python_in_a_home_closed_to_others(place: Place) -> None:
    home = place.work / "home"
    home.mkdir(mode=0o700)
    os.chown(home, USER, USER)
    somewhere(place, home / "python")
    told = place.report(*KINDS, "landlock")
    assert told["python"].startswith(str(home))
    holds(told)
    assert "capabilities" in told["out"]["landlock"]["out"]  # to read, where it takes that to read Python


@pytest.mark.needs("namespaces")
def test_root_needs_no_capability_elsewhere(place: Place) -> None:
    assert "capabilities" not in place.report("landlock")["out"]["landlock"]["out"]


@pytest.mark.needs("namespaces", "bubblewrap")
def test_spaces_quotes_and_chinese_in_every_path(place: Place) -> None:
    odd = place.work / "我的 课程 'a' \"b\" $HOME; #"
    place.bind(ROOT, odd / "下山 checkout")
    place.checkout = str(odd / "下山 checkout")
    somewhere(place, odd / "蟒 Python")
    told = place.report(*KINDS)
    assert {told["root"], told["python"]} == {place.checkout, place.python}
    holds(told)


@pytest.mark.needs("namespaces", "bubblewrap")
def test_numpy_beside_what_else_is_installed_in_python_itself(place: Place) -> None:
    """As with pip and no environment: what the worker needs lies in the very folder that is hidden from it."""
    prefix = place.work / "python"
    somewhere(place, prefix)
    place.before.append(f"mount --bind {shlex.quote(SITE)} {shlex.quote(str(prefix / INNER))}")
    place.environment["PYTHONPATH"] = place.checkout
    told = place.report(*KINDS)
    assert told["numpy"] == str(prefix / INNER)
    holds(told)


@pytest.mark.needs("namespaces", "bubblewrap")
def test_a_course_that_lies_within_python(place: Place) -> None:
    """The whole of it is hidden, and the worker's own files are put back."""
    prefix = place.work / "python"
    somewhere(place, prefix)
    place.before.append(f"mount -t tmpfs none {shlex.quote(str(prefix / 'lib' / 'pkgconfig'))}")
    place.checkout = str(prefix / "lib" / "pkgconfig" / "downhill")
    place.before.append(
        f"mkdir {shlex.quote(place.checkout)} && mount --bind {shlex.quote(str(ROOT))} {shlex.quote(place.checkout)}"
    )
    place.environment["PYTHONPATH"] = f"{place.checkout}:{SITE}"
    told = place.report(*KINDS)
    assert told["root"] == place.checkout
    holds(told)


@pytest.mark.needs("namespaces", "bubblewrap")
def test_a_file_system_that_cannot_be_written_to(place: Place) -> None:
    bait = place.work / "bait"
    bait.mkdir()
    place.before += [
        "cut -d' ' -f2 /proc/self/mounts > \"$BAIT/mounts\"",
        'while read -r at; do mount -o remount,bind,ro "$at" 2>/dev/null || :; done < "$BAIT/mounts"',
        f"mount -t tmpfs none {shlex.quote(str(bait))}",
        "if touch /tmp/x /var/tmp/x /dev/shm/x 2>/dev/null; then echo 'not read-only' >&2; fi",
    ]
    place.environment["BAIT"] = str(bait)
    told = place.report(*KINDS)
    holds(told)


@pytest.mark.needs("namespaces", "bubblewrap")
def test_a_container_without_user_namespaces(place: Place) -> None:
    """Bubblewrap is there and does not stand; that is found once, and the learner hears nothing of it."""
    place.through = [
        "unshare", "--user", "--map-root-user", "sh", "-c",
        'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-all --inh-caps=-all "$@"', "sh",
    ]  # fmt: skip
    told = place.report("landlock-seccomp")
    assert told["layers"] == ["landlock", "seccomp"]
    assert list(told["lost"]) == ["bubblewrap"]
    assert "bwrap: " in told["lost"]["bubblewrap"]
    holds(told, ["landlock-seccomp"])


def plain(environment: dict[str, str], python: str, *kinds: str) -> dict[str, Any]:
    """The same without a place: another Python, on this machine as it is."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "HOME"}}
    found = subprocess.run(
        [python, "-B", "-m", "tests.grading.wall.report", *kinds],
        env={**kept, "PYTHONPATH": f"{ROOT}:{SITE}", **environment},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def test_an_environment_of_copies(tmp_path: Path) -> None:
    base = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([base, "-m", "venv", "--copies", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    assert not python.is_symlink()
    holds(plain({}, str(python), "landlock-seccomp"), ["landlock-seccomp"])


def systems() -> str | None:
    """The system's own Python, where our numpy runs in it and it is not the one that runs this."""
    for name in ("/usr/bin/python3", "/usr/local/bin/python3"):
        asked = [name, "-c", "import sys; print(sys.version_info[:2], sys.base_prefix)"]
        if Path(name).exists():
            said = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False).stdout.strip()
            if said.startswith(str(sys.version_info[:2])) and not said.endswith(f" {sys.base_prefix}"):
                return name
    return None


@pytest.mark.parametrize("python", [each for each in (systems(),) if each] or [sys.executable])
@pytest.mark.parametrize(
    "kind",
    [pytest.param(each, marks=pytest.mark.needs("bubblewrap") if "bubblewrap" in each else ()) for each in KINDS],
)
def test_the_systems_own_python(python: str, kind: str) -> None:
    holds(plain({}, python, kind), [kind])


def test_libraries_that_python_is_found_by(tmp_path: Path) -> None:
    """A folder in LD_LIBRARY_PATH is the worker's too if Python's own library is in it."""
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    (tmp_path / "with" / "libpython-of-another-kind.so").write_bytes(b"")
    code = "from course.grading.wall import places; print(*places.shared(), sep='\\n')"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"LD_LIBRARY_PATH": f"{tmp_path}/with:{tmp_path}/without::relative", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.splitlines()
    assert [each for each in told if each.startswith(str(tmp_path))] == [f"{tmp_path}/with"]
    holds(plain({"LD_LIBRARY_PATH": f"{tmp_path}/with"}, sys.executable, "landlock-seccomp"), ["landlock-seccomp"])
