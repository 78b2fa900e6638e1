"""`course build [--check]`: every derived file, made or compared, from one list of builders."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

from course.authoring import (
    bilingual,
    measuring_font,
    mistakes,
    modules,
    notebooks,
    phases,
    pictures,
    references,
    skeletons,
    sweeps,
    wording,
)
from course.system.workspace import ROOT
from course.text import Text
from course.topic import topics

if TYPE_CHECKING:
    from pathlib import Path


def build(*, check: bool) -> bool:
    """Make what is derived, or with `check` only compare it; print what was found, in both languages.

    A skeleton that somebody has begun to fill in is never overwritten: `course reset` is for that.

    Returns:
        Whether everything is as it should be.

    """
    lessons = {**notebooks.outputs(), **wording.outputs()}
    texts = {**skeletons.outputs(), **lessons, **modules.outputs(), **pictures.outputs()}
    files = {**{path: text.encode() for path, text in texts.items()}, **measuring_font.outputs()}
    wrong: list[Text] = []
    for path, content in files.items():
        wrong += write(path, content, check=check)
    wrong += _sweeps(check=check)
    for topic in tqdm(topics(), desc="torch.optim", unit="topic", file=sys.stderr, leave=False, disable=None):
        if check:
            wrong += references.problems(topic)
        elif references.build(topic):
            print(stored_line(topic.stem))
    for topic in tqdm(topics(), desc="mistakes", unit="topic", file=sys.stderr, leave=False, disable=None):
        if not check and mistakes.build(topic):
            print(mistakes_line(topic.stem))
        wrong += mistakes.problems(topic)
        wrong += phases.problems(topic)
    wrong += bilingual.all_problems()
    for problem in dict.fromkeys(wrong):  # a file that cannot be read is told by whatever reads it
        print(problem.both(), file=sys.stderr)
    if check and not wrong:
        print(Text(en="Everything derived is current.", zh="所有派生文件都是最新的。"))
    return not wrong


def _sweeps(*, check: bool) -> list[Text]:
    """Record the sweeps that cases of tuners are made of, or with `check` only say what is wrong with them."""
    wrong: list[Text] = []
    for topic in topics("tuner"):
        if not check and sweeps.build(topic):
            print(sweeps_line(topic.stem))
        wrong += sweeps.problems(topic)
    return wrong


def stored_line(stem: str) -> Text:
    """Return what is said of a reference that was written."""
    return Text(en="written: references of {stem}", zh="已写入：{stem} 的参考数据").format(stem=stem)


def mistakes_line(stem: str) -> Text:
    """Return what is said of samples that were written."""
    return Text(en="written: mistakes of {stem}", zh="已写入：{stem} 的已知错误").format(stem=stem)


def sweeps_line(stem: str) -> Text:
    """Return what is said of sweeps that were recorded."""
    return Text(en="written: sweeps of {stem}", zh="已写入：{stem} 的扫描记录").format(stem=stem)


def write(path: Path, content: bytes, *, check: bool) -> list[Text]:
    """Write one derived file where it is not what it should be, or with `check` only say so.

    Args:
        path: relative to the repository.
        content: what it should be.
        check: whether to leave it as it is.

    Returns:
        What is to be mended: empty, or one sentence.

    """
    target = ROOT / path
    if target.is_file() and target.read_bytes() == content:
        return []
    if check:
        return [
            Text(
                en="{path} is not what its source gives. Run `course build`.",
                zh="{path} 与其来源不一致。请运行 `course build`。",
            ).format(path=path)
        ]
    if path.parts[:2] == ("course", "optim") and target.is_file() and not _untouched(target):
        return [
            Text(
                en="{path} holds somebody's own lines: left alone. `course reset {stem}` keeps them and puts the"
                " skeleton back.",
                zh="{path} 中有手写的代码，未作改动。`course reset {stem}` 会先备份它再恢复骨架代码。",
            ).format(path=path, stem=path.stem)
        ]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    print(Text(en="written: {path}", zh="已写入：{path}").format(path=path))
    return []


def _untouched(skeleton: Path) -> bool:
    """Return whether a skeleton, perhaps an older one, still waits for its first line in every method."""
    text = skeleton.read_text("utf-8")
    return text.count("raise NotImplementedError") >= text.count("    def ") > 0
