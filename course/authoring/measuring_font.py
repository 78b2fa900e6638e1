"""The font that measures what no font of the machine has: one box of one em, for every character there is.

    this file  →  course/lab/em.ttf

matplotlib asks it last. It never reaches a reader's eye: a chart keeps its words as text, and the browser draws them.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import cmap_format_13

from course.lab.fonts import EM

TARGET = Path("course/lab/em.ttf")
UNITS = 1000
"""To the em."""

ASCENT, DESCENT = 880, -120
"""Of Noto Sans CJK and Source Han Sans: from the top to the bottom of a Chinese line is one em."""

HALF = ((0xFF61, 0xFFDC), (0xFFE8, 0xFFEE))
"""The only characters beyond ASCII that Unicode calls half-width."""


def outputs() -> dict[Path, bytes]:
    """Return the font: path relative to the root of the repository → bytes, the same with every call."""
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "em", "half"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": _box(UNITS), "em": _box(UNITS), "half": _box(UNITS // 2)})
    side = {name: builder.font["glyf"][name].xMin for name in ("em", "half")}
    builder.setupHorizontalMetrics(
        {".notdef": (UNITS, side["em"]), "em": (UNITS, side["em"]), "half": (UNITS // 2, side["half"])}
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": EM, "styleName": "Regular", "psName": EM.replace(" ", "")})
    builder.setupOS2(
        sTypoAscender=ASCENT, sTypoDescender=DESCENT, sTypoLineGap=0, usWinAscent=ASCENT, usWinDescent=-DESCENT
    )
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    builder.font["cmap"].tables = [_everything()]
    out = io.BytesIO()
    builder.save(out)
    return {TARGET: out.getvalue()}


def _box(width: int) -> Any:
    """Draw a filled rectangle over the ink of a Chinese character as wide as that."""
    margin = UNITS // 25
    pen = TTGlyphPen(None)
    pen.moveTo((margin, DESCENT + margin))
    pen.lineTo((margin, ASCENT - margin))
    pen.lineTo((width - margin, ASCENT - margin))
    pen.lineTo((width - margin, DESCENT + margin))
    pen.closePath()
    return pen.glyph()


def _everything() -> Any:
    """Make the table from all characters to two glyphs; its format 13 was made for such last resorts."""
    table = cmap_format_13()
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = dict.fromkeys(range(0x20, 0x40000), "em")  # nothing beyond has a shape
    for first, last in HALF:
        table.cmap |= dict.fromkeys(range(first, last + 1), "half")
    return table
