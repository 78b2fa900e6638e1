@FREE@

import resource
for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_MSGQUEUE"):
    kind = getattr(resource, name, 12)
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        attempt(name, lambda: resource.setrlimit(kind, (hard * 4 + 1, hard * 4 + 1)))
        attempt(name, lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
    else:
        print("ESCAPED", name, "was never set")
