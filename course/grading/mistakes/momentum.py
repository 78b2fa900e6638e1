"""Plain momentum's wrong turns."""

from __future__ import annotations

from typing import Any

from course.grading.mistakes import shared
from course.grading.mistakes.buffer import BUFFER, Buffered
from course.grading.mistakes.mistake import Mistake
from course.text import Text


class Rule(Buffered):
    """SGD with momentum, with switches; see `solutions/momentum.py` for the right one."""

    defaults = {"lr": 1e-3, "momentum": 0.9, "weight_decay": 0.0, "dampening": 0.0, "maximize": False}
    styles = ("", "guarded")
    """With μ = 0 torch leaves the buffer alone, and so do some learners; with the formula it makes no difference.

    With dampening it does, so whoever has that right leaves the buffer alone.
    """

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        old = state["momentum_buffer"]
        share = 1 - h.dampening
        if "dampening-before-decay" in on and old is not None:
            grad, share = share * grad, 1.0
        param, grad = self.joined(h, param, grad)
        grad, rate = self.rated(h, grad)
        damps_wrongly = any(name.startswith("dampening-") for name in on)
        rests = not on or "guarded" in on or (h.dampening and not damps_wrongly)
        if not h.momentum and rests and "dampening-without-momentum" not in on:
            return param - rate * grad, state

        mu = self.coefficient(h)
        if "dampening-on-momentum" in on:
            mu, share = mu * share, 1.0
        elif "dampening-for-its-complement" in on:
            share = h.dampening
        buf = self.remembered(mu, grad, old, share)
        if "dampening-on-both" in on and old is not None:
            buf = self.remembered(mu * share, grad, old, share)
        elif "dampening-from-first-step" in on and old is None:
            buf = share * buf

        after: dict[str, Any] = {"momentum_buffer": self.kept(buf, grad)}
        step = buf
        if "buffer-a-corrected-average" in on:
            after["step"] = state.get("step", 0) + 1
            step = buf / (1 - mu ** after["step"])
        elif "plain-sgd" in on:
            step = grad
        elif "buffer-too-late" in on:
            step = 0 * grad if old is None else old
        elif "nesterov-instead" in on:
            step = grad + mu * buf
        elif "gradient-counted-twice" in on:
            step = grad + buf
        if "step-kept" in on:
            after["momentum_buffer"] = rate * buf
        if "first-step-skipped" in on and old is None:
            return param, after
        if "momentum-without-rate" in on:
            return self.moved(h, param, rate * grad + (0 * grad if old is None else mu * old)), after
        return self.moved(h, param, rate * step), after


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    shared.ONE_STATE_FOR_ALL,  # without what was kept it is plain SGD
    *shared.DECAY,
    *shared.L2_DECAY,
    *shared.PENALTY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    shared.MAXIMIZE_AFTER_DECAY,
    shared.LR_FORGOTTEN,
    *shared.blindness("lr", "momentum"),
    *shared.blindness("weight_decay", hard_coded=False),
    *BUFFER,
    Mistake(
        "plain-sgd",
        place="step",
        title=Text(en="the past has no effect: this is plain SGD", zh="过去不起作用：这就是普通的 SGD"),
        explanation=Text(
            en="Each of your steps follows the gradient of the moment alone. Either the step is made from the gradient"
            " although the buffer is there, or the new buffer is not in the state that you return, and every step"
            " is a first step again. Print the buffer at the second step: what is in it, and who reads it?",
            zh="您的每一步都只看当前的梯度。要么是缓冲区算好了，走的时候用的却还是梯度；要么是返回的状态里没有新的缓冲"
            "区，于是每一步都又成了第一步。请在第二步打印缓冲区：里面有什么？谁用到了它？",
        ),
        hides=("start", "buffer", "momentum", "memory", "kept", "decay-decoupled", "lr-inside-buffer"),
    ),
    Mistake(
        "buffer-too-late",
        place="step",
        title=Text(
            en="the step uses the buffer from before this gradient",
            zh="走的时候用的还是加入本次梯度之前的缓冲区",
        ),
        explanation=Text(
            en="Your first step does not move at all, and every later one obeys the gradient before. The parameter"
            " moves along the new buffer, in which the newest gradient has its full weight. It is a matter of the"
            " order of two lines.",
            zh="您的第一步原地不动，之后的每一步听从的都是上一次的梯度。参数应当沿新的缓冲区移动，最新的梯度在其中占有"
            "全部的份量。问题出在两行代码的先后顺序。",
        ),
        section="by-hand",
        hides=("first-step-skipped",),
    ),
    Mistake(
        "nesterov-instead",
        place="step",
        title=Text(en="this is Nesterov momentum, one lesson ahead", zh="这是下一课的 Nesterov 动量"),
        explanation=Text(
            en="You add the buffer, faded once more, to the gradient. With μ = 0.9 your first step is 1.9 times the"
            " gradient; plain momentum moves along the buffer and nothing else, and its first step is exactly"
            " SGD's.",
            zh="您把缓冲区再乘一次 μ，加到了梯度上。μ = 0.9 时，您的第一步是梯度的 1.9 倍；普通动量只沿缓冲区移动，第"
            "一步与 SGD 完全相同。",
        ),
        section="one-name",
    ),
    Mistake(
        "gradient-counted-twice",
        place="step",
        title=Text(en="the step is the buffer plus the gradient", zh="走的是缓冲区再加上梯度"),
        explanation=Text(
            en="The new buffer contains the new gradient already; adding it once more counts it twice. Your first step"
            " is twice as long as SGD's, where both should be equal.",
            zh="新的缓冲区里已经包含了新的梯度，再加一次就重复了。您的第一步是 SGD 的两倍长，而两者本该相等。",
        ),
        section="by-hand",
    ),
    Mistake(
        "step-kept",
        place="kept",
        title=Text(en="what is stored is the step γ·b, not the buffer b", zh="存下来的是步长 γ·b，而不是缓冲区 b"),
        explanation=Text(
            en="The first step is right. The next one finds a buffer that has been made smaller by γ: with γ = 0.001 a"
            " thousandth of the past is left, and the walk is all but plain SGD. Keep what you remember apart from"
            " what you move by.",
            zh="第一步是对的。但下一步拿到的缓冲区已经被 γ 缩小了：γ = 0.001 时，过去只剩千分之一，走起来与普通 SGD 几"
            "乎没有区别。记住的是一个量，移动的是另一个量，请把它们分开。",
        ),
        section="one-name",
        hides=("lr-inside-buffer", "lr-forgotten"),
    ),
    Mistake(
        "buffer-a-corrected-average",
        place="buffer",
        title=Text(
            en="the buffer is a bias-corrected average, as in Adam",
            zh="缓冲区成了做过偏差修正的平均值，像 Adam 那样",
        ),
        explanation=Text(
            en="You average the gradients and divide by 1 − μᵗ: that is Adam's first moment. The first step agrees,"
            " then the ways part: under a constant gradient your steps stay as long as the first, and torch's grow"
            " to ten times that (at μ = 0.9). A sum has no bias that would need correcting.",
            zh="您对梯度取平均，再除以 1 − μᵗ：这是 Adam 的一阶矩。第一步是一致的，之后就分道扬镳：梯度恒定时，您的步"
            "子一直和第一步一样长，torch 的却会长到十倍（μ = 0.9 时）。累加的和没有偏差，也就无须修正。",
        ),
        section="one-name",
        hides=("start", "step"),
    ),
    Mistake(
        "dampening-for-its-complement",
        place="buffer",
        title=Text(
            en="the new gradient is multiplied by the dampening τ, not by 1 − τ",
            zh="新梯度乘的是阻尼 τ，而不是 1 − τ",
        ),
        explanation=Text(
            en="τ says how much of a gradient is held back. With the default τ = 0 nothing should be, but in your"
            " buffer no gradient arrives after the first: it only fades, and the walk runs out.",
            zh="τ 说的是梯度被扣下多少。默认 τ = 0 时什么都不该扣，而您的缓冲区在第一步之后就再也收不到梯度：它只会越"
            "来越小，走着走着就停了。",
        ),
        hides=("weight_decay", "lr-inside-buffer"),
    ),
    Mistake(
        "dampening-from-first-step",
        place="dampening",
        title=Text(en="dampening acts from the first step on", zh="阻尼从第一步就起作用了"),
        explanation=Text(
            en="In torch the first buffer is the gradient itself, whatever τ is; only from the second step on is a"
            " share held back. Your first buffer is too small by the factor 1 − τ.",
            zh="在 torch 里，不管 τ 是多少，第一个缓冲区都是梯度本身，从第二步起才会扣下一部分。您的第一个缓冲区只有应"
            "有的 1 − τ 倍。",
        ),
        section="one-name",
        option="dampening",
    ),
    Mistake(
        "dampening-without-momentum",
        place="dampening",
        title=Text(en="dampening acts even where the momentum is 0", zh="动量系数为 0 时，阻尼仍在起作用"),
        explanation=Text(
            en="With μ = 0 torch keeps no buffer at all and takes plain SGD's step: the whole gradient, dampening or"
            " not. Yours goes through the buffer all the same and loses the share τ on the way.",
            zh="μ = 0 时，torch 根本不用缓冲区，走的就是普通 SGD 的一步，有没有阻尼都用完整的梯度。您的梯度却仍然经过"
            "缓冲区，在那里被扣掉了 τ 那一份。",
        ),
        section="one-name",
        option="dampening",
    ),
    Mistake(
        "dampening-on-momentum",
        place="dampening",
        title=Text(
            en="dampening holds back the old buffer, not the new gradient",
            zh="阻尼扣在了旧缓冲区上，而不是新梯度上",
        ),
        explanation=Text(
            en="The name suggests that motion is dampened, and that is what you do: the past fades faster. In torch"
            " the past fades by μ alone, and τ makes each newcomer smaller.",
            zh="从名字看，阻尼似乎应当减弱运动，您也是这样做的：过去淡忘得更快了。但在 torch 里，过去只按 μ 淡忘，τ 缩"
            "小的是每个新来的梯度。",
        ),
        option="dampening",
    ),
    Mistake(
        "dampening-on-both",
        place="dampening",
        title=Text(en="dampening holds back buffer and gradient alike", zh="阻尼把缓冲区和梯度一起缩小了"),
        explanation=Text(
            en="A pair of parentheses reaches too far: 1 − τ multiplies the whole new buffer, so that the past fades"
            " by μ and by 1 − τ at each step. Only the new gradient is held back.",
            zh="括号括得太宽：1 − τ 乘到了整个新缓冲区上，于是过去每一步既乘 μ，又乘 1 − τ。该扣的只有新梯度。",
        ),
        option="dampening",
    ),
    Mistake(
        "dampening-before-decay",
        place="dampening",
        title=Text(
            en="dampening comes before the weight decay and spares it",
            zh="阻尼在权重衰减之前，没有作用到衰减上",
        ),
        explanation=Text(
            en="You hold back the gradient of the loss, then add the decay at full size. In torch the decay joins the"
            " gradient first, and the buffer treats the two as one. Mind the order of the lines.",
            zh="您先扣下损失的一部分梯度，再把衰减原样加上。在 torch 里，衰减先加进梯度，缓冲区把两者当成一个整体。请"
            "注意各行的先后顺序。",
        ),
        option="dampening",
    ),
)
