"""What students write is shown, and nothing else happens: in our pages, in nbconvert's, and as it is stored."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

from course.classroom import sanitised
from course.classroom.at_intake import Submission, _additions, _Cell
from course.classroom.markdown import CUT, LONGEST, harmless, html, markdown2html
from course.classroom.pictures import MOST_TIMES
from tests.classroom.vectors import HONEST, HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

A_LINK = re.compile(r"(https?://|mailto:)\S+|#[\w-]*")


class Dangers(HTMLParser):
    """Collects what a fragment of HTML has that text has not: tags, links, pictures, attributes that do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in sanitised.HTML | sanitised.MATHML:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            value = value or ""  # noqa: PLW2901
            harmless_one = {
                "href": tag == "a" and A_LINK.fullmatch(value),
                "src": tag == "img" and re.match(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,", value),
                "style": re.fullmatch(sanitised.ALIGNED, value),
                "width": re.fullmatch(r"\d{1,4}|[\d.]{1,5}em", value),
            }.get(name, name in {"alt", "title", "rel", "class", "lang", "start"} or tag in sanitised.MATHML)
            if not harmless_one or name.startswith("on") or name in {"id", "srcset", "xlink:href"}:
                self.found.append(f"{tag} {name}={value[:60]}")

    handle_startendtag = handle_starttag


def dangers(page: str) -> list[str]:
    parser = Dangers()
    parser.feed(page)
    parser.close()
    return parser.found


def nbconverts(source: str, attachments: Any) -> str:
    """Return Markdown as nbconvert sets it without us."""
    return MarkdownWithMath(IPythonRenderer(escape=False, attachments=attachments)).render(source)


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_runs_in_a_page(name: str) -> None:
    text, pictures = harmless(HOSTILE[name], None)
    assert dangers(html(text, pictures)) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_the_sanitiser_alone_would_do(name: str) -> None:
    """A class that was graded before has the texts as they were handed in."""
    assert dangers(html(HOSTILE[name], {})) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_stored_is_harmless_in_itself(name: str) -> None:
    text, pictures = harmless(HOSTILE[name], None)
    found = dangers(nbconverts(text, pictures))
    anchors_and_boxes = r"h\d id=|a class=|a href=#|<input>|input (type=checkbox|disabled=|checked=|class=)"
    assert [each for each in found if not re.match(anchors_and_boxes, each)] == []
    assert "\\href" not in text
    assert not re.search(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_without_us_most_of_it_is_dangerous() -> None:
    """So that the three tests above can fail."""
    dangerous = [name for name, each in HOSTILE.items() if "attachment" not in each and dangers(nbconverts(each, {}))]
    assert len(dangerous) > 150


@pytest.mark.parametrize("name", HONEST)
def test_honest_texts_stay_as_they_are(name: str) -> None:
    text, pictures = harmless(HONEST[name], None)
    assert re.sub(r"attachment:[\w-]+|data:image/png;base64,[\w+/=]+", "…", text) == re.sub(
        r"data:image/png;base64,[\w+/=]+", "…", HONEST[name].replace("<br>", "< br>")
    )
    assert dangers(html(text, pictures)) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("link", '<a href="https://arxiv.org/abs/1412.6980"'),
        ("reference", '<a href="https://arxiv.org/abs/1412.6980"'),
        ("bare", '<a href="https://pytorch.org/docs/stable/optim.html"'),
        ("mail", '<a href="mailto:ada@example.org"'),
        ("formula", "<msqrt>"),
        ("display", '<math display="block">'),
        ("aligned", "<mtable"),
        ("table", '<td style="text-align:right">2</td>'),
        ("code", '<div class="highlight"><pre>'),
        ("list", "<li>☑ done</li>"),
        ("quotation", "<del>not</del>"),
        ("chinese", "<strong>十分之一</strong>"),
        ("picture", '<img src="data:image/png;base64,'),
    ],
)
def test_and_are_set_as_they_should_be(name: str, shown: str) -> None:
    assert shown in html(*harmless(HONEST[name], None))


def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written() -> None:
    assert html(r"$\frac{a$ and $\unknown x$ and $a^b^c$", {}).count("<code>$") == 3


def test_a_long_text_is_cut_and_says_so_in_both_languages() -> None:
    text, _ = harmless("动量 momentum. " * 2000, None)
    assert len(text) < 1.1 * LONGEST
    assert CUT.en in text
    assert CUT.zh in text
    assert CUT.en not in harmless("动量 momentum. " * 500, None)[0]


def test_a_picture_shown_over_and_over_is_there_a_few_times() -> None:
    """Each time it is in the page as a whole."""
    text, pictures = harmless(HONEST["picture"] + "![](attachment:in-the-text-0)" * 300, None)
    assert len(pictures) == 1
    assert html(text, pictures).count("<img") == MOST_TIMES


MANY = 100_000
NASTY = {
    "quotations in quotations": ">" * MANY,
    "lists in lists": "\n".join("  " * i + "- a" for i in range(500)),
    "open brackets": "[" * MANY,
    "open pictures": "![" * MANY,
    "open links": "[a](" * MANY,
    "links, angled": "[a](<" * MANY,
    "links in links": "![]([](" * MANY,
    "emphasis": "*a*" * 10 * MANY,
    "emphasis, spaced": "*a* " * 10 * MANY,
    "emphasis, open": "**a" * MANY,
    "underlines": "_a " * MANY,
    "environments": r"\begin{a}" * MANY,
    "dollars": "$" * MANY,
    "dollars, spaced": "$a " * MANY,
    "formulas": "".join(f"$x_{{{i}}}$ " for i in range(MANY)),
    "brackets of formulas": "\\\\[" * MANY,
    "parentheses of formulas": "\\\\(" * MANY,
    "braces": "$" + "{" * 1900 + "$",
    "fractions": "$" + r"\frac" * 300 + "$",
    "matrix": "$$\\begin{matrix}" + "&" * 1900 + "\\end{matrix}$$",
    "backticks": "`" * MANY,
    "backticks, open": "`" * MANY + "a`",
    "backticks of all lengths": " ".join("`" * i for i in range(1, 400)),
    "fences": "~~~\n" * MANY,
    "wide table": "|a" * MANY + "|\n" + "|-" * MANY + "|\n" + "|b" * MANY + "|",
    "tables": "|a|\n|-|\n" * MANY,
    "definitions": "".join(f"[a{i}]: https://example.org\n" for i in range(MANY)) + "[a1] " * MANY,
    "one definition": "[a]: https://example.org\n" + "[a] " * MANY,
    "definition lists": "a\n: b\n" * MANY,
    "headings": "#\n" * MANY,
    "tags": "<a " * MANY,
    "comments": "<!--" * MANY,
    "entities": "&#1;" * MANY,
    "backslashes": "\\" * MANY,
    "blanks": " " * MANY + "x",
    "addresses": "http://" * MANY,
    "pictures": "![a](attachment:a.png)" * MANY,
    "picture of 2 MB": f"![](data:image/png;base64,{'A' * 20 * MANY})",
    "joiners": "\u200d" * MANY,
    "python": "```python\n" + "'''(" * MANY,
    "nothing but letters": "x" * MANY,
}


@pytest.mark.parametrize("name", NASTY)
def test_no_text_takes_long(name: str) -> None:
    """Taken in as an answer and as cells of the student's own, then set as nbgrader's pages are, formgrader's too."""
    before = time.process_time()
    source, v4 = NASTY[name], nbformat.v4
    answer, pictures = harmless(source, None)
    new_cell: Any = v4.new_markdown_cell
    cells = [new_cell(answer, attachments=pictures)]
    cells += _additions([_Cell({"cell_type": "markdown", "source": source}) for _ in range(4)])
    new_notebook: Any = v4.new_notebook
    config = Config()
    config.HTMLExporter.filters = {"markdown2html": markdown2html}
    config.HTMLExporter.template_name = "classic"
    exporter: Any = HTMLExporter
    page, _ = exporter(config=config).from_notebook_node(new_notebook(cells=cells))
    assert time.process_time() - before < 2
    assert CUT.zh in page or len(source) <= LONGEST or name == "picture of 2 MB"


def test_a_thousand_cells_are_cut_and_say_so() -> None:
    cells = _additions([_Cell({"cell_type": "code", "source": f"x = {i}\x1b[2J"}) for i in range(1000)])
    assert len(cells) < 110
    assert "其余内容见上交的文件" in cells[-1].source
    assert cells[1].source == "x = 0␛[2J"


@pytest.mark.parametrize(
    "cells",
    [
        [{"cell_type": "markdown", "metadata": {}, "source": "a"}] * 2 * MANY,
        [{"cell_type": "markdown", "metadata": {}, "source": ["a\n"] * 20 * MANY}],
        [
            {
                "cell_type": "markdown",
                "metadata": {},
                "source": "a",
                "attachments": {str(i): {} for i in range(8 * MANY)},
            }
        ],
        [
            {
                "cell_type": "code",
                "metadata": {},
                "source": "a",
                "execution_count": None,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "a"}] * 2 * MANY,
            }
        ],
    ],
    ids=["cells", "lines", "attachments", "outputs"],
)
def test_no_notebook_takes_long_to_read(tmp_path: Path, cells: list[Any]) -> None:
    path = tmp_path / "sgd.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}), "utf-8")
    before = time.process_time()
    notebook, _ = Submission().from_filename(str(path))  # type: ignore[no-untyped-call]
    assert time.process_time() - before < 2
    assert json.loads(str(notebook))["cells"][0]["source"]
