"""What is tested of one topic lies in its folder here: what its lesson says, and corpora of right and wrong files."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def corpus(stem: str, kind: str) -> dict[str, str]:
    """Read a corpus: each file stands under its title, a line that begins with `# `, and needs no import of numpy.

    Args:
        stem: the topic.
        kind: the corpus: "right", "named" (titles are "id of the mistake: how it is written") or "public".

    Returns:
        Title → text of the file.

    """
    title = r"^# (?=[a-z0-9-]+: )" if kind == "named" else r"^# "
    blocks = re.split(title, (HERE / stem / f"{kind}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {title: f"import numpy as np\n{text}" for title, _, text in (block.partition("\n") for block in blocks)}
