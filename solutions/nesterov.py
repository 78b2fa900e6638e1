"""Nesterov momentum (NAG) · Nesterov 动量."""

from dataclasses import dataclass


@dataclass
class Nesterov:
    r"""Nesterov's accelerated gradient, as `torch.optim.SGD(momentum=…, nesterov=True)` computes it.

    With gradient g, parameter θ, buffer b, at step t = 1, 2, …::

        g_t = g_t + λ·θ_{t-1}                weight decay, added to the gradient
        b_1 = g_1,   b_t = μ·b_{t-1} + g_t   the buffer, as in plain momentum
        θ_t = θ_{t-1} − γ·(g_t + μ·b_t)      one more push of the buffer: the look ahead

    Args:
        lr: the learning rate γ; γ ≥ 0.
        momentum: μ, how much of the buffer survives a step; 0 < μ ≤ 1, below 1 in practice.
        weight_decay: λ, the L2 coefficient; λ ≥ 0.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `momentum_buffer`, b, an array of the parameter's shape and dtype; None before the first
    step.

    Paper: Nesterov 1983, "A method for solving the convex programming problem with convergence rate O(1/k²)"; Sutskever
    et al. 2013, "On the importance of initialization and momentum in deep learning".
    Where torch deviates: the papers take the gradient at a point ahead of the weights. torch stores that
    point ahead *as* the parameter, so the gradient it is given already belongs there; while γ is constant the
    iterates are the same.

    Nesterov 加速梯度（Nesterov accelerated gradient，NAG），与
    `torch.optim.SGD(momentum=…, nesterov=True)` 的计算一致。

    记梯度为 g，参数为 θ，缓冲区为 b，步数 t = 1, 2, …，公式见上。缓冲区与普通动量完全相同。
    不同的是最后一步，参数移动的方向是 g + μ·b，相当于让缓冲区再多推一次，这就是“向前看一步”。

    参数：
        lr：学习率 γ，γ ≥ 0。
        momentum：动量系数 μ，即缓冲区每一步保留的比例，0 < μ ≤ 1，实际使用时小于 1。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        maximize：选做，先把梯度变号，改为上升。

    每个参数的状态：`momentum_buffer`，即 b，形状和类型与参数相同，第一步之前为 None。

    论文：Nesterov 1983；Sutskever 等 2013，"On the importance of initialization and momentum in deep learning"。
    与论文的差别：论文在权重前方的一点求梯度，torch 直接把前方那一点存成参数，传进来的梯度本来就是在那里算的。
    只要 γ 不变，两者的迭代点完全相同。
    """

    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0
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
        mu = self.momentum
        buf = state["momentum_buffer"]
        buf = grad if buf is None else mu * buf + grad
        ahead = grad + mu * buf
        return param - self.lr * ahead, {"momentum_buffer": buf}
        ### END SOLUTION
