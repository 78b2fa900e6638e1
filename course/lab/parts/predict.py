"""Predict, look, compare: a vote that opens an experiment, and at the lesson's end how the votes turned out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading.render import rich
from course.lab.look import GOOD, PARTLY, QUIET, card, paragraph, table
from course.learner.votes import vote, votes
from course.lesson import words
from course.text import Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import ipywidgets as widgets

    from course.lesson.words import Question, QuizAnswer

TEXTS = texts(__file__)

_shown: dict[str, Any] = {}
"""By lesson, the output that shows how its predictions turned out; a later vote brings it up to date."""


def predict(stem: str, name: str, experiment: widgets.Widget | Callable[[], object]) -> widgets.VBox:
    """Ask for a vote on a lesson's prediction; voting shows the experiment, and afterwards the two are compared.

    The experiment is made at once and is not shown before the vote. A vote of an earlier visit counts.

    Args:
        stem: the lesson, for instance "momentum".
        name: what the lesson's source calls the prediction.
        experiment: the widget in which the answer is seen, or a function that shows it.

    Returns:
        A button for each answer and one that shows the experiment without a vote.

    Raises:
        CourseError: this course has no such prediction.

    Examples:
        >>> from course.lab import predict, pushed_box
        >>> buttons, said, stage = predict("momentum", "turns-round", pushed_box()).children
        >>> [each.description for each in buttons.children[1:]]
        ['A', 'B', 'C', 'Show without voting']
        >>> stage.children
        ()
        >>> buttons.children[-1].click()
        >>> len(stage.children)
        3

    """
    return Ballot(
        stem, name, words.prediction(stem, name), _shown_by(experiment) if callable(experiment) else experiment
    ).box


def _shown_by(show: Callable[[], object]) -> widgets.Output:
    """Return what a function shows, as a widget; an error in it is raised here and now."""
    import ipywidgets as widgets
    from IPython.utils.capture import capture_output

    with capture_output() as seen:
        show()
    outputs = [
        {"output_type": "display_data", "data": each.data, "metadata": each.metadata or {}} for each in seen.outputs
    ]
    if seen.stdout:
        outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": seen.stdout})
    return widgets.Output(outputs=tuple(outputs))


class Ballot:
    """The widget of one prediction; see `predict`, which makes it."""

    def __init__(self, stem: str, name: str, asked: Question, experiment: widgets.Widget) -> None:
        import ipywidgets as widgets

        from course.lab.piece import KEPT, Piece

        self.stem, self.name, self.asked, self.lang = stem, name, asked, language()
        self._experiment = experiment
        self.buttons = {
            letter: widgets.Button(description=letter, tooltip=answer.text[self.lang], layout={"width": "4em"})
            for letter, answer in asked.lettered()
        }
        self.skip = self._button(TEXTS["skip"])
        self.skip.add_class("course-skip")
        self.compare = self._button(TEXTS["compare"])
        self.said, self.reply = widgets.HTML(), widgets.HTML()
        self.stage = Piece([])
        """Empty before the vote; then the experiment, and below it the comparison."""
        lead = widgets.HTML(paragraph(TEXTS["lead"][self.lang], tag="span"))
        row = widgets.HBox([lead, *self.buttons.values(), self.skip], layout={"flex_flow": "row wrap"})
        self.box = Piece([row, self.said, self.stage])
        self.box.add_class("course-predict")
        for letter, button in self.buttons.items():
            button.add_class(KEPT)  # without a kernel, the marked letter still says what was voted for
            button.on_click(lambda _button, letter=letter: self._vote(letter))
        self.skip.on_click(lambda _button: self._show(None))
        self.compare.on_click(lambda _button: self._compare())
        if earlier := voted(asked, votes(stem).get(name)):
            self._show(earlier)

    def _button(self, said: Text) -> widgets.Button:
        import ipywidgets as widgets

        return widgets.Button(description=said[self.lang], layout={"width": "auto", "align_self": "flex-start"})

    def _vote(self, letter: str) -> None:
        vote(self.stem, self.name, self.asked.answers[words.LETTERS.index(letter)].text.en)
        self._show(letter)
        refresh(self.stem)

    def _show(self, letter: str | None) -> None:
        """Show the experiment; a second vote before the comparison replaces the first."""
        self.letter = letter
        for each, button in self.buttons.items():
            button.description = f"✓ {each}" if each == letter else each
        text = TEXTS["unvoted"] if letter is None else TEXTS["voted"]
        self.said.value = paragraph(text[self.lang].format(answer=self._named(letter)), margin="0", live=True)
        self.skip.disabled = True
        if not self.stage.children:  # else a picture in motion would begin anew
            self.stage.children = [self._experiment, self.compare, self.reply]

    def _compare(self) -> None:
        """Say how the vote turned out; from now on it stands."""
        for button in (*self.buttons.values(), self.compare):
            button.disabled = True
        mine = None if self.letter is None else self.asked.answers[words.LETTERS.index(self.letter)]
        right = self.asked.right
        seen = next(letter for letter, answer in self.asked.lettered() if answer is right)
        if mine is right:
            head, colour, said = TEXTS["right"], GOOD, rich(right.why[self.lang])
        else:
            head, colour = (TEXTS["seen"], QUIET) if mine is None else (TEXTS["other"], PARTLY)
            said = TEXTS["was-seen"][self.lang].format(answer=self._named(seen), why=rich(right.why[self.lang]))
            said = f"{rich(mine.why[self.lang])} {said}" if mine else said
        self.reply.value = card(head[self.lang], f" {said}", colour, live=True)

    def _named(self, letter: str | None) -> str:
        """Return an answer with its letter, as HTML."""
        answers = dict(self.asked.lettered())
        return f"<b>{letter}.</b> {rich(answers[letter].text[self.lang])}" if letter else ""


def voted(asked: Question, answer: str | None) -> str | None:
    """Return the letter of the answer that was voted for.

    Args:
        asked: the prediction.
        answer: its English text, or None.

    Returns:
        The letter; None without a vote, or if the answer is not among those of the prediction.

    """
    return next((letter for letter, each in asked.lettered() if each.text.en == answer), None)


@dataclass(frozen=True)
class Score:
    """How the predictions of a lesson turned out; a notebook shows it as HTML, a console as text."""

    rows: tuple[tuple[Question, QuizAnswer | None], ...]
    """Each prediction and the answer voted for, if any."""

    @property
    def right(self) -> int:
        """How many turned out as predicted."""
        return sum(answer is asked.right for asked, answer in self.rows)

    @property
    def text(self) -> Text:
        """The score in a sentence, and the predictions without a vote."""
        open_ones = sum(answer is None for _, answer in self.rows)
        counted = len(self.rows) - open_ones
        said = [TEXTS["score"].format(right=self.right, count=counted)] if counted else []
        if open_ones:
            said.append(TEXTS["open"].format(count=open_ones) if counted else TEXTS["none"])
        return Text.joined(said, en=" ", zh="")

    def _repr_html_(self) -> str:
        lang = language()
        head = [TEXTS["question"][lang], TEXTS["vote"][lang], TEXTS["seen-in-it"][lang]]
        shown = table(head, list(self._cells()), cell=lambda each: rich(str(each)), margin=".5em 0", leading="1.4")
        return f'<div lang="{lang}">{paragraph(f"<b>{self.text[lang]}</b>", margin="0")}{shown}</div>'

    def _cells(self) -> Iterator[tuple[str, str, str]]:
        lang = language()
        for asked, answer in self.rows:
            if answer is None:  # what is seen is not told before the vote
                yield asked.text[lang], TEXTS["no-vote"][lang], "…"
            else:
                mark = "✓" if answer is asked.right else "≠"
                yield asked.text[lang], answer.text[lang], f"{mark} {asked.right.text[lang]}"

    def __repr__(self) -> str:
        return str(self.text)


def score(stem: str) -> Score:
    """Return how the predictions of a lesson turned out so far."""
    cast = votes(stem)
    rows = []
    for name, asked in words.predictions(stem).items():
        letter = voted(asked, cast.get(name))
        rows.append((asked, dict(asked.lettered())[letter] if letter else None))
    return Score(tuple(rows))


def predictions(stem: str) -> None:
    """Show how the reader's predictions in a lesson turned out; a later vote brings it up to date.

    Args:
        stem: the lesson, for instance "momentum".

    Examples:
        >>> from course.lab import predictions
        >>> predictions("momentum")
        No votes yet: each experiment above has its question.

    """
    from IPython.display import display

    _shown[stem] = display(score(stem), display_id=True)  # type: ignore[no-untyped-call]


def refresh(stem: str) -> None:
    """Bring the score of a lesson up to date, if it is shown."""
    if shown := _shown.get(stem):
        shown.update(score(stem))
