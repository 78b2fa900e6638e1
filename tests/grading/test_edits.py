"""An edit of the solution: it applies exactly once, beside others that change other words, and not beside the rest."""

from __future__ import annotations

import pytest

from course.grading.mistakes.edit import Edit, EditError, OverlapError, editable, edited

SOURCE = '''"""A rule."""


class Rule:
    """Its docstring says grad = -grad."""

    def update(self, param, grad, state):
        """Take one step: grad = -grad."""
        ### BEGIN SOLUTION
        if self.maximize:  # stretch
            grad = -grad
        grad = grad + self.weight_decay * param
        return param - self.lr * grad, state
        ### END SOLUTION
'''
TEXT = editable(SOURCE)


def body(*edits: Edit) -> list[str]:
    """The lines of `update` with these edits made, without their indentation."""
    lines = edited(TEXT, edits).partition("def update(self, param, grad, state):\n")[2].splitlines()
    return [line[8:] for line in lines if line.strip()]


def test_docstrings_and_marks_are_not_edited() -> None:
    assert body() == [
        "if self.maximize:  # stretch",
        "    grad = -grad",
        "grad = grad + self.weight_decay * param",
        "return param - self.lr * grad, state",
    ]
    assert "docstring" not in TEXT
    compile(TEXT, "a rule", "exec")


@pytest.mark.parametrize(
    "old", ["grad", "self.momentum", "", "grad = grad\ngrad = grad + self.weight_decay * param"], ids=repr
)
def test_what_does_not_occur_exactly_once_is_refused(old: str) -> None:
    with pytest.raises(EditError, match="exactly once"):
        edited(TEXT, [Edit(old, "something")])


def test_lines_are_indented_as_where_they_stand() -> None:
    found = body(Edit("grad = -grad", "grad = -grad\nif param.size:\n    state = {}"))
    assert found[1:4] == ["    grad = -grad", "    if param.size:", "        state = {}"]
    swapped = "grad = grad + self.weight_decay * param\nif self.maximize:  # stretch\n    grad = -grad"
    in_order = "if self.maximize:  # stretch\n    grad = -grad\ngrad = grad + self.weight_decay * param"
    assert body(Edit(in_order, swapped))[:3] == swapped.splitlines()


def test_lines_are_deleted() -> None:
    assert body(Edit("grad = grad + self.weight_decay * param", ""))[-1] == "return param - self.lr * grad, state"
    assert len(body(Edit("grad = grad + self.weight_decay * param", ""))) == 3


SIGN = Edit("grad + self.weight_decay * param", "grad - self.weight_decay * param")
DOUBLED = Edit("self.weight_decay * param", "2 * self.weight_decay * param")
RAW = Edit("grad = grad + self.weight_decay * param", "raw = grad\ngrad = grad + self.weight_decay * param")


@pytest.mark.parametrize("one", [SIGN, DOUBLED, RAW], ids=["sign", "doubled", "raw"])
@pytest.mark.parametrize("other", [SIGN, DOUBLED, RAW], ids=["sign", "doubled", "raw"])
def test_two_edits_of_one_line_are_made_in_either_order(one: Edit, other: Edit) -> None:
    if one == other:
        with pytest.raises(OverlapError):
            edited(TEXT, [one, other])
    else:
        assert edited(TEXT, [one, other]) == edited(TEXT, [other, one])
        assert edited(TEXT, [one, other]) not in {edited(TEXT, [one]), edited(TEXT, [other])}


def test_both_are_seen() -> None:
    assert body(SIGN, DOUBLED, RAW)[2:4] == ["raw = grad", "grad = grad - 2 * self.weight_decay * param"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Edit("grad + self.weight_decay * param", "grad - self.weight_decay * param"),
         Edit("grad + self.weight_decay * param", "grad * self.weight_decay * param")),
        (Edit("grad = grad + self.weight_decay * param", ""), DOUBLED),
        (Edit("return param", "state = {}\nreturn param"), Edit("return param", "grad = 2 * grad\nreturn param")),
    ],
    ids=["the same word", "one inside the other", "both before the same word"],
)  # fmt: skip
def test_edits_of_the_same_words_are_refused(one: Edit, other: Edit) -> None:
    for both in ([one, other], [other, one]):
        with pytest.raises(OverlapError, match="same words"):
            edited(TEXT, both)
