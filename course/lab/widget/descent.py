"""The descent widget: sliders, a landscape, and the path that a rule takes down it.

The course's own rules run in the page, which follows the sliders itself; no message is waited for. A rule of the
reader's own runs here, in the kernel: one move of a slider is one message each way, and what the next moves would show
is sent ahead.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import numpy as np

from course.lab import words
from course.lab.kernel import hear_in_main_thread
from course.lab.look import BLUE, ORANGE
from course.lab.piece import follow, image
from course.lab.rules import Learner, mapped, reference
from course.lab.slider import FloatSlider
from course.lab.widget import landscapes
from course.lab.widget.ahead import Ahead
from course.lab.widget.canvas import Canvas, described, followed, offered, packed, setting
from course.lab.widget.landscapes import LANDSCAPES, landscape, noise
from course.lab.widget.panels import bar, panel
from course.lab.widget.press import Press
from course.lab.widget.sliders import Knobs
from course.lab.widget.still import Path, still
from course.lab.widget.walk import Walk, walk
from course.text import CourseError, Text, language
from course.topic import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from course.lab.widget.landscapes import Array, Landscape

COLUMNS, ROWS = 121, 81
"""Points of the grid on which a landscape is sent to be coloured."""

NOTHING = ""
"""The choice of no second optimizer. None would leave the dropdown blank."""

NO_SLIDER = Text(
    en="show names no slider: {names}; there are {known}.", zh="show 中的 {names} 不是滑块；可用的有 {known}。"
)
MOST_STEPS = 5000


class Descent(widgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """See `descent`, which makes it."""

    def __init__(
        self,
        stem: str,
        rule: Any,
        compare: str | None,
        ground: Landscape,
        steps: int,
        hyperparameters: dict[str, Any],
        show: Collection[str],
    ) -> None:
        self.stem, self.steps = stem, steps
        if compare is not None:
            mapped(compare)  # raises what the dropdown would say less kindly
        self._rule = reference(stem) if rule is None else rule
        self._busy = False
        self._stamp: tuple[int, int] | None = None
        hear_in_main_thread()

        self.landscape = widgets.Dropdown(
            options=[(str(each.title), each.key) for each in LANDSCAPES.values()],
            value=ground.key,
            description=str(words.LANDSCAPE),
        )
        """Which landscape; its value is a key of `LANDSCAPES`."""
        self.angle = FloatSlider(
            value=ground.angle,
            min=0,
            max=max(45, ground.angle),
            step=5 if ground.angle % 5 == 0 else 0.1,
            description=str(words.ANGLE),
            tooltip=str(words.ANGLE_HINT),
            readout_format=".3",
        )
        """By how many degrees the landscape is turned, if it is a bowl."""
        self.angle.layout.width = "auto"
        self.compare = widgets.Dropdown(
            options=[(str(words.NOTHING), NOTHING), *((str(each.title), each.stem) for each in topics("rule"))],
            value=compare or NOTHING,
            description=str(words.COMPARE),
        )
        """The second optimizer; its value is a stem, or `NOTHING`."""
        self._reset = Press(label=str(words.RESET), hint=str(words.RESET_HINT))
        topic = mapped(stem)
        self._name = self._title(stem)
        self.knobs = Knobs(topic, self._rule, hyperparameters, ground, self._name)
        if unknown := sorted({*show} - {*self.knobs.sliders, *self.knobs.defaults}):
            raise CourseError(NO_SLIDER.format(names=", ".join(unknown), known=", ".join(self.knobs.sliders)))
        self._about = {*hyperparameters, *show}
        self.compare_knobs: Knobs | None = None
        self._done: dict[str, tuple[object, Walk]] = {}

        self.canvas = Canvas(
            words={name: text[language()] for name, text in words.WORDS.items()},
            about={each.key: str(each.description) for each in LANDSCAPES.values()},
            choice=self.landscape,
            turner=self.angle,
            against=self.compare,
            reset=self._reset,
            others=offered(),
            steps=steps,
            noise=noise()[: steps + 1].tobytes(),
        )
        self._ahead = Ahead(self.canvas, self._suppose)
        self._panel = panel(self._name, self.knobs, "rule", {*self._about, *topic.sliders.get("main", ())}, self.angle)
        self._compare_panel = widgets.VBox([])
        super().__init__(
            [bar(self.landscape, self.compare, self._reset), self._panel, self._compare_panel, self.canvas]
        )
        self.add_class("downhill")

        self._lay_ground()
        self._set_compare()
        self.redraw()
        self.knobs.on_change(self._moved)
        self.landscape.observe(self._on_landscape, names="value")
        self.angle.observe(self._on_angle, names="value")
        self.compare.observe(self._on_compare, names="value")
        self.canvas.observe(lambda _change: self.redraw(), names="start")
        self.canvas.observe(lambda _change: self._tell(), names="blind")
        self._reset.observe(lambda _change: self.reset(), names="clicks")

    @property
    def sliders(self) -> dict[str, Any]:
        """The rule's controls by name: fields of the rule, `beta1` and `beta2`, `inner.lr` and `inner.momentum`."""
        return self.knobs.sliders

    @property
    def compare_sliders(self) -> dict[str, Any]:
        """The second optimizer's controls; empty without one."""
        return {} if self.compare_knobs is None else self.compare_knobs.sliders

    @property
    def walk(self) -> Walk:
        """What the rule did, at full precision: computed when somebody asks."""
        return self._walk("rule", self.knobs)

    @property
    def compare_walk(self) -> Walk | None:
        """What the second optimizer did; None without one."""
        return None if self.compare_knobs is None else self._walk("compare", self.compare_knobs)

    @property
    def path(self) -> Array:
        """Where the rule was: float64 of shape (steps taken + 1, 2)."""
        return self.walk.points

    @property
    def message(self) -> Text | None:
        """Why there is no complete path, if there is a reason to tell."""
        return self.walk.failure

    @property
    def start(self) -> tuple[float, float]:
        """Where the walk begins; assigning moves it."""
        x, y = self.canvas.start
        return x, y

    @start.setter
    def start(self, point: tuple[float, float]) -> None:
        self.canvas.start = [float(point[0]), float(point[1])]

    @property
    def ground(self) -> Landscape:
        """The landscape as it is shown, turned if it can be."""
        ground = landscape(self.landscape.value)
        return ground.turned(self.angle.value) if ground.turns and self.angle.value else ground

    @property
    def _in_page(self) -> bool:
        """Whether the page computes the rule: it has the course's own alone."""
        return self._rule is reference(self.stem)

    def redraw(self) -> None:
        """Run a rule of the reader's own and send what it did: one message, however much has changed."""
        if self._busy or self._in_page:
            return
        if isinstance(self._rule, Learner):
            self._stamp = self._rule.stamp()
        done = self.walk
        with self.canvas.hold_sync():
            self.canvas.walks = [described(done, self._setting(self.knobs))]
            self.canvas.paths = packed(done)

    def _moved(self, name: str) -> None:
        """Redraw, and see to what the next moves of this slider would show."""
        if self.canvas.blind and not self._busy:
            self._tell()
        self.redraw()
        if not (self._busy or self._in_page):
            others = self._setting(self.knobs) | {"values": {**self.knobs.values, name: None}}
            self._ahead.begin(name, self.knobs.sliders[name], repr(others))

    def _suppose(self, changes: dict[str, Any]) -> tuple[dict[str, Any], Walk]:
        """Run the rule with these values in place of what its sliders say."""
        done = walk(self.knobs, self.ground, self.start, self.steps, changes)
        return self._setting(self.knobs, changes), done

    def _setting(self, knobs: Knobs, changes: dict[str, Any] | None = None) -> dict[str, Any]:
        return setting(self.ground, self.start, knobs.values | (changes or {}), self._stamp)

    def reset(self) -> None:
        """Put the start and all sliders back to where they began."""
        with self._at_once():
            ground = self.ground
            for knobs in (self.knobs, self.compare_knobs):
                if knobs is not None:
                    knobs.reset(ground)
            self.start = ground.start

    def _walk(self, role: str, knobs: Knobs) -> Walk:
        """Return what a rule does, or what it did if nothing has changed."""
        stamp = knobs.rule.stamp() if isinstance(knobs.rule, Learner) else None
        decided = knobs, stamp, self._setting(knobs)
        if role not in self._done or self._done[role][0] != decided:
            done = walk(knobs, self.ground, self.start, self.steps)
            self._done[role] = decided, done
        return self._done[role][1]

    def _title(self, stem: str) -> str:
        if isinstance(self._rule, Learner):
            return str(words.OWN_FILE.format(file=self._rule.path.name))
        if self._rule is reference(stem):
            return str(Topic.load(stem).title)
        return getattr(self._rule, "__name__", str(Topic.load(stem).title))

    @contextlib.contextmanager
    def _at_once(self) -> Iterator[None]:
        """Draw several changes as one picture."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
            if self.canvas.blind:
                self._tell()
            self.redraw()

    def _lay_ground(self) -> None:
        """Tell the page which landscape it is, and where a walk begins on it."""
        ground = self.ground
        self.angle.layout.display = None if ground.turns else "none"
        with self.canvas.hold_sync():
            self.canvas.landscape = ground.key
            self.canvas.angle = float(self.angle.value)
            self.canvas.start = list(ground.start)

    def _on_landscape(self, _change: object) -> None:
        with self._at_once():
            self._lay_ground()
            for knobs in (self.knobs, self.compare_knobs):
                if knobs is not None:
                    knobs.follow(landscape(self.landscape.value))

    def _on_angle(self, _change: object) -> None:
        with self._at_once():
            self._lay_ground()

    def _on_compare(self, _change: object) -> None:
        self._set_compare()

    def _set_compare(self) -> None:
        """Show the controls of the second optimizer, if there is one, and tell the page what to follow."""
        stem = self.compare.value
        if stem == NOTHING:
            self.compare_knobs = None
            self._compare_panel.children = ()
        else:
            topic = Topic.load(stem)
            name = str(topic.title)
            self.compare_knobs = Knobs(topic, reference(stem), {}, landscape(self.landscape.value), name)
            self.compare_knobs.on_change(self._compare_moved)
            self._compare_panel.children = (panel(name, self.compare_knobs, "compare", self.about(topic)),)
        self._tell()

    def about(self, topic: Topic) -> set[str]:
        """Return the names of what a second optimizer has sliders for at once, as `panels.unfolded` takes them.

        Args:
            topic: the second optimizer's. A rule beside itself, or a version of it, has the same sliders; any other
                has those that the experiment is about, and no more.

        """
        return {*self._about, *(topic.sliders.get("main", ()) if topic.stem == self.stem else ())}

    def _compare_moved(self, _name: str) -> None:
        if self.canvas.blind and not self._busy:
            self._tell()

    def _tell(self) -> None:
        """Tell the page which rules to draw, and what their controls are."""
        rules = [followed("rule", self._name, self.knobs, self.stem if self._in_page else "")]
        if self.compare_knobs is not None:
            stem = self.compare_knobs.topic.stem
            rules.append(followed("compare", str(self.compare_knobs.topic.title), self.compare_knobs, stem))
        self.canvas.rules = rules

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the widget, and from now on follow the learner's file."""
        follow(self)
        data = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = self.still()
        return data

    def still(self) -> str:
        """Return the map as it is now, as an image in HTML."""
        ground = self.ground
        paths = [Path(self.path, self._name, BLUE)]
        if self.compare_walk is not None:
            title = str(Topic.load(self.compare.value).title)
            paths.insert(0, Path(self.compare_walk.points, title, ORANGE, "6 4"))
        named = Text.joined([Text(en=each.name, zh=each.name) for each in reversed(paths)], en=", ", zh="、")
        return image(still(ground, paths, words.STILL.format(names=named, landscape=ground.title)))

    def follows(self) -> bool:
        """Return whether a learner's file is shown, which may change."""
        return isinstance(self._rule, Learner)

    def look(self) -> bool:
        """Redraw if the learner has saved since the last picture; return whether there was something new."""
        if not isinstance(self._rule, Learner) or self._rule.stamp() == self._stamp:
            return False
        self.redraw()
        return True


def shade(ground: Landscape) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return how high the landscape is drawn at the points of the grid: float32 of shape (ROWS, COLUMNS), 0 to 1."""
    x_from, x_to, y_from, y_to = ground.extent
    x, y = np.meshgrid(np.linspace(x_from, x_to, COLUMNS), np.linspace(y_from, y_to, ROWS))
    loss = ground.loss(np.stack([x, y], axis=-1))
    height = np.log1p(loss / (ground.detail * np.median(loss)))
    share: np.ndarray[Any, np.dtype[np.float32]] = (height / height.max()).astype("<f4")
    return share


def descent(
    topic: str,
    *,
    rule: type | Callable[..., Any] | None = None,
    compare: str | None = None,
    landscape: str = "bowl",
    angle: float = 0.0,
    steps: int = 200,
    show: Collection[str] = (),
    **hyperparameters: Any,
) -> Descent:
    """Show the path of a rule down a landscape, with a slider for every hyperparameter.

    At once there are the sliders of the learning rate, of what the topic is about, and of what the call names; the
    others stand behind a button.

    Args:
        topic: the stem, for instance "momentum".
        rule: a class that follows the rule contract, or `learner("momentum")`; without it, the course's own solution.
        compare: the stem of a second optimizer to begin with.
        landscape: one of bowl, ravine, saddle, several, wavy, noisy.
        angle: by how many degrees bowl or noisy is turned at first.
        steps: how many steps to take, 1 to 5000.
        show: the names of further sliders that the experiment needs.
        **hyperparameters: where the sliders begin, by the names of the rule's fields; Lookahead's `inner` is a mapping.

    Returns:
        The widget; a notebook shows it when it is the last line of a cell.

    Raises:
        CourseError: an argument names nothing that there is.

    Examples:
        >>> from course.lab import descent
        >>> widget = descent("momentum", landscape="ravine", lr=0.02, steps=50)
        >>> widget.path.shape
        (51, 2)

    """
    if not 1 <= steps <= MOST_STEPS:
        raise CourseError(
            Text(
                en=f"steps must be between 1 and {MOST_STEPS}, not {steps!r}.",
                zh=f"steps 必须在 1 到 {MOST_STEPS} 之间，而不是 {steps!r}。",
            )
        )
    return Descent(topic, rule, compare, landscapes.landscape(landscape, angle), steps, hyperparameters, show)
