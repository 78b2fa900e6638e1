"""What formgrader's pages need so that names and answers in them are text: nbgrader puts both in as if they were HTML.

There is no setting for it. The class's `nbgrader_config.py` calls `guard.install()`, formgrader reads that file before
it makes its pages, and so finds its method wrapped.
"""

from __future__ import annotations

import functools
import sys
from html import escape
from typing import Any

from markupsafe import Markup
from nbconvert.preprocessors import Preprocessor

from course.classroom.markdown import markdown2html

FORMGRADER = "nbgrader.server_extensions.formgrader.formgrader"


class EscapeNames(Preprocessor):
    """The step before a submission is set as a page: its names are text, in elements and in attributes."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook as it is.

        Args:
            nb: the notebook.
            resources: nbgrader's, by name; the names in them are escaped.

        Returns:
            The notebook unchanged, and the resources.

        """
        for name in ("student", "first_name", "last_name", "notebook_path"):
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        return nb, resources


def as_text(value: Any) -> Any:
    """Return what `{{ value }}` puts into a page: text, in an element, an attribute, or a string of a script.

    In a script `&` and `'` mean themselves, and O'Brien is a name; the others end an attribute, a string or the script.
    """
    if hasattr(value, "__html__"):
        return value
    text = str(value).replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return Markup(text)  # noqa: S704 - it has just been escaped


def install() -> None:
    """Wrap formgrader's method that makes what its pages are made with; elsewhere than in its server, do nothing."""
    if FORMGRADER not in sys.modules:
        return
    extension = sys.modules[FORMGRADER].FormgradeExtension
    make = extension.init_tornado_settings
    if getattr(make, "__wrapped__", None):
        return

    @functools.wraps(make)
    def made(self: Any, webapp: Any) -> None:
        make(self, webapp)
        templates = webapp.settings["nbgrader_jinja2_env"]
        templates.autoescape, templates.finalize = True, as_text
        exporter = webapp.settings["nbgrader_exporter"]
        exporter.register_preprocessor(EscapeNames, enabled=True)
        exporter.register_filter("markdown2html", markdown2html)

    extension.init_tornado_settings = made
