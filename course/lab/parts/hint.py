"""`hint("momentum")`: the syllabus's hints, one button a tier, from a nudge to nearly the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.render import rich
from course.lab.look import paragraph
from course.text import Text, language
from course.topic import Topic

if TYPE_CHECKING:
    import ipywidgets as widgets

TIERS = (
    Text(en="A nudge", zh="稍加点拨"),
    Text(en="The plan", zh="思路"),
    Text(en="Nearly the answer", zh="几乎是答案"),
)


def hint(stem: str) -> widgets.VBox:
    """Make buttons that open the hints; each becomes available when the one before has been read.

    Args:
        stem: the topic, for instance "momentum".

    Returns:
        The buttons, and below them what has been opened.

    Raises:
        CourseError: there is no such topic.

    Examples:
        >>> from course.lab import hint
        >>> buttons, shown = hint("momentum").children
        >>> buttons.children[0].description
        '1. A nudge'

    """
    import ipywidgets as widgets

    from course.lab.piece import Piece

    hints = Topic.load(stem).hints
    lang = language()
    buttons = [
        widgets.Button(
            description=f"{number}. {TIERS[number - 1][lang]}",
            disabled=number > 1,
            tooltip=Text(en=f"Show hint {number}", zh=f"显示提示 {number}")[lang],
            layout={"width": "auto"},
        )
        for number in range(1, len(hints) + 1)
    ]
    shown = widgets.HTML()
    opened: list[int] = []

    def show(number: int) -> None:
        if number not in opened:
            opened.append(number)
        items = "".join(f"<li>{rich(hints[each][lang])}</li>" for each in sorted(opened))
        shown.value = paragraph(items, tag="ol", live=True)
        if number + 1 < len(buttons):
            buttons[number + 1].disabled = False

    for number, button in enumerate(buttons):
        button.on_click(lambda _, number=number: show(number))
    return Piece([widgets.HBox(buttons), shown])
