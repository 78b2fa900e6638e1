"""The judge itself, in this process: everything it says of a submission, in both languages and on every face."""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
from typing import TYPE_CHECKING, Any

from course import cli
from course.classroom import feedback_page
from course.grading import judge, processes, render
from course.grading.verdict import Verdict
from course.topic import Topic

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.corpus import Submission

SEEDS = ("5eed", "another")
"""Of two classes: what a student reads must not depend on them."""


def warm(*, hidden: bool) -> None:
    """Import whatever a judgement imports late, once for all that are forked from here."""
    import course.grading.wire  # noqa: F401

    if hidden:
        from course.grading import case_set, oracle

        oracle.trajectory(
            Topic.load("sgd"), case_set.visible(Topic.load("sgd"))[0]
        )  # torch makes folders of its own, once


def answer(submission: Submission, folder: Path) -> bytes:
    """Judge a submission and return what `course check --json` would print, and a little more.

    Returns:
        The verdict as JSON, with `told`, if it is judged in a class, where what the student reads depends on numbers
        that are not the student's to know; and `changed`, what the judge's own process was made to lose.

    """
    topic = Topic.load(submission.stem)
    before = _condition()
    told: list[str] = []
    if not submission.hidden:
        verdict = _checked(submission.stem, folder)
    else:
        verdict, other = (judge.judge(topic, folder, seed=seed) for seed in SEEDS)
        told = [face for face, text in _faces(verdict).items() if text != _faces(other)[face]]
    faces = _faces(verdict)
    changed = [what for what, value in _condition().items() if before[what] != value]
    return json.dumps({**verdict.to_json("en"), "told": told, "changed": changed, "faces": faces}).encode()


def _checked(stem: str, folder: Path) -> Verdict:
    """Judge as `course check --json` does, with all that it draws and prepares."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        status = cli._run(["check", stem, "--submission", str(folder), "--json"])
    processes.dismiss()  # the worker that was prepared and not needed; nothing is called at the exit of a fork
    if not said.getvalue():
        raise ValueError(f"exit status {status}, and no verdict")
    return Verdict.from_json(json.loads(said.getvalue()))


def _faces(verdict: Verdict) -> dict[str, str]:
    """Everything that a student reads: what is stored for them, the terminal, the notebook, the comment."""
    public = feedback_page.public(verdict)
    return {
        "status": verdict.status,
        "stored": json.dumps(public.to_json("en"), ensure_ascii=False),
        "terminal": render.terminal(public, "en") + render.terminal(public, "zh"),
        "page": feedback_page.fragment(public),
        "comment": feedback_page.comment(public, 0, 10, 0),
    }


def _condition() -> dict[str, Any]:
    """What others may do to a process: its limits, its priority, its processors, its group, its memory."""
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")}
    seen: dict[str, Any] = {**limits, "priority": os.getpriority(os.PRIO_PROCESS, 0), "session": os.getsid(0)}
    if hasattr(os, "sched_getaffinity"):
        seen |= {"processors": os.sched_getaffinity(0), "scheduler": os.sched_getscheduler(0)}
    return seen
