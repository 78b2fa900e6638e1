"""What is tested of one topic lies in its folder here: what its lesson says, right and wrong files, its contract.

The contract, `rule.toml`, is what the tests that all topics share have to know of this one:

- `class`, `[core]`, `[stretch]`: what the learner's file defines, with its hyperparameters in order and their defaults;
  `required`: those without a default; `own_defaults`: those in which the topic departs from its torch class on purpose;
- `state`: torch's names of the state entries;
- `[busy]`: every option switched on, nothing at its default; `alone`: one option at a time, beside the defaults;
- `[drawn]`: the ranges of what Hypothesis draws against torch, of what is not in `COMMON` there; `from_the_start`: what
  a schedule may only change where it is not 0 to begin with;
- `[long]`: the same for the long random runs of `tests/grading/equality.py`, with the ends that are drawn often;
  `[scheduled]`: what a schedule assigns in them beside the learning rate, the weight decay and ε;
- `changed_at`: hyperparameters whose change is not seen in the middle of a run, and a step at which it is;
- `never_zero`: hyperparameters that torch refuses at 0; `equal`: which of the rules in `tests/grading/wrong.py` are
  this one in other words.
"""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@functools.cache
def contract(stem: str) -> dict[str, Any]:
    """Read a topic's contract; pairs are tuples, as in a rule's signature."""
    told = tomllib.loads((HERE / stem / "rule.toml").read_text("utf-8"))
    for table in (told["core"], told["stretch"], told["busy"], *told["alone"]):
        table |= {name: tuple(value) for name, value in table.items() if isinstance(value, list)}
    return told


def corpus(stem: str, kind: str) -> dict[str, str]:
    """Read a corpus: each file stands under its title, a line that begins with `# `, and needs no import of numpy.

    Args:
        stem: the topic.
        kind: the corpus: "right", "named" (titles are "id of the mistake: how it is written", or "one+other: …") or
            "public".

    Returns:
        Title → text of the file.

    """
    title = r"^# (?=[\w.+-]+: )" if kind == "named" else r"^# "
    blocks = re.split(title, (HERE / stem / f"{kind}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {title: f"import numpy as np\n{text}" for title, _, text in (block.partition("\n") for block in blocks)}
