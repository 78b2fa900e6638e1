"""Texts of other people: what hides is shown, lines are marked, and nothing gets out of a quotation."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.text import LONGEST_QUOTATION, quotation, quoted, visible, width

ANYTHING = st.text(st.one_of(st.characters(), st.sampled_from("\n\r\t\0\x1b\x85\u2028\u202e\u200b\u200d\ufeff`| ")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("\0\a\b\r\x7f", "␀␇␈␍␡"),
        ("a\nb\tc", "a␊b␉c"),
        ("\x9b31m\x85", "⟨U+009B⟩31m⟨U+0085⟩"),
        ("a\u202ecba\u202c", "a⟨RLO⟩cba⟨PDF⟩"),
        ("\u2066a\u2069\u200e\u200f\u061c", "⟨LRI⟩a⟨PDI⟩⟨LRM⟩⟨RLM⟩⟨ALM⟩"),
        ("p\u200ba\u2060y\xadpal\ufeff", "p⟨ZWSP⟩a⟨WJ⟩y⟨SHY⟩pal⟨BOM⟩"),
        ("a\u200db", "a⟨ZWJ⟩b"),
        ("\u2028\u2029", "⟨U+2028⟩⟨U+2029⟩"),
        ("\U000e0041\u3164", "⟨U+E0041⟩⟨U+3164⟩"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud83d", "⟨U+D83D⟩"),
    ],
)
def test_what_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "王小明 gave x₀ = ½·y², “so”…… 全角：，。",
        "\U0001f469\u200d\U0001f52c \U0001f44d\U0001f3fd \u2764\ufe0f",
        "می\u200cخواهم",
        "עברית العربية ไทย हिन्दी",
        "e\u0301 ñ",
    ],
)
def test_what_does_not_hide_stays(text: str) -> None:
    assert visible(text) == text


@given(ANYTHING)
def test_no_text_does_anything_but_be_printed(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert visible(shown) == shown
    shown.encode("utf-8")


@given(ANYTHING)
def test_a_quotation_within_a_sentence_has_no_way_out(text: str) -> None:
    shown = quoted(text)
    assert shown[0] == shown[-1] == "`"
    assert shown.count("`") == 2
    assert len(shown.splitlines()) == 1
    assert len(shown) <= LONGEST_QUOTATION + 3


@given(ANYTHING, st.integers(2, 80))
def test_every_line_of_a_quotation_fits(text: str, columns: int) -> None:
    lines = quotation(text, columns)
    assert all(width(line) <= columns and len(line.splitlines()) <= 1 for line in lines)
    kept = "".join(lines).replace(" ", "")
    assert kept == visible(text, lines=True).replace("\n", "").replace("\t", "").replace(" ", "")
