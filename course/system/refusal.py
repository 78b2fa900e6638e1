"""What the system says when it will not read or write a file, in our words."""

from __future__ import annotations

import errno

from course.text import Text, texts, visible

TEXTS = texts(__file__)
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}
FULL = {errno.ENOSPC, errno.EDQUOT}


def sentence(error: OSError) -> Text:
    """Say what was refused, and what to do about it.

    Args:
        error: as the system raised it.

    Returns:
        One sentence or two, in both languages, for the user who typed the command.

    """
    file = str(error.filename or "")
    if error.errno in NOT_ALLOWED and file:
        text = TEXTS["not-allowed"]
    elif error.errno in FULL:
        text = TEXTS["full"]
    else:
        text = TEXTS["refused"]
    return text.format(file=file, error=error)


def clause(error: OSError) -> Text | None:
    """Say the same as part of a sentence that has its own beginning; None if the system gave no reason.

    Args:
        error: as the system raised it, for one file among many.

    """
    if error.errno in FULL:
        return TEXTS["full-clause"]
    if not error.strerror:
        return None
    refused = TEXTS["refused-clause"] + Text(en=error.strerror, zh=error.strerror)
    if not error.filename:
        return refused
    file = visible(str(error.filename))
    return refused + Text(en=f" ({file})", zh=f"（{file}）")
