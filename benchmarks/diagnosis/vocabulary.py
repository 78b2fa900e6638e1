"""The ids that a label may use: the catalogue's, and those of `vocabulary/` for what the catalogue does not have."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.diagnosis.corpus import HERE
from course.grading.draws import Draw, required
from course.grading.mistakes import PATH_RIGHT, catalogue
from course.grading.mistakes.around import always
from course.grading.mistakes.edit import Edit
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.slips import SLIPS
from course.rule import hyperparameters
from course.system import toml
from course.text import Text
from course.topic import Topic

if TYPE_CHECKING:
    from benchmarks.diagnosis.corpus import Item

OF_VALUE = ("default", "constant")
"""`default-NAME` and `constant-NAME` need no entry: NAME is a hyperparameter, and the label has the file's value."""


@dataclass(frozen=True)
class Word:
    """An id that is not in the catalogue."""

    id: str
    title: str
    """What is wrong, in a few words."""
    edits: tuple[Edit, ...] = ()
    """What it changes in the solution; none where it is no change of a line."""
    shown_by: tuple[str, ...] = ()
    """The findings that explain it."""


@functools.cache
def words(stem: str) -> dict[str, Word]:
    """Return the topic's ids beyond the catalogue, those of every topic among them.

    Args:
        stem: the topic.

    Returns:
        By id.

    """
    found = {}
    for name in ("any", stem):
        file = HERE / "vocabulary" / f"{name}.toml"
        tables = toml.read(file) if file.is_file() else {}
        for word, table in tables.get("mistake", {}).items():
            edits = tuple(Edit(each["old"].strip("\n"), each["new"].strip("\n")) for each in table.get("edits", ()))
            found[word] = Word(word, table["title"], edits, tuple(table.get("shown_by", ())))
    return found


@functools.cache
def table(name: Literal["same", "shown_by"]) -> dict[str, tuple[str, ...]]:
    """Read a table of `vocabulary/any.toml`.

    Args:
        name: "same", other ids of one mistake; "shown_by", the findings that explain a mistake.

    Returns:
        By the id of a mistake.

    """
    with toml.opened(HERE / "vocabulary" / "any.toml") as told:
        return {mistake: tuple(others) for mistake, others in told[name].items()}


def shown_by(stem: str, mistake: str) -> tuple[str, ...]:
    """Return the findings that explain a mistake without having its name.

    Args:
        stem: the topic.
        mistake: an id of the catalogue or of the vocabulary.

    Returns:
        Ids of findings; `*` stands for any letters.

    """
    own = words(stem)
    return (*table("shown_by").get(mistake, ()), *(own[mistake].shown_by if mistake in own else ()))


def value_of(word: str) -> str:
    """Return the hyperparameter of which `default-NAME` or `constant-NAME` speaks; "" of other ids."""
    kind, _, name = word.partition("-")
    return name.replace("-", "_") if kind in OF_VALUE else ""


def titles(stem: str) -> dict[str, str]:
    """Return every id that an answer may name, with what it means, in English.

    Args:
        stem: the topic.

    Returns:
        By id.

    """
    book = catalogue(Topic.load(stem))
    found = {each.id: each.title.en for each in book.mistakes}
    found |= {name: text.en for name, text in SLIPS.items()}
    found |= {name: word.title for name, word in words(stem).items() if name not in found}
    for name in vars(with_defaults(stem, book.make(()))):
        word = name.replace("_", "-")
        found[f"default-{word}"] = f"the default of `{name}` is not torch's"
        found[f"constant-{word}"] = f"`{name}` is ignored: a constant that is not its default stands in its place"
    return found


def with_defaults(stem: str, rule_class: Any) -> Any:
    """Make a rule with its defaults, and with an inner one where it cannot do without.

    Args:
        stem: the topic.
        rule_class: the class.

    Returns:
        The rule.

    """
    topic = Topic.load(stem)
    return rule_class(**hyperparameters(required(topic, Draw(stem))))


def twin(item: Item) -> Any:
    """Make the rule of which the label speaks: the course's solution with these mistakes and values in it.

    What is done to the caller's arrays is left out: the numbers are the same.

    Args:
        item: a wrong rule of the corpus.

    Returns:
        The class; None where one of the mistakes is no change of the solution.

    Raises:
        CourseError: the edits do not apply, or not together.

    """
    book = catalogue(Topic.load(item.stem))
    own = words(item.stem)
    made, settings = [], {}
    for word in item.mistakes:
        if word in PATH_RIGHT:
            continue
        name = value_of(word)
        if name and name in item.values:
            settings[word] = name
        elif word in book and (book[word].edits or book[word].wrap):
            made.append(book[word])
        elif word in own and (own[word].edits or item.edits):
            made.append(_made(word, own[word].edits))
        elif not item.edits:
            return None
    if item.edits:
        edits = tuple(Edit(old, new) for old, new in item.edits)
        wrapped = [each for each in made if each.wrap]
        made = [_made("+".join(item.mistakes), edits), *wrapped]
    right = book.make(tuple(made))
    defaults = {name: item.values[name] for word, name in settings.items() if word.startswith("default-")}
    constants = {name: item.values[name] for word, name in settings.items() if word.startswith("constant-")}
    return _set(right, defaults, constants)


def _made(word: str, edits: tuple[Edit, ...]) -> Mistake:
    text = Text(en=word, zh=word)
    return Mistake(word, word, text, text, edits=edits)


def _set(right: Any, defaults: dict[str, Any], constants: dict[str, Any]) -> Any:
    """A rule with other defaults, and with constants that are read in the place of hyperparameters."""
    if not defaults and not constants:
        return right

    class Twin(*(always(name, value) for name, value in constants.items()), right):  # type: ignore[misc]
        def __init__(self, **given: Any) -> None:
            super().__init__(**{**hyperparameters(defaults), **given})

    return Twin


def unknown(item: Item) -> list[str]:
    """Return the ids of the label's mistakes that no vocabulary has.

    Args:
        item: a rule of the corpus.

    Returns:
        The ids; none if all is well.

    """
    known = titles(item.stem)
    return [word for word in item.mistakes if word not in known]
