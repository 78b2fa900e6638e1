"""A pytest plugin for nbval, after `strict_kernel`: every network that a lesson trains takes a few steps.

Whatever a lesson makes of the losses it makes of as many as ever: those of the other steps are the last one's. What
only whole trainings show, the time and the memory that they take above all, is for runs without this.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

STARTUP = r"""
def _short():
    import dataclasses, math
    from course.lab.training import tables, training
    from course.topics.adamw import lab as decays
    from course.topics.tuning import lab as tuning
    whole = training.train, tables.fit, decays.decay_contest, tuning.sweep

    def train(model, optimizer, data, *, epochs, batch=64, **how):
        few = dataclasses.replace(data, train_x=data.train_x[: 3 * batch], train_y=data.train_y[: 3 * batch])
        done = whole[0](model, optimizer, few, epochs=1, batch=batch, **how)
        steps = epochs * math.ceil(len(data.train_y) / batch)
        losses = (done.losses + done.losses[-1:] * steps)[:steps]
        return dataclasses.replace(done, losses=losses)

    def fit(rule, table, *, steps=200, **how):
        return whole[1](rule, table, steps=min(steps, 30), **how)

    def decay_contest(*given, steps=200, **how):
        return whole[2](*given, steps=min(steps, 12), **how)

    def sweep(rates, seeds=(0, 1, 2), *, steps=120, examples=1344, **how):
        done = whole[3](rates, seeds, steps=min(steps, tuning.LOOKS), examples=min(examples, 64), **how)
        return dataclasses.replace(done, steps=done.steps * (steps / done.steps[-1]))

    # Before anything takes them from there.
    training.train, tables.fit, decays.decay_contest, tuning.sweep = train, fit, decay_contest, sweep

def _uncompiled():
    import importlib.abc, importlib.machinery, sys

    class Compiler(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        # torch imports its compiler for the first optimizer, to keep it off: a second, in each of the kernels.
        def find_spec(self, name, path, target=None):
            return importlib.machinery.ModuleSpec(name, self) if name == "torch._dynamo" else None

        def exec_module(self, module):
            module.disable, module.graph_break = (lambda function, *_, **__: function), (lambda: None)

    sys.meta_path.insert(0, Compiler())

_short(), _uncompiled()
del _short, _uncompiled
"""


@pytest.hookimpl(trylast=True)  # there is the profile by then
def pytest_configure() -> None:
    """Add that to the profile which all kernels of this process have."""
    startup = Path(os.environ["IPYTHONDIR"]) / "profile_default/startup/10-short.py"
    startup.write_text(STARTUP, "utf-8")
