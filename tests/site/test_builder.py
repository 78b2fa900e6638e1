"""What the builder makes: whole, of one source, in both languages alike, small, and with no other host in it."""

from __future__ import annotations

import html.parser
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

import pytest

from course.authoring import bilingual, glossary
from course.authoring.marks import for_notebooks, for_pages
from course.authoring.site import addresses, body, capture, drawings, making, markup, search, sources, store, terms
from course.authoring.site.light import Light
from course.lesson.source import Code, Prediction, Prose, Quiz, code
from course.system.workspace import ROOT
from course.text import LANGS, CourseError
from course.topic import lessons, topics

if TYPE_CHECKING:
    from course.text import Lang

pytestmark = pytest.mark.together("site")

FIRST = 400_000
"""Bytes that the first lesson may take, with all that it loads."""
WHOLE = 5_000_000
"""Bytes of everything that a reader of one language may come to load."""
LOADS = {("link", "href"), ("script", "src"), ("img", "src"), ("image", "href"), ("a", "href"), ("use", "href")}
ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


class Seen(html.parser.HTMLParser):
    """The addresses, the ids and the headings of a page; a report's headings have no address."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[tuple[str, str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.heads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if re.fullmatch("h[1-6]", tag) and found.get("id"):
            self.heads.append(f"{tag} {found['id']}")
        for name, attribute in LOADS:
            if tag == name and found.get(attribute):
                self.loads.append((tag, str(found[attribute]), found))


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def seen(page: Path) -> Seen:
    return Seen(page.read_text("utf-8"))


def lost(site: Path) -> list[str]:
    """The links within the site that lead nowhere."""
    known = {page: seen(page) for page in pages(site)}
    found = []
    for page, what in known.items():
        if page.name == "404.html":  # its addresses begin at the host
            continue
        for tag, address, _ in what.loads:
            if re.match(r"[a-z]+:", address):
                continue
            path, place = urldefrag(address.partition("?")[0] if "#" not in address else address)
            target = (page.parent / unquote(path)).resolve() if path else page
            if not target.is_file():
                found.append(f"{page.relative_to(site)}: {tag} {address}")
            elif place and target.suffix == ".html" and place not in known[target].ids:
                found.append(f"{page.relative_to(site)}: no place {address}")
    return found


def foreign(page: Path) -> list[str]:
    """What a page would load from another host; a link that a reader follows is none of it."""
    text = page.read_text("utf-8")
    loads = [address for tag, address, told in seen(page).loads if tag != "a" and told.get("rel") not in STATED]
    return [each for each in loads if ELSEWHERE.match(each)] + re.findall(
        r"(?:url\(|@import )['\"]?https?:[^)'\"]*", text
    )


STATED = {"canonical", "alternate"}
"""Links that say where something is, and load nothing."""


def test_only_what_an_earlier_site_has_put_there_is_removed(site: Path, tmp_path: Path) -> None:
    """Whoever types `--out .` keeps the repository; a folder that the builder has filled may be filled again."""
    assert {each for each in site.rglob("*") if each.is_file()} == {
        site / each for each in [making.LISTED, *(site / making.LISTED).read_text("utf-8").splitlines()]
    }
    out = tmp_path / "new/site"
    making._write(out, {"index.html": b"1", "en/deep/a.html": b"1", "en/b.html": b"1"})
    assert not making._others(out)
    making._write(out, {"index.html": b"2", "zh/b.html": b"2"})
    assert {each.relative_to(out).as_posix() for each in out.rglob("*")} == {".made", "index.html", "zh", "zh/b.html"}
    assert not making._others(out)
    (out / "zh/later").write_text("a reader's", "utf-8")  # while the notebooks run, say
    making._write(out, {"index.html": b"3"})
    assert (out / "zh/later").read_text("utf-8") == "a reader's"
    (tmp_path / "new/mine").write_text("a reader's", "utf-8")
    (out / making.LISTED).write_text(f"../mine\n{tmp_path}/new/mine\nindex.html\nen/gone.html\n\n", "utf-8")
    making._write(out, {"other.html": b"4"})
    assert (tmp_path / "new/mine").is_file(), "whatever a damaged list names"
    assert {each.relative_to(out).as_posix() for each in out.rglob("*")} == {".made", "other.html", "zh", "zh/later"}


@pytest.mark.parametrize("there", ["file", "folder", "link", "made", "itself"])
def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, there: str) -> None:
    out = tmp_path / "out"
    if there == "itself":
        out.write_text("a file", "utf-8")
    elif there == "made":  # a site that somebody has added to
        making._write(out, {"en/a.html": b""})
        (out / "en/notes.txt").write_text("mine", "utf-8")
    else:
        out.mkdir()
        (tmp_path / "elsewhere").mkdir()
        if there == "link":
            (out / "thing").symlink_to(tmp_path / "elsewhere")
        else:
            (out / "thing").mkdir() if there == "folder" else (out / "thing").write_text("", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CourseError, match="not all that is in it is an earlier site"):
        making.build(out, run=False)
    assert sorted(tmp_path.rglob("*")) == before


def test_links_lead_somewhere_and_ids_are_there_once(site: Path) -> None:
    assert lost(site) == []
    for page in pages(site):
        ids = seen(page).ids
        assert len(ids) == len(set(ids)), page


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text(
        '<a href="two.html#there">x</a><a href="gone.html">y</a><img src="p.svg">', "utf-8"
    )
    (tmp_path / "two.html").write_text('<p id="here">x</p><a href="one.html">z</a>', "utf-8")
    assert lost(tmp_path) == [
        "one.html: no place two.html#there",
        "one.html: a gone.html",
        "one.html: img p.svg",
    ]


def test_nothing_is_loaded_from_another_host(site: Path, tmp_path: Path) -> None:
    assert {page: found for page in pages(site) if (found := foreign(page))} == {}
    for file in [*site.glob("*.js"), site / "site.css"]:
        assert not re.search(r"(?:fetch|import)\(\s*[\"'`]https?:|url\(\s*[\"']?https?:", file.read_text("utf-8")), file
    page = tmp_path / "page.html"
    page.write_text('<script src="https://cdn.example/x.js"></script><a href="https://example.org">fine</a>', "utf-8")
    assert foreign(page) == ["https://cdn.example/x.js"]


def test_both_languages_have_the_same_pages_and_headings(site: Path) -> None:
    english, chinese = ({page.name for page in (site / lang).glob("*.html")} for lang in LANGS)
    assert english == chinese
    assert {f"{each.stem}.html" for each in lessons()} < english
    for each in lessons():
        ours, theirs = (seen(site / lang / f"{each.stem}.html").heads for lang in LANGS)
        assert ours == theirs, each.stem
        assert len(ours) > 3


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_says_what_it_is(site: Path, lang: Lang) -> None:
    for page in (site / lang).glob("*.html"):
        text = page.read_text("utf-8")
        assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in text
        assert text.count("<h1") == 1, page
        assert len(re.findall(r'<link rel="alternate" hreflang="(en|zh-CN|x-default)"', text)) == 3, page
        assert '<meta property="og:image" content="' in text
        image = re.search(r'og:image" content="([^"]+)"', text)
        assert image
        assert (site / image[1].removeprefix(addresses.home())).is_file()
    named = (site / "sitemap.xml").read_text("utf-8")
    assert all(f"{addresses.home()}{lang}/{page.name}<" in named for page in (site / lang).glob("*.html"))


def needed(site: Path, lang: Lang, page: str = "") -> dict[str, int]:
    """The files that a page of one language loads, or all that its reader may come to load: sizes in bytes."""
    worker = (site / "worker.js").read_text("utf-8")
    told = re.search(r"^self\.downhillFiles = (\{.*\});$", worker, re.MULTILINE)
    assert told
    files = json.loads(told[1])
    every = {*files["all"], *files[lang]}
    if page:
        loads = {address.partition("?")[0] for tag, address, _ in seen(site / lang / page).loads if tag != "a"}
        inside = {each.removeprefix("../") for each in loads if not ELSEWHERE.match(each)}
        every = {each for each in every if each in inside} | {f"{lang}/{page}", "lab.js", f"lab-{lang}.js"}
    return {each: (site / each).stat().st_size for each in every}


@pytest.mark.parametrize("lang", LANGS)
def test_the_site_is_small(site: Path, lang: Lang) -> None:
    first, whole = sum(needed(site, lang, "index.html").values()), sum(needed(site, lang).values())
    print(f"{lang}: the first lesson {first / 1e3:.0f} kB, all {whole / 1e6:.2f} MB")
    assert 100_000 < first <= FIRST
    assert first < whole <= WHOLE


def test_no_page_has_a_source_of_its_own(site: Path) -> None:
    """Every question and every heading of a lesson, and every passage without formulas, is on its page."""
    for lesson in lessons():
        for lang in LANGS:
            text = squeezed((site / lang / f"{lesson.stem}.html").read_text("utf-8"))
            for cell in sources.cells(lesson.stem):
                if isinstance(cell, (Quiz, Prediction)):
                    assert squeezed(cell.question.text[lang]) in text, (lesson.stem, cell.name)
                    assert all(squeezed(each.text[lang]) in text for each in cell.question.answers), cell.name
                elif isinstance(cell, Prose):
                    for _, words in markup.headings(cell.text[lang]):
                        assert "$" in words or squeezed(words) in text, (lesson.stem, words)
                    for words in passages(cell.text[lang]):
                        assert squeezed(words) in text, (lesson.stem, words)


def passages(text: str) -> list[str]:
    """The paragraphs that a page has as they are written: those without a formula, a link, a list or a table."""
    every = re.split(r"\n\s*\n", re.sub(r"^```.*?^```", "", for_pages(text), flags=re.DOTALL | re.MULTILINE))
    return [each.strip() for each in every if each.strip() and not re.search(r"[$\[\]\\|<]|^\s*(?:[-#>]|\d+\.)", each)]


def squeezed(text: str) -> str:
    """A text without tags, marks of Markdown and blanks, as both Markdown and HTML have it."""
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>|[`*]", "", text)))


def test_passages_are_those_that_can_be_compared() -> None:
    text = "One\n*line*.\n\n- item\n\nWith $x$.\n\n```text\ncode\n\nmore\n```\n\n<notebook>Run it.</notebook> Two."
    assert passages(text) == ["One\n*line*.", "Two."]


# --- The pieces -----------------------------------------------------------------------------------------------------


def test_every_map_of_a_lesson_is_alive(site: Path) -> None:
    for lesson in lessons():
        calls = sum(cell.source.count("descent(") for cell in sources.cells(lesson.stem) if isinstance(cell, Code))
        for lang in LANGS:
            text = (site / lang / f"{lesson.stem}.html").read_text("utf-8")
            assert len(re.findall(r'<div class="live descent"', text)) == calls, (lesson.stem, lang)


def test_a_map_is_described_as_python_has_it() -> None:
    from course.lab import descent

    shown = descent("adam", compare="sgd", landscape="several", lr=0.2, steps=90)
    told = capture.describe(shown)
    assert told is not None
    canvas = told["tree"]["k"][-1]["m"]
    assert (canvas["landscape"], canvas["steps"], canvas["start"]) == ("several", 90, list(shown.start))
    assert [rule["stem"] for rule in canvas["rules"]] == ["adam", "sgd"]
    assert canvas["rules"][0]["values"] == shown.knobs.values
    assert capture.describe(descent("adam", rule=_Mine)) is None  # a rule that no page can compute


class _Mine:
    """A learner's rule, which is in Python alone."""

    def __init__(self, lr: float = 0.1) -> None:
        self.lr = lr

    def init(self, _param: object) -> dict[str, object]:
        return {}


def test_every_slider_of_a_map_begins_where_the_widget_does() -> None:
    """What a description leaves out, the page's script takes as `usual`: a 0 that is left out may not become a 1."""
    from course.lab import descent
    from course.lab.slider import Slider

    usual = {name: float(at) for name, at in re.findall(r"\b(value|min|max|step): (\d+)", complete())}
    assert set(usual) == {"value", "min", "max", "step"}
    zeros = 0
    for topic in topics():
        if topic.kind != "rule":
            continue
        shown = descent(topic.stem)
        told = capture.describe(shown)
        assert told is not None
        ours = [each for each in leaves(shown) if isinstance(each, Slider)]
        theirs = [each["m"] for each in nodes(told["tree"]) if each["t"] == "slider"]
        assert len(ours) == len(theirs) > 2
        for widget, model in zip(ours, theirs, strict=True):
            names = ("index",) if "_options_labels" in model else ("value", "min", "max", "step")
            for name in names:
                assert {**usual, **model}[name] == getattr(widget, name), (topic.stem, widget.description, name)
                zeros += getattr(widget, name) == 0
    assert zeros


def complete() -> str:
    """What the page's script takes for a slider's values that are not told."""
    script = (ROOT / "course/authoring/site/js/lab.js").read_text("utf-8")
    return script.partition("function complete(")[2].partition("}")[0]


def leaves(widget: Any) -> list[Any]:
    return [leaf for each in widget.children for leaf in leaves(each)] if hasattr(widget, "children") else [widget]


def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [leaf for each in node["k"] for leaf in nodes(each)] if "k" in node else [node]


def test_a_map_with_more_steps_than_the_page_has_noise_for_is_refused() -> None:
    from course.lab import descent

    assert capture.describe(descent("sgd", steps=capture.STEPS)) is not None
    with pytest.raises(CourseError, match=f"{capture.STEPS + 1} steps"):
        capture.describe(descent("sgd", steps=capture.STEPS + 1))


def test_the_builder_leaves_the_course_as_it_is() -> None:
    """Only a kernel that runs for the site alone is patched: who builds and then teaches in one process is not."""
    from course.lab import descent, gauges

    shown = Light().show('from course.lab import descent\ndescent("sgd", steps=5)')
    assert shown is not None
    assert capture.MIME in shown[0]["data"]
    for piece in (descent("sgd", steps=5), gauges(beta1=0.9, beta2=0.999)):
        assert capture.MIME not in piece._repr_mimebundle_()


def test_what_was_made_is_made_again_when_anything_has_changed_that_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside its code also words, another topic's files, and the builder's own file."""
    read = ["course/lab/words.json", "course/topics/sgd/topic.toml", "solutions/adam.py", "course/text.py"]
    own = "course/authoring/site/turn.py"
    unread = ["course/topics/sgd/lesson.md", "course/authoring/site/body.py", "README.md"]
    for file in [*store.ALONE, *read, own, *unread]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("", "utf-8")
    monkeypatch.setattr(store, "ROOT", tmp_path)

    def key() -> str:
        store._shared.cache_clear()
        return store.key("notebook", by=("turn.py",))

    try:
        assert store.key("notebook", by=("turn.py",)) != store.key("another", by=("turn.py",))
        for file in [*read, own]:
            before = key()
            (tmp_path / file).write_text("changed", "utf-8")
            assert key() != before, file
        before = key()
        for file in unread:
            (tmp_path / file).write_text("changed", "utf-8")
        assert key() == before
    finally:
        store._shared.cache_clear()


def test_what_runs_read_is_all_of_a_kind_that_is_looked_at() -> None:
    """A suffix that no one has thought of would let a page stay as it was."""
    known = {*store.SUFFIXES, ".md", ".js", ".typed", ".ipynb", ".draft", ".pyc"}
    files = subprocess.run(
        ["git", "ls-files", *store.CODE], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert {Path(each).suffix for each in files} <= known


def test_a_figure_is_tabulated_within_its_bound() -> None:
    from course.lab import gauges, pushed_box

    for piece in (pushed_box(mu=0.9), gauges(beta1=0.9, beta2=0.999)):
        told = capture.describe(piece)
        assert told is not None
        assert len(told["frames"]) <= capture.MOST
        assert len(told["sizes"]) == len(piece.controls)


def test_light_cells_are_those_that_compute_nothing() -> None:
    head = "from course.lab import descent, train, predict, line_chart\nimport numpy as np\n"
    assert Light().show(f'{head}descent("sgd", steps=5)') is not None
    assert Light().show(f'{head}predict("sgd", "x", descent("sgd", steps=5))') is not None
    assert Light().show(f'{head}np.zeros(3)\ndescent("sgd")') is None
    assert Light().show(f'{head}line_chart("x", {{}})') is None
    later = Light()
    later.show(head)
    assert later.show('descent("sgd", steps=5)') is not None


def test_drawings_become_smaller_and_say_the_same() -> None:
    drawn = (
        '<svg aria-label="from 2.3145 to 0.1834"><metadata>x</metadata><defs>\n '
        '<path id="m1" d="M 0 0 \nL 10.12345 -3.5 L 4 4"/>'
        '</defs><g id="figure_1"><use xlink:href="#m1" x="3.14159" y="20" style="fill: red; font-family: A, B"/></g>'
        "<text>0.123456</text></svg>"
    )
    made = drawings.slim(drawn, "n")
    assert 'aria-label="from 2.3145 to 0.1834"' in made
    assert "<text>0.123456</text>" in made
    assert 'd="M0 0L10.1-3.5 4 4"' in made
    assert 'id="n-0-0"' in made
    assert 'href="#n-0-0" x="3.14" y="20"' in made
    assert "metadata" not in made
    assert "figure_1" not in made
    assert len(made) < len(drawn) * 0.8


def test_what_only_a_notebook_says_is_not_on_a_page(site: Path) -> None:
    assert for_notebooks("- a\n- <notebook>b</notebook>") == "- a\n- b"
    assert for_pages("- a\n- <notebook>b</notebook>\n- c") == "- a\n- c"
    for page in pages(site):
        text = page.read_text("utf-8")
        assert "<notebook>" not in text
        assert "<code>Shift</code>" not in text, page
        assert not re.search(r"run the cell again|再运行一次这个单元格", text), page
        assert not re.search(r"editor below|下面的编辑器", text), page
    notebooks = sorted((ROOT / "lessons").glob("*/*.ipynb"))
    assert len(notebooks) == 2 * len(lessons())
    assert not any("<notebook>" in each.read_text("utf-8") for each in notebooks)


# --- Words, formulas, links -----------------------------------------------------------------------------------------


def made(text: str, ids: list[str] | None = None) -> str:
    def link(address: str) -> str:
        return addresses.of_lesson(address, "x/lesson.md")

    return markup.rendered(text, ids or [], link, anchor="to {title}", picture=lambda _token: "")


def test_formulas_need_no_script() -> None:
    text = made("Put $x^2$, and\n\n$$\\frac{1}{2}$$\n\nor in\nthe midst\n$$y$$\nof it.")
    assert text.count("<math") == 3
    assert "$" not in text
    assert '<span class="nb">' in text
    assert "<nobr" not in text


def test_a_long_formula_may_be_broken_before_a_later_equals_sign() -> None:
    assert markup.equal(r"a = b") == [r"a = b"]
    assert markup.equal(r"0.45 \cdot 0.2 / (1 - 0.45 \cdot 0.45) = 1") == [
        r"0.45 \cdot 0.2 / (1 - 0.45 \cdot 0.45) ",
        "= 1",
    ]
    assert markup.equal(r"f(x = 1) = \left[ y = 2 \right] = \sum_{i=1}^{n} i = 4") == [
        r"f(x = 1) = \left[ y = 2 \right] ",
        r"= \sum_{i=1}^{n} i ",
        r"= 4",
    ]
    text = made("So ($v_2 = 0.999 + 0.004 + 0.001 + 3.24 = 0.007236$). Short: $a = b = c$.")
    shown = re.sub(r"</?m[^>]*>", "", re.sub(r'<span class="math inline">(.*?)</span>', r"\1", text))
    assert shown == (
        '<p>So <span class="nb">(v2=0.999+0.004+0.001+3.24</span><wbr><span class="nb">=0.007236).</span>'
        ' Short: <span class="nb">a=b=c.</span></p>\n'
    )


def test_no_formula_of_a_lesson_is_left_as_it_is_written(site: Path) -> None:
    for lesson in lessons():
        text = (site / "en" / f"{lesson.stem}.html").read_text("utf-8")
        prose = re.sub(r"<pre.*?</pre>|<script.*?</script>|<code>[^<]*</code>", "", text, flags=re.DOTALL)
        assert "$" not in prose, lesson.stem


def test_links_of_a_lesson() -> None:
    assert 'href="sgd.html#x"' in made("[a](sgd.ipynb#x)")
    assert 'href="../zh/sgd.html"' in made("[a](../zh/sgd.ipynb)")
    assert f'href="{addresses.repository()}/blob/main/course/optim/adam.py"' in made("[a](../../course/optim/adam.py)")
    with pytest.raises(CourseError, match="leads nowhere"):
        made("[a](nothing.ipynb)")


def test_anchors_are_made_of_the_english_words_once_each() -> None:
    anchors = markup.Anchors()
    assert [anchors.of(each) for each in ("The *idea*", "The idea", "3. Your turn", "$x$")] == [
        "the-idea",
        "the-idea-2",
        "s-3-your-turn",
        "section",
    ]


def test_every_term_of_the_glossary_has_a_lesson_that_uses_it() -> None:
    made = terms.terms()
    assert len(made) == len(glossary.terms())
    assert {each.stem for each in made} <= {each.stem for each in lessons()}
    for each in made:
        for lang, said in each.sentences.items():
            assert len(said) <= terms.LONGEST
            assert "$" not in said
            assert not said or each.name[lang].replace("-", " ").lower() in said.replace("-", " ").lower(), each.place
    assert sum(bool(each.sentences[lang]) for each in made for lang in LANGS) > len(made)


def test_a_row_that_no_lesson_uses_is_told_by_the_check_as_by_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {**glossary.terms(), "无人用到的词": "unheard-of word"}
    monkeypatch.setattr(glossary, "terms", lambda: rows)
    monkeypatch.setattr(bilingual, "ROOT", tmp_path)
    monkeypatch.setattr("course.authoring.notebooks.sources", list)
    monkeypatch.setattr("course.authoring.usage.problems", list)
    for each in (terms.terms, terms._any):
        monkeypatch.setattr(terms, each.__name__, cache(each.__wrapped__))
    with pytest.raises(CourseError, match="uses unheard-of word") as caught:
        terms.terms()
    assert bilingual.all_problems() == [caught.value.text]
    del rows["无人用到的词"]
    terms._any.cache_clear()
    assert len(terms.terms()) == len(rows)
    assert bilingual.all_problems() == []


def test_headings_are_those_that_the_parser_sees() -> None:
    assert markup.headings("# One\n\nTwo\n---\n\n```text\n# none\n```\n\n<notebook>\n\n## not here\n\n</notebook>") == [
        (1, "One"),
        (2, "Two"),
    ]


def test_terms_are_marked_once_outside_code_and_links() -> None:
    mark = terms.marker("en")
    first = mark("<p>The <code>gradient</code> is a gradient, and a Gradient.</p>")
    assert first.count('class="term"') == 1
    assert "<code>gradient</code>" in first
    assert 'class="term"' not in mark("<p>The gradient again.</p>")
    assert "梯度" in first
    longer = "<p>Nesterov momentum.</p>"
    assert mark(longer).count('class="term"') == 1
    assert mark(longer) == longer, "a term is not found inside a longer one, marked or not"
    assert 'data-tip="动量' in mark("<p>Momentum.</p>")


def test_sections_are_found_by_their_text() -> None:
    head = '<h2 id="a">One <a class="anchor" href="#a">#</a></h2>'
    text = f'{head}<p>two &lt; three</p><pre>code</pre><h2 id="b">B</h2><p>x</p>'
    assert search.entries("p.html", "P", text) == [
        ("p.html", "a", "P", "One", "two < three"),
        ("p.html", "b", "P", "B", "x"),
    ]


def test_the_page_of_your_turn_has_three_reports(site: Path) -> None:
    for lesson in lessons():
        if lesson.topic is None:
            continue
        for lang in LANGS:
            text = (site / lang / f"{lesson.stem}.html").read_text("utf-8")
            assert text.count('<details class="report">') == 3, lesson.stem
            assert all(address.replace("&", "&amp;") in text for address in addresses.lent(lesson.stem, lang).values())


def test_each_place_that_lends_a_machine_is_asked_for_the_language() -> None:
    """What differs in the addresses is the language; the container that Codespaces is asked for is there."""
    ours, theirs = (addresses.lent("sgd", lang) for lang in LANGS)
    assert ours.keys() == theirs.keys()
    assert all(ours[place] != theirs[place] for place in ours)
    for lang in LANGS:
        asked = parse_qs(urlsplit(addresses.lent("sgd", lang)["Codespaces"]).query)
        assert asked == {"devcontainer_path": [addresses.CONTAINERS[lang]], "quickstart": ["1"]}
        assert (ROOT / addresses.CONTAINERS[lang]).is_file()


@pytest.mark.parametrize("run", [False, True])
def test_a_page_says_whether_its_experiments_were_run(*, run: bool) -> None:
    cells = sources.cells("momentum")
    count = sum(isinstance(cell, Code) for cell in code("momentum", cells))
    printed = {"output_type": "stream", "name": "stdout", "text": "42"}
    told = {"date": "2026-01-02", "python": "3.12", "numpy": "2", "torch": "2", "system": "Linux", "cores": 2}
    shown = {**told, "cells": [[printed] for _ in range(count)]} if run else None
    made = body.Body("momentum", "en", [None] * count, shown, str, "").html(cells)
    assert (body.TEXTS["not-run"].en in made) != run
    assert ("Computed on 2026-01-02" in made) == run
