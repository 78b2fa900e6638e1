"""The untrusted process: loads the learner's file, runs it on each case, answers arrays. Nothing here decides anything.

It imports the standard library, numpy, the rule contract and what puts up the wall around it (`confine`); it has no
reference outputs and no torch in sight. Started by `course.grading.sandbox`, with which it speaks a little protocol:

- standard input: one line of JSON, what wall to put up; then, after the answer to it, another (the request), the text
  of the learner's file, and raw little-endian float64: for each case its parameters, then its gradients step by step;
- the original standard output: for each answer one line of JSON, then as many raw bytes as the line says.

What the learner's file prints goes to standard error.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.path += sys.argv[1:]  # where the course and numpy lie: there are no other packages here

import builtins
import difflib
import io
import json
import linecache
import math
import os
import site
import struct
import tokenize
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from course.grading import confine
from course.grading.confine.manners import ALLOWED, REFUSALS, Guard, OnlyNumpy, refuse_threads
from course.rule import MissingClassError, assign, hyperparameters, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def rule_files() -> list[str]:
    """Return the two files of ours that a learner's file may import."""
    import course
    import course.rule

    return [str(course.__file__), str(course.rule.__file__)]


class Entries:
    """The state entries that go by torch's names, step by step. They are clues and decide nothing."""

    def __init__(self, kinds: dict[str, str], params: list[Any], steps: int) -> None:
        self.columns = {
            name: [np.empty((steps, *(() if kind == "number" else param.shape))) for param in params]
            for name, kind in kinds.items()
        }

    def record(self, step: int, states: list[Any]) -> None:
        """Copy what is there after a step; a name that is missing once, or holds something else, is given up."""
        for name in list(self.columns):
            if not all(map(self._copied, states, [name] * len(states), self.columns[name], [step] * len(states))):
                del self.columns[name]

    @staticmethod
    def _copied(state: Any, name: str, column: Any, step: int) -> bool:
        if not isinstance(state, dict) or name not in state:
            return False
        entry = state[name]
        if not isinstance(entry, (int, float, np.ndarray, np.generic)) or np.shape(entry) != column.shape[1:]:
            return False
        try:
            column[step] = entry
        except (TypeError, ValueError, OverflowError):
            return False
        return True

    def blocks(self, steps: int) -> list[bytes]:
        """Return what is kept of the first steps, by name."""
        return [column[:steps].tobytes() for name in sorted(self.columns) for column in self.columns[name]]


def explain(error: BaseException, file: Path) -> dict[str, Any]:
    """Describe an exception as plain facts, shortened to the learner's own lines."""
    if isinstance(error, MissingClassError):
        return {"kind": "no-class", "facts": [name[:80] for name in error.args[:5]]}
    kinds: dict[type[BaseException], str] = {
        NotImplementedError: "not-implemented",
        MemoryError: "memory",
        **REFUSALS,
    }
    kind = next((name for each, name in kinds.items() if isinstance(error, each)), "exception")
    if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] not in ALLOWED:
        kind = "import"  # past the hook, there is nothing to be found
    line: int | None = None
    if isinstance(error, SyntaxError) and error.filename == str(file):
        line = error.lineno
    else:
        mine = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = mine[-1].lineno if mine else None
    linecache.checkcache(str(file))  # in a notebook the file changes from call to call
    source = linecache.getline(str(file), line).strip() if line else ""
    if type(line) is not int or not 0 < line < 2**31:  # a SyntaxError may be given any
        line = None
    message = ""
    with suppress(Exception):  # an exception of the learner's own may fail to print itself
        message = str((error.msg if isinstance(error, SyntaxError) else error) or "")
        message = str(error.name) if kind == "import" and isinstance(error, ImportError) and error.name else message
    return {
        "kind": kind,
        "type": type(error).__name__[:80],
        "message": message[:500],
        "line": line,
        "source": source[:200],
        "meant": meant(error, file),
    }


def meant(error: BaseException, file: Path) -> str:
    """Find the name nearest to one that was not found, as Python itself suggests it in a traceback; or nothing."""
    with suppress(Exception):  # whatever the learner's objects do when they are looked at
        if isinstance(error, AttributeError) and error.name:
            return closest(error.name, dir(error.obj))
        if isinstance(error, NameError) and error.name:
            frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
            frame = [each for each in frames if each.f_code.co_filename == str(file)][-1]
            if hasattr(frame.f_locals.get("self"), error.name):
                return f"self.{error.name}"
            return closest(error.name, [*frame.f_locals, *frame.f_globals, *dir(builtins)])
    return ""


def closest(name: str, known: Iterable[str]) -> str:
    """Find the one of these names that is most like the given one, if any is much like it."""
    found = difflib.get_close_matches(name, [each for each in known if not each.startswith("_")], 1, 0.75)
    return found[0][:80] if found else ""


def slip(
    error: BaseException, names: list[str], asked: dict[str, Any], *, made: bool, forgotten: bool
) -> dict[str, Any]:
    """Name the common slip behind an exception, as its kind and its facts; else nothing.

    Args:
        error: what was raised.
        names: torch's names of the state entries.
        asked: the hyperparameters that the rule was given.
        made: whether there is a rule object yet.
        forgotten: whether the state at hand is the None that an earlier `update` returned.

    Returns:
        Fields of a problem that replace those of the exception; none for no such slip.

    """
    if not made:
        unknown = [name for name in asked if f"unexpected keyword argument '{name}'" in str(error)]
        return {"kind": "hyperparameter-unknown", "facts": unknown} if isinstance(error, TypeError) and unknown else {}
    if isinstance(error, (TypeError, AttributeError)) and forgotten:
        return {"kind": "state-forgotten"}
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    if type(key) is not str:  # it may be anything, and do anything when it is looked at
        return {}
    return {"kind": "entry-forgotten", "facts": [key]} if key in names else {"meant": closest(key, names)}


def answer(out: IO[bytes], head: dict[str, Any], blocks: list[bytes]) -> None:
    """Write one answer: a line of JSON, then the raw bytes that it announces."""
    head["bytes"] = sum(map(len, blocks))
    out.write(json.dumps(head).encode() + b"\n")
    for block in blocks:
        out.write(block)
    out.flush()


def arrays(source: IO[bytes], steps: int, shape: list[int]) -> Any:
    """Read the next `steps` arrays of that shape, stacked and writable."""
    size = steps * int(np.prod(shape, dtype=int))
    return np.frombuffer(bytearray(source.read(8 * size)), dtype="<f8").reshape(steps, *shape)


Kind = tuple["int | None", str, str, str, tuple[int, ...]]
"""What `update` returned: how many values (None: no pair at all), the type's name if it is a wrong one, and what the
first value is: "array", "scalar" or "float", its dtype and its shape."""


def looker() -> tuple[Callable[[Any], tuple[Kind, Any, Any]], Callable[[Any], bytes]]:
    """Make `kind_of`, which tells what was returned and takes it apart, and `bytes_of` a float64 array or number.

    Objects are asked by their real types' own methods, in C: no code of the learner's runs here, whatever they claim.
    """
    real, inherits, pack = type, issubclass, struct.Struct("<d").pack
    pair, chain, number, array, scalar = tuple, list, float, np.ndarray, np.generic
    name_of, cut, beginning = type.__dict__["__name__"].__get__, str.__getitem__, slice(80)
    length: dict[type, Any] = {pair: tuple.__len__, chain: list.__len__}
    item: dict[type, Any] = {pair: tuple.__getitem__, chain: list.__getitem__}
    shape, dtype, raw = array.shape.__get__, array.dtype.__get__, array.tobytes
    dtype_of_scalar, raw_of_scalar = scalar.dtype.__get__, scalar.tobytes
    code = np.dtype.str.__get__

    def kind_of(answer: Any) -> tuple[Kind, Any, Any]:
        kind = real(answer)
        base = pair if inherits(kind, pair) else chain if inherits(kind, chain) else None
        count = None if base is None else length[base](answer)
        if base is None or count != 2:
            return (count, cut(name_of(kind), beginning), "", "", ()), None, None
        new, state = item[base](answer, 0), item[base](answer, 1)
        kind = real(new)
        if inherits(kind, array):
            return (2, "", "array", code(dtype(new)), shape(new)), new, state
        if inherits(kind, scalar):
            return (2, "", "scalar", code(dtype_of_scalar(new)), ()), new, state
        if inherits(kind, number):
            return (2, "", "float", "<f8", ()), new, state
        return (2, cut(name_of(kind), beginning), "", "", ()), new, state

    def bytes_of(thing: Any) -> bytes:
        kind = real(thing)
        if inherits(kind, array):
            return raw(thing)
        return raw_of_scalar(thing) if inherits(kind, scalar) else pack(thing)

    return kind_of, bytes_of


def engine() -> Callable[[Any, dict[str, Any], dict[str, str]], tuple[dict[str, Any], list[bytes]]]:
    """Make `run_case`, which runs one case to its end or to the learner's first slip.

    It tells what it saw and judges nothing: the parameters after each step, what kind of thing each `update` returned,
    and at the end the caller's arrays as they are by then. The judge knows what it sent, and holds one against the
    other.

    All that it uses is bound here, before the learner's file is loaded. A file that replaces functions of this module,
    of numpy, of the contract or of Python hides nothing by that; which is why the loop of `course.rule.Run` is written
    out once more. It is no wall: a file that goes through the frames or the memory of its process can send whatever it
    likes. But then it has to forge the whole right answer, and can only where it knows the numbers.
    """
    kind_of, bytes_of = looker()
    explained, slipped, hyper, assigned, entries_of = explain, slip, hyperparameters, assign, Entries
    ints, size, copy, text, in_order = range, len, list, str, sorted
    codes_of, frozen, joined, pack, nan = bytearray, bytes, b"".join, struct.Struct("<d").pack, math.nan
    anything = BaseException

    def fitting(raw: bytes, wanted: int) -> bytes:
        """The same bytes; of an array that has another size by now, nothing but NaN."""
        return raw if size(raw) == wanted else pack(nan) * (wanted // 8)

    def run_case(rule_class: Any, case: dict[str, Any], named: dict[str, str]) -> tuple[dict[str, Any], list[bytes]]:
        params, grads, schedule = copy(case["params"]), case["grads"], case["schedule"]
        shapes, sizes = [param.shape for param in params], [param.nbytes for param in params]
        each, count = ints(size(params)), size(params)
        handed, paths = [[param] for param in params], [[bytes_of(param)] for param in params]
        kinds: dict[Kind, int] = {}
        codes = codes_of()
        entries = entries_of(named if case["record_state"] else {}, params, case["steps"])
        done, made, forgotten = 0, False, False
        problem: dict[str, Any] | None = None
        try:
            rule = rule_class(**hyper(case["hyperparameters"]))
            made = True
            states = [rule.init(param) for param in params]
            stateful = [state is not None for state in states]
            for step in ints(case["steps"]):
                if text(step + 1) in schedule:
                    assigned(rule, schedule[text(step + 1)])
                for i in each:
                    forgotten = stateful[i] and states[i] is None
                    kind, new, state = kind_of(rule.update(params[i], grads[i][step, ...], states[i]))
                    codes.append(kinds.setdefault(kind, size(kinds)))
                    if kind[3] != "<f8" or kind[4] != shapes[i]:
                        break
                    params[i], states[i] = new, state
                if size(codes) < (step + 1) * count or kind[3] != "<f8" or kind[4] != shapes[i]:
                    break
                for i in each:
                    handed[i].append(params[i])
                    paths[i].append(fitting(bytes_of(params[i]), sizes[i]))
                entries.record(step, states)
                done = step + 1
        except anything as error:  # sys.exit and KeyboardInterrupt of the learner's are answers too
            problem = explained(error, case["file"])
            problem |= slipped(error, list(named), case["hyperparameters"], made=made, forgotten=forgotten)
        kept = done + 1
        blocks = [frozen(codes), *(joined(path[1:kept]) for path in paths), *(bytes_of(grad) for grad in grads)]
        blocks += [joined([fitting(bytes_of(array), sizes[i]) for array in handed[i][:kept]]) for i in each]
        head = {
            "problem": problem,
            "steps": done,
            "kinds": copy(kinds),
            "updates": size(codes),
            "state": in_order(entries.columns),
        }
        return head, [*blocks, *entries.blocks(done)]

    return run_case


def listen() -> tuple[IO[bytes], IO[bytes]]:
    """Return where the judge speaks and where it is answered; the standard streams lead elsewhere from now on."""
    source = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, out


def walled(source: IO[bytes], out: IO[bytes]) -> str | None:
    """Put up the wall that the judge orders, and tell it what stands.

    Args:
        source: where the judge speaks.
        out: where it is answered.

    Returns:
        The folder that the file may use, "" for none. None if the wall does not stand, or this worker was never needed.

    """
    order = json.loads(source.readline() or b"{}")
    if not order:
        return None
    folder = order["folder"]
    os.chdir(folder or os.sep)
    try:
        standing = confine.enter(order, folder or None)
    except confine.NotStandingError as problem:
        layer, reason = problem.args
        answer(out, {"ready": False, "layer": layer, "reason": reason}, [])
        return None
    answer(out, {"ready": True, **standing}, [])  # before any line of the learner's: this answer can be believed
    return str(folder)


def receive(source: IO[bytes], folder: str) -> tuple[dict[str, Any], Path, bytes] | None:
    """Read the request, its cases' arrays and the learner's file, by name and by content. None if none comes."""
    line = source.readline()
    if not line:
        return None
    request: dict[str, Any] = json.loads(line)
    content = source.read(request["length"])
    file = Path(folder, request["file"])
    for case in request["cases"]:
        case["file"] = file
        case["params"] = [arrays(source, 1, shape)[0, ...] for shape in case["shapes"]]
        case["grads"] = [arrays(source, case["steps"], shape) for shape in case["shapes"]]
    source.close()
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


def main() -> None:
    """Put up the wall, read the request, load the file, answer case by case."""
    source, out = listen()
    with out:
        folder = walled(source, out)
        received = receive(source, folder) if folder is not None else None
        if folder is None or received is None:
            return
        request, file, content = received
        np.seterr(all="ignore")  # an overflow is shown by the numbers; a warning is no mistake
        site.setquit()  # `exit`, which a rule should not call, but may
        sys.meta_path.insert(0, OnlyNumpy())
        sys.addaudithook(Guard(Path.cwd(), [Path(np.__file__).parent, *rule_files(), file]))
        confine.limit(request["limits"])
        refuse_threads()
        run_case, say = engine(), answer
        try:
            rule_class = load(file, request["class"], content)
        except BaseException as error:  # noqa: BLE001 - as in run_case
            answer(out, {"problem": explain(error, file)}, [])
            return
        answer(out, {"problem": None}, [])
        for number, case in enumerate(request["cases"]):
            head, blocks = run_case(rule_class, case, request["state"])
            say(out, {"case": number, **head}, blocks)


if __name__ == "__main__":
    main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(0)  # no thread and no exit handler of the learner's keeps the answers waiting
