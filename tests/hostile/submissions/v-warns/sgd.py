@SOLUTION@

import sys
import warnings

warnings.warn("careful")
print("下山 · downhill")
print("to the other stream", file=sys.stderr)
sys.stdout.flush()
