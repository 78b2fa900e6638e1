"""A learner's copy of a skeleton is in the reader's language alone; in whichever, it is the same skeleton."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from course.authoring import skeletons
from course.cli import main
from course.learner import folder
from course.learner.copies import mark
from course.learner.spoken import CHINESE, check, editions, in_language
from course.system import workspace
from course.text import LANGS, CourseError, Lang, set_language
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SKELETONS = {topic.stem: skeletons.skeleton(topic.solution.read_text("utf-8")) for topic in topics()}
SGD = SKELETONS["sgd"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def docstrings(text: str) -> list[str]:
    nodes = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
    ]
    return [ast.get_docstring(node) or "" for node in nodes]


def bare(text: str) -> str:
    """The Python of a file without its docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            del node.body[0]
    return ast.dump(tree)


@pytest.mark.parametrize("stem", SKELETONS)
def test_every_skeleton_is_two_whole_texts(stem: str) -> None:
    both = SKELETONS[stem]
    check(both)
    english, chinese = (in_language(both, lang) for lang in LANGS)
    assert bare(english) == bare(chinese) == bare(both)
    assert not CHINESE.search(english)
    assert all(CHINESE.search(each) for each in docstrings(chinese))
    for text in (english, chinese):
        assert text.count("# TODO") == text.count("    def ")
        assert text.index("# TODO") < 0.8 * both.index("# TODO")
        formulas = [line for line in both.split("\n") if re.match(r" {8}.*(_t|regret) = ", line)]
        assert formulas
        assert [line for line in text.split("\n") if line in formulas] == formulas
    assert len(set(editions(both))) == 3


def test_a_line_keeps_what_both_languages_share() -> None:
    chinese = in_language(SGD, "zh")
    assert '        """走一步。' in chinese
    assert "            grad：梯度，形状与参数相同。" in chinese
    assert "            `(new_param, new_state)`；`param` 和 `grad` 保持不变。" in chinese
    assert "        # TODO: 写出这一部分，然后删掉下一行" in chinese


WRONG = {
    "no Chinese part": (SGD[SGD.index("    随机梯度下降（") : SGD.index('    """\n\n    lr')], ""),
    "Chinese among the English": ("Paper: Robbins", "论文 Paper: Robbins"),
    "more Chinese among it": ("Where torch deviates", "差别 Where torch deviates"),
    "an argument that one language leaves out": ("        weight_decay：权重衰减系数 λ（L2），λ ≥ 0。\n", ""),
    "a line without its English": ("Take one step · 走一步", "走一步"),
    "a line with both and no dot": ("Take one step · 走一步", "Take one step 走一步"),
    "a line twice in English": ("Take one step · 走一步", "Take one step · Take a step"),
    "the other way round": ("Take one step · 走一步", "走一步 · Take one step"),
    "no docstring": (SGD[SGD.index('    r"""') : SGD.index("    lr: float")], ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_two_texts_is_refused(name: str) -> None:
    old, new = WRONG[name]
    assert old in SGD
    with pytest.raises(CourseError) as caught:
        check(SGD.replace(old, new))
    assert caught.value.text.zh


def test_a_solution_that_does_not_split_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeletons, "skeleton", lambda text: text.replace("Take one step · ", ""))
    with pytest.raises(CourseError, match=r"solutions/\w+\.py, line \d+ is not in one language"):
        skeletons.outputs()


def test_another_way_to_write_it_is_as_good() -> None:
    text = SGD.replace('    r"""Stoch', '    """Stoch').replace("# TODO", "# a remark · 说明\n        # TODO", 1)
    check(text)
    assert "# 说明\n" in in_language(text, "zh")
    assert '    """随机' in in_language(text, "zh")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(workspace, "checkout", lambda: None)
    monkeypatch.setattr(workspace, "data", lambda name: workspace.ROOT / name)
    monkeypatch.delenv("COURSE_LEARNER", raising=False)
    monkeypatch.chdir(tmp_path)
    folder.init(tmp_path / "mine", SKELETONS)
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def test_what_nobody_has_begun_follows_the_reader_and_what_somebody_has_stays(root: Path) -> None:
    begun, other = root / "course/optim/adam.py", root / "course/optim/sgd.py"
    assert other.read_text("utf-8") == in_language(SGD, "en")
    mine = begun.read_text("utf-8").replace("raise NotImplementedError", "return {}", 1)
    begun.write_text(mine, "utf-8")
    for lang in ("zh", "en", "zh"):
        set_language(lang)
        update = folder.init(None, SKELETONS)
        assert (update.exercises, update.aside, update.written) == ([], [], len(SKELETONS) - 1)
        assert other.read_text("utf-8") == in_language(SGD, lang)
        assert begun.read_text("utf-8") == mine
        assert folder.init(None, SKELETONS).written == 0
    newer = {**SKELETONS, "adam": f"{SKELETONS['adam']}# newer\n"}
    assert folder.init(None, newer).exercises == ["adam"]
    assert folder.init(None, newer).exercises == []


def test_what_was_handed_out_in_both_languages_is_no_older(root: Path) -> None:
    """A folder that an older course has made: one file is untouched, one is begun."""
    untouched, begun = root / "course/optim/sgd.py", root / "course/optim/adam.py"
    mine = SKELETONS["adam"].replace("raise NotImplementedError", "return {}", 1)
    record = folder._record(root)
    for file, stem, text in ((untouched, "sgd", SGD), (begun, "adam", mine)):
        file.write_text(text, "utf-8")
        record[f"course/optim/{stem}.py"] = mark(SKELETONS[stem].encode(), ".py")
    folder._write_record(root, record)
    update = folder.init(None, SKELETONS)
    assert (update.exercises, update.aside, update.written) == ([], [], 1)
    assert untouched.read_text("utf-8") == in_language(SGD, "en")
    assert begun.read_text("utf-8") == mine


@pytest.mark.parametrize("lang", LANGS)
def test_reset_speaks_the_reader_s_language(root: Path, monkeypatch: pytest.MonkeyPatch, lang: Lang) -> None:
    monkeypatch.setattr(workspace, "data", lambda name: workspace.ROOT / name)
    set_language(lang)
    file = root / "course/optim/sgd.py"
    file.write_text("x = 1\n", "utf-8")
    assert main(["reset", "sgd"]) == 0
    assert file.read_text("utf-8") == in_language(SGD, lang)
