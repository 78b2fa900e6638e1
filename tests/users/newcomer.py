"""A newcomer: a fresh home, a bare PATH, a checkout without an environment, and a terminal to type into."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil

from tests.browser.copies import copy_working_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INSTALL_SECONDS = 900.0
SECONDS = 120.0
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NETWORK = re.compile(r"^(PIP_\w+|\w+_proxy|\w+_PROXY|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|TORCH_\w+)$")
"""What belongs to the machine's network and not to whoever runs the tests."""
ENDED = "\x1e"
"""Printed by the terminal behind every command."""


class Said(NamedTuple):
    """What a typed line came to."""

    status: int
    text: str


class Terminal:
    """A shell that keeps its folder, its variables and an activated environment from line to line, as a window does."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self._keys, self._screen = self.process.stdin, self.process.stdout
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._screen, selectors.EVENT_READ)

    def press(self, text: str) -> None:
        """Send keys to whatever runs in the foreground."""
        self._keys.write(text.encode())
        self._keys.flush()

    def type(self, line: str, seconds: float = SECONDS) -> Said:
        """Type a command and wait for its end."""
        self.press(f"{line}; printf '{ENDED}%s{ENDED}' $?\n")
        text = self.read(rf"{ENDED}\d+{ENDED}", seconds)
        said, status = text.split(ENDED)[:2]
        return Said(int(status), said)

    def read(self, pattern: str, seconds: float = SECONDS) -> str:
        """Wait until the output since the last call matches; return it."""
        seen, end = b"", time.monotonic() + seconds
        while not re.search(pattern, text := seen.decode("utf-8", "replace")):
            assert self._ready.select(max(0.0, end - time.monotonic())), f"waited {seconds} s for {pattern!r}:\n{text}"
            more = os.read(self._screen.fileno(), 65536)
            assert more, f"the shell ended:\n{text}"
            seen += more
        return text

    @contextlib.contextmanager
    def runs(self, line: str, until: str, seconds: float = SECONDS) -> Iterator[str]:
        """Type a command that does not end, see its output match, and stop it at last as a closed window does."""
        self.press(f"{line}; printf '{ENDED}%s{ENDED}' $?\n")  # in one line: the command reads the next ones
        try:
            text = self.read(f"(?:{until})|{ENDED}", seconds)
            assert ENDED not in text, f"{line} ended by itself:\n{text}"
            yield text
        finally:
            self.stop()
        self.read(rf"{ENDED}\d+{ENDED}", seconds)

    @property
    def busy(self) -> bool:
        """Whether anything is running in it."""
        return bool(psutil.Process(self.process.pid).children())

    def stop(self) -> None:
        """End what was started here, the shell excepted."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.terminate()
        for left in psutil.wait_procs(family, timeout=60)[1]:
            left.kill()

    def close(self) -> None:
        """End the shell and everything in it."""
        self.stop()
        self.process.kill()
        self.process.wait()
        self._ready.close()


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a home of their own and a checkout of the course."""

    home: Path
    checkout: Path
    installed: str
    """What the first `make lab` printed."""

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of a fresh login: nothing of the environment that runs the tests."""
        kept = {name: value for name, value in os.environ.items() if NETWORK.match(name)}
        return {
            **kept,
            **_pip(),
            "HOME": str(self.home),
            "PATH": f"{self.home / 'bin'}:{SYSTEM}",
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "BROWSER": f"{self.home / 'bin/browser'} %s",
            **more,
        }

    @contextlib.contextmanager
    def terminal(self, folder: Path | None = None, **variables: str) -> Iterator[Terminal]:
        """A new window, in the checkout unless another folder is named."""
        opened = Terminal(folder or self.checkout, self.environment(**variables))
        try:
            yield opened
        finally:
            opened.close()

    def opened(self, seconds: float = SECONDS) -> str:
        """Wait until an address is opened in a browser; return it."""
        page, end = self.home / "opened", time.monotonic() + seconds
        while not page.exists():
            assert time.monotonic() < end, "no browser was opened"
            time.sleep(0.1)
        found = re.search(r'url=([^"]+)"', page.read_text("utf-8"))
        assert found
        return found[1]

    def forget_opened(self) -> None:
        """Close that browser."""
        (self.home / "opened").unlink(missing_ok=True)


def _pip() -> dict[str, str]:
    """Where pip finds packages is the machine's affair; downloads of an earlier test need not be repeated.

    What is installed is compiled once it is imported, and not all of it at once: of torch most is never imported.
    """
    cache = os.environ.get("PIP_CACHE_DIR") or str(Path.home() / ".cache/pip")
    own = next(filter(Path.is_file, (Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf")), None)
    return {"PIP_CACHE_DIR": cache, "PIP_COMPILE": "0", **({"PIP_CONFIG_FILE": str(own)} if own else {})}


def commit(checkout: Path) -> None:
    """Make the copy the repository that a clone is."""
    who = ("-c", "user.name=A clone", "-c", "user.email=clone@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "as cloned")):
        subprocess.run(["git", *command], cwd=checkout, check=True)


def move_in(home: Path) -> None:
    """Furnish a home: a Python under the name that everybody tries first, a browser, and Jupyter's consent to root."""
    tools = home / "bin"
    tools.mkdir(parents=True)
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    browser = f'cp "${{1#file://}}" "{home}/opened.part" && mv "{home}/opened.part" "{home}/opened"'
    for name, does in {"python3": f'exec "{base}" "$@"', "browser": browser}.items():
        (tools / name).write_text(f"#!/bin/sh\n{does}\n", "utf-8")
        (tools / name).chmod(0o755)
    if os.geteuid() == 0:  # plain `jupyter lab` refuses root, which the tests of CI are
        (home / ".jupyter").mkdir()
        (home / ".jupyter/jupyter_server_config.py").write_text("c.ServerApp.allow_root = True\n", "utf-8")


@functools.cache
def newcomer(folder: Path) -> Newcomer:
    """Move somebody in below `folder`, who clones the course and types `make lab LANG_=zh`; once in a run of tests."""
    home, checkout, published = folder / "home", folder / "downhill", folder / "published/downhill"
    move_in(home)
    copy_working_tree(published)
    commit(published)
    arriving = Newcomer(home, checkout, "")
    with arriving.terminal(folder) as window:
        assert window.type(f"git clone {published} && cd downhill").status == 0
        with window.runs("make lab LANG_=zh", r"token=\w+", INSTALL_SECONDS) as said:
            return Newcomer(home, checkout, said)
