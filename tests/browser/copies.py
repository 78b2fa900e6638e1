"""The checkout as a clone would get it, but with what is not committed yet."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def copy_working_tree(target: Path) -> None:
    """Copy every file that git knows or would add; nothing that it ignores, so no environment and no caches."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():  # and not deleted since
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
