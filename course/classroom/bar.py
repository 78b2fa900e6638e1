"""How every long step shows its progress: a bar on standard error, in the reader's language, with the time left."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.text import Text

FORMAT = "{desc} {n_fmt}/{total_fmt} |{bar}| {elapsed} < {remaining}"


class Bar(tqdm):  # type: ignore[misc]  # tqdm has no types
    """A bar that one process writes: tqdm's own lock is shared with what is forked, and kept if that is killed."""

    monitor_interval = 0  # and so there is no thread that could hold a lock while a process is forked


Bar.set_lock(threading.RLock())


def bar(what: Text, over: Iterable[Any] | None = None, *, shown: bool, **options: Any) -> Any:
    """Make tqdm's bar over these things, or one to be moved by hand.

    Args:
        what: the step.
        over: what it goes through.
        shown: whether to show anything.
        options: tqdm's own.

    Returns:
        The bar.

    """
    return Bar(over, desc=str(what), bar_format=FORMAT, disable=not shown, miniters=1, **options)
