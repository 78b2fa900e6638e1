"""Submissions of every kind, each judged once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.authoring.skeletons import skeleton
from course.exports.graded import Graded, graded
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOPIC = Topic.load("momentum")
SOLUTION = TOPIC.solution.read_text("utf-8")
SKELETON = skeleton(SOLUTION)
SEED = "5eed" * 16

LOUD = "]]></failure>\x00\x1b[2J\r\n::error::x\n##[error]<img src=x onerror=alert(1)>=1+1\ud800"
BODY = "raise NotImplementedError"
SUBMISSIONS: dict[str, str | None] = {
    "right": SOLUTION,
    "wrong": SOLUTION.replace("self.weight_decay * param", "0"),
    "error": SKELETON.replace(BODY, "return lerning_rate"),
    "endless": SKELETON.replace(BODY, "while True: pass"),
    "missing": None,
    "untouched": SKELETON,
    "hostile": SKELETON.replace(BODY, f"raise ValueError({LOUD!r} + 'w' * 100_000)"),
    "stretch": SOLUTION.replace("1 - self.dampening", "1.0"),
}
ERROR_LINE = next(n for n, line in enumerate(str(SUBMISSIONS["error"]).splitlines(), 1) if "lerning_rate" in line)


def hand_in(folder: Path, kind: str) -> Path:
    """Put the file of one kind into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = SUBMISSIONS[kind]
    if text is not None:
        (folder / f"{TOPIC.stem}.py").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str | None], Graded]:
    """Judge a kind of submission, with a class's seed or without; each once."""
    known: dict[tuple[str, str | None], Graded] = {}

    def judge(kind: str, seed: str | None) -> Graded:
        if (kind, seed) not in known:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("COURSE_SECONDS", "1" if kind == "endless" else "10")
                folder = hand_in(tmp_path_factory.mktemp(kind), kind)
                known[kind, seed] = graded(TOPIC, folder, seed=seed, trusted=True, later=True)
        return known[kind, seed]

    return judge
