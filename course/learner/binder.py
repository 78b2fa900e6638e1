"""Binder: what the image's Jupyter is told, and the page behind a badge, which chooses the language.

A Binder image serves both languages, and JupyterLab reads the language of its interface from a settings file. So a
badge opens `course/zh` on the visitor's own server: this module writes the setting and sends the browser on to the
first lesson. `python -m course.learner.binder`, run once while the image is built, sets all that up.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course.learner.jupyter import FRONTEND, OURS, first_lesson, settings
from course.system import atomic, workspace
from course.text import LANGS, CourseError

if TYPE_CHECKING:
    from course.text import Lang

MODULE = "course.learner.binder"
"""This module's name, which it does not have where it is run."""

PAGE = "course"
"""The address of the page, before the language."""

IDLE = 10 * 60
"""Seconds after which a kernel that computes nothing and is open in no tab ends: a visitor has 2 GB for all of them."""

SERVER: dict[str, Any] = {
    "ServerApp": {"jpserver_extensions": {MODULE: True}},
    "LabApp": {"extra_labextensions_path": [FRONTEND.partition("=")[2]]},
    "MappingKernelManager": {"cull_idle_timeout": IDLE, "cull_interval": 60, "cull_connected": False},
}
INTERFACE: dict[str, dict[str, Any]] = {
    **{":".join(file.rsplit("/", 1)): values for file, values in OURS.items()},
    "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True},
}
"""JupyterLab's settings where a visitor has none: as `course lab`, and a kernel ends when its tab is closed."""


def set_up(prefix: Path) -> None:
    """Write what the environment's Jupyter reads.

    Args:
        prefix: the root of the environment in which Jupyter is installed.

    """
    for path, values in (
        (prefix / "etc/jupyter/jupyter_server_config.d/downhill.json", SERVER),
        (prefix / "etc/jupyter/labconfig/default_setting_overrides.json", INTERFACE),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, json.dumps(values, indent=1).encode())


class Welcome(JupyterHandler):
    """The page that sets the language and goes on to a lesson: the one that the address names, or the first."""

    @web.authenticated
    def get(self, lang: Lang, stem: str | None) -> None:
        """Set the language and redirect.

        Args:
            lang: of the lessons and of JupyterLab's menus.
            stem: the lesson to open; the first one if there is none of that name.

        """
        from jupyterlab.labapp import get_user_settings_dir

        own = Path(get_user_settings_dir())
        settings(own, own, lang)
        os.environ["COURSE_LANG"] = lang  # kernels and terminals started from now on speak it, too
        root = Path(self.settings["server_root_dir"]).expanduser()
        try:
            where = workspace.Workspace(root / workspace.LEARN)
            named = where.notebook(stem, lang) if stem else None
            lesson = named if named and named.is_file() else first_lesson(where, lang)
        except CourseError as error:
            raise web.HTTPError(404, log_message=error.text[lang], reason="No lesson") from error
        self.redirect(url_path_join(self.base_url, "lab/tree", lesson.relative_to(root).as_posix()))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": MODULE}]


def _load_jupyter_server_extension(server: Any) -> None:
    address = url_path_join(server.web_app.settings["base_url"], PAGE, rf"({'|'.join(LANGS)})(?:/([\w-]+))?")
    server.web_app.add_handlers(".*$", [(address, Welcome)])


if __name__ == "__main__":
    set_up(Path(sys.prefix))
