@FREE@

out("system", True if libc.system(b"exit 7") >> 8 == 7 else None)
libc.popen.restype = ctypes.c_void_p
stream = libc.popen(b"sleep 30 & cat " + os.fsencode(CANARY) + b"/secret.txt", b"r")
out("popen", True if stream else None)
pid = ctypes.c_int(0)
argv = (ctypes.c_char_p * 3)(b"/bin/sleep", b"30", None)
out("posix_spawn", 1 if libc.posix_spawn(ctypes.byref(pid), b"/bin/sleep", None, None, argv, None) == 0 else None)
