@FREE@

for where in (b"", os.fsencode(CANARY) + b"/"):
    if where:
        out("symlink outside", call(266, 36, b"/etc/passwd", AT, where + b"l"))
        out("mknod pipe outside", call(259, 33, AT, where + b"p", 0o010666, 0))
        out("mkdir outside", call(258, 34, AT, where + b"d", 0o777))
    out("mknod device", call(259, 33, AT, where + b"c", 0o020666, 0x105))
    out("mknod disk", call(259, 33, AT, where + b"b", 0o060666, 0xFE00))
