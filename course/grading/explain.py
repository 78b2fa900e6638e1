"""What is said of the mistakes that were recognised, or of a path that no known mistake makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.cases import stretch_names
from course.grading.mistakes import SECTIONS, catalogue
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.diagnosis import Diagnosis
    from course.grading.mistakes import Mistake
    from course.syllabus import Topic

MISTAKE = Text(en="The mistake: {title}.", zh="错误：{title}。")
TWO = Text(en="Two mistakes at once.", zh="同时有两个错误。")
ONE_OF = Text(
    en="One of these mistakes; all of them lead to exactly the same path.", zh="是下列错误之一，它们的路径完全相同。"
)
EACH = Text(en="{number}. {title}. {explanation}", zh="{number}. {title}。{explanation}")
REREAD = Text(en="To reread: “{section}” in the lesson on {topic}.", zh="可重读“{topic}”一课的“{section}”一节。")
UNKNOWN = Text(
    en="This is none of the mistakes that we know, alone or in pairs.",
    zh="这不是我们已知的错误，也不是其中任意两个的组合。",
)
OPTION = Text(en="{title}. {explanation}", zh="{title}。{explanation}")
UNUSED = Text(
    en="`{option}` makes no difference yet: the path is the same as without it.",
    zh="`{option}` 还没有起作用：用与不用，路径都一样。",
)


def explained(topic: Topic, found: Diagnosis, facts: Sequence[Text]) -> tuple[Text, ...]:
    """The mistakes that were recognised, in paragraphs; if none was, that, and the facts."""
    book = catalogue(topic.stem)
    seen = tuple(book[name] for name in found.slips if name in book)
    if not found.fits:
        if not seen:
            return () if found.slips else (UNKNOWN, *facts)
        return _fit(seen, topic)
    if len(found.fits) == 1:
        return _fit((*seen, *found.fits[0]), topic)
    return (ONE_OF, *(_each(number, (*seen, *fit)) for number, fit in enumerate(found.fits, start=1)))


def _fit(mistakes: Sequence[Mistake], topic: Topic) -> tuple[Text, ...]:
    """One mistake, or several made at once."""
    reread = REREAD.format(section=SECTIONS[mistakes[-1].section], topic=topic.title)
    if len(mistakes) == 1:
        return MISTAKE.format(title=mistakes[0].title), mistakes[0].explanation, reread
    return (TWO, *(_each(number, (mistake,)) for number, mistake in enumerate(mistakes, start=1)), reread)


def _each(number: int, mistakes: Sequence[Mistake]) -> Text:
    return EACH.format(
        number=number,
        title=Text.joined((each.title for each in mistakes), en="; ", zh="；"),
        explanation=Text.joined((each.explanation for each in mistakes), en=" ", zh=""),
    )


def of_option(topic: Topic, found: Diagnosis, case: Case) -> Text | None:
    """Why a stretch case failed, if that was recognised."""
    if case.id in found.ignored:
        names = ", ".join(name for name in case.hyperparameters if name in stretch_names(topic.stem))
        return UNUSED.format(option=names)
    fitting = found.options.get(case.id, ())
    if not fitting:
        return None
    return OPTION.format(title=fitting[0].title, explanation=fitting[0].explanation)
