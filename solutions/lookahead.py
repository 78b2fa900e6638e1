"""Lookahead · 前瞻优化器."""

from dataclasses import dataclass


@dataclass
class Lookahead:
    r"""Lookahead: k steps forward, 1 step back; an outer rule around any inner rule.

    With fast weights θ, slow weights φ, at step t = 1, 2, …::

        φ = θ_0                                  before the first inner step
        θ_t = inner(θ_{t-1}, g_t)                one step of the inner rule, every time
        at t = k, 2k, 3k, …:
            φ = φ + α·(θ_t − φ)                  the slow weights go part of the way
            θ_t = φ                              and the fast ones start again from there

    Args:
        inner: the inner rule, an object with `init` and `update`, for instance `SGD(lr=0.1)`. It is used as it is,
            never copied: a schedule may change `inner.lr` between steps.
        k: how many inner steps make one outer step; an int, k ≥ 1, which stays the same during a run.
        alpha: α, how much of the way the slow weights go; 0 ≤ α ≤ 1.

    State of one parameter: `step`, t, the number of inner steps taken, an int, 0 before the first; `slow_param`, φ,
    an array of the parameter's shape and dtype; `inner`, whatever the inner rule keeps: it is handed back to it,
    never looked into.

    Paper: Zhang, Lucas, Hinton & Ba 2019, "Lookahead Optimizer: k steps forward, 1 step back".
    Where torch deviates: torch has no Lookahead, so the inner rule is held against `torch.optim` and the outer one
    against the paper. Defaults vary: k = 5, α = 0.8 in the authors' code, k = 5, α = 0.5 here and in other libraries.
    The inner rule's own state (a momentum buffer, say) runs on through the synchronisation; the paper's pseudocode
    leaves it open.

    Lookahead：前进 k 步，退回一步；套在任意内层规则外面的外层规则。

    记快权重（fast weights）为 θ，慢权重（slow weights）为 φ，步数 t = 1, 2, …，公式见上：第一步之前 φ 就等于 θ_0；
    内层规则每一步都照常走；每到第 k、2k、3k……步，慢权重朝快权重走 α 倍的距离，快权重再从慢权重处重新出发。

    参数：
        inner：内层规则，任何有 `init` 和 `update` 的对象，例如 `SGD(lr=0.1)`。直接使用这个对象，不要复制：
            调度器可能在两步之间修改 `inner.lr`。
        k：走多少个内层步算一个外层步，整数，k ≥ 1，运行途中保持不变。
        alpha：α，慢权重每次走完多大比例的距离，0 ≤ α ≤ 1。

    每个参数的状态：`step`，即 t，已走的内层步数，整数，第一步之前为 0；`slow_param`，即 φ，形状和类型与参数相同；
    `inner`，内层规则自己的状态，原样交还给它，不去看里面有什么。

    论文：Zhang、Lucas、Hinton 与 Ba 2019，"Lookahead Optimizer: k steps forward, 1 step back"。
    与 torch 的关系：torch 里没有 Lookahead，因此内层对照 `torch.optim`，外层对照论文。默认值各家不同：
    作者的代码用 k = 5、α = 0.8，这里和其他一些库用 k = 5、α = 0.5。同步时内层规则自己的状态（例如动量缓冲区）保持不动；
    论文的伪代码没有规定这一点。
    """

    inner: object
    k: int = 5
    alpha: float = 0.5

    def init(self, param):
        """Return the state of one parameter before its first step · 返回一个参数在第一步之前的状态."""
        ### BEGIN SOLUTION
        # 1 * param is a copy, in numpy and in torch alike: the caller's array may change, the slow weights must not
        return {"step": 0, "slow_param": 1 * param, "inner": self.inner.init(param)}
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
        step = state["step"] + 1
        slow = state["slow_param"]
        fast, inner_state = self.inner.update(param, grad, state["inner"])
        if step % self.k == 0:
            slow = slow + self.alpha * (fast - slow)
            fast = 1 * slow  # a copy again: what is returned is the caller's
        return fast, {"step": step, "slow_param": slow, "inner": inner_state}
        ### END SOLUTION
