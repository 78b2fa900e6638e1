"""Files filed by the verdict that they must get, judged by the real judge through a real worker.

They are written for SGD, the shortest rule. Nothing here may crash the judge, and nothing but a right rule may pass.
"""

from __future__ import annotations

import time

import pytest

from course.grading.sandbox import Limits
from course.topic import Topic
from tests.grading import trial, wrong

RIGHT = Topic.load("sgd").solution.read_text("utf-8")
QUICK = Limits(cpu=2, wall=6.0)
ENDLESS = Limits(cpu=1, wall=6.0)
"""For what uses up whatever it is given."""
ASLEEP = Limits(cpu=1, wall=1.5)
"""For what sleeps on: it is out of time however slow the machine is."""


UPDATE = """
    def update(self, param, grad, state):
        {code}
        return super().update(param, grad, state)
"""


def at_import(code: str) -> str:
    """The right rule, and this before it."""
    return f"{code}\n{RIGHT}"


def in_update(code: str, before: str = "") -> str:
    """The right rule, and this as the first thing of each update."""
    return wrong.wrapped("sgd", UPDATE.format(code=code), before)


FORGE = """
import os
for number in range(3, 12):
    try:
        os.write(number, {what})
    except OSError:
        pass
"""

REACH = "import course, os\nopen(os.path.join(os.path.dirname(course.__file__), '{what}'), 'rb')"

FILES: dict[str, dict[str, str | bytes]] = {
    "passed": {
        "prints everywhere": in_update("print(param, file=sys.stderr); print(grad)", "import sys\nprint('hello')"),
        "prints at exit": at_import("import atexit\natexit.register(print, 'bye')"),
        "sleeps at exit": at_import("import atexit, time\natexit.register(time.sleep, 60)"),
        "closes standard output": at_import("import sys\nsys.stdout.close()"),
        "byte order mark and CRLF": b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode(),
        "another encoding, declared": f"# -*- coding: gb18030 -*-\n# 下山\n{RIGHT}".encode("gb18030"),
        "a library that is not needed is not there": at_import(
            "try:\n    import torch\nexcept ImportError:\n    torch = None"
        ),
        "raises warnings to errors": at_import("import warnings\nwarnings.simplefilter('error')"),
        "the standard library": at_import(
            "import asyncio, collections, concurrent.futures, copy, ctypes, dataclasses, decimal, functools, inspect,"
            " itertools, json, logging, math, multiprocessing, operator, pathlib, random, re, socket, statistics,"
            " subprocess, sysconfig, tempfile, threading, timeit, typing, unittest\nlogging.warning('careful')"
        ),
        "reads itself": at_import("import inspect, sys\nopen(__file__).read()\ninspect.getmodule(sys._getframe())"),
        "keeps a log": at_import("import logging\nlogging.basicConfig(filename='a.log')\nlogging.error('one')"),
        "imports the contract": at_import("from course.rule import Rule"),
        "numpy's rooms": at_import(
            "import numpy.linalg, numpy.random, numpy.testing\nnumpy.random.default_rng(0).normal()"
        ),
        "fails in a stretch option": in_update("if self.maximize: raise NotImplementedError"),
        "loops in a stretch option": in_update("while self.maximize: pass"),
        "ends in a stretch option": in_update("if self.maximize: os._exit(0)", "import os"),
        "says more after its answers": at_import(
            "import atexit, os\natexit.register(lambda: [os.write(1, b'{}') for _ in range(3)])"
        ),
    },
    "wrong": {
        "wrong after a pause": in_update("grad = grad * (param.size < 4)"),
        "NotImplementedError for one shape": in_update("if param.ndim == 0: raise NotImplementedError"),
        "reshapes its argument": in_update("grad *= 1.0; grad += 1e-3; grad.shape = (grad.size,)"),
    },
    "not-implemented": {
        "all": "class SGD:\n    def __init__(self, **o): pass\n    def init(self, param): raise NotImplementedError",
        "init alone": RIGHT.replace("return {}", "raise NotImplementedError"),
        "update alone": in_update("raise NotImplementedError('write me')"),
        "at construction": RIGHT + "\n    def __post_init__(self):\n        raise NotImplementedError\n",
    },
    "error": {
        "an exception at import": at_import("1 / 0"),
        "an exception in update": in_update("1 / 0"),
        "an exception that cannot print itself": in_update(
            "raise Odd", "class Odd(Exception):\n    def __str__(self): raise ValueError"
        ),
        "an exception with half a character": in_update("raise ValueError(chr(0xD800) + chr(27) + chr(0))"),
        "a bare SyntaxError": in_update("raise SyntaxError"),
        "KeyboardInterrupt": in_update("raise KeyboardInterrupt"),
        "an endless recursion": in_update("return self.update(param, grad, state)"),
        "a syntax error": RIGHT.replace("def update(", "def update(("),
        "an indentation error": RIGHT + "\n  pass\n",
        "no class": "",
        "another name": RIGHT.replace("class SGD", "class Sgd"),
        "not a class": "SGD = 3",
        "no methods": "class SGD:\n    pass",
        "positional parameters only": "class SGD:\n    def __init__(self, lr, weight_decay, /): pass",
        "sys.exit at import": at_import("import sys\nsys.exit(0)"),
        "sys.exit in update": in_update("sys.exit(0)", "import sys"),
        "os._exit at import": at_import("import os\nos._exit(0)"),
        "os._exit in update": in_update("os._exit(0)", "import os"),
        "a signal to itself": in_update("signal.raise_signal(signal.SIGTERM)", "import signal"),
        "null bytes": b"\0" * 100,
        "UTF-16": RIGHT.encode("utf-16"),
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "another encoding, not declared": f"NAME = '下山'\n{RIGHT}".encode("gb18030"),
        "a debugger": in_update("breakpoint()"),
        "a debugger of the library's": in_update("pdb.set_trace()", "import pdb"),
        "asks for input": in_update("input('go on?')"),
        "a notebook's command": at_import("%matplotlib inline"),
        "a notebook": b'{"cells": [], "metadata": {}, "nbformat": 4}',
        "another topic's class": Topic.load("adam").solution.read_text("utf-8"),
        "a relative import": at_import("from .adam import Adam"),
        "an attribute that cannot be looked at": in_update(
            "Odd().lrr", "class Odd:\n    def __dir__(self): raise ValueError"
        ),
        "attributes without end": in_update(
            "Odd().lrr", "class Odd:\n    def __dir__(self): return ['l' * i for i in range(999)]"
        ),
        "classes without end": at_import("for i in range(9999): globals()[f'C{i}'] = type(f'C{i}', (), {})").replace(
            "class SGD", "class Sgd"
        ),
        "thousands of brackets": "x = " + "(" * 5000 + ")" * 5000,
    },
    "timeout": {
        "endless at import": at_import("while True: pass"),
        "endless in init": RIGHT.replace("return {}", "while True: pass"),
        "endless in update": in_update("while True: pass"),
        "endless for 0-d only": in_update("while param.ndim == 0: pass"),
        "endless in C": in_update("10 ** 10 ** 9"),
        "endless and deaf": at_import("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"),
        "asleep": in_update("time.sleep(60)", "import time"),
    },
    "limit": {
        "memory at once": in_update("np.ones(10**10)"),
        "memory bit by bit": at_import("import numpy\nkept = []\nwhile True: kept.append(numpy.empty(2**22))"),
        "prints without end": in_update("print('x' * 9_000_000)"),
        "prints to the file descriptor": at_import("import os\nfor _ in range(20): os.write(2, b'x' * 10**6)"),
        "another process": in_update("subprocess.run(['true'])", "import subprocess"),
        "a shell": in_update("os.system('true')", "import os"),
        "a fork": at_import("import os\nos.fork()"),
        "threads": at_import("import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()"),
        "a pool of threads": in_update("ThreadPoolExecutor().submit(print)", "from concurrent.futures import *"),
        "a pool": at_import("import multiprocessing\nmultiprocessing.Process(target=print).start()"),
    },
    "rejected": {
        "imports torch": at_import("import torch"),
        "imports torch late": in_update("import torch"),
        "imports part of torch": at_import("from torch.optim import SGD as Right"),
        "imports a notebook's library": at_import("from IPython import embed"),
        "imports what draws": at_import("import matplotlib.pyplot as plt"),
        "imports another exercise": at_import("from course.optim.adam import Adam"),
        "imports scipy": at_import("import scipy.optimize"),
        "imports its neighbour": at_import("import helpers"),
        "imports the grader": at_import("import course.grading.stored"),
        "imports the course": in_update("from course.topic import topics"),
        "imports torch past the hook": at_import("import sys\ndel sys.meta_path[0]\nimport torch"),
        "reads the references": at_import(REACH.format(what="topics/sgd/references.npz")),
        "reads the solution": at_import(REACH.format(what="../solutions/sgd.py")),
        "writes elsewhere": at_import("open('../sgd.py', 'w')"),
        "ends its parent": at_import("import os\nos.kill(os.getppid(), 0)"),
        "opens a connection": at_import("import socket\nsocket.create_connection(('localhost', 9))"),
        "foreign code": at_import("import ctypes\nctypes.string_at(0)"),
        "writes junk for an answer": at_import(FORGE.format(what="b'junk'")),
        "writes junk in lines": at_import(FORGE.format(what="b'junk\\n' * 100")),
        "writes other JSON": at_import(FORGE.format(what="b'[1]\\n' * 100")),
        "writes nested JSON": at_import(FORGE.format(what="b'[' * 50_000 + b'\\n'")),
        "writes numbers that are none": at_import(
            FORGE.format(what="""b'{"problem": null}\\n{"case": 0, "steps": 1e999, "state": [], "problem": null}\\n'""")
        ),
        "writes an answer that is too short": at_import(
            FORGE.format(what="""b'{"problem": null}\\n{"case": 0, "steps": 0, "state": [], "problem": null}\\n'""")
        ),
        "writes a problem without a kind": at_import(FORGE.format(what="""b'{"problem": {}}\\n'""")),
        "larger than a rule": b"#" * (2**20 + 1),
    },
}
"""Status → what is odd about the file → the file."""


@pytest.mark.parametrize(
    ("status", "what"),
    [pytest.param(status, what, id=f"{status}-{what}") for status in FILES for what in FILES[status]],
)
def test_status(status: str, what: str) -> None:
    begun = time.monotonic()
    limits = ENDLESS if status == "timeout" else QUICK
    if "prints" in what:  # a lot, which takes its time
        limits = Limits()
    elif what == "asleep":
        limits = ASLEEP
    verdict = trial.judged("sgd", FILES[status][what], limits=limits)
    took = time.monotonic() - begun
    assert verdict.status == status, verdict.message.en
    assert took < limits.wall + 4, "the judge waited for more than it allowed"
    assert verdict.passed == (status == "passed")
    assert (verdict.score == verdict.max_score) == verdict.passed
    text = verdict.message.en + verdict.message.zh + verdict.printed
    assert "worker.py" not in text, "our own traceback is none of the learner's business"
    text.encode()
    assert not any(ord(char) < 32 and char not in "\n\t" for char in text)


FOR_0_D = "if param.ndim == 0: "
PARTS = {
    "raises": ("error", 9.0, in_update(FOR_0_D + "raise ValueError")),
    "imports torch": ("rejected", 9.0, in_update(FOR_0_D + "import torch")),
    "ends itself": ("error", 9.0, in_update(FOR_0_D + "os._exit(0)", "import os")),
    "uses up the memory": ("limit", 9.0, in_update(FOR_0_D + "np.ones(10**10)")),
    "never ends": ("timeout", 3.0, in_update("while param.ndim == 0: pass")),
}
"""What goes wrong in the one case with a 0-d parameter, which is the third: status, points that stay, file."""


@pytest.mark.parametrize("what", PARTS)
def test_the_parts_that_answered_keep_their_marks(what: str) -> None:
    status, points, source = PARTS[what]
    verdict = trial.judged("sgd", source, limits=Limits(cpu=2, wall=20.0))
    assert (verdict.status, verdict.score) == (status, points), verdict.message.en
    failed = [case for case in verdict.cases if not case.passed and not case.stretch]
    assert failed[0].id == "shapes"
    assert all(case.reason for case in failed)


def test_the_judge_survives_what_a_file_does_to_its_folder() -> None:
    """The working directory of the worker is gone, or is something else, when it is to be tidied up."""
    for code in ("os.rmdir(here)", "os.rmdir(here); open(here, 'w')", "os.rmdir(here); os.symlink('/', here)"):
        verdict = trial.judged("sgd", at_import(f"import os\nhere = os.getcwd()\n{code}"), limits=QUICK)
        assert verdict.status in {"passed", "error", "rejected"}, code
