"""Does a release tell too much? Lines of the solutions, marks, rubrics and the class's secret are looked for.

A line is compared without spaces and comments, so that a reformatted solution is still recognised. Short lines and
lines that the skeletons themselves hold prove nothing and are left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.syllabus import topics
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from course.syllabus import Topic

MARKS = re.compile(r"\b(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)\b")
TELLING = 12
"""Letters, signs and digits that a line must have at least to prove anything."""


class LeakError(CourseError):
    """A release with something in it that students must not see."""


@dataclass(frozen=True)
class Secrets:
    """What may not stand in a release: by normal form, what it is."""

    lines: dict[str, Text]
    passages: dict[str, Text]
    """Found anywhere in a line, however long that is."""

    def found_in(self, line: str) -> Text | None:
        """What the line gives away, or None."""
        if MARKS.search(line):
            return Text(en="a mark of a solution region", zh="答案区域的标记")
        code = _normal(line)
        if code in self.lines:
            return self.lines[code]
        dense = _dense(line)
        return next((what for passage, what in self.passages.items() if passage in dense), None)


def gather(source: Path, stem: str, seed: str) -> Secrets:
    """Collect what the release of one topic must not hold.

    Args:
        source: the folder of the topic's instructor version.
        stem: the topic.
        seed: the class's secret.

    Raises:
        CourseError: the solutions are not there to compare with.

    """
    inside: dict[str, Text] = {}
    outside: set[str] = set()
    for topic in topics():
        own, open_lines = _split(_solution(topic))
        named = dict.fromkeys(own, Text(en=f"the solution of {topic.stem}", zh=f"{topic.stem} 的答案"))
        inside = {**inside, **named} if topic.stem == stem else {**named, **inside}  # many lines stand in several
        outside |= set(open_lines)
    rubric = Text(en="the rubric or the instructor's own solution", zh="评分标准或教师自己的答案")
    for path in sorted(source.rglob("*")):
        if path.suffix in {".py", ".ipynb"} and path.is_file():
            for _, text in _strings(path):
                inside = {**dict.fromkeys(_split(text)[0], rubric), **inside}
    rubrics = [f"{topic.rubric.en}。{topic.rubric.zh}" for topic in topics() if topic.stem == stem]
    clauses = [_dense(clause) for text in rubrics for clause in re.split(r"[;；。]|\.\s", text)]
    passages = {clause: rubric for clause in clauses if len(clause) >= TELLING}
    passages[seed] = Text(en="the class's secret seed", zh="班级的秘密种子")
    return Secrets({line: what for line, what in inside.items() if line not in outside}, passages)


def _solution(topic: Topic) -> str:
    try:
        return topic.solution.read_text("utf-8")
    except OSError as missing:
        raise CourseError(
            Text(
                en=f"{topic.solution} cannot be read, so the release cannot be checked against the solutions: "
                "run this from a complete checkout of the course.",
                zh=f"无法读取 {topic.solution}，因此无法对照答案检查要发布的内容：请在课程的完整检出中运行。",
            )
        ) from missing


def search(folder: Path, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    """Every place in the folder that gives something away: where, and what."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            for where, text in _strings(path):
                yield from _search_text(name, where, text, secrets)


def search_notebook(name: str, notebook: Any, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    """As `search`, in a notebook that is not written yet."""
    for where, text in _walk(notebook):
        yield from _search_text(name, where, text, secrets)


def leak(stem: str, found: list[tuple[Text, Text]]) -> LeakError:
    """The refusal that names the first places."""
    places = Text(
        en="\n".join(f"  {where.en}: {what.en}" for where, what in found[:5]),
        zh="\n".join(f"  {where.zh}：{what.zh}" for where, what in found[:5]),
    )
    return LeakError(
        Text(
            en=f"{stem} was not released, because students would see what they must not:\n{{places}}\n"
            f"Mend source/{stem}/ and release it again.",
            zh=f"{stem} 没有发布，因为学生会看到不该看到的内容：\n{{places}}\n请改好 source/{stem}/ 后重新发布。",
        ).format(places=places)
    )


def _search_text(name: str, where: str, text: str, secrets: Secrets) -> Iterator[tuple[Text, Text]]:
    for number, line in enumerate(text.splitlines(), start=1):
        what = secrets.found_in(line)
        if what:
            english = [name, where, f"line {number}"]
            chinese = [name, where.replace("cell", "单元格"), f"第 {number} 行"]
            yield Text(en=", ".join(filter(None, english)), zh="，".join(filter(None, chinese))), what


def _strings(path: Path) -> Iterable[tuple[str, str]]:
    """The texts in a file, each with its place; a notebook has many."""
    text = path.read_bytes().decode("utf-8", "replace")
    if path.suffix == ".ipynb":
        try:
            return list(_walk(json.loads(text)))
        except (ValueError, RecursionError):
            pass  # not a notebook after all: look at it as it stands
    return [("", text)]


def _walk(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a notebook, keys included; `source` and `text`, stored as lists of lines, as one."""
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


def _split(text: str) -> tuple[list[str], list[str]]:
    """The telling lines between solution marks, and those outside, in their normal form."""
    inside: list[str] = []
    outside: list[str] = []
    within = False
    for line in text.splitlines():
        if MARKS.search(line):
            within = "BEGIN" in line
        elif len(_normal(line)) >= TELLING:
            (inside if within else outside).append(_normal(line))
    return inside, outside


def _normal(line: str) -> str:
    return _dense(re.sub(r"#.*", "", line)) or _dense(line)


def _dense(line: str) -> str:
    return re.sub(r"\s+", "", line)
