SEEN = {}
class Tuner:
    def __init__(self, low=1e-4, high=1.0, budget=16, looks=1):
        self.low, self.high, self.budget, self.looks = low, high, budget, looks

    def tune(self, loss):
        for i in range(self.budget):
            rate = self.low * (self.high / self.low) ** (i / max(1, self.budget - 1))
            value = loss(rate)
            if value == value:
                SEEN.setdefault(value, rate)
        return SEEN[min(SEEN)] if SEEN else self.low
