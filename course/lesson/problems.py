"""What can be wrong in a lesson's source, and what its author can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.text import CourseError, Text
from course.topic import FOLDER

if TYPE_CHECKING:
    from pathlib import Path


def at(path: Path, line: int, what: Text) -> CourseError:
    """Return the error that names a lesson, its line and what is wrong there.

    Args:
        path: the lesson's source.
        line: counted from 1.
        what: what is wrong, and what to do.

    Returns:
        The error, to be raised.

    """
    name = place(path)
    return CourseError(Text(en=f"{name}:{line}: {what.en}", zh=f"{name}:{line}：{what.zh}"))


def place(path: Path) -> str:
    """Name a source in a message: `momentum/lesson.md`."""
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else path.name


STRAY = Text(
    en="this line stands in no block, or opens one that is never closed. Prose stands between `:::: en` and `::::`"
    " and is followed by its Chinese; code between ```python and ```.",
    zh="这一行不在任何块里，或者它开始的块没有结束标记。正文写在 `:::: en` 与 `::::` 之间，后面跟上中文；"
    "代码写在 ```python 与 ``` 之间。",
)
UNPAIRED = Text(
    en="this block has no partner: every `:::: en` block is followed at once by its `:::: zh` block. Write the missing"
    " one, or put the two next to each other.",
    zh="这一块没有成对：每个 `:::: en` 块后面必须紧跟对应的 `:::: zh` 块。请补上缺少的一块，或把两块放到一起。",
)
NESTED = Text(
    en="this block opens inside another one. Close that one first, by a line `::::`.",
    zh="这一块开在另一块里面。请先用单独一行 `::::` 结束前一块。",
)
NO_SUCH_BLOCK = Text(
    en="there is no such block. Write `:::: en`, `:::: en quiz NAME` or `:::: en sentence NAME`, and `:::: zh` for the"
    " partner of each.",
    zh="没有这样的块。可以写 `:::: en`、`:::: en quiz 名称` 或 `:::: en sentence 名称`，与之成对的都写 `:::: zh`。",
)
EMPTY = Text(en="one of the two halves is empty. Write it.", zh="两种语言中有一块是空的。请补上。")
NOT_ONE_PARAGRAPH = Text(
    en="a sentence for a cell is one paragraph, without headings or lists. Write it as one.",
    zh="供单元格使用的句子只有一段，没有标题和列表。请写成一段。",
)
NO_ANSWERS = Text(
    en="a quiz ends with its answers, as a list: `- [x] right` or `- [ ] wrong`, and below each `  > why`. Write them.",
    zh="自测题以答案列表结束：正确的写 `- [x] …`，错误的写 `- [ ] …`，每个答案下面写 `  > 理由`。请补上。",
)
NO_ANSWER = Text(
    en="an answer is `- [x] right` or `- [ ] wrong` with its reason below: `  > why`. Write both.",
    zh="每个答案写成 `- [x] 正确` 或 `- [ ] 错误`，下面是理由 `  > ……`。请两样都写上。",
)
NOT_ONE_RIGHT = Text(
    en="a quiz has a question and exactly one right answer, `- [x]`, and no two answers read alike. Mend it.",
    zh="自测题要有题目，正确答案 `- [x]` 恰好一个，各个答案不能相同。请改正。",
)
OTHER_ANSWERS = Text(
    en="the Chinese half of this quiz has other answers than the English one: as many, and the right one in the same"
    " place. Mend it.",
    zh="这道自测题中英文的答案不一致：个数要相同，正确答案要在同一位置。请改正。",
)
TWICE = Text(
    en="the name {name} occurs twice among the quizzes or sentences of this lesson. Rename one.",
    zh="本课的自测题或句子中，名称 {name} 出现了两次。请把其中一个改名。",
)
HALF_A_SLOT = Text(
    en="words in code are written «English|中文», both on one line. Complete them.",
    zh="代码里的文字要写成 «English|中文»，两种语言写在同一行。请补全。",
)
NO_SUCH_OPTION = Text(
    en="a code cell has no option {option}. Use `hide` or `tags=a,b`.",
    zh="代码单元没有选项 {option}。可用的是 `hide` 和 `tags=a,b`。",
)
