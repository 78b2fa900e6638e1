"""AdamW · 解耦权重衰减的 Adam."""

from dataclasses import dataclass


@dataclass
class AdamW:
    r"""AdamW, as `torch.optim.AdamW` computes it: Adam with the weight decay taken out of the gradient.

    With gradient g, parameter θ, averages m and v, at step t = 1, 2, … (all element by element; m_0 = v_0 = 0)::

        θ_t = θ_{t-1}·(1 − γ·λ)                  weight decay, on the parameter itself, before the step
        m_t = β₁·m_{t-1} + (1 − β₁)·g_t          first moment
        v_t = β₂·v_{t-1} + (1 − β₂)·g_t²         second moment
        m̂_t = m_t / (1 − β₁ᵗ),   v̂_t = v_t / (1 − β₂ᵗ)      bias correction
        θ_t = θ_t − γ·m̂_t / (√v̂_t + ε)          ε joins after the correction, outside the root

    Stretch: `amsgrad` puts w_t = max(w_{t-1}, v_t), w_0 = 0, in the place of v_t in the last two lines; v itself goes
    on as before.

    Args:
        lr: the learning rate γ; γ ≥ 0.
        betas: (β₁, β₂), how much of each average survives a step; 0 ≤ β < 1.
        eps: ε ≥ 0; keeps the quotient finite where the second moment is near zero.
        weight_decay: λ ≥ 0; each step shrinks the parameter by the factor 1 − γ·λ. Neither m nor v ever sees it.
        amsgrad: stretch; never let the denominator's average shrink.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first; the decay still shrinks.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `exp_avg`, m;
    `exp_avg_sq`, v; for amsgrad `max_exp_avg_sq`, w: arrays of the parameter's shape and dtype, zero before the first
    step.

    Paper: Loshchilov & Hutter 2019, "Decoupled Weight Decay Regularization".
    Where torch deviates: the paper multiplies λ by the schedule's factor alone; torch multiplies it by γ as a whole,
    so a smaller learning rate also decays less. Some libraries decay after the step instead of before it.

    AdamW，与 `torch.optim.AdamW` 的计算一致：把权重衰减从梯度里拿出来的 Adam。

    记梯度为 g，参数为 θ，两个移动平均为 m 和 v，步数 t = 1, 2, …，公式见上（全部按元素进行，m_0 = v_0 = 0）：
    走这一步之前，先把参数本身乘以 1 − γ·λ，其余与不带权重衰减的 Adam 完全相同，m 和 v 只看到梯度。

    选做：`amsgrad` 在最后两行里用 w_t = max(w_{t-1}, v_t)（w_0 = 0）代替 v_t，v 本身照常更新。

    参数：
        lr：学习率 γ，γ ≥ 0。
        betas：(β₁, β₂)，两个平均值的衰减率，即每一步各保留的比例，0 ≤ β < 1。
        eps：ε ≥ 0；二阶矩接近零时，使商保持有限。
        weight_decay：λ ≥ 0；每一步把参数缩小到 1 − γ·λ 倍，m 和 v 里都没有它。
        amsgrad：选做；分母里的平均值只增不减。
        maximize：选做；先把梯度变号，改为上升；衰减仍然是缩小参数。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；`exp_avg`，即 m；`exp_avg_sq`，即 v；
    amsgrad 另有 `max_exp_avg_sq`，即 w。数组的形状和类型都与参数相同，第一步之前全为零。

    论文：Loshchilov 与 Hutter 2019，"Decoupled Weight Decay Regularization"。
    与论文的差别：论文里 λ 只乘以调度系数，torch 把它乘以整个 γ，因此学习率变小时衰减也变弱。
    有些库在走完一步之后才衰减。
    """

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 1e-2
    amsgrad: bool = False
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
