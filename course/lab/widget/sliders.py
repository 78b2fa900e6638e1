"""A slider for every hyperparameter of a rule, made from the fields of its dataclass."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from course.lab.rules import Learner, RuleError, reference
from course.lab.slider import FloatLogSlider, FloatSlider, IntSlider, SelectionSlider, Slider
from course.lab.training.rates import SHAPES
from course.lab.widget.landscapes import LANDSCAPES
from course.text import CourseError, Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.lab.training.rates import Schedule
    from course.lab.widget.landscapes import Landscape
    from course.topic import Topic

TEXTS = texts(__file__)
OF = Text(en="{rule}: {slider}", zh="{rule}：{slider}")


@dataclasses.dataclass(frozen=True)
class Scale:
    """The range of a slider: linear from `low` to `high`, or by powers of ten; `zero` puts 0 before the powers."""

    low: float
    high: float
    step: float
    log: bool = False
    zero: bool = False


# On the maps, which are 6 wide: what is useful there, not what trains a network.
SCALES: dict[str, Scale] = {
    "lr": Scale(-4, 0.5, 0.02, log=True),
    "momentum": Scale(0, 0.99, 0.01),
    "beta1": Scale(0, 0.99, 0.01),
    "beta2": Scale(0, 0.999, 0.001),
    "alpha": Scale(0, 0.999, 0.001),
    "rho": Scale(0, 0.999, 0.001),
    "eps": Scale(-12, 0, 0.1, log=True),
    "weight_decay": Scale(-4, 0, 0.1, log=True, zero=True),
    "dampening": Scale(0, 1, 0.05),
    "lr_decay": Scale(-4, 0, 0.1, log=True, zero=True),
    "initial_accumulator_value": Scale(-3, 2, 0.1, log=True, zero=True),
    "k": Scale(1, 20, 1),
}

MEANINGS: dict[str, Text] = {
    "lr": Text(en="learning rate γ", zh="学习率 γ"),
    "momentum": TEXTS["momentum"],
    "beta1": TEXTS["beta1"],
    "beta2": TEXTS["beta2"],
    "alpha": TEXTS["alpha"],
    "rho": TEXTS["rho"],
    "eps": TEXTS["eps"],
    "weight_decay": TEXTS["weight_decay"],
    "dampening": TEXTS["dampening"],
    "lr_decay": TEXTS["lr_decay"],
    "initial_accumulator_value": TEXTS["initial_accumulator_value"],
    "maximize": TEXTS["maximize"],
    "amsgrad": TEXTS["amsgrad"],
    "centered": TEXTS["centered"],
    "decoupled_weight_decay": TEXTS["decoupled_weight_decay"],
    "k": TEXTS["k"],
    "inner.lr": TEXTS["inner-lr"],
    "inner.momentum": TEXTS["inner-momentum"],
    "schedule": TEXTS["schedule"],
}

SCHEDULE_NAMES: dict[Schedule, Text] = {
    "constant": Text(en="constant", zh="不变"),
    "linear": Text(en="linear", zh="线性衰减"),
    "cosine": Text(en="cosine", zh="余弦衰减"),
    "warmup": Text(en="warm-up", zh="预热"),
}


def suggested_lr(topic: Topic, landscape: Landscape) -> float:
    """Return a learning rate with which the topic's rule shows its character on the landscape.

    Where a step is proportional to the gradient it is a multiple of the landscape's own rate; the adaptive rules set
    the size of their steps themselves.

    Args:
        topic: says which of the two.
        landscape: where the rule is to walk.

    Returns:
        The rate.

    """
    rate = topic.sliders["rate"]
    return float(rate["lr"] if "lr" in rate else rate["landscape"] * landscape.lr)


class Knobs:
    """The sliders of one rule.

    Args:
        topic: for ranges and meanings.
        rule: the class, or whatever makes a rule of hyperparameters.
        given: values to begin with, by the names of the fields; the rest begin at the rule's defaults.
        landscape: decides the learning rate that nobody has given.
        name: the rule's, in the reader's language, for those who hear a slider's name.

    Raises:
        CourseError: `given` names something that the rule does not have, or has no such value.

    """

    def __init__(self, topic: Topic, rule: Any, given: Mapping[str, Any], landscape: Landscape, name: str = "") -> None:
        self.topic = topic
        self.rule = rule
        self.defaults = _defaults(topic, rule)
        _refuse_unknown(topic.stem, given, self.defaults)
        values = {name: _inner(given.get(name), self.defaults) if name == "inner" else given.get(name, default)
                  for name, default in self.defaults.items()}  # fmt: skip
        self.rate = _rate(values)
        """The name of the slider of the learning rate."""
        self._own_rate = "lr" in given or "lr" in (given.get("inner") or {})
        """Whether the caller has chosen the learning rate."""
        self._suggested = suggested_lr(topic, landscape)
        flat = _flatten(values)
        if self.rate in flat and not self._own_rate:
            flat[self.rate] = self._suggested
        self.sliders: dict[str, Any] = {name: _control(topic, name, value) for name, value in flat.items()}
        self.sliders["schedule"] = _schedule(topic)
        self.first = flat | {"schedule": 0}
        """What the sliders say at first, by their names."""
        for slider in self.sliders.values():
            if name and isinstance(slider, Slider):
                slider.spoken = OF.format(slider=slider.spoken, rule=name)[language()]

    def rates(self) -> dict[str, float]:
        """Return the learning rate that suits each landscape; none if the caller has chosen it."""
        slider = self.sliders.get(self.rate)
        if slider is None or self._own_rate:
            return {}
        return {key: _nearest_stop(slider, suggested_lr(self.topic, each)) for key, each in LANDSCAPES.items()}

    def reset(self, landscape: Landscape) -> None:
        """Put every slider back to where it began, the learning rate to what suits the landscape."""
        for name, value in self.first.items():
            self.sliders[name].value = value
        if self.rate in self.sliders and not self._own_rate:
            self._suggested = self.first[self.rate]
            self.follow(landscape)

    def follow(self, landscape: Landscape) -> None:
        """Change the learning rate to suit another landscape, unless the reader has chosen one."""
        slider = self.sliders.get(self.rate)
        if slider is not None and not self._own_rate and math.isclose(slider.value, self._suggested, rel_tol=1e-6):
            slider.value = self._suggested = self.rates()[landscape.key]

    def on_change(self, call: Callable[[str], None]) -> None:
        """Call `call` with the name of a slider after every move of it."""
        for name, slider in self.sliders.items():
            slider.observe(lambda _change, name=name: call(name), names="value")

    @property
    def values(self) -> dict[str, Any]:
        """What the sliders say, by their own names."""
        return {name: slider.value for name, slider in self.sliders.items()}

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """What the sliders say, by the names of the rule's fields; `inner` is a mapping here."""
        return self._fields(self.values)

    def schedule(self, changes: Mapping[str, Any]) -> Schedule:
        """Return the schedule of the learning rate, which is no field of the rule: a walk sets the rate between steps.

        Args:
            changes: values in place of what some sliders say, by the sliders' names.

        """
        at: int = (self.values | dict(changes))["schedule"]
        return SHAPES[at]

    def _fields(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in self.defaults:
            if name == "betas":
                values[name] = (flat["beta1"], flat["beta2"])
            elif name == "inner":
                values[name] = {part: flat[f"inner.{part}"] for part in _inner(None, self.defaults)}
            else:
                values[name] = flat[name]
        return values

    def __call__(self, **changes: Any) -> Any:
        """Make the rule as the sliders say.

        Args:
            **changes: values in place of what some sliders say, by the sliders' names.

        Raises:
            RuleError: the learner's class lacks a hyperparameter whose slider was moved from the default.
            Exception: whatever the class raises.

        """
        values = self._fields(self.values | changes)
        if "inner" in values:
            values["inner"] = reference(str(self.topic.inner))(**values["inner"])
        if isinstance(self.rule, Learner):
            values = _accepted(self.rule.load(), values, self.defaults)
        return self.rule(**values)


def plain(topic: Topic) -> dict[str, Any]:
    """Return what the course's own rule begins with: `values` by the names of sliders, and which of them is the `rate`.

    Args:
        topic: whose rule.

    """
    values = _defaults(topic, reference(topic.stem))
    if "inner" in values:
        values["inner"] = _inner(None, values)
    return {"values": _flatten(values) | {"schedule": 0}, "rate": _rate(values)}


def _defaults(topic: Topic, rule: Any) -> dict[str, Any]:
    """Return the hyperparameters with their defaults: the rule's own fields or, failing these, the topic's."""
    source = rule if dataclasses.is_dataclass(rule) else reference(topic.stem)
    defaults: dict[str, Any] = {}
    for field in dataclasses.fields(source):
        if field.default is not dataclasses.MISSING:
            defaults[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            defaults[field.name] = field.default_factory()
        elif field.name == "inner":
            defaults[field.name] = None
        else:
            raise CourseError(TEXTS["no-default"].format(name=field.name))
    return {name: value for name, value in defaults.items() if name == "inner" or _has_control(value)}


def _has_control(value: object) -> bool:
    return isinstance(value, (bool, int, float)) or (isinstance(value, tuple) and len(value) == 2)


def _rate(values: Mapping[str, Any]) -> str:
    """Return the name of the slider of the learning rate: the rule's own, or else that of its inner rule."""
    return "lr" if "lr" in values else "inner.lr"


def _inner(given: Mapping[str, Any] | None, outer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inner optimizer's hyperparameters: SGD with momentum, which is plain SGD at momentum 0.

    Args:
        given: those that the caller has chosen.
        outer: those of the rule around it: one that has a learning rate drives the inner one's.

    Returns:
        By name, each with its value.

    """
    known = {"momentum": 0.9} if "lr" in outer else {"lr": 1e-3, "momentum": 0.9}
    if given is not None:
        if not isinstance(given, Mapping):
            raise CourseError(TEXTS["inner"].format(given=given))
        _refuse_unknown("inner", given, known)
    return {**known, **(given or {})}


def _refuse_unknown(stem: str, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    unknown = [name for name in given if name not in defaults]
    if unknown:
        names, known = ", ".join(unknown), ", ".join(defaults)
        raise CourseError(TEXTS["unknown"].format(stem=stem, names=names, known=known))


def _flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give every number a name of its own: betas become beta1 and beta2, inner becomes inner.lr and inner.momentum."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if name == "betas":
            if not isinstance(value, (tuple, list)) or len(value) != 2:
                raise CourseError(TEXTS["betas"].format(value=value))
            flat["beta1"], flat["beta2"] = value
        elif name == "inner":
            flat |= {f"inner.{part}": number for part, number in value.items()}
        else:
            flat[name] = value
    return flat


def _accepted(rule_class: Any, values: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the options that a learner's class does not take, as long as they stand at their defaults."""
    try:
        parameters = inspect.signature(rule_class).parameters
    except (TypeError, ValueError):
        return values
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
        return values
    missing = [name for name in values if name not in parameters]
    moved = [name for name in missing if values[name] != defaults[name]]
    if moved:
        raise RuleError(TEXTS["not-taken"].format(names=", ".join(moved)))
    return {name: value for name, value in values.items() if name not in missing}


def _control(topic: Topic, name: str, value: Any) -> Any:
    """Make the widget of one hyperparameter, begun at `value`.

    Raises:
        CourseError: the value is no number.

    """
    if isinstance(value, bool):
        return widgets.Checkbox(value=value, description=name, indent=False, tooltip=_meaning(topic, name))
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise CourseError(TEXTS["number"].format(name=name, value=value))
    scale = _own(topic, name) or SCALES.get(name.removeprefix("inner.")) or _around(value)
    look = {"description": name, "tooltip": _meaning(topic, name), "continuous_update": True}
    if scale.zero:
        return _with_zero(scale, value, look)
    if scale.log and value <= 0:
        raise CourseError(TEXTS["above-zero"].format(name=name, value=value))
    if scale.log:
        return _logarithmic(scale, value, look)
    if name == "k":
        return IntSlider(value=value, min=min(1, int(value)), max=max(20, int(value)), **look)
    low, high, step = min(scale.low, value), max(scale.high, value), scale.step
    while not math.isclose((value - low) / step, round((value - low) / step), abs_tol=1e-6):
        step /= 10  # the page would move a value between two stops to one of them
    return FloatSlider(value=value, min=low, max=high, step=step, readout_format=".4", **look)


def _schedule(topic: Topic) -> Any:
    """Return the choice of a schedule; its values are places in `SHAPES`."""
    options = [(str(SCHEDULE_NAMES[each]), at) for at, each in enumerate(SHAPES)]
    return SelectionSlider(options=options, value=0, description="schedule", tooltip=_meaning(topic, "schedule"))


def _own(topic: Topic, name: str) -> Scale | None:
    """Return the range that a topic gives one of its sliders, if it does."""
    told = {key: value for key, value in topic.sliders.get(name, {}).items() if key != "meaning"}
    return Scale(**told) if told else None


def _logarithmic(scale: Scale, value: float, look: dict[str, Any]) -> Any:
    """Return a slider over powers of ten, its stops laid so that `value` is one of them."""
    power = math.log10(value)
    below = math.ceil(max(power - scale.low, 0) / scale.step)
    high = max(scale.high, power)
    return FloatLogSlider(
        value=value,
        min=power - below * scale.step,
        max=high,
        step=scale.step,
        readout_format=".1e" if scale.low < -6 else ".3",
        **look,
    )


def _nearest_stop(slider: Any, value: float) -> float:
    """Return the stop of a logarithmic slider nearest to `value`, where the page would move it anyway."""
    if not isinstance(slider, widgets.FloatLogSlider):
        return value
    stops = round((math.log10(value) - slider.min) / slider.step)
    return float(slider.base ** (slider.min + stops * slider.step))


def _around(value: float) -> Scale:
    """Return a range for a hyperparameter that the course does not know: two powers of ten either way, or 0 to 1."""
    if value > 0:
        middle = math.log10(value)
        return Scale(middle - 2, middle + 2, 0.02, log=True)
    return Scale(-4, 0, 0.1, log=True, zero=True)


def _with_zero(scale: Scale, value: float, look: dict[str, Any]) -> Any:
    """Return a slider over 0 and then powers of ten, which ipywidgets' own logarithmic slider cannot offer."""
    count = round((scale.high - scale.low) / scale.step)
    numbers = {0.0, float(value), *(float(f"{10 ** (scale.low + i * scale.step):.2g}") for i in range(count + 1))}
    options = [(f"{number:.3g}", number) for number in sorted(numbers)]
    return SelectionSlider(options=options, value=float(value), **look)


def _meaning(topic: Topic, name: str) -> str:
    if own := topic.sliders.get(name, {}).get("meaning"):
        return str(Text.from_json(own))
    return str(MEANINGS[name]) if name in MEANINGS else name
