"""Adam's wrong turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text


class Rule(Switched):
    """Adam with switches; see `solutions/adam.py` for the right one."""

    defaults = {
        "lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0, "amsgrad": False, "maximize": False,
    }  # fmt: skip

    def start(self, param: Any) -> dict[str, Any]:
        """The two averages start at zero; or, by mistake, elsewhere."""
        zero = 0 * param
        second = zero + 1 if "second-moment-from-one" in self.on else zero
        return {"step": 0, "exp_avg": zero, "exp_avg_sq": second, "max_exp_avg_sq": zero}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        beta1, beta2 = h.betas
        if "betas-swapped" in on:
            beta1, beta2 = beta2, beta1
        raw = -grad if h.maximize else grad
        param, grad = self.joined(h, param, grad)
        t = self.clock(state)

        first = grad if "first-moment-forgotten" in on else beta1 * state["exp_avg"] + (1 - beta1) * grad
        if "first-moment-a-sum" in on:
            first = beta1 * state["exp_avg"] + grad
        squared = (raw if "decay-not-in-second-moment" in on else grad) ** 2
        if "square-forgotten" in on:
            squared = grad
        if "first-moment-squared" in on:
            squared = first**2
        second = beta2 * state["exp_avg_sq"] + (1 - beta2) * squared
        if "second-moment-a-sum" in on:
            second = state["exp_avg_sq"] + squared
        largest = state["max_exp_avg_sq"]
        correction1, correction2 = 1 - beta1**t, 1 - beta2**t
        if on & {"no-bias-correction", "only-second-corrected"}:
            correction1 = 1.0
        if on & {"no-bias-correction", "only-first-corrected"}:
            correction2 = 1.0
        after = {"step": int(state["step"]) + 1, "exp_avg": first, "exp_avg_sq": second}
        corrected = second / correction2
        if "corrected-moments-kept" in on:
            after |= {"exp_avg": first / correction1, "exp_avg_sq": corrected}
        if h.amsgrad and "amsgrad-of-corrected" in on:
            corrected = largest = np.maximum(largest, corrected)
        elif h.amsgrad:
            largest = np.maximum(largest, second)
            corrected = largest / correction2
            if "amsgrad-in-the-average" in on:
                after["exp_avg_sq"] = largest
        after["max_exp_avg_sq"] = largest

        if "root-forgotten" in on:
            scale = corrected + h.eps
        elif "eps-inside-root" in on:
            scale = np.sqrt(corrected + h.eps)
        elif "eps-before-correction" in on:
            scale = (np.sqrt(corrected * correction2) + h.eps) / correction2**0.5
        elif "eps-forgotten" in on:
            scale = np.sqrt(corrected)
        elif "correction-outside-root" in on:
            scale = np.sqrt(corrected * correction2) / correction2 + h.eps
        else:
            scale = np.sqrt(corrected) + h.eps
        step = h.lr * (first / correction1) / scale
        if "eps-beside-the-quotient" in on:
            step = h.lr * ((first / correction1) / np.sqrt(corrected) + h.eps)
        return param - step, after


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.MEMORY,
    *shared.CLOCK,
    *shared.DECAY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    shared.GRADIENT_IN_PLACE,
    shared.MAXIMIZE_AFTER_DECAY,
    *shared.blindness("lr", "betas", "eps"),
    Mistake(
        "decay-not-in-second-moment",
        place="decay",
        title=Text(en="weight decay joins the first moment only", zh="权重衰减只进了一阶矩"),
        explanation=Text(
            en="The direction contains λ·θ, the squares do not. In Adam the decay is part of the gradient from the"
            " first line on, and both moments are taken of the same gradient. (Keeping it out of both is AdamW.)",
            zh="方向里有 λ·θ，平方里却没有。在 Adam 中，衰减从第一行起就是梯度的一部分，两个矩用的是同一个梯度。（如果"
            "两个矩里都没有它，那就是 AdamW 了。）",
        ),
        section="one-name",
    ),
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
    Mistake(
        "eps-beside-the-quotient",
        place="scale",
        title=Text(en="ε is added to the quotient, not to its denominator", zh="ε 加在了商上，而不是分母上"),
        explanation=Text(
            en="A pair of parentheses is missing: division binds more tightly than addition, so ε is added to the step"
            " itself. It pushes every parameter the same way and prevents no division by zero. A well-known"
            " textbook had this for years.",
            zh="少了一对括号：除法优先于加法，于是 ε 加到了步长本身。它把每个参数都往同一个方向推，却防不住除以零。一"
            "本知名教材里，这个错误存在了好几年。",
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
    Mistake(
        "root-forgotten",
        place="scale",
        title=Text(en="the root of the second moment is forgotten", zh="二阶矩忘了开方"),
        explanation=Text(
            en="The step is divided by the mean square of the gradients, so its size depends on their unit: gradients"
            " ten times larger make steps ten times smaller. With the root it would not matter.",
            zh="这一步除以的是梯度平方的平均，于是步长取决于梯度的单位：梯度大十倍，步子反而小十倍。开了方，就与单位无"
            "关了。",
        ),
    ),
    Mistake(
        "square-forgotten",
        place="second moment",
        title=Text(
            en="the second moment averages the gradient, not its square", zh="二阶矩平均的是梯度，而不是梯度的平方"
        ),
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
            " disagree, just where Adam should be careful.",
            zh="平均值的平方不等于平方的平均：时正时负的梯度在平均中互相抵消，在平方里却应当全额计入。在梯度摇摆不定、"
            "Adam 本该谨慎的地方，您的尺度反而太小。",
        ),
        hides=("decay-not-in-second-moment", "first-moment-forgotten"),
    ),
    Mistake(
        "first-moment-forgotten",
        place="first moment",
        title=Text(en="the step follows the gradient, not its average", zh="步子跟着当前梯度走，而不是它的平均"),
        explanation=Text(
            en="The scale is Adam's but the direction has no memory: that is RMSprop with a correction. The path"
            " jitters with every single gradient.",
            zh="尺度是 Adam 的，方向却没有记忆：这其实是加了修正的 RMSprop。路径会随着每一个梯度抖动。",
        ),
    ),
    Mistake(
        "first-moment-a-sum",
        place="first moment",
        title=Text(en="the first moment is a sum: the factor 1 − β₁ is missing", zh="一阶矩成了累加：少了因子 1 − β₁"),
        explanation=Text(
            en="This is the buffer of SGD with momentum. In Adam both moments are averages: without 1 − β₁ the"
            " direction is 1/(1 − β₁) times too long, ten times with the defaults, at every step.",
            zh="这是带动量的 SGD 的缓冲区。在 Adam 里，两个矩都是平均：少了 1 − β₁，每一步的方向都会长出 1/(1 − β₁) "
            "倍，取默认值时正好是十倍。",
        ),
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
            " it divides by 1 − β₂ᵗ and so blows the 1 up, and the first steps are far too short.",
            zh="从 1 开始看起来很安全，不会除以零。但偏差修正假定的是从零开始：它除以 1 − β₂ᵗ，会把这个 1 放得很大，最"
            "初几步就太短了。",
        ),
        section="by-hand",
    ),
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
)
