"""What is said of an exercise beside the rule: a few paragraphs and one plot, for a terminal and for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from course.grading import plot
from course.grading.palette import AMBER, GREEN, ORANGE
from course.grading.render import STYLE, rich
from course.text import TONGUES, Text, texts

if TYPE_CHECKING:
    from course.grading.verdict import Paths
    from course.text import Lang

TEXTS = texts(__file__)

State = Literal["passed", "not-yet", "begun", "closed", "refused"]
"""What came of it: `begun` is a file as it was handed out, `closed` one that is not handed out yet, `refused` one that
cannot be judged."""

STATES: dict[State, Text] = {
    "passed": Text(en="passed", zh="通过"),
    "not-yet": Text(en="not yet", zh="还没完成"),
    "begun": Text(en="your turn", zh="尚未动手"),
    "closed": Text(en="not open yet", zh="尚未开放"),
    "refused": Text(en="cannot be checked", zh="无法检查"),
}
SHADES: dict[State, str] = {"passed": GREEN, "not-yet": ORANGE, "begun": AMBER, "closed": AMBER, "refused": ORANGE}


@dataclass(frozen=True)
class Reply:
    """The answer to one file."""

    title: Text
    """Which exercise it is, and of which topic."""
    state: State
    paragraphs: tuple[Text, ...]
    paths: Paths | None = None
    """One number, as the right rule and as the other one move it."""
    other: Text = plot.GOT
    """What the other rule is called beside the plot."""

    @property
    def passed(self) -> bool:
        """Whether it is solved."""
        return self.state == "passed"

    @property
    def text(self) -> Text:
        """What is said, a paragraph a line."""
        return Text.joined(self.paragraphs, en="\n", zh="\n")


def terminal(reply: Reply, lang: Lang) -> str:
    """Format a reply as lines of text.

    Args:
        reply: what to show.
        lang: the reader's language.

    Returns:
        The text, without a newline at its end.

    """
    lines = [f"{reply.title[lang]} — {STATES[reply.state][lang]}"]
    lines += [f"  {line}" for each in reply.paragraphs for line in each[lang].splitlines()]
    if reply.paths:
        drawn = plot.characters(reply.paths, lang, expected=TEXTS["right"], got=reply.other)
        lines += ["", *(f"  {line}" for line in drawn)]
    return "\n".join(lines)


def html(reply: Reply, lang: Lang) -> str:
    """Format a reply as a fragment for a notebook.

    Args:
        reply: what to show.
        lang: the reader's language.

    Returns:
        Self-contained HTML.

    """
    said = "".join(f"<p>{rich(line)}</p>" for each in reply.paragraphs for line in each[lang].splitlines() if line)
    drawn = ""
    if reply.paths:
        alt = TEXTS["plot"].format(label="{label}", other=reply.other)
        drawn = plot.svg(reply.paths, lang, expected=TEXTS["right"], got=reply.other, alt=alt)
    return (
        f'<div class="dh" lang="{TONGUES[lang]}" style="--dh:{SHADES[reply.state]}">'
        f'<style>{STYLE}</style><h3>{escape(reply.title[lang])} — <span class="dh-s">{STATES[reply.state][lang]}</span>'
        f"</h3>{said}{drawn}</div>"
    )
