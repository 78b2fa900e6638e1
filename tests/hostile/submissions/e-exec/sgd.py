@FREE@

argv = (ctypes.c_char_p * 4)(b"python", b"-c", b"print('ESCAPED into a program')", None)
environment = (ctypes.c_char_p * 1)(None)
path = os.fsencode(os.path.realpath(sys.executable))
out("execveat", call(322, 281, AT, path, argv, environment, 0))
out("execve", call(59, 221, path, argv, environment))
