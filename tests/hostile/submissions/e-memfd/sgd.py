@FREE@

fd = call(319, 279, b"x", 0)
out("memfd_create", fd)
if fd >= 0:
    with open(os.path.realpath(sys.executable), "rb") as program:
        os.write(fd, program.read())
    argv = (ctypes.c_char_p * 3)(b"python", b"-c", b"print('ESCAPED into a program')")
    call(322, 281, fd, b"", argv, (ctypes.c_char_p * 1)(None), 0x1000)
out("memfd_secret", call(447, 447, 0))
