"""nbgrader in JupyterLab: a student checks in the worksheet, an instructor reads the graded class in formgrader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course import classroom
from tests.browser.jupyter import outputs, run_all, serve
from tests.classroom.room import SOLUTION, hand_in, mark, new_class

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

RUBRIC = "For the grader only · 仅供评分者查看"


def graded_class(root: Path) -> Path:
    """Make a class of three, graded: right with an answer, wrong, untouched."""
    new_class(root)
    classroom.release(root, ["momentum"], progress=False)
    right = SOLUTION["momentum"]
    hand_in(root, "ada", "momentum", right, answer="The step tends to $10\\,\\gamma$. 学习率要缩小。")
    hand_in(root, "bo", "momentum", right.replace("grad = grad + self.weight_decay * param", "pass"))
    hand_in(root, "chen", "momentum")
    classroom.grade(root, progress=False)
    return root


def test_a_student_checks_in_the_worksheet(page: Page, lab: Lab, screenshots: Path, tmp_path: Path) -> None:
    root = new_class(tmp_path / "class")
    classroom.release(root, ["momentum"], progress=False)
    lab.open(page, root / "release/momentum/momentum.ipynb")
    page.screenshot(path=screenshots / "worksheet.png")
    assert run_all(page) == []
    assert "Not implemented yet" in str(outputs(page))
    (root / "release/momentum/momentum.py").write_text(SOLUTION["momentum"], "utf-8")
    assert run_all(page) == []
    assert "Right: your Momentum" in str(outputs(page))
    page.locator(".jp-RenderedHTML .dh").scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "worksheet-checked.png")


def test_formgrader_shows_the_graded_class(page: Page, screenshots: Path, tmp_path: Path) -> None:
    root = graded_class(tmp_path / "class")
    with serve(root) as server:
        page.goto(f"{server.url}/lab?reset&token={server.token}")
        page.wait_for_function("() => window.jupyterapp?.commands.hasCommand('nbgrader:open-formgrader')")
        page.evaluate("() => { window.jupyterapp.commands.execute('nbgrader:open-formgrader'); }")
        frame = page.frame_locator("iframe[src*='formgrader']")
        row = frame.locator("tr", has_text="momentum")
        row.wait_for()
        assert "3" in row.inner_text().split(), "three submissions"

        frame.get_by_role("link", name="Manual Grading").click()
        frame.get_by_role("link", name="momentum").click()
        frame.get_by_role("link", name="momentum").last.click()
        frame.locator("tr", has_text="Submission #3").wait_for()
        page.screenshot(path=screenshots / "formgrader-submissions.png")
        scores = [text.split("/")[0].split()[-1] for text in frame.locator("tbody tr").all_inner_texts()]
        marks = [mark(root, student, "momentum").score for student in ("ada", "bo", "chen")]
        assert sorted(map(float, scores)) == sorted(marks)

        frame.locator("tr", has_text="12 / 13").locator("a").first.click()
        frame.locator("input.score").first.scroll_into_view_if_needed()
        page.screenshot(path=screenshots / "formgrader-code.png")
        frame.get_by_text(RUBRIC).scroll_into_view_if_needed()
        page.screenshot(path=screenshots / "formgrader-answer.png")
        shown = frame.locator("body").inner_text()
        for part in ("Right: your Momentum takes the same steps", "正确！你的 Momentum", "学习率要缩小"):
            assert part in shown
        assert frame.locator("input.score").count() == 2

        # Its buttons do what the commands do.
        hand_in(root, "chen", "momentum", SOLUTION["momentum"])
        for step in ("submission/momentum/chen/autograde", "assignment/momentum/generate_feedback"):
            done = page.request.post(
                f"{server.url}/formgrader/api/{step}",
                headers={"Authorization": f"token {server.token}"},
                timeout=120_000,
            ).json()
            assert done["success"], done
    assert mark(root, "chen", "momentum").score == 12
    assert "正确！你的 Momentum" in (root / "feedback/chen/momentum/momentum.html").read_text("utf-8")
