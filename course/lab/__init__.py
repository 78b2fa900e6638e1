"""What a lesson imports: `from course.lab import check, descent, hint, …`.

Each name is looked up when it is first used, so that a lesson that trains nothing never imports torch.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.lab.figures import pushed_box
    from course.lab.figures_adadelta import strides
    from course.lab.figures_adagrad import two_ledgers
    from course.lab.figures_adam import gauges
    from course.lab.figures_adamw import two_hands
    from course.lab.figures_line import fit_a_line
    from course.lab.figures_lookahead import scout_and_camp
    from course.lab.figures_nesterov import braking
    from course.lab.figures_radam import gearboxes
    from course.lab.figures_rmsprop import rough_road
    from course.lab.figures_sgd import scouts
    from course.lab.parts.check import check
    from course.lab.parts.claims import say, verdict
    from course.lab.parts.guide import guide
    from course.lab.parts.hint import hint
    from course.lab.parts.progress import progress
    from course.lab.parts.quiz import quiz, right, wrong
    from course.lab.rules import learner, reference
    from course.lab.tasks.adadelta import over_rates
    from course.lab.tasks.adagrad import docstrings, pairs_contest, word_steps, word_weights
    from course.lab.tasks.adam import passages, small_transformer
    from course.lab.tasks.adamw import decay_contest
    from course.lab.tasks.choosing import heat_maps, standings, ten_tasks
    from course.lab.tasks.gradient_descent import batch_race, batch_seconds, shrink_factors
    from course.lab.tasks.lookahead import around
    from course.lab.tasks.nesterov import pixel_digits, show_pixel_digits, small_segmenter
    from course.lab.tasks.radam import hundred_steps, late_norm_transformer, scheduled
    from course.lab.tasks.rmsprop import long_letters, small_lstm
    from course.lab.tasks.sgd import small_mlp, state_size
    from course.lab.training.contest import contest
    from course.lab.training.data import digits, letters
    from course.lab.training.optimizer import as_torch
    from course.lab.training.tables import fit, tables
    from course.lab.training.training import gpu, mine, small_cnn, small_rnn, train
    from course.lab.widget.descent import descent
    from course.lab.widget.landscapes import landscape
    from course.text import Text, language, set_language

__all__ = [
    "Text",
    "around",
    "as_torch",
    "batch_race",
    "batch_seconds",
    "braking",
    "check",
    "contest",
    "decay_contest",
    "descent",
    "digits",
    "docstrings",
    "fit",
    "fit_a_line",
    "gauges",
    "gearboxes",
    "gpu",
    "guide",
    "heat_maps",
    "hint",
    "hundred_steps",
    "landscape",
    "language",
    "late_norm_transformer",
    "learner",
    "letters",
    "long_letters",
    "mine",
    "over_rates",
    "pairs_contest",
    "passages",
    "pixel_digits",
    "progress",
    "pushed_box",
    "quiz",
    "reference",
    "right",
    "rough_road",
    "say",
    "scheduled",
    "scout_and_camp",
    "scouts",
    "set_language",
    "show_pixel_digits",
    "shrink_factors",
    "small_cnn",
    "small_lstm",
    "small_mlp",
    "small_rnn",
    "small_segmenter",
    "small_transformer",
    "standings",
    "state_size",
    "strides",
    "tables",
    "ten_tasks",
    "train",
    "two_hands",
    "two_ledgers",
    "verdict",
    "word_steps",
    "word_weights",
    "wrong",
]

_HOMES = {
    "Text": "course.text",
    "around": "course.lab.tasks.lookahead",
    "as_torch": "course.lab.training.optimizer",
    "batch_race": "course.lab.tasks.gradient_descent",
    "batch_seconds": "course.lab.tasks.gradient_descent",
    "braking": "course.lab.figures_nesterov",
    "check": "course.lab.parts.check",
    "contest": "course.lab.training.contest",
    "decay_contest": "course.lab.tasks.adamw",
    "descent": "course.lab.widget.descent",
    "digits": "course.lab.training.data",
    "docstrings": "course.lab.tasks.adagrad",
    "fit": "course.lab.training.tables",
    "fit_a_line": "course.lab.figures_line",
    "gauges": "course.lab.figures_adam",
    "gearboxes": "course.lab.figures_radam",
    "gpu": "course.lab.training.training",
    "guide": "course.lab.parts.guide",
    "heat_maps": "course.lab.tasks.choosing",
    "hint": "course.lab.parts.hint",
    "hundred_steps": "course.lab.tasks.radam",
    "landscape": "course.lab.widget.landscapes",
    "language": "course.text",
    "late_norm_transformer": "course.lab.tasks.radam",
    "learner": "course.lab.rules",
    "letters": "course.lab.training.data",
    "long_letters": "course.lab.tasks.rmsprop",
    "mine": "course.lab.training.training",
    "over_rates": "course.lab.tasks.adadelta",
    "pairs_contest": "course.lab.tasks.adagrad",
    "passages": "course.lab.tasks.adam",
    "pixel_digits": "course.lab.tasks.nesterov",
    "progress": "course.lab.parts.progress",
    "pushed_box": "course.lab.figures",
    "quiz": "course.lab.parts.quiz",
    "reference": "course.lab.rules",
    "right": "course.lab.parts.quiz",
    "rough_road": "course.lab.figures_rmsprop",
    "say": "course.lab.parts.claims",
    "scheduled": "course.lab.tasks.radam",
    "scout_and_camp": "course.lab.figures_lookahead",
    "scouts": "course.lab.figures_sgd",
    "set_language": "course.text",
    "show_pixel_digits": "course.lab.tasks.nesterov",
    "shrink_factors": "course.lab.tasks.gradient_descent",
    "small_cnn": "course.lab.training.training",
    "small_lstm": "course.lab.tasks.rmsprop",
    "small_mlp": "course.lab.tasks.sgd",
    "small_rnn": "course.lab.training.training",
    "small_segmenter": "course.lab.tasks.nesterov",
    "small_transformer": "course.lab.tasks.adam",
    "standings": "course.lab.tasks.choosing",
    "state_size": "course.lab.tasks.sgd",
    "strides": "course.lab.figures_adadelta",
    "tables": "course.lab.training.tables",
    "ten_tasks": "course.lab.tasks.choosing",
    "train": "course.lab.training.training",
    "two_hands": "course.lab.figures_adamw",
    "two_ledgers": "course.lab.figures_adagrad",
    "verdict": "course.lab.parts.claims",
    "word_steps": "course.lab.tasks.adagrad",
    "word_weights": "course.lab.tasks.adagrad",
    "wrong": "course.lab.parts.quiz",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    setattr(sys.modules[__name__], name, value)
    return value
