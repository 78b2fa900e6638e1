@SOLUTION@

import numpy as np
import numpy.ma
import numpy.polynomial
import numpy.testing

rng = np.random.default_rng(0)
np.random.seed(0)
matrix = rng.normal(size=(40, 40))
numpy.testing.assert_allclose(np.linalg.inv(matrix) @ matrix, np.eye(40), atol=1e-6)
np.fft.ifft(np.fft.fft(matrix))
np.linalg.svd(matrix)
np.save("kept.npy", matrix)
assert (np.load("kept.npy") == matrix).all()
