"""A PostgreSQL server for a test, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "open-sesame"  # noqa: S105 - of a server that lives for one test


def server_programs() -> Path:
    """Return the folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent


@contextmanager
def served() -> Iterator[str]:
    """Start a server; give the address of an empty database."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:  # whoever runs the server has to get there
        yield from _served(Path(folder))


def _served(home: Path) -> Iterator[str]:
    programs = server_programs()
    data, secret = home / "data", home / "password"
    secret.write_text(PASSWORD, "utf-8")
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to be root
    if user:
        shutil.chown(home, user)
        shutil.chown(secret, user)

    def program(name: str, *arguments: str) -> None:
        subprocess.run([programs / name, *arguments], user=user, cwd=home, check=True, capture_output=True)

    program("initdb", "-D", str(data), "-U", "teacher", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8")
    options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
    program("pg_ctl", "-D", str(data), "-o", options, "-l", str(home / "log"), "-w", "start")
    try:
        yield f"postgresql://teacher:{PASSWORD}@/postgres?host={home}"
    finally:
        program("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
