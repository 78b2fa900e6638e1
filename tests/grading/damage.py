"""What happens to a file of arrays that is stored with a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def rewritten(file: Path, change: Callable[[dict[str, np.ndarray]], object]) -> None:
    """Write the file anew, with other arrays."""
    with np.load(file) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez(file, **arrays)


def the_end(file: Path) -> None:
    """Cut it off."""
    file.write_bytes(file.read_bytes()[:-200])


def everything(file: Path) -> None:
    """Leave an empty file."""
    file.write_bytes(b"")


def the_file(file: Path) -> None:
    """Remove it."""
    file.unlink()


WHOLE_FILE = {"the end": the_end, "everything": everything, "the file": the_file}
"""Damage of any such file, whatever is in it."""
