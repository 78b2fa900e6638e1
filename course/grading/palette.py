"""The colours of everything that the course draws, here because grading imports no room that could lend them."""

from __future__ import annotations

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666"
"""Okabe and Ito's colours: told apart by colour-blind readers, and dark enough on white."""

GOOD, PARTLY, BAD, QUIET = "#00664b", "#005a8c", "#a84300", "#595959"
"""For words on white: what is right or holds, what holds at times, what is wrong or does not hold, what is neither."""

AMBER = "#B07A00"
"""What has not begun, on light and on dark."""

BLACK, PALE, FAINT = "#111", "#999", "#ddd"
"""Of drawings on white: what stands out, what stays behind, and the lines of a grid."""
