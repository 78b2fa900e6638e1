"""Slips that Python answers with an exception: each gets a sentence that says what to do, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.grading import reasons
from course.grading.worker import errors
from course.lab.guard import quiet
from course.lab.rules import RuleError, learner
from course.rule import Run, load
from course.topic import Topic
from tests.grading import trial

if TYPE_CHECKING:
    from pathlib import Path

    from course.text import Text

TOPIC = Topic.load("momentum")
SOLUTION = TOPIC.solution.read_text("utf-8")
FIRST = '        buf = state["momentum_buffer"]'
RETURN = "return param - self.lr * buf"


def first(code: str) -> str:
    """The solution, and this as the first thing of `update` that reads the state."""
    assert FIRST in SOLUTION
    return f"import math\nimport numpy as np\n{SOLUTION.replace(FIRST, f'        {code}{chr(10)}{FIRST}')}"


def edited(old: str, new: str) -> str:
    """The solution with an edit."""
    assert old in SOLUTION
    return SOLUTION.replace(old, new)


SLIPS: dict[str, tuple[str, str, str]] = {
    # a parameter of no shape
    "shape[0]": (first("[grad[i] for i in range(param.shape[0])]"), "no loop is needed", "不需要循环"),
    "len": (first("[grad[i] for i in range(len(param))]"), "may have any shape", "任意形状"),
    "an index": (first("param[0]"), "nothing to index", "不能用下标"),
    "an index of a scalar": (first("np.float64(param.sum())[0]"), "may have any shape", "任意形状"),
    "a loop over it": (first("[x for x in param]"), "may have any shape", "任意形状"),
    "a loop over rows": (first("param.ravel()[[i for i in range(9)]]"), "may have any shape", "任意形状"),
    "an assignment to a scalar": (first("np.float64(1.0)[0] = 1"), "may have any shape", "任意形状"),
    "a sequence in an element": (first("z = np.zeros(3); z[0] = [1, 2]"), "no loop is needed", "不需要循环"),
    # one yes or no
    "if": (first("if grad > 0: pass"), "one yes or no", "真假值"),
    "max": (first("max(grad, 0)"), "np.maximum", "np.maximum"),
    "and": (first("grad > 0 and grad < 1"), "one yes or no", "真假值"),
    "math": (first("math.sqrt(grad**2)"), "`x ** 0.5`", "`x ** 0.5`"),
    # names
    "np": (edited(FIRST, f"        np.zeros_like(param)\n{FIRST}"), "`import numpy as np`", "`import numpy as np`"),
    "torch": (first("torch.zeros_like(param)"), "instead of `torch`", "不要用 `torch`"),
    "math not imported": (edited(FIRST, f"        math.pi\n{FIRST}"), "`math` has to be imported", "要在文件开头导入"),
    "lr without self": (edited("self.lr * buf", "lr * buf"), "`self.lr`", "`self.lr`"),
    "a misspelt field": (edited("self.lr * buf", "self.lrr * buf"), "Did you mean `lr`?", "你要写的是 `lr` 吗？"),
    "another field": (edited("self.lr * buf", "self.learning_rate * buf"), "names that they have", "与骨架代码一致"),
    "a misspelt name": (edited("return param -", "return parm -"), "Did you mean `param`?", "你要写的是 `param` 吗？"),
    "a misspelt function": (first("np.squrt(grad)"), "Did you mean `sqrt`?", "你要写的是 `sqrt` 吗？"),
    "np.float": (first("np.float(1)"), "Write `float`", "请直接写 `float`"),
    "np.int": (first("np.zeros(3, dtype=np.int)"), "Write `int`", "请直接写 `int`"),
    "append": (first("param.append(1)"), "does not grow", "不能追加"),
    "clone": (first("param.clone()"), "`clone` belongs to torch", "`clone` 是 torch"),
    "add_": (first("param.add_(1)"), "`add_` belongs to torch", "`add_` 是 torch"),
    "shape of a list": (first("[1.0].shape"), "An array is needed", "需要数组"),
    "another branch": (first("if False: z = 1\n        print(z)"), "`z` gets its value", "`z` 只在另一条分支"),
    "self forgotten": (edited("update(self, param", "update(param"), "with `self` first", "第一个参数都是 `self`"),
    "state forgotten": (edited("grad, state)", "grad)"), "param, grad, state", "param, grad, state"),
    "one argument more": (edited("grad, state)", "grad, state, t)"), "param, grad, state", "param, grad, state"),
    "no update": (edited("def update(", "def step("), "both methods", "两个方法"),
    "no dataclass": (edited("@dataclass\n", ""), "`@dataclass`", "`@dataclass`"),
    # values
    "None in a product": (first("None * param"), "is None", "是 None"),
    "None with an index": (first("None[0]"), "is None", "是 None"),
    "a list in a product": (first("[1, 2] * 0.5"), "Take its entry first", "请先取出其中的一项"),
    "a dict in a sum": (first("param + {}"), "Take its entry first", "请先取出其中的一项"),
    "whole numbers": (first("z = np.zeros(param.shape, int); z += grad"), "whole numbers", "只能存整数"),
    "another shape": (first("param + np.zeros(7)"), "different shapes", "形状不同"),
    "recursion": (first("return self.update(param, grad, state)"), "calls itself", "不停地调用自己"),
    "division by zero": (first("1 / 0"), "Which divisor", "哪个除数"),
    # what belongs elsewhere
    "input": (first("input('?')"), "Nobody can type", "没有人可以输入"),
    "breakpoint": (first("breakpoint()"), "type", "没有人可以输入"),
    "set_trace": (first("import pdb; pdb.set_trace()"), "`set_trace()` out", "`set_trace()`"),
    "exit": (first("exit()"), "must not end the program", "不可以结束程序"),
    "get_ipython": (first("get_ipython()"), "in notebooks only", "只能在笔记本里用"),
    "magic": (f"%matplotlib inline\n{SOLUTION}", "in notebooks only", "只能在笔记本里用"),
    "a shell": (f"!pip install numpy\n{SOLUTION}", "in notebooks only", "只能在笔记本里用"),
    "a neighbour": (f"from .adam import Adam\n{SOLUTION}", "runs by itself", "单独运行"),
    "a merge": (f"<<<<<<< HEAD\n{SOLUTION}", "were merged", "合并"),
    # the text
    "a tab": (first("\tx = 1"), "four blanks", "四个空格"),
    "an indent": (edited(FIRST, FIRST[1:]), "four blanks", "四个空格"),
    "a bracket open": (edited(RETURN, RETURN.replace("param", "(param")), "Count the brackets", "数一数"),
    "a bracket closed": (edited("return param", "return param)"), "Count the brackets", "数一数"),
    "a colon forgotten": (edited("grad, state):", "grad, state)"), "ends with a colon", "以冒号"),
    "a quotation mark": (edited('state["momentum_buffer"]', 'state["momentum_buffer]'), "quotation mark", "引号"),
    "= in a comparison": (first("if self.lr = 1: pass"), "`==` compares", "比较要用 `==`"),
    "comma": (edited("self, param,", "self， param,"), "retype it: `,`", "改成半角的 `,`"),
    "colon": (edited("grad, state):", "grad, state)："), "retype it: `:`", "改成半角的 `:`"),
    "brackets": (edited("self.lr * grad", "（self.lr * grad）"), "retype it: `(`", "改成半角的 `(`"),
    "quotes": (edited('state["momentum_buffer"]', "state[“momentum_buffer”]"), 'retype it: `"`', '改成半角的 `"`'),
    "quotes, single": (edited('state["momentum_buffer"]', "state[‘buf’]"), "retype it: `'`", "改成半角的 `'`"),
    "semicolon": (edited(RETURN, f"x = 1； {RETURN}"), "retype it: `;`", "改成半角的 `;`"),
    "square brackets": (first("【1】"), "retype it: `[`", "改成半角的 `[`"),
    "plus": (first("x = 1 ＋ 1"), "retype it: `+`", "改成半角的 `+`"),
    "times": (first("x = 2 × 3"), "retype it: `*`", "改成半角的 `*`"),
    "a wide blank": (first("x\u3000= 1"), "U+3000", "U+3000"),
    "a blank that does not break": (first("x\u00a0= 1"), "U+00A0", "U+00A0"),
    "a picture": (first("x = 1 😀"), "English keyboard", "英文键盘"),
    # other classes
    "another topic's": (Topic.load("adam").solution.read_text("utf-8"), "the class of adam.py", "那是 adam.py 的类"),
    "another name": (edited("class Momentum", "class SGDMomentum"), "defines `SGDMomentum`", "定义了 `SGDMomentum`"),
    "no class": ("# only a remark\n", "no class at all", "也没有别的类"),
}  # fmt: skip
"""What is done → the file, and a few words of each sentence."""


def told(file: Path) -> Text | None:
    """What the judge says of whatever a rule raises on arrays of three shapes, or nothing."""
    try:
        with quiet():
            run = Run(load(file, TOPIC.class_name)(lr=0.1), [np.ones(3), np.array(1.0), np.ones((2, 2))])
            for _ in range(2):
                run.step([np.ones(3), np.array(1.0), np.ones((2, 2))])
    except BaseException as error:  # noqa: BLE001 - as in the worker
        return reasons.of_problem(errors.explain(error, file), TOPIC).text
    return None


@pytest.mark.parametrize("what", SLIPS)
def test_a_slip_is_told_what_to_do(what: str, tmp_path: Path) -> None:
    source, english, chinese = SLIPS[what]
    file = tmp_path / "momentum.py"
    file.write_text(source, "utf-8")
    text = told(file)
    assert text is not None
    assert english in text.en
    assert chinese in text.zh
    assert "momentum.py" in text.en
    assert "momentum.py" in text.zh


@pytest.mark.parametrize("what", ["shape[0]", "a misspelt field", "comma", "another topic's", "no class"])
def test_judge_and_lesson_say_the_same(what: str, tmp_path: Path) -> None:
    source, english, chinese = SLIPS[what]
    verdict = trial.judged("momentum", source)
    assert verdict.status == "error"
    assert english in verdict.message.en
    assert chinese in verdict.message.zh
    (tmp_path / "momentum.py").write_text(source, "utf-8")
    mine = learner("momentum", tmp_path)
    try:
        run = Run(mine(lr=0.1), [np.array(1.0)])
        run.step([np.array(1.0)])
    except RuleError as error:
        text = error.text
    except Exception as error:  # noqa: BLE001 - whatever it raises
        text = mine.explain(error)
    assert text.en in verdict.message.en
    assert text.zh in verdict.message.zh


RIGHT = {
    "its own shapes": first("param.shape[0] if param.ndim else None"),
    "a comparison of numbers": first("max(1, 2) if self.lr > 0 else 0"),
    "characters in texts": first("x = '，：“”（）'"),
    "names in Chinese": first("学习率 = self.lr"),
    "math on numbers": first("math.sqrt(2)"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_what_is_right_is_told_nothing(what: str, tmp_path: Path) -> None:
    file = tmp_path / "momentum.py"
    file.write_text(RIGHT[what], "utf-8")
    assert told(file) is None


def test_an_exception_that_nobody_knows_is_shown_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "momentum.py"
    file.write_text(first("raise LookupError('one', 2)"), "utf-8")
    text = told(file)
    assert text is not None
    assert text.en.endswith(": `LookupError: ('one', 2)`")
    assert text.zh.endswith("：`LookupError: ('one', 2)`")


def test_what_a_file_says_of_itself_is_no_instruction() -> None:
    """Facts come from the learner's process: braces, patterns and names that are none are shown or dropped."""
    told = reasons.of_problem({"kind": "exception", "type": "NameError", "message": "{x}", "meant": "a b {0}"}, TOPIC)
    assert told.text.en == "In momentum.py: `NameError: {x}`"
    told = reasons.of_problem({"kind": "no-class", "facts": ["<b>", "{0}", "Adam"]}, TOPIC)
    assert "<b>" not in told.text.en
    assert "`Adam`" in told.text.en
    assert reasons.of_problem({"kind": "no-class", "facts": 3}, TOPIC).status == "rejected"
