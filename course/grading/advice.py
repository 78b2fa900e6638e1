"""What to do about an exception: Python says what happened, a line here says what to change.

Everything told about the learner's file is text from an untrusted process: it is matched and shown, nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from course.text import Text


@dataclass(frozen=True)
class Advice:
    """A kind of slip, recognised by the exception and by the line that raised it."""

    types: str
    """A pattern for the exception's class."""
    message: str
    """A pattern to find in its message."""
    text: Text
    """What to do; `{what}` is what the pattern's group found."""
    source: str = ""
    """A pattern to find in the line, where there must be one."""


ANY_SHAPE = Text(
    en="A parameter may have any shape, and also none: a single number, with no length and nothing to index."
    " Operators work on all elements at once, so no loop is needed.",
    zh="参数可以是任意形状，也可以没有形状，只是一个数（0 维），既没有长度也不能用下标。运算符一次作用于所有元素，"
    "不需要循环。",
)
ONE_NUMBER = Text(
    en="The functions of `math` take one number, not an array. Write `x ** 0.5` or `np.sqrt(x)`.",
    zh="`math` 里的函数只接受一个数，不接受数组。请写 `x ** 0.5` 或 `np.sqrt(x)`。",
)
NO_TERMINAL = Text(
    en="Nobody can type an answer while a rule runs. Take this line out and save.",
    zh="规则运行时没有人可以输入。请删去这一行再保存。",
)
DEBUGGER = Text(
    en="A debugger was started in the line before, and nobody can type while a rule runs. Take `breakpoint()` or"
    " `set_trace()` out and save.",
    zh="前一行启动了调试器，而规则运行时没有人可以输入。请删去 `breakpoint()` 或 `set_trace()` 再保存。",
)
FIELDS = Text(
    en="The hyperparameters have the names that they have in the skeleton, such as `self.lr`.",
    zh="超参数的名称要与骨架代码一致，例如 `self.lr`。",
)
SELF_FIRST = Text(
    en="The methods are `def init(self, param)` and `def update(self, param, grad, state)`, with `self` first.",
    zh="两个方法是 `def init(self, param)` 和 `def update(self, param, grad, state)`，第一个参数都是 `self`。",
)
NONE_HERE = Text(
    en="Something in this line is None. A function without `return` gives None: look where the value comes from.",
    zh="这一行里有一个值是 None。没有 `return` 的函数返回的就是 None，请看看这个值是从哪里来的。",
)
TORCHS = Text(
    en="`{what}` belongs to torch's tensors, and a rule is handed numpy arrays. Write it with operators: `x ** 0.5`,"
    " `abs(x)`, `0 * param`, `1 * param` for a copy.",
    zh="`{what}` 是 torch 张量才有的，而规则收到的是 numpy 数组。请改用运算符：`x ** 0.5`、`abs(x)`、`0 * param`，"
    "复制写成 `1 * param`。",
)
IN_A_NOTEBOOK = Text(
    en="Lines that begin with `%` or `!`, and `get_ipython`, work in notebooks only. Take the line out.",
    zh="以 `%` 或 `!` 开头的行，以及 `get_ipython`，只能在笔记本里用。请删去这一行。",
)
TABS = Text(
    en="Indent with four blanks at each level, never with tabs and blanks mixed.",
    zh="每一级缩进用四个空格，不要混用制表符和空格。",
)
BRACKETS = Text(
    en="Count the brackets in this line and in the one before: each that is opened is closed once.",
    zh="请数一数这一行和上一行的括号：每个打开的括号都要关闭一次。",
)
STANDS_ALONE = Text(
    en="The file of a rule stands alone. Copy what you need from the other file into this one.",
    zh="规则的文件要能单独运行。需要别的文件里的代码时，请复制到这个文件里。",
)

DIVISOR = Text(
    en="Which divisor in this line can be 0? t, for instance, counts the present step already: in the"
    " first one it is 1.",
    zh="这一行里哪个除数可能是 0？例如 t 已经把当前这一步算在内，走第一步时它是 1。",
)

TENSORS = (
    r"\w*[a-z]_|clone|detach|sqrt|square|pow|abs|norm|grad|data|device|to|cpu|numpy|add|mul|sub|div|lerp|numel"
    "|unsqueeze|float|double|zeros_like|new_zeros"
)
"""Attributes that a tensor has and an array has not."""

TABLE = (
    # The text itself
    Advice(
        "SyntaxError", "", Text(
            en="Two versions of the file were merged and both are in it. Keep one, and take out the lines with"
            " `<<<<<<<`, `=======` and `>>>>>>>`.",
            zh="这个文件里有两个合并时冲突的版本。请保留一个，并删去带 `<<<<<<<`、`=======`、`>>>>>>>` 的行。",
        ), source=r"^(<{7}|={7}|>{7})",
    ),
    Advice("SyntaxError", "", IN_A_NOTEBOOK, source=r"^(%|!|\?)"),
    Advice("TabError|IndentationError", "tab|unindent|unexpected indent", TABS),
    Advice("SyntaxError", "expected ':'", Text(
        en="A line that begins with `def`, `class`, `if`, `else`, `for` or `while` ends with a colon `:`.",
        zh="以 `def`、`class`、`if`、`else`、`for`、`while` 开头的行要以冒号 `:` 结尾。",
    )),
    Advice("SyntaxError", "unterminated|EOL while scanning", Text(
        en="A text begins and ends with the same quotation mark, in one line.",
        zh="字符串的首尾要用相同的引号，并且写在同一行里。",
    )),
    Advice("SyntaxError", "instead of '='|cannot assign to", Text(
        en="One `=` gives a name a value; `==` compares.",
        zh="一个 `=` 是赋值，比较要用 `==`。",
    )),
    Advice("SyntaxError", "forgot a comma", Text(
        en="Something is missing between two values here: a comma, or an operator such as `*`.",
        zh="两个值之间少了点什么：逗号，或者 `*` 之类的运算符。",
    )),
    Advice("SyntaxError", "never closed|unmatched|does not match|unexpected EOF", BRACKETS),
    # Shapes and loops
    Advice("IndexError", "tuple index out of range", ANY_SHAPE, source=r"shape"),
    Advice("IndexError", "too many indices|invalid index to scalar|index .* is out of bounds", ANY_SHAPE),
    Advice("TypeError", r"len\(\) of unsized|iteration over a 0-d|numpy\.float\d+' object (?:is not|has no|does not)",
           ANY_SHAPE),
    Advice("TypeError", r"'float' object (?:is not (?:subscriptable|iterable)|has no len|does not support item)",
           ANY_SHAPE),
    Advice("ValueError", "setting an array element with a sequence|inhomogeneous", ANY_SHAPE),
    Advice(
        "ValueError", "truth value of an array", Text(
            en="`if`, `and`, `or`, `max` and `min` ask for one yes or no, and an array gives one for each element."
            " Compare and multiply, `x * (x > 0)`, or use `np.where` and `np.maximum`.",
            zh="`if`、`and`、`or`、`max`、`min` 只要一个真假值，而数组的每个元素都有一个。请先比较再相乘，写成"
            " `x * (x > 0)`，或者用 `np.where`、`np.maximum`。",
        ),
    ),
    Advice("TypeError", "converted to Python scalars?|size-1 arrays|length-1 arrays|0-dimensional arrays", ONE_NUMBER),
    Advice(
        "ValueError", "could not be broadcast|broadcast", Text(
            en="Arrays of different shapes meet here, most often those of two parameters. Each parameter has a state of"
            " its own: make its arrays from `param`, as in `0 * param`, and keep them in the state, not in `self`.",
            zh="这里的数组形状不同，多半来自两个不同的参数。每个参数都有自己的状态，请由 `param` 建立其中的数组，例如"
            " `0 * param`，并且存进状态，不要存进 `self`。",
        ),
    ),
    Advice(
        "UFuncTypeError|.*CastingError|TypeError", r"Cannot cast ufunc .* to dtype\('u?int", Text(
            en="This array holds whole numbers, and a fraction does not fit in. Make it with `0 * param` or"
            " `np.zeros_like(param)`, without `dtype=int`.",
            zh="这个数组只能存整数，放不下小数。请用 `0 * param` 或 `np.zeros_like(param)` 建立它，不要写"
            " `dtype=int`。",
        ),
    ),
    # Names
    Advice("NameError", r"name '(np|numpy)' is not defined", Text(
        en="Write `import numpy as np` at the top of the file, or use operators: `x ** 0.5`, `0 * param`.",
        zh="请在文件开头写 `import numpy as np`，或者改用运算符：`x ** 0.5`、`0 * param`。",
    )),
    Advice("NameError", r"name '(math|copy|dataclass|field|Any)' is not defined", Text(
        en="`{what}` has to be imported at the top of the file.",
        zh="`{what}` 要在文件开头导入。",
    )),
    Advice("NameError", r"name '(torch|tf|jax|jnp)' is not defined", Text(
        en="A rule is handed numpy arrays. Write it with operators instead of `{what}`.",
        zh="规则收到的是 numpy 数组。请不要用 `{what}`，改用运算符。",
    )),
    Advice("NameError", r"name '(self)' is not defined", SELF_FIRST),
    Advice("NameError", r"name '(get_ipython|display)' is not defined", IN_A_NOTEBOOK),
    Advice("UnboundLocalError", r"variable '(\w+)'", Text(
        en="`{what}` gets its value on another way through the function, not on this one. Give it one before.",
        zh="`{what}` 只在另一条分支里被赋值，这条分支里还没有值。请在前面先给它赋值。",
    )),
    Advice("AttributeError", r"module 'numpy' has no attribute '(float|int|bool|object|complex)'", Text(
        en="numpy has no `np.{what}` any more. Write `{what}`.",
        zh="numpy 已经没有 `np.{what}` 了。请直接写 `{what}`。",
    )),
    Advice("AttributeError", r"numpy\.\w+' object has no attribute 'append'", Text(
        en="An array does not grow. Append to a list, or compute a new array.",
        zh="数组不能追加元素。请用列表的 `append`，或者算出一个新的数组。",
    )),
    Advice("AttributeError", rf"numpy\.\w+' object has no attribute '({TENSORS})'", TORCHS),
    Advice("AttributeError", r"'(?:list|tuple|dict|NoneType)' object has no attribute '(shape|dtype|copy|size)'", Text(
        en="An array is needed here. Compute with operators on `param` and `grad`; they are arrays already.",
        zh="这里需要数组。请直接对 `param` 和 `grad` 用运算符，它们本来就是数组。",
    )),
    # Calls
    Advice("TypeError", r"\b(init|update)\(\) takes \d+ positional arguments? but \d+ (?:was|were) given", SELF_FIRST),
    Advice("TypeError", r"\b(init|update)\(\) missing \d+ required positional", SELF_FIRST),
    Advice("AttributeError", r"has no attribute '(init|update)'", Text(
        en="A rule has both methods, `init` and `update`, indented under its class.",
        zh="规则要有 `init` 和 `update` 两个方法，都要缩进在类的里面。",
    )),
    Advice("TypeError", r"(\w+)\(\) takes no arguments", Text(
        en="The class does not take its hyperparameters. Keep `@dataclass` above it and the fields with their"
        " defaults, as in the skeleton.",
        zh="这个类不接受超参数。请保留类上方的 `@dataclass` 和各个带默认值的字段，与骨架代码一致。",
    )),
    Advice("TypeError", r"can't multiply sequence|unsupported operand .*'(?:list|tuple|dict)'", Text(
        en="A list, a tuple or a dict does not compute as an array does. Take its entry first, for instance"
        ' `self.betas[0]` or `state["step"]`.',
        zh='列表、元组和字典不能像数组那样计算。请先取出其中的一项，例如 `self.betas[0]` 或 `state["step"]`。',
    )),
    Advice("TypeError", r"unsupported operand .*NoneType|'NoneType' object|non-iterable NoneType", NONE_HERE),
    Advice("AttributeError", r"'NoneType' object", NONE_HERE),
    Advice("ImportError|ModuleNotFoundError", "relative import", STANDS_ALONE),
    Advice("RecursionError", "", Text(
        en="A method calls itself without end, often under a name that was meant for another.",
        zh="有一个方法在不停地调用自己，常见的原因是误用了别的方法的名字。",
    )),
    Advice("EOFError", "EOF when reading", NO_TERMINAL),
    Advice("BdbQuit", "", DEBUGGER),
    Advice("RuntimeError", "lost sys.stdin|input\\(\\)", NO_TERMINAL),
    Advice("SystemExit", "", Text(
        en="A rule must not end the program: take the call of `exit` out.",
        zh="规则不可以结束程序，请删去对 `exit` 的调用。",
    )),
    Advice("ZeroDivisionError", "", DIVISOR),
)  # fmt: skip

MEANT = Text(en="Did you mean `{meant}`?", zh="您要写的是 `{meant}` 吗？")
HALF_WIDTH = Text(
    en="`{wide}` looks like `{narrow}` and is another character, most often from a Chinese input method. Switch to"
    " English input and retype it: `{narrow}`.",
    zh="`{wide}` 不是 `{narrow}`，多半是中文输入法打出的全角字符。请切换到英文输入，改成半角的 `{narrow}`。",
)
INVISIBLE = Text(
    en="There is a blank in this line that is none for Python ({code}). Delete the blanks and type them anew.",
    zh="这一行里有一个 Python 不认的空白字符（{code}）。请删掉这些空格，重新输入。",
)
OTHER_CHARACTER = Text(
    en="Python's own signs are all on the plain keyboard: delete `{wide}` and type the sign that is meant.",
    zh="Python 的符号都可以直接用英文键盘输入。请删去 `{wide}`，换成要写的符号。",
)

NARROW = {
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u300c": '"', "\u300d": '"', "\u2018": "'", "\u2019": "'",
    "\u3001": ",", "\u3002": ".", "\u3010": "[", "\u3011": "]", "\u300a": "<", "\u300b": ">", "\u2264": "<=",
    "\u2265": ">=", "\u2260": "!=", "\u00d7": "*", "\u00b7": "*", "\u00f7": "/", "\u2212": "-", "\u2013": "-",
    "\u2014": "-", "\u00b2": "**2", "\u00b3": "**3",
}  # fmt: skip
"""What stands for a character on a plain keyboard, where Unicode itself does not say."""


def advice(kind: str, message: str, source: str, meant: str) -> Text | None:
    """Say what to do about an exception, if that is known.

    Args:
        kind: the name of its class.
        message: what it says.
        source: the learner's line, or nothing.
        meant: a name that is nearly the one that was not found, or nothing.

    """
    character = re.search(r"^invalid (?:non-printable )?character .*U\+([0-9A-F]{4,5})", message)
    if kind == "SyntaxError" and character:
        return _character(chr(int(character[1], 16)), f"U+{character[1]}")
    for each in TABLE:
        found = re.search(each.message, message)
        if found and re.fullmatch(each.types, kind) and (not each.source or re.search(each.source, source)):
            return each.text.format(what=found[1]) if found.groups() else each.text
    if kind == "AttributeError" and not meant and "self." in source and re.match(r"'\w+' object has no", message):
        return FIELDS
    return MEANT.format(meant=meant) if re.fullmatch(r"[\w.]{1,80}", meant) else None


def _character(wide: str, code: str) -> Text:
    """What to type in the place of a character that is none of Python's."""
    if unicodedata.category(wide) in {"Zs", "Cf", "Cc", "Zl", "Zp"}:
        return INVISIBLE.format(code=code)
    narrow = NARROW.get(wide) or unicodedata.normalize("NFKC", wide)
    if narrow.isascii() and narrow.isprintable() and narrow != wide:
        return HALF_WIDTH.format(wide=wide, narrow=narrow)
    return OTHER_CHARACTER.format(wide=wide)
