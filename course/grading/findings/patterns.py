"""Where a rule is right: the trait that tells the places where it goes wrong from all others, if there is one.

A pattern is told only if every right and every wrong place of every core case agrees with it. What leaves the right
path is looked at element by element, and only in the step in which it leaves (`leaving`). Nothing is run.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import off
from course.grading.findings.finding import Finding
from course.grading.findings.leaving import EACH, LEVELS, NEVER, UNITS
from course.grading.findings.sizes import OF_RESULTS, SIZES, computed, of_hyperparameter, of_size
from course.grading.findings.some_steps import some_steps
from course.grading.findings.traits import from_position, from_step, moves, table
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from course.grading.findings.evidence import Evidence
    from course.grading.findings.leaving import Elements, Level, Truths, Whole
    from course.grading.findings.traits import Trait, TraitTable

TEXTS = texts(__file__)

FEW = 2
"""So many must go wrong, and so many stay right, for a trait to have told them apart."""
COMMON = 0.9
"""What more than this share has at some step explains little where it goes wrong at a later one."""
ENOUGH = 5
"""So many steps must be right before the first wrong one."""
CLOCKS = {"every-so-many-steps", "after-so-many-steps"}
"""Of these, two of a case's traits tell something together: the second synchronisation, and all after it."""
QUALIFIERS = {"moves", "nonzero-gradient"}
"""Traits without which many a wrong step is not seen: beside another one, that is the one that tells."""


def pattern(evidence: Evidence) -> Finding | None:
    """Find what tells the places where a rule goes wrong from those where it is right.

    Args:
        evidence: what is known of the file.

    Returns:
        The simplest pattern that fits everywhere; None if none does, or if all is wrong from the first step on.

    """
    found = table(evidence.topic, evidence.core, evidence.expected)
    left = found.places.left(evidence.answers)
    if left is None or (left == NEVER).all():
        return None
    if (left > 1).any():
        until, one = _until(found.places, left), _of_one(found, left, "element")
        steps = until.claim.get("step", 0) if until else 0
        telling = sum(case.steps > steps for case in found.places.cases) >= FEW
        return (
            some_steps(evidence, found)
            or (until if telling else None)
            or (None if one and "given" in one.id else one)
            or of_size(evidence, found.places, left, SIZES)
            or of_size(evidence, found.places, left, computed(found, "element"))
            or of_size(evidence, found.places, left, OF_RESULTS)
            or until
            or of_size(evidence, found.places, left, computed(found, "case"))
            or one
            or _of_two(found, left)
            or _where_it_moves(found, left)
            or _from_position(found, left)
            or of_hyperparameter(evidence, found.places, left)
            or _of_one(found, left, None)
            or _only_the_first_move(evidence, found, left)
            or _after_the_first_step(found.places, left)
        )
    return some_steps(evidence, found) or _only_the_first_move(evidence, found, left)


def follows(pattern: Finding, others: Iterable[Finding]) -> bool:
    """Return whether a pattern says nothing new beside what else was found.

    Args:
        pattern: which.
        others: what is told before it.

    Returns:
        True if one of them says as much.

    """
    for each in others:
        if each.kind == "default" and pattern.id == "hyperparameter-not-given":
            return True
        told = each.where and not each.id.startswith("by-step")  # which is of one case, and a pattern of all
        if told and re.split(r"\W", each.where)[0] in re.findall(r"\w+", pattern.where):
            return True
        if (each.id, pattern.id) == ("depends-on-other-elements", "several-elements"):
            return True
        if each.id == pattern.id == "hyperparameter-changed":  # that one was changed alone, and so is the cause
            return True
    return False


def _next_move(moves: Truths, until: int) -> int:
    """Return the first step after so many in which anything moves; NEVER if there is none."""
    return next((step for step in range(until + 1, len(moves) + 1) if moves[step - 1]), NEVER)


def _until(at: Elements, left: Whole) -> Finding | None:
    """Right for the same number of steps in every case, or of steps that move anything."""
    first = at.by("case", left)
    until = int(first.min()) - 1
    longer = [n for n, case in enumerate(at.cases) if case.steps > until]
    at_once = all(first[n] == until + 1 for n in longer)
    if until >= FEW and (at_once or all(first[n] == _next_move(at.moves[n], until) < NEVER for n in longer)):
        text = (TEXTS["until"] if at_once else TEXTS["until-next-move"]).format(step=until, next=until + 1)
        return Finding("pattern", "right-until-step", "", text, {"step": until, "at_once": at_once})
    clock = [np.cumsum(moving) for moving in at.moves]  # the rule's own time: where it rests, nothing can be seen
    when = [int(count[min(step, len(count)) - 1]) for count, step in zip(clock, first, strict=True)]
    until = min(count for count, step in zip(when, first, strict=True) if step < NEVER) - 1
    longer = [n for n, count in enumerate(clock) if count[-1] > until]
    if until < 1 or len(longer) < FEW:
        return None
    if not all(first[n] < NEVER and when[n] == until + 1 and at.moves[n][first[n] - 1] for n in longer):
        return None
    text = TEXTS["first-move"] if until == 1 else TEXTS["until-move"].format(step=until)
    return Finding("pattern", "right-until-move", "", text, {"moves": until})


def _after_the_first_step(at: Elements, left: Whole) -> Finding | None:
    """Right in step 1, and wrong in the next one that moves anything, also where nothing has moved before."""
    first = at.by("case", left)
    if not all(step == _next_move(moves, 1) < NEVER for step, moves in zip(first, at.moves, strict=True)):
        return None
    if all(moves[0] for moves in at.moves):
        return None
    return Finding("pattern", "right-until-step", "", TEXTS["first-step"], {"step": 1, "at_once": False})


def until_somewhere(evidence: Evidence) -> Finding | None:
    """Find a step up to which every case is right, and at which some of those that are longer go wrong.

    Args:
        evidence: what is known of the file.

    Returns:
        The finding; None if the wrong cases go wrong at different steps, or after fewer than `ENOUGH` right ones.

    """
    at = table(evidence.topic, evidence.core, evidence.expected).places
    left = at.left(evidence.answers)
    if left is None:
        return None
    first = at.by("case", left)
    wrong = sorted(set(first[first < NEVER].tolist()))
    if len(wrong) != 1 or wrong[0] <= ENOUGH:
        return None
    titles = [case.title for case, step in zip(at.cases, first, strict=True) if step < NEVER]
    cases = Text.joined([Text(en=f"“{each.en}”", zh=f"“{each.zh}”") for each in titles], en=", ", zh="、")
    text = TEXTS["until-somewhere"].format(step=wrong[0] - 1, next=wrong[0], cases=cases)
    return Finding("pattern", "right-until-step", "", text, {"step": wrong[0] - 1, "some": True})


@dataclass(frozen=True)
class Fit:
    """Traits that tell what goes wrong from what stays right."""

    traits: tuple[Trait, ...]
    level: Level
    """What they tell apart: every element, or only parameters or cases with something wrong in them."""
    at_once: bool
    """Whether each leaves in the very step in which the traits first hold."""
    from_the_start: bool
    """Whether that is the first step, wherever they hold at all."""

    @classmethod
    def of(cls, at: Elements, traits: tuple[Trait, ...], since: Whole, left: Whole, level: Level) -> Fit | None:
        """Return how traits fit, if they do: just what they hold of goes wrong, and not before they do.

        Args:
            at: the places.
            traits: what holds together.
            since: by element, the first step in which it does.
            left: by element, the step in which it leaves the right path.
            level: what is to be told apart.

        Returns:
            The fit; None if one place of any core case does not agree, or if there are too few to tell.

        """
        should, found = at.by(level, since), at.by(level, left)
        reached, wrong = should < NEVER, found < NEVER
        if (reached != wrong).any() or (found < should).any():
            return None
        at_once = bool((found == should)[wrong].all())
        sets_in = set(should[wrong].tolist())
        own = at.by(_finest(traits), left) < NEVER  # the elements of one parameter are no more evidence than itself
        # What sets in midway, everything at once, says as much by the step as others by what stays right.
        by_step = at_once and own.sum() >= FEW and len(sets_in - {1}) >= FEW
        few = 1 if at_once and 1 not in sets_in else FEW
        if not by_step and (own.sum() < few or (~own).sum() < FEW):
            return None
        if not at_once and wrong.mean() > COMMON and not all(trait.fixed for trait in traits):
            return None
        return cls(traits, level, at_once, bool((should[wrong] == 1).all()))


def _finest(traits: Sequence[Trait]) -> Level:
    return max((trait.level for trait in traits), key=LEVELS.index)


def _of_one(found: TraitTable, left: Whole, level: Level | None) -> Finding | None:
    """One trait that tells elements apart; or, at its own level, parameters or cases that are wrong somewhere."""
    fits = [
        fit
        for trait, since in zip(found.traits, found.since, strict=True)
        if (fit := Fit.of(found.places, (trait,), since, left, level or trait.level))
    ]
    fits.sort(key=lambda fit: not (fit.at_once or fit.traits[0].fixed))  # a stable sort: the simplest first
    return _told(fits[0]) if fits else None


def _of_two(found: TraitTable, left: Whole) -> Finding | None:
    """Two traits that tell elements apart together, neither of which does it alone; one may be a step."""
    at, wrong = found.places, left < NEVER
    able = [
        trait
        for trait, since in zip(found.traits, found.since, strict=True)
        if (since <= left)[wrong].all() and "given" not in trait.id
    ]
    late = [from_step(at, int(left.min()))] if left.min() > 1 else []
    joined = [each for each in able if not _by_chance(at, each, wrong)]
    fits = []
    for one, other in (*itertools.combinations(able, 2), *itertools.product(late, joined)):
        if one.level == other.level == "case" and one not in late and {one.id, other.id} != CLOCKS:
            continue
        fit = Fit.of(at, (one, other), at.first(one.when & other.when), left, "element")
        if fit and (fit.at_once or (one.fixed and other.fixed)) and _both_matter(at, one, other, left):
            fits.append(fit)
    fits.sort(key=lambda fit: sum(not trait.fixed for trait in fit.traits))
    return _told(fits[0]) if fits else None


def _by_chance(at: Elements, trait: Trait, wrong: Truths) -> bool:
    """Return whether a hyperparameter is 0 throughout the only case that goes wrong: that differs in more."""
    cases = {*at.case[wrong].tolist()}
    if trait.id != "hyperparameter-off" or len(cases) >= FEW:
        return False
    return bool(trait.when[np.isin(np.repeat(at.case, at.steps), [*cases])].all())


def _where_it_moves(found: TraitTable, left: Whole) -> Finding | None:
    """A trait, or a step, from which on each element goes wrong as soon as it should move; or a step and a trait."""
    at, moving = found.places, moves(found.places)
    late = [from_step(at, int(left.min()))] if left.min() > 1 else []
    known = [trait for trait in found.traits if not trait.fixed and trait.id != "hyperparameter-on"]
    # One case alone has many hyperparameters of its own.
    ones = [each for each in known if each.level != "case" or len({*at.case[left < NEVER]}) >= FEW]
    joined = [each for each in found.traits if "given" not in each.id and not _by_chance(at, each, left < NEVER)]
    twos = itertools.product(late, joined)
    for one, other in (*((each, each) for each in (*late, *ones)), *twos):
        traits = (*dict.fromkeys([one, other]), moving)
        fit = Fit.of(at, traits, at.first(one.when & other.when & moving.when), left, "element")
        if fit and fit.at_once and (one is other or _both_matter(at, one, other, left)):
            return _told(fit)
    return None


def _from_position(found: TraitTable, left: Whole) -> Finding | None:
    """All elements from one place on, and no other."""
    at = found.places
    trait = from_position(at, int(at.element[left < NEVER].min()))
    fit = Fit.of(at, (trait,), at.first(trait.when), left, "element")
    return _told(fit) if fit else None


def _both_matter(at: Elements, one: Trait, other: Trait, left: Whole) -> bool:
    """Return whether enough is right for want of one trait alone, and enough for want of its companion alone.

    What is the same at every step must spare something beside the wrong: else it may only tell one case from another.
    """
    wrong = left < NEVER
    beside = np.isin(at.case, at.case[wrong])
    for trait, rest in ((one, other), (other, one)):
        spared = ~wrong & (at.first(rest.when) < NEVER)
        if trait.id.startswith("from-step"):  # what it spares, it spares before that step
            spared |= at.first(rest.when) < left
        if trait.fixed and trait.level != "case":
            spared &= beside
        if spared.sum() < FEW:
            return False
    return True


def _told(fit: Fit) -> Finding:
    """Put a fit into a sentence."""
    finest = max(fit.traits, key=lambda trait: LEVELS.index(trait.level))
    telling = max(
        [each for each in fit.traits if each.id not in QUALIFIERS] or fit.traits,
        key=lambda trait: LEVELS.index(trait.level),
    )
    kinds = [each for each in fit.traits if each.fixed and each.level != "case"]
    steps = [each for each in fit.traits if each not in kinds]
    units, each = _units(finest.level, kinds)
    steps.sort(key=lambda trait: -LEVELS.index(trait.level))
    when = Text.joined((trait.text for trait in steps), en=" and ", zh=" 且 ") if steps else units
    if not steps:
        text = TEXTS["only"].format(units=units)
    elif fit.from_the_start and all(trait.level == "case" for trait in steps):
        text = TEXTS["in-cases"].format(units=units, when=when) if kinds else TEXTS["cases"].format(when=when)
    else:
        text = (TEXTS["at-once"] if fit.at_once else TEXTS["later"]).format(each=each, when=when)
    text = Text.joined([text, telling.hint], en=" ", zh="") if telling.hint else text
    where = next((trait.where for trait in fit.traits if trait.where), "")
    traits = tuple((trait.id, trait.where) for trait in fit.traits)
    claim = {"traits": traits, "level": fit.level, "at_once": fit.at_once}
    return Finding("pattern", re.sub(r"-\d+$", "", telling.id), where, text, claim)


def _units(level: Level, kinds: Sequence[Trait]) -> tuple[Text, Text]:
    """Return what goes wrong, in the plural and in the singular; elements with what is said of their parameter."""
    own, whose = ([trait.text for trait in kinds if (trait.level == level) == same] for same in (True, False))
    several, one = UNITS[level].en, EACH[level].en
    chinese = "".join(text.zh for text in own) + UNITS[level].zh
    if own:
        several, one = (f"{words} {' and '.join(text.en for text in own)}" for words in (several, one))
    if whose:
        which = " and ".join(text.en for text in whose)
        several, one = f"{several} of parameters {which}", f"{one} of a parameter {which}"
        chinese = "".join(text.zh for text in whose) + UNITS["parameter"].zh + "的" + chinese
    return Text(en=several, zh=chinese), Text(en=one, zh=chinese)


def _only_the_first_move(evidence: Evidence, found: TraitTable, left: Whole) -> Finding | None:
    """Wrong where it first moves, and from then on in step with the right one, wherever nothing pulls it back."""
    at = found.places
    first, seen = at.by("case", left), 0
    for number, (case, right) in enumerate(zip(at.cases, at.expected, strict=True)):
        moves = np.flatnonzero(at.moves[number])
        if found.decays[number] or len(moves) < ENOUGH:
            continue
        begin = int(moves[0])
        if first[number] != begin + 1:
            return None
        for start, path, got in zip(case.params, right.params, evidence.answers[case.id].params, strict=True):
            if off(path + (got[begin] - path[begin]), got, start)[begin:].any():
                return None
        seen += 1
    return Finding("pattern", "only-the-first-move", "", TEXTS["only-first"], {}) if seen >= FEW else None
