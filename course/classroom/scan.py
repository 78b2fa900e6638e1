"""Does a release tell too much? Lines of the solutions, marks, rubrics and the class's secret are looked for.

Texts are compared token by token, so that a line of a solution is recognised wherever it occurs, in a sentence too, and
however it is spaced, quoted or broken. What is short, or in the skeletons themselves, proves nothing and is left out.
"""

from __future__ import annotations

import ast
import html
import json
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.text import CourseError, Text, texts
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from course.topic import Topic

TEXTS = texts(__file__)

MARKS = re.compile(r"\b(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)\b")
TELLING = 12
"""Letters, signs and digits that a line must have at least to prove anything."""
OPERATIONS = 2
"""A formula with more than so many is a line of the solution even without the name that it is given there."""
LARGEST_MEMBER = 2**24
"""Bytes of an archive's member that are looked at; handouts are texts."""


class LeakError(CourseError):
    """A release with something in it that students must not see."""


@dataclass(frozen=True)
class Secrets:
    """What may not occur in a release."""

    passages: dict[str, Text]
    """By token sequence, as `_sequence` writes it, what it is."""
    own: tuple[tuple[str, Text], ...]
    """The class's own secrets, and what each is."""

    def found_in(self, text: str) -> Iterator[tuple[int, Text]]:
        """Yield every line in which the text gives something away, counted from 1, and what it gives away."""
        for number, line in enumerate(text.splitlines(), start=1):
            if MARKS.search(line):
                yield number, TEXTS["mark"]
            for secret, what in self.own:
                if secret in line:
                    yield number, what
        for plain in dict.fromkeys((text, html.unescape(text))):
            tokens = _tokens(plain)
            sequence = _sequence(plain)
            seen = set()
            for passage, what in self.passages.items():
                at = sequence.find(passage)
                if at >= 0:
                    number = tokens[sequence[: at + 1].count(" ") - 1][1]
                    if number not in seen:  # one line may be a line of several solutions
                        yield number, what
                    seen.add(number)
            if seen:
                break


def gather(source: Path, stem: str, seed: str, key: str) -> Secrets:
    """Collect what the release of one topic must not hold.

    Args:
        source: the folder of the topic's instructor version.
        stem: the topic.
        seed: what the class's hidden cases are drawn from.
        key: what the class's verdicts are signed with.

    Returns:
        The secrets to search for.

    Raises:
        CourseError: the solutions are not there to compare with.

    """
    inside: dict[str, Text] = {}
    outside: list[str] = []
    for topic in topics():
        own, open_text = _split(_solution(topic))
        named = dict.fromkeys(_telling(own), TEXTS["solution"].format(stem=topic.stem))
        inside = {**inside, **named} if topic.stem == stem else {**named, **inside}  # many lines are in several
        outside.append(open_text)
    rubric = TEXTS["rubric"]
    for path in sorted(source.rglob("*")):
        if path.suffix in {".py", ".ipynb"} and path.is_file():
            for _, text in _strings(path.read_bytes(), path.name):
                inside = {**dict.fromkeys(_telling(_split(text)[0]), rubric), **inside}
    rubrics = [f"{topic.rubric.en}。{topic.rubric.zh}" for topic in topics() if topic.stem == stem]
    clauses = [clause for text in rubrics for clause in re.split(r"[;；。]|\.\s", text)]
    inside |= dict.fromkeys((_sequence(clause) for clause in clauses if _tells(_sequence(clause))), rubric)
    public = _sequence("\n".join(outside))
    secrets = ((seed, TEXTS["seed"]), (key, TEXTS["key"]))
    return Secrets({passage: what for passage, what in inside.items() if passage not in public}, secrets)


def _solution(topic: Topic) -> str:
    try:
        return topic.solution.read_text("utf-8")
    except OSError as missing:
        raise CourseError(TEXTS["no-solutions"].format(path=topic.solution)) from missing


def search(folder: Path, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    """Find every place in a folder that gives something away.

    Args:
        folder: the folder, searched with all that is in it.
        secrets: what must not occur.

    Yields:
        Where, and what.

    """
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            for where, text in _strings(path.read_bytes(), path.name):
                yield from _search_text(name, where, text, secrets)
            if zipfile.is_zipfile(path):
                yield from _search_archive(name, path, secrets)


def _search_archive(name: str, path: Path, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    """Search a zip archive; what cannot be looked at is refused like a leak."""
    unseen = TEXTS["unseen"]
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size > LARGEST_MEMBER or member.filename.lower().endswith(
                    (".zip", ".gz", ".tar", ".7z")
                ):
                    yield Text(en=name, zh=name), unseen
                    continue
                for where, text in _strings(archive.read(member), member.filename):
                    yield from _search_text(f"{name}/{member.filename}", where, text, secrets)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):  # damaged, or with a password
        yield Text(en=name, zh=name), unseen


def search_notebook(name: str, notebook: Any, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    """Find every place that gives something away in a notebook that is not written yet.

    Args:
        name: the notebook's name, to tell the place.
        notebook: the notebook, as JSON holds it.
        secrets: what must not occur.

    Yields:
        Where, and what.

    """
    for where, text in _walk(notebook):
        yield from _search_text(name, where, text, secrets)


def leak(stem: str, found: list[tuple[Text, Text]]) -> LeakError:
    """Make the refusal that names the first places.

    Args:
        stem: the topic.
        found: every place: where, and what.

    Returns:
        The error to raise; it names at most five places.

    """
    places = Text(
        en="\n".join(f"  {where.en}: {what.en}" for where, what in found[:5]),
        zh="\n".join(f"  {where.zh}：{what.zh}" for where, what in found[:5]),
    )
    return LeakError(TEXTS["leaks"].format(stem=stem, places=places))


def _search_text(name: str, where: str, text: str, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    for number, what in sorted(secrets.found_in(text), key=lambda found: found[0]):
        english = [name, where, f"line {number}"]
        chinese = [name, where.replace("cell", "单元格"), f"第 {number} 行"]
        yield Text(en=", ".join(filter(None, english)), zh="，".join(filter(None, chinese))), what


def _strings(content: bytes, name: str) -> Iterable[tuple[str, str]]:
    """Return the texts in a file, each with its place; a notebook has many."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if wide else "utf-8", "replace")
    if name.endswith(".ipynb"):
        try:
            return list(_walk(json.loads(text)))
        except (ValueError, RecursionError):
            pass  # not a notebook after all: look at it as it is
    return [("", text)]


def _walk(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in a notebook, keys included; `source` and `text`, stored as lists of lines, as one."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield where, str(key)
            yield from _walk(inner, where if key in {"source", "cells"} else f"{where} {key}".strip())
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value):
            yield where, "".join(value)
        else:
            for number, each in enumerate(value, start=1):
                yield from _walk(each, f"{where} cell {number}".strip() if not where else f"{where} {number}")


def _split(text: str) -> tuple[str, str]:
    """Return the lines between solution marks, and those outside."""
    inside: list[str] = []
    outside: list[str] = []
    within = False
    for line in text.splitlines():
        if MARKS.search(line):
            within = "BEGIN" in line
        else:
            (inside if within else outside).append(line)
    return "\n".join(inside), "\n".join(outside)


def _telling(code: str) -> Iterator[str]:
    """Yield the token sequences that give a text away: each of its lines, and what a line computes without its name."""
    for line in code.splitlines():
        comment = line.strip().startswith("#")
        passages = [_sequence(line if comment else re.sub(r"#.*", "", line))]
        try:
            statements = ast.parse(line.strip()).body
        except SyntaxError:  # one line of several that belong together, or prose
            statements = []
        for each in statements:
            if isinstance(each, ast.Assign | ast.Return) and each.value is not None:
                passages += [_sequence(ast.unparse(value)) for value in _formulas(each.value)]
        yield from filter(_tells, passages)


def _formulas(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the formulas that a value is made of: each part of a tuple, each branch of a condition."""
    if isinstance(value, ast.Tuple):
        for part in value.elts:
            yield from _formulas(part)
    elif isinstance(value, ast.IfExp):
        yield from _formulas(value.body)
        yield from _formulas(value.orelse)
    elif sum(isinstance(node, ast.BinOp) for node in ast.walk(value)) > OPERATIONS:
        yield value


def _tells(sequence: str) -> bool:
    return len(sequence.replace(" ", "")) >= TELLING


def _sequence(text: str) -> str:
    """Return the text's tokens, each between blanks."""
    return f" {' '.join(token for token, _ in _tokens(text))} "


def _tokens(text: str) -> list[tuple[str, int]]:
    """Return the tokens of a text, each with the number of its line: words, powers and other single signs.

    Left out is what a copy of a line may or may not have: blanks, backticks, Markdown's backslashes, the kind of the
    quotation marks, and `self`, which may have another name or none.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = unicodedata.normalize("NFKC", line).replace("'", '"').replace("`", "")
        plain = re.sub(r"\\([^\w\s])", r"\1", re.sub(r"\bself\.", "", plain))
        found += [(token, number) for token in re.findall(r"[A-Za-z0-9_]+|\*\*|[^\s]", plain)]
    return found
