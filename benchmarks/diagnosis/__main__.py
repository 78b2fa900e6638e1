"""`python -m benchmarks.diagnosis`: score the course's judge and the baselines, or answers from a file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.diagnosis import answers as told
from benchmarks.diagnosis import card, corpus, prompt, report, systems
from course.text import CourseError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 2 for misuse.

    Args:
        arguments: of the command line; by default those of this process.

    Returns:
        The exit status.

    """
    chosen = _parser().parse_args(arguments)
    try:
        return _done(chosen)
    except CourseError as error:  # a file of ours is damaged
        print(error.text.both(), file=sys.stderr)
        return 2


def _done(chosen: argparse.Namespace) -> int:
    items = [item for item in corpus.items(chosen.split) if not chosen.topic or item.stem in chosen.topic]
    if chosen.card:
        card.write()
    elif chosen.prompts:
        for item in items:
            print(json.dumps({"id": item.id, "prompt": prompt.prompt(item)}, ensure_ascii=False))
    else:
        try:
            print(_scored(chosen, items))
        except (OSError, KeyError, TypeError, ValueError) as error:
            print(f"{chosen.answers or 'rules'}: {type(error).__name__}: {error}", file=sys.stderr)
            return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diagnosis", description=__doc__)
    parser.add_argument("--split", choices=corpus.SPLITS, default="develop", help="which rules (default: develop)")
    parser.add_argument("--topic", action="append", default=[], help="only this topic; may be given several times")
    parser.add_argument("--system", action="append", choices=list(systems.SYSTEMS), help="only this system")
    parser.add_argument("--answers", type=Path, help="score the answers in this JSON file, and run nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--list", action="store_true", help="print each rule that is not told, and what was said of it")
    parser.add_argument("--save", type=Path, help="write the first system's answers to a file, as --answers reads it")
    parser.add_argument("--prompts", action="store_true", help="print a prompt for each rule as a line of JSON")
    parser.add_argument("--card", action="store_true", help="write the figures into both data cards")
    return parser


def _scored(chosen: argparse.Namespace, items: list[corpus.Item]) -> str:
    """Return what is printed of the answers, those in a file or those of the systems."""
    if not items:
        raise ValueError(f"there is no such topic in {chosen.split}")
    if chosen.answers:
        name, given = told.read(chosen.answers)
        missing = [item.id for item in items if item.id not in given]
        if missing:
            raise ValueError(f"no answer to {len(missing)} of the rules: {', '.join(missing[:5])}")
        found = {name: given}
    else:
        found = report.asked(items, chosen.system or list(systems.SYSTEMS), quiet=chosen.json)
    name, first = next(iter(found.items()))
    if chosen.save:
        chosen.save.write_text(told.write(name, first), "utf-8")
    if chosen.json:
        return json.dumps(report.as_json(chosen.split, items, found), ensure_ascii=False)
    return report.as_text(chosen.split, items, found) + (f"\n\n{report.untold(items, first)}" if chosen.list else "")


if __name__ == "__main__":
    raise SystemExit(main())
