"""`course build --watch STEM`: what a lesson's sources make is made again whenever one of them is saved.

JupyterLab does not read an open notebook anew by itself: it stays as it is until its reader chooses File → Reload
Notebook from Disk and confirms. Started by `course lab --reload`, it does so within a second or two, unless the
notebook was edited there. The kernel and its variables stay, the outputs go.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from course.authoring import bilingual, notebooks, skeletons, wording
from course.authoring.build import write
from course.system.stamps import PAUSE, modified
from course.system.workspace import ROOT
from course.text import CourseError, Text
from course.topic import FOLDER

if TYPE_CHECKING:
    from typing import Never

WATCHING = Text(
    en="Watching {files}. Save one, and what it makes is made again; Ctrl+C ends this.",
    zh="正在关注 {files}。保存其中任何一个，由它生成的文件就会重新生成。按 Ctrl+C 结束。",
)
RELOAD = Text(
    en="In a JupyterLab started by `.venv/bin/course lab --reload`, an open notebook follows.",
    zh="用 `.venv/bin/course lab --reload` 启动的 JupyterLab 中，已打开的笔记本会随之更新。",
)
MADE = Text(
    en="{time}: all as it should be.",
    zh="{time}：一切正常。",
)
TO_MEND = Text(
    en="{time}: {count} to mend; the lines above say where.",
    zh="{time}：有 {count} 处要改，位置见上面几行。",
)


def watch(stem: str) -> Never:
    """Make a lesson's notebooks, words and skeleton now and whenever their sources are saved, until interrupted.

    Args:
        stem: the lesson, for instance "momentum".

    Raises:
        CourseError: there is no such lesson.

    """
    lesson = FOLDER / stem / "lesson.md"
    if not lesson.is_file():
        stems = " ".join(path.parent.name for path in notebooks.sources())
        raise CourseError(
            Text(
                en=f"There is no lesson {stem!r}: course/topics/{stem}/lesson.md is missing. Lessons: {stems}",
                zh=f"没有名为 {stem!r} 的课：缺少 course/topics/{stem}/lesson.md。全部课：{stems}",
            )
        )
    watched = [lesson, lesson.with_name("topic.toml"), ROOT / "solutions" / f"{stem}.py"]
    files = " ".join(path.relative_to(ROOT).as_posix() for path in watched if path.is_file())
    print(WATCHING.format(files=files))
    print(RELOAD, flush=True)
    before: list[tuple[int, int] | None] = []
    while True:
        now = [modified(path) for path in watched]
        if now != before and now[0]:  # an editor may take a file away for a moment
            before = now
            problems = make(stem)
            for problem in problems:
                print(problem.both(), file=sys.stderr, flush=True)
            said = TO_MEND if problems else MADE
            print(said.format(time=time.strftime("%H:%M:%S"), count=len(problems)), flush=True)
        time.sleep(PAUSE)


def make(stem: str) -> list[Text]:
    """Make one lesson's notebooks, words and skeleton, and return what is to be mended in their sources.

    Args:
        stem: the lesson, for instance "momentum".

    """
    lesson, solution = FOLDER / stem / "lesson.md", ROOT / "solutions" / f"{stem}.py"
    found: list[Text] = []
    try:
        texts = {**notebooks.outputs([lesson]), **wording.outputs([lesson])}
        if solution.is_file():
            texts[Path("course", "optim", solution.name)] = skeletons.skeleton(solution.read_text("utf-8"))
    except CourseError as error:
        return [error.text]
    except (OSError, UnicodeDecodeError) as error:  # saved by halves; the next look sees the rest
        return [Text(en=f"{lesson.name}: {error}", zh=f"{lesson.name}：{error}")]
    for path, text in texts.items():
        found += write(path, text.encode(), check=False)
    for source in (lesson, lesson.with_name("topic.toml")):
        if source.is_file():
            found += bilingual.problems(source)
    return found
