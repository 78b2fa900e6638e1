"""What CI runs, and that nothing is skipped there for want of a tool."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course.syllabus import ROOT

SKIPPING = """
import pytest

def test_tool():
    pytest.skip("no browser on PATH")

@pytest.mark.skipif(True, reason="needs a CUDA GPU")
def test_gpu():
    pass

@pytest.mark.xfail
def test_expected():
    assert False
"""


@pytest.mark.parametrize(("ci", "outcome"), [("", "2 skipped, 1 xfailed"), ("true", "1 failed, 1 skipped, 1 xfailed")])
def test_in_ci_only_a_gpu_may_be_missing(tmp_path: Path, ci: str, outcome: str) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "test_skipping.py"],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert outcome in ran.stdout
    assert ("no browser on PATH" in ran.stdout) == bool(ci)


def test_no_file_names_a_machine_or_a_registry_but_binders_requirements() -> None:
    """PyTorch's index of CPU builds stands in one file; no other package host and no machine's folder in any."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    # In pieces, so that this file does not find itself.
    hosts = re.compile(
        "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "/opt" + "/wheels"])
    )
    index = re.compile("download" + r"\.pytorch\.org")
    found = {"host": set[str](), "index": set[str]()}
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".npz"} or not path.is_file():
            continue
        text = path.read_text("utf-8")
        if hosts.search(text):
            found["host"].add(name)
        if index.search(text):
            found["index"].add(name)
    assert found["host"] == set()
    assert found["index"] == {"binder/requirements.txt"}
