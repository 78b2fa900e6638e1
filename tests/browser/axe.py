"""What axe-core finds wrong, for people who hear a page or steer it by keyboard, with what the course shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = ROOT / "node_modules/axe-core/axe.min.js"

# Ours is what a cell shows and what a lesson says; the rest of the page is JupyterLab's, and so is what MathJax makes
# of a formula: axe-core does not see the MathML in it, and takes the head of a column that is a formula for empty.
RUN = """async (where) => {
  const include = where.filter((each) => document.querySelector(each)).map((each) => [each]);
  if (!include.length) return ["there is nothing to check"];
  const exclude = [["mjx-container"], ["th:has(> mjx-container)"]];
  const found = await axe.run({ include, exclude }, { resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, target }) => `${id} (${help}): ${html.slice(0, 240)} at ${target.join(" ").slice(-120)}`));
}"""
OURS = (
    ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output",
    ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-MarkdownOutput",
)


def violations(page: Page, *where: str) -> list[str]:
    """Return a line for each element of the open notebook that breaks a rule of axe-core's.

    Args:
        page: a notebook that has been run.
        where: other places to look at, instead of what is ours in the notebook.

    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, list(where or OURS))
    return found
