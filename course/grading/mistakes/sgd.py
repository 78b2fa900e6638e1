"""The wrong turns of plain SGD."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text

FALLING = {"lr-over-t": 1.0, "lr-over-root-t": 0.5}
"""The power of t that the rate is divided by."""


class Rule(Switched):
    """SGD with switches; see `solutions/sgd.py` for the right one."""

    defaults = {"lr": 1e-3, "weight_decay": 0.0, "maximize": False}

    def start(self, param: Any) -> dict[str, Any]:  # noqa: ARG002 - as every rule's
        """Nothing to remember: what is kept all the same is a mistake's."""
        return {}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        after: dict[str, Any] = {}
        if "gradient-clipped" in on:
            grad = np.clip(grad, -1.0, 1.0)
        if "gradient-averaged" in on:
            grad = 0 * grad + np.mean(grad)
        if on & {"decay-outside-parentheses", "decay-of-rate"}:
            grad = -grad if h.maximize else grad
            param = param + h.weight_decay * param if "decay-outside-parentheses" in on else param
        else:
            param, grad = self.joined(h, param, grad)
        if "gradient-normalised" in on:
            grad = grad / np.sqrt(np.sum(grad**2))
        elif "sign-of-gradient" in on:
            grad = np.sign(grad)
        elif "gradient-over-size" in on:
            grad = grad / grad.size
        if "gradients-summed" in on:
            after["sum"] = grad = state.get("sum", 0.0) + grad

        rate = h.lr
        if "lr-forgotten" in on:
            rate = 1.0
        elif "lr-twice" in on:
            rate = h.lr**2
        if on & {*FALLING, "decay-of-rate"}:
            t = after["step"] = state.get("step", 0) + 1
            rate /= next((t**power for name, power in FALLING.items() if name in on), 1.0)
            if "decay-of-rate" in on:
                rate /= 1 + h.weight_decay * (t - 1)
        return self.moved(h, param, grad / rate if "lr-divided" in on else rate * grad), after


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.DECAY,
    *shared.L2_DECAY,
    *shared.PENALTY,
    shared.DECAY_WITHOUT_RATE,
    shared.MAXIMIZE_AFTER_DECAY,
    shared.LR_FORGOTTEN,
    *shared.blindness("lr"),
    *shared.blindness("weight_decay", hard_coded=False),
    Mistake(
        "decay-outside-parentheses",
        place="decay",
        title=Text(en="parentheses are missing: γ reaches the gradient only", zh="少了一对括号：γ 只乘到了梯度"),
        explanation=Text(
            en="Without parentheses the minus sign and γ belong to the gradient alone. The decay that follows is added"
            " to the parameter, and at its full size: with λ = 0.1 a weight without a gradient grows by a tenth in"
            " every step. Put in numbers, θ = 1 and a gradient of 0: where does your line go?",
            zh="没有括号，减号和 γ 就只管到梯度。后面的衰减被加到了参数上，而且没有乘 γ：λ = 0.1 时，没有梯度的权重每"
            "一步都会增大十分之一。请代入 θ = 1、梯度为 0：您的这一行会走到哪里？",
        ),
        section="by-hand",
        hides=("lr-forgotten",),
    ),
    Mistake(
        "decay-of-rate",
        place="decay",
        title=Text(en="the learning rate decays, not the weights", zh="衰减的是学习率，而不是权重"),
        explanation=Text(
            en="You divide γ by 1 + λ·(t − 1). An option called `decay` meant just that in older versions of Keras;"
            " `weight_decay` shrinks the parameters and leaves γ alone. With a gradient of zero your weights stay"
            " where they are: should they?",
            zh="您把 γ 除以了 1 + λ·(t − 1)。旧版 Keras 里名叫 `decay` 的选项正是这个意思；而 `weight_decay` 缩小的是"
            "参数，并不改变 γ。梯度为零时，您的权重原地不动：应当这样吗？",
        ),
        section="one-name",
        hides=("lr-divided",),
    ),
    Mistake(
        "lr-twice",
        place="rate",
        title=Text(en="the step is multiplied by the learning rate twice", zh="这一步乘了两次学习率"),
        explanation=Text(
            en="Your step is γ² times the gradient: with γ = 0.1 it has a tenth of its length, with γ = 0.001 a"
            " thousandth, and with γ = 1 there is nothing to see. Follow γ through your lines; once is enough.",
            zh="您的一步是梯度的 γ² 倍：γ = 0.1 时只有应有长度的十分之一，γ = 0.001 时只有千分之一，γ = 1 时却看不出问"
            "题。请顺着代码数一数 γ 出现了几次，一次就够了。",
        ),
    ),
    Mistake(
        "lr-divided",
        place="rate",
        title=Text(en="the gradient is divided by the learning rate", zh="梯度除以了学习率，而不是乘"),
        explanation=Text(
            en="A smaller γ should make a shorter step, and makes yours longer: with γ = 0.1 it is a hundred times too"
            " long, with γ = 0.001 a million times, and with γ = 0 it is infinite.",
            zh="γ 越小，步子应当越短，您的步子却越长：γ = 0.1 时是应有长度的一百倍，γ = 0.001 时是一百万倍，γ = 0 时则"
            "是无穷大。",
        ),
        hides=("weight_decay", "decay-times-lr-twice"),
    ),
    Mistake(
        "lr-over-t",
        place="rate",
        title=Text(en="the learning rate is divided by t", zh="学习率除以了 t"),
        explanation=Text(
            en="Your tenth step has a tenth of its length. Robbins and Monro let the rate fall in this way in 1951,"
            " for their proof needs it. In torch γ stays as it is until a schedule assigns another value; the rule"
            " itself does not count its steps.",
            zh="您的第十步只有应有长度的十分之一。Robbins 与 Monro 在 1951 年就是这样让学习率减小的，他们的证明需要这"
            "一点。而在 torch 里，γ 一直不变，直到学习率调度给它赋新值；规则本身并不数步数。",
        ),
        section="one-name",
    ),
    Mistake(
        "lr-over-root-t",
        place="rate",
        title=Text(en="the learning rate is divided by √t", zh="学习率除以了 √t"),
        explanation=Text(
            en="Your hundredth step has a tenth of its length. Proofs about convex losses use this rate; AdaGrad, too,"
            " slows down in much the same way. In torch's SGD γ is what the caller says, at every step.",
            zh="您的第一百步只有应有长度的十分之一。关于凸损失函数的证明会用这种学习率，AdaGrad 的减速也与此相仿。但在"
            " torch 的 SGD 里，每一步的 γ 都由调用者决定。",
        ),
        section="one-name",
    ),
    Mistake(
        "gradient-normalised",
        place="gradient",
        title=Text(en="the gradient is divided by its norm", zh="梯度除以了自己的范数"),
        explanation=Text(
            en="All your steps have the same length γ, on a cliff and on a plain. Near the minimum, where gradients"
            " fade, the walk does not calm down but jumps to and fro; and a gradient of zero becomes 0/0. In SGD"
            " the steepness decides, together with γ, how far to go.",
            zh="无论在悬崖上还是平地上，您每一步的长度都是 γ。到了最小值附近，梯度已经变小，路径却不会平静下来，而是来"
            "回跳动；梯度为零时，还会算出 0/0。在 SGD 里，走多远由坡度和 γ 一起决定。",
        ),
        hides=("decay-of-gradient",),
    ),
    Mistake(
        "sign-of-gradient",
        place="gradient",
        title=Text(en="only the sign of the gradient is used", zh="只用了梯度的符号"),
        explanation=Text(
            en="Every element moves by γ or not at all, whether its slope is 1e-8 or a million. There is such a rule,"
            " signSGD, and Adam's very first step is nearly this. In SGD a slope ten times as steep makes a step"
            " ten times as long.",
            zh="每个元素要么移动 γ，要么不动，不管坡度是 1e-8 还是一百万。这样的规则确实存在，叫 signSGD；Adam 的第一"
            "步也几乎如此。而在 SGD 里，坡度陡十倍，步子就长十倍。",
        ),
        section="one-name",
        hides=("decay-of-gradient",),
    ),
    Mistake(
        "gradient-averaged",
        place="gradient",
        title=Text(en="one mean gradient moves all elements", zh="所有元素都用同一个平均梯度"),
        explanation=Text(
            en="The mean turns the gradient into a single number, and all elements of the parameter move alike, also"
            " those whose slopes are opposite. The average over the mini-batch has been taken before the gradient"
            " reaches you: what arrives has one slope for each element.",
            zh="取平均把梯度变成了一个数，于是参数的所有元素都作同样的移动，连坡度相反的元素也不例外。对小批量取平均，"
            "在梯度交给您之前就已经完成了：传进来的梯度里，每个元素都有自己的坡度。",
        ),
    ),
    Mistake(
        "gradient-over-size",
        place="gradient",
        title=Text(en="the step is divided by the number of elements", zh="这一步除以了元素的个数"),
        explanation=Text(
            en="The larger the array, the shorter your steps: a matrix of 100 × 100 learns ten thousand times more"
            " slowly than a single number. If you meant the batch size, the loss has been averaged over the batch"
            " already; and the shape of a gradient is that of the parameter, it knows nothing of samples.",
            zh="数组越大，您的步子就越短：100 × 100 的矩阵，每一步只有单个数的万分之一。如果您想除的是批量大小，那么损"
            "失已经对小批量取过平均了；而且梯度的形状就是参数的形状，与样本的个数无关。",
        ),
    ),
    Mistake(
        "gradient-clipped",
        place="gradient",
        title=Text(en="the gradient is clipped to between −1 and 1", zh="梯度被裁剪到 −1 与 1 之间"),
        explanation=Text(
            en="With a gradient of 50 your step is only a fiftieth of what it should be. Clipping keeps one wild"
            " gradient from throwing the parameters far away, and many trainings use it; but the training loop does"
            " it, before the optimizer is called. The rule takes the gradient that it is given.",
            zh="梯度为 50 时，您的一步只有应有长度的五十分之一。裁剪可以防止某个失控的梯度把参数抛到远处，许多训练都会"
            "用到；但那是训练循环在调用优化器之前做的事。规则拿到什么梯度，就用什么梯度。",
        ),
    ),
    Mistake(
        "gradients-summed",
        place="memory",
        title=Text(en="all gradients so far are summed", zh="把迄今为止的梯度全部加了起来"),
        explanation=Text(
            en="Every step repeats all the earlier ones: with a gradient of 1 each time, the tenth step is ten times"
            " too long, and at the minimum the walk rushes on. A training loop that forgets `zero_grad` does the"
            " same. SGD has no memory; what is there for its state to keep?",
            zh="每一步都把之前的所有步子重走一遍：如果每次的梯度都是 1，第十步就是应有长度的十倍；到了最小值，也会直冲"
            "过去。忘了 `zero_grad` 的训练循环正是这样。SGD 没有记忆，它的状态又有什么可存的呢？",
        ),
    ),
)
