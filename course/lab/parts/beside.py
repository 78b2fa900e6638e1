"""`mend("adam")` and `expose("adam")` in a notebook: two exercises beside the rule, with the same judge."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set, mending, palette, reply, tickets
from course.grading.mistakes import catalogue
from course.lab.look import link
from course.lab.rules import Learner, reference
from course.lab.widget.descent import descent
from course.lab.widget.landscapes import LANDSCAPES
from course.lab.widget.sliders import Knobs
from course.lab.widget.walk import walk
from course.learner import beside
from course.system import workspace
from course.text import language
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.grading.mistakes import Mistake
    from course.grading.reply import Reply
    from course.grading.tickets import Kind
    from course.lab.widget.descent import Descent

SEEN = 0.25
"""How far apart two paths on a map are at some step if everybody is to see it; a map is 6 wide."""
STEPS = 200


class Answered:
    """A reply that a notebook shows as HTML, with the map below it if there is one, and a console as text."""

    def __init__(self, said: Reply, file: Path, on_map: Callable[[], Descent] | None = None) -> None:
        self.reply, self.file = said, file
        self._on_map = on_map

    def __repr__(self) -> str:
        return reply.terminal(self.reply, language())

    def _repr_html_(self) -> str:
        shown = palette.themed(reply.html(self.reply, language()))
        file, found = self.file.absolute(), workspace.find()
        if found is None or not (file.is_file() and file.is_relative_to(found.root)):
            return shown
        address = link(file, file.name)  # put where the file is named first; what is kept of it has a number behind
        return re.sub(rf"{re.escape(file.name)}(?!\.\d)", lambda _: address, shown, count=1)

    def _ipython_display_(self) -> None:
        from IPython import display

        display.display({"text/html": self._repr_html_(), "text/plain": repr(self)}, raw=True)  # type: ignore[no-untyped-call]
        if self._on_map is not None:
            display.display(self._on_map())  # type: ignore[no-untyped-call]


def mend(stem: str, folder: str | Path | None = None, *, new: bool = False) -> Answered:
    """Make `STEM_mend.py`, the course's rule with one mistake in it; if the file is there, check it.

    It opens once your own rule passes, since it is written as the course's solution is. Below what is said a map shows
    the path of the file, as last saved, beside the right one.

    Args:
        stem: the topic, for instance "momentum".
        folder: where your `STEM.py` lies; by default `course/optim`.
        new: whether to begin with another mistake; the file that is there is put aside.

    Returns:
        What is said of the file.

    Raises:
        CourseError: there is no such topic or folder.

    Examples:
        >>> from course.lab import mend
        >>> mend("momentum").reply.state  # the rule itself is not written yet
        'closed'

    """
    topic, where = Topic.load(stem), _folder(folder)
    said = beside.answer(topic, "mend", where, new=new)
    shown = said.state in {"begun", "not-yet"} and _mistake(where, topic) is not None
    file = where / tickets.file_name(topic, "mend")
    return Answered(said, file, functools.partial(_map, topic, where) if shown else None)


def expose(stem: str, folder: str | Path | None = None, *, new: bool = False) -> Answered:
    """Make `STEM_expose.py`, a case that hides what is wrong with a rule; if the file is there, check the case.

    Args:
        stem: the topic, for instance "momentum".
        folder: where your files lie; by default `course/optim`.
        new: whether to begin with another mistake; the file that is there is put aside.

    Returns:
        What is said of the case.

    Raises:
        CourseError: there is no such topic or folder.

    Examples:
        >>> from course.lab import expose
        >>> expose("momentum").reply.state  # the file is made
        'begun'
        >>> expose("momentum").reply.state  # nobody has changed it yet
        'not-yet'

    """
    topic, where = Topic.load(stem), _folder(folder)
    file = where / tickets.file_name(topic, "expose")
    return Answered(beside.answer(topic, "expose", where, new=new), file)


def _folder(folder: str | Path | None) -> Path:
    return Path(folder) if folder is not None else workspace.learner()


def _mistake(folder: Path, topic: Topic, kind: Kind = "mend") -> Mistake | None:
    """Return the mistake that a file was made with; None if nobody can tell."""
    try:
        ticket = tickets.read((folder / tickets.file_name(topic, kind)).read_bytes()[: tickets.LARGEST])
    except OSError:
        return None
    return mending.TICKETS.mistake(topic, ticket) if ticket else None


def _map(topic: Topic, folder: Path) -> Descent:
    """Make a map on which the rule as it was handed out can be told from the right one, both with the same sliders."""
    mistake = _mistake(folder, topic)
    wrong = catalogue(topic).make((mistake,) if mistake else ())
    key, values = _most_telling(topic, wrong)
    rule = Learner(topic, folder, tickets.file_name(topic, "mend"))
    shown = descent(topic.stem, rule=rule, compare=topic.stem, landscape=key, steps=STEPS, **values)
    for name, slider in shown.compare_sliders.items():
        if name in shown.sliders:
            _move_both(slider, shown.sliders[name])
    return shown


def _move_both(slider: Any, other: Any) -> None:
    """Move two sliders of one hyperparameter to one stop, that which is next to where the second one is."""
    stops = [value for _, value in getattr(slider, "options", ())]
    slider.value = min(stops, key=lambda value: abs(value - other.value)) if stops else other.value
    other.value = slider.value


def _settings(topic: Topic) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield maps and hyperparameters to try: the defaults, then what the cases have, which is away from them."""
    away = case_set.visible(topic)[0].hyperparameters
    rate = {"lr", "inner"}  # which suit the maps as they are
    for values in ({}, {name: value for name, value in away.items() if name not in rate}):
        for key in LANDSCAPES:
            yield key, {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}


def _most_telling(topic: Topic, wrong: Any) -> tuple[str, dict[str, Any]]:
    """Return the first map and hyperparameters with which a wrong path is seen, or those with which it is nearly."""
    found: list[tuple[float, str, dict[str, Any]]] = []
    for key, values in _settings(topic):
        found.append((_apart(topic, wrong, key, values), key, values))
        if found[-1][0] > SEEN:
            return key, values
    _, key, values = max(found, key=lambda each: each[0])
    return key, values


def _apart(topic: Topic, wrong: Any, key: str, values: dict[str, Any]) -> float:
    """Return how far two paths on a map come apart at most, while both go on."""
    ground = LANDSCAPES[key]
    right, other = (
        walk(Knobs(topic, rule, values, ground), ground, ground.start, STEPS).points
        for rule in (reference(topic.stem), wrong)
    )
    steps = min(len(right), len(other))
    return float(np.abs(right[:steps] - other[:steps]).max())
