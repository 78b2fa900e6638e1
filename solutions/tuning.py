"""Tuning the learning rate · 调学习率."""

import math
from dataclasses import dataclass


@dataclass
class Tuner:
    r"""Tuner: a search for the learning rate, coarse and then fine, on a budget that is counted in runs.

    It is handed a function that trains with a learning rate and returns the loss at the end. Each call is one run, and
    there are `budget` of them. What it returns is judged by its regret, a share::

        regret = loss(returned rate) / loss(best rate) - 1        both without the noise of a single run

    The best rate may lie outside of the range in which the search begins. A run may diverge: its loss is infinite or
    NaN.

    Args:
        low: the smallest rate of the first grid; low > 0.
        high: the largest one; high > low.
        budget: how many runs there are; an int, budget ≥ 1. A run more ends the search, and nothing counts any more.
        looks: how many runs at one rate it takes to trust what they say; an int, looks ≥ 1. With 1 a rate has the same
            loss again and again, and a second run at it is wasted. With 2 or more each run has a seed of its own.

    Paper: Bergstra & Bengio 2012, "Random Search for Hyper-Parameter Optimization".
    In torch: nothing; Optuna, Ray Tune and the like search for many hyperparameters at once.

    调学习率：先粗后细地寻找学习率，预算按训练次数计。

    它拿到一个函数：给定学习率，训练一次，返回最后的损失。每调用一次就是训练一次，总共可以调用 `budget` 次。
    返回的学习率按遗憾（regret）评判，公式见上，是一个比例；其中的损失都不含单次训练的噪声。

    最好的学习率可能在最初的搜索范围之外。训练也可能发散，这时损失是无穷大或 NaN。

    参数：
        low：第一轮网格中最小的学习率，low > 0。
        high：最大的学习率，high > low。
        budget：可以训练的次数，整数，budget ≥ 1。多训练一次，搜索就会被终止，结果不算数。
        looks：同一个学习率要训练几次，结果才可信，整数，looks ≥ 1。取 1 时，同一个学习率的损失每次都一样，再训练一次
            就是浪费。取 2 或更大时，每次训练的种子都不同。

    论文：Bergstra 与 Bengio 2012，"Random Search for Hyper-Parameter Optimization"。
    torch 里没有对应的类；Optuna、Ray Tune 等工具可以同时搜索多个超参数。
    """

    low: float = 1e-4
    high: float = 1.0
    budget: int = 16
    looks: int = 1

    def tune(self, loss):
        """Look for the best learning rate · 寻找最好的学习率.

        Args:
            loss: `loss(rate)` trains once and returns the loss, infinite or NaN where that diverges; it may be called
                `budget` times · `loss(rate)` 训练一次并返回损失，发散时为无穷大或 NaN；最多调用 `budget` 次.

        Returns:
            The rate, a float · 学习率，浮点数.

        """
        ### BEGIN SOLUTION
        seen = {}  # by rate, the losses of its runs

        def ask(rate):
            value = loss(rate)
            if math.isnan(value):  # nothing can be compared with it
                value = math.inf
            seen.setdefault(rate, []).append(value)

        def order(rate):  # on a plateau the largest rate comes first, among those that diverge the smallest
            mean = sum(seen[rate]) / len(seen[rate])
            return (mean, rate) if mean == math.inf else (mean, -rate)

        coarse = max(1, self.budget // 2)
        ratio = (self.high / self.low) ** (1 / max(1, coarse - 1))
        for i in range(coarse):
            ask(self.low * ratio**i)
        for _ in range(self.budget - coarse):
            best = min(seen, key=order)
            below = max((rate for rate in seen if rate < best), default=None)
            above = min((rate for rate in seen if rate > best), default=None)
            if len(seen[best]) < self.looks and order(best)[0] < math.inf:
                ask(best)
            elif below is None:
                ask(best / ratio)
            elif above is None:
                ask(best * ratio)
            elif above / best > 0.999 * best / below:  # into the wider gap, the upper one if they are alike
                ask((best * above) ** 0.5)
            else:
                ask((below * best) ** 0.5)
        trusted = [rate for rate in seen if len(seen[rate]) >= self.looks]
        return min(trusted or seen, key=order)
        ### END SOLUTION
