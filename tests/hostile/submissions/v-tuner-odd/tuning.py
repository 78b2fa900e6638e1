from __future__ import annotations
import warnings
import numpy as np
@SOLUTION@
class Right(Tuner):
    def tune(self, loss):
        print("looking")
        warnings.warn("take care")
        np.random.seed(0)
        return np.float64(Tuner.tune(self, lambda rate: loss(np.array(rate))))
Old = Tuner
def Tuner(**options):
    made = Right(**options)
    made.tune = lambda loss: np.float64(Old.tune(made, lambda rate: loss(np.float64(rate))))
    return made
