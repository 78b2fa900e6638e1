"""The descent widget without a browser: real ipywidgets, moved as a reader moves them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import pytest

from course.lab import descent, learner, reference
from course.lab import descent as made_by_the_package
from course.lab.piece import SAVE_CHECK
from course.lab.slider import Slider
from course.lab.training.rates import SHAPES, factor
from course.lab.widget.descent import COLUMNS, ROWS, Descent, shade
from course.lab.widget.landscapes import LANDSCAPES, landscape
from course.lab.widget.walk import walk as walk_down
from course.lab.words import WORDS
from course.rule import Run
from course.text import CourseError, set_language
from course.topic import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Iterator

STEMS = [entry.stem for entry in topics("rule")]
SKELETON = """
from dataclasses import dataclass

@dataclass
class Momentum:
    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0
    dampening: float = 0.0
    maximize: bool = False

    def init(self, param):
        raise NotImplementedError
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def own(stem: str) -> type:
    """A reader's own class that does what the course's does: the kernel runs it."""
    return type("Own", (reference(stem),), {})


def sent(widget: Descent) -> list[dict[str, Any]]:
    """What the canvas was given, unpacked as the page does it."""
    return unpacked(widget.canvas.walks, widget.canvas.paths)


def unpacked(walks: list[dict[str, Any]], packed: bytes) -> list[dict[str, Any]]:
    numbers = np.frombuffer(packed, "<f4")
    found, at = [], 0
    for walk in walks:
        steps = walk["steps"]
        parts = {"points": (steps + 1, 2), "losses": (steps + 1,), "grads": (steps, 2)}
        parts |= {entry["name"]: (steps, 2) for entry in walk["state"]}
        one = dict(walk)
        for name, shape in parts.items():
            one[name] = numbers[at : at + int(np.prod(shape))].reshape(shape)
            at += int(np.prod(shape))
        found.append(one)
    assert at == len(numbers)
    return found


def test_the_package_gives_the_function_whatever_was_imported_first() -> None:
    assert callable(made_by_the_package)
    assert made_by_the_package is sys.modules["course.lab.widget.descent"].descent


@pytest.mark.parametrize("key", LANDSCAPES)
@pytest.mark.parametrize("stem", STEMS)
def test_every_topic_on_every_landscape(stem: str, key: str) -> None:
    widget = descent(stem, landscape=key)
    assert widget.message is None
    assert widget.path.shape == (201, 2)
    assert np.isfinite(widget.walk.losses).all()
    assert widget.walk.losses[-1] < widget.walk.losses[0], "the rate suggested for this landscape makes no progress"
    widget.close_all()


def test_path_is_what_the_rule_does() -> None:
    widget = descent("momentum", rule=own("momentum"), lr=0.02, momentum=0.8, weight_decay=0.1, steps=30)
    ground = landscape("bowl")
    run = Run(reference("momentum")(lr=0.02, momentum=0.8, weight_decay=0.1), [np.array(ground.start)])
    path = [run.params[0]]
    for step in range(1, 31):
        run.step([ground.grad(run.params[0], step)])
        path.append(run.params[0])
    np.testing.assert_array_equal(widget.path, np.array(path))
    (walk,) = sent(widget)
    assert walk["at"]["values"] == widget.knobs.values
    np.testing.assert_array_equal(walk["points"], np.array(path, dtype="<f4"))
    np.testing.assert_allclose(walk["losses"], ground.loss(np.array(path)), rtol=1e-6)
    np.testing.assert_allclose(walk["grads"][0], ground.grad(path[0], 1), rtol=1e-6)
    np.testing.assert_allclose(walk["momentum_buffer"][0], ground.grad(path[0], 1) + 0.1 * path[0], rtol=1e-6)


@pytest.mark.parametrize("stem", STEMS)
def test_every_slider_is_real_and_moves_the_path(stem: str) -> None:
    widget = descent(stem, landscape="ravine")
    if "weight_decay" in widget.sliders:
        widget.sliders["weight_decay"].index = 5  # else decoupling it would change nothing
    for name, slider in widget.sliders.items():
        assert isinstance(slider, ipywidgets.ValueWidget)
        assert slider.description == name
        assert slider.tooltip
        before, value = widget.path.copy(), slider.value
        if isinstance(slider, ipywidgets.Checkbox):
            slider.value = not value
        elif isinstance(slider, ipywidgets.SelectionSlider):
            slider.index = len(slider.options) - 1
        elif isinstance(slider, ipywidgets.FloatLogSlider):
            slider.value = min(value * 30, slider.base**slider.max)
        else:
            slider.value = slider.min if value > slider.min else slider.max
        unused = {"amsgrad", "decoupled_weight_decay"}  # may change too little, or nothing on this path
        if name not in unused:
            assert not np.array_equal(before, widget.path), f"{name} changes nothing"
        slider.value = value
        np.testing.assert_array_equal(before, widget.path)


def test_sliders_are_the_fields_of_the_rule() -> None:
    assert list(descent("adam").sliders) == [
        *("lr", "beta1", "beta2", "eps", "weight_decay", "amsgrad", "maximize", "schedule")
    ]
    assert list(descent("lookahead").sliders) == ["inner.lr", "inner.momentum", "k", "alpha", "schedule"]
    driven = ["inner.momentum", "lr", "start_factor", "total_iters", "T_max", "eta_min"]  # its rate is not its own
    assert list(descent("schedules").sliders) == [*driven, "schedule"]
    assert descent("schedules", lr=0.2).knobs.rate == "lr"
    widget = descent("adam", betas=(0.8, 0.99), lr=0.123)
    assert widget.knobs.hyperparameters["betas"] == (0.8, 0.99)
    assert widget.knobs.hyperparameters["lr"] == pytest.approx(0.123, rel=1e-12)
    assert descent("lookahead", inner={"momentum": 0.0}, k=3).knobs().inner.momentum == 0.0


@pytest.mark.parametrize("value", [0.0812, 0.018, 3e-5, 7.0])
def test_a_given_rate_is_a_stop_of_its_slider(value: float) -> None:
    """The page moves a value between two stops to one of them: the picture would not be of the rate asked for."""
    slider = descent("sgd", lr=value).sliders["lr"]
    stops = (np.log10(value) - slider.min) / slider.step
    assert stops == pytest.approx(round(stops), abs=1e-6)
    assert slider.value == pytest.approx(value, rel=1e-12)


def test_default_hyperparameters_are_torchs() -> None:
    assert descent("momentum").knobs.hyperparameters["momentum"] == 0.9
    assert descent("adamw").knobs.hyperparameters["weight_decay"] == 0.01


def followed(widget: Descent) -> list[dict[str, Any]]:
    """What the page is told to follow, as it is sent: a control is told by the name of its model."""
    state = widget.canvas.get_state("rules")["rules"]
    for rule, knobs in zip(state, (widget.knobs, widget.compare_knobs), strict=False):
        assert knobs is not None
        expected = {name: f"IPY_MODEL_{slider.model_id}" for name, slider in knobs.sliders.items()}
        assert rule["controls"] == expected
    return list(state)


def test_comparison_comes_and_goes() -> None:
    widget = descent("momentum")
    assert widget.compare_sliders == {}
    assert widget.compare_walk is None
    widget.compare.value = "adam"
    assert [rule["role"] for rule in followed(widget)] == ["rule", "compare"]
    assert widget.compare_walk is not None
    before = widget.compare_walk.points.copy()
    widget.compare_sliders["lr"].value *= 2
    assert not np.array_equal(before, widget.compare_walk.points)
    widget.compare.value = ""
    assert len(followed(widget)) == 1
    assert [rule["name"] for rule in followed(descent("sgd", compare="adam"))] == [
        str(Topic.load(s).title) for s in ("sgd", "adam")
    ]


def test_the_page_runs_the_courses_rules_and_is_sent_no_path() -> None:
    widget = descent("lookahead", compare="adam")
    assert [rule["stem"] for rule in followed(widget)] == ["lookahead", "adam"]
    assert [rule["inner"] for rule in followed(widget)] == ["momentum", ""]
    assert (widget.canvas.walks, widget.canvas.paths) == ([], b"")
    decay = followed(widget)[1]["options"]["weight_decay"]
    widget.compare_sliders["weight_decay"].index = 7
    assert widget.compare_sliders["weight_decay"].value == decay[7]
    mine = descent("lookahead", rule=own("lookahead"), compare="adam")
    assert [rule["stem"] for rule in followed(mine)] == ["", "adam"]
    assert len(sent(mine)) == 1


def test_what_is_saved_with_a_notebook_is_small() -> None:
    state = {**descent("momentum", compare="adam").canvas.get_state()}
    for name in ("_esm", "_css"):
        del state[name]
    assert len(state.pop("noise")) == 201 * 16
    assert len(repr(state)) < 10_000


def test_both_rules_meet_the_same_noise() -> None:
    widget = descent("sgd", compare="sgd", landscape="noisy")
    assert widget.compare_walk is not None
    np.testing.assert_array_equal(widget.path, widget.compare_walk.points)


def unfolded(panel: Any) -> list[str]:
    """The sliders that a reader sees at once."""
    row = panel.children[0]
    return [each.description for each in row.children if isinstance(each, Slider)]


@pytest.mark.parametrize(
    ("stem", "options", "first", "second"),
    [
        ("sgd", {}, ["lr"], ["lr"]),
        ("adam", {}, ["lr", "beta1", "beta2"], ["lr"]),
        ("adamw", {"weight_decay": 0.3}, ["lr", "weight_decay"], ["lr", "weight_decay"]),
        ("adam", {"betas": (0.5, 0.9), "show": ["eps"]}, ["lr", "beta1", "beta2", "eps"], ["lr"]),
        ("sgd", {"show": ["weight_decay"]}, ["lr", "weight_decay"], ["lr", "weight_decay"]),
        ("lookahead", {"inner": {"lr": 0.03}}, ["inner.lr", "k", "alpha"], ["lr"]),
        ("schedules", {"lr": 0.03}, ["lr", "total_iters", "T_max"], ["lr"]),
    ],
)
def test_what_the_experiment_is_about_is_seen_at_once(
    stem: str, options: dict[str, Any], first: list[str], second: list[str]
) -> None:
    widget = descent(stem, compare="momentum", **options)
    assert unfolded(widget._panel) == first
    assert unfolded(widget._compare_panel.children[0]) == second
    behind = widget._panel.children[1].children
    assert {each.description for each in behind} == widget.sliders.keys() - {*first} | {widget.angle.description}


def test_two_of_a_kind_have_the_same_sliders() -> None:
    widget = descent("adadelta", compare="adadelta")
    assert unfolded(widget._panel) == unfolded(widget._compare_panel.children[0]) == ["lr", "rho", "eps"]


def test_a_slider_that_is_not_there_cannot_be_shown() -> None:
    with pytest.raises(CourseError) as caught:
        descent("sgd", show=["beta1"])
    assert "beta1" in caught.value.text.en
    assert "lr" in caught.value.text.en
    assert "beta1" in caught.value.text.zh


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("stem", STEMS)
def test_every_slider_says_what_it_is_and_of_which_rule(stem: str, lang: str) -> None:
    set_language(lang)
    widget = descent(stem, compare="adam")
    for role, sliders in (("rule", widget.sliders), ("compare", widget.compare_sliders)):
        rule = widget._name if role == "rule" else "Adam"
        told = {name: each.spoken for name, each in sliders.items() if isinstance(each, Slider)}
        assert told
        assert len(set(told.values())) == len(told)
        for name, spoken in told.items():
            assert spoken.startswith(f"{rule}: {name}, " if lang == "en" else f"{rule}：{name}，")
            assert sliders[name].tooltip in spoken


def test_a_page_that_cannot_see_the_controls_is_told_of_every_move() -> None:
    widget = descent("sgd", compare="adam")
    widget.sliders["lr"].value = 0.02
    assert followed(widget)[0]["values"]["lr"] != widget.sliders["lr"].value, "told without being asked"
    widget.canvas.blind = True
    assert followed(widget)[0]["values"]["lr"] == widget.sliders["lr"].value
    widget.compare_sliders["beta1"].value = 0.3
    assert followed(widget)[1]["values"]["beta1"] == 0.3
    widget.landscape.value = "wavy"
    assert followed(widget)[1]["values"] == {name: each.value for name, each in widget.compare_sliders.items()}
    widget.reset()
    assert followed(widget)[0]["values"] == widget.knobs.values


def test_the_page_knows_the_rate_that_the_kernel_would_set() -> None:
    widget = descent("momentum", compare="adam")
    mine = descent("momentum", lr=0.05)
    assert followed(mine)[0]["rates"] == {}, "a rate that the lesson has chosen stays"
    for key in LANDSCAPES:
        widget.landscape.value = key
        for rule, sliders in zip(followed(widget), (widget.sliders, widget.compare_sliders), strict=True):
            assert rule["rates"][key] == pytest.approx(sliders[rule["rate"]].value, rel=1e-12)


def test_the_page_can_draw_any_rule_without_a_control() -> None:
    others = descent("sgd").canvas.others
    assert [each["stem"] for each in others] == STEMS
    for each in others:
        knobs = descent(each["stem"]).knobs
        assert each["rate"] == knobs.rate
        assert each["values"].keys() == knobs.values.keys()
        pace = each["pace"].get("lr", each["pace"].get("landscape", 0) * LANDSCAPES["bowl"].lr)
        assert each["values"] | {each["rate"]: pace} == pytest.approx(knobs.values)


def test_a_schedule_sets_the_rate_between_steps() -> None:
    widget = descent("sgd", landscape="noisy", lr=0.2, steps=100)
    constant = widget.path
    assert np.array_equal(
        constant, walk_down(reference("sgd"), landscape("noisy"), widget.start, 100, {"lr": 0.2}).points
    )
    for at, name in enumerate(SHAPES):
        widget.sliders["schedule"].value = at
        rates = np.array([0.2 * factor(name, step, 100) for step in range(100)])
        np.testing.assert_allclose(np.diff(widget.path, axis=0), -rates[:, None] * widget.walk.grads, atol=1e-12)
    inner = descent("lookahead", inner={"lr": 0.1, "momentum": 0.0}, k=1, alpha=1.0, steps=50)
    alone = descent("sgd", lr=0.1, steps=50)
    for each in (inner, alone):
        each.sliders["schedule"].value = 2
    np.testing.assert_allclose(inner.path, alone.path, atol=1e-12)
    alone.reset()
    assert alone.sliders["schedule"].value == 0


def test_an_angle_turns_ground_start_and_the_path_of_sgd() -> None:
    widget = descent("sgd", compare="adagrad", lr=0.04, steps=30)
    before, other, upright = widget.path, widget.compare_walk, widget.still()
    assert other is not None
    widget.angle.value = 45
    half = np.sqrt(0.5)
    turn = np.array([[half, half], [-half, half]])
    np.testing.assert_allclose(widget.path, before @ turn, atol=1e-12)
    turned = widget.compare_walk
    assert turned is not None
    assert not np.allclose(turned.points, other.points @ turn, atol=0.1)
    assert widget.canvas.angle == 45
    assert widget.start == pytest.approx(landscape("bowl", 45).start)
    assert widget.still() != upright
    widget.landscape.value = "ravine"
    assert widget.ground == LANDSCAPES["ravine"]
    assert widget.angle.layout.display == "none"
    widget.landscape.value = "noisy"
    assert widget.ground == landscape("noisy", 45)
    assert widget.angle.layout.display is None
    assert descent("sgd", angle=30).ground == landscape("bowl", 30)


def test_start_moves_the_walk() -> None:
    widget = descent("momentum")
    widget.canvas.start = [1.0, -0.5]  # as the page does
    np.testing.assert_array_equal(widget.path[0], [1.0, -0.5])
    widget.start = (0.5, 0.5)
    np.testing.assert_array_equal(widget.path[0], [0.5, 0.5])


def test_another_landscape_brings_its_ground_its_start_and_its_rate() -> None:
    widget = descent("sgd")
    assert (widget.canvas.landscape, list(widget.canvas.about)) == ("bowl", list(LANDSCAPES))
    widget.landscape.value = "ravine"
    assert widget.canvas.landscape == "ravine"
    assert widget.canvas.start == list(LANDSCAPES["ravine"].start)
    assert widget.start == LANDSCAPES["ravine"].start
    widget.landscape.value = "wavy"
    assert widget.sliders["lr"].value == pytest.approx(LANDSCAPES["wavy"].lr, rel=0.03)
    widget.sliders["lr"].value = 0.001
    widget.landscape.value = "bowl"
    assert widget.sliders["lr"].value == 0.001, "a rate that the reader has chosen stays"


def test_reset_brings_everything_back() -> None:
    widget = descent("adam", compare="sgd")
    first = widget.path.copy()
    widget.sliders["beta1"].value = 0.2
    widget.sliders["lr"].value = 0.7
    widget.compare_sliders["lr"].value = 0.01
    widget.start = (1, 1)
    widget.reset()
    np.testing.assert_allclose(widget.path, first, rtol=1e-9)


def test_one_move_of_a_slider_is_one_message_or_none() -> None:
    for rule, expected in ((None, 0), (own("momentum"), 1)):
        widget = descent("momentum", rule=rule, compare="adam")
        messages: list[object] = []
        widget.canvas.comm.send = lambda *_args, messages=messages, **message: messages.append(message)
        widget.sliders["lr"].value *= 2
        assert len(messages) == expected
        messages.clear()
        widget.landscape.value = "saddle"
        assert 1 <= len(messages) <= 4


def test_a_walk_is_computed_once_however_often_it_is_asked_for() -> None:
    widget = descent("momentum")
    first = widget.walk
    assert widget.walk is first
    widget.sliders["momentum"].value = 0.5
    assert widget.walk is not first


def ahead(move: str, rule: Any) -> list[dict[str, Any]]:
    """What is sent unasked in the second after a slider was moved."""
    found: list[dict[str, Any]] = []

    async def wait() -> None:
        widget = descent("momentum", rule=rule, steps=20)
        widget.canvas.send = lambda content, buffers: found.extend(unpacked(content["ahead"], buffers[0]))
        slider = widget.sliders[move]
        slider.value = 0.7 if move == "momentum" else not slider.value
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not widget._ahead._waiting:
                break

    asyncio.run(wait())
    return found


def test_neighbouring_values_are_sent_ahead() -> None:
    found = ahead("momentum", own("momentum"))
    values = [each["at"]["values"]["momentum"] for each in found]
    np.testing.assert_allclose(sorted(values[:4]), [0.68, 0.69, 0.71, 0.72])
    assert len(values) == len(set(values)) > 50
    assert all(0 <= value <= 0.99 and abs(value - 0.7) < 0.401 for value in values)
    for each in found[::20]:
        expected = descent("momentum", steps=20, momentum=each["at"]["values"]["momentum"]).path
        np.testing.assert_allclose(each["points"], expected, rtol=1e-6)


def test_nothing_is_computed_ahead_where_it_would_hold_things_up() -> None:
    class Slow(own("momentum")):  # type: ignore[misc] # a class made at run time
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            time.sleep(0.004)
            return super().update(param, grad, state)

    class Wrong(own("momentum")):  # type: ignore[misc]
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            if self.momentum != 0.7:
                raise ValueError
            return super().update(param, grad, state)

    assert ahead("momentum", None) == []  # the page runs it
    assert ahead("momentum", Slow) == []
    assert ahead("momentum", Wrong) == []
    assert ahead("maximize", own("momentum")) == []  # a switch has no neighbours


@pytest.mark.parametrize(
    ("stem", "values"), [("radam", {"betas": (0.9, 1.0)}), ("adam", {"betas": (1e10, 0.9)}), ("lookahead", {"k": 0})]
)
def test_what_no_number_comes_of_is_told(stem: str, values: dict[str, Any]) -> None:
    widget = descent(stem, landscape="bowl", **values)
    assert widget.message == WORDS["arithmetic"]
    assert np.isfinite(widget.path).all()


@pytest.mark.parametrize("lr", [0.0812, 1.0, 3.0])
def test_divergence_is_shown_and_not_raised(lr: float, recwarn: pytest.WarningsRecorder) -> None:
    widget = descent("sgd", rule=own("sgd"), lr=lr)
    assert widget.walk.diverged
    assert widget.message is None
    assert 0 < widget.walk.steps < 200
    assert np.isfinite(widget.path).all()
    assert np.isfinite(sent(widget)[0]["losses"]).all()
    assert sent(widget)[0]["diverged"]
    widget.sliders["lr"].value = 0.05
    assert not widget.walk.diverged
    assert not recwarn.list


def test_nan_is_divergence() -> None:
    class Lost:
        def init(self, _param: Any) -> None:
            return None

        def update(self, param: Any, _grad: Any, _state: None) -> tuple[Any, None]:
            return param * np.nan, None

    widget = descent("sgd", rule=lambda **_: Lost())
    assert widget.walk.diverged
    assert widget.walk.steps == 0


def test_learners_file_is_followed_from_save_to_save(tmp_path: Path) -> None:
    path = tmp_path / "momentum.py"
    path.write_text(SKELETON, "utf-8")
    widget = descent("momentum", rule=learner("momentum", tmp_path))
    assert list(widget.sliders) == ["lr", "momentum", "weight_decay", "dampening", "maximize", "schedule"]
    assert widget.message is not None
    assert "not written yet" in widget.message.en
    assert sent(widget)[0]["failure"] == widget.message.en
    assert not widget.look(), "nothing was saved"

    path.write_text(Topic.load("momentum").solution.read_text("utf-8"), "utf-8")
    assert widget.look()
    assert widget.message is None
    np.testing.assert_array_equal(widget.path, descent("momentum").path)

    path.write_text("class Momentum(:\n", "utf-8")
    widget.sliders["lr"].value *= 1.1  # without waiting for the timer
    assert widget.message is not None
    assert "line 1 of momentum.py" in widget.message.en
    path.unlink()
    assert widget.look()
    assert widget.message is not None
    assert "course reset" in widget.message.en


def test_the_timer_follows_a_save_and_ends_with_the_widget(tmp_path: Path) -> None:
    path = tmp_path / "momentum.py"
    path.write_text(SKELETON, "utf-8")

    async def read() -> None:
        widget = descent("momentum", rule=learner("momentum", tmp_path))
        widget._repr_mimebundle_()
        widget._repr_mimebundle_()
        path.write_text(Topic.load("momentum").solution.read_text("utf-8"), "utf-8")
        for _ in range(30):
            await asyncio.sleep(SAVE_CHECK / 5)
            if widget.message is None:
                break
        assert widget.message is None
        widget.close()
        await asyncio.sleep(1.5 * SAVE_CHECK)
        waiting = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
        assert not [handle for handle in waiting if not handle.cancelled()], "the timer outlives its widget"

    asyncio.run(read(), debug=False)


def test_a_class_without_the_stretch_options_is_shown(tmp_path: Path) -> None:
    source = (
        "class Momentum:\n"
        "    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):\n"
        "        self.lr, self.mu, self.wd = lr, momentum, weight_decay\n"
        "    def init(self, param):\n        return param * 0\n"
        "    def update(self, param, grad, buf):\n"
        "        buf = self.mu * buf + grad + self.wd * param\n"
        "        return param - self.lr * buf, buf\n"
    )
    (tmp_path / "momentum.py").write_text(source, "utf-8")
    widget = descent("momentum", rule=learner("momentum", tmp_path))
    assert widget.message is None
    np.testing.assert_allclose(widget.path, descent("momentum").path, rtol=1e-9)
    widget.sliders["dampening"].value = 0.5
    assert widget.message is not None
    assert "dampening" in widget.message.en


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_words_are_in_the_readers_language(lang: str) -> None:
    set_language(lang)
    widget = descent("momentum", compare="adam", landscape="wavy")
    assert widget.canvas.words == {name: text.zh if lang == "zh" else text.en for name, text in WORDS.items()}
    assert {label for label, _ in widget.landscape.options} == {
        ground.title.zh if lang == "zh" else ground.title.en for ground in LANDSCAPES.values()
    }
    chinese = any("一" <= letter <= "鿿" for letter in widget.sliders["momentum"].tooltip)
    assert chinese == (lang == "zh")
    title = Topic.load("momentum").title
    assert followed(widget)[0]["name"] == (title.zh if lang == "zh" else title.en)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("adm",), "adam"),
        (("adam", {"compare": "sdg"}), "sgd"),
        (("adam", {"landscape": "moon"}), "ravine"),
        (("adam", {"steps": 0}), "steps"),
        (("adam", {"learning_rate": 1}), "learning_rate"),
        (("adam", {"lr": "big"}), "lr"),
        (("adam", {"lr": -1.0}), "lr"),
        (("adam", {"betas": 0.9}), "betas"),
        (("lookahead", {"inner": {"rate": 1}}), "inner"),
    ],
)
def test_wrong_arguments_are_explained(arguments: tuple[Any, ...], words: str) -> None:
    stem, options = arguments[0], arguments[1] if len(arguments) > 1 else {}
    with pytest.raises(CourseError, match=words):
        descent(stem, **options)


def test_shade_runs_from_the_lowest_to_the_highest() -> None:
    for ground in LANDSCAPES.values():
        heights = shade(ground)
        assert heights.shape == (ROWS, COLUMNS)
        assert heights.max() == 1
        assert 0 <= heights.min() < 0.2


def test_importing_the_lab_loads_neither_torch_nor_matplotlib() -> None:
    code = "import sys, course.lab; print(*{'torch', 'matplotlib', 'ipywidgets'} & set(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, env=environment
    )
    assert done.stdout.strip() == ""
