"""Files that are never half-written: a reader sees the old one or the new one."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator


def write(path: Path, content: str | bytes) -> None:
    """Write a new file beside `path` and let it take its place.

    Args:
        path: the file; its folder must be there.
        content: a text is written in UTF-8.

    Raises:
        OSError: it cannot be written; `path` is as it was.

    """
    descriptor, name = _beside(path)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content.encode("utf-8") if isinstance(content, str) else content)
            opened.flush()
            # While it is open: it is locked until it has its name.
            Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~_mask())
            if fcntl is not None:
                Path(name).replace(path)
        if fcntl is None:  # Windows moves no file that is open
            Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _beside(path: Path) -> tuple[int, str]:
    """An empty file beside `path`: the one that a killed process has left, if there is one, so that none pile up."""
    name = path.with_name(f".{path.name}.part")
    if fcntl is not None:
        with suppress(OSError):
            descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
            if _is_ours(descriptor, name):
                os.truncate(descriptor, 0)
                return descriptor, str(name)
            os.close(descriptor)
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")


def _is_ours(descriptor: int, name: Path) -> bool:
    """Whether this is a file that nobody else writes to, and that has no other name."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(descriptor)
        return (
            stat.S_ISREG(found.st_mode)
            and (found.st_uid, found.st_nlink) == (os.geteuid(), 1)
            and os.path.samestat(found, name.lstat())
        )
    except OSError:
        return False


@contextmanager
def making(path: Path) -> Iterator[IO[bytes]]:
    """Write a new file, piece by piece, that nobody else may read and that is there only once it is whole.

    A process that is killed leaves nothing behind where the system can make a file without a name.

    Args:
        path: the file, which must not exist; its folder must be there.

    Yields:
        The file, open to be written.

    Raises:
        OSError: it cannot be written, or is there by now; it is as it was.

    """
    descriptor, name = _nameless(path.parent)
    if descriptor < 0:
        descriptor, name = _beside(path)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            yield opened
            opened.flush()
            os.fsync(descriptor)
            if not name:  # with a folder's descriptor, whichever, Python asks the system to follow the link
                os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)
        if name:
            _give_name(Path(name), path)
        keep_name(path)
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _give_name(file: Path, path: Path) -> None:
    """Give a file another name, unless there is one of that name: best in one step, which some disks cannot."""
    try:
        os.link(file, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        file.rename(path)


def _nameless(folder: Path) -> tuple[int, str]:
    """A file that has no name yet, where there is such a thing; the descriptor is -1 where there is not."""
    with suppress(AttributeError, OSError):
        Path("/proc/self/fd").stat()  # by which it gets its name
        return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), ""
    return -1, ""


def keep_name(path: Path) -> None:
    """Make sure that a new name in a folder is still there after a loss of power, where the system can do that."""
    with suppress(OSError):
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mask() -> int:
    """Return the mode bits that this process takes away from new files; there is no way to ask but to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
