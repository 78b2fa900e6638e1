"""What the last lesson says in words, measured; and the guide: every path ends, every link leads somewhere."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pytest

from course import text
from course.lab.rules import reference
from course.lab.training.tables import fit, tables
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import walk
from course.text import LANGS, Lang
from course.topic import lessons, topics
from course.topics.choosing import lab as choosing
from course.topics.choosing.guide import TREE, Fork, Leaf, guide, leaf
from course.topics.choosing.lab import RATES, SECOND, SIDE, default_rate, final_loss, heat_maps, make
from tests.lessons.test_run import claims
from tests.topics.predictions import as_seen

STEMS = [each.stem for each in topics() if each.choosing]


def test_all_are_there() -> None:
    assert list(SECOND) == STEMS
    for stem, (name, values) in SECOND.items():
        assert values.shape == (SIDE,), name
        make(stem, 0.1, **{name: float(values[3])})


@pytest.mark.parametrize("stem", STEMS)
def test_many_settings_at_once_are_each_of_them_alone(stem: str) -> None:
    name, values = SECOND[stem]
    ground = landscape("ravine")
    maps = heat_maps("ravine", steps=30) if stem == STEMS[0] else None
    for row, column in ((0, 3), (7, 10), (19, 19)):
        value, lr = float(values[row]), float(RATES[column])
        seen = walk(partial(make, stem, lr, **{name: value}), ground, ground.start, 30)
        if seen.diverged:
            continue
        alone = seen.losses[-1] / seen.losses[0]
        options: dict[str, Any] = {name: value if stem in choosing.ONE_BY_ONE else np.full(2, value)}
        assert final_loss("ravine", stem, np.array([lr, lr]), 30, **options) == pytest.approx(alone, rel=1e-9)
        if maps is not None:
            assert maps.losses[stem][row, column] == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize("stem", STEMS)
def test_on_a_table_too(stem: str) -> None:
    name, values = SECOND[stem]
    table, value = tables()["iris"], float(values[5])
    options: dict[str, Any] = {name: value if stem in choosing.ONE_BY_ONE else np.full(3, value)}
    many = final_loss("iris", stem, np.array([0.01, 0.1, 0.5]), 20, **options)
    alone = [float(fit(make(stem, lr, **{name: value}), table, steps=20)[0]) for lr in (0.01, 0.1, 0.5)]
    assert many * table.untrained == pytest.approx(alone)


def test_torchs_default_rates() -> None:
    for stem in STEMS:
        if stem != "lookahead":
            assert reference(stem)().lr == default_rate(stem)


def test_the_two_cars() -> None:
    """SGD arrives over far less than a power of ten, Adam over more than one; Adam never leaves the map."""
    ground = landscape("ravine")
    near: dict[str, list[float]] = {"sgd": [], "adam": []}
    for stem, rates in near.items():
        for lr in np.geomspace(1e-3, 3, 36):
            seen = walk(partial(reference(stem), lr=float(lr)), ground, ground.start, 200)
            if np.hypot(*(seen.points[-1] - np.array(ground.minima[0]))) < 0.3:
                rates.append(float(lr))
            assert stem == "sgd" or not seen.diverged
    assert max(near["adam"]) / min(near["adam"]) > 10 > 3 * max(near["sgd"]) / min(near["sgd"])
    adam, sgd = (max(near[stem]) / min(near[stem]) for stem in ("adam", "sgd"))
    as_seen("choosing", "how-wide", adam > 10 > 2 * sgd, sgd > 10 > 2 * adam, 0.5 < adam / sgd < 2)


def test_the_dark_areas() -> None:
    seen = heat_maps("ravine")
    for share in (1e-2, 1e-3):  # green, and the darkest
        sgd, adam = (float((seen.losses[stem] <= share).mean()) for stem in ("sgd", "adam"))
        as_seen("choosing", "dark-area", sgd > adam, 0.67 < adam / sgd < 1.5, adam > 2 * sgd)
    assert seen.losses["adam"].size == 400


def test_the_tree_is_a_tree() -> None:
    targets = [name for each in TREE.values() if isinstance(each, Fork) for _, name in each.answers]
    assert sorted([*targets, "start"]) == sorted(TREE)
    for each in TREE.values():
        if isinstance(each, Leaf):
            for stem, claim in each.evidence:
                assert claim in claims(stem), (stem, claim)


@pytest.mark.parametrize("lang", LANGS)
def test_every_path_ends_at_links_that_lead_somewhere(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_chosen", lang)
    monkeypatch.chdir(lessons()[0].notebook(lang).parent)
    stems = {lesson.stem for lesson in lessons()}
    for name, entry in TREE.items():
        if isinstance(entry, Leaf):
            links = re.findall(r'href="([^"]+)\.ipynb"', leaf(name))
            assert links
            assert set(links) <= stems
            assert not any(Path(link).is_absolute() for link in links)


def test_an_earlier_answer_can_be_changed() -> None:
    box = guide()
    assert len(box.children) == 2
    box.children[1].index = 1  # not sparse
    box.children[3].index = 2  # memory enough
    box.children[5].index = 0  # one training
    assert isinstance(box.children[-1], ipywidgets.Output)
    assert "RMSprop" in box.children[-1].outputs[0]["data"]["text/html"]
    box.children[1].index = 0
    assert len(box.children) == 3
    assert "AdaGrad" in box.children[-1].outputs[0]["data"]["text/html"]
