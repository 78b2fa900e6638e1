@FREE@

for name, x86, arm, arguments in (("io_uring_setup", 425, 425, (8, ctypes.create_string_buffer(120))), ("io_uring_enter", 426, 426, (0, 0, 0, 0, None, 0)), ("userfaultfd", 323, 282, (1,)),
                                  ("bpf", 321, 280, (0, ctypes.create_string_buffer(128), 128)), ("perf_event_open", 298, 241, (ctypes.create_string_buffer(128), 0, -1, -1, 0)),
                                  ("fanotify_init", 300, 262, (0, 0)), ("inotify_init1", 294, 26, (0,)), ("timer_create", 222, 107, (0, None, ctypes.create_string_buffer(8))),
                                  ("signalfd4", 289, 74, (-1, ctypes.create_string_buffer(8), 8, 0)), ("timerfd_create", 283, 85, (1, 0)), ("fallocate", 285, 47, (1, 0, 0, 1)),
                                  ("mlockall", 151, 230, (3,)), ("remap_file_pages", 216, 234, (0, 0, 0, 0, 0)), ("set_mempolicy", 238, 237, (0, None, 0)), ("rseq+", 1000, 1000, ()),
                                  ("landlock", 444, 444, (None, 0, 1)), ("pkey_alloc", 330, 289, (0, 0)), ("io_setup", 206, 0, (1, ctypes.byref(ctypes.c_ulong(0))))):
    out(name, call(x86, arm, *arguments))
