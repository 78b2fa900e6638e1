"""The bilingual check: a right lesson passes, and each way of drifting apart is found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from course.authoring import bilingual, foreign, glossary
from course.system.workspace import ROOT
from course.topic import FOLDER, lessons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from course.text import Text

TERMS = {"梯度": "gradient", "学习率": "learning rate", "梯度下降": "gradient descent"}

EN = """## Steps

The gradient $g_t$ times the learning rate `lr` is 0.1 in 1964; see [the file](../x.py).

$$b_t = \\mu b_{t-1} \\text{ now}$$

- one of 10,000
- two

| a | b |
|---|---|
| 1 | 2 |

```text
listing 3
```"""
ZH = """## 步骤

**梯度**（gradient）$g_t$ 乘以学习率（learning rate）`lr`，在 1964 年是 0.1；见[文件](../x.py)。

$$b_t = \\mu b_{t-1} \\text{ 现在}$$

- 10000 之一
- 二

| 甲 | 乙 |
|---|---|
| 1 | 2 |

```text
listing 3
```"""
CODE = 'set_language("{lang}")'


def problems(folder: Path, en: str, zh: str, code: str = CODE) -> list[str]:
    """What the check says in English about a lesson of one pair and one cell."""
    path = folder / "sample.md"
    path.write_text(f":::: en\n{en}\n::::\n:::: zh\n{zh}\n::::\n\n```python\n{code}\n```\n", "utf-8")
    found = bilingual.problems(path, TERMS)
    assert all(each.zh != each.en for each in found)
    return [each.en for each in found]


def test_a_right_lesson_passes(tmp_path: Path) -> None:
    assert problems(tmp_path, EN, ZH) == []


@pytest.mark.parametrize(
    ("half", "old", "new", "says"),
    [
        ("zh", "## 步骤", "### 步骤", "levels of the headings"),
        ("zh", "- 二\n", "", "lengths of the lists"),
        ("zh", "- 二\n", "\n再说：\n\n- 二\n", "lengths of the lists"),
        ("zh", "| 1 | 2 |", "| 1 |", "rows and columns"),
        ("zh", "b_t = \\mu b", "b_t = \\gamma b", "displayed formulas"),
        ("zh", "\\text{ 现在}", "\\text{ now}", "a formula says 'now'"),
        ("zh", "listing 3", "listing 4", "fenced listings"),
        ("zh", "$g_t$", "$g_{t-1}$", "inline formulas"),
        ("en", "$g_t$", "$g_t$ ($g_t$ again)", "inline formulas"),
        ("zh", "`lr`", "`rl`", "code spans"),
        ("zh", "(../x.py)", "(../y.py)", "links and images"),
        ("zh", "0.1；", "0.01；", "numbers"),
        ("zh", "1964 ", "1946 ", "numbers"),
        ("zh", "10000", "1 万", "numbers"),
        ("zh", "学习率（learning rate）", "学习率 ", "学习率（learning rate）"),
        ("zh", "**梯度**（gradient）", "梯度（slope）", "梯度（gradient）"),
        ("zh", "在 1964 年", "在1964 年", "put a blank"),
        ("zh", "）$g_t$ 乘", "）$g_t$乘", "put a blank"),
        ("zh", "0.1；见", "0.1;见", "full-width"),
        ("zh", "- 二", "- *二*", "bold"),
    ],
)
def test_each_difference_is_found(tmp_path: Path, half: str, old: str, new: str, says: str) -> None:
    halves = {"en": EN, "zh": ZH}
    assert old in halves[half]
    halves[half] = halves[half].replace(old, new)
    found = problems(tmp_path, **halves)
    assert any(says in each for each in found), found
    assert all(each.startswith("sample.md:") for each in found)


def test_a_long_term_hides_the_short_one_inside_it(tmp_path: Path) -> None:
    en, zh = "Gradient descent, then the gradient.", "梯度下降（gradient descent），然后是梯度（gradient）。"
    assert problems(tmp_path, en, zh) == []
    (found,) = problems(tmp_path, en, "梯度下降，然后是梯度（gradient）。")
    assert "Write 梯度下降（gradient descent）" in found


def test_a_missing_partner_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "sample.md"
    path.write_text(":::: en\nOne\n::::\n", "utf-8")
    (found,) = bilingual.problems(path, TERMS)
    assert found.en.startswith("sample.md:1:")


@pytest.mark.parametrize("code", ["1 + 1", 'print("{lang}", "{lang}")'])
def test_the_language_stands_in_one_line(tmp_path: Path, code: str) -> None:
    (found,) = problems(tmp_path, "One.", "一。", code)
    assert "set_language" in found


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("x = '«At 3.|到 4。»'", "numbers"),
        ("x = f'«{a:.1f} of {b}|{a:.1f}，共 {c}»'", "code spans"),
        ("x = f'«{a} and {b}|{a}»'", "code spans"),
        ("x = '«At 3.|到3。»'", "put a blank"),
        ("x = Text(en='At 3.', zh='到 3。')", "its reader's language alone"),
    ],
)
def test_words_in_code_are_compared(tmp_path: Path, call: str, says: str) -> None:
    found = problems(tmp_path, "One.", "一。", f"{CODE}\n{call}")
    assert any(says in each and each.startswith("sample.md:10:") for each in found), found
    assert problems(tmp_path, "One.", "一。", f"{CODE}\nx = f'«At {{a}}, 3.|到{{a}}，3。»'") == []


@pytest.mark.parametrize(
    ("cell", "english"),
    [
        ('print("loss", 1)', "loss"),
        ('print(f"{a:<8} steps")', "steps"),
        ('print(", ".join(f"{each} wins" for each in a))', "wins"),
        ('def f():\n    """Walk the bowl."""', "Walk the"),
        ("a = 1  # the rate", "the rate"),
        ("print(f\"{a['loss']:>10.4g} {b.loss} SGD+momentum, lr = 0.1, mom-1, alpha=0.9, `loss`, f(x)\")", ""),
        ('print(f"«{a} steps|{a} 步»")  # «the rate|学习率»', ""),
        ('def f():\n    """«Walk the bowl.|在碗上走。»"""', ""),
        ('losses["loss"] = train("digits", loss="mean")', ""),
        ('line_chart("«loss|损失»", {"Adam": a["end"]}, x="step", y="θ", log="xy")', "step"),
        ('bar_chart("the end", {each: 1 for each in a}, x="«loss|损失»", form="{:.0f} %")', "the end"),
        ('dot_map("«rest|停下»", "wavy", {f"γ = {lr}": a}, near=0.2)', ""),
    ],
)
def test_english_in_a_chinese_notebooks_cells_is_found(tmp_path: Path, cell: str, english: str) -> None:
    found = problems(tmp_path, "One.", "一。", f"{CODE}\n{cell}")
    assert [each.split(" says ")[1].split("'")[1] for each in found] == ([english] if english else [])


QUIZ = (
    ("Is `b` 3?\n\n- [x] Yes\n  > It is.", "`b` 是 3 吗？\n\n- [x] 是\n  > 确实。"),
    ("quiz why", "```python\nquiz('x')\n```"),
)
SENTENCE = (
    ("From {a[0]:.1f} and {b:and} to 3.", "从 {a[0]:.1f} 和 {b:list} 到 3。"),
    ("sentence why", "```python\nsay('STEM', 'why', a=a, b=b)\n```"),
)


@pytest.mark.parametrize(
    ("block", "old", "new", "says"),
    [
        (QUIZ, "是 3 吗", "是 4 吗", "numbers"),
        (QUIZ, "`b` 是", "`c` 是", "code spans"),
        (QUIZ, "确实。", "确实.", "full-width"),
        (QUIZ, "[x] 是", "[x] 是b", "put a blank"),
        (SENTENCE, "到 3", "到 4", "numbers"),
        (SENTENCE, "{a[0]:.1f}", "{a[1]:.1f}", "code spans"),
        (SENTENCE, "到 3", "到3", "put a blank"),
    ],
)
def test_quizzes_and_sentences_are_compared(
    tmp_path: Path, block: tuple[tuple[str, str], tuple[str, str]], old: str, new: str, says: str
) -> None:
    (en, zh), (kind, cell) = block
    path = tmp_path / "STEM" / "sample.md"
    path.parent.mkdir()

    def found(chinese: str) -> list[str]:
        pair = f":::: en {kind}\n{en}\n::::\n:::: zh\n{chinese}\n::::\n"
        path.write_text(f"```python\n{CODE}\n```\n\n{cell}\n\n{pair}", "utf-8")
        return [each.en for each in bilingual.problems(path, TERMS)]

    assert found(zh) == []
    assert old in zh
    (problem,) = found(zh.replace(old, new, 1))
    assert says in problem


def test_the_syllabus_is_compared_too(tmp_path: Path) -> None:
    path = tmp_path / "topic.toml"
    path.write_text('[[topic]]\nstem = "x"\n[topic.title]\nen = "Use `a` 3 times"\nzh = "用 `b` 3 次"\n', "utf-8")
    (found,) = bilingual.problems(path)
    assert found.en.startswith("topic.toml:4 (title): the code spans differ")


def test_words_in_a_topics_formula_are_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "topic.toml"
    for formula, says in (
        ("formula = 'b_t = 1 \\text{ otherwise}'", ["topic.toml:1 (formula): a formula says 'otherwise'"]),
        ("[formula]\nen = 'b_t \\text{ otherwise}'\nzh = 'b_s \\text{ 否则}'", ["displayed formulas"]),
        ("[formula]\nen = 'b_t \\text{ otherwise}'\nzh = 'b_t \\text{ 否则}'", []),
        ("formula = 'b_t = 1 \\text{ if } \\text{ 若}'", ["a formula says 'if'"]),
        ("formula = 'b_t = 1 \\text{ SGD}'", []),
    ):
        path.write_text(formula, "utf-8")
        found = [each.en for each in bilingual.problems(path)]
        assert len(found) == len(says)
        assert all(words in problem for words, problem in zip(says, found, strict=True)), found


AGREE = [
    ("With t = 0, 1 − βᵗ is 0: some do so.", "t = 0 时，1 − βᵗ 等于 0，有人这样做。"),
    ("It is about 5.3 and not 10.", "它是 5.3 左右，而不是 10。"),
    ("Some 350 steps, at least 10,000.", "大约要走 350 步，至少 10000 步。"),
    ("It slows down, about as 1/√t.", "它大约按 1/√t 变慢。"),
    ("Nearly 2, in steps 1 – 3", "几乎等于 2，第 1 – 3 步"),
    ("about 10 to 20 s", "10 到 20 秒左右"),
    ("Its constraint is 1.", "它的约束是 1。"),
]
DIFFER = [
    ("Keras starts there, torch at 0.", "Keras 从 0.1 开始，torch 从 0 开始。", "the numbers differ"),
    ("A β of 0.9 keeps it.", "β = 0.9 会保留它。", "the signs of the formulas"),
    ("It is 2·x, and 2 + x.", "它是 2x，即 2 + x。", "the signs of the formulas"),
    ("It is 5.3 and not 10.", "它约为 5.3，而不是 10。", "approximate"),
    ("It is about 100 times as much.", "它是 100 倍。", "approximate"),
    ("It is about 5.3 and not 10.", "它是 5.3，而不是 10 左右。", "approximate"),
]


@pytest.mark.parametrize(("en", "zh"), AGREE)
def test_sentences_that_say_the_same_pass(tmp_path: Path, en: str, zh: str) -> None:
    path = tmp_path / "mistakes.toml"
    path.write_text(f"[[mistake]]\nexplanation.en = '{en}'\nexplanation.zh = '{zh}'\n", "utf-8")
    assert [each.en for each in bilingual.problems(path)] == []


@pytest.mark.parametrize(("en", "zh", "says"), DIFFER)
def test_sentences_that_differ_are_found(tmp_path: Path, en: str, zh: str, says: str) -> None:
    path = tmp_path / "mistakes.toml"
    path.write_text(f"[[mistake]]\nexplanation.en = '{en}'\nexplanation.zh = '{zh}'\n", "utf-8")
    found = [each.en for each in bilingual.problems(path)]
    assert len(found) == 1
    assert says in found[0]


def test_every_file_of_sentences_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()

    def problems(path: Path) -> list[Text]:
        seen.add(path)
        return []

    monkeypatch.setattr(bilingual, "problems", problems)
    bilingual.all_problems()
    files = set((ROOT / "course").rglob("*.toml"))
    assert {path for path in seen if path.suffix == ".toml"} == files
    assert {"mistakes.toml", "topic.toml", "guide.toml", "sandbox.toml", "clock.toml"} <= {path.name for path in files}


def test_the_glossary_fills_its_columns_once(tmp_path: Path) -> None:
    path = tmp_path / "GLOSSARY.md"
    path.write_text(
        "| English | 中文 |\n|---|---|\n| loss | 损失 |\n| rate | |\n| loss | 损耗 |\n| 率 | speed |\n\n"
        "| English | 中文 |\n|---|---|\n| cell | 单元格 |\n| loss | 亏损 |\n\n"
        "| Not | Say | Fine |\n|---|---|---|\n| 甲 / 乙 | 丙 | 丁 |\n| 戊 | 己 |\n| 乙 | 己 | 丁 |\n",
        "utf-8",
    )
    assert [each.en.split(": ")[0] for each in glossary.problems(path)] == [
        f"GLOSSARY.md:{line}" for line in (4, 5, 6, 11, 16, 17)
    ]
    assert glossary.terms(path) == {"损失": "loss", "损耗": "loss", "speed": "率"}
    assert glossary.parts(path) == {"单元格": "cell", "亏损": "loss"}
    assert [row.phrases for row in glossary.instead(path)] == [("甲", "乙"), ("乙",)]


@pytest.mark.parametrize(
    ("word", "known"), [("Zeiler", True), ("torch", True), ("GPU", True), ("Faster", True), ("Slow", False)]
)
def test_what_has_no_chinese_name_is_known(word: str, known: bool) -> None:  # noqa: FBT001
    assert (list(foreign.words(f"训练 {word}。")) == []) is known


def unmentioned(names: Iterable[str], lesson: str) -> list[str]:
    """The names in a lesson's `topic.toml` that its text does not have."""
    return [name for name in names if not re.search(rf"\b{name}\b", lesson)]


def test_names_are_told_once_and_where_they_are_mentioned() -> None:
    assert unmentioned(["Zeiler", "Rosen", "Dozat"], "Zeiler（2012）、Rosenblatt、Dozat") == ["Rosen"]
    for lesson in lessons():
        assert unmentioned(lesson.names, (FOLDER / lesson.stem / "lesson.md").read_text("utf-8")) == [], lesson.stem
    assert foreign.NAMES & foreign._names() == set()


def test_the_course_itself_agrees() -> None:
    assert len(glossary.terms()) >= 50
    assert [each.en for each in bilingual.all_problems()] == []
