# -*- coding: latin-1 -*-
# éÿ
@SOLUTION@
