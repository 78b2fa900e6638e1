"""`course class alike`: files that are equal up to names, comments and layout, for the instructor to look at.

A right rule of two lines is equal in half the class, and nothing follows from that. So a form is listed only if it has
several statements that hardly anybody else has, and that neither the file handed out nor the solution has. What it
means is for the instructor to find out, by asking; nothing here is a verdict.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.classroom import disk, forms, names
from course.classroom.bar import bar
from course.text import Text, texts
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from course.classroom.directory import ClassDirectory

TEXTS = texts(__file__)
COMPARE = Text(en="compare", zh="比较")

LARGEST = 64 * 2**10
"""Bytes of a file that is compared; the longest solution has a tenth of that."""
BATCH = 100
"""Files that one process reduces."""
PATIENCE = 60.0
"""Seconds by the clock that one process may take."""
ELSEWHERE = 2
"""Files outside a group in which a statement may occur and still be rare."""
FEWEST = 3
"""Rare statements that a form must have to be listed."""
MOST_NAMES, MOST_GROUPS = 20, 20


@dataclass(frozen=True, slots=True)
class Form:
    """What is left of a file without names, comments and layout; both are hashes."""

    whole: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Students whose files have one form."""

    students: tuple[str, ...]
    statements: int
    rare: int
    """How many of the statements occur in at most `ELSEWHERE` other files."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One topic, compared."""

    stem: str
    files: int
    """Those that could be compared."""
    forms: int
    """How many different ones there are."""
    commonest: int
    """Files of the most frequent form."""
    groups: tuple[Alike, ...]
    """The forms to look at, those with most rare statements first."""
    dictated: int
    """Forms of several files that are left out, because the exercise leaves little choice."""
    skipped: int
    """Files that are no Python, or too large."""


def alike(room: ClassDirectory, stems: Sequence[str], *, named: bool = False, progress: bool = True) -> Text:
    """Compare the newest submissions of a class with one another, topic by topic.

    Args:
        room: the class.
        stems: the topics.
        named: whether to say whose the files are.
        progress: whether to show progress on standard error.

    Returns:
        The groups of equal files, and how to read them.

    """
    parts = [TEXTS["preface"]]
    for stem in stems:
        sources = dict(_handed_in(room, stem))
        if sources:
            found = compared(stem, *_reduced(room, stem, sources, progress=progress))
            parts.append(_told(found, named=named))
    if len(parts) == 1:
        return TEXTS["nothing"]
    return Text.joined([*parts, TEXTS["reading"].format(fewest=FEWEST, elsewhere=ELSEWHERE)], en="\n\n", zh="\n\n")


def compared(stem: str, students: Mapping[str, Form | None], dictated: Iterable[Form]) -> Compared:
    """Group the files of one topic by form.

    Args:
        stem: the topic.
        students: by student, the form of the file; None if it has none.
        dictated: the forms of what was handed out and of the solution.

    Returns:
        The groups, and what was left out.

    """
    given = list(dictated)
    known = {each.whole for each in given}
    same: dict[Form, list[str]] = {}
    for student, form in students.items():
        if form and form.whole not in known:
            same.setdefault(form, []).append(student)
    where: Counter[str] = Counter()
    for form, who in same.items():
        for line in set(form.lines):
            where[line] += len(who)
    common = {line for form in given for line in form.lines}
    groups, left_out = [], 0
    for form, who in same.items():
        if len(who) < 2:
            continue
        rare = sum(line not in common and where[line] - len(who) <= ELSEWHERE for line in set(form.lines))
        if rare < FEWEST:
            left_out += 1
        else:
            groups.append(Alike(tuple(sorted(who)), len(form.lines), rare))
    whole = Counter(form.whole for form in students.values() if form)
    return Compared(
        stem=stem,
        files=whole.total(),
        forms=len(whole),
        commonest=max(whole.values(), default=0),
        groups=tuple(sorted(groups, key=lambda each: (-each.rare, each.students))),
        dictated=left_out,
        skipped=sum(form is None for form in students.values()),
    )


def _told(found: Compared, *, named: bool) -> Text:
    lines = [
        TEXTS["topic"].format(
            stem=found.stem, files=found.files, forms=found.forms, commonest=found.commonest, title=_title(found.stem)
        )
    ]
    for each in found.groups[:MOST_GROUPS]:
        lines.append(
            TEXTS["group"].format(
                count=len(each.students), statements=each.statements, rare=each.rare, elsewhere=ELSEWHERE
            )
        )
        if named:
            more = len(each.students) - MOST_NAMES
            who = "  " + ", ".join(map(names.shown, each.students[:MOST_NAMES])) + (f" … +{more}" if more > 0 else "")
            lines.append(Text(en=who, zh=who))
    if len(found.groups) > MOST_GROUPS:
        lines.append(TEXTS["more"].format(count=len(found.groups) - MOST_GROUPS))
    if not found.groups:
        lines.append(TEXTS["none"])
    if found.dictated:
        lines.append(TEXTS["dictated"].format(count=found.dictated))
    if found.skipped:
        lines.append(TEXTS["skipped"].format(count=found.skipped, kib=LARGEST // 2**10))
    return Text.joined(lines, en="\n  ", zh="\n  ")


def _title(stem: str) -> Text:
    return Topic.load(stem).title


def _handed_in(room: ClassDirectory, stem: str) -> Iterator[tuple[str, bytes | None]]:
    """By student, what was taken in; None where it is too large or cannot be read."""
    for folder in sorted(room.intake.iterdir()) if room.intake.is_dir() else ():
        if (folder / stem / f"{stem}.py").is_file():
            yield folder.name, disk.handed_in(folder, stem, LARGEST)


def _reduced(
    room: ClassDirectory, stem: str, sources: Mapping[str, bytes | None], *, progress: bool
) -> tuple[dict[str, Form | None], list[Form]]:
    """The form of each student's file, and of the files that were not a student's to write."""
    ours = [disk.handed_in(base, stem, LARGEST) for base in (room.release, room.source)]
    ours.append(Topic.load(stem).solution.read_bytes())
    different = [each for each in dict.fromkeys([*ours, *sources.values()]) if each is not None]
    batches = [different[n : n + BATCH] for n in range(0, len(different), BATCH)]
    found: dict[bytes, Form | None] = {}
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
    try:
        with bar(COMPARE, total=len(different), shown=progress, delay=2, leave=False) as told:
            for batch, made in zip(batches, pool.map(forms_of, batches), strict=True):
                found |= dict(zip(batch, made, strict=True))
                told.update(len(batch))
    finally:
        pool.shutdown(cancel_futures=True)
    students = {student: found[source] if source is not None else None for student, source in sources.items()}
    return students, [form for source in ours if source is not None and (form := found[source])]


def forms_of(sources: Sequence[bytes]) -> list[Form | None]:
    """Normalise files to their forms, in a process of its own; whichever ends that process has no form.

    It is found by halving, so that it costs the others nothing but time.

    Args:
        sources: what is in the files.

    Returns:
        Their forms, in the same order.

    """
    texts_of = [_decoded(each) for each in sources]
    command = [sys.executable, "-I", "-S", str(Path(forms.__file__))]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, which runs nothing of what it reads
            command, input=json.dumps(texts_of), capture_output=True, encoding="utf-8", timeout=PATIENCE, check=True
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        if len(sources) == 1:
            return [None]
        half = len(sources) // 2
        return [*forms_of(sources[:half]), *forms_of(sources[half:])]
    return [Form(each["whole"], tuple(each["lines"])) if each and each["lines"] else None for each in found]


def _decoded(source: bytes) -> str:
    """The text; an encoding that a file declares for itself concerns its comments, and Python's default is UTF-8."""
    return source.decode("utf-8-sig", "replace")
