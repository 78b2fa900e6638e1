"""The decision guide: a few questions, one after the other, and at the end an optimizer with the evidence for it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.lab.look import CHOICES, GOOD, card, link, paragraph
from course.system import toml
from course.text import Text, language
from course.topic import lessons

if TYPE_CHECKING:
    import ipywidgets as widgets


HERE = Path(__file__).parent
"""The folder of the lesson that has the guide."""


@dataclass(frozen=True)
class Fork:
    """A question; each answer leads to another entry of `TREE`."""

    text: Text
    answers: tuple[tuple[Text, str], ...]


@dataclass(frozen=True)
class Leaf:
    """A recommendation."""

    rules: Text
    why: Text
    first: Text
    """What to try first."""
    evidence: tuple[tuple[str, str], ...]
    """Lessons by stem, and the claim whose conclusion to look at there."""


def _read(file: Path) -> dict[str, Fork | Leaf]:
    """Read the tree: an entry with `answers` is a question, every other one a recommendation."""
    tree: dict[str, Fork | Leaf] = {}
    with toml.opened(file) as told:
        for name, entry in told.items():
            if "answers" in entry:
                answers = tuple((Text(**each["text"]), each["to"]) for each in entry["answers"])
                tree[name] = Fork(Text(**entry["text"]), answers)
            else:
                rules, why, first = (Text(**entry[each]) for each in ("rules", "why", "first"))
                tree[name] = Leaf(rules, why, first, tuple((stem, claim) for stem, claim in entry["evidence"]))
    return tree


TREE = _read(HERE / "guide.toml")

_TRY = Text(en="Try first:", zh="先试：")
_EVIDENCE = Text(en="Evidence in this course:", zh="本课程中的证据：")
_ABOVE = Text(en="above", zh="见上文")


def guide() -> widgets.VBox:
    """Ask questions, one below the other; each answer, by mouse or arrow keys, opens what follows from it.

    An earlier answer can be changed at any time: what stood below it is asked anew.

    Examples:
        >>> from course.lab import guide
        >>> question, answers = guide().children
        >>> answers.options
        ('Yes', 'No')

    """
    import ipywidgets as widgets

    from course.lab.piece import Piece

    lang = language()
    box = Piece([])
    box.add_class("course-quiz")

    def ask(name: str, depth: int) -> list[Any]:
        """Return the widgets that show one entry of the tree."""
        entry = TREE[name]
        if isinstance(entry, Leaf):
            shown = widgets.Output()  # not an HTML widget: only here does JupyterLab resolve links to notebooks
            data = {"text/html": leaf(name), "text/plain": entry.rules[lang]}
            shown.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
            return [shown]
        text = paragraph(f"<b>{depth + 1}. {html.escape(entry.text[lang])}</b>", margin=".4em 0 0")
        asked = widgets.HTML(text if depth else CHOICES + text)
        labels = [answer[lang] for answer, _ in entry.answers]
        choice = widgets.RadioButtons(options=labels, value=None, layout={"width": "100%"})

        def chosen(change: dict[str, Any]) -> None:
            if change["new"] is not None:
                following = entry.answers[labels.index(change["new"])][1]
                box.children = (*box.children[: 2 * depth + 2], *ask(following, depth + 1))

        choice.observe(chosen, names="value")
        return [asked, choice]

    box.children = tuple(ask("start", 0))
    return box


def leaf(name: str) -> str:
    """Return a recommendation as HTML, with links to the lessons that bear it out."""
    entry = TREE[name]
    assert isinstance(entry, Leaf)  # noqa: S101 - for the type checker: only leaves are asked for
    lang = language()
    titles = {lesson.stem: lesson for lesson in lessons()}
    items = []
    for stem, claim in entry.evidence:
        lesson = titles[stem]
        place = _ABOVE[lang] if stem == HERE.name else link(lesson.notebook(lang), lesson.title[lang])
        items.append(f"{place} (<code>{claim}</code>)" if lang == "en" else f"{place}（<code>{claim}</code>）")
    join = "; " if lang == "en" else "；"
    head = f'<span style="font-size:1.15em">→ {html.escape(entry.rules[lang])}</span>'
    inside = (
        f"<br>{html.escape(entry.why[lang])}<br><b>{_TRY[lang]}</b> {html.escape(entry.first[lang])}<br>"
        f"<b>{_EVIDENCE[lang]}</b> {join.join(items)}"
    )
    return card(head, inside, GOOD, live=True)
