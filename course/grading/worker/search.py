"""The search of a tuner, as the worker runs it: every loss that the file wants is asked of the judge, who counts.

No task is in this process. A file that goes around what is handed to it can send what it likes, and learns no more than
the losses that it has been answered.
"""

from __future__ import annotations

import json
import struct
from typing import IO, TYPE_CHECKING, Any

from course.grading.worker.errors import explain, slip
from course.rule import BudgetSpentError, number

if TYPE_CHECKING:
    from collections.abc import Callable

REPLY = struct.Struct("<?d")
"""Whether the budget has a loss left for this question, and the loss."""


def searcher(
    source: IO[bytes], out: IO[bytes]
) -> Callable[[Any, dict[str, Any], dict[str, str]], tuple[dict[str, Any], list[bytes]]]:
    """Make `run_case`, which runs one search to its end or to the learner's first slip.

    All that it uses is bound here, before the learner's file is loaded, as in `engine`.

    Args:
        source: where the judge speaks.
        out: where it is asked.

    Returns:
        From the class, a case and nothing to the head of an answer and no blocks.

    """
    explained, slipped, anything, real = explain, slip, BaseException, type
    read, dumps, name_of, cut, beginning = (
        number(),
        json.dumps,
        type.__dict__["__name__"].__get__,
        str.__getitem__,
        slice(80),
    )
    write, flush, hear, unpack, size = out.write, out.flush, source.read, REPLY.unpack, REPLY.size
    spent, wrong_type, no_more = BudgetSpentError, TypeError, EOFError

    def run_case(tuner_class: Any, case: dict[str, Any], _named: dict[str, str]) -> tuple[dict[str, Any], list[bytes]]:
        strange, kind, budget = "", "", case["budget"]
        found: float | None = None
        made = False
        problem: dict[str, Any] | None = None

        def loss(rate: Any) -> float:
            nonlocal strange
            asked = read(rate)
            if asked is None:
                strange = strange or cut(name_of(real(rate)), beginning)
                raise wrong_type(f"a learning rate is a number, not {cut(name_of(real(rate)), beginning)}")
            write(dumps({"ask": asked}).encode() + b"\n")
            flush()
            told = hear(size)
            if len(told) < size:
                raise no_more
            granted, answer = unpack(told)
            if not granted:
                raise spent(budget)
            return answer  # type: ignore[no-any-return]

        loss.__qualname__ = "loss"  # Python's messages name it as the file does
        try:
            tuner = tuner_class(**case["hyperparameters"])
            made = True
            returned = tuner.tune(loss)
            found = read(returned)
            kind = "" if found is not None else cut(name_of(real(returned)), beginning)
        except spent:
            pass  # the judge has counted
        except anything as error:  # sys.exit and KeyboardInterrupt of the learner's are answers too
            if not strange:
                problem = explained(error, case["file"])
                problem |= slipped(error, [], case["hyperparameters"], made=made, forgotten=False)
        return {"problem": problem, "found": found, "kind": kind, "strange": strange}, []

    return run_case
