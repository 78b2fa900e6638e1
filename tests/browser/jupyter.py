"""A real JupyterLab for a test: started clean, driven through playwright, gone at the end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import psutil

from course.learner.jupyter import FRONTEND, OURS
from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Page

CHECKOUT = "downhill"
"""The checkout's name in what a `Lab` serves."""
START_SECONDS = 90.0
RUN_SECONDS = 600
"""For a whole notebook: all its networks may have to be trained, beside other tests."""

# The course's own, and two for the tests: `windowingMode` none keeps cells in the page that a reader would have to
# scroll to, so that a test can look at all of them.
QUIET: dict[str, dict[str, Any]] = {
    **OURS,
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}

READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.sessionContext?.session?.kernel?.status === 'idle' && panel.content.model !== null;
}"""
"""Whether the notebook in front has its kernel."""


@dataclass(frozen=True)
class Server:
    """Where a running JupyterLab answers."""

    url: str
    """Without a slash at the end."""
    token: str

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask its REST interface; return what its answer holds, None if it holds nothing."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
            return json.loads(reply.read() or "null")


@dataclass(frozen=True)
class Lab:
    """One JupyterLab for many tests: each chooses what its page and its kernels find, and leaves no kernel behind."""

    server: Server
    root: Path
    """What is served: the tests' own folders, and the checkout under the name `downhill`."""
    home: Path
    """Where settings and the kernel's specification are."""

    def use(
        self,
        *,
        lang: str = "en",
        learner: Path | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Set what the next page and the kernels started from now on find.

        Args:
            lang: "en" or "zh", the language of JupyterLab's interface and (as `COURSE_LANG`) of the course.
            learner: the folder with the learner's files; None: the checkout's own.
            settings: user settings by plugin.

        """
        shutil.rmtree(self.home / "settings", ignore_errors=True)
        _settings(self.home / "settings", lang, settings or {})
        own = {"COURSE_LANG": lang} | ({"COURSE_LEARNER": str(learner)} if learner else {})
        _kernel(self.home / "share", own)

    def path(self, file: Path) -> str:
        """Return the path under which the server knows a file of the test's, or of the checkout."""
        inside = file.is_relative_to(ROOT)
        return f"{CHECKOUT}/{file.relative_to(ROOT)}" if inside else str(file.relative_to(self.root))

    def open(self, page: Page, file: Path) -> None:
        """Open a notebook of the test's, or of the checkout, and wait for its kernel."""
        open_notebook(page, self.server, self.path(file))

    def open_beside(self, page: Page, file: Path) -> None:
        """Open one more notebook in the page that is open, which takes a tenth of the time, and wait for its kernel."""
        open_path = "path => { window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' }); }"
        page.evaluate(open_path, self.path(file))
        page.wait_for_function(
            f"path => window.jupyterapp.shell.currentWidget?.context?.path === path && ({READY})()",
            arg=self.path(file),
        )

    def end_kernels(self) -> None:
        """End every session with its kernel: the next test may open the same notebook."""
        for session in self.server.ask("sessions"):
            self.server.ask(f"sessions/{session['id']}", "DELETE")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(folder: Path, lang: str, own: Mapping[str, Mapping[str, Any]]) -> None:
    """Write JupyterLab's user settings as the settings editor would."""
    merged: dict[str, dict[str, Any]] = {plugin: dict(values) for plugin, values in QUIET.items()}
    merged["@jupyterlab/translation-extension:plugin"] = {"locale": "zh_CN" if lang == "zh" else "default"}
    for plugin, values in own.items():
        merged.setdefault(plugin, {}).update(values)
    for plugin, values in merged.items():
        path = folder / f"{plugin.replace(':', '/')}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")


def _kernel(folder: Path, env: Mapping[str, str]) -> None:
    """Specify the kernel `python3` anew, below a folder of `JUPYTER_PATH`, whose kernels go before all others."""
    arguments = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": arguments, "display_name": "Python 3 (ipykernel)", "language": "python", "env": dict(env)}
    path = folder / "kernels/python3/kernel.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(spec), "utf-8")


def _answers(server: Server) -> bool:
    try:
        server.ask("status")
    except (urllib.error.URLError, OSError):
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its kernels, which live in sessions of their own."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    process.terminate()  # JupyterLab shuts its kernels down on SIGTERM
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in psutil.wait_procs(family, timeout=3)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


@contextlib.contextmanager
def serve(
    root: Path,
    *,
    lang: str = "en",
    extra_args: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[Server]:
    """Serve `root` with this Python's JupyterLab; no setting, kernel or workspace of the user leaks in.

    Args:
        root: the folder to serve; notebooks are opened by their path below it.
        lang: "en" or "zh", the language of JupyterLab's interface and (as `COURSE_LANG`) of the course.
        extra_args: more arguments for the command line.
        env: variables added to the server's environment; the kernels inherit them.
        settings: user settings by plugin, for instance `{"@jupyterlab/apputils-extension:themes": {...}}`.

    Raises:
        RuntimeError: the server ended or did not answer in time; the message ends with its log.

    """
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        _settings(home / "settings", lang, settings or {})
        port = _free_port()
        server = Server(f"http://127.0.0.1:{port}", secrets.token_hex(16))
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"),
            *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root.resolve()}"),
            *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly", FRONTEND),
            *(["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []),
            *extra_args,
        ]
        environment = {
            **os.environ,
            "JUPYTER_TOKEN": server.token,  # not on the command line, where every user of the machine could read it
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "IPYTHONDIR": str(home / "ipython"),
            "COURSE_LANG": lang,
            **(env or {}),
        }
        log = home / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=root, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            end = time.monotonic() + START_SECONDS
            while not _answers(server):
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")
                time.sleep(0.1)
            yield server
        finally:
            _stop(process)


@contextlib.contextmanager
def lab(root: Path) -> Iterator[Lab]:
    """Serve a folder and, beside what is in it, the checkout, for tests that take turns.

    Args:
        root: the folder; a link to the checkout is made in it, if there is none.

    """
    if not (root / CHECKOUT).is_symlink():
        (root / CHECKOUT).symlink_to(ROOT)
    with tempfile.TemporaryDirectory(prefix="home-", ignore_cleanup_errors=True) as home:
        folders = {"JUPYTERLAB_SETTINGS_DIR": str(Path(home) / "settings"), "JUPYTER_PATH": str(Path(home) / "share")}
        with serve(root, env=folders) as server:
            yield Lab(server, root, Path(home))


def write_notebook(path: Path, *sources: str) -> None:
    """Write a notebook of code cells, without outputs, at `path`."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for i, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def open_notebook(page: Page, server: Server, path: str) -> None:
    """Open the notebook at `path` (below the server's root) in a fresh workspace and wait for its kernel."""
    page.goto(f"{server.url}/lab/tree/{quote(path)}?reset&token={server.token}")
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook")
    page.wait_for_function(READY)


def usage(page: Page) -> tuple[float, int]:
    """Ask the kernel of the open notebook what it has used, the processes that it has started and awaited included.

    Returns:
        Seconds of processor time, and kilobytes of memory of the largest process.

    """
    code = """
    import json, resource
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([sum(each.ru_utime + each.ru_stime for each in used), max(each.ru_maxrss for each in used)]))
    """
    seconds, kilobytes = json.loads(
        page.evaluate(
            """async (code) => {
              const future = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
                .requestExecute({ code, store_history: false });
              let said = "";
              future.onIOPub = (message) => { said += message.content.text ?? ""; };
              await future.done;
              return said;
            }""",
            textwrap.dedent(code),
        )
    )
    return float(seconds), int(kilobytes)


def run_all(page: Page) -> list[str]:
    """Run every cell of the open notebook as *Run All Cells* does; return the errors its outputs show.

    Args:
        page: the page, after `open_notebook`.

    """
    # Awaiting the command in the page would have no limit: note its end there and wait for the note here.
    page.evaluate(
        """() => {
          window.allCellsRan = false;
          window.jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.allCellsRan = true; });
        }"""
    )
    page.wait_for_function("() => window.allCellsRan", timeout=RUN_SECONDS * 1000)
    return [
        f"{output['ename']}: {output['evalue']}"
        for cell in outputs(page)
        for output in cell
        if output["output_type"] == "error"
    ]


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """Return the outputs of every code cell of the open notebook, as nbformat has them."""
    found = page.evaluate(
        """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
          .map(cell => cell.toJSON()).filter(cell => cell.cell_type === 'code').map(cell => cell.outputs)"""
    )
    return cast("list[list[dict[str, Any]]]", found)
