"""Collect what students have handed in through nbgrader's exchange, by nbgrader's own collector."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory

from course.classroom import nbgrader_steps
from course.classroom.trouble import said
from course.system.stamps import Settling
from course.text import Text, texts, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from course.classroom.directory import ClassDirectory

TEXTS = texts(__file__)


class _Kept(logging.Handler):
    """Keeps what nbgrader warns of, for the instructor."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message, on one line."""
        self.said.append(" ".join(visible(record.getMessage()).split()))


class Inbound:
    """A class's inbox in the exchange; empty, and never looked at again, where the class has none.

    Args:
        room: the class.
        seconds: how long a submission must stay as it is before it is collected.

    """

    def __init__(self, room: ClassDirectory, seconds: float) -> None:
        self._config = nbgrader_steps.settings_of(room)
        self._settling = Settling(seconds)
        collector = self._collector("", logging.getLogger(__name__))
        root, course = getattr(collector, "root", ""), collector.coursedir.course_id
        self.folder: Path | None = room.root / root / course / "inbound" if root and course else None

    @property
    def there(self) -> bool:
        """Whether there is such an inbox."""
        return self.folder is not None and self.folder.is_dir()

    def collect(self, stems: Sequence[str]) -> list[Text]:
        """Copy what is new to `submitted/`, topic by topic.

        Args:
            stems: the topics.

        Returns:
            What could not be collected, and what nbgrader has found odd.

        """
        told: list[Text] = []
        for stem in dict.fromkeys(_topic(name) for name in self._settling.look(self._stamps(stems))):
            kept = _Kept()
            log = logging.Logger("nbgrader", logging.WARNING)  # noqa: LOG001 - outside the tree: prints nothing
            log.addHandler(kept)
            try:
                self._collector(stem, log).start()
            except (ExchangeError, OSError, RuntimeError, ValueError) as problem:
                told.append(TEXTS["not-collected"].format(stem=stem, why=said(problem)))
            told += [Text(en=each, zh=each) for each in kept.said if each]
        return told

    def _stamps(self, stems: Sequence[str]) -> dict[str, int]:
        """By name, of the submissions to these topics; nbgrader names them STUDENT+TOPIC+TIME."""
        from course.classroom.arrivals import stamps_of

        found = stamps_of(self.folder) if self.folder else {}
        return {
            name: stamp for name, stamp in found.items() if name.count("+") >= 2 and name.rsplit("+", 3)[1] in stems
        }

    def _collector(self, stem: str, log: Any) -> Any:
        """nbgrader's, of the kind that the class's settings name."""
        coursedir = CourseDirectory(config=self._config, assignment_id=stem, log=log)
        factory = ExchangeFactory(config=self._config)
        collector = factory.Collect(
            coursedir=coursedir, authenticator=Authenticator(config=self._config), config=self._config, log=log
        )
        collector.update = True
        return collector


def _topic(name: str) -> str:
    """The topic in a submission's name; "" if it is not named as nbgrader does."""
    parts = name.rsplit("+", 3)
    return parts[1] if len(parts) > 2 else ""
