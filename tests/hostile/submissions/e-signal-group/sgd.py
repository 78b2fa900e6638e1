@FREE@

import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
out("kill 0", call(62, 129, 0, 15))
