"""Holds what a finding claims of a file against the file itself, with code of its own: by its kind, one check each."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from course.text import quoted
from tests.grading.findings import patterned, shrunk
from tests.grading.findings.tried import STEPS, Tried, apart, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.said import Said
    from tests.grading.findings.tried import Values
    from tests.grading.truth import Truth


def one(values: Values, name: str, new: Any) -> Values:
    """The same hyperparameters with another value for `eps`, or for one of `betas[1]`."""
    base, _, element = name.rstrip("]").partition("[")
    return {**values, base: [*values[base][: int(element)], new, *values[base][int(element) + 1 :]] if element else new}


def of(values: Values, name: str) -> Any:
    """The value of `eps`, or of `betas[1]`."""
    base, _, element = name.rstrip("]").partition("[")
    return values[base][int(element)] if element else values[base]


def instead(claim: Mapping[str, Any], given: Any) -> Any:
    """What a rule computes with in the place of what it is given."""
    value = claim["value"]
    made = {"constant": value, "times": (value or 0) * given, "one-minus": 1 - given, "square": given**2}
    return made[claim["how"]] if claim["how"] in made else given**0.5


def rewritten(case: Case, claim: Mapping[str, Any], defaults: Values) -> tuple[Values, dict[int, Values]]:
    """What a right rule is given so that it does as a finding claims, at the start and on the way."""
    name, how = claim["name"], claim["how"]
    base = name.partition("[")[0]
    given, plan = dict(case.hyperparameters), {step: dict(changes) for step, changes in case.schedule.items()}
    if how == "default":
        return {base: claim["value"], **given}, plan
    if how == "once":
        return given, {step: {k: v for k, v in each.items() if k != base} for step, each in plan.items()}
    given = {base: defaults[base], **given}
    if how == "start":
        return one(given, name, claim["value"]), plan
    for step, changes in plan.items():
        if base in changes:
            plan[step] = one(changes, name, instead(claim, of(changes, name)))
    return one(given, name, instead(claim, of(given, name))), plan


def whole(truth: Truth, found: Sequence[Said], ids: Sequence[str]) -> None:
    """A right rule with these changes and mistakes takes the file's path in every core case."""
    from tests.grading.truth import within

    book = catalogue(truth.judged.topic)
    solution = book.make(())
    defaults = {each.name: each.default for each in dataclasses.fields(solution)}
    assert found or ids
    told = sorted((said.claim for said in found), key=lambda claim: claim["how"] != "default")

    def made_by(claims: Sequence[Mapping[str, Any]], mistakes: Sequence[str]) -> bool:
        for case in truth.core:
            instead = case
            for claim in claims:
                given, plan = rewritten(instead, claim, defaults)
                instead = dataclasses.replace(instead, hyperparameters=given, schedule=plan)
            rule_class = book.make([book[name] for name in mistakes])
            paths = walk(rule_class, instead.hyperparameters, case.params, case.grads, instead.schedule)
            for path, got, start in zip(paths, truth.judged.answers[case.id].params, case.params, strict=True):
                if len(path) != len(got) or not within(got, path, start, 1e-7, 1e-14).all():
                    return False
        return True

    assert made_by(told, ids)
    for claim in told:
        assert not made_by([each for each in told if each is not claim], ids), "it makes no difference"


def shown(said: Said, *values: Any) -> None:
    """Both languages show these numbers, as Python writes them, and the hyperparameter."""
    for text in (said.text.en, said.text.zh):
        assert f"`{said.claim['name']}`" in text
        for value in values:
            figures = "".join(char if char.isalnum() or char in ".-+" else " " for char in text).split()
            read = [float(each.strip(".")) for each in figures if re.fullmatch(r"[-+.]*\d[\d.]*(e[-+]?\d+)?\.?", each)]
            for each in value if isinstance(value, (tuple, list)) else [value]:
                if isinstance(each, bool):
                    assert str(each) in text
                    continue
                assert any(abs(number - each) <= 1e-5 * abs(each) for number in read), (each, text)


def changed(truth: Truth, said: Said) -> None:
    """A hyperparameter is another than it should be."""
    claim = said.claim
    if "how" not in claim:
        (stepped if "values" in claim else followed if "wrong" in claim else varied)(truth, said)
        return
    shown(said, *([claim["value"]] if claim["value"] is not None else []))
    if claim["whole"]:
        whole(truth, [said], ())
    elif "number" not in claim:
        case = truth.case("defaults")
        value, solution = claim["value"], catalogue(truth.judged.topic).make(())
        paths = [
            walk(truth.rule_class, {**case.hyperparameters, **more}, case.params, case.grads[:STEPS], {})
            for more in ({}, {claim["name"]: value}, {claim["name"]: getattr(solution, claim["name"])})
        ]
        assert equal(paths[0], paths[1])
        assert not equal(paths[0], paths[2])
        shown(said, getattr(solution, claim["name"]))


def equal(some: Sequence[Array], others: Sequence[Array]) -> bool:
    """Whether two paths are the same to the last bit."""
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


def varied(truth: Truth, said: Said) -> None:
    """A hyperparameter that is varied, at the start or on the way, changes the right path and not the file's."""
    case, claim = truth.core[0], said.claim
    assert of(case.hyperparameters, claim["name"]) == claim["before"] != claim["after"]
    shown(said, claim["before"], claim["after"])
    new = one(case.hyperparameters, claim["name"], claim["after"])
    for rule_class, same in ((truth.rule_class, True), (catalogue(truth.judged.topic).make(()), False)):
        before = walk(rule_class, case.hyperparameters, case.params, case.grads[:STEPS], {})
        if "step" in claim:
            after = walk(
                rule_class,
                case.hyperparameters,
                case.params,
                case.grads[:STEPS],
                {claim["step"]: {claim["name"]: claim["after"]}},
            )
        else:
            after = walk(rule_class, new, case.params, case.grads[:STEPS], {})
        assert equal(before, after) == same


def stepped(truth: Truth, said: Said) -> None:
    """A right rule that is given another number at some steps takes the file's path up to the last of them."""
    from tests.grading.truth import within

    claim, case = said.claim, truth.case(said.claim["case"])
    solution = catalogue(truth.judged.topic).make(())
    base = claim["name"].partition("[")[0]
    held = {each.name: each.default for each in dataclasses.fields(solution)} | case.hyperparameters
    last, plan = claim["until"], {}
    for step in range(1, last + 1):
        held |= case.schedule.get(step, {})
        if step == min(claim["values"]):
            assert of(held, claim["name"]) == claim["given"]
        own = claim["values"].get(step, of(held, claim["name"]))
        plan[step] = {**case.schedule.get(step, {}), base: one(held, claim["name"], own)[base]}

    def differs(more: Mapping[int, Values]) -> int:
        """The first step in which the file is elsewhere; 0 for none."""
        paths = walk(solution, case.hyperparameters, case.params, case.grads[:last], more)
        beside = zip(paths, truth.judged.answers[case.id].params, case.params, strict=True)
        right = [
            within(got[:last], path, start, 1e-7, 1e-14).reshape(last, -1).all(axis=1) for path, got, start in beside
        ]
        return 0 if np.all(right) else int(np.all(right, axis=0).argmin()) + 1

    assert differs(plan) == 0
    for step in claim["values"]:
        before = {each: changes for each, changes in plan.items() if each < step}
        assert differs({**case.schedule, **before, step: {base: held[base], **case.schedule.get(step, {})}}) > 0
    round_ones = [0.0 if abs(each) < 1e-12 else each for each in claim["values"].values()]
    shown(said, claim["given"], *round_ones, *claim["values"], last)


def followed(truth: Truth, said: Said) -> None:
    """The file is right on the first case; with one change on the way it is wrong from a step on."""
    claim, case = said.claim, truth.core[0]
    solution = catalogue(truth.judged.topic).make(())
    assert case.hyperparameters[claim["name"]] == claim["before"] != claim["after"]
    off = []
    for plan in ({}, {claim["step"]: {claim["name"]: claim["after"]}}):
        own, right = (
            walk(each, case.hyperparameters, case.params, case.grads[:STEPS], plan)
            for each in (truth.rule_class, solution)
        )
        off.append(
            next(
                (
                    step
                    for step in range(STEPS)
                    if apart([a[: step + 1] for a in own], [b[: step + 1] for b in right], case.params) > 1e-9
                ),
                STEPS,
            )
        )
    assert off[0] == STEPS
    assert off[1] + 1 == claim["wrong"] >= claim["step"]
    shown(
        said,
        claim["before"],
        claim["after"],
        claim["step"],
        *([claim["wrong"]] if claim["wrong"] > claim["step"] else []),
    )


def signature(truth: Truth, said: Said) -> None:
    """How the class takes a hyperparameter."""
    claim = said.claim
    arguments = inspect.signature(truth.rule_class).parameters
    own = arguments.get(claim["name"])
    right = inspect.signature(catalogue(truth.judged.topic).make(())).parameters
    for text in (said.text.en, said.text.zh):
        assert f"`{claim['name']}`" in text
    if claim["what"] == "required":
        assert own is not None
        assert own.default is own.empty
        assert claim["name"] not in right
    elif claim["what"] == "misspelt":
        assert own is None
        assert claim["name"] in right
        assert not any(each.kind is each.VAR_KEYWORD for each in arguments.values())
        assert claim["other"] in arguments
        assert claim["other"] not in right
    elif claim["what"] == "positional":
        assert own is not None
        assert own.kind is own.POSITIONAL_ONLY
    else:
        assert own is not None
        assert own.default is own.empty
        assert right[claim["name"]].default is not own.empty


def property_(truth: Truth, said: Said) -> None:
    """Something holds of every right rule and not of the file, or the other way round."""
    claim, solution = said.claim, catalogue(truth.judged.topic).make(())
    file, right = (Tried(rule_class, truth.core[0], claim) for rule_class in (truth.rule_class, solution))
    seen, wanted = file.apart(), right.apart()
    one, other = (wanted, seen) if claim["holds"] else (seen, wanted)
    assert one <= 1e-9
    assert other > 1e-6
    assert said.text.en.startswith("Without weight decay: ") == file.without_decay
    assert said.text.zh.startswith("没有权重衰减时，") == file.without_decay
    if "ratio" in claim:
        assert abs(file.ratio - claim["ratio"]) <= 1e-5 * abs(file.ratio)
        for text in (said.text.en, said.text.zh):
            assert f"{claim['ratio']:.4g}" in text


def apart_from_right(truth: Truth, given: Values, params: Sequence[Array], grads: Sequence[Sequence[Array]]) -> float:
    """How far the file is from the right rule on the same numbers, in shares of the distance moved."""
    solution = catalogue(truth.judged.topic).make(())
    mine, wanted = (walk(rule_class, given, params, grads, {}) for rule_class in (truth.rule_class, solution))
    return apart(mine, wanted, params)


def part(truth: Truth, said: Said) -> None:
    """A part of the rule is right, or is off by a number."""
    claim, case = said.claim, truth.core[0]
    given, grads = dict(case.hyperparameters), case.grads[:STEPS]
    plain = given | ({"weight_decay": 0.0} if "weight_decay" in given else {})
    start, nothing = [0 * param for param in case.params], [[0 * grad for grad in step] for step in grads]
    if claim["part"] == "without":
        assert apart_from_right(truth, given, case.params, grads) > 1e-6
        assert apart_from_right(truth, one(given, claim["name"], 0.0), case.params, grads) <= 1e-9
        assert of(given, claim["name"]) == claim["value"]
        shown(said, claim["value"])
    elif claim["part"] == "denominator":
        assert apart_from_right(truth, plain, start, grads) > 1e-6
        assert apart_from_right(truth, plain | {"eps": claim["eps"]}, start, grads) <= 1e-9
    elif claim["part"] == "factor":
        exact = plain | ({"eps": 0.0} if "eps" in given else {})
        solution = catalogue(truth.judged.topic).make(())
        for i, param in enumerate(case.params):
            moves, right = (
                np.diff(walk(each, exact, case.params, grads, {})[i], axis=0, prepend=param[None])
                for each in (truth.rule_class, solution)
            )
            for step, factor in enumerate(claim["factors"]):
                assert np.allclose(moves[step], factor * right[step], rtol=1e-6, atol=1e-9)
        for text in (said.text.en, said.text.zh):
            begin, end = (int(each) for each in re.findall(r"(?:steps |第 |to |到第 )(\d+)", text))
            shown_ones = claim["factors"][begin - 1 : end]
            assert all(f"{factor:.4g}" in text or abs(factor - 1) < 1e-3 for factor in shown_ones)
            assert any(abs(factor - 1) > 1e-6 for factor in shown_ones)
    else:
        at, wanted = claim["step"] - 1, claim["wanted"]
        mine = walk(truth.rule_class, given, case.params, nothing, {})
        for path, param in zip(mine, case.params, strict=True):
            before = path[at - 1] if at else param
            assert np.allclose(path[at], claim["got"] * before, rtol=1e-7)
            assert not np.allclose(path[at], wanted * before, rtol=1e-7)
        for text in (said.text.en, said.text.zh):
            assert f"{claim['got']:.6g}" in text
            assert f"{wanted:.6g}" in text


def edit(truth: Truth, said: Said) -> None:
    """The file is right in every visible core case with these pieces of its text replaced, and shows both."""
    text = truth.judged.source.removeprefix(b"\xef\xbb\xbf")
    assert not all(map(truth.numbers_right, truth.core))
    for each in said.claim["edits"]:
        begin, end = each["span"]
        assert text[begin:end].decode() == each["old"] != each["new"]
        assert each["old"].encode() in truth.judged.source
        assert text[:begin].count(b"\n") + 1 == each["line"]
        assert f"line {each['line']}" in said.claim["where"]
        pieces = ["old"] if each["how"] in {"dropped", "never", "always"} else ["old", "new"]
        for told in (said.text.en, said.text.zh):
            assert re.search(rf"(line |第 ){each['line']}\b", told)
            assert all(quoted(" ".join(each[piece].split())) in told for piece in pieces)
        new = each["new"] if each["how"] in {"dropped", "fresh"} else f"({each['new']})"
        text = text[:begin] + new.encode() + text[end:]
    answers = truth.judged.again(truth.core, text)
    mended = dataclasses.replace(truth, judged=dataclasses.replace(truth.judged, answers=answers))
    assert all(map(mended.passed, truth.core))


CHECKS: dict[str, Callable[[Truth, Said], None]] = {
    "default": changed,
    "hyperparameter": changed,
    "signature": signature,
    "property": property_,
    "part": part,
    "edit": edit,
    "pattern": patterned.check,
    "smallest": shrunk.check,
}
"""By kind of finding."""
