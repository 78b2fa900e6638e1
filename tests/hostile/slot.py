"""One slot: takes names of submissions from standard input, puts each through the real judge, answers a row for each.

It runs in namespaces of its own (`contain`), where it is the first process: it cannot be killed from within, and what a
submission leaves running becomes its child. The judge runs in a child, either as `course check --json` or, far quicker,
forked from here with everything imported.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from course.grading import wall
from tests.hostile import corpus, judged
from tests.hostile.bait import ENVIRONMENT, SECRET, SHARED, Bait
from tests.hostile.contain import Contained

HUNG, SLOW = 90.0, 30.0
"""Seconds after which the judge is given up, and after which its answer came too late."""

LEFT = {"tmp", "temporary", "shared", "home", "queues", "messages"}
"""Of the bait's state: where something new is something that was left behind."""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Slot:
    """Puts submissions through the judge, one after the other.

    Args:
        command_line: whether by `course check`, rather than in a forked child.
        user: the name of the user as whom the judge runs.
        contained: the namespaces; None if this machine has none, and then whatever is harmful is refused.

    """

    def __init__(self, *, command_line: bool, user: str | None, contained: Contained | None) -> None:
        self.command_line, self.user, self.contained = command_line, user, contained
        root = Path(tempfile.mkdtemp(prefix="hostile-"))
        root.chmod(0o755)
        self.bait, self.errors = Bait(root), root / "errors"
        if contained:
            self.bait.listen()
        os.environ |= {"TMPDIR": str(self.bait.tmp), "HOME": str(self.bait.home), "PYTHONDONTWRITEBYTECODE": "1"}
        tempfile.tempdir = None

    def row(self, submission: corpus.Submission, seconds: int) -> dict[str, Any]:
        """Put one submission through the judge.

        Args:
            submission: which.
            seconds: of CPU time for its rule.

        Returns:
            Its row: `got`, the status; `faults`, what must not be; `remarks`, what is merely told; `seconds`.

        """
        if not (self.contained or submission.harmless):
            raise ValueError(f"{submission.name} may do harm, and nothing contains it here")
        folder = self.bait.work / submission.name
        self.bait.lay()
        submission.lay(folder, self.bait.canary)
        os.environ["COURSE_SECONDS"] = str(seconds)
        before, begun = self.bait.state(), time.monotonic()
        output, code, hung = self._run(submission, folder)
        took = time.monotonic() - begun
        left = self._left() if self.contained else []
        after = self.bait.state()
        faults = [f"LEFT BEHIND a process: {name}" for name in left]
        changed = [what for what in before if before[what] != after.get(what)]
        news = ((what, _new(before[what], after.get(what))) for what in changed)
        faults += [f"{'LEFT BEHIND' if what in LEFT else 'CHANGED'} {what}: {new}" for what, new in news]
        if self.contained and (written := self.contained.written()):
            faults += [f"CHANGED Python or the course: {written[0]}"]
        said = (output + b"\n" + self.errors.read_bytes()).decode("utf-8", "replace")
        faults += [f"LEAKED {secret}" for secret in (SECRET, ENVIRONMENT) if secret in said]
        remarks: list[str] = []
        try:
            answer = json.loads(output)
            got = str(answer["status"])
        except (ValueError, KeyError, TypeError):
            got = "HUNG" if hung else "CRASHED"
            faults.append(f"{got} ({code}) {(said.strip().splitlines() or ['and said nothing'])[-1][:200]}")
        else:
            faults += _faults(submission, answer)
            remarks += [] if got in submission.expected else ["another status"]
            remarks += ["reached something"] if "PWNED" in answer.get("printed", "").replace("PWNED-LIST", "") else []
        if took > SLOW and not hung:
            faults.append("SLOW")
        self._tidy(folder, before, after)
        return {
            "name": submission.name,
            "expected": "|".join(submission.expected),
            "got": got,
            "seconds": round(took, 2),
            "faults": faults,
            "remarks": remarks,
            "tries": submission.tries,
        }

    def standing(self) -> str:
        """Which layers of the wall stand for the user as whom the judge runs, with commas."""
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become()
            os.chdir(self.bait.home)
            os.write(theirs, ",".join(wall.standing().layers).encode())
            os._exit(0)
        os.close(theirs)
        with os.fdopen(ours, "rb") as said:
            found = said.read().decode()
        os.waitpid(pid, 0)
        return found or "none"

    def _run(self, submission: corpus.Submission, folder: Path) -> tuple[bytes, int, bool]:
        """Run the judge; return what it said, its exit status, and whether it had to be given up."""
        ours, theirs = os.pipe()
        errors = os.open(self.errors, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        pid = os.fork()
        if pid == 0:
            try:
                os.dup2(theirs, 1)
                os.dup2(errors, 2)
                os.closerange(3, 100)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                self._become()
                os.chdir(self.bait.home)
                if self.command_line and not submission.hidden:
                    line = [sys.executable, "-B", "-m", "course.cli", "check", submission.stem]
                    os.environ["PYTHONPATH"] = str(corpus.COURSE)
                    os.execv(line[0], [*line, "--submission", str(folder), "--json"])  # noqa: S606 - our own
                os.write(1, judged.answer(submission, folder))
            except BaseException as problem:  # noqa: BLE001 - what became of the judge is the row
                os.write(1, f"{type(problem).__name__}: {problem}".encode("utf-8", "replace"))
                os._exit(3)
            os._exit(0)
        os.close(theirs)
        said, hung, deadline = b"", False, time.monotonic() + HUNG
        while True:
            if not select.select([ours], [], [], max(0.0, deadline - time.monotonic()))[0]:
                hung = True
                os.kill(pid, signal.SIGKILL)
                break
            if not (chunk := os.read(ours, 2**16)):
                break
            said += chunk
        os.close(ours)
        os.close(errors)
        return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), hung

    def _become(self) -> None:
        """Become the user as whom the judge is to run."""
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.setgroups([])
            os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
            os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)

    def _left(self) -> list[str]:
        """End what still runs, besides this process, and tell what it was."""
        left: list[tuple[int, str]] = []
        for wait in (0.0, 0.05, 0.2):  # what has just been killed takes a moment to go
            time.sleep(wait)
            _reap()
            left = _others()
            if not left:
                break
        for pid, _ in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if left:
            time.sleep(0.05)
            _reap()
        return [name for _, name in left]

    def _tidy(self, folder: Path, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Remove the submission and whatever it left, whichever way it clings."""
        places = {"tmp": self.bait.tmp, "home": self.bait.home, "temporary": self.bait.root.parent, "shared": SHARED}
        for name, where in places.items():
            for path in (where / each for each in set(after[name]) - set(before[name])):
                if shutil.which("chattr"):
                    subprocess.run(["chattr", "-R", "-i", str(path)], capture_output=True, check=False)
                subprocess.run(["rm", "-rf", str(path)], check=False)
        folder.chmod(0o755)
        subprocess.run(["rm", "-rf", str(folder)], check=False)


def _faults(submission: corpus.Submission, answer: dict[str, Any]) -> list[str]:
    """What is wrong with an answer that the judge did give."""
    got = answer["status"]
    faults = ["FOOLED"] if got == "passed" and "passed" not in submission.expected else []
    if got != "passed" and submission.expected == ("passed",):
        faults.append(f"FAILED {answer['message']['en'][:200]}")
    if submission.points is not None and answer["score"] + answer["stretch_score"] > submission.points:
        faults.append(f"FOOLED of {answer['score']} points")
    texts = json.dumps(answer, ensure_ascii=False)
    if found := CONTROL.search(" ".join(_strings(answer))):
        faults.append(f"CONTROL {found.group()!r}")
    faults += ["ESCAPED " + what for what in re.findall("ESCAPED ([^\n]*)", answer.get("printed", ""))]
    faults += [f"HIDDEN {what}" for what in answer.get("told", ())]
    faults += ["HIDDEN a word of the file"] if submission.hidden and "UNSEEN" in texts else []
    faults += [f"CHANGED the judge's {what}" for what in answer.get("changed", ())]
    return faults


def _new(before: Any, after: Any) -> Any:
    """What is there now and was not, of lists."""
    return sorted(set(after) - set(before))[:3] if isinstance(before, list) and isinstance(after, list) else after


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _strings(each)]


def _others() -> list[tuple[int, str]]:
    """The processes of this namespace but for this one and what is dead already."""
    found = []
    numbers = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    for pid in (each for each in numbers if each != os.getpid()):
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
            if line:
                found.append((pid, line[-60:]))
    return found


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    """Enter the namespaces, then serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--command-line", action="store_true")
    parser.add_argument("--user")
    parser.add_argument("--uncontained", action="store_true", help="without namespaces: what is harmful is refused")
    parser.add_argument("--hidden", action="store_true", help="import torch first, for a class")
    args = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    contained = None if args.uncontained else Contained()
    if contained:
        contained.enter(readable=args.user is not None)
    slot = Slot(command_line=args.command_line, user=args.user, contained=contained)
    judged.warm(hidden=args.hidden)
    print(f"ready {slot.standing()}", file=answers, flush=True)
    for line in sys.stdin:
        name, seconds = json.loads(line)
        row = slot.row(corpus.submissions()[name], seconds)
        spoiled = contained is not None and bool(contained.written())  # it ends with these namespaces
        print(json.dumps({"row": row, "spoiled": spoiled}), file=answers, flush=True)
        if spoiled:
            return
    if not contained:
        shutil.rmtree(slot.bait.root, ignore_errors=True)


if __name__ == "__main__":
    main()
