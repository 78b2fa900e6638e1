"""A class of mixed work in the middle of a term, the four steps that follow, and what they come to undisturbed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from course.system.workspace import ROOT
from tests.classroom.room import SKELETON, SOLUTION, hand_in, set_by_hand
from tests.faults.command import Outcome, run
from tests.faults.compare import Held, different, held

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STEPS = ("release", "grade", "feedback", "report")
RIGHT = SOLUTION["sgd"]
CODE = {
    "right": RIGHT,
    "no-decay": RIGHT.replace("grad = grad + self.weight_decay * param", "pass"),
    "untouched": SKELETON["sgd"],
    "exits": SKELETON["sgd"].replace("raise NotImplementedError", "import os; os._exit(0)"),
    "broken": "def update(:\n",
    "raises": SKELETON["sgd"].replace("raise NotImplementedError", 'raise ValueError("<b>no</b>")'),
}
TERM = 1_760_000_000
"""When the first one handed in, in seconds since 1970."""


@dataclass
class Scene:
    """The class before each step, and what it holds after it."""

    folder: Path
    students: int = 24
    after: dict[str, Held] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def before(self, step: str) -> Path:
        """Return the class as it is before a step."""
        return self.folder / f"before-{step}"

    def copy(self, step: str, root: Path) -> Path:
        """Make a class of one trial's own, as it is before the step."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.before(step), root, symlinks=True)
        return root

    def make(self) -> None:
        """Make the class and run every step undisturbed."""
        root = self.before(STEPS[0])
        self._first_weeks(root)
        self._new_work(root)
        for step, following in zip(STEPS, (*STEPS[1:], "end"), strict=True):
            shutil.copytree(self.before(step), self.before(following), symlinks=True)
            begun = time.monotonic()
            self._undisturbed(step, self.before(following))
            self.seconds[step] = time.monotonic() - begun
            self.after[step] = held(self.before(following))

    def differs(self, step: str, root: Path) -> list[str]:
        """Say what differs from the undisturbed class after this step."""
        return different(self.after[step], held(root))

    def _first_weeks(self, root: Path) -> None:
        # In a process of its own: it looks for a wall, and what it starts for that must not be taken for left behind.
        making = "import sys, pathlib; from tests.classroom.room import new_class; new_class(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", making, root], cwd=ROOT, check=True)
        self._undisturbed("release", root, ["sgd"])
        for number in range(self.students // 2):
            self._hand_in(root, number, "sgd", list(CODE)[number % 3])
        self._undisturbed("grade", root)
        set_by_hand(root, self._name(0), "sgd", manual_score=7.5, manual_comment="Seen in the lab · 课上看过")
        set_by_hand(root, self._name(1), "sgd", manual_score=3.0)
        set_by_hand(root, self._name(2), "sgd", extra_credit=0.5)
        self._undisturbed("feedback", root)

    @staticmethod
    def _undisturbed(step: str, root: Path, topics: Sequence[str] | None = None) -> Outcome:
        outcome = run(step, root, topics=topics)
        if faults := outcome.faults(may_fail=False):
            raise RuntimeError(f"{step} fails undisturbed: {'; '.join(faults)}")
        return outcome

    def _new_work(self, root: Path) -> None:
        """Some hand in again, others for the first time, one loses a file, and two do what comes next."""
        for number in range(self.students // 4, self.students):
            self._hand_in(root, number, "sgd", list(CODE)[number % len(CODE)], week=1)
        for number, lost in ((self.students - 1, "sgd.ipynb"), (self.students - 2, "sgd.py")):
            folder = root / "submitted" / self._name(number) / "sgd"
            (folder / lost).unlink()
            os.utime(folder, (TERM + 10 * 86400, TERM + 10 * 86400))
        shutil.copytree(root / "source/momentum", root / "release/momentum", dirs_exist_ok=True)
        for number in range(2):
            self._hand_in(root, number, "momentum", "", week=1)
        shutil.rmtree(root / "release/momentum")

    @staticmethod
    def _name(number: int) -> str:
        return f"学生-{number}" if number % 5 == 0 else f"student-{number}"

    def _hand_in(self, root: Path, number: int, stem: str, code: str, week: int = 0) -> None:
        text = SOLUTION[stem] if not code else CODE[code]
        answer = f"Answer {number} of week {week}: 步长太大。" if number % 2 else None
        folder = hand_in(root, self._name(number), stem, f"{text}\n# {number}\n", answer=answer)
        at = TERM + week * 7 * 86400 + number * 3600
        for path in (*folder.iterdir(), folder):
            os.utime(path, (at, at))
