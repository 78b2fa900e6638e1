"""Formulas of LaTeX as MathML, which a browser sets by itself: no script, and nothing from elsewhere."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape, unescape
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert_to_element

LONGEST = 2000
"""Characters of a formula that is set; a longer one is shown as its source."""

FONTS = '"Latin Modern Math","STIX Two Math","Cambria Math","XITS Math","DejaVu Math TeX Gyre",math'
"""For a style: a system that has such a font does not always say so, and in another one an index stands where a factor
would."""
WITHOUT_NUMBERS = {
    **dict.fromkeys(("align", "aligned", "alignat", "eqnarray", "eqnarray*", "split"), "align*"),
    **dict.fromkeys(("gather", "gathered", "gather*", "multline", "multline*"), "matrix"),
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ""),
}
"""Environments of LaTeX, each by one that the converter knows: it would number the equations of some of them."""
STYLES = {"double-struck": "DOUBLE-STRUCK", "bold": "BOLD", "bold-italic": "BOLD ITALIC", "script": "SCRIPT"}
"""Values of `mathvariant`, which browsers have given up, and how Unicode names the letters of that style."""


def mathml(latex: str, *, block: bool) -> str:
    r"""Return a formula as MathML; one that cannot be read, or is very long, as its source in `<code>`.

    Args:
        latex: the formula, without its delimiters.
        block: whether it is set on a line of its own.

    Returns:
        A `<math>` element, or a `<code>` element with the escaped source.

    >>> mathml(r"x^2", block=False)
    '<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    >>> mathml(r"\frac{a", block=False)
    '<code>$\\frac{a$</code>'

    """
    formula = _converted(latex, block=block) if len(latex) <= LONGEST else None
    if formula is None:
        mark = "$$" if block else "$"
        return f"<code>{escape(f'{mark}{latex}{mark}', quote=False)}</code>"
    return formula


@lru_cache(maxsize=4096)
def _converted(latex: str, *, block: bool) -> str | None:
    try:
        root = convert_to_element(_plain(latex), display="block" if block else "inline")
    except Exception:  # noqa: BLE001 - the converter has many kinds, and ends on deep nesting with a RecursionError
        return None
    for each in root.iter():
        # The converter writes characters as entities, and means to put them into a page as they are.
        each.text = unescape(each.text or "")
        if re.match(r"\\[a-zA-Z]|&", each.text) or len(each) != PARTS.get(each.tag, len(each)):
            return None  # a command that it does not know, or half of one
        if align := each.attrib.pop("columnalign", ""):
            each.set("style", f"text-align:{align}")  # as browsers know it
        style = STYLES.get(each.attrib.pop("mathvariant", "") if each.get("mathvariant") in STYLES else "")
        each.text = _styled(each.text, style) if style else each.text
    if _too_deep(root):
        return None
    root.attrib = {"display": "block"} if block else {}
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _plain(latex: str) -> str:
    """Return the formula in the converter's own environments, without numbers and names of equations."""

    def known(found: re.Match[str]) -> str:
        name = WITHOUT_NUMBERS.get(found["name"])
        return found[0] if name is None else rf"\{found['end']}{{{name}}}" if name else " "

    latex = re.sub(r"\\(?P<end>begin|end)\{(?P<name>[a-z]+\*?)\}(?:\{\d\})?", known, latex)
    latex = re.sub(r"\\(?:label\{[^{}]*\}|nonumber\b|notag\b)", "", latex)
    return re.sub(r"\\operatorname\*\{", r"\\operatorname{", latex).replace(r"\!", "")


def _styled(text: str, style: str) -> str:
    """Set the letters of a text in another style, as far as Unicode has them."""

    def styled(char: str) -> str:
        try:
            plain = unicodedata.name(char)
            return unicodedata.lookup(f"MATHEMATICAL {style} {re.sub('(LATIN|GREEK) | LETTER|DIGIT ', '', plain)}")
        except (KeyError, ValueError):
            return PLANCK.get((char, style), char)

    return "".join(map(styled, text))


PLANCK = {
    **{(char, "DOUBLE-STRUCK"): other for char, other in zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)},
    **{(char, "SCRIPT"): other for char, other in zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)},
}
"""Letters that Unicode had before it had the others of their style."""
PARTS = {**dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2), "msubsup": 3, "munderover": 3}
"""How many parts an element of MathML must have."""
DEEPEST = 60
"""Elements within elements: more than a formula has that somebody can read."""


def _too_deep(root: ET.Element) -> bool:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for each in level for child in each]
    return bool(level)
