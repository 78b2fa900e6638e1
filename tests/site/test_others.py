"""The second optimizers of a page's maps: the same controls, at the same values, as a notebook's kernel makes."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from course.authoring.site import capture, others
from course.lab import descent
from course.lab.widget.landscapes import LANDSCAPES
from course.system.workspace import ROOT
from course.text import speaking
from course.topic import topics
from tests.shares import mostly
from tests.site.served import node, opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from course.text import Lang

pytestmark = [pytest.mark.together("site"), pytest.mark.needs("node")]

STEMS = [topic.stem for topic in topics("rule")]
DRIVER = """
import { readFileSync } from "node:fs";
import { offered } from "./offers.js";

const { others, jobs } = JSON.parse(readFileSync(0, "utf8"));
const answers = jobs.map(({ stem, landscape, unfolded }) =>
  offered(others.find((each) => each.stem === stem), landscape, unfolded));
process.stdout.write(JSON.stringify(answers));
"""
MAPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("adam", {"betas": (0.5, 0.9)}),
    ("momentum", {"show": ("weight_decay",), "momentum": 0.5}),
    ("lookahead", {}),
)
"""Maps about several things: what their second optimizers have sliders for at once is not the same."""


def in_the_page(folder: Path, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page's script makes of the descriptions, run by Node.js."""
    shutil.copy(ROOT / "course/authoring/site/js/offers.js", folder)
    made: list[dict[str, Any]] = node(folder, DRIVER, {"others": others.offered(capture.Tree), "jobs": jobs})
    return made


def named(node: dict[str, Any], rule: dict[str, Any]) -> dict[str, Any]:
    """A node of controls in which each model has the name of its hyperparameter in place of a number."""
    names = {int(told.removeprefix("IPY_MODEL_")): name for name, told in rule["controls"].items()}
    kept = {name: value for name, value in node.items() if name not in {"n", "as", "k"}}
    inside = {"k": [named(each, rule) for each in node["k"]]} if "k" in node else {}
    return kept | inside | {"name": names.get(node.get("n", -1), "")}


def told(node: dict[str, Any], rule: dict[str, Any]) -> tuple[Any, Any]:
    """What a panel and its rule say, whatever their models are called; numbers as far as both compute them alike."""
    plain = {name: value for name, value in rule.items() if name != "controls"}

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rounded(each) for name, each in value.items()}
        if isinstance(value, list):
            return [rounded(each) for each in value]
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return float(f"{value:.9g}") if number else value

    return rounded(named(node, rule)), rounded(plain)


def second_of(described: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The panel of the second optimizer in the description of a map, and its rule."""
    *_, second, canvas = described["tree"]["k"]
    return second["k"][0], canvas["m"]["rules"][1]


def test_a_second_optimizer_has_the_controls_that_a_notebook_gives_it(tmp_path: Path) -> None:
    jobs, wanted = [], []
    grounds = [*((*MAPS[0], key) for key in LANDSCAPES), *((*each, "noisy") for each in MAPS[1:])]
    for stem, given, key in grounds:
        for second in STEMS:
            described = capture.describe(descent(stem, compare=second, landscape=key, **given))
            assert described is not None
            jobs.append({"stem": second, "landscape": key, "unfolded": described["unfolded"].get(second, [])})
            wanted.append(told(*second_of(described)))
    made = [told(each["panel"], each["rule"]) for each in in_the_page(tmp_path, jobs)]
    for job, ours, theirs in zip(jobs, made, wanted, strict=True):
        assert ours == theirs, job
    assert len({json.dumps(each) for each, _ in made}) > len(STEMS) * 2


def test_a_slider_that_begins_elsewhere_is_seen(tmp_path: Path) -> None:
    """The comparison above is one of values: a map on another landscape is not taken for this one."""
    described = capture.describe(descent("adam", compare="sgd", landscape="bowl"))
    assert described is not None
    grounds = [next(key for key in LANDSCAPES if LANDSCAPES[key].lr != LANDSCAPES["bowl"].lr), "bowl"]
    jobs = [{"stem": "sgd", "landscape": key, "unfolded": []} for key in grounds]
    elsewhere, here = (told(each["panel"], each["rule"]) for each in in_the_page(tmp_path, jobs))
    assert elsewhere != told(*second_of(described)) == here


# --- In a browser ---------------------------------------------------------------------------------------------------


def values(shown: Locator) -> list[str]:
    """The sliders of the second optimizer that are seen, each with its value."""
    inputs = shown.locator(".downhill-panel:has(.downhill-compare) input[type=range]:visible")
    found: list[str] = inputs.evaluate_all("all => all.map((each) => `${each.ariaLabel} = ${each.ariaValueText}`)")
    return found


@pytest.mark.needs("chromium", "chinese-fonts")
@pytest.mark.parametrize("lang", mostly("zh"))
def test_whichever_second_optimizer_is_chosen_its_sliders_move_its_path(
    browser: Browser, address: str, lang: Lang
) -> None:
    """With the keyboard alone: chosen, unfolded, moved, put back, taken away."""
    viewport = {"width": 1366, "height": 900}
    page, shown, said = opened(browser, f"{address}{lang}/adam.html", "descent", viewport=viewport)
    against, spoken = shown.locator("select").nth(1), shown.locator(".downhill-said")
    shown.locator("select").first.select_option(index=list(LANDSCAPES).index("wavy"))
    names = [topic.title[lang] for topic in topics("rule")]
    for topic, name in zip(topics("rule"), names, strict=True):
        against.select_option(label=name)
        spoken.get_by_text(name).first.wait_for()
        seen = values(shown)
        with speaking(lang):
            second = descent("adam", compare=topic.stem, landscape="wavy").compare_knobs
        assert second is not None
        assert f"{second.sliders[second.rate].spoken} = {second.values[second.rate]:.3g}" in seen
        assert all(each.startswith(name) for each in seen)
        page.wait_for_timeout(350)  # by then a page without sliders draws the rule without them
        assert values(shown) == seen
    against.select_option(label=names[STEMS.index("momentum")])
    panel = shown.locator(".downhill-panel:has(.downhill-compare)")
    begun = values(shown)
    panel.locator("button.downhill-more").focus()
    page.keyboard.press("Enter")
    assert len(values(shown)) > len(begun)
    every = panel.locator("input[type=range]")
    before = spoken.inner_text()
    for at in range(every.count()):
        every.nth(at).focus()
        page.keyboard.press("ArrowRight")
    page.wait_for_function("before => !document.querySelector('.downhill-said').innerText.includes(before)", arg=before)
    moved = values(shown)
    assert all(was not in moved for was in begun)
    shown.locator(".downhill-press button:not(.downhill-more)").first.click()
    assert all(was in values(shown) for was in begun)
    against.select_option(index=0)
    assert values(shown) == []
    page.wait_for_timeout(350)
    assert spoken.locator("p").count() == 1
    page.context.close()
    assert said == []


@pytest.mark.needs("chromium", "chinese-fonts")
def test_on_a_phone_a_second_optimizer_follows_a_finger_and_the_landscape(browser: Browser, address: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page, shown, said = opened(browser, f"{address}zh/sgd.html", "descent", **phone)
    shown.locator("select").nth(1).select_option(index=1 + STEMS.index("nesterov"))
    rate = shown.locator(".downhill-panel:has(.downhill-compare) input[type=range]:visible").first
    suited = rate.get_attribute("aria-valuetext")
    ground = next(at for at, key in enumerate(LANDSCAPES) if LANDSCAPES[key].lr != LANDSCAPES["noisy"].lr)
    shown.locator("select").first.select_option(index=ground)
    assert rate.get_attribute("aria-valuetext") != suited
    before = shown.locator(".downhill-said").inner_text()
    rate.scroll_into_view_if_needed()
    box = rate.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    page.wait_for_function("before => document.querySelector('.downhill-said').innerText !== before", arg=before)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.context.close()
    assert said == []
