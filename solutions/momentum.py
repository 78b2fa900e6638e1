"""SGD with momentum · 带动量的 SGD."""

from dataclasses import dataclass


@dataclass
class Momentum:
    r"""Stochastic gradient descent with momentum, as `torch.optim.SGD(momentum=…)` computes it.

    With gradient g, parameter θ, buffer b, at step t = 1, 2, …::

        g_t = g_t + λ·θ_{t-1}                        weight decay, added to the gradient
        b_1 = g_1,   b_t = μ·b_{t-1} + (1 − τ)·g_t   the buffer; dampening τ from step 2 on
        θ_t = θ_{t-1} − γ·b_t

    Args:
        lr: the learning rate γ; γ ≥ 0.
        momentum: μ, how much of the buffer survives a step; 0 ≤ μ ≤ 1, below 1 in practice (torch's own default is 0).
        weight_decay: λ, the L2 coefficient; λ ≥ 0.
        dampening: τ, stretch; how much of each new gradient is held back, from the second step on; 0 ≤ τ ≤ 1.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `momentum_buffer`, b, an array of the parameter's shape and dtype; None before the first
    step.

    Paper: Polyak 1964, "Some methods of speeding up the convergence of iteration methods"; Sutskever et al. 2013,
    "On the importance of initialization and momentum in deep learning".
    Where torch deviates: Sutskever et al. keep γ inside the buffer (v = μ·v + γ·g, θ = θ − v). Both give the same
    path only while γ stays constant. With μ = 0 torch keeps no buffer and takes plain SGD's step, dampening or not.

    带动量（momentum）的随机梯度下降，与 `torch.optim.SGD(momentum=…)` 的计算一致。

    记梯度为 g，参数为 θ，缓冲区（buffer）为 b，步数 t = 1, 2, …，公式见上。先把权重衰减 λ·θ 加进梯度。
    第一步的缓冲区就是梯度本身，之后按 μ 衰减再加上新的梯度。参数的更新量是缓冲区的 γ 倍。

    参数：
        lr：学习率 γ，γ ≥ 0。
        momentum：动量系数 μ，即缓冲区每一步保留的比例，0 ≤ μ ≤ 1，实际使用时小于 1（torch 自己的默认值是 0）。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        dampening：阻尼 τ，选做，从第二步起，每个新梯度都乘以 1 − τ，0 ≤ τ ≤ 1。
        maximize：选做，先把梯度变号，改为上升。

    每个参数的状态：`momentum_buffer`，即 b，形状和类型与参数相同，第一步之前为 None。

    论文：Polyak 1964；Sutskever 等 2013，"On the importance of initialization and momentum in deep learning"。
    与论文的差别：Sutskever 等人把 γ 放在缓冲区里（v = μ·v + γ·g，θ = θ − v）。
    只有 γ 保持不变时，两种写法的路径才相同。μ = 0 时 torch 不保留缓冲区，无论有没有阻尼，都与普通 SGD 的一步相同。
    """

    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0
    dampening: float = 0.0
    maximize: bool = False

    def init(self, param):
        """Return the state of one parameter before its first step · 返回一个参数在第一步之前的状态."""
        ### BEGIN SOLUTION
        return {"momentum_buffer": None}
        ### END SOLUTION

    def update(self, param, grad, state):
        """Take one step · 走一步.

        Args:
            param: the parameter, float64, any shape · 参数，float64，任意形状.
            grad: its gradient, of the same shape · 梯度，形状与参数相同.
            state: what the last call returned, or `init` · 上一次调用（或 `init`）返回的状态.

        Returns:
            `(new_param, new_state)`; `param` and `grad` stay as they were · `param` 和 `grad` 保持不变.

        """
        ### BEGIN SOLUTION
        if self.maximize:  # stretch
            grad = -grad
        grad = grad + self.weight_decay * param
        if not self.momentum:  # with μ = 0 the buffer rests
            return param - self.lr * grad, state
        mu = self.momentum
        buf = state["momentum_buffer"]
        # (1 - dampening) is stretch: with the default 0 the new gradient joins the buffer whole
        buf = grad if buf is None else mu * buf + (1 - self.dampening) * grad
        return param - self.lr * buf, {"momentum_buffer": buf}
        ### END SOLUTION
