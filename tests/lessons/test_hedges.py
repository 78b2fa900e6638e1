"""Where one language is surer than the other it is found; where both limit a statement in their own ways it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.authoring import bilingual, hedges
from course.text import Text

if TYPE_CHECKING:
    from pathlib import Path

DIFFER = [
    ("It takes 40 minutes.", "大约需要 40 分钟。", "约"),
    ("It takes about 40 minutes.", "需要 40 分钟。", "about"),
    ("It dances 0.7 away.", "它在离星号 0.7 左右的地方跳动。", "左右"),
    ("It moves by the rate at most.", "它移动的距离等于学习率。", "at most"),
    ("Its steps are as long as the rate.", "它的步长不超过学习率。", "不超过"),
    ("It wants at least three seeds.", "要用三个种子。", "at least"),
    ("It wants three seeds.", "至少要用三个种子。", "至少"),
    ("This is usually quicker.", "这样更快。", "usually"),
    ("This is quicker.", "这样往往更快。", "往往"),
    ("Perhaps ε is missing.", "漏掉了 ε。", "Perhaps"),
    ("The ε is missing.", "也许漏掉了 ε。", "也许"),
    ("It moves only downhill.", "它沿下坡的方向移动。", "only"),
    ("It is always the default.", "取的是默认值。", "always"),
    ("It looks at the slope.", "它总是看着坡度。", "总是"),
    ("It does not move.", "它会移动。", "not"),
    ("One.\n\nIt is always so.\n\nThree.", "一。\n\n是这样。\n\n总是三。", "always"),
]
AGREE = [
    ("It takes some 40 minutes.", "需要 40 分钟左右。"),
    ("Not quite a tenth of it.", "差不多是它的十分之一。"),
    ("It is hardly longer than 0.1.", "它几乎不超过 0.1。"),
    ("At most 3 points.", "不会超过 3 分。"),
    ("Those with as many tasks or more.", "适合的任务不比它少。"),
    ("It cannot be known yet.", "这时还不可能知道它。"),
    ("It may be left alone.", "不用管它。"),
    ("It has a tenth of its length.", "只有应有长度的十分之一。"),
    ("Only if the ends lie on opposite sides.", "两端必须落在两侧。"),
    ("It keeps its rate for good.", "学习率永远不变。"),
    ("Each parameter has it.", "每个参数始终都有。"),
    ("It tends to be quicker.", "这样一般更快。"),
    ("The `always` of it", "它的 `always`"),
    ("[*Attention Is Always All You Need*](https://x.org)", "[*Attention Is Always All You Need*](https://x.org)"),
    ("It generalizes.", "它的泛化能力，一般化的说法。"),
    ("A constraint", "一个约束"),
    ("It is just not enough.", "还差一点点。"),
    ("The new value is left whole.", "新值没有乘比例。"),
]


@pytest.mark.parametrize(("en", "zh", "word"), DIFFER)
def test_a_half_that_is_surer_is_found(en: str, zh: str, word: str) -> None:
    told = [each.en for each in hedges.differences(Text(en, zh))]
    assert told
    assert any(word in each for each in told), told


@pytest.mark.parametrize(("en", "zh"), AGREE)
def test_other_words_for_the_same_pass(en: str, zh: str) -> None:
    assert [each.en for each in hedges.differences(Text(en, zh))] == []


def test_each_kind_has_an_example_both_ways() -> None:
    """Found by its own words, and satisfied by them."""
    for kind in hedges.KINDS:
        both = [
            each
            for each in DIFFER
            if any(kind.called[lang] in told[lang] for told in told_of(each) for lang in ("en", "zh"))
        ]
        assert both, kind.called.en


def told_of(example: tuple[str, str, str]) -> list[Text]:
    """What is told of one of the pairs above."""
    return list(hedges.differences(Text(*example[:2])))


def test_lessons_quizzes_and_messages_are_held_to_it(tmp_path: Path) -> None:
    path = tmp_path / "messages.toml"
    path.write_text('[full]\nen = "It is full."\nzh = "也许满了。"\n', "utf-8")
    (told,) = bilingual.problems(path)
    assert told.en.endswith("Chinese says '也许' (perhaps), and English nothing like it. Say as much in both.")
    lesson = tmp_path / "lesson.md"
    quiz = ":::: en quiz why\nIs it?\n\n- [x] Yes\n  > Always.\n- [ ] No\n  > So.\n::::\n"
    quiz += ":::: zh\n是吗？\n\n- [x] 是\n  > 是的。\n- [ ] 不\n  > 对。\n::::\n"
    code = '```python\nset_language("{lang}")\n```\n\n```python\nquiz("x")\n```\n'
    lesson.write_text(f":::: en\nPerhaps.\n::::\n:::: zh\n会。\n::::\n\n{code}\n{quiz}", "utf-8")
    assert sum("Say as much" in each.en for each in bilingual.problems(lesson, {})) == 1
