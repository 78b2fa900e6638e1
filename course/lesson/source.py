"""Read a lesson: two languages side by side in one file, with code cells between them.

`course/topics/STEM/lesson.md` is Markdown, made of blocks::

    :::: en
    ## The idea
    A box that has been pushed keeps moving.
    ::::
    :::: zh
    ## 直觉
    推过的箱子会继续滑动。
    ::::

    ```python
    set_language("{lang}")
    ```

    <!-- A comment for authors; it reaches no notebook. -->

A pair becomes one markdown cell in each notebook, a fence one code cell in both. Two pairs in a row are two cells. A
block may hold any Markdown, fenced listings included; it ends at a line that is `::::` and nothing more.

Options stand after the word `python`, separated by spaces: `hide` folds the cell's source away (it can be unfolded),
`tags=gpu,slow` gives tags. Code is written once for both languages. Where a string in it says something, both
languages are in guillemets, and each notebook gets its own: `yours = "«your rule|你的规则»"`.

What only makes sense where cells can be run is in `<notebook>…</notebook>`: notebooks have it, pages of the site do
not.

No cell has longer words. A quiz is a pair in which each answer is an item, marked `[x]` if it is right, and the
reason a quotation in it; in the notebook it is one cell, `quiz("momentum", "step-11")`::

    :::: en quiz step-11
    Step 11 is longer with …

    - [ ] PyTorch's form
      > There the new rate multiplies the whole buffer.
    - [x] Sutskever's form
      > The old gradients were stored with the old rate.
    ::::
    :::: zh
    …
    ::::

A prediction is written likewise, with two or three answers, and `[x]` marks what is seen in the experiment. It becomes
a markdown cell with the question and its answers, lettered; the code cell below it asks for the vote, which opens the
experiment: `predict("momentum", "turns-round", pushed_box(mu=0.9))`::

    :::: en predict turns-round
    The push turns round. When does the orange box turn?

    - [ ] At once.
      > That is the blue box.
    - [x] A few steps later.
      > It has to lose its speed first.
    ::::
    :::: zh
    …
    ::::

And a sentence that a cell fills its figures into, `conclude("momentum", "mom-1", outcome, delay=delay)`, is a pair of
one paragraph each; what may be in braces says `course.lesson.words`::

    :::: en sentence mom-1
    Plain SGD moves back at step {delay[0.0]}.
    ::::
    :::: zh
    普通 SGD 在第 {delay[0.0]} 步就往回走。
    ::::

What a conclusion depends on is a sentence of its own, a part of "holds when …" and of 当……时成立; what an experiment
without the power to decide would have seen is one, too, after "not decided here: " and “这里无法判定：”::

    :::: en sentence mom-2 when
    the surface is smooth
    ::::
    :::: zh
    曲面平滑
    ::::

    :::: en sentence mom-4 effect
    only a difference of {seen:.1f} points would have shown
    ::::
    :::: zh
    只有 {seen:.1f} 个百分点以上的差别才看得出来
    ::::
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.container import container_plugin

from course.lesson import problems
from course.lesson.words import LETTERS, Question, QuizAnswer
from course.text import LANGS, Lang, Text

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.token import Token

LANGUAGE_SLOT = "{lang}"
"""What the set-up cell has in place of the language."""
SLOT = re.compile(r"«([^«»|]*)\|([^«»|]*)»")
"""English and Chinese in a string of a code cell."""

_COMMENT = re.compile(r"\s*<!--.*-->\s*", re.DOTALL)
PLAIN = {"text", "code_inline", "softbreak"}
"""What a sentence may be made of."""
_PREDICT = Text(en="Predict.", zh="先猜一猜。")
_BOX = re.compile(r"\[([ x])\] +(.+)", re.DOTALL)


@dataclass(frozen=True)
class Prose:
    """A passage in both languages. Lines are counted from 1 and are those of the first line inside each block."""

    text: Text
    en_line: int
    zh_line: int


@dataclass(frozen=True)
class Code:
    """A code cell, written once for both languages."""

    source: str
    line: int
    tags: tuple[str, ...] = ()
    hidden: bool = False

    def spoken(self, lang: Lang) -> str:
        """Return the cell's source in one language."""
        chosen = SLOT.sub(lambda slot: slot[LANGS.index(lang) + 1], self.source)
        return chosen.replace(LANGUAGE_SLOT, lang)


@dataclass(frozen=True)
class Quiz:
    """A question to the reader; lines as in `Prose`."""

    name: str
    question: Question
    en_line: int
    zh_line: int

    def cell(self, stem: str) -> Code:
        """Return the code cell that asks it, its source folded away."""
        return Code(f'quiz("{stem}", "{self.name}")', self.en_line, hidden=True)


@dataclass(frozen=True)
class Prediction(Prose):
    """A question before an experiment, the right answer being what is seen in it.

    Its text is the passage that asks it, so that it can be read where nothing runs.
    """

    name: str
    question: Question

    @classmethod
    def of(cls, en: _Half, zh: _Half, question: Question) -> Prediction:
        """Return the prediction that a pair of blocks asks.

        Args:
            en: its English block.
            zh: its Chinese block.
            question: what both ask.

        Returns:
            The prediction.

        """

        def passage(lang: Lang) -> str:
            answers = [f"- **{letter}.** {answer.text[lang]}" for letter, answer in question.lettered()]
            return "\n".join([f"**{_PREDICT[lang]}** {question.text[lang]}", "", *answers])

        return cls(Text(en=passage("en"), zh=passage("zh")), en.line, zh.line, en.name, question)


@dataclass(frozen=True)
class Sentence:
    """What a cell says, its figures in braces; lines as in `Prose`."""

    name: str
    text: Text
    en_line: int
    zh_line: int


Cell = Prose | Code | Quiz | Sentence


@dataclass(frozen=True)
class _Half:
    """A block in one language: `kind` is empty for prose."""

    kind: str
    name: str
    lines: list[str]
    line: int
    tokens: list[Token]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read(path: Path) -> list[Cell]:
    """Return the cells of a lesson, in order, and the quizzes, predictions and sentences between them.

    Raises:
        CourseError: the lesson is not written as this module's docstring says; the sentence names file and line.

    """
    return list(_cells(path, path.read_text("utf-8")))


@functools.lru_cache(
    maxsize=64
)  # all lessons: each is read once for a class, a site or the tests, not once for each use
def _cells(path: Path, text: str) -> list[Cell]:
    lines, tokens = text.split("\n"), _markdown().parse(text)
    _nothing_between(path, lines, tokens)
    cells: list[Cell] = []
    english: _Half | None = None  # a block whose Chinese partner has not come yet
    for at, token in enumerate(tokens):
        if token.type == "container_block_open" and not token.level:
            half = _half(path, lines, tokens, at)
            if (english is not None) != (half.kind == "zh"):
                raise problems.at(path, english.line - 1 if english else half.line - 1, problems.UNPAIRED)
            if english is not None:
                cells.append(_pair(path, english, half))
            english = half if english is None else None
        elif token.type == "fence" and not token.level:
            if english is not None:
                raise problems.at(path, english.line - 1, problems.UNPAIRED)
            cells.append(_code(path, token))
    if english is not None:
        raise problems.at(path, english.line - 1, problems.UNPAIRED)
    _unique(path, cells)
    return cells


def code(stem: str, cells: list[Cell]) -> list[Code]:
    """Return the code cells of a lesson as its notebooks have them, those of its quizzes included.

    Args:
        stem: the lesson.
        cells: as `read` gives them.

    Returns:
        The code cells, in order.

    """
    made = (cell.cell(stem) if isinstance(cell, Quiz) else cell for cell in cells)
    return [cell for cell in made if isinstance(cell, Code)]


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    container_plugin(parser, "block", validate=lambda info, markup: len(markup) == len("::::") and bool(info.strip()))
    return parser


def _nothing_between(path: Path, lines: list[str], tokens: list[Token]) -> None:
    """Refuse what is neither block nor code cell nor comment; a definition of a link makes no token, but is a line."""
    free = [bool(line.strip()) for line in lines]
    for token in tokens:
        if token.level or token.map is None:
            continue
        first, last = token.map
        if token.type == "fence" and token.info.split()[:1] == ["python"] and lines[last - 1].strip() == token.markup:
            free[first:last] = [False] * (last - first)
        elif token.type == "container_block_open" and lines[last : last + 1] and lines[last].strip() == token.markup:
            free[first : last + 1] = [False] * (last + 1 - first)
        elif token.type == "html_block" and _COMMENT.fullmatch(token.content):
            free[first:last] = [False] * (last - first)
    if any(free):
        raise problems.at(path, free.index(True) + 1, problems.STRAY)


def _half(path: Path, lines: list[str], tokens: list[Token], at: int) -> _Half:
    first, last = tokens[at].map or [0, 0]
    lang, kind, name = (*tokens[at].info.split(maxsplit=2), "", "")[:3]
    known = (lang == "zh" and not kind) or (
        lang == "en" and kind in {"", "quiz", "predict", "sentence"} and bool(kind) == bool(name)
    )
    if not known:
        raise problems.at(path, first + 1, problems.NO_SUCH_BLOCK)
    end = next(
        i for i in range(at + 1, len(tokens)) if tokens[i].type == "container_block_close" and not tokens[i].level
    )
    inside = tokens[at + 1 : end]
    for token in inside:
        if token.type == "container_block_open" and token.map:
            raise problems.at(path, token.map[0] + 1, problems.NESTED)
    return _Half(kind if lang == "en" else "zh", name.strip(), lines[first + 1 : last], first + 2, inside)


def _pair(path: Path, en: _Half, zh: _Half) -> Prose | Quiz | Prediction | Sentence:
    for half in (en, zh):
        if not half.text.strip():
            raise problems.at(path, zh.line, problems.EMPTY)
    if en.kind in {"quiz", "predict"}:
        return _asked(path, en, zh)
    if en.kind == "sentence":
        for half in (en, zh):
            if [token.type for token in half.tokens] != ["paragraph_open", "inline", "paragraph_close"]:
                raise problems.at(path, half.line, problems.NOT_ONE_PARAGRAPH)
            if "$" in half.text or {child.type for child in half.tokens[1].children or []} - PLAIN:
                raise problems.at(path, half.line, problems.NO_MARKUP)
        return Sentence(en.name, Text(en=_joined(en.text), zh=_joined(zh.text)), en.line, zh.line)
    return Prose(Text(en=en.text, zh=zh.text), en.line, zh.line)


def _asked(path: Path, en: _Half, zh: _Half) -> Quiz | Prediction:
    (english, ours), (chinese, theirs) = (_answers(path, half) for half in (en, zh))
    if [right for right, _, _ in ours] != [right for right, _, _ in theirs]:
        raise problems.at(path, zh.line, problems.OTHER_ANSWERS)
    answers = tuple(
        QuizAnswer(Text(en=mine, zh=its), Text(en=why, zh=weil), correct=right)
        for (right, mine, why), (_, its, weil) in zip(ours, theirs, strict=True)
    )
    question = Question(Text(en=english, zh=chinese), answers)
    if any("$" in said for text in question.texts() for said in (text.en, text.zh)):
        raise problems.at(path, en.line, problems.NO_FORMULAS)
    if en.kind == "quiz":
        return Quiz(en.name, question, en.line, zh.line)
    if not 2 <= len(answers) <= len(LETTERS):
        raise problems.at(path, en.line, problems.TWO_OR_THREE)
    return Prediction.of(en, zh, question)


def _answers(path: Path, half: _Half) -> tuple[str, list[tuple[bool, str, str]]]:
    """Return the question of one half; and of each answer whether it is right, its text and its reason."""
    lists = [token for token in half.tokens if token.type == "bullet_list_open" and token.level == 1]
    if not (lists and lists[-1].map):
        raise problems.at(path, half.line, problems.NO_ANSWERS)
    first = lists[-1].map[0]
    question = _joined("\n".join(half.lines[: first + 1 - half.line]))
    found: list[tuple[bool, str, str]] = []
    texts: list[str] = []
    line = first + 1
    for token in half.tokens[half.tokens.index(lists[-1]) :]:
        if token.type == "list_item_open":
            texts, line = [], (token.map or [first])[0] + 1
        elif token.type == "inline":
            texts.append(_joined(token.content))
        elif token.type == "list_item_close":
            box = _BOX.fullmatch(texts[0]) if texts else None
            if box is None or len(texts) != len(("answer", "reason")):
                raise problems.at(path, line, problems.NO_ANSWER)
            found.append((box[1] == "x", box[2], texts[1]))
    labels = [text for _, text, _ in found]
    if not question or sum(right for right, _, _ in found) != 1 or len(set(labels)) != len(labels):
        raise problems.at(path, half.line, problems.NOT_ONE_RIGHT)
    return question, found


def _code(path: Path, token: Token) -> Code:
    line = (token.map or [0])[0] + 2
    tags: tuple[str, ...] = ()
    hidden = False
    for option in token.info.split()[1:]:
        if option == "hide":
            hidden = True
        elif option.startswith("tags="):
            tags = tuple(option.removeprefix("tags=").split(","))
        else:
            raise problems.at(path, line - 1, problems.NO_SUCH_OPTION.format(option=repr(option)))
    source = token.content.removesuffix("\n")
    for number, text in enumerate(source.split("\n")):
        halves = [half for slot in SLOT.finditer(text) for half in slot.groups()]
        if set("«»") & set(SLOT.sub("", text)) or not all(half.strip() for half in halves):
            raise problems.at(path, line + number, problems.HALF_A_SLOT)
    return Code(source, line, tags, hidden)


def _unique(path: Path, cells: list[Cell]) -> None:
    met: set[tuple[type, str]] = set()
    for cell in cells:
        if isinstance(cell, Quiz | Prediction | Sentence):
            if (type(cell), cell.name) in met:
                raise problems.at(path, cell.en_line - 1, problems.TWICE.format(name=repr(cell.name)))
            met.add((type(cell), cell.name))


def _joined(text: str) -> str:
    """Join lines into one; Chinese lines are joined without a blank."""
    return re.sub(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])", "", text.strip()).replace("\n", " ")
