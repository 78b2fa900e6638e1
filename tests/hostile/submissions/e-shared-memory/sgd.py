@FREE@

out("shmget", call(29, 194, 4711, 4096, 0o1666))
out("msgget", call(68, 186, 4711, 0o1666))
out("semget", call(64, 190, 4711, 1, 0o1666))
out("mq_open", call(240, 180, b"hostile", 0o102, 0o666, None))
out("shm_open", libc.shm_open(b"/hostile", 0o102, 0o666) if hasattr(libc, "shm_open") else None)
attempt("/dev/shm", lambda: open("/dev/shm/hostile", "w").close())
from multiprocessing import shared_memory
attempt("multiprocessing", lambda: shared_memory.SharedMemory("hostile2", create=True, size=4096))
import _multiprocessing
attempt("semaphore", lambda: _multiprocessing.SemLock(0, 1, 1, "/hostile", False))
