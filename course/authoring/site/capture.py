"""What a page needs to bring a widget of a lesson to life: the values of its traits, or a table of its pictures.

`install` is called in the kernel of a notebook that is run for the site. From then on each piece that is displayed
there describes itself under `MIME` besides what it shows elsewhere; in the builder itself `light.py` asks for that. A
description is a tree of nodes, one for each widget, with what the page's own front end (`js/lab.js`) takes of it;
models are numbered in their order.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import math
import re
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from course.authoring.site import derive, others
from course.grading.palette import STYLE
from course.lab import words
from course.lab.piece import Piece
from course.lab.rules import Learner
from course.lab.widget.canvas import Canvas
from course.lab.widget.descent import Descent
from course.lab.widget.landscapes import LANDSCAPES
from course.lab.widget.press import Press
from course.text import CourseError, Text
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BY = ("capture.py", "derive.py", "figure.py", "calls.py", "kinds.py", "others.py", "../javascript.py")
"""What of the builder decides how a widget is described."""
MIME = "application/vnd.downhill.piece+json"
SHOWN = "_repr_mimebundle_"
"""IPython's name for what shows a widget."""
MOST = 45_000
"""Bytes that the pictures of one piece may take in a page; a slider has fewer stops where they would take more."""
FRAMES = 480
"""Pictures that are drawn at most for one piece."""
STEPS = 600
"""Steps that a map may have: the noise for so many is sent with every page."""
CLICKS = 3
"""How often a button that draws anew can be pressed before it begins again."""

_TOO_LONG = Text(
    en="A map has {steps} steps, and pages are sent noise for {most}. Raise `STEPS` in capture.py.",
    zh="这幅图有 {steps} 步，而随网页发送的噪声只够 {most} 步。请增大 capture.py 里的 `STEPS`。",
)

SLIDER = (
    *("value", "min", "max", "step", "description", "spoken", "tooltip", "readout", "readout_format"),
    *("disabled", "continuous_update", "interval", "words", "base", "index", "_options_labels"),
)


def install() -> None:
    """Let pieces describe themselves from now on, and a prediction show its experiment without a vote.

    This changes the course's own classes for as long as the process lives: call it in a kernel of its own alone.
    """
    from course.grading.render import Places
    from course.lab.parts import check, predict

    # A report that passed shows the solution, which a page would tell everybody.
    vars(check)["places"] = lambda _verdict: Places()
    for kind in (Descent, Piece):
        setattr(kind, SHOWN, _describing(getattr(kind, SHOWN)))
    vars(predict)["predict"] = experiment


def _describing(shown: Callable[..., Any]) -> Callable[..., Any]:
    def bundle(self: Any, **kwargs: Any) -> Any:
        data = shown(self, **kwargs)
        described = describe(self)
        if described is not None:
            data[MIME] = described
        return data

    return bundle


def experiment(_stem: str, _name: str, shown: widgets.Widget | Callable[[], object]) -> object:
    """Return the experiment of a prediction, or show it, in place of `predict`.

    Args:
        _stem: the lesson.
        _name: the prediction.
        shown: the experiment, or a function that shows it.

    Returns:
        What a cell shows.

    """
    return shown if isinstance(shown, widgets.Widget) else shown()


def describe(widget: object) -> dict[str, Any] | None:
    """Describe a widget for the page.

    Args:
        widget: a map, or a piece whose pictures follow from its controls alone; or anything else.

    Returns:
        Plain data; None for what is no widget, or answers in a kernel alone.

    Raises:
        CourseError: a map has more steps than the page has noise for.

    """
    if isinstance(widget, Descent):
        return _descent(widget)
    if isinstance(widget, Piece):
        return _derived(widget) if widget.derived else _tabulated(widget)
    return None


class Tree:
    """The nodes of a piece, with a number for each model that others refer to."""

    def __init__(self, special: dict[Any, dict[str, Any]] | None = None, first: int = 0) -> None:
        self.first = first
        self.numbers: dict[Any, int] = {}
        self.special = special or {}
        """What a node says besides, by its widget."""

    def number(self, widget: Any) -> int:
        """Return the number of a widget's model, the next one if it has none yet."""
        return self.numbers.setdefault(widget, self.first + len(self.numbers))

    def node(self, widget: Any) -> dict[str, Any]:
        """Describe a widget and what is inside it."""
        made = self._node(widget)
        if classes := " ".join(widget._dom_classes):  # noqa: SLF001 - it has no public name
            made["c"] = classes
        if widget.layout.display == "none":
            made["hidden"] = True
        return made | self.special.get(widget, {})

    def _node(self, widget: Any) -> dict[str, Any]:
        if isinstance(widget, Canvas):
            return {"t": "canvas", "m": self._canvas(widget)}
        if isinstance(widget, widgets.Box):
            kind = "row" if isinstance(widget, widgets.HBox) else "column"
            return {"t": kind, "k": [self.node(each) for each in widget.children]}
        return {"n": self.number(widget), **_leaf(widget)}

    def rule(self, rule: dict[str, Any]) -> dict[str, Any]:
        """Return a rule of a canvas with references to its controls in place of them."""
        return {**rule, "controls": {name: self._reference(each) for name, each in rule["controls"].items()}}

    def _reference(self, widget: Any) -> str:
        return f"IPY_MODEL_{self.number(widget)}"

    def _canvas(self, canvas: Canvas) -> dict[str, Any]:
        return {
            "landscape": canvas.landscape,
            "angle": canvas.angle,
            "start": list(canvas.start),
            "steps": canvas.steps,
            "rules": [self.rule(each) for each in canvas.rules],
            **{name: self._reference(getattr(canvas, name)) for name in ("choice", "turner", "against", "reset")},
        }


def _leaf(widget: Any) -> dict[str, Any]:
    """Describe a widget that holds no other."""
    if isinstance(widget, widgets.HTML):
        made = {"t": "html", "v": widget.value}
    elif isinstance(widget, Press):
        made = {"t": "press", "m": {"label": widget.label, "hint": widget.hint, "within": widget.within}}
    elif isinstance(widget, widgets.Button):
        made = {"t": "button", "label": widget.description}
    elif isinstance(widget, widgets.Dropdown):
        options = list(widget._options_labels)  # noqa: SLF001 - it has no public name
        made = {"t": "list", "label": widget.description, "options": options, "index": widget.index}
    elif isinstance(widget, widgets.Checkbox):
        made = {"t": "check", "label": widget.description, "value": widget.value, "tip": widget.tooltip or ""}
    else:
        made = {"t": "slider", "m": slider(widget)}
    return made


def slider(widget: Any) -> dict[str, Any]:
    """Return what the page's slider asks of its model."""
    state = {name: getattr(widget, name) for name in SLIDER if hasattr(widget, name)}
    if "_options_labels" in state:
        state["_options_labels"] = list(state["_options_labels"])
        state.pop("value")
    return {name: value for name, value in state.items() if name == "readout" or not _usual(value)}


def _usual(value: Any) -> bool:
    """Return whether a value is nothing that need be told; a number always is, also 0, which equals False."""
    return value is None or value is False or value in ("", {})


def _descent(widget: Descent) -> dict[str, Any] | None:
    """Describe a map; the course's own rule takes the place of a file of the reader's."""
    turns = [LANDSCAPES[key].turns for _, key in widget.landscape.options]
    tree = Tree({widget.angle: {"turns": turns}})
    tree.special[widget._compare_panel] = {"n": tree.number(widget._compare_panel)}  # noqa: SLF001
    own = isinstance(widget._rule, Learner)  # noqa: SLF001 - it is what decides who draws the path
    if not (own or widget._in_page):  # noqa: SLF001
        return None
    if own and widget._rule.path.stem != widget.stem:  # noqa: SLF001
        return None
    made = tree.node(widget)
    canvas = made["k"][-1]["m"]
    if canvas["steps"] > STEPS:
        raise CourseError(_TOO_LONG.format(steps=canvas["steps"], most=STEPS))
    for rule in canvas["rules"]:
        rule["stem"] = rule["stem"] or widget.stem
    second = {"second": tree.number(widget._compare_panel), "unfolded": others.at_once(widget)}  # noqa: SLF001
    return {"kind": "descent", "tree": made, "own": own, **second}


def common() -> dict[str, Any]:
    """Return what all maps of one language have in common, so that it is sent once."""
    sample = Descent(topics()[0].stem, None, None, next(iter(LANDSCAPES.values())), 1, {}, ())
    from course.lab.widget.landscapes import noise

    return {
        "words": dict(sample.canvas.words),
        "about": dict(sample.canvas.about),
        "others": packed(others.offered(Tree)).decode(),
        "noise": base64.b64encode(noise()[: STEPS + 1].tobytes()).decode(),
        "slider": {name: str(words.WORDS[name]) for name in ("play", "pause")},
    }


def _stops(control: Any) -> list[Any]:
    """Return the values that a control can take, in order."""
    if isinstance(control, widgets.Button):
        return list(range(CLICKS))
    if isinstance(control, widgets.Checkbox):
        return [False, True]
    if isinstance(control, widgets.SelectionSlider):
        return [value for _, value in control._options_full]  # noqa: SLF001 - it has no public name
    last = math.ceil((control.max - control.min) / control.step - 1e-6)
    places = [min(control.min + at * control.step, control.max) for at in range(last + 1)]
    if isinstance(control, widgets.FloatLogSlider):
        return [control.base**place for place in places]
    return [int(place) if isinstance(control, widgets.IntSlider) else float(f"{place:.12g}") for place in places]


def _thinned(stops: Sequence[Any], value: Any, most: int) -> list[Any]:
    """Return at most so many stops, among them both ends and the one nearest to a value."""
    if len(stops) <= most:
        return list(stops)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        here = min(range(len(stops)), key=lambda at: abs(stops[at] - value))
    else:
        here = stops.index(value)
    even = {round(at * (len(stops) - 1) / (most - 1)) for at in range(most)}
    inner = sorted(even - {0, len(stops) - 1}, key=lambda at: abs(at - here))
    if here not in even and inner:
        even = even - {inner[0]} | {here}
    return [stops[at] for at in sorted(even)]


def _tabulated(piece: Piece) -> dict[str, Any] | None:
    """Draw a piece's picture for the stops of its controls, fewer of them until all pictures are small enough."""
    scene, controls = piece.scene, list(piece.controls)
    if scene is None:
        return None
    every = [_stops(each) for each in controls]
    here = [0 if isinstance(each, widgets.Button) else each.value for each in controls]
    most = [len(each) for each in every]
    fewest = [_thinned(each, at, 3) for each, at in zip(every, here, strict=True)]
    if len(_packed([scene(*values) for values in itertools.product(*fewest)])) > MOST:
        return None  # before all of them are drawn to no end
    while True:
        stops = [_thinned(each, at, count) for each, at, count in zip(every, here, most, strict=True)]
        if math.prod(map(len, stops)) <= FRAMES:
            pictures = [scene(*values) for values in itertools.product(*stops)]
            frames = _packed(pictures)
            if len(frames) <= MOST:
                break
        widest = max(range(len(most)), key=lambda at: len(stops[at]))
        most[widest] = max(3, math.ceil(len(stops[widest]) * 0.7))
    special = {
        control: _as_selection(control, values, at)
        for control, values, at in zip(controls, stops, here, strict=True)
        if not isinstance(control, (widgets.Button, widgets.Checkbox))
    }
    picture = next(each for each in _leaves(piece) if isinstance(each, widgets.HTML))
    tree = Tree(special | {picture: {"v": ""}})
    made = tree.node(piece)
    return {
        "kind": "frames",
        "tree": made,
        "controls": [tree.number(each) for each in controls],
        "sizes": [len(each) for each in stops],
        "settles": piece.settles,
        "picture": tree.number(picture),
        "still": picture.value.replace(STYLE, ""),
        "frames": frames.decode(),
    }


def _derived(piece: Piece) -> dict[str, Any]:
    """Describe a piece whose pictures the page computes."""
    picture = next(each for each in _leaves(piece) if isinstance(each, widgets.HTML))
    tree = Tree({picture: {"v": ""}})
    made = tree.node(piece)
    options = [
        [value for _, value in each._options_full] if isinstance(each, widgets.SelectionSlider) else None  # noqa: SLF001
        for each in piece.controls
    ]
    turns = {str(tree.number(control)): turn for control, turn in piece.turns.items()}
    remembered = {} if piece.memory is None else {"memory": piece.memory}
    return {
        "kind": "frames",
        "tree": made,
        "controls": [tree.number(each) for each in piece.controls],
        "options": options,
        **remembered,
        "picture": tree.number(picture),
        "still": picture.value.replace(STYLE, ""),
        "code": derive.derived(piece, turns),
    }


def _packed(pictures: list[str]) -> bytes:
    """Write pictures down small: each element once, and for each picture which elements it has."""
    numbers: dict[str, int] = {}
    shown = [
        [numbers.setdefault(part, len(numbers)) for part in _ELEMENT.findall(each.replace(STYLE, ""))]
        for each in pictures
    ]
    steps = [[part - before for before, part in itertools.pairwise([0, *each])] for each in shown]
    return packed([list(numbers), steps])


def packed(told: Any) -> bytes:
    """Return plain data as a text that the page unpacks (`js/unpack.js`)."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0))


_ELEMENT = re.compile(r"<[^>]*>|[^<]+")


def _as_selection(control: Any, values: list[Any], at: Any) -> dict[str, Any]:
    """Return a slider as one over the stops for which there are pictures."""
    if isinstance(control, widgets.SelectionSlider):
        labels = [label for label, value in control._options_full if value in values]  # noqa: SLF001 - as above
    else:
        labels = [_label(value, control.readout_format) for value in values]
    index = min(range(len(values)), key=lambda each: abs(values[each] - at)) if not isinstance(at, str) else 0
    state = slider(control)
    for name in ("value", "min", "max", "step", "base", "readout_format"):
        state.pop(name, None)
    return {"m": state | {"_options_labels": labels, "index": index, "readout": True}}


def _label(value: float, form: str) -> str:
    if form.endswith(("f", "e")):
        return format(value, form)
    if form.endswith("d"):
        return str(round(value))
    digits = int(form.strip(".g%r") or 6)
    return f"{value:.{max(1, digits)}g}"


def _leaves(widget: Any) -> Iterator[Any]:
    if isinstance(widget, widgets.Box):
        for each in widget.children:
            yield from _leaves(each)
    else:
        yield widget
