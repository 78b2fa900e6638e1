@FREE@

here = os.getcwd()
attempt("removed", lambda: (os.chdir("/"), os.rmdir(here), os.symlink(CANARY, here)))
attempt("renamed", lambda: (os.rename(here, here + "x"), os.symlink(CANARY, here)))
try:
    os.symlink(CANARY, os.path.join(here, "link"))
except OSError:
    pass
