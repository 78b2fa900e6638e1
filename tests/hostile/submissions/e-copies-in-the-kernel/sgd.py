@FREE@

r, w = os.pipe()
fd = os.open(os.__file__, os.O_RDONLY)
out("sendfile", call(40, 71, w, fd, None, 100))
out("splice", call(275, 76, fd, None, w, None, 100, 0))
out("copy_file_range", call(326, 285, fd, None, w, None, 100, 0))
out("vmsplice", call(278, 75, w, ctypes.create_string_buffer(16), 1, 0))
out("tee", call(276, 77, r, w, 10, 0))
out("process_madvise", call(440, 440, 0, None, 0, 0, 0))
