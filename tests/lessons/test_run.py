"""Every notebook runs from top to bottom under nbval, with the skeletons untouched and with the solutions in place."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from course.authoring import notebooks, skeletons
from course.lab.claims import _LOOK
from course.syllabus import ROOT, topics
from course.text import LANGS, Lang

if TYPE_CHECKING:
    from pathlib import Path

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 60.0
"""Of processor time, which hardly depends on what else the machine is doing; the kernel works on one core."""


def room(folder: Path, state: str) -> Path:
    """A learner's room of its own: the files of whoever runs the tests are neither read nor changed."""
    for topic in topics():
        solution = topic.solution.read_text("utf-8")
        (folder / f"{topic.stem}.py").write_text(
            solution if state == "solved" else skeletons.skeleton(solution), "utf-8"
        )
    return folder


def run(stem: str, lang: Lang, learner: Path, notes: Path) -> list[dict[str, Any]]:
    """Run the notebook under nbval in a process of its own and return what its cells put out."""
    command = [
        *(sys.executable, "-m", "pytest", "--nbval-lax", "-p", "tests.lessons.nbval_outputs"),
        *("-p", "no:cacheprovider", "-q", f"lessons/{lang}/{stem}.ipynb"),
    ]
    # The reader's language is the notebook's own; the system's must not matter.
    env = {**os.environ, "COURSE_LEARNER": str(learner), "NBVAL_OUTPUTS": str(notes), "COURSE_LANG": "en"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    cells: list[dict[str, Any]] = json.loads(notes.read_text("utf-8"))
    return cells


def said(cell: dict[str, Any]) -> str:
    """Everything a cell shows as text or HTML."""
    parts = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        parts.append(output.get("text", "") + "".join(data.get("text/html", "")) + "".join(data.get("text/plain", "")))
    return "\n".join(parts)


@pytest.mark.parametrize("state", ["untouched", "solved"])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("stem", [path.stem for path in notebooks.sources()])
def test_a_notebook_runs(stem: str, lang: Lang, state: str, tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    learner = room(tmp_path / "room", state)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cells = run(stem, lang, learner, tmp_path / "notes.json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    source = [cell for cell in notebooks.read(notebooks.LESSONS / f"{stem}.md") if isinstance(cell, notebooks.Code)]
    assert len(cells) == len(source)

    # Widgets are made by the real library: each of these cells shows a view of a living model.
    for cell, code in zip(cells, source, strict=True):
        if code.source.startswith(("pushed_box(", "descent(", "hint(", "quiz(")):
            assert any(WIDGET in output.get("data", {}) for output in cell["outputs"]), code.source
    assert not any(output.get("name") == "stderr" for cell in cells for output in cell["outputs"])

    everything = "\n".join(said(cell) for cell in cells)
    words = {"en": ("not implemented yet", "is not written yet"), "zh": ("尚未实现", "还没有写")}[lang]
    same_rule = {"en": "the same rule", "zh": "是同一个规则"}[lang]
    if state == "untouched":
        assert all(word in everything for word in words)
        assert same_rule not in everything
    else:
        assert not any(word in everything for word in words)
        assert same_rule in everything
    verdicts = [outcome[lang] for _, _, outcome in _LOOK.values()]
    for claim in ("mom-1", "mom-2 · 1/3", "mom-2 · 2/3", "mom-2 · 3/3", "mom-3", "mom-4") if stem == "momentum" else ():
        assert any(f"{claim}: {word}" in everything for word in verdicts), claim

    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    print(f"{stem}, {lang}, {state}: {sum(cell['seconds'] for cell in cells):.1f} s, of processor time {used:.1f} s")
    assert used < SECONDS
