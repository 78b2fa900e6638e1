"""`python -m tests.grading.wall.report`: what stands here and what gets out of it, for a test that runs this elsewhere.

Prints one line of JSON. The environment variable BAIT names the folder for the bait where no other can be written to.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from course.grading import sandbox, wall
from course.grading.judge import judge
from course.grading.wall import places
from course.system.workspace import ROOT
from course.topic import Topic
from tests.grading.wall import harness

KINDS = {"-".join(layers): layers for layers in (*harness.FULL, ("landlock",))}


def crowds(bait: harness.Bait, layers: tuple[str, ...]) -> bool:
    """Whether it is seen that a file makes thousands of files in memory."""
    source = "import os\nfor n in range(40000): os.close(os.open(f'{n}', os.O_CREAT | os.O_WRONLY))\nclass Rule: pass"
    return bait.run(layers, source=source).outcome.end == "files"


def main() -> None:
    """Judge a right and a wrong rule, then send the attempts behind each kind of wall that was asked for."""
    base = os.environ.get("BAIT")
    found = wall.standing()
    with tempfile.TemporaryDirectory(dir=base) as wrong:
        text = Topic.load("sgd").solution.read_text("utf-8")
        Path(wrong, "sgd.py").write_text(text.replace("self.lr * ", "2 * self.lr * "), "utf-8")
        statuses = [judge(Topic.load("sgd"), folder).status for folder in (ROOT / "solutions", Path(wrong))]
    told: dict[str, Any] = {
        "user": os.geteuid(),
        "python": places.python(),
        "prefix": sys.base_prefix,
        "library": sysconfig.get_path("stdlib"),
        "numpy": str(places.numpy()),
        "root": str(ROOT),
        "layers": found.layers,
        "full": found.full,
        "lost": dict(wall._lost),
        "note": [found.note.en, found.note.zh],
        "statuses": statuses,
        "notes": [each.en for each in sandbox.notes()],
        "out": {},
        "files": [],
        "crowds": True,
    }
    with harness.laid_out(base) as bait:
        told["files"] = sorted(bait.told["files"])
        for kind in sys.argv[1:]:
            result = bait.run(KINDS[kind], light=False)
            told["out"][kind] = {
                "layers": result.layers,
                "full": result.outcome.standing.full,
                "out": sorted(result.out),
            }
            told["crowds"] &= "bubblewrap" not in kind or crowds(bait, KINDS[kind])
        if os.geteuid() != 0:  # root has no such limit
            usual = sandbox.Limits().settings()
            others = {name: value for name, value in usual.items() if name != "RLIMIT_NPROC"}
            told["forks"] = [bool(bait.run((), ["fork"], settings=each).out) for each in (usual, others)]
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
