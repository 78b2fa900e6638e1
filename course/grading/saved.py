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

from course import workspace
from course.grading.reasons import Reason
from course.text import Text

LARGEST_FILE = 2**20
"""Bytes; an update rule is a page of text."""

NO_PLAIN_FILE = Text(
    en="{name} is {what}, not a file. Move it away and write your rule into a file of that name; `course reset {stem}`"
    " makes one.",
    zh="{name} 是 {what}，不是文件。请把它移走，再把更新规则写进同名的文件；运行 `course reset {stem}` 会新建一个。",
)
FOLDER = Text(en="a folder", zh="一个文件夹")
DEVICE = Text(en="a pipe, a socket or a device", zh="管道、套接字或设备")
BROKEN_LINK = Text(
    en="{name} is a link that leads to no file. Put the file itself here.",
    zh="{name} 是一个链接，却没有指向任何文件。请把文件本身放到这里。",
)
UNREADABLE = Text(
    en="{name} cannot be read: {why}. Allow reading it, for instance with `chmod u+r {name}`, and check again.",
    zh="无法读取 {name}：{why}。请开放读取权限，例如运行 `chmod u+r {name}`，然后重新检查。",
)
UNREADABLE_FOLDER = Text(
    en="The folder {folder}, in which {name} should be, cannot be opened. Allow it, for instance with `chmod u+rx"
    " {folder}`, and check again.",
    zh="{name} 所在的文件夹 {folder} 无法打开。请开放权限，例如运行 `chmod u+rx {folder}`，然后重新检查。",
)
LINK = Text(
    en="{name} is a link to another file, and was not read. Links are followed in course/optim alone: put the file"
    " itself here.",
    zh="{name} 是指向其他文件的链接，没有读取。只有 course/optim 里的链接才会跟随，请把文件本身放到这里。",
)
TOO_LARGE = Text(
    en="{name} is larger than 1 MiB, far more than an update rule needs: it was not run.",
    zh="{name} 超过 1 MiB，远大于一条更新规则所需，因此没有运行。",
)
MISSING = Text(
    en="There is no {name} in this folder. In course/optim, `course reset {stem}` brings the skeleton back; name any"
    " other folder with --submission.",
    zh="这个文件夹里没有 {name}。如果是 course/optim，运行 `course reset {stem}` 可以恢复骨架代码；"
    "别的文件夹请用 --submission 指定。",
)
BESIDE = Text(
    en="There is no {name} in this folder, but there is {other}. If that is your rule, rename it to {name}.",
    zh="这个文件夹里没有 {name}，但有 {other}。如果那就是您写的规则，请把它改名为 {name}。",
)
NOTEBOOK_BESIDE = Text(
    en="There is no {name} in this folder, but there is the notebook {other}. The class belongs in a file of its own:"
    " copy it into {name}.",
    zh="这个文件夹里没有 {name}，但有笔记本 {other}。规则的类要单独放在一个文件里，请把它复制到 {name}。",
)
EMPTY = Text(
    en="{name} is empty. `course reset {stem}` brings the skeleton back. If you have just written it, save it again.",
    zh="{name} 是空的。运行 `course reset {stem}` 可以恢复骨架代码。如果您刚刚写过，请再保存一次。",
)
HALF_SAVED = Text(
    en="{name} ends in NUL bytes, as a file does that was not saved to its end. Save it again.",
    zh="{name} 以空字节（NUL）结尾，像是没有保存完。请再保存一次。",
)
NO_TEXT = Text(
    en="{name} is {what}, not a Python text. Save the code itself as plain text in {name}, from JupyterLab or another"
    " code editor.",
    zh="{name} 是 {what}，不是 Python 代码文本。请用 JupyterLab 或别的代码编辑器，把代码本身以纯文本保存到 {name}。",
)
NOTEBOOK = Text(
    en="{name} is a notebook that was given the name of a Python file. Copy the class out of its cell into a new text"
    " file {name}.",
    zh="{name} 其实是笔记本，只是换成了 Python 文件的名字。请把单元格里的类复制出来，放进新的文本文件 {name}。",
)
ENCODING = Text(
    en="{name} seems to be saved in {encoding}. Save it as UTF-8: in VS Code click the encoding in the bar at the"
    " bottom and choose “Save with Encoding”; in Notepad choose “Save as” and the encoding UTF-8.",
    zh="{name} 似乎是以 {encoding} 编码保存的。请保存为 UTF-8：在 VS Code 里点击底部状态栏的编码名称，选择“通过编码"
    "保存”；在记事本里选择“另存为”，编码选 UTF-8。",
)
COOKIE = Text(
    en="{name} says in its first lines that it is written in `{encoding}`, and it is not. Take that line out and save"
    " the file as UTF-8.",
    zh="{name} 开头声明自己的编码是 `{encoding}`，实际却不是。请删去那一行，并把文件保存为 UTF-8。",
)

ARCHIVE = Text(en="a Word document or a zip archive", zh="Word 文档或 zip 压缩包")
PICTURE = Text(en="a picture", zh="一张图片")
PICKLE = Text(en="pickled data", zh="pickle 数据")
KINDS: tuple[tuple[bytes, Text], ...] = (
    (rb"PK[\x03\x05\x07]|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf", ARCHIVE),
    (rb"%PDF-", Text(en="a PDF document", zh="PDF 文档")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP", PICTURE),
    (rb"\x1f\x8b|BZh\d|\xfd7zXZ|7z\xbc\xaf|Rar!", Text(en="a compressed archive", zh="压缩包")),
    (rb"\x80[\x02-\x05][\x80-\x95(}\]cX]", PICKLE),
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
        return Reason("error", LINK.format(name=name) if error.errno == errno.ELOOP else _unopened(path, error))
    if len(content) > LARGEST_FILE:
        return Reason("rejected", TOO_LARGE.format(name=name))
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
            return Reason("not-implemented", BROKEN_LINK.format(name=name))
        if isinstance(error, FileNotFoundError):
            return Reason("not-implemented", beside(path) or MISSING.format(name=name, stem=path.stem))
        return Reason("error", _unopened(path, error))
    if not stat.S_ISREG(found.st_mode):
        what = FOLDER if stat.S_ISDIR(found.st_mode) else DEVICE
        return Reason("not-implemented", NO_PLAIN_FILE.format(name=name, stem=path.stem, what=what))
    return Reason("error", LINK.format(name=name)) if path.is_symlink() and not own else None


def _read(path: Path, *, follow: bool = False) -> bytes:
    """The bytes, one more than the most at most; should something else have taken the file's place, there are none."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    number = os.open(path, flags | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return b""
        return file.read(LARGEST_FILE + 1)


def _unopened(path: Path, error: OSError) -> Text:
    """Say that the file, or the folder that it is in, may not be read."""
    if error.errno == errno.EACCES and not os.access(path.parent, os.X_OK):
        return UNREADABLE_FOLDER.format(folder=path.parent.name, name=path.name)
    return UNREADABLE.format(name=path.name, why=error.strerror)


def beside(path: Path) -> Text | None:
    """Where there is no such file: say which one beside it has nearly its name, if one has."""
    nearly = re.compile(rf"{re.escape(path.stem)}(?![a-z0-9]).*", re.IGNORECASE)
    known = {".py", ".txt", ".ipynb", ".pyw", ""}
    try:
        with os.scandir(path.parent) as entries:
            names = sorted(each.name for each in entries if nearly.fullmatch(each.name) and each.is_file())
    except OSError:
        return None
    names = [each for each in names if Path(each).suffix.lower() in known and each.isprintable()]
    names.sort(key=lambda each: each.lower().endswith(".ipynb"))
    if not names:
        return None
    form = NOTEBOOK_BESIDE if names[0].lower().endswith(".ipynb") else BESIDE
    return form.format(name=path.name, other=names[0][:80])


def _no_rule(name: str, content: bytes) -> Text | None:
    """Why these bytes are no Python text, if they are none."""
    stem = name.removesuffix(".py")
    bare = content.removeprefix(b"\xef\xbb\xbf")
    if not bare.strip():
        return EMPTY.format(name=name, stem=stem)
    for start, what in KINDS:
        if re.match(start, bare, re.DOTALL):
            return NO_TEXT.format(name=name, what=what)
    if b"\0" in bare and b"\0" not in bare.rstrip(b"\0"):
        return HALF_SAVED.format(name=name)
    if CELLS.match(bare) and b'"cells"' in bare:
        return NOTEBOOK.format(name=name)
    return _unreadable(name, content, bare)


def _unreadable(name: str, content: bytes, bare: bytes) -> Text | None:
    """Why Python cannot decode these bytes, if it cannot."""
    wide = _wide(content)
    if wide:
        return ENCODING.format(name=name, encoding=wide)
    if b"\0" in content:
        return NO_TEXT.format(name=name, what=Text(en="binary data", zh="二进制数据"))
    declared = "utf-8"
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(declared)
    except (SyntaxError, LookupError, ValueError):
        cookie = re.match(rb"(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)", bare)
        if cookie and not re.fullmatch(rb"(?i)utf[-_]?8.*", cookie[1]):
            return COOKIE.format(name=name, encoding=cookie[1].decode("ascii", "replace")[:40])
        return ENCODING.format(name=name, encoding=_guess(content))
    return None


def _wide(content: bytes) -> str | None:
    """UTF-16 or UTF-32, by its byte order mark or by where its zeros lie."""
    for mark, encoding in ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"),
                           (b"\xfe\xff", "UTF-16")):  # fmt: skip
        if content.startswith(mark):
            return encoding
    start = content[:2000]
    even, odd = start[::2].count(0), start[1::2].count(0)
    one_sided = max(even, odd) > len(start) / 5 and min(even, odd) < len(start) / 50
    return "UTF-16" if one_sided else None


def _guess(content: bytes) -> Text:
    """An encoding in which these bytes make sense: Chinese or Japanese if what comes out is, else Western."""
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
    """How much of what is not ASCII is usual and stands beside its like; 0 where it is less than most of it."""
    foreign = len(re.findall(r"[^\0-\x7f]", text))
    good = sum(_known(char, usual) for run in re.findall(r"[^\0-\x7f]{2,}", text) for char in run)
    share = good / foreign if foreign else 0.0
    if usual == "shift_jis" and not re.search("[\u3040-\u30ff]", text):
        return 0.0
    return share if share > 0.6 else 0.0


def _known(char: str, usual: str) -> bool:
    """Whether this encoding has the character among its usual ones, which stand first."""
    try:
        code = char.encode(usual)
    except UnicodeEncodeError:
        return False
    return usual != "big5" or code < b"\xc9\x40"
