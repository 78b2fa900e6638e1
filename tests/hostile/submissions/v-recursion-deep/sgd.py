@SOLUTION@

import sys

import numpy as np

sys.setrecursionlimit(5000)


def down(n):
    return n and 1 + down(n - 1)


assert down(3000) == 3000
BIG = np.ones(8_000_000)
