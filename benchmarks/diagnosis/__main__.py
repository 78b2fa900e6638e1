"""`python -m benchmarks.diagnosis`: score the course's judge and the baselines, or answers from a file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.diagnosis import answers as told
from benchmarks.diagnosis import corpus, prompt, report, systems


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 2 for misuse.

    Args:
        arguments: of the command line; by default those of this process.

    Returns:
        The exit status.

    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diagnosis", description=__doc__)
    parser.add_argument("--split", choices=corpus.SPLITS, default="develop", help="which rules (default: develop)")
    parser.add_argument("--topic", action="append", default=[], help="only this topic; may be given several times")
    parser.add_argument("--system", action="append", choices=list(systems.SYSTEMS), help="only this system")
    parser.add_argument("--answers", type=Path, help="score the answers in this JSON file instead of running anything")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument(
        "--list", action="store_true", help="print each rule that is not told completely, and what was said"
    )
    parser.add_argument("--save", type=Path, help="write the course's answers to this file, as --answers reads them")
    parser.add_argument("--prompts", action="store_true", help="print a prompt for each rule as lines of JSON, and end")
    chosen = parser.parse_args(arguments)
    items = [item for item in corpus.items(chosen.split) if not chosen.topic or item.stem in chosen.topic]
    if not items:
        print(f"there is no such topic in {chosen.split}", file=sys.stderr)
        return 2
    if chosen.prompts:
        for item in items:
            print(json.dumps({"id": item.id, "prompt": prompt.prompt(item)}, ensure_ascii=False))
        return 0
    if chosen.answers:
        try:
            name, given = told.read(chosen.answers)
        except (OSError, KeyError, TypeError, ValueError) as error:
            print(f"{chosen.answers}: {type(error).__name__}: {error}", file=sys.stderr)
            return 2
        missing = [item.id for item in items if item.id not in given]
        if missing:
            print(f"{chosen.answers}: no answer to {', '.join(missing[:5])}, {len(missing)} in all", file=sys.stderr)
            return 2
        found = {name: given}
    else:
        found = report.asked(items, chosen.system or list(systems.SYSTEMS), quiet=chosen.json)
    if chosen.save and "course" in found:
        chosen.save.write_text(told.write("course", found["course"]), "utf-8")
    if chosen.json:
        print(json.dumps(report.as_json(chosen.split, items, found), ensure_ascii=False))
        return 0
    print(report.as_text(chosen.split, items, found))
    if chosen.list:
        print(report.untold(items, next(iter(found.values()))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
