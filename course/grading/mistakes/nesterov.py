"""Nesterov momentum's wrong turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import shared
from course.grading.mistakes.buffer import BUFFER, Buffered
from course.grading.mistakes.mistake import Mistake
from course.text import Text


class Rule(Buffered):
    """Nesterov momentum with switches; see `solutions/nesterov.py` for the right one."""

    defaults = {"lr": 1e-3, "momentum": 0.9, "weight_decay": 0.0, "maximize": False}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        raw = grad
        after: dict[str, Any] = {}
        mu = self.coefficient(h)
        if "momentum-from-t" in on:
            t = after["step"] = state.get("step", 0) + 1
            mu = (t - 1) / (t + 2)
        param, grad = self.joined(h, param, grad)
        grad, rate = self.rated(h, grad)
        old = state["momentum_buffer"]
        before = 0 * grad if old is None else old

        joining = grad
        if "look-ahead-in-buffer" in on:
            joining = grad + mu * before
        elif "maximize-not-in-buffer" in on and h.maximize:
            joining = grad + 2 * raw
        buf = self.remembered(mu, joining, old)
        if "decay-only-in-buffer" in on:
            grad = self.rated(h, -raw if h.maximize else raw)[0]

        ahead = grad + mu * buf
        if on & {"plain-momentum", "look-ahead-in-buffer"}:
            ahead = buf
        elif "plain-sgd" in on:
            ahead = grad
        elif "look-ahead-not-faded" in on:
            ahead = grad + buf
        elif "look-ahead-without-gradient" in on:
            ahead = mu * buf
        elif "look-ahead-backwards" in on:
            ahead = grad - mu * buf
        elif "look-ahead-from-buffer" in on:
            ahead = buf + mu * buf
        elif "look-ahead-walked" in on:
            ahead = mu * before + buf
        elif "buffers-swapped" in on:
            ahead = (1 + mu) * before - mu * buf
        elif "look-ahead-an-average" in on:
            ahead = (1 - mu) * grad + mu * buf
        elif "momentum-on-both-parts" in on:
            ahead = mu * (grad + buf)

        after["momentum_buffer"] = ahead if "look-ahead-kept" in on else self.kept(buf, grad)
        if old is None and "first-buffer-aliased" in on and np.ndim(param):  # of 0-d, numpy makes a number
            after["momentum_buffer"] = ahead
        if old is None and "first-step-skipped" in on:
            return param, after
        if "look-ahead-outside-parentheses" in on:
            return self.moved(h, param, rate * grad - mu * buf), after
        if "momentum-without-rate" in on:
            return self.moved(h, param, rate * grad + mu * buf), after
        return self.moved(h, param, rate * ahead), after


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.MEMORY,
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
        "plain-momentum",
        place="step",
        title=Text(en="this is plain momentum: the look ahead is missing", zh="这是普通动量：缺了“向前看一步”"),
        explanation=Text(
            en="Your parameter moves along the buffer and no further. (The gradient plus μ times the old buffer is the"
            " same thing, for that is the new buffer.) The very first step tells the two rules apart: with μ = 0.9"
            " plain momentum moves by γ·g, Nesterov by 1.9·γ·g.",
            zh="您的参数只沿缓冲区移动。（如果写成梯度加 μ 乘旧缓冲区，结果也一样，因为那正是新的缓冲区。）第一步就能"
            "分辨两种规则：μ = 0.9 时，普通动量移动 γ·g，Nesterov 移动 1.9·γ·g。",
        ),
        section="by-hand",
        hides=("state-not-kept", "decay-only-in-buffer", "kept"),
    ),
    Mistake(
        "plain-sgd",
        place="step",
        title=Text(en="the past has no effect: this is plain SGD", zh="过去不起作用：这就是普通的 SGD"),
        explanation=Text(
            en="Each of your steps follows the gradient of the moment alone. The buffer may be kept with all care, but"
            " the parameter never hears of it. The move has two parts; which one is missing?",
            zh="您的每一步都只看当前的梯度。缓冲区也许维护得很仔细，参数却没有用到它。移动量由两部分组成：缺了哪一部"
            "分？",
        ),
        hides=(
            "start",
            "buffer",
            "momentum",
            "memory",
            "kept",
            "decay-decoupled",
            "decay-only-in-buffer",
            "lr-inside-buffer",
        ),
    ),
    Mistake(
        "look-ahead-not-faded",
        place="step",
        title=Text(en="the look ahead takes the whole buffer, without μ", zh="向前看时用了整个缓冲区，没有乘 μ"),
        explanation=Text(
            en="By the time of the next step the buffer will have faded to the share μ, so this is how far it will"
            " carry; you look further than it goes. With μ = 0.9 your first step is 2·γ·g and should be 1.9·γ·g: a"
            " small error that stays, step after step.",
            zh="到了下一步，缓冲区已经淡忘到原来的 μ 倍，它只能带参数走这么远，而您看得比这更远。μ = 0.9 时，您的第一"
            "步是 2·γ·g，应为 1.9·γ·g：误差不大，却每一步都在。",
        ),
        section="by-hand",
    ),
    Mistake(
        "look-ahead-without-gradient",
        place="step",
        title=Text(
            en="the step is μ times the buffer; the gradient beside it is missing",
            zh="只走了 μ 乘缓冲区，旁边的梯度漏掉了",
        ),
        explanation=Text(
            en="The gradient is in the buffer, so it seems to have been counted. But the move is the correction by the"
            " present gradient and the look ahead, and you make only the second. With μ = 0.9 the first step is"
            " 0.9·γ·g in place of 1.9·γ·g; with μ = 0 you never move.",
            zh="梯度已经在缓冲区里了，看起来好像算过了。但移动量既包括用当前梯度作的修正，也包括向前看的一步，而您只走"
            "了后者。μ = 0.9 时，第一步是 0.9·γ·g，应为 1.9·γ·g；μ = 0 时则原地不动。",
        ),
        section="by-hand",
        hides=("decay-only-in-buffer",),
    ),
    Mistake(
        "look-ahead-backwards",
        place="step",
        title=Text(en="the look ahead has the wrong sign: momentum pushes back", zh="向前看的符号反了：动量在往回推"),
        explanation=Text(
            en="Gradient and momentum belong on the same side. With μ = 0.9 your first step is a tenth of the"
            " gradient, and soon the buffer outweighs it: under a constant gradient the walk turns round at the"
            " second step and goes uphill. A well-known framework had this very sign for a while.",
            zh="梯度和动量应当在同一边。μ = 0.9 时，您的第一步只有梯度的十分之一，很快缓冲区就压过了它：梯度恒定时，路"
            "径从第二步起就掉头往山上走。有个知名框架一度也写错过这个符号。",
        ),
    ),
    Mistake(
        "look-ahead-from-buffer",
        place="step",
        title=Text(
            en="the whole buffer is moved along, and the look ahead added",
            zh="先沿整个缓冲区走，再加上向前看的一步",
        ),
        explanation=Text(
            en="It sounds right: move, then look ahead. But the parameter that you are given stands at the look-ahead"
            " point already, for the last step put it there, so the old momentum is counted once too often. The"
            " first step is right, all later ones are too long. It was once proposed to PyTorch as a bug fix, and"
            " turned down.",
            zh="先移动，再向前看，听起来很有道理。但传给您的参数已经站在前瞻点上了，是上一步把它放过去的，于是旧的动量"
            "多算了一次。第一步是对的，之后的每一步都太长。曾有人把这种写法当作修复提交给 PyTorch，没有被采纳。",
        ),
        section="one-name",
        hides=("state-not-kept", "decay-only-in-buffer"),
    ),
    Mistake(
        "look-ahead-walked",
        place="step",
        title=Text(
            en="the walk goes to the look-ahead point and takes the whole step from there",
            zh="先走到前瞻点，再从那里走完整的一步",
        ),
        explanation=Text(
            en="In the paper the look-ahead point is only looked at: the gradient is taken there, and the step starts"
            " from where you were. You start it from the point itself, so the old momentum carries you twice. In"
            " torch it is simpler, for the parameter that you are given is that point.",
            zh="在论文里，前瞻点只是用来“看”的：在那里求梯度，但步子仍从原来的位置迈出。您却从前瞻点迈步，于是旧的动量"
            "把您带了两次。在 torch 里更简单：传给您的参数就是那个点。",
        ),
        section="one-name",
        hides=("state-not-kept", "decay-only-in-buffer", "kept"),
    ),
    Mistake(
        "buffers-swapped",
        place="step",
        title=Text(en="old and new buffer are swapped", zh="新旧缓冲区用反了"),
        explanation=Text(
            en="There is a form of this rule with both buffers in the last line, one with a plus and one with a minus."
            " With the two exchanged your first step goes uphill, since there is no old buffer yet and the new one"
            " stands on the wrong side. See which of the two has been saved before the update.",
            zh="这个规则有一种写法，最后一行里新旧两个缓冲区都出现，一加一减。您把两者用反了：第一步还没有旧缓冲区，新"
            "缓冲区又站错了边，于是往山上走。请看看更新之前存下来的究竟是哪一个。",
        ),
        section="one-name",
        hides=("decay-only-in-buffer",),
    ),
    Mistake(
        "look-ahead-an-average",
        place="step",
        title=Text(en="the gradient in the step is multiplied by 1 − μ", zh="移动量里的梯度乘了 1 − μ"),
        explanation=Text(
            en="You mix gradient and buffer like an average, in shares of 1 − μ and μ. Nadam, Adam's Nesterov, does"
            " so, because its buffer is an average too. Here gradient and look ahead are added: with μ = 0.9 the"
            " first step is 1.9·γ·g and not γ·g.",
            zh="您像取平均一样，按 1 − μ 和 μ 的比例混合了梯度和缓冲区。Adam 的 Nesterov 版 Nadam 是这样做的，因为它的"
            "缓冲区本身就是平均值。这里的梯度和向前看的一步却是直接相加：μ = 0.9 时，第一步是 1.9·γ·g，而不是 γ·g。",
        ),
        section="one-name",
        hides=("state-not-kept",),
    ),
    Mistake(
        "look-ahead-outside-parentheses",
        place="step",
        title=Text(en="parentheses are missing: γ reaches the gradient only", zh="少了一对括号：γ 只乘到了梯度"),
        explanation=Text(
            en="Without parentheses the minus sign and γ belong to the gradient alone. The look ahead that follows is"
            " added to the parameter where it should be subtracted, and at its full size: with γ = 0.001 and μ ="
            " 0.9 it is 900 times the gradient's part in the first step already. The walk flies uphill.",
            zh="没有括号，减号和 γ 就只管到梯度。后面向前看的一步本该减去，却被加到了参数上，而且没有乘 γ：γ = 0.001、"
            "μ = 0.9 时，它在第一步就是梯度那部分的 900 倍。路径会直冲上坡。",
        ),
        section="by-hand",
        hides=("kept", "lr-forgotten", "lr-inside-buffer"),
    ),
    Mistake(
        "look-ahead-in-buffer",
        place="step",
        title=Text(en="the look ahead is put into the buffer", zh="把向前看的一步加进了缓冲区"),
        explanation=Text(
            en="You shift the gradient by the old momentum before it joins the buffer. There it stays, and is joined"
            " by the next: at μ = 0.9 the buffer multiplies by 1.8 in each step, and the path explodes. The buffer"
            " is that of plain momentum; the look ahead is for this one step only.",
            zh="您在梯度进缓冲区之前，先给它加上了旧的动量。它留在了里面，下一步又加一次：μ = 0.9 时，缓冲区每一步都乘"
            " 1.8，路径就爆炸了。缓冲区应当与普通动量的完全相同，向前看只对当前这一步有效。",
        ),
        hides=("state-not-kept", "decay-only-in-buffer", "kept"),
    ),
    Mistake(
        "momentum-on-both-parts",
        place="step",
        title=Text(en="μ multiplies the gradient as well as the look ahead", zh="μ 不仅乘了向前看的部分，还乘了梯度"),
        explanation=Text(
            en="The move is the gradient of now, whole, and the buffer faded once more; yours fades both. With μ = 0.9"
            " the first step is 1.8·γ·g and should be 1.9·γ·g. See what the parentheses enclose.",
            zh="移动量是当前的梯度（不打折扣）加上再淡忘一次的缓冲区，而您把两者都乘了 μ。μ = 0.9 时，第一步是"
            " 1.8·γ·g，应为 1.9·γ·g。请看看括号里括进了什么。",
        ),
        section="by-hand",
    ),
    Mistake(
        "first-buffer-aliased",
        place="start",
        title=Text(
            en="the first buffer and the gradient are one and the same array",
            zh="第一个缓冲区和梯度是同一个数组",
        ),
        explanation=Text(
            en="In the first step the buffer is given the gradient, not a copy of it. When the gradient is then"
            " changed in place to make the look ahead, the buffer changes with it: it remembers 1 + μ times what it"
            " should. The first step is right and all later ones are off. Two names do not make two arrays.",
            zh="第一步里，缓冲区拿到的是梯度本身，而不是它的副本。随后在计算向前看的一步时原地修改梯度，缓冲区也跟着变"
            "了，记下的是应有值的 1 + μ 倍。第一步是对的，之后每一步都偏了。两个名字并不等于两个数组。",
        ),
        section="your-turn",
        hides=("state-not-kept", "kept", "step"),
    ),
    Mistake(
        "look-ahead-kept",
        place="kept",
        title=Text(en="the look ahead is stored as the buffer", zh="把向前看的结果存成了缓冲区"),
        explanation=Text(
            en="The first step is right. Then the next one fades and looks ahead from something that has looked ahead"
            " already, and the steps grow too long. What moves the parameter is not what is remembered: the state"
            " keeps the buffer.",
            zh="第一步是对的。但下一步又从已经向前看过的量出发，再淡忘、再向前看，步子就越来越长。移动参数用的是一个"
            "量，记住的是另一个量：状态里存的应当是缓冲区。",
        ),
        hides=("state-not-kept",),
    ),
    Mistake(
        "decay-only-in-buffer",
        place="decay",
        title=Text(
            en="weight decay joins the buffer, not the gradient beside it",
            zh="权重衰减只加进了缓冲区，旁边的梯度里没有",
        ),
        explanation=Text(
            en="The gradient occurs twice in this rule, and the decay belongs to it both times. In the first step of μ"
            " = 0.9 your weights feel 0.9 of the pull where they should feel 1.9. Perhaps one line still uses the"
            " gradient as it came in.",
            zh="这个规则用到梯度两次，两次都应当包含衰减。μ = 0.9 时，您的权重在第一步只受到 0.9 份拉力，应为 1.9 份。"
            "也许有一行用的还是刚传进来的梯度。",
        ),
        section="by-hand",
    ),
    Mistake(
        "momentum-from-t",
        place="momentum",
        title=Text(en="μ is computed from t: (t − 1)/(t + 2)", zh="μ 是由 t 算出来的：(t − 1)/(t + 2)"),
        explanation=Text(
            en="Textbooks on convex optimization let Nesterov's momentum grow like this, from 0 at the first step to"
            " 0.75 at the tenth, and their proofs need it. torch uses the `momentum` that it is given, from the"
            " first step to the last.",
            zh="凸优化教材里的 Nesterov 动量就是这样逐渐增大的：第一步为 0，第十步为 0.75，证明也用到了这一点。而"
            " torch 从第一步到最后一步，用的都是给定的 `momentum`。",
        ),
        section="one-name",
        hides=("state-not-kept", "start", "buffer-an-average"),
    ),
    Mistake(
        "maximize-not-in-buffer",
        place="maximize",
        title=Text(
            en="`maximize` turns the gradient beside the buffer, but not that inside",
            zh="`maximize` 只翻了旁边的梯度，缓冲区里的没有翻",
        ),
        explanation=Text(
            en="The gradient occurs twice in this rule. If only one of the two changes its sign, the correction goes"
            " uphill while momentum runs downhill, and once the buffer has filled momentum wins. Turn the gradient"
            " before anything is made of it.",
            zh="这个规则用到梯度两次。如果只有一处变号，修正往上坡走，动量却仍往下坡冲，等缓冲区积累起来，就是动量占上"
            "风了。请在用到梯度之前就把它翻过来。",
        ),
        option="maximize",
    ),
)
