"""RMSprop's wrong turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text


class Rule(Switched):
    """RMSprop with switches; see `solutions/rmsprop.py` for the right one."""

    defaults = {
        "lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0,
        "momentum": 0.0, "centered": False, "maximize": False,
    }  # fmt: skip
    elsewhere = {"alpha": 0.9}

    def start(self, param: Any) -> dict[str, Any]:
        """Every memory starts at zero; or, by mistake, elsewhere."""
        zero = 0 * param
        first = zero + 1 if "second-moment-from-one" in self.on else zero
        return {"step": 0, "square_avg": first, "momentum_buffer": zero, "grad_avg": zero, "numerator": zero}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        raw = -grad if h.maximize else grad
        param, grad = self.joined(h, param, grad)
        t = int(state["step"]) + 1

        old = state["square_avg"]
        square = self.squared(raw, grad, np.mean)
        if "average-from-first-value" in on and t == 1:
            old = square
        average = old + square if "second-moment-a-sum" in on else self.averaged(h.alpha, old, square)
        after = {**state, "step": t, "square_avg": average}
        variance = old if "scale-one-step-late" in on else average
        if "bias-corrected" in on:
            variance = variance / (1 - h.alpha**t)
        if "squared-too-late" in on:
            variance = variance**2

        numerator = grad
        if "numerator-averaged" in on:
            after["numerator"] = numerator = h.alpha * state["numerator"] + (1 - h.alpha) * grad
        if h.centered or "centered-always" in on:
            after["grad_avg"] = mean = h.alpha * state["grad_avg"] + (1 - h.alpha) * grad
            if "centered-old-mean" in on:
                mean = state["grad_avg"]
            variance = variance - (mean if "centered-mean-not-squared" in on else mean**2)
            if "centered-variance-kept" in on:
                after["square_avg"] = variance
            if "centered-numerator-too" in on:
                numerator = grad - mean

        move, buffer = self.scaled(h, numerator, variance), state["momentum_buffer"]
        if h.momentum and "lr-in-buffer" in on:
            after["momentum_buffer"] = buffer = h.momentum * buffer + h.lr * move
            return param - buffer, after
        if h.momentum and "buffer-before-scale" in on:
            after["momentum_buffer"] = buffer = h.momentum * buffer + numerator
            move = self.scaled(h, buffer, variance)
        elif h.momentum:
            share = 1 - h.momentum if "scaled-buffer-an-average" in on else 1.0
            after["momentum_buffer"] = buffer = h.momentum * buffer + share * move
            move = move + h.momentum * buffer if "buffer-looks-ahead" in on else buffer
        new = self.moved(h, param, (1.0 if "lr-forgotten" in on else h.lr) * move)
        return new + (h.eps if "eps-added-to-the-parameter" in on else 0.0), after


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.MEMORY,
    *shared.DECAY,
    *shared.L2_DECAY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    shared.MAXIMIZE_AFTER_DECAY,
    shared.LR_FORGOTTEN,
    *shared.blindness("lr", "alpha", "eps"),
    *shared.blindness("weight_decay", hard_coded=False),
    shared.default_elsewhere(
        "alpha", "0.9", Text(en="the lecture that proposed RMSprop", zh="提出 RMSprop 的那份讲义")
    ),
    *shared.SQUARES,
    *shared.SCALE,
    *shared.averages("α"),
    Mistake(
        "second-moment-a-sum",
        place="average",
        title=Text(en="squared gradients are summed, as in AdaGrad", zh="梯度平方被累加起来，像 AdaGrad 那样"),
        explanation=Text(
            en="A sum only grows, so the steps only shrink, and in the end the walk stands still. An average forgets:"
            " that is what α is for, and all that sets this rule apart from AdaGrad.",
            zh="累加只增不减，步子就越来越小，最后停在原地。平均会遗忘，α 就是为此而设，这也是这个规则与 AdaGrad 唯一"
            "的区别。",
        ),
        hides=("alpha", "state-not-kept"),
    ),
    Mistake(
        "second-moment-from-one",
        place="start",
        title=Text(en="the second moment starts at 1, not at 0", zh="二阶矩从 1 开始，而不是从 0 开始"),
        explanation=Text(
            en="TensorFlow's first RMSprop did start at 1; torch starts at 0. The 1 fades by the factor α a step: with"
            " 0.99 more than a third of it is left after 90 steps, and small gradients make far too short steps for"
            " as long.",
            zh="TensorFlow 最早的 RMSprop 确实从 1 开始，torch 则从 0 开始。这个 1 每一步乘以 α 逐渐淡去：取 0.99 时，"
            "90 步之后还剩三分之一以上，这期间，梯度小的地方步子都太短。",
        ),
        section="one-name",
    ),
    Mistake(
        "average-from-first-value",
        place="start",
        title=Text(en="the average starts with the first square", zh="平均值从第一个平方开始"),
        explanation=Text(
            en="Your first average is g₁² in full, so the first step is γ long. In torch the average starts at 0 and"
            " holds only the share 1 − α of g₁² after one step: the first step is γ/√(1 − α), ten times γ with the"
            " default.",
            zh="您的第一个平均值就是完整的 g₁²，所以第一步长 γ。在 torch 里，平均值从 0 开始，一步之后只装了 g₁² 的 1"
            " − α：第一步的长度是 γ/√(1 − α)，取默认值时是 γ 的十倍。",
        ),
        section="by-hand",
        hides=("scale-one-step-late", "state-not-kept"),
    ),
    Mistake(
        "bias-corrected",
        place="correction",
        title=Text(en="a bias correction where there is none", zh="多做了偏差修正"),
        explanation=Text(
            en="That is Adam's idea, and younger than this rule. RMSprop leaves the average as it is, too small at"
            " first, so its first step is γ/√(1 − α), ten times γ with the default; yours is γ. After a few hundred"
            " steps the two all but agree.",
            zh="这是 Adam 的做法，比这个规则出现得晚。RMSprop 不管起步时平均值偏小，所以第一步是 γ/√(1 − α)，取默认值"
            "时是 γ 的十倍，而您的是 γ。几百步之后，两者才又趋于一致。",
        ),
        section="by-hand",
    ),
    Mistake(
        "numerator-averaged",
        place="numerator",
        title=Text(en="the gradient itself is averaged too", zh="梯度本身也做了平均"),
        explanation=Text(
            en="In RMSprop only the squares are averaged. The direction is the present"
            " gradient, so the path turns at once where the gradient turns. With both"
            " averaged you are on the way to Adam.",
            zh="在 RMSprop 里，被平均的只有平方。方向就是当前的梯度，梯度一"
            "转，路径立刻跟着转。两者都平均，就快成 Adam 了。",
        ),
    ),
    Mistake(
        "centered-always",
        place="centered",
        title=Text(en="always centered, whatever `centered` says", zh="不管 `centered` 是什么，始终做了中心化"),
        explanation=Text(
            en="You subtract the squared mean of the gradients under the root, which is an option and off by default."
            " Without it the rule asks how large gradients are, with it how much they vary: on a long even slope"
            " your steps get much too long.",
            zh="您在根号里减去了梯度平均值的平方，而这是一个选项，默认关闭。不减时，规则看的是梯度有多大；减了之后，看"
            "的是梯度变化有多大：在又长又匀的坡上，您的步子会大得多。",
        ),
        section="one-name",
        hides=("squared-too-late",),
    ),
    Mistake(
        "lr-in-buffer",
        place="momentum_buffer",
        title=Text(en="the learning rate is inside the buffer", zh="学习率进了缓冲区"),
        explanation=Text(
            en="TensorFlow keeps it so, torch multiplies the buffer by the rate afterwards. While the rate is constant"
            " the two agree; when a schedule lowers it, your buffer still carries steps of the old length.",
            zh="TensorFlow 是这样存的，torch 则是之后再用学习率去乘缓冲区。学习率不变时两者一样；一旦调度把它降低，您"
            "的缓冲区里还留着按旧学习率算的步子。",
        ),
        section="one-name",
        option="momentum",
    ),
    Mistake(
        "scaled-buffer-an-average",
        place="momentum_buffer",
        title=Text(en="the buffer is an average: a factor 1 − μ too many", zh="缓冲区成了平均：多了因子 1 − μ"),
        explanation=Text(
            en="The squares are averaged, the buffer is not: it gathers what comes in whole and keeps the share μ of"
            " what it has, as in SGD with momentum. With μ = 0.9 your steps have a tenth of their length.",
            zh="平方做平均，缓冲区却不做：新来的整个加进去，旧的保留 μ，和带动量的 SGD 一样。μ = 0.9 时，您的步子只有"
            "应有长度的十分之一。",
        ),
        section="your-turn",
        option="momentum",
    ),
    Mistake(
        "buffer-before-scale",
        place="momentum_buffer",
        title=Text(en="the buffer gathers gradients before they are scaled", zh="缓冲区积累的是缩放之前的梯度"),
        explanation=Text(
            en="torch divides first and gathers the quotients, so each gradient is measured by the root of its own"
            " time. You gather first: old gradients are then divided by today's root, and one large gradient goes"
            " on ruling the direction for long.",
            zh="torch 先除、再积累得到的商，每个梯度都用它那一刻的根来衡量。您先积累：旧的梯度也要除以当前的根，某个很"
            "大的梯度会长时间左右方向。",
        ),
        section="your-turn",
        option="momentum",
    ),
    Mistake(
        "buffer-looks-ahead",
        place="momentum_buffer",
        title=Text(
            en="Nesterov momentum where torch has the plain one",
            zh="用了 Nesterov 动量，而 torch 用的是普通动量",
        ),
        explanation=Text(
            en="You move by the new quotient plus μ times the buffer, as NAG does. With this option the buffer alone"
            " is the direction; the first step should be as long as without momentum, and yours is 1 + μ times as"
            " long.",
            zh="您移动的是新的商加上 μ 乘缓冲区，那是 NAG 的走法。在这个选项里，方向就是缓冲区本身；第一步应与没有动量"
            "时一样长，而您的是它的 1 + μ 倍。",
        ),
        section="your-turn",
        option="momentum",
    ),
    Mistake(
        "centered-mean-not-squared",
        place="centered",
        title=Text(en="`centered` subtracts the mean, not its square", zh="`centered` 减去的是平均值，而不是它的平方"),
        explanation=Text(
            en="A variance is the mean of the squares less the square of the mean. Yours mixes two units; of gradients"
            " between 0 and 1 the square is the smaller number, so the root is taken of a negative one: NaN.",
            zh="方差是平方的平均减去平均的平方。您的式子混了两种单位；梯度在 0 与 1 之间时，平方反而更小，根号里就成了"
            "负数，结果是 NaN。",
        ),
        section="your-turn",
        option="centered",
    ),
    Mistake(
        "centered-old-mean",
        place="centered",
        title=Text(
            en="`centered` subtracts the old mean, without today's gradient",
            zh="`centered` 减去的是旧的平均值，没算上当前梯度",
        ),
        explanation=Text(
            en="Both averages must have seen the same gradients, or their difference is no variance and may even be"
            " negative. In the first step nothing at all is subtracted. Look at the order of the lines.",
            zh="两个平均值必须包含同样的那些梯度，否则它们的差就不是方差，甚至可能为负。第一步时，等于什么都没减。请看"
            "各行的先后顺序。",
        ),
        section="your-turn",
        option="centered",
    ),
    Mistake(
        "centered-numerator-too",
        place="centered",
        title=Text(en="`centered` subtracts the mean above the fraction too", zh="`centered` 在分子上也减去了平均值"),
        explanation=Text(
            en="Only what stands under the root is centered. With the mean taken off the gradient, a steady slope"
            " gives no step at all: there the gradient is its own mean.",
            zh="做中心化的只有根号里的量。如果从梯度里也减去平均值，坡度稳定时就完全不动了：那里的梯度就等于它的平均"
            "值。",
        ),
        section="your-turn",
        option="centered",
    ),
    Mistake(
        "centered-variance-kept",
        place="centered",
        title=Text(
            en="`centered` writes the difference into `square_avg`",
            zh="`centered` 把相减的结果写回了 `square_avg`",
        ),
        explanation=Text(
            en="The first step is right. Then the next average goes on from a number that was already made smaller,"
            " and the square of the mean is taken off again and again. The difference is for this step's root;"
            " `square_avg` goes on as without the option.",
            zh="第一步是对的。但下一次平均会从已经减小过的数继续，平均值的平方就一次又一次地被减掉。相减的结果只用于这"
            "一步的根号，`square_avg` 的更新应与没有这个选项时一样。",
        ),
        section="your-turn",
        option="centered",
    ),
)
