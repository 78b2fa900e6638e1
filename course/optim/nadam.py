"""NAdam · Nesterov 加速的 Adam."""

from dataclasses import dataclass


@dataclass
class NAdam:
    r"""NAdam, as `torch.optim.NAdam` computes it: Adam whose memory is weighed as it will be one step later.

    With gradient g, parameter θ, averages m and v, at step t = 1, 2, … (element by element; m_0 = v_0 = 0, P_0 = 1)::

        g_t = g_t + λ·θ_{t-1}                          weight decay, added to the gradient
        μ_t = β₁·(1 − ½·0.96^(t·ψ))                    how much of the memory counts; from about β₁/2 up to β₁
        P_t = P_{t-1}·μ_t                              the product of all μ so far
        m_t = β₁·m_{t-1} + (1 − β₁)·g_t
        v_t = β₂·v_{t-1} + (1 − β₂)·g_t²,   v̂_t = v_t / (1 − β₂ᵗ)
        θ_t = θ_{t-1} − γ·( (1 − μ_t)·g_t / (1 − P_t) + μ_{t+1}·m_t / (1 − P_t·μ_{t+1}) ) / (√v̂_t + ε)

    Args:
        lr: the learning rate γ; γ ≥ 0.
        betas: (β₁, β₂), how much of each average survives a step; 0 ≤ β < 1.
        eps: ε ≥ 0; keeps the quotient finite where the second moment is near zero.
        weight_decay: λ ≥ 0, the L2 coefficient.
        momentum_decay: ψ ≥ 0; how soon μ_t grows from β₁/2 to β₁. At 0 it never does.
        decoupled_weight_decay: stretch; multiply the parameter by 1 − γ·λ before the step instead, as AdamW does.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `exp_avg`, m;
    `exp_avg_sq`, v: arrays of the parameter's shape and dtype, zero before the first step; `mu_product`, P, a number,
    1 before the first step.

    Paper: Dozat 2016, "Incorporating Nesterov Momentum into Adam".
    Where torch deviates: the paper averages the gradients with μ_t as well, m_t = μ_t·m_{t-1} + (1 − μ_t)·g_t; torch
    and Keras keep β₁ there. With μ_t = β₁ all the time both are the same rule.

    NAdam，与 `torch.optim.NAdam` 的计算一致：它就是 Adam，只是按下一步的权重来使用记忆。

    记梯度为 g，参数为 θ，两个移动平均为 m 和 v，步数 t = 1, 2, …，公式见上（全部按元素进行，m_0 = v_0 = 0，P_0 = 1）：
    μ_t 决定记忆占多大的比重，从大约 β₁/2 逐渐增大到 β₁。P_t 是到目前为止所有 μ 的乘积。
    走这一步时，当前的梯度按 1 − μ_t 直接计入一次，记忆 m_t 则乘以**下一步**的 μ_{t+1}，两部分各自修正偏差。

    参数：
        lr：学习率 γ，γ ≥ 0。
        betas：(β₁, β₂)，两个平均值的衰减率，即每一步各保留的比例，0 ≤ β < 1。
        eps：ε ≥ 0；二阶矩接近零时，使商保持有限。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        momentum_decay：ψ ≥ 0；μ_t 从 β₁/2 增大到 β₁ 的快慢。取 0 时它不再增大。
        decoupled_weight_decay：选做；改为像 AdamW 那样，在走这一步之前把参数乘以 1 − γ·λ。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；`exp_avg`，即 m；`exp_avg_sq`，即 v，
    数组的形状和类型都与参数相同，第一步之前全为零；`mu_product`，即 P，一个数，第一步之前为 1。

    论文：Dozat 2016，"Incorporating Nesterov Momentum into Adam"。
    与论文的差别：论文里梯度的平均也用 μ_t，即 m_t = μ_t·m_{t-1} + (1 − μ_t)·g_t，torch 和 Keras 在那里仍用 β₁。
    如果 μ_t 始终等于 β₁，两者就是同一个规则。
    """

    lr: float = 2e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum_decay: float = 4e-3
    decoupled_weight_decay: bool = False
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
