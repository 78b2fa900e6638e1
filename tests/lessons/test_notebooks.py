"""The builder: what it makes, that it makes it the same every time, and what it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course.authoring import notebooks
from course.authoring.navigation import with_links
from course.lesson.source import Prediction, Prose, Quiz, Sentence, code, read
from course.system.workspace import ROOT
from course.text import LANGS, CourseError, Text, width
from course.topic import lessons

GOOD = """<!-- A note
over two lines. -->

:::: en
# One
::::
:::: zh
# 一
::::

```python
set_language("{lang}")
```

:::: en
Some `code`:

```text
:::: not a fence here
```
::::
:::: zh
一些 `代码`：

```text
:::: 这里不是标记
```
::::

```python hide tags=gpu,slow
print(f"«rate|学习率» {1 + 1}")
```

:::: en quiz why
Why `x`?

- [ ] no
  > Not so.
- [x] yes
  > So, *exactly*:
  > so.
::::
:::: zh
为什么是 `x`？

- [ ] 否
  > 不是。
- [x] 是
  > 正是
  > 如此。
::::

:::: en sentence x-1
It is {a}.
::::
:::: zh
是 {a}。
::::
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sample.md"
    path.write_text(text, "utf-8")
    return path


PREDICTION = """\
:::: en predict sooner
Which is sooner, `a` or `b`?

- [ ] `a`.
  > It is not.
- [x] `b`.
  > It is.
::::
:::: zh
`a` 和 `b` 哪个更早？

- [ ] `a`。
  > 不是。
- [x] `b`。
  > 是的。
::::

```python
predict("sample", "sooner", experiment())
```
"""


def test_a_prediction_can_be_read_where_nothing_runs(tmp_path: Path) -> None:
    cells = read(written(tmp_path, GOOD + "\n" + PREDICTION))
    en, zh = (json.loads(notebooks.notebook("sample", cells, lang))["cells"] for lang in LANGS)
    asked = ["**Predict.** Which is sooner, `a` or `b`?", "", "- **A.** `a`.", "- **B.** `b`."]
    assert "".join(en[-2]["source"]).split("\n") == asked
    assert "".join(zh[-2]["source"]).split("\n")[::3] == ["**先猜一猜。** `a` 和 `b` 哪个更早？", "- **B.** `b`。"]
    assert "".join(en[-1]["source"]) == 'predict("sample", "sooner", experiment())'
    prediction = next(cell for cell in cells if isinstance(cell, Prediction))
    assert prediction.question.right.text.en == "`b`."


def test_both_notebooks_come_from_one_file(tmp_path: Path) -> None:
    cells = read(written(tmp_path, GOOD))
    en, zh = (json.loads(notebooks.notebook("sample", cells, lang)) for lang in ("en", "zh"))
    assert [cell["cell_type"] for cell in en["cells"]] == ["markdown", "code", "markdown", "code", "code"]
    assert "".join(en["cells"][0]["source"]) == "# One"
    assert "".join(zh["cells"][0]["source"]) == "# 一"
    assert "".join(en["cells"][1]["source"]) == 'set_language("en")'
    assert "".join(zh["cells"][1]["source"]) == 'set_language("zh")'
    assert ":::: not a fence here" in "".join(en["cells"][2]["source"])
    assert en["cells"][3]["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["gpu", "slow"]}
    assert [cell["id"] for cell in en["cells"]] == [cell["id"] for cell in zh["cells"]]
    assert "".join(en["cells"][3]["source"]) == 'print(f"rate {1 + 1}")'
    assert "".join(zh["cells"][3]["source"]) == 'print(f"学习率 {1 + 1}")'
    assert "".join(en["cells"][4]["source"]) == 'quiz("sample", "why")'
    assert en["cells"][4] == zh["cells"][4]
    assert en["cells"][4]["metadata"] == {"jupyter": {"source_hidden": True}}
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in (en["cells"][1], en["cells"][3]))
    assert zh["metadata"]["kernelspec"]["name"] == "python3"
    assert (en["metadata"]["course"]["lang"], zh["metadata"]["course"]["lang"]) == ("en", "zh")
    assert "title" not in en["metadata"]["course"], "no lesson of the syllabus"


def test_no_two_tabs_have_the_same_name_and_names_follow_the_syllabus() -> None:
    titles = {}
    for lang in LANGS:
        for lesson in lessons():
            book = json.loads((ROOT / f"lessons/{lang}/{lesson.stem}.ipynb").read_text("utf-8"))
            titles[lang, lesson.stem] = book["metadata"]["course"]["title"]
    assert len(set(titles.values())) == len(titles)
    for number, lesson in enumerate(lessons()[1:], start=1):
        assert titles["en", lesson.stem] == f"{number} · {lesson.title['en']}"
        assert titles["zh", lesson.stem] == f"第 {number} 课 · {lesson.title['zh']}"


def test_a_quiz_and_a_sentence_are_read(tmp_path: Path) -> None:
    *_, quiz, sentence = read(written(tmp_path, GOOD))
    assert isinstance(quiz, Quiz)
    assert quiz.name == "why"
    assert quiz.question.text == Text(en="Why `x`?", zh="为什么是 `x`？")
    wrong, right = quiz.question.answers
    assert (wrong.correct, right.correct) == (False, True)
    assert wrong.why == Text(en="Not so.", zh="不是。")
    assert right.why == Text(en="So, *exactly*: so.", zh="正是如此。")
    assert sentence == Sentence("x-1", Text(en="It is {a}.", zh="是 {a}。"), 54, 57)


COLUMNS = 96
"""What a cell shows without scrolling sideways in a window 1200 pixels wide, the file browser open."""


def test_code_is_formatted_and_fits_its_cell(tmp_path: Path) -> None:
    for path in notebooks.sources():
        for number, cell in enumerate(code(path.parent.name, read(path)), start=1):
            for lang in LANGS:
                source = cell.spoken(lang)
                (tmp_path / f"{path.parent.name}-{number:02}-{lang}.py").write_text(source + "\n", "utf-8")
                # Ruff breaks no strings, and a Chinese character is two columns wide in a code cell.
                wide = [line for line in source.splitlines() if width(line) > COLUMNS]
                assert wide == [], f"{path.parent.name}, code cell {number}"
    command = (sys.executable, "-m", "ruff", "format", "--diff", f"--line-length={COLUMNS}", "--isolated", "--no-cache")
    done = subprocess.run([*command, tmp_path], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_source_gives_the_same_bytes() -> None:
    assert notebooks.outputs() == notebooks.outputs()


def test_what_is_committed_is_what_is_built() -> None:
    made = notebooks.outputs()
    assert {path.as_posix() for path in made} >= {"lessons/en/momentum.ipynb", "lessons/zh/momentum.ipynb"}
    for path, text in made.items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path} is not what its source makes: run `course build`"
        nbformat.validate(nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]
    kept = {path.relative_to(ROOT) for lang in ("en", "zh") for path in (ROOT / "lessons" / lang).glob("*.ipynb")}
    assert kept == set(made), "a notebook without a source"


QUIZ = ":::: en quiz x\nWhy?\n\n{}\n::::\n:::: zh\n为什么？\n\n{}\n::::\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (":::: en\nOne\n::::\n", 1, "no partner"),
        (":::: zh\n一\n::::\n", 1, "no partner"),
        (":::: en\nOne\n::::\n```python\n1\n```\n:::: zh\n一\n::::\n", 1, "no partner"),
        (":::: en\nOne\n::::\n:::: en\nTwo\n::::\n", 1, "no partner"),
        (":::: en\n\n::::\n:::: zh\n一\n::::\n", 5, "empty"),
        (":::: en\nOne\n::::\n:::: zh\n一\n::::\n\nLost.\n", 8, "no block"),
        (":::: en\nOne\n::::\n:::: zh\n一\n", 4, "never closed"),
        (":::: en\nOne\n::::\n:::: zh\n一\n::::\n```python\n1 + 1\n", 7, "never closed"),
        ("```python folded\n1\n```\n", 1, "no option 'folded'"),
        ("```pyhton\n1\n```\n", 1, "no block"),
        (":::: en\nOne\n::::\n:::: zh\n一\n::::\n\n[a]: b\n", 8, "no block"),
        (":::: en\nOne\n:::: zh\n一\n::::\n", 3, "opens inside"),
        (":::: fr\nUn\n::::\n", 1, "no such block"),
        (":::: en quiz\nOne\n::::\n:::: zh\n一\n::::\n", 1, "no such block"),
        (":::: en poem x\nOne\n::::\n:::: zh\n一\n::::\n", 1, "no such block"),
        ("```python\nx = 'one'\ny = '«one'\n```\n", 3, "«English|中文»"),
        ("```python\ny = '«one|»'\n```\n", 2, "«English|中文»"),
        ("```python\ny = '«a|b|c»'\n```\n", 2, "«English|中文»"),
        (":::: en sentence x\nOne.\n\nTwo.\n::::\n:::: zh\n一。\n::::\n", 2, "one paragraph"),
        (":::: en sentence x\nA **bold** one.\n::::\n:::: zh\n一。\n::::\n", 2, "nothing but"),
        (":::: en sentence x\nOne.\n::::\n:::: zh\n一个 $x$。\n::::\n", 5, "nothing but"),
        (QUIZ.format("- [x] a\n  > b", "- [x] 甲\n  > 乙") * 2, 13, "occurs twice"),
        (QUIZ.format("", "- [x] 甲\n  > 乙"), 2, "ends with its answers"),
        (QUIZ.format("- [x] a", "- [x] 甲\n  > 乙"), 4, "with its reason"),
        (QUIZ.format("- a\n  > b", "- [x] 甲\n  > 乙"), 4, "an answer is"),
        (QUIZ.format("- [ ] a\n  > b", "- [ ] 甲\n  > 乙"), 2, "exactly one right"),
        (QUIZ.format("- [x] a\n  > b\n- [ ] a\n  > c", "- [x] 甲\n  > 乙\n- [ ] 丙\n  > 丁"), 2, "read alike"),
        (QUIZ.format("- [x] a\n  > b", "- [x] 甲\n  > 乙\n- [ ] 丙\n  > 丁"), 8, "other answers"),
        (QUIZ.format("- [x] a\n  > $b$", "- [x] 甲\n  > 乙"), 2, "not typeset"),
        (QUIZ.replace("quiz", "predict").format("- [x] a\n  > b", "- [x] 甲\n  > 乙"), 2, "two or three"),
        (QUIZ.format("- [x] a\n  > b\n- [ ] c\n  > d", "- [ ] 甲\n  > 乙\n- [x] 丙\n  > 丁"), 10, "other answers"),
    ],
)
def test_what_is_not_in_the_format_is_named_by_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(CourseError) as error:
        read(written(tmp_path, text))
    assert error.value.text.en.startswith(f"sample.md:{line}: ")
    assert error.value.text.zh.startswith(f"sample.md:{line}：")
    assert says in error.value.text.en


def linked(book: dict[str, Any], cell: int) -> list[str]:
    """Where one cell's links to notebooks lead."""
    return re.findall(r"\]\(((?:\.\./)?[\w./-]+)\.ipynb\)", "".join(book["cells"][cell]["source"]))


def test_every_lesson_leads_to_its_neighbours_and_to_the_other_language() -> None:
    made = {path: json.loads(text) for path, text in notebooks.outputs().items()}
    for lang, other in (LANGS, LANGS[::-1]):
        order = [each.stem for each in lessons()]
        for at, stem in enumerate(order):
            book = made[Path("lessons", lang, f"{stem}.ipynb")]
            around = [*order[max(1, at - 1) : at], *(["index"] if at else []), *order[at + 1 : at + 2]]
            assert linked(book, -1) == [*around, f"../{other}/{stem}"], stem
            assert linked(book, 0)[: len(around) + 1] == (
                [*around, f"../{other}/{stem}"] if at else [f"../{other}/index", order[1]]
            )
        assert linked(made[Path("lessons", lang, "index.ipynb")], 0)[1:] == order[1:], "all lessons, in teaching order"


def test_what_is_no_lesson_has_no_neighbours(tmp_path: Path) -> None:
    cells = read(written(tmp_path, GOOD))
    assert with_links("sample", cells) is cells


PAPERS = re.compile(r"^\*\*(?:Papers\.|论文。)\*\* .*", re.MULTILINE)
LINKED = re.compile(r"\[\*[^*]+\*\]\(https://[^\s)]+\)")
TITLE = re.compile(r"(?<![*])\*(?![*])([^*]+)\*(?![*])")


def bare(papers: str) -> list[str]:
    """The titles in a list of papers that are no links."""
    return TITLE.findall(LINKED.sub("", papers))


def test_papers_are_links() -> None:
    assert bare("**Papers.** [*Adam*](https://arxiv.org/abs/1412.6980), *AdamW*, [*SGD*](sgd.ipynb).") == [
        "AdamW",
        "SGD",
    ]
    lists = {
        (path, lang): found
        for path in notebooks.sources()
        for cell in read(path)
        if isinstance(cell, Prose)
        for lang in LANGS
        for found in PAPERS.findall(cell.text[lang])
    }
    assert {path.parent.name for path, _ in lists} == {each.stem for each in lessons()} - {"index"}
    unlinked = {(path.parent.name, title) for (path, _), found in lists.items() for title in bare(found)}
    assert unlinked == {("rmsprop", "Neural Networks for Machine Learning")}, "a course, of which one lecture is linked"
