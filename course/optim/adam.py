"""Adam · 自适应矩估计."""

from dataclasses import dataclass


@dataclass
class Adam:
    r"""Adam, as `torch.optim.Adam` computes it: momentum's direction, RMSprop's scale, and a correction for the start.

    With gradient g, parameter θ, averages m and v, at step t = 1, 2, … (all element by element; m_0 = v_0 = 0)::

        g_t = g_t + λ·θ_{t-1}                    weight decay, added to the gradient
        m_t = β₁·m_{t-1} + (1 − β₁)·g_t          first moment: where to
        v_t = β₂·v_{t-1} + (1 − β₂)·g_t²         second moment: how large gradients are
        m̂_t = m_t / (1 − β₁ᵗ),   v̂_t = v_t / (1 − β₂ᵗ)      bias correction
        θ_t = θ_{t-1} − γ·m̂_t / (√v̂_t + ε)      ε joins after the correction, outside the root

    Stretch: `amsgrad` puts w_t = max(w_{t-1}, v_t), w_0 = 0, in the place of v_t in the last two lines; v itself goes
    on as before.

    Args:
        lr: the learning rate γ; γ ≥ 0.
        betas: (β₁, β₂), how much of each average survives a step; 0 ≤ β < 1.
        eps: ε ≥ 0; keeps the quotient finite where the second moment is near zero.
        weight_decay: λ, the L2 coefficient; λ ≥ 0. Mixed into the gradient, so rescaled with it: AdamW's point.
        amsgrad: stretch; never let the denominator's average shrink.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `exp_avg`, m;
    `exp_avg_sq`, v; for amsgrad `max_exp_avg_sq`, w: arrays of the parameter's shape and dtype, zero before the first
    step.

    Paper: Kingma & Ba 2015, "Adam: A Method for Stochastic Optimization". amsgrad: Reddi, Kale & Kumar 2018, "On the
    Convergence of Adam and Beyond".
    Where torch deviates: not from Algorithm 1 of the paper. TensorFlow uses the paper's other form, in which ε is
    added to √v before the correction: different wherever ε matters. The amsgrad paper corrects no bias; torch takes
    the maximum of the uncorrected v and corrects afterwards.

    Adam，与 `torch.optim.Adam` 的计算一致：动量给方向，RMSprop 给尺度，再对起步阶段加以修正。

    记梯度为 g，参数为 θ，两个移动平均为 m 和 v，步数 t = 1, 2, …，公式见上（全部按元素进行，m_0 = v_0 = 0）：
    先把权重衰减 λ·θ 加进梯度。m 是一阶矩（往哪里走），v 是二阶矩（梯度有多大）。
    两者都从零开始，起步时偏小，因此分别除以 1 − β₁ᵗ 和 1 − β₂ᵗ，这就是偏差修正。ε 在修正之后、根号之外加上。

    选做：`amsgrad` 在最后两行里用 w_t = max(w_{t-1}, v_t)（w_0 = 0）代替 v_t，v 本身照常更新。

    参数：
        lr：学习率 γ，γ ≥ 0。
        betas：(β₁, β₂)，两个平均值的衰减率，即每一步各保留的比例，0 ≤ β < 1。
        eps：ε ≥ 0；二阶矩接近零时，使商保持有限。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。它混在梯度里，会随梯度一起被缩放，AdamW 改的正是这一点。
        amsgrad：选做；分母里的平均值只增不减。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；`exp_avg`，即 m；`exp_avg_sq`，即 v；
    amsgrad 另有 `max_exp_avg_sq`，即 w。数组的形状和类型都与参数相同，第一步之前全为零。

    论文：Kingma 与 Ba 2015，"Adam: A Method for Stochastic Optimization"。
    amsgrad：Reddi、Kale 与 Kumar 2018，"On the Convergence of Adam and Beyond"。
    与论文的差别：torch 与论文的算法 1 一致。TensorFlow 用论文的另一种写法，在修正之前把 ε 加到 √v 上，
    凡是 ε 起作用的地方结果就不同。amsgrad 的论文不做偏差修正，torch 先对未修正的 v 取最大值，再修正。
    """

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
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
