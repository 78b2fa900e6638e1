"""*Your turn* without a kernel: where the exercise opens, its file, and what the grader says to mistakes."""

from __future__ import annotations

import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.authoring import skeletons
from course.authoring.site import addresses, drawings, markup, outputs, store
from course.grading import palette, render
from course.grading.judge import judge
from course.grading.mistakes import catalogue
from course.lab.parts.hint import TIERS
from course.learner import spoken
from course.text import LANGS, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.mistakes import Mistake
    from course.text import Lang
    from course.topic import Topic

TEXTS = texts(__file__)

SHOWN = 3
"""Mistakes whose reports are shown."""
COMMON = {"decay", "rate", "kept"}
"""Places that most rules have; a rule's own are shown before them."""
HEAD = "import copy\nimport math\n\nimport numpy as np\n\n\n"


def examples(topic: Topic) -> list[Mistake]:
    """Return the mistakes that are shown: the first of each place, those of the rule's own places before others."""
    singles = [mistake for (mistake,) in catalogue(topic).singles if mistake.edits]
    firsts = list({mistake.place: mistake for mistake in reversed(singles)}.values())
    order = {mistake.id: at for at, mistake in enumerate(singles)}
    firsts.sort(key=lambda each: (each.place in COMMON, order[each.id]))
    rest = [mistake for mistake in singles if mistake not in firsts]
    return [*firsts, *rest][:SHOWN]


def reports(topic: Topic) -> list[dict[str, str]]:
    """Return what the grader says to each of them, in both languages, as HTML; kept until it changes."""
    book = catalogue(topic)
    shown = examples(topic)

    def judged() -> list[dict[str, str]]:
        return [_report(topic, mistake) for mistake in shown]

    told = [book.source((each,)) for each in shown]
    found: list[dict[str, str]] = store.made(f"said-{topic.stem}", store.key(*told, by=("turn.py",)), judged)
    return found


def _report(topic: Topic, mistake: Mistake) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{topic.stem}.py").write_text(HEAD + catalogue(topic).source((mistake,)), "utf-8")
        verdict = judge(topic, Path(folder))
    return {lang: palette.themed(render.html(verdict, lang)) for lang in LANGS} | {"id": mistake.id}


def panel(topic: Topic, lang: Lang) -> str:
    """Return the place of the editor: how to open the exercise, its file, and the reports on some mistakes.

    Args:
        topic: whose exercise.
        lang: the reader's language.

    Returns:
        HTML.

    """
    book = catalogue(topic)
    skeleton = spoken.in_language(skeletons.skeleton(topic.solution.read_text("utf-8")), lang)
    opened = "".join(
        f'<li><a class="button" href="{escape(address)}" rel="noopener">{place}</a>'
        f"<span>{said[lang].format(lab='<code>make lab</code>')}</span></li>"
        for (place, address), said in zip(addresses.lent(topic.stem, lang).items(), _PLACES, strict=True)
    )
    parts = [
        f'<section class="turn" aria-label="{TEXTS["turn"][lang]}">',
        f"<p>{TEXTS['lead'][lang].format(file=f'<code>{topic.stem}.py</code>')}</p>",
        f'<ul class="places">{opened}</ul>',
        f"<details><summary>{TEXTS['own'][lang]}</summary>{markup.coloured(_own(lang), 'sh')}</details>",
        f"<details open><summary>{TEXTS['file'][lang].format(file=f'{topic.stem}.py')}</summary>",
        f"{markup.python(skeleton)}</details>",
        f"<p>{TEXTS['reports'][lang]}</p>",
    ]
    for number, report in enumerate(reports(topic), start=1):
        said = drawings.slim(outputs.cleaned(report[lang], str), f"r{number}")
        title = render.rich(book[report["id"]].title[lang])
        parts.append(f'<details class="report"><summary>{title}</summary>{said}</details>')
    return "".join([*parts, "</section>"])


_PLACES = (TEXTS["in-colab"], TEXTS["in-binder"], TEXTS["in-codespaces"])


def _own(lang: Lang) -> str:
    spoken_there = "" if lang == "en" else f" --lang {lang}"
    return (
        f"pip install {addresses.repository()}/archive/main.zip\n"
        f"course init downhill{spoken_there} && cd downhill\ncourse lab{spoken_there}"
    )


def hints(topic: Topic, lang: Lang) -> str:
    """Return the hints, each inside the one before, so that one reads them in turn.

    Args:
        topic: whose.
        lang: the reader's language.

    Returns:
        HTML.

    """

    def nested(left: list[tuple[int, Any]]) -> Iterator[str]:
        if left:
            number, text = left[0]
            yield f"<details><summary>{number}. {TIERS[number - 1][lang]}</summary><p>{render.rich(text[lang])}</p>"
            yield from nested(left[1:])
            yield "</details>"

    return f'<div class="hints">{"".join(nested(list(enumerate(topic.hints, start=1))))}</div>'
