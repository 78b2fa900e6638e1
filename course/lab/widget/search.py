"""The picture of a tuner at work: the curve of a visible task, and on it every run in its order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from course.grading.case_set import visible
from course.grading.render import rich
from course.grading.tuner.case import TunerCase, usable
from course.grading.tuner.walk import searched
from course.lab.guard import quiet, time_limit
from course.lab.look import BLACK, BLUE, FAINT, GREY, ORANGE, PINK, paragraph
from course.lab.piece import Piece, follow
from course.lab.rules import Learner, RuleError, reference
from course.lab.slider import IntSlider
from course.lab.svg import circle, drawing, line, log_scale, polyline, text, upright
from course.text import CourseError, Text, texts
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.tuner.runs import Search

TEXTS = texts(__file__)

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 626.0, 30.0, 306.0
_EDGE = 0.5
"""Powers of ten that are shown beyond the outermost rate."""
_HIGHEST = 6.0
"""The largest loss that has a place of its own; what is above lies at the upper edge."""


class Searches(Piece):
    """See `searches`, which makes it."""

    def __init__(self, stem: str, rule: Any, case: str) -> None:
        topic = Topic.load(stem)
        self.cases = {each.id: each for each in visible(topic) if isinstance(each, TunerCase)}
        if not self.cases or case not in {"", *self.cases}:
            known = ", ".join(self.cases) or "–"
            raise CourseError(TEXTS["no-task"].format(case=case or stem, known=known))
        self._rule = reference(stem) if rule is None else rule
        self._stamp: tuple[int, int] | None = None
        self._search: Search | None = None
        self.task = widgets.Dropdown(
            options=[(str(each.title), name) for name, each in self.cases.items()],
            value=case or next(iter(self.cases)),
            description=str(TEXTS["task"]),
            layout={"width": "26em", "max_width": "100%"},
        )
        """Which task; its value is the id of a visible case."""
        self.runs = IntSlider(value=1, min=0, max=1, description=str(TEXTS["runs"]), tooltip=str(TEXTS["runs-hint"]))
        """How many of the runs are drawn."""
        self.picture = widgets.HTML()
        super().__init__([widgets.HBox([self.task, self.runs], layout={"flex_flow": "row wrap"}), self.picture])
        self.search()
        self.task.observe(lambda _: self.search(), names="value")
        self.runs.observe(lambda _: self._draw(), names="value")

    @property
    def case(self) -> TunerCase:
        """The task that is shown."""
        return self.cases[self.task.value]

    def search(self) -> None:
        """Let the tuner search, and show all of its runs."""
        rule = self._rule
        self._search = None
        if isinstance(rule, Learner):
            self._stamp = rule.stamp()
        try:
            with quiet(), time_limit(lambda seconds: TEXTS["slow"].format(seconds=seconds)):
                self._search = searched(rule(**self.case.hyperparameters), self.case)
        except RuleError as error:
            self.picture.value = paragraph(rich(str(error.text)))
        except KeyboardInterrupt:
            self.picture.value = paragraph(rich(str(TEXTS["interrupted"])))
        except (Exception, SystemExit) as error:
            if not isinstance(rule, Learner):
                raise
            self.picture.value = paragraph(rich(str(rule.explain(error))))
        else:
            shown = max(1, len(self._search.losses))
            self.runs.max = shown
            self.runs.value = shown
            self._draw()

    def look(self) -> bool:
        """Search anew if the learner has saved since the last picture; return whether there was something new."""
        if not isinstance(self._rule, Learner) or self._rule.stamp() == self._stamp:
            return False
        self.search()
        return True

    def follows(self) -> bool:
        """Return whether a learner's file is shown, which may change."""
        return isinstance(self._rule, Learner)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show it, and from now on follow the learner's file."""
        follow(self)
        return super()._repr_mimebundle_(**kwargs)

    def _draw(self) -> None:
        if self._search is not None:
            self.picture.value = scene(self.case, self._search, int(self.runs.value))


def scene(case: TunerCase, search: Search, runs: int) -> str:
    """Draw the curve of a task and the first runs of a search on it.

    Args:
        case: the task.
        search: what a tuner has done.
        runs: how many of its runs are drawn; with all of them, the rate that it returned.

    Returns:
        Inline SVG.

    """
    rates = [rate for rate in search.asked if usable(rate)]
    ends = [case.settings["low"], case.settings["high"], *rates, *filter(usable, [search.found or 0.0])]
    low, high = min(ends) / 10**_EDGE, max(ends) * 10**_EDGE
    grid = [low * (high / low) ** (i / 400) for i in range(401)]
    curve = [(rate, case.task.run(rate, ())) for rate in grid]
    lowest = min((loss for _, loss in curve if loss < math.inf), default=1.0)
    x, y = log_scale(low, high, _LEFT, _RIGHT), log_scale(max(lowest, 1e-3) / 1.5, _HIGHEST, _BOTTOM, _TOP)
    parts = _frame(x, y, low, high, case.settings)
    drawn = [(rate, loss) for rate, loss in curve if loss < math.inf]
    if drawn and not case.noisy:
        parts += polyline(x([rate for rate, _ in drawn]), y([loss for _, loss in drawn]), stroke=GREY, stroke_width=1.5)
    for number, (rate, loss) in enumerate(list(zip(search.asked, search.losses, strict=False))[:runs], start=1):
        if not usable(rate):
            continue
        at = max(_TOP, float(y(loss))) if loss < math.inf else _TOP
        parts += circle(float(x(rate)), at, 4.5, fill=PINK if at == _TOP else BLUE, fill_opacity=0.75)
        if number in {1, runs}:
            side = -1 if search.found is not None and rate < search.found else 1  # below the curve, beside the line
            parts += text(float(x(rate)) + 6 * side, at + 18, number, text_anchor="start" if side > 0 else "end")
    found = search.found
    done = runs >= len(search.losses)
    if done and found is not None and usable(found):
        parts += line(float(x(found)), _TOP, float(x(found)), _BOTTOM, stroke=ORANGE, stroke_width=2)
    said = _said(case, search) if done else ""
    return drawing(_alt(case, search, runs), WIDTH, HEIGHT, parts, text(_LEFT, 18, said))


def _said(case: TunerCase, search: Search) -> Text:
    """Return what came of a search, in a few words."""
    if len(search.asked) > case.budget:
        return TEXTS["over"].format(budget=case.budget)
    if search.found is None or not usable(search.found):
        return TEXTS["nothing"]
    if not search.losses:
        return TEXTS["untried"].format(rate=f"{search.found:.3g}")
    regret = case.task.regret(search.found)
    if regret == math.inf:
        return TEXTS["diverges"].format(rate=f"{search.found:.3g}")
    return TEXTS["found"].format(rate=f"{search.found:.3g}", regret=f"{100 * regret:.1f}", runs=len(search.losses))


def _alt(case: TunerCase, search: Search, runs: int) -> Text:
    drawn = [loss for rate, loss in list(zip(search.asked, search.losses, strict=False))[:runs] if usable(rate)]
    ended = [loss for loss in drawn if loss < math.inf]
    told = TEXTS["alt"].format(title=case.title, runs=len(drawn), budget=case.budget)
    if drawn:
        told += TEXTS["lowest"].format(loss=f"{min(ended):.3g}") if ended else TEXTS["none-ended"]
    return told + TEXTS["in-the-end"].format(said=_said(case, search)) if runs >= len(search.losses) else told


def _frame(x: Any, y: Any, low: float, high: float, settings: Mapping[str, float]) -> str:
    """Draw the axes, and the range in which the search begins as a thick line on the lower one."""
    parts = line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=BLACK)
    parts += line(float(x(settings["low"])), _BOTTOM, float(x(settings["high"])), _BOTTOM, stroke=BLACK, stroke_width=5)
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    for power in powers:
        at = float(x(10.0**power))
        parts += line(at, _TOP, at, _BOTTOM, stroke=FAINT)
        if len(powers) < 10 or power % 2 == 0:
            parts += text(at, _BOTTOM + 20, f"{10.0**power:g}", text_anchor="middle")
    for loss in (0.01, 0.1, 1.0):
        at = float(y(loss))
        if _TOP < at < _BOTTOM:
            parts += line(_LEFT, at, _RIGHT, at, stroke=FAINT) + text(_LEFT - 8, at + 4, f"{loss:g}", text_anchor="end")
    parts += text(_LEFT - 8, _TOP + 4, "∞", text_anchor="end")
    parts += text((_LEFT + _RIGHT) / 2, _BOTTOM + 42, TEXTS["rate"], text_anchor="middle")
    return parts + upright(14, (_TOP + _BOTTOM) / 2, TEXTS["loss"])


def searches(stem: str, rule: Any = None, case: str = "") -> Searches:
    """Show a tuner at work on one of the visible tasks, run by run.

    Args:
        stem: the topic.
        rule: the tuner's class, `learner(stem)` for instance; by default the course's own.
        case: the id of the task that is shown at first; by default the first one.

    Returns:
        The widget; a notebook shows it when it is the last line of a cell.

    Raises:
        CourseError: there is no such topic or task.

    Examples:
        >>> from course.lab import searches
        >>> searches("tuning", case="above").runs.value
        12

    """
    return Searches(stem, rule, case)
