"""What is hard to read is found: too little contrast in light or in dark, words on words, marks without their formula.

The lessons themselves are looked at in `test_every_lesson.py`, where all their cells have run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser import looks
from tests.browser.jupyter import run_all, write_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab


WRONG = """\
from IPython.display import HTML
HTML('''<p>black on any page</p><p style="color: #777">grey</p><p style="color: #111">ink</p>
<p style="color: #eee">chalk</p><p style="opacity: .4">pale</p>
<svg viewBox="0 0 200 60" width="400"><rect width="200" height="30" fill="#123"/>
<text x="5" y="20" fill="currentColor">on a shape</text>
<text x="5" y="50" fill="#d55e00">Okabe</text><text x="30" y="52" fill="currentColor">on Okabe</text></svg>''')
"""
RIGHT = """\
from course.lab import svg
from course.lab.look import BLACK, BLUE, GROUND, ORANGE, PANEL, card
from course.text import Text
from IPython.display import HTML
box = svg.rect(0, 0, 300, 40, fill=PANEL)
words = svg.text(10, 25, "on a panel", fill=ORANGE) + svg.text(150, 25, "beside it")
HTML(svg.drawing(Text(en="x", zh="x"), 300, 40, box, words) + card("✓ Right.", " It is.", BLUE))
"""


def as_a_lesson(path: Path, *sources: str) -> Path:
    """Write a notebook that counts as a lesson."""
    write_notebook(path, *sources)
    path.write_text(
        path.read_text("utf-8").replace('"metadata": {"kernelspec"', '"metadata": {"course": {}, "kernelspec"'), "utf-8"
    )
    return path


def test_what_cannot_be_read_is_named(page: Page, lab: Lab, tmp_path: Path) -> None:
    lab.open(page, as_a_lesson(tmp_path / "wrong.ipynb", WRONG, RIGHT))
    assert run_all(page) == []
    page.wait_for_selector(".dh-lesson svg text")
    poor = {theme: {each.split(" (")[0] for each in found} for theme, found in looks.hard_to_read(page).items()}
    assert poor == {"light": {"grey", "chalk", "pale", "on a shape", "Okabe"}, "dark": {"grey", "ink", "pale"}}
    assert page.evaluate(looks.COLLISIONS) == ["Okabe × on Okabe"]
