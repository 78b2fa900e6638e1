"""AdaGrad · 自适应梯度."""

from dataclasses import dataclass


@dataclass
class AdaGrad:
    r"""AdaGrad, as `torch.optim.Adagrad` computes it: a learning rate of its own for every element of every parameter.

    With gradient g, parameter θ, sum s, at step t = 1, 2, … (products, quotients and roots act element by element)::

        g_t = g_t + λ·θ_{t-1}                      weight decay, added to the gradient
        s_0 = c,    s_t = s_{t-1} + g_t²           the sum of squared gradients only grows
        γ_t = γ / (1 + (t − 1)·η)                  η = lr_decay; γ_t = γ with the default 0
        θ_t = θ_{t-1} − γ_t·g_t / (√s_t + ε)       ε stands outside the root

    Args:
        lr: the learning rate γ; γ ≥ 0.
        eps: ε ≥ 0; keeps an element whose gradients were all zero from dividing by zero.
        weight_decay: λ, the L2 coefficient; λ ≥ 0.
        lr_decay: η, stretch; η ≥ 0.
        initial_accumulator_value: c, stretch; where every element of the sum starts; c ≥ 0.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `step`, t, the number of steps taken, an int, 0 before the first; `sum`, s, an array of the
    parameter's shape and dtype, there before the first step.

    Paper: Duchi, Hazan & Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization".
    Where torch deviates: `lr_decay` is torch's own addition, on top of the decay that the sum brings. TensorFlow's form
    and many textbooks put ε inside the root, √(s + ε): the paths part where gradients are small.

    AdaGrad，与 `torch.optim.Adagrad` 的计算一致：每个参数的每个元素都有自己的学习率。

    记梯度为 g，参数为 θ，累加和为 s，步数 t = 1, 2, …，公式见上（乘、除、开方都按元素进行）：
    先把权重衰减 λ·θ 加进梯度，再把梯度的平方累加进 s。s 只增不减，参数移动时除以 √s + ε，ε 在根号外面。

    参数：
        lr：学习率 γ，γ ≥ 0。
        eps：ε ≥ 0；某个元素的梯度一直为零时，避免除以零。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        lr_decay：η，选做；第 t 步的学习率是 γ / (1 + (t − 1)·η)，η ≥ 0。
        initial_accumulator_value：c，选做；累加和每个元素的初始值，c ≥ 0。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：`step`，即 t，已走的步数，整数，第一步之前为 0；
    `sum`，即 s，形状和类型与参数相同，第一步之前就存在。

    论文：Duchi、Hazan 与 Singer 2011，"Adaptive Subgradient Methods for Online Learning and Stochastic Optimization"。
    与论文的差别：`lr_decay` 是 torch 自己加的，与累加和带来的衰减叠加。TensorFlow 和不少教材把 ε 写在根号里面，
    即 √(s + ε)。梯度很小时，两种写法的路径会分开。
    """

    lr: float = 1e-2
    eps: float = 1e-10
    weight_decay: float = 0.0
    lr_decay: float = 0.0
    initial_accumulator_value: float = 0.0
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
