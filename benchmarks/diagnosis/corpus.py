"""Reads the corpus: rules as real files, and beside them in each folder, `labels.toml`, what is wrong with each."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from course.system import toml
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Mapping

Split = Literal["develop", "score"]
Kind = Literal["right", "single", "double", "triple", "default", "constant", "handling", "sneaky"]
Seen = Literal["public", "invented", "mutation"]

HERE = Path(__file__).parent
SPLITS: tuple[Split, ...] = get_args(Split)
KINDS: tuple[Kind, ...] = get_args(Kind)
SEEN: tuple[Seen, ...] = get_args(Seen)


@dataclass(frozen=True)
class Item:
    """One rule of the corpus and its label."""

    split: Split
    stem: str
    """The topic."""
    number: str
    """The name of its file; no other of the topic has it, in either split."""
    kind: Kind
    mistakes: tuple[str, ...] = ()
    """Ids of the topic's catalogue or of `vocabulary/`, all that is wrong with it; none for a right rule."""
    accepts: tuple[tuple[str, ...], ...] = ()
    """Other answers that are right: each a set of ids of mistakes or findings, complete by itself."""
    seen: Seen = "invented"
    found: int = 0
    """In how many of the public implementations that were looked at this behaviour was seen."""
    among: int = 0
    """How many implementations of the topic were looked at."""
    part: Literal["core", "stretch"] = "core"
    """Whether the mistake shows in the core or only under an option of `torch.optim` beyond it."""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Of `default-NAME` and `constant-NAME`, by NAME, the value that the file has there."""
    edits: tuple[tuple[str, str], ...] = ()
    """Where the mistakes' own edits of the solution do not go together: those that make all of them, old and new."""
    notes: str = ""

    @property
    def id(self) -> str:
        """The topic and the number."""
        return f"{self.stem}/{self.number}"

    @property
    def right(self) -> bool:
        """Whether it is right."""
        return self.kind == "right"

    @property
    def file(self) -> Path:
        """Where it lies."""
        return HERE / self.split / self.stem / f"{self.number}.py"

    @property
    def source(self) -> str:
        """Its text."""
        return self.file.read_text("utf-8")

    @property
    def weight(self) -> float:
        """The share of the implementations looked at that do this; 0 for what was not seen in any."""
        return self.found / self.among if self.among else 0.0


@functools.cache
def items(split: Split | None = None, stem: str | None = None) -> tuple[Item, ...]:
    """Read the labels.

    Args:
        split: one of the two parts; None for both.
        stem: one topic; None for all.

    Returns:
        The rules of the corpus, in the order of the syllabus and of the labels.

    Raises:
        CourseError: a label is not in the format; the sentence says which, and in which file.

    """
    found = []
    for each in SPLITS:
        for topic in topics("rule"):
            labels = HERE / each / topic.stem / "labels.toml"
            if split in {None, each} and stem in {None, topic.stem} and labels.is_file():
                with toml.opened(labels) as tables:
                    found += [_item(each, topic.stem, number, table) for number, table in tables.items()]
    return tuple(found)


def _item(split: Split, stem: str, number: str, table: dict[str, Any]) -> Item:
    name = f"{split}/{stem}/{number}"
    try:
        told = dict(table)
        verdict, kind = told.pop("verdict"), told.pop("kind")
        mistakes = tuple(told.pop("mistakes", ()))
        accepts = tuple(tuple(each.split("+")) for each in told.pop("accepts", ()))
        edits = tuple((each["old"], each["new"]) for each in told.pop("edits", ()))
        item = Item(split, stem, number, kind, mistakes, accepts, edits=edits, **told)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name}: {error}") from error
    wrong = [
        (kind not in KINDS, f"no kind {kind}"),
        (item.seen not in SEEN, f"seen = {item.seen}"),
        (verdict != ("right" if item.right else "wrong"), f"verdict {verdict}, kind {kind}"),
        (bool(mistakes) == item.right, "a wrong rule has mistakes, a right one none"),
        (not item.notes, "no notes"),
        (item.seen == "public" and not 0 < item.found <= item.among, "public: found and among"),
        (item.seen != "public" and bool(item.found or item.among), "found, but not public"),
    ]
    for bad, why in wrong:
        if bad:
            raise ValueError(f"{name}: {why}")
    return item
