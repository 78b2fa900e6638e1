"""What lies where a learner's file should: a rule's text, or something that only goes by its name.

Nothing is run here and nothing is parsed: the first bytes tell, and whatever is no regular file is not even opened.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import tokenize
from pathlib import Path

from course.grading.reasons import Reason
from course.grading.tickets import of_a_kind
from course.system import workspace
from course.text import Text, texts

TEXTS = texts(__file__)

LARGEST_FILE = 2**20
"""Bytes; an update rule is a page of text."""

FOLDER = Text(en="a folder", zh="一个文件夹")
MISSING = TEXTS["missing"]

PICTURE = Text(en="a picture", zh="一张图片")
KINDS: tuple[tuple[bytes, Text], ...] = (
    (rb"PK[\x03\x05\x07]|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf", TEXTS["archive"]),
    (rb"%PDF-", Text(en="a PDF document", zh="PDF 文档")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP", PICTURE),
    (rb"\x1f\x8b|BZh\d|\xfd7zXZ|7z\xbc\xaf|Rar!", Text(en="a compressed archive", zh="压缩包")),
    (rb"\x80[\x02-\x05][\x80-\x95(}\]cX]", TEXTS["pickle"]),
    (rb"..\r\n.\0\0\0", Text(en="compiled Python", zh="编译后的 Python 文件")),
    (rb"\x93NUMPY", Text(en="a numpy array", zh="numpy 数组")),
    (rb"\x7fELF|MZ.{58}.\0\0\0", Text(en="a program", zh="可执行程序")),
    (rb"\s*(?i:<!doctype html|<html|<\?xml)", Text(en="a web page", zh="网页")),
)
"""How a file that is no rule begins, after a byte order mark: a pattern, and what it is."""

CELLS = re.compile(rb'\s*\{\s*"(?:cells|metadata|nbformat)"')
ENCODINGS: tuple[tuple[str, str, Text], ...] = (
    ("gb18030", "gb2312", Text(en="GB18030 (GBK)", zh="GB18030（GBK）")),
    ("big5", "big5", Text(en="Big5", zh="Big5")),
    ("shift_jis", "shift_jis", Text(en="Shift-JIS", zh="Shift-JIS")),
)
"""What a text may be saved in, and an encoding that has its usual characters alone."""


def refused(path: Path) -> Reason | None:
    """Say why this cannot be a rule's text, or nothing. Where there is no file, nothing has been written yet.

    Args:
        path: where the learner's file should lie; `STEM.py`.

    """
    found = source(path)
    return found if isinstance(found, Reason) else None


def source(path: Path) -> bytes | Reason:
    """Read a rule's text, once: what is returned is what is judged, whatever is put in the file's place meanwhile.

    A link is followed in the learner's own folder alone. In any other, what it leads to may be somebody else's, and its
    lines would be shown to whoever put it there.

    Args:
        path: where the learner's file should lie; `STEM.py`.

    Returns:
        The bytes, or why they cannot be a rule's text.

    """
    name = path.name
    own = workspace.is_learners(path.parent)
    no_file = _no_file(path, own=own)
    if no_file:
        return no_file
    try:
        content = _read(path, follow=own)
    except OSError as error:
        return Reason(
            "error", TEXTS["link"].format(name=name) if error.errno == errno.ELOOP else _unopened(path, error)
        )
    return checked(name, content)


def checked(name: str, content: bytes | None) -> bytes | Reason:
    """Look at what is in a file that has been read.

    Args:
        name: what it is called, `STEM.py`.
        content: what is in it; None if there is no file, and nothing beside it.

    Returns:
        The bytes, or why they cannot be a rule's text.

    """
    if content is None:
        return Reason("not-implemented", MISSING.format(name=name, stem=name.removesuffix(".py")))
    if len(content) > LARGEST_FILE:
        return Reason("rejected", TEXTS["too-large"].format(name=name))
    text = _no_rule(name, content)
    return Reason("error", text) if text else content


def _no_file(path: Path, *, own: bool) -> Reason | None:
    """Say what lies there instead of a file, if none does; nothing is opened.

    Args:
        path: where it should lie.
        own: whether that is in the learner's own folder.

    """
    name = path.name
    try:
        found = path.stat()
    except OSError as error:
        if os.path.islink(path):  # noqa: PTH114 - where one may not look it says no, and Path's own raises
            return Reason("not-implemented", TEXTS["broken-link"].format(name=name))
        if isinstance(error, FileNotFoundError):
            return Reason("not-implemented", beside(path) or MISSING.format(name=name, stem=path.stem))
        return Reason("error", _unopened(path, error))
    if not stat.S_ISREG(found.st_mode):
        what = FOLDER if stat.S_ISDIR(found.st_mode) else TEXTS["device"]
        return Reason("not-implemented", TEXTS["no-plain-file"].format(name=name, stem=path.stem, what=what))
    return Reason("error", TEXTS["link"].format(name=name)) if path.is_symlink() and not own else None


def _read(path: Path, *, follow: bool = False) -> bytes:
    """Return at most one byte more than the limit; none if something else has taken the file's place."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    number = os.open(path, flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return b""
        return file.read(LARGEST_FILE + 1)


def _unopened(path: Path, error: OSError) -> Text:
    """Say that the file, or the folder that it is in, may not be read."""
    if error.errno == errno.EACCES and not os.access(path.parent, os.X_OK):
        return TEXTS["unreadable-folder"].format(folder=path.parent.name, name=path.name)
    return TEXTS["unreadable"].format(name=path.name, why=error.strerror)


def beside(path: Path) -> Text | None:
    """Say which file beside a missing one has nearly its name, if one has."""
    nearly = re.compile(rf"{re.escape(path.stem)}(?![a-z0-9]).*", re.IGNORECASE)
    known = {".py", ".txt", ".ipynb", ".pyw", ""}
    try:
        with os.scandir(path.parent) as entries:
            found = (each for each in entries if nearly.fullmatch(each.name) and not of_a_kind(each.name))
            names = sorted(each.name for each in found if each.is_file())
    except OSError:
        return None
    names = [each for each in names if Path(each).suffix.lower() in known and each.isprintable()]
    names.sort(key=lambda each: each.lower().endswith(".ipynb"))
    if not names:
        return None
    form = TEXTS["notebook-beside"] if names[0].lower().endswith(".ipynb") else TEXTS["beside"]
    return form.format(name=path.name, other=names[0][:80])


def _no_rule(name: str, content: bytes) -> Text | None:
    """Return why these bytes are no Python text, if they are none."""
    stem = name.removesuffix(".py")
    bare = content.removeprefix(b"\xef\xbb\xbf")
    if not bare.strip():
        return TEXTS["empty"].format(name=name, stem=stem)
    for start, what in KINDS:
        if re.match(start, bare, re.DOTALL):
            return TEXTS["no-text"].format(name=name, what=what)
    if b"\0" in bare and b"\0" not in bare.rstrip(b"\0"):
        return TEXTS["half-saved"].format(name=name)
    if CELLS.match(bare) and b'"cells"' in bare:
        return TEXTS["notebook"].format(name=name)
    return _unreadable(name, content, bare)


def _unreadable(name: str, content: bytes, bare: bytes) -> Text | None:
    """Return why Python cannot decode these bytes, if it cannot."""
    wide = _wide(content)
    if wide:
        return TEXTS["encoding"].format(name=name, encoding=wide)
    if b"\0" in content:
        return TEXTS["no-text"].format(name=name, what=Text(en="binary data", zh="二进制数据"))
    declared = "utf-8"
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(declared)
    except (SyntaxError, LookupError, ValueError):
        cookie = re.match(rb"(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)", bare)
        if cookie and not re.fullmatch(rb"(?i)utf[-_]?8.*", cookie[1]):
            return TEXTS["cookie"].format(name=name, encoding=cookie[1].decode("ascii", "replace")[:40])
        return TEXTS["encoding"].format(name=name, encoding=_guess(content))
    return None


def _wide(content: bytes) -> str | None:
    """Return UTF-16 or UTF-32 if it is one of them, by its byte order mark or by where its zeros lie."""
    for mark, encoding in ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"),
                           (b"\xfe\xff", "UTF-16")):  # fmt: skip
        if content.startswith(mark):
            return encoding
    start = content[:2000]
    even, odd = start[::2].count(0), start[1::2].count(0)
    one_sided = max(even, odd) > len(start) / 5 and min(even, odd) < len(start) / 50
    return "UTF-16" if one_sided else None


def _guess(content: bytes) -> Text:
    """Return an encoding in which these bytes make sense: Chinese or Japanese if what comes out is, else Western."""
    best, called = 0.0, Text(en="Latin-1 (Windows-1252)", zh="Latin-1（Windows-1252）")
    for encoding, usual, name in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        sense = _sense(text, usual)
        if sense > best:
            best, called = sense, name
    return called


def _sense(text: str, usual: str) -> float:
    """Return how much of what is not ASCII is usual and stands beside its like; 0 where it is less than most of it."""
    foreign = len(re.findall(r"[^\0-\x7f]", text))
    good = sum(_known(char, usual) for run in re.findall(r"[^\0-\x7f]{2,}", text) for char in run)
    share = good / foreign if foreign else 0.0
    if usual == "shift_jis" and not re.search("[\u3040-\u30ff]", text):
        return 0.0
    return share if share > 0.6 else 0.0


def _known(char: str, usual: str) -> bool:
    """Return whether this encoding has the character among its usual ones, which stand first."""
    try:
        code = char.encode(usual)
    except UnicodeEncodeError:
        return False
    return usual != "big5" or code < b"\xc9\x40"
