"""Every hostile submission comes to the verdict that it should, behind each kind of wall, and nothing is hit.

They run in slots (`pool`), each in namespaces of its own. Where none can be had, the harmless ones run all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile import contain, corpus, pool

if TYPE_CHECKING:
    from collections.abc import Iterator

SIMPLE = "landlock,seccomp"
"""The wall that needs no package."""
WALLS = (SIMPLE, "bubblewrap,landlock,seccomp", "bubblewrap,seccomp")
SOON = "a"
"""First letters of those that `make test` runs, as far as none of them uses up its time."""

ORDINARY = "ekv"
"""First letters of those that are also judged by an ordinary user."""

UNWALLED = {
    "a17-sqlite-read": "LEAKED",
    "a36-judge-environment": "LEAKED",
    "d-shm": "LEFT BEHIND shared",
    "e-clone": "LEFT BEHIND a process",
    "e-remove": "CHANGED canary",
    "e-rename-out": "CHANGED canary",
    "e-shared-memory": "LEFT BEHIND queues",
    "e-sockets": "CHANGED reached",
    "e-times": "CHANGED victim",
    "e-truncate": "CHANGED Python",
    "k-affinity": "CHANGED the judge's",
    "k-pidfd-kill": "CRASHED",
}
"""What happens where there is no wall at all: so the runner sees it. Without this, its silence would prove nothing."""

GAPS = {
    "bubblewrap": ("e-namespaces", "ESCAPED unshare"),
    "landlock": ("e-times", "CHANGED victim"),
    "seccomp": ("e-dot-dot", "LEAKED"),
}
"""What each layer alone lets through: each of the others holds something."""


def cases() -> Iterator[object]:
    """Every submission behind the walls that it is for; half of each wall's in one process, half in another.

    One that is for several walls is tried always behind one of them: a third behind each, and that of the simple wall
    by an ordinary user as well. Of those that use up their time, which takes seconds, every third is tried always, and
    each of the others. What else there is repeats them behind layers that others try.
    """
    needy, repeats = pytest.mark.needs("bubblewrap"), [pytest.mark.needs("bubblewrap"), pytest.mark.full]
    aimed = slow = 0
    for number, each in enumerate(corpus.submissions().values()):
        half = number % 2
        aimed, slow = aimed + each.aimed_at_wall, slow + each.loops
        for turn, wall in enumerate(WALLS if each.aimed_at_wall else (SIMPLE,)):
            soon = wall == SIMPLE and each.name[0] in SOON and not each.loops
            always = aimed % 3 == turn if each.aimed_at_wall else not each.loops or slow % 3 == 0
            layers = wall.replace(",", "+")
            marks = () if soon else needy if always else repeats
            yield pytest.param(wall, None, half, each.name, marks=marks, id=f"{layers}-{each.name}")
            if each.name[0] in ORDINARY and wall != WALLS[1]:
                marks = needy if wall == SIMPLE and aimed % 3 == 0 else repeats
                yield pytest.param(wall, "nobody", half, each.name, marks=marks, id=f"{layers}-nobody-{each.name}")


@pytest.fixture(scope="module")
def slots() -> Iterator[dict[tuple[str, str | None, bool], pool.Slot]]:
    """The slots that were asked, by wall, user and whether they are for hidden cases; one of each kind serves all."""
    made: dict[tuple[str, str | None, bool], pool.Slot] = {}
    yield made
    for slot in made.values():
        slot.close()


def ask(
    slots: dict[tuple[str, str | None, bool], pool.Slot], wall: str, user: str | None, name: str
) -> tuple[list[str], pool.Slot]:
    """Put one through the judge, and return what is wrong with its row."""
    submission = corpus.submissions()[name]
    if not (contain.available() or submission.harmless):
        pytest.skip("it may do harm: only root on Linux can keep it in namespaces of its own")
    slot = slots.setdefault((wall, user, submission.hidden), pool.Slot(wall, user))
    return slot.ask(submission)["faults"], slot


@pytest.mark.split("wall", "user", "half")
@pytest.mark.parametrize(("wall", "user", "half", "name"), list(cases()))
def test_it_comes_to_its_verdict_and_reaches_nothing(
    slots: dict[tuple[str, str | None, bool], pool.Slot], wall: str, user: str | None, half: int, name: str
) -> None:
    faults, slot = ask(slots, wall, user, name)
    assert slot.standing == wall, f"of the wall there stands only {slot.standing}"
    assert not faults, f"{corpus.submissions()[name].tries}: {'; '.join(faults)}"


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(("name", "fault"), UNWALLED.items())
def test_without_a_wall_it_gets_through(
    slots: dict[tuple[str, str | None, bool], pool.Slot], name: str, fault: str
) -> None:
    faults, _ = ask(slots, "none", None, name)
    assert any(each.startswith(fault) for each in faults), f"no {fault} among {faults}: the runner is blind to it"


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("layer", GAPS)
def test_a_layer_alone_lets_something_through(slots: dict[tuple[str, str | None, bool], pool.Slot], layer: str) -> None:
    name, fault = GAPS[layer]
    faults, _ = ask(slots, layer, None, name)
    assert any(each.startswith(fault) for each in faults), f"{layer} alone stops {name}: the others hold nothing there"


def test_the_files_are_small_and_say_what_they_are() -> None:
    names = corpus.submissions()
    assert len(names) >= 156 + 60
    large = [
        str(path.relative_to(corpus.HERE)) for path in corpus.HERE.glob("*/*/*") if path.stat().st_size > 24 * 2**10
    ]
    assert not large, f"too large for what they are: {large}"
    silent = [each.name for each in names.values() if len(each.tries) < 8 and each.name[0] != "d"]
    assert not silent, f"nobody knows what these try: {silent}"
