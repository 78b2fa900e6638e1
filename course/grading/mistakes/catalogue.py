"""Reads a topic's `mistakes.toml`, with the families that it takes mistakes from, and makes the mistaken rules."""

from __future__ import annotations

import copy
import functools
import itertools
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import around
from course.grading.mistakes.edit import Edit, EditError, editable, edited
from course.grading.mistakes.mistake import Mistake
from course.grading.mistakes.slips import SLIPS
from course.system import toml, workspace
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import CodeType

    from course.topic import Topic

FAMILIES = Path(__file__).with_name("families")

PATH_RIGHT = frozenset({"param-changed-in-place", "grad-changed-in-place"})
"""Mistakes that are seen by what becomes of the caller's arrays; every number is right."""

Explanation = tuple[Mistake, ...]
"""One mistake, or two made at once; none for the right rule."""

UNREADABLE = Text(
    en="The known mistakes of {stem} do not go with its solution: {what} {mend}",
    zh="{stem} 的已知错误与参考答案对不上：{what}{mend}",
)
BOTH = Text(
    en="Get both files back with `git checkout -- solutions course/topics`, or mend them and run `make build`.",
    zh="请用 `git checkout -- solutions course/topics` 取回这两个文件，或改好后运行 `make build`。",
)
BROKEN = Text(en="`{why}`.", zh="`{why}`。")


@dataclass(frozen=True)
class Catalogue:
    """One topic's mistakes, and the solution in which they are made."""

    topic: Topic
    text: str
    """The solution's code, as edits see it."""
    mistakes: tuple[Mistake, ...]
    styles: Mapping[str, tuple[Edit, ...]]
    """By name, ways of writing the rule that are all right, but not the same beside a mistake; "" is the solution's."""
    together: Mapping[frozenset[str], tuple[Edit, ...]]
    """By the names of two mistakes, or of a style and a mistake, that change the same words: the edits of both."""

    def __getitem__(self, name: str) -> Mistake:
        return self._by_id[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_id

    @functools.cached_property
    def _by_id(self) -> dict[str, Mistake]:
        return {mistake.id: mistake for mistake in self.mistakes}

    @functools.cached_property
    def singles(self) -> tuple[Explanation, ...]:
        """Every mistake of the core by itself, but for those that leave the path right."""
        return tuple((mistake,) for mistake in self.mistakes if not mistake.option and mistake.id not in PATH_RIGHT)

    @functools.cached_property
    def pairs(self) -> tuple[Explanation, ...]:
        """Every two of them that can be made at once."""
        return tuple((one, other) for (one,), (other,) in itertools.combinations(self.singles, 2) if one.beside(other))

    @functools.cached_property
    def options(self) -> tuple[Explanation, ...]:
        """Every mistake in a stretch option."""
        return tuple((mistake,) for mistake in self.mistakes if mistake.option)

    @functools.cached_property
    def rows(self) -> Mapping[str, tuple[Explanation, str]]:
        """By name, everything that is sampled: no mistake, each, each pair, each in an option, in each style."""
        every = ((), *self.singles, *self.pairs, *self.options)
        return {name(each, style): (each, style) for each in every for style in self.styles}

    def edits(self, on: Sequence[Mistake], style: str = "") -> tuple[Edit, ...]:
        """Return the edits that make these mistakes in one of the rule's styles.

        Args:
            on: the mistakes.
            style: one of `styles`.

        Returns:
            The edits, all to be made at once.

        """
        left = {mistake.id: mistake.edits for mistake in on} | {style: self.styles[style]}
        made: list[Edit] = []
        for names in itertools.combinations(left, 2):
            if set(names) <= left.keys() and (both := self.together.get(frozenset(names))) is not None:
                made += both
                for name in names:
                    del left[name]
        return (*made, *itertools.chain.from_iterable(left.values()))

    def source(self, on: Sequence[Mistake], style: str = "") -> str:
        """Return the solution with these mistakes in it, without what is done around it.

        Args:
            on: the mistakes.
            style: one of `styles`.

        Returns:
            Python source text.

        """
        return edited(self.text, self.edits(on, style))

    def make(self, on: Sequence[Mistake], style: str = "", *, bare: bool = False) -> Any:
        """Make the class that makes these mistakes: a new one each time, with nothing kept on it.

        Args:
            on: the mistakes.
            style: one of `styles`.
            bare: whether to leave out what a dataclass has beside its fields, which takes most of the time.

        Returns:
            The class.

        Raises:
            CourseError: the edits do not go with the solution.

        """
        try:
            return rule_of(self.topic, self.source(on, style), around.classes(on), bare=bare)
        except EditError as error:
            raise CourseError(_unreadable(self.topic, error.text)) from error
        except Exception as error:
            raise CourseError(_unreadable(self.topic, BROKEN.format(why=error))) from error


def _unreadable(topic: Topic, what: str | Text) -> Text:
    mend = BOTH if workspace.checkout() else workspace.AGAIN
    return UNREADABLE.format(stem=topic.stem, what=what, mend=mend)


def rule_of(
    topic: Topic,
    source: str,
    around: Sequence[Any] = (),
    *,
    bare: bool = False,
    known: Mapping[str, Any] | None = None,
) -> Any:
    """Make the class that an edited solution defines: a new one each time, with nothing kept on it.

    Args:
        topic: which exercise.
        source: the edited text.
        around: classes to be put before it, for what is done around the rule.
        bare: whether to leave out what a dataclass has beside its fields, which takes most of the time.
        known: what else the text may use, by name.

    Returns:
        The class.

    Raises:
        Exception: whatever the text raises.

    """
    module: dict[str, Any] = {"__name__": topic.stem, "np": np, "math": math, "copy": copy, **(known or {})}
    if bare:
        module["dataclass"], source = _bare, source.replace(DATACLASS, "")
    exec(_compiled(source, f"<{topic.stem} with mistakes>"), module)  # noqa: S102 - a trusted file, with trusted edits
    return type(topic.class_name, (*around, module[topic.class_name]), {})


DATACLASS = "from dataclasses import dataclass\n"


def _bare(fields: type) -> type:
    """Let a class be made with its fields by keyword, in a tenth of the time that Python's own dataclass takes."""

    def __init__(self: Any, **given: Any) -> None:  # noqa: N807 - it becomes the class's
        self.__dict__.update({each: given.pop(each) for each in fields.__annotations__ if each in given})
        missing = [each for each in fields.__annotations__ if not hasattr(self, each)]
        if given or missing:
            raise TypeError(*given, *missing)
        getattr(self, "__post_init__", list)()

    fields.__init__ = __init__  # type: ignore[misc]
    return fields


@functools.lru_cache(512)
def _compiled(source: str, name: str) -> CodeType:
    """Compile a rule: the same mistakes are made in file after file."""
    return compile(source, name, "exec", dont_inherit=True)


@functools.cache
def catalogue(topic: Topic) -> Catalogue:
    """Read the topic's mistakes.

    Raises:
        CourseError: a file is missing or damaged; the sentence says which, and how to get it back.

    """
    try:
        own = toml.read(topic.folder / "mistakes.toml")
        text = editable(topic.solution.read_text("utf-8"))
        together = [pair for family in _families(own) for pair in _family(family).get("pair", [])]
        styles = {"": (), **{style["id"]: _edits(style) for style in own.get("style", [])}}
        mistakes = tuple(read_mistake(table, own.get("words", {})) for table in _tables(own))
        known = {*styles, *(mistake.id for mistake in mistakes)}
        pairs = {frozenset(pair["of"]): _edits(pair) for pair in [*together, *own.get("pair", [])]}
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = BROKEN.format(why=f"{type(error).__name__}: {error}")
        raise CourseError(_unreadable(topic, why)) from error
    there = {names: edits for names, edits in pairs.items() if names <= known}
    return Catalogue(topic, text, mistakes, styles, there)


def name(explanation: Explanation, style: str = "") -> str:
    """Return what these mistakes in this style are called.

    Args:
        explanation: the mistakes.
        style: how the rule is written; "" is the solution's style.

    Returns:
        The ids joined by "+", then the style.

    """
    return "+".join(mistake.id for mistake in explanation) + (f" {style}" if style else "")


def title_of(topic: Topic, name: str) -> Text:
    """Return what the mistake or slip of that id is called; an id that the catalogue no longer has stands for itself.

    Args:
        topic: which exercise.
        name: the id.

    Returns:
        The title in both languages.

    """
    book = catalogue(topic)
    return book[name].title if name in book else SLIPS.get(name) or Text(en=name, zh=name)


def _families(own: dict[str, Any]) -> Iterator[str]:
    """Yield the families from which the topic takes something, each once."""
    mine = {table["id"] for table in own.get("mistake", [])}
    yield from dict.fromkeys(entry.partition("/")[0] for entry in own["families"] if entry not in mine)


@functools.cache
def _family(name: str) -> dict[str, Any]:
    """What is written in a family. A mistake that is `like` another family's takes from there what it does not say."""
    file = FAMILIES / f"{name}.toml"
    if not file.is_file():  # what is wrong is the name, in the topic's file
        raise KeyError(file.name)
    with toml.opened(file) as family:
        own = [(table["id"], dict(table)) for table in family["mistake"]]
    tables = [{**_one(table["like"], name), **table} if "like" in table else table for name, table in own]
    return {**family, "mistake": tables}


def _tables(own: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is written of each mistake of the topic, in the order in which they are told."""
    mine = {table["id"]: table for table in own.get("mistake", [])}
    taken: dict[str, dict[str, Any]] = {}
    for entry in own["families"]:
        family, _, name = entry.partition("/")
        if entry in mine:
            taken[entry] = {}
        elif name:
            taken[name] = _one(family, name)
        else:
            taken |= {table["id"]: table for table in _family(family)["mistake"]}
    there = own.get("sections", {})  # by place, where this topic's lesson speaks of it, if not where most do

    def of_place(table: dict[str, Any]) -> dict[str, Any]:
        return {"section": there[table["place"]]} if table.get("place") in there else {}

    return [
        {**taken.get(name, {}), **of_place(taken.get(name, {})), **mine.get(name, {})} for name in {**taken, **mine}
    ]


def _one(family: str, name: str) -> dict[str, Any]:
    """Return one of a family's mistakes; of those that any hyperparameter or number allows, the one made with this."""
    for table in _family(family)["mistake"]:
        if table["id"] == name:
            return dict(table)
        stars = re.fullmatch(re.escape(table["id"]).replace(r"\*", "(.+)"), name)
        if stars is None:
            continue
        given = list(stars.groups())
        made = {**table, "id": name}
        if table["id"].startswith("*"):
            of = given.pop(0).replace("-", "_")
            made |= {"place": of, "of": of}
        if given:
            number = float(given[0])
            made["value"] = int(number) if number.is_integer() and "." not in given[0] else number
            made["number"] = given[0]
        return made
    raise KeyError(f"{family}/{name}")


def read_mistake(table: dict[str, Any], words: dict[str, str]) -> Mistake:
    """Read what is written of one mistake.

    Args:
        table: a `[[mistake]]`.
        words: what is filled into its texts, by name.

    Returns:
        The mistake.

    """
    own = {"name": table.get("of", ""), "value": table.get("number", "")}
    filled = {"{" + name + "}": word for name, word in {**words, **own}.items()}

    def text(key: str) -> Text:
        said = dict(table[key])
        for word, meant in filled.items():
            said = {lang: passage.replace(word, meant) for lang, passage in said.items()}
        return Text(**said)

    return Mistake(
        table["id"],
        place=table["place"],
        title=text("title"),
        explanation=text("explanation"),
        section=table.get("section", "formula"),
        option=table.get("option", ""),
        hides=tuple(table.get("hides", ())),
        edits=_edits(table),
        wrap=table.get("wrap", ""),
        of=table.get("of", ""),
        value=table.get("value"),
    )


def _edits(table: dict[str, Any]) -> tuple[Edit, ...]:
    return tuple(Edit(edit["old"].strip("\n"), edit["new"].strip("\n")) for edit in table.get("edit", []))
