"""The classroom's README, typed line by line as it is printed, by an instructor who begins where a learner ends.

The blocks are read from the document, so that a line that is added there is typed here.
"""

from __future__ import annotations

import re
import urllib.request
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT
from course.topic import topics
from tests.classroom import postgres
from tests.users.documents import blocks, halves
from tests.users.newcomer import INSTALL_SECONDS, Newcomer, Terminal, newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.needs("environment"), pytest.mark.together("newcomer")]

README = "course/classroom/README.md"
EXITS = "course/exports/README.md"
TYPED_AS_PRINTED = (README, EXITS)
"""For test_documents.py: every line of these documents' listings is typed here."""
SAYS = {
    "make instructor": r"course class new DIR",
    "course class new": r"A class is ready in \S+/autumn.*course class release \w+",
    "course class release": r"Released: \w+\.",
    "course class grade": r"Graded 3 submissions",
    "course class feedback": r"Feedback for 3 submissions",
    "course class export canvas": r"(?s)3 marks of 3 students .*grades-canvas\.csv",
    "course class export moodle": r"3 marks of 3 students .*grades\.csv",
    "course class export junit": r"3 verdicts .*grades-junit\.xml",
    "course class export gradescope": r"(?s)autograder\.zip.*secret seed is in this file",
    "course class export prairielearn": r"(?s)prairielearn-questions\.zip.*secret seed is in this file",
    "course class export classroom50": r"classroom50-autograder\.zip",
    "course grade": r"momentum: 10 of 10 points.* results\.json",
    "course class report": r"(?s)momentum +3/3 .*weight decay is left out.*report\.html",
}
"""What each line comes to, by its beginning; the others say nothing."""


class Class:
    """The instructor's window and where the class is."""

    def __init__(self, newcomer: Newcomer, window: Terminal) -> None:
        self.newcomer, self.window = newcomer, window
        self.root = newcomer.home / "autumn"

    def type(self, line: str, says: str = "", status: int = 0) -> str:
        """Type a line; it must end as it should and leave no traceback."""
        said = self.window.type(line, INSTALL_SECONDS)
        assert said.status == status, f"{line}\n{said.text}"
        assert re.search(says, said.text), f"{line}: no {says!r}\n{said.text}"
        assert "Traceback" not in said.text
        return said.text

    def print_of(self, line: str) -> None:
        """Type a line of the README as it is printed."""
        line = line.replace("PATH/TO/THE/CHECKOUT", str(self.newcomer.checkout))
        if line == "jupyter lab":
            self.look_at_formgrader()
        else:
            says = next((each for start, each in SAYS.items() if line.startswith(start)), r"^$")
            self.type(line, says)

    def look_at_formgrader(self) -> None:
        """*Nbgrader → Formgrader*, as far as that goes without a browser; tests/browser has one."""
        self.newcomer.forget_opened()
        with self.window.runs("jupyter lab", r"token=\w+"):
            address = self.newcomer.opened()
            server, token = re.match(r"(http://[^/]+)/.*token=(\w+)", address).groups()  # type: ignore[union-attr]
            for page, shows in {"formgrader": "formgrader", "formgrader/api/assignments": '"name": "momentum"'}.items():
                with urllib.request.urlopen(f"{server}/{page}?token={token}") as answer:  # noqa: S310 - our own server
                    assert shows in answer.read().decode()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """The class after all lines of the README."""
    somebody = newcomer(tmp_path_factory.getbasetemp() / "newcomer")
    once, six, trying = blocks(halves(ROOT / README).en)
    with somebody.terminal() as window:
        made = Class(somebody, window)
        for line in (*once, *six[:2], *trying, *six[2:]):
            made.print_of(line.command)
        yield made


def read(path: Path) -> str:
    return path.read_text("utf-8")


def test_the_readme_comes_true(room: Class) -> None:
    assert {each.name for each in (room.root / "source").iterdir()} == {topic.stem for topic in topics()}
    assert (room.root / "secret-seed").stat().st_mode & 0o077 == 0
    assert {each.name for each in (room.root / "release/momentum").iterdir()} == {"momentum.ipynb", "momentum.py"}
    pages = {
        student: read(room.root / f"feedback/{student}/momentum/momentum.html") for student in ("ada", "bo", "chen")
    }
    assert "weight decay is left out" in pages["bo"]
    assert "weight decay is left out" not in pages["ada"] + pages["chen"]
    assert "not implemented" in pages["chen"].lower()
    assert "<svg" in read(room.root / "report.html")


def test_every_exit_of_the_readme(room: Class) -> None:
    (lines,) = blocks(halves(ROOT / EXITS).en)
    exported = "Student,ID,SIS Login ID,Section,momentum (12345)\nAda,1,ada,,\nBo,2,bo,,\nChen,3,chen,,\n"
    (room.root / "exported.csv").write_text(exported, "utf-8")
    for line in lines:
        room.print_of(line.command)
    for name in ("grades-canvas.csv", "grades.csv", "grades-junit.xml", "autograder.zip", "results.json"):
        assert (room.root / name).stat().st_size > 100
    assert "momentum (12345)" in read(room.root / "grades-canvas.csv")
    room.type("course class export gradescope --trust-students", "gradescope-autograder.zip")
    room.type("course class export canvas --dir ~/autumn", "grades-canvas.csv")
    room.type("course grade momentum --submission nowhere --format junit", "There is no folder", status=2)


def test_the_readme_in_the_class_with_plain_nbgrader(room: Class) -> None:
    """Release, grade and return by nbgrader's own commands; a second time only with `--force`."""
    assert read(room.root / "README.md") == read(ROOT / "course/classroom/starter/README.md")
    room.type("nbgrader generate_assignment sgd")
    room.type("mkdir -p submitted/bo && cp -r release/sgd submitted/bo/")
    room.type(f"sed 's/self.weight_decay/0/' {room.newcomer.checkout}/solutions/sgd.py > submitted/bo/sgd/sgd.py")
    room.type("nbgrader autograde sgd")
    room.type("nbgrader generate_feedback sgd")
    page = room.root / "feedback/bo/sgd/sgd.html"
    assert "weight decay is left out" in read(page)
    room.type(f"cp {room.newcomer.checkout}/solutions/sgd.py submitted/bo/sgd/")
    room.type("nbgrader autograde sgd", "Skipping existing")
    room.type("nbgrader autograde sgd --force")
    room.type("nbgrader generate_feedback sgd --force")
    assert "weight decay is left out" not in read(page)


def test_what_printed_sentences_and_help_tell(room: Class) -> None:
    room.type("course class grade momentum", "Graded 3 submissions .3 unchanged")
    room.type("course class grade --jobs 1", r"Graded 4 submissions")
    room.type("course class grade --trust-students", r"Graded 4 submissions(?s:.*)wall of the operating system")
    room.type("course class report --names", r"Stuck: ")
    room.type("course class report momentum --output page.html", r"page\.html")
    assert "<svg" in read(room.root / "page.html")
    room.type("course class report --dir ~/autumn", "3/3")
    room.type("course build --learn ~/autumn", "There is no path to search for")
    room.type("printf 'ada,A\\nbo,B\\n' > groups.csv && course class report", "3/3")
    room.type("course class alike", r"momentum · .*: 3 files of \d forms")
    room.type("course class alike --names", "nothing to look at")
    room.type("course --lang zh class report", "漏掉了权重衰减")
    room.type("cd ~ && course class grade", "is not a class: .*course class new DIR.*--dir DIR", status=2)
    made = room.type("cd ~ && course class new ~/spring", "Next: cd")
    following = re.search(r"Next: (cd \S+) and `([^`]+)`", made)
    assert following
    room.type(" && ".join(following.groups()), r"Released: \w+\.")
    room.type("course class report", "run `course class grade` first", status=2)
    room.type("course class feedback", "run `course class grade` first", status=2)
    room.type("course class release sgd", "Released: sgd")
    room.type(f"cd {room.root}")


def test_the_class_is_watched_while_work_comes_in(room: Class) -> None:
    with room.window.runs("course class watch", r"passed"):
        pass


def test_a_backup_comes_back(room: Class) -> None:
    room.type("course class backup ~/autumn.backup", r"Backup written: \S+autumn\.backup .*secret seed")
    assert (room.newcomer.home / "autumn.backup").stat().st_mode & 0o077 == 0
    room.type("course class backup ~/autumn.backup", "no backup overwrites anything", status=2)
    room.type("course class restore ~/autumn.backup ~/again", r"is restored: \S+/again")
    room.type("course class grade --dir ~/again", r"Graded 4 submissions .4 unchanged")
    room.type("course class restore ~/autumn.backup ~/again", "is not empty", status=2)
    room.type("course class restore ~/autumn.backup ~/third --database sqlite:///spare.db", "leave out", status=2)


@pytest.mark.needs("postgresql")
def test_a_gradebook_on_a_server(room: Class) -> None:
    """From the first release to a backup that goes into another database, with one more line in the settings."""
    room.type(f"cd {room.newcomer.checkout}")
    room.type("pip install -e '.[postgres]'", "Successfully installed.* psycopg")
    room.type("course class new ~/winter", "A class is ready")
    room.type("cd ~/winter")
    with postgres.served() as address:
        room.type(f"""echo 'c.CourseDirectory.db_url = "{address}"' >> nbgrader_config.py""")
        room.type("course class release momentum", r"Released: momentum\.")
        for name in ("ada", "bo"):
            room.type(f"mkdir -p submitted/{name} && cp -r ../autumn/submitted/{name}/momentum submitted/{name}/")
        room.type("course class grade", r"Graded 2 submissions \(0 unchanged")
        room.type("course class grade", r"Graded 2 submissions \(2 unchanged")
        room.type("course class feedback", "Feedback for 2 submissions")
        assert "weight decay is left out" in read(room.newcomer.home / "winter/feedback/bo/momentum/momentum.html")
        room.type("course class backup ~/winter.backup", "Backup written")
        postgres.run(address, "CREATE DATABASE spare")
        spare = postgres.named(address, "spare")
        said = room.type(
            f"course class restore ~/winter.backup ~/fourth --database '{spare}'", "into nbgrader_config.py"
        )
        assert postgres.PASSWORD not in said
        count = "SELECT count(*) FROM submitted_assignment"
        assert postgres.run(spare, count) == postgres.run(address, count) == [(2,)]
    assert "Is the server running" in room.type("course class grade", status=2)
    assert not (room.newcomer.home / "winter/gradebook.db").exists()
    room.type(f"cd {room.root}")


def test_a_cluster_as_its_page_tells(room: Class) -> None:
    """All on this machine: a scheduler and a worker, each in a window of its own."""
    room.type(f"cd {room.newcomer.checkout}")
    room.type("pip install -e '.[cluster]'", "Successfully installed.* distributed")
    room.type(f"cd {room.root}")
    room.type("course class grade --cluster tcp://127.0.0.1:8786", "No scheduler has answered", status=2)
    bin_ = room.newcomer.checkout / ".venv/bin"
    with room.newcomer.terminal() as one, room.newcomer.terminal() as other:
        one.type(f"source {bin_}/activate")
        other.type(f"source {bin_}/activate")
        with (
            one.runs("dask scheduler --host 127.0.0.1 --no-dashboard", "Scheduler at"),
            other.runs("dask worker tcp://127.0.0.1:8786 --nworkers -1 --nthreads 1 --no-dashboard", "Registered to"),
        ):
            room.type("cp submitted/ada/momentum/momentum.py submitted/chen/momentum/")
            room.type("echo '# once more' >> submitted/chen/momentum/momentum.py")
            room.type("course class grade --cluster tcp://127.0.0.1:8786", r"Graded \d submissions \(\d unchanged")


def test_make_instructor_says_what_comes_next(room: Class) -> None:
    """In a new window, without an activated environment; nothing is installed twice."""
    with room.newcomer.terminal() as window:
        said = window.type("make instructor").text
        assert "[1/3]" not in said
        told = re.search(r"source .*", said)
        assert told
        assert window.type(told[0].replace("DIR", "~/summer")).status == 0
    assert (room.newcomer.home / "summer/README.md").is_file()
