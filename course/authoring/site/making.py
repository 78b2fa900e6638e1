"""`course site`: all pages of the site, made from the sources of the notebooks into a folder that git ignores."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from tqdm import tqdm

from course.authoring.navigation import INDEX, tab
from course.authoring.site import (
    addresses,
    assets,
    banners,
    body,
    capture,
    colab,
    documents,
    furniture,
    light,
    running,
    search,
    sources,
    store,
    terms,
)
from course.lesson.source import Code, Prediction, Quiz, code
from course.system.workspace import ROOT
from course.text import LANGS, TONGUES, CourseError, Text, other, speaking, texts
from course.topic import lessons

if TYPE_CHECKING:
    from course.text import Lang
    from course.topic import Lesson

TEXTS = texts(__file__)
OUT = ROOT / "build" / "site"
LISTED = ".made"
"""The file that lists what was made, a path a line: nothing else in the folder is ours to remove."""


def build(out: Path = OUT, *, run: bool = True) -> None:
    """Make the site.

    Args:
        out: where to; what it has of an earlier site and this one has not is removed.
        run: whether to run the notebooks that have not been run since they changed.

    Raises:
        CourseError: the folder holds something else, a notebook fails, or a lesson has a link that leads nowhere.

    """
    if _others(out):
        raise CourseError(TEXTS["not-ours"].format(folder=_told(out)))
    files = Site(runs(run=run)).files()
    _write(out, files)
    size = sum(map(len, files.values()))
    told = TEXTS["made"].format(count=len(files), size=f"{size / 1e6:.1f}", folder=_told(out))
    print(told)


def _told(folder: Path) -> str:
    return folder.relative_to(Path.cwd()).as_posix() if folder.is_relative_to(Path.cwd()) else str(folder)


def runs(*, run: bool) -> dict[tuple[str, Lang], dict[str, Any] | None]:
    """Return what the notebooks show, by lesson and language; those that have not run are run, or left out."""
    wanted = [(each.stem, lang) for lang in LANGS for each in lessons()]
    found: dict[tuple[str, Lang], dict[str, Any] | None] = {}
    line = tqdm(wanted, desc=str(TEXTS["running"]), unit="", file=sys.stderr, leave=False, disable=None)
    for stem, lang in line:
        notebook = (ROOT / "lessons" / lang / f"{stem}.ipynb").read_text("utf-8")
        found[stem, lang] = running.stored(stem, lang, notebook)
        if run and found[stem, lang] is None:

            def say(done: int, of: int, name: str = f"{lang}/{stem}") -> None:
                line.set_postfix_str(f"{name} {done}/{of}")

            found[stem, lang] = running.run(stem, lang, notebook, say)
    return found


class Site:
    """The files of the site, while they are made."""

    def __init__(self, shown: dict[tuple[str, Lang], dict[str, Any] | None]) -> None:
        self.shown = shown
        self.made: dict[str, bytes] = {}
        self.index: dict[Lang, list[search.Entry]] = {lang: [] for lang in LANGS}
        self.pictures: dict[Lang, set[str]] = {lang: set() for lang in LANGS}
        loader = FileSystemLoader(Path(__file__).parent / "templates")
        self.templates = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)
        self.contents = {lang: _contents(lang) for lang in LANGS}

    def files(self) -> dict[str, bytes]:
        """Return all files by their paths within the site."""
        common = assets.files()
        self.version = hashlib.sha256(b"".join(common.values())).hexdigest()[:8]
        self.made |= common
        line = tqdm(lessons(), desc=str(TEXTS["pages"]), unit="", file=sys.stderr, leave=False, disable=None)
        for lesson in line:
            self._shared_picture(lesson)
            for lang in LANGS:
                with speaking(lang):
                    self._lesson(lesson, lang)
        for lang in LANGS:
            for document in documents.DOCUMENTS:
                made, sections = documents.body(document, lang)
                self._page(
                    lang, f"{document.name}.html", document.title, furniture.DESCRIBED[document.name], made, sections
                )
            self._page(lang, terms.PAGE, furniture.GLOSSARY, furniture.DESCRIBED["glossary"], terms.page(lang), [])
            self.made[f"search-{lang}.js"] = search.script(self.index[lang]).encode()
        self._front()
        self.made |= {f"colab/{name}": made for name, made in colab.files().items()}
        self.made["sitemap.xml"] = self._sitemap().encode()
        self.made[".nojekyll"] = b""
        self._worker()
        return self.made

    def _shared_picture(self, lesson: Lesson) -> None:
        written = [cell.spoken("en") for cell in sources.cells(lesson.stem) if isinstance(cell, Code)]
        key = store.key(*written, by=("banners.py",))
        drawn = store.find(f"shared-{lesson.stem}", key, "png")
        if drawn is None:
            drawn = banners.picture(lesson)
            store.keep(f"shared-{lesson.stem}", key, drawn, "png")
        self.made[f"shared/{lesson.stem}.png"] = drawn

    def _lesson(self, lesson: Lesson, lang: Lang) -> None:
        cells = sources.cells(lesson.stem)
        written = [cell.spoken(lang) for cell in code(lesson.stem, cells)]
        key = store.key(*written, by=(*capture.BY, "light.py"))
        evaluated = store.made(f"light-{lang}-{lesson.stem}", key, lambda: list(map(light.Light().show, written)))
        page = body.Body(
            lesson.stem,
            lang,
            evaluated,
            self.shown[lesson.stem, lang],
            terms.marker(lang),
            self.contents[lang],
        )
        made = page.html(cells)
        for name, drawn in page.pictures.items():
            self.made[f"pictures/{name}"] = drawn.encode()
            self.pictures[lang].add(f"pictures/{name}")
        if page.scenes:
            self.made[addresses.figures(lesson.stem, lang)] = page.script().encode()
        title = lesson.title
        self._page(lang, f"{lesson.stem}.html", title, lesson.idea, made, page.sections, lesson, page.pieces)
        self.index[lang] += search.entries(f"{lesson.stem}.html", title[lang], made)

    def _page(
        self,
        lang: Lang,
        file: str,
        title: Text,
        description: Text,
        made: str,
        sections: list[tuple[int, str, str]],
        lesson: Lesson | None = None,
        pieces: list[dict[str, Any]] | None = None,
    ) -> None:
        at = [each.stem for each in lessons()].index(lesson.stem) if lesson else 0
        around = {"before": lessons()[at - 1 : at] if at else (), "after": lessons()[at + 1 : at + 2] if lesson else ()}
        picture = f"shared/{lesson.stem if lesson else INDEX}.png"
        walkers = [Text(each, each) for each in banners.names(lesson or lessons()[0])]
        named = furniture.SHARED.format(names=Text.joined(walkers, en=" and ", zh=" 和 "))
        page = {
            "lang": lang,
            "tongue": TONGUES[lang],
            "other_tongue": TONGUES[other(lang)],
            "file": file,
            "stem": file.removesuffix(".html"),
            "lesson": lesson is not None,
            "title": title[lang],
            "description": _plain(description[lang]),
            "here": f"{addresses.home()}{lang}/{file}",
            "versions": [
                *((TONGUES[each], f"{addresses.home()}{each}/{file}") for each in LANGS),
                ("x-default", addresses.home() if file == f"{INDEX}.html" else f"{addresses.home()}en/{file}"),
            ],
            "shared_picture": addresses.home() + picture,
            "shared_alt": named[lang],
            "lab": " ".join(f"../{each}" for each in self._scripts(file, lang)) if pieces else "",
            "other": f"../{other(lang)}/{file}",
            "sections": [{"id": place, "title": _plain(words)} for depth, place, words in sections if depth == 2],
            "body": Markup(made),  # noqa: S704 - all of it is ours
            "pieces": Markup(_inline(pieces)) if pieces else "",  # noqa: S704 - as above
            **{
                name: {"file": f"{each[0].stem}.html", "title": each[0].title[lang]} if each else None
                for name, each in around.items()
            },
        }
        self.made[f"{lang}/{file}"] = self._rendered(page, lang).encode()

    def _scripts(self, file: str, lang: Lang) -> list[str]:
        """Return the scripts of a page's figures, each with another address whenever it is another one."""
        own = addresses.figures(file.removesuffix(".html"), lang)
        made = [f"{own}?{hashlib.sha256(self.made[own]).hexdigest()[:8]}"] if own in self.made else []
        return [*(f"{each}?{self.version}" for each in ("lab.js", f"lab-{lang}.js")), *made]

    def _rendered(self, page: dict[str, Any], lang: Lang) -> str:
        menu = [{"file": f"{each.stem}.html", "title": _tab(each, lang)} for each in lessons()]
        further = [{"file": f"{each.name}.html", "title": each.title[lang]} for each in documents.DOCUMENTS]
        further.insert(0, {"file": terms.PAGE, "title": furniture.GLOSSARY[lang]})
        return self.templates.get_template("page.html.j2").render(
            page=page,
            say=furniture.says(lang),
            menu=menu,
            further=further,
            version=self.version,
            repository=addresses.repository(),
        )

    def _front(self) -> None:
        """Make the page before all others, which goes on to the reader's language, and the one for lost addresses."""
        template = self.templates.get_template("front.html.j2")
        languages = [
            {"lang": lang, "tongue": TONGUES[lang], "title": furniture.COURSE[lang], "idea": lessons()[0].idea[lang]}
            for lang in LANGS
        ]
        for name, root in (("index.html", ""), ("404.html", "/" + addresses.home().split("/", 3)[3])):
            made = template.render(
                languages=languages,
                version=self.version,
                root=root,
                lost=furniture.LOST if name == "404.html" else None,
                home=addresses.home(),
                choose=furniture.CHOOSE,
            )
            self.made[name] = made.encode()

    def _sitemap(self) -> str:
        pages = sorted(name.removeprefix("en/") for name in self.made if name.startswith("en/"))
        entries = []
        for file in pages:
            links = "".join(
                f'<xhtml:link rel="alternate" hreflang="{TONGUES[lang]}" href="{addresses.home()}{lang}/{file}"/>'
                for lang in LANGS
            )
            entries += [f"<url><loc>{addresses.home()}{lang}/{file}</loc>{links}</url>" for lang in LANGS]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            f' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{chr(10).join(entries)}\n</urlset>\n'
        )

    def _worker(self) -> None:
        kept: dict[str, set[str]] = {
            "all": {"index.html", "site.css", "page.js", "lab.js", "icon.svg", "icon-192.png"},
            **{
                lang: {
                    *(name for name in self.made if name.startswith(f"{lang}/")),
                    *self.pictures[lang],
                    *(name for name in self.made if name.startswith(f"figures-{lang}-")),
                    *(
                        f"{each}{lang}{suffix}"
                        for each, suffix in (("lab-", ".js"), ("search-", ".js"), ("", ".webmanifest"))
                    ),
                }
                for lang in LANGS
            },
        }
        told = hashlib.sha256(b"".join(self.made[name] for names in kept.values() for name in sorted(names)))
        self.made["worker.js"] = assets.worker(told.hexdigest()[:16], dict(kept)).encode()


def _contents(lang: Lang) -> str:
    """Return the list of lessons, in which the page's script writes how far the reader is."""
    items = []
    for each in lessons():
        if each.stem == INDEX:
            continue
        asked = [cell.name for cell in sources.cells(each.stem) if isinstance(cell, (Quiz, Prediction))]
        items.append(
            f'<li data-lesson="{each.stem}" data-questions="{" ".join(asked)}"><a href="{each.stem}.html">'
            f"<b>{escape(each.title[lang])}</b><span>{escape(each.idea[lang])}</span></a>"
            '<span class="standing"></span></li>'
        )
    return f'<ol class="lessons" id="lessons">{"".join(items)}</ol>'


def _tab(lesson: Lesson, lang: Lang) -> str:
    named = tab(lesson.stem)
    return named[lang] if named else lesson.title[lang]


def _plain(words: str) -> str:
    return re.sub(r"\\(\w+)", r"\1", words.replace("`", "").replace("*", "").replace("$", ""))


def _inline(pieces: list[dict[str, Any]]) -> str:
    """Return data as JSON within a page, where no tag may end."""
    return json.dumps(pieces, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _ours(out: Path) -> set[str]:
    """Return what an earlier site has put into a folder, which alone may be removed or overwritten there."""
    listed = out / LISTED
    names = listed.read_text("utf-8").splitlines() if listed.is_file() else ()
    within = {name for name in names if name and not PurePosixPath(name).is_absolute() and ".." not in name.split("/")}
    return {LISTED, *within}


def _others(out: Path) -> bool:
    """Return whether there is anything that an earlier site has not made; the usual folder is the site's alone."""
    if out.resolve() == OUT or not out.exists():
        return False
    ours = _ours(out)
    folders = {parent.as_posix() for each in ours for parent in PurePosixPath(each).parents}
    return out.is_file() or any(
        path.relative_to(out).as_posix() not in (folders if path.is_dir() and not path.is_symlink() else ours)
        for path in out.rglob("*")
    )


def _write(out: Path, files: dict[str, bytes]) -> None:
    """Write the files that are others than before, and remove those of an earlier site that are no longer made."""
    gone = _ours(out) - {LISTED, *files}
    files = {LISTED: "".join(f"{name}\n" for name in files).encode()} | files
    out.mkdir(parents=True, exist_ok=True)
    for path in (out / name for name in gone):
        if path.is_file():
            path.unlink()
    emptied = {parent for name in gone for parent in PurePosixPath(name).parents[:-1]}
    for folder in sorted((out / each for each in emptied), reverse=True):  # what is within comes before it
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    for name, content in files.items():
        path = out / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
