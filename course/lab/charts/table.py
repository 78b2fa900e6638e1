"""A table, where the exact numbers are the point or there are words to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.lab import look
from course.lab.charts.frame import Figure, framed, show
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence


def show_table(title: str, head: Sequence[object], rows: Sequence[Sequence[object]]) -> None:
    """Put a table under the cell.

    Args:
        title: what the table shows.
        head: a title for every column.
        rows: as many cells each.

    Raises:
        ValueError: a row has more or fewer cells than the head, or the title is empty.

    Examples:
        >>> from course.lab import show_table
        >>> show_table("Steps", ["κ", "SGD"], [[1, 2], [100, 346]])
        Steps. κ, SGD: 1, 2; 100, 346.

    """
    if uneven := [row for row in rows if len(row) != len(head)]:
        raise ValueError(f"{len(head)} columns have titles, but there is a row {uneven[0]}")
    listed = Text.joined([_listed(row) for row in rows], en="; ", zh="；")
    alt = Text(en="{title}. {head}: {rows}.", zh="{title}。{head}：{rows}。").format(
        title=title, head=_listed(head), rows=listed
    )
    show(Figure(framed(title, (), look.table(head, rows)), alt))


def _listed(cells: Sequence[object]) -> Text:
    return Text.joined([Text(en=f"{each}" or "–", zh=f"{each}" or "–") for each in cells], en=", ", zh="，")
