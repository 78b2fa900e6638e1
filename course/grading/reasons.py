"""Every sentence the judge says, in both languages."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading import folder, kinds
from course.grading.advice import advice
from course.grading.digits import literal, pair
from course.text import Text, quoted, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.advice import Advice
    from course.grading.case import Case
    from course.grading.sandbox import Limits, Outcome
    from course.grading.verdict import CaseResult, Difference, Status
    from course.topic import Topic

TEXTS = texts(__file__)


@dataclass(frozen=True)
class Reason:
    """A sentence and what it means for the status."""

    status: Status
    text: Text


NONSENSE = Reason(
    "rejected",
    TEXTS["not-the-runners"],
)


TOO_MUCH = TEXTS["folder-full"].format(room=folder.MOST_BYTES // 2**20, most=folder.MOST)


HIDDEN_WRONG = Reason(
    "wrong",
    TEXTS["hidden-wrong"],
)
"""All that is ever said of a hidden case, whatever the file did in it: a text of the file's would carry its numbers."""

UNKNOWN = TEXTS["no-reason"]
ONLY_HIDDEN = TEXTS["only-hidden"]
ONLY_FRESH = TEXTS["only-fresh"]
TWIN_HIDDEN = TEXTS["twin-hidden"]
TWIN_VISIBLE = TEXTS["twin-visible"]


def of_twin(case: Case, fresh: Text | None, seed: str) -> Text:
    """Say that a case is right and does not count, because the other one by its recipe is wrong.

    Args:
        case: the one that is right.
        fresh: why the other one failed, if it is fresh; None if it is not.
        seed: of the fresh case, if there is one.

    Returns:
        The sentence.

    """
    if case.hidden:
        return TWIN_VISIBLE
    return TWIN_HIDDEN if fresh is None else TEXTS["twin-fresh"].format(reason=fresh, seed=seed)


def not_run(blamed: Case) -> Text:
    """Say that a case was not run, because another one used up the time."""
    return TEXTS["not-run"].format(title=blamed.title)


def of_end(outcome: Outcome, limits: Limits) -> Reason:  # noqa: PLR0911 - one an end
    """Say why the worker ended before it had answered everything.

    Args:
        outcome: what came back.
        limits: what it was allowed.

    Returns:
        The sentence and the status.

    """
    if outcome.end == "timeout":
        return Reason(
            "timeout",
            TEXTS["out-of-time"].format(cpu=limits.cpu, wall=limits.wall),
        )
    if outcome.end == "output":
        return Reason(
            "limit",
            TEXTS["printed-too-much"].format(size=limits.output // 2**20),
        )
    if outcome.end == "files":
        return Reason("limit", TOO_MUCH)
    if outcome.end == "nonsense":
        return NONSENSE
    if hasattr(signal, "SIGKILL") and outcome.code == -signal.SIGKILL:
        return Reason(
            "limit",
            TEXTS["ended-by-the-system"],
        )
    if outcome.code < 0:
        try:
            name = signal.Signals(-outcome.code).name
        except ValueError:
            name = str(outcome.code)
        return Reason(
            "error",
            TEXTS["crashed"].format(name=name),
        )
    return Reason(
        "error",
        TEXTS["ended-itself"].format(code=outcome.code),
    )


def _where(problem: dict[str, Any], topic: Topic) -> Text:
    """Return the learner's own line, if it is known."""
    line, source = problem.get("line"), problem.get("source")
    file = f"{topic.stem}.py"
    if not line:
        return Text(en=f"In {file}", zh=f"{file} 中")
    if not source:
        return Text(en=f"In line {line} of {file}", zh=f"{file} 第 {line} 行")
    code = quoted(str(source))
    return Text(en=f"In line {line} of {file}, {code}", zh=f"{file} 第 {line} 行 {code}")


def line_of(reason: Text, topic: Topic) -> int | None:
    """Find the learner's line that a reason begins with.

    Args:
        reason: a sentence of `of_problem`, stored perhaps.
        topic: which exercise.

    Returns:
        The line, counted from 1; None if it speaks of none.

    """
    found = re.match(rf"In line (\d+) of {re.escape(topic.stem)}\.py\b", reason.en)
    return int(found[1]) if found else None


def of_problem(problem: dict[str, Any], topic: Topic) -> Reason:
    """Say what stopped the learner's file; facts that make no sense are refused.

    Args:
        problem: what the worker tells, as plain facts.
        topic: which exercise.

    Returns:
        The sentence and the status.

    """
    try:
        return _of_problem(problem, topic)
    except (KeyError, IndexError, TypeError, ValueError):
        return NONSENSE


def _of_problem(problem: dict[str, Any], topic: Topic) -> Reason:  # noqa: PLR0911 - one a kind
    kind = problem["kind"]
    if kind in {"not-a-pair", "not-an-array", "shape", "dtype"}:
        return Reason("wrong", of_result(kind, *(problem.get("facts") or [])))
    if kind == "changed":
        return Reason("wrong", _of_change(problem))
    if kind == "not-implemented":
        return Reason(
            "not-implemented",
            TEXTS["not-implemented"].format(stem=topic.stem),
        )
    if kind == "no-class":
        return Reason("error", _of_classes([str(each) for each in problem.get("facts") or []], topic))
    where, message = _where(problem, topic), str(problem.get("message", ""))
    if kind == "memory":
        return Reason(
            "limit",
            where + Text(en=": the memory allowed was used up.", zh="：用完了允许的内存。"),
        )
    if kind == "process":
        return Reason(
            "limit",
            where + TEXTS["no-process"].format(noun=kinds.of(topic).NOUN),
        )
    if kind == "access":
        return Reason(
            "rejected",
            where + TEXTS["no-access"].format(noun=kinds.of(topic).NOUN, message=quoted(message)),
        )
    if kind == "import":
        return Reason(
            "rejected",
            where
            + TEXTS["no-import"].format(noun=kinds.of(topic).NOUN, message=quoted(message))
            + _of_import(message, topic),
        )
    if kind in {"state-forgotten", "entry-forgotten", "hyperparameter-unknown"}:
        return Reason("error", _of_slip(kind, where, str((problem.get("facts") or [""])[0]), topic))
    return Reason("error", _of_exception(where, problem, kinds.of(topic).ADVICE))


TAKE_OUT = TEXTS["take-out"]


def _of_import(module: str, topic: Topic) -> Text:
    """Return what to do instead of importing this."""
    told = {"torch": kinds.of(topic).WITHOUT_TORCH, "course": TEXTS["import-of-the-course"]}
    return told.get(module.partition(".")[0], TAKE_OUT)


def _of_classes(found: list[str], topic: Topic) -> Text:
    """Return that the class is not there, and which ones are."""
    names = [name for name in found if name.isidentifier()][:5]
    called = {each.class_name: each for each in topics()}
    wanted, file = topic.class_name, f"{topic.stem}.py"
    other = next((called[name] for name in names if name in called), None)
    if other:
        return TEXTS["class-of-another-topic"].format(
            file=file, found=other.class_name, other=other.stem, wanted=wanted
        )
    if names:
        return TEXTS["other-classes"].format(
            file=file,
            found=Text(en=", ".join(f"`{name}`" for name in names), zh="、".join(f"`{name}`" for name in names)),
            wanted=wanted,
        )
    return TEXTS["no-class"].format(file=file, wanted=wanted, stem=topic.stem)


def _of_exception(where: Text, problem: dict[str, Any], own: Sequence[Advice]) -> Text:
    """Return what Python says of any other exception, and what to do about it where that is known."""
    name, message = str(problem.get("type", "")), str(problem.get("message", ""))
    more = advice(name, message, str(problem.get("source") or ""), str(problem.get("meant") or ""), own)
    if more:  # it says better what the lines after the first say
        message = message.partition("\n")[0].strip()
    if name in {"SyntaxError", "IndentationError", "TabError"}:
        said = quoted(message)
        text = where + Text(en=f": Python cannot read this ({said}).", zh=f"：Python 无法解析这一行（{said}）。")
    else:
        said = quoted(f"{name}: {message}" if message not in {"", "None"} else name)
        text = where + Text(en=f": {said}", zh=f"：{said}")
    if more is None:
        return text
    return Text(en=f"{text.en.rstrip('.')}. {more.en}", zh=f"{text.zh.rstrip('.。')}。{more.zh}")


def _of_slip(kind: str, where: Text, entry: str, topic: Topic) -> Text:
    """Return the sentence on an exception of Python's behind which there is a slip with a name."""
    if kind == "state-forgotten":
        return where + TEXTS["state-forgotten"]
    if kind == "entry-forgotten":
        return where + TEXTS["entry-forgotten"].format(entry=entry)
    return TEXTS["hyperparameter-unknown"].format(name=topic.class_name, entry=entry)


def of_result(kind: str, *facts: Any) -> Text:
    """Say that `update` returned something else than a parameter and a state.

    Args:
        kind: `not-a-pair`, `not-an-array`, `shape` or `dtype`.
        facts: what was returned, as `course.rule.BadResultError` carries it; for `dtype` perhaps what was wanted too.

    Returns:
        The sentence.

    """
    if kind == "not-a-pair":
        got, count = [*facts, None, None][:2]
        if got == "NoneType":
            return TEXTS["returned-none"]
        many = (
            Text(en=f"{count} values", zh=f"{count} 个值")
            if count is not None
            else Text(en=f"one {_called(got)}", zh=f"一个 {_called(got)}")
        )
        return TEXTS["not-a-pair"].format(many=many)
    if kind == "not-an-array":
        return TEXTS["not-an-array"].format(got=_called(facts[0]))
    if kind == "shape":
        returned, given = (tuple(int(length) for length in each) for each in facts)
        return TEXTS["other-shape"].format(wanted=given, got=returned)
    got, wanted = (_called(each) for each in [*facts, "float64"][:2])
    if got.startswith("complex"):
        return TEXTS["complex"].format(wanted=wanted, got=got)
    return TEXTS["other-precision"].format(wanted=wanted, got=got)


def _called(name: Any) -> str:
    """Return the name of a type: a word of its own, or else a quotation, since a file may call its types anything."""
    return str(name) if re.fullmatch(r"[a-zA-Z_][\w.]{0,60}", str(name), re.ASCII) else quoted(str(name))


def _of_change(problem: dict[str, Any]) -> Text:
    """Say that `param` or `grad` did not stay as it was."""
    return TEXTS["changed-in-place"].format(what=problem.get("what"), step=problem.get("step"))


def of_difference(difference: Difference, case: Case) -> Text:
    """Say which number is the first that is not torch's.

    Args:
        difference: where it is.
        case: the one in which it is.

    Returns:
        The sentence.

    """
    element = f"[{', '.join(map(str, difference.index))}]" if difference.index else ""
    quantity = "param" if difference.quantity == "param" else f"state[{difference.quantity!r}]"
    expected, got = pair(difference.expected, difference.got)
    facts = (TEXTS["of-param"] if quantity == "param" else TEXTS["of-entry"]).format(
        step=difference.step,
        parameter=difference.parameter,
        quantity=quantity,
        element=element,
        expected=expected,
        got=got,
    )
    if case.hyperparameters:
        shown = ", ".join(f"{name}={literal(value)}" for name, value in case.hyperparameters.items())
        return facts + Text(en=" (with ", zh="（") + Text(en=shown, zh=shown) + Text(en=")", zh="）")
    return facts


def passed(topic: Topic, results: Sequence[CaseResult]) -> Text:
    """Say that the core is right, and how many stretch cases are, if not all.

    Args:
        topic: which exercise.
        results: a row a case.

    Returns:
        One or two sentences.

    """
    extra = [result for result in results if result.stretch]
    text = TEXTS["right"].format(name=topic.class_name, reference=topic.reference)
    if extra and not all(result.passed for result in extra):
        text += Text(en=" Stretch: {done} of {all}.", zh="选做：{all} 项中完成了 {done} 项。").format(
            done=sum(result.passed for result in extra), all=len(extra)
        )
    return text


def counted(results: Sequence[CaseResult]) -> Text:
    """Say how many of the core cases are right.

    Args:
        results: a row a case.

    """
    core = [result for result in results if not result.stretch and not result.fresh]
    right = sum(result.passed for result in core)
    if right == 1:
        return TEXTS["counted-one"].format(all=len(core))
    return TEXTS["counted"].format(right=right, all=len(core))
