"""What a Binder badge opens, on a server set up as its image's is: the lesson, the language, no kernel left over."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from course.learner import binder
from course.system.workspace import LEARN, ROOT
from course.text import LANGS, Lang
from course.topic import lessons
from tests.browser.jupyter import Server, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

FIRST = lessons()[0]
FILE_MENU = {"en": "File", "zh": "文件"}
OPEN = """path => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.path === path && panel.sessionContext?.session?.kernel?.status === 'idle';
}"""


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    prefix, root = tmp_path_factory.mktemp("prefix"), tmp_path_factory.mktemp("repository")
    binder.set_up(prefix)
    for lang in LANGS:
        folder = root / LEARN / "lessons" / lang
        folder.mkdir(parents=True)
        for name in ("index.ipynb", "index.svg"):
            shutil.copy(ROOT / "lessons" / lang / name, folder)
    paths = [str(prefix / "etc/jupyter"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    with serve(root, env={"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}) as server:
        yield server


def click(page: Page, server: Server, lang: Lang) -> None:
    """Open what the badge of a language opens."""
    page.goto(f"{server.url}/{binder.PAGE}/{lang}?token={server.token}")
    page.wait_for_function(OPEN, arg=f"{LEARN}/lessons/{lang}/index.ipynb")


def test_each_badge_has_its_language(page: Page, visited: Server, screenshots: Path) -> None:
    for lang in ("zh", "en"):
        click(page, visited, lang)
        page.get_by_role("menuitem", name=FILE_MENU[lang], exact=True).wait_for()
        page.wait_for_selector(f".lm-DockPanel-tabBar .lm-TabBar-tab[data-dh-title='{FIRST.title[lang]}']")
        picture = page.locator(f".jp-Notebook img[src*='{lang}/index.svg']")
        assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
        page.screenshot(path=screenshots / f"badge-{lang}.png")
        spoken = page.evaluate(
            """async () => {
              const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              const future = kernel.requestExecute({ code: "import os; print(os.environ['COURSE_LANG'])" });
              let said = "";
              future.onIOPub = (message) => { said += message.content.text ?? ""; };
              await future.done;
              return said.trim();
            }"""
        )
        assert spoken == lang
        page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
        page.evaluate("() => window.jupyterapp.commands.execute('application:close')")
        until_ended(visited, page, f"{LEARN}/lessons/{lang}/index.ipynb")


def until_ended(server: Server, page: Page, path: str) -> None:
    """Wait until the kernel of a closed tab has ended."""
    for _ in range(100):
        if path not in [each["path"] for each in server.ask("sessions")]:
            return
        page.wait_for_timeout(200)
    pytest.fail(f"a kernel that nobody sees: {server.ask('sessions')}")


def test_a_visitor_is_not_asked_about_news_and_finds_pictures_again(page: Page, visited: Server) -> None:
    click(page, visited, "en")

    def default(plugin: str, name: str) -> Any:
        return page.evaluate(
            """async ([plugin, name]) => {
              const found = await (await fetch(`/lab/api/settings/${plugin}`)).json();
              return found.schema.properties[name].default;
            }""",
            [plugin, name],
        )

    assert default("@jupyterlab/apputils-extension:notification", "fetchNews") == "false"
    assert default("@jupyter-widgets/jupyterlab-manager:plugin", "saveState") is True
    assert default("@jupyterlab/notebook-extension:tracker", "kernelShutdown") is True


def test_nobody_else_comes_in(page: Page, visited: Server) -> None:
    """The page sets something, so it asks for the token as every other does; and there is no third language."""
    page.context.clear_cookies()
    reply = page.request.get(f"{visited.url}/{binder.PAGE}/zh", max_redirects=0)
    assert "/login" in reply.headers.get("location", "") or reply.status == 403
    assert page.request.get(f"{visited.url}/{binder.PAGE}/fr?token={visited.token}").status == 404
