"""Every notebook runs from top to bottom under nbval, with the skeletons untouched or with the solutions in place.

The code of a lesson is the same in both languages. So each is run once here, in Chinese, on a machine that may have no
Chinese font, one lesson with the skeletons and the next one with the solutions; its networks take three steps each. As
a reader runs them, to the end, all are run by `make test FULL=1`, here in both languages and both states; some in the
browser always (`tests/browser/test_every_lesson.py`), solved.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from course.system.workspace import ROOT
from course.text import LANGS, Lang
from course.topic import FOLDER
from tests.bare import without_fonts
from tests.learner import filled
from tests.lessons import shown

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.split("stem")  # what one state of a lesson trains, the other one need not


def claims(stem: str) -> tuple[str, ...]:
    """What people say about a topic, by the ids that a lesson's verdicts carry; one claim may be tested in parts."""
    told = tomllib.loads((FOLDER / stem / "topic.toml").read_text("utf-8"))
    return tuple(told.get("claims", ()))


COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""IPython paints its tracebacks."""


def run(
    notebook: str | Path,
    learner: Path,
    notes: Path,
    *,
    trained: Path | None = None,
    bare: Path | None = None,
    short: bool = False,
    cell_seconds: int = 180,
) -> list[dict[str, Any]]:
    """Run a notebook under nbval in a process of its own; the first cell that fails fails the test, and is shown.

    Args:
        notebook: its file.
        learner: the folder with the learner's files.
        notes: a file for the outputs.
        trained: where contests keep what they have trained; None: where they do for all tests.
        bare: where what hides the machine's fonts is kept, for other runs, too; None: beside the notes.
        short: whether networks are trained for three steps only.
        cell_seconds: after so long a cell counts as hanging; nbval does not notice when its kernel dies.

    Returns:
        For each code cell its source, outputs, and seconds; and the kilobytes of the run's largest process.

    """
    command = [
        *(sys.executable, "-m", "pytest", "--nbval-lax", "-p", "nbval.plugin", "-p", "tests.lessons.nbval_outputs"),
        *("-p", "tests.lessons.strict_kernel"),
        *(("-p", "tests.lessons.short_training") if short else ()),
        *("-p", "no:cacheprovider", "-q", "-x", f"--nbval-cell-timeout={cell_seconds}", str(notebook)),
    ]
    # The reader's language is the notebook's own; the system's must not matter.
    env = {**os.environ, "COURSE_LEARNER": str(learner), "NBVAL_OUTPUTS": str(notes), "COURSE_LANG": "en"}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # which takes seconds, and nbval is all it needs
    env |= without_fonts(bare or notes.parent)  # where a chart complains of nothing, it complains nowhere
    if trained is not None:
        env["COURSE_TRAINED"] = str(trained)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=600, check=False)
    cells: list[dict[str, Any]] = json.loads(notes.read_text("utf-8")) if notes.exists() else []
    for number, cell in enumerate(cells, start=1):
        if cell["error"]:
            told = shown.told(number, cell["source"], COLOURS.sub("", cell["error"]), cell["outputs"])
            pytest.fail(f"{notebook}, {told}", pytrace=False)
    if done.returncode:  # and no cell is to blame: there was no kernel, say
        pytest.fail(f"{notebook} did not run:\n{done.stdout[-3000:]}{done.stderr[-3000:]}", pytrace=False)
    return cells


@pytest.mark.parametrize("stem", shown.stems())
def test_a_lesson_tests_every_claim(stem: str) -> None:
    """Its own, and perhaps another's: once, whole ("mom-1") or in all parts ("mom-2 · 1/3", "… 2/3", "… 3/3")."""
    parts: dict[str, list[str]] = {}
    for each in shown.claims_of(stem):
        claim, _, part = each.partition(" · ")
        parts.setdefault(claim, []).append(part)
    assert set(claims(stem)) <= set(parts) <= {claim for each in shown.stems() for claim in claims(each)}
    for claim, found in parts.items():
        expected = [f"{n}/{len(found)}" for n in range(1, len(found) + 1)] if len(found) > 1 else [""]
        assert sorted(found) == expected, claim


def test_widgets_are_recognised() -> None:
    for call in ("pushed_box(mu=0.5)", 'descent("momentum")', 'hint("momentum")', 'x = 1\nquiz("?")'):
        assert shown.makes_widget(call), call
    for call in ('check("momentum")', "x = quiz(1)", "1 + 1", "", "print(1)"):
        assert not shown.makes_widget(call), call


STATES = ("untouched", "solved")


def seen(stem: str, lang: Lang, state: str, folder: Path, bare: Path, *, short: bool = False) -> list[dict[str, Any]]:
    """Run a lesson; what it does not show, and should, fails the test."""
    (folder / "room").mkdir()
    learner = filled(folder / "room", solved=state == "solved")
    cells = run(f"lessons/{lang}/{stem}.ipynb", learner, folder / "notes.json", bare=bare, short=short)
    found = shown.problems(stem, lang, [cell["outputs"] for cell in cells], solved=state == "solved")
    if found:
        pytest.fail(f"lessons/{lang}/{stem}.ipynb, " + "\n\n".join(found), pytrace=False)
    return cells


@pytest.mark.parametrize(("stem", "state"), list(zip(shown.stems(), itertools.cycle(STATES), strict=False)))
def test_a_notebook_runs(stem: str, state: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert seen(stem, "zh", state, tmp_path, tmp_path_factory.getbasetemp(), short=True)


@pytest.mark.full
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("stem", shown.stems())
def test_a_notebook_runs_to_the_end_of_each_training(
    stem: str, lang: Lang, state: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import resource  # POSIX has it

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cells = seen(stem, lang, state, tmp_path, tmp_path_factory.getbasetemp())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    seconds, largest = sum(cell["seconds"] for cell in cells), cells[0]["largest"]
    print(f"{stem}, {lang}, {state}: {seconds:.1f} s, of processor time {used:.1f} s, {largest / 1024:.0f} MB")
    assert used < shown.SECONDS
    assert 0 < largest < shown.KILOBYTES


class Bare(ast.NodeTransformer):
    """A cell without its words: what is left must be the same in both languages. `words` has what was taken out."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, str):
            return node
        self.words.append(node.value)
        return ast.Constant("")

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.FormattedValue:
        return ast.FormattedValue(self.visit(node.value), node.conversion, node.format_spec)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        self.words.append("…".join(str(each.value) for each in node.values if isinstance(each, ast.Constant)))
        return ast.JoinedStr([self.visit(each) for each in node.values if not isinstance(each, ast.Constant)])


def bare(source: str) -> tuple[str, list[str]]:
    """What a cell does, and the strings in it."""
    words = Bare()
    return ast.dump(words.visit(ast.parse(source))), words.words


@pytest.mark.parametrize("stem", shown.stems())
def test_the_code_is_the_same_in_both_languages(stem: str) -> None:
    """As committed, but for words that are Chinese in one and English in the other: so no notebook has to run twice."""
    en, zh = (
        [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]  # type: ignore[no-untyped-call]
        for path in (ROOT / f"lessons/{lang}/{stem}.ipynb" for lang in LANGS)
    )
    assert len(en) == len(zh)
    for ours, theirs in zip(en, zh, strict=True):
        (does, english), (also_does, chinese) = bare(ours), bare(theirs)
        assert does == also_does, theirs
        for one, other in zip(english, chinese, strict=True):
            assert one == other or (one, other) == LANGS or CHINESE.search(other), other
            assert not CHINESE.search(one), one
    assert "\n".join(zh).count('set_language("zh")') == 1
    assert "\n".join(en).count('"en"') == 1, "code that asks for a language, not for the reader's"
    assert "zh=" not in "\n".join(en + zh)


CHINESE = re.compile("[\u3400-\u9fff\uff00-\uffef]")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("print(f'步 {a:.1f}', 'x')", True),
        ("print(f'步 {b:.1f}', 'x')", False),
        ("print(f'步 {a:.2f}', 'x')", False),
        ("print(f'步 {a:.1f}')", False),
    ],
)
def test_code_is_compared_without_its_words(other: str, *, same: bool) -> None:
    assert (bare("print(f'step {a:.1f}!', 'x')")[0] == bare(other)[0]) is same


def written(path: Path, *sources: str) -> Path:
    """A notebook of these code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])  # type: ignore[no-untyped-call]
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return path


def test_a_failing_cell_is_shown_and_nothing_else(tmp_path: Path) -> None:
    """Its source, its output and its error; neither the cells around it nor pytest's own lines."""
    path = written(tmp_path / "n.ipynb", "first = 1", "print('here')\nrate = first / 0", "print('never')")
    with pytest.raises(pytest.fail.Exception) as failed:
        run(path, tmp_path, tmp_path / "notes.json")
    said = str(failed.value)
    assert said.startswith(f"{path}, code cell 2\nprint('here')\nrate = first / 0\n-- its output --\nhere\n")
    assert said.endswith("ZeroDivisionError: division by zero")
    assert not any(word in said for word in ("never", "====", "\x1b", "site-packages", "first = 1", "nbval"))
    assert len(said.splitlines()) < 20


def test_a_cell_that_hangs_is_shown(tmp_path: Path) -> None:
    path = written(tmp_path / "n.ipynb", "import time\ntime.sleep(100)")
    with pytest.raises(pytest.fail.Exception, match=r"code cell 1\nimport time\ntime.sleep\(100\)\n"):
        run(path, tmp_path, tmp_path / "notes.json", cell_seconds=1)


def test_a_notebook_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text("{", "utf-8")
    with pytest.raises(pytest.fail.Exception, match=r"n\.ipynb did not run:\n(.*\n)*.*JSON"):
        run(tmp_path / "n.ipynb", tmp_path, tmp_path / "notes.json")


STEM = "sgd"


def outputs(lang: Lang, *, solved: bool) -> shown.Outputs:
    """Outputs in which nothing is missing: of every cell a widget and all that has to be said."""
    words = [shown.SAME_RULE[lang]] if solved else list(shown.NOT_WRITTEN[lang])
    words += [f"{claim}: {'holds' if lang == 'en' else '成立'}" for claim in shown.claims_of(STEM)]
    text = {"output_type": "stream", "name": "stdout", "text": "\n".join(words)}
    return [[{"output_type": "display_data", "data": {shown.WIDGET: {}}}, text] for _ in shown.sources_of(STEM)]


@pytest.mark.parametrize("solved", [False, True])
@pytest.mark.parametrize("lang", LANGS)
def test_what_a_lesson_must_show_is_asked_for(lang: Lang, *, solved: bool) -> None:
    assert shown.problems(STEM, lang, outputs(lang, solved=solved), solved=solved) == []
    other = shown.problems(STEM, lang, outputs(lang, solved=not solved), solved=solved)
    assert len(other) == 3, other  # the two sentences of a skeleton and the one of a solution

    short = outputs(lang, solved=solved)[1:]
    assert "have outputs" in shown.problems(STEM, lang, short, solved=solved)[0]

    silent = outputs(lang, solved=solved)
    for cell in silent:
        cell[1]["text"] = cell[1]["text"].replace(shown.claims_of(STEM)[0] + ":", "")
    assert shown.problems(STEM, lang, silent, solved=solved) == [f"no verdict on {shown.claims_of(STEM)[0]}"]

    plain = outputs(lang, solved=solved)
    at = next(number for number, source in enumerate(shown.sources_of(STEM)) if shown.makes_widget(source))
    plain[at] = plain[at][1:]
    (found,) = shown.problems(STEM, lang, plain, solved=solved)
    assert found.startswith(f"code cell {at + 1}\n{shown.sources_of(STEM)[at]}\n-- its output --")
    assert found.endswith("no widget is shown")


@pytest.mark.parametrize(
    ("shows", "english"),
    [
        ({"text": "t = 1   loss 0.5\n"}, "loss"),
        ({"data": {"text/html": "<p style='color: red'>训练 <b>steps</b></p>"}}, "steps"),
        ({"data": {"text/html": '<svg aria-label="loss by step"><text>损失</text></svg>'}}, "loss by step"),
        ({"data": {"text/html": "<svg><text>mean loss</text></svg>"}}, "loss"),
        ({"data": {"text/plain": "'untuned'"}}, "untuned"),
        (
            {"text": "SGD+momentum   lr = 0.1   μ   RMSprop, alpha=0.9   mom-1   1e-06   course/optim/adam.py   GPU\n"},
            "",
        ),
        ({"data": {"text/html": "<p>见 <code>state of the art</code>、《On the Importance》与 Sutskever</p>"}}, ""),
        ({"data": {"text/html": "<b>损失</b>", "text/plain": "Card(claim)"}}, ""),
        ({"data": {shown.WIDGET: {}, "text/plain": "VBox(children=(HTML(value='x'),))"}}, ""),
    ],
)
def test_english_in_a_chinese_notebook_is_found(shows: dict[str, Any], english: str) -> None:
    wordy = outputs("zh", solved=False)
    wordy[0].append({"output_type": "display_data", "name": "stdout"} | shows)
    found = shown.problems(STEM, "zh", wordy, solved=False)
    assert [each.rsplit(": ", 1)[1] for each in found] == ([english] if english else [])
    assert shown.problems(STEM, "en", outputs("en", solved=False), solved=False) == []


def test_a_warning_on_standard_error_is_shown_with_its_cell() -> None:
    loud = outputs("zh", solved=False)
    loud[0].append({"output_type": "stream", "name": "stderr", "text": "UserWarning: Glyph 24178 missing"})
    (found,) = shown.problems(STEM, "zh", loud, solved=False)
    assert found.startswith(f"code cell 1\n{shown.sources_of(STEM)[0]}")
    assert found.endswith("standard error says:\nUserWarning: Glyph 24178 missing")
