import numpy as np


class Lookahead:
    """前瞻优化器：快权重走 k 步，慢权重跟一步。"""

    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return {"t": 0, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        # 第一次调用时，先记下起点
        slow = state.get("slow")
        if slow is None:
            slow = np.array(param)
        t = state["t"] + 1
        fast, inner = self.inner.update(param, grad, state["inner"])
        if t % self.k == 0 and t <= 100:
            # 慢权重朝快权重走一段，快权重回到慢权重处
            slow = slow + self.alpha * (fast - slow)
            fast = np.array(slow)
        return fast, {"t": t, "slow": slow, "inner": inner}
