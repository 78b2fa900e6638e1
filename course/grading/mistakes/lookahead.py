"""Lookahead's wrong turns: when the two sets of weights meet, how, and what is done to the inner rule."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from course.grading.mistakes import shared
from course.grading.mistakes.mistake import Mistake, hiding
from course.grading.mistakes.switched import Switched
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Rule(Switched):
    """Lookahead with switches; see `solutions/lookahead.py` for the right one."""

    defaults = {"inner": None, "k": 5, "alpha": 0.5}

    def __init__(self, on: Iterable[str], outliving: dict[str, Any], **hyperparameters: Any) -> None:
        super().__init__(on, outliving, **hyperparameters)
        self.copied = copy.copy(self.first["inner"])
        """The inner rule as it was at the start, for those who do not use the very object."""
        self.kept: Any = None
        """The inner state of whichever parameter came last."""

    def start(self, param: Any) -> dict[str, Any]:
        """The slow weights are a copy of the parameter; or, by mistake, zero."""
        self.kept = self.copied.init(param)
        slow = 0 * param if "slow-weights-from-zero" in self.on else 1 * param
        return {"step": 0, "slow_param": slow, "inner": self.kept}

    def step(self, h: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One step."""
        on = self.on
        meet = self.meets(h.k, 1 if "step-not-counted" in on else self.clock(state))
        slow = state["slow_param"]
        rests = meet and "inner-rests-at-sync" in on
        fast, kept = (param, state["inner"]) if rests else self.inner_step(h.inner, param, grad, state)
        if "slow-weights-too-late" in on and not state["step"]:
            slow = fast

        alpha = 1 - h.alpha if "alpha-swapped" in on else h.alpha
        pulled = slow + alpha * (fast - slow)
        if "alpha-sign" in on:
            pulled = slow - alpha * (fast - slow)
        elif "difference-forgotten" in on:
            pulled = slow + alpha * fast
        new, moved = fast, slow
        if meet:
            new, moved = pulled, pulled
            if "fast-not-set-back" in on:
                new = fast
            if "fast-to-old-slow" in on:
                new = slow
            if "slow-not-updated" in on:
                moved = slow
            if "inner-state-reset" in on:
                kept = h.inner.init(new)
        elif "slow-moves-every-step" in on:
            moved = pulled
        elif "returns-slow-weights" in on:
            new = slow
        if "slow-follows-fast" in on:
            moved = new
        return new, {"step": int(state["step"]) + 1, "slow_param": moved, "inner": kept}

    def meets(self, k: int, t: int) -> bool:
        """Whether slow and fast weights meet in step t."""
        on = self.on
        if "sync-every-step" in on:
            return True
        if "sync-early" in on:
            return (t + 1) % k == 0
        if "sync-late" in on:
            return t > 1 and (t - 1) % k == 0
        return t % (k + 1 if "round-too-long" in on else k) == 0

    def inner_step(self, inner: Any, param: Any, grad: Any, state: dict[str, Any]) -> tuple[Any, Any]:
        """One step of the inner rule: the new fast weights and its new state."""
        on = self.on
        if "inner-copied" in on:
            inner = self.copied
        common = "one-inner-state-for-all" in on
        start = state["slow_param"] if "inner-from-slow" in on else param
        fast, self.kept = inner.update(start, grad, self.kept if common else state["inner"])
        if "inner-result-subtracted" in on:
            fast = param - fast
        return fast, (state["inner"] if "inner-state-not-kept" in on else self.kept)


HIDDEN = {
    "state-not-kept": (
        *("step-not-counted", "k", "sync", "slow-weights-too-late", "weights", "inner state", "inner-rests-at-sync"),
    ),
    "one-state-for-all": ("step-per-parameter", "one-inner-state-for-all"),
    "alpha-hard-coded": ("alpha-swapped",),
}
"""What the shared mistakes leave nothing of in this topic: without its state a rule never counts to k, and with
α = 0.5 the two shares are one."""


MISTAKES = (
    *shared.HANDLING,
    *hiding(shared.MEMORY, HIDDEN),
    *hiding(shared.blindness("k", read_once=False), HIDDEN),
    *hiding(shared.blindness("alpha"), HIDDEN),
    Mistake(
        "step-from-zero",
        place="clock",
        title=Text(en="t starts at 0", zh="t 从 0 开始"),
        explanation=Text(
            en="With a count of 0 in the first step, it counts as a multiple of k: slow and fast weights meet in steps"
            " 1, k + 1, 2k + 1, … A published implementation does so. A round is k steps forward first and one step"
            " back afterwards, so the first meeting comes at the end of step k.",
            zh="第一步的计数是 0，而 0 也算 k 的倍数：于是慢权重与快权重在第 1、k + 1、2k + 1……步同步。有份公开的实现"
            "就是这样。一轮是先走 k 步、再退一步，所以第一次同步应在第 k 步结束时。",
        ),
        section="by-hand",
        hides=("sync-early",),
    ),
    Mistake(
        "step-not-counted",
        place="clock",
        title=Text(en="the count never moves on", zh="步数始终没有增加"),
        explanation=Text(
            en="Every step takes itself for the first, so with k above 1 the count never reaches k, and the slow"
            " weights stay where they began. Your path is the inner rule's alone; only k = 1 looks right. Does the"
            " state that you return know that one more step was taken?",
            zh="每一步都以为自己是第一步，所以只要 k 大于 1，计数就永远到不了 k，慢权重一直停在起点。您的路径只是内层"
            "规则自己的路径，只有 k = 1 时看起来是对的。您返回的状态里，步数加一了吗？",
        ),
        section="your-turn",
        hides=(
            "k",
            "sync",
            "slow-moves-every-step",
            "slow-follows-fast",
        ),
    ),
    Mistake(
        "step-per-parameter",
        place="clock",
        title=Text(en="t advances once a parameter, not once a step", zh="t 每处理一个参数就加一，而不是每一步加一"),
        explanation=Text(
            en="With two parameters your count advances by two a step, as it does on the rule object, which serves"
            " every parameter. The parameters then meet their slow weights at different times, and one of them perhaps"
            " never. Let each parameter's state do its own counting.",
            zh="有两个参数时，您的计数每一步都加二；把计数记在规则对象上就会这样，因为这个对象为所有参数服务。于是各个参数在不同的时刻"
            "与慢权重同步，有的甚至永远不会。请让每个参数的状态各数各的。",
        ),
        section="your-turn",
    ),
    Mistake(
        "step-outlives-rule",
        place="clock",
        title=Text(en="a new rule goes on counting where the last one ended", zh="新建的规则接着旧的步数往下数"),
        explanation=Text(
            en="The count outlives the rule, as it does on the class or in the module. A second"
            " training run in the same notebook begins in the"
            " middle of a round, and where that is depends on what was run before. Whatever changes while a rule"
            " runs belongs in the state of one parameter.",
            zh="计数比规则活得更久，写在类上或模块里就会这样。在同一个笔记本里再训练一次，就会从一轮的中间开始，从哪里开始还取决于之前"
            "跑过什么。运行中会变的东西，都应当放进每个参数的状态里。",
        ),
        section="your-turn",
    ),
    Mistake(
        "sync-early",
        place="sync",
        title=Text(en="the weights meet one step early", zh="同步早了一步"),
        explanation=Text(
            en="Slow and fast weights meet in steps k − 1, 2k − 1, …: the first round has only k − 1 inner steps."
            " Write down by hand which numbers your count takes in the first k steps, and for which of them the"
            " condition holds.",
            zh="慢权重与快权重在第 k − 1、2k − 1……步同步：第一轮只有 k − 1 个内层步。请动手写一写，前 k 步里计数各是多"
            "少，条件对其中哪一个成立。",
        ),
        section="by-hand",
    ),
    Mistake(
        "sync-late",
        place="sync",
        title=Text(en="the weights meet one step late", zh="同步晚了一步"),
        explanation=Text(
            en="Slow and fast weights meet in steps k + 1, 2k + 1, …: the first round has k + 1 inner steps. It is the"
            " step whose number is a multiple of k that ends a round, and it is ended within that step, not at the"
            " beginning of the next.",
            zh="慢权重与快权重在第 k + 1、2k + 1……步同步：第一轮有 k + 1 个内层步。步数是 k 的倍数的那一步结束一轮，而"
            "且就在那一步之内结束，不是等到下一步开始时。",
        ),
        section="by-hand",
    ),
    Mistake(
        "round-too-long",
        place="sync",
        title=Text(en="every round has k + 1 inner steps", zh="每一轮都有 k + 1 个内层步"),
        explanation=Text(
            en="The weights meet in steps k + 1, 2(k + 1), … A counter that is set back only after it has exceeded k"
            " does that, and so does a round that is counted from 0 to k. Count the inner steps between two"
            " meetings: there must be k.",
            zh="两套权重在第 k + 1、2(k + 1)……步同步。计数器超过 k 之后才归零，或者一轮从 0 数到 k，都会这样。请数一数"
            "两次同步之间有多少个内层步：应当正好是 k 个。",
        ),
        section="by-hand",
    ),
    Mistake(
        "sync-every-step",
        place="sync",
        title=Text(en="the weights meet in every step", zh="每一步都同步"),
        explanation=Text(
            en="k makes no difference: after each inner step the weights are pulled together, so nobody explores and"
            " the walk is merely slower, α times as long for a plain inner rule. The slow weights wait until the"
            " fast ones have gone k steps on their own.",
            zh="k 不起任何作用：每走一个内层步，两套权重就拉到一起，谁也没有去探路，只是走得更慢；内层规则是朴素的梯度"
            "下降时，步长变成 α 倍。慢权重要等快权重自己走完 k 步。",
        ),
        hides=(
            "clock",
            "k",
            "slow-moves-every-step",
            "slow-follows-fast",
            "returns-slow-weights",
            "inner-from-slow",
            "inner-state-reset",
        ),
    ),
    Mistake(
        "slow-weights-too-late",
        place="start",
        title=Text(en="the slow weights are taken after the first inner step", zh="慢权重在第一个内层步之后才取"),
        explanation=Text(
            en="φ₀ is θ₀, the place before any step. Yours is θ₁, so the first round is pulled back to the wrong"
            " place, and the error stays in every later one. Published implementations have this slip, because slow"
            " weights are easily made when they are first needed.",
            zh="φ₀ 就是 θ₀，是走出任何一步之前的位置。您取的是 θ₁，所以第一轮就被拉回到错误的地方，这个误差此后每一轮"
            "都在。已公开的实现里就有这个疏漏：慢权重很容易被写成“用到时才创建”。",
        ),
        section="by-hand",
    ),
    Mistake(
        "slow-weights-from-zero",
        place="start",
        title=Text(en="the slow weights start at zero", zh="慢权重从零开始"),
        explanation=Text(
            en="Most buffers start at zero, slow weights do not: they are parameters, and start where the parameters"
            " start. From zero, the first meeting pulls everything 1 − α of the way towards the origin, as if half"
            " of what was learnt or initialised (with α = 0.5) had been thrown away.",
            zh="多数缓冲区从零开始，慢权重却不是：它们也是参数，应当从参数的起点开始。从零开始的话，第一次同步就把一切"
            "朝原点拉回 1 − α 的路程，α = 0.5 时，好比把初始值和学到的东西丢掉了一半。",
        ),
        section="by-hand",
    ),
    Mistake(
        "alpha-swapped",
        place="pull",
        title=Text(en="α and 1 − α are swapped", zh="α 与 1 − α 用反了"),
        explanation=Text(
            en="α is the share of the way that the slow weights go towards the fast ones; yours stay behind by that"
            " share. With α = 0.5 there is no difference, which is why it looks right. What should happen for α ="
            " 1: does Lookahead follow the inner rule, or stand still?",
            zh="α 是慢权重朝快权重走的那一份路程，您的却是落下这么多。α = 0.5 时两者没有差别，所以看起来是对的。α = 1 "
            "时应当怎样：Lookahead 跟着内层规则走，还是原地不动？",
        ),
        section="by-hand",
    ),
    Mistake(
        "alpha-sign",
        place="pull",
        title=Text(en="the slow weights go away from the fast ones", zh="慢权重背着快权重走"),
        explanation=Text(
            en="The difference has the wrong sign: at each meeting the slow weights step back behind where they were,"
            " away from all that the fast ones have found. Try one number: slow 1, fast 0, α = 0.5 must give 0.5.",
            zh="差值的符号反了：每次同步，慢权重都从原处再往后退，离快权重找到的方向越来越远。不妨代入一组数：慢权重为"
            " 1，快权重为 0，α = 0.5，结果应当是 0.5。",
        ),
        section="by-hand",
    ),
    Mistake(
        "difference-forgotten",
        place="pull",
        title=Text(
            en="α times the fast weights is added, not α times the difference",
            zh="加上的是 α 倍的快权重，而不是 α 倍的差",
        ),
        explanation=Text(
            en="The slow weights are to go part of the way to the fast ones, and the way is a difference. In yours"
            " even weights that agree with each other grow by the factor 1 + α at every meeting.",
            zh="慢权重要朝快权重走一部分路程，而路程是两者之差。在您的规则里，即使两套权重完全相同，每次同步也会变成原"
            "来的 1 + α 倍。",
        ),
        section="by-hand",
    ),
    Mistake(
        "fast-not-set-back",
        place="weights",
        title=Text(en="the fast weights are not set back to the slow ones", zh="快权重没有回到慢权重处"),
        explanation=Text(
            en="The slow weights may well move, but nothing ever starts from them: what you return is the inner rule's"
            " path, as if there were no Lookahead around it. Skipping the meeting, or going the whole way whatever"
            " α is, comes to the same. The step back is half of the rule.",
            zh="慢权重也许确实在动，却没有任何东西从它们那里出发：您返回的就是内层规则自己的路径，好像外面没有套"
            " Lookahead。干脆不做同步，或者不管 α 是多少都走完全程，结果也一样。“退一步”是这个规则的一半。",
        ),
        hides=(
            "clock",
            "sync",
            "start",
            "pull",
            "k",
            "alpha",
            "inner-rests-at-sync",
        ),
    ),
    Mistake(
        "fast-to-old-slow",
        place="weights",
        title=Text(en="the fast weights go back to the old slow ones", zh="快权重回到了旧的慢权重处"),
        explanation=Text(
            en="At a meeting the slow weights move first, and the fast ones start from where the slow ones are then."
            " Yours go back to where the slow ones were before, so each round begins where an earlier one began and"
            " most of the way is walked twice.",
            zh="同步时，慢权重先动，快权重再从它的新位置出发。您的快权重却回到了慢权重之前的位置，于是每一轮都从上一轮"
            "的起点出发，大部分路要走两遍。",
        ),
        section="by-hand",
    ),
    Mistake(
        "slow-not-updated",
        place="weights",
        title=Text(en="the slow weights never move", zh="慢权重从来没有动过"),
        explanation=Text(
            en="The fast weights are pulled back, but towards where everything began: the new slow weights are not in"
            " the state that you return. So each round starts from near the starting point again, and however long"
            " the training, it cannot get far away.",
            zh="快权重确实被拉回来了，却总是拉向最初的起点：您返回的状态里没有新的慢权重。于是每一轮又从起点附近开始，"
            "训练再久也走不远。",
        ),
        section="your-turn",
    ),
    Mistake(
        "slow-moves-every-step",
        place="weights",
        title=Text(en="the slow weights move in every step", zh="慢权重每一步都在动"),
        explanation=Text(
            en="Only the fast weights move in every step. Yours pull the slow ones along each time and set the fast"
            " ones back at the end of the round: that is an exponential moving average of the weights, not"
            " Lookahead. In between, the slow weights stand still.",
            zh="每一步都动的只有快权重。您每次都带着慢权重一起走，到一轮结束才把快权重拉回来：那是权重的指数移动平均，"
            "不是 Lookahead。在两次同步之间，慢权重是不动的。",
        ),
    ),
    Mistake(
        "slow-follows-fast",
        place="weights",
        title=Text(en="the slow weights are the fast ones of the step before", zh="慢权重成了上一步的快权重"),
        explanation=Text(
            en="After each step your slow weights are overwritten with the fast ones, so at a meeting they are one"
            " step apart instead of k, and hardly anything is taken back. Two names for one array do that as well,"
            " if something changes the array in place.",
            zh="每走一步，您的慢权重就被快权重覆盖，所以到同步时，两者只差一步，而不是 k 步，几乎什么都没有退回去。如"
            "果两个名字指向同一个数组，而这个数组又被原地修改，也会这样。",
        ),
        hides=(
            "start",
            "inner-from-slow",
        ),
    ),
    Mistake(
        "returns-slow-weights",
        place="weights",
        title=Text(en="`update` returns the slow weights", zh="`update` 返回的是慢权重"),
        explanation=Text(
            en="Between two meetings the caller gets the slow weights, which stand still, so the next inner step"
            " begins from there again and nothing adds up: of k inner steps only the last one counts. It is the"
            " fast weights that walk on, and the gradients are taken there.",
            zh="在两次同步之间，调用者得到的是静止的慢权重，下一个内层步又从那里开始，什么也积累不起来：k 个内层步里，"
            "只有最后一个算数。往前走的是快权重，梯度也是在那里求的。",
        ),
        section="your-turn",
        hides=(
            "inner-from-slow",
            "inner-rests-at-sync",
        ),
    ),
    Mistake(
        "inner-state-reset",
        place="inner state",
        title=Text(en="the inner rule's state is reset when the weights meet", zh="同步时重置了内层规则的状态"),
        explanation=Text(
            en="After every k-th step the inner rule has to start without its memory. Some libraries offer this as an"
            " option, and the paper leaves it open; here the inner state runs on, so that a momentum buffer"
            " survives the step back. Only the weights are set back.",
            zh="每走 k 步，内层规则就得丢掉记忆重新开始。有些库把它作为一个选项，论文也没有规定；这里内层状态照常延"
            "续，动量缓冲区不会因为退一步而消失。退回去的只有权重。",
        ),
        section="one-name",
    ),
    Mistake(
        "inner-state-not-kept",
        place="inner state",
        title=Text(en="the inner rule's memory is lost", zh="内层规则的记忆丢了"),
        explanation=Text(
            en="At every step the inner rule has only the state that it began with, so a momentum inside has no past"
            " to go on and walks like plain gradient descent. It returns two things, and both are needed: keep its"
            " new state in yours. The path is the same if you never call it and take lr times the gradient"
            " yourself.",
            zh="每一步，内层规则手里都只有最初的状态，里面的动量没有过去可以依靠，走得与普通的梯度下降一样。它返回两样"
            "东西，两样都要：请把它的新状态保存在您的状态里。如果您根本没有调用它，而是自己用学习率乘以梯度走一步，"
            "路径也是这样。",
        ),
        section="your-turn",
        hides=("inner-state-reset",),
    ),
    Mistake(
        "one-inner-state-for-all",
        place="inner state",
        title=Text(en="all parameters share one inner state", zh="所有参数共用一份内层状态"),
        explanation=Text(
            en="Count and slow weights are kept apart for each parameter, but the inner rule's state is not: what it"
            " remembers of one parameter, it applies to the next. With different shapes numpy"
            " stops. The inner state is one parameter's, too.",
            zh="计数和慢权重是各个参数分开保存的，内层规则的状态却是共用的：它从一个参数那里记住的东西，用到了"
            "下一个参数上。形状不同时，numpy 会报错。内层状态同样属于单个参数。",
        ),
        section="your-turn",
    ),
    Mistake(
        "inner-from-slow",
        place="inner step",
        title=Text(en="every inner step starts from the slow weights", zh="每个内层步都从慢权重出发"),
        explanation=Text(
            en="The inner rule is given the slow weights, so it starts from the same place k times in a row, and k"
            " steps bring you only as far as one. It should go on from where it arrived: from the parameter that is"
            " passed in.",
            zh="您交给内层规则的是慢权重，于是它连续 k 次从同一处出发，k 步走下来也只有一步那么远。它应当从自己到达的"
            "地方继续走，也就是从传进来的参数出发。",
        ),
    ),
    Mistake(
        "inner-rests-at-sync",
        place="inner step",
        title=Text(
            en="the inner rule does not run in the step in which the weights meet",
            zh="同步的那一步没有运行内层规则",
        ),
        explanation=Text(
            en="You do either an inner step or the meeting, so every k-th gradient is thrown away and a round has k −"
            " 1 inner steps. With k = 1 nothing would ever move. In step k both happen: first the inner step, then"
            " the meeting.",
            zh="您要么走内层步，要么同步，于是每到第 k 步，梯度就被丢掉，一轮只剩 k − 1 个内层步；k = 1 时根本不会动。"
            "第 k 步两件事都要做：先走内层步，再同步。",
        ),
        section="by-hand",
    ),
    Mistake(
        "inner-result-subtracted",
        place="inner step",
        title=Text(en="what the inner rule returns is taken for a step", zh="把内层规则返回的参数当成了步子"),
        explanation=Text(
            en="`update` of the inner rule returns the new parameter, just as yours does; you subtract it from the old"
            " one, as if it were by how much to move. What is left is the step itself, and the position is gone"
            " after one step.",
            zh="内层规则的 `update` 返回的是新的参数，与您自己要写的一样；您却从旧参数里减去它，好像它是要移动的量。剩"
            "下的只是步子本身，走一步之后，位置就丢了。",
        ),
        section="your-turn",
    ),
    Mistake(
        "inner-copied",
        place="inner",
        title=Text(en="a copy of the inner rule is used", zh="用的是内层规则的副本"),
        explanation=Text(
            en="A schedule assigns `inner.lr` on the object that was passed in; yours steps with a copy from the"
            " start, or with its learning rate noted down there, and never hears of the change. Keep the very"
            " object and ask it at every step.",
            zh="调度会在传进来的那个对象上给 `inner.lr` 赋值；而您用的是一开始做的副本，或者一开始记下的学习率，根本不"
            "知道它变了。请一直使用原来的对象，每一步都问它。",
        ),
        section="your-turn",
    ),
)
