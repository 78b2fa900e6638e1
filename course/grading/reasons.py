"""Every sentence the judge says, in both languages."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading import folder
from course.grading.advice import advice
from course.text import Text, quoted
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.sandbox import Limits, Outcome
    from course.grading.verdict import CaseResult, Difference, Status
    from course.topic import Topic


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


TOO_MUCH = Text(
    en="Your file filled its folder, which has room for {room} MiB and {most:,} files. A rule needs to write none.",
    zh="您的代码写满了它的文件夹（上限为 {room} MiB 和 {most} 个文件）。更新规则不需要写任何文件。",
).format(room=folder.ROOM // 2**20, most=folder.MOST)


HIDDEN_WRONG = Reason(
    "wrong",
    Text(
        en="Not right here, or not answered. The numbers of this case are not shown, so that it can be used again.",
        zh="这一项不正确，或者没有算出结果。为了以后还能使用，这个用例的数据不公开。",
    ),
)
"""All that is ever said of a hidden case, whatever the file did in it: a text of the file's would carry its numbers."""

ONLY_HIDDEN = Text(
    en="Your rule is right on every number that `check` shows, and not on other numbers of the same kind. A case counts"
    " only if both are right. Look for something in your file that holds only for the numbers you have seen.",
    zh="在 `check` 显示的数上全都正确，换成同类的另一组数就不对了，而两组都正确才计分。请检查代码里有没有只对见过的数才"
    "成立的地方。",
)
ONLY_FRESH = Text(
    en="Your rule is right on the numbers that everybody can see, and not on fresh ones of the same kind. {reason} Look"
    " for something in your file that holds only for the numbers it has seen. To draw the same fresh numbers again:"
    " `course check {stem} --fresh {seed}`.",
    zh="在公开的数上全都正确，换成新抽的同类的数就不对了。{reason}请检查代码里有没有只对见过的数才成立的地方。要再次抽到"
    "同样的数，请运行 `course check {stem} --fresh {seed}`。",
)
TWIN_HIDDEN = Text(
    en="Right on these numbers, and not on other numbers of the same kind. Both count together, so this earns nothing.",
    zh="在这一组数上正确，换成同类的另一组数就不对了。两组数一起计分，所以这里不得分。",
)
TWIN_FRESH = Text(
    en="Right on these numbers, and not on fresh ones of the same kind (seed {seed}), so it does not count. {reason}",
    zh="在这一组数上正确，换成新抽的同类的数（种子 {seed}）就不对了，所以不计分。{reason}",
)
TWIN_VISIBLE = Text(
    en="Right on these numbers, and not on those that everybody can see. Both count together, so this earns nothing.",
    zh="在这一组数上正确，在公开的那一组上不正确。两组数一起计分，所以这里不得分。",
)


def of_twin(case: Case, other: Case, reason: Text | None, seed: str) -> Text:
    """A case that is right and does not count, because the other one by its recipe is wrong."""
    if case.hidden:
        return TWIN_VISIBLE
    return TWIN_FRESH.format(reason=reason or Text(en="", zh=""), seed=seed) if other.fresh else TWIN_HIDDEN


def not_run(blamed: Case) -> Text:
    """A case after the one that used up the time."""
    return Text(
        en="Not run: an earlier case used up the time ({title}).",
        zh="未运行：前面的用例（{title}）用完了时间。",
    ).format(title=blamed.title)


def of_end(outcome: Outcome, limits: Limits) -> Reason:  # noqa: PLR0911 - one an end
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
    if outcome.end == "files":
        return Reason("limit", TOO_MUCH)
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


def _where(problem: dict[str, Any], topic: Topic) -> Text:
    """The learner's own line, if it is known."""
    line, source = problem.get("line"), problem.get("source")
    file = f"{topic.stem}.py"
    if not line:
        return Text(en=f"In {file}", zh=f"{file} 中")
    if not source:
        return Text(en=f"In line {line} of {file}", zh=f"{file} 第 {line} 行")
    code = quoted(str(source))
    return Text(en=f"In line {line} of {file}, {code}", zh=f"{file} 第 {line} 行 {code}")


def of_problem(problem: dict[str, Any], topic: Topic) -> Reason:
    """What stopped the learner's file, told by the worker as plain facts; facts that make no sense are refused."""
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
            Text(
                en="Not implemented yet: write the lines at the TODO in {stem}.py.",
                zh="尚未实现：请在 {stem}.py 的 TODO 处写出代码。",
            ).format(stem=topic.stem),
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
            where + Text(en=": a rule may start no process and no thread.", zh="：更新规则不可以启动进程或线程。"),
        )
    if kind == "access":
        return Reason(
            "rejected",
            where
            + Text(
                en=f": a rule only computes; it needs no files, connections or other programs ({quoted(message)}).",
                zh=f"：更新规则只负责计算，不需要文件、网络连接或别的程序（{quoted(message)}）。",
            ),
        )
    if kind == "import":
        return Reason(
            "rejected",
            where
            + Text(
                en=f": {quoted(message)} cannot be imported here. A rule needs numpy and the standard library alone.",
                zh=f"：这里不能导入 {quoted(message)}。更新规则只需要 numpy 和标准库。",
            )
            + _of_import(message),
        )
    if kind in {"state-forgotten", "entry-forgotten", "hyperparameter-unknown"}:
        return Reason("error", _of_slip(kind, where, str((problem.get("facts") or [""])[0]), topic))
    return Reason("error", _of_exception(where, problem))


TO_IMPORT = {
    "torch": Text(en=" It is handed numpy arrays: use operators.", zh="它收到的是 numpy 数组，请用运算符来写。"),
    "course": Text(
        en=" Copy what you need from the other file into this one.", zh="需要别的文件里的代码时，请复制到这个文件里。"
    ),
    "": Text(en=" Take the import out.", zh="请删去这个导入语句。"),
}


def _of_import(module: str) -> Text:
    """What to do instead of importing this."""
    return TO_IMPORT.get(module.partition(".")[0], TO_IMPORT[""])


def _of_classes(found: list[str], topic: Topic) -> Text:
    """The class is not there; these are."""
    names = [name for name in found if name.isidentifier()][:5]
    called = {each.class_name: each for each in topics()}
    wanted, file = topic.class_name, f"{topic.stem}.py"
    other = next((called[name] for name in names if name in called), None)
    if other:
        return Text(
            en="{file} defines `{found}`, the class of {other}.py, and no `{wanted}`. Was it saved under the wrong"
            " name?",
            zh="{file} 里定义的是 `{found}`，那是 {other}.py 的类，没有 `{wanted}`。是不是存错了文件名？",
        ).format(file=file, found=other.class_name, other=other.stem, wanted=wanted)
    if names:
        return Text(
            en="{file} defines {found}, and no `{wanted}`. Keep the name of the class as the skeleton has it.",
            zh="{file} 里定义了 {found}，没有 `{wanted}`。请保留骨架代码中的类名。",
        ).format(
            file=file,
            found=Text(en=", ".join(f"`{name}`" for name in names), zh="、".join(f"`{name}`" for name in names)),
            wanted=wanted,
        )
    return Text(
        en="{file} defines no `{wanted}`, and no class at all. `course reset {stem}` brings the skeleton back.",
        zh="{file} 里没有定义 `{wanted}`，也没有别的类。运行 `course reset {stem}` 可以恢复骨架代码。",
    ).format(file=file, wanted=wanted, stem=topic.stem)


def _of_exception(where: Text, problem: dict[str, Any]) -> Text:
    """Any other exception: what Python says, and what to do about it where that is known."""
    name, message = str(problem.get("type", "")), str(problem.get("message", ""))
    more = advice(name, message, str(problem.get("source") or ""), str(problem.get("meant") or ""))
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


def of_result(kind: str, *facts: Any) -> Text:
    """`update` returned something else than a parameter and a state.

    Args:
        kind: `not-a-pair`, `not-an-array`, `shape` or `dtype`.
        facts: what was returned, as `course.rule.BadResultError` carries it; for `dtype` perhaps what was wanted too.

    """
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
            else Text(en=f"one {_called(got)}", zh=f"一个 {_called(got)}")
        )
        return Text(
            en="`update` returned {many}. It must return two: the new parameter and the new state.",
            zh="`update` 返回了{many}。它应当返回两个值：新的参数和新的状态。",
        ).format(many=many)
    if kind == "not-an-array":
        return Text(
            en="The new parameter that `update` returned is a {got}, not an array.",
            zh="`update` 返回的新参数是 {got}，不是数组。",
        ).format(got=_called(facts[0]))
    if kind == "shape":
        returned, given = (tuple(int(length) for length in each) for each in facts)
        return Text(
            en="The parameter has the shape {wanted}, but `update` returned the shape {got}.",
            zh="参数的形状是 {wanted}，但 `update` 返回的形状是 {got}。",
        ).format(wanted=given, got=returned)
    got, wanted = (_called(each) for each in [*facts, "float64"][:2])
    if got.startswith("complex"):
        return Text(
            en="The parameter is {wanted}, but `update` returned {got}: in Python, `** 0.5` of a negative number is"
            " complex. Is there a number below zero under some root of yours?",
            zh="参数是 {wanted}，但 `update` 返回了 {got}：在 Python 里，负数的 `** 0.5` 是复数。您的某个根号下是不是出"
            "现了负数？",
        ).format(wanted=wanted, got=got)
    return Text(
        en="The parameter is {wanted}, but `update` returned {got}. Compute in the precision that you are given.",
        zh="参数是 {wanted}，但 `update` 返回了 {got}。请按给定的精度计算。",
    ).format(wanted=wanted, got=got)


def _called(name: Any) -> str:
    """The name of a type: a word of its own, or else a quotation, since a file may call its types anything."""
    return str(name) if re.fullmatch(r"[a-zA-Z_][\w.]{0,60}", str(name), re.ASCII) else quoted(str(name))


def _of_change(problem: dict[str, Any]) -> Text:
    """`param` or `grad` did not stay as it was."""
    what, step = problem.get("what"), problem.get("step")
    return Text(
        en=f"`{what}` of step {step} was changed in place. It belongs to the caller: write `x = x + …`, not `x += …`,"
        " and keep a copy in the state, not the array itself.",
        zh=f"第 {step} 步的 `{what}` 被原地修改了。它属于调用者：请写 `x = x + …` 而不是 `x += …`；存进状态的应是副"
        "本，而不是数组本身。",
    )


OF_PARAM = Text(
    en="Step {step}, parameter {parameter}: {quantity}{element} should be {expected}, but it is {got}.",
    zh="第 {step} 步，第 {parameter} 个参数：{quantity}{element} 应为 {expected}，实际为 {got}。",
)
OF_ENTRY = Text(
    en="Step {step}, parameter {parameter}: {quantity}{element} is {expected} in torch, but {got} in yours.",
    zh="第 {step} 步，第 {parameter} 个参数：{quantity}{element} 在 torch 里是 {expected}，在您这里是 {got}。",
)


def of_difference(difference: Difference, case: Case) -> Text:
    """The first number that is not torch's."""
    element = f"[{', '.join(map(str, difference.index))}]" if difference.index else ""
    quantity = "param" if difference.quantity == "param" else f"state[{difference.quantity!r}]"
    expected, got = _apart(difference.expected, difference.got)
    facts = (OF_PARAM if quantity == "param" else OF_ENTRY).format(
        step=difference.step,
        parameter=difference.parameter,
        quantity=quantity,
        element=element,
        expected=expected,
        got=got,
    )
    if case.hyperparameters:
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
    core = [result for result in results if not result.stretch and not result.fresh]
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
