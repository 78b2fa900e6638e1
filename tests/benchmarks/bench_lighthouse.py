"""What Lighthouse says of every page of the site, as a phone on a slow line sees it: the lowest score of each category.

Lighthouse comes from npm when this runs (`npx`), in a version that the oldest Node of our CI can run; the site itself
needs none of it. A page takes some 15 seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from tests.benchmarks.bench_site import published
from tests.benchmarks.row import Row
from tests.site.served import served
from tests.tools import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
BAR = 95


def rows() -> Iterator[Row]:
    """Measure the pages as they are published, in both languages; each line names the page that fares worst."""
    found = chromium()
    if found is None:
        raise SystemExit("bench_lighthouse needs Chromium on PATH")
    with tempfile.TemporaryDirectory() as folder:
        out = published(Path(folder))
        pages = sorted(str(page.relative_to(out)) for page in out.glob("*/*.html"))
        with served(out) as address:
            scores = {page: judged(f"{address}{page}", found) for page in tqdm(pages, leave=False, disable=None)}
    for category in CATEGORIES:
        worst = min(pages, key=lambda page: scores[page][category])
        yield Row(
            f"Lighthouse, {category}, {len(pages)} pages ({worst})", scores[worst][category], "", bar=BAR, at_least=True
        )


def judged(address: str, browser: str) -> dict[str, float]:
    """Return the scores of one page by category, 0 to 100."""
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", "--output-path=stdout"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
    done = subprocess.run(
        command,
        env={**os.environ, "CHROME_PATH": browser},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise SystemExit(f"Lighthouse did not judge {address}:\n{done.stderr[-1000:]}")
    return {name: 100 * (each["score"] or 0) for name, each in json.loads(done.stdout)["categories"].items()}
