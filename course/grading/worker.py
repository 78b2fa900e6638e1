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

import _thread
import builtins
import difflib
import json
import linecache
import os
import site
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from course.grading import confine
from course.rule import BadResultError, MissingClassError, Run, load, returned

if TYPE_CHECKING:
    from collections.abc import Iterable

ALLOWED = {*sys.stdlib_module_names, "numpy", "course"}
PROCESS_EVENTS = {
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn",
    "subprocess.Popen", "_thread.start_new_thread", "_thread.start_joinable_thread",
}  # fmt: skip
OUTSIDE_EVENTS = {
    "os.chmod", "os.chown", "os.kill", "os.killpg", "os.link", "os.rmdir", "os.symlink", "signal.pthread_kill",
}  # fmt: skip
OWN_EVENTS = {"os.remove": 1, "os.rename": 2, "os.truncate": 1}
"""What one may do to one's own files, and how many paths it names."""
OUTSIDE_PREFIXES = ("ctypes.", "socket.")


class ForbiddenImportError(ModuleNotFoundError):
    """The learner's file asked for a library that a rule does not need."""


class ForbiddenProcessError(RuntimeError):
    """The learner's file tried to start another process or thread."""


class ForbiddenAccessError(PermissionError):
    """The learner's file reached for something outside: a file, a connection, another process, foreign code."""


class OnlyNumpy:
    """An import hook that lets the standard library and numpy through and nothing else: above all not torch."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002
        """Refuse what is not allowed; leave the rest to the hooks that follow."""
        top, _, rest = name.partition(".")
        if top.startswith("_sysconfigdata"):  # the standard library's own, under a name of this machine's
            return
        if top not in ALLOWED or (top == "course" and rest not in {"", "rule"}):
            raise ForbiddenImportError(name)


class Guard:
    """An audit hook that tells kindly what a rule does not need: files, connections, other programs.

    It decides nothing, because code in the same process can change it: what holds is the wall (see `confine`).
    """

    def __init__(self, file: Path, cwd: Path) -> None:
        library, numpy = Path(os.__file__).parent, Path(np.__file__).parent
        roots: list[str | Path] = [library, numpy, cwd, *rule_files(), file, os.devnull]
        self.roots = [os.path.realpath(root) for root in roots]
        self.own = [os.path.realpath(root) for root in (cwd, os.devnull)]

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse what is not allowed, by an exception of its own kind."""
        if event == "open":
            self.check_open(*arguments)
        elif event in PROCESS_EVENTS:
            raise ForbiddenProcessError(event)
        elif event in OWN_EVENTS:
            for path in arguments[: OWN_EVENTS[event]]:
                self.check_open(path, None, os.O_WRONLY)
        elif event in OUTSIDE_EVENTS or event.startswith(OUTSIDE_PREFIXES):
            raise ForbiddenAccessError(event)

    def check_open(self, path: Any, _mode: Any, flags: int) -> None:
        """Python and numpy may read themselves, and anybody may use the working directory, which is empty."""
        if isinstance(path, int):
            return
        real = os.path.realpath(os.fsdecode(path))
        roots = self.own if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else self.roots
        if not any(real == root or real.startswith(root + os.sep) for root in roots):
            raise ForbiddenAccessError(Path(real).name)  # where it lies is not the student's to know


def refuse_threads() -> None:
    """Not every Python has an audit event for a new thread, and not every user a limit on them."""

    def refuse(*_arguments: object, **_options: object) -> None:
        raise ForbiddenProcessError("a thread")

    for module, names in (
        (_thread, ("start_new_thread", "start_new", "start_joinable_thread")),
        (threading, ("_start_new_thread", "_start_joinable_thread")),
    ):
        for name in names:
            if hasattr(module, name):
                setattr(module, name, refuse)


def rule_files() -> list[str]:
    """The two files of ours that a learner's file may import."""
    import course
    import course.rule

    return [str(course.__file__), str(course.rule.__file__)]


class Inner:
    """The rule handed to Lookahead: descent with momentum, its state deliberately opaque.

    It remembers every gradient, so an inner state that is reset, shared or stepped twice shows in the parameters.
    """

    def __init__(self, lr: float, momentum: float) -> None:
        self.lr = lr
        self.momentum = momentum

    def init(self, param: Any) -> Any:
        """An opaque state: nothing but this class may look inside."""
        return (param * 0.0,)

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """One step of `torch.optim.SGD(lr, momentum)`."""
        velocity = self.momentum * state[0] + grad
        return param - self.lr * velocity, (velocity,)


def hyperparameters(stored: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no tuples and no rules: make them again."""
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    if "inner" in made:
        made["inner"] = Inner(made["inner"]["lr"], made["inner"]["momentum"])
    return made


def assign(rule: Any, changes: dict[str, Any]) -> None:
    """What a schedule does between two steps; `inner.lr` reaches into the inner rule."""
    for name, value in hyperparameters(changes).items():
        *path, last = name.split(".")
        target = rule
        for part in path:
            target = getattr(target, part)
        setattr(target, last, value)


class Pairs:
    """Checks what `update` returned before anything else touches it, by standing between `Run` and the rule."""

    def __init__(self, rule: Any) -> None:
        self.rule = rule
        self.stateful = self.lost = False
        """Whether `init` gave a state, and whether the one at hand is the None that an earlier `update` returned."""

    def init(self, param: Any) -> Any:
        """The rule's own."""
        state = self.rule.init(param)
        self.stateful = state is not None
        return state

    def update(self, param: Any, grad: Any, state: Any) -> Any:
        """The rule's own, if it is a pair of a float64 array of the parameter's shape and a state."""
        self.lost = self.stateful and state is None
        new, state = returned(self.rule.update(param, grad, state), np.shape(param))
        if np.asarray(new).dtype != np.float64:
            raise BadResultError("dtype", str(np.asarray(new).dtype))
        return new, state


class Recorder:
    """The trajectory of one case, and whether the caller's arrays stayed as they were."""

    def __init__(self, params: list[Any], grads: list[Any], names: list[str]) -> None:
        steps = len(grads[0]) if grads else 0
        self.originals = [grad.copy() for grad in grads]
        self.grads = grads
        self.handed: list[list[Any]] = [[param] for param in params]
        self.values = [np.empty((steps + 1, *param.shape)) for param in params]
        for value, param in zip(self.values, params, strict=True):
            value[0] = param
        self.state = {name: [np.empty((steps, *self._shape(name, param))) for param in params] for name in names}
        self.done = 0

    @staticmethod
    def _shape(name: str, param: Any) -> tuple[int, ...]:
        return () if name == "step" else tuple(param.shape)

    def record(self, run: Run) -> None:
        """Copy the parameters, and the state entries that go by torch's names."""
        for i, param in enumerate(run.params):
            self.handed[i].append(param)
            self.values[i][self.done + 1] = param
            for name in list(self.state):
                if not self._copied(run.state[i], name, self.state[name][i]):
                    del self.state[name]
        self.done += 1

    def _copied(self, state: Any, name: str, column: Any) -> bool:
        if not isinstance(state, dict) or name not in state:
            return False
        entry = state[name]
        if not isinstance(entry, (int, float, np.ndarray, np.generic)) or np.shape(entry) != column.shape[1:]:
            return False
        try:
            column[self.done] = entry
        except (TypeError, ValueError, OverflowError):
            return False
        return True

    def changed(self) -> dict[str, Any] | None:
        """The first array of the caller's that was changed, or None."""
        for i, (now, before) in enumerate(zip(self.grads, self.originals, strict=True)):
            rows = (now != before).reshape(len(now), -1).any(axis=1)
            if rows.any():
                return {"kind": "changed", "what": "grad", "parameter": i, "step": int(rows.argmax()) + 1}
        for i, handed in enumerate(self.handed):
            now = np.array([np.asarray(each) for each in handed]).reshape(len(handed), -1)
            before = self.values[i][: len(handed)].reshape(len(handed), -1)
            rows = ((now != before) & ~(np.isnan(now) & np.isnan(before))).any(axis=1)
            if rows.any():
                return {"kind": "changed", "what": "param", "parameter": i, "step": int(rows.argmax()) + 1}
        return None

    def blocks(self) -> list[bytes]:
        """What the answer carries: the parameters after each step, then the state entries by name."""
        columns = [value[1 : self.done + 1] for value in self.values]
        for name in sorted(self.state):
            columns += [column[: self.done] for column in self.state[name]]
        return [np.ascontiguousarray(column, dtype="<f8").tobytes() for column in columns]


def explain(error: BaseException, file: Path) -> dict[str, Any]:
    """An exception as plain facts, shortened to the learner's own lines."""
    if isinstance(error, BadResultError):
        kind, *facts = error.args
        return {"kind": kind, "facts": facts}
    if isinstance(error, MissingClassError):
        return {"kind": "no-class", "facts": [name[:80] for name in error.args[:5]]}
    kinds: dict[type[BaseException], str] = {
        NotImplementedError: "not-implemented",
        MemoryError: "memory",
        ForbiddenImportError: "import",
        ForbiddenProcessError: "process",
        ForbiddenAccessError: "access",
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
    """The name that is nearest to one that was not found, as Python itself suggests it in a traceback; or nothing."""
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
    """The one of these names that is most like the given one, if any is much like it."""
    found = difflib.get_close_matches(name, [each for each in known if not each.startswith("_")], 1, 0.75)
    return found[0][:80] if found else ""


def slip(error: BaseException, pairs: Pairs | None, names: list[str], asked: dict[str, Any]) -> dict[str, Any]:
    """The kind and the facts of an exception that a common slip is behind; else nothing."""
    if pairs is None:
        unknown = [name for name in asked if f"unexpected keyword argument '{name}'" in str(error)]
        return {"kind": "hyperparameter-unknown", "facts": unknown} if isinstance(error, TypeError) and unknown else {}
    if isinstance(error, (TypeError, AttributeError)) and pairs.lost:
        return {"kind": "state-forgotten"}
    if isinstance(error, KeyError) and error.args and error.args[0] in names:
        return {"kind": "entry-forgotten", "facts": [error.args[0]]}
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return {"meant": closest(error.args[0], names)}
    return {}


def answer(out: IO[bytes], head: dict[str, Any], blocks: list[bytes]) -> None:
    """One answer: a line of JSON, then the raw bytes that it announces."""
    head["bytes"] = sum(map(len, blocks))
    out.write(json.dumps(head).encode() + b"\n")
    for block in blocks:
        out.write(block)
    out.flush()


def arrays(source: IO[bytes], steps: int, shape: list[int]) -> Any:
    """The next `steps` arrays of that shape, stacked and writable."""
    size = steps * int(np.prod(shape, dtype=int))
    return np.frombuffer(bytearray(source.read(8 * size)), dtype="<f8").reshape(steps, *shape)


def run_case(rule_class: Any, case: dict[str, Any], names: list[str]) -> tuple[dict[str, Any], list[bytes]]:
    """Run one case to its end or to the learner's first slip."""
    recorder = Recorder(case["params"], case["grads"], names if case["record_state"] else [])
    problem: dict[str, Any] | None = None
    pairs: Pairs | None = None
    try:
        rule = rule_class(**hyperparameters(case["hyperparameters"]))
        pairs = Pairs(rule)
        run = Run(pairs, case["params"])
        for step in range(case["steps"]):
            if str(step + 1) in case["schedule"]:
                assign(rule, case["schedule"][str(step + 1)])
            run.step([grads[step, ...] for grads in case["grads"]])
            recorder.record(run)
    except BaseException as error:  # noqa: BLE001 - sys.exit and KeyboardInterrupt of the learner's are answers too
        problem = explain(error, case["file"]) | slip(error, pairs, names, case["hyperparameters"])
    problem = recorder.changed() or problem
    head = {"problem": problem, "steps": recorder.done, "state": sorted(recorder.state)}
    return head, recorder.blocks()


def listen() -> tuple[IO[bytes], IO[bytes]]:
    """Where the judge speaks and where it is answered; the standard streams lead elsewhere from now on."""
    source = os.fdopen(os.dup(0), "rb")
    out = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, out


def walled(source: IO[bytes], out: IO[bytes]) -> str | None:
    """Put up the wall that the judge orders, and tell it what stands; the folder that the file may use, "" for none.

    Returns:
        None if there is nothing to do: the wall does not stand, or this worker was never needed.

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
    """The request, with its cases' arrays; the learner's file, by name and by content. None if none comes."""
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
    text = content.decode("utf-8", "replace").splitlines(keepends=True)
    linecache.cache[str(file)] = (len(content), None, text, str(file))  # and whatever becomes of that, its lines
    return request, file, content


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
        sys.addaudithook(Guard(file, Path.cwd()))
        confine.limit(request["limits"])
        refuse_threads()
        try:
            rule_class = load(file, request["class"], content)
        except BaseException as error:  # noqa: BLE001 - as in run_case
            answer(out, {"problem": explain(error, file)}, [])
            return
        answer(out, {"problem": None}, [])
        for number, case in enumerate(request["cases"]):
            head, blocks = run_case(rule_class, case, request["state"])
            answer(out, {"case": number, **head}, blocks)


if __name__ == "__main__":
    main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(0)  # no thread and no exit handler of the learner's keeps the answers waiting
