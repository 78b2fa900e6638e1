"""What goes wrong with two averages, in Adam, AdamW and RAdam alike."""

from __future__ import annotations

from typing import Any, NamedTuple

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text


class Averages(NamedTuple):
    """Both moments after a step, what they are to be divided by, and the state that is handed back."""

    first: Any
    second: Any
    correction1: float
    correction2: float
    after: dict[str, Any]


class Moments(Switched):
    """The averages of gradients and of their squares, with switches."""

    def start(self, param: Any) -> dict[str, Any]:
        """The two averages start at zero; or, by mistake, elsewhere."""
        zero = 0 * param
        second = zero + 1 if "second-moment-from-one" in self.on else zero
        return {"step": 0, "exp_avg": zero, "exp_avg_sq": second}

    def averages(self, h: Any, t: int, raw: Any, grad: Any, state: dict[str, Any]) -> Averages:
        """Both averages of `grad` at step t; `raw` is the gradient without weight decay."""
        on = self.on
        beta1, beta2 = h.betas
        if "betas-swapped" in on:
            beta1, beta2 = beta2, beta1
        old1, old2 = (1 - beta1, 1 - beta2) if "weights-swapped" in on else (beta1, beta2)

        first = old1 * state["exp_avg"] + (1 - old1) * grad
        if "first-moment-a-sum" in on:
            first = old1 * state["exp_avg"] + grad
        squared = (raw if "decay-not-in-second-moment" in on else grad) ** 2
        if "square-forgotten" in on:
            squared = grad
        if "first-moment-squared" in on:
            squared = first**2
        second = old2 * state["exp_avg_sq"] + (1 - old2) * squared
        if "second-moment-a-sum" in on:
            second = state["exp_avg_sq"] + squared

        correction1, correction2 = 1 - beta1**t, 1 - beta2**t
        if "corrections-swapped" in on:
            correction1, correction2 = correction2, correction1
        if on & {"no-bias-correction", "only-second-corrected"}:
            correction1 = 1.0
        if on & {"no-bias-correction", "only-first-corrected"}:
            correction2 = 1.0
        after = {"step": int(state["step"]) + 1, "exp_avg": first, "exp_avg_sq": second}
        if "corrected-moments-kept" in on:
            after |= {"exp_avg": first / correction1, "exp_avg_sq": second / correction2}
        if "first-moment-forgotten" in on:
            first, correction1 = grad, 1.0
        return Averages(first, second, correction1, correction2, after)


AVERAGES = (
    Mistake(
        "betas-swapped",
        place="betas",
        title=Text(en="β₁ and β₂ are swapped", zh="β₁ 与 β₂ 用反了"),
        explanation=Text(
            en="The direction remembers as long as the scale should, and the scale as briefly as the direction. With"
            " the usual values the direction then averages a thousand gradients, and turns far too late. Which of"
            " the two belongs to `exp_avg`?",
            zh="方向的记忆变得和尺度一样长，尺度的记忆却和方向一样短。取常用的值时，方向会平均上千个梯度，转弯就太晚"
            "了。两者中哪一个属于 `exp_avg`？",
        ),
    ),
    Mistake(
        "weights-swapped",
        place="weights",
        title=Text(en="the shares of old and new are swapped in the average", zh="平均时，新旧两份的比例用反了"),
        explanation=Text(
            en="A β of 0.9 should keep nine tenths of the past and let in one tenth of the present; yours does the"
            " reverse, so the averages hardly remember anything. Ask of each factor: is it the share that stays, or"
            " the share that is new?",
            zh="β = 0.9 应当保留九成的过去，只让一成的现在进来；您的却反了过来，平均值几乎什么都记不住。请对每个因子问"
            "一句：它是留下来的那一份，还是新进来的那一份？",
        ),
    ),
    Mistake(
        "corrections-swapped",
        place="correction",
        title=Text(en="each moment is corrected with the other's β", zh="两个矩用了对方的 β 来修正"),
        explanation=Text(
            en="How far an average has filled after t steps depends on its own β. You divide the first moment by 1 −"
            " β₂ᵗ and the second by 1 − β₁ᵗ: with the usual values the direction comes out a hundred times too long"
            " in step 1, since 1 − β₂ is a hundredth of 1 − β₁.",
            zh="走了 t 步之后，一个平均值“装满”了多少，取决于它自己的 β。您用 1 − β₂ᵗ 去除一阶矩，用 1 − β₁ᵗ 去除二阶"
            "矩：取常用的值时，1 − β₂ 只有 1 − β₁ 的百分之一，第 1 步的方向会长出一百倍。",
        ),
        section="by-hand",
    ),
    Mistake(
        "corrected-moments-kept",
        place="correction",
        title=Text(en="the corrected moments are stored as the state", zh="把修正后的矩存成了状态"),
        explanation=Text(
            en="Step 1 is right. Then the next step averages on from numbers that were already divided by 1 − βᵗ, and"
            " divides again. The correction is only for the step; the averages themselves go on uncorrected.",
            zh="第 1 步是对的。但下一步会从已经除过 1 − βᵗ 的数接着平均，然后再除一次。修正只用于当前这一步，平均值本"
            "身要保持未修正。",
        ),
        section="by-hand",
    ),
    Mistake(
        "first-moment-forgotten",
        place="first moment",
        title=Text(en="the step follows the gradient, not its average", zh="步子跟着当前梯度走，而不是它的平均"),
        explanation=Text(
            en="The scale is right, but the direction has no memory: it is the bare gradient of this step, as in"
            " RMSprop. The path jitters with every single gradient.",
            zh="尺度是对的，方向却没有记忆：用的只是当前这一步的梯度，像 RMSprop 那样。路径会随着每一个梯度抖动。",
        ),
        hides=("no-bias-correction", "only-second-corrected"),
    ),
    Mistake(
        "first-moment-a-sum",
        place="first moment",
        title=Text(en="the first moment is a sum: the factor 1 − β₁ is missing", zh="一阶矩成了累加：少了因子 1 − β₁"),
        explanation=Text(
            en="This is the buffer of SGD with momentum. Here both moments are averages: without 1 − β₁ the direction"
            " is 1/(1 − β₁) times too long, ten times with the defaults, at every step.",
            zh="这是带动量的 SGD 的缓冲区。这里的两个矩都是平均：少了 1 − β₁，每一步的方向都会长出 1/(1 − β₁) 倍，取默"
            "认值时正好是十倍。",
        ),
    ),
    Mistake(
        "square-forgotten",
        place="second moment",
        title=Text(en="the square of the gradient is forgotten", zh="忘了给梯度取平方"),
        explanation=Text(
            en="A mean of gradients can be negative, and the root of that is NaN; where it is positive, the scale has"
            " the wrong unit. The second moment asks how large gradients are, whatever their sign.",
            zh="梯度的平均值可能为负，开方就成了 NaN；即使为正，尺度的单位也不对。二阶矩问的是梯度有多大，不管正负。",
        ),
    ),
    Mistake(
        "first-moment-squared",
        place="second moment",
        title=Text(
            en="the second moment is taken of `exp_avg`, not of the gradient", zh="二阶矩用的是 `exp_avg`，而不是梯度"
        ),
        explanation=Text(
            en="Squaring the average is not averaging the squares: gradients that change their sign cancel in the"
            " average and would still count in full in the squares. Your scale is too small wherever gradients"
            " disagree, just where the rule should be careful.",
            zh="平均值的平方不等于平方的平均：时正时负的梯度在平均中互相抵消，在平方里却应当全额计入。在梯度摇摆不定、"
            "规则本该谨慎的地方，您的尺度反而太小。",
        ),
        hides=("first-moment-forgotten",),
    ),
    Mistake(
        "second-moment-a-sum",
        place="second moment",
        title=Text(en="squared gradients are summed, as in AdaGrad", zh="梯度平方被累加起来，像 AdaGrad 那样"),
        explanation=Text(
            en="A sum only grows, so the steps only shrink, and in the end the walk stands still. An average forgets:"
            " that is what β₂ is for.",
            zh="累加只增不减，步子就越来越小，最后停在原地。平均会遗忘，β₂ 就是为此而设。",
        ),
    ),
    Mistake(
        "second-moment-from-one",
        place="start",
        title=Text(en="the second moment starts at 1, not at 0", zh="二阶矩从 1 开始，而不是从 0 开始"),
        explanation=Text(
            en="A start at 1 looks safe, for nothing is divided by zero. But the correction assumes a start at zero:"
            " it divides by 1 − β₂ᵗ and so blows the 1 up, and the first steps that it scales are far too short.",
            zh="从 1 开始看起来很安全，不会除以零。但偏差修正假定的是从零开始：它除以 1 − β₂ᵗ，会把这个 1 放得很大，最"
            "初由它缩放的几步就太短了。",
        ),
        section="by-hand",
    ),
)
"""How the two averages are taken, kept and corrected."""

SCALE = (
    Mistake(
        "eps-beside-the-quotient",
        place="scale",
        title=Text(en="ε is added to the quotient, not to its denominator", zh="ε 加在了商上，而不是分母上"),
        explanation=Text(
            en="A pair of parentheses is missing: division binds more tightly than addition, so ε is added to the step"
            " itself. It pushes every parameter the same way and prevents no division by zero.",
            zh="少了一对括号：除法优先于加法，于是 ε 加到了步长本身。它把每个参数都往同一个方向推，却防不住除以零。",
        ),
        section="by-hand",
    ),
    Mistake(
        "eps-forgotten",
        place="scale",
        title=Text(en="ε is left out", zh="漏掉了 ε"),
        explanation=Text(
            en="Where a parameter has never had a gradient, your rule divides 0 by 0, and NaN spreads from there."
            " Where gradients are tiny the steps are too long.",
            zh="如果一个参数从未有过梯度，您的规则会算 0 除以 0，NaN 就从那里扩散开来。梯度极小的地方，步子又会太长。",
        ),
        hides=("eps",),
    ),
    shared.WITHOUT_EPS,
    Mistake(
        "eps-added-to-the-parameter",
        place="scale",
        title=Text(en="ε is added to the parameter, not to the denominator", zh="ε 加在了参数上，而不是分母上"),
        explanation=Text(
            en="Written in one line without a pair of parentheses, ε comes last and joins neither the denominator nor"
            " the step: every parameter creeps upwards by ε a step, and 0 divided by 0 is still NaN. In the TensorFlow"
            " version of a well-known textbook, Adam has this line.",
            zh="整个式子写在一行，又少了一对括号，最后的 ε 既没进分母，也没进步子：每个参数每一步都往上挪 ε，而 0 除以"
            " 0 依旧是 NaN。有一本知名教材的 TensorFlow 版，Adam 就是这样写的。",
        ),
        section="by-hand",
        hides=("eps-hard-coded",),
    ),
    Mistake(
        "root-forgotten",
        place="scale",
        title=Text(en="the root is forgotten", zh="忘了开方"),
        explanation=Text(
            en="The step is divided by the mean square of the gradients, so its size depends on their unit: gradients"
            " ten times larger make steps ten times smaller. With the root it would not matter.",
            zh="这一步除以的是梯度平方的平均，于是步长取决于梯度的单位：梯度大十倍，步子反而小十倍。开了方，就与单位无"
            "关了。",
        ),
    ),
)
"""How the second one becomes a scale."""

DECAY_IN_FIRST_ONLY = Mistake(
    "decay-not-in-second-moment",
    place="decay",
    title=Text(en="weight decay is left out of the squares", zh="权重衰减没有进平方"),
    explanation=Text(
        en="The direction contains λ·θ, the squares do not. Here the decay is part of the gradient from the first line"
        " on, and both moments are taken of the same gradient. (Keeping it out of both is AdamW.)",
        zh="方向里有 λ·θ，平方里却没有。这里的衰减从第一行起就是梯度的一部分，两个矩用的是同一个梯度。（如果两个矩里都"
        "没有它，那就是 AdamW 了。）",
    ),
    section="one-name",
    hides=("first-moment-squared",),
)
"""Adam and RAdam; AdamW's moments see no decay at all."""
