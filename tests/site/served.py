"""A server as GitHub Pages is one: files of a folder, packed where a browser takes them so."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

KINDS = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}
PACKED = {".html", ".css", ".js", ".svg", ".webmanifest", ".xml"}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Says nothing, and packs what packs well."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class calls it
        """Keep quiet."""

    def do_GET(self) -> None:
        """Answer with the file's bytes, packed if they can be."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in PACKED or not path.is_file() or "gzip" not in self.headers.get("Accept-Encoding", ""):
            super().do_GET()
            return
        packed = _packed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", KINDS.get(path.suffix) or self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the browser has gone on
            self.wfile.write(packed)


@functools.lru_cache(maxsize=256)
def _packed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder while the context lasts; yields the address, with a slash at its end."""
    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


BLOCKED = "Service Worker registration blocked by Playwright"


def opened(browser: Browser, url: str, kind: str, **options: Any) -> tuple[Page, Locator, list[str]]:
    """Open a page at its first figure of a kind, `descent` or `frames`, and listen to its console."""
    page = browser.new_context(service_workers="block", reduced_motion="reduce", **options).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.text != BLOCKED else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url)
    page.evaluate("document.querySelectorAll('.predict .skip').forEach((each) => each.click())")
    shown = page.locator(f".live.{kind}").first
    shown.scroll_into_view_if_needed()
    page.locator(f".live.{kind}[data-ready=true]").first.wait_for()
    return page, shown, said


def node(folder: Path, driver: str, given: Any) -> Any:
    """Run a module of the page's in a folder with Node.js: it reads JSON and answers with JSON."""
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    (folder / "driver.js").write_text(driver, "utf-8")
    done = subprocess.run(
        [str(shutil.which("node")), "driver.js"],
        cwd=folder,
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
