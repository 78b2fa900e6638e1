"""Stochastic gradient descent (SGD) · 随机梯度下降."""

from dataclasses import dataclass


@dataclass
class SGD:
    r"""Stochastic gradient descent, as `torch.optim.SGD` computes it.

    With gradient g and parameter θ, at step t = 1, 2, …::

        g_t = g_t + λ·θ_{t-1}        weight decay, added to the gradient
        θ_t = θ_{t-1} − γ·g_t        one step against the gradient

    Args:
        lr: the learning rate γ; γ ≥ 0.
        weight_decay: λ, the L2 coefficient; λ ≥ 0.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: nothing to remember, an empty dict.

    Paper: Robbins & Monro 1951, "A Stochastic Approximation Method".
    Where torch deviates: Robbins and Monro let γ shrink with t; torch keeps it until a schedule changes it.
    "Stochastic" is the gradient, taken on a sample or a mini-batch: the rule itself draws no random number.

    随机梯度下降（stochastic gradient descent，SGD），与 `torch.optim.SGD` 的计算一致。

    记梯度为 g，参数为 θ，步数 t = 1, 2, …，公式见上：先把权重衰减（weight decay）λ·θ 加进梯度，
    再沿梯度的反方向走一步，步长是梯度的 γ 倍。

    参数：
        lr：学习率 γ，γ ≥ 0。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：不需要记住任何东西，返回空字典即可。

    论文：Robbins 与 Monro 1951，"A Stochastic Approximation Method"。
    与论文的差别：论文让 γ 随 t 减小；torch 的 γ 一直不变，除非学习率调度器改动它。“随机”只体现在梯度上
    （由一个样本或一个小批量算出），更新规则本身并不产生随机数。
    """

    lr: float = 1e-3
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
