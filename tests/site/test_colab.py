"""The lessons as Colab opens them: each sets itself up, keeps what the reader has written, and leads to the others."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell

from course.authoring.glossary import CJK
from course.authoring.site import addresses, colab, set_up
from course.system.workspace import ROOT
from course.text import LANGS, TONGUES, CourseError
from course.topic import lessons

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.text import Lang

pytestmark = pytest.mark.together("site")

SGD = next(each for each in lessons() if each.stem == "sgd")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def at_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colab, "commit", lambda: COMMIT)


def copies(lang: Lang) -> dict[str, Any]:
    found = {each.stem: json.loads(colab.notebook(each, lang)) for each in lessons()}
    for book in found.values():
        nbformat.validate(nbformat.from_dict(book))  # type: ignore[no-untyped-call]
    return found


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


# --- The notebooks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_copy_is_the_lesson_and_one_form(lang: Lang) -> None:
    for stem, book in copies(lang).items():
        lesson = json.loads((ROOT / f"lessons/{lang}/{stem}.ipynb").read_text("utf-8"))
        first, *rest = book["cells"]
        assert first["metadata"] == {"cellView": "form"}
        assert source(first).startswith(f"#@title {colab.TEXTS['title'][lang]}\n#@markdown ")
        assert len(rest) == len(lesson["cells"]), stem
        for ours, theirs in zip(rest, lesson["cells"], strict=True):
            plain = colab._LINK.sub("](x)", source(theirs))
            assert colab._LINK.sub("](x)", source(ours)) == plain
            assert {**ours, "source": 0} == {**theirs, "source": 0}
        if lang == "en":
            assert not re.search(f"[{CJK}]", source(first))


@pytest.mark.parametrize("lang", LANGS)
def test_links_of_a_copy_lead_on_in_colab(lang: Lang) -> None:
    """Colab knows nothing that lies beside a notebook: each address is whole, and there is a copy where it leads."""
    made = {addresses.in_colab(each.stem, tongue) for each in lessons() for tongue in LANGS}
    tree = f"https://raw.githubusercontent.com/downhill-course/downhill/{COMMIT}/"
    pictures = 0
    for stem, book in copies(lang).items():
        prose = "".join(source(each) for each in book["cells"] if each["cell_type"] == "markdown")
        found = [each["address"] for each in colab._LINK.finditer(prose)]
        assert all(map(addresses.outside, found))
        ours = {each for each in found if addresses.COLAB in each}
        assert ours <= made
        other = next(each for each in LANGS if each != lang)
        assert addresses.in_colab(stem, other) in ours
        assert len(ours) > 2
        for each in found:
            if each.startswith(tree):
                assert (ROOT / each.removeprefix(tree)).is_file()
                pictures += 1
    assert pictures


def test_a_link_that_leads_nowhere_is_refused() -> None:
    assert colab._led("https://example.org", "en", SGD) == "https://example.org"
    assert colab._led("../zh/adam.ipynb#x", "en", SGD) == addresses.in_colab("adam", "zh")
    assert colab._led("index.svg", "zh", SGD).endswith(f"/{COMMIT}/lessons/zh/index.svg")
    for wrong in ("nothing.ipynb", "../fr/sgd.ipynb", "nothing.svg", "../../../secret"):
        with pytest.raises(CourseError, match="leads nowhere"):
            colab._led(wrong, "en", SGD)


def test_colab_is_asked_for_the_branch_and_the_readers_menus() -> None:
    for lang in LANGS:
        assert addresses.in_colab("sgd", lang) == (
            "https://colab.research.google.com/github/downhill-course/downhill/blob/colab/"
            f"{lang}/sgd.ipynb?hl={TONGUES[lang]}"
        )


def test_the_site_has_them_all(site: Path) -> None:
    there = {path.relative_to(site / "colab").as_posix() for path in (site / "colab").rglob("*") if path.is_file()}
    assert there == {f"{lang}/{each.stem}.ipynb" for lang in LANGS for each in lessons()}


def test_the_commit_is_the_one_that_git_has_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    asked: Callable[[], str] = colab.commit.__wrapped__
    assert re.fullmatch("[0-9a-f]{40}", asked())
    monkeypatch.setattr(colab, "ROOT", tmp_path)
    assert asked() == addresses.BRANCH, "a source archive has no commit"
    (tmp_path / ".git").mkdir()
    for path in (os.environ["PATH"], ""):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(CourseError) as caught:
            asked()
        assert "Git does not tell" in caught.value.text.en
        assert "没有给出当前的提交" in caught.value.text.zh


# --- The cell -------------------------------------------------------------------------------------------------------


class Machine:
    """Colab's machine, of which the cell sees what is installed and what its commands answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.packages = {"numpy": ("2.0.2", ""), "torch": ("2.99", "")}
        self.brings = {"downhill-course": ("0.1.0", ""), "matplotlib": ("3.10.7", "")}
        self.commands: list[list[str]] = []
        self.answers = ""
        self.broken = False
        self.folder = folder
        monkeypatch.setattr(subprocess, "run", self.run)
        monkeypatch.setattr(importlib.metadata, "distribution", self.distribution)
        monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: {"numpy": ["numpy", "numpy"]})
        monkeypatch.setitem(sys.modules, "numpy", sys)
        monkeypatch.setenv("COURSE_LANG", "")
        monkeypatch.chdir(folder)

    def run(self, line: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert line[:2] == [sys.executable, "-m"]
        self.commands.append(line[2:])
        if self.broken:
            return subprocess.CompletedProcess(line, 1, "", "no network")
        if line[2:4] == ["pip", "install"]:
            kept = {} if "--force-reinstall" in line else self.packages
            self.packages |= self.brings | {"downhill-course": kept.get("downhill-course", ("0.1.0", line[-1]))}
        return subprocess.CompletedProcess(line, 0, f"made\n{self.answers}", "")

    def distribution(self, name: str) -> Any:
        if name not in self.packages:
            raise importlib.metadata.PackageNotFoundError(name)
        version, url = self.packages[name]

        class Package:
            @staticmethod
            def read_text(file: str) -> str | None:
                assert file == "direct_url.json"
                return json.dumps({"url": url}) if url else None

        Package.version = version  # type: ignore[attr-defined]
        return Package

    def session(self) -> dict[str, Any]:
        """The names of a notebook whose kernel has just started."""
        return {"__name__": "__main__"}

    def run_cell(self, names: dict[str, Any], lang: Lang = "en") -> None:
        self.commands.clear()
        exec(colab.cell(SGD, lang).replace(colab.FOLDER, self.folder.as_posix()), names)  # noqa: S102 - as a notebook does


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    return Machine(monkeypatch, tmp_path)


INSTALL = ["pip", "install", "--quiet", f"https://github.com/downhill-course/downhill/archive/{COMMIT}.zip"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_cell_installs_once(machine: Machine, lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    session = machine.session()
    init = ["course.cli", "init", machine.folder.as_posix(), "--lang", lang]
    machine.run_cell(session, lang)
    assert machine.commands == [INSTALL, init]
    ready = colab.TEXTS["ready-file"][lang].format(file="downhill/course/optim/sgd.py")
    assert capsys.readouterr().out.splitlines() == [colab.TEXTS["installing"][lang], ready]
    assert os.environ["COURSE_LANG"] == lang
    machine.answers = "Your momentum.py is kept."
    machine.run_cell(session, lang)
    assert machine.commands == [init]
    assert capsys.readouterr().out.splitlines() == ["Your momentum.py is kept.", ready]
    machine.run_cell(machine.session(), lang)
    assert machine.commands == [init]


def test_what_is_in_memory_and_older_is_told(machine: Machine) -> None:
    """As often as the cell is run, until the session is another one; also when the first run was interrupted."""
    machine.brings["numpy"] = ("2.3.0", "")
    session = machine.session()
    machine.broken = True
    with pytest.raises(Exception, match="could not be set up"):
        machine.run_cell(session)
    machine.packages["numpy"] = ("2.3.0", "")  # pip has come so far
    machine.broken = False
    for _ in range(2):
        with pytest.raises(Exception, match="Restart session") as caught:
            machine.run_cell(session)
        assert caught.value._render_traceback_() == [colab.TEXTS["restart"].en]  # type: ignore[attr-defined]
        assert os.environ["COURSE_LANG"] == ""
    machine.run_cell(machine.session())
    assert os.environ["COURSE_LANG"] == "en"


def test_another_state_of_the_course_is_replaced(machine: Machine) -> None:
    machine.packages["downhill-course"] = ("0.1.0", "https://github.com/downhill-course/downhill/archive/older.zip")
    machine.run_cell(machine.session())
    assert machine.commands[:2] == [INSTALL, [*INSTALL[:3], "--force-reinstall", "--no-deps", INSTALL[-1]]]


def test_without_a_network_the_course_that_is_there_stays(machine: Machine) -> None:
    machine.packages["downhill-course"] = before = (
        "0.1.0",
        "https://github.com/downhill-course/downhill/archive/old.zip",
    )
    machine.broken = True
    with pytest.raises(Exception, match="could not be set up"):
        machine.run_cell(machine.session())
    assert machine.packages["downhill-course"] == before


@pytest.mark.parametrize("lang", LANGS)
def test_what_fails_is_told_without_a_traceback(machine: Machine, lang: Lang) -> None:
    machine.broken = True
    with pytest.raises(Exception, match="no network") as caught:
        machine.run_cell(machine.session(), lang)
    (shown,) = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown.splitlines() == [colab.TEXTS["failed"][lang], "", "no network"]


def test_a_notebook_shows_the_sentence_alone(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    shell: Any = InteractiveShell()  # type: ignore[no-untyped-call]
    shell.history_manager.enabled = False
    machine.broken = True
    assert not shell.run_cell(colab.cell(SGD, "en")).success
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    assert shown.out.splitlines()[1:] == [colab.TEXTS["failed"].en, "", "no network"]


def test_the_cell_holds_the_function_as_it_stands() -> None:
    text = (ROOT / "course/authoring/site/set_up.py").read_text("utf-8")
    assert text.partition('"""\n\n')[2].strip() in colab.cell(SGD, "en")
    assert "from course" not in text
    assert set_up.set_up.__module__ == set_up.__name__


# --- The branch -----------------------------------------------------------------------------------------------------


@pytest.mark.needs("terminal")
def test_the_pages_are_published_without_them(site: Path, tmp_path: Path) -> None:
    """The line that takes them away stands before both uploads, and what it moves is what the branch is made of."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text("utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    (at,) = [number for number, each in enumerate(steps) if each.get("name") == "apart"]
    uploads = {each["uses"].split("@")[0]: each["with"] for each in steps[at + 1 :] if "upload" in each.get("uses", "")}
    assert not any("upload" in each.get("uses", "") for each in steps[:at])
    shutil.copytree(site, tmp_path / "build/site")
    subprocess.run(["bash", "-euo", "pipefail", "-c", steps[at]["run"]], cwd=tmp_path, check=True)
    pages, branch = (uploads[f"actions/upload-{each}artifact"] for each in ("pages-", ""))
    assert not list((tmp_path / pages["path"]).rglob("*.ipynb"))
    notebooks = {
        path.relative_to(tmp_path / branch["path"]).as_posix() for path in (tmp_path / branch["path"]).rglob("*.ipynb")
    }
    assert notebooks == set(colab.files())
    downloads = [each for each in workflow["jobs"]["publish"]["steps"] if "download-artifact" in each.get("uses", "")]
    assert [each["with"] for each in downloads] == [{"name": branch["name"], "path": "colab"}]


@pytest.mark.needs("terminal")
def test_the_workflow_publishes_them_as_a_branch_without_history(site: Path, tmp_path: Path) -> None:
    """Its own lines, with a repository in a folder in place of GitHub; the second time they replace the first."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text("utf-8"))
    job = workflow["jobs"]["publish"]
    (step,) = [each for each in job["steps"] if each.get("name") == "colab"]
    assert job["permissions"]["contents"] == "write"
    assert workflow["permissions"] == {"contents": "read"}
    assert "/git" not in step["env"]["COMMIT"]
    remote = tmp_path / "remote.git"
    quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*line: str) -> str:
        done = subprocess.run(
            ["git", *line], cwd=tmp_path, env=quiet, capture_output=True, encoding="utf-8", check=True
        )
        return done.stdout

    git("init", "--quiet", "--bare", str(remote))
    (commit,) = set(re.findall(r"archive/(\w+)\.zip", (site / "colab/en/sgd.ipynb").read_text("utf-8")))
    for number, told in enumerate((commit, commit, "another")):
        folder = tmp_path / str(number)
        shutil.copytree(site / "colab", folder / "colab")
        environment = {**quiet, "COMMIT": told, "REMOTE": remote.as_uri()}
        line = ["bash", "-euo", "pipefail", "-c", step["run"]]
        done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, check=False)
        assert (done.returncode == 0) == (told == commit), done.stderr
        assert git("-C", str(remote), "log", "--format=%s", addresses.COLAB) == f"Notebooks of {commit}\n"
    listed = git("-C", str(remote), "ls-tree", "-r", "--name-only", addresses.COLAB).split()
    assert set(listed) == {f"{lang}/{each.stem}.ipynb" for lang in LANGS for each in lessons()}
