"""The course's JavaScript: the widget's modules joined into what the page is given, and all of it linted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.authoring import modules
from course.system.workspace import ROOT
from course.text import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY = 'import { View } from "./view.js";\n\nexport default { render: () => new View() };\n'
VIEW = (
    '// @ts-check\n/** @import { A } from "a" */\nimport { one } from "./one.js";\n\nexport class View { at = one; }\n'
)
ONE = "export const one = 1;\nconst two = 2;\n"
LESSONS = "course/learner/frontend/downhill-lessons/static/remoteEntry.js"
EXTENSION = "course/learner/labextensions/downhill-reload/static/remoteEntry.js"
BESIDE = "course/learner/frontend/downhill-beside/static/remoteEntry.js"
EDITOR = "course/lab/editor/editor.js"
RIGHT = {"descent.js": ENTRY, "view.js": VIEW, "one.js": ONE}


def test_what_is_imported_stands_first() -> None:
    lines = [line for line in modules.joined(RIGHT).splitlines() if line and not line.startswith("//")]
    assert lines == [
        "const one = 1;",
        "const two = 2;",
        "class View { at = one; }",
        "export default { render: () => new View() };",
    ]
    assert modules.joined(dict(reversed(RIGHT.items()))) == modules.joined(RIGHT)


def test_a_module_that_two_import_stands_once() -> None:
    shared = {**RIGHT, "descent.js": 'import { one } from "./one.js";\n' + ENTRY}
    assert modules.joined(shared).count("const one = 1;") == 1


def test_a_module_of_another_folder_is_found_by_its_name() -> None:
    away = {**RIGHT, "view.js": VIEW.replace("./one.js", "../../../lab/widget/js/one.js")}
    assert modules.joined(away) == modules.joined(RIGHT)
    with pytest.raises(CourseError):
        modules.joined({**RIGHT, "view.js": VIEW.replace("./one.js", "https://host/one.js")})


def test_each_widget_is_given_what_it_needs_and_no_more() -> None:
    both = {**RIGHT, "slider.js": 'import { one } from "./one.js";\n\nexport default { render: () => one };\n'}
    assert "class View" not in modules.joined(both, "slider.js")
    assert "const one = 1;" in modules.joined(both, "slider.js")
    assert modules.joined(both) == modules.joined(RIGHT)


WRONG = {
    "a circle": ({"one.js": 'import { View } from "./view.js";\n' + ONE}, "lead back"),
    "a name twice": ({"view.js": VIEW + "let two = 3;\n"}, "declares two"),
    "a name that is not exported": ({"view.js": VIEW.replace("{ one }", "{ one, two }")}, "imports two"),
    "a file that is not there": ({"view.js": VIEW.replace("./one.js", "./none.js")}, "none.js"),
    "a file that nobody imports": ({"more.js": "export const more = 1;\n"}, "more.js"),
    "another name": ({"view.js": VIEW.replace("{ one }", "{ one as other }")}, "one as other"),
    "several lines": ({"view.js": VIEW.replace("{ one }", "{\n  one,\n}")}, "`import {`"),
    "a whole module": ({"view.js": VIEW.replace("{ one }", "* as one")}, "as one"),
    "a library": ({"view.js": VIEW.replace("./one.js", "d3")}, "d3"),
    "a list of exports": ({"one.js": ONE + "export { two };\n"}, "export { two }"),
    "two names in one line": ({"one.js": ONE + "const { a, b } = {};\n"}, "const { a, b }"),
    "a second default": ({"one.js": ONE + "export default 1;\n"}, "export default"),
    "no default": ({"descent.js": ENTRY.replace("export default", "export const made =")}, "export default"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_joined_is_refused(name: str) -> None:
    change, told = WRONG[name]
    with pytest.raises(CourseError) as caught:
        modules.joined(RIGHT | change)
    assert told in caught.value.text.en
    assert caught.value.text.zh.startswith("course/lab/widget/js/")


def test_every_module_is_read_in_one_sitting() -> None:
    lengths = {file.name: len(file.read_text("utf-8").splitlines()) for file in modules.SOURCES.glob("*.js")}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_the_lock_names_no_host() -> None:
    """It is of use behind any mirror, and tells of none."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert not [name for name, each in packages.items() if "resolved" in each]


def tracked(*patterns: str) -> list[str]:
    """List the files of the repository that have such names."""
    listed = ["git", "ls-files", *patterns]
    return subprocess.run(listed, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.split()


def test_all_javascript_is_where_it_is_linted() -> None:
    """`npm run check` lints the folder `course`, whatever is in it."""
    command = json.loads((ROOT / "package.json").read_text("utf-8"))["scripts"]["check"]
    assert command.split(" && ")[0].split()[-1] == "course"
    files = tracked("*.js", "*.ts", "*.mjs", "*.cjs", "*.jsx", "*.tsx")
    assert {EXTENSION, LESSONS, BESIDE, EDITOR} <= set(files)
    assert [name for name in files if not name.startswith("course/")] == ["eslint.config.mjs"]


SPOILT = {
    "a type": ("digits.js", "Math.log10(size)", "Math.log10(String(size))", "TS2345"),
    "a trait": ("scene.js", 'model.get("words")', 'model.get("wrods")', "TS2345"),
    "null": ("view.js", "this.frame !== null", "this.frame !== undefined", "TS2345"),
    "an unknown name": ("chart.js", "context.clearRect", "contxt.clearRect", "no-undef"),
    "a name that nobody uses": ("ground.js", "const LEVELS", "const USED = 1;\nconst LEVELS", "no-unused-vars"),
    "a name within a name": ("map.js", "const unit = ", "const clamp = 1, unit = ", "no-shadow"),
    "an unknown name in the extension": (EXTENSION, "document.hidden", "documnt.hidden", "no-undef"),
    "an unknown name beside": (BESIDE, "Math.min(", "Meth.min(", "no-undef"),
    "a type in the editor": (EDITOR, "String(first + lines.length)", "first + lines.length", "TS2322"),
    "a trait in the editor": (EDITOR, 'model.get("words")', 'model.get("wrods")', "TS2345"),
    "a comparison in the editor": (EDITOR, "version !== this.version", "version != this.version", "eqeqeq"),
    "an unknown name in the other": (LESSONS, "panel.isDisposed", "pannel.isDisposed", "no-undef"),
    "a comparison in the extension": (EXTENSION, "!== read.get", "!= read.get", "eqeqeq"),
}
"""Faults that ESLint finds, and those in types that TypeScript finds."""
LINTED = re.compile(r"^(/\S+)$|^ +(\d+):\d+ +error .* (\S+)$", re.MULTILINE)
"""The name of a file, or one line of what ESLint says of it."""
TYPED = re.compile(r"^(\S+?)\((\d+),\d+\): error (TS\d+)", re.MULTILINE)


def spoil(folder: Path, *, types: bool) -> list[tuple[str, str, str]]:
    """Put every fault of a kind into a copy of the scripts; return its file and line, and what should be said there."""
    places = []
    for file, old, new, told in SPOILT.values():
        if told.startswith("TS") is types:
            source = folder / (file if "/" in file else f"course/lab/widget/js/{file}")
            text = source.read_text("utf-8")
            assert text.count(old) == 1
            source.write_text(text.replace(old, new), "utf-8")
            places.append((source.name, str(text[: text.index(old)].count("\n") + 1), told))
    return sorted(places)


def found(said: str) -> Iterator[tuple[str, str, str]]:
    """What both checkers have found: file, line, rule."""
    at = ""
    for file, line, rule in LINTED.findall(said):
        at = file or at
        if rule:
            yield Path(at).name, line, rule
    yield from ((Path(file).name, line, rule) for file, line, rule in TYPED.findall(said))


@pytest.mark.needs("node")
@pytest.mark.parametrize("types", [False, True], ids=["ESLint", "TypeScript"])
def test_each_fault_is_found(tmp_path: Path, *, types: bool) -> None:
    """By `npm run check`, which asks TypeScript once ESLint has nothing to say; `make check` runs it on what there is.

    ESLint says nothing else; for TypeScript a trait with a wrong name is a fault wherever its value is used.
    """
    for name in ("package.json", "eslint.config.mjs", "tsconfig.json"):
        shutil.copy(ROOT / name, tmp_path)
    for path in tracked("course/*.js"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    places = spoil(tmp_path, types=types)
    command = [str(shutil.which("npm")), "run", "--silent", "check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=300)
    assert done.returncode != 0
    every = sorted(found(done.stdout))
    assert [each for each in every if not types or each in places] == places, done.stdout
