"""The connection to a Dask scheduler: made, or refused in a sentence."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

from course.text import CourseError, texts, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from distributed import Client

TEXTS = texts(__file__)

CONNECT = 10.0
"""Seconds in which a scheduler must answer."""
SILENT = logging.CRITICAL + 1


def connect(address: str) -> Client:
    """Connect to a scheduler that speaks as we do.

    Args:
        address: as `tcp://HOST:8786`.

    Returns:
        The connection, which is nobody's default.

    Raises:
        CourseError: Dask is not installed, or the scheduler cannot be reached or is another version.

    """
    try:
        import distributed
    except ImportError as problem:
        raise CourseError(TEXTS["no-dask"]) from problem
    for name in [each for each in logging.root.manager.loggerDict if each.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(SILENT)  # what it logs, with tracebacks, is told here as sentences
    shown = visible(address)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions, which are looked at below
        try:
            client = distributed.Client(address, timeout=CONNECT, set_as_default=False, name="course")
        except OSError as problem:
            raise CourseError(TEXTS["unreached"].format(address=shown, seconds=f"{CONNECT:.0f}")) from problem
        except Exception as problem:
            why = visible(f"{type(problem).__name__}: {problem}".splitlines()[0])
            raise CourseError(TEXTS["no-address"].format(address=shown, why=why)) from problem
    loop: Any = client.loop.asyncio_loop
    loop.call_soon_threadsafe(loop.set_exception_handler, lambda *_: None)  # of Dask's tasks that nobody waits for
    try:
        versions = client.get_versions()
    except OSError as problem:
        client.close(timeout=1)
        raise CourseError(TEXTS["unreached"].format(address=shown, seconds=f"{CONNECT:.0f}")) from problem
    here, there = (_versions(versions[each]) for each in ("client", "scheduler"))
    if here != there:
        client.close(timeout=1)
        raise CourseError(TEXTS["other-dask"].format(address=shown, there=" · ".join(there), here=" · ".join(here)))
    return client


def _versions(told: Mapping[str, Any]) -> tuple[str, str]:
    """What must be equal for code to travel."""
    python = ".".join(told["host"]["python"].split(".")[:2])
    return f"Python {python}", f"distributed {told['packages']['distributed']}"
