"""Holds every sentence of a verdict against the numbers of the file that it speaks of, with code of its own.

What is uttered is `Verdict.said`: a sentence and its claim. Both are checked, the claim against the answers, and the
figures and names that the sentence shows, in both languages, against the claim.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from course.grading.sections import heading
from course.rule import Run, assign, hyperparameters
from course.topic import Topic
from tests.grading.findings import claims

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from course.grading.case import Array, Case
    from course.grading.mistakes import Mistake
    from course.grading.said import Said
    from tests.grading.catalogued import Judged

COUNTED = {"two": 2, "three": 3, "four": 4, "five": 5, "两": 2, "三": 3, "四": 4, "五": 5}
HEAD = 6
"""How many steps show most rules to be others."""
HANDLING = {"param-changed-in-place": "param", "grad-changed-in-place": "grad"}


def within(got: Array, wanted: Array, start: Array, relative: float, rounding: float) -> Any:
    """Where two paths (steps, *shape) are one: a boolean array."""
    count = np.arange(1, len(got) + 1).reshape(-1, *[1] * (got.ndim - 1))
    with np.errstate(all="ignore"):
        moved = np.maximum.accumulate(np.abs(wanted - start))
        size = np.maximum.accumulate(np.maximum(np.abs(wanted), np.abs(start)))
        near = np.abs(got - wanted) <= relative * moved + rounding * np.sqrt(count) * size
    return near | (got == wanted) | (np.isnan(got) & np.isnan(wanted))


def first_steps(topic: Topic, ids: Sequence[str], cases: Iterable[Case], style: str = "") -> Iterable[list[Array]]:
    """The paths of a rule with these mistakes, case by case, one array a parameter; they end where shapes clash."""
    book = catalogue(topic)
    rule_class = book.make([book[name] for name in ids], style, bare=True)
    for case in cases:
        rule = rule_class(**hyperparameters(case.hyperparameters))
        run, paths = Run(rule, case.params), [np.empty((case.steps, *param.shape)) for param in case.params]
        done = 0
        for done, grads in enumerate(case.grads):
            assign(rule, case.schedule.get(done + 1, {}))
            try:
                run.step(grads)
            except ValueError:
                break
            if any(np.shape(new) != param.shape for new, param in zip(run.params, case.params, strict=True)):
                break
            for path, new in zip(paths, run.params, strict=True):
                path[done] = new
        else:
            done = case.steps
        yield [path[:done] for path in paths]


@functools.cache
def opening(topic: Topic) -> tuple[list[tuple[str, ...]], Array]:
    """Every single and every pair of the catalogue in each way of writing it, and how the first case begins there.

    That is where the first parameter is put in the first steps, shape (rules, HEAD, *shape), NaN where a run has ended.
    """
    from course.grading import case_set

    book, case = catalogue(topic), case_set.visible(topic)[0]
    head = replace(case, grads=case.grads[:HEAD])
    ids, begun = [], []
    with np.errstate(all="ignore"):
        for each, style in itertools.product((*book.singles, *book.pairs), book.styles):
            ids.append(tuple(mistake.id for mistake in each))
            begun.append(np.full((HEAD, *case.params[0].shape), np.nan))
            for first, *_ in first_steps(topic, ids[-1], [head], style):
                begun[-1][: len(first)] = first
    return ids, np.array(begun)


@dataclass(frozen=True)
class Truth:
    """The numbers of one file, and what is true of them."""

    judged: Judged

    @property
    def core(self) -> list[Case]:
        """The core cases."""
        return [case for case in self.judged.cases if not case.stretch]

    @property
    def rule_class(self) -> Any:
        """The class in the file."""
        return self.judged.rule_class

    def case(self, name: str) -> Case:
        """The case of that id."""
        return next(case for case in self.judged.cases if case.id == name)

    def got(self, name: str, i: int) -> Array:
        """A parameter's path."""
        return self.judged.answers[name].params[i]

    def expected(self, name: str, i: int) -> Array:
        """And torch's."""
        return self.judged.references[name].params[i]

    def wrong_step(self, case: Case, i: int) -> int:
        """The first step in which a parameter is wrong, counted from 1; one more than there are if none is."""
        got = self.got(case.id, i)
        right = within(got, self.expected(case.id, i)[: len(got)], case.params[i], 1e-9, 1e-14)
        rows = right.reshape(len(got), -1).all(axis=1)
        return int(rows.argmin()) + 1 if not rows.all() else case.steps + 1

    def numbers_right(self, case: Case, steps: int | None = None) -> bool:
        """Whether every number of a case, or of its first steps, is right."""
        answer, wanted = self.judged.answers[case.id], case.steps if steps is None else steps
        return answer.steps >= wanted and all(self.wrong_step(case, i) > wanted for i in range(len(case.params)))

    def passed(self, case: Case) -> bool:
        """Whether a case is right in every respect."""
        return self.numbers_right(case) and not self.judged.answers[case.id].problem

    def move(self, name: str, i: int, step: int) -> tuple[Array, Array]:
        """How the learner's rule and torch move a parameter in one step, counted from 1."""
        start = self.case(name).params[i]
        both = (self.got(name, i), self.expected(name, i))
        with np.errstate(invalid="ignore"):
            moved, should = (path[step - 1] - (path[step - 2] if step > 1 else start) for path in both)
        return np.asarray(moved), np.asarray(should)

    def still(self) -> bool:
        """Whether nothing moves in any core case."""
        return all(
            (self.got(case.id, i) == case.params[i]).all() for case in self.core for i in range(len(case.params))
        )

    def made_by(self, ids: Sequence[str], cases: Sequence[Case]) -> bool:
        """Whether a rule with these mistakes, in some way of writing it, gives exactly these answers."""
        return any(self._made_by(ids, cases, style) for style in catalogue(self.judged.topic).styles)

    def _made_by(self, ids: Sequence[str], cases: Sequence[Case], style: str) -> bool:
        relative, rounding = (1e-4, 1e-6) if "float32-inside" in ids else (1e-7, 1e-14)
        with np.errstate(all="ignore"):
            for case, paths in zip(cases, first_steps(self.judged.topic, ids, cases, style), strict=False):
                answer = self.judged.answers[case.id]
                if len(paths[0]) != answer.steps:
                    return False
                for start, path, got in zip(case.params, paths, answer.params, strict=True):
                    huge = np.argwhere(np.minimum(np.abs(path), np.abs(got)) >= 1e150)
                    until = int(huge[0][0]) if len(huge) else len(path)  # from there on rounding decides
                    if not within(path[:until], got[:until], start, relative, rounding).all():
                        return False
        return True

    def others(self, *, pairs: bool) -> Iterable[tuple[str, ...]]:
        """The catalogue's singles, or pairs, that make this file's path on all core cases."""
        ids, begun = opening(self.judged.topic)
        case = self.core[0]
        got = self.got(case.id, 0)[:HEAD]
        with np.errstate(all="ignore"):
            near = np.abs(begun[:, : len(got)] - got) <= 1e-4 * np.abs(got - case.params[0]) + 1e-6 * np.abs(got)
        likely: Any = (near | ~np.isfinite(begun[:, : len(got)])).reshape(len(ids), -1).all(axis=1)
        for each in dict.fromkeys(itertools.compress(ids, likely)):
            if len(each) == 1 + pairs and "float32-inside" not in each and self.made_by(each, self.core):
                yield each


def _shows(said: Said, *figures: float) -> None:
    """Both languages show these figures: exactly, or to four digits if these tell it from 1."""
    for text in (said.text.en, said.text.zh):
        shown = {float(each) for each in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)}
        for figure in figures:
            rounded = float(f"{figure:.4g}")
            exact = any(abs(each - figure) <= 1e-6 * abs(figure) for each in shown)
            assert exact or (rounded in shown and rounded != 1), (figure, text)


def verdict(truth: Truth, said: Said) -> None:
    """How many cases are right."""
    right, every = sum(map(truth.passed, truth.core)), len(truth.core)
    if right == every:
        extra = [case for case in truth.judged.cases if case.stretch]
        done = sum(map(truth.passed, extra))
        assert (f"Stretch: {done} of {len(extra)}." in said.text.en) == (done < len(extra))
        assert (f"{len(extra)} 项中完成了 {done} 项" in said.text.zh) == (done < len(extra))
        assert truth.judged.verdict.status == "passed"
    elif truth.judged.verdict.status != "not-implemented":
        assert said.text.en.startswith(f"{right} of {every} cases {'is' if right == 1 else 'are'} right.")
        assert said.text.zh.startswith(f"{every} 个用例中有 {right} 个正确。")
        if not any(each.kind == "reason" for each in truth.judged.verdict.said):
            reason = next(each.reason for each in truth.judged.verdict.cases if each.id == said.claim["case"])
            assert reason is None or said.text.en.endswith(reason.en)


def reason(truth: Truth, said: Said) -> None:
    """Why the case failed that the message is about, told first."""
    told = next(each.reason for each in truth.judged.verdict.cases if each.id == said.claim["case"])
    assert told is None or told == said.text


def problem(truth: Truth, said: Said) -> None:
    """The case stopped, or broke the contract."""
    assert truth.judged.answers[said.claim["case"]].problem


def difference(truth: Truth, said: Said) -> None:
    """The first wrong number; up to there everything is right."""
    found = said.claim["difference"]
    case, i, at = truth.case(found.case), found.parameter, (found.step - 1, *found.index)
    wrong = min(truth.wrong_step(case, k) for k in range(len(case.params)))
    if found.quantity == "param":
        expected, got = truth.expected(case.id, i), truth.got(case.id, i)
        assert truth.wrong_step(case, i) == found.step == wrong
    else:
        expected = truth.judged.references[case.id].state[found.quantity][i]
        got = truth.judged.answers[case.id].state[found.quantity][i]
        right = within(got, expected[: len(got)], np.zeros(got.shape[1:]), 1e-9, 1e-14)
        rows = right.reshape(len(got), -1).all(axis=1)
        assert found.step - 1 <= int(rows.argmin()) + 1 == found.step
        assert wrong - 1 <= found.step <= wrong
        assert not any(_strays(truth, each, found.quantity) for each in truth.judged.cases if truth.passed(each))
    shown = [f"{v:.{d}g}" for v in (expected[at], got[at]) for d in range(6, 18)]
    place = (str(found.step), str(i))
    assert re.findall(r"^Step (\d+), parameter (\d+):", said.text.en) == [place]
    assert re.findall(r"^第 (\d+) 步，参数 (\d+)：", said.text.zh) == [place]
    for text in (said.text.en, said.text.zh):
        assert (
            sum(any(f" {each}" in text.replace("是 ", " ") for each in half) for half in (shown[:12], shown[12:])) == 2
        )
    np.testing.assert_equal((found.expected, found.got), (expected[at], got[at]))
    assert found.expected != found.got


def _strays(truth: Truth, case: Case, entry: str) -> bool:
    answer, reference = truth.judged.answers[case.id], truth.judged.references[case.id]
    pairs = zip(answer.state.get(entry, ()), reference.state.get(entry, ()), strict=False)
    return any(not within(got, right[: len(got)], 0 * right[0], 1e-9, 1e-14).all() for got, right in pairs)


def handling(truth: Truth, said: Said) -> None:
    """The caller's arrays were changed."""
    changed = {(truth.judged.answers[case.id].problem or {}).get("what") for case in truth.core}
    for name in said.claim.get("handled", ()):
        assert HANDLING[name] in changed
        assert catalogue(truth.judged.topic)[name].title.en in said.text.en or said.kind == "several"


def path(truth: Truth, said: Said) -> None:
    """A rule with these mistakes has exactly this path, on every core case and to the end."""
    book = catalogue(truth.judged.topic)
    ids = said.claim["path"]
    assert ids
    if not set(ids) <= HANDLING.keys():
        assert truth.made_by(ids, truth.core), ids
    for name in ids:
        if said.kind in {"path", "item"}:
            assert book[name].title.en in said.text.en
            assert book[name].title.zh in said.text.zh
    if said.kind == "path" and "number" not in said.claim:
        assert "float32-inside" in ids or set(truth.others(pairs=False)) == {ids}


def item(truth: Truth, said: Said) -> None:
    """One of several mistakes at once: what it does by itself."""
    (name,) = said.claim["path"]
    mistake = catalogue(truth.judged.topic)[name]
    assert said.text.en == f"{said.claim['number']}. {mistake.title.en}. {mistake.explanation.en}"
    assert said.text.zh == f"{said.claim['number']}. {mistake.title.zh}。{mistake.explanation.zh}"


def several(truth: Truth, said: Said) -> None:
    """As many mistakes as are listed, or as many explanations as there are."""
    listed = [each for each in truth.judged.verdict.said if "number" in each.claim]
    if "alternatives" in said.claim:
        fits = set(said.claim["alternatives"])
        assert len(fits) > 1
        assert [each.claim["path"] for each in listed if each.kind == "path"] == list(said.claim["alternatives"])
        count = {len(fit) for fit in fits}
        if count == {3}:  # not all threes are tried; each that is told is one
            assert all(truth.made_by(fit, truth.core) for fit in fits)
            fewer_do_not(truth)
        else:
            assert fits == set(truth.others(pairs=count == {2}))
        return
    ids = (*said.claim["handled"], *said.claim["path"])
    assert [each.claim["number"] for each in listed] == list(range(1, len(ids) + 1))
    assert tuple(each.claim["path"][0] for each in listed) == ids
    for text in (said.text.en, said.text.zh):
        assert [COUNTED[each] for each in re.findall("two|three|four|five|[两三四五](?=个)", text)] == [len(ids)]
    if len(said.claim["path"]) == 3:
        fewer_do_not(truth)
    handling(truth, said)
    if said.claim["path"]:
        path(truth, said)


def fewer_do_not(truth: Truth) -> None:
    """No single mistake and no pair of the catalogue makes this path."""
    assert not list(truth.others(pairs=False))
    assert not list(truth.others(pairs=True))


def numbers_right(truth: Truth, said: Said) -> None:
    """Not one number is wrong, or none in the core."""
    assert all(map(truth.numbers_right, truth.core))
    stretch = [case for case in truth.judged.cases if case.stretch]
    assert said.claim["stretch"] == all(map(truth.numbers_right, stretch))
    assert said.claim["stretch"] == ("in every case" in said.text.en) == ("在每个用例里" in said.text.zh)


def numbers_wrong(truth: Truth, said: Said) -> None:
    """One is, and it is told."""
    case = next(case for case in truth.core if case.title.en in said.text.en and f"({case.title.en})" in said.text.en)
    assert not truth.numbers_right(case)


def unknown(truth: Truth, said: Said) -> None:
    """No single mistake and no pair of the catalogue makes this path, and some number is wrong."""
    fewer_do_not(truth)
    assert not all(map(truth.numbers_right, truth.core))


def reread(truth: Truth, said: Said) -> None:
    """The section of the mistake that was named last."""
    section = catalogue(truth.judged.topic)[said.claim["mistake"]].section
    title = heading(truth.judged.topic, section)
    assert f"“{title.en}”" in said.text.en
    assert f"“{title.zh}”" in said.text.zh


def option(truth: Truth, said: Said) -> None:
    """A stretch case is answered as with this mistake; if one is named, with no other."""
    book, case = catalogue(truth.judged.topic), truth.case(said.claim["case"])
    fits = {(each.id,) for each in book.mistakes if each.option and truth.made_by((each.id,), [case])}
    assert fits == set(said.claim["alternatives"])
    assert not truth.passed(case)
    assert (said.kind == "option") == (len(fits) == 1)
    for (name,) in fits:
        assert book[name].title.en in said.text.en
        assert book[name].title.zh in said.text.zh


def unused(truth: Truth, said: Said) -> None:
    """A stretch case is answered as if the options did not exist."""
    case = truth.case(said.claim["case"])
    plain = {name: value for name, value in case.hyperparameters.items() if name not in said.claim["options"]}
    without = type(case)(case.id, case.title, plain, case.params, case.grads, case.schedule, stretch=True)
    assert truth.made_by((), [without])
    assert not truth.passed(case)
    for text in (said.text.en, said.text.zh):
        assert re.findall(r"`(\w+)`", text) == list(said.claim["options"])


def still(truth: Truth, said: Said) -> None:
    """Nothing moves anywhere."""
    assert truth.still()


def of_parameter(truth: Truth, said: Said) -> None:
    """What one parameter does in one case, perhaps in one step."""
    name, i, step = said.claim["case"], said.claim["parameter"], said.claim.get("step", 1)
    got, right, start = truth.got(name, i), truth.expected(name, i), truth.case(name).params[i]
    _shows(said, i, *([step] if "step" in said.claim else []))
    if said.kind == "parameter-still":
        assert (got == start).all()
        assert (right != start).any()
        return
    assert step == truth.wrong_step(truth.case(name), i)
    moved, should = truth.move(name, i, step)
    checks: dict[str, Callable[[], bool]] = {
        "still-here": lambda: not moved.any() and bool(should.any()),
        "moves-here": lambda: bool(moved.any()) and not should.any(),
        "nan": lambda: bool(np.isnan(got[step - 1]).any() and np.isfinite(got[: step - 1]).all()),
        "infinite": lambda: bool(np.isinf(got[step - 1]).any() and np.isfinite(got[: step - 1]).all()),
    }
    assert checks[said.kind]()
    assert said.kind not in {"nan", "infinite"} or np.isfinite(right[step - 1]).all()


def ratio(truth: Truth, said: Said) -> None:
    """All elements of a step, or of a state entry, are the same multiple of what they should be."""
    name, i, step, factor = (said.claim[key] for key in ("case", "parameter", "step", "ratio"))
    if said.kind == "entry-ratio":
        entry = said.claim["entry"]
        moved = truth.judged.answers[name].state[entry][i][step - 1]
        should = truth.judged.references[name].state[entry][i][step - 1]
        assert f"`{entry}`" in said.text.en
        _shows(said, i, step, factor)
    else:
        moved, should = truth.move(name, i, step)
        assert step == truth.wrong_step(truth.case(name), i)
        assert ("opposite direction" in said.text.en) == ("相反" in said.text.zh) == (factor < 0)
        _shows(said, i, step, *([abs(factor)] if abs(factor + 1) > 1e-6 else []))
    np.testing.assert_allclose(moved, factor * should, rtol=1e-5, atol=0)
    assert factor != 1
    assert np.count_nonzero(should) > 1


SENTENCES: tuple[tuple[str, str, Callable[[Truth, Mistake], bool]], ...] = (
    ("(?:[Tt]he first step|Step 1|The first buffer) is right", "第一步是对的|第 1 步是对的|第一个缓冲区是对的",
     lambda truth, _: all(truth.numbers_right(case, 1) for case in truth.core)),
    ("[Nn]othing ever moves", "永远不动", lambda truth, _: truth.still()),
    ("NaN or infinity, as yours is", "[你您]的路径正是这样", lambda truth, _: not any(
        np.isfinite(each).any() for case in truth.core for each in truth.judged.answers[case.id].params)),
    ("With `weight_decay=0` your rule is right", "`weight_decay=0` 时[你您]的规则是对的",
     lambda truth, _: all(truth.numbers_right(case) for case in truth.core if _always(truth, case, "weight_decay", 0))),
    ("With the default it is right", "取默认值时它是对的", lambda truth, mistake: all(
        truth.numbers_right(case) for case in truth.core
        if _always(truth, case, mistake.place, default(truth.judged.topic, mistake.place)))),
    ("When a schedule assigns a new", "调度会在两步之间给", lambda truth, mistake: all(
        truth.numbers_right(case) for case in truth.core
        if not any(mistake.place in each for each in case.schedule.values()))),
    ("As long as γ is constant the path is the same", "只要 γ 不变，路径就是一样的", lambda truth, _: all(
        truth.numbers_right(case) for case in truth.core if not any("lr" in each for each in case.schedule.values()))),
    ("Whenever `.*` is given, your rule is right", "[你您]的规则就是对的", lambda truth, mistake: all(
        truth.numbers_right(case) for case in truth.core if mistake.place in case.hyperparameters)),
    ("At `lr` = 1 nothing shows", "`lr` = 1 时看不出差别",
     lambda truth, _: all(truth.numbers_right(case) for case in truth.core if _always(truth, case, "lr", 1))),
    ("With α = 0.5 there is no difference", "α = 0.5 时两者没有差别",
     lambda truth, _: all(truth.numbers_right(case) for case in truth.core if _always(truth, case, "alpha", 0.5))),
    ("Your first step does not move at all", "你的第一步原地不动", lambda truth, _: all(
        not truth.move(case.id, i, 1)[0].any() for case in truth.core for i in range(len(case.params)))),
    ("Your path agrees with the right one in its first digits", "[你您]的路径与正确路径在前几位数字上一致",
     lambda truth, _: all(within(truth.got(case.id, i), truth.expected(case.id, i), case.params[i], 1e-4, 1e-6).all()
                          for case in truth.core for i in range(len(case.params)))),
)  # fmt: skip
"""Where an explanation tells of the file's own numbers, not of the mistake in general: English, Chinese, the test."""


def default(topic: Topic, name: str) -> Any:
    """What the solution takes where a hyperparameter is not given."""
    return getattr(catalogue(topic).make((), bare=True), name)


def _always(truth: Truth, case: Case, name: str, value: Any) -> bool:
    """Whether a hyperparameter has this value from the first step of a case to the last."""
    first = case.hyperparameters.get(name, default(truth.judged.topic, name))
    first = tuple(first) if isinstance(first, list) else first
    return bool(first == value) and not any(name in each for each in case.schedule.values())


def explanation(truth: Truth, said: Said) -> None:
    """What an explanation says of the file's own numbers."""
    mistake = catalogue(truth.judged.topic)[said.claim["mistake"]]
    assert said.text == mistake.explanation
    for english, chinese, holds in SENTENCES:
        assert bool(re.search(english, said.text.en)) == bool(re.search(chinese, said.text.zh)), (english, mistake.id)
        if re.search(english, said.text.en):
            assert holds(truth, mistake), (mistake.id, english)


def finding(truth: Truth, said: Said) -> None:
    """Something that was found out beside the catalogue."""
    claims.CHECKS[said.claim["finding"]](truth, said)


def together(truth: Truth, said: Said) -> None:
    """Findings, and mistakes of the catalogue, that make the whole path together."""
    listed = [each for each in truth.judged.verdict.said if "number" in each.claim]
    assert [each.claim["id"] for each in listed if each.kind == "finding"] == list(said.claim["findings"])
    assert tuple(each.claim["path"][0] for each in listed if each.kind == "item") == said.claim["path"]
    assert [each.claim["number"] for each in listed] == list(range(1, len(listed) + 1))
    for text in (said.text.en, said.text.zh):
        assert [COUNTED[each] for each in re.findall("two|three|four|[两三四](?=个)", text)] == [len(listed)]
    claims.whole(truth, [each for each in listed if each.kind == "finding"], said.claim["path"])


CHECKS: dict[str, Callable[[Truth, Said], None]] = {
    "verdict": verdict,
    "reason": reason,
    "problem": problem,
    "difference": difference,
    "handling": handling,
    "path": path,
    "finding": finding,
    "together": together,
    "exactly": path,
    "several": several,
    "item": item,
    "explanation": explanation,
    "numbers-right": numbers_right,
    "numbers-wrong": numbers_wrong,
    "unknown": unknown,
    "reread": reread,
    "option": option,
    "options": option,
    "unused": unused,
    "still": still,
    "parameter-still": of_parameter,
    "still-here": of_parameter,
    "moves-here": of_parameter,
    "nan": of_parameter,
    "infinite": of_parameter,
    "step-ratio": ratio,
    "entry-ratio": ratio,
}


def check(judged: Judged) -> int:
    """Check every sentence of a verdict, and that there is no other; return how many there are."""
    truth, told = Truth(judged), judged.verdict
    kinds = [each.kind for each in told.said]
    at = sum(case.reason is not None for case in told.cases)
    assert told.passed or not told.details or kinds[-1] == "verdict"
    reasons, message = told.said[:at], told.said[at:]
    for lang in ("en", "zh"):
        assert told.message[lang] == "\n".join(each.text[lang] for each in message)
        assert [case.reason[lang] for case in told.cases if case.reason] == [each.text[lang] for each in reasons]
    assert len({each.text.en for each in message}) == len(message), "the same is said twice"
    found = [each for each in told.findings if each.kind != "mistake"]
    assert [each.id for each in found] == [each.claim["id"] for each in message if each.kind == "finding"]
    assert tuple(each.id for each in told.findings if each.kind == "mistake") == told.mistakes
    for each in told.said:
        CHECKS[each.kind](truth, each)
    if told.paths and told.paths.mistake:
        np.testing.assert_allclose(told.paths.mistake, told.paths.got, rtol=1e-3, atol=1e-9)
    return len(told.said)
