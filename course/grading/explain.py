"""What is said of the mistakes that were recognised, or of a path that no known mistake makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.cases import stretch_names
from course.grading.mistakes import PATH_RIGHT, SECTIONS, catalogue
from course.grading.said import Said
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.diagnosis import Diagnosis
    from course.grading.mistakes import Mistake
    from course.grading.said import Kind
    from course.topic import Topic

HANDLING = Text(en="The mistake: {title}.", zh="错误：{title}。")
PATH = Text(
    en="Your numbers are exactly those of a rule with this mistake: {title}.",
    zh="您算出的数与犯了这个错误的规则完全一样：{title}。",
)
PATHS = Text(
    en="Your numbers are exactly those of a rule with {count} mistakes at once. What each does by itself:",
    zh="您算出的数，与同时犯下面{count}个错误时得到的完全一样。以下说明的是它们各自单独的后果。",
)
SEVERAL = Text(
    en="There are {count} mistakes at once. What each does by itself:",
    zh="同时有{count}个错误。以下说明的是它们各自单独的后果。",
)
COUNTS = {2: Text(en="two", zh="两"), 3: Text(en="three", zh="三"), 4: Text(en="four", zh="四")}
"""A path is at most a pair's; `param` and `grad` may both be changed besides."""
ONE_OF = Text(
    en="Each of these mistakes leads to exactly your numbers, which cannot tell which one it is.",
    zh="下列每一个错误都会得到与您完全一样的数，单凭这些数分不出是哪一个。",
)
ONE_PAIR_OF = Text(
    en="Each of these pairs of mistakes leads to exactly your numbers, which cannot tell which pair it is. What each"
    " mistake does by itself:",
    zh="下列每一对错误都会得到与您完全一样的数，单凭这些数分不出是哪一对。以下说明的是每个错误单独的后果。",
)
EACH = Text(en="{number}. {title}. {explanation}", zh="{number}. {title}。{explanation}")
NUMBERS_RIGHT = Text(en="All your numbers are right, in every case.", zh="在每个用例里，您算出的数都是对的。")
NUMBERS_RIGHT_IN_CORE = Text(
    en="All your numbers are right, the stretch cases apart.", zh="除选做的用例外，您算出的数都是对的。"
)
NUMBERS_WRONG = Text(
    en="Besides, the numbers are wrong ({title}): {difference}", zh="此外，算出的数也不对（{title}）：{difference}"
)
REREAD = Text(en="To reread: “{section}” in the lesson on {topic}.", zh="可重读“{topic}”一课的“{section}”一节。")
UNKNOWN = Text(
    en="No mistake in our list leads to these numbers, nor do any two of them that we tried together.",
    zh="我们列出的错误，无论单独一个，还是试过的两两组合，都得不到您的这些数。",
)
OPTION = Text(en="{title}. {explanation}", zh="{title}。{explanation}")
ONE_OPTION_OF = Text(
    en="One of these; each leads to exactly your numbers: {titles}.",
    zh="是下列之一，每一个都会得到与您完全一样的数：{titles}。",
)
UNUSED = Text(
    en="{option} makes no difference yet: the path is the same as without it.",
    zh="{option} 还没有起作用：用与不用，路径都一样。",
)
ALL_UNUSED = Text(
    en="{option} make no difference yet: the path is the same as without any of them.",
    zh="{option} 都还没有起作用：用与不用，路径都一样。",
)


def explained(topic: Topic, found: Diagnosis, wrong: Text | None, facts: Sequence[Said]) -> tuple[Said, ...]:
    """What was recognised, a paragraph each; if nothing was, that, and the facts.

    Args:
        topic: which exercise.
        found: what was recognised.
        wrong: the first wrong number, in a sentence, if the message has not told it yet.
        facts: what can be said of the path if it is no known mistake's.

    """
    book = catalogue(topic.stem)
    handled = tuple(book[name] for name in found.slips if name in PATH_RIGHT)
    if len(found.fits) == 1:
        return _of_one(topic, handled, found.fits[0])
    said = list(_of_one(topic, handled, ())) if handled else []
    if found.fits:
        return (*said, *_of_several(found))
    if handled and found.numbers_right:
        text = NUMBERS_RIGHT if found.stretch_right else NUMBERS_RIGHT_IN_CORE
        said.insert(-1, Said("numbers-right", text, {"stretch": found.stretch_right}))
    if wrong:
        said.append(Said("numbers-wrong", wrong, {}))
    if found.searched:
        said += [Said("unknown", UNKNOWN, {}), *facts]
    return tuple(said)


def _of_one(topic: Topic, handled: Sequence[Mistake], fit: Sequence[Mistake]) -> tuple[Said, ...]:
    """What was done to the caller's arrays, and the one explanation of the path, if there is one."""
    mistakes = (*handled, *fit)
    section = mistakes[-1].section
    text = REREAD.format(section=SECTIONS[section], topic=topic.title)
    reread = Said("reread", text, {"section": section, "mistake": mistakes[-1].id})
    ids = {"handled": tuple(each.id for each in handled), "path": tuple(each.id for each in fit)}
    if len(mistakes) == 1:
        title = (HANDLING if handled else PATH).format(title=mistakes[0].title)
        explanation = Said("explanation", mistakes[0].explanation, {"mistake": mistakes[0].id})
        return Said("handling" if handled else "path", title, ids), explanation, reread
    heading = SEVERAL if handled else PATHS
    lines = (_each(number, (mistake,), "item") for number, mistake in enumerate(mistakes, start=1))
    count = Said("several" if handled else "paths", heading.format(count=COUNTS[len(mistakes)]), ids)
    return (count, *lines, reread)


def _of_several(found: Diagnosis) -> tuple[Said, ...]:
    """Several explanations of one path."""
    heading = ONE_OF if all(len(fit) == 1 for fit in found.fits) else ONE_PAIR_OF
    lines = (_each(number, fit, "path") for number, fit in enumerate(found.fits, start=1))
    return (Said("several", heading, {"alternatives": found.alternatives}), *lines)


def _each(number: int, mistakes: Sequence[Mistake], kind: Kind) -> Said:
    text = EACH.format(
        number=number,
        title=Text.joined((each.title for each in mistakes), en="; ", zh="；"),
        explanation=Text.joined((each.explanation for each in mistakes), en=" ", zh=""),
    )
    ids = tuple(each.id for each in mistakes)
    return Said(kind, text, {"number": number, "path": ids})


def of_option(topic: Topic, found: Diagnosis, case: Case) -> Said | None:
    """Why a stretch case failed, if that was recognised."""
    if case.id in found.ignored:
        names = [name for name in case.hyperparameters if name in stretch_names(topic)]
        shown = [Text(en=f"`{name}`", zh=f"`{name}`") for name in names]
        option = Text.joined(shown, en=", ", zh="、")
        text = (UNUSED if len(names) == 1 else ALL_UNUSED).format(option=option)
        return Said("unused", text, {"case": case.id, "options": tuple(names)})
    fitting = found.options.get(case.id, ())
    if not fitting:
        return None
    claim = {"case": case.id, "alternatives": tuple((each.id,) for each in fitting)}
    if len(fitting) == 1:
        return Said("option", OPTION.format(title=fitting[0].title, explanation=fitting[0].explanation), claim)
    titles = Text.joined((each.title for each in fitting), en="; ", zh="；")
    return Said("options", ONE_OPTION_OF.format(titles=titles), claim)
