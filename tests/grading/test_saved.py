"""Files that are not what they seem: every face says what lies there and what to do, and none waits or runs it."""

from __future__ import annotations

import codecs
import io
import json
import os
import pickle
import socket
import threading
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.grading import saved
from course.grading.judge import judge
from course.lab.parts.check import check
from course.lab.rules import RuleError, learner
from course.lab.training import training
from course.lab.training.training import mine
from course.text import LANGS
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.grading.verdict import Status

TOPIC = Topic.load("momentum")
SOLUTION = TOPIC.solution.read_text("utf-8")
CHINESE = f"NAME = '下山：带动量的梯度下降，学习率与动量系数。'\n{SOLUTION.partition('Momentum，')[0]}" + '"""\n'
WESTERN = "# Größe und Maß: été déjà vu, naïve, año\nclass Momentum: pass\n"
NOTEBOOK = {"cells": [{"cell_type": "code", "source": ["class Momentum: pass"]}], "metadata": {}, "nbformat": 4}


def archive() -> bytes:
    """A zip archive, which a Word document is too."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("word/document.xml", "class Momentum: pass")
    return file.getvalue()


def array() -> bytes:
    """An array, as numpy saves it."""
    file = io.BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


FILES: dict[str, tuple[bytes, str, str]] = {
    "GBK": (CHINESE.encode("gb18030", "replace"), "seems to be saved in GB18030", "似乎是以 GB18030"),
    "GBK, two characters": ("# 下山\nclass Momentum: pass".encode("gbk"), "GB18030 (GBK)", "GB18030（GBK）"),
    "Big5": ("# 動量與梯度下降，學習率\n".encode("big5"), "seems to be saved in Big5", "似乎是以 Big5"),
    "UTF-16": (SOLUTION.encode("utf-16"), "seems to be saved in UTF-16", "似乎是以 UTF-16"),
    "UTF-16, big end first": (codecs.BOM_UTF16_BE + SOLUTION.encode("utf-16-be"), "saved in UTF-16", "以 UTF-16"),
    "UTF-16, no mark": (SOLUTION.encode("utf-16-le"), "seems to be saved in UTF-16", "似乎是以 UTF-16"),
    "UTF-32": (SOLUTION.encode("utf-32"), "seems to be saved in UTF-32", "似乎是以 UTF-32"),
    "Latin-1": (WESTERN.encode("latin-1"), "saved in Latin-1", "以 Latin-1"),
    "Windows": ("# “quoted” – dash\nclass Momentum: pass\n".encode("cp1252"), "saved in Latin-1", "以 Latin-1"),
    "another encoding": (f"# coding: ascii\n{CHINESE}".encode(), "in `ascii`, and it is not", "实际却不是"),
    "an unknown encoding": (f"# coding: wtf-8\n{WESTERN}".encode(), "in `wtf-8`, and it is not", "实际却不是"),
    "a mark and another": (codecs.BOM_UTF8 + b"# coding: gbk\nx = 1\n", "in `gbk`, and it is not", "实际却不是"),
    "saved in half": (SOLUTION.encode() + b"\0" * 512, "not saved to its end", "没有保存完"),
    "zeros": (b"\0" * 100, "not saved to its end", "没有保存完"),
    "NUL in the middle": (SOLUTION.replace("lr", "l\0r").encode(), "is binary data", "二进制数据"),
    "empty": (b"", "is empty", "是空的"),
    "blanks": (codecs.BOM_UTF8 + b" \r\n\t\n", "is empty", "是空的"),
    "a notebook": (json.dumps(NOTEBOOK, indent=1).encode(), "is a notebook", "其实是笔记本"),
    "a notebook in one line": (json.dumps(dict(reversed(NOTEBOOK.items()))).encode(), "is a notebook", "其实是笔记本"),
    "Word": (archive(), "is a Word document or a zip archive", "是 Word 文档或 zip 压缩包"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "is a Word document", "是 Word 文档"),
    "rich text": (rb"{\rtf1\ansi class Momentum: pass}", "is a Word document", "是 Word 文档"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document", "是 PDF 文档"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a picture", "是一张图片"),
    "a photograph": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "is a picture", "是一张图片"),
    "compressed": (b"\x1f\x8b\x08\0" + bytes(range(99)), "is a compressed archive", "是压缩包"),
    "pickle 2": (pickle.dumps({"a": [1]}, 2), "is pickled data", "是 pickle 数据"),
    "pickle 5": (pickle.dumps({"a": [1]}, 5), "is pickled data", "是 pickle 数据"),
    "an array": (array(), "is a numpy array", "是 numpy 数组"),
    "compiled": (MAGIC_NUMBER + bytes(12) + b"\xe3", "is compiled Python", "是编译后的 Python 文件"),
    "a web page": (b"\n<!DOCTYPE HTML>\n<html lang='zh'>", "is a web page", "是网页"),
    "a web page, marked": (codecs.BOM_UTF8 + b"<html><body>404", "is a web page", "是网页"),
}  # fmt: skip
"""What it is → its bytes, and a few words of each sentence."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(training, "learner", lambda stem: learner(stem, tmp_path))  # a folder like any other
    return tmp_path


def told_by_every_face(folder: Path, status: Status, english: str, chinese: str) -> None:
    """The judge, the notebook's report and the lesson say the same, and say it of this file by its name."""
    verdict = judge(TOPIC, folder, fresh="k7m2q")
    assert verdict.status == status
    assert verdict.score == 0
    assert english in verdict.message.en
    assert chinese in verdict.message.zh
    assert "momentum.py" in verdict.message.en
    assert "momentum.py" in verdict.message.zh
    report = check("momentum", folder, fresh="k7m2q").verdict
    assert report.to_json("en") == verdict.to_json("en")
    with pytest.raises(RuleError) as error:
        learner("momentum", folder).load()
    why_not = mine("momentum").why_not
    assert why_not is not None
    assert error.value.text == why_not
    for lang in LANGS:
        assert why_not[lang] in verdict.message[lang]
    assert english in error.value.text.en
    assert chinese in error.value.text.zh


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_rule_is_told_what_it_is(what: str, folder: Path) -> None:
    content, english, chinese = FILES[what]
    (folder / "momentum.py").write_bytes(content)
    told_by_every_face(folder, "error", english, chinese)


@pytest.mark.parametrize(
    "content",
    [
        SOLUTION.encode(),
        codecs.BOM_UTF8 + SOLUTION.replace("\n", "\r\n").encode(),
        SOLUTION.replace("\n", "\r").encode(),
        f"# -*- coding: gb18030 -*-\n# 下山\n{SOLUTION}".encode("gb18030"),
        f"#!/usr/bin/env python\n# vim: set fileencoding=utf-8 :\n{SOLUTION}".encode(),
        f"# coding: latin-1\n# été\n{SOLUTION.encode('ascii', 'backslashreplace').decode()}".encode("latin-1"),
        codecs.BOM_UTF8 + f"# coding: utf-8\n{SOLUTION}".encode(),
        f'"""<html> PK %PDF {{"cells": []}}"""\n{SOLUTION}'.encode(),
        f"x = {{'cells': 1}}\n{SOLUTION}".encode(),
    ],
)
def test_python_texts_of_every_encoding_are_read(content: bytes, folder: Path) -> None:
    (folder / "momentum.py").write_bytes(content)
    assert saved.refused(folder / "momentum.py") is None
    assert judge(TOPIC, folder).status == "passed"
    assert learner("momentum", folder).load().__name__ == "Momentum"


def test_the_line_of_an_error_is_read_in_the_files_own_encoding(folder: Path) -> None:
    text = f"# coding: gb18030\n{SOLUTION.replace('return param', '学习率 = 1 / 0; return param')}"
    (folder / "momentum.py").write_bytes(text.encode("gb18030"))
    assert "学习率 = 1 / 0" in judge(TOPIC, folder).message.en
    rule = learner("momentum", folder)
    with pytest.raises(ZeroDivisionError) as error:
        rule(lr=0.1).update(np.ones(2), np.ones(2), {"momentum_buffer": None})
    assert "学习率 = 1 / 0" in rule.explain(error.value).zh


def pipe(path: Path) -> None:
    os.mkfifo(path)


def plug(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


PLACES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a folder": (Path.mkdir, "is a folder", "是一个文件夹"),
    "a pipe": (pipe, "a pipe, a socket or a device", "管道、套接字或设备"),
    "a socket": (plug, "a pipe, a socket or a device", "管道、套接字或设备"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "a pipe, a socket or a device", "管道、套接字或设备"),
    "a link to nothing": (lambda path: path.symlink_to("gone.py"), "leads to no file", "没有指向任何文件"),
    "a link to itself": (lambda path: path.symlink_to(path), "leads to no file", "没有指向任何文件"),
    "a link to a folder": (lambda path: path.symlink_to(path.parent), "is a folder", "是一个文件夹"),
}


@pytest.fixture
def deadline() -> Iterator[None]:
    """Fail a test that waits, for instance for somebody to write into a pipe."""
    late = threading.Timer(60, os._exit, (70,))
    late.start()
    yield
    late.cancel()


@pytest.mark.usefixtures("deadline")
@pytest.mark.parametrize("what", PLACES)
def test_what_is_no_file_is_told_and_nobody_waits(what: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, english, chinese = PLACES[what]
    monkeypatch.chdir(folder)  # a socket's path may not be long
    make(Path("momentum.py") if what == "a socket" else folder / "momentum.py")
    told_by_every_face(folder, "not-implemented", english, chinese)


@pytest.mark.usefixtures("deadline")
def test_a_pipe_that_takes_the_files_place_is_not_waited_for(folder: Path) -> None:
    pipe(folder / "momentum.py")
    assert saved._read(folder / "momentum.py") == b""


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "momentum.py").write_text(SOLUTION, "utf-8")

    def deny(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", deny)  # root may read everything
    reason = saved.refused(folder / "momentum.py")
    assert reason is not None
    assert reason.status == "error"
    assert "Permission denied" in reason.text.en
    assert "chmod" in reason.text.zh


def test_a_link_to_somebodys_file_is_followed_in_the_learners_folder_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text("CANARY = 'a line that is somebody else's'\n", "utf-8")
    (folder / "momentum.py").symlink_to(elsewhere)
    told_by_every_face(folder, "error", "is a link to another file", "指向其他文件的链接")
    assert "CANARY" not in json.dumps(judge(TOPIC, folder).to_json())
    elsewhere.write_text(SOLUTION, "utf-8")
    assert judge(TOPIC, folder).status == "error", "nor does a link to the solution pass"
    monkeypatch.setenv("COURSE_LEARNER", str(folder))
    assert judge(TOPIC, folder).passed
    assert saved.source(folder / "momentum.py") == SOLUTION.encode()


def test_a_link_that_takes_the_files_place_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "momentum.py").symlink_to(TOPIC.solution)
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)  # it was none when it was looked at
    reason = saved.refused(folder / "momentum.py")
    assert reason is not None
    assert "is a link to another file" in reason.text.en


def test_what_is_judged_is_what_was_read(folder: Path) -> None:
    """A file that grows, is emptied or replaced after it was read changes nothing any more."""
    file = folder / "momentum.py"
    file.write_text(SOLUTION, "utf-8")
    content = saved.source(file)
    file.write_text("raise SystemExit", "utf-8")
    assert content == SOLUTION.encode()


def test_a_folder_that_may_not_be_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (folder / "momentum.py").write_text(SOLUTION, "utf-8")
    monkeypatch.setattr("os.open", deny)
    monkeypatch.setattr("os.access", lambda *_: False)  # root may open everything
    reason = saved.refused(folder / "momentum.py")
    assert reason is not None
    assert reason.status == "error"
    assert f"chmod u+rx {folder.name}" in reason.text.en
    assert f"文件夹 {folder.name} 无法打开" in reason.text.zh


def test_a_sparse_file_of_gigabytes(folder: Path) -> None:
    (folder / "momentum.py").touch()
    os.truncate(folder / "momentum.py", 3 * 2**30)
    told_by_every_face(folder, "rejected", "larger than 1 MiB", "超过 1 MiB")


def test_a_file_larger_than_a_rule(folder: Path) -> None:
    (folder / "momentum.py").write_bytes(b"#" * (2**20 + 1))
    told_by_every_face(folder, "rejected", "larger than 1 MiB", "超过 1 MiB")


BESIDE = {
    "Momentum.py": "rename it",
    "momentum.py.txt": "rename it",
    "momentum (1).py": "rename it",
    "momentum - Copy.py": "rename it",
    "momentum_v2.py": "rename it",
    "momentum（1）.py": "rename it",
    "momentum副本.py": "rename it",
    "momentum.txt": "rename it",
    "momentum": "rename it",
    "MOMENTUM.PY": "rename it",
    "momentum.ipynb": "is the notebook momentum.ipynb",
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_file_under_nearly_the_right_name_is_told(name: str, folder: Path) -> None:
    (folder / name).write_text(SOLUTION, "utf-8")
    if (folder / "momentum.py").exists():
        pytest.fail("this file system does not tell the two names apart: the test has nothing to show")
    verdict = judge(TOPIC, folder)
    assert verdict.status == "not-implemented"
    assert f"there is {'the notebook ' if name.endswith('ipynb') else ''}{name}" in verdict.message.en
    assert BESIDE[name] in verdict.message.en
    assert name in verdict.message.zh
    with pytest.raises(RuleError) as error:
        learner("momentum", folder).load()
    assert error.value.text == verdict.message


@pytest.mark.parametrize(
    "name", ["momentums.py", "adam.py", "my_momentum.py", "momentum.pyc", "momentum2.py", "momentum\n.py"]
)
def test_other_files_are_no_candidates(name: str, folder: Path) -> None:
    (folder / name).write_text(SOLUTION, "utf-8")
    verdict = judge(TOPIC, folder)
    assert verdict.message == saved.MISSING.format(name="momentum.py", stem="momentum")
    with pytest.raises(RuleError, match="course reset momentum"):
        learner("momentum", folder).load()


def test_the_script_comes_before_the_notebook(folder: Path) -> None:
    for name in ("momentum.ipynb", "momentum.txt"):
        (folder / name).write_text(SOLUTION, "utf-8")
    assert "momentum.txt" in judge(TOPIC, folder).message.en


@pytest.mark.parametrize(
    "content",
    [b"class Rule: ...\n", b"", b"\x89PNG\r\n", b"x" * (saved.LARGEST_FILE + 1), "# é".encode("latin-1"), None],
    ids=["text", "empty", "picture", "large", "latin", "missing"],
)
def test_what_was_read_elsewhere_is_taken_as_the_file_would_be(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "adam.py"
    if content is not None:
        file.write_bytes(content)
    assert saved.checked("adam.py", content) == saved.source(file)
