"""`course build --learn`: what it reads, what it says, what it writes beside the catalogue, and how it goes on."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom, cli
from course.authoring import mistakes as builder
from course.authoring.learning import draft, gathering
from course.authoring.learning import learn as learning
from course.authoring.learning.search import MOST, EditSearch
from course.classroom import trust
from course.grading import sandbox
from course.grading.judge import judge_source
from course.grading.mistakes import catalogue
from course.grading.mistakes.catalogue import read_mistake
from course.grading.mistakes.edit import edited
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic
from tests.classroom.room import SOLUTION, hand_in, new_class

if TYPE_CHECKING:
    from pathlib import Path

    from course.authoring.learning.gathering import Gathered

SGD = Topic.load("sgd")
ODD = SOLUTION["sgd"].replace("self.weight_decay * param", "0.0375 * self.weight_decay * param")
"""Wrong in a way that no catalogue has."""
ALSO = ODD.replace("param - self.lr * grad", "param + (-self.lr) * grad")
"""Rounded otherwise, and otherwise the same."""
FAR = SOLUTION["sgd"].replace("return param - self.lr * grad", "return param - self.lr * (grad**3 + 0.3 * param**5)")


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the drafts are written, and not into the course; files are run here, whatever wall this machine has."""
    folder = tmp_path / "drafts"
    folder.mkdir()
    monkeypatch.setattr(draft, "path_of", lambda topic: folder / f"{topic.stem}.draft")
    if not trust.walled():
        run = sandbox.run
        monkeypatch.setattr(sandbox, "run", lambda *given, **named: run(*given, **{**named, "full_wall": False}))
    return folder


def learn(folder: Path, most: int = MOST) -> None:
    """Learn from a folder as `course build --learn` does."""
    learning.learn(folder, most=most, progress=False)


def gathered(folder: Path) -> Gathered:
    """What is gathered from a folder."""
    return gathering.gather(folder, progress=False)


def folder_of(place: Path, **files: str | bytes) -> Path:
    place.mkdir()
    for name, text in files.items():
        (place / f"{name}.py").write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


def test_a_draft_is_written_for_files_that_compute_the_same(
    tmp_path: Path, drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two hands, one path: one group, one entry, whose edits apply and whose texts are a person's to write."""
    folder = folder_of(tmp_path / "in", zhangwei=ODD, maria=ALSO, right=SOLUTION["sgd"])
    named = SOLUTION["sgd"].replace("grad + self.weight_decay", "grad - self.weight_decay")
    (folder / "named.py").write_text(named, "utf-8")
    assert cli.main(["build", "--learn", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Files: 4; right: 1; with a known mistake: 1; without a path to compare: 0;" in said
    assert "unexplained, and searched for: 2 (different paths: 1)." in said
    assert "files that compute the same: 2" in said
    text = (drafts / "sgd.draft").read_text("utf-8")
    (entry,) = tomllib.loads(text)["mistake"]
    (searched,) = tomllib.loads(text)["searched"]
    assert (searched["files"], searched["outcome"]) == (2, "found")
    assert entry["place"] == "decay"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"])
    made = edited(catalogue(SGD).text, read_mistake(entry, {}).edits)
    assert "0.0375" in made
    for name in ("zhangwei", "maria", str(tmp_path)):
        assert name not in text + said.replace(str(drafts), "")


def test_an_entry_is_refused_until_its_texts_are_written(
    tmp_path: Path, drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(folder_of(tmp_path / "in", one=ODD))
    entry: dict[str, Any] = tomllib.loads((drafts / "sgd.draft").read_text("utf-8"))["mistake"][0]
    book = catalogue(SGD)

    def told(entry: dict[str, Any]) -> str:
        pasted = replace(book, mistakes=(*book.mistakes, read_mistake(entry, {})))
        monkeypatch.setattr(builder, "catalogue", lambda _topic: pasted)
        return "\n".join(each.en for each in builder.unmakable(SGD))

    assert told(entry).count(f"sgd, mistakes.toml, {entry['id']}: ") >= 4
    assert "`explanation.zh` is still the draft's: write it." in told(entry)
    entry["title"] = {"en": "a part of the decay", "zh": "只衰减了一部分"}
    assert "`title.en`" not in told(entry)
    assert "`explanation.en`" in told(entry)
    entry["explanation"] = {"en": "The decay is too small.", "zh": "衰减得太少。"}
    assert "is still the draft's" not in told(entry)


def test_what_nobody_has_begun_to_write_is_made_anew_and_the_rest_is_left_alone(
    tmp_path: Path, drafts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = folder_of(tmp_path / "in", one=ODD), drafts / "sgd.draft"
    learn(folder)
    first = file.read_text("utf-8")
    with monkeypatch.context() as without_a_search:
        without_a_search.setattr(EditSearch, "run", pytest.fail)
        learn(folder)
        assert "Searched for before" in capsys.readouterr().out
        assert file.read_text("utf-8") == first
        begun = first.replace(
            'title.en = "TO BE WRITTEN: what was done, in a few words, without a full stop"', 'title.en = "mine"'
        )
        assert begun != first
        file.write_text(begun.replace("course = ", "course = 'another' # "), "utf-8")
        kept = file.read_text("utf-8")
        learn(folder)
        assert "begun to write in its draft" in capsys.readouterr().out
    (folder / "far.py").write_text(FAR, "utf-8")
    learn(folder, most=900)
    assert kept.partition("[[searched]]")[2].strip() in file.read_text("utf-8")


def test_none_found_is_said_with_the_nearest_and_what_is_known(
    tmp_path: Path, drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(folder_of(tmp_path / "in", one=FAR), most=1200)
    said = capsys.readouterr().out
    assert "None found: no edit, alone, with another or with a known mistake, among 1" in said
    assert "  Right in: " in said
    assert "  Not right in: " in said
    assert "Where it begins: Step 1" in said
    text = (drafts / "sgd.draft").read_text("utf-8")
    assert "mistake" not in tomllib.loads(text)
    assert tomllib.loads(text)["searched"][0]["outcome"] == "none"
    assert "# 没有找到" in text


def test_an_interrupted_search_goes_on_where_it_was(
    tmp_path: Path, drafts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "in", one=FAR)
    layer, layers = EditSearch._layer, []

    def interrupted(self: EditSearch, *told: Any) -> None:
        layers.append(self.result.tried)
        if len(layers) == 4:
            raise KeyboardInterrupt
        layer(self, *told)

    monkeypatch.setattr(EditSearch, "_layer", interrupted)
    assert cli.main(["build", "--learn", str(folder)]) == 130
    said = capsys.readouterr()
    assert "the same command goes on from there" in said.out
    searched = tomllib.loads((drafts / "sgd.draft").read_text("utf-8"))["searched"][0]
    assert (searched["outcome"], searched["tried"]) == ("interrupted", layers[-1])
    learn(folder, most=layers[-1] + 400)
    assert layers[4] == layers[3], "nothing is tried a second time"
    assert "None found" in capsys.readouterr().out


def sentence_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a folder that nothing can be learnt from, in both languages."""
    assert cli.main(["build", "--learn", str(folder)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(r"[\u4e00-\u9fff]", said.err)
    assert "Traceback" not in said.err
    return said.err


def test_what_cannot_be_learnt_from_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no folder" in sentence_of(tmp_path / "nowhere", capsys)
    folder = folder_of(tmp_path / "in")
    (folder / "notes.txt").write_text("sgd", "utf-8")
    assert "no Python file" in sentence_of(folder, capsys)
    (folder / "helper.py").write_text("x = 1\n", "utf-8")
    assert "defines the class of a topic" in sentence_of(folder, capsys)
    (folder / "one.py").write_text(SOLUTION["sgd"], "utf-8")
    assert "do not define SGD at the beginning of a line: 1" in sentence_of(folder, capsys)
    (folder / "helper.py").write_text(SOLUTION["adam"], "utf-8")
    assert "of several topics: " in sentence_of(folder, capsys)
    assert "of several topics: " in sentence_of(ROOT / "solutions", capsys)
    unreadable = folder_of(tmp_path / "links")
    (unreadable / "one.py").symlink_to(folder / "one.py")
    assert "no Python file" in sentence_of(unreadable, capsys)


def test_a_folder_in_which_all_is_right_has_nothing_to_search_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(folder_of(tmp_path / "in", one=SOLUTION["sgd"], two=SOLUTION["sgd"]))
    said = capsys.readouterr().out
    assert "Files: 2; right: 2;" in said
    assert "There is no path to search for." in said


def counts(found: Gathered) -> tuple[int, ...]:
    return found.files, found.passed, found.named, found.stopped, sum(each.files for each in found.groups), found.alone


TURNS, DECAYS = "if self.maximize:  # stretch\n            grad = -grad", "grad = grad + self.weight_decay * param"
OPTION = SOLUTION["sgd"].replace(f"{TURNS}\n        {DECAYS}", f"{DECAYS}\n        {TURNS}")
"""Right, but for a stretch option: what is named there is no mistake of the core."""
STOPS = SOLUTION["sgd"].replace(
    "return param", "import os\n        _ = param.ndim or os._exit(3)\n        return param + param"
)
"""Wrong where it gets to, and it does not get through every case: it has been held against nothing."""


def test_each_file_counts_once_whatever_is_said_of_it(tmp_path: Path) -> None:
    named = SOLUTION["sgd"].replace("grad + self.weight_decay", "grad - self.weight_decay")
    files = {"a": ODD, "b": OPTION, "c": STOPS, "d": named, "e": SOLUTION["sgd"], "f": "class SGD:\n    def"}
    verdicts = {name: judge_source(SGD, text.encode()) for name, text in files.items()}
    assert verdicts["b"].passed
    assert verdicts["b"].mistakes, "a file that passes may be named for an option"
    assert (verdicts["c"].status, verdicts["c"].mistakes, verdicts["c"].fingerprint) == ("wrong", (), "")
    assert counts(gathered(folder_of(tmp_path / "in", **files))) == (6, 2, 1, 2, 1, 0)


def test_a_file_with_a_helper_of_another_topic_is_of_the_one_that_all_define(tmp_path: Path) -> None:
    helped = f"{SOLUTION['momentum']}\n\nclass SGD:\n    pass\n"
    found = gathered(folder_of(tmp_path / "in", one=SOLUTION["momentum"], two=helped))
    assert (found.files, found.passed) == (2, 2)


def test_files_that_try_something_do_no_harm_and_stop_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One ends the process, one is no Python, one is another each time, one is deep enough to end a parser."""
    victim = tmp_path / "victim"
    victim.write_text("kept", "utf-8")
    ends = f"import os\n{ODD}\nos._exit(0)\n"
    reaches = ODD.replace("import dataclass\n", f"import dataclass\nopen({str(victim)!r}, 'w').write('hit')\n", 1)
    chance = f"import os\n{ODD}".replace("0.0375", "(int.from_bytes(os.urandom(2), 'big') / 65536)")
    deep = f"{ODD}\nx = {'(' * 5000}{')' * 5000}\n"
    folder = folder_of(
        tmp_path / "in", a=ends, b="class SGD:\n    def", c=chance, d=deep, e=ALSO, f=b"class SGD:\n\xff\xfe\0"
    )
    if trust.walled():
        (folder / "g.py").write_text(reaches, "utf-8")
    learn(folder, most=900)
    said = capsys.readouterr().out
    assert "None of these files computes again" in said
    assert "This edit makes their path" in said
    assert victim.read_text("utf-8") == "kept"


def test_drafts_that_cannot_be_read_are_told_by_their_file(
    tmp_path: Path, drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path / "in", one=ODD)
    (drafts / "sgd.draft").write_text("# Drafts\n\n[[searched]]\ngroup = \n", "utf-8")
    assert cli.main(["build", "--learn", str(folder)]) == 2
    told = capsys.readouterr().err
    assert re.search(r"sgd\.draft:4: this is no TOML \(.+\)\. Mend these drafts, or remove the file\.", told)
    assert "git" not in told, "which ignores them"
    (drafts / "sgd.draft").write_text('[[searched]]\ngroup = "a"\n# [[searched]]\n', "utf-8")
    assert cli.main(["build", "--learn", str(folder)]) == 2
    assert re.search(r"sgd\.draft: .+ Mend these drafts", capsys.readouterr().err)


def test_a_class_is_learnt_from_and_no_student_is_named(
    tmp_path: Path, drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = new_class(tmp_path / "class")
    with pytest.raises(CourseError, match="course class grade"):
        learn(root)
    classroom.release(root, ["sgd"], progress=False)
    hand_in(root, "zz-ada", "sgd", ODD)
    hand_in(root, "zz-bo", "sgd", ALSO)
    hand_in(root, "zz-chen", "sgd", FAR)
    hand_in(root, "zz-dora", "sgd", SOLUTION["sgd"])
    classroom.grade(root, jobs=2, progress=False)
    shutil.rmtree(root / "submitted")  # what is read is the copy that was graded
    learn(root)
    said, text = capsys.readouterr().out, (drafts / "sgd.draft").read_text("utf-8")
    assert "sgd: files that compute the same: 2" in said
    assert "Each with a path of its own, and left out: 1." in said
    assert "0.0375" in tomllib.loads(text)["mistake"][0]["edit"][0]["new"]
    assert "zz-" not in said + text


def test_a_class_and_its_report_group_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whose path another has left is in a group of the report, and is searched for; nobody counts twice."""
    root = new_class(tmp_path / "class")
    classroom.release(root, ["sgd"], progress=False)
    hand_in(root, "zz-ada", "sgd", ODD)
    hand_in(root, "zz-bo", "sgd", ALSO)
    hand_in(root, "zz-chen", "sgd", FAR)
    hand_in(root, "zz-dora", "sgd", OPTION)
    classroom.grade(root, jobs=2, progress=False)
    hand_in(root, "zz-bo", "sgd", SOLUTION["sgd"])
    classroom.grade(root, jobs=2, progress=False)
    said = classroom.class_report(root, progress=False).en
    assert re.search(r"2 students since \S+, 1 of them still\.", said)
    assert "way of their own, with no known mistake: 1." in said
    found = gathering.gather(root, progress=False)
    assert counts(found) == (4, 2, 0, 0, 1, 1)
    (group,) = found.groups
    assert group.sources == (ODD.encode(),), "the copy of who still takes it"
    assert group.known.wrong
    learn(root, most=1)
    assert "unexplained, and searched for: 1 (different paths: 1)." in capsys.readouterr().out
    hand_in(root, "zz-ada", "sgd", SOLUTION["sgd"])
    classroom.grade(root, jobs=2, progress=False)
    said = classroom.class_report(root, names=True, progress=False).en
    assert re.search(r"2 students since \S+, 0 of them still\.", said)
    assert "One of them: " not in said, "nobody's file shows it any more"
    assert "--learn" not in said
    assert not gathering.gather(root, progress=False).groups
