"""Right rules, each written differently: all of them must pass. `rules("adam")` gives them by what is special in them.

Some are made from the solution by a wrapper that changes how it is written and not what it computes; the others are
written by hand, in the styles that students write. The handwritten ones leave the stretch options out.
"""

from __future__ import annotations

from course.topic import Topic
from tests.topics import corpus

WRAPPED = {
    "postponed annotations": "from __future__ import annotations\n{solution}",
    "prints, warns and seeds": """
import sys, warnings
import numpy as np
np.random.seed(0)
print("loaded", file=sys.stderr)
{solution}
class {name}({name}):
    def update(self, param, grad, state):
        print(param)
        warnings.warn("take care")
        np.random.seed(1)
        np.random.rand()
        return super().update(param, grad, state)
""",
    "state kept on the rule, by order": """
{solution}
class {name}({name}):
    def init(self, param):
        self.states = [*getattr(self, "states", []), super().init(param)]
        self.turn = 0

    def update(self, param, grad, state):
        turn = self.turn % len(self.states)
        self.turn += 1
        new, self.states[turn] = super().update(param, grad, self.states[turn])
        return new, state
""",
    "state in an object": """
{solution}
class Memory:
    __slots__ = ("entries",)

class {name}({name}):
    def init(self, param):
        memory = Memory()
        memory.entries = super().init(param)
        return memory

    def update(self, param, grad, state):
        new, state.entries = super().update(param, grad, state.entries)
        return new, state
""",
    "a function that makes closures": """
import types
{solution}
Right = {name}
def {name}(**options):
    rule = types.SimpleNamespace(**vars(Right(**options)))
    rule.init = lambda param: [Right.init(rule, param)]
    def update(param, grad, state):
        new, state[0] = Right.update(rule, param, grad, state[0])
        return new, state
    rule.update = update
    return rule
""",
    "numpy scalars for 0-d, a list for the pair": """
import numpy as np
{solution}
class {name}({name}):
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        return [np.float64(new) if param.ndim == 0 else np.ascontiguousarray(new), state]
""",
}
"""Every topic's solution in another dress."""


def rules(stem: str) -> dict[str, str]:
    """The right rules of one topic: name → text of the file."""
    solution, name = Topic.load(stem).solution.read_text("utf-8"), Topic.load(stem).class_name
    dressed = {style: text.replace("{solution}", solution).replace("{name}", name) for style, text in WRAPPED.items()}
    return {"the solution": solution, **dressed, **corpus(stem, "right")}
