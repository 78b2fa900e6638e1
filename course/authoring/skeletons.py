"""Skeletons: what is left of a solution when the block between its marks is taken out.

    solutions/adam.py  →  course/optim/adam.py

Everything else stays to the byte: signature, defaults, docstrings. What is committed is checked against what is built.
"""

from __future__ import annotations

import ast
from pathlib import Path

from course.learner import spoken
from course.text import CourseError, Text
from course.topic import topics

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
TODO = "# TODO: write this part, then delete the next line · 写出这一部分，然后删掉下一行"
LEFT = "raise NotImplementedError"


def skeleton(solution_text: str) -> str:
    """Take the solution out.

    Args:
        solution_text: a Python file with at least one pair of marks, each alone on its line, the pair equally indented.

    Returns:
        The same text, each block with its marks replaced by a TODO and `raise NotImplementedError`.

    Raises:
        CourseError: a mark is missing, misspelt, nested, or indented unlike its partner, or the rest is no Python;
            the sentence names the line.

    """
    kept = solution_text.splitlines()
    for first, last in reversed(_blocks(kept)):
        indent = kept[first].rstrip().removesuffix(BEGIN)
        kept[first : last + 1] = [indent + TODO, indent + LEFT]
    built = "\n".join(kept) + "\n"
    try:
        ast.parse(built)
    except SyntaxError as error:
        reason = Text(en="without the solution the rest is no Python", zh="去掉解答之后，剩下的不是合法的 Python")
        raise _broken((error.lineno or 1) - 1, reason) from error
    return built


def outputs() -> dict[Path, str]:
    """Return all skeletons: path relative to the root of the repository → text.

    Raises:
        CourseError: a solution is missing or its marks are broken; the sentence names file and line.

    """
    built = {}
    for topic in topics():
        name = f"solutions/{topic.solution.name}"
        if not topic.solution.is_file():
            raise CourseError(Text(en=f"{name} is missing: write it first.", zh=f"缺少 {name}。请先写出它。"))
        try:
            text = skeleton(topic.solution.read_text("utf-8"))
            spoken.check(text)
        except CourseError as error:
            raise CourseError(Text(en=f"{name}, ", zh=f"{name}，") + error.text) from error
        built[Path("course", "optim", topic.solution.name)] = text
    return built


def _blocks(lines: list[str]) -> list[tuple[int, int]]:
    """Return the index of the first and the last line of each block, its marks included."""
    found: list[tuple[int, int]] = []
    first: int | None = None
    for i, line in enumerate(lines):
        mark = line.strip()
        if mark == BEGIN:
            if first is not None:
                raise _broken(i, Text(en="a block begins inside another", zh="一个块里又开始了另一个块"))
            first = i
        elif mark == END:
            if first is None:
                raise _broken(i, Text(en="a block ends that never began", zh="这里结束的块从未开始"))
            if line.rstrip().removesuffix(END) != lines[first].rstrip().removesuffix(BEGIN):
                raise _broken(i, Text(en="the two marks are indented differently", zh="两个标记的缩进不同"))
            found.append((first, i))
            first = None
        elif _looks_like_a_mark(mark):
            raise _broken(i, Text(en=f"a mark reads {BEGIN} or {END}", zh=f"标记只能写成 {BEGIN} 或 {END}"))
    if first is not None:
        raise _broken(first, Text(en="this block never ends", zh="这个块没有结束"))
    if not found:
        raise _broken(
            0, Text(en="without marks all of the file would be released", zh="没有标记，整个文件都会发给学生")
        )
    return found


def _looks_like_a_mark(text: str) -> bool:
    """Return whether the comment was meant as a mark: a misspelt one would release the solution behind it."""
    words = text.lstrip("#").upper().split()
    return text.startswith("#") and "SOLUTION" in words and bool({"BEGIN", "END"} & set(words))


def _broken(index: int, reason: Text) -> CourseError:
    sentence = Text(en="line {line}: {reason}. Mend the marks.", zh="第 {line} 行：{reason}。请修正标记。")
    return CourseError(sentence.format(line=index + 1, reason=reason))
