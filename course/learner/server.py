"""JupyterLab's server in this process: a few lines of ours on the terminal, all that it says itself in a log file."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import threading
import urllib.error
import urllib.request
import webbrowser
from typing import IO, TYPE_CHECKING, Any

from course.system import atomic, terminal
from course.text import CourseError, Text, texts, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TEXTS = texts(__file__)
LAST_LINES = 10
PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta http-equiv="refresh" content="1; url={address}"></head>
<body><a href="{address}">{address}</a></body></html>
"""
"""What the browser is told to open, so that the token is on no command line, which other users may read."""


def serve(arguments: Sequence[str], *, root: Path, lesson: str, log: Path) -> int:
    """Run JupyterLab until Ctrl-C.

    Args:
        arguments: JupyterLab's own.
        root: the folder that it serves.
        lesson: the address of the page to open, below the server's.
        log: the file for everything that JupyterLab and its kernels print.

    Returns:
        0 when it was ended.

    Raises:
        CourseError: it did not start, or broke off; the sentence names the log.

    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with terminal.interrupts_alone(), _printing_to(log) as screen:
        try:
            app = _started(arguments)
            for number in (signal.SIGINT, signal.SIGTERM):  # before anybody reads of Ctrl-C
                signal.signal(number, lambda *_: _end(app, screen))
            # In the loop's first turn it opens its port; a browser that came before would be refused.
            app.io_loop.add_callback(_announce, app, screen, root=root, lesson=lesson, log=log)
            app.start()
        except KeyboardInterrupt:
            pass
        except (Exception, SystemExit) as error:
            with contextlib.suppress(OSError):
                print(repr(error), file=sys.stderr, flush=True)
            raise _failed(log) from error
        print(TEXTS["goodbye"].format(folder=root), file=screen, flush=True)
    return 0


def open_running(root: Path, lesson: str, log: Path) -> bool:
    """Open the lesson in the server that is running in this folder already; tell whether there is one.

    Args:
        root: the folder.
        lesson: the address of the page to open, below the server's.
        log: of that server.

    Returns:
        True if there is one.

    """
    from jupyter_server.serverapp import list_running_servers

    for found in list_running_servers():
        if os.path.realpath(found["root_dir"]) != os.path.realpath(root) or not _answers(found["url"]):
            continue
        print(TEXTS["running"])
        _show(
            sys.stdout, f"{found['url']}{lesson}?token={found['token']}", log, f"{found['url']}?token={found['token']}"
        )
        return True
    return False


def _answers(url: str) -> bool:
    """Return whether a server is there, whoever it lets in: one that was killed leaves its address behind."""
    try:
        with urllib.request.urlopen(f"{url}login", timeout=5):  # noqa: S310 - a server of this user
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _started(arguments: Sequence[str]) -> Any:
    from jupyterlab.labapp import LabApp

    app = LabApp.initialize_server(argv=list(arguments))
    app.open_browser = False
    if app.identity_provider.token_generated:  # 128 bits are enough, and the address fits into a line
        app.identity_provider.token = secrets.token_hex(16)
    return app


def _announce(app: Any, screen: IO[str], *, root: Path, lesson: str, log: Path) -> None:
    token = f"?token={app.identity_provider.token}"
    try:
        _show(screen, f"{app.connection_url}{lesson}{token}", log, f"{app.connection_url}{token}")
        print(TEXTS["stop"].format(folder=root), file=screen, flush=True)
    except Exception as error:  # the loop would only write it down
        raise SystemExit(repr(error)) from error


def _end(app: Any, screen: IO[str]) -> None:
    """End it at the first Ctrl-C; the second waits for nothing.

    The loop ends the server, not the handler, which may have come while the server was just being opened: JupyterLab's
    own handler then fails, and the server stays.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.write(screen.fileno(), f"\r{TEXTS['ending']}\n".encode())  # past its buffer, which may be at work just now
    if not app.io_loop.asyncio_loop.is_running():  # it is about to begin, and nothing of it has to be ended
        raise KeyboardInterrupt
    app.io_loop.add_callback_from_signal(app.stop)


@contextlib.contextmanager
def _printing_to(log: Path) -> Iterator[IO[str]]:
    """Send what this process and its children print to a file; give the terminal."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    try:
        with (
            os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace") as screen,
            log.open("w", encoding="utf-8") as file,
        ):
            for number in (1, 2):
                os.dup2(file.fileno(), number)
            try:
                yield screen
            finally:
                with contextlib.suppress(OSError):
                    sys.stdout.flush()
                    sys.stderr.flush()
                for number, old in zip((1, 2), kept, strict=True):
                    os.dup2(old, number)
    finally:
        for old in kept:
            os.close(old)


def _failed(log: Path) -> CourseError:
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()][-LAST_LINES:]
    said = "\n".join(f"  {visible(line)}" for line in lines)
    return CourseError(TEXTS["failed"].format(log=log) + Text(en=f"\n{said}", zh=f"\n{said}"))


def _show(screen: IO[str], page: str, log: Path, address: str) -> None:
    """Open the page in a browser, if there is one, and print the address.

    Args:
        screen: where to print.
        page: the address of the lesson.
        log: beside which the page for the browser is written.
        address: the shorter one, which leads to the lesson that the server began with.

    """
    browser = _browser()
    print(TEXTS["opening"] if browser else TEXTS["no-browser"], *_box(address), sep="\n", file=screen, flush=True)
    if browser:
        file = log.with_name("open.html")
        file.touch(mode=0o600)
        atomic.write(file, PAGE.format(address=page))
        threading.Thread(target=browser.open, args=(file.as_uri(),), daemon=True).start()


def _browser() -> webbrowser.BaseBrowser | None:
    """Return a browser with a window of its own, or the one that the user has named; None without."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return None
    inside = type(found) is webbrowser.GenericBrowser and not os.environ.get("BROWSER")  # lynx, say, in the terminal
    return None if inside else found


def _box(line: str) -> list[str]:
    edge = "─" * (width(line) + 2)
    return [f"┌{edge}┐", f"│ {line} │", f"└{edge}┘"]
