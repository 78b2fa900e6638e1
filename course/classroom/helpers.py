"""The workers of a cluster: which of them may judge, and why the others may not.

A worker judges only if it has the same Python, the same Dask and the same course as the machine that grades, and a
full wall. Each is asked once, when it appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.classroom.errand import question
from course.classroom.judging import fingerprint
from course.classroom.trouble import said
from course.text import Text, texts, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from distributed import Client

TEXTS = texts(__file__)

COURSE = "downhill-course"
SAME = (COURSE, "torch", "numpy")
"""Packages whose version decides a verdict."""


class Helpers:
    """What is known of the workers, by their addresses."""

    def __init__(self, *, trusted: bool) -> None:
        """Know none yet.

        Args:
            trusted: whether the students are trusted, so that no wall is needed.

        """
        self.trusted = trusted
        self.good: dict[str, int] = {}
        """How many threads each of those has that may judge."""
        self.refused: dict[str, Text] = {}
        """Why the others may not, the machine's name included; those that are gone are kept."""
        self.there: frozenset[str] = frozenset()
        """All of them, at the last look."""
        self._known: set[str] = set()

    def doubt(self, address: str) -> None:
        """Ask a worker anew that has refused a task."""
        self._known.discard(address)
        self.good.pop(address, None)

    def look(self, client: Client) -> bool:
        """Ask the workers that are new, forget those that are gone.

        Args:
            client: the connection.

        Returns:
            Whether other workers are there, or may judge, than before.

        Raises:
            OSError: the scheduler cannot be asked.

        """
        workers = client.scheduler_info(n_workers=-1)["workers"]
        before, self.there = (set(self.good), self.there), frozenset(workers)
        self._known &= set(workers)
        self.good = {address: threads for address, threads in self.good.items() if address in workers}
        new = [address for address in workers if address not in self._known]
        if new:
            versions = client.get_versions(packages=[*SAME])
            ours, theirs = versions["client"], versions["workers"]
            why = {address: another_version(ours, theirs[address]) for address in new if address in theirs}
            asked = client.run(question(), workers=[each for each in why if not why[each]], on_error="return")
            for address, differs in why.items():
                told = asked.get(address)
                if isinstance(told, OSError):  # it is gone, or will be asked again
                    continue
                self._known.add(address)
                reason = differs or (said(told) if isinstance(told, BaseException) else self._reason(told))
                if reason:
                    machine = visible(str(told["machine"])) if isinstance(told, dict) else "–"
                    self.refused[address] = TEXTS["worker"].format(address=address, machine=machine, why=reason)
                else:
                    self.good[address] = int(workers[address]["nthreads"])
                    self.refused.pop(address, None)
        return (set(self.good), self.there) != before

    def _reason(self, told: Mapping[str, Any]) -> Text | None:
        """Why a worker that has answered may not judge."""
        missing = told.get("missing")
        if missing:
            ours = str(missing).partition(".")[0] == "course"
            return TEXTS["no-course"] if ours else TEXTS["no-package"].format(package=visible(str(missing)))
        if told["course"] != fingerprint():
            return TEXTS["other-files"]
        if told["wall"] and not self.trusted:
            return TEXTS["no-wall"].format(why=Text.from_json(told["wall"]))
        return None


def another_version(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Text | None:
    """Compare what is installed here and there.

    Args:
        ours: what `distributed.versions.get_versions` tells here.
        theirs: what it tells there.

    Returns:
        What differs and what to install; None if nothing does that matters.

    """
    here, there = ours["packages"], theirs["packages"]
    mine, others = (".".join(each["host"]["python"].split(".")[:2]) for each in (ours, theirs))
    if mine != others:
        return TEXTS["other-python"].format(here=mine, there=others)
    if there.get(COURSE, "") is None:
        return TEXTS["no-course"]
    names = ["distributed", *(name for name in SAME if name in there)]
    wanted = [(name, here[name], there.get(name)) for name in names if here[name] != there.get(name)]
    if not wanted:
        return None
    lines = [
        Text(en="{name} {there} ({here} here)", zh="{name} {there}（这里是 {here}）").format(
            name=name, there=found or TEXTS["none"], here=version
        )
        for name, version, found in wanted
    ]
    listed = " ".join(f'"{name}=={version}"' for name, version, _ in wanted)
    return TEXTS["other-version"].format(found=Text.joined(lines, en=", ", zh="、"), wanted=listed)
