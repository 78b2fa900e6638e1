"""Our steps in `nbgrader generate_feedback`: one page a submission, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets.config import Config

from course.classroom import markdown
from course.classroom.at_intake import INSTRUCTOR_ONLY
from course.classroom.step import OURS, name_of
from course.text import Text, visible
from course.topic import topics

TEMPLATES = Path(__file__).with_name("templates")


class FeedbackPage(HTMLExporter):
    """The page by the course's own template: nbgrader's has one language, no `lang`, and loads scripts."""

    def __init__(self, **kwargs: Any) -> None:
        # GenerateFeedback has just written its own template into the settings of every HTMLExporter.
        config = Config(kwargs.pop("config", None) or {})
        config.FeedbackPage.template_name = "downhill"
        config.FeedbackPage.extra_template_basedirs = [str(TEMPLATES)]
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]

    @pass_context
    def markdown2html(self, context: Any, source: str, attachments: Any = None) -> str:
        """Return Markdown as HTML, with the pictures of its cell in it.

        Args:
            context: the template's context.
            source: the Markdown.
            attachments: the cell's pictures, by name; None if it has none.

        Returns:
            The HTML.

        """
        return markdown.markdown2html(context, source, attachments)


class PrepareFeedback(NbGraderPreprocessor):  # type: ignore[misc]
    """The step after `GetGrades`: leaves out what is the instructor's, and names the parts."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook as the template shows it.

        Args:
            nb: the notebook, as nbformat reads it.
            resources: nbgrader's, by name.

        Returns:
            The notebook with the cells that the student sees, and the resources with the title and the student's name.

        """
        shown = []
        for number, cell in enumerate(nb.cells):
            if INSTRUCTOR_ONLY in cell.metadata.get("tags", []):
                continue
            following = nb.cells[number + 1 : number + 2]
            asked = any(is_grade(each) and each.cell_type == "markdown" for each in following)
            if is_grade(cell) or asked or "nbgrader" not in cell.metadata:
                shown.append(cell)
        nb.cells = shown
        stem = resources["nbgrader"]["assignment"]
        title = next((topic.title for topic in topics() if topic.stem == stem), Text(en=stem, zh=stem))
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as book:
            for cell in filter(is_grade, shown):
                by_hand = None
                if is_solution(cell):
                    found = book.find_comment(name_of(cell), names["notebook"], stem, names["student"])
                    by_hand = found.manual_comment
                cell.metadata[OURS] = {"part": _part(cell, stem).to_json(), "by_hand": by_hand}
        resources[OURS] = {"title": title.to_json(), "student": visible(names["student"])}
        return nb, resources


def _part(cell: Any, stem: str) -> Text:
    if name_of(cell) == stem:
        return Text(en=f"The code, {stem}.py", zh=f"代码 {stem}.py")
    if is_solution(cell) and cell.cell_type == "markdown":
        return Text(en="The written answer", zh="书面回答")
    return Text(en=name_of(cell), zh=name_of(cell))
