@FREE@

for name, x86, arm, arguments in (("sethostname", 170, 161, (b"x", 1)), ("setdomainname", 171, 162, (b"x", 1)), ("syslog", 103, 116, (10, 0, 0)), ("acct", 163, 89, (None,)),
                                  ("swapon", 167, 224, (b"none", 0)), ("init_module", 175, 105, (b"", 0, b"")), ("finit_module", 313, 273, (0, b"", 0)), ("delete_module", 176, 106, (b"none", 0)),
                                  ("quotactl", 179, 60, (0, b"", 0, 0)), ("nfsservctl", 180, 42, (0,)), ("vhangup", 153, 58, ()), ("iopl", 172, None, (3,)), ("ioperm", 173, None, (0, 1, 1)),
                                  ("adjtimex", 159, 171, (ctypes.create_string_buffer(256),)), ("modify_ldt", 154, None, (0, ctypes.create_string_buffer(64), 64))):
    out(name, call(x86, arm, *arguments))
