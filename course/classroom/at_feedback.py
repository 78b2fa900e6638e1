"""Our steps in `nbgrader generate_feedback`: one page a submission, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = Path(__file__).with_name("templates")


class FeedbackPage(HTMLExporter):
    """The page by the course's own template: nbgrader's has one language, no `lang`, and loads scripts."""

    def __init__(self, **kwargs: Any) -> None:
        # GenerateFeedback has just written its own template into the settings of every HTMLExporter.
        config = Config(kwargs.pop("config", None) or {})
        config.FeedbackPage.template_name = "downhill"
        config.FeedbackPage.extra_template_basedirs = [str(TEMPLATES)]
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]

    def from_notebook_node(self, nb: Any, resources: Any = None, **kwargs: Any) -> Any:
        """Return the page as the template makes it; HTMLExporter would parse it again and write it anew.

        Args:
            nb: the notebook.
            resources: nbgrader's, by name.
            kwargs: passed on to nbconvert.

        Returns:
            The page, and the resources.

        """
        convert: Any = super(HTMLExporter, self).from_notebook_node
        page, resources = convert(nb, resources, **kwargs)
        return with_words(page), resources

    def page(self, nb: Any, resources: Any) -> str:
        """Return the page of a notebook that went through the steps already.

        Args:
            nb: the notebook.
            resources: what the template asks for: nbgrader's marks and our title.

        Returns:
            The page.

        """
        return with_words(self.template.render(nb=nb, resources=resources))

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
        names = resources["nbgrader"]
        stem, student = names["assignment"], names["student"]
        with Gradebook(names["db_url"]) as book:
            written = {
                name_of(cell): book.find_comment(name_of(cell), names["notebook"], stem, student).manual_comment
                for cell in nb.cells
                if is_grade(cell) and is_solution(cell)
            }
        resources[OURS] = prepare(nb, stem, student, written)
        return nb, resources


def prepare(nb: Any, stem: str, student: str, written: Mapping[str, str | None]) -> dict[str, Any]:
    """Leave out of a notebook what is the instructor's, and name its parts.

    Args:
        nb: the notebook, which is changed.
        stem: the assignment.
        student: the student's name.
        written: the comments that a person has given, by the cell's name.

    Returns:
        The title and the student's name, as the template shows them.

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
    for cell in filter(is_grade, shown):
        cell.metadata[OURS] = {"part": _part(cell, stem).to_json(), "by_hand": written.get(name_of(cell))}
    title = next((topic.title for topic in topics() if topic.stem == stem), Text(en=stem, zh=stem))
    return {"title": title.to_json(), "student": visible(student)}


def with_words(page: str) -> str:
    """Give every picture without a description a sentence that says so, for those who hear the page."""
    return re.sub(r"<img(?=[\s/>])(?![^>]*\salt=)", f'<img alt="{NO_WORDS.en} {NO_WORDS.zh}"', page)


NO_WORDS = Text(en="A picture without a description.", zh="一张没有说明的图片。")


def _part(cell: Any, stem: str) -> Text:
    if name_of(cell) == stem:
        return Text(en=f"The code, {stem}.py", zh=f"代码 {stem}.py")
    if is_solution(cell) and cell.cell_type == "markdown":
        return Text(en="The written answer", zh="书面回答")
    return Text(en=name_of(cell), zh=name_of(cell))
