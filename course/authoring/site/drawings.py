"""Drawings within a page: as small as their looks allow, and with names of their own."""

from __future__ import annotations

import itertools
import re

from course.grading import palette

_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_UNSEEN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<title>\s*</title>", re.DOTALL)
_EMPTY = re.compile(r"<(defs|g)>\s*</\1>")
_BETWEEN = re.compile(r">\s+<(?!tspan)")
_GROUND = re.compile(r'<path d="[^"]*" style="fill: none"/>')
"""A figure's ground, which is left out."""
_PATH = re.compile(r'(?<= d=")[^"]+|(?<= points=")[^"]+|(?<= transform=")[^"]+')
_POINTS = re.compile(r'(?<=<polyline points=")[^"]+')
_STYLE = re.compile(r'(?<= style=")[^"]+|(?<= viewBox=")[^"]+')
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_ATTRIBUTE = re.compile(r'(?<= )(x|y|x1|x2|y1|y2|cx|cy|r|width|height)="(-?\d+\.\d{2,})"')
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(url\(#|href="#)([^)"]+)')
_FONT = re.compile(r"font-family: [^;\"]*;? ?")
_USE = re.compile(r'<use xlink:href="(?P<of>[^"]*)" x="(?P<x>[^"]*)" y="(?P<y>[^"]*)" style="(?P<style>[^"]*)"/>')
_SHADE = re.compile(r"var\((--dh-[0-9a-f]{6}),(#[0-9A-Fa-f]{6})\)")
"""A colour of the palette by its name, which the site's style has in light and in dark, and itself for other pages."""
_USES = re.compile(r"(?:<use [^>]*/>){3,}")


def slim(fragment: str, name: str) -> str:
    """Write the drawings of a fragment down small.

    Args:
        fragment: HTML.
        name: begins the names within the drawings, which a page has once.

    Returns:
        The same to look at, to a tenth of a pixel, in the page's own font.

    """
    numbers = iter(range(10_000))
    return _SVG.sub(lambda found: _slim(found[0], f"{name}-{next(numbers)}"), fragment)


def whole(fragment: str) -> str:
    """Write the paths on a map in whole pixels, which is as much as one sees of a picture that soon gives way."""
    return _POINTS.sub(lambda found: _walked(found[0]), fragment)


def _walked(points: str) -> str:
    rounded = (",".join(str(round(float(each))) for each in point.split(",")) for point in points.split())
    return " ".join(point for point, _ in itertools.groupby(rounded))


def _slim(drawn: str, name: str) -> str:
    drawn = _GROUND.sub("", _BETWEEN.sub("><", _UNSEEN.sub("", drawn)))
    drawn = _PATH.sub(lambda found: _path(found[0]), drawn)
    drawn = _STYLE.sub(lambda found: _NUMBER.sub(_rounded, _FONT.sub("", found[0])), drawn)
    drawn = _ATTRIBUTE.sub(lambda found: f'{found[1]}="{_NUMBER.sub(_rounded, found[2])}"', drawn)
    drawn = _USES.sub(_grouped, drawn)
    asked = list(dict.fromkeys(reference for _, reference in _REFERENCE.findall(drawn)))
    short = {each: f"{name}-{at}" for at, each in enumerate(asked)}
    drawn = _ID.sub(lambda found: f' id="{short[found[1]]}"' if found[1] in short else "", drawn)
    drawn = _REFERENCE.sub(lambda found: found[1] + short[found[2]], drawn)
    before = ""
    while before != drawn:
        before, drawn = drawn, _EMPTY.sub("", drawn)
    for attribute in (
        ' xmlns="http://www.w3.org/2000/svg"',
        ' xmlns:xlink="http://www.w3.org/1999/xlink"',
        ' version="1.1"',
    ):
        drawn = drawn.replace(attribute, "", 1)
    drawn = _SHADE.sub(lambda found: f"var({found[1]})" if found[2].upper() in palette.DARK else found[0], drawn)
    return drawn.replace("xlink:href", "href")


def _grouped(uses: re.Match[str]) -> str:
    """Write a style once for all marks in a row that have it."""
    made: list[str] = []
    last = ""
    for use in _USE.finditer(uses[0]):
        if use["style"] != last:
            made.append(f'{"</g>" if last else ""}<g style="{use["style"]}">')
            last = use["style"]
        made.append(f'<use xlink:href="{use["of"]}" x="{use["x"]}" y="{use["y"]}"/>')
    return "".join([*made, "</g>"]) if made else uses[0]


def _path(written: str) -> str:
    written = " ".join(_NUMBER.sub(_rounded, written).split())
    written = re.sub(r"(?<=[A-Za-z]) (?=[-\d.])|(?<=[\d.]) (?=[A-Za-z])|(?<=[\d.]) (?=-)", "", written)
    # A line goes on without being told so again.
    return re.sub(
        r"(?<=L)[^A-Za-z]+(?:L[^A-Za-z]+)+", lambda found: re.sub("L(?=-)", "", found[0]).replace("L", " "), written
    )


def _rounded(number: re.Match[str]) -> str:
    value = float(number[0])
    return f"{value:.{1 if abs(value) >= 10 else 2}f}".rstrip("0").rstrip(".") or "0"
