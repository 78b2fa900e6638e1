"""What is said: every status and slip in both languages, stored and read back without loss, shown without harm."""

from __future__ import annotations

import functools
import json
import re
from xml.etree import ElementTree as ET

import pytest

from course.grading import plot, render
from course.grading.sandbox import Limits
from course.grading.verdict import Verdict
from course.text import LANGS, Text
from tests.grading import trial, wrong
from tests.grading.test_statuses import ASLEEP, FILES, in_update

SAMPLES: dict[str, str | bytes] = {
    "passed": FILES["passed"]["prints everywhere"],
    "wrong": wrong.rules("sgd")["decay-forgotten"],
    "not-implemented": FILES["not-implemented"]["all"],
    "error": FILES["error"]["an exception in update"],
    "timeout": FILES["timeout"]["asleep"],
    "limit": FILES["limit"]["a fork"],
    "rejected": FILES["rejected"]["imports torch"],
    "wrong: infinite": wrong.rules("sgd")["infinity"],
    "wrong: not a number": wrong.rules("sgd")["NaN"],
    "wrong: changed in place": wrong.rules("sgd")["grad changed in place"],
    "error: half a character": FILES["error"]["an exception with half a character"],
    "error: markup": in_update("raise ValueError('<script>alert(1)</script> & `code` {stem} {0}')"),
}


@functools.cache
def verdict(sample: str) -> Verdict:
    """Each sample is judged once."""
    return trial.judged("sgd", SAMPLES[sample], limits=ASLEEP if sample == "timeout" else Limits())


def texts(found: Verdict) -> list[Text]:
    """Every sentence in a verdict."""
    return [
        found.message,
        *found.notes,
        *(case.title for case in found.cases),
        *(c.reason for c in found.cases if c.reason),
    ]


@pytest.mark.parametrize("sample", SAMPLES)
def test_stored_and_read_back(sample: str) -> None:
    found = verdict(sample)
    assert found.status == sample.partition(":")[0]
    for lang in LANGS:
        stored = json.dumps(found.to_json(lang), allow_nan=False, ensure_ascii=False).encode("utf-8")
        again = Verdict.from_json(json.loads(stored))
        assert again.to_json(lang) == found.to_json(lang)
        assert repr(again) == repr(found)  # repr, because NaN is not equal to itself


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        Verdict.from_json({**verdict("passed").to_json("en"), "schema": 2})


@pytest.mark.parametrize("sample", SAMPLES)
def test_both_languages(sample: str) -> None:
    own = "{stem} {0}" if sample.endswith("markup") else ""
    for text in texts(verdict(sample)):
        assert not re.search(r"\{\w*\}", text.en.replace(own, "") + text.zh.replace(own, "")), text
        assert re.search(r"[\u4e00-\u9fff]", text.zh), text
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text.en), text


@pytest.mark.parametrize("sample", SAMPLES)
def test_shown(sample: str) -> None:
    """The report is well-formed, closed in itself, and shows nothing of the learner's as markup."""
    found = verdict(sample)
    for lang in LANGS:
        html = render.html(found, lang)
        root = ET.fromstring(html)  # noqa: S314 - our own text; that it can be read is the test
        assert root.get("lang") == ("zh-CN" if lang == "zh" else "en")
        assert not {"script", "link", "iframe", "object"} & {element.tag for element in root.iter()}
        assert not re.search(r"""(src|href|on\w+)=|url\(|https?:""", html)
        shown = "".join(root.itertext())
        plain = render.terminal(found, lang)
        for paragraph in found.message[lang].splitlines():
            assert paragraph.replace("`", "") in shown.replace("`", "")
            assert paragraph in plain or paragraph.strip("`") in plain  # a line of code, to be run as it is
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", plain)
        assert render.STATUS[found.status][lang] in plain
        assert bool(found.paths) == ("<svg" in html)
        assert bool(found.paths and not found.passed) == (plot.EXPECTED[lang] + "   x " in plain)
        if found.paths:
            assert bool(found.paths.mistake) == (plot.MISTAKE[lang] in shown) == (plot.MISTAKE[lang] in plain)


SLIPS = {
    "None": ("returned None", "返回了 None"),
    "only the parameter": ("one ndarray", "一个 ndarray"),
    "three values": ("3 values", "3 个值"),
    "the two swapped": ("is a dict, not an array", "是 dict，不是数组"),
    "a nested list": ("is a list, not an array", "是 list，不是数组"),
    "float32": ("returned float32", "返回了 float32"),
    "integers": ("returned int64", "返回了 int64"),
    "complex": ("returned complex128", "返回了 complex128"),
    "an extra axis": (
        "the shape (3,), but `update` returned the shape (3, 1)",
        "(3,)，但 `update` 返回的形状是 (3, 1)",
    ),
    "flattened": ("the shape (2, 2), but `update` returned the shape (4,)", "(2, 2)，但 `update` 返回的形状是 (4,)"),
    "grad changed in place": ("`grad` of step 1 was changed in place", "第 1 步的 `grad` 被原地修改了"),
    "param changed in place": ("`param` of step 1 was changed in place", "第 1 步的 `param` 被原地修改了"),
    "one array returned again and again": ("`param` of step", "步的 `param` 被原地修改了"),
    "NaN": ("it is nan", "实际为 nan"),
}
"""Wrong rule → what its first sentence says in each language."""


@pytest.mark.parametrize("slip", SLIPS)
def test_common_slips_have_sentences_of_their_own(slip: str) -> None:
    reason = trial.judgements("sgd", wrong.rules("sgd")[slip], ["two-parameters"])["two-parameters"].reason
    assert reason is not None
    assert SLIPS[slip][0] in reason.en
    assert SLIPS[slip][1] in reason.zh


CLUES = {
    ("adam", "gradient not squared"): ("two-parameters", 1, "exp_avg_sq"),
    ("adam", "first-moment-a-sum"): ("two-parameters", 1, "exp_avg"),
    ("adam", "only-second-corrected"): ("two-parameters", 1, "param"),
    ("momentum", "first-gradient-lost"): ("two-parameters", 1, "momentum_buffer"),
    ("momentum", "buffer-an-average-from-gradient"): ("two-parameters", 2, "momentum_buffer"),
    ("rmsprop", "second-moment-from-one"): ("two-parameters", 1, "square_avg"),
    ("adadelta", "gradient-in-step-average"): ("two-parameters", 1, "acc_delta"),
    ("adagrad", "absolute-for-square"): ("two-parameters", 1, "sum"),
    ("lookahead", "no sync"): ("two-parameters", 4, "slow_param"),
    ("nesterov", "plain-momentum"): ("two-parameters", 1, "param"),
    ("radam", "rectified-from-step-six"): ("edges", 6, "param"),
}
"""Topic and wrong rule → a case, the first step in it that differs, and the quantity that tells the most."""


@pytest.mark.parametrize(("stem", "name"), CLUES)
def test_the_first_difference_names_the_buffer(stem: str, name: str) -> None:
    case, step, quantity = CLUES[stem, name]
    difference = trial.judgements(stem, wrong.rules(stem)[name], [case])[case].difference
    assert difference is not None
    assert (difference.step, difference.quantity) == (step, quantity)
