"""The words of a lesson that its cells ask for by name: questions, and sentences that figures are filled into.

They are written in the lesson's own source and lie beside it in `words.json`, which `course build` derives. So a cell
says what is computed and nothing else, a notebook works wherever it is copied to, and whoever runs one needs no parser
of Markdown.

A sentence has its figures in braces, with Python's own formats, and says which part of a figure it means:
`{delay[0.9]}`, `{ends[SGD]:.2f}`, `{error[64, 't = 0']:.1f}`. True and False become ✓ and ✗, and what is None a dash.
`{names:list}` joins with commas, `{names:and}` with the word; of nothing they make a dash.
"""

from __future__ import annotations

import ast
import json
import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.text import CourseError, Lang, Text
from course.topic import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FILE = "words.json"
LETTERS = "ABC"
"""What the answers of a prediction are called."""
WHICH = {"holds when": "when", "not decided": "effect"}
"""What such a conclusion has to say besides: its sentence is called as the claim is, a blank, and this."""

_JOINS: dict[str, dict[Lang, str]] = {"list": {"en": ", ", "zh": "、"}, "and": {"en": " and ", "zh": " 和 "}}
_FIELD = re.compile(r"(?P<root>[^\W\d]\w*)(?P<keys>(?:\[[^\]]+\])*)")
_NOTHING = "–"


@dataclass(frozen=True)
class QuizAnswer:
    """One of the answers to a question, and why it is right or wrong."""

    text: Text
    why: Text
    correct: bool


@dataclass(frozen=True)
class Question:
    """A question with its answers, in the order in which they are offered; exactly one is right."""

    text: Text
    answers: tuple[QuizAnswer, ...]

    @property
    def right(self) -> QuizAnswer:
        """The right answer; of a prediction, what is seen."""
        return next(answer for answer in self.answers if answer.correct)

    def lettered(self) -> Iterator[tuple[str, QuizAnswer]]:
        """Yield the answers of a prediction with the letters that one votes for."""
        yield from zip(LETTERS, self.answers, strict=False)

    def texts(self) -> Iterator[Text]:
        """Yield all that is said: the question, then each answer and its reason."""
        yield self.text
        for answer in self.answers:
            yield from (answer.text, answer.why)


def question(stem: str, name: str) -> Question:
    """Return a question of a lesson's.

    Args:
        stem: the lesson, for instance "momentum".
        name: what the lesson's source calls the question.

    Returns:
        The question, in both languages.

    Raises:
        CourseError: this course has no such question.

    """
    return _question(_stored(stem, "quizzes", name))


def prediction(stem: str, name: str) -> Question:
    """Return the question before an experiment; the right answer is what is seen in it.

    Args:
        stem: the lesson, for instance "momentum".
        name: what the lesson's source calls the prediction.

    Returns:
        The question, in both languages.

    Raises:
        CourseError: this course has no such prediction.

    """
    return _question(_stored(stem, "predictions", name))


def predictions(stem: str) -> dict[str, Question]:
    """Return all predictions of a lesson, in its order, by name; none if there is no such lesson."""
    return {name: _question(stored) for name, stored in _words(stem).get("predictions", {}).items()}


def _question(stored: Any) -> Question:
    answers = (
        QuizAnswer(Text.from_json(each["text"]), Text.from_json(each["why"]), correct=bool(each["correct"]))
        for each in stored["answers"]
    )
    return Question(Text.from_json(stored["text"]), tuple(answers))


def sentence(stem: str, name: str, /, **figures: Any) -> Text:
    """Return a sentence of a lesson's, with the figures that a cell has computed.

    Args:
        stem: the lesson, for instance "momentum".
        name: what the lesson's source calls the sentence.
        **figures: what is filled in, by name: numbers, texts, or whatever the sentence takes a part of.

    Returns:
        The sentence in both languages.

    Raises:
        CourseError: this course has no such sentence.

    Examples:
        >>> from course.lab import sentence
        >>> str(sentence("gradient-descent", "overlap"))
        'The difference is not significant.'

    """
    text = Text.from_json(_stored(stem, "sentences", name))
    return Text(en=fill(text.en, "en", figures), zh=fill(text.zh, "zh", figures))


def fill(template: str, lang: Lang, figures: Mapping[str, Any]) -> str:
    """Fill figures into one language's half of a sentence, as the module's docstring says.

    Args:
        template: the half, with fields in braces.
        lang: which language it is in.
        figures: what is filled in, by name.

    Returns:
        The half with its figures.

    Raises:
        KeyError: a field asks for a figure that is not there.

    >>> fill("at step {delay[0.9]}: {held}", "en", {"delay": {0.9: 7}, "held": True})
    'at step 7: ✓'
    >>> fill("{names:list}", "zh", {"names": ["SGD", "Adam"]})
    'SGD、Adam'

    """
    parts = []
    for before, name, spec, _ in string.Formatter().parse(template):
        parts.append(before)
        if name is not None:
            parts.append(_shown(_part(figures, name), spec or "", lang))
    return "".join(parts)


def fields(template: str) -> Iterator[tuple[str, str]]:
    """Yield each field of a sentence: the figure it needs, and the field as it is written.

    Raises:
        ValueError: a brace is not closed, or a field is not written as the module's docstring says.

    """
    for _, name, spec, conversion in string.Formatter().parse(template):
        if name is not None:
            found = _FIELD.fullmatch(name)
            if found is None or conversion:
                raise ValueError(f"not a field: {name}")
            yield found["root"], f"{name}:{spec}" if spec else name


def _part(figures: Mapping[str, Any], name: str) -> Any:
    found = _FIELD.fullmatch(name)
    if found is None:
        raise KeyError(name)
    part = figures[found["root"]]
    for key in re.findall(r"\[([^\]]+)\]", found["keys"]):
        part = part[_key(key)]
    return part


def _key(key: str) -> Any:
    """Return a key that is written like a number or a tuple as that, any other as it stands."""
    try:
        return ast.literal_eval(key)
    except (ValueError, SyntaxError):
        return key


def _shown(value: Any, spec: str, lang: Lang) -> str:
    if spec in _JOINS:
        return _joined(value, _JOINS[spec][lang])
    if isinstance(value, Text):
        return value[lang]
    if value is None:
        return _NOTHING
    if type(value).__name__ in {"bool", "bool_"}:  # numpy's own is called so, too
        return "✓" if value else "✗"
    return format(value, spec)


def _joined(values: Sequence[Any], mark: str) -> str:
    return mark.join(f"{each:g}" if isinstance(each, float) else str(each) for each in values) or _NOTHING


def _words(stem: str) -> dict[str, Any]:
    """Read a lesson's words anew each time, which takes a moment: its author may have changed them since."""
    try:
        stored: dict[str, dict[str, Any]] = json.loads((FOLDER / stem / FILE).read_text("utf-8"))
        return {str(kind): dict(named) for kind, named in stored.items()}
    except OSError:
        return {}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CourseError(
            Text(
                en=f"The words of the lesson {stem!r} are damaged. In a clone, `make build` makes them; elsewhere,"
                " install the course anew.",
                zh=f"{stem!r} 一课的文字已损坏。在克隆的仓库里运行 `make build` 可以重新生成，否则请重新安装课程。",
            )
        ) from error


def _stored(stem: str, kind: str, name: str) -> Any:
    found = _words(stem).get(kind, {}).get(name)
    if found is None:
        raise CourseError(
            Text(
                en=f"This course has nothing called {name!r} in the lesson {stem!r}: the notebook and the course are of"
                " different versions. Run the notebook that came with this course, or install the course anew.",
                zh=f"本课程的 {stem!r} 一课里没有名为 {name!r} 的内容，因为笔记本与所安装的课程版本不同。"
                "请运行随本课程提供的笔记本，或重新安装课程。",
            )
        )
    return found
