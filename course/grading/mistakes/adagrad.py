"""AdaGrad's wrong turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text


class Rule(Switched):
    """AdaGrad with switches; see `solutions/adagrad.py` for the right one."""

    defaults = {
        "lr": 1e-2, "eps": 1e-10, "weight_decay": 0.0,
        "lr_decay": 0.0, "initial_accumulator_value": 0.0, "maximize": False,
    }  # fmt: skip
    elsewhere = {"lr": 1e-3}

    def start(self, param: Any) -> dict[str, Any]:
        """The sum starts at zero, or where the option says; or, by mistake, elsewhere."""
        value = self.first["initial_accumulator_value"]
        if "sum-from-a-tenth" in self.on:
            value = 0.1
        elif "sum-from-one" in self.on:
            value = 1.0
        elif "initial-value-squared" in self.on:
            value = value**2
        elif "initial-value-beside-the-root" in self.on:
            value = 0.0
        return {"step": 0, "sum": 0 * param + value}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        raw = -grad if h.maximize else grad
        param, grad = self.joined(h, param, grad)
        t = int(state["step"]) + 1

        old = 0 * param if "nothing-summed" in on else state["sum"]
        square = self.squared(raw, grad, np.sum)
        total = old + square
        if "eps-in-the-sum" in on:
            total = total + h.eps
        if "average-for-sum" in on:
            total = 0.9 * old + 0.1 * square
        after = {"step": t, "sum": total}
        if "scale-one-step-late" in on:
            total = old
        if "mean-for-sum" in on:
            total = total / t
        if "squared-too-late" in on:
            total = total**2

        lr = 1.0 if "lr-forgotten" in on else h.lr
        falls = 1 + (t - 1) * h.lr_decay
        if "lr-decay-one-step-early" in on:
            falls = 1 + t * h.lr_decay
        elif "lr-decay-as-power" in on:
            falls = (1 + h.lr_decay) ** (t - 1)
        elif "lr-decay-compounded" in on:
            falls = state.get("falls", 1.0) * falls
            after["falls"] = falls
        if "rate-by-root-of-t" in on:
            falls = falls * t**0.5
        step = lr / falls * self.scaled(h, grad, total)
        if "initial-value-beside-the-root" in on:
            step = lr / falls * grad / (np.sqrt(total) + h.initial_accumulator_value + h.eps)
        new = self.moved(h, param, step)
        return new + (h.eps if "eps-added-to-the-parameter" in on else 0.0), after


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    shared.ONE_STATE_FOR_ALL,  # what is not kept has a name of its own here: nothing is summed
    *shared.DECAY,
    *shared.L2_DECAY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    shared.MAXIMIZE_AFTER_DECAY,
    shared.LR_FORGOTTEN,
    *shared.blindness("lr", "eps"),
    *shared.blindness("weight_decay", hard_coded=False),
    shared.default_elsewhere("lr", "0.001", Text(en="Keras", zh=" Keras ")),
    *shared.SQUARES,
    *shared.SCALE,
    Mistake(
        "nothing-summed",
        place="memory",
        title=Text(en="nothing is summed: every step is a first step", zh="没有累加：每一步都是“第一步”"),
        explanation=Text(
            en="You divide each gradient by its own size alone, so every step is γ long and only the gradient's sign"
            " is left. Either the new square takes the place of the sum and does not join it, or the sum that you"
            " return is not the one you have just made; nobody else keeps it.",
            zh="您让每个梯度只除以它自己的大小，于是每一步的长度都是 γ，梯度只剩下正负号。要么是新的平方取代了累加和，"
            "而不是加进去；要么是您返回的状态里，并不是刚算出来的那个和，而没有别人会替它保存。",
        ),
        hides=("start", "squared-too-late", "mean-for-sum", "rate-by-root-of-t"),
    ),
    Mistake(
        "mean-for-sum",
        place="sum",
        title=Text(en="the mean of the squares, not their sum", zh="用的是平方的平均，而不是累加和"),
        explanation=Text(
            en="Below the fraction stands √(s/t), which does not grow, so your steps do not shrink: at step t they are"
            " √t times too long, ten times at step 100. Some lectures do write a mean there, but together with a"
            " rate that falls as 1/√t; the two √t cancel, and one alone is not AdaGrad.",
            zh="分母成了 √(s/t)，它不会增长，步子也就不会变短：第 t 步的长度是应有的 √t 倍，第 100 步时是十倍。有的课"
            "程确实在这里写平均，但同时让学习率按 1/√t 下降；两个 √t 正好抵消，只取其一就不是 AdaGrad 了。",
        ),
        section="one-name",
    ),
    Mistake(
        "rate-by-root-of-t",
        place="rate",
        title=Text(en="the learning rate falls as 1/√t on top of the sum", zh="除了累加和，学习率又按 1/√t 下降"),
        explanation=Text(
            en="The sum grows by itself and makes the steps shorter, about as 1/√t. You shorten them once more, so"
            " that at step 100 they are a tenth of what they should be. A formula with γ/√t has a mean of squares,"
            " not a sum, below the fraction.",
            zh="累加和自己会增长，步子因此大约按 1/√t 变短。您又缩短了一次，到第 100 步就只有应有长度的十分之一。含有"
            " γ/√t 的那种写法，分母里是平方的平均，而不是累加和。",
        ),
        section="one-name",
    ),
    Mistake(
        "average-for-sum",
        place="sum",
        title=Text(
            en="a moving average (0.9 old, 0.1 new), as in RMSprop",
            zh="用了移动平均（旧 0.9，新 0.1），像 RMSprop 那样",
        ),
        explanation=Text(
            en="An average forgets: after some ten steps an old gradient hardly counts. AdaGrad's sum never forgets,"
            " and so its steps only ever become shorter. What you have written is the rule of the next lesson.",
            zh="平均会遗忘：十来步之后，旧的梯度几乎不起作用了。AdaGrad 的累加和从不遗忘，所以步子只会越来越短。您写出"
            "来的，其实是下一课的规则。",
        ),
    ),
    Mistake(
        "eps-in-the-sum",
        place="sum",
        title=Text(en="ε is added to the sum at every step", zh="每一步都往累加和里加 ε"),
        explanation=Text(
            en="The sum keeps what it gets: after t steps, ε is in it t times, and an element without any gradient"
            " acts as if it had had some. ε is there for the division alone and leaves no trace in the state.",
            zh="累加和会记住加进去的一切：t 步之后，里面就有 t 个 ε，从未有过梯度的元素看起来也像有过。ε 只为那一次除"
            "法而设，不应在状态里留下痕迹。",
        ),
        hides=("eps-forgotten", "eps-as-floor"),
    ),
    Mistake(
        "sum-from-a-tenth",
        place="start",
        title=Text(en="the sum starts at 0.1, as in Keras", zh="累加和从 0.1 开始，像 Keras 那样"),
        explanation=Text(
            en="Keras starts there by default, torch at 0. With small gradients it matters for long: at g = 0.01 it"
            " takes a thousand steps until their squares have brought in as much as the start. Until then your"
            " steps are too short.",
            zh="Keras 默认从 0.1 开始，torch 从 0 开始。梯度小的时候，影响会持续很久：g = 0.01 时，要一千步，累加的平"
            "方才赶上这个初始值。在那之前，您的步子都偏短。",
        ),
        section="one-name",
        hides=("eps-forgotten",),
    ),
    Mistake(
        "sum-from-one",
        place="start",
        title=Text(en="the sum starts at 1, not at 0", zh="累加和从 1 开始，而不是从 0 开始"),
        explanation=Text(
            en="Nothing is divided by zero then, but the first step loses its property: it should be γ long whatever"
            " the size of the gradient, and yours is γ·|g|/√(1 + g²), with a gradient of 0.1 a tenth of that. How"
            " does `init` make its array?",
            zh="这样固然不会除以零，第一步却失去了它的特点：不管梯度多大，它都应当长 γ，而您的是 γ·|g|/√(1 + g²)，梯度"
            "为 0.1 时只有十分之一。请看 `init` 是怎样建立数组的。",
        ),
        section="by-hand",
        hides=("eps-forgotten", "eps-as-floor"),
    ),
    Mistake(
        "lr-decay-one-step-early",
        place="lr_decay",
        title=Text(en="`lr_decay` acts in the first step already", zh="`lr_decay` 在第一步就起作用了"),
        explanation=Text(
            en="In torch the first step has the full rate γ; the decay counts the steps already taken, t − 1 of them."
            " You count the present one as well, so every step is a little too short, the first most of all.",
            zh="在 torch 里，第一步用的是完整的学习率 γ；衰减数的是已经走完的步数，即 t − 1。您把当前这一步也数了进"
            "去，于是每一步都略短，第一步最明显。",
        ),
        section="your-turn",
        option="lr_decay",
    ),
    Mistake(
        "lr-decay-as-power",
        place="lr_decay",
        title=Text(en="`lr_decay` is taken to a power", zh="`lr_decay` 写成了乘方"),
        explanation=Text(
            en="1/(1 + η)ᵗ⁻¹ and 1/(1 + (t − 1)·η) agree in the first two steps. Then the power runs ahead: with η ="
            " 0.1, at step 50, the rate is a hundredth of γ instead of a sixth.",
            zh="1/(1 + η)ᵗ⁻¹ 与 1/(1 + (t − 1)·η) 在前两步相同。之后乘方就降得快多了：η = 0.1 时，第 50 步的学习率只剩"
            " γ 的百分之一，本该是六分之一。",
        ),
        section="your-turn",
        option="lr_decay",
    ),
    Mistake(
        "lr-decay-compounded",
        place="lr_decay",
        title=Text(en="the decayed rate is decayed again", zh="对已经衰减过的学习率又做衰减"),
        explanation=Text(
            en="You keep the smaller rate and divide it again at the next step, so the divisors of all steps are"
            " multiplied together. Each step's rate is made of γ itself, and `lr` on the rule stays what the caller"
            " has set.",
            zh="您把变小的学习率存了下来，下一步又接着除，于是各步的除数全都乘在了一起。每一步的学习率都要从 γ 本身算"
            "起，规则上的 `lr` 应保持调用者设定的值。",
        ),
        section="your-turn",
        option="lr_decay",
    ),
    Mistake(
        "initial-value-squared",
        place="initial_accumulator_value",
        title=Text(en="the initial value of the sum is squared", zh="累加和的初始值被平方了"),
        explanation=Text(
            en="The option says where the sum starts, and the sum is made of squares already: it is not the size of a"
            " gradient. 0.3 means 0.3, not 0.09.",
            zh="这个选项直接给出累加和的起点，而累加和里装的本来就是平方：它不是某个梯度的大小。0.3 就是 0.3，不是"
            " 0.09。",
        ),
        section="your-turn",
        option="initial_accumulator_value",
    ),
    Mistake(
        "initial-value-beside-the-root",
        place="initial_accumulator_value",
        title=Text(en="the initial value is added beside the root", zh="初始值加在了根号外面"),
        explanation=Text(
            en="It is a start for the sum, so it stands in the state from `init` on and comes under the root with all"
            " the squares. Added afterwards like ε, it slows every step as much as the first and never fades beside"
            " a growing sum.",
            zh="它是累加和的起点，从 `init` 起就在状态里，和所有的平方一起进根号。像 ε 那样事后加上，它就会自始至终以"
            "同样的力度拖慢每一步，而不是融入不断增长的和里。",
        ),
        section="your-turn",
        option="initial_accumulator_value",
    ),
)
