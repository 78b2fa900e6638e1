"""One finding, one true sentence: whatever a verdict says of a file, the file's own numbers bear it out.

Every sentence is checked by `truth.py`, over right rules and wrong ones: the handwritten corpora, those made from the
solutions, the catalogue's own, and `public/`, rules as they are found in blogs, answers and repositories.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course.grading import explain, facts
from course.grading.case_set import visible
from course.grading.mistakes import catalogue
from course.rule import load
from course.text import Text
from course.topic import Topic, topics
from tests.grading import catalogued, mutants, trial, truth, wrong
from tests.shares import share, shares
from tests.topics import corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from course.grading.said import Said
    from course.grading.verdict import Verdict
    from tests.grading.catalogued import Judged

pytestmark = pytest.mark.split("stem")

STEMS = [topic.stem for topic in topics("rule")]

EVERY, WHOLE = 40, 8
"""Of the wrong rules these shares are tried, always and in full: all of them take half an hour."""
OF_MUTANTS = 5
"""Of the mutants this share of the wrong rules': there are so many times more."""

WRITTEN: dict[str, Callable[[str], dict[str, str]]] = {
    "public": lambda stem: corpus(stem, "public"),
    "named": lambda stem: corpus(stem, "named"),
    "right": lambda stem: corpus(stem, "right"),
    "stretch": wrong.stretch_rules,
}
"""The corpora that are texts, and short."""
MADE: dict[str, Callable[[str, int], list[tuple[str, str]]]] = {
    "wrong": lambda stem, every: share(wrong.rules(stem).items(), every, stem),
    "mutants": lambda stem, every: [
        (mutant.change, mutant.source) for mutant in mutants.mutants(stem, OF_MUTANTS * every)
    ],
}
"""Those that are made of the solutions, and long."""


def judged(stem: str, source: str, folder: Path) -> Judged:
    file = folder / f"{stem}.py"
    file.write_text(source, "utf-8")
    return catalogued.judged(stem, load(file, Topic.load(stem).class_name), file)


def assert_true(stem: str, rules: Iterable[tuple[str, str]], folder: Path) -> list[Verdict]:
    """Check every sentence of their verdicts, and return these."""
    count, verdicts = 0, []
    for name, source in rules:
        try:
            found = judged(stem, source, folder)
            count += truth.check(found)
        except AssertionError as error:
            error.add_note(f"of {name}")
            raise
        verdicts.append(found.verdict)
    print(f"{stem}: {count} sentences")
    return verdicts


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("every", shares(2))
@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("stem", STEMS)
def test_every_sentence_is_true(stem: str, kind: str, every: int, tmp_path: Path) -> None:
    """Of the public rules, which nobody has made for these tests, always all."""
    verdicts = assert_true(stem, share(WRITTEN[kind](stem).items(), 1 if kind == "public" else every, stem), tmp_path)
    if kind == "public":
        assert_all_wrong(stem, verdicts)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("every", shares(EVERY, WHOLE))
@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("stem", STEMS)
def test_every_sentence_about_what_is_made_is_true(stem: str, kind: str, every: int, tmp_path: Path) -> None:
    assert_true(stem, MADE[kind](stem, every), tmp_path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("every", shares(8))
@pytest.mark.parametrize("stem", STEMS)
def test_every_explanation_of_the_catalogue_is_true(stem: str, every: int) -> None:
    """Of each mistake by itself, and of some two at once; one that topics share is tried in some of them always."""
    book = catalogue(Topic.load(stem))
    singles = [(mistake,) for mistake in book.mistakes]
    for each in (*share(singles, every, stem), *share(book.pairs[:: max(1, len(book.pairs) // 8)], every, stem)):
        try:
            truth.check(catalogued.judged(stem, catalogued.mistaken(stem, each)))
        except AssertionError as error:
            error.add_note(" and ".join(mistake.id for mistake in each))
            raise


LATE = {"adam": 1, "lookahead": 1}
"""Public rules that are wrong after so many steps that only the whole of the long run shows it."""


def assert_all_wrong(stem: str, verdicts: Sequence[Verdict]) -> None:
    """At least six of each topic; each loses points of the core, or fails a stretch case."""
    assert len(verdicts) >= 6
    right_in_short = [each for each in verdicts if all(case.passed for case in each.cases if not case.stretch)]
    extra = [each for each in right_in_short if not all(case.passed for case in each.cases)]
    assert len([each for each in right_in_short if not each.stretch_max]) + len(extra) == len(right_in_short)
    assert LATE.get(stem, 0) <= len(right_in_short)


def test_the_public_rules_are_many() -> None:
    assert sum(len(corpus(stem, "public")) for stem in STEMS) >= 60


def kinds(found: Judged) -> Counter[str]:
    return Counter(each.kind for each in found.verdict.said)


def ids(found: Judged) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return found.verdict.mistakes, found.verdict.alternatives


# One file that must get a sentence, and one written otherwise that must not.

FORMULA = """
import numpy as np
class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
    def init(self, param):
        return 0 * param
    def update(self, param, grad, total):
        g = grad + self.weight_decay * param
        total = total + g**2
        root = total**0.5
        return param - self.lr * {step}, total
"""


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("g / (root + (root == 0))", "eps-without-effect"),
        ("g / np.maximum(root, 1e-10)", "eps-hard-coded+eps-as-floor"),
        ("np.where(root > 0, g / np.where(root > 0, root, 1), 0)", "eps-without-effect"),
        ("g / np.maximum(root, self.eps)", "eps-as-floor"),
        ("g / root", "eps-forgotten"),
        ("g / (root + 1e-10)", "eps-hard-coded"),
        ("(g / root + self.eps)", "eps-beside-the-quotient"),
        ("g / root + self.eps", "eps-added-to-the-parameter"),
        ("g / (root + self.eps)", None),
    ],
)
def test_of_epsilon_only_what_shows_is_said(step: str, name: str | None, tmp_path: Path) -> None:
    found = judged("adagrad", FORMULA.replace("{step}", step), tmp_path)
    assert ids(found) == ((tuple(name.split("+")) if name else ()), ())
    truth.check(found)
    if name == "eps-without-effect":
        assert "lower limit" not in found.verdict.message.en
        assert "下限" not in found.verdict.message.zh


IN_PLACE = """
import numpy as np
class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        return 0
    def update(self, param, grad, t):
        new = param - self.lr * (grad + self.weight_decay * param){wrong}
        grad *= 0.5
        return new, t + 1
"""


@pytest.mark.parametrize(
    ("wrong_too", "kind", "mistakes"),
    [
        ("", "numbers-right", ()),
        (" * 1.5", "numbers-wrong", ()),
        (" * (1 + (t > 100))", "numbers-wrong", ()),
        (" * (1 + (param.ndim > 1))", "numbers-wrong", ()),
        (" - self.lr * self.weight_decay * param", "several", ("decay-doubled",)),
    ],
)
def test_the_numbers_are_called_right_only_where_all_are(
    wrong_too: str, kind: str, mistakes: tuple[str, ...], tmp_path: Path
) -> None:
    found = judged("sgd", IN_PLACE.replace("{wrong}", wrong_too), tmp_path)
    assert ids(found) == (("grad-changed-in-place", *mistakes), ())
    truth.check(found)
    assert kinds(found)[kind] == 1
    assert (explain.NUMBERS_RIGHT_IN_CORE.en in found.verdict.message.en) == (kind == "numbers-right")
    assert (explain.NUMBERS_RIGHT_IN_CORE.zh in found.verdict.message.zh) == (kind == "numbers-right")
    assert explain.NUMBERS_RIGHT.en not in found.verdict.message.en


def test_with_the_options_too_all_numbers_are_right(tmp_path: Path) -> None:
    solution = Topic.load("sgd").solution.read_text("utf-8")
    source = solution.replace(
        "return param - self.lr * grad, state", "given *= 0.5; return param - self.lr * grad, state"
    )
    source = source.replace(
        "def update(self, param, grad, state):", "def update(self, param, given, state):\n        grad = 1 * given"
    )
    found = judged("sgd", source, tmp_path)
    truth.check(found)
    assert explain.NUMBERS_RIGHT.en in found.verdict.message.en
    assert explain.NUMBERS_RIGHT.zh in found.verdict.message.zh


STATE = """
import numpy as np
class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
    def init(self, param):
        return {"momentum_buffer": 0 * param, "mine": 0 * param, "t": 0}
    def update(self, param, grad, state):
        t = state["t"] + 1
        buf = self.momentum * state["mine"] + grad + self.weight_decay * param
        new = param - self.lr * {step}
        return new, {"momentum_buffer": {entry}, "mine": buf, "t": t}
"""


@pytest.mark.parametrize(
    ("step", "entry", "quantity"),
    [
        ("buf * (1 + (t == 8))", "self.lr * buf", "param"),  # wrong at step 8; the entry is another thing from step 1
        ("buf * (1 + (param.ndim == 0))", "self.lr * buf", "param"),  # wrong in one case; so it is in those that pass
        ("buf * (1 + (t == 8))", "buf", "param"),
        ("0.5 * buf", "0.5 * buf", "momentum_buffer"),  # wrong together, everywhere: the entry is the better clue
    ],
)
def test_an_entry_is_told_only_where_it_may_be_the_cause(step: str, entry: str, quantity: str, tmp_path: Path) -> None:
    found = judged("momentum", STATE.replace("{step}", step).replace("{entry}", entry), tmp_path)
    assert found.verdict.first_difference is not None
    assert found.verdict.first_difference.quantity == quantity
    truth.check(found)


MOVES = """
{solution}
class {name}({name}):
    def init(self, param):
        return 0, super().init(param)
    def update(self, param, grad, state):
        t, state = state
        new, state = super().update(param, grad, state)
        return {new}, (t + 1, state)
"""


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("param * 1.0", "still"),
        ("param * 1.0 if param.shape == (2, 2) else new", "parameter-still"),
        ("param * 1.0 if t == 4 else new", "still-here"),
        ("param + 2 * (new - param) if t == 3 else new", "step-ratio"),
        ("param + 1.00003 * (new - param) if t == 3 else new", "step-ratio"),
        ("param - (new - param) / 7 if t == 3 else new", "step-ratio"),
        ("new * float('nan') if t == 3 else new", "nan"),
        ("new * float('inf') if t == 3 else new", "infinite"),
        ("new * np.float64(1e200) * 1e200 if t == 3 else new", "infinite"),
        ("new + 1e-3 * np.sin(1e3 * param)", None),
        ("new * (1 + 1e-8)", None),
    ],
)
def test_a_fact_is_told_where_it_is_one(new: str, kind: str | None, tmp_path: Path) -> None:
    source = MOVES.replace("{solution}", Topic.load("sgd").solution.read_text("utf-8")).replace("{name}", "SGD")
    found = judged("sgd", source.replace("{new}", new.replace("np.", "__import__('numpy').")), tmp_path)
    truth.check(found)
    assert {name for name in kinds(found) if name in FACTS} == ({kind} if kind else set())


FACTS = {"still", "parameter-still", "still-here", "moves-here", "nan", "infinite", "step-ratio", "entry-ratio"}


@pytest.mark.parametrize("stem", ["adam", "adadelta", "adagrad", "lookahead"])
def test_numbers_that_are_none_are_not_blamed_on_a_formula(stem: str, tmp_path: Path) -> None:
    """NaN from the first step on is one mistake's path and any file's that returns NaN: both must bear the sentence."""
    source = MOVES.replace("{solution}", Topic.load(stem).solution.read_text("utf-8")).replace(
        "{name}", Topic.load(stem).class_name
    )
    for new in ("new * float('nan')", "param * 1.0"):
        truth.check(judged(stem, source.replace("{new}", new), tmp_path))
    infinite = judged(stem, source.replace("{new}", "new + float('inf')"), tmp_path)
    assert ids(infinite) == ((), ())
    truth.check(infinite)


FLOAT = "import numpy as np\n" + IN_PLACE.replace("        grad *= 0.5\n", "").replace("{wrong}", "").replace(
    "return new, t + 1", "return {new}, t + 1"
)


@pytest.mark.parametrize(
    ("new", "squeezed"),
    [
        ("np.float64(new.astype(np.float32))", True),
        ("param - np.float64(np.float32(self.lr) * np.float32(grad + self.weight_decay * param))", True),
        ("new * (1 + 1e-8)", False),
        ("new + 1e-9", False),
        ("param + (new - param) * (1 + 3e-8)", False),
        ("np.round(new, 9)", False),
    ],
)
def test_float32_is_named_where_its_precision_shows(new: str, squeezed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    found = judged("sgd", FLOAT.replace("{new}", new), tmp_path)
    assert found.verdict.status == "wrong"
    assert ids(found) == ((("float32-inside",) if squeezed else ()), ())
    truth.check(found)


@pytest.mark.parametrize("title", ["the correction ends", "epsilon before the correction"])
def test_a_mistake_must_fit_to_the_last_step(title: str) -> None:
    """Through a real worker, so the long run is whole: like a mistake until step 200 is not like it."""
    source = next(text for name, text in corpus("adam", "public").items() if name.startswith(title))
    verdict = trial.judged("adam", source)
    assert verdict.status == "wrong"
    assert (verdict.mistakes, verdict.alternatives) == ((), ())
    assert explain.UNKNOWN.en in verdict.message.en


def test_what_is_said_of_a_mistake_hangs_on_visible_numbers_alone() -> None:
    """Whether hidden numbers fit it too would be a second bit about them, for the file to choose."""
    solution = Topic.load("sgd").solution.read_text("utf-8")
    assert "return param - self.lr * grad, state" in solution
    told = [each for case in visible(Topic.load("sgd")) for each in (case.hyperparameters, *case.schedule.values())]
    seen = {each.get("weight_decay", 0.0) for each in told}
    for factor in ("2", f"(2 if self.weight_decay in {seen} else 3)"):
        source = solution.replace("self.weight_decay * param", f"{factor} * self.weight_decay * param")
        assert source != solution
        verdict = trial.judged("sgd", source, seed="words")
        assert verdict.status == "wrong"
        assert verdict.mistakes == ("decay-doubled",)
        assert "exactly those of a rule with this mistake" in verdict.message.en


# The checks check: a sentence that is changed in one point is refused.


def tampered(found: Judged, change: Callable[[Said], Said | None]) -> Iterable[Judged]:
    """The same verdict with one sentence changed, for each sentence that `change` has something to change in."""
    for i, each in enumerate(found.verdict.said):
        new = change(each)
        if new is None:
            continue
        said = (*found.verdict.said[:i], new, *found.verdict.said[i + 1 :])
        at = [each.kind for each in said].index("verdict")
        message = Text.joined((each.text for each in said[at:]), en="\n", zh="\n")
        reasons = iter(said[:at])
        cases = tuple(replace(case, reason=next(reasons).text) if case.reason else case for case in found.verdict.cases)
        yield replace(found, verdict=replace(found.verdict, said=said, message=message, cases=cases))


def exchanged(old: str, new: str) -> Callable[[Said], Said | None]:
    """Replace some English words, or a value of the claim."""

    def change(said: Said) -> Said | None:
        if old not in said.text.en:
            return None
        return replace(said, text=Text(en=said.text.en.replace(old, new, 1), zh=said.text.zh))

    return change


def claimed(kind: str, **values: Any) -> Callable[[Said], Said | None]:
    """Claim something else."""

    def change(said: Said) -> Said | None:
        return replace(said, claim={**said.claim, **values}) if said.kind == kind else None

    return change


@pytest.mark.parametrize(
    ("stem", "title", "change"),
    [
        ("momentum", "exponential average, the rate inside", exchanged("three mistakes", "two mistakes")),
        ("momentum", "exponential average, the rate inside", exchanged("0 of 9", "1 of 9")),
        ("rmsprop", "centered always", claimed("path", path=("eps-forgotten",))),
        ("rmsprop", "centered always", exchanged("should be -1.19578", "should be -1.19579")),
        ("sgd", "a little too far", exchanged("1.00004", "1.0004")),
        ("sgd", "a little too far", exchanged("Step 1", "Step 2")),
        ("sgd", "a NaN of one's own", exchanged("step 11", "step 10")),
        ("sgd", "a NaN of one's own", claimed("nan", step=12)),
        ("sgd", "a warmup over", claimed("step-ratio", ratio=0.2)),
        ("adagrad", "options that do nothing", claimed("unused", options=())),
        ("sgd", "nothing ever moves", claimed("difference", difference=None)),
        ("lookahead", "a public one", claimed("several", alternatives=(("sync-late", "slow-weights-too-late"),))),
    ],
)
def test_a_false_sentence_is_refused(
    stem: str, title: str, change: Callable[[Said], Said | None], tmp_path: Path
) -> None:
    source = next(text for name, text in corpus(stem, "public").items() if name.startswith(title))
    found = judged(stem, source, tmp_path)
    truth.check(found)
    changed = list(tampered(found, change))
    assert changed
    for each in changed:
        with pytest.raises((AssertionError, AttributeError, StopIteration)):
            truth.check(each)


@pytest.mark.parametrize(
    ("stem", "title", "kind", "text"),
    [
        ("sgd", "gradient changed in place and", "numbers-right", explain.NUMBERS_RIGHT_IN_CORE),
        ("sgd", "gradient changed in place and", "still", facts.STILL),
        ("rmsprop", "centered always", "unknown", explain.UNKNOWN),
    ],
)
def test_a_sentence_too_many_is_refused(stem: str, title: str, kind: Any, text: Text, tmp_path: Path) -> None:
    source = next(each for name, each in corpus(stem, "public").items() if name.startswith(title))
    found = judged(stem, source, tmp_path)
    truth.check(found)
    said = (*found.verdict.said, type(found.verdict.said[0])(kind, text, {"stretch": False}))
    message = Text.joined([found.verdict.message, text], en="\n", zh="\n")
    with pytest.raises(AssertionError):
        truth.check(replace(found, verdict=replace(found.verdict, said=said, message=message)))


def test_figures_are_never_1_where_something_is_wrong() -> None:
    assert facts.figure(1.00004) == "1.00004"
    assert facts.figure(0.999999) == "0.999999"
    assert facts.figure(2.0) == "2"
    assert facts.figure(1 / 3) == "0.3333"
