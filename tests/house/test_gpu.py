"""`make gpu`: which tests it runs, what it says where there is no GPU, and the table that it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import torch

from course.system.workspace import ROOT
from course.topic import topics
from tests import gpu
from tests.lessons.test_gpu_cells import WITH_GPU_CELL

if TYPE_CHECKING:
    from pathlib import Path


def python(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run this Python in the checkout, its pytest without other plugins, as on a machine that only has torch."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_it_runs_the_rules_the_cells_and_a_training() -> None:
    ran = python("-m", "tests.gpu", "--list")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    listed = {line.split("::")[1] for line in ran.stdout.splitlines() if "::" in line}
    rules = {
        f"test_cuda_gives_numpys_numbers[{topic.stem}-{kind}]"
        for topic in topics("rule")
        for kind in ("defaults", "busy")
    }
    cells = {f"test_a_gpu_cell_runs[{stem}-cuda]" for stem in WITH_GPU_CELL}
    assert len(cells) > len(topics("rule"))
    assert listed == rules | cells | {"test_a_rule_trains_on_a_gpu"}


def test_no_gpu_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu.main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    en, zh = said.err.splitlines()
    assert en.startswith(f"There is no GPU here: torch {torch.__version__}")
    assert zh.startswith("这里没有 GPU")


def test_what_a_python_lacks_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(gpu, "NEEDED", ("torch", "no_such_module"))
    assert gpu.main([]) == 2
    en, zh = capsys.readouterr().err.splitlines()
    assert "lacks no_such_module." in en
    assert "缺少 no_such_module。" in zh


RESULTS = """
import pytest

@pytest.mark.gpu
def test_right():
    pass

@pytest.mark.gpu
def test_wrong():
    assert False

@pytest.fixture
def broken():
    raise OSError

@pytest.mark.gpu
def test_broken(broken):
    pass

def test_not_asked_for():
    pass
"""
DRIVER = """
import sys
from pathlib import Path
import torch
from tests import gpu
torch.cuda.is_available, torch.cuda.get_device_name = lambda: True, lambda: "Some GPU"
gpu.TESTS = Path(sys.argv[1])
sys.exit(gpu.main([]))
"""


PASSING = RESULTS.split("@pytest.mark.gpu\ndef test_wrong", maxsplit=1)[0]


@pytest.mark.parametrize(("text", "status"), [(RESULTS, 1), (PASSING, 0)], ids=["failing", "passing"])
def test_one_table_is_printed(tmp_path: Path, text: str, status: int) -> None:
    """With a test for each outcome, in place of ours; the status says whether all passed."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_sample.py").write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = gpu\n", "utf-8")
    ran = python("-c", DRIVER, tmp_path / "tests")
    assert ran.returncode == status, ran.stdout + ran.stderr
    table = ran.stdout.splitlines()[-(5 if status else 3) :]
    rows = [line.split() for line in table[:-1]]
    assert rows[0] == ["test", "device", "result", "seconds"]
    found = {row[0].split("::")[1]: (" ".join(row[1:3]), row[3]) for row in rows[1:]}
    assert found["test_right"] == ("Some GPU", "passed")
    if status:
        assert found["test_wrong"] == found["test_broken"] == ("Some GPU", "failed")
    assert table[-1] == ("1 passed, 2 failed" if status else "1 passed, 0 failed")
