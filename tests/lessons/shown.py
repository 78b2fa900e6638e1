"""What a lesson's cells are, and what they must show once they have run, under nbval and in the browser alike."""

from __future__ import annotations

import ast
import functools
import html
import importlib
import inspect
import re
import sys
from typing import TYPE_CHECKING, Any

import ipywidgets

from course.authoring import foreign, notebooks
from course.lab.parts.claims import _LOOK
from course.lesson.source import Code, code, read
from course.topic import FOLDER, Topic, topics

if TYPE_CHECKING:
    from course.text import Lang

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 60.0
"""Of processor time for a lesson, which hardly depends on what else the machine is doing."""
KILOBYTES = 1024**2
"""Of memory for one process of a lesson's, so 1 GiB; a visitor on Binder has two."""

NOT_WRITTEN = {"en": ("not implemented yet", "is not written yet"), "zh": ("尚未实现", "还没有写")}
SAME_RULE = {"en": "the same rule", "zh": "是同一个规则"}

Outputs = list[list[dict[str, Any]]]
"""What each code cell put out, as nbformat has it."""


def stems() -> list[str]:
    """Every lesson."""
    return [path.parent.name for path in notebooks.sources()]


@functools.cache
def code_of(stem: str) -> list[Code]:
    """The code cells of a lesson, which takes a tenth of a second to read, and all lessons are read for many a test."""
    return code(stem, read(FOLDER / stem / "lesson.md"))


def sources_of(stem: str) -> list[str]:
    """The code cells of a lesson, as they are written in its source."""
    return [cell.source for cell in code_of(stem)]


@functools.cache
def claims_of(stem: str) -> list[str]:
    """The ids in a lesson's calls of `conclude`, optional cells left out; each must be written as a plain string."""
    trees = [ast.parse(cell.source) for cell in code_of(stem) if "gpu" not in cell.tags]
    return [
        ast.literal_eval(node.args[1])
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "conclude"
    ]


def makes_widget(source: str) -> bool:
    """Whether a cell ends with a call to a function of `course.lab` that promises a widget."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Name)):
        return False
    function = _from_lab().get(last.value.func.id)
    return inspect.isfunction(function) and _is_widget(function)


def _is_widget(function: Any) -> bool:
    promised = str(inspect.signature(function).return_annotation)
    if promised.startswith("widgets."):
        return True
    found = vars(sys.modules[function.__module__]).get(promised)
    return inspect.isclass(found) and issubclass(found, ipywidgets.DOMWidget)


@functools.cache
def _from_lab() -> dict[str, Any]:
    """What the lessons import from `course.lab` and the modules in it, by name."""
    found: dict[str, Any] = {}
    for stem in stems():
        for source in sources_of(stem):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course.lab"):
                    home = importlib.import_module(str(node.module))
                    found |= {name.asname or name.name: getattr(home, name.name) for name in node.names}
    return found


def said(outputs: list[dict[str, Any]]) -> str:
    """Everything a cell shows as text or HTML."""
    parts = []
    for output in outputs:
        data = output.get("data", {})
        parts.append("".join(output.get("text", "")))
        parts.extend("".join(data.get(kind, "")) for kind in ("text/html", "text/plain"))
    return "\n".join(parts)


TAG = re.compile(r"<(style|script|metadata|defs|code|pre|title)\b.*?</\1>|<[^>]*>", re.DOTALL)
LABEL = re.compile(r'\b(?:aria-label|title|alt)="([^"]*)"')


def read_by_eye(outputs: list[dict[str, Any]]) -> str:
    """What a reader sees of a cell's outputs, or hears: text, the text of HTML and of drawings, without code in it."""
    parts = []
    for output in outputs:
        if output.get("name") == "stderr":
            continue
        data = output.get("data", {})
        plain = "".join(output.get("text", ""))
        if not data.keys() & {WIDGET, "text/html"}:
            plain += "".join(data.get("text/plain", ""))
        marked = "".join("".join(data.get(kind, "")) for kind in ("text/html", "image/svg+xml"))
        parts += [plain, html.unescape(TAG.sub(" ", marked)), *map(html.unescape, LABEL.findall(marked))]
    return "\n".join(parts)


def problems(stem: str, lang: Lang, outputs: Outputs, *, solved: bool) -> list[str]:
    """Say what a lesson that has run does not show, or shows and should not.

    Args:
        stem: the lesson.
        lang: the notebook's language.
        outputs: what its code cells put out.
        solved: whether the learner's files held the solutions, or the skeletons.

    Returns:
        One text a problem, with the source of the cell that has it.

    """
    sources = sources_of(stem)
    if len(outputs) != len(sources):
        return [f"{len(sources)} code cells, but {len(outputs)} have outputs"]
    found = []
    for number, (source, cell) in enumerate(zip(sources, outputs, strict=True), start=1):
        # Widgets are made by the real library: each of these cells shows a view of a living model.
        if makes_widget(source) and not any(WIDGET in output.get("data", {}) for output in cell):
            found.append(told(number, source, "no widget is shown", cell))
        if errors := "".join("".join(output["text"]) for output in cell if output.get("name") == "stderr"):
            found.append(told(number, source, f"standard error says:\n{errors}", []))

        if lang == "zh" and (english := " ".join(foreign.words(read_by_eye(cell)))):
            found.append(told(number, source, f"a Chinese reader reads English: {english}", cell))

    everything = "\n".join(map(said, outputs))
    if stem in {topic.stem for topic in topics()}:
        rule = Topic.load(stem).kind == "rule"  # of others there is no second one in torch
        wanted = ({SAME_RULE[lang]: solved} if rule else {}) | dict.fromkeys(NOT_WRITTEN[lang], not solved)
        found += [
            f"{words!r} is {'nowhere' if there else 'somewhere'} in the outputs"
            for words, there in wanted.items()
            if (words in everything) != there
        ]
    # What a conclusion depends on is said in the midst of it: 当……时成立.
    verdicts = "|".join(re.escape(outcome[lang]).replace(r"\{which\}", ".+?") for _, _, outcome in _LOOK.values())
    found += [
        f"no verdict on {claim}"
        for claim in claims_of(stem)
        if not re.search(f"{re.escape(claim)}: (?:{verdicts})", everything)
    ]
    return found


def told(number: int, source: str, problem: str, outputs: list[dict[str, Any]]) -> str:
    """Lay out one cell for whoever reads a failed test: its source, what it put out, what is wrong.

    Args:
        number: of the code cell, from 1.
        source: of the cell.
        problem: what is wrong, such as a traceback.
        outputs: what the cell put out before.

    """
    parts = [f"code cell {number}", source.rstrip()]
    if shown := said(outputs).strip():
        parts += ["-- its output --", shown]
    return "\n".join([*parts, "-- what is wrong --", problem.rstrip()])
