"""What a lesson's cells ask for by name: how figures are filled in, and what does not fit between cells and words."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.authoring import notebooks, wording
from course.lesson.source import read
from course.lesson.words import fields, fill
from course.system.workspace import ROOT
from course.text import LANGS, Text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("template", "figures", "en", "zh"),
    [
        ("{a}, {b[0.9]:.1f}", {"a": 3, "b": {0.9: 2.25}}, "3, 2.2", "3, 2.2"),
        ("{b[SGD+momentum][-1]:,}", {"b": {"SGD+momentum": [1, 12345]}}, "12,345", "12,345"),
        ("{b[64, 't = 0']}", {"b": {(64, "t = 0"): 7}}, "7", "7"),
        ("{a} {b}", {"a": True, "b": np.bool_(False)}, "✓ ✗", "✓ ✗"),  # noqa: FBT003 - numpy's own
        ("{a}", {"a": None}, "–", "–"),
        ("{a}", {"a": Text(en="one", zh="一")}, "one", "一"),
        ("{a:list}", {"a": [0.1, "SGD", 3]}, "0.1, SGD, 3", "0.1、SGD、3"),
        ("{a:and}", {"a": ["SGD", "Adam"]}, "SGD and Adam", "SGD 和 Adam"),
        ("{a:list}", {"a": []}, "–", "–"),
        ("{{x}} {a:g}", {"a": np.float64(0.5)}, "{x} 0.5", "{x} 0.5"),
    ],
)
def test_figures_are_filled_in(template: str, figures: dict[str, Any], en: str, zh: str) -> None:
    assert [fill(template, lang, figures) for lang in LANGS] == [en, zh]


@pytest.mark.parametrize("template", ["{}", "{0}", "{a.b}", "{a!r}", "{a() }", "{a"])
def test_a_field_is_a_figure_or_a_part_of_one(template: str) -> None:
    with pytest.raises(ValueError, match=r"not a field|expected"):
        list(fields(template))
    assert [root for root, _ in fields("{a[0]:.1f} {b} {a}")] == ["a", "b", "a"]


GOOD = """```python
set_language("{lang}")
conclude("STEM", "x-1", "holds", a=1, b=[2])
conclude("STEM", "x-2", "holds when" if images else "not decided", a=1, b=[2])
outcome = "holds" if images else "not decided"
conclude("STEM", "x-3", outcome)
say(images.compare(a, b))
so = sentence("STEM", "yes" if a else "no")
```

:::: en sentence x-1
It is {a} and {b[0]}.
::::
:::: zh
是 {a} 和 {b[0]}。
::::

:::: en sentence x-2
It is {a}.
::::
:::: zh
是 {a}。
::::

:::: en sentence x-2 when
there are {b[0]}
::::
:::: zh
有 {b[0]} 个
::::

:::: en sentence x-2 effect
a difference of {b[0]:.1f} would have shown
::::
:::: zh
{b[0]:.1f} 的差别才看得出来
::::

:::: en sentence x-3
So it is.
::::
:::: zh
正是。
::::

:::: en sentence x-3 effect
a few would have shown
::::
:::: zh
几个就看得出来
::::

:::: en sentence yes
Yes.
::::
:::: zh
是。
::::

:::: en sentence no
No.
::::
:::: zh
否。
::::
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("b=[2]", "c=[2]", 3, "other figures than the sentence needs: b, c"),
        (", b=[2]", "", 3, "needs: b"),
        ('"x-1", "holds"', '"x-9", "holds"', 3, "no `:::: en sentence x-9`"),
        ('"yes" if', '"maybe" if', 8, "no `:::: en sentence maybe`"),
        ('"STEM", "x-1"', '"adam", "x-1"', 3, "of its own lesson"),
        ("so = sentence", "so = other", 53, "no cell asks for the sentence yes"),
        ("{b[0]}.", "{b.real}.", 12, "a field in braces"),
        ("sentence x-2 when", "sentence x-2 if", 4, "no `:::: en sentence x-2 when`"),
        ('"holds when" if', '"holds" if', 25, "no cell asks for the sentence x-2 when"),
        ("sentence x-3 effect", "sentence x-3 power", 6, "no `:::: en sentence x-3 effect`"),
        (
            'images else "not decided"\nc',
            'images else "does not hold"\nc',
            46,
            "no cell asks for the sentence x-3 effect",
        ),
        ('conclude("STEM", "x-3", outcome)', 'conclude("STEM", "x-3", "holds")', 46, "no cell asks for"),
    ],
)
def test_cells_and_sentences_fit(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    path = tmp_path / "sample.md"
    path.write_text(GOOD, "utf-8")
    assert list(wording.problems(path, "STEM", read(path))) == []
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    found = list(wording.problems(path, "STEM", read(path)))
    assert any(each.en.startswith(f"sample.md:{line}: ") and says in each.en for each in found), found


PREDICTED = """\
:::: en predict sooner
Which?

- [ ] a
  > b
- [x] c
  > d
::::
:::: zh
哪个？

- [ ] 甲
  > 乙
- [x] 丙
  > 丁
::::

```python
predict("STEM", "sooner", experiment())
```

```python
predictions("STEM")
```
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('predict("STEM", "sooner"', 'predict("STEM", "later"', 1, "does not ask for this prediction"),
        ('predict("STEM"', 'predict("adam"', 1, "does not ask for this prediction"),
        ("predict(", "other(", 1, "does not ask for this prediction"),
        ('predictions("STEM")', 'predict("STEM", "sooner", again())', 23, "is not right above"),
        ('predictions("STEM")', "1 + 1", 1, "no cell shows how they turned out"),
    ],
)
def test_cells_and_predictions_fit(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    path = tmp_path / "sample.md"
    path.write_text(PREDICTED, "utf-8")
    assert list(wording.problems(path, "STEM", read(path))) == []
    path.write_text(PREDICTED.replace("experiment()", 'made(\n    "x",\n)'), "utf-8")
    assert list(wording.problems(path, "STEM", read(path))) == []
    assert old in PREDICTED
    path.write_text(PREDICTED.replace(old, new, 1), "utf-8")
    found = list(wording.problems(path, "STEM", read(path)))
    assert any(each.en.startswith(f"sample.md:{line}: ") and says in each.en for each in found), found


def test_what_is_committed_is_what_is_built() -> None:
    made = wording.outputs()
    for path, text in made.items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path} is not what its source makes: run `course build`"
    kept = {path.relative_to(ROOT) for path in (ROOT / "course" / "topics").glob("*/words.json")}
    assert kept == set(made), "words without a source"
    assert len(made) == len(notebooks.sources()) - 1, "all but the index ask something"


WITHOUT_PARSER = """
import sys
sys.modules |= dict.fromkeys(("markdown_it", "mdit_py_plugins"))
from course.cli import main
from course.lab import conclude, quiz
quiz("momentum", "step-11")
print(conclude("momentum", "mom-1", "holds", delay={0.0: 1, 0.9: 6, 0.99: 17}))
sys.exit(main(["build"]))
"""


def test_a_learner_needs_no_parser_of_lessons() -> None:
    """Quizzes and verdicts work without it; what does not work is a sentence."""
    command = [sys.executable, "-W", "error", "-c", WITHOUT_PARSER]
    env = {**os.environ, "COURSE_LANG": "en"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert "mom-1: holds · Plain SGD moves back at step 1" in done.stdout
    assert done.returncode == 2
    assert "`git checkout -- lessons`" in done.stderr
    assert "Traceback" not in done.stderr
