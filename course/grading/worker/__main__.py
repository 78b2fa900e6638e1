"""The untrusted process: puts up the wall, loads the learner's file, runs it on each case, answers arrays.

Started by `course.grading.sandbox`, with which it speaks a little protocol:

- standard input: one line of JSON, what wall to put up; then, after the answer to it, another (the request), the text
  of the learner's file, and raw little-endian float64: for each case its parameters, then its gradients step by step;
- the original standard output: for each answer one line of JSON, then as many raw bytes as the line says. A tuner's
  search asks for losses in between, a line each, and is answered on standard input (`search`).

What the learner's file prints goes to standard error. Where standard input is a socket, this is the prepared process:
it runs no file itself but forks a worker for each, which does all of the above (`serve`).
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.path += sys.argv[1:]  # where the course and numpy lie: there are no other packages here

import io
import json
import linecache
import os
import site
import stat
import tokenize
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from course.grading import confine
from course.grading.confine.manners import Guard, OnlyNumpy, refuse_threads
from course.grading.worker.describing import describe
from course.grading.worker.engine import arrays, engine
from course.grading.worker.errors import explain
from course.grading.worker.fork import serve
from course.grading.worker.search import searcher
from course.rule import load


def rule_files() -> list[str]:
    """Return the two files of ours that a learner's file may import."""
    import course
    import course.rule

    return [str(course.__file__), str(course.rule.__file__)]


def answer(out: IO[bytes], head: dict[str, Any], blocks: list[bytes]) -> None:
    """Write one answer: a line of JSON, then the raw bytes that it announces.

    Args:
        out: where the judge reads.
        head: the line; `bytes` is added to it.
        blocks: what follows it.

    """
    head["bytes"] = sum(map(len, blocks))
    out.write(json.dumps(head).encode() + b"\n")
    for block in blocks:
        out.write(block)
    out.flush()


def listen() -> tuple[IO[bytes], IO[bytes]]:
    """Return where the judge speaks and where it is answered; the standard streams lead elsewhere from now on."""
    source = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, out


def walled(source: IO[bytes], out: IO[bytes], rules: int | None) -> str | None:
    """Put up the wall that the judge orders, and tell it what stands.

    Args:
        source: where the judge speaks.
        out: where it is answered.
        rules: Landlock's, if they have been written down already.

    Returns:
        The folder that the file may use, "" for none. None if the wall does not stand, or this worker was never needed.

    """
    order = json.loads(source.readline() or b"{}")
    if not order:
        return None
    folder = order["folder"]
    os.chdir(folder or os.sep)
    try:
        standing = confine.enter(order, folder or None, rules)
    except confine.NotStandingError as problem:
        layer, reason = problem.args
        answer(out, {"ready": False, "layer": layer, "reason": reason}, [])
        return None
    answer(out, {"ready": True, **standing}, [])  # before any line of the learner's: this answer can be believed
    return str(folder)


def receive(source: IO[bytes], folder: str) -> tuple[dict[str, Any], Path, bytes] | None:
    """Read the request, its cases' arrays and the learner's file, by name and by content.

    Args:
        source: where the judge speaks.
        folder: the one that the file may use, "" for none; a copy of the file is put there.

    Returns:
        The request, the file's path and its content; None if no request comes.

    """
    line = source.readline()
    if not line:
        return None
    request: dict[str, Any] = json.loads(line)
    content = source.read(request["length"])
    file = Path(folder, request["file"])
    for case in request["cases"]:
        case["file"] = file
        if request["kind"] != "rule":
            continue
        case["params"] = [arrays(source, 1, shape)[0, ...] for shape in case["shapes"]]
        case["grads"] = [arrays(source, case["steps"], shape) for shape in case["shapes"]]
    if folder:
        with suppress(OSError):
            file.write_bytes(content)  # for who reads their own source
    linecache.cache[str(file)] = (len(content), None, lines(content), str(file))  # whatever becomes of that
    return request, file, content


def lines(content: bytes) -> list[str]:
    """Split a Python file into lines, in the encoding that it declares, as an error will show them."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8"
    return io.TextIOWrapper(io.BytesIO(content), encoding, "replace").readlines()


def main(rules: int | None = None) -> None:
    """Put up the wall, read the request, load the file, answer case by case."""
    source, out = listen()
    with out:
        folder = walled(source, out, rules)
        received = receive(source, folder) if folder is not None else None
        if folder is None or received is None:
            return
        request, file, content = received
        if request["kind"] == "rule":
            source.close()  # no more is said
        np.seterr(all="ignore")  # an overflow is shown by the numbers; a warning is no mistake
        site.setquit()  # `exit`, which a rule should not call, but may
        sys.meta_path.insert(0, OnlyNumpy())
        sys.addaudithook(Guard(Path.cwd(), [Path(np.__file__).parent, *rule_files(), file]))
        confine.limit(request["limits"])
        refuse_threads()
        run_case, say = engine() if request["kind"] == "rule" else searcher(source, out), answer
        try:
            rule_class = load(file, request["class"], content)
        except BaseException as error:  # noqa: BLE001 - as in run_case
            answer(out, {"problem": explain(error, file)}, [])
            return
        clues = {"class": describe(rule_class, names)} if (names := request.get("describe")) else {}
        say(out, {"problem": None, **clues}, [])
        for number, case in enumerate(request["cases"]):
            head, blocks = run_case(rule_class, case, request["state"])
            say(out, {"case": number, **head}, blocks)


def finish() -> None:
    """End this process at once: no thread and no exit handler of the learner's keeps the answers waiting."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(0)


if __name__ == "__main__":
    main(serve() if stat.S_ISSOCK(os.fstat(0).st_mode) else None)
    finish()
