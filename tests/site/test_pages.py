"""Every page in a real browser, on a phone and on a laptop: what moves, is answered, is heard and is kept."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from course.text import LANGS
from course.topic import lessons
from tests.browser.axe import SCRIPT
from tests.site.served import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.mark import ParameterSet
    from playwright.sync_api import Browser, BrowserContext, Page

    from course.text import Lang

pytestmark = [pytest.mark.together("site"), pytest.mark.needs("chromium", "chinese-fonts", "node")]

WIDTHS = (390, 1366)
ALWAYS_HEARD = {f"{name}.html" for name in ("index", "gradient-descent", "momentum", "sgd", "choosing", "glossary")}
"""Pages with what no other page has: on a phone in both languages on each push, and heard by axe on a laptop, too."""
SHIFT = 0.05
"""How far things may move by themselves, as browsers measure it."""
NOTED = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

VISIT = """async () => {
  const wrong = [];
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const inputs = (box) => [...box.querySelectorAll("input[type=range]:not(.downhill-scrub)")];
  for (const box of document.querySelectorAll(".predict")) {
    box.querySelector(".skip").click();
    if (!box.querySelector(".stage").offsetHeight) wrong.push(`${box.id}: the experiment does not open`);
  }
  const before = window.shifted;
  await frame();
  window.shifted = before; // what one opens oneself pushes what is below
  for (const place of document.querySelectorAll(".live")) {
    place.scrollIntoView({ block: "center", behavior: "instant" });
    for (let left = 200; place.dataset.ready !== "true" && left; left--) await pause(25);
    if (place.dataset.ready !== "true") { wrong.push(`piece ${place.dataset.piece} stays a picture`); continue; }
    await frame();
    const look = () => {
      const maps = [...place.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
      return maps.length ? place.querySelector(".downhill-said").textContent + maps.join() : place.innerHTML;
    };
    let drawn = 0;
    for (const input of inputs(place)) {
      const [before, said, from] = [look(), input.getAttribute("aria-valuetext"), input.value];
      const put = async (stop) => {
        input.value = stop;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await frame();
        return [input.getAttribute("aria-valuetext"), look()];
      };
      const ends = [];
      for (const stop of ["0", input.max]) if (stop !== from) ends.push(await put(stop));
      const name = input.getAttribute("aria-label");
      if (!ends.every(([heard]) => heard !== said)) wrong.push(`${name}: it says nothing else`);
      drawn += ends.some(([, now]) => now !== before);
      await put(from);
    }
    // One by one they are pushed in the notebook (tests/browser/test_every_lesson.py): it is the same widget.
    if (inputs(place).length && !drawn) wrong.push(`piece ${place.dataset.piece}: no slider draws anything anew`);
  }
  for (const box of document.querySelectorAll(".predict")) {
    box.querySelector("[data-vote]").click();
    box.querySelector(".compare").click();
    if (!box.querySelector(".reply p:not([hidden])")) wrong.push(`${box.id}: no comparison`);
  }
  for (const form of document.querySelectorAll("form.quiz")) {
    for (const input of form.querySelectorAll("input")) {
      input.click();
      const shown = [...form.querySelectorAll(".reply p:not([hidden])")];
      if (shown.map((each) => each.dataset.why).join() !== input.value) wrong.push(`${form.id}: no reply`);
    }
  }
  for (const details of document.querySelectorAll("main details")) details.open = true;
  await frame();
  for (const kept of document.querySelectorAll(".nb")) {
    const formula = kept.querySelector("math")?.getBoundingClientRect();
    const marks = document.createRange();
    marks.selectNodeContents(kept);
    const after = kept.lastChild.nodeType === Node.TEXT_NODE && formula?.width;
    if (after) marks.selectNodeContents(kept.lastChild);
    const there = marks.getBoundingClientRect();
    if (after && there.width && there.top >= formula.bottom) wrong.push(`a line begins with ${kept.lastChild.data}`);
  }
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) wrong.push(`the page is ${page.scrollWidth} wide`);
  return wrong;
}"""
AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, target }) => `${id}: ${html.slice(0, 160)} at ${target.join(" ").slice(-90)}`));
}"""


class Visit:
    """A page that is listened to: its console, its errors and its requests."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.said: list[str] = []
        context.add_init_script(NOTED)
        self.page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url, host))

    def _asked(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.netloc != host:
            self.said.append(f"a request to {url}")


def names() -> list[str]:
    return [f"{each.stem}.html" for each in lessons()]


def views() -> Iterator[ParameterSet]:
    """Every page in both languages and at both widths: on a phone in one, by turns; some on a laptop in the other."""
    for number, name in enumerate([*names(), "about.html", "teaching.html", "authors.html", "glossary.html"]):
        for lang in LANGS:
            for width in WIDTHS:
                phone, chosen = width == WIDTHS[0], (lang == "zh") == bool(number % 2)
                always = chosen or name in ALWAYS_HEARD if phone else number % 5 == 0 and not chosen
                marks = () if always else pytest.mark.full
                yield pytest.param(name, lang, width, marks=marks, id=f"{name}-{lang}-{width}")


@pytest.mark.parametrize(("name", "lang", "width"), list(views()))
def test_a_page(browser: Browser, address: str, name: str, lang: Lang, width: int) -> None:
    # Each language is looked at in both themes; axe hears the phone's pages, English ones light and Chinese ones dark.
    dark = (width == WIDTHS[0]) == (lang == "zh")
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        service_workers="block",
    )
    visit = Visit(context, urlsplit(address).netloc)
    page = visit.page
    page.goto(f"{address}{lang}/{name}", wait_until="load")
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(not dark).lower()
    wrong = page.evaluate(VISIT)
    page.evaluate(SCRIPT.read_text("utf-8"))
    heard = page.evaluate(AXE) if width == WIDTHS[0] or name in ALWAYS_HEARD else []
    page.click("#theme")
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(dark).lower()
    shifted = page.evaluate("window.shifted")
    other = page.get_attribute("a.other", "href")
    context.close()
    blocked = "Service Worker registration blocked by Playwright"
    assert [*wrong, *heard, *(each for each in visit.said if each != blocked)] == []
    assert shifted <= SHIFT
    assert other == f"../{'en' if lang == 'zh' else 'zh'}/{name}"


MARKS = ("quiz", "predict", "ballot", "compare", "turn", "hints", "guide", "report", "scroll", "lessons", "glossary")
"""Classes of what is answered, opened or read besides the figures."""


def kinds(page: str) -> set[str]:
    """What there is on a page to be moved, answered and judged: each kind of figure, of control and of block."""
    found = {each for each in MARKS if re.search(rf'class="(?:[^"]* )?{each}[ "]', page)}
    inside = re.search(r'id="pieces"[^>]*>(.*?)</script>', page, re.DOTALL)
    for each in json.loads(inside[1]) if inside else ():
        ways = [way for way in ("frames", "memory", "own", "settles", "second") if each.get(way)]
        found.add(" ".join([each["kind"], *ways, *(["derived"] if each["kind"] == "frames" and not ways[:1] else [])]))
        controls = re.findall(r'"t": ?"(\w+)"', json.dumps(each["tree"]))
        found |= {f"{each['kind']}: {control}" for control in controls}
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_each_push_moves_and_hears_every_kind_of_piece_in_each_language(site: Path, lang: Lang) -> None:
    """Whatever is not marked `full`: all pages are moved, and those on the phone are heard by axe, too."""
    pushed = [each.values for each in views() if not each.marks]
    pages = {path.name: kinds(path.read_text("utf-8")) for path in (site / lang).glob("*.html")}
    moved = {str(name) for name, tongue, _ in pushed if tongue == lang}
    heard = {
        str(name) for name, tongue, width in pushed if tongue == lang and (width == WIDTHS[0] or name in ALWAYS_HEARD)
    }
    every = set().union(*pages.values())
    assert set().union(*(pages[name] for name in moved)) == every
    assert every - set().union(*(pages[name] for name in heard)) == set()
    assert set().union(*(pages[name] for name in sorted(heard)[:2])) != every  # it would be seen


def opened(browser: Browser, url: str, **options: Any) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 800}, **options).new_page()
    page.goto(url)
    return page


def test_the_language_is_changed_at_the_place_that_is_read(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}en/momentum.html", service_workers="block", reduced_motion="reduce")
    head = page.locator("main h2").nth(4)
    place = head.get_attribute("id")
    page.evaluate("place => document.getElementById(place).scrollIntoView({ behavior: 'instant' })", place)
    page.evaluate("document.querySelector('a.other').click()")  # a mouse of playwright's would scroll first
    page.wait_for_url(f"{address}zh/momentum.html#{place}")
    top = page.locator(f"#{place}").bounding_box()
    assert top
    assert 0 <= top["y"] < 300
    page.context.close()


def test_answers_and_theme_are_kept_in_this_browser_alone(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}en/sgd.html", service_workers="block", color_scheme="light")
    page.locator("form.quiz input").first.check()
    page.locator(".predict [data-vote]").first.click()
    page.click("#theme")
    page.goto(f"{address}zh/sgd.html")
    assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert page.locator("form.quiz input").first.is_checked()
    assert page.locator(".predict.open").count() == 1
    assert page.locator(".score").inner_text().startswith("你投了 1 票")
    page.goto(f"{address}zh/index.html")
    assert page.locator("[data-lesson=sgd] .standing").inner_text().startswith("已答 2 /")
    page.context.close()


def test_search_finds_a_section_by_its_words(browser: Browser, address: str) -> None:
    for lang, typed in (("en", "weight decay"), ("zh", "权重衰减")):
        page = opened(browser, f"{address}{lang}/index.html", service_workers="block")
        page.keyboard.press("/")
        page.locator("#search input").press_sequentially(typed)
        page.locator("#search li a").first.wait_for()
        assert "adamw.html" in " ".join(
            page.locator("#search li a").evaluate_all("all => all.map((each) => each.href)")
        )
        page.locator("#search input").fill("qqqq")
        page.locator("#search li").first.wait_for(state="detached")
        page.locator("#search input").fill(typed)
        page.locator("#search li a").first.click()
        page.wait_for_url("**#*")
        page.context.close()


KEPT = """async () => {
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) if (url.endsWith("/search-en.js")) return true;
  }
  return false;
}"""
"""Whether all of a language has been kept: its index is the last of its files."""


def wait_until_kept(page: Page) -> None:
    """Wait for the service worker; a promise would satisfy playwright's own waiting at once."""
    for _ in range(240):
        if page.evaluate(KEPT):
            return
        page.wait_for_timeout(250)
    pytest.fail("the pages of a language are not kept")


def test_after_the_first_visit_the_next_lesson_opens_without_a_network(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}en/index.html")
    wait_until_kept(page)
    page.context.set_offline(True)
    page.click(".onward .after")
    page.wait_for_url("**/en/gradient-descent.html")
    page.locator(".predict .skip").nth(1).click()
    page.locator(".live.descent[data-ready=true]").first.wait_for()
    page.context.close()


def test_whoever_saves_data_is_sent_no_copy(browser: Browser, address: str) -> None:
    """Where nobody does, the test before this one waits for the copy."""
    page = browser.new_context().new_page()
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page.goto(f"{address}en/index.html")
    page.wait_for_timeout(4_000)  # a copy is asked for when all else is there
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    page.context.close()


def test_a_new_version_is_offered_and_not_forced(browser: Browser, site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(site, folder)
    with served(folder) as address:
        page = opened(browser, f"{address}en/about.html")
        wait_until_kept(page)
        worker = (folder / "worker.js").read_text("utf-8")
        (folder / "worker.js").write_text(worker.replace('downhillVersion = "', 'downhillVersion = "new-'), "utf-8")
        about = (folder / "en/about.html").read_text("utf-8")
        (folder / "en/about.html").write_text(about.replace("<h1", "<p>news</p><h1", 1), "utf-8")
        page.reload()
        page.locator("#newer button").wait_for(timeout=60_000)
        assert page.get_by_text("news", exact=True).count() == 0  # nothing has changed under the reader's eyes
        page.click("#newer button")
        page.get_by_text("news", exact=True).wait_for(timeout=60_000)
        page.context.close()


def test_a_page_opens_from_a_stick(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 800})
    visit = Visit(context, "")
    visit.page.goto((site / "zh/index.html").as_uri())
    visit.page.locator(".live.descent[data-ready=true]").wait_for()
    visit.page.click("#find")
    visit.page.locator("#search input").fill("动量")
    visit.page.locator("#search li a").first.wait_for()
    context.close()
    assert visit.said == []


def test_without_a_script_a_lesson_is_a_text_with_pictures(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}en/momentum.html", java_script_enabled=False)
    pictures = page.locator(".live .still svg, .live .still img")
    assert pictures.count() >= 4
    assert all(pictures.nth(at).is_visible() for at in range(pictures.count()))
    assert not page.locator(".ballot").first.is_visible()
    assert not page.locator("#theme").is_visible()
    answer = page.locator("form.quiz details").first
    answer.locator("summary").click()
    assert answer.locator("p").is_visible()
    page.context.close()


def test_the_first_page_goes_on_to_the_readers_language(browser: Browser, address: str) -> None:
    for spoken, lang in (("zh-CN", "zh"), ("en-GB", "en"), ("fr", "en")):
        page = opened(browser, address, locale=spoken, service_workers="block")
        page.wait_for_url(f"{address}{lang}/index.html")
        page.context.close()
