"""Asks systems about rules, and lays out how they did: as a table, or as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks.diagnosis import systems
from benchmarks.diagnosis.corpus import KINDS
from benchmarks.diagnosis.score import RATES, Score, Share, fate, score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.diagnosis.answers import Answer
    from benchmarks.diagnosis.corpus import Item

    Answers = Mapping[str, Answer]

WIDTH = 18


def asked(items: Sequence[Item], names: Sequence[str], *, quiet: bool = False) -> dict[str, dict[str, Answer]]:
    """Ask systems about rules.

    Args:
        items: the rules.
        names: the systems.
        quiet: whether to show no progress.

    Returns:
        By system and id of the rule, the answer.

    """
    found: dict[str, dict[str, Answer]] = {name: {} for name in names}
    for item, answers in tqdm(systems.run(items, names), total=len(items), disable=quiet or None, leave=False):
        for name, answer in answers.items():
            found[name][item.id] = answer
    return found


def _groups(items: Sequence[Item]) -> dict[str, dict[str, list[Item]]]:
    """The rules by kind, by topic, and by how they were found."""
    groups: dict[str, dict[str, list[Item]]] = {"kind": {}, "topic": {}, "seen": {}}
    for item in sorted(items, key=lambda item: KINDS.index(item.kind)):
        groups["kind"].setdefault(item.kind, []).append(item)
    for item in items:
        groups["topic"].setdefault(item.stem, []).append(item)
        if not item.right:
            groups["seen"].setdefault(item.seen, []).append(item)
    return groups


def as_json(split: str, items: Sequence[Item], found: Mapping[str, Answers]) -> dict[str, Any]:
    """Lay out the scores as one object.

    Args:
        split: which part of the corpus.
        items: the rules.
        found: by system and id, the answers.

    Returns:
        Plain data.

    """
    told: dict[str, Any] = {
        "schema": 1,
        "split": split,
        "wrong": sum(not item.right for item in items),
        "right": sum(item.right for item in items),
        "systems": {},
    }
    for name, answers in found.items():
        told["systems"][name] = score(items, answers).to_json() | {
            f"by_{group}": {key: score(some, answers).to_json() for key, some in parts.items()}
            for group, parts in _groups(items).items()
        }
    return told


def _cell(share: Share | None) -> str:
    if share is None or not share.of:
        return "–"
    return f"{100 * share.value:5.1f} ({100 * share.low:.0f}–{100 * share.high:.0f})"


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:<24}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)


def as_text(split: str, items: Sequence[Item], found: Mapping[str, Answers]) -> str:
    """Lay out the scores as tables: percentages, each with its 95 % interval.

    Args:
        split: which part of the corpus.
        items: the rules.
        found: by system and id, the answers.

    Returns:
        Lines.

    """
    scores: dict[str, Score] = {name: score(items, answers) for name, answers in found.items()}
    wrong = sum(not item.right for item in items)
    lines = [f"{split}: {wrong} wrong rules, {len(items) - wrong} right ones; percent (95 % interval)", ""]
    lines += [
        _line("", list(scores)),
        *(_line(name, [_cell(each.rates[name]) for each in scores.values()]) for name in RATES),
    ]
    if any(each.weighted for each in scores.values()):
        lines += ["", "each behaviour by how often it was seen in public"]
        lines += [
            _line(name, [_cell(each.weighted.get(name)) for each in scores.values()])
            for name in RATES
            if name != "right code failed"
        ]
    if any(each.seconds for each in scores.values()):
        lines += [
            "",
            _line(
                "ms a file, median", [f"{1000 * each.seconds:.0f}" if each.seconds else "–" for each in scores.values()]
            ),
        ]
    for group, parts in _groups(items).items():
        lines += ["", _line(f"named or explained, by {group}", [])]
        for key, some in parts.items():
            if not all(item.right for item in some):
                shares = [score(some, answers).rates["named or explained"] for answers in found.values()]
                lines.append(
                    _line(f"  {key}, {sum(not item.right for item in some)}", [_cell(share) for share in shares])
                )
    return "\n".join(lines)


def untold(items: Sequence[Item], answers: Answers) -> str:
    """List the rules that a system does not tell completely.

    Args:
        items: the rules.
        answers: of the system.

    Returns:
        A line a rule: how it fared, what is wrong with it, and what was said.

    """
    lines = []
    for item in items:
        answer = answers[item.id]
        found = fate(item, answer)
        if found not in {"named", "explained", "right"}:
            said = " | ".join("+".join(each) for each in answer.alternatives) or "+".join(answer.mistakes) or "–"
            told = ", ".join(f"{name}@{where}" if where else name for name, where in answer.findings) or "–"
            lines.append(f"{found:9} {item.id:14} {item.kind:9} {'+'.join(item.mistakes)}: said {said}; found {told}")
    return "\n".join(lines)
