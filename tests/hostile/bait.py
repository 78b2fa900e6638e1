"""What a submission must not reach: files, sockets and queues that lie open to everybody."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.hostile.contain import QUEUES

SECRET = "CANARY-FILE-7f3a"  # noqa: S105 - a secret that is there to be found in what the judge says
ENVIRONMENT = "CANARY-ENV-91cc"
PORT = 47113
SHARED = Path("/dev/shm")  # noqa: S108 - looked at, and fresh where it matters
ABSTRACT = "\0hostile-bait"


class Bait:
    """A folder of bait, and the listeners that nobody should call.

    Args:
        root: an empty folder; what belongs to a submission is made within.

    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.canary, self.tmp, self.home, self.work = (root / name for name in ("canary", "tmp", "home", "work"))
        for each in (self.canary, self.tmp, self.home, self.work):
            each.mkdir()
            each.chmod(0o1777)
        self.sockets: list[socket.socket] = []

    def listen(self) -> None:
        """Listen on loopback, by a name of the abstract kind and by a path; where the network is ours alone."""
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        abstract, path = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        for each, address in ((tcp, ("127.0.0.1", PORT)), (udp, ("127.0.0.1", PORT)), (abstract, ABSTRACT)):
            each.bind(address)
        path.bind(str(self.root / "socket"))
        (self.root / "socket").chmod(0o777)
        for each in (tcp, abstract, path):
            each.listen()
        self.sockets = [tcp, udp, abstract, path]
        for each in self.sockets:
            each.settimeout(0)

    def lay(self) -> None:
        """Lay the files afresh."""
        self.canary.mkdir(exist_ok=True)  # where there is no wall, it may be gone
        for path in self.canary.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        (self.canary / "empty").mkdir()
        (self.canary / "secret.txt").write_text(SECRET + "\n", "utf-8")
        victim = self.canary / "victim.txt"
        victim.write_text("intact\n", "utf-8")
        os.utime(victim, (1e9, 1e9))
        book = sqlite3.connect(self.canary / "book.db")
        book.execute("create table grade(student text, points real, note text)")
        book.execute("insert into grade values('ada', 3, ?)", (SECRET,))
        book.commit()
        book.close()
        for path in self.canary.iterdir():
            path.chmod(0o777 if path.is_dir() else 0o666)

    def state(self) -> dict[str, Any]:
        """Everything that must be the same afterwards, by what it is called in a row."""
        victim = self.canary / "victim.txt"
        seen: dict[str, Any] = {
            "canary": _tree(self.canary),
            "tmp": _names(self.tmp),
            "temporary": _names(self.root.parent) if self.sockets else [],
            "shared": _names(SHARED),
            "home": _names(self.home),
            "messages": _names(QUEUES) if self.sockets else [],
            "queues": _lines(*(f"/proc/sysvipc/{kind}" for kind in ("shm", "msg", "sem"))),
            "reached": self._reached(),
            "victim": None,
        }
        if victim.is_file():
            stat = victim.stat()
            names = os.listxattr(victim) if hasattr(os, "listxattr") else []
            seen["victim"] = (victim.read_text("utf-8"), stat.st_mtime, stat.st_mode, stat.st_nlink, stat.st_uid, names)
        with suppress(sqlite3.Error):
            book = sqlite3.connect(self.canary / "book.db")
            seen["book"] = book.execute("select points from grade").fetchall()
            book.close()
        return seen

    def _reached(self) -> int:
        """How many calls came in; each counts once."""
        calls = 0
        for each in self.sockets:
            with suppress(OSError):
                if each.type == socket.SOCK_DGRAM:
                    each.recv(1)
                else:
                    each.accept()[0].close()
                calls += 1
        return calls


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _tree(folder: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.lstat().st_mode) for path in folder.iterdir()) if folder.is_dir() else []


def _lines(*files: str) -> int:
    """How many lines the files have together; none that is not there."""
    count = 0
    for file in files:
        with suppress(OSError):
            count += len(Path(file).read_bytes().splitlines())
    return count
