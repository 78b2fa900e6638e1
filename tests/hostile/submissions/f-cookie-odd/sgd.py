# -*- coding: rot13 -*-
@SOLUTION@
