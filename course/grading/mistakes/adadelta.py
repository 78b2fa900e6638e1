"""Adadelta's wrong turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.switched import Switched
from course.text import Text


class Rule(Switched):
    """Adadelta with switches; see `solutions/adadelta.py` for the right one."""

    defaults = {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0.0, "maximize": False}
    elsewhere = {"rho": 0.95}

    def start(self, param: Any) -> dict[str, Any]:
        """The two averages start at zero; or, by mistake, elsewhere."""
        zero = 0 * param
        strides = zero + 1 if "step-average-from-one" in self.on else zero
        return {"step": 0, "square_avg": zero, "acc_delta": strides}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        raw = -grad if h.maximize else grad
        param, grad = self.joined(h, param, grad)
        t = int(state["step"]) + 1

        old, before = state["square_avg"], state["acc_delta"]
        square = self.squared(raw, grad, np.mean)
        square_avg = old + square if "second-moment-a-sum" in on else self.averaged(h.rho, old, square)
        second = old if "fraction-is-one" in on else square_avg
        if "bias-corrected" in on:
            second = second / (1 - h.rho**t)
        if "squared-too-late" in on:
            second = second**2

        delta = self.stride(h, before, second) * grad
        collected = delta
        if "lr-in-step-average" in on:
            collected = h.lr * delta
        elif "gradient-in-step-average" in on:
            collected = grad
        collected = collected if "step-not-squared" in on else collected**2
        acc_delta = before if "step-average-frozen" in on else self.averaged(h.rho, before, collected)
        if "step-average-too-early" in on:
            delta = self.stride(h, acc_delta, second) * grad
        return self.moved(h, param, h.lr * delta), {"step": t, "square_avg": square_avg, "acc_delta": acc_delta}

    def stride(self, h: Any, acc_delta: Any, square_avg: Any) -> Any:
        """What takes the learning rate's place: the size of steps over the size of gradients."""
        on = self.on
        above, below = acc_delta, square_avg
        if "averages-swapped" in on:
            above, below = below, above
        eps_above = 0.0 if on & {"eps-forgotten", "eps-forgotten-above"} else h.eps
        eps_below = 0.0 if on & {"eps-forgotten", "eps-forgotten-below"} else h.eps
        if "roots-forgotten" in on:
            top, bottom = above + eps_above, below + eps_below
        else:
            top = np.sqrt(above + eps_above)
            if on & {"eps-outside-roots", "eps-outside-upper-root"}:
                top = np.sqrt(above) + eps_above
            bottom = np.sqrt(below + eps_below)
            if on & {"eps-outside-roots", "eps-outside-lower-root"}:
                bottom = np.sqrt(below) + eps_below
        return (1.0 if "numerator-forgotten" in on else top) / bottom


MISTAKES = (
    *shared.DIRECTION,
    *shared.HANDLING,
    *shared.MEMORY,
    *shared.DECAY,
    *shared.L2_DECAY,
    shared.DECOUPLED,
    shared.DECAY_WITHOUT_RATE,
    shared.MAXIMIZE_AFTER_DECAY,
    *shared.blindness("lr", "rho", "eps"),
    *shared.blindness("weight_decay", hard_coded=False),
    shared.default_elsewhere("rho", "0.95", Text(en="Keras", zh=" Keras ")),
    *shared.SQUARES,
    *shared.averages("ρ"),
    Mistake(
        "second-moment-a-sum",
        place="average",
        title=Text(en="squared gradients are summed, as in AdaGrad", zh="梯度平方被累加起来，像 AdaGrad 那样"),
        explanation=Text(
            en="A sum only grows, so what stands below the fraction grows and the steps shrink, and with them the"
            " average of past steps above: the walk stands still even sooner than AdaGrad's. Both memories of this"
            " rule are averages.",
            zh="累加只增不减，分母越来越大，步子越来越小，分子上过去步子的平均值也跟着变小：停下来比 AdaGrad 还快。这"
            "个规则的两份记忆都是平均值。",
        ),
        hides=("state-not-kept",),
    ),
    Mistake(
        "averages-swapped",
        place="fraction",
        title=Text(en="the two averages are swapped: the fraction is upside down", zh="两个平均值用反了：分式上下颠倒"),
        explanation=Text(
            en="Large gradients then lengthen the step twice over: with the defaults and a gradient of 1 the first"
            " step is 316 long, not 0.003. Check the units: a size of steps over a size of gradients, times a"
            " gradient, gives a step.",
            zh="这样，梯度大会让步子加倍地变长：取默认值、梯度为 1 时，第一步长达 316，而不是 0.003。请核对单位：步子"
            "的大小除以梯度的大小，再乘梯度，得到的才是步子。",
        ),
        hides=("eps-forgotten-below",),
    ),
    Mistake(
        "numerator-forgotten",
        place="fraction",
        title=Text(en="nothing stands above the fraction, as in RMSprop", zh="分子上什么都没有，像 RMSprop 那样"),
        explanation=Text(
            en="Only the average of squared gradients is at work, and `lr` is a learning rate again: with its default"
            " 1 the first step is 3.2 long, not 0.0032. The size of past steps is what this rule puts in the rate's"
            " place.",
            zh="起作用的只有梯度平方的平均值，`lr` 又成了学习率：取默认值 1 时，第一步长 3.2，而不是 0.0032。这个规则"
            "用来代替学习率的，正是过去步子的大小。",
        ),
        hides=(
            "step average",
            "step-average-too-early",
            "step-average-from-one",
            "eps-outside-upper-root",
            "eps-outside-roots",
        ),
    ),
    Mistake(
        "fraction-is-one",
        place="order",
        title=Text(en="above and below the fraction stands the same: SGD is left", zh="分子与分母始终相等：只剩下 SGD"),
        explanation=Text(
            en="Your two averages are equal at every step, so the fraction is 1 and you walk by the bare gradient"
            " times `lr`. Either both are the old ones when the step is made: they start equal, the step is the"
            " gradient, and so they stay equal for ever. Or both are new and both of gradients. Below belongs the"
            " new average of gradients, above the old one of steps.",
            zh="您的两个平均值在每一步都相等，分式等于 1，走的就是梯度本身乘 `lr`。要么计算这一步时用的两个都是旧的："
            "它们起步时相等，步子就是梯度，于是永远相等；要么两个都是新的，而且装的都是梯度的平方。分母上应是梯度的"
            "新平均值，分子上应是步子的旧平均值。",
        ),
        section="by-hand",
        hides=(
            "state-not-kept",
            "decay-decoupled",
            "rho",
            "eps",
            "weights-swapped",
            "new-value-whole",
            "old-average-whole",
            "misplaced-parenthesis",
            "averages-swapped",
            "gradient-in-step-average",
            "step-average-too-early",
            "eps-outside-roots",
            "eps-forgotten-below",
            "roots-forgotten",
        ),
    ),
    Mistake(
        "step-average-too-early",
        place="order above",
        title=Text(en="the average of steps is updated too early", zh="步子的平均值更新得太早"),
        explanation=Text(
            en="The step that you take is made from an average that this very step has already joined, so it lengthens"
            " itself: with the defaults the first one is √2 times too long. What stands above the fraction knows"
            " only the steps before.",
            zh="您走的这一步，所用的平均值里已经包含了它自己，于是它拉长了自己：取默认值时，第一步是应有长度的 √2 倍。"
            "分子上的平均值只知道之前的步子。",
        ),
        section="by-hand",
    ),
    Mistake(
        "step-average-from-one",
        place="start",
        title=Text(en="the average of steps starts at 1, not at 0", zh="步子的平均值从 1 开始，而不是从 0 开始"),
        explanation=Text(
            en="The rule then believes that it has been taking steps of length 1, and goes on so: with the defaults"
            " the first step is 3.2 long instead of 0.0032. The start at zero is no trouble, ε gets the walk going.",
            zh="规则会以为自己一直在走长度为 1 的步子，于是继续这样走：取默认值时，第一步长 3.2，而不是 0.0032。从零开"
            "始并没有问题，ε 会让它起步。",
        ),
        section="by-hand",
    ),
    Mistake(
        "step-average-frozen",
        place="step average",
        title=Text(en="the average of steps is never updated", zh="步子的平均值从未更新"),
        explanation=Text(
            en="Above the fraction stands √ε for good: that is RMSprop with a learning rate of √ε, a thousandth with"
            " the default. The first step is right; later ones cannot grow with their predecessors. Does every"
            " entry of your state change in `update`?",
            zh="分子上永远是 √ε：这其实是学习率为 √ε 的 RMSprop，取默认值时是千分之一。第一步是对的，之后的步子却不能"
            "随着前面的步子变长。`update` 是否更新了状态里的每一项？",
        ),
        hides=("state-not-kept", "step-average-too-early"),
    ),
    Mistake(
        "lr-in-step-average",
        place="step average",
        title=Text(en="`lr` is inside the average of steps", zh="`lr` 进了步子的平均值"),
        explanation=Text(
            en="At `lr` = 1 nothing shows. With any other value it acts again through every later step: below 1 your"
            " steps become ever shorter, and a pause at `lr` = 0 makes the rule forget its stride. torch averages"
            " the step as it is before `lr` multiplies it; there has been dispute about this in Keras too.",
            zh="`lr` = 1 时看不出差别。取别的值，它就会通过之后的每一步反复起作用：小于 1 时，步子越来越短；`lr` = 0 "
            "停几步，规则就忘了自己的步幅。torch 平均的是乘 `lr` 之前的步子；Keras 的开发者也为此争论过。",
        ),
        section="one-name",
        hides=("state-not-kept", "lr-hard-coded"),
    ),
    Mistake(
        "gradient-in-step-average",
        place="step average",
        title=Text(en="both averages are of squared gradients", zh="两个平均值装的都是梯度的平方"),
        explanation=Text(
            en="Above and below the fraction then stands nearly the same number, they cancel, and from the second step"
            " on you move by about the bare gradient: SGD with a rate of `lr`. One average is of gradients, the"
            " other of the steps made from them.",
            zh="这样分子和分母几乎是同一个数，互相抵消，从第二步起，您走的差不多就是梯度本身：学习率为 `lr` 的 SGD。两"
            "个平均值中，一个属于梯度，另一个属于由梯度算出的步子。",
        ),
        hides=("state-not-kept",),
    ),
    Mistake(
        "step-not-squared",
        place="step average",
        title=Text(en="the step is averaged, not its square", zh="平均的是步子，而不是步子的平方"),
        explanation=Text(
            en="Steps have a sign: their average can be negative, and the root of that is NaN. Where it is not, the"
            " first short steps count far too much, for the root of a small number is a larger one.",
            zh="步子有正有负，平均值可能是负的，一开方就成了 NaN。即使不为负，最初那些很短的步子也会被看得太重，因为很"
            "小的数开方之后会变大。",
        ),
        hides=("state-not-kept",),
    ),
    Mistake(
        "bias-corrected",
        place="correction",
        title=Text(en="a bias correction where there is none", zh="多做了偏差修正"),
        explanation=Text(
            en="Adam corrects its averages, this older rule does not. With the average of squared gradients corrected,"
            " the first step is √ε, a thousandth with the default, instead of √(ε/(1 − ρ)), and what starts shorter"
            " stays shorter for long: later steps are made from the earlier ones.",
            zh="Adam 会修正平均值，这个更早的规则不会。修正了梯度平方的平均值，第一步就成了 √ε（取默认值时是千分之"
            "一），而不是 √(ε/(1 − ρ))；起步短，之后也会短很久，因为后面的步子是由前面的步子算出来的。",
        ),
        section="by-hand",
        hides=("state-not-kept",),
    ),
    Mistake(
        "eps-forgotten",
        place="scale",
        title=Text(en="ε is left out", zh="漏掉了 ε"),
        explanation=Text(
            en="The average of steps starts at 0. Without ε above the fraction the first step is 0 long, so its"
            " average stays 0, and an element that has a gradient stays where it is; where there has been none, 0 is"
            " divided by 0, and NaN spreads. In this rule ε does more than prevent a division:"
            " it is the push that starts the walk.",
            zh="步子的平均值从 0 开始。分子上没有 ε，第一步的长度就是 0，平均值仍为 0，有梯度的元素于是停在"
            "原地；还没有过梯度的元素会算 0 除以 0，NaN 就从那里扩散开来。在这个规则里，ε 不只是防止除以零，它还"
            "是起步的那一推。",
        ),
        section="by-hand",
        hides=("*",),
    ),
    Mistake(
        "eps-forgotten-above",
        place="scale",
        title=Text(en="no ε above the fraction: nothing ever moves", zh="分子上没有 ε：永远不动"),
        explanation=Text(
            en="The average of steps starts at 0, so without ε the first step is 0 long, and the average stays 0. ε in"
            " the upper root is the push that starts the walk: with the defaults it makes the first step about 0.0032"
            " long. If your ε is there, see whether what `update` returns is the new parameter.",
            zh="步子的平均值从 0 开始，没有 ε，第一步的长度就是 0，平均值也就一直是 0。上面那个根号里的 ε 是起步的一"
            "推：取默认值时，它让第一步长约 0.0032。如果您的式子里有 ε，请看看 `update` 返回的是不是新的参数。",
        ),
        section="by-hand",
        hides=("*",),
    ),
    Mistake(
        "eps-forgotten-below",
        place="scale",
        title=Text(en="no ε below the fraction", zh="分母里没有 ε"),
        explanation=Text(
            en="Where a parameter has never had a gradient, a number is divided by 0, and NaN spreads from there. And"
            " a gradient of 1e-8 makes a step as long as one of 1; with ε in the lower root it makes next to none.",
            zh="如果一个参数从未有过梯度，就会除以 0，NaN 从那里扩散开来。而且 1e-8 的梯度与 1 的梯度走得一样远；下面"
            "的根号里有了 ε，它就几乎不动。",
        ),
    ),
    Mistake(
        "eps-outside-roots",
        place="scale",
        title=Text(en="ε is outside both roots", zh="ε 放在了两个根号外面"),
        explanation=Text(
            en="In RMSprop and AdaGrad it belongs there, in Adadelta torch and the paper have it inside. Above the"
            " fraction it decides how the walk starts: √1e-6 is 1e-3, so your first step is a thousand times too"
            " short, and the rule can only slowly lengthen it.",
            zh="在 RMSprop 和 AdaGrad 里，ε 确实在外面；在 Adadelta 里，torch 和论文都把它放在里面。分子上的 ε 决定怎"
            "样起步：√1e-6 是 1e-3，所以您的第一步只有应有长度的千分之一，之后也只能慢慢变长。",
        ),
        section="one-name",
    ),
    Mistake(
        "eps-outside-upper-root",
        place="scale",
        title=Text(en="ε is outside the upper root", zh="ε 放在了上面的根号外面"),
        explanation=Text(
            en="The upper root then starts at ε itself and not at its root, 1e-6 instead of 1e-3: the first step is a"
            " thousand times too short. What is added to a square must be added before the root is taken.",
            zh="上面的根号从 ε 本身起步，而不是从它的平方根：是 1e-6 而不是 1e-3，第一步只有应有长度的千分之一。要和平"
            "方相加的量，得在开方之前加上。",
        ),
        section="one-name",
    ),
    Mistake(
        "eps-outside-lower-root",
        place="scale",
        title=Text(en="ε is outside the lower root, as in RMSprop", zh="ε 放在了下面的根号外面，像 RMSprop 那样"),
        explanation=Text(
            en="With ordinary gradients hardly anything shows. With tiny ones much: inside, √1e-6 = 1e-3 stands below"
            " at least, outside only 1e-6, so a first gradient of 1e-8 moves the parameter a thousand times as far"
            " as it should.",
            zh="梯度大小平常时，几乎看不出差别；梯度极小时，差别就大了：放在里面，分母至少是 √1e-6 = 1e-3，放在外面则"
            "只有 1e-6，于是第一个梯度若是 1e-8，参数会多走约一千倍。",
        ),
        section="one-name",
    ),
    Mistake(
        "roots-forgotten",
        place="scale",
        title=Text(en="the roots are forgotten", zh="忘了开方"),
        explanation=Text(
            en="Both averages are of squares, and squares have the wrong unit: a step ten times as long would count a"
            " hundred times. Only with the root is the fraction a ratio of two lengths; yours starts far too short"
            " and does not find its stride.",
            zh="两个平均值装的都是平方，单位不对：步子长十倍，就会算作一百倍。开了方，分式才是两个长度之比；您的一开始"
            "就太短，也调整不到合适的步幅。",
        ),
    ),
)
