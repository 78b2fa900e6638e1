"""A PostgreSQL server for tests, and on it a database for every class that they make.

`pytest --database postgresql` (`make test DATABASE=postgresql`) starts one server for the whole run; its address is in
the environment, where the processes of xdist find it. A class's database is a copy of one that nbgrader has prepared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "open-sesame"  # noqa: S105 - of a server that lives for one run of the tests
SERVER = "COURSE_TEST_DATABASE"
"""The environment variable that holds the address of the server on which this run keeps its gradebooks."""
PREPARED = "prepared"
"""The database with nbgrader's tables of which every new class gets a copy."""
OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200"
"""What is committed need not survive this machine's failure, only the server's own: a test's server is thrown away."""


@dataclass(frozen=True)
class Server:
    """A server on a socket in a folder of its own."""

    home: Path

    @property
    def address(self) -> str:
        """The address of an empty database."""
        return f"postgresql://teacher:{PASSWORD}@/postgres?host={self.home}"

    def start(self) -> None:
        """Start it, for the first time or again."""
        options = f"{OPTIONS} -c unix_socket_directories={self.home}"
        self._run("pg_ctl", "-D", str(self.home / "data"), "-o", options, "-l", str(self.home / "log"), "-w", "start")

    def stop(self) -> None:
        """Stop it at once, as a failure would: nobody is waited for."""
        self._run("pg_ctl", "-D", str(self.home / "data"), "-m", "immediate", "stop")

    def make(self) -> None:
        """Make its files."""
        secret = self.home / "password"
        secret.write_text(PASSWORD, "utf-8")
        if owner := self._owner():
            shutil.chown(self.home, owner)
            shutil.chown(secret, owner)
        self.home.chmod(0o711)  # the tests' other users open the socket
        own = ("--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-sync")
        self._run("initdb", "-D", str(self.home / "data"), "-U", "teacher", *own)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [server_programs() / name, *arguments],
            user=self._owner(),
            cwd=self.home,
            check=True,
            capture_output=True,
            start_new_session=True,  # whoever interrupts the tests has the server stopped when they have ended
        )

    @staticmethod
    def _owner() -> str | None:
        return "postgres" if os.geteuid() == 0 else None  # the server refuses to be root


def server_programs() -> Path:
    """Return the folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent


@contextmanager
def serving() -> Iterator[Server]:
    """Start a server; stop it and remove its files at the end."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = Server(Path(folder))
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def served() -> Iterator[str]:
    """Start a server; give the address of an empty database."""
    with serving() as server:
        yield server.address


@contextmanager
def for_all() -> Iterator[None]:
    """Keep the gradebook of every class that is made meanwhile on one server."""
    from nbgrader.api import Gradebook

    with served() as address:
        run(address, f"CREATE DATABASE {PREPARED}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # alembic is there
            Gradebook(named(address, PREPARED), "downhill").close()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(SERVER, address)
            yield


def in_use() -> bool:
    """Return True if classes that are made now have their gradebook on a server."""
    return SERVER in os.environ


def copied(address: str | None = None) -> str:
    """Copy a database.

    Args:
        address: which; the prepared one, if None.

    Returns:
        The address of the copy.

    """
    from sqlalchemy.engine import make_url

    server, name = os.environ[SERVER], f"class_{uuid.uuid4().hex}"
    run(server, f"CREATE DATABASE {name} TEMPLATE {make_url(address).database if address else PREPARED}")
    return named(server, name)


def empty(address: str) -> None:
    """Make a database anew, without any table."""
    from sqlalchemy.engine import make_url

    name = make_url(address).database
    for statement in (f"DROP DATABASE {name}", f"CREATE DATABASE {name}"):
        run(os.environ[SERVER], statement)


def named(address: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return address.replace("/postgres?", f"/{database}?")


def run(address: str, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement on a server, outside any transaction; return its rows, if it has any."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []
