@FREE@

handle, mount = ctypes.create_string_buffer(b"\x80\0\0\0", 136), ctypes.c_int()
for path in (os.fsencode(CANARY) + b"/secret.txt", b"/", b"."):
    out("name_to_handle_at", call(303, 264, AT, path, handle, ctypes.byref(mount), 0))
root = call(257, 56, AT, b"/", 0o200000)
fd = call(304, 265, root, handle, 0)
out("open_by_handle_at", fd)
