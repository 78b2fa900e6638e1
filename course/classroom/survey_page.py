"""A class's figures as one HTML page: both languages, its charts within it, nothing fetched, nothing run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from course.classroom import survey_text
from course.classroom.history import NOT_HANDED_IN
from course.classroom.slides import slide
from course.classroom.spans import day_of
from course.classroom.survey import share, unreadable
from course.classroom.survey_text import TEXTS
from course.grading.render import rich
from course.text import TONGUES, visible

if TYPE_CHECKING:
    from course.classroom.slides import Slide
    from course.classroom.spans import Span
    from course.classroom.survey import Survey, Tally, TopicSurvey
    from course.text import Lang

TEMPLATE = "survey.html.j2"
CHART_WIDTH, CHART_HEIGHT = 640, 120
BAR_WIDTH, BAR_HEIGHT = 150, 14
SPARK_HEIGHT = 22


def page_of(survey: Survey, lang: Lang, *, names: bool = False) -> str:
    """Return the report as a page.

    Args:
        survey: the figures.
        lang: the language that it opens in; a switch in the page shows the other one, or both.
        names: whether to say who is stuck. Without it, nothing in the page comes from a student's name.

    Returns:
        The HTML page.

    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"code": code, "visible": visible}
    return environment.get_template(TEMPLATE).render(
        survey=survey,
        lang=lang,
        tongue=TONGUES[lang],
        names=names,
        texts=TEXTS,
        say=survey_text,
        headline=TEXTS["headline"].format(
            students=survey.students, submissions=survey.submissions, newest=day_of(survey.newest)
        ),
        made=datetime.now().astimezone(),
        slides=[slide(each.stem, each.mistake) for each in survey.obstacles],
        damaged=unreadable(len(survey.damaged)) if survey.damaged else None,
        not_handed_in=NOT_HANDED_IN,
        standing=standing,
        progress=progress,
        bar=bar,
        spark=spark,
        drawing=drawing,
        share=share,
    )


def code(text: str) -> Markup:
    """Escape a text, with `code` set as code."""
    return Markup(rich(text))  # noqa: S704 - escaped there


def drawing(one: Slide, lang: Lang) -> Markup:
    """Return the picture of a slide.

    Args:
        one: the slide.
        lang: the language of its labels.

    Returns:
        The SVG picture.

    """
    return Markup(one.picture(lang))  # noqa: S704 - our own numbers and titles, escaped there


def _svg(width: float, height: float, inside: str, names: str = "") -> Markup:
    """Make a picture; one without a name repeats what is beside it as text."""
    label = f'role="img" aria-labelledby="{names}"' if names else 'aria-hidden="true"'
    return Markup(  # noqa: S704 - numbers, dates and names of classes only
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" {label}>{inside}</svg>'
    )


def _box(kind: str, x: float, y: float, width: float, height: float, tip: str = "") -> str:
    title = f"<title>{tip}</title>" if tip else ""
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}">{title}</rect>'


def standing(each: TopicSurvey, students: int) -> Markup:
    """Draw all students as one bar: passed, not yet passed, stuck, and, left empty, not handed in.

    Args:
        each: the figures of one topic.
        students: the number of students who handed in anything, for any topic.

    Returns:
        The SVG picture.

    """
    unit = BAR_WIDTH * 1.6 / max(students, 1)
    parts, x = [_box("track", 0, 0, BAR_WIDTH * 1.6, BAR_HEIGHT)], 0.0
    for kind, count in (("passed", each.passed), ("trying", each.trying), ("stuck", len(each.stuck))):
        parts.append(_box(kind, x, 0, count * unit, BAR_HEIGHT))
        if kind == "stuck":
            parts.append(_box("hatch", x, 0, count * unit, BAR_HEIGHT))
        x += count * unit
    return _svg(BAR_WIDTH * 1.6, BAR_HEIGHT, "".join(parts))


def bar(finding: Tally, each: TopicSurvey) -> Markup:
    """Draw those who handed in as one bar: who still makes the mistake, who made it, who may have made it.

    Args:
        finding: the mistake.
        each: the figures of its topic.

    Returns:
        The SVG picture.

    """
    unit = BAR_WIDTH / max(each.handed_in * each.full, finding.students + finding.perhaps, 1)
    made, now = finding.students * unit, finding.now * unit
    parts = [_box("track", 0, 0, BAR_WIDTH, BAR_HEIGHT), _box("made", 0, 0, made, BAR_HEIGHT)]
    parts.append(_box("now", 0, 0, now, BAR_HEIGHT))
    if finding.perhaps:
        parts.append(_box("perhaps", made + 0.5, 0.5, finding.perhaps * unit - 1, BAR_HEIGHT - 1))
    return _svg(BAR_WIDTH, BAR_HEIGHT, "".join(parts))


def spark(finding: Tally, each: TopicSurvey) -> Markup:
    """Draw which share of those who handed in made the mistake, by week; all mistakes of a topic have one scale.

    Args:
        finding: the mistake.
        each: the figures of its topic.

    Returns:
        The SVG picture.

    """
    step = max(4.0, min(14.0, 110 / len(each.weeks)))
    width = step * len(each.weeks)
    parts = [f'<path class="axis" d="M0 {SPARK_HEIGHT - 0.5}H{width:g}"/>']
    for i, part in enumerate(each.trend(finding)):
        if part:
            height = max(1.5, (SPARK_HEIGHT - 2) * part / each.steepest)
            top = SPARK_HEIGHT - 1 - height
            tip = f"{_dates(each.weeks[i])}: {finding.over_time[i]}/{each.by_week[i]} ({share(part, 1)})"
            parts.append(_box("now", i * step + 0.5, top, step - 1, height, tip))
    return _svg(width, SPARK_HEIGHT, "".join(parts))


def progress(each: TopicSurvey) -> Markup:
    """Draw submissions over time: those that passed at the bottom of each column, the others on top."""
    left, right, top, bottom = 40, 4, 8, 22
    most = max(map(sum, zip(each.right, each.wrong, strict=True))) or 1
    across, up = CHART_WIDTH - left - right, CHART_HEIGHT - top - bottom
    step = across / len(each.spans)
    wide = min(step * 0.82, 44)
    floor = CHART_HEIGHT - bottom
    parts = [
        f'<path class="axis" d="M{left} {top}V{floor}H{CHART_WIDTH - right}"/>',
        f'<text x="{left - 6}" y="{top + 8}" text-anchor="end">{most}</text>',
        f'<text x="{left - 6}" y="{floor}" text-anchor="end">0</text>',
    ]
    every = -(-len(each.spans) * 48 // across)  # a date is about 48 wide
    for i, (span, right_ones, wrong_ones) in enumerate(zip(each.spans, each.right, each.wrong, strict=True)):
        x = left + i * step + (step - wide) / 2
        tip = f"{_dates(span)}: {right_ones} ✓ {wrong_ones} ✗"
        low, high = up * right_ones / most, up * wrong_ones / most
        parts.append(_box("passed", x, floor - low, wide, low, tip))
        parts.append(_box("trying", x, floor - low - high, wide, high, tip))
        if i % every == 0:
            parts.append(
                f'<text x="{x + wide / 2:.1f}" y="{CHART_HEIGHT - 6}" text-anchor="middle">{_day(span)}</text>'
            )
    return _svg(CHART_WIDTH, CHART_HEIGHT, "".join(parts), f"time-{each.stem}")


def _day(span: Span) -> str:
    return f"{span.start:%Y-%m}" if span.days > 7 else f"{span.start:%m-%d}"


def _dates(span: Span) -> str:
    """Name the days of a span, or the one day that it is."""
    return f"{span.start}" if span.days == 1 else f"{span.start} – {span.last}"
