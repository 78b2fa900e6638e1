"""Zip archives whose bytes depend on their contents alone."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every file: a zip can tell none before."""


def pack(files: Mapping[str, bytes], programs: Collection[str] = (), secrets: Collection[str] = ()) -> bytes:
    """Pack files into a zip.

    Args:
        files: by their names in it.
        programs: the names of those that can be run.
        secrets: the names of those that nobody but their owner may read.

    Returns:
        The zip.

    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, BEGINNING)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is made: so that the modes count
            mode = 0o755 if name in programs else 0o600 if name in secrets else 0o644
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content)
    return packed.getvalue()
