"""`python -m tests.benchmarks [NAME…]`: run the benchmarks one after the other and print every figure with its bar."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; the exit status is 1 if a bar is missed."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {' '.join(unknown)}; there are: {' '.join(known)}", file=sys.stderr)
        return 2
    missed = 0
    for number, name in enumerate(names or known, 1):
        print(f"[{number}/{len(names or known)}] {name}", flush=True)
        try:
            for row in importlib.import_module(f"tests.benchmarks.bench_{name}").rows():
                bar = "" if row.bar is None else f"  (bar: {'≥' if row.at_least else '≤'} {row.bar:g})"
                mark = "" if row.bar is None else ("  ok" if row.met else "  MISSED")
                print(f"  {row.name:<58} {row.value:>10.3g} {row.unit:<4}{bar}{mark}", flush=True)
                missed += not row.met
        except SystemExit as lacks:  # something that is not here; the others may do without it
            print(f"  {lacks}", flush=True)
            missed += 1
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
