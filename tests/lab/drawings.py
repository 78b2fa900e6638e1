"""Every drawing of the lessons at the ends and in the middle of its sliders, and what can be asked about its words."""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
import re
import unicodedata
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, NamedTuple

from course.text import set_language
from course.topic import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.text import Lang

NUMBER = re.compile(r"[-+−]?[\d.,  ]+(e[-+]?\d+)?( ?lr| ?%)?|10[-−]?\d+")
"""What stands at a tick."""
ASCENT, DESCENT = 0.76, 0.22
"""Of letters, in ems: from where they stand, how far up and down there is ink."""


class Word(NamedTuple):
    """Words in a drawing and the box that they fill, in its pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    upright: bool
    """Whether they run upwards."""


def makers() -> dict[str, Callable[[], Any]]:
    """Return by name all that draws an interactive picture of a lesson's own."""
    found: dict[str, Callable[[], Any]] = {}
    for file in sorted(FOLDER.glob("*/lab.py")):
        module = importlib.import_module(f"course.topics.{file.parent.name}.lab")
        for name in module.__all__:
            made = getattr(module, name)
            if inspect.isfunction(made) and re.search("VBox|Piece", str(inspect.signature(made).return_annotation)):
                found[name] = made
    return found


@functools.cache
def drawings(name: str, lang: Lang) -> tuple[str, ...]:
    """Draw one at its first values, and with each of its sliders at either end."""
    set_language(lang)
    box = makers()[name]()
    controls = list(_controls(box))
    picture = next((each for each in _all(box) if "<svg" in str(getattr(each, "value", ""))), None)
    if picture is None:  # questions and answers
        return ()
    shown = [picture.value]
    for control in controls:
        for value in _ends(control):
            before = control.value
            control.value = value
            shown.append(picture.value)
            control.value = before
    return tuple(dict.fromkeys(re.findall(r"<svg.*?</svg>", " ".join(shown), re.DOTALL)))


def _all(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _all(child)


def _controls(box: Any) -> Iterator[Any]:
    return (each for each in _all(box) if hasattr(each, "value") and _ends(each))


def _ends(control: Any) -> list[Any]:
    """Return the values between which a control moves."""
    if isinstance(control.value, bool):
        return [not control.value]
    if hasattr(control, "options"):
        values = [each[1] if isinstance(each, tuple) else each for each in control.options]
        return [values[0], values[len(values) // 2], values[-1]]
    if hasattr(control, "max") and hasattr(control, "min"):
        power = getattr(control, "base", None)  # a logarithmic slider's ends are powers
        ends = control.min, control.max
        return [power**end for end in ends] if power else [type(control.value)(end) for end in ends]
    return []


def words(svg: str) -> list[Word]:
    """Return all words of a drawing with their places, wherever they are turned to or moved."""
    return list(_words(ET.fromstring(svg), 13.0, 400, (0.0, 0.0)))  # noqa: S314 - our own drawing


def _words(element: ET.Element, size: float, weight: int, moved: tuple[float, float]) -> Iterator[Word]:
    size = float(element.get("font-size", size))
    weight = 700 if element.get("font-weight") == "bold" else weight
    shift = re.search(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
    if shift:
        moved = moved[0] + float(shift[1]), moved[1] + float(shift[2])
    if element.get("opacity") == "0":
        return
    text = "".join(element.itertext()).strip()
    if not element.tag.endswith("text"):
        for child in element:
            yield from _words(child, size, weight, moved)
    elif text:
        x, y = float(element.get("x", 0)) + moved[0], float(element.get("y", 0)) + moved[1]
        width = size * em_width(text, weight)
        start = {"middle": -width / 2, "end": -width}.get(element.get("text-anchor", ""), 0.0)
        low, high = start, start + width
        if element.get("transform", "").startswith("rotate(-90"):
            yield Word(text, x - ASCENT * size, y - high, x + DESCENT * size, y - low, upright=True)
        else:
            yield Word(text, x + low, y - ASCENT * size, x + high, y + DESCENT * size, upright=False)


@functools.cache
def em_width(text: str, weight: int) -> float:
    """Return how wide words are in a broad font, in ems; what Unicode calls wide fills one."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    def fills_an_em(each: str) -> bool:
        return unicodedata.east_asian_width(each) in "WF"

    rest = "".join(each for each in text if not fills_an_em(each)).strip().replace("$", "")
    path = TextPath((0, 0), rest or "x", size=100, prop=FontProperties(family="DejaVu Sans", weight=weight))
    return sum(map(fills_an_em, text)) + (float(path.get_extents().width) / 100 if rest else 0.0)


def collisions(svg: str) -> list[tuple[str, str]]:
    """Return the words that lie on others, in pairs, and with an empty partner those that leave the drawing."""
    placed = words(svg)
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size
    wide, high = float(size[1]), float(size[2])
    return [
        (one.text, other.text)
        for one, other in itertools.combinations(placed, 2)
        if one.left < other.right - 1
        and other.left < one.right - 1
        and one.top < other.bottom - 1
        and other.top < one.bottom - 1
    ] + [
        (each.text, "")
        for each in placed
        if each.left < -2 or each.top < -2 or each.right > wide + 2 or each.bottom > high + 2
    ]


def nameless(svg: str) -> list[str]:
    """Return the axes of a drawing that have numbers and no name, each told by its numbers.

    Three numbers that stand on one line are an axis; words below it or beside it on that line are its name. Three that
    end at one place are an upright one; its name runs upwards to the left of it or stands above it.
    """
    placed = words(svg)
    numbers = [each for each in placed if NUMBER.fullmatch(each.text)]
    names = [each for each in placed if not NUMBER.fullmatch(each.text)]
    found = []
    for row in _groups(numbers, lambda word: word.bottom):
        left, right = min(each.left for each in row), max(each.right for each in row)
        if max(each.right for each in row) - left > 60 and not any(
            not name.upright
            and -6 <= name.bottom - row[0].bottom <= 30
            and name.right > left - 90
            and name.left < right + 30
            for name in names
        ):
            found.append("across: " + " ".join(each.text for each in row))
    for column in _groups(numbers, lambda word: word.right):
        top, bottom = min(each.top for each in column), max(each.bottom for each in column)
        edge = column[0].right
        if bottom - top > 40 and not any(
            (name.upright and name.left < edge and edge - name.left < 80)
            or (name.right > edge - 70 and name.left < edge + 180 and -60 < name.bottom - top < 12)
            or (name.right < edge and edge - name.right < 40 and top < name.bottom < bottom)
            for name in names
        ):
            found.append("upright: " + " ".join(each.text for each in column))
    return found


def _groups(numbers: list[Word], place: Callable[[Word], float]) -> list[list[Word]]:
    """Return all that share a place, three or more."""
    ordered = sorted(numbers, key=lambda word: (round(place(word)), word.top, word.left))
    groups = [list(group) for _, group in itertools.groupby(ordered, key=lambda word: round(place(word)))]
    return [group for group in groups if len(group) > 2]
