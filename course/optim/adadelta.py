"""Adadelta · 自适应步长."""

from dataclasses import dataclass


@dataclass
class Adadelta:
    r"""Adadelta, as `torch.optim.Adadelta` computes it: the step's size comes from the sizes of past steps.

    With gradient g, parameter θ, averages v and u, at step t = 1, 2, … (all element by element; v_0 = u_0 = 0)::

        g_t = g_t + λ·θ_{t-1}                            weight decay, added to the gradient
        v_t = ρ·v_{t-1} + (1 − ρ)·g_t²                   how large gradients are
        Δ_t = √(u_{t-1} + ε) / √(v_t + ε) · g_t          ε inside both roots; u is still the old one
        u_t = ρ·u_{t-1} + (1 − ρ)·Δ_t²                   how large steps are
        θ_t = θ_{t-1} − γ·Δ_t                            γ is not in u

    Args:
        lr: γ ≥ 0, a factor on the finished step; 1 is the paper's rule.
        rho: ρ, how much of each average survives a step; 0 ≤ ρ ≤ 1.
        eps: ε > 0; it also gets the first step going, because u starts from zero.
        weight_decay: λ, the L2 coefficient; λ ≥ 0.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `square_avg`, v;
    `acc_delta`, u: arrays of the parameter's shape and dtype, zero before the first step.

    Paper: Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method".
    Where torch deviates: the paper has no learning rate; torch keeps one, 1.0 by default, outside the averages. The
    first step is about √(ε / (1 − ρ)) = 3.2e-3 long at the defaults, unless the gradient is tiny: ε sets its length.

    Adadelta，与 `torch.optim.Adadelta` 的计算一致：步长由过去各步的大小决定。

    记梯度为 g，参数为 θ，两个移动平均为 v 和 u，步数 t = 1, 2, …，公式见上（全部按元素进行，v_0 = u_0 = 0）：
    先把权重衰减 λ·θ 加进梯度。v 记录梯度有多大，u 记录更新量有多大。先用旧的 u 和新的 v 算出 Δ，
    再用 Δ 更新 u，最后移动参数。ε 在两个根号里面，γ 不进入 u。

    参数：
        lr：γ ≥ 0，最后乘在更新量 Δ 上的系数，取 1 就是论文的规则。
        rho：ρ，两个平均值每一步保留的比例，0 ≤ ρ ≤ 1。
        eps：ε > 0；u 从零开始，第一步全靠它起步。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；`square_avg`，即 v；`acc_delta`，即 u。
    数组的形状和类型都与参数相同，第一步之前全为零。

    论文：Zeiler 2012，"ADADELTA: An Adaptive Learning Rate Method"。
    与论文的差别：论文里没有学习率，torch 保留了一个，默认 1.0，不进入两个平均值。默认设置下，只要梯度
    不是特别小，第一步的步长都约为 √(ε / (1 − ρ)) = 3.2e-3，也就是说，决定第一步步长的是 ε。
    """

    lr: float = 1.0
    rho: float = 0.9
    eps: float = 1e-6
    weight_decay: float = 0.0
    maximize: bool = False

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
