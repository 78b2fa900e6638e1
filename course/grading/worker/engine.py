"""The loop over a case's steps, as the worker runs it: it tells what it saw and judges nothing."""

from __future__ import annotations

import math
import struct
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from course.grading.worker.errors import explain, slip
from course.rule import assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Callable


class Entries:
    """The state entries that go by torch's names, step by step. They are clues and decide nothing."""

    def __init__(self, kinds: dict[str, str], params: list[Any]) -> None:
        self.double = params[0].dtype if params else None
        self.columns: dict[str, list[list[bytes]]] = {name: [[] for _ in params] for name in kinds}
        self.shapes = {
            name: [() if kind == "number" else param.shape for param in params] for name, kind in kinds.items()
        }

    def record(self, states: list[Any]) -> None:
        """Copy what is there after a step; a name that is missing once, or holds something else, is given up.

        Args:
            states: what `update` has returned, one a parameter.

        """
        double = self.double
        for name, columns in list(self.columns.items()):
            for state, column, shape in zip(states, columns, self.shapes[name], strict=True):
                entry: Any = state.get(name) if isinstance(state, dict) else None
                kind, copy = type(entry), None
                try:  # `suppress` would take half of the time
                    if kind is ndarray and entry.dtype is double and entry.shape == shape:
                        copy = raw_of_array(entry)
                    elif kind in NUMBERS and shape == ():
                        copy = pack(entry)
                    elif isinstance(entry, (int, float, ndarray, generic)) and shape_of(entry) == shape:
                        copy = array(entry, "<f8").tobytes()
                except Exception:  # noqa: BLE001, S110 - whatever the learner's objects do when they are looked at
                    pass
                if copy is None:
                    del self.columns[name]
                    break
                column.append(copy)

    def blocks(self, steps: int) -> list[bytes]:
        """Return what is kept of the first steps, by name."""
        return [b"".join(column[:steps]) for name in sorted(self.columns) for column in self.columns[name]]


NUMBERS, pack = (int, float), struct.Struct("<d").pack
array, ndarray, generic, shape_of = np.array, np.ndarray, np.generic, np.shape  # before a file may replace them
raw_of_array = np.ndarray.tobytes


def arrays(source: IO[bytes], steps: int, shape: list[int]) -> Any:
    """Read the next arrays, little-endian float64.

    Args:
        source: where the judge speaks.
        steps: how many.
        shape: of each.

    Returns:
        The arrays, stacked, of shape `(steps, *shape)`, and writable.

    """
    size = steps * math.prod(shape)
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


def engine() -> Callable[[Any, dict[str, Any], dict[str, str]], tuple[dict[str, Any], list[bytes]]]:  # noqa: PLR0915 - names of the module's own could be replaced by a file
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
    ints, size, copy, number, in_order = range, len, list, int, sorted
    codes_of, frozen, joined, pack, nan = bytearray, bytes, b"".join, struct.Struct("<d").pack, math.nan
    anything, real, pair, usual, double = BaseException, type, tuple, np.ndarray, np.dtype("<f8")
    dtype_of, shape_of, raw_of = usual.dtype.__get__, usual.shape.__get__, usual.tobytes

    def now(thing: Any, wanted: int) -> bytes:
        """The bytes of an array or a number; of an array that has another size by now, nothing but NaN."""
        raw = raw_of(thing) if real(thing) is usual else bytes_of(thing)
        return raw if size(raw) == wanted else pack(nan) * (wanted // 8)

    def run_case(rule_class: Any, case: dict[str, Any], named: dict[str, str]) -> tuple[dict[str, Any], list[bytes]]:
        params, grads = copy(case["params"]), case["grads"]
        schedule = {number(step): told for step, told in case["schedule"].items()}
        shapes, sizes = [param.shape for param in params], [param.nbytes for param in params]
        each = ints(size(params))
        handed, paths = [[param] for param in params], [[bytes_of(param)] for param in params]
        kinds: dict[Kind, int] = {}
        as_usual = [kinds.setdefault((2, "", "array", "<f8", shape), size(kinds)) for shape in shapes]
        codes = codes_of()
        entries = entries_of(named if case["record_state"] else {}, params)
        done, made, forgotten = 0, False, False
        problem: dict[str, Any] | None = None
        try:
            rule = rule_class(**hyper(case["hyperparameters"]))
            made = True
            states = [rule.init(param) for param in params]
            stateful = [state is not None for state in states]
            for step in ints(case["steps"]):
                if step + 1 in schedule:
                    assigned(rule, schedule[step + 1])
                for i in each:
                    forgotten = stateful[i] and states[i] is None
                    answer = rule.update(params[i], grads[i][step, ...], states[i])
                    if (  # what `kind_of` says of nearly every answer, in a third of its time
                        real(answer) is pair
                        and size(answer) == 2
                        and real(new := answer[0]) is usual
                        and dtype_of(new) is double
                        and shape_of(new) == shapes[i]
                    ):
                        codes.append(as_usual[i])
                        params[i], states[i] = answer
                        continue
                    kind, new, state = kind_of(answer)
                    codes.append(kinds.setdefault(kind, size(kinds)))
                    if kind[3] != "<f8" or kind[4] != shapes[i]:
                        break
                    params[i], states[i] = new, state
                else:
                    for i in each:
                        handed[i].append(params[i])
                        paths[i].append(now(params[i], sizes[i]))
                    entries.record(states)
                    done = step + 1
                    continue
                break
        except anything as error:  # sys.exit and KeyboardInterrupt of the learner's are answers too
            problem = explained(error, case["file"])
            problem |= slipped(error, list(named), case["hyperparameters"], made=made, forgotten=forgotten)
        kept = done + 1
        blocks = [frozen(codes), *(joined(path[1:kept]) for path in paths), *(bytes_of(grad) for grad in grads)]
        blocks += [joined([now(array, sizes[i]) for array in handed[i][:kept]]) for i in each]
        head = {
            "problem": problem,
            "steps": done,
            "kinds": copy(kinds),
            "updates": size(codes),
            "state": in_order(entries.columns),
        }
        return head, [*blocks, *entries.blocks(done)]

    return run_case
