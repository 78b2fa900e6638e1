"""Texts that lie beside their module: every name is there, every text is used, both languages are filled alike."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

from course.system.workspace import ROOT
from course.text import CourseError, Text, texts

MODULES = [
    path for path in sorted((ROOT / "course").rglob("*.py")) if "\nTEXTS = texts(__file__)\n" in path.read_text("utf-8")
]
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]


def used(source: str) -> set[str]:
    """Return the names that a module asks its texts for; one that is computed is refused, since nobody can check it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "TEXTS":
            assert isinstance(node.slice, ast.Constant), f"line {node.lineno}: a name of a text stands as it is"
            found.add(str(node.slice.value))
    return found


def fields(text: str) -> set[str]:
    """Return the placeholders of a text; formats may differ, as digits are grouped in English alone."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_every_name_is_there_and_every_text_is_used(module: Path) -> None:
    asked = used(module.read_text("utf-8"))
    if module.name == "survey_text.py":  # the page says the same
        asked |= used(module.with_name("survey_page.py").read_text("utf-8"))
        asked |= set(
            re.findall(r'\btexts\["([^"]*)"\]', (module.parent / "templates/survey.html.j2").read_text("utf-8"))
        )
    if module.name == "furniture.py":  # a page's template says the rest
        asked |= set(re.findall(r"\bsay\.(\w+)", (module.parent / "templates/page.html.j2").read_text("utf-8")))
        asked -= {"voted", "unvoted"}  # of a prediction's own texts
    assert asked == set(texts(str(module)))


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_both_languages_have_the_same_placeholders(module: Path) -> None:
    for name, text in texts(str(module)).items():
        assert fields(text.en) == fields(text.zh), name


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "some.toml").write_text("[one\n", "utf-8")
    with pytest.raises(CourseError, match=r"some\.toml:1: this is no TOML"):
        texts(str(tmp_path / "some.py"))["one"]


def test_no_file_of_texts_is_without_its_module() -> None:
    catalogue = {ROOT / "course/topics", ROOT / "course/grading/mistakes"}
    alone = [path for path in (ROOT / "course").rglob("*.toml") if not catalogue.intersection(path.parents)]
    assert {path for path in alone if path.name not in OTHERS} == {texts(str(module)).file for module in MODULES}


OTHERS = {"guide.toml"}
"""Files of TOML that hold something else than texts by their names: the tree of a guide."""


def test_a_name_that_is_missing_or_unused_is_found() -> None:
    assert used('TEXTS = texts(__file__)\nsay(TEXTS["misspelt"])') == {"misspelt"}
    with pytest.raises(AssertionError, match="line 1"):
        used("TEXTS[kind]")


def test_a_text_is_given_in_both_languages_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "room.toml"
    file.write_text('[full]\nen = """\nThere is \\\nno room."""\nzh = """\n没有\\\n地方。"""\n', "utf-8")
    said = texts(str(tmp_path / "room.py"))
    assert dict(said) == {"full": Text(en="There is no room.", zh="没有地方。")}
    with pytest.raises(KeyError, match=r"room\.toml has no text \[empty\]"):
        said["empty"]


@pytest.mark.parametrize(
    "written",
    [
        '[full]\nen = "no room"',
        '[full]\nen = "no room"\nzh = " "',
        'full = "no room"',
        '[full]\nen = "a"\nzh = "b"\nx = "c"',
    ],
)
def test_a_text_that_is_not_in_both_languages_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / "room.toml").write_text(written, "utf-8")
    assert tomllib.loads(written)
    with pytest.raises(CourseError, match=r"room\.toml: each text is a table"):
        texts(str(tmp_path / "room.py"))["full"]
