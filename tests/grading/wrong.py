"""Wrong rules: every one of them must lose points. `rules("adam")` gives them by what is wrong.

Each is the solution with one thing changed: a line of it, by an edit of the catalogue's or by one of its own
(`tests/topics/STEM/wrong.txt`), or the class wrapped (the tables here), which is how the same wrong turn is taken in
every topic. The rules that are right on easy
input alone matter most: they are what a grader with too few cases lets through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from course.grading.mistakes import catalogue
from course.topic import Topic
from tests import topics as corpora

if TYPE_CHECKING:
    from pathlib import Path

GRADIENTS = {
    "large gradients clipped": "np.clip(grad, -1e5, 1e5)",
    "gradients clipped at 10": "np.clip(grad, -10.0, 10.0)",
    "gradients clipped by their norm": "grad * min(1.0, 1e4 / (np.linalg.norm(grad) + 1e-300))",
    "tiny gradients dropped": "np.where(abs(grad) < 1e-6, 0.0, grad)",
    "very tiny gradients dropped": "np.where(abs(grad) < 1e-8, 0.0, grad)",
    "gradients dropped that are tiny as a whole": "grad * (np.linalg.norm(grad) > 1e-6)",
    "something small added to the gradient": "grad + 1e-12",
    "zeros in the gradient replaced": "np.where(grad == 0, 1e-3, grad)",
    "no gradient where the parameter is zero": "grad * (param != 0)",
    "gradient's sign only": "np.sign(grad)",
    "gradient's size only": "abs(grad)",
    "uphill": "-grad",
    "one gradient for the whole array": "grad.mean() + 0 * grad",
    "gradient normalised": "grad / (np.linalg.norm(grad) + 1e-12)",
    "gradient centred": "grad - grad.mean()",
    "matrices transposed": "grad.T if grad.ndim == 2 else grad",
    "vectors alone, else the first element's": "grad if grad.ndim == 1 else 0 * grad + grad.flat[0]",
    "0-d left out": "grad if grad.ndim else 0 * grad",
    "three dimensions taken for two": "grad if grad.ndim < 3 else grad.sum(axis=1, keepdims=True) + 0 * grad",
    "gradient in float32": "grad.astype(np.float32)",
    "gradient rounded": "np.round(grad, 8)",
}
"""What is handed on in the gradient's place."""

GRADIENT = """
    def update(self, param, grad, state):
        grad = {grad}
        return super().update(param, grad, state)
"""

ANSWERS = {
    "nothing moves": "(param * 1.0, state)",
    "the step instead of the parameter": "(param - new, state)",
    "the wrong way": "(2 * param - new, state)",
    "twice as far": "(2 * new - param, state)",
    "only the parameter": "new",
    "None": "None",
    "three values": "(new, state, grad)",
    "the two swapped": "(state, new)",
    "a nested list": "(new.tolist() if new.ndim else [new], state)",
    "a tuple": "(tuple(np.atleast_1d(new)), state)",
    "float32": "(new.astype(np.float32), state)",
    "computed in float32": "(new.astype(np.float32).astype(np.float64), state)",
    "computed in float16": "(new.astype(np.float16).astype(np.float64), state)",
    "rounded": "(np.round(new, 9), state)",
    "integers": "(new.astype(int), state)",
    "complex": "(new + 0j, state)",
    "long double": "(new.astype(np.longdouble) if hasattr(new, 'astype') else np.longdouble(new), state)",
    "objects": "(np.asarray(new).astype(object), state)",
    "a matrix": "(np.asmatrix(new), state)",
    "wrong numbers under a mask": "(np.ma.masked_array(new + 1, mask=True), state)",
    "wrong numbers that equal everything": "((new + 1).view(Equal), state)",
    "an array in disguise": "(Disguise(new), state)",
    "an extra axis": "(new[..., None], state)",
    "0-d made one element": "(np.atleast_1d(new), state)",
    "flattened": "(np.ravel(new), state)",
    "broadcast over a new axis": "(new + np.zeros((3, 1)), state)",
    "NaN": "(new * np.nan, state)",
    "infinity": "(new + np.inf, state)",
    "a strict bound": "(np.clip(new, -100.0, 100.0), state)",
    "negative parameters cut off": "(np.maximum(new, 0.0), state)",
    "noise in the tenth digit": "(new * (1 + 1e-8), state)",
    "only the first element": "(np.where(np.arange(new.size).reshape(new.shape) == 0, new, param), state)",
}
"""What is returned in the place of `new, state`."""

ANSWER = """
    def update(self, param, grad, state):
        new, state = super().update(np.asarray(param), grad, state)
        new = np.asarray(new)
        return {answer}
"""

CLASSES = '''
import numpy as np
class Equal(np.ndarray):
    """Equal to everything, different from nothing."""
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __ne__(self, other): return np.zeros(self.shape, bool)
class Disguise:
    def __init__(self, array): self.array, self.shape, self.dtype = array, array.shape, array.dtype
    def __array__(self, *args, **options): return self.array
    def __getattr__(self, name): return getattr(self.array, name)
'''

COUNTED = """
    def init(self, param):
        return 0, super().init(param)

    def update(self, param, grad, state):
        t, state = state
        t += 1
        {body}
        new, state = super().update(param, grad, state)
        return new, (t, state)
"""
"""A wrapper that knows the number of the step, t."""

OVER_TIME = {
    **{f"stops after {n} steps": f"if t > {n}: return param * 1.0, (t, state)" for n in (15, 100, 1000, 1400)},
    "begins again after 1000 steps": "if t == 1000: state = super().init(param)",
    "forgets every tenth gradient after 100 steps": "if t > 100 and t % 10 == 0: grad = 0 * grad",
    "the rate halved after 1000 steps": "if t > 1000: grad = grad / 2 if t % 2 else grad",
    "skips gradients that are all zero": "if not np.any(grad): return param * 1.0, (t - 1, state)",
    "skips steps on which nothing pulls": """if not np.any(grad + getattr(self, "weight_decay", 0) * param):
            return param * 1.0, (t - 1, state)""",
    "skips elements whose gradient is zero": """old, before = param, state
        new, state = super().update(param, grad, state)
        return np.where(grad == 0, old, new), (t, state)""",
    "runs every step twice": "param, state = super().update(param, grad, state)",
    "the first step left out": "if t == 1: return param * 1.0, (t, state)",
}
"""What happens at step t."""

SHARED = {
    "one state for all parameters": """
    def init(self, param):
        self.only = super().init(param)
    def update(self, param, grad, state):
        new, self.only = super().update(param, grad, self.only)
        return new, None
""",
    "one state for equal shapes": """
    def init(self, param):
        self.by_shape = {**getattr(self, "by_shape", {}), param.shape: super().init(param)}
    def update(self, param, grad, state):
        new, self.by_shape[param.shape] = super().update(param, grad, self.by_shape[param.shape])
        return new, None
""",
    "one state for parameters that begin equal": """
    def init(self, param):
        self.known = getattr(self, "known", {})
        return self.known.setdefault(param.tobytes(), [super().init(param)])
    def update(self, param, grad, state):
        new, state[0] = super().update(param, grad, state[0])
        return new, state
""",
    "state in a class attribute": """
    states = {}
    def init(self, param):
        self.count = getattr(self, "count", -1) + 1
        return self.count
    def update(self, param, grad, which):
        old = self.states.get((which, param.shape)) or super().init(param)
        new, self.states[which, param.shape] = super().update(param, grad, old)
        return new, which
""",
    "state in a default argument": """
    def init(self, param, memory={}):
        return memory.setdefault(param.shape, [super().init(param)])
    def update(self, param, grad, state):
        new, state[0] = super().update(param, grad, state[0])
        return new, state
""",
    "state forgotten": """
    def update(self, param, grad, state):
        new, _ = super().update(param, grad, super().init(param))
        return new, state
""",
    "state returned as it came": """
    def update(self, param, grad, state):
        kept = copy.deepcopy(state)
        new, _ = super().update(param, grad, state)
        return new, kept
""",
}
"""How state goes astray, where there is any."""

PLACES = {
    "param changed in place": """
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        if isinstance(param, np.ndarray):
            param[...] = new
            return param, state
        return new, state
""",
    "grad changed in place": """
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        grad *= 0.5
        return new, state
""",
    "grad changed in place where it is large": """
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        np.clip(grad, -10.0, 10.0, out=grad)
        return new, state
""",
    "grad changed one step later": """
    def update(self, param, grad, state):
        if getattr(self, "last", None) is not None: self.last *= 0.5
        self.last = grad
        return super().update(param, grad, state)
""",
    "param changed one step later": """
    def update(self, param, grad, state):
        if isinstance(getattr(self, "last", None), np.ndarray): self.last *= 0.5
        self.last = param
        new, state = super().update(param, grad, state)
        return np.array(new), state
""",
    "one array returned again and again": """
    def init(self, param):
        return [np.array(param), super().init(param)]
    def update(self, param, grad, state):
        new, state[1] = super().update(param, grad, state[1])
        state[0][...] = new
        return state[0], state
""",
    "the gradient of the step before": """
    def init(self, param):
        return 0 * param, super().init(param)
    def update(self, param, grad, state):
        new, inner = super().update(param, state[0], state[1])
        return new, (grad, inner)
""",
    "only the first parameter": """
    def init(self, param):
        self.count = getattr(self, "count", -1) + 1
        return self.count, super().init(param)
    def update(self, param, grad, state):
        new, inner = super().update(param, grad, state[1])
        return (new if state[0] == 0 else param * 1.0), (state[0], inner)
""",
    "all but the seventh parameter": """
    def init(self, param):
        self.count = getattr(self, "count", -1) + 1
        return self.count, super().init(param)
    def update(self, param, grad, state):
        new, inner = super().update(param, grad, state[1])
        return (new if state[0] != 6 else param * 1.0), (state[0], inner)
""",
    "equal parameters taken for one": """
    def update(self, param, grad, state):
        self.done = getattr(self, "done", {})
        new, state = super().update(param, self.done.setdefault(param.tobytes(), grad), state)
        return new, state
""",
}
"""Whose array is whose."""

FIRST = """
    def __init__(self, **options):
        super().__init__(**options)
        self._first = copy.copy(self)
        self._first.__dict__.pop("_first", None)

    def update(self, param, grad, state):
        now = copy.copy(self)
        now.{name} = self._first.{name}
        return super(type(self), now).update(param, grad, state)
"""

FIXED = """
    def update(self, param, grad, state):
        now = copy.copy(self)
        now.{name} = {value}
        return super(type(self), now).update(param, grad, state)
"""

AT_BIRTH = """
    def __init__(self, **options):
        super().__init__(**options)
        now = self
        self.{name} = {value}
"""

LATER = """
    def init(self, param):
        return 0, super().init(param)

    def update(self, param, grad, state):
        t, state = state
        now = copy.copy(self)
        if t >= 30:
            now.{name} = {value}
        new, state = super(type(self), now).update(param, grad, state)
        return new, (t + 1, state)
"""

OTHER_DEFAULT = {
    "lr": "2e-3", "weight_decay": "1e-3", "momentum": "0.8", "eps": "1e-7", "alpha": "0.8", "rho": "0.95",
    "betas": "(0.9, 0.99)", "k": "6",
}  # fmt: skip
"""Where nothing is said of a hyperparameter, twice its default, or 1e-3 if that is 0."""

MAY_BE_ZERO = {
    "lr": "now.lr or 1e-3", "weight_decay": "now.weight_decay or 1e-2", "momentum": "now.momentum or 0.9",
    "alpha": "now.alpha or 0.5", "rho": "now.rho or 0.9", "betas": "(now.betas[0] or 0.9, now.betas[1])",
    "eps": "now.eps or 1e-10",
}  # fmt: skip
"""`self.lr or 1e-3`: a zero that was meant. Of a hyperparameter without another default above, its default."""

LIMITS = {
    "lr": "min(now.lr, 1.0)", "weight_decay": "min(now.weight_decay, 1.0)", "momentum": "min(now.momentum, 0.99)",
    "alpha": "min(now.alpha, 0.99)", "eps": "max(now.eps, 1e-10)",
}  # fmt: skip
"""Within what a wrong rule keeps a hyperparameter: a rate or a decay to 1, a memory below 1, an epsilon above 0."""

LIMITED = """
    def update(self, param, grad, state):
        decay = self.weight_decay * param
        return super().update(param, grad + (np.clip(decay, -{most}, {most}) - decay), state)
"""
"""What weight decay adds to the gradient, cut off. Of a topic whose decay stands apart, its own list has such rules."""

HELPERS = """
import copy
import numpy as np

def rho_of(beta2, step):
    return 2 / (1 - beta2) - 1 - 2 * step * beta2**step / (1 - beta2**step)

def own_momentum(inner, param, grad, state):
    buf = 0.9 * state[0] + grad
    return param - inner.lr * buf, (buf,)

def Bound(rule):
    if not hasattr(rule, "_bound"):
        rule._bound = copy.deepcopy(rule)
    return rule._bound
"""


def equal(stem: str) -> set[str]:
    """Other words for the right rule: what the topic's own contract names; and no schedule changes what is fixed."""
    fixed = Topic.load(stem).cases.get("fixed", ())
    return {*corpora.contract(stem).get("equal", ()), *(f"{name} read once" for name in fixed)}


def solution(stem: str) -> str:
    """The solution's code without docstrings and comments, in which an edit has no business."""
    source = re.sub(r'r?"""(?s:.*?)"""', "pass", Topic.load(stem).solution.read_text("utf-8"))
    source = re.sub(r"^[ \t]*#.*\n", "", source, flags=re.MULTILINE)
    return HELPERS + re.sub(r"[ \t]+#.*$", "", source, flags=re.MULTILINE)


def wrapped(stem: str, body: str, before: str = "") -> str:
    """The solution, and a class of the same name on top of it."""
    name = Topic.load(stem).class_name
    return f"{solution(stem)}\n{before}\nclass {name}({name}):\n{body}"


def edits(file: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The edits in one file, those of the core and those of stretch options: title → lines with `-` and `+`."""
    core, _, stretch = file.read_text("utf-8").partition("## stretch\n")
    blocks = [
        [block.partition("\n") for block in re.split(r"^# ", part, flags=re.MULTILINE)[1:]] for part in (core, stretch)
    ]
    return {title: edit for title, _, edit in blocks[0]}, {title: edit for title, _, edit in blocks[1]}


def edited(source: str, edit: str) -> str:
    """The source with each block of `-` lines replaced by the `+` lines that follow it, wherever it is indented."""
    lines = source.splitlines()
    for hunk in re.findall(r"((?:^- .*\n)+)((?:^\+ .*\n?)+)", edit, flags=re.MULTILINE):
        old, new = ([line[2:] for line in part.splitlines()] for part in hunk)
        wanted = [line.strip() for line in old]
        found = [i for i in range(len(lines)) if [line.strip() for line in lines[i : i + len(old)]] == wanted]
        assert len(found) == 1, f"{len(found)} times in the solution: {old}"
        indent = " " * (len(lines[found[0]]) - len(lines[found[0]].lstrip()) - (len(old[0]) - len(old[0].lstrip())))
        lines[found[0] : found[0] + len(old)] = [indent + line for line in new]
    return "\n".join(lines) + "\n"


def own(stem: str) -> tuple[dict[str, str], dict[str, str]]:
    """The edits that the catalogue does not have, those of the core and those of stretch options."""
    file = corpora.HERE / stem / "wrong.txt"
    return edits(file) if file.exists() else ({}, {})


def catalogued(stem: str, *, stretch: bool) -> dict[str, str]:
    """The catalogue's mistakes that are nothing but edits: id → text of the file."""
    book = catalogue(Topic.load(stem))
    some = [each for each in book.mistakes if each.edits and not each.wrap and bool(each.option) == stretch]
    return {each.id: HELPERS + book.source((each,)) for each in some}


def stretch_rules(stem: str) -> dict[str, str]:
    """Right in the core, wrong in an option: name → text of the file."""
    made = {name: edited(solution(stem), edit) for name, edit in own(stem)[1].items()}
    return catalogued(stem, stretch=True) | made


def rules(stem: str) -> dict[str, str]:
    """The wrong rules of one topic: name → text of the file."""
    made = catalogued(stem, stretch=False)
    made |= {name: edited(solution(stem), edit) for name, edit in own(stem)[0].items()}
    for name, grad in GRADIENTS.items():
        made[name] = wrapped(stem, GRADIENT.format(grad=grad))
    for name, answer in ANSWERS.items():
        made[name] = wrapped(stem, ANSWER.format(answer=answer), CLASSES)
    for name, body in OVER_TIME.items():
        made[name] = wrapped(stem, COUNTED.format(body=body))
    for name, body in (PLACES | SHARED if Topic.load(stem).state else PLACES).items():
        made[name] = wrapped(stem, body)
    for name in corpora.contract(stem)["core"]:
        made |= _hyperparameter(stem, name)
    if "weight_decay" in corpora.contract(stem)["core"]:
        made |= {f"weight decay limited to {n}": wrapped(stem, LIMITED.format(most=n)) for n in (1, 10, 100)}
    return {name: source for name, source in made.items() if name not in equal(stem)}


def _hyperparameter(stem: str, name: str) -> dict[str, str]:
    line = re.search(rf"^    {name}: [^=]* = (.*)$", solution(stem), re.MULTILINE)
    assert line, name
    default = line[1]
    other = OTHER_DEFAULT.get(name, default)
    value, another = (eval(each, {}) for each in (default, other))  # noqa: S307 - ours, and it may be 1 / 3
    if another == value:
        other = f"2 * {default}" if value else "1e-3"
    zero = MAY_BE_ZERO.get(name, None if name in OTHER_DEFAULT else f"now.{name} or {default if value else 1e-3}")
    made = {
        f"{name} hard-coded": wrapped(stem, FIXED.format(name=name, value=default)),
        f"{name} read once": wrapped(stem, FIRST.format(name=name)),
        f"{name} forgotten after 30 steps": wrapped(stem, LATER.format(name=name, value=default)),
        f"{name} of another default": solution(stem).replace(line[0], line[0].replace(default, other)),
    }
    never = (*corpora.contract(stem).get("never_zero", ()), *Topic.load(stem).cases.get("never_zero", ()))
    if name in LIMITS and not (name == "eps" and name in never):
        made[f"{name} limited"] = wrapped(stem, FIXED.format(name=name, value=LIMITS[name]))
    if zero and name not in never:
        made[f"{name} replaced where it is zero"] = wrapped(stem, FIXED.format(name=name, value=zero))
        if name not in {"lr", "betas"} and stem != "lookahead":  # no case begins with these at 0: it would hide much
            made[f"{name} replaced where it begins at zero"] = wrapped(stem, AT_BIRTH.format(name=name, value=zero))
    return made
