"""`exercise("momentum")`: an editor of the learner's file, the map that the file draws, and the report of each save."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as widgets

from course.lab.editor.editor import Editor
from course.lab.look import paragraph
from course.lab.parts.check import report
from course.lab.piece import follow
from course.lab.rules import learner
from course.lab.widget.descent import Descent, descent
from course.lab.widget.search import Searches, searches
from course.system import refusal, workspace
from course.text import CourseError, Text
from course.topic import Topic

NOT_YET = Text(
    en="Write and save: the report appears here, and the picture shows what your file does.",
    zh="写好并保存，报告就会出现在这里，图上也会显示你的代码所做的事。",
)
CHECKING = Text(en="Checking …", zh="正在检查……")
STOPPED = Text(en="The check was stopped. Save again to check.", zh="检查已中止。再次保存即可重新检查。")


class Exercise(widgets.HBox):  # type: ignore[misc] # ipywidgets has no types
    """See `exercise`, which makes it."""

    def __init__(self, topic: Topic, folder: Path, options: dict[str, Any]) -> None:
        self.topic, self.folder = topic, folder
        self.editor = Editor(folder / f"{topic.stem}.py", topic.class_name, self.check)
        rule = learner(topic.stem, folder)
        self.map: Descent | Searches = (
            descent(topic.stem, rule=rule, compare=topic.stem, **options)
            if topic.kind == "rule"
            else searches(topic.stem, rule, **options)
        )
        self.said = widgets.HTML()
        """The verdict on what was saved last."""
        self._say(NOT_YET)
        super().__init__([widgets.VBox([self.editor, self.said]), self.map])
        self.add_class("course-exercise")

    def check(self) -> None:
        """Judge the file as it is, and show the report."""
        self._say(CHECKING)
        try:
            shown = report(self.topic, self.folder, self._say)._repr_html_()
        except CourseError as error:
            self._say(error.text)
        except OSError as error:
            self._say(refusal.sentence(error))
        except KeyboardInterrupt:
            self._say(STOPPED)
        else:
            self.said.value = f'<div aria-live="polite">{shown}</div>'
        self.map.look()  # it runs the file in this process, so the judge, who ends what never ends, comes first

    def _say(self, text: Text) -> None:
        self.said.value = paragraph(str(text), margin="0", live=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show it, and from now on follow the file."""
        follow(self.editor)
        follow(self.map)
        return super()._repr_mimebundle_(**kwargs)


def exercise(stem: str, folder: str | Path | None = None, **options: Any) -> Exercise:
    """Make an editor of your `STEM.py` that checks whenever it saves, with the map that it draws beside it.

    Args:
        stem: the topic, for instance "momentum".
        folder: where your `STEM.py` lies; by default `course/optim`.
        **options: of `descent`, for the map: `landscape`, `steps`, and where the sliders begin; or of `searches`.

    Returns:
        The widget; a notebook shows it when it is the last line of a cell.

    Raises:
        CourseError: there is no such topic or folder, or an option names nothing that there is.

    Examples:
        >>> from course.lab import exercise
        >>> [pane["name"] for pane in exercise("momentum", "solutions").editor.panes]
        ['init', 'update']

    """
    topic = Topic.load(stem)
    return Exercise(topic, Path(folder) if folder is not None else workspace.learner(), options)
