"""The editor in a lesson: it shows the learner's file, saves it, and loses nothing that another editor saves meanwhile.

The file stays a plain file. Whoever saves last wins, and what the other had written is kept beside it under a name.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from course.grading import saved
from course.grading.reasons import Reason
from course.lab.editor import pieces
from course.learner.copies import put_aside, unused
from course.system import atomic, refusal
from course.text import TONGUES, Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.lab.editor.pieces import Pieces

TEXTS = texts(__file__)
KEPT = 20
"""Versions of the panes that are remembered: what was typed in one of them may still be on its way."""

WORDS = {
    "label": TEXTS["label"],
    "keys": TEXTS["keys"],
    "alone": TEXTS["alone"],
    "busy": TEXTS["busy"],
    "save": Text(en="Save and check", zh="保存并检查"),
    "whole": Text(en="Whole file", zh="整个文件"),
    "methods": Text(en="Methods alone", zh="只看方法"),
    "take": Text(en="Show the other version", zh="显示另一个版本"),
    "doc": Text(en="What it has to do", zh="要求"),
    "unsaved": Text(en="not saved yet", zh="尚未保存"),
}

_open: weakref.WeakValueDictionary[Path, Editor] = weakref.WeakValueDictionary()
"""By file, the editor that was made last."""


class Editor(anywidget.AnyWidget):
    """An editor of one file.

    Args:
        path: the file.
        class_name: the class whose methods are shown.
        on_save: called after each save.

    """

    _esm = Path(__file__).with_name("editor.js")
    _css = Path(__file__).with_name("editor.css")

    words = traitlets.Dict().tag(sync=True)
    file = traitlets.Unicode().tag(sync=True)
    """Its name."""
    panes = traitlets.List(traitlets.Dict()).tag(sync=True)
    """What is shown: of each pane the `head`, `doc` and `body`, its `name`, and how many lines are hidden `before`."""
    version = traitlets.Int().tag(sync=True)
    """Another number for other panes; what the page sends says which ones it has changed."""
    unsaved = traitlets.Bool().tag(sync=True)
    """Whether the panes themselves are not saved yet."""
    draft = traitlets.Dict().tag(sync=True)
    """Written by the page: the `bodies` that are typed and not saved, with the `version` of their panes, or nothing."""
    behind = traitlets.Bool().tag(sync=True)
    """Whether the file has been changed elsewhere, and what is typed here is not saved."""
    views = traitlets.Bool().tag(sync=True)
    """Whether the methods can be shown alone."""
    note = traitlets.Unicode().tag(sync=True)
    """A sentence about what has happened, or nothing."""

    def __init__(self, path: Path, class_name: str, on_save: Callable[[], None]) -> None:
        self.path = Path(os.path.realpath(path))  # not `resolve`, which fails for links that go in a circle
        self.class_name = class_name
        self.on_save = on_save
        self._all = False
        """Whether the reader wants to see the whole file."""
        self._known: dict[int, Pieces] = {}
        """By version, what was shown."""
        self._base: dict[int, bytes | None] = {}
        """By version, the file that it came from or was saved as; None if there was none."""
        said = {name: str(text) for name, text in WORDS.items()}
        super().__init__(words={**said, "lang": TONGUES[language()]}, file=path.name)
        before = _open.get(self.path)
        _open[self.path] = self
        self._load()
        left = before.typed() if before is not None else None
        if left is not None and before is not None and left != self.text():
            self._show(left, self.base, unsaved=True, note=TEXTS["taken-up"])
            if before.base != self.base:
                self._base[self.version] = before.base
                self._fall_behind()
        self.observe(self._on_draft, names="draft")
        self.on_msg(self._on_message)

    @property
    def base(self) -> bytes | None:
        """The file that what is shown came from or was saved as."""
        return self._base.get(self.draft.get("version", self.version))

    def text(self) -> str | None:
        """Return the file as its panes show it; None if it cannot be shown."""
        found = self._known.get(self.version)
        return found.join() if found else None

    def typed(self) -> str | None:
        """Return the file with what has been typed and not saved; None if everything is saved."""
        found = self._known.get(self.draft.get("version", -1))
        if found is not None and _fits(found, self.draft.get("bodies")):
            return found.refilled(self.draft["bodies"]).join()
        return self.text() if self.unsaved else None

    def save(self, bodies: list[str], version: int) -> bool:
        """Save what is in the panes.

        Args:
            bodies: of each pane.
            version: of the panes that were changed.

        Returns:
            True if it is saved.

        """
        found = self._known.get(version)
        if found is None or not _fits(found, bodies):
            return False
        filled = found.refilled(bodies)
        text = filled.join()
        content = text.encode("utf-8", "replace")
        try:
            there = self.path.read_bytes() if self.path.is_file() else None
            kept = None
            if there is not None and there not in (self._base[version], content):
                kept = put_aside(self.path, lambda: atomic.write(self.path, content))
            elif there != content:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                atomic.write(self.path, content)
        except OSError as error:
            self.note = str(TEXTS["not-saved"].format(file=self.file, reason=refusal.clause(error) or str(error)))
            return False
        self._base[version] = content
        note = TEXTS["kept-other"].format(file=self.file, kept=kept.name) if kept else None
        now = self._cut(text)
        with self.hold_sync():
            self.draft, self.behind, self.unsaved = {}, False, False
            if [each.shown for each in now.panes] == bodies or (
                now.whole and not found.whole and pieces.parsed(text) is None
            ):
                # A mistake in the grammar, in the middle of the work, is no reason to show another view.
                self._known[version] = filled
                self._tell(version, note)
            else:
                self._show(text, content, note=note)
        return True

    def look(self) -> bool:
        """Look at the file, and show what another editor has saved; return whether it did."""
        there = self._there()
        if there == self._base.get(self.version):
            return False
        if self.typed() is None:
            self._load(TEXTS["changed"].format(file=self.file))
        elif not self.behind:
            self._fall_behind()
        return True

    def take(self) -> None:
        """Show the file as another editor has saved it; what was typed here is kept beside it."""
        left = self.typed()
        note = None
        if left is not None:
            aside = unused(self.path)
            try:
                atomic.write(aside, left.encode("utf-8", "replace"))
            except OSError as error:
                self.note = str(TEXTS["not-saved"].format(file=aside.name, reason=refusal.clause(error) or str(error)))
                return
            note = TEXTS["kept-own"].format(file=self.file, kept=aside.name)
        self._load(note)

    def turn(self, bodies: list[str], version: int) -> None:
        """Show the whole file instead of the methods, or the other way round; what is typed goes along.

        Args:
            bodies: of each pane.
            version: of the panes.

        """
        found = self._known.get(version)
        if found is None or not _fits(found, bodies):
            return
        text = found.refilled(bodies).join()
        self._all = not found.whole
        self._show(text, self._base[version], unsaved=self.unsaved or text != found.join())

    def _load(self, note: Text | None = None) -> None:
        """Show the file as it is."""
        source = saved.source(self.path)
        if isinstance(source, Reason):
            self._nothing(source.text)
            return
        try:
            text = source.decode("utf-8")
        except UnicodeDecodeError:
            text = "\r"
        if "\r" in text.replace("\r\n", "") or "\0" in text:  # no page keeps these
            self._nothing(TEXTS["odd"].format(file=self.file))
        else:
            self._show(text, source, note=note)

    def _there(self) -> bytes | None:
        found = saved.source(self.path)
        return None if isinstance(found, Reason) else found

    def _nothing(self, note: Text) -> None:
        with self.hold_sync():
            self._base[self.version + 1] = self._there()  # what is typed in older panes can still be saved
            self.panes, self.draft, self.unsaved, self.behind, self.views = [], {}, False, False, False
            self.version += 1
            self.note = str(note)

    def _cut(self, text: str) -> Pieces:
        return (None if self._all else pieces.methods(text, self.class_name)) or pieces.whole(text)

    def _show(self, text: str, base: bytes | None, *, unsaved: bool = False, note: Text | None = None) -> None:
        """Show other panes."""
        found, version = self._cut(text), self.version + 1
        if note is None and found.whole and not self._all:
            note = TEXTS["all"]
        with self.hold_sync():
            self.unsaved, self.draft = unsaved, {}
            self.behind = self.behind and unsaved
            self._known = {number: each for number, each in self._known.items() if number > version - KEPT}
            self._base = {number: each for number, each in self._base.items() if number > version - KEPT}
            self._known[version], self._base[version] = found, base
            self._tell(version, note)

    def _tell(self, version: int, note: Text | None) -> None:
        found = self._known[version]
        self.panes = [
            {
                "name": self.file if found.whole else _name(pane.head),
                "head": pane.head,
                "doc": pane.doc,
                "body": pane.shown,
                "before": before,
            }
            for pane, before in zip(found.panes, found.before, strict=True)
        ]
        self.views = not found.whole or pieces.methods(found.join(), self.class_name) is not None
        self.version = version
        self.note = "" if note is None else str(note)

    def _fall_behind(self) -> None:
        with self.hold_sync():
            self.behind = True
            self.note = str(TEXTS["both"].format(file=self.file))

    def _on_draft(self, _change: object) -> None:
        """Notice that the reader was typing when the panes changed."""
        if self.draft and self.draft.get("version") != self.version and not self.behind:
            self._fall_behind()

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        kind, bodies, version = content.get("kind"), content.get("bodies"), content.get("version")
        if kind == "take":
            self.take()
        elif isinstance(bodies, list) and isinstance(version, int):
            if kind == "turn":
                self.turn(bodies, version)
            elif kind == "save":
                done = self.save(bodies, version)
                self.send({"kind": "saved"})
                if done:
                    self.on_save()
        elif kind == "save":  # nothing to be edited here, but to be checked
            self.send({"kind": "saved"})
            self.on_save()

    def follows(self) -> bool:
        """Return whether no other editor has this file."""
        return _open.get(self.path) is self


def _fits(found: Pieces, bodies: object) -> bool:
    """Return whether a page may have sent this for these panes."""
    return (
        isinstance(bodies, list) and len(bodies) == len(found.panes) and all(isinstance(each, str) for each in bodies)
    )


def _name(head: str) -> str:
    return head.strip().removeprefix("def ").partition("(")[0]
