"""RAdam's wrong turns: those with two averages, and what can be wrong with waiting and rectifying."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course.grading.mistakes import moments, shared
from course.grading.mistakes.mistake import Mistake, hiding
from course.text import Text


class Rule(moments.Moments):
    """RAdam with switches; see `solutions/radam.py` for the right one."""

    defaults = {
        "lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0,
        "decoupled_weight_decay": False, "maximize": False,
    }  # fmt: skip

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        raw = -grad if h.maximize else grad
        t = self.clock(state)
        late = 0.0
        if h.decoupled_weight_decay:
            share = (1.0 if "decoupled-not-times-lr" in on else h.lr) * h.weight_decay
            grad = raw + h.weight_decay * param if "decay-in-both" in on else raw
            if "decoupled-after-step" in on:
                late = share
            else:
                param = param * (1 - share)
        else:
            param, grad = self.joined(h, param, grad)
        first, second, correction1, correction2, after = self.averages(h, t, raw, grad, state)
        rect = self.rectification(h, t)
        if rect is None:
            move = self.early(h, grad, first, second, correction1, correction2)
            if "second-moment-waits" in on:
                after["exp_avg_sq"] = state["exp_avg_sq"]
        else:
            move = rect * (first / correction1) * self.scaling(h, second, correction2)
            if "eps-beside-the-quotient" in on:
                move = rect * (first / correction1) * correction2**0.5 / np.sqrt(second) + h.eps
        new = (param - h.lr * move) * (1 - late)
        return new + (h.eps if rect is not None and "eps-added-to-the-parameter" in on else 0.0), after

    def rectification(self, h: Any, t: int) -> Any:
        """r_t, or None as long as the second moment is not to be trusted."""
        on = self.on
        beta = h.betas[0] if "rho-of-beta1" in on else h.betas[1]
        if "betas-swapped" in on:
            beta = h.betas[1] if "rho-of-beta1" in on else h.betas[0]
        limit = 2 / (1 - beta) - (0 if "rho-limit-not-less-one" in on else 1)
        power = t * beta**t if "rho-not-doubled" in on else 2 * t * beta**t
        filled = 1 - (beta if "rho-power-forgotten" in on else beta**t)
        rho = limit - power / filled if filled else math.nan
        if "threshold-forgotten" not in on:
            trusted = rho > (4 if "rectified-above-four" in on else 5)
            if "rectified-from-step-six" in on:
                trusted = t > 5
            if not trusted or "never-rectified" in on:
                return None
        if "rectification-forgotten" in on:
            return 1.0
        last = rho / limit if "rectification-last-factor-swapped" in on else limit / rho
        square = (rho - 4) * (rho - 2) * last / ((limit - 4) * (limit - 2))
        if "rectification-without-root" in on:
            return square
        root = math.sqrt(square) if square > 0 else math.nan
        return 1 / root if "rectification-upside-down" in on else root

    def early(self, h: Any, grad: Any, first: Any, second: Any, correction1: float, correction2: float) -> Any:
        """The move of a step that is not rectified."""
        on = self.on
        if "first-steps-skipped" in on:
            return 0 * first
        if "first-steps-of-sgd" in on:
            return grad
        if "first-steps-not-corrected" in on:
            return first
        if "first-steps-normalised" in on:
            return (first / correction1) * self.scaling(h, second, correction2)
        return first / correction1

    def scaling(self, h: Any, second: Any, correction2: float) -> Any:
        """What a rectified direction is multiplied by."""
        on = self.on
        if "root-forgotten" in on:
            return correction2 / (second + h.eps)
        if "eps-inside-root" in on:
            return correction2**0.5 / np.sqrt(second + h.eps)
        if "eps-after-correction" in on:
            return 1 / (np.sqrt(second / correction2) + h.eps)
        if on & {"eps-forgotten", "eps-added-to-the-parameter", "eps-without-effect"}:
            root = np.sqrt(second)
            return correction2**0.5 / (root + (root == 0) if "eps-without-effect" in on else root)
        if "correction-without-root" in on:
            return correction2 / (np.sqrt(second) + h.eps)
        return correction2**0.5 / (np.sqrt(second) + h.eps)


UNRECTIFIED = (
    *("decay-not-in-second-moment", "eps", "second moment", "start", "scale", "threshold", "waiting"),
    *("rectification", "rho", "only-first-corrected", "first-moment-forgotten"),
)
"""What shows in rectified steps alone, or is another name for the same path where there are none."""

HIDDEN = {
    "first-moment-forgotten": ("no-bias-correction", "only-second-corrected", "first-steps-not-corrected"),
    "step-frozen": (*UNRECTIFIED, "first steps", "no-bias-correction"),
    "state-not-kept": (
        *(*UNRECTIFIED, "first steps", "no-bias-correction", "betas", "step-frozen"),
        *("corrected-moments-kept", "decay-decoupled"),
    ),
}
"""What mistakes of several topics hide here. Where t stays at 1, every step is a first one and never rectified."""


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *hiding(shared.MEMORY, HIDDEN),
    *hiding(shared.CLOCK, HIDDEN),
    *shared.DECAY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    moments.DECAY_IN_FIRST_ONLY,
    shared.MAXIMIZE_AFTER_DECAY,
    *shared.blindness("lr", "betas", "eps"),
    *shared.blindness("weight_decay", hard_coded=False),
    *hiding(moments.AVERAGES, HIDDEN),
    Mistake(
        "no-bias-correction",
        place="correction",
        title=Text(en="no bias correction", zh="没有做偏差修正"),
        explanation=Text(
            en="Both averages start at zero and need time to fill. Uncorrected, the first momentum steps are too short"
            " (step 1 has only 1 − β₁ of its length), and the first rectified one is about six times too long with"
            " the default betas. Waiting does not replace correcting.",
            zh="两个平均值都从零开始，需要时间才能“装满”。不做修正时，最初的动量步太短（第 1 步只有应有长度的 1 −"
            " β₁），而取默认的 β 时，第一个整流步又长了约六倍。等待并不能代替修正。",
        ),
        section="by-hand",
        hides=(
            "correction-without-root",
            "eps-after-correction",
            "first-steps-not-corrected",
        ),
    ),
    Mistake(
        "only-first-corrected",
        place="correction",
        title=Text(en="the second moment is not corrected", zh="二阶矩没有修正"),
        explanation=Text(
            en="The factor √(1 − β₂ᵗ) is missing. The steps that are not rectified do not need it, so the path is"
            " right at first; with the default betas it is wrong from step 6 on, which comes out thirteen times too"
            " long.",
            zh="缺了因子 √(1 − β₂ᵗ)。没有整流的那几步用不到它，所以一开始路径是对的；取默认的 β 时，从第 6 步起就错"
            "了，那一步长了十三倍。",
        ),
        section="by-hand",
        hides=(
            "correction-without-root",
            "eps-after-correction",
        ),
    ),
    Mistake(
        "only-second-corrected",
        place="correction",
        title=Text(en="the first moment is not corrected", zh="一阶矩没有修正"),
        explanation=Text(
            en="The direction is underestimated as long as its average fills, whether the step is rectified or not:"
            " step 1 has only 1 − β₁ of its length, a tenth with the defaults. It is the second moment that one"
            " waits for, not the first.",
            zh="在平均值“装满”之前，不管有没有整流，方向都被低估了：第 1 步只有应有长度的 1 − β₁，取默认值时是十分之"
            "一。需要等待的是二阶矩，不是一阶矩。",
        ),
        section="by-hand",
        hides=("first-steps-not-corrected",),
    ),
    Mistake(
        "correction-without-root",
        place="scale",
        title=Text(en="1 − β₂ᵗ has lost its root", zh="1 − β₂ᵗ 丢了根号"),
        explanation=Text(
            en="Below stands the root of the second moment, so what corrects it is a root as well. Without that you"
            " correct too much: with the default betas the first rectified step is thirteen times too short, and"
            " the steps recover only slowly.",
            zh="分母里是二阶矩的平方根，所以修正它的也应当是平方根。丢了根号就修正过头了：取默认的 β 时，第一个整流步"
            "只有应有长度的十三分之一，之后恢复得也很慢。",
        ),
        section="by-hand",
    ),
    Mistake(
        "eps-after-correction",
        place="scale",
        title=Text(en="ε joins after the bias correction, as in Adam", zh="ε 在偏差修正之后才加上，像 Adam 那样"),
        explanation=Text(
            en="It is the better-known place, but `torch.optim.RAdam` adds ε to √v before the correction, unlike its"
            " own Adam. In step 6 with the default betas torch's ε counts thirteen times as much as yours; with"
            " tiny gradients that shows.",
            zh="这个位置更为人熟知，但 `torch.optim.RAdam` 与它自家的 Adam 不同，在修正之前就把 ε 加到了 √v 上。取默认"
            "的 β 时，第 6 步里 torch 的 ε 作用是您的十三倍；梯度极小时就看得出来。",
        ),
        section="one-name",
    ),
    Mistake(
        "eps-inside-root",
        place="scale",
        title=Text(en="ε is inside the root", zh="ε 放进了根号里"),
        explanation=Text(
            en="√(v + ε) and √v + ε look alike and differ by much when gradients are small: √1e-8 is 1e-4, ten"
            " thousand times 1e-8. torch has ε outside.",
            zh="√(v + ε) 与 √v + ε 看起来差不多，梯度很小时却差得很远：√1e-8 是 1e-4，是 1e-8 的一万倍。torch 把 ε 放在"
            "根号外面。",
        ),
        section="one-name",
    ),
    *moments.SCALE,
    Mistake(
        "rectified-above-four",
        place="threshold",
        title=Text(en="the threshold is 4, as in the paper", zh="门槛取了 4，与论文相同"),
        explanation=Text(
            en="The paper rectifies as soon as ρ exceeds 4; `torch.optim.RAdam` waits until it exceeds 5. With β₂ ="
            " 0.999 you start in step 5 instead of step 6: your fifth step is already divided by a second moment on"
            " which torch does not yet rely.",
            zh="论文在 ρ 大于 4 时就开始整流，`torch.optim.RAdam` 则要等到 ρ 大于 5。β₂ = 0.999 时，您从第 5 步而不是"
            "第 6 步开始：您的第五步已经除以二阶矩，而 torch 这时还信不过它。",
        ),
        section="one-name",
    ),
    Mistake(
        "rectified-from-step-six",
        place="threshold",
        title=Text(en="the sixth step is taken for the threshold", zh="把“第 6 步”当成了门槛"),
        explanation=Text(
            en="Step 6 is where ρ exceeds 5 for β₂ = 0.999, and also for 0.9; it is no rule. With β₂ = 0.8 it happens"
            " in step 7, with 0.55 never. The question is how many gradients the second moment rests on, and that"
            " depends on β₂.",
            zh="β₂ = 0.999 时，ρ 恰好在第 6 步超过 5，0.9 时也是，但这不是规则：β₂ = 0.8 时要到第 7 步，0.55 时永远不"
            "会。要问的是二阶矩依据了多少个梯度，而这取决于 β₂。",
        ),
    ),
    Mistake(
        "threshold-forgotten",
        place="threshold",
        title=Text(en="every step is rectified, without a threshold", zh="没有门槛，每一步都整流"),
        explanation=Text(
            en="As long as ρ lies between 2 and 4, the number under the root of r is negative and the path becomes"
            " NaN. This is what the threshold is for: so early, the variance of the scale is not even defined, and"
            " there is nothing to rectify.",
            zh="只要 ρ 在 2 与 4 之间，r 的根号下就是负数，路径会变成 NaN。门槛正是为此而设：这么早的时候，尺度的方差"
            "根本没有定义，也就谈不上整流。",
        ),
        section="by-hand",
        hides=(
            "first steps",
            "waiting",
            "lr-read-once",
            "betas-read-once",
            "eps-read-once",
            "weight-decay-read-once",
        ),
    ),
    Mistake(
        "never-rectified",
        place="threshold",
        title=Text(en="no step is ever rectified", zh="没有一步整流过"),
        explanation=Text(
            en="Your path is momentum's from beginning to end: no step is divided by the root of the second moment."
            " Either the test is the wrong way round or ρ never gets above 5. Print ρ for the first ten steps: with"
            " β₂ = 0.999 it is very nearly the number of the step.",
            zh="您的路径从头到尾都是动量：没有一步除以二阶矩的平方根。要么是判断写反了，要么是 ρ 始终没有超过 5。请打"
            "印前十步的 ρ：β₂ = 0.999 时，它几乎就等于步数。",
        ),
        section="by-hand",
        hides=(*UNRECTIFIED, "first steps"),
    ),
    Mistake(
        "first-steps-skipped",
        place="first steps",
        title=Text(en="the first steps are skipped", zh="最初几步被跳过了"),
        explanation=Text(
            en="While ρ is small, your parameter stays where it is. The authors' own code does so"
            " by default; the paper and torch take a step of plain momentum. With β₂ = 0.999 five steps are lost,"
            " and each new start loses them again.",
            zh="ρ 还小的时候，您的参数停在原地。作者自己的代码就是这样；论文和 torch 则走一步普通的动"
            "量。β₂ = 0.999 时会白白丢掉五步，每次重新开始都要再丢一次。",
        ),
        section="one-name",
    ),
    Mistake(
        "first-steps-normalised",
        place="first steps",
        title=Text(en="the first steps are Adam's", zh="最初几步走成了 Adam"),
        explanation=Text(
            en="While ρ is small, you divide by the root of the second moment all the same, only without r. That is"
            " just what RAdam wants to avoid: from so few gradients the scale may be wrong by any factor. Until"
            " then the direction is used as it is, so a gradient of 100 moves the parameter by 100·lr.",
            zh="ρ 还小的时候，您照样除以二阶矩的平方根，只是没有乘 r。RAdam 要避免的正是这一点：梯度这么少，尺度可能错"
            "得离谱。在那之前，方向是直接拿来用的，所以梯度为 100 时，参数移动 100·lr。",
        ),
    ),
    Mistake(
        "first-steps-not-corrected",
        place="first steps",
        title=Text(en="the first steps use the uncorrected average", zh="最初几步用了未修正的平均值"),
        explanation=Text(
            en="Not normalised does not mean not corrected. In the early steps, too, it is m̂ that sets the direction;"
            " with m instead, step 1 has a tenth of its length (β₁ = 0.9) and step 5 four tenths, and all later"
            " steps start from the wrong place.",
            zh="没有归一化，不等于没有修正。最初几步的方向同样由 m̂ 决定；换成 m，第 1 步只有应有长度的十分之一（β₁ ="
            " 0.9），第 5 步也只有四成，之后的每一步都从错误的位置出发。",
        ),
        section="by-hand",
    ),
    Mistake(
        "first-steps-of-sgd",
        place="first steps",
        title=Text(en="the first steps follow the bare gradient", zh="最初几步只跟着当前梯度走"),
        explanation=Text(
            en="The paper speaks of falling back to SGD, but to SGD with momentum: only the scale is not trusted yet,"
            " the averaged direction is. Step 1 does not show it, for m̂ is the gradient there; from step 2 on the"
            " path is another one.",
            zh="论文说的是退回 SGD，但那是带动量的 SGD：还信不过的只是尺度，平均过的方向照用不误。第 1 步看不出来，因"
            "为那时 m̂ 就等于梯度；从第 2 步起，路径就不同了。",
        ),
        section="by-hand",
        hides=("first moment",),
    ),
    Mistake(
        "second-moment-waits",
        place="waiting",
        title=Text(en="the second moment is not updated in the first steps", zh="最初几步没有更新二阶矩"),
        explanation=Text(
            en="It is not used yet, but it has to be collected: ρ counts on the gradients of all steps so far. In"
            " yours the average begins when it is needed, so v is too small, the correction does not fit it, and"
            " the first rectified steps are too long.",
            zh="二阶矩虽然还没用上，却必须从一开始就积累：ρ 算的是到目前为止的所有梯度。您的平均值要到用时才开始，于是"
            " v 偏小，与修正对不上，最初几个整流步就太长了。",
        ),
        section="by-hand",
    ),
    Mistake(
        "rectification-forgotten",
        place="rectification",
        title=Text(en="the factor r is left out", zh="漏掉了系数 r"),
        explanation=Text(
            en="You wait, as RAdam does, and then go on with Adam's full step at once. With β₂ = 0.999 the first of"
            " them should be multiplied by 0.026, and the factor needs about 350 steps to reach 0.4: this slow"
            " start is what rectification means.",
            zh="您像 RAdam 那样等待，之后却立刻迈出 Adam 的整步。β₂ = 0.999 时，其中第一步本应乘以 0.026，而且大约要走"
            " 350 步，系数才到 0.4：这样缓慢的起步，才是“整流”的含义。",
        ),
    ),
    Mistake(
        "rectification-upside-down",
        place="rectification",
        title=Text(en="the factor r is upside down", zh="系数 r 上下颠倒了"),
        explanation=Text(
            en="r is below 1 and grows towards it; yours begins far above: with β₂ = 0.999 it is 39 in the first"
            " rectified step where it should be 1/39. The steps that deserve the least trust come out the longest."
            " Which of the two lengths, ρ or its limit, makes the numerator smaller?",
            zh="r 小于 1，并逐渐向 1 增大；您的却从很大的数开始：β₂ = 0.999 时，第一个整流步里它是 39，本应是 1/39。最"
            "不可信的几步反而迈得最长。ρ 与它的极限 ρ_∞，哪一个应当让分子变小？",
        ),
        section="by-hand",
    ),
    Mistake(
        "rectification-without-root",
        place="rectification",
        title=Text(en="the factor r lacks its root", zh="系数 r 没有开方"),
        explanation=Text(
            en="The fraction compares variances; a step is scaled by a standard deviation, so the root is taken of it."
            " Yours is r squared: with β₂ = 0.999 the first rectified step has 0.0007 of its length instead of"
            " 0.026, and the start is far too slow.",
            zh="这个分数比较的是方差，而缩放步子用的是标准差，所以还要开方。您用的是 r 的平方：β₂ = 0.999 时，第一个整"
            "流步乘的是 0.0007，而不是 0.026，起步就太慢了。",
        ),
        section="by-hand",
    ),
    Mistake(
        "rectification-last-factor-swapped",
        place="rectification",
        title=Text(
            en="ρ and its limit have changed places in the last factor",
            zh="最后一个因子里，ρ 与它的极限放反了",
        ),
        explanation=Text(
            en="In the first two factors ρ stands above and its limit below; in the last it is the other way round,"
            " which is easily overlooked. In yours every factor has ρ above, so the start is slower than it should"
            " be: r comes out too small by the factor ρ/ρ_∞.",
            zh="前两个因子里，ρ 在分子上，它的极限在分母上；最后一个因子恰好相反，很容易看漏。您的三个因子都把 ρ 放在"
            "分子上，r 就小了，是应有值的 ρ/ρ_∞ 倍，起步比应有的更慢。",
        ),
        section="by-hand",
    ),
    Mistake(
        "rho-of-beta1",
        place="rho",
        title=Text(en="ρ is computed from β₁", zh="ρ 是用 β₁ 算的"),
        explanation=Text(
            en="ρ tells how many gradients the second moment averages, so it depends on that average's own β. With β₁"
            " = 0.9 the limit is 19 instead of 1999: you rectify for a few dozen steps, where RAdam takes"
            " thousands.",
            zh="ρ 说的是二阶矩平均了多少个梯度，所以取决于这个平均值自己的 β。用 β₁ = 0.9 来算，极限是 19 而不是"
            " 1999：RAdam 要整流几千步，您几十步就结束了。",
        ),
    ),
    Mistake(
        "rho-limit-not-less-one",
        place="rho",
        title=Text(en="ρ_∞ is too large by 1", zh="ρ_∞ 大了 1"),
        explanation=Text(
            en="The limit is 2/(1 − β₂) − 1; the 1 is missing, in the limit and so in every ρ. In step 1 your ρ is 2"
            " where one gradient has been seen. With β₂ = 0.999 you start a step too early.",
            zh="极限是 2/(1 − β₂) − 1；您漏了那个 1，于是极限和每一步的 ρ 都大了 1。第 1 步只见过一个梯度，您的 ρ 却是"
            " 2。β₂ = 0.999 时，您会早一步开始整流。",
        ),
        section="by-hand",
    ),
    Mistake(
        "rho-not-doubled",
        place="rho",
        title=Text(en="the factor 2 is missing in ρ", zh="ρ 里少了因子 2"),
        explanation=Text(
            en="What is taken off the limit is 2·t·β₂ᵗ/(1 − β₂ᵗ). Without the 2, ρ starts at about half the limit,"
            " near 1000 with β₂ = 0.999, so you trust the second moment from the first step on. With one gradient"
            " seen, ρ must be 1: that is a good test.",
            zh="从极限里减去的是 2·t·β₂ᵗ/(1 − β₂ᵗ)。少了 2，ρ 一开始就约为极限的一半，β₂ = 0.999 时接近 1000，于是您从"
            "第一步起就相信了二阶矩。只见过一个梯度时，ρ 必须等于 1：用它来检验很方便。",
        ),
        section="by-hand",
        hides=("rectified-above-four", "first steps", "waiting"),
    ),
    Mistake(
        "rho-power-forgotten",
        place="rho",
        title=Text(en="1 − β₂ stands for 1 − β₂ᵗ in ρ", zh="ρ 里的 1 − β₂ᵗ 写成了 1 − β₂"),
        explanation=Text(
            en="In step 1 both are the same, then yours stays small and far too much is taken off: with β₂ = 0.999, ρ"
            " turns negative in step 2 and thousands of steps pass before anything is rectified. With two gradients"
            " seen, ρ must be almost 2.",
            zh="第 1 步两者相同，之后您的分母一直很小，减去的就太多了：β₂ = 0.999 时，ρ 在第 2 步就成了负数，要过几千"
            "步才会开始整流。见过两个梯度时，ρ 应当几乎等于 2。",
        ),
        section="by-hand",
    ),
    Mistake(
        "decay-in-both",
        place="decoupled",
        title=Text(en="weight decay acts twice", zh="权重衰减起了两次作用"),
        explanation=Text(
            en="You shrink the parameter, and λ·θ still joins the gradient as well. The option does not add a second"
            " decay, it chooses where the one decay goes: to the parameter instead of the gradient.",
            zh="您缩小了参数，同时 λ·θ 仍然加进了梯度。这个选项并不是再添一份衰减，而是决定这一份衰减放在哪里：放在参"
            "数上，而不是梯度里。",
        ),
        option="decoupled_weight_decay",
    ),
    Mistake(
        "decoupled-not-times-lr",
        place="decoupled",
        title=Text(en="the decoupled decay is not multiplied by the learning rate", zh="解耦的衰减没有乘学习率"),
        explanation=Text(
            en="In the gradient, the decay is multiplied by lr along with everything else; decoupled, it has to be"
            " done by hand. Otherwise each step takes the share λ off the parameter, even when a schedule has"
            " brought the rate down to almost nothing.",
            zh="衰减在梯度里时，会随着其他内容一起乘上 lr；解耦之后就得自己来乘。否则每一步都从参数上削去 λ 这么大的比"
            "例，哪怕调度已经把学习率降到几乎为零。",
        ),
        section="one-name",
        option="decoupled_weight_decay",
    ),
    Mistake(
        "decoupled-after-step",
        place="decoupled",
        title=Text(en="the decoupled decay comes after the step", zh="先走一步，然后才做解耦的衰减"),
        explanation=Text(
            en="You shrink the parameter where the step has brought it, so the step is shrunk too. torch shrinks the"
            " parameter as it was before the step, in AdamW and here.",
            zh="您缩小的是走完这一步之后的参数，于是这一步本身也被缩短了。torch 无论在 AdamW 里还是在这里，缩小的都是"
            "走这一步之前的参数。",
        ),
        section="one-name",
        option="decoupled_weight_decay",
    ),
)
