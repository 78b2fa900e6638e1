"""What goes wrong with the momentum buffer, plain or Nesterov's: the switches, and what is said of them."""

from __future__ import annotations

from typing import Any

from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text

AVERAGES = frozenset({"buffer-an-average", "buffer-an-average-from-gradient", "buffer-a-corrected-average"})
"""The buffer as a mean of gradients in place of their fading sum."""


class Buffered(Switched):
    """A rule with a momentum buffer."""

    def start(self, param: Any) -> dict[str, Any]:
        """No buffer before the first step; or, by mistake, the parameter."""
        return {"momentum_buffer": param if "buffer-starts-as-param" in self.on else None}

    def coefficient(self, h: Any) -> Any:
        """μ, or what is mistaken for it."""
        return 1 - h.momentum if "momentum-for-friction" in self.on else h.momentum

    def rated(self, h: Any, grad: Any) -> tuple[Any, Any]:
        """The gradient as it joins the buffer, and the factor of the step: the learning rate, in its place or not."""
        on = self.on
        if on & {"lr-inside-buffer", "lr-inside-and-outside"}:
            grad = h.lr * grad
        return grad, (1.0 if on & {"lr-inside-buffer", "lr-forgotten"} else h.lr)

    def remembered(self, mu: Any, grad: Any, old: Any, share: Any = 1.0) -> Any:
        """The new buffer.

        Args:
            mu: what `coefficient` says.
            grad: the gradient that joins.
            old: the buffer before this step; None before the first.
            share: how much of the gradient joins, from the second step on.

        """
        on = self.on
        if old is None:
            return self._first(mu, grad)
        if on & AVERAGES:
            share = 1 - mu
        elif on & {"momentum-on-gradient-too", "momentum-on-every-gradient"}:
            share = mu
        elif "buffer-sign" in on:
            share = -share
        if "gradients-summed" in on:
            mu = 1.0
        elif "buffer-faded-twice" in on:
            mu = mu**2
        return mu * old + share * grad

    def _first(self, mu: Any, grad: Any) -> Any:
        on = self.on
        if "first-gradient-lost" in on:
            return 0 * grad
        if on & {"first-buffer-scaled", "buffer-an-average", "buffer-a-corrected-average"}:
            return (1 - mu) * grad
        return mu * grad if "momentum-on-every-gradient" in on else grad

    def kept(self, buf: Any, grad: Any) -> Any:
        """What the state remembers."""
        return grad if "gradient-kept" in self.on else buf


BUFFER = (
    Mistake(
        "first-gradient-lost",
        place="start",
        title=Text(en="the first gradient never enters the buffer", zh="第一个梯度没有进入缓冲区"),
        explanation=Text(
            en="After your first step the buffer is still empty, so all later steps miss the push of the first"
            " gradient. Laying out a buffer of zeros is a good start; but the gradient has to join it in that same"
            " step. What should the buffer be after the very first gradient?",
            zh="走完第一步，您的缓冲区仍是空的，后面的每一步都少了第一个梯度的推力。先准备一个全零的缓冲区没有问题，但"
            "梯度必须在同一步里加进去。得到第一个梯度之后，缓冲区应当是什么？",
        ),
        section="by-hand",
        hides=("state-not-kept",),
    ),
    Mistake(
        "first-buffer-scaled",
        place="start",
        title=Text(en="the first buffer is only 1 − μ times the gradient", zh="第一个缓冲区只有梯度的 1 − μ 倍"),
        explanation=Text(
            en="With μ = 0.9 the walk starts with a tenth of its push, as if the buffer were an average that has yet"
            " to fill. In torch the first gradient enters whole, like every other.",
            zh="μ = 0.9 时，起步的推力只有应有的十分之一，好像缓冲区是个还没有填满的平均值。在 torch 里，第一个梯度和"
            "后面的梯度一样，是完整加进去的。",
        ),
        section="by-hand",
        hides=("state-not-kept",),
    ),
    Mistake(
        "first-step-skipped",
        place="start",
        title=Text(en="the first step fills the buffer but does not move", zh="第一步只填了缓冲区，没有移动"),
        explanation=Text(
            en="When there is no buffer yet, you lay one out and hand the parameter back as it came. From then on"
            " everything is right, only displaced by the step that was never taken. The first step is a step like"
            " any other.",
            zh="还没有缓冲区时，您只是把它准备好，参数却原样交了回去。之后的每一步都是对的，只是整条路径都差了没有走的"
            "那一步。第一步和其他各步一样，也要走。",
        ),
        section="by-hand",
    ),
    Mistake(
        "buffer-starts-as-param",
        place="start",
        title=Text(en="the buffer starts as the parameter itself", zh="缓冲区的初值是参数本身"),
        explanation=Text(
            en="The buffer remembers gradients, and before the first step there has been none. Yours starts with the"
            " position in it: the first steps run from every parameter's value towards zero, like a weight decay"
            " that nobody asked for, and fade out only after some steps.",
            zh="缓冲区记的是梯度，而第一步之前还没有任何梯度。您的缓冲区里一开始装的却是参数的位置：最初几步都会从参数"
            "的值往零走，像是谁也没有要求过的权重衰减，要过好几步才会消退。",
        ),
        section="by-hand",
        hides=("state-not-kept",),
    ),
    Mistake(
        "buffer-an-average",
        place="buffer",
        title=Text(
            en="the buffer is an average: the new gradient is multiplied by 1 − μ",
            zh="缓冲区成了平均值：新梯度乘了 1 − μ",
        ),
        explanation=Text(
            en="Adam remembers like this, and many lectures write momentum so. In torch the buffer is a sum that"
            " fades: a constant gradient of 1 lets it grow towards 1/(1 − μ), which is 10 at μ = 0.9, and yours"
            " towards 1. That is the speed that momentum is praised for.",
            zh="Adam 是这样记忆的，许多讲义也这样写动量。但在 torch 里，缓冲区是一个逐渐淡忘的和：梯度恒为 1 时，它会"
            "趋近 1/(1 − μ)，μ = 0.9 时就是 10，而您的只趋近 1。人们称道的动量的速度，正是从这里来的。",
        ),
        section="one-name",
        hides=("start",),
    ),
    Mistake(
        "buffer-an-average-from-gradient",
        place="buffer",
        title=Text(
            en="from the second step on, the new gradient is multiplied by 1 − μ", zh="从第二步起，新梯度乘了 1 − μ"
        ),
        explanation=Text(
            en="The first buffer is right; after that yours is an average, in which a new gradient counts for a tenth"
            " only (at μ = 0.9). torch does this when it is asked for a dampening as large as μ. Without dampening"
            " each gradient joins the buffer whole.",
            zh="第一个缓冲区是对的，之后它就成了平均值：μ = 0.9 时，新梯度只算十分之一。只有要求阻尼（dampening）与 μ "
            "一样大时，torch 才会这样做。没有阻尼时，每个梯度都完整地加进缓冲区。",
        ),
        section="one-name",
        hides=("start", "state-not-kept"),
    ),
    Mistake(
        "momentum-on-gradient-too",
        place="buffer",
        title=Text(
            en="from the second step on, μ multiplies the new gradient too",
            zh="从第二步起，μ 连新梯度也一起乘了",
        ),
        explanation=Text(
            en="Fading is for what is past, and the newest gradient has not faded yet. The first buffer is right; at μ"
            " = 0.9 every later gradient loses a tenth on its way in, and with μ = 0 the walk stops after one step."
            " See what the parentheses enclose.",
            zh="会淡忘的是过去，而最新的梯度还没有来得及淡忘。第一个缓冲区是对的；之后，μ = 0.9 时每个新梯度一进来就少"
            "了十分之一，μ = 0 时走完一步就停住了。请看看括号里括进了什么。",
        ),
        section="by-hand",
        hides=("state-not-kept",),
    ),
    Mistake(
        "momentum-on-every-gradient",
        place="buffer",
        title=Text(en="μ multiplies the new gradient as well as the old buffer", zh="μ 不仅乘了旧缓冲区，还乘了新梯度"),
        explanation=Text(
            en="Fading is for what is past, and the newest gradient has not faded yet. Your buffer is μ times the"
            " right one all the way from the first step, and with μ = 0 it stays empty. See what the parentheses"
            " enclose.",
            zh="会淡忘的是过去，而最新的梯度还没有来得及淡忘。从第一步起，您的缓冲区就一直只有正确值的 μ 倍；μ = 0 "
            "时，它始终是空的。请看看括号里括进了什么。",
        ),
        section="by-hand",
        hides=("start",),
    ),
    Mistake(
        "buffer-sign",
        place="buffer",
        title=Text(en="the new gradient is subtracted from the buffer", zh="新梯度从缓冲区里减掉了"),
        explanation=Text(
            en="The first buffer points uphill like the gradient, and from the second step on each new gradient works"
            " against it. Where a paper has a minus here, the buffer is added to the parameter afterwards: the two"
            " signs belong together.",
            zh="第一个缓冲区与梯度同向，指向上坡；从第二步起，每个新梯度却都在抵消它。有的论文在这里写减号，随后就把缓"
            "冲区加到参数上：这两个符号必须配套。",
        ),
        section="one-name",
        hides=("state-not-kept",),
    ),
    Mistake(
        "gradients-summed",
        place="momentum",
        title=Text(
            en="all gradients so far are summed",
            zh="把迄今为止的梯度全部加了起来",
        ),
        explanation=Text(
            en="The old buffer joins the new one at full size. With a gradient of 1 each time it grows 1, 2, 3, …"
            " without end, where at μ = 0.9 it should level off at 10; a box without friction never comes to rest."
            " Which factor lets the past fade?",
            zh="旧缓冲区原封不动地加进了新的。如果每次的梯度都是 1，它会按 1, 2, 3, … 无止境地增长，而 μ = 0.9 时它本"
            "该稳定在 10；没有摩擦的箱子永远停不下来。让过去逐渐淡忘的，是哪个因子？",
        ),
        hides=("state-not-kept",),
    ),
    Mistake(
        "momentum-for-friction",
        place="momentum",
        title=Text(en="1 − μ stands where μ should", zh="该用 μ 的地方用了 1 − μ"),
        explanation=Text(
            en="`momentum` says how much of the buffer survives a step; you take it for the friction, the part that is"
            " lost. With μ = 0.9 only a tenth survives, and after two steps the past is all but gone: nearly plain"
            " SGD.",
            zh="`momentum` 说的是缓冲区每一步能保留多少，您却把它当成了摩擦，也就是失去的那部分。μ = 0.9 时，每一步只"
            "保留十分之一，两步之后过去就几乎消失了：这与普通 SGD 相差无几。",
        ),
    ),
    Mistake(
        "buffer-faded-twice",
        place="momentum",
        title=Text(en="the buffer fades twice a step: μ² in place of μ", zh="缓冲区每一步淡忘了两次：μ 成了 μ²"),
        explanation=Text(
            en="What you keep has been multiplied by μ and is multiplied again when the next step begins. At μ = 0.9 a"
            " constant gradient of 1 then fills the buffer to 5.3 and not to 10. What goes into the state is the"
            " buffer itself, as it was used.",
            zh="您保存的缓冲区已经乘过 μ，下一步开始时又乘了一次。μ = 0.9 时，恒为 1 的梯度只能把缓冲区填到约 5.3，而"
            "不是 10。存进状态的应当是缓冲区本身，就是刚刚用过的那个。",
        ),
        section="by-hand",
        hides=("state-not-kept",),
    ),
    Mistake(
        "lr-inside-buffer",
        place="rate",
        title=Text(
            en="the learning rate is inside the buffer (Sutskever's form)",
            zh="学习率写进了缓冲区（Sutskever 的写法）",
        ),
        explanation=Text(
            en="As long as γ is constant the path is the same. But when a schedule lowers γ, the gradients in your"
            " buffer keep the old rate and push on as hard as before, while torch's step shrinks at once."
            " (Remembering the last displacement, as the heavy ball does, comes to the same.)",
            zh="只要 γ 不变，路径就是一样的。可是当学习率调度调低 γ 时，您缓冲区里的梯度还带着旧的学习率，推力丝毫不"
            "减，而 torch 的步子会立刻变小。（像重球法那样记住上一次的位移，结果也相同。）",
        ),
        section="one-name",
        hides=("lr", "state-not-kept"),
    ),
    Mistake(
        "lr-inside-and-outside",
        place="rate",
        title=Text(en="the learning rate is inside the buffer and outside", zh="学习率在缓冲区里外各乘了一次"),
        explanation=Text(
            en="γ multiplies the gradient on its way into the buffer, and the buffer on its way to the parameter. With"
            " γ = 0.001 your steps have a thousandth of their length. The papers have γ inside, torch has it"
            " outside; nobody has both.",
            zh="梯度进缓冲区时乘了一次 γ，缓冲区作用到参数上时又乘了一次。γ = 0.001 时，您的步子只有应有长度的千分之"
            "一。有的论文把 γ 写在里面，torch 写在外面，没有谁两处都写。",
        ),
        section="one-name",
    ),
    Mistake(
        "gradient-kept",
        place="kept",
        title=Text(en="the state keeps the last gradient, not the buffer", zh="状态里存的是上一次的梯度，而不是缓冲区"),
        explanation=Text(
            en="Your memory is one step deep: each step knows the gradient of now and the one before, and nothing"
            " older. At the third step the first gradient should still push with μ² of its size. What is handed on"
            " must contain everything that was handed to you.",
            zh="您的记忆只有一步深：每一步只知道当前的梯度和上一次的梯度，更早的都没有了。到第三步，第一个梯度本该还有"
            " μ² 倍的推力。交给下一步的东西，应当包含上一步交给您的一切。",
        ),
        section="by-hand",
        hides=("state-not-kept", "buffer-faded-twice"),
    ),
    Mistake(
        "momentum-without-rate",
        place="step",
        title=Text(en="the momentum part of the step is not multiplied by γ", zh="步子里的动量部分没有乘 γ"),
        explanation=Text(
            en="γ reaches the gradient but not the buffer, which holds plain gradients and has not met γ before. With"
            " γ = 0.001 and μ = 0.9 a gradient pushes 900 times as hard through the buffer as directly, and a"
            " schedule cannot slow it. Where the papers have no γ there, it is inside their buffer.",
            zh="γ 乘到了梯度，却没有乘到缓冲区；而缓冲区里存的是原样的梯度，之前也没有乘过 γ。γ = 0.001、μ = 0.9 时，"
            "同一个梯度经过缓冲区的推力是直接推力的 900 倍，调度也没法让它慢下来。有的论文在这里不写 γ，是因为它已"
            "经在缓冲区里了。",
        ),
        section="one-name",
        hides=("lr-inside-buffer", "lr-forgotten"),
    ),
)
"""Rules with a momentum buffer that is the heart of the matter."""
