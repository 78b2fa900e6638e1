import warnings

warnings.simplefilter("error")

@SOLUTION@
