"""Find every command that a document, a lesson or a printed sentence tells somebody to type.

In Markdown a command is a code span or a line of an `sh` listing; in Python and TOML it is what a sentence in both
languages says, with or without backticks. `told` finds them all; `normal` makes one form of those that differ in
nothing but a name.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.authoring.notebooks import sources
from course.lesson.source import Code, Prose, Sentence, read
from course.system.workspace import ROOT
from course.text import Text
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEARNER, INSTRUCTOR, AUTHOR = "learner", "instructor", "author"
EVERYONE = "everyone"

STEMS = "|".join(each.stem for each in topics())
VERBS = (
    r"(?:(?:\.venv/bin/)?(?:course(?: class)? [a-z]+|jupyter (?:lab|execute|server list)|pre-commit [a-z]+|pytest"
    r"|nbgrader (?:generate_assignment|autograde|generate_feedback)|pip3? [a-z]+)|make [a-z]+|git (?:checkout|clone)"
    r"|sudo apt install|\.ci/run|dask (?:scheduler|worker))"
)
"""What a command begins with, wherever it is read."""
SPAN = re.compile(
    rf"^(?:{VERBS}(?: .+)?|(?:source|cd|cp|sed|git) .+|python3? (?:-|\S+\.py).*"
    r"|(?:check|hint|progress|mend|expose)\(.*\))$"
)
"""A code span that is a command."""
ARGUMENT = rf"""--?[a-z][a-z-]*|[A-Z]+_?=(?:"[^"]*"|[\w./-]+)|[A-Z][A-Z/]+|\{{…\}}|(?:{STEMS})\b|'?\.[][\w.]*'?"""
LOOSE = re.compile(rf"(?<![\w./-])(?:{VERBS})(?: (?:{ARGUMENT}))*(?![\w-])")
"""A command in a sentence, without backticks: the words, then whatever is written like an argument."""
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
CALL = re.compile(r"""^(?:check|hint|progress|mend|expose)\((?:["'][\w-]+["'])?\)$""", re.MULTILINE)
FIELD = re.compile(r"\{\w*(?:![rs])?(?::[^{}]*)?\}")
"""What is filled into a sentence."""
PLACEHOLDER = re.compile(rf"\{{…\}}|\b(?:TOPIC|STEM|{STEMS})\b|(?<=--tier )\d|(?<=--fresh )\w+")


@dataclass(frozen=True)
class Told:
    """A command and where it is told."""

    command: str
    where: str
    user: str
    """Who reads it there."""


def normal(command: str) -> str:
    """The command with one sign for every topic, every Python and every folder that the reader names."""
    command = re.sub(r"…\.\w+", "…", PLACEHOLDER.sub("…", command))
    command = re.sub(r"\bPYTHON=\S+", "PYTHON=…", command)
    command = re.sub(r"(?<=--learn )\S+", "…", command)
    command = re.sub(r"\btcp://\S+|(?<=--host )\S+", "…", command)
    command = re.sub(r"^(course class restore) \S+ \S+", r"\1 … …", " ".join(command.split()))
    return re.sub(r"^((?:\.venv/bin/)?course (?:class (?:new|backup)|init)|cd|git clone) (?!-)\S+", r"\1 …", command)


def told() -> list[Told]:
    """Every command that is told anywhere, in the order of the documents."""
    return [
        Told(command, where, user)
        for where, user, text in places()
        for command in dict.fromkeys([*commands(text.en), *commands(text.zh)])
    ]


def places() -> Iterator[tuple[str, str, Text]]:
    """Every passage that may tell a command: where it is, who reads it, and its two languages."""
    for name, user in DOCUMENTS.items():
        yield name, user, halves(ROOT / name)
    for source in sources():
        name = source.relative_to(ROOT).as_posix()
        for cell in read(source):
            if isinstance(cell, Code):
                yield f"{name}:{cell.line}", LEARNER, _same(CALL.findall(cell.source))
            else:
                where = f"{name}:{cell.en_line}"
                texts = [cell.text] if isinstance(cell, Prose | Sentence) else cell.question.texts()
                yield from ((where, LEARNER, text) for text in texts)
    for path in sorted(path for path in (ROOT / "course").rglob("*.*") if path.suffix in {".py", ".toml"}):
        parts = path.relative_to(ROOT).parts
        for line, text in sentences(path):
            yield f"{'/'.join(parts)}:{line}", READERS.get(parts[1], LEARNER), text
    for name, user in IN_ONE.items():
        lines = (ROOT / name).read_text("utf-8").splitlines()
        said = "\n".join(line for line in lines if name != "Makefile" or line.lstrip().startswith(("#", "@echo")))
        yield name, user, _same(found(said))


DOCUMENTS = {
    "README.md": EVERYONE,
    "SECURITY.md": EVERYONE,
    "CONTRIBUTING.md": AUTHOR,
    "CHANGELOG.md": EVERYONE,
    "CODE_OF_CONDUCT.md": EVERYONE,
    "course/classroom/README.md": INSTRUCTOR,
    "course/classroom/CLUSTER.md": INSTRUCTOR,
    "course/classroom/starter/README.md": INSTRUCTOR,
    "course/exports/README.md": INSTRUCTOR,
    "course/exports/LTI.md": INSTRUCTOR,
    "benchmarks/diagnosis/README.md": AUTHOR,
}
"""The documents in two languages, and who reads them; `X.md` and `X.zh.md` are one."""
IN_ONE = {
    "Makefile": EVERYONE,
    "course/setup/bootstrap.py": EVERYONE,
    "tests/exercises/test_exercises.py": LEARNER,
    ".pre-commit-config.yaml": AUTHOR,
    ".github/ISSUE_TEMPLATE/bug.yml": EVERYONE,
    ".github/ISSUE_TEMPLATE/mistake.yml": EVERYONE,
    ".github/ISSUE_TEMPLATE/translation.yml": EVERYONE,
    "lessons/GLOSSARY.md": AUTHOR,
}
"""Files that tell commands once for both languages."""
READERS = {
    "classroom": INSTRUCTOR,
    "exports": INSTRUCTOR,
    "cli_authors.py": AUTHOR,
    "cli_exports.py": INSTRUCTOR,
    "authoring": AUTHOR,
    "setup": EVERYONE,
}
"""Who reads what a part of the package prints; the others are read by learners."""


def _same(found: list[str]) -> Text:
    said = " ".join(f"`{each}`" for each in found) or "–"
    return Text(en=said, zh=said)


def halves(path: Path) -> Text:
    """The English and the Chinese half of a document, or of the pair of documents that it is one of."""
    text = path.read_text("utf-8")
    if (other := path.with_suffix(".zh.md")).is_file():
        return Text(en=text, zh=other.read_text("utf-8"))
    english, chinese = re.split(r'^(?:## 中文|<div lang="zh-CN">)$', text, flags=re.MULTILINE)
    return Text(en=english, zh=chinese)


def commands(text: str) -> list[str]:
    """The commands in a passage of Markdown: code spans, lines of `sh` listings, and what their comments name."""
    listed: list[str] = []
    for block in blocks(text):
        for line in block:
            listed += [line.command, *found(line.comment)]
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return listed + [span for span in CODE.findall(rest) if SPAN.match(span) and _known(span)]


def found(sentence: str) -> list[str]:
    """The commands in a sentence that may do without backticks."""
    spans = [span for span in CODE.findall(sentence) if SPAN.match(span)]
    return [each for each in [*spans, *LOOSE.findall(CODE.sub("`", sentence))] if _known(each)]


@dataclass(frozen=True)
class Line:
    """A line of an `sh` listing."""

    command: str
    comment: str


def blocks(text: str) -> list[list[Line]]:
    """The `sh` listings of a passage, line by line."""
    return [[Line(*_cut(line)) for line in block[1].splitlines() if line.strip()] for block in BLOCK.finditer(text)]


def _cut(line: str) -> tuple[str, str]:
    command, _, comment = line.partition("  #")
    return command.strip(), comment.strip()


def _known(command: str) -> bool:
    """Whether a command of `course` or `make` is one; `course of events` is not."""
    words = command.removeprefix(".venv/bin/").split()
    if words[0] == "course":
        return len(words) > 1 and words[1] in COURSE
    return words not in (["pytest"], ["git", "clone"]) and (words[0] != "make" or words[1] in MAKE)


def sentences(path: Path) -> Iterator[tuple[int, Text]]:
    """What a module or a TOML says in both languages, as passages of code spans; what is filled in is `{…}`."""
    source = path.read_text("utf-8")
    if path.suffix == ".toml":
        said = [(source.count("\n", 0, source.find(en[:20])) + 1, en, zh) for en, zh in _pairs(tomllib.loads(source))]
    else:
        said = list(_texts(ast.parse(source)))
    for line, *both in said:
        en, zh = (" ".join(f"`{each}`" for each in found(FIELD.sub("{…}", half))) or "–" for half in both)
        yield line, Text(en=en, zh=zh)


def _texts(module: ast.Module) -> Iterator[tuple[int, str, str]]:
    """The `Text`s of a module that are written out, with their lines."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            said = {word.arg: _spelled(word.value) for word in node.keywords}
            if said.get("en") and said.get("zh"):
                yield node.lineno, said["en"], said["zh"]


def _spelled(node: ast.expr) -> str:
    """A string as it is written; empty if it is none."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_spelled(part) if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return FIELD.sub("{…}", node.value)
    return ""


def _pairs(node: Any) -> Iterator[tuple[str, str]]:
    """The English and the Chinese of every pair in a TOML."""
    if isinstance(node, dict) and node.keys() == {"en", "zh"}:
        yield node["en"], node["zh"]
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _pairs(each)


def _course_commands() -> set[str]:
    """The first words that `course` knows."""
    from course.cli import parser

    return {name for each in parser()._subparsers._group_actions for name in each.choices}  # type: ignore[union-attr]


COURSE = _course_commands()
MAKE = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
