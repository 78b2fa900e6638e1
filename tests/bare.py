"""A machine without fonts, for tests: what it draws must not depend on what else is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib import font_manager

if TYPE_CHECKING:
    import pytest


LIST_OWN = """
from pathlib import Path
import matplotlib
from matplotlib import font_manager
manager, own = font_manager.fontManager, Path(matplotlib.get_data_path())
manager.ttflist = [font for font in manager.ttflist if own in Path(font.fname).parents]
file = f"fontlist-v{font_manager.FontManager.__version__}.json"
font_manager.json_dump(manager, str(Path(matplotlib.get_cachedir(), file)))
"""
"""Writes the list of fonts that matplotlib will read from then on: its own alone."""


def without_fonts(folder: Path) -> dict[str, str]:
    """Return variables for a process, such as a notebook's kernel, in which matplotlib has its own fonts alone.

    matplotlib keeps a list of the machine's fonts in its configuration folder. The process gets a folder of its own, in
    which the list is written as on a machine that has none; a list of the user's, however old, is not read.

    Args:
        folder: where to make that folder; used again if it is there.

    """
    environment = {"MPLCONFIGDIR": str(folder / "matplotlib")}
    if not list((folder / "matplotlib").glob("fontlist-*.json")):
        (folder / "matplotlib").mkdir(parents=True, exist_ok=True)
        # Not by matplotlib's MPL_IGNORE_SYSTEM_FONTS, which older ones do not know and which does more than hide fonts.
        subprocess.run([sys.executable, "-c", LIST_OWN], env={**os.environ, **environment}, check=True)
    return environment


def hide_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide all fonts but matplotlib's own from this process until the end of the test."""
    manager = font_manager.fontManager
    own = [font for font in manager.ttflist if Path(mpl.get_data_path()) in Path(font.fname).resolve().parents]
    manager._findfont_cached.cache_clear()  # type: ignore[attr-defined] # what was found before counts no longer
    monkeypatch.setattr(manager, "ttflist", own)
