"""RMSprop · 均方根传播."""

from dataclasses import dataclass


@dataclass
class RMSprop:
    r"""RMSprop, as `torch.optim.RMSprop` computes it: AdaGrad that forgets.

    With gradient g, parameter θ, square average v, at step t = 1, 2, … (all element by element; v_0 = 0)::

        g_t = g_t + λ·θ_{t-1}                    weight decay, added to the gradient
        v_t = α·v_{t-1} + (1 − α)·g_t²           a moving average in place of AdaGrad's sum
        θ_t = θ_{t-1} − γ·g_t / (√v_t + ε)       ε stands outside the root

    Stretch: `centered` keeps a moving average a of g itself as well, and takes √(v_t − a_t²) for the root; `momentum`
    lets a buffer b gather the scaled gradients. Both start from zero::

        a_t = α·a_{t-1} + (1 − α)·g_t
        b_t = μ·b_{t-1} + g_t / (√v_t + ε),   θ_t = θ_{t-1} − γ·b_t

    Args:
        lr: the learning rate γ; γ ≥ 0.
        alpha: α, how much of the old average survives a step; 0 ≤ α < 1.
        eps: ε ≥ 0; keeps the quotient finite where the average is near zero.
        weight_decay: λ, the L2 coefficient; λ ≥ 0.
        momentum: μ, stretch; 0 ≤ μ < 1. γ stays outside the buffer.
        centered: stretch; divide by an estimate of the gradient's standard deviation.
        maximize: stretch; climb instead of descend, by turning the sign of the gradient first.

    State of one parameter: `step`, t, an int, 0 before the first step; `square_avg`, v, and for the stretch options
    `momentum_buffer`, b, and `grad_avg`, a: arrays of the parameter's shape and dtype, zero before the first step.

    Paper: none; Tieleman & Hinton 2012, lecture 6.5 of "Neural Networks for Machine Learning". Centered: Graves 2013,
    "Generating Sequences With Recurrent Neural Networks".
    Where torch deviates: α is 0.99, the lecture's is 0.9; TensorFlow puts ε inside the root. v is not bias-corrected,
    so the first step is γ/√(1 − α) = 10·γ long for every gradient but zero.

    RMSprop，与 `torch.optim.RMSprop` 的计算一致：会遗忘的 AdaGrad。

    记梯度为 g，参数为 θ，平方的移动平均为 v，步数 t = 1, 2, …，公式见上（全部按元素进行，v_0 = 0）：
    先把权重衰减 λ·θ 加进梯度，v 用指数移动平均（exponential moving average）代替 AdaGrad 的累加，
    参数移动时除以 √v + ε，ε 在根号外面。

    选做：`centered` 另外记住 g 本身的移动平均 a，根号里改用 v − a²；`momentum` 用缓冲区 b 积累缩放之后的梯度。
    a 和 b 都从零开始。

    参数：
        lr：学习率 γ，γ ≥ 0。
        alpha：α，旧的平均值每一步保留的比例，0 ≤ α < 1。
        eps：ε ≥ 0；平均值接近零时，使商保持有限。
        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。
        momentum：动量系数 μ，选做，0 ≤ μ < 1；γ 在缓冲区之外。
        centered：选做；改为除以梯度标准差的估计值。
        maximize：选做；先把梯度变号，改为上升。

    每个参数的状态：`step`，即 t，整数，第一步之前为 0；`square_avg`，即 v；选做部分还有 `momentum_buffer`（b）
    和 `grad_avg`（a）。三个数组的形状和类型都与参数相同，第一步之前全为零。

    出处：没有论文，见 Tieleman 与 Hinton 2012，课程 "Neural Networks for Machine Learning" 第 6.5 讲。
    centered：Graves 2013，"Generating Sequences With Recurrent Neural Networks"。
    与出处的差别：torch 的 α 默认是 0.99，讲义用 0.9。TensorFlow 把 ε 写在根号里面。v 没有偏差修正（bias correction），
    所以只要梯度不为零，第一步的步长都是 γ/√(1 − α) = 10·γ。
    """

    lr: float = 1e-2
    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum: float = 0.0
    centered: bool = False
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
