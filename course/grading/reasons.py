"""Every sentence the judge says, in both languages."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.sandbox import Limits, Outcome
    from course.grading.verdict import CaseResult, Difference, Status
    from course.syllabus import Topic


@dataclass(frozen=True)
class Reason:
    """A sentence and what it means for the status."""

    status: Status
    text: Text


NONSENSE = Reason(
    "rejected",
    Text(
        en="The answer that came back is not one that the course's own runner writes. A rule only computes: it must"
        " not touch the process that runs it.",
        zh="返回的内容不是课程的运行程序写出的格式。更新规则只负责计算，不应改动运行它的进程。",
    ),
)


def missing(name: str) -> Text:
    """There is no file to judge."""
    stem = name.removesuffix(".py")
    return Text(
        en=f"There is no {name} in this folder. In course/optim, `course reset {stem}` brings the skeleton back; name "
        "any other folder with --submission.",
        zh=f"这个文件夹里没有 {name}。如果是 course/optim，运行 `course reset {stem}` 可以恢复骨架文件；"
        "别的文件夹请用 --submission 指定。",
    )


def too_large(name: str) -> Text:
    """The file is not a rule."""
    return Text(
        en=f"{name} is larger than 1 MiB, far more than an update rule needs: it was not run.",
        zh=f"{name} 超过 1 MiB，远大于一条更新规则所需，因此没有运行。",
    )


def not_run(blamed: Case) -> Text:
    """A case after the one that used up the time."""
    return Text(
        en="Not run: an earlier case used up the time ({title}).",
        zh="未运行：前面的用例（{title}）用完了时间。",
    ).format(title=blamed.title)


def of_end(outcome: Outcome, limits: Limits) -> Reason:
    """Why the worker ended before it had answered everything."""
    if outcome.end == "timeout":
        return Reason(
            "timeout",
            Text(
                en="No answer within the time allowed ({cpu} s of computing, {wall:.0f} s in all). Is there a loop"
                " that never ends, or one over all earlier steps?",
                zh="没有在限定时间内得到结果（计算 {cpu} 秒，总共 {wall:.0f} 秒）。是否有不会结束的循环，或者每一步都"
                "重新遍历了之前所有的步？",
            ).format(cpu=limits.cpu, wall=limits.wall),
        )
    if outcome.end == "output":
        return Reason(
            "limit",
            Text(
                en="Your file printed more than {size} MiB. Take the print out of `update`.",
                zh="您的文件打印了超过 {size} MiB 的内容。请去掉 `update` 里的 print。",
            ).format(size=limits.output // 2**20),
        )
    if outcome.end == "nonsense":
        return NONSENSE
    if hasattr(signal, "SIGKILL") and outcome.code == -signal.SIGKILL:
        return Reason(
            "limit",
            Text(
                en="The system ended your program, most often because it used too much memory.",
                zh="系统终止了您的程序，最常见的原因是占用内存过多。",
            ),
        )
    if outcome.code < 0:
        try:
            name = signal.Signals(-outcome.code).name
        except ValueError:
            name = str(outcome.code)
        return Reason(
            "error",
            Text(
                en="Your program crashed ({name}) before it had answered.",
                zh="您的程序在给出结果之前崩溃了（{name}）。",
            ).format(name=name),
        )
    return Reason(
        "error",
        Text(
            en="Your program ended itself (exit code {code}) before it had answered. Do not call `exit` in a rule.",
            zh="您的程序在给出结果之前就自行结束了（退出码 {code}）。请不要在更新规则里调用 `exit`。",
        ).format(code=outcome.code),
    )


def _where(problem: dict[str, Any]) -> Text:
    """The learner's own line, if it is known."""
    line, source = problem.get("line"), problem.get("source")
    if not line:
        return Text(en="In your file", zh="您的文件中")
    if not source:
        return Text(en=f"In line {line} of your file", zh=f"您的文件第 {line} 行")
    return Text(en=f"In line {line} of your file, `{source}`", zh=f"您的文件第 {line} 行 `{source}`")


def of_problem(problem: dict[str, Any], topic: Topic) -> Reason:
    """What stopped the learner's file, told by the worker as plain facts; facts that make no sense are refused."""
    try:
        return _of_problem(problem, topic)
    except (KeyError, IndexError, TypeError, ValueError):
        return NONSENSE


def _of_problem(problem: dict[str, Any], topic: Topic) -> Reason:  # noqa: PLR0911 - one a kind
    kind = problem["kind"]
    if kind in {"not-a-pair", "not-an-array", "shape", "dtype"}:
        return Reason("wrong", _of_result(kind, list(problem.get("facts") or [])))
    if kind == "changed":
        return Reason("wrong", _of_change(problem))
    if kind == "not-implemented":
        return Reason(
            "not-implemented",
            Text(
                en="Not implemented yet: write the lines at the TODO in {stem}.py.",
                zh="尚未实现：请在 {stem}.py 的 TODO 处写出代码。",
            ).format(stem=topic.stem),
        )
    where, name, message = _where(problem), str(problem.get("type", "")), str(problem.get("message", ""))
    if kind == "memory":
        return Reason(
            "limit",
            where + Text(en=": the memory allowed was used up.", zh="：用完了允许的内存。"),
        )
    if kind == "process":
        return Reason(
            "limit",
            where + Text(en=": a rule may start no process and no thread.", zh="：更新规则不可以启动进程或线程。"),
        )
    if kind == "access":
        return Reason(
            "rejected",
            where
            + Text(
                en=f": a rule only computes; it needs no files, connections or other programs ({message}).",
                zh=f"：更新规则只负责计算，不需要文件、网络连接或别的程序（{message}）。",
            ),
        )
    if kind == "import":
        return Reason(
            "rejected",
            where
            + Text(
                en=f": {message} cannot be imported here. A rule needs numpy and the standard library alone.",
                zh=f"：这里不能导入 {message}。更新规则只需要 numpy 和标准库。",
            ),
        )
    if kind in {"state-forgotten", "entry-forgotten", "hyperparameter-unknown"}:
        return Reason("error", _of_slip(kind, where, str((problem.get("facts") or [""])[0]), topic))
    return Reason("error", _of_exception(where, name, message, topic, named_line=bool(problem.get("line"))))


FIRST_DIVISOR = Text(
    en=". What is the divisor in the very first step? t, for instance, counts that step already: it is 1 there, not 0.",
    zh="。走第一步时，除数是多少？例如 t 已经把这一步算在内：此时它是 1，而不是 0。",
)


def _of_exception(where: Text, name: str, message: str, topic: Topic, *, named_line: bool) -> Text:
    """Any other exception."""
    if name == "AttributeError" and f"no attribute '{topic.class_name}'" in message and not named_line:
        return Text(
            en=f"Your file defines no `{topic.class_name}`. Keep the name of the class as the skeleton has it.",
            zh=f"您的文件里没有定义 `{topic.class_name}`。请保留骨架代码中的类名。",
        )
    if name in {"SyntaxError", "IndentationError", "TabError"}:
        return where + Text(en=f": Python cannot read this ({message}).", zh=f"：Python 无法解析这一行（{message}）。")
    text = where + Text(en=f": {name}: {message}", zh=f"：{name}：{message}")
    return text + FIRST_DIVISOR if name == "ZeroDivisionError" else text


def _of_slip(kind: str, where: Text, entry: str, topic: Topic) -> Text:
    """An exception of Python's with a slip behind it that has a name."""
    if kind == "state-forgotten":
        return where + Text(
            en=": the state is None, because the `update` before returned None as its second value. Return the new"
            " state: the same entries as `init` made, after this step.",
            zh="：这里的状态是 None，因为上一次 `update` 返回的第二个值是 None。请返回新的状态：与 `init` 相同的各项，"
            "取走完这一步之后的值。",
        )
    if kind == "entry-forgotten":
        return where + Text(
            en=": the state has no `{entry}`. Does `init` make it, and does `update` return it with the others?",
            zh="：状态里没有 `{entry}` 这一项。`init` 里建立了它吗？`update` 返回的状态里带上它了吗？",
        ).format(entry=entry)
    return Text(
        en="Your `{name}` takes no `{entry}`. Keep the hyperparameters of the skeleton, with their names and defaults.",
        zh="您的 `{name}` 不接受 `{entry}`。请保留骨架代码中的超参数，名称和默认值都不要改。",
    ).format(name=topic.class_name, entry=entry)


def _of_result(kind: str, facts: list[Any]) -> Text:
    """`update` returned something else than a parameter and a state."""
    if kind == "not-a-pair":
        got, count = [*facts, None, None][:2]
        if got == "NoneType":
            return Text(
                en="`update` returned None. End it with `return new_param, new_state`.",
                zh="`update` 返回了 None。请以 `return new_param, new_state` 结尾。",
            )
        many = (
            Text(en=f"{count} values", zh=f"{count} 个值")
            if count is not None
            else Text(en=f"one {got}", zh=f"一个 {got}")
        )
        return Text(
            en="`update` returned {many}. It must return two: the new parameter and the new state.",
            zh="`update` 返回了{many}。它应当返回两个值：新的参数和新的状态。",
        ).format(many=many)
    if kind == "not-an-array":
        return Text(
            en="The new parameter that `update` returned is a {got}, not an array.",
            zh="`update` 返回的新参数是 {got}，不是数组。",
        ).format(got=facts[0])
    if kind == "shape":
        got, wanted = (tuple(each) for each in facts)
        return Text(
            en="The parameter has the shape {wanted}, but `update` returned the shape {got}.",
            zh="参数的形状是 {wanted}，但 `update` 返回的形状是 {got}。",
        ).format(wanted=wanted, got=got)
    if str(facts[0]).startswith("complex"):
        return Text(
            en="The parameter is float64, but `update` returned {got}: in Python, `** 0.5` of a negative number is"
            " complex. Under some root of yours stands a number below zero.",
            zh="参数是 float64，但 `update` 返回了 {got}：在 Python 里，负数的 `** 0.5` 是复数。您的某个根号下出现了负"
            "数。",
        ).format(got=facts[0])
    return Text(
        en="The parameter is float64, but `update` returned {got}. Compute in the precision that you are given.",
        zh="参数是 float64，但 `update` 返回了 {got}。请按给定的精度计算。",
    ).format(got=facts[0])


def _of_change(problem: dict[str, Any]) -> Text:
    """`param` or `grad` did not stay as it was."""
    what, step = problem.get("what"), problem.get("step")
    return Text(
        en=f"`{what}` of step {step} was changed in place. It belongs to the caller: write `x = x + …`, not `x += …`,"
        " and keep a copy in the state, not the array itself.",
        zh=f"第 {step} 步的 `{what}` 被原地修改了。它属于调用者：请写 `x = x + …` 而不是 `x += …`；存进状态的应是副"
        "本，而不是数组本身。",
    )


def of_difference(difference: Difference, case: Case) -> Text:
    """The first number that is not torch's."""
    element = f"[{', '.join(map(str, difference.index))}]" if difference.index else ""
    quantity = "param" if difference.quantity == "param" else f"state[{difference.quantity!r}]"
    expected, got = _apart(difference.expected, difference.got)
    facts = Text(
        en="Step {step}, parameter {parameter}: {quantity}{element} should be {expected}, but it is {got}.",
        zh="第 {step} 步，第 {parameter} 个参数：{quantity}{element} 应为 {expected}，实际为 {got}。",
    ).format(
        step=difference.step,
        parameter=difference.parameter,
        quantity=quantity,
        element=element,
        expected=expected,
        got=got,
    )
    if case.hyperparameters and not case.hidden:
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in case.hyperparameters.items())
        return facts + Text(en=" (with ", zh="（") + Text(en=shown, zh=shown) + Text(en=")", zh="）")
    return facts


def _apart(expected: float, got: float) -> tuple[str, str]:
    """Both numbers with as many digits as it takes to see that they differ, at least six."""
    for digits in range(6, 18):
        shown = f"{expected:.{digits}g}", f"{got:.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['rule']}({', '.join(f'{k}={v}' for k, v in value.items() if k != 'rule')})"
    return str(tuple(value)) if isinstance(value, list) else str(value)


def message(topic: Topic, status: Status, results: Sequence[CaseResult], reason: Text | None) -> Text:
    """The verdict in one or two sentences."""
    core = [result for result in results if not result.stretch]
    extra = [result for result in results if result.stretch]
    if status == "passed":
        text = Text(
            en="Right: your {name} takes the same steps as {reference}.",
            zh="正确：您的 {name} 与 {reference} 走出的每一步都相同。",
        ).format(name=topic.class_name, reference=topic.reference)
        if extra and not all(result.passed for result in extra):
            text += Text(en=" Stretch: {done} of {all}.", zh="选做：{all} 项中完成了 {done} 项。").format(
                done=sum(result.passed for result in extra), all=len(extra)
            )
        return text
    reason = reason or Text(en="No reason is known.", zh="原因不明。")
    if status == "not-implemented":
        return reason
    right = sum(result.passed for result in core)
    counted = Text(en="{right} of {all} cases are right. ", zh="{all} 个用例中有 {right} 个正确。").format(
        right=right, all=len(core)
    )
    return counted + reason
