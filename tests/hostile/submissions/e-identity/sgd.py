@FREE@

for name, x86, arm, arguments in (("setuid", 105, 146, (65534,)), ("setgid", 106, 144, (65534,)), ("setresuid", 117, 147, (1, 1, 1)), ("setgroups", 116, 159, (0, None)),
                                  ("setfsuid+", 113, 145, (1, 1)), ("setsid", 112, 157, ()), ("setpgid", 109, 154, (0, 0))):
    out(name, call(x86, arm, *arguments))
header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6)
out("capset", call(126, 91, header, sets))
out("add_key", call(248, 217, b"user", b"hostile", b"x", 1, -3))
out("request_key", call(249, 218, b"user", b"hostile", None, -3))
out("keyctl", call(250, 219, 1, b"joined"))
