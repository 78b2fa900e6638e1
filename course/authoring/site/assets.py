"""The files that all pages share: style, scripts, icon, the service worker and the manifests of the web app."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.authoring import modules
from course.authoring.site import capture, furniture
from course.classroom import formulas
from course.grading import palette, render
from course.system.workspace import ROOT
from course.text import LANGS, TONGUES, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.text import Lang

HERE = Path(__file__).parent
WIDGET = ROOT / "course/lab/widget"
FACES = {"canvas": "descent.js", "slider": "slider.js", "press": "press.js"}
"""The notebook's own scripts, by what the page's descriptions call them."""
ALSO = ("fill.js", "numbers.js")
"""Modules of the widgets that the site's own import, too."""
NOT_LOADED = {"worker.js"}
"""Scripts of the site that are no part of a page's."""

_DARK = "".join(f"--dh-{light[1:].lower()}:{dark};" for light, dark in palette.DARK.items())
_LIGHT = "".join(f"--dh-{light[1:].lower()}:{light};" for light in palette.DARK)
_SHADES = re.compile(r'body\[data-jp-theme-light="false"\] \{([^}]*)\}')
"""The site's own dark shades in its style, which a reader without a script is given where the system is dark."""
_EXPORT = re.compile(r"(?:^/\*\* @type \{AnyWidget<\w+>\} \*/\n)?^export default ", re.MULTILINE)


def files() -> dict[str, bytes]:
    """Return the shared files by their paths within the site."""
    made = {
        "site.css": style(),
        "page.js": script("page.js"),
        "lab.js": f"globalThis.downhillFaces = {{\n{_faces()}\n}};\n{script('lab.js')}",
        "icon.svg": ICON,
    }
    for lang in LANGS:
        made[f"lab-{lang}.js"] = f"globalThis.downhillCommon = {_json(common(lang))};\n"
        made[f"{lang}.webmanifest"] = manifest(lang)
    icons = {f"icon-{size}.png": icon(size) for size in (192, 512)}
    return {name: text.encode() for name, text in made.items()} | icons


def script(entry: str) -> str:
    """Return a script of the site as one file, which a page that lies on a stick may load, too.

    Args:
        entry: the module that does it; those that it imports come before it.

    """
    files = [*sorted((HERE / "js").glob("*.js")), *(WIDGET / "js" / name for name in ALSO)]
    sources = {file.name: file.read_text("utf-8") for file in files}
    joined = modules.joined_script({name: sources[name] for name in sources if name not in NOT_LOADED}, entry)
    return f"(() => {{\n{joined}}})();\n"


def _faces() -> str:
    made = []
    for name, file in FACES.items():
        text = (WIDGET / file).read_text("utf-8")
        made.append(f"{name}: (() => {{\n{_EXPORT.sub('return ', text)}\n}})(),")
    return "\n".join(made)


def common(lang: Lang) -> dict[str, Any]:
    """Return what all maps of one language have in common."""
    with speaking(lang):
        return capture.common()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def style() -> str:
    """Return the style of all pages: the site's, the widgets', the reports', and the palette's dark shades."""
    own = (HERE / "site.css").read_text("utf-8")
    shades = _DARK + "".join(_SHADES.findall(own))
    dark = f"body[data-jp-theme-light=false]{{{_DARK}}}"
    unscripted = f"@media (prefers-color-scheme:dark){{html:not(.scripts) body{{{shades}}}}}"
    widgets = "\n".join((WIDGET / file).read_text("utf-8") for file in ("descent.css", "slider.css"))
    fonts = f":root{{--math:{formulas.FONTS};{_LIGHT}}}"
    return "\n".join([f"@media screen{{{dark}{unscripted}}}", fonts, widgets, render.STYLE, own])


ICON = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#faf6ec"/>
<path d="M3 8c5 10 8 15 13 15S24 18 29 8" fill="none" stroke="#8fb8cf" stroke-width="3"/>
<path d="M6 13l17 1.5L9 19l12 1-5 3" fill="none" stroke="{palette.BLUE}" stroke-width="2" stroke-linejoin="round"/>
<circle cx="16" cy="23" r="2.6" fill="{palette.ORANGE}"/></svg>
"""


def icon(size: int) -> bytes:
    """Return the icon as a picture of so many pixels either way."""
    from PIL import Image, ImageDraw

    scale = size * 4 / 32  # drawn larger and made smaller, so that its lines are smooth
    image = Image.new("RGB", (size * 4, size * 4), "#faf6ec")
    draw = ImageDraw.Draw(image)

    def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * scale, y * scale) for x, y in pairs]

    hill = [(3 + 26 * at / 60, 23 - 15 * (2 * at / 60 - 1) ** 2) for at in range(61)]
    draw.line(points(*hill), fill="#8fb8cf", width=round(3 * scale), joint="curve")
    draw.line(
        points((6, 13), (23, 14.5), (9, 19), (21, 20), (16, 23)),
        fill=palette.BLUE,
        width=round(2 * scale),
        joint="curve",
    )
    draw.ellipse(points((13.4, 20.4), (18.6, 25.6)), fill=palette.ORANGE)
    kept = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def manifest(lang: Lang) -> str:
    """Return what a browser needs to install the site as an app."""
    icons = [{"src": f"icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)]
    return _json(
        {
            "name": furniture.COURSE[lang],
            "short_name": furniture.COURSE[lang],
            "lang": TONGUES[lang],
            "id": f"./{lang}/",
            "start_url": f"./{lang}/index.html",
            "scope": "./",
            "display": "standalone",
            "background_color": palette.GROUND,
            "theme_color": palette.BLUE,
            "icons": icons,
        }
    )


def worker(version: str, kept: dict[str, Iterable[str]]) -> str:
    """Return the service worker.

    Args:
        version: another one whenever any file is another.
        kept: the files of each language, and under `all` those that all pages need.

    Returns:
        The text of its file.

    """
    told = {name: sorted(each) for name, each in kept.items()}
    text = (HERE / "js/worker.js").read_text("utf-8").replace("// @ts-check\n", "")
    return f'self.downhillVersion = "{version}";\nself.downhillFiles = {_json(told)};\n{text}'
