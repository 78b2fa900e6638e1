"""All that a figure may be written with: each function is drawn in Python and in the page, with many values."""

# ruff: noqa: FBT001 - what stands here is what is tried, and what it is called says why
# mypy: disable-error-code="no-any-return,comparison-overlap,no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.palette import themed
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable

COLOUR = "#0072B2"
PAIRS = ((1.0, "one"), (2.0, "two"))
LIMIT = 3
SAID = Text(en="{n} steps of {x:.2f}, {word} at {{}}", zh="{n} 步 {x:.2f}，到 {word} 中 {{}}")


def whole_text(n: int) -> str:
    return f"{n}|{n:.1f}|{-n:.1f}|{n:g}|{-n}"


def text_of_whole_results(a: int, b: int) -> str:
    return f"{a + b},{a - b},{a * b},{-a * b:.1f},{a % b},{-(a * 0):g}"


def formats(x: float) -> str:
    return f"{x:.0f} {x:.1f} {x:.2f} {x:.3f} {x:f} {x:g} {x:.0g} {x:.1g} {x:.3g} {x:.17g} {x:.20f}"


def words(s: str, t: str) -> str:
    return f"{s}{t}" + s.replace("a", t) + s.replace("ab", "$&").removesuffix(t) + ", ".join([s, *[t]]) + COLOUR


def filled(n: int, x: float, s: str) -> str:
    return (
        SAID.format(n=n, x=x, word=s)[language()] + f"{x:g}" + Text(en="{b} ↻ {b}", zh="字 {b}").format(b=s)[language()]
    )


def markup(s: str) -> str:
    coloured = f'<b style="color:{COLOUR}" x="a,{COLOUR}">{COLOUR}</b><i fill="#0072b2" stroke="#0072B2F">{s}</i>'
    return themed(coloured)


def truth_of_numbers(x: float, n: int) -> str:
    return (
        ("x" if x else "-")
        + ("n" if n else "-")
        + ("!" if not x else "?")
        + ("both" if x and n else "either" if x or n else "none")
    )


def truth_of_the_rest(s: str, xs: list[float], b: bool, nothing: None) -> Any:
    told = ""
    if xs:
        told += "list"
    elif s:
        told += "string"
    else:
        told += "neither"
    return [
        told,
        "" if {} else "no dict",
        s or "empty",
        not b,
        nothing is None,
        nothing is not None,
        xs and s,
        {"a": 1} and 2,
    ]


def sums(x: float, y: float) -> Any:
    return [x + y, x - y, x * y, -x, abs(x), float(x), abs(-y)]


def quotient(x: float, y: float) -> float:
    return x / y


def remainder(x: float, y: float) -> float:
    return x % y


def whole_remainder(a: int, b: int) -> int:
    return a % b


def whole_quotient(a: int, b: int) -> float:
    return a / b


def square(x: float) -> float:
    return x**2


def root(x: float) -> Any:
    return x**0.5


def power(x: float, y: float) -> Any:
    return x**y


def whole_power(a: int) -> Any:
    return [a**2, 2 ** (a % 50), a**-1]


def compared(x: float, y: float) -> Any:
    return [x < y, x <= y, x > y, x >= y, x == y, x != y, x < y < 1, 0 <= x != y, x == True]  # noqa: E712


def compared_words(s: str, t: str, n: int) -> Any:
    return [s == t, s != t, s != "", n != "", s == n]


def largest(x: float, y: float, xs: list[float]) -> Any:
    return [max(x, y), min(x, y), max(y, x, 0), min(y, 0.0, x), max(xs), min(xs), max(abs(each) for each in xs)]


def place(xs: list[float], n: int) -> float:
    return xs[n]


def last(xs: list[float]) -> float:
    return xs[-1]


def key(name: str) -> float:
    return {"a": 1.5, "length": 2.5, "b": 3.5}[name]


def parts(xs: list[float], a: int, b: int) -> Any:
    return [xs[a:b], xs[a:], xs[:b], xs[:], len(xs[a:b])]


def ranges(a: int, b: int, c: int) -> Any:
    return [[each for each in range(a)], [each for each in range(a, b)], [each for each in range(a, b, c)]]  # noqa: C416


def numbered(xs: list[float]) -> str:
    told = ""
    for at, each in enumerate(xs):
        told += f"{at}:{each:g} "
    return told + "".join(f"{at}" for at in range(len(xs)))


def zipped(xs: list[float], ys: list[float]) -> Any:
    return [x + y for x, y in zip(xs, ys)]  # noqa: B905


def strictly_zipped(xs: list[float], ys: list[float]) -> Any:
    return [(x, y) for x, y in zip(xs, ys, strict=True)]


def chosen(xs: list[float], x: float) -> Any:
    return [each * 2 for each in [*xs, x] if each > x and each != 1]


def listed(xs: list[float], x: float) -> Any:
    more = xs + [x]  # noqa: RUF005
    more.append(x)
    first, *rest = more
    (a, b), c = (first, x), rest
    same = more
    same.append(a)
    return [more, a, b, c]


def copied(xs: list[float]) -> Any:
    several = [*xs]
    array = np.array(several)
    several.append(1.0)
    return [array * 2, len(several), len(array)]


def kind_of(s: str, x: float) -> str:
    return _either(s) + _either(x)


def _either(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def look(s: str, x: float) -> str:
    usual = {"b-c": s, "a": "first"}
    return _look(x, s, "y", width=2, stroke=s) + _look(x) + _looked(x, width=2, **usual)


def _looked(x: float, **rest: str | float) -> str:
    return f"{x:g}" + "".join(f" {key}={_either(value)}" for key, value in rest.items())


def _look(x: float, *more: str, height: float = 1.5, name: str = COLOUR, **rest: str | float) -> str:
    told = "".join(f"{key}={_either(value)};" for key, value in rest.items() if value != "")
    return f"{x:.1f} {height:.1f} {name} {told} {', '.join(more)}"


def starred(x: float, y: float) -> str:
    pair = (x, y)
    return _corner(*pair) + _corner(y=x, x=y) + _corner(x, y=2.0)


def _corner(x: float, y: float) -> str:
    return f"({x:.1f} {y:.1f})"


@dataclass(frozen=True)
class Walk:
    """Some fields and what follows from them."""

    start: float
    steps: list[float]

    @property
    def ends(self) -> list[float]:
        """Where it has been."""
        return [self.start + each for each in self.steps]


def recorded(x: float, xs: list[float]) -> Any:
    walk = Walk(steps=xs, start=x)
    return [walk.start, walk.ends, walk.ends[0]]


def _shifted(by: float) -> Callable[[float], float]:
    return lambda value: value + by


_BY_TWO = _shifted(2.0)


def called(x: float, xs: list[float]) -> Any:
    turn, usual = lambda value: [value, _BY_TWO(value)], {"b": 1.0, "a": x}
    return [turn(x), [turn(each) for each in xs], {"a": x, **usual}]


def repeated(xs: list[float]) -> Any:
    told: list[float] = []
    same = before = 0.0
    for x, name in PAIRS:
        for each in xs:
            if each > before or name == "two":
                told.append(each * x)
            before = each
    return [told, same, LIMIT]


def arrays(xs: list[float], x: float) -> Any:
    a, b = np.array(xs), np.asarray(xs)
    return [a + b, a - x, x * a, -a, abs(a), a < x, a[1:], a[-1], len(a), a == b, np.array([a, b]) * a, a != x]


def array_quotient(xs: list[float], x: float) -> Any:
    return [np.array(xs) / x, np.array(xs) % x]


def array_power(xs: list[float]) -> Any:
    return [np.array(xs) ** 2, np.array(xs) ** 0.5]


def means(xs: list[float]) -> Any:
    return [np.mean(xs), np.mean([xs, [2 * each for each in xs]], axis=0), np.mean(np.array([xs, xs]))]


def many(x: float) -> Any:
    return [np.mean(np.arange(n) * x) for n in range(1, 300, 7)]


def even(x: float, y: float, n: int) -> Any:
    return [np.linspace(x, y, n), np.linspace(x, x, n), np.arange(n)]


def clipped(xs: list[float], x: float) -> Any:
    return [np.clip(xs, -1.0, 2), np.clip(x, 0, 1.5), np.sign(xs), np.sign(x)]


def lengths(xs: list[float], x: float) -> Any:
    return [np.hypot(x, 3.0), np.hypot(xs, x), np.hypot(xs, xs)]


def logs(xs: list[float]) -> Any:
    return [np.log(xs), np.log(2.5)]


def taken(xs: list[float], n: int) -> Any:
    rows = np.array([xs, xs, [0.5 * each for each in xs]])
    return [
        np.take(rows, [n, 0], axis=0),
        np.take(xs, n, axis=0),
        np.transpose(rows),
        np.transpose(xs),
        np.repeat(xs, 2),
    ]


def stairs(rows: list[list[float]]) -> Any:
    (xs, ys), a = np.transpose(rows), np.repeat(rows, 3)
    return [xs - ys, a, np.mean(rows, axis=0)]


def stepped(x: float, lr: float) -> Any:
    run = Run(reference("adam")(lr=lr), [np.array([x, 2.0]), x])
    for _ in range(3):
        run.step([run.params[0] * 2, run.params[1]])
    return [run.params[0], float(run.params[1])]
