"""`course watch` and `course status`: save, and be told; see what is done and what comes next."""

from __future__ import annotations

import queue
import sys
import threading
import time
from typing import TYPE_CHECKING

from course.grading import caution, render
from course.grading.judge import checked
from course.learner import beside, onward, progress
from course.system import terminal
from course.system.stamps import PAUSE, modified
from course.text import Text, language
from course.topic import topics

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.verdict import Verdict
    from course.topic import Topic

KEYS = Text(
    en="Save a file and it is checked. Keys: h hint · l list · q quit.",
    zh="保存文件即自动检查。按键：h 提示 · l 列表 · q 退出。",
)
LINES = Text(
    en="Save a file and it is checked. Then: h hint · l list · q quit (and Enter).",
    zh="保存文件即自动检查。按键：h 提示 · l 列表 · q 退出（按回车确认）。",
)
WAITING = Text(en="Watching {folder}", zh="正在关注 {folder}")


def overview(folder: Path) -> bool:
    """Print a line a topic and a bar for the whole; tell whether everything is passed."""
    seen: list[Verdict] = []
    for topic, verdict in zip(topics(), progress.verdicts(folder), strict=True):
        seen.append(verdict)
        state = render.STATUS[verdict.status][language()]
        points = render.points(verdict)
        line = f"{progress.mark(verdict)} {topic.stem:<10} {topic.title} — {state} — {points}"
        print(" — ".join([line, *map(str, beside.marks(topic, folder))]), flush=True)
    print(progress.bar(seen))
    following = next((verdict.topic for verdict in seen if not verdict.passed), None)
    if following:
        print(
            Text(
                en="Next: {stem}, in {file}. Then: `course check {stem}`",
                zh="接下来是 {stem}，文件 {file}。写完后运行 `course check {stem}`",
            ).format(stem=following, file=folder / f"{following}.py")
        )
    return following is None


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    stamps = {topic.stem: modified(folder / f"{topic.stem}.py") for topic in topics()}
    return {stem: stamp for stem, stamp in stamps.items() if stamp}


def watch(folder: Path) -> None:
    """Check a topic whenever its file changes, until the reader quits."""
    with terminal.single_keys() as single:
        _watch(folder, single=single)


def _watch(folder: Path, *, single: bool) -> None:
    pressed: queue.Queue[str] = queue.Queue()
    reading = threading.Thread(target=terminal.read_keys, args=(pressed.put,), kwargs={"single": single}, daemon=True)
    reading.start()
    keys = KEYS if single else LINES
    print(WAITING.format(folder=folder))
    print(keys, flush=True)
    before = _stamps(folder)
    current: Topic = next((each for each in topics() if each.stem in before), topics()[0])
    tier = 0
    while True:
        now = _stamps(folder)
        for topic in topics():
            if now.get(topic.stem) != before.get(topic.stem) and topic.stem in now:
                current, tier = topic, 0
                verdict = checked(topic, folder)
                print(render.terminal(verdict, language(), colour=sys.stdout.isatty(), plotted=True), flush=True)
                if verdict.passed:
                    print("\n".join(f"  {line}" for line in onward.lines(topic.stem, language())), flush=True)
                caution.say()
        before = now
        while not pressed.empty():
            key = pressed.get()
            if key == "q":
                return
            if key == "l":
                overview(folder)
            elif key == "h":
                print(f"{current.stem} {tier + 1}/{len(current.hints)}  {current.hints[tier]}", flush=True)
                tier = min(tier + 1, len(current.hints) - 1)
            elif key:
                print(keys, flush=True)
        time.sleep(PAUSE)
