"""`mend` and `expose` in a notebook and in a terminal: what is made, kept, said and drawn."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from course import cli
from course.grading import exposing, mending, tickets
from course.lab import expose, mend
from course.lab.parts import beside as parts
from course.system import workspace
from course.text import LANGS, CourseError, set_language
from course.topic import Topic, topics
from tests.grading.beside import begun, solved
from tests.learner import filled
from tests.lessons.shown import sources_of

if TYPE_CHECKING:
    from pathlib import Path

    from course.text import Lang


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder in which every exercise is solved."""
    folder = filled(tmp_path, solved=True)
    monkeypatch.setenv("COURSE_LEARNER", str(folder))
    return folder


def test_mend_opens_once_the_rule_passes(own: Path) -> None:
    (own / "sgd.py").write_text("class SGD:\n    pass\n", "utf-8")
    said = mend("sgd")
    assert said.reply.state == "closed"
    assert "once your own sgd passes" in repr(said)
    assert not (own / "sgd_mend.py").exists()
    assert said._on_map is None


@pytest.mark.parametrize("lang", LANGS)
def test_mend_from_the_first_look_to_the_end(own: Path, lang: Lang) -> None:
    set_language(lang)
    file = own / "sgd_mend.py"
    first = mend("sgd")
    assert first.reply.state == "begun"
    text = file.read_text("utf-8")
    ticket = tickets.read(text.encode())
    assert ticket
    assert text == mending.issued(Topic.load("sgd"), ticket, lang)
    assert mend("sgd").reply.state == "begun"
    assert file.read_text("utf-8") == text, "looking again changes nothing"
    wrong = mending.code(Topic.load("sgd"), mending.TICKETS.mistake(Topic.load("sgd"), ticket).id)
    file.write_text(text.replace(wrong, mending.code(Topic.load("sgd"))), "utf-8")
    last = mend("sgd")
    assert last.reply.passed
    assert last._on_map is None
    assert mending.TICKETS.mistake(Topic.load("sgd"), ticket).title[lang] in repr(last)
    assert mending.TICKETS.mistake(Topic.load("sgd"), ticket).title[lang] not in repr(first)
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in first._repr_html_()
    assert "<svg" in first._repr_html_()


def test_a_new_one_is_another_and_the_old_one_is_kept(own: Path) -> None:
    topic, seen = Topic.load("sgd"), []
    for count in range(4):
        said = mend("sgd", new=True)
        assert said.reply.state == "begun"
        ticket = tickets.read((own / "sgd_mend.py").read_bytes())
        assert ticket
        seen.append(mending.TICKETS.mistake(topic, ticket).id)
        assert len(list(own.glob("sgd_mend.py.*.bak"))) == count
        assert ("kept as" in repr(said)) is (count > 0)
    assert all(one != other for one, other in itertools.pairwise(seen))


def test_the_file_is_linked_where_it_lies_in_the_workspace(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)
    assert "<a href" not in expose("sgd")._repr_html_()
    monkeypatch.setattr(workspace, "find", lambda: workspace.Workspace(own))
    again = expose("sgd", new=True)._repr_html_()
    assert '<a href="sgd_expose.py">sgd_expose.py</a> ' in again
    assert "sgd_expose.py.1.bak" in again
    monkeypatch.setattr(workspace, "find", lambda: None)
    assert "<a href" not in expose("sgd")._repr_html_()
    monkeypatch.setattr(workspace, "find", lambda: workspace.Workspace(own))
    assert '<a href="sgd_mend.py">sgd_mend.py</a>' in mend("sgd")._repr_html_()


def test_expose_from_the_first_look_to_the_end(own: Path) -> None:
    assert expose("adam").reply.state == "begun"
    assert expose("adam").reply.state == "not-yet"
    (own / "adam_expose.py").write_text(solved("adam", "expose"), "utf-8")
    said = expose("adam")
    assert said.reply.passed
    assert "<svg" in said._repr_html_()
    assert "wrong rule" in said._repr_html_()
    assert expose("adam", new=True).reply.state == "begun"
    assert (own / "adam_expose.py.1.bak").read_text("utf-8") == solved("adam", "expose")


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_handed_out_says_what_may_be_written(lang: Lang) -> None:
    for topic in topics("rule"):
        for part in (mending, exposing):
            text = part.issued(topic, "abcde", lang)
            assert text.startswith("# ticket: abcde\n# ")
            assert max(map(len, text.splitlines())) < 200
            assert (re.search("[一-鿿]", text) is not None) is (lang == "zh")
        told = exposing.issued(topic, "abcde", lang)
        assert exposing.TICKETS.mistake(topic, "abcde").title[lang] in told
        assert mending.TICKETS.mistake(topic, "abcde").title[lang] not in mending.issued(topic, "abcde", lang)


def test_the_map_shows_the_file_beside_the_right_rule_with_the_same_sliders(own: Path) -> None:
    (own / "momentum_mend.py").write_text(begun("momentum", "mend"), "utf-8")
    said = mend("momentum")
    assert said._on_map is not None
    shown = said._on_map()
    assert shown.compare_walk is not None
    assert {name: each.value for name, each in shown.sliders.items()} == {
        name: each.value for name, each in shown.compare_sliders.items()
    }
    assert shown.message is None
    steps = min(len(shown.path), len(shown.compare_walk.points))
    assert abs(shown.path[:steps] - shown.compare_walk.points[:steps]).max() > parts.SEEN
    (own / "momentum_mend.py").write_text(solved("momentum", "mend"), "utf-8")
    assert shown.look()
    assert abs(shown.path - shown.compare_walk.points).max() == 0


def test_a_notebook_shows_the_report_then_the_map(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / "sgd_mend.py").write_text(begun("sgd", "mend"), "utf-8")
    displayed: list[object] = []
    monkeypatch.setattr("IPython.display.display", lambda each, **_: displayed.append(each))
    mend("sgd")._ipython_display_()
    report, shown = displayed
    assert isinstance(report, dict)
    assert report.keys() == {"text/html", "text/plain"}
    assert type(shown).__name__ == "Descent"


@pytest.mark.parametrize("kind", tickets.KINDS)
def test_what_lies_in_the_place_of_the_file(own: Path, kind: tickets.Kind, capsys: pytest.CaptureFixture[str]) -> None:
    file = own / f"sgd_{kind}.py"
    file.mkdir()
    assert cli.main([kind, "sgd"]) == 1
    said = capsys.readouterr().out
    assert f"course {kind} sgd --new" in said
    assert "course reset" not in said
    assert cli.main([kind, "sgd", "--new"]) == 0
    assert (own / f"sgd_{kind}.py.1.bak").is_dir()
    file.unlink()
    file.write_bytes(b"")
    assert cli.main([kind, "sgd"]) == 1
    assert f"course {kind} sgd --new" in capsys.readouterr().out


def test_the_commands(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["expose", "sgd"]) == 0
    assert cli.main(["expose", "sgd"]) == 1
    (own / "sgd_expose.py").write_text(solved("sgd", "expose"), "utf-8")
    assert cli.main(["expose", "sgd"]) == 0
    assert cli.main(["mend", "sgd", "--submission", str(own)]) == 0
    assert cli.main(["mend", "sgd"]) == 1
    (own / "sgd_mend.py").write_text(solved("sgd", "mend"), "utf-8")
    assert cli.main(["--lang", "zh", "mend", "sgd"]) == 0
    assert "改好了" in capsys.readouterr().out
    assert cli.main(["mend", "nothing"]) == 2
    assert cli.main(["expose", "sgd", "--submission", str(own / "nowhere")]) == 2


def test_status_says_what_has_been_begun_and_solved(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "sgd_mend.py").write_text(solved("sgd", "mend"), "utf-8")
    (own / "sgd_expose.py").write_text(begun("sgd", "expose"), "utf-8")
    (own / "adam_expose.py").write_text(solved("adam", "expose"), "utf-8")
    assert cli.main(["status"]) == 0
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines() if " — " in line}
    assert lines["sgd"].endswith("mend ✓ — expose ✗")
    assert lines["adam"].endswith("expose ✓")
    assert not re.search("mend|expose", lines["momentum"])


def test_a_missing_rule_is_not_thought_to_be_its_mend(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "sgd.py").rename(own / "sgd_mend.py")
    assert cli.main(["check", "sgd"]) == 1
    assert "sgd_mend.py" not in capsys.readouterr().out
    (own / "sgd_mend.py").rename(own / "sgd_final.py")
    assert cli.main(["check", "sgd"]) == 1
    assert "sgd_final.py" in capsys.readouterr().out


def test_every_lesson_with_an_exercise_has_both_cells() -> None:
    for topic in topics("rule"):
        last = [source.splitlines()[-1] for source in sources_of(topic.stem) if source.strip()]
        assert [call for call in last if call.startswith(("mend(", "expose("))] == [
            f'mend("{topic.stem}")',
            f'expose("{topic.stem}")',
        ]


def test_no_folder_is_said(tmp_path: Path) -> None:
    for call in (mend, expose):
        with pytest.raises(CourseError, match="no folder"):
            call("sgd", folder=tmp_path / "nowhere")


def test_a_link_is_followed_in_the_learners_own_folder_alone(
    own: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("class")
    (other / "secret.py").write_text(solved("sgd", "expose"), "utf-8")
    for folder in (own, other):
        (folder / "sgd_expose.py").symlink_to(other / "secret.py")
    assert workspace.is_learners(own)
    assert expose("sgd").reply.passed
    assert expose("sgd", folder=other).reply.state == "refused"
