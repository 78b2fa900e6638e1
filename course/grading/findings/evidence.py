"""What is known of a wrong file when it is explained: what it answered, what is right, and a way to ask it more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.grading.compare import first_off

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from course.grading.case import Case, Trajectory
    from course.grading.diagnosis import Diagnosis
    from course.grading.findings.asking import Asker
    from course.grading.wire import Answer
    from course.topic import Topic


@dataclass(frozen=True)
class Evidence:
    """Visible core cases alone: what a file does in hidden cases has no part in any sentence."""

    topic: Topic
    core: Sequence[Case]
    """The visible core cases, in the order in which they were run."""
    answers: Mapping[str, Answer]
    """By case id; a case that has ended early may have none."""
    expected: Mapping[str, Trajectory]
    """By case id, torch's trajectories."""
    astray: Collection[str]
    """The ids of the cases whose numbers are wrong."""
    diagnosis: Diagnosis
    """What the catalogue recognised."""
    asker: Asker | None = None
    """Runs the same file on more cases; None where that cannot be done."""

    def places(self) -> list[tuple[Case, int, int, int]]:
        """Return where each core case goes wrong that does: the first step, the parameter, its element, flat."""
        found = []
        for case in self.core:
            if case.id in self.answers:
                place = first_off(self.expected[case.id].params, self.answers[case.id].params, case.params)
                found += [(case, *place)] if place else []
        return found

    @classmethod
    def of(
        cls,
        topic: Topic,
        public: Sequence[Case],
        answers: Mapping[str, Answer],
        expected: Mapping[str, Trajectory],
        astray: Collection[str],
        diagnosis: Diagnosis,
        asker: Asker | None,
    ) -> Evidence:
        """Take of all that was run what is visible and of the core, and leave the rest.

        Args:
            topic: which exercise.
            public: the visible cases.
            answers: by case id, of every case.
            expected: by case id, of every case.
            astray: the ids of the visible cases whose numbers are wrong.
            diagnosis: what the catalogue recognised.
            asker: runs the same file on more cases.

        Returns:
            The evidence.

        """
        core = [case for case in public if not case.stretch]
        return cls(
            topic,
            core,
            {case.id: answers[case.id] for case in core if case.id in answers},
            {case.id: expected[case.id] for case in core if case.id in expected},  # a file that is refused has none
            {case.id for case in core if case.id in astray},
            diagnosis,
            asker,
        )
