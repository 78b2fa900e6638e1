"""Files that are never half-written: a reader sees the old one or the new one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Write a new file beside `path` and let it take its place.

    Args:
        path: the file; its folder must be there.
        content: a text is written in UTF-8.

    Raises:
        OSError: it cannot be written; `path` is as it was.

    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content.encode("utf-8") if isinstance(content, str) else content)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~_mask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mask() -> int:
    """Return the mode bits that this process takes away from new files; there is no way to ask but to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
