"""Adam's wrong turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import moments, shared
from course.grading.mistakes.mistake import Mistake
from course.text import Text


class Rule(moments.Moments):
    """Adam with switches; see `solutions/adam.py` for the right one."""

    defaults = {
        "lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0, "amsgrad": False, "maximize": False,
    }  # fmt: skip

    def start(self, param: Any) -> dict[str, Any]:
        """The averages, and the largest second moment so far."""
        return super().start(param) | {"max_exp_avg_sq": 0 * param}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        raw = -grad if h.maximize else grad
        t = self.clock(state)
        param, grad = self.joined(h, param, grad)
        first, second, correction1, correction2, after = self.averages(h, t, raw, grad, state)

        corrected = second / correction2
        largest = state["max_exp_avg_sq"]
        if h.amsgrad and "amsgrad-of-corrected" in on:
            corrected = largest = np.maximum(largest, corrected)
        elif h.amsgrad:
            largest = np.maximum(largest, second)
            corrected = largest if "amsgrad-not-corrected" in on else largest / correction2
            if "amsgrad-in-the-average" in on:
                after["exp_avg_sq"] = largest
        after["max_exp_avg_sq"] = largest

        if "root-forgotten" in on:
            scale = corrected + h.eps
        elif "eps-inside-root" in on:
            scale = np.sqrt(corrected + h.eps)
        elif "eps-before-correction" in on:
            scale = (np.sqrt(corrected * correction2) + h.eps) / correction2**0.5
        elif on & {"eps-forgotten", "eps-added-to-the-parameter"}:
            scale = np.sqrt(corrected)
        elif "eps-without-effect" in on:
            scale = np.sqrt(corrected)
            scale = scale + (scale == 0)
        elif "correction-outside-root" in on:
            scale = np.sqrt(corrected * correction2) / correction2 + h.eps
        else:
            scale = np.sqrt(corrected) + h.eps
        move = (first / correction1) / scale
        if "eps-beside-the-quotient" in on:
            move = (first / correction1) / np.sqrt(corrected) + h.eps
        move = move + self.late_decay(h, param, scale, correction1, correction2)
        new = param - h.lr * move
        return new + (h.eps if "eps-added-to-the-parameter" in on else 0.0), after

    def late_decay(self, h: Any, param: Any, scale: Any, correction1: float, correction2: float) -> Any:  # noqa: ARG002
        """Weight decay that joins the finished move: none in Adam."""
        return 0.0


CORRECTION = (
    Mistake(
        "no-bias-correction",
        place="correction",
        title=Text(en="no bias correction", zh="没有做偏差修正"),
        explanation=Text(
            en="Both averages start at zero and need time to fill. Uncorrected, the second moment is the more"
            " underestimated of the two (β₂ is nearer to 1), so the first steps are several times too long; after"
            " many steps the path looks like Adam's again, only displaced. Compare step 1 with the one worked by"
            " hand in the lesson.",
            zh="两个平均值都从零开始，需要时间才能“装满”。不做修正时，二阶矩被低估得更厉害（β₂ 更接近 1），所以最初几"
            "步会长出好几倍；走得久了，路径又像 Adam，只是已经偏开。请把第 1 步与课文中手算的那一步对照。",
        ),
        section="by-hand",
        hides=("clock", "correction-outside-root", "eps-before-correction"),
    ),
    Mistake(
        "only-first-corrected",
        place="correction",
        title=Text(en="the second moment is not corrected", zh="二阶矩没有修正"),
        explanation=Text(
            en="You correct the direction but not the scale. In step 1 the scale is √(1 − β₂) of what it should be, a"
            " thirtieth with β₂ = 0.999, so the step is some thirty times too long.",
            zh="您修正了方向，却没有修正尺度。第 1 步的尺度只有应有的 √(1 − β₂)，β₂ = 0.999 时约为三十分之一，于是这一"
            "步长了约三十倍。",
        ),
        section="by-hand",
        hides=("correction-outside-root", "eps-before-correction"),
    ),
    Mistake(
        "only-second-corrected",
        place="correction",
        title=Text(en="the first moment is not corrected", zh="一阶矩没有修正"),
        explanation=Text(
            en="You correct the scale but not the direction: the first step has only 1 − β₁ of its length, a tenth"
            " with the defaults, and the path starts too timidly.",
            zh="您修正了尺度，却没有修正方向：第一步只有应有长度的 1 − β₁（取默认值时是十分之一），起步过于畏缩。",
        ),
        section="by-hand",
    ),
)
"""What is not corrected; AdamW's too."""

SCALE = (
    *moments.SCALE,
    Mistake(
        "correction-outside-root",
        place="scale",
        title=Text(en="1 − β₂ᵗ is divided by outside the root", zh="在根号外面除以 1 − β₂ᵗ"),
        explanation=Text(
            en="It is the second moment that is too small, by the factor 1 − β₂ᵗ, and the root is taken of it"
            " afterwards. Dividing after the root corrects too much: the scale is too large and the first steps are"
            " too short.",
            zh="偏小的是二阶矩，小了 1 − β₂ᵗ 倍，开方在那之后。在开方之后再除，就修正过头了：尺度偏大，最初几步偏短。",
        ),
        section="by-hand",
    ),
    Mistake(
        "eps-inside-root",
        place="scale",
        title=Text(en="ε is inside the root", zh="ε 放进了根号里"),
        explanation=Text(
            en="√(v̂ + ε) and √v̂ + ε look alike and differ by much when gradients are small: √1e-8 is 1e-4, ten"
            " thousand times 1e-8. Small gradients then move the parameter hardly at all.",
            zh="√(v̂ + ε) 与 √v̂ + ε 看起来差不多，梯度很小时却差得很远：√1e-8 是 1e-4，是 1e-8 的一万倍。梯度小的时"
            "候，参数就几乎不动了。",
        ),
        section="one-name",
    ),
    Mistake(
        "eps-before-correction",
        place="scale",
        title=Text(
            en="ε joins before the bias correction (the paper's ε̂)", zh="ε 在偏差修正之前就加上了（论文中的 ε̂）"
        ),
        explanation=Text(
            en="This is a rule that exists: the second form in the paper, used by TensorFlow. But `torch.optim.Adam`"
            " corrects first and adds ε afterwards. In the first steps the two differ wherever ε is not negligible:"
            " with g = 1e-8 your step is far shorter.",
            zh="这个规则确实存在：它是论文里的第二种写法，TensorFlow 用的就是它。但 `torch.optim.Adam` 先修正、后加"
            " ε。在最初几步，凡是 ε 不可忽略的地方，两者就不同：g = 1e-8 时，您的一步要短得多。",
        ),
        section="one-name",
    ),
)
"""How the second moment becomes a scale; AdamW's too."""

AMSGRAD = (
    Mistake(
        "amsgrad-of-corrected",
        place="amsgrad",
        title=Text(en="`amsgrad` takes the maximum of the corrected moment", zh="`amsgrad` 取了修正后的矩的最大值"),
        explanation=Text(
            en="In torch the maximum is taken of the second moment as it stands in the state, and the correction comes"
            " afterwards. Early on, the corrected moment is larger, and your maximum never forgets that.",
            zh="在 torch 里，取最大值的对象是状态中的二阶矩，修正在那之后。起步阶段，修正后的矩更大，而您的最大值会一"
            "直记住它。",
        ),
        section="one-name",
        option="amsgrad",
    ),
    Mistake(
        "amsgrad-in-the-average",
        place="amsgrad",
        title=Text(en="`amsgrad` writes the maximum into the average", zh="`amsgrad` 把最大值写回了平均值"),
        explanation=Text(
            en="There are two memories: the average, which goes on as ever, and the largest value it has had. If the"
            " maximum replaces the average, the next average starts from too high.",
            zh="这里有两份记忆：平均值照常更新，另存一份它出现过的最大值。如果用最大值取代平均值，下一次平均就会从过高"
            "的值开始。",
        ),
        option="amsgrad",
    ),
    Mistake(
        "amsgrad-not-corrected",
        place="amsgrad",
        title=Text(en="with `amsgrad` the maximum is not corrected", zh="用 `amsgrad` 时，最大值没有修正"),
        explanation=Text(
            en="The amsgrad paper corrects no bias, neither in the direction nor in the scale. torch keeps both"
            " corrections: the maximum takes the second moment's place and is divided by 1 − β₂ᵗ as ever. Without"
            " that the first steps are too long.",
            zh="amsgrad 的论文里，方向和尺度都不做偏差修正。torch 则两处修正都保留：最大值代替了二阶矩，照样要除以 1 −"
            " β₂ᵗ。不除的话，最初几步就太长了。",
        ),
        section="one-name",
        option="amsgrad",
    ),
)
"""Stretch, and AdamW's too."""

MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.MEMORY,
    *shared.CLOCK,
    *shared.DECAY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    moments.DECAY_IN_FIRST_ONLY,
    shared.MAXIMIZE_AFTER_DECAY,
    *shared.blindness("lr", "betas", "eps"),
    *shared.blindness("weight_decay", hard_coded=False),
    *moments.AVERAGES,
    *CORRECTION,
    *SCALE,
    *AMSGRAD,
)
