"""What is about to be entered in the gradebook, written down first: a run that is killed is understood by the next.

Between the moment when rows and notebooks are written and the moment when the signed records say so, they would look as
if somebody else had written them. So the intention is signed and stored before, and settled afterwards: whatever is
there as it was intended was written by grading.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from course.classroom import entered, verdicts
from course.classroom.directory import digest_of, own_place
from course.classroom.placing import sync
from course.classroom.record import Entered
from course.system import atomic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from course.classroom.directory import ClassDirectory
    from course.classroom.seal import Place

KIND, NOWHERE = "intended", ("", "")
"""What the signature says that it is, and that it is of no one submission."""


def _file(room: ClassDirectory) -> Path:
    return room.intake / ".intended"


def note(room: ClassDirectory, intended: Mapping[Place, Entered]) -> None:
    """Store what is about to be entered, in the place of what was stored before.

    Args:
        room: the class.
        intended: by topic and student.

    Raises:
        OSError: it cannot be written.

    """
    told = [[*place, each.to_json()] for place, each in intended.items()]
    own_place(room.intake, _file(room).name)
    atomic.write(_file(room), json.dumps([told, room.seal().sign(KIND, NOWHERE, told)]))
    sync([_file(room), room.intake])


def clear(room: ClassDirectory) -> None:
    """Forget it: the records say what was entered."""
    _file(room).unlink(missing_ok=True)


def stored(room: ClassDirectory) -> dict[Place, Entered]:
    """Read what was about to be entered when a run ended too early; empty if none did, or it is not signed."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        told, signature = json.loads(_file(room).read_text("ascii"))
        if room.seal().holds(KIND, NOWHERE, told, signature):
            return {(stem, student): Entered.from_json(each) for stem, student, each in told}
    return {}


def settle(room: ClassDirectory, book: Any) -> None:
    """Bring the records up to date with what a run that was killed has entered.

    Args:
        room: the class, whose lock is held.
        book: the gradebook, open.

    """
    left = stored(room)
    for (stem, student), intended in left.items():
        record = verdicts.load(room, stem, student)
        if record is not None:
            held = entered.rows(book, stem, student).get(student, {})
            notebook = digest_of(verdicts.autograded(room, stem, student))
            now = settled(stem, record.entered, intended, held, notebook)
            if now != record.entered:
                verdicts.save(room, stem, student, replace(record, entered=now))
    if left:
        book.db.rollback()
    clear(room)


def settled(stem: str, before: Entered, intended: Entered, held: Mapping[str, entered.Held], notebook: str) -> Entered:
    """Return what was entered, as far as that is certain; the submission is entered again unless all of it was.

    Args:
        stem: the topic, whose name the cell of the code has.
        before: what the record says.
        intended: what was about to be entered.
        held: the gradebook's rows, by the cell's name.
        notebook: the hash of the autograded notebook that is there.

    Returns:
        What was entered.

    """
    rows = {name: each.row() for name, each in held.items()}
    extra = (held[stem].grade.extra_credit or None) if stem in held else None
    if rows == intended.rows != before.rows:
        # All rows are written at once: the extra credit, too, unless a person's is there.
        now = replace(intended, told=before.told, made_from=intended.made_from if notebook == intended.notebook else "")
    else:
        # Nothing was written, or nobody can tell: the same rows as before; or some of them by nbgrader's own steps, and
        # then nobody else is suspected.
        known = all(row == rows.get(name) for name, row in before.rows.items())
        now = replace(
            before,
            made_from="",
            rows=before.rows if known else {},
            extra=intended.extra if extra == intended.extra else before.extra,
        )
    return replace(now, notebook=notebook if notebook in {before.notebook, intended.notebook} else "")
