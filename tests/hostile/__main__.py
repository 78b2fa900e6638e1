"""`make hostile`: put every hostile submission through the real judge, and tell which ones got through.

As root on Linux, each of the slots in namespaces of its own, where nothing on this machine can be hit.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.hostile import contain, corpus, pool


def main() -> int:
    """Run them; return 0 if every one was met as it should be."""
    parser = argparse.ArgumentParser(prog="make hostile ARGS=…", description=__doc__)
    parser.add_argument("patterns", nargs="*", help="names, or patterns such as 'b*'; default: all")
    parser.add_argument("--user", help="run the judge as this user, for instance nobody")
    parser.add_argument("--wall", help="layers: bubblewrap,landlock,seccomp, or none; default: all that can be had")
    parser.add_argument("--seconds", type=int, help="of CPU time for a rule; default: 1 for those that loop, else 3")
    parser.add_argument("--slots", type=int, default=min(2, os.cpu_count() or 1), help="how many at once")
    parser.add_argument("--fast", action="store_true", help="call the judge in forked children, not `course check`")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    args = parser.parse_args()
    if not contain.available():
        print(
            "This runs what is made to do harm: only on Linux, as root, where namespaces can be had.", file=sys.stderr
        )
        return 2
    every = corpus.submissions().values()
    patterns = args.patterns or ["*"]
    chosen = [each for each in every if any(fnmatch.fnmatch(each.name, pattern) for pattern in patterns)]
    slot = pool.Slot(args.wall, args.user)
    slot.start()
    slot.close()
    print(f"The wall, as {args.user or 'root'}: {slot.standing}")
    begun = time.monotonic()
    rows = pool.run(
        chosen,
        slots=args.slots,
        wall=args.wall,
        user=args.user,
        command_line=not args.fast,
        seconds=args.seconds,
        told=_tell,
    )
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")
    found = ", ".join(f"{count} {kind}" for kind, count in pool.counts(rows).items())
    print(f"{len(rows)} tried, {found}; {time.monotonic() - begun:.0f} s")
    return int(not rows or any(row["faults"] for row in rows))


def _tell(row: dict[str, Any]) -> None:
    remarks = f" ({', '.join(row['remarks'])})" if row["remarks"] else ""
    found = ("; ".join(row["faults"]) or "ok") + remarks
    print(f"{row['name']:34} {row['expected']:28.28} {row['got']:16} {row['seconds']:6.2f} s  {found}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
