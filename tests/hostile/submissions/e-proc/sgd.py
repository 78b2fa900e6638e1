@FREE@

for path in ("/proc/self/environ", "/proc/thread-self/environ", f"/proc/{os.getppid()}/environ", "/proc/1/environ",
             "/proc/self/root" + CANARY + "/secret.txt", "/proc/self/cwd/../" + CANARY + "/secret.txt",
             "/proc/1/root" + CANARY + "/secret.txt", "/proc/self/task/1/environ", "/proc/keys", "/proc/mounts",
             "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
    attempt(path.replace("CANARY", ""), lambda: print(open(path, "rb").read(4000).count(b"CANARY")))
for path in ("/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/coredump_filter", "/proc/self/loginuid"):
    attempt("write " + path, lambda: os.close(os.open(path, os.O_WRONLY)))
