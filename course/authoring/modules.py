"""The widgets' modules as the files that a browser is given, one for each widget.

    course/lab/widget/js/*.js  →  course/lab/widget/descent.js, slider.js, press.js

One of the modules, derived.js, is itself derived: from the course's rules and landscapes.

anywidget hands the page one ES module, from which no other can be reached. A bundler would need Node.js wherever a
derived file is checked; our modules need only to be written one below the other, in the order of their imports. What
would make that wrong, a name that two modules declare or an import in another form, is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from course.authoring import javascript
from course.system.workspace import ROOT
from course.text import CourseError, Text

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = ROOT / "course/lab/widget/js"
ENTRY = "descent.js"
"""The module that the page is given, after those that it imports."""

ENTRIES = (ENTRY, "slider.js", "press.js")
"""All such modules: the map with its chart, a slider, a button."""

DERIVED = "derived.js"
"""The module that `javascript.py` derives."""

HEAD = "// Derived from js/*.js by `course build`: edit those."
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "(?:\./|(?:\.\./)+[\w/]+/)(\w+\.js)";$', re.MULTILINE)
_DECLARED = re.compile(r"^(export )?(?:const|let|function|class) (\w+)", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |let |function |class )", re.MULTILINE)
_OTHER = re.compile(
    r"^(?:import\b|export (?!default )|async function|var |(?:const|let) (?:[\[{]|\w+, )).*$", re.MULTILINE
)
_FOR_CHECKERS = re.compile(r"^(?:// @ts-(?:no)?check|/\*\* @import .*\*/)\n", re.MULTILINE)

_WRONG = Text(en="course/lab/widget/js/{file}: {problem}", zh="course/lab/widget/js/{file}：{problem}")
_FORM = Text(
    en="`{line}` cannot be joined. Write `import {{ a, b }} from` a module beside it, on one line, and `export` before"
    " a const, let, function or class with one name.",
    zh="无法合并 `{line}`。导入请写成一行 `import {{ a, b }} from`，来源是同一文件夹中的模块。"
    "`export` 请写在只声明一个名称的 const、let、function 或 class 之前。",
)
_ABSENT = Text(
    en="it imports {name} from {other}, which does not export it.", zh="从 {other} 导入了 {name}，但后者没有导出它。"
)
_CIRCLE = Text(en="its imports lead back to it.", zh="它的导入形成了循环。")
_TWICE = Text(en="it declares {name}, and so does {other}.", zh="它和 {other} 都声明了 {name}。")
_ONE_DEFAULT = Text(
    en="`export default` belongs once into each of {entry}.", zh="`export default` 应当在 {entry} 中各出现一次。"
)
_NO_FILE = Text(en="it imports {other}, which is not there.", zh="导入了不存在的 {other}。")
_UNUSED = Text(en="no module imports it.", zh="没有任何模块导入它。")


def outputs() -> dict[Path, str]:
    """Return the derived module and the widget's script: path relative to the root of the repository → text."""
    folder = SOURCES.relative_to(ROOT)
    rules = javascript.derived()
    texts = {file.name: file.read_text("utf-8") for file in sorted(SOURCES.glob("*.js"))} | {DERIVED: rules}
    return {folder / DERIVED: rules} | {folder.parent / entry: joined(texts, entry) for entry in ENTRIES}


def joined(modules: dict[str, str], entry: str = ENTRY) -> str:
    """Write modules one below the other, each after those that it imports.

    Args:
        modules: by the name of its file, the text of each; `entry` is among them.
        entry: one of `ENTRIES`.

    Returns:
        One module that does what `entry` does.

    Raises:
        CourseError: the modules cannot be joined this way.

    """
    used: list[str] = []
    for each in ENTRIES:
        if each in modules:
            _visit(each, modules, used, ())
    for file in modules:
        if file not in used:
            raise _problem(file, _UNUSED)
    return "\n".join([HEAD, *_in_order(modules, entry)])


def joined_script(modules: dict[str, str], entry: str) -> str:
    """Write modules one below the other as a plain script, which offers nothing to others.

    Args:
        modules: by the name of its file, the text of each; some may serve other scripts.
        entry: the module that is run last.

    Returns:
        The body of a script.

    Raises:
        CourseError: the modules cannot be joined this way.

    """
    return "\n".join(_in_order(modules, entry))


def _in_order(modules: dict[str, str], entry: str) -> list[str]:
    order: list[str] = []
    _visit(entry, modules, order, ())
    declared: dict[str, str] = {}
    for file in order:
        for _, name in _DECLARED.findall(modules[file]):
            if name in declared:
                raise _problem(file, _TWICE.format(name=name, other=declared[name]))
            declared[name] = file
    return [f"\n// ---- {file}\n{_body(modules[file])}" for file in order]


def _visit(file: str, modules: dict[str, str], order: list[str], path: tuple[str, ...]) -> None:
    """Put a module into the order, after what it imports."""
    if file in path:
        raise _problem(file, _CIRCLE)
    if file in order:
        return
    text = modules[file]
    if other := _OTHER.search(_IMPORT.sub("", _EXPORT.sub("", text))):
        raise _problem(file, _FORM.format(line=other[0]))
    if len(re.findall("^export default ", text, re.MULTILINE)) != (file in ENTRIES):
        raise _problem(file, _ONE_DEFAULT.format(entry=", ".join(ENTRIES)))
    for names, imported in _IMPORT.findall(text):
        if imported not in modules:
            raise _problem(file, _NO_FILE.format(other=imported))
        offered = {name for export, name in _DECLARED.findall(modules[imported]) if export}
        for name in names.split(", "):
            if name not in offered:
                raise _problem(file, _ABSENT.format(name=name, other=imported))
        _visit(imported, modules, order, (*path, file))
    order.append(file)


def _body(text: str) -> str:
    """Return a module's text without what only its checkers and its neighbours need."""
    return _EXPORT.sub("", _IMPORT.sub("", _FOR_CHECKERS.sub("", text))).strip() + "\n"


def _problem(file: str, problem: Text) -> CourseError:
    return CourseError(_WRONG.format(file=file, problem=problem))
