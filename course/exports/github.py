"""GitHub Actions: annotations on the student's lines, on standard output, and a summary of the step."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from course.exports import words
from course.grading import render

if TYPE_CHECKING:
    from course.exports.graded import Graded
    from course.grading.verdict import CaseResult
    from course.text import Text

MOST = 9
"""Annotations of a kind that a step shows are ten; the first one is the message."""
SUMMARY = "GITHUB_STEP_SUMMARY"


def result(graded: Graded) -> str:
    """Return the lines to print, one annotation each."""
    verdict = graded.verdict
    if verdict.passed:
        return command("notice", verdict.message, title=_title(graded)) + "\n"
    file = _within(Path(graded.file))
    lines = [command("error", verdict.message, title=_title(graded), file=file, line=graded.line())]
    told = verdict.message.en
    for row in verdict.cases:
        if row.passed or row.stretch or row.reason is None or row.reason.en in told or len(lines) > MOST:
            continue
        told += f"\n{row.reason.en}"
        lines.append(command("error", row.reason, title=words.one_line(row.title), file=file, line=graded.line(row)))
    return "\n".join(lines) + "\n"


def refusal(why: Text) -> str:
    """Return the line to print for a submission that could not be judged."""
    return command("error", why) + "\n"


def command(kind: str, message: Text, **properties: str | int) -> str:
    """Format one of the runner's commands; nothing in the texts can end it or begin another.

    Args:
        kind: `error` or `notice`.
        message: in both languages.
        properties: the runner's own: title, file, line.

    Returns:
        One line, without its end.

    """
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{kind}{' ' if told else ''}{told}::{_data(words.both(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _title(graded: Graded) -> str:
    points = render.points(graded.verdict)
    return f"{graded.topic.stem} · {words.one_line(points)}"


def _within(file: Path) -> str:
    """The file's path from the repository's root, as annotations want it."""
    root = os.environ.get("GITHUB_WORKSPACE") or Path.cwd()
    return Path(os.path.relpath(file.resolve(), Path(root).resolve())).as_posix()


def summary(graded: Graded) -> str:
    """Return the summary of the step, in Markdown."""
    verdict = graded.verdict
    rows = "\n".join(
        f"| {_sign(row)} | {_cell(words.one_line(row.title))} | {row.points:g} / {row.max_points:g} |"
        for row in verdict.cases
    )
    table = f"| | | |\n| --- | --- | --- |\n{rows}"
    return f"### {_cell(_title(graded))}\n\n{_quoted(words.both(verdict.message))}\n\n{table}\n"


def _sign(row: CaseResult) -> str:
    return "✓" if row.passed else ("·" if row.stretch else "✗")


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", text)


def _quoted(text: str) -> str:
    """Somebody else's words may be in it: a listing, whose fence is longer than any within."""
    longest = max((len(each) for each in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def add_summary(graded: Graded) -> None:
    """Add the summary to the step's, where there is one.

    Raises:
        OSError: it cannot be written.

    """
    path = os.environ.get(SUMMARY)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(summary(graded))
