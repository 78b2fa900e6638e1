"""Tuners: the judge keeps tasks and counts to itself, and holds what a file returns to its regret."""

from __future__ import annotations

import hashlib
import math
import re
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.authoring import sweeps
from course.classroom.history import Attempt
from course.classroom.survey import described, shown_by
from course.grading import case_set, judge, kinds
from course.grading.mistakes import catalogue, slips
from course.grading.tuner import recorded, talk
from course.grading.tuner.case import TunerCase
from course.grading.tuner.recipes import CORE
from course.grading.tuner.runs import Search
from course.grading.tuner.talk import Searching
from course.grading.tuner.task import Curve
from course.grading.tuner.walk import searched
from course.grading.worker import search
from course.lab.parts.exercise import exercise
from course.lab.widget.descent import descent
from course.lab.widget.search import Searches, searches
from course.learner import beside
from course.rule import load
from course.text import CourseError, set_language
from course.topic import topics
from tests.grading import trial
from tests.topics import corpus

if TYPE_CHECKING:
    from course.grading.said import Said

TOPIC = topics("tuner")[0]
STEM = TOPIC.stem
SOLUTION = TOPIC.solution.read_text("utf-8")
RIGHT = {"the solution": SOLUTION, **corpus(STEM, "right")}
HEAD = """
import numpy as np
class Tuner:
    def __init__(self, low=1e-4, high=1.0, budget=16, looks=1):
        self.low, self.high, self.budget, self.looks = low, high, budget, looks
    def tune(self, loss):
"""


def made(source: str) -> Any:
    return load(Path(f"{STEM}.py"), TOPIC.class_name, source.encode())


def wrong(cls: Any, case: Any) -> bool:
    answer = searched(cls(**case.hyperparameters), case)
    return kinds.of(TOPIC).hold(TOPIC, case, answer, None).status != "passed"  # type: ignore[arg-type]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_tuner_passes_and_every_hidden_task_with_it(name: str) -> None:
    assert trial.judged(STEM, RIGHT[name], seed="right").status == "passed"
    cls = made(RIGHT[name])
    failed = [(seed, case.id) for seed in range(60) for case in case_set.hidden(TOPIC, str(seed)) if wrong(cls, case)]
    assert failed == []


def test_the_solution_keeps_a_margin() -> None:
    """On two hundred classes' tasks it never comes near the bar: no student fails by a draw that is harder."""
    cls = made(SOLUTION)
    for seed in range(200):
        for case in case_set.hidden(TOPIC, f"margin {seed}"):
            assert isinstance(case, TunerCase)
            found = searched(cls(**case.hyperparameters), case).found
            assert found is not None
            assert case.task.regret(found) <= 0.85 * case.bar, (seed, case.id)


GRID = """
        rates = np.geomspace(self.low, self.high, self.budget)
        losses = [loss(rate) for rate in rates]
        return rates[np.nanargmin(losses)]
"""
RANDOM = """
        low, high = np.log10(self.low), np.log10(self.high)
        rates = 10.0 ** np.random.RandomState(self.budget).uniform(low, high, self.budget)
        losses = [loss(rate) for rate in rates]
        return rates[np.nanargmin(losses)] if not np.isnan(losses).all() else self.low
"""


@pytest.mark.parametrize("body", [GRID, RANDOM], ids=["grid", "random"])
def test_a_grid_and_a_random_search_of_the_same_budget_are_not_enough(body: str) -> None:
    verdict = trial.judged(STEM, HEAD + body)
    assert verdict.status != "passed"
    assert verdict.score <= 5


SLIPS = {
    "a run too many": ("for _ in range(self.budget + 1): loss(0.1)\n        return 0.1", "more runs than"),
    "the refusal caught": (
        "for _ in range(99):\n            try: loss(0.1)\n            except Exception: pass\n        return 0.1",
        "more runs than",
    ),
    "a negative rate": ("loss(-0.1)\n        return 0.1", "-0.1"),
    "NaN": ("loss(float('nan'))\n        return 0.1", "nan"),
    "a text": ("loss('0.1')\n        return 0.1", "`str`"),
    "a truth": ("loss(True)\n        return 0.1", "`bool`"),
    "nothing returned": ("loss(0.1)", "returned no rate"),
    "a pair returned": ("return loss(0.1), 0.1", "`tuple`"),
    "a logarithm returned": ("return -1.0", "logarithm"),
    "infinity returned": ("return float('inf')", "inf"),
    "an object that becomes a number": (
        "return type('N', (), {'__float__': lambda self: 0.1})()",
        "`N`",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_what_is_no_search_is_told(name: str) -> None:
    body, said = SLIPS[name]
    verdict = trial.judged(STEM, f"{HEAD}        {body}\n")
    assert (verdict.status, verdict.score) == ("wrong", 0.0)
    assert any(said in (row.reason.en if row.reason else "") for row in verdict.cases)


@pytest.mark.parametrize("form", ["np.float64(r)", "np.array(r)", "np.float32(r)", "float(r)"])
def test_numbers_of_all_kinds_are_rates(form: str) -> None:
    dressed = f"{SOLUTION}\nOld = Tuner\nclass Tuner(Old):\n    def tune(self, loss):\n"
    dressed += f"        return (lambda r: {form})(Old.tune(self, lambda r: loss({form})))\n"
    assert trial.judged(STEM, "import numpy as np\n" + dressed).status == "passed"


RAISES = {
    "ZeroDivisionError": ("return 1 / 0", "With a `budget` of 1, for instance, `budget - 1` is 0."),
    "AttributeError": ("return loss(self.rate)", "the names that they have in the skeleton"),
    "TypeError": ("return loss()", "`TypeError: loss() missing 1 required"),
    "IndexError": ("return np.zeros(3)[5]", "index 5"),
    "ValueError": ("loss(0.1)\n        raise ValueError('of mine')", "of mine"),
}


@pytest.mark.parametrize("name", RAISES)
def test_an_exception_is_told_with_its_line_and_without_a_number(name: str) -> None:
    body, said = RAISES[name]
    verdict = trial.judged(STEM, f"{HEAD}        {body}\n")
    assert verdict.status == "error"
    assert name in verdict.message.en
    assert said in verdict.message.en
    assert body.splitlines()[-1].strip() in verdict.message.zh
    for told in (verdict.message, *[row.reason for row in verdict.cases if row.reason]):
        assert "torch" not in told.en + told.zh
        assert "regret" not in told.en


def test_too_many_runs_are_counted_as_what_they_are() -> None:
    """A class report says so, where it would say that no known mistake fits."""
    for name in ("a run too many", "the refusal caught"):
        verdict = trial.judged(STEM, f"{HEAD}        {SLIPS[name][0]}\n").to_json()
        certain, _ = shown_by(Attempt.of(verdict, datetime.now(UTC)))
        assert certain == {"over-budget"}
        assert described(STEM, "over-budget")[0] == slips.SLIPS["over-budget"]
    book = catalogue(TOPIC)
    known = trial.judged(STEM, book.source((book["first-grid-not-counted"],)))
    assert known.mistakes == ("first-grid-not-counted",)  # where a mistake is known to lead to it, that says more


def test_a_search_that_never_ends_is_stopped() -> None:
    from course.grading.sandbox import Limits

    body = "        while True:\n            try: loss(0.1)\n            except Exception: pass\n"
    verdict = trial.judged(STEM, HEAD + body, limits=Limits(cpu=2, wall=4.0))
    assert verdict.status in {"timeout", "limit"}
    assert verdict.score == 0


def test_hidden_tasks_say_one_bit() -> None:
    """A table of the visible ranges passes what everybody sees and earns nothing in a class."""
    known = {
        (case.hyperparameters.get("low"), case.hyperparameters.get("budget")): searched(
            made(SOLUTION)(**case.hyperparameters), case
        ).found
        for case in case_set.visible(TOPIC)
        if isinstance(case, TunerCase)
    }
    known[1e-4, 16] = known.pop((None, None))
    verdict = trial.judged(STEM, HEAD + f"        return {known!r}.get((self.low, self.budget), 1e9)\n", seed="secret")
    assert verdict.status == "wrong"
    assert verdict.score == 0
    hidden = [row for row in verdict.cases if row.id.startswith("hidden-")]
    assert len({str(row.reason) for row in hidden}) == 1


def test_the_request_holds_no_task() -> None:
    cases = case_set.hidden(TOPIC, "secret")
    request = b"".join(Searching(cases, {}).request("x.py", b"", "Tuner", {}))
    for case in cases:
        assert isinstance(case, TunerCase)
        for value in vars(case.task).values():
            assert not isinstance(value, float) or not math.isfinite(value) or repr(value).encode() not in request


def heard(case: TunerCase, *lines: bytes) -> Searching:
    found = Searching([case], {})
    said = bytearray(b'{"ready": true}\n{"problem": null}\n')
    for line in lines:
        said += line
        found.hear(said)
    return found


END = b'{"case": 0, "problem": null, "found": 0.1, "kind": "", "strange": "", "bytes": 0}\n'
NONSENSE = [
    b'{"ask": 1}\n',
    b'{"ask": true}\n',
    b'{"ask": "0.1"}\n',
    b'{"ask": null}\n',
    b'{"ask": 0.1, "more": 1}\n',
    b"[0.1]\n",
    b"0.1\n",
    b"\n",
    b"\xff\n",
    b"[" * 100_000 + b"\n",
    END.replace(b'"case": 0', b'"case": 1'),
    END.replace(b'"case": 0', b'"case": false'),
    END.replace(b'"found": 0.1', b'"found": "0.1"'),
    END.replace(b'"found": 0.1', b'"found": [0.1]'),
    END.replace(b'"bytes": 0', b'"bytes": 8'),
    END.replace(b'"kind": ""', b'"kind": 5'),
    END.replace(b'"strange": ""', b'"strange": "%s"' % (b"x" * 81)),
    END.replace(b'"problem": null', b'"problem": {"kind": "passed"}'),
    END + END,
]


@pytest.mark.parametrize("line", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_ends_the_hearing_and_the_replies(line: bytes) -> None:
    case: Any = case_set.visible(TOPIC)[0]
    found = heard(case, line, b'{"ask": 0.1}\n')
    assert not found.take_in(b"")[2]
    replies = [found.reply()]
    while replies[-1]:
        replies.append(found.reply())
    assert len(replies) <= 2


def test_the_judge_counts_and_grants() -> None:
    case: Any = case_set.visible(TOPIC)[0]
    found = heard(case, *[b'{"ask": 0.01}\n'] * (case.budget + 3), END)
    replies = [struct.unpack("<?d", found.reply()) for _ in range(case.budget + 3)]
    assert [granted for granted, _ in replies] == [True] * case.budget + [False] * 3
    assert {loss for granted, loss in replies if granted} == {case.task.run(0.01, ())}
    answer = found.take_in(b"")[1][0]
    assert isinstance(answer, Search)
    assert len(answer.asked) == case.budget + 1
    assert kinds.of(TOPIC).hold(TOPIC, case, answer, None).status == "wrong"  # type: ignore[arg-type]


def test_both_ends_read_a_reply_alike() -> None:
    assert talk.REPLY.format == search.REPLY.format


@pytest.mark.parametrize("name", [mistake.id for (mistake,) in catalogue(TOPIC).singles])
def test_every_mistake_fails_and_is_named_through_a_worker(name: str) -> None:
    book = catalogue(TOPIC)
    source = f"import math\nimport numpy as np\n{book.source((book[name],))}"
    verdict = trial.judged(STEM, source)
    assert verdict.status == "wrong"
    assert verdict.mistakes == (name,)


@pytest.mark.parametrize("title", corpus(STEM, "named"))
def test_a_mistake_in_another_hand_is_named(title: str) -> None:
    assert trial.judged(STEM, corpus(STEM, "named")[title]).mistakes == (title.partition(":")[0],)


WAYS = {
    **{name: f"{HEAD}        {body}\n" for name, (body, _) in SLIPS.items()},
    **{name: f"{HEAD}        {body}\n" for name, (body, _) in RAISES.items()},
    "one run": f"{HEAD}        loss(self.low)\n        return self.low\n",
    "a grid": HEAD + GRID,
    "at random": HEAD + RANDOM,
    "another than the best": f"{HEAD}        loss(self.high)\n        loss(self.low)\n        return self.high\n",
    "the same again": f"{HEAD}        for _ in range(self.budget): loss(self.low)\n        return self.low\n",
    **corpus(STEM, "named"),
}


def said_of(source: str) -> list[tuple[Any, Search, Said]]:
    """All that is said of the searches of a file, in every visible task: the task, the search, the sentence."""
    found: list[tuple[Any, Search, Said]] = []
    for case in case_set.visible(TOPIC):
        answer = trial.answer(STEM, made(source), case, Path(f"{STEM}.py"))
        assert isinstance(answer, Search)
        nothing: Any = None
        found += [(case, answer, said) for said in kinds.of(TOPIC).facts(case, nothing, nothing, answer, ())]
    return found


def holds(case: Any, search: Search, said: Said) -> bool:
    """Whether a sentence is true of a search; it is worked out anew from what was asked and answered."""
    told: dict[Any, float] = {}
    for asked, loss in zip(search.asked, search.losses, strict=False):
        told[asked] = min(told.get(asked, math.inf), math.inf if math.isnan(loss) else loss)
    if min(told) <= 0 or len(search.asked) > case.budget:
        return False
    rate, lowest, noisy = said.claim.get("rate"), min(told.values()), case.settings["looks"] > 1
    here = told.get(rate, math.nan) == lowest
    numbers = set(re.findall(r"[\d.e+-]*\d", said.text.en))
    again = len(search.asked) - len(told)
    if said.kind == "saw-a-better":
        returned = [loss for each, loss in told.items() if math.isclose(each, search.found or 0.0)]
        true = here and lowest < min(returned, default=0.0) and not noisy
    elif said.kind == "best-at-the-end":
        true = (
            here and rate == (max if "largest" in said.text.en else min)(told) and len(told) > 1 and lowest < math.inf
        )
    elif said.kind == "all-diverged":
        true = rate == min(told) and lowest == math.inf
    elif said.kind == "asked-again":
        true = 0 < again == said.claim["count"] and not noisy
    else:
        true = said.claim["asked"] == len(search.asked) < case.budget
    figures = {
        "asked-again": {str(again), str(len(search.asked))},
        "budget-left": {str(len(search.asked)), str(case.budget)},
    }
    return true and figures.get(said.kind, {f"{rate or 0.0:.3g}"}) <= numbers


@pytest.mark.parametrize("name", WAYS)
def test_what_is_said_of_a_search_is_true_of_it(name: str) -> None:
    for case, answer, said in said_of(WAYS[name]):
        assert holds(case, answer, said), (case.id, said.text.en)


def test_mistakes_are_told_what_is_true_and_every_sentence_is_said() -> None:
    book = catalogue(TOPIC)
    sources = [f"import math\nimport numpy as np\n{book.source((each,))}" for (each,) in book.singles]
    every = [each for source in (*sources, *WAYS.values()) for each in said_of(source)]
    assert [said.text.en for case, answer, said in every if not holds(case, answer, said)] == []
    kinds_said = {"saw-a-better", "best-at-the-end", "all-diverged", "asked-again", "budget-left"}
    assert {said.kind for _, _, said in every} == kinds_said


def test_a_sentence_about_another_search_is_seen() -> None:
    """Each sentence is held against a search of which it is not true."""
    valley = case_set.visible(TOPIC)[0]
    several = trial.answer(STEM, made(SOLUTION), valley, Path(f"{STEM}.py"))
    assert isinstance(several, Search)
    for name in ("another than the best", "one run", "the same again"):
        told = said_of(WAYS[name])
        assert all(holds(*each) for each in told)
        assert not any(holds(valley, several, said) for _, _, said in told)


def test_a_task_has_the_shape_of_a_sweep() -> None:
    task = Curve(centre=-2, lowest=0.1, start=2.3, left=0.4, right=0.3, cliff=0.5, unstable=0.3)
    losses = [task.loss(10.0**power) for power in np.linspace(-6, -2, 30)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(2.3, rel=1e-6)
    assert (task.loss(0.01), task.regret(0.01)) == pytest.approx((0.1, 0))
    assert task.loss(10.0**-1.6) == math.inf
    lucky = task.run(10.0**-1.6, ())
    assert lucky < 0.1
    assert task.run(10.0**-1.6, (10.0**-1.6,)) == math.inf
    assert task.run(10.0**-1.4, ()) == math.inf


def test_recorded_sweeps_are_judged_by_other_seeds() -> None:
    powers, heights = recorded.tasks(TOPIC)[0]
    task = recorded.Recorded(powers, heights)
    best = 10.0 ** powers[heights[:, recorded.SHOWN :].mean(axis=1).argmin()]
    before: list[float] = []
    shown = []
    for _ in range(recorded.SHOWN + 1):
        shown.append(task.run(best, before))
        before.append(best)
    assert shown[0] == shown[-1]
    assert len(set(shown)) == recorded.SHOWN
    other = recorded.Recorded(powers, np.where(np.arange(heights.shape[1]) < recorded.SHOWN, heights + 5, heights))
    assert other.regret(best) == task.regret(best)
    assert task.run(10.0 ** (powers[-1] + 1), ()) == math.inf
    assert task.run(10.0 ** (powers[0] - 1), ()) == pytest.approx(math.exp(heights[0, 0]))


def test_the_recipe_of_the_sweeps_is_their_code_and_what_it_uses() -> None:
    """Comments are no part of it, blocks are; of the lab only what trains is."""
    assert sweeps.bare('"""Doc."""\nx = 1  # so\n\n"""Told."""\n') == sweeps.bare("x  =  1\n")
    assert sweeps.bare("if a:\n    b\nc\n") != sweeps.bare("if a:\n    b\n    c\n")
    assert sweeps.bare("x = 1\n") != sweeps.bare("x = 2\n")
    own, lab = ((TOPIC.folder / name).read_text("utf-8") for name in ("recorded.py", "lab.py"))
    trained = "".join(sweeps.used(own, lab))
    for name in ("HIDDEN = ", "def sweep(", "def _weights(", "def _loss(", "def _made("):
        assert name in trained
    for name in ("def misses(", "def scene(", "def searched("):
        assert name in lab
        assert name not in trained


PRINTED = r'''
def say(a: dict) -> str:  # so
    "Say it."
    first = "é" "and" f"{a['x']:>{a['n'] if a else 1}} {{}}" + rf"\n{a!r}"  # as well
    return first + F"""{f"{a}"}
    {f'{first}'} é"""
'''
"""What Python 3.11 can read, too: no quotation mark within its own kind."""


def test_every_python_has_the_same_recipe() -> None:
    """From 3.12 on Python takes f-strings to pieces; a recipe that was recorded with 3.11 is the same there."""
    words = sweeps.bare(PRINTED)
    assert "'x'" in words
    assert hashlib.sha256(words.encode()).hexdigest()[:32] == "9266d2190804e9226d2de6543c9d716b"
    assert sweeps.bare('x = f"{a} b"') != sweeps.bare('x = f"{a}  b"')
    assert sweeps.bare("x = f'{a}'") != sweeps.bare("x = f'{b}'")


def test_every_recipe_is_drawn_apart() -> None:
    """Twins of one recipe differ in their task, and nobody knows its range."""
    for name, *_ in CORE:
        twins = [next(c for c in case_set.hidden(TOPIC, str(seed)) if c.twin == name) for seed in range(8)]
        assert len({repr(getattr(each, "task", None)) for each in twins}) == 8
        assert name == "defaults" or len({repr(each.hyperparameters) for each in twins}) > 2


def test_judge_reads_a_folder(tmp_path: Path) -> None:
    (tmp_path / f"{STEM}.py").write_text(SOLUTION, "utf-8")
    verdict = judge.checked(TOPIC, tmp_path)
    assert verdict.passed
    assert verdict.paths is None
    assert verdict.score == verdict.max_score == 10


def test_there_is_nothing_beside_and_no_map(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="nothing to mend"):
        beside.answer(TOPIC, "mend", tmp_path)
    assert beside.marks(TOPIC, tmp_path) == []
    for stem, compare in ((STEM, None), ("sgd", STEM)):
        with pytest.raises(CourseError, match="no path on a map"):
            descent(stem, compare=compare)


def test_a_search_without_end_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the picture, too, whatever it catches; and what it prints is not shown."""
    monkeypatch.setattr("course.lab.guard.PATIENCE", 0.2)
    for body in (
        "while True: pass",
        "while True:\n            try: loss(0.1)\n            except Exception: print('no')",
    ):
        (tmp_path / f"{STEM}.py").write_text(f"{HEAD}        {body}\n", "utf-8")
        shown = exercise(STEM, tmp_path).map
        assert "after 0.2 s this one had not ended" in shown.picture.value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_follows_the_file(lang: str, tmp_path: Path) -> None:
    set_language(lang)
    try:
        (tmp_path / f"{STEM}.py").write_text(f"{HEAD}        return 1 / 0\n", "utf-8")
        shown = exercise(STEM, tmp_path).map
        assert isinstance(shown, Searches)
        for body, said in {
            "        return 1 / 0\n": "ZeroDivisionError",
            "        return loss('a')\n": "return loss(&#x27;a&#x27;)",
            "        raise NotImplementedError\n": {"en": "not written yet", "zh": "还没有写"}[lang],
            "        return '0.1'\n": {"en": "no learning rate was returned", "zh": "没有返回学习率"}[lang],
            "        for _ in range(99): loss(0.1)\n": {"en": "stopped: more than", "zh": "已中止"}[lang],
            "        loss(-0.1); loss(float('nan')); return float('nan')\n": "<svg",
            "        return 0.1\n": {"en": "before any run", "zh": "没有训练"}[lang],
            RANDOM: "<svg",
        }.items():
            (tmp_path / f"{STEM}.py").write_text(HEAD + body, "utf-8")
            shown.search()
            for name in shown.cases:
                shown.task.value = name
                assert "Traceback" not in shown.picture.value
                assert said in shown.picture.value
                assert not re.search(r"\b(nan|inf)\b", shown.picture.value)
        assert shown.picture.value.startswith("<svg")
    finally:
        set_language("en")
    with pytest.raises(CourseError):
        searches(STEM, case="no such task")
