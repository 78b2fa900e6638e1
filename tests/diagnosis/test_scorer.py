"""The scorer: how answers are held against labels, the intervals, the baselines, the command, and the data cards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.diagnosis import card, prompt, systems
from benchmarks.diagnosis.__main__ import main
from benchmarks.diagnosis.answers import Answer
from benchmarks.diagnosis.corpus import KINDS, SPLITS, Item, items
from benchmarks.diagnosis.score import Fate, fate, score, wilson
from benchmarks.diagnosis.vocabulary import table, titles, words

STEM = "momentum"
SINGLE = Item("develop", STEM, "01", "single", ("decay-forgotten",))
DOUBLE = Item("develop", STEM, "02", "double", ("decay-forgotten", "lr-inside-buffer"), (("plain-sgd",),))
DEFAULT = Item("develop", STEM, "03", "default", ("default-lr",), seen="public", found=3, among=4)
UNKNOWN = Item("develop", STEM, "04", "handling", ("hyperparameter-unknown",))
RIGHT = Item("develop", STEM, "05", "right")


def said(*mistakes: str, found: tuple[str, ...] = (), one_of: tuple[tuple[str, ...], ...] = ()) -> Answer:
    told = tuple((name.partition("@")[0], name.partition("@")[2]) for name in found)
    return Answer(wrong=True, mistakes=mistakes, alternatives=one_of, findings=told)


@pytest.mark.parametrize(
    ("item", "answer", "expected"),
    [
        (SINGLE, said("decay-forgotten"), "named"),
        (SINGLE, said(), "unnamed"),
        (SINGLE, said("uphill"), "misnamed"),
        (SINGLE, said("decay-forgotten", "uphill"), "misnamed"),
        (SINGLE, said("uphill", found=("ignores-weight-decay@weight_decay",)), "misnamed"),
        (SINGLE, said(found=("ignores-weight-decay@weight_decay",)), "explained"),
        (SINGLE, said(found=("ignores-lr@lr", "smallest-input")), "unnamed"),
        (SINGLE, said(one_of=(("uphill",), ("decay-forgotten",))), "named"),
        (SINGLE, said(one_of=(("uphill",), ("decay-sign",))), "misnamed"),
        (SINGLE, Answer(wrong=False), "missed"),
        (DOUBLE, said("lr-inside-buffer", "decay-forgotten"), "named"),
        (DOUBLE, said("plain-sgd"), "named"),
        (DOUBLE, said("lr-inside-buffer"), "partly"),
        (DOUBLE, said("lr-inside-buffer", found=("ignores-weight-decay",)), "explained"),
        (DEFAULT, said(found=("default-lr@lr",)), "named"),
        (DEFAULT, said("lr-default"), "named"),
        (DEFAULT, said(found=("default-momentum@momentum",)), "unnamed"),
        (UNKNOWN, said(found=("misspelt-lr@lr",)), "explained"),
        (RIGHT, Answer(wrong=False), "right"),
        (RIGHT, said("uphill"), "blamed"),
    ],
)
def test_an_answer_is_held_against_the_label(item: Item, answer: Answer, expected: Fate) -> None:
    assert fate(item, answer) == expected


def test_intervals_are_wilsons() -> None:
    assert (wilson(0, 10).low, round(wilson(0, 10).high, 4)) == (0.0, 0.2775)
    assert [round(each, 4) for each in (wilson(81, 263).low, wilson(81, 263).high)] == [0.2553, 0.3662]
    assert wilson(10, 10).high == 1.0
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_shares_and_weights() -> None:
    some = [SINGLE, DOUBLE, DEFAULT, RIGHT]
    answers = {SINGLE.id: said("uphill"), DOUBLE.id: said("lr-inside-buffer"), DEFAULT.id: said("default-lr")}
    found = score(some, {**answers, RIGHT.id: Answer(wrong=False)})
    assert found.counts == {"misnamed": 1, "partly": 1, "named": 1, "right": 1}
    assert found.rates["named"].value == pytest.approx(1 / 3)
    assert found.rates["precision of names"].value == pytest.approx(2 / 3)
    assert found.rates["right code failed"].of == 1
    assert found.weighted["named"].value == 1.0  # the one that was seen in public
    assert "right code failed" not in found.weighted


@pytest.fixture(scope="module")
def few() -> list[Item]:
    """A rule of each kind, of one topic, and one of an option."""
    known = items("develop", STEM)
    of_kind = {item.kind: item for item in known}
    return [*of_kind.values(), next(item for item in known if item.part == "stretch")]


@pytest.fixture(scope="module")
def asked(few: list[Item]) -> dict[str, dict[str, Answer]]:
    """What each system says of them."""
    found: dict[str, dict[str, Answer]] = {name: {} for name in systems.SYSTEMS}
    for item, answers in systems.run(few, list(systems.SYSTEMS)):
        for name, answer in answers.items():
            found[name][item.id] = answer
    return found


def test_every_system_finds_what_is_wrong_and_nothing_else(
    few: list[Item], asked: dict[str, dict[str, Answer]]
) -> None:
    assert {item.kind for item in few} == set(KINDS)
    for name, answers in asked.items():
        assert {item.id for item in few if answers[item.id].wrong} == {item.id for item in few if not item.right}, name


def test_the_systems_say_what_they_are_made_to(few: list[Item], asked: dict[str, dict[str, Answer]]) -> None:
    wrong = [item for item in few if not item.right]
    core = [item for item in wrong if item.part == "core" and item.kind != "handling"]
    assert all(asked["nearest path"][item.id].mistakes for item in core)
    assert not any(asked["assert allclose"][item.id].mistakes for item in wrong)
    assert not any(asked["first difference"][item.id].mistakes for item in wrong)
    assert all(len(asked["exact match"][item.id].mistakes) <= systems.MOST for item in wrong)
    fates = {item.kind: fate(item, asked["course"][item.id]) for item in wrong if item.part == "core"}
    assert "misnamed" not in fates.values()
    assert all(asked["course"][item.id].seconds for item in few)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_command_scores_a_file_of_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = items("develop", STEM)
    answers: dict[str, Any] = {
        item.id: {"verdict": "right"} if item.right else {"verdict": "wrong", "mistakes": list(item.mistakes)}
        for item in known
    }
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"schema": 1, "system": "a know-all", "answers": answers}), "utf-8")
    arguments = ["--topic", STEM, "--answers", str(file)]
    status, out, err = run(capsys, *arguments, "--json")
    rates = json.loads(out)["systems"]["a know-all"]["rates"]
    assert (status, err) == (0, "")
    assert {name: rate["value"] for name, rate in rates.items() if rate["value"]} == {
        "named": 1.0,
        "named or explained": 1.0,
        "precision of names": 1.0,
    }
    status, out, _ = run(capsys, *arguments, "--list", "--save", str(tmp_path / "again.json"))
    assert status == 0
    assert "a know-all" in out
    assert "unnamed" not in out
    again = json.loads((tmp_path / "again.json").read_text("utf-8"))
    assert again["answers"].keys() == answers.keys()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "JSONDecodeError"),
        ("[]", "TypeError"),
        ('{"schema": 2, "system": "x", "answers": {}}', "schema 2"),
        ('{"schema": 1, "system": "x", "answers": {"sgd/01": {"verdict": "maybe"}}}', "sgd/01"),
        ('{"schema": 1, "system": "x", "answers": {"sgd/01": 3}}', "sgd/01"),
        ('{"schema": 1, "system": "x", "answers": {}}', "no answer to"),
    ],
)
def test_a_file_in_another_format_is_refused(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(text, "utf-8")
    status, out, err = run(capsys, "--answers", str(file))
    assert (status, out) == (2, "")
    assert says in err


def test_prompts_hold_the_file_and_not_the_label(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--topic", STEM, "--prompts")
    prompts = [json.loads(line) for line in out.splitlines()]
    known = items("develop", STEM)
    assert status == 0
    assert [each["id"] for each in prompts] == [item.id for item in known]
    for item, each in zip(known, prompts, strict=True):
        assert item.source in each["prompt"]
        assert item.notes not in each["prompt"]
    for item in items():
        assert set(item.mistakes) <= titles(item.stem).keys(), item.id
    assert "decay-forgotten: weight decay is left out" in prompt.prompt(known[0])


def test_every_word_is_used_and_has_one_meaning() -> None:
    for stem in {item.stem for item in items()}:
        own = {word for word in words(stem) if word not in words("any")}
        assert own <= {word for item in items(stem=stem) for word in item.mistakes}, stem
    everywhere = {word for item in items() for word in item.mistakes}
    assert set(words("any")) <= everywhere
    assert set(table("same")) | set(table("shown_by")) <= {word for item in items() for word in titles(item.stem)}


@pytest.mark.parametrize("lang", card.CARDS)
def test_the_counts_in_the_cards_are_the_corpus(lang: card.Lang) -> None:
    text = card.CARDS[lang].read_text("utf-8")
    told = "`python -m benchmarks.diagnosis --card` writes them"
    assert card.filled(text, "counts", card.counts(lang)) == text, told
    assert all(f"| {name} |" in text for name in card.MEASURES[lang].values()), told


def test_both_halves_hold_every_kind() -> None:
    for split in SPLITS:
        assert {item.kind for item in items(split)} == set(KINDS)
    share = len(items("develop")) / len(items())
    assert 0.35 < share < 0.5
