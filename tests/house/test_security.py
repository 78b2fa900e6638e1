"""SECURITY.md and SECURITY.zh.md: every number is the code's, both say the same, and whoever needs them finds them."""

from __future__ import annotations

import re

import pytest

from course.classroom import candidates, entries
from course.grading import folder, sandbox, saved, wall
from course.system.workspace import ROOT
from course.text import LANGS, Lang

PAGES = {"en": ROOT / "SECURITY.md", "zh": ROOT / "SECURITY.zh.md"}
LONGEST = {"en": 1300, "zh": 3600}
"""Two printed pages: words of English, characters of Chinese."""
MIB, GIB = 2**20, 2**30

Table = list[list[str]]


def tables(lang: Lang) -> list[Table]:
    """The tables of a page, without their heads."""
    lines = PAGES[lang].read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None for line in lines]
    found: list[Table] = [[]]
    for row in rows:
        if row is not None:
            found[-1].append(row)
        elif found[-1]:
            found.append([])
    return [table[2:] for table in found if table]


def limits() -> list[tuple[str, str]]:
    """The second column of the table of limits, in English and in Chinese, made of what the code says."""
    most = sandbox.Limits()
    files = most.settings()["RLIMIT_NOFILE"]
    output, kept = most.output // MIB, sandbox.PRINTED // 1024
    most_bytes, written = folder.MOST_BYTES // MIB, most.settings()["RLIMIT_FSIZE"] // MIB
    notebook, archive = candidates.LARGEST_NOTEBOOK // MIB, entries.LARGEST_ARCHIVE // MIB
    return [
        (f"{most.cpu} s", f"{most.cpu} 秒"),
        (f"{most.wall:g} s", f"{most.wall:g} 秒"),
        (f"{most.memory // GIB} GiB", f"{most.memory // GIB} GiB"),
        (f"{output} MiB, of which {kept} KiB are kept", f"{output} MiB，其中保留 {kept} KiB"),
        (f"{written} MiB", f"{written} MiB"),
        (f"{most_bytes} MiB, {folder.MOST:,} files", f"{most_bytes} MiB，{folder.MOST} 个文件"),
        (f"{files}", f"{files} 个"),
        (f"{most.processes}", f"{most.processes} 个"),
        (f"{saved.LARGEST_FILE // MIB} MiB", f"{saved.LARGEST_FILE // MIB} MiB"),
        (f"{notebook} MiB, {archive} MiB", f"{notebook} MiB、{archive} MiB"),
        (
            f"{entries.MOST_ENTRIES:,} files and folders, {entries.DEEPEST} levels deep",
            f"{entries.MOST_ENTRIES} 个文件和文件夹，{entries.DEEPEST} 层",
        ),
    ]


@pytest.fixture(autouse=True)
def _default_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_SECONDS", raising=False)


@pytest.mark.parametrize("lang", LANGS)
def test_the_limits_are_the_codes(lang: Lang) -> None:
    assert [row[1] for row in tables(lang)[2]] == [pair[LANGS.index(lang)] for pair in limits()]


def test_what_limits_time_is_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """`COURSE_SECONDS` is the first, and the second is twice as much."""
    monkeypatch.setenv("COURSE_SECONDS", "7")
    assert (sandbox.Limits().cpu, sandbox.Limits().wall) == (7, 14.0)


@pytest.mark.parametrize("lang", LANGS)
def test_the_layers_are_named(lang: Lang) -> None:
    (where, *_) = tables(lang)[0]
    for layer in wall.LAYERS:
        assert wall.NAMES[layer][lang] in where[0]
    for number in re.findall(r"\d+\.\d+", wall.TEXTS["lacking"][lang]):  # what an instructor is told to install
        assert number in where[0]


def test_both_languages_say_the_same() -> None:
    """The same sections, tables, code, links and numbers, in the same order."""
    en, zh = (PAGES[lang].read_text("utf-8") for lang in LANGS)
    for mark in (r"^#+ ", r"^- ", r"^\| ", r"`[^`]+`", r"\(https?://[^)]+\)"):
        ours, theirs = (re.findall(mark, text, re.MULTILINE) for text in (en, zh))
        assert sorted(ours) == sorted(theirs)
    numbers = [re.findall(r"\d[\d.]*", text.replace(",000", "000")) for text in (en, zh)]
    assert sorted(numbers[0]) == sorted(numbers[1])


@pytest.mark.parametrize("lang", LANGS)
def test_two_pages(lang: Lang) -> None:
    text = PAGES[lang].read_text("utf-8")
    assert (len(text.split()) if lang == "en" else len(text)) <= LONGEST[lang]


def test_every_threat_has_tests() -> None:
    """In each row of the table of threats, files or folders of tests; that they are there, test_documents.py says."""
    for lang in LANGS:
        for row in tables(lang)[1]:
            named = re.findall(r"`(tests/[\w./]+)`", row[2])
            assert named, row[0]
            for name in named:
                path = ROOT / name
                assert path.is_file() or (path.is_dir() and any(path.rglob("*.py"))), name


def test_who_needs_it_finds_it() -> None:
    for name, target in (
        ("README.md", "(SECURITY.md)"),
        ("README.zh.md", "(SECURITY.zh.md)"),
        ("CONTRIBUTING.md", "(SECURITY.md)"),
        ("CONTRIBUTING.md", "(SECURITY.zh.md)"),
        ("course/classroom/README.md", "(../../SECURITY.md)"),
        ("course/classroom/README.md", "(../../SECURITY.zh.md)"),
    ):
        assert target in (ROOT / name).read_text("utf-8"), name


def test_reports_go_to_the_repository_that_is_cloned() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (cloned,) = re.findall(r"^git clone (https://github\.com/\S+) ", readme, re.MULTILINE)
    for page in PAGES.values():
        assert f"({cloned}/security/advisories/new)" in page.read_text("utf-8")
