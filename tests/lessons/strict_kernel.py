"""A pytest plugin for nbval: what warns in our own code, or in a lesson's cell, fails the cell. Others may warn.

Python's own PYTHONWARNINGS names one module, not a package; so the kernels read a startup file of IPython's.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

STARTUP = r"""
import warnings
warnings.filterwarnings("error", module=r"(course|__main__)(\.|$)")
"""


def pytest_configure(config: pytest.Config) -> None:
    """Give all kernels of this process a profile with that file."""
    folder = tempfile.TemporaryDirectory(prefix="ipython-")
    config.add_cleanup(folder.cleanup)
    startup = Path(folder.name) / "profile_default/startup/00-strict.py"
    startup.parent.mkdir(parents=True)
    startup.write_text(STARTUP, "utf-8")
    os.environ["IPYTHONDIR"] = folder.name
