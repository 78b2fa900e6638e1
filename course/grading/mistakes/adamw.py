"""AdamW's wrong turns: Adam's, and what can be wrong with a decay that stands apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.mistakes import adam, moments, shared
from course.grading.mistakes.mistake import Mistake
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Rule(adam.Rule):
    """AdamW with switches; see `solutions/adamw.py` for the right one."""

    defaults = adam.Rule.defaults | {"weight_decay": 1e-2}

    def __init__(self, on: Iterable[str], outliving: dict[str, Any], **hyperparameters: Any) -> None:
        if "weight-decay-default-zero" in on:
            hyperparameters = {"weight_decay": 0.0, **hyperparameters}
        super().__init__(on, outliving, **hyperparameters)

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        new, after = super().step(h, param, grad, state)
        if "decay-after-step" in self.on:
            new = new * (1 - h.lr * h.weight_decay)
        return new, after

    def joined(self, h: Any, param: Any, grad: Any) -> tuple[Any, Any]:
        """Parameter and gradient after the first lines: sign turned, parameter shrunk."""
        on = self.on
        if h.maximize:
            grad = -grad
        if on & {"decay-coupled", "decay-in-both"}:
            grad = grad + h.weight_decay * param
        if on & ELSEWHERE:
            return param, grad
        share = h.weight_decay if "decay-not-times-lr" in on else h.lr * h.weight_decay
        if "decay-sign" in on or (h.maximize and "maximize-turns-decay" in on):
            share = -share
        return param * (1 - share), grad

    def late_decay(self, h: Any, param: Any, scale: Any, correction1: float, correction2: float) -> Any:
        """Weight decay that joins the finished move, by mistake."""
        if "decay-rescaled" in self.on:
            return h.weight_decay * param / scale
        if "decay-times-corrected-rate" in self.on:
            return correction2**0.5 / correction1 * h.weight_decay * param
        return 0.0


ELSEWHERE = frozenset(
    {"decay-forgotten", "decay-coupled", "decay-after-step", "decay-rescaled", "decay-times-corrected-rate"}
)
"""The switches with which the parameter is not shrunk before the step."""


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.MEMORY,
    *shared.CLOCK,
    *shared.DECAY,
    shared.DECAY_WITHOUT_RATE,
    *shared.blindness("lr", "betas", "eps", "weight_decay"),
    Mistake(
        "decay-coupled",
        place="decay",
        title=Text(en="weight decay goes through the gradient, as in Adam", zh="权重衰减混进了梯度，像 Adam 那样"),
        explanation=Text(
            en="You add λ·θ to the gradient; both moments take it in, and the root divides its size away again. Where"
            " the loss has no gradient, the first step then has the length lr whatever λ is, while here it should"
            " be lr·λ·θ. Keeping the decay out of the gradient is all that the W stands for.",
            zh="您把 λ·θ 加进了梯度；两个矩都吸收了它，开方再把它的大小除掉。在损失没有梯度的地方，不管 λ 是多少，第一"
            "步的长度都是 lr，而这里本应是 lr·λ·θ。让衰减不进梯度，正是名字里那个 W 的全部含义。",
        ),
        section="one-name",
    ),
    Mistake(
        "decay-in-both",
        place="decay",
        title=Text(en="weight decay acts twice", zh="权重衰减起了两次作用"),
        explanation=Text(
            en="You shrink the parameter, and λ·θ still stands in the gradient as well: probably a line of Adam's that"
            " was left behind. The second decay is rescaled by the root, so it may well be the stronger of the two."
            " In AdamW the gradient is the loss's alone.",
            zh="您缩小了参数，可梯度里也还留着 λ·θ：多半是从 Adam 抄来的那一行忘了删。后一份衰减还会被平方根缩放，很可"
            "能比前一份更强。在 AdamW 里，梯度只属于损失。",
        ),
        section="one-name",
    ),
    Mistake(
        "decay-after-step",
        place="decay",
        title=Text(en="weight decay is taken of the parameter after the step", zh="权重衰减用的是走完这一步之后的参数"),
        explanation=Text(
            en="You shrink the parameter where the step has brought it, so the step is shrunk too: with lr = 0.1 and λ"
            " = 0.5 by 5 percent, every time. Such a rule exists, a well-known library of transformers had it for"
            " years; torch shrinks the parameter as it was before the step.",
            zh="您缩小的是走完这一步之后的参数，于是这一步本身也被缩短了：lr = 0.1、λ = 0.5 时，每一步都短 5%。这样的"
            "规则确实存在，一个知名的 Transformer 库就用了好几年；而 torch 缩小的是走这一步之前的参数。",
        ),
        section="one-name",
    ),
    Mistake(
        "decay-rescaled",
        place="decay",
        title=Text(en="weight decay is divided by Adam's scale", zh="权重衰减也除以了 Adam 的尺度"),
        explanation=Text(
            en="The moments stay clean, but λ·θ joins the direction before it is divided by √v̂ + ε. A weight whose"
            " gradients are about 10 then decays a hundred times less than one with gradients of 0.1. Decoupled"
            " means both: not averaged and not rescaled. Look at where your parentheses close.",
            zh="两个矩都是干净的，但 λ·θ 在除以 √v̂ + ε 之前就加到了方向上。于是，梯度约为 10 的权重，衰减只有梯度约为"
            " 0.1 的权重的百分之一。“解耦”意味着两点：既不被平均，也不被缩放。请看一看您的括号在哪里结束。",
        ),
        section="one-name",
    ),
    Mistake(
        "decay-times-corrected-rate",
        place="decay",
        title=Text(en="weight decay is multiplied by the bias-corrected rate", zh="权重衰减乘的是做过偏差修正的学习率"),
        explanation=Text(
            en="Both corrections can be folded into one number, lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ), but it belongs to Adam's step"
            " alone. With the default betas it is 0.32·lr in step 1, half of that in step 10, and comes back to lr"
            " only after some thousands of steps: so long your decay is too weak. A published implementation has"
            " this slip.",
            zh="两个修正可以合成一个数 lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ)，但它只属于 Adam 的那一步。取默认的 β 时，它在第 1 步是"
            " 0.32·lr，到第 10 步只剩一半，要过几千步才回到 lr：在那之前，您的衰减一直太弱。有一份公开的实现就犯了"
            "这个错。",
        ),
        section="by-hand",
        hides=("no-bias-correction",),
    ),
    Mistake(
        "weight-decay-default-zero",
        place="weight_decay",
        title=Text(en="the default of `weight_decay` is 0, as in Adam", zh="`weight_decay` 的默认值是 0，像 Adam 那样"),
        explanation=Text(
            en="Whoever gives a value gets what you promise; whoever gives none gets no decay at all. torch's defaults"
            " differ here: 0 for Adam, 1e-2 for AdamW. Compare the signature of your class with the one in the"
            " lesson.",
            zh="给出数值的人会得到正确的结果，什么都不给的人却完全没有衰减。在这一点上，torch 的默认值并不相同：Adam "
            "是 0，AdamW 是 1e-2。请把您的类的参数表与课文中的对照。",
        ),
        section="your-turn",
    ),
    *moments.AVERAGES,
    *adam.CORRECTION,
    *adam.SCALE,
    Mistake(
        "maximize-turns-decay",
        place="maximize",
        title=shared.MAXIMIZE_AFTER_DECAY.title,
        explanation=Text(
            en="To climb, only the gradient changes its sign; the decay goes on pulling towards zero. In yours the"
            " parameter grows by lr·λ of itself at every step while `maximize` is on. Which of the two has anything"
            " to do with the objective?",
            zh="要上升，只需把梯度变号，衰减仍然往零拉。而在您的规则里，只要打开 `maximize`，参数每一步都会增大自身的"
            " lr·λ 倍。这两者之中，哪一个才与目标函数有关？",
        ),
        option="maximize",
    ),
    *adam.AMSGRAD,
)
