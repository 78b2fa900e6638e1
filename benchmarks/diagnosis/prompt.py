"""What a language model would be asked of a rule; nothing here asks one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from benchmarks.diagnosis.vocabulary import titles
from course.topic import Topic

if TYPE_CHECKING:
    from benchmarks.diagnosis.corpus import Item

TEMPLATE = """\
Below is a Python file. It should define the class `{name}`, which computes exactly what `torch.optim` does for this \
optimizer, under this contract:

- `rule = {name}(**hyperparameters)` once, by keyword, or `{name}()`: names and defaults are torch's;
- `state = rule.init(param)` once for each parameter, a float64 array of any shape;
- `new_param, state = rule.update(param, grad, state)` in each step; `param` and `grad` must not be changed;
- hyperparameters are attributes, read at every `update`: a schedule may assign them between two steps;
- an option of torch's that the class does not have is no mistake.

The right rule:

```python
{right}
```

The file:

```python
{source}
```

Is the file right? If it is wrong, name everything that is wrong with it by ids of this list, and nothing that is not. \
Answer with one JSON object and nothing else:
{{"verdict": "right" or "wrong", "mistakes": ["id", ...]}}

{vocabulary}
"""


def prompt(item: Item) -> str:
    """Return the prompt for a rule.

    Args:
        item: the rule.

    Returns:
        Text.

    """
    topic = Topic.load(item.stem)
    return TEMPLATE.format(
        name=topic.class_name, right=_solution(item.stem), source=item.source, vocabulary=_vocabulary(item.stem)
    )


@functools.cache
def _solution(stem: str) -> str:
    from course.grading.mistakes.edit import editable

    return editable(Topic.load(stem).solution.read_text("utf-8")).strip()


@functools.cache
def _vocabulary(stem: str) -> str:
    return "\n".join(f"{name}: {title}" for name, title in titles(stem).items())
