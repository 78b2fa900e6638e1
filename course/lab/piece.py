"""The box around every interactive piece of a lesson: alive with a kernel, a picture and a sentence without one.

JupyterLab saves with a notebook what its widgets show. Opened again, or after the kernel has restarted, they show it
still, but nothing answers. A `Piece` then hides its dead controls and says in one sentence what to do; and a page
that knows no widgets (GitHub, nbviewer, a notebook that is not trusted) gets the same picture as plain HTML.
"""

from __future__ import annotations

import asyncio
import base64
import html
import re
import weakref
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets as widgets
from ipywidgets.widgets.trait_types import TypedTuple
from traitlets import Instance

from course.lab.kernel import hear_in_main_thread
from course.lab.look import paragraph
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

KEPT = "course-kept"
"""The class of a button whose words are worth reading even when it no longer answers."""

ASLEEP = Text(
    en="This is how it was left. Run this cell to make it work again.",
    zh="这是上次留下的样子，运行这个单元格就能继续操作。",
)
STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text('utf-8')}</style>"

_SVG = re.compile(r"<svg\b[^>]*>.*?</svg>", re.DOTALL)
_UNSEEN = re.compile(r"<style\b.*?</style>", re.DOTALL)


def _as_sent(children: Sequence[widgets.Widget], piece: Piece) -> Any:
    """Return what the page is sent: the sentence, which `children` here do not have, and then the children."""
    return widgets.widget_serialization["to_json"]((piece.asleep, *children), piece)


class Piece(widgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """A column of widgets that still makes sense when no kernel stands behind it; use it in place of a VBox.

    Nothing else has to be done: `children` are the ones given, and what is drawn in an `HTML` widget stays, sliders,
    buttons and the like go, radio buttons stay as a list to read. A button whose words matter (a vote) stays as text
    if it has the class `KEPT`. Pieces may contain pieces; only the outermost says the sentence.

    Examples:
        >>> import ipywidgets as widgets
        >>> from course.lab.piece import KEPT, Piece
        >>> vote = widgets.Button(description="It turns round").add_class(KEPT)
        >>> question, button = Piece([widgets.HTML("<b>What comes?</b>"), vote]).children
        >>> Piece([question, button]).still()
        '<div><b>What comes?</b></div><ul><li>It turns round</li></ul>'

    """

    children = TypedTuple(trait=Instance(widgets.Widget)).tag(
        sync=True, to_json=_as_sent, from_json=widgets.widget_serialization["from_json"]
    )

    scene: Callable[..., str] | None = None
    """Where a picture follows from the controls alone: draws it for their values, so that it can be tabulated."""
    controls: Sequence[widgets.Widget] = ()
    """Whose values `scene` takes, in this order: of a button, how often it has been pressed."""
    settles = False
    """Whether a button sets the picture in motion: pressed once it moves; from the next move of a slider on (as if the
    button had been pressed twice) it stands."""
    derived = False
    """Whether a page computes the pictures itself, with code that is derived from `scene` and `turns` and all that they
    call; otherwise it is sent a table of them."""
    tables: Mapping[Callable[..., Any], Sequence[tuple[Any, ...]]] = {}
    """Functions that such code looks up, since nobody can derive them (numpy's chance), by what they are asked."""
    memory: Any = None
    """What a picture needs beside its controls: `scene` takes it first."""
    turns: Mapping[widgets.Widget, Callable[..., Any]] = {}
    """What a control makes of the memory when it is pressed or moved: called with it and with the controls' values."""

    def __init__(self, children: Sequence[widgets.Widget] = (), **kwargs: Any) -> None:
        self.asleep = widgets.HTML(STYLE + paragraph(ASLEEP[language()], margin="0"))
        self.asleep.add_class("course-asleep")
        super().__init__(children, **kwargs)
        self.add_class("course-piece")
        hear_in_main_thread()

    def play(self, picture: widgets.HTML) -> None:
        """Let `picture` show what `scene` draws, from now on and after each move of a control and each turn.

        Args:
            picture: among the children.

        """

        def draw(_change: Any = None) -> None:
            assert self.scene is not None  # noqa: S101 - for the type checker: what plays has a scene
            picture.value = self.scene(self.memory, *(each.value for each in self.controls))

        def turn(control: widgets.Widget) -> None:
            self.memory = self.turns[control](self.memory, *(each.value for each in self.controls))

        for each in self.turns:
            if isinstance(each, widgets.Button):
                each.on_click(turn)
                each.on_click(draw)
            else:
                each.observe(lambda change: turn(change["owner"]), names="value")
        for each in self.controls:
            each.observe(draw, names="value")
        draw()

    def still(self) -> str:
        """Return what it shows now, as HTML that needs no widgets and no style of ours."""
        return "".join(map(_still, self.children))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = self.still()
        return data


SAVE_CHECK = 0.7
"""Seconds between two looks at whether the learner has saved."""


class Following(Protocol):
    """A widget that shows what becomes of the learner's file."""

    comm: Any

    def look(self) -> object:
        """Show the file as it is now, if it has changed."""

    def follows(self) -> bool:
        """Return whether there is a file to look at, and nobody else does it."""


_followed: weakref.WeakSet[Following] = weakref.WeakSet()


def follow(widget: Following) -> None:
    """Let a widget look at the learner's file now and then, until it is closed, forgotten or follows no more.

    A timer holds no task that could outlive the kernel noisily. Without a kernel nothing is done: the next move of a
    slider loads the file all the same.
    """
    if widget in _followed or not widget.follows():
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    _followed.add(widget)
    loop.call_later(SAVE_CHECK, _look, loop, weakref.ref(widget))


def _look(loop: asyncio.AbstractEventLoop, shown: weakref.ref[Following]) -> None:
    widget = shown()
    if widget is None or widget.comm is None or not widget.follows():
        return
    widget.look()
    loop.call_later(SAVE_CHECK, _look, loop, shown)


def _still(widget: widgets.Widget) -> str:
    """Return what a widget shows, as plain HTML; a control shows nothing."""
    shown = ""
    if widget.layout.display == "none":
        pass  # hidden, perhaps because it would tell too early
    elif hasattr(widget, "still"):
        shown = widget.still()
    elif isinstance(widget, widgets.HTML):
        inside = _SVG.sub(lambda svg: image(svg[0]), _UNSEEN.sub("", widget.value))
        shown = f"<div>{inside}</div>" if inside else ""
    elif isinstance(widget, widgets.Box):
        shown = "".join(map(_still, widget.children))
    elif isinstance(widget, widgets.RadioButtons):
        shown = _listed(widget._options_labels)  # noqa: SLF001 - it has no public name
    elif isinstance(widget, widgets.Output):
        shown = "".join(each["data"].get("text/html", "") for each in widget.outputs if "data" in each)
    elif isinstance(widget, widgets.Button) and KEPT in widget._dom_classes:  # noqa: SLF001 - nor has this
        shown = _listed([widget.description])
    return shown


def _listed(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{html.escape(each)}</li>' for each in items)}</ul>"


def image(svg: str) -> str:
    """Return an inline drawing as an image on white, since GitHub strips elements of SVG and keeps images.

    Args:
        svg: the element, as `course.lab.svg.drawing` makes it.

    Returns:
        HTML; the drawing itself where it is not well-formed.

    """
    try:
        root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    except ET.ParseError:
        return svg
    width = (root.get("viewBox") or "0 0 760 0").split()[2]
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    coded = base64.b64encode(re.sub(r"^<svg\b[^>]*>", lambda start: start[0] + ground, svg).encode()).decode()
    return (
        f'<img width="{width}" alt="{html.escape(root.get("aria-label", ""))}" src="data:image/svg+xml;base64,{coded}">'
    )
