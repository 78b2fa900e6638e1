"""Pictures in written answers are graded, returned and shown; one that is not there costs nobody a page."""

from __future__ import annotations

import base64
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from nbconvert.exporters import HTMLExporter
from PIL import Image

from course import classroom
from course.classroom import markdown
from course.classroom.pictures import NOT_HERE
from course.text import CourseError
from tests.classroom.room import SOLUTION, change_worksheet, hand_in, mark, new_class

if TYPE_CHECKING:
    from pathlib import Path


def drawn(kind: str = "png", colour: str = "red") -> str:
    """Return a picture of 8 × 8 pixels in base64."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, kind)
    return base64.b64encode(out.getvalue()).decode("ascii")


def wrapped(content: str) -> str:
    """Return base64 in lines, as some editors write it."""
    return "\n".join(re.findall(".{1,20}", content)) + "\n"


PNG, BLUE, JPEG, GIF, WEBP = drawn(), drawn(colour="blue"), drawn("jpeg"), drawn("gif"), drawn("webp")
SVG = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode("ascii")

# By student: the answer's text, its attachments, which pictures the page must show; None is the note in their place.
ANSWERS: dict[str, tuple[str, Any, list[str | None]]] = {
    "pasted": ("See\n\n![image.png](attachment:image.png)", {"image.png": {"image/png": PNG}}, [PNG]),
    "jpeg": ("![](attachment:photo.jpg)", {"photo.jpg": {"image/jpeg": JPEG}}, [JPEG]),
    "gif-and-webp": (
        "![](attachment:a.gif) ![](attachment:b.webp)",
        {"a.gif": {"image/gif": GIF}, "b.webp": {"image/webp": WEBP}},
        [GIF, WEBP],
    ),
    "twice": ("![](attachment:a.png) ![](attachment:a.png)", {"a.png": {"image/png": PNG}}, [PNG, PNG]),
    "chinese-name": ("![](attachment:截图.png)", {"截图.png": {"image/png": PNG}}, [PNG]),
    "chinese-name-encoded": ("![](attachment:%E6%88%AA%E5%9B%BE.png)", {"截图.png": {"image/png": PNG}}, [PNG]),
    "blank": ("![](attachment:my%20work.png)", {"my work.png": {"image/png": PNG}}, [PNG]),
    "blank-in-brackets": ("![](<attachment:my work.png>)", {"my work.png": {"image/png": PNG}}, [PNG]),
    "other-case": ("![](attachment:Image.PNG)", {"image.png": {"image/png": PNG}}, [PNG]),
    "by-reference": ("![here][it]\n\n[it]: attachment:a.png", {"a.png": {"image/png": PNG}}, [PNG]),
    "with-a-title": ('![](attachment:a.png "step by step")', {"a.png": {"image/png": PNG}}, [PNG]),
    "given-a-size": ('<img src="attachment:a.png" width="300"/>', {"a.png": {"image/png": PNG}}, [PNG]),
    "lines": ("![](attachment:a.png)", {"a.png": {"image/png": wrapped(PNG)}}, [PNG]),
    "within-the-text": (f"![](data:image/png;base64,{PNG})", None, [PNG]),
    "lost": ("![image.png](attachment:image.png)", None, [None]),
    "other-name": ("![](attachment:a.png)", {"b.png": {"image/png": PNG}}, [None]),
    "svg": ("![](attachment:a.svg)", {"a.svg": {"image/svg+xml": SVG}}, [None]),
    "not-base64": ("![](attachment:a.png)", {"a.png": {"image/png": "no picture"}}, [None]),
    "not-a-picture": ("![](attachment:a.png)", {"a.png": {"image/png": SVG}}, [None]),
    "empty": ("![](attachment:a.png)", {"a.png": {}}, [None]),
    "no-text": ("![](attachment:a.png)", {"a.png": {"image/png": 7}}, [None]),
    "in-code": ("`![](attachment:a.png)` shows a picture", None, []),
    "from-elsewhere": ("![my photo](http://example.org/p.png)", None, []),
    "a-file": ("![](file:///etc/passwd) ![](../../../secret-seed)", None, []),
    "words": ("No picture at all.", None, []),
}


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class in which everyone of `ANSWERS` and some more have handed sgd in; graded, with feedback."""
    root = new_class(tmp_path_factory.mktemp("pictures") / "class")
    classroom.release(root, ["sgd"], progress=False)
    for student, (text, attachments, _) in ANSWERS.items():
        folder = hand_in(root, student, "sgd", SOLUTION["sgd"])
        change_worksheet(folder, "sgd", lambda cells, t=text, a=attachments: _answer(cells[-1], t, a))
    change_worksheet(hand_in(root, "two-cells", "sgd", SOLUTION["sgd"]), "sgd", _in_two_cells)
    change_worksheet(hand_in(root, "own-cell", "sgd", SOLUTION["sgd"]), "sgd", _in_a_cell_of_their_own)
    classroom.grade(root, ["sgd"], progress=False)
    classroom.feedback(root, ["sgd"], progress=False)
    return root


def _answer(cell: dict[str, Any], text: str, attachments: Any) -> None:
    cell["source"] = text
    if attachments is not None:
        cell["attachments"] = attachments


def _in_two_cells(cells: list[dict[str, Any]]) -> None:
    """Paste the answer cell once more: both halves have a picture of the same name."""
    second = json.loads(json.dumps(cells[-1]))
    _answer(cells[-1], "First ![](attachment:image.png)", {"image.png": {"image/png": PNG}})
    _answer(second, "then ![](attachment:image.png)", {"image.png": {"image/png": BLUE}})
    cells.append(second)


def _in_a_cell_of_their_own(cells: list[dict[str, Any]]) -> None:
    mine: dict[str, Any] = {"cell_type": "markdown", "metadata": {}}
    _answer(mine, "Here ![](attachment:a.png) and ![](attachment:lost.png)", {"a.png": {"image/png": PNG}})
    cells.append(mine)


def page(root: Path, student: str) -> str:
    return (root / f"feedback/{student}/sgd/sgd.html").read_text("utf-8")


def shown(html: str) -> list[str | None]:
    """Return the pictures of a page in their order, None for each note that one is missing; nothing else is loaded."""
    found: list[str | None] = []
    for address in re.findall(r'<img[^>]*?\bsrc="([^"]*)"', html):
        kind, _, content = address.partition(";base64,")
        assert kind.startswith("data:image/"), address
        note = kind == "data:image/svg+xml"
        if note:
            assert NOT_HERE.zh in base64.b64decode(content).decode("utf-8")
        found.append(None if note else content)
    return found


@pytest.mark.parametrize("student", ANSWERS)
def test_what_is_there_is_shown(returned: Path, student: str) -> None:
    assert shown(page(returned, student)) == ANSWERS[student][2]
    assert mark(returned, student, "sgd").auto == 10
    assert mark(returned, student, "sgd", "sgd-answer").by_hand


@pytest.mark.parametrize("student", [*ANSWERS, "two-cells", "own-cell"])
def test_formgrader_can_show_it_too(returned: Path, student: str) -> None:
    """Its own exporter gives up where a picture is missing."""
    path = returned / f"autograded/{student}/sgd/sgd.ipynb"
    html, _ = HTMLExporter().from_filename(str(path))  # type: ignore[no-untyped-call]
    wanted = ANSWERS[student][2] if student in ANSWERS else None
    embedded = re.findall(r'<img[^>]*?\bsrc="data:image/[^"]*?;base64,([^"]*)"', html)
    assert wanted is None or len(embedded) == len(wanted)


def test_two_pictures_of_one_name_stay_two(returned: Path) -> None:
    assert shown(page(returned, "two-cells")) == [PNG, BLUE]


def test_pictures_in_a_students_own_cells(returned: Path) -> None:
    assert shown(page(returned, "own-cell")) == [PNG, None]


def test_a_picture_from_elsewhere_is_a_link(returned: Path) -> None:
    """Whoever reads the page decides whether to go there; the page itself asks nobody."""
    html = page(returned, "from-elsewhere")
    assert re.search(r'<a href="http://example\.org/p\.png"[^>]*>my photo</a>', html)
    assert "<img" not in html


def test_an_instructors_comment_may_speak_of_attachments() -> None:
    assert NOT_HERE.en in base64.b64decode(shown_content(markdown.html("![](attachment:a)", {}))).decode("utf-8")


def shown_content(html: str) -> str:
    found = re.search(r";base64,([^\"]*)", html)
    assert found
    return found[1]


def test_a_page_that_fails_stops_no_other(returned: Path) -> None:
    """The gradebook and the autograded notebook may be damaged by hand; the others get their pages all the same."""
    damaged = returned / "autograded/pasted/sgd/sgd.ipynb"
    whole = damaged.read_bytes()
    page_of_last = returned / "feedback/words/sgd/sgd.html"
    try:
        damaged.write_bytes(b"{")
        page_of_last.unlink()
        with pytest.raises(CourseError) as refused:
            classroom.feedback(returned, ["sgd"], progress=False)
    finally:
        damaged.write_bytes(whole)
    assert "pasted/sgd" in refused.value.text.en
    assert "pasted/sgd" in refused.value.text.zh
    assert f"for {len(ANSWERS) + 1} of {len(ANSWERS) + 2} submissions" in refused.value.text.en
    assert page_of_last.is_file()
