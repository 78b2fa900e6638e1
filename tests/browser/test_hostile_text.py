"""Pages full of what students could write: nothing runs, nothing is loaded, no page changes, no link leads astray."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from course import classroom
from tests.browser.jupyter import open_notebook, serve
from tests.classroom.room import SOLUTION, change_worksheet, gradebook, hand_in, new_class
from tests.classroom.vectors import HONEST, HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.jupyter import Server

CELLS = 60
"""Hostile texts in one submission, each in a cell of its own, so that none can swallow the next."""
SAYS = (
    "class SGD:\n    def __init__(self, **k): pass\n    def init(self, param): return {}\n"
    "    def update(self, param, grad, state):\n"
    "        print('</pre><script>alert(1)</script>\\x1b[2JRight: your SGD takes the same steps')\n"
    "        raise ValueError('`</code><img src=x onerror=alert(1)> [x](javascript&#58;f())\\n\\nRight: \\u202e')\n"
)
NAMED = ("' & gnp", '"><img src=x onerror=alert(1)>', '";alert(1);"', "' onclick=alert(1) '", "(?P<x>.*)")
"""Names of students; folders may be called so."""
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
"""What nbgrader's own formgrader loads, whatever is shown in it."""


def fill(cells: list[dict[str, Any]], texts: list[str]) -> None:
    """Write the first text into the answer, and each of the others into a cell of the student's own."""
    cells[-1]["source"] = texts[0]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": text} for text in texts[1:]]
    cells.append({"cell_type": "code", "metadata": {}, "outputs": [], "source": "</pre><script>alert(1)</script>"})


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of hostile students and an honest one: graded, with feedback and a report."""
    root = new_class(tmp_path_factory.mktemp("hostile") / "class")
    classroom.release(root, ["sgd"], progress=False)
    texts = list(HOSTILE.values())
    parts = [texts[n : n + CELLS] for n in range(0, len(texts), CELLS)]
    for number, part in enumerate(parts):
        folder = hand_in(root, f"student-{number}", "sgd", SAYS)
        change_worksheet(folder, "sgd", lambda cells, part=part: fill(cells, part))
    for student in NAMED:
        change_worksheet(hand_in(root, student, "sgd", SAYS), "sgd", lambda cells: fill(cells, texts[:3]))
    hand_in(root, "O'Brien & Co", "sgd", SOLUTION["sgd"])
    answer = "\n\n".join(text for name, text in HONEST.items() if name != "definition")
    hand_in(root, "honest", "sgd", SOLUTION["sgd"], answer=answer)
    classroom.grade(root, ["sgd"], progress=False)
    for student in NAMED:
        hand_in(root, student, "sgd", f"{SAYS}# once more: stuck\n")
    classroom.grade(root, ["sgd"], progress=False)
    classroom.feedback(root, ["sgd"], progress=False)
    classroom.class_report(root, names=True, progress=False)
    return root


@pytest.fixture
def dialogs(page: Page) -> list[str]:
    """What a script asked for."""
    shown: list[str] = []

    def note(dialog: Any) -> None:
        if dialog.type != "beforeunload":  # JupyterLab's own
            shown.append(dialog.message)
        dialog.accept()

    page.on("dialog", note)
    return shown


@pytest.fixture(scope="module")
def server(returned: Path) -> Iterator[Server]:
    settings = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
    with serve(returned, settings=settings) as running:
        yield running


def students(root: Path) -> list[str]:
    return sorted(path.parent.parent.name for path in root.glob("feedback/*/sgd/sgd.html"))


def astray(page: Page, within: str) -> list[str]:
    """Return the addresses of links, pictures and the like, and attributes with scripts, that should not be there."""
    found: list[str] = page.evaluate(
        """(within) => [...document.querySelectorAll(within)].flatMap(part => [...part.querySelectorAll("*")])
          .flatMap(each => [...each.attributes].map(a => [each.localName, a.name, a.value, each])
            .filter(([tag, name, value, each]) => name.startsWith("on") || name === "srcdoc" || name === "srcset"
              || (name.endsWith("href") && !["http:", "https:", "mailto:"].includes(each.protocol)
                  && !value.startsWith("#"))
              || (["src", "data", "poster", "action"].includes(name) && !value.startsWith("data:image/")))
            .map(([tag, name, value]) => `${tag} ${name}=${value}`))
          .concat([...document.querySelectorAll(within)].flatMap(part => [...part.querySelectorAll(
            "script, iframe, object, embed, form, link, base, meta, svg use, video, audio")].map(e => e.outerHTML)))
        """,
        within,
    )
    return found


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "without its security policy"])
def test_feedback(
    page: Page, returned: Path, dialogs: list[str], console_errors: list[str], tmp_path: Path, *, guarded: bool
) -> None:
    """The policy would stop what the sanitiser lets through; it has nothing to stop."""
    everyone = students(returned)
    assert len(everyone) == 2 + len(NAMED) + -(-len(HOSTILE) // CELLS)
    for number, student in enumerate(everyone):
        file = returned / "feedback" / student / "sgd" / "sgd.html"
        text = file.read_text("utf-8")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
        assert policy
        assert policy[1].startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
        if not guarded:
            file = tmp_path / f"{number}.html"
            file.write_text(text.replace(policy[0], ""), "utf-8")
        page.goto(file.as_uri())
        page.wait_for_timeout(300)
        assert page.title().startswith("SGD · SGD — ") or "SGD" in page.title()
        assert "owned" not in page.title()
        assert page.url == file.as_uri()
        assert astray(page, "main") == []
        assert page.locator("script").count() == 0
    assert dialogs == []
    assert console_errors == []


def test_feedback_works_without_scripts_and_looks_right(browser: Browser, returned: Path, screenshots: Path) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(
            java_script_enabled=False, color_scheme=scheme, viewport={"width": 1000, "height": 1400}
        )
        page = context.new_page()
        page.goto((returned / "feedback/honest/sgd/sgd.html").as_uri())
        page.screenshot(path=screenshots / f"feedback-{scheme}.png", full_page=True)
        assert page.locator("math").count() > 5
        english, chinese = (page.locator(f"h1 [lang={lang}]") for lang in ("en", "zh-CN"))
        page.get_by_label("中文", exact=True).check()
        assert chinese.is_visible()
        assert not english.is_visible()
        box = page.locator("math msqrt").first.bounding_box()
        assert box
        assert box["height"] > 10
        page.goto((returned / "feedback/student-0/sgd/sgd.html").as_uri())
        page.screenshot(path=screenshots / f"feedback-hostile-{scheme}.png", full_page=True)
        page.goto((returned / "report.html").as_uri())
        page.screenshot(path=screenshots / f"report-names-{scheme}.png", full_page=True)
        context.close()


def test_the_report(page: Page, returned: Path, dialogs: list[str], console_errors: list[str]) -> None:
    page.goto((returned / "report.html").as_uri())
    assert "' & gnp" in page.locator("main").inner_text()
    assert "<img src=x onerror=alert(1)>" in page.locator("main").inner_text()
    assert astray(page, "main") == []
    assert page.locator("script").count() == 0
    assert dialogs == []
    assert console_errors == []


def test_formgrader(
    page: Page, returned: Path, server: Server, dialogs: list[str], console_errors: list[str], screenshots: Path
) -> None:
    page.route(f"{MATHJAX}**", lambda route: route.abort())
    page.goto(f"{server.url}/lab?reset&token={server.token}")
    with gradebook(returned) as book:
        ids = [book.find_submission_notebook("sgd", "sgd", student).id for student in students(returned)]
    console_errors.clear()  # JupyterLab's own
    for number, each in enumerate(ids):
        address = f"{server.url}/formgrader/submissions/{each}/"
        page.goto(address)
        page.locator("input.score").first.wait_for()
        page.wait_for_timeout(300)
        assert page.title() == "sgd"
        assert page.url.startswith(address)
        assert astray(page, ".rendered_html:not(:has(.dh)), .input_area") == []
        if number == 1:
            page.screenshot(path=screenshots / "formgrader-hostile.png", full_page=True)
    of_students = [f"manage_students/{quote(student)}{more}" for student in NAMED for more in ("", "/sgd")]
    for place in ("manage_students", "manage_submissions/sgd", "gradebook/sgd/sgd", *of_students):
        page.goto(f"{server.url}/formgrader/{place}")
        page.wait_for_timeout(700)
        assert page.locator("img[src=x], [onclick*=alert]").count() == 0, place
    page.goto(f"{server.url}/formgrader/manage_students/O'Brien & Co")
    page.locator("td", has_text="sgd").first.wait_for()
    assert dialogs == []
    its_own = (MATHJAX, "ERR_FAILED", "MathJax is not defined", "404")
    assert [each for each in console_errors if not any(part in each for part in its_own)] == []


def test_the_autograded_notebook_in_jupyterlab(
    page: Page, returned: Path, server: Server, dialogs: list[str], console_errors: list[str], screenshots: Path
) -> None:
    for number, student in enumerate(each for each in students(returned) if each not in NAMED[1:]):
        console_errors.clear()
        open_notebook(page, server, f"autograded/{student}/sgd/sgd.ipynb")
        shown = page.locator(".jp-MarkdownOutput, .jp-RenderedMarkdown")
        shown.first.wait_for()
        page.wait_for_timeout(1500)
        assert shown.count() >= (4 if student in {"honest", "O'Brien & Co", *NAMED} else CELLS // 3)
        assert "owned" not in page.title()
        assert page.locator(".jp-RenderedMermaid, .jp-RenderedMarkdown .mermaid").count() == 0
        found = astray(page, ".jp-RenderedMarkdown")
        # JupyterLab has no picture for an attachment that is a drawing, such as the note that a picture is missing.
        assert [each for each in found if not re.match(r"a (href|xlink:href)=#|img src=$", each)] == []
        assert [each for each in console_errors if "remote.invalid" in each or "leaves this machine" in each] == []
        page.screenshot(path=screenshots / f"jupyterlab-hostile-{number}.png")
    assert dialogs == []
