"""The body of a lesson's page, made of the cells of its `lesson.md` and of what they show."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from course.authoring.site import addresses, drawings, guide, markup, outputs, questions, turn
from course.lab.parts import predict
from course.lesson.source import Code, Prediction, Prose, Quiz
from course.text import texts
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

    from course.lesson.source import Cell
    from course.lesson.words import Question
    from course.text import Lang

TEXTS = texts(__file__)

LONG = 26
"""Lines of code that are folded away where there are more."""
NOT_HERE = {"mend": TEXTS["mend"], "expose": TEXTS["expose"]}
"""What a cell may call that hands out a file, and what a page says of it: there is nothing to be seen there."""
_IMAGE = re.compile(
    r'<img width="(?P<width>\d+)" alt="(?P<alt>[^"]*)" src="data:image/svg\+xml;base64,(?P<data>[^"]*)">'
)
_LEARNERS = re.compile(r"\b(?:check|mine|learner)\(")
"""What runs the reader's own file."""
_GROUND = re.compile(
    r'(?P<start><svg\b[^>]*? aria-label="(?P<alt>[^"]*)"[^>]*? viewBox="0 0 (?P<width>\d+) (?P<height>\d+)"[^>]*>)'
    r'(?P<ground>(?:<rect [^>]*/>)+(?:<path [^>]*fill-rule="evenodd"[^>]*/>)+)'
)
"""A map: its ground, which many maps have, and then what is drawn on it."""
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_VIEWBOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass
class Body:
    """One lesson in one language, while it is made."""

    stem: str
    lang: Lang
    light: list[list[dict[str, Any]] | None]
    """What the builder has evaluated itself, for each code cell, see `light.Light.show`."""
    run: dict[str, Any] | None
    """What its cells showed when the notebook ran, see `running.run`; None where it has not run."""
    terms: Callable[[str], str]
    """Marks the glossary's terms in a passage of HTML."""
    contents: str
    """The list of lessons, for the cell that shows the reader's progress."""
    parts: list[str] = field(default_factory=list)
    pieces: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    """Drawings that the page loads, by the name of their file."""
    sections: list[tuple[int, str, str]] = field(default_factory=list)
    """The headings: how deep, their address and their words."""
    asked: dict[str, Question] = field(default_factory=dict)
    scenes: dict[int, str] = field(default_factory=dict)
    """What draws the pictures of a piece in the page, by its number, see `derive.derived`."""
    figures: int = 0
    drawn: int = 0
    """Outputs so far, by which their drawings are named."""
    cell: int = 0
    """Code cells so far."""

    def script(self) -> str:
        """Return the script that draws those pictures of the page that are derived."""
        told = "\n".join(f"globalThis.downhillScenes[{number}] = {each};" for number, each in self.scenes.items())
        return f"globalThis.downhillScenes = {{}};\n{told}\n"

    def link(self, address: str) -> str:
        """Return where a link of the lesson's leads on the site."""
        return addresses.of_lesson(address, f"course/topics/{self.stem}/lesson.md")

    def html(self, cells: list[Cell]) -> str:
        """Return the body.

        Args:
            cells: of the lesson.

        """
        anchors = markup.Anchors()
        for cell in cells:
            if isinstance(cell, Prediction):
                self.asked[cell.name] = cell.question
            elif isinstance(cell, Prose):
                self._prose(cell, anchors)
            elif isinstance(cell, Quiz):
                self.cell += 1
                self.parts.append(questions.quiz(cell, self.lang))
            elif isinstance(cell, Code):
                self.cell += 1
                self._code(cell)
        return "\n".join(self.parts)

    def _prose(self, cell: Prose, anchors: markup.Anchors) -> None:
        text = cell.text[self.lang]
        ids = [anchors.of(words) for _, words in markup.headings(cell.text.en)]
        made = markup.rendered(text, ids, self.link, anchor=TEXTS["anchor"][self.lang], picture=self._drawing)
        for (depth, words), each in zip(markup.headings(text), ids, strict=True):
            self.sections.append((depth, each, words))
        self.parts.append(self.terms(made))

    def _drawing(self, token: Token) -> str:
        """Return a picture that lies beside the lesson, within the page: it is there as soon as the words are."""
        from course.authoring import pictures
        from course.system.workspace import ROOT

        file = ROOT / "lessons" / self.lang / str(token.attrGet("src"))
        drawn = file.read_text("utf-8")
        alt = escape(token.content, quote=True)
        drawn = re.sub(r' aria-label="[^"]*"', f' aria-label="{alt}"', drawn, count=1)
        return f'<span class="drawing">{drawn.strip()}</span>' if file.name == pictures.NAME else drawn

    def _code(self, cell: Code) -> None:
        source = cell.spoken(self.lang)
        called, arguments = _called(source)
        stem = str(arguments[0]) if arguments and isinstance(arguments[0], str) else ""
        if called == "exercise":
            self.parts.append(turn.panel(Topic.load(stem), self.lang))
        elif called == "hint":
            self.parts.append(turn.hints(Topic.load(stem), self.lang))
        elif called == "guide":
            self.parts.append(guide.tree(self.lang, self.link))
        elif called == "progress":
            self.parts.append(self.contents)
        elif called == "predictions":
            self.parts.append(self._score())
        elif called in NOT_HERE:
            self.parts.append(f"{self._source(source)}<p class='aside'>{NOT_HERE[called][self.lang]}</p>")
        elif called == "predict":
            name = str(arguments[1])
            self.parts.append(questions.prediction(name, self.asked[name], self._shown(source, folded=True), self.lang))
        else:
            self.parts.append(self._shown(source, folded=called in {"descent", "check", "conclude", "say"}))

    def _shown(self, source: str, *, folded: bool) -> str:
        """Return a cell's code, folded or not, and what it shows."""
        code = self._source(source, folded=folded or _sets_up(source))
        light = self.light[self.cell - 1]
        if light is not None:
            return "".join(self._output(each) for each in light) + code
        cells = self.run["cells"] if self.run else None
        if cells is None:
            silent = _sets_up(source)
            return code if silent else f'{code}<p class="aside">{TEXTS["not-run"][self.lang]}</p>'
        shown = "".join(filter(None, (self._output(each) for each in cells[self.cell - 1])))
        if not shown:
            return code
        own = f" {TEXTS['own-rule'][self.lang]}" if _LEARNERS.search(source) else ""
        return f'{code}<div class="shown">{shown}<p class="made">{self._made()}{own}</p></div>'

    def _source(self, source: str, *, folded: bool = True) -> str:
        listing = markup.python(source)
        if not folded and source.count("\n") < LONG:
            return f'<div class="cell">{listing}</div>'
        return f'<details class="cell"><summary>{TEXTS["code"][self.lang]}</summary>{listing}</details>'

    def _output(self, output: dict[str, Any]) -> str:
        """Return one output: a piece that lives, a figure, or a text."""
        self.drawn += 1
        fragment = drawings.slim(outputs.said(output, self.link), f"d{self.drawn}")
        described = outputs.piece(output)
        if described is not None:
            return self._piece(described, fragment)
        if not fragment:
            return ""
        if outputs.moving(output):
            fragment = f'{self._filed(fragment)}<p class="aside">{TEXTS["in-the-notebook"][self.lang]}</p>'
        if "<svg" in fragment or "<img" in fragment:
            return self._figure(f'<div class="drawing">{self._filed(fragment)}</div>')
        return f'<div class="output">{fragment}</div>'

    def _piece(self, described: dict[str, Any], still: str) -> str:
        number = len(self.pieces)
        still = described.get("still", still)
        self.pieces.append({name: value for name, value in described.items() if name not in {"still", "code"}})
        if "code" in described:
            self.scenes[number] = described["code"]
        kind = described["kind"]
        aside = f'<p class="aside">{TEXTS["own-file"][self.lang]}</p>' if described.get("own") else ""
        without = f'<p class="aside no-script">{TEXTS["no-script"][self.lang]}</p>'
        live = (
            f'<div class="live {kind}" data-piece="{number}" style="{_space(described)}">'
            f'<div class="still">{drawings.whole(self._filed(still))}</div></div>'
        )
        return self._figure(f"{aside}{live}{without}")

    def _figure(self, inside: str) -> str:
        self.figures += 1
        number = TEXTS["figure"][self.lang].format(n=self.figures)
        return (
            f'<figure id="figure-{self.figures}">{inside}'
            f'<figcaption><a href="#figure-{self.figures}">{number}</a></figcaption></figure>'
        )

    def _filed(self, fragment: str) -> str:
        """Put maps into files of their own: several pages, and both languages, may show the same one."""

        def filed(found: re.Match[str]) -> str:
            drawn = base64.b64decode(found["data"]).decode()
            ground = _GROUND.match(drawn)
            if ground is None:
                name, drawn = self._file(drawn), ""
                size = _VIEWBOX.search(base64.b64decode(found["data"]).decode())
                width, height = (size[1], size[2]) if size else (found["width"], "400")
                alt = escape(unescape(found["alt"]), quote=True)
                return f'<img src="../pictures/{name}" width="{width}" height="{height}" alt="{alt}" loading="lazy">'
            width, height = ground["width"], ground["height"]
            name = self._file(
                f"{ground['start']}{ground['ground']}</svg>".replace(f' aria-label="{ground["alt"]}"', "")
            )
            image = f'<image href="../pictures/{name}" width="{width}" height="{height}"/>'
            return f"{ground['start']}{image}{drawn[ground.end() :]}".replace(_NAMESPACE, "", 1)

        return _IMAGE.sub(filed, fragment)

    def _file(self, drawn: str) -> str:
        """Return the name of the file that a drawing is put into."""
        name = f"{hashlib.sha256(drawn.encode()).hexdigest()[:12]}.svg"
        self.pictures[name] = drawn
        return name

    def _score(self) -> str:
        said, lang = predict.TEXTS, self.lang
        return (
            f'<p class="score" data-score="{escape(said["score"][lang], quote=True)}"'
            f' data-open="{escape(said["open"][lang], quote=True)}">{said["none"][lang]}</p>'
        )

    def _made(self) -> str:
        assert self.run is not None  # noqa: S101 - what was shown was made
        told = {name: self.run[name] for name in ("date", "python", "numpy", "torch", "system", "cores")}
        return escape(TEXTS["made"][self.lang].format(**told))


def _space(described: dict[str, Any]) -> str:
    """Return how much the controls of a piece will need, so that nothing moves when they come."""
    if described["kind"] == "frames":
        return f"--controls:{len(described['controls'])}"
    return f"--rules:{len(described['tree']['k'][-1]['m']['rules'])}"


def _called(source: str) -> tuple[str, list[Any]]:
    """Return the function that a cell's last line calls, and those of its arguments that are plain."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)):
        return "", []
    return ast.unparse(last.value.func), [
        each.value if isinstance(each, ast.Constant) else None for each in last.value.args
    ]


def _sets_up(source: str) -> bool:
    """Return whether a cell imports, chooses the language, and does nothing else."""
    body = ast.parse(source).body
    return all(isinstance(each, (ast.Import, ast.ImportFrom)) or "set_language" in ast.unparse(each) for each in body)
