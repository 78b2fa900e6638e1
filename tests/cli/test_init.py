"""`course init` and the workspace it makes: nothing that somebody wrote is lost, and every refusal is a sentence."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.authoring.skeletons import skeleton
from course.lab.rules import learner
from course.learner import folder
from course.learner.spoken import in_language
from course.system import atomic, workspace
from course.system.workspace import ROOT
from course.text import LANGS, CourseError
from course.topic import lessons, topics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.text import Text

SKELETONS = {topic.stem: skeleton(topic.solution.read_text("utf-8")) for topic in topics()}
ENGLISH = {stem: in_language(text, "en") for stem, text in SKELETONS.items()}
MINE = "# what I wrote\n"


def init(directory: Path | None, skeletons: Mapping[str, str], *, newer: bool = False) -> Text:
    return folder.init(directory, skeletons, newer=newer).text()


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course that pip has installed: what it brings along lies in a folder that a test may make newer."""
    brought = tmp_path / "installed"
    for name in ("lessons", "tests/exercises"):
        shutil.copytree(ROOT / name, brought / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    monkeypatch.setattr(workspace, "data", lambda name: brought / name)
    monkeypatch.setattr(workspace, "checkout", lambda: None)
    monkeypatch.delenv("COURSE_LEARNER", raising=False)
    monkeypatch.setenv("COURSE_LANG", "en")
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return brought


@pytest.fixture
def made() -> Path:
    init(Path("downhill"), SKELETONS)
    return Path("downhill").resolve()


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def newer(installed: Path, name: str) -> None:
    """Publish a lesson anew."""
    path = installed / name
    text = path.read_text("utf-8")
    assert '"source": [\n    "' in text
    path.write_text(text.replace('"source": [\n    "', '"source": [\n    "Newer. ', 1), "utf-8")


def saved(path: Path, *, ran: bool = False, wrote: str = "") -> bytes:
    """Save a notebook as JupyterLab does: after opening it, after running it, or after writing into its last cell."""
    book = json.loads(path.read_text("utf-8"))
    book["metadata"]["language_info"] |= {"nbconvert_exporter": "python", "version": "3.11.2"}
    book["cells"].append({"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "source": []})
    book["cells"][-1]["execution_count"] = None
    if ran:
        code = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
        code |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]}
    if wrote:
        book["cells"][-1]["source"] = [wrote]
    path.write_text(json.dumps(book), "utf-8")
    return path.read_bytes()


def test_it_writes_all_lessons_in_both_languages_and_all_skeletons(made: Path) -> None:
    there = contents(made)
    notebooks = {f"lessons/{lang}/{lesson.stem}.ipynb" for lang in LANGS for lesson in lessons()}
    files = {f"course/optim/{stem}.py" for stem in SKELETONS}
    exercises = {f"tests/exercises/{name}.py" for name in ("conftest", "test_exercises")}
    pictures = {f"lessons/{lang}/index.svg" for lang in LANGS}
    assert there.keys() == notebooks | pictures | files | exercises | {
        ".downhill.json",
        "lessons/LICENSE",
        "pytest.ini",
    }
    for name in notebooks | pictures | exercises:
        assert there[name] == (ROOT / name).read_bytes()
    for stem, text in ENGLISH.items():
        assert there[f"course/optim/{stem}.py"] == text.encode()


def test_pytest_is_set_up_as_in_a_clone(made: Path) -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    said = dict(line.split(" = ") for line in (made / "pytest.ini").read_text("utf-8").splitlines()[1:])
    assert said == {"testpaths": " ".join(ours["testpaths"]), "addopts": ours["addopts"]}


def test_the_workspace_is_found_from_every_folder_in_it(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for inside in (".", "lessons/zh", "course/optim"):
        monkeypatch.chdir(made / inside)
        assert workspace.here().root == made
        assert workspace.learner() == made / "course/optim"
        assert workspace.is_learners(made / "course/optim")
        assert not workspace.is_learners(made)
        assert learner("adam").path == made / "course/optim/adam.py"
        assert learner("adam").file == "course/optim/adam.py"
        assert lessons()[0].notebook("zh") == made / "lessons/zh/index.ipynb"
    monkeypatch.setenv("COURSE_LEARNER", str(made / "lessons"))
    assert workspace.learner() == made / "lessons"


def test_outside_there_is_a_sentence(made: Path, tmp_path: Path) -> None:
    for ask in (workspace.here, workspace.learner, lambda: learner("adam")):
        with pytest.raises(CourseError) as error:
            ask()
        assert str(tmp_path / "home") in error.value.text.en
        assert "`course init DIR`" in error.value.text.zh
    assert not workspace.is_learners(made / "course/optim")


def test_the_folder_of_course_init_comes_before_the_clone(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "checkout", lambda: ROOT)
    assert workspace.here().root == ROOT
    monkeypatch.chdir(made / "lessons")
    assert workspace.here().root == made


def test_a_second_call_changes_nothing(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(made)
    assert "is current" in init(made, SKELETONS).en
    monkeypatch.chdir(made / "lessons/en")
    assert "is current" in init(None, SKELETONS).en, "without DIR, the workspace that we are in"
    assert contents(made) == before


def test_lessons_are_brought_up_to_date(made: Path, installed: Path) -> None:
    for name in ("lessons/en/adam.ipynb", "lessons/zh/adam.ipynb"):
        newer(installed, name)
    said = init(made, SKELETONS)
    assert "(2 files written)" in said.en
    assert "2 个文件" in said.zh
    for name in ("lessons/en/adam.ipynb", "lessons/zh/adam.ipynb", "lessons/en/sgd.ipynb"):
        assert (made / name).read_bytes() == (installed / name).read_bytes()
    assert not list(made.rglob("*.1.*"))


def test_what_somebody_wrote_stays(made: Path, installed: Path) -> None:
    """A skeleton with lines of the learner's, whatever is published; a notebook that was run, while it is current."""
    file, run, own = made / "course/optim/adam.py", made / "lessons/en/adam.ipynb", made / "lessons/en/notes.ipynb"
    for path in (file, run, own):
        path.write_text(MINE, "utf-8")
    changed = {**SKELETONS, "adam": SKELETONS["adam"] + "# newer\n", "sgd": SKELETONS["sgd"] + "# newer\n"}
    newer(installed, "lessons/en/sgd.ipynb")
    assert "(2 files written)" in init(made, changed).en
    assert {path.read_text("utf-8") for path in (file, run, own)} == {MINE}
    assert (made / "course/optim/sgd.py").read_text("utf-8") == in_language(changed["sgd"], "en"), "nobody began"
    assert "is current" in init(made, changed).en


@pytest.mark.parametrize(("ran", "wrote"), [(True, ""), (False, "mine = 1"), (True, "mine = 1")])
def test_a_newer_lesson_is_offered_and_never_forced(ran: bool, wrote: str, made: Path, installed: Path) -> None:  # noqa: FBT001
    name = "lessons/en/adam.ipynb"
    for kept in ("adam.1.ipynb", "adam.2.ipynb"):
        mine = saved(made / name, ran=ran, wrote=wrote)
        assert "is current" in init(made, SKELETONS).en, "nothing is newer"
        newer(installed, name)
        for _ in range(2):
            said = init(made, SKELETONS)
            assert f"worked in: {name}. Yours stay as they are; `course init --newer`" in said.en
            assert f"有了新版本：{name}" in said.zh
            assert (made / name).read_bytes() == mine
            assert not (made / "lessons/en" / kept).exists()
        said = init(made, SKELETONS, newer=True)
        assert f"Your {name} is kept as {kept}." in said.en
        assert f"{name} 保存为 {kept}" in said.zh.replace("你的 ", "")
        assert (made / name).read_bytes() == (installed / name).read_bytes()
        assert (made / "lessons/en" / kept).read_bytes() == mine
        assert "is current" in init(made, SKELETONS).en


def test_a_lesson_that_was_only_opened_is_replaced(made: Path, installed: Path) -> None:
    name = "lessons/en/adam.ipynb"
    saved(made / name)
    assert "is current" in init(made, SKELETONS).en
    newer(installed, name)
    assert "(1 files written)" in init(made, SKELETONS).en
    assert (made / name).read_bytes() == (installed / name).read_bytes()


def test_a_newer_skeleton_is_told_of_once(made: Path) -> None:
    file, changed = made / "course/optim/adam.py", {**SKELETONS, "adam": SKELETONS["adam"] + "# newer\n"}
    file.write_text(MINE, "utf-8")
    said = init(made, changed)
    assert "begun: adam." in said.en
    assert "`course reset adam`" in said.zh
    assert "course reset" not in init(made, changed).en
    assert file.read_text("utf-8") == MINE


def test_a_folder_of_an_older_course_is_brought_up_to_date(made: Path, installed: Path) -> None:
    """It knew notebooks by their bytes."""
    record = {name: hashlib.sha256(content).hexdigest() for name, content in contents(made).items()}
    (made / ".downhill.json").write_text(json.dumps({"written": record}), "utf-8")
    mine = saved(made / "lessons/en/sgd.ipynb", wrote="mine = 1")
    assert "is current" in init(made, SKELETONS).en
    (made / ".downhill.json").write_text(json.dumps({"written": record}), "utf-8")
    newer(installed, "lessons/en/adam.ipynb")
    newer(installed, "lessons/en/sgd.ipynb")
    said = init(made, SKELETONS).en
    assert "(1 files written)" in said
    assert "worked in: lessons/en/sgd.ipynb." in said
    assert (made / "lessons/en/sgd.ipynb").read_bytes() == mine


def test_what_is_gone_comes_back(made: Path) -> None:
    before = contents(made)
    (made / "lessons/zh/adam.ipynb").unlink()
    shutil.rmtree(made / "course")
    init(made, SKELETONS)
    assert contents(made) == before


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"written": 3}', '{"written": {"lessons/en/adam.ipynb": 3}}'])
def test_with_a_damaged_record_nothing_is_lost(record: str, made: Path, installed: Path) -> None:
    (made / ".downhill.json").write_text(record, "utf-8")
    (made / "lessons/en/adam.ipynb").write_text(MINE, "utf-8")
    (made / "course/optim/adam.py").write_text(MINE, "utf-8")
    init(made, SKELETONS)
    assert (made / "lessons/en/adam.ipynb").read_text("utf-8") == MINE
    assert (made / "course/optim/adam.py").read_text("utf-8") == MINE
    init(made, SKELETONS, newer=True)
    assert (made / "lessons/en/adam.1.ipynb").read_text("utf-8") == MINE
    assert (made / "lessons/en/adam.ipynb").read_bytes() == (installed / "lessons/en/adam.ipynb").read_bytes()
    assert len(json.loads((made / ".downhill.json").read_text("utf-8"))["written"]) == len(contents(made)) - 2


def test_an_interrupted_call_goes_on(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: the disk is full after some files."""
    write, room = atomic.write, [12]

    def full(path: Path, content: str | bytes) -> None:
        room[0] -= 1
        if not room[0]:
            raise OSError(28, os.strerror(28))
        write(path, content)

    monkeypatch.setattr(atomic, "write", full)
    with pytest.raises(OSError, match="No space"):
        init(Path("downhill"), SKELETONS)
    assert len(contents(Path("downhill"))) == 11
    init(Path("downhill"), SKELETONS)
    init(Path("another"), SKELETONS)
    assert contents(Path("downhill")) == contents(Path("another"))
    assert installed.is_dir()


def test_a_notebook_comes_back_if_the_newer_one_cannot_be_written(
    made: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "lessons/en/adam.ipynb"
    (made / name).write_text(MINE, "utf-8")
    newer(installed, name)

    def full(path: Path, content: str | bytes) -> None:
        raise OSError(28, f"{path}: {len(content)}")

    monkeypatch.setattr(atomic, "write", full)
    with pytest.raises(OSError, match="adam"):
        init(made, SKELETONS, newer=True)
    assert (made / name).read_text("utf-8") == MINE


def test_a_folder_with_an_environment_and_hidden_files_will_do() -> None:
    (Path("mine/.git")).mkdir(parents=True)
    (Path("mine/venv")).mkdir()
    (Path("mine/venv/pyvenv.cfg")).touch()
    init(Path("mine"), SKELETONS)
    assert Path("mine/lessons/en/index.ipynb").is_file()


@pytest.mark.parametrize("what", ["somebody's", "file", "clone", "not whole"])
def test_refusals(what: str, tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "there"
    if what == "file":
        root.write_text(MINE, "utf-8")
    elif what == "somebody's":
        root.mkdir()
        (root / "thesis.tex").write_text(MINE, "utf-8")
    elif what == "clone":
        monkeypatch.setattr(workspace, "checkout", lambda: tmp_path)
    else:
        shutil.rmtree(installed / "lessons/zh")
    before = contents(tmp_path)
    with pytest.raises(CourseError) as error:
        init(root, SKELETONS)
    assert contents(tmp_path) == before
    said = {
        "somebody's": ("is not empty", "不是空文件夹"),
        "file": ("is a file", "是一个文件"),
        "clone": ("belongs to a clone", "克隆目录"),
        "not whole": ("lessons/zh/*.ipynb is missing", "缺少 lessons/zh/*.ipynb"),
    }[what]
    assert said[0] in error.value.text.en
    assert said[1] in error.value.text.zh


def test_commands_of_a_clone_work_in_the_folder(made: Path) -> None:
    """`course` of this clone, typed in the folder: the learner's files are those of the folder."""
    environment = {name: value for name, value in os.environ.items() if name != "COURSE_LEARNER"}

    def typed(*arguments: str, at: Path = made) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "course.cli", *arguments]
        return subprocess.run(command, cwd=at, env=environment, capture_output=True, encoding="utf-8", check=False)

    (made / "course/optim/sgd.py").write_bytes((ROOT / "solutions/sgd.py").read_bytes())
    assert typed("check", "sgd", at=made / "lessons/en").returncode == 0
    assert typed("check", "momentum").returncode == 1
    assert typed("reset", "sgd").returncode == 0
    assert (made / "course/optim/sgd.py").read_text("utf-8") == ENGLISH["sgd"]
    assert (made / "course/optim/sgd.py.1.bak").is_file()
    assert typed("--version").stdout.startswith("course ")
    again = typed("init")
    assert (again.returncode, "is current" in again.stdout) == (0, True)
    refused = typed("init", "mine", at=ROOT / "tests")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "belongs to a clone" in refused.stderr
    assert "Traceback" not in refused.stderr
