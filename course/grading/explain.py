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
    from course.grading.mistakes import Mistake, Section
    from course.grading.said import Kind
    from course.topic import Topic

TEXTS = texts(__file__)

COUNTS = {2: Text(en="two", zh="两"), 3: Text(en="three", zh="三"), 4: Text(en="four", zh="四")}
"""A path is at most a pair's; `param` and `grad` may both be changed besides."""
ONE_PAIR_OF = TEXTS["one-pair-of"]
NUMBERS_RIGHT = TEXTS["numbers-right"]
NUMBERS_RIGHT_IN_CORE = TEXTS["numbers-right-in-core"]
NUMBERS_WRONG = TEXTS["numbers-wrong"]
UNKNOWN = TEXTS["unknown"]


def explained(
    topic: Topic, found: Diagnosis, wrong: Text | None, facts: Sequence[Said]
) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Say what was recognised, a paragraph each, the diagnosis first; if nothing was, the facts, and that.

    Args:
        topic: which exercise.
        found: what was recognised.
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
        return (*said, *_of_several(found)), ()
    if handled and found.numbers_right:
        text = NUMBERS_RIGHT if found.stretch_right else NUMBERS_RIGHT_IN_CORE
        said.insert(-1, Said("numbers-right", text, {"stretch": found.stretch_right}))
    proof = (Said("numbers-wrong", wrong, {}),) if wrong else ()
    if found.searched:
        said += [*facts, Said("unknown", UNKNOWN, {})]
    return tuple(said), proof


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
    count = Said("several", TEXTS["several"].format(count=COUNTS[len(mistakes)]), ids)
    return (count, *lines, last)


def _of_several(found: Diagnosis) -> tuple[Said, ...]:
    """Put several explanations of one path into one sentence."""
    heading = TEXTS["one-of"] if all(len(fit) == 1 for fit in found.fits) else ONE_PAIR_OF
    lines = (_each(number, fit, "path") for number, fit in enumerate(found.fits, start=1))
    return (Said("several", heading, {"alternatives": found.alternatives}), *lines)


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
