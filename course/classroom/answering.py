"""Torch's answers to a class's hidden cases, worked out once, by a process beside the one that grades.

Torch takes seconds to import. Whoever judges is handed the answers and needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from course.classroom import judging
from course.classroom.judges import Judges
from course.grading import hidden, oracle, processes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.hidden import Answers


class Answering:
    """The process that answers.

    Args:
        seed: the class's secret.
        at_once: whether to start it, and a worker that can try the wall; by default it starts when it is first asked.

    """

    def __init__(self, seed: str, *, at_once: bool = False) -> None:
        self.seed = seed
        self._process = Judges(1)
        if at_once:
            self._process.submit(oracle.prepare)
            processes.prepare()

    def __enter__(self) -> Self:
        """Return the object itself."""
        return self

    def __exit__(self, *_problem: object) -> None:
        """End the process."""
        self.end()

    def answers(self, stems: Sequence[str]) -> tuple[str, dict[str, Answers]]:
        """Return the answers, which are known in this process from now on.

        Args:
            stems: the topics.

        Returns:
            The seed and, by topic, the answers. What torch did not answer is left out: whoever judges will ask torch
            again, and tell of each file why it cannot be judged.

        """
        missing = [stem for stem in stems if not hidden.known(stem, self.seed)]
        if missing:
            future = self._process.submit(judging.answers, missing, self.seed)
            hidden.know(self.seed, {} if future.exception() else future.result())
            self.end()
        return self.seed, {stem: each for stem, each in hidden.all_known(self.seed).items() if stem in stems}

    def end(self) -> None:
        """End the process, if it runs."""
        self._process.end()
