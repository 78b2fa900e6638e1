"""A check draws one fresh case: what knows the visible answers alone fails it, and no right rule ever does."""

from __future__ import annotations

import html
import itertools
import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from course import cli
from course.grading import case_set, compare, fresh, judge, recipes, render
from course.grading.case import Trajectory
from course.grading.oracle import trajectory
from course.lab.parts.check import check
from course.rule import load
from course.system import workspace
from course.text import LANGS, CourseError
from course.topic import Topic, topics
from tests.grading import right, trial
from tests.grading.remembered import recogniser, table
from tests.grading.test_readings import LONGEST, readings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.grading.case import Case

STEMS = [topic.stem for topic in topics("rule")]
RECIPES = [name for name, *_ in recipes.TELLING]


def seeds(count: int) -> list[str]:
    """As many seeds as that, always the same."""
    chance = random.Random("fresh")  # noqa: S311 - to be the same again
    return ["".join(chance.choices(fresh.LETTERS, k=5)) for _ in range(count)]


def of_every_recipe(stem: str) -> Iterator[str]:
    """A seed for each recipe."""
    missing = set(RECIPES)
    for number in itertools.count():
        if (name := case_set.fresh(Topic.load(stem), f"n{number}").twin) in missing:
            missing.remove(name)
            yield f"n{number}"
        if not missing:
            return


def short(case: Case, answer: Trajectory) -> tuple[Case, Trajectory]:
    """The first steps: where nothing changes any more, sums over the whole history take their time."""
    state = {name: tuple(path[:LONGEST] for path in columns) for name, columns in answer.state.items()}
    return (
        replace(case, grads=case.grads[:LONGEST]),
        Trajectory(tuple(path[:LONGEST] for path in answer.params), state),
    )


def failures(stem: str, source: str, drawn: list[str], tmp_path: Path) -> dict[str, Any]:
    """By seed, why the rule fails the fresh case."""
    file = tmp_path / f"{stem}.py"
    file.write_text(source, "utf-8")
    rule_class = load(file, Topic.load(stem).class_name)
    found = {}
    for seed in drawn:
        judgement = trial.judgement(stem, rule_class, file, *short(*fresh.case(Topic.load(stem), seed)))
        if judgement.status != "passed":
            found[seed] = judgement.reason or judgement.status
    return found


RIGHT = [
    pytest.param(stem, source, id=f"{stem}-{title}")
    for stem in STEMS
    for title, source in {**right.rules(stem), **readings(stem)}.items()
]


@pytest.mark.parametrize(("stem", "source"), RIGHT)
@pytest.mark.filterwarnings("ignore:take care")
def test_a_right_rule_passes_a_fresh_case_of_every_recipe(stem: str, source: str, tmp_path: Path) -> None:
    assert failures(stem, source, list(of_every_recipe(stem)), tmp_path) == {}


@pytest.mark.full
@pytest.mark.parametrize(("stem", "source"), RIGHT)
@pytest.mark.filterwarnings("ignore:take care")
def test_a_right_rule_passes_every_fresh_case(stem: str, source: str, tmp_path: Path) -> None:
    assert failures(stem, source, seeds(200), tmp_path) == {}


@pytest.mark.parametrize("make", [recogniser, table])
@pytest.mark.parametrize("stem", STEMS)
def test_who_knows_the_visible_answers_alone_fails_a_fresh_case_of_every_recipe(
    stem: str, make: Any, tmp_path: Path
) -> None:
    every = list(of_every_recipe(stem))
    assert set(failures(stem, make(stem), every, tmp_path)) == set(every)


@pytest.mark.parametrize("stem", STEMS)
def test_the_solution_answers_as_torch_does(stem: str) -> None:
    """Parameters and state, so that a first wrong number is the same."""
    for seed in of_every_recipe(stem):
        case, answer = fresh.case(Topic.load(stem), seed)
        reference = trajectory(Topic.load(stem), case)
        assert compare.first_difference(case, reference, answer.params, answer.state) is None
        assert set(answer.state) == set(reference.state)
        assert compare.strays(reference, answer.state) == set()


def test_a_seed_draws_the_same_case_again_and_another_one_another() -> None:
    drawn = [case_set.fresh(Topic.load("adam"), seed) for seed in seeds(60)]
    assert {case.twin for case in drawn} == set(RECIPES)
    assert len({case.columns[0].tobytes() for case in drawn}) == 60
    for case, seed in zip(drawn, seeds(60), strict=True):
        assert case.columns[0].tobytes() == case_set.fresh(Topic.load("adam"), seed).columns[0].tobytes()
        assert case.columns[0].tobytes() not in {
            each.columns[0].tobytes() for each in case_set.visible(Topic.load("adam"))
        }
        assert seed in case.title.en
        assert seed in case.title.zh
    assert len({fresh.draw(Topic.load("sgd")) for _ in range(20)}) == 20


@pytest.fixture
def remembers(tmp_path: Path) -> Path:
    (tmp_path / "momentum.py").write_text(recogniser("momentum"), "utf-8")
    return tmp_path


def test_a_check_tells_what_is_wrong_and_how_to_see_it_again(remembers: Path) -> None:
    for seed in ("k7m2q", *itertools.islice(of_every_recipe("momentum"), 4)):
        found = judge.judge(Topic.load("momentum"), remembers, fresh=seed)
        case, _ = fresh.case(Topic.load("momentum"), seed)
        weight = case_set.weight(Topic.load("momentum"), case.twin)
        assert (found.status, found.score, found.max_score) == ("wrong", 10.0 - weight, 10.0)
        assert found.first_difference is not None
        assert found.first_difference.case == case.id
        assert found.paths is not None
        failed = {row.id: row for row in found.cases if not row.passed}
        assert set(failed) == {case.twin, case.id}
        assert (failed[case.id].max_points, failed[case.id].fresh) == (0.0, seed)
        assert sum(row.points for row in found.cases if not row.stretch) == pytest.approx(found.score)
        assert sum(row.max_points for row in found.cases if not row.stretch) == pytest.approx(found.max_score)
        reason = failed[case.id].reason
        assert reason is not None
        assert "on fresh ones of the same kind" in found.message.en
        assert "换成新抽的同类的数就不对了" in found.message.zh
        for lang in LANGS:
            assert reason[lang] in found.message[lang]
            assert f"`course check momentum --fresh {seed}`" in found.message[lang]
            assert seed in render.terminal(found, lang)
            assert reason[lang].split("（")[0].split(" (")[0] in html.unescape(render.html(found, lang))
        assert found.message.en.endswith("\n8 of 9 cases are right.")
        again = type(found).from_json(json.loads(json.dumps(found.to_json("en"))))
        assert again.to_json("en") == found.to_json("en")


def test_names_of_the_state_are_free_in_a_fresh_case_too(tmp_path: Path) -> None:
    """What stands under torch's names where the path is right is no clue where it is wrong."""
    source = recogniser("momentum").replace("return super().update(param, grad if known", STATE)
    assert "really" in source
    (tmp_path / "momentum.py").write_text(source, "utf-8")
    for seed in itertools.islice(of_every_recipe("momentum"), 3):
        found = judge.judge(Topic.load("momentum"), tmp_path, fresh=seed)
        assert found.status == "wrong"
        assert found.first_difference is not None
        assert found.first_difference.quantity == "param"


STATE = """inner = state.get("really", state)
        new, inner = super().update(param, grad if known else 2 * grad + 1, inner)
        return new, {"momentum_buffer": 13.0 + param, "really": inner}
        return super().update(param, grad if known"""


def test_without_a_seed_the_judge_draws_nothing(remembers: Path) -> None:
    verdicts = [judge.judge(Topic.load("momentum"), remembers).to_json("en") for _ in range(2)]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0]["status"] == "passed"
    assert not any("fresh" in row for row in verdicts[0]["cases"])


def test_a_visible_mistake_is_told_as_ever(tmp_path: Path) -> None:
    """The message, the mistakes and the rows of the visible cases are what they are without a fresh case."""
    solution = Topic.load("momentum").solution.read_text("utf-8")
    (tmp_path / "momentum.py").write_text(solution.replace("self.weight_decay * param", "0 * param"), "utf-8")
    with_one, without = (judge.judge(Topic.load("momentum"), tmp_path, fresh=seed) for seed in ("k7m2q", None))
    assert with_one.message == without.message
    assert with_one.mistakes == without.mistakes == ("decay-forgotten",)
    assert (with_one.score, with_one.max_score) == (without.score, without.max_score)


def test_every_face_draws(remembers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each time other numbers; `--fresh` the same again. The solution stays shut."""
    monkeypatch.setenv("COURSE_LEARNER", str(remembers))
    assert {check("momentum", remembers).verdict.status for _ in range(3)} == {"wrong"}
    arguments = ["check", "momentum", "--submission", str(remembers), "--json"]
    assert [cli.main(arguments) for _ in range(3)] == [cli.NOT_PASSED] * 3
    rows = [row for line in capsys.readouterr().out.splitlines() for row in json.loads(line)["cases"] if "fresh" in row]
    assert len(rows) == len({row["seed"] for row in rows}) == 3
    assert {(row["fresh"], row["passed"], row["points"], row["max_points"]) for row in rows} == {(True, False, 0, 0)}
    for _ in range(2):
        cli.main([*arguments, "--fresh", rows[0]["seed"]])
    one, other = capsys.readouterr().out.splitlines()
    assert one == other
    assert rows[0] in json.loads(one)["cases"]
    assert cli.main(["solution", "momentum"]) == cli.NOT_PASSED
    assert "class" not in capsys.readouterr().out


@pytest.mark.parametrize("seed", ["", "a b", "../x", "é", "x" * 65, "a\n"])
def test_what_is_no_seed_is_refused_in_a_sentence(
    seed: str, remembers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.main(["check", "momentum", "--submission", str(remembers), "--fresh", seed])
    out, err = capsys.readouterr()
    assert (status, out) == (cli.MISUSE, "")
    assert len(err.splitlines()) == 2
    assert "k7m2q" in err


@pytest.mark.parametrize("what", ["missing", "broken", "raising"])
def test_without_solutions_there_is_no_fresh_case_and_no_failure(
    what: str, remembers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a copy that is not whole; who asks for one all the same is told."""
    monkeypatch.setattr(workspace, "data", lambda name: tmp_path / name)
    if what != "missing":
        (tmp_path / "solutions").mkdir()
        (tmp_path / "solutions/momentum.py").write_text("(" if what == "broken" else "class Momentum: pass", "utf-8")
    assert fresh.draw(Topic.load("momentum")) is None
    assert check("momentum", remembers).verdict.passed
    assert cli.main(["check", "momentum", "--submission", str(remembers)]) == cli.DONE
    capsys.readouterr()
    assert cli.main(["check", "momentum", "--submission", str(remembers), "--fresh", "k7m2q"]) == cli.MISUSE
    english, chinese = capsys.readouterr().err.splitlines()
    assert "solution" in english
    assert "参考答案" in chinese
    with pytest.raises(CourseError):
        fresh.case(Topic.load("momentum"), "k7m2q")
