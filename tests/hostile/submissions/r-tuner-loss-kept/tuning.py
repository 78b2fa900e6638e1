OLD = []
class Tuner:
    def __init__(self, low=1e-4, high=1.0, budget=16, looks=1):
        self.low, self.high, self.budget, self.looks = low, high, budget, looks

    def tune(self, loss):
        OLD.append(loss)
        best = (float("inf"), self.low)
        for i in range(self.budget):
            rate = self.low * (self.high / self.low) ** (i / max(1, self.budget - 1))
            best = min(best, (OLD[0](rate), rate))
        best = min(best, (OLD[-1](self.high), self.high))
        return best[1]
