"""What is said of the mistakes that were recognised, or of a path that no known mistake makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading import kinds
from course.grading.case_set import stretch_names
from course.grading.mistakes import PATH_RIGHT, catalogue
from course.grading.said import Said
from course.grading.sections import heading
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.diagnosis import Diagnosis
    from course.grading.findings.finding import Findings
    from course.grading.mistakes import Mistake, Section
    from course.grading.said import Kind
    from course.topic import Topic

TEXTS = texts(__file__)

COUNTS = {
    2: Text(en="two", zh="两"),
    3: Text(en="three", zh="三"),
    4: Text(en="four", zh="四"),
    5: Text(en="five", zh="五"),
}
"""A path is made by three at most; `param` and `grad` may both be changed besides."""
ONE_OF = {1: TEXTS["one-of"], 2: TEXTS["one-pair-of"], 3: TEXTS["one-three-of"]}
"""By how many mistakes each explanation has."""
NUMBERS_RIGHT = TEXTS["numbers-right"]
NUMBERS_RIGHT_IN_CORE = TEXTS["numbers-right-in-core"]
NUMBERS_WRONG = TEXTS["numbers-wrong"]
UNKNOWN, UNKNOWN_OF_TWO = TEXTS["unknown"], TEXTS["unknown-of-two"]


def explained(
    topic: Topic, found: Diagnosis, more: Findings, wrong: Text | None, facts: Sequence[Said]
) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Say what was recognised, a paragraph each, the diagnosis first; if nothing was, the facts, and that.

    Args:
        topic: which exercise.
        found: what was recognised.
        more: what was found out besides.
        wrong: the first wrong number, in a sentence, if the message has not told it yet.
        facts: what can be said of the path if it is no known mistake's.

    Returns:
        The sentences, in order; and those that say what the diagnosis rests on.

    """
    book = catalogue(topic)
    handled = tuple(book[name] for name in found.slips if name in PATH_RIGHT)
    if len(found.fits) == 1:
        return _of_one(topic, handled, found.fits[0]), _exactly(topic, found.fits[0])
    said = list(_of_one(topic, handled, ())) if handled else []
    if found.fits:
        several = [each for each in _of_several(topic, found) if each not in said]
        return (*said, *several), ()
    if handled and found.numbers_right:
        text = NUMBERS_RIGHT if found.stretch_right else NUMBERS_RIGHT_IN_CORE
        said.insert(-1, Said("numbers-right", text, {"stretch": found.stretch_right}))
    proof = (Said("numbers-wrong", wrong, {}),) if wrong else ()
    if more.whole:
        return (*said, *_of_findings(topic, more)), proof
    last = [each.said() for each in more.found if each.kind == "smallest"]
    others = [each.said() for each in more.found if each.kind != "smallest"]
    unknown = [Said("unknown", UNKNOWN if found.threes else UNKNOWN_OF_TWO, {})] if found.searched else []
    facts = facts if found.searched else ()
    return (*said, *facts, *others, *unknown, *last), proof


def _of_findings(topic: Topic, more: Findings) -> tuple[Said, ...]:
    """Tell findings, and mistakes of the catalogue beside them, that make the whole path together."""
    count = len(more.found) + len(more.fit)
    if count == 1:
        return (more.found[0].said(),)
    claim = {"findings": tuple(each.id for each in more.found), "path": tuple(each.id for each in more.fit)}
    items = [each.said(number) for number, each in enumerate(more.found, start=1)]
    items += [_each(n, (mistake,), "item") for n, mistake in enumerate(more.fit, start=len(more.found) + 1)]
    for last in more.fit[-1:]:
        ids = {"section": last.section, "mistake": last.id}
        items.append(Said("reread", reread(topic, last.section), ids))
    return (Said("together", TEXTS["together"].format(count=COUNTS[count]), claim), *items)


def _exactly(topic: Topic, fit: Sequence[Mistake]) -> tuple[Said, ...]:
    """Return what a diagnosis of the path rests on."""
    text = TEXTS["exactly"] if len(fit) == 1 else TEXTS["exactly-both"]
    text = text.format(noun=kinds.of(topic).NOUN)
    return (Said("exactly", text, {"path": tuple(each.id for each in fit)}),)


def reread(topic: Topic, section: Section) -> Text:
    """Say what to read again.

    Args:
        topic: whose lesson.
        section: which section of it.

    Returns:
        The sentence.

    """
    return TEXTS["reread"].format(section=heading(topic, section), topic=topic.title)


def _of_one(topic: Topic, handled: Sequence[Mistake], fit: Sequence[Mistake]) -> tuple[Said, ...]:
    """Return what was done to the caller's arrays, and the one explanation of the path, if there is one."""
    mistakes = (*handled, *fit)
    section = mistakes[-1].section
    last = Said("reread", reread(topic, section), {"section": section, "mistake": mistakes[-1].id})
    ids = {"handled": tuple(each.id for each in handled), "path": tuple(each.id for each in fit)}
    if len(mistakes) == 1:
        title = TEXTS["mistake"].format(title=mistakes[0].title)
        explanation = Said("explanation", mistakes[0].explanation, {"mistake": mistakes[0].id})
        return Said("handling" if handled else "path", title, ids), explanation, last
    lines = (_each(number, (mistake,), "item") for number, mistake in enumerate(mistakes, start=1))
    text = TEXTS["several-in-order"] if len(fit) > 2 else TEXTS["several"]
    count = Said("several", text.format(count=COUNTS[len(mistakes)]), ids)
    return (count, *lines, last)


def _of_several(topic: Topic, found: Diagnosis) -> tuple[Said, ...]:
    """Put several explanations of one path into one sentence; what the first is about is to be reread."""
    heading = ONE_OF[max(len(fit) for fit in found.fits)]
    lines = (_each(number, fit, "path") for number, fit in enumerate(found.fits, start=1))
    mistake = found.fits[0][-1]
    last = Said("reread", reread(topic, mistake.section), {"section": mistake.section, "mistake": mistake.id})
    return (Said("several", heading, {"alternatives": found.alternatives}), *lines, last)


def _each(number: int, mistakes: Sequence[Mistake], kind: Kind) -> Said:
    text = TEXTS["each"].format(
        number=number,
        title=Text.joined((each.title for each in mistakes), en="; ", zh="；"),
        explanation=Text.joined((each.explanation for each in mistakes), en=" ", zh=""),
    )
    ids = tuple(each.id for each in mistakes)
    return Said(kind, text, {"number": number, "path": ids})


def of_option(topic: Topic, found: Diagnosis, case: Case) -> Said | None:
    """Say why a stretch case failed, if that was recognised.

    Args:
        topic: which exercise.
        found: what was recognised.
        case: the stretch case.

    Returns:
        The sentence; None if it was not recognised.

    """
    if case.id in found.ignored:
        names = [name for name in case.hyperparameters if name in stretch_names(topic)]
        shown = [Text(en=f"`{name}`", zh=f"`{name}`") for name in names]
        option = Text.joined(shown, en=", ", zh="、")
        text = (TEXTS["unused"] if len(names) == 1 else TEXTS["all-unused"]).format(option=option)
        return Said("unused", text, {"case": case.id, "options": tuple(names)})
    fitting = found.options.get(case.id, ())
    if not fitting:
        return None
    claim = {"case": case.id, "alternatives": tuple((each.id,) for each in fitting)}
    if len(fitting) == 1:
        return Said("option", TEXTS["option"].format(title=fitting[0].title, explanation=fitting[0].explanation), claim)
    titles = Text.joined((each.title for each in fitting), en="; ", zh="；")
    return Said("options", TEXTS["one-option-of"].format(titles=titles), claim)
