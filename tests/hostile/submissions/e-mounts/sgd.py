@FREE@

out("mount", call(165, 40, b"none", b"/tmp", b"tmpfs", 0, b""))
out("bind", call(165, 40, os.fsencode(CANARY), b".", b"", 4096, b""))
out("umount2", call(166, 39, b"/", 2))
out("pivot_root", call(155, 41, b".", b"."))
out("chroot", call(161, 51, b"."))
out("open_tree", call(428, 428, AT, os.fsencode(CANARY), 1))
out("fsopen", call(430, 430, b"tmpfs", 0))
out("fspick", call(433, 433, AT, b"/", 0))
out("move_mount", call(429, 429, AT, b"/", AT, b"/tmp", 0))
out("mount_setattr", call(442, 442, AT, b"/", 0, ctypes.create_string_buffer(32), 32))
out("statmount", call(457, 457, ctypes.create_string_buffer(32), ctypes.create_string_buffer(512), 512, 0))
