"""Looks for the rewrite of a solution, or the two, that computes what a file computes; the least far-fetched first.

Every rewrite by itself is run a few steps in every case. Those that agree best, and the mistakes that are known, are
then rewritten once more: where two mistakes were made, one of them brings a file nearer in most cases.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from course.authoring.learning import edits as differences
from course.authoring.learning.places import Rewriting, SourceTree
from course.authoring.learning.statements import rewrites
from course.authoring.learning.trial import NOTHING, Agreement, Trial, plain_class
from course.grading.case_set import stretch_names
from course.grading.mistakes import around, catalogue
from course.grading.mistakes.edit import EditError, edited

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from course.grading.case import Case
    from course.grading.mistakes import Catalogue, Mistake
    from course.grading.mistakes.edit import Edit
    from course.grading.wire import Answer
    from course.topic import Topic

MOST = 60_000
"""Rewritten solutions that are tried for one path."""
BASES = 48
"""Rewrites that are rewritten once more, those that agree best with the file."""
LAYERS = 12
"""Parts into which the second rewrites are divided, by how far-fetched they are: the first of all before any second."""
FARTHER = 0.3
"""Where one rewrite makes the path, those that are more far-fetched by this are not tried."""
TOGETHER = 12
"""Bases of which the first layers are tried before the second one of any."""
LONGER = 4_000
"""And how many more are tried once two have been found that make the path: there may be simpler ones."""


@dataclass(frozen=True)
class FoundEdit:
    """An edit that makes the path of a file."""

    edits: tuple[Edit, ...]
    words: tuple[str, ...]
    """What to call it."""
    cost: float
    known: Mistake | None = None
    """A mistake of the catalogue that is made beside it."""

    @property
    def length(self) -> int:
        """How much it writes: of two that are alike otherwise the shorter one is told."""
        return sum(len(edit.new) for edit in self.edits)


@dataclass(frozen=True)
class Nearest:
    """The rewrite that agrees best with a file which none explains."""

    edits: tuple[Edit, ...]
    agreement: Agreement


@dataclass
class Result:
    """What a search has found, and how far it went."""

    tried: int = 0
    found: list[FoundEdit] = field(default_factory=list)
    """The least far-fetched first; empty if no edit makes the path."""
    nearest: Nearest | None = None
    plain: Agreement = NOTHING
    """How far the right rule agrees."""


@dataclass(frozen=True, slots=True)
class Base:
    """A solution with one thing wrong in it."""

    text: str
    cost: float
    words: tuple[str, ...]
    agreement: Agreement
    known: Mistake | None = None

    @property
    def around(self) -> tuple[Any, ...]:
        """What is done around the rule."""
        return tuple(around.classes([self.known] if self.known else []))


class EditSearch:
    """A search for one path.

    Args:
        topic: which exercise.
        cases: the public core cases, in the order in which they were run.
        answers: what a file has answered, by case id.
        literals: numbers that stand in the files, as they are written there.
        book: the known mistakes; those of the topic if nothing is said.

    """

    def __init__(
        self,
        topic: Topic,
        cases: Sequence[Case],
        answers: Mapping[str, Answer],
        literals: Collection[str] = (),
        book: Catalogue | None = None,
    ) -> None:
        self.topic = topic
        self.book = book or catalogue(topic)
        self.trial = Trial(topic, cases, answers)
        self.literals = literals
        self.options = stretch_names(topic)
        self.result = Result()

    def run(self, *, most: int = MOST, begin: int = 0, told: Callable[[int], object] = int) -> Result:
        """Search until something is found, or everything within the bound has been tried.

        Args:
            most: rewritten solutions that are tried.
            begin: how many an earlier search, interrupted, has tried; the first rewrites are tried again all the same.
            told: is called now and then, with how many more have been tried.

        Returns:
            What was found; the same object as `self.result`, which holds what there is where this is interrupted.

        """
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error")
            singly = self._singly(told)
            if not self.result.found:
                self._doubly(self._bases(singly), most, begin, told)
        self.result.found.sort(key=lambda each: (each.cost, each.length, each.words))
        return self.result

    def _singly(self, told: Callable[[int], object]) -> list[Rewriting]:
        """Try every rewrite by itself; all that make the path are kept."""
        text, order = self.book.text, range(len(self.trial.beside))
        self.result.plain = self._agreement(text)
        every = rewrites(SourceTree.of(text, self.options), self.literals)
        for rewrite in every:
            new = rewrite.of(text)
            if self._may_be(new, (), order) and self._makes(new, ()):
                self._take(new, rewrite, None)
            self.result.tried += 1
            told(1)
            if self.result.found and rewrite.cost > self.result.found[0].cost + FARTHER:
                break
        return every

    def _bases(self, singly: Sequence[Rewriting]) -> list[Base]:
        """Return what to rewrite once more: the rewrites, and the known mistakes, that agree best with the file."""
        text = self.book.text
        bases = [
            Base(new, rewrite.cost, rewrite.words, self._agreement(new))
            for rewrite, new in ((rewrite, rewrite.of(text)) for rewrite in singly)
        ]
        self._note_nearest(bases)
        for (mistake,) in self.book.singles:
            known = self.book.source((mistake,))
            bases.append(Base(known, 0.5, (mistake.id,), self._agreement(known, around.classes([mistake])), mistake))
        bases.sort(key=lambda each: each.cost - each.agreement.digits)
        seen: set[tuple[float, ...]] = {self.result.plain.cases}  # what changes no number brings a file no nearer
        chosen = []
        for base in bases:
            if base.agreement.cases and base.agreement.cases not in seen:
                seen.add(base.agreement.cases)
                chosen.append(base)
        return chosen[:BASES]

    def _may_be(self, text: str, some: Sequence[Any], order: Sequence[int]) -> bool:
        try:
            return self.trial.may_be(plain_class(self.topic, text, some), order)
        except Exception:  # noqa: BLE001 - a rewritten text may be no Python, or define nothing
            return False

    def _agreement(self, text: str, some: Sequence[Any] = ()) -> Agreement:
        try:
            return self.trial.agreement(plain_class(self.topic, text, some))
        except Exception:  # noqa: BLE001 - as above
            return NOTHING

    def _makes(self, text: str, some: Sequence[Any]) -> bool:
        """Return whether a rewritten solution goes the whole way."""
        try:
            return self.trial.follows(plain_class(self.topic, text, some))
        except Exception:  # noqa: BLE001 - as above
            return False

    def _note_nearest(self, bases: Sequence[Base]) -> None:
        best = max(bases, key=lambda each: (round(each.agreement.digits, 3), -each.cost), default=None)
        edits = differences.between(self.book.text, best.text) if best else None
        if best and edits and best.agreement.digits > self.result.plain.digits:
            self.result.nearest = Nearest(edits, best.agreement)

    def _doubly(self, bases: Sequence[Base], most: int, begin: int, told: Callable[[int], object]) -> None:
        """Rewriting once more what agrees best; the least far-fetched layer of all bases first."""
        if begin > self.result.tried:
            told(begin - self.result.tried)
        until = 0
        visits = list(_diagonally(len(bases)))
        layers: dict[int, list[Sequence[Rewriting]]] = {}
        for visit, (number, layer) in enumerate(visits):
            base = bases[number]
            if number not in layers:
                every = rewrites(SourceTree.of(base.text, self.options), self.literals)
                size = -(-len(every) // LAYERS)
                # No more of a base is kept than can be tried within the bound: all of them would fill the memory.
                last = max(far for other, far in visits[: visit + 1 + 2 * most // size] if other == number)
                layers[number] = [every[n * size : (n + 1) * size] for n in range(last + 1)]
            if layer >= len(layers[number]):
                return
            some = layers[number][layer]
            if self.result.tried + len(some) > most:
                return
            if self.result.tried + len(some) > begin:
                self._layer(base, some)
                told(len(some))
            self.result.tried += len(some)
            if self.result.found:
                most = min(most, until := until or self.result.tried + LONGER)

    def _layer(self, base: Base, some: Sequence[Rewriting]) -> None:
        order = sorted(range(len(base.agreement.cases)), key=lambda number: base.agreement.cases[number])
        for rewrite in some:
            new = rewrite.of(base.text)
            if self._may_be(new, base.around, order) and self._makes(new, base.around):
                self._take(new, rewrite, base)

    def _take(self, new: str, rewrite: Rewriting, base: Base | None) -> None:
        """Keep what makes the path, if it can be written as edits of the solution."""
        text, known = self.book.text, base.known if base else None
        if known and base:
            alone = differences.between(base.text, new)
            if alone and self._beside(known, alone, new):
                self.result.found.append(FoundEdit(alone, rewrite.words, rewrite.cost, known))
                return
            if known.wrap:
                return
        edits = differences.between(text, new)
        if edits:
            words = (*(base.words if base else ()), *rewrite.words)
            self.result.found.append(FoundEdit(edits, words, rewrite.cost + (base.cost if base else 0.0)))

    def _beside(self, known: Mistake, alone: Sequence[Edit], new: str) -> bool:
        """Return whether edits of a solution with a known mistake in it apply to the right one, and beside that."""
        try:
            edited(self.book.text, alone)
        except EditError:
            return False
        return differences.makes(self.book.text, (*known.edits, *alone), new)


def _diagonally(count: int) -> Iterator[tuple[int, int]]:
    """Yield base and layer, by how likely both are: the best base's first layer first."""
    every = [(number, layer) for number in range(count) for layer in range(LAYERS)]
    yield from sorted(every, key=lambda each: ((each[0] // TOGETHER + 1) * (each[1] + 1), each))
