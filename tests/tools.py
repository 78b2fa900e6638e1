"""What a test may need beyond Python, git and make: its names for `@pytest.mark.needs`, and how it is found."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Tool:
    """One thing that a machine may lack."""

    found: Callable[[], bool]
    missing: str
    """The reason to skip a test where the tool is not found."""


def chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome; playwright's own download is never needed."""
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def _postgresql() -> bool:
    """Debian keeps the server's programs off PATH."""
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@functools.cache
def _chinese_fonts() -> bool:
    """Without fontconfig nobody knows; elsewhere than on Linux the system has them."""
    if sys.platform != "linux":
        return True
    listed = shutil.which("fc-list")
    return listed is not None and bool(subprocess.run([listed, ":lang=zh"], capture_output=True, check=False).stdout)


@functools.cache
def _namespaces() -> bool:
    unshare = shutil.which("unshare")
    return (
        unshare is not None
        and subprocess.run([unshare, "--mount", "true"], capture_output=True, check=False).returncode == 0
    )


@functools.cache
def _networks() -> bool:
    """A cable between two machines is a pair of network cards; both ends may lie in one namespace."""
    if not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        return False
    cards = "ip link add one type veth peer name two && ip link add three type bridge"
    return subprocess.run(["unshare", "--net", "sh", "-c", cards], capture_output=True, check=False).returncode == 0


def _node() -> bool:
    """The checkers themselves are asked for: Node.js alone does nothing."""
    return shutil.which("npm") is not None and all(
        Path(ROOT, "node_modules", name).exists()
        for name in (".bin/eslint", ".bin/tsc", ".bin/html-validate", "axe-core/axe.min.js")
    )


TOOLS = {
    "chromium": Tool(lambda: chromium() is not None, "no browser on PATH: install chromium"),
    "chinese-fonts": Tool(_chinese_fonts, "no Chinese fonts (fc-list :lang=zh): install fonts-noto-cjk"),
    "bubblewrap": Tool(lambda: shutil.which("bwrap") is not None, "no bwrap on PATH: install bubblewrap"),
    "namespaces": Tool(_namespaces, "no mount namespaces here: they take root (and unshare, of util-linux)"),
    "networks": Tool(
        _networks, "no networks can be made here: that takes root and the commands unshare, nsenter and ip"
    ),
    "fuse": Tool(
        lambda: _namespaces() and os.access("/dev/fuse", os.R_OK | os.W_OK),
        "no file system of our own can be mounted here: it takes root and /dev/fuse",
    ),
    "postgresql": Tool(_postgresql, "no PostgreSQL server here: install postgresql"),
    "node": Tool(_node, "nothing here that checks JavaScript: install Node.js, then npm ci"),
    "terminal": Tool(lambda: os.name == "posix", "no terminal can be opened by a program here: that takes POSIX"),
    "environment": Tool(lambda: True, "an environment of its own can be made anywhere"),
}
"""By name. `environment` is a need of time: pip makes an environment for the test, which takes minutes."""
