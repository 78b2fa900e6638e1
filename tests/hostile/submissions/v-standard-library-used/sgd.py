@SOLUTION@

import bz2
import datetime
import decimal
import hashlib
import json
import locale
import lzma
import os
import pickle
import platform
import random
import sys
import time
import zlib
import zoneinfo

assert decimal.Decimal("0.1") + decimal.Decimal("0.2") == decimal.Decimal("0.3")
assert lzma.decompress(lzma.compress(b"x")) == bz2.decompress(bz2.compress(b"x")) == zlib.decompress(zlib.compress(b"x"))
assert pickle.loads(pickle.dumps({1: 2})) == json.loads('{"1": 2}') or True
NOW = datetime.datetime.now(datetime.timezone.utc)
locale.setlocale(locale.LC_ALL, "C")
INFO = (platform.system(), platform.python_version(), os.getcwd(), os.getpid(), os.cpu_count(), sys.version, time.time(), random.random())
hashlib.sha3_256(b"x").hexdigest()
try:
    zoneinfo.ZoneInfo("Asia/Shanghai")
except (zoneinfo.ZoneInfoNotFoundError, PermissionError):  # a rule needs no files, and may not have this one
    pass
