"""Rectified Adam (RAdam) · RAdam（修正 Adam）."""

from dataclasses import dataclass


@dataclass
class RAdam:
    r"""Rectified Adam, as `torch.optim.RAdam` computes it: Adam that waits until its second moment is reliable.

    With gradient g, parameter θ, averages m and v, at step t = 1, 2, … (all element by element; m_0 = v_0 = 0)::

        g_t = g_t + λ·θ_{t-1}                              weight decay, added to the gradient
        m_t = β₁·m_{t-1} + (1 − β₁)·g_t,   m̂_t = m_t / (1 − β₁ᵗ)
        v_t = β₂·v_{t-1} + (1 − β₂)·g_t²
        ρ_∞ = 2 / (1 − β₂) − 1                             how many gradients v averages in the end
        ρ_t = ρ_∞ − 2·t·β₂ᵗ / (1 − β₂ᵗ)                    and how many so far
        if ρ_t > 5:
            r_t = √( (ρ_t − 4)(ρ_t − 2)·ρ_∞ / ((ρ_∞ − 4)(ρ_∞ − 2)·ρ_t) )
            θ_t = θ_{t-1} − γ·r_t·m̂_t·√(1 − β₂ᵗ) / (√v_t + ε)
        else:
            θ_t = θ_{t-1} − γ·m̂_t                          momentum alone, not normalised

    Args:
        lr: the learning rate γ; γ ≥ 0.
        betas: (β₁, β₂), how much of each average survives a step; 0 ≤ β < 1.
        eps: ε ≥ 0; it joins √v *before* the bias correction, unlike Adam's.
        weight_decay: λ ≥ 0, the L2 coefficient.
        decoupled_weight_decay: stretch; multiply the parameter by 1 − γ·λ before the step instead, as AdamW does.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `exp_avg`, m;
    `exp_avg_sq`, v: arrays of the parameter's shape and dtype, zero before the first step.

    Paper: Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond".
    Where torch deviates: it rectifies when ρ_t > 5, from t = 6 with β₂ = 0.999; the paper when ρ_t > 4. The authors'
    own code has ρ_t ≥ 5 and skips the step otherwise. The paper has no ε.

    RAdam（修正 Adam，Rectified Adam），与 `torch.optim.RAdam` 的计算一致，等二阶矩足够可靠之后，才用它来缩放。

    记梯度为 g，参数为 θ，两个移动平均为 m 和 v，步数 t = 1, 2, …，公式见上（全部按元素进行，m_0 = v_0 = 0）：
    ρ_∞ 表示 v 最终相当于平均了多少个梯度，ρ_t 表示到第 t 步为止有多少个。ρ_t > 5 时，
    走乘以修正（rectification）系数 r_t 的 Adam 步。否则 v 的估计还不可靠，只走一步未归一化的动量 m̂。

    参数：
        lr：学习率 γ，γ ≥ 0。
        betas：(β₁, β₂)，两个平均值的衰减率，即每一步各保留的比例，0 ≤ β < 1。
        eps：ε ≥ 0；与 Adam 不同，它在偏差修正*之前*就加到 √v 上。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        decoupled_weight_decay：选做；改为像 AdamW 那样，在走这一步之前把参数乘以 1 − γ·λ。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；`exp_avg`，即 m；`exp_avg_sq`，即 v。
    数组的形状和类型都与参数相同，第一步之前全为零。

    论文：Liu 等 2020，"On the Variance of the Adaptive Learning Rate and Beyond"。
    与论文的差别：torch 在 ρ_t > 5 时修正（β₂ = 0.999 时从第 6 步起），论文在 ρ_t > 4 时修正。
    作者自己的代码用 ρ_t ≥ 5，不满足时直接跳过这一步。论文里没有 ε。
    """

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    decoupled_weight_decay: bool = False
    maximize: bool = False

    def init(self, param):
        """Return the state of one parameter before its first step · 返回一个参数在第一步之前的状态."""
        ### BEGIN SOLUTION
        # 0 * param is an array of zeros of the right shape, dtype and device, in numpy and in torch alike
        return {"step": 0, "exp_avg": 0 * param, "exp_avg_sq": 0 * param}
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
        beta1, beta2 = self.betas
        if self.maximize:  # stretch
            grad = -grad
        if self.decoupled_weight_decay:  # stretch
            param = param * (1 - self.lr * self.weight_decay)  # a new array: the caller's stays as it was
        else:
            grad = grad + self.weight_decay * param
        step = state["step"] + 1
        exp_avg = beta1 * state["exp_avg"] + (1 - beta1) * grad
        exp_avg_sq = beta2 * state["exp_avg_sq"] + (1 - beta2) * grad**2
        bias_correction1 = 1 - beta1**step
        bias_correction2 = 1 - beta2**step
        move = exp_avg / bias_correction1
        rho_inf = 2 / (1 - beta2) - 1
        rho = rho_inf - 2 * step * beta2**step / (1 - beta2**step)
        if rho > 5:
            rect = ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) ** 0.5
            move = rect * move * bias_correction2**0.5 / (exp_avg_sq**0.5 + self.eps)
        return param - self.lr * move, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
        ### END SOLUTION
