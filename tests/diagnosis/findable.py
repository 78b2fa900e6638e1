"""The ids that findings can have, asked of the code that makes them: a pattern that fits none of them says nothing."""

from __future__ import annotations

import functools
from typing import get_args

from course.grading import case_set
from course.grading.findings.fitting import defaults, varied_names
from course.grading.findings.following import PRESENT
from course.grading.findings.hyperparameters import COMPUTES, IDS, kebab
from course.grading.findings.parts import parts
from course.grading.findings.pieces import How
from course.grading.findings.properties import required
from course.grading.findings.signature import TAKES, core_names
from course.grading.findings.sizes import DROPPED, OF_RESULTS, SIZES
from course.grading.findings.traits import table
from course.grading.findings.values import by_step
from course.topic import Topic
from tests.grading import trial

BY_ITSELF = frozenset(
    {
        "right-until-step",
        "right-until-move",
        "only-the-first-move",
        "smallest-input",
        "first-wrong-step",
        "steps-by-a-factor",
        "decay-by-another-share",
        "denominator-alone",
        "weights-of-gradients",
        "right-but-rounded",
        "only-in-step",
        "only-in-the-first-steps",
        "every-some-steps",
        "other-rate",
        "case-hyperparameter",
        "case-change",
        "case-other-parameters",
        "case-shape",
    }
)
"""Ids that stand in the code as they are; `test_vocabulary.py` holds that they do."""


OF_BASELINES = frozenset({"opposite-step"})
"""What `benchmarks.diagnosis.systems` finds besides, for whoever is compared with the course."""


@functools.cache
def findable(stem: str) -> frozenset[str]:
    """Every id that a finding of a topic may have, alone and with what it is about after an @.

    Args:
        stem: the topic.

    """
    topic = Topic.load(stem)
    found = set(BY_ITSELF | OF_BASELINES) | {f"right-if-{how}" for how in get_args(How)}
    found |= {f"large-{name}" for name, *_ in (*SIZES, *OF_RESULTS)}
    found |= {f"{kind}-{name}" for kind in ("large", "small") for name in topic.quantities}
    for name, _ in parts(topic).without:
        found |= {f"right-without-{kebab(name)}", f"right-without-{kebab(name)}@{name}"}
    found |= {f"small-{name}" for name in DROPPED}
    for each, holds in required(topic).properties:
        found.add(each.id if each.id != "memory" else "memory-too-long" if holds else "memory-too-short")
        found |= {f"{each.id}@{each.facts['name']}"} if "name" in each.facts else set()
    cases = [case for case in case_set.visible(topic) if not case.stretch]
    for trait in table(topic, cases, {case.id: trial.expected(stem, None, case.id)[1] for case in cases}).traits:
        found |= {trait.id, f"{trait.id}@{trait.where}"}
    found |= {"from-step", "from-position"}  # each made with its number
    for name in by_step(topic, cases[0]):
        for kind in ("from-step", "other-rate", "case-hyperparameter", "case-change", "large-hyperparameter"):
            found.add(f"{kind}@{name}")
        found.add(f"small-hyperparameter@{name}")
    for name in {*defaults(topic), *core_names(topic)}:
        own = [f"{what}-{kebab(name)}" for what in TAKES]
        own += [f"ignores-{kebab(name)}", f"{kebab(name)}-read-once"]
        own += [IDS.get(how, "{how}-{name}").format(how=how, name=kebab(name)) for how in COMPUTES]
        found |= {token for each in own for token in (each, f"{each}@{name}")}
    found |= {f"hyperparameter-changed@{name}" for name in PRESENT if name in defaults(topic)}
    for name in varied_names(topic):
        found |= {f"by-step-{kebab(name)}", f"by-step-{kebab(name)}@{name}"}
    found |= {"decay-by-another-share@weight_decay"} if "weight_decay" in defaults(topic) else set()
    return frozenset(found)
