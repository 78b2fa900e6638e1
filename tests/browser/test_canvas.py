"""The picture alone, its model played by a stand-in: what the page does before and without any answer of a kernel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from course.lab import descent, reference
from course.lab.widget.canvas import described, packed
from course.lab.words import WORDS
from tests.browser.pictures import PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from course.lab.widget.descent import Descent

# A model as anywidget gives it to a widget: what was set is told to those who listen; no kernel hears of it.
STAND_IN = """
const listening = (values) => {
  const calls = {};
  return {
    get: (name) => values[name],
    set(name, value) { values[name] = value; (calls[`change:${name}`] ?? []).forEach((call) => call()); },
    on(name, call) { (calls[name] ??= []).push(call); },
    off() {},
    save_changes() {},
    say(message, numbers) { calls["msg:custom"].forEach((call) => call(message, [window.view(numbers)])); },
  };
};
window.view = (numbers) => new DataView(new Uint8Array(numbers).buffer);
"""
PAGE = """<style>{css}</style><div class="downhill"><div id="here" style="width: 900px"></div></div>
<script type="module">
{stand_in}
const state = {state};
for (const name of ["noise", "paths"]) state[name] = window.view(state[name]);
window.controls = {{}};
for (const [id, values] of Object.entries({controls})) window.controls[id] = listening(values);
window.model = listening(state);
window.model.widget_manager = {{ get_model: {get_model} }};
{script}
widget.render({{ model: window.model, el: document.getElementById("here") }});
</script>"""


FOUND = "async (id) => window.controls[id]"


def put(page: Page, made: Descent, get_model: str = FOUND) -> None:
    """Put a widget's picture on an empty page, in a front end that finds the models of its controls this way."""
    state = made.canvas.get_state()
    controls = {each.model_id: each.get_state() for each in (made.landscape, made.angle, *made.sliders.values())}
    shown: dict[str, Any] = {
        name: list(value) if isinstance(value, (bytes, memoryview)) else value for name, value in state.items()
    }
    script = shown.pop("_esm").replace("export default", "const widget =")
    text = PAGE.format(
        css=shown.pop("_css"),
        stand_in=STAND_IN,
        state=json.dumps(
            {name: value for name, value in shown.items() if name in made.canvas.trait_names()}, default=str
        ),
        controls=json.dumps(
            {key: {"value": each.get("value"), "index": each.get("index")} for key, each in controls.items()}
        ),
        script=script,
        get_model=get_model,
    )
    page.set_content(text)
    page.wait_for_function("() => document.querySelector('.downhill-said').textContent !== ''")


def move(page: Page, slider: Any, value: float) -> None:
    """Move a slider, as ipywidgets tells its model, and wait for the frame."""
    page.evaluate("([id, value]) => window.controls[id].set('value', value)", [slider.model_id, value])
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def seen(page: Page, which: str) -> int:
    """A number that changes with a picture."""
    return int(page.eval_on_selector(f".downhill-{which}", PIXELS))


STRIP = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, 40, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum = (31 * sum + data[i]) % 1000000007;
  return sum;
}"""
"""From the chart to a number that changes with the labels of its axis."""


def said(page: Page) -> str:
    page.wait_for_timeout(400)  # words follow the picture at rest
    return page.inner_text(".downhill-said")


@pytest.fixture(autouse=True)
def no_errors(page: Page, console_errors: list[str]) -> Iterator[None]:
    """Whatever is tested here, nothing may go wrong on the console."""
    yield
    assert console_errors == []


def test_axes_stay_and_earlier_paths_remain_while_a_slider_moves(page: Page) -> None:
    made = descent("momentum", landscape="ravine", lr=0.01)
    put(page, made)
    alone, axis = seen(page, "map"), page.eval_on_selector(".downhill-chart", STRIP)
    for value in (0.012, 0.05, 0.08):
        move(page, made.sliders["lr"], value)
        page.wait_for_timeout(80)
    assert page.eval_on_selector(".downhill-chart", STRIP) == axis, "the axis moves under the hand"
    moving = seen(page, "map")
    page.wait_for_timeout(900)
    assert seen(page, "map") != moving, "the trail stays for good"
    assert page.eval_on_selector(".downhill-chart", STRIP) != axis, "the axis does not follow in the end"
    rested = seen(page, "map")
    assert rested != alone
    move(page, made.sliders["lr"], 0.01)
    page.wait_for_timeout(900)
    assert seen(page, "map") == alone


def test_the_bowl_turns_and_a_schedule_is_followed_without_a_kernel(page: Page) -> None:
    made = descent("adagrad", lr=0.5)
    put(page, made)
    upright, path = seen(page, "map"), said(page)
    move(page, made.angle, 45)
    made.angle.value = 45
    assert page.evaluate("() => window.model.get('start')") == pytest.approx(list(made.start))
    assert seen(page, "map") != upright
    turned = said(page)
    assert turned != path
    page.evaluate("([id]) => window.controls[id].set('index', 1)", [made.sliders["schedule"].model_id])
    assert said(page) != turned
    page.evaluate("([id]) => window.controls[id].set('index', 0)", [made.sliders["schedule"].model_id])
    move(page, made.angle, 0)
    page.wait_for_timeout(900)
    assert (seen(page, "map"), said(page)) == (upright, path)


def test_the_end_of_a_path_is_said_once_the_slider_rests(page: Page) -> None:
    made = descent("momentum", landscape="bowl", lr=0.01)
    put(page, made)
    page.wait_for_timeout(800)
    page.evaluate(
        """() => {
          const heard = document.querySelector(".downhill-heard");
          window.told = [];
          new MutationObserver(() => window.told.push(heard.textContent)).observe(heard, { childList: true });
        }"""
    )
    for value in (0.012, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08):
        move(page, made.sliders["lr"], value)
        page.wait_for_timeout(120)
    page.wait_for_function("() => window.told.length > 0")
    page.wait_for_timeout(1500)
    told = page.evaluate("() => window.told")
    assert told == [said(page)]
    assert "In the end its loss is" in told[0]


def test_a_slider_that_python_would_stop_at_says_so(page: Page) -> None:
    made = descent("radam", betas=(0.9, 0.9))
    put(page, made)
    assert page.locator(".downhill-notes p").count() == 0
    move(page, made.sliders["beta2"], 1.0)
    page.wait_for_timeout(100)
    assert page.inner_text(".downhill-notes p") == WORDS["arithmetic"].en


def test_what_was_computed_ahead_is_drawn_at_once_and_no_late_answer_over_it(page: Page) -> None:
    own = type("Own", (reference("sgd"),), {})
    made = descent("sgd", rule=own, lr=0.01)
    put(page, made)
    slider = made.sliders["lr"]
    first = said(page)
    told = {}
    for value in (0.02, 0.03):
        at, done = made._suppose({"lr": value})
        told[value] = [described(done, at)], list(packed(done))
    page.evaluate("([walks, numbers]) => window.model.say({ ahead: walks }, numbers)", told[0.02])
    assert said(page) == first, "what nobody has asked for yet is not shown"
    move(page, slider, 0.02)
    assert said(page) not in {first, ""}
    second = said(page)
    move(page, slider, 0.03)
    assert said(page) == second, "until an answer comes, what was there before stays"
    page.evaluate("([walks, numbers]) => window.model.say({ ahead: walks }, numbers)", told[0.03])
    third = said(page)
    assert third not in {first, second}
    late = [[described(made.walk, made._setting(made.knobs))], list(packed(made.walk))]
    page.evaluate("([walks, numbers]) => { model.set('walks', walks); model.set('paths', view(numbers)); }", late)
    assert said(page) == third, "an answer that comes late is drawn over what the slider says now"


def test_another_file_makes_what_was_computed_ahead_worthless(page: Page) -> None:
    made = descent("sgd", rule=type("Own", (reference("sgd"),), {}), lr=0.01)
    put(page, made)
    first = said(page)
    at, done = made._suppose({"lr": 0.02})
    page.evaluate(
        "([walks, numbers]) => window.model.say({ ahead: walks }, numbers)", [[described(done, at)], list(packed(done))]
    )
    saved = [[described(made.walk, made._setting(made.knobs) | {"version": "another"})], list(packed(made.walk))]
    page.evaluate("([walks, numbers]) => { model.set('walks', walks); model.set('paths', view(numbers)); }", saved)
    move(page, made.sliders["lr"], 0.02)
    assert said(page) == first


@pytest.mark.parametrize(
    "get_model",
    [
        "() => { throw new Error('no such model') }",
        "async () => { throw new Error('no such model') }",
        "async () => undefined",
        "() => new Promise(() => {})",
    ],
)
def test_a_front_end_that_finds_no_control_shows_what_the_kernel_tells(page: Page, get_model: str) -> None:
    made = descent("momentum", compare="adam", landscape="ravine", lr=0.02)
    put(page, made, FOUND)
    expected = said(page), seen(page, "map")
    put(page, made, get_model)
    assert (said(page), seen(page, "map")) == expected
    if "Promise" in get_model:
        return  # it may still find them: the kernel is not to be troubled
    assert page.evaluate("() => window.model.get('blind')")
    made.canvas.blind = True  # the kernel hears of it
    made.sliders["lr"].value = 0.03
    made.compare_sliders["beta1"].value = 0.5
    page.evaluate("rules => window.model.set('rules', rules)", json.loads(json.dumps(made.canvas.get_state()["rules"])))
    page.wait_for_timeout(300)
    put_anew = said(page)
    assert put_anew != expected[0]
    put(page, made, FOUND)
    assert said(page) == put_anew
