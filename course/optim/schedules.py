"""Learning-rate schedule · 学习率调度."""

import math
from dataclasses import dataclass


@dataclass
class Schedule:
    r"""Schedule: linear warm-up, then cosine decay to a floor; it drives the learning rate of any inner rule.

    With t = 0, 1, 2, … steps taken so far, the next step has the rate γ_t::

        t < W:           γ_t = γ·(f + (1 − f)·t/W)                    warm-up: from f·γ up towards γ
        W ≤ t < W + T:   γ_t = η + (γ − η)·(1 + cos(π·(t − W)/T))/2   decay: from γ down towards η
        t ≥ W + T:       γ_t = η                                      the floor, for good

    Args:
        inner: the inner rule, an object with `init`, `update` and `lr`, for instance `SGD()`. Its `lr` is assigned
            before each of its steps; what it was before does not matter.
        lr: γ, the peak learning rate; γ ≥ 0. Whoever changes it between two steps changes the whole curve from there.
        start_factor: f, the rate of the first step as a share of γ; 0 < f ≤ 1.
        total_iters: W, how many steps the warm-up takes; an int, W ≥ 0. With 0 the decay begins at once.
        T_max: T, how many steps the decay takes; an int, T ≥ 1.
        eta_min: η, the floor; η ≥ 0. It is a rate, not a share of one.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `lr`, the rate of the
    last step, for whoever keeps a log, 0.0 before the first; `inner`, whatever the inner rule keeps: it is handed back
    to it, never looked into.

    Papers: Loshchilov & Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts" (the cosine); Goyal et al.
    2017, "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour" (the warm-up).
    In torch: `SequentialLR` of `LinearLR(start_factor, total_iters=W)` and `CosineAnnealingLR(T_max, eta_min)` with
    `milestones=[W]`; names and defaults are theirs, but that `T_max` has a default here.
    Where torch deviates: if `scheduler.step()` is called more than W + T times, the rate climbs the cosine again; here
    it stays on the floor. And a scheduler reads the peak once, when it is made; here it is read at every step.

    学习率调度：先线性预热，再按余弦曲线衰减到下限，由它驱动任意一个内层规则的学习率。

    已走的步数记为 t = 0, 1, 2, …，接下来这一步的学习率是 γ_t，公式见上：前 W 步是预热（warm-up），
    从 f·γ 朝 γ 直线上升；随后的 T 步是衰减，沿半个余弦从 γ 降到 η；之后一直停在下限 η 上。

    参数：
        inner：内层规则，任何有 `init`、`update` 和 `lr` 的对象，例如 `SGD()`。它每走一步之前都会给它的 `lr` 赋值，
            原来的值不起作用。
        lr：γ，学习率的峰值，γ ≥ 0。在两步之间改变它，此后的整条曲线都随之改变。
        start_factor：f，第一步的学习率是 γ 的几分之几，0 < f ≤ 1。
        total_iters：W，预热的步数，整数，W ≥ 0。取 0 时一开始就衰减。
        T_max：T，衰减的步数，整数，T ≥ 1。
        eta_min：η，学习率的下限，η ≥ 0。它本身就是学习率，不是比例。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；`lr`，上一步的学习率，供写日志用，第一步之前为 0.0；
    `inner`，内层规则自己的状态，原样交还给它，不去看里面有什么。

    论文：Loshchilov 与 Hutter 2017，"SGDR: Stochastic Gradient Descent with Warm Restarts"（余弦）；Goyal 等 2017，
    "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour"（预热）。
    torch 的写法：用 `SequentialLR` 把 `LinearLR(start_factor, total_iters=W)` 和 `CosineAnnealingLR(T_max, eta_min)`
    接起来，`milestones=[W]`；参数名和默认值与它们相同，只是这里的 `T_max` 有默认值。
    与 torch 的不同：`scheduler.step()` 调用超过 W + T 次之后，torch 的学习率会沿余弦重新上升，这里则停在下限；
    另外，torch 的调度器只在创建时读取一次峰值，这里每一步都读取。
    """

    inner: object
    lr: float = 0.1
    start_factor: float = 1 / 3
    total_iters: int = 5
    T_max: int = 100
    eta_min: float = 0.0

    def init(self, param):
        """Return the state of one parameter before its first step · 返回一个参数在第一步之前的状态."""
        # TODO: write this part, then delete the next line · 写出这一部分，然后删掉下一行
        raise NotImplementedError

    def update(self, param, grad, state):
        """Take one step · 走一步.

        Args:
            param: the parameter, float64, any shape · 参数，float64，任意形状.
            grad: its gradient, of the same shape · 梯度，形状与参数相同.
            state: what the last call returned, or `init` · 上一次调用（或 `init`）返回的状态.

        Returns:
            `(new_param, new_state)`; `param` and `grad` stay as they were · `param` 和 `grad` 保持不变.

        """
        # TODO: write this part, then delete the next line · 写出这一部分，然后删掉下一行
        raise NotImplementedError
