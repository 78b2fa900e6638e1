"""`course lab`: JupyterLab on the first lesson, in the reader's language; `course.learner.server` runs it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.learner import server
from course.system import workspace
from course.text import CourseError, Text, language, set_language
from course.topic import lessons

if TYPE_CHECKING:
    from course.system.workspace import Workspace
    from course.text import Lang

PORT = 8888
RELOADING = f"--LabApp.extra_labextensions_path={Path(__file__).with_name('labextensions')}"
"""Has JupyterLab read an open notebook anew when its file has changed, which it does not do by itself."""
FRONTEND = f"--LabApp.extra_labextensions_path={Path(__file__).with_name('frontend')}"
"""Has JupyterLab load our extensions for lessons: the style of their pages, the titles on their tabs, saved pictures
that it missed, and the exercise that a link opens beside the lesson."""
LOCALES = {"en": "en", "zh": "zh_CN"}
OURS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
}
"""JupyterLab's settings in either language: no question about news, and pictures that are there at a second visit."""
BUILD = Text(en="Make the notebooks with `make build`.", zh="请用 `make build` 生成笔记本。")
WRITE = Text(en="`course init` brings the notebooks back.", zh="运行 `course init` 可以恢复笔记本。")


def lab(where: Workspace, lang: str | None = None, *, reload: bool = False) -> int:
    """Start JupyterLab in the workspace, on the first lesson, and stay until it ends.

    JupyterLab's settings and layout live in the workspace (`.jupyter`, git-ignored), one set a language, begun as a
    copy of the user's own settings: the lesson opens in the language asked for, and the user's own JupyterLab keeps
    its language and its open tabs.

    Args:
        where: the workspace.
        lang: "en" or "zh", for the lesson, JupyterLab's interface and the grader; None: the reader's (`course.text`).
        reload: whether an open notebook is read anew when its file has changed, unless it was edited there.

    Returns:
        0, when JupyterLab has ended.

    Raises:
        CourseError: no such language, no lesson in the workspace, no free port, or JupyterLab does not start.

    """
    if lang is not None:
        set_language(lang)
    lang = language()
    root = where.root
    home, log = root / ".jupyter" / lang, root / ".jupyter" / "lab.log"
    page = f"lab/tree/{first_lesson(where, lang).relative_to(root).as_posix()}"
    if server.open_running(root, page, log):
        return 0
    port = free_port()
    # The lesson's kernel and JupyterLab's terminal speak the same language and find `course` without an activated venv.
    os.environ["COURSE_LANG"] = lang
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"

    from jupyterlab.labapp import get_user_settings_dir

    settings(home / "settings", Path(get_user_settings_dir()), lang)
    arguments = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/{page}",
        f"--LabApp.user_settings_dir={home / 'settings'}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
        FRONTEND,
        "--Application.log_level=WARN",
        "--ServerApp.answer_yes=True",  # to its question at Ctrl-C, which nobody would see
    ]
    if reload:
        arguments.append(RELOADING)
    if port != PORT:
        arguments.append(f"--ServerApp.port={port}")
    if os.name == "posix":
        command = shell(home, os.environ.get("SHELL") or "/bin/sh")
        arguments.append(f"--ServerApp.terminado_settings={json.dumps({'shell_command': command})}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # in a container there is often no other user
    return server.serve(arguments, root=root, lesson=page, log=log)


def shell(home: Path, users: str) -> list[str]:
    """Return the command of JupyterLab's terminals: the user's shell, with `course` and `pytest` of this environment.

    Not a login shell, which Jupyter would take where it has no terminal itself: /etc/profile sets PATH anew. In bash,
    moreover, this environment comes first again after the user's own start-up file, which may activate another one
    (conda's writes itself there), whose pytest knows nothing of the course.

    Args:
        home: the folder for bash's start-up file.
        users: the path of the user's shell.

    Returns:
        The program and its arguments.

    """
    if Path(users).name != "bash":
        return [users]
    own = home / "bashrc"
    tools = shlex.quote(str(Path(sys.executable).parent))
    own.write_text(f'[ -r ~/.bashrc ] && . ~/.bashrc\nexport PATH={tools}:"$PATH"\n', "utf-8")
    return [users, "--rcfile", str(own), "-i"]


def first_lesson(where: Workspace, lang: Lang) -> Path:
    """Return the notebook of the first lesson.

    Args:
        where: the workspace.
        lang: the reader's language.

    Returns:
        Its path.

    Raises:
        CourseError: it is not there; the sentence says how to get it back.

    """
    notebook = where.notebook(lessons()[0].stem, lang)
    if notebook.is_file():
        return notebook
    missing = Text(en="There is no lesson in {folder}. ", zh="{folder} 中没有课程笔记本。").format(
        folder=notebook.parent
    )
    raise CourseError(missing + (BUILD if workspace.checkout() else WRITE))


def settings(ours: Path, users: Path, lang: Lang) -> None:
    """Write the language and `OURS` beside a copy of the user's own settings.

    Args:
        ours: the folder to write to; made if it is not there.
        users: the folder of the user's own settings.
        lang: the language of the interface.

    """
    if not ours.exists() and users.is_dir():
        shutil.copytree(users, ours)
    wanted: dict[str, dict[str, Any]] = {
        "@jupyterlab/translation-extension/plugin": {"locale": LOCALES[lang]},
        **OURS,
    }
    for name, values in wanted.items():
        path = ours / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values, indent=1), "utf-8")


def free_port() -> int:
    """Return JupyterLab's usual port (JUPYTER_PORT, as it has it, else 8888), or the next free one.

    The next one is told, because bookmarks point to the usual one.

    Returns:
        The port.

    Raises:
        CourseError: a hundred ports are in use.

    """
    named = os.environ.get("JUPYTER_PORT", "")
    usual = int(named) if named.isdecimal() else PORT
    last = min(usual + 99, 65535)
    for port in range(usual, last + 1):
        with socket.socket() as probe:
            if os.name == "posix":  # a port that was used a moment ago is free; on Windows the option means "share"
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != usual:
            taken = Text(en="Port {0} is in use; JupyterLab takes {1}.", zh="端口 {0} 已被占用，JupyterLab 改用 {1}。")
            print(str(taken).format(usual, port))
        return port
    raise CourseError(
        Text(
            en=f"Ports {usual} to {last} are all in use. Stop a program that uses one: "
            "after `source .venv/bin/activate`, `jupyter server list` shows the Jupyter servers.",
            zh=f"端口 {usual} 到 {last} 均被占用。请先停掉占用端口的程序。执行 `source .venv/bin/activate` 之后，"
            "`jupyter server list` 会列出正在运行的 Jupyter 服务器。",
        )
    )
