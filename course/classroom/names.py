"""What the names of folders and files say: which topic, whose, and whether anything at all.

A name is read in words, so that `Momentum`, `momentum (1)`, `momentum-final` and `momentum_ada` all name momentum, and
`adamw` does not name adam. A name that names two topics names none: what is in the file decides then.
"""

from __future__ import annotations

import os
import re
import unicodedata

from course.text import Text, texts, visible
from course.text import quoted as text_quoted
from course.topic import topics

TEXTS = texts(__file__)

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "__pycache__", "icon\r"}
"""What operating systems and tools leave behind, in small letters; everything that begins with a dot is junk, too."""
LONGEST_NAME = 200
"""Bytes that the name of a student's folder may have: a record's file is called by it, with an ending, and 255 is the
most that file systems allow."""
OF_A_PLATFORM = re.compile(r"_assignsubmission_|\w_\d{4,}_\d{3,}(_|$)|_attempt_\d{4}-\d\d-\d\d", re.IGNORECASE)
"""How Moodle, Canvas and Blackboard name what they pack."""
INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]"
)
"""What has no width, or turns the direction of writing; joiners are not here, which some scripts and emoji need."""
DECORATION = {"copy", "final", "new", "old", "v", "ver", "version", "hw", "homework", "assignment", "submission", "zip"}
"""Words that go with a topic's name and are not a person's."""
CODE = re.compile(r"\.py(\.py|\.txt)*$")
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")


def plain(name: str) -> str:
    """Return the name without differences that do not count: width, case, the form of accents, blanks at its ends."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def shown(name: str) -> str:
    """Return the name as it can be printed, whatever bytes and signs it is made of, and not longer than a line."""
    text = visible(os.fsencode(name).decode("utf-8", "backslashreplace"))
    return text if len(text) <= 80 else f"{text[:50]}…{text[-20:]}"


def quoted(name: str) -> str:
    """Return the name for use in a sentence: printable, and as a quotation unless it can be nothing but a name."""
    text = shown(name)
    return text if re.fullmatch(r"[\w .()\[\]+-]{1,40}", text) else text_quoted(text)


def is_junk(name: str) -> bool:
    """Return whether nobody hands this in on purpose."""
    return name.startswith(".") or plain(name) in JUNK or plain(name).endswith((".pyc", "~"))


def is_code(name: str) -> bool:
    """Return whether a file of this name is meant to be Python; `momentum.py.txt` is what some browsers make of it."""
    return bool(CODE.search(plain(name)))


def is_notebook(name: str) -> bool:
    """Return whether a file of this name is meant as a notebook; `.ipynb.json` and `.ipynb.txt` come from browsers."""
    return bool(re.search(r"\.ipynb(\.json|\.txt)?$", plain(name)))


def is_archive(name: str) -> bool:
    """Return whether a file of this name holds other files."""
    return plain(name).endswith(ARCHIVES)


def topic_of(name: str, student: str = "") -> str | None:
    """Return the stem of the topic that the name of a folder or a file names.

    Args:
        name: a single name, with or without an ending.
        student: whose it is; `momentum_adam.py` of a student called adam is about momentum.

    Returns:
        The stem; None if the name names no topic, or more than one.

    """
    named = _stems(name)
    if len(named) > 1:
        named -= _stems(student)
    return named.pop() if len(named) == 1 else None


def only_topic(name: str) -> bool:
    """Return whether the name is that of a topic and of nobody: `momentum (1)`, but not `adam smith`."""
    words = set(_words(name)) - DECORATION
    return len(_stems(name)) == 1 and len(words) == 1 and plain(name).isascii()


def refused(student: str) -> Text | None:
    """Return why a student's folder cannot be called this, or None if it can."""
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        return TEXTS["not-utf-8"]
    if any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in student) or "\\" in student:
        return TEXTS["control"]
    if INVISIBLE.search(student):
        return TEXTS["invisible"]
    if len(student.encode("utf-8")) > LONGEST_NAME:
        return TEXTS["too-long"].format(most=LONGEST_NAME)
    if OF_A_PLATFORM.search(student):
        return TEXTS["of-a-platform"]
    return None


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+", plain(name))


def _stems(name: str) -> set[str]:
    words = {*_words(CODE.sub("", plain(name)))}
    return {topic.stem for topic in topics() if {topic.stem, topic.class_name.casefold()} & words}
