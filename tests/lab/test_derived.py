"""What the page computes itself: derived from the course's rules and landscapes, held against both in Python."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import pytest

from course import rule
from course.authoring import javascript, modules
from course.grading.case_set import visible
from course.lab import reference
from course.lab.widget.canvas import described
from course.lab.widget.landscapes import LANDSCAPES, landscape, noise
from course.lab.widget.sliders import Knobs
from course.lab.widget.walk import Walk, walk
from course.lab.words import WORDS
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic, topics

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.case import Case

STEMS = [topic.stem for topic in topics("rule")]

DRIVER = """
import { readFileSync } from "node:fs";
import { RULES } from "./derived.js";
import { heightsOf } from "./ground.js";
import { walkDown } from "./walk.js";

const jobs = JSON.parse(readFileSync(0, "utf8"));
const plain = (walk) => ({ ...walk, points: [...walk.points], losses: [...walk.losses], grads: [...walk.grads],
  state: walk.state.map((entry) => ({ ...entry, values: [...entry.values] })) });
const assign = (rule, changes) => {
  for (const [name, value] of Object.entries(changes)) {
    const path = name.split(".");
    const last = path.pop();
    path.reduce((target, part) => target[part], rule)[last] = value;
  }
};
const run = ({ stem, inner, given, params, grads, schedule }) => {
  const rule = new RULES[stem](inner ? { ...given, inner: new RULES[inner](given.inner) } : given);
  const now = params.map((param) => param);
  const states = now.map((param) => rule.init(param));
  return grads.map((all, step) => {
    assign(rule, schedule[step + 1] ?? {});
    all.forEach((grad, i) => { [now[i], states[i]] = rule.update(now[i], grad, states[i]); });
    return now.map((param) => param);
  });
};
const kinds = {
  case: run,
  walk: (job) => plain(walkDown({ ...job, noise: Float64Array.from(job.noise) })),
  ground: ({ key, angle }) => [...heightsOf(key, angle)],
};
const answers = jobs.map(({ kind, ...job }) => kinds[kind](job));
process.stdout.write(JSON.stringify(answers));
"""


def in_node(folder: Path, jobs: list[dict[str, Any]]) -> list[Any]:
    """What the widget's modules answer, run by Node.js."""
    for source in modules.SOURCES.glob("*.js"):
        shutil.copy(source, folder)
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    (folder / "driver.js").write_text(DRIVER, "utf-8")
    command = [str(shutil.which("node")), "driver.js"]
    asked = json.dumps(jobs)
    done = subprocess.run(
        command, cwd=folder, input=asked, capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers: list[Any] = json.loads(done.stdout)
    return answers


def case_job(topic: Topic, case: Case) -> dict[str, Any]:
    """A case as the driver takes it; an array of no dimension has one element there."""
    given = {name: value for name, value in case.hyperparameters.items() if name != "inner"}
    if inner := case.hyperparameters.get("inner"):
        given["inner"] = {name: value for name, value in inner.items() if name != "rule"}
    return {
        "kind": "case",
        "stem": topic.stem,
        "inner": case.hyperparameters.get("inner", {}).get("rule", ""),
        "given": given,
        "params": [param.ravel().tolist() for param in case.params],
        "grads": [[grad.ravel().tolist() for grad in step] for step in case.grads],
        "schedule": {str(step): changes for step, changes in case.schedule.items()},
    }


def in_python(topic: Topic, case: Case) -> list[list[np.ndarray[Any, Any]]]:
    """The same case by the solution itself."""
    given = dict(case.hyperparameters)
    if inner := given.get("inner"):
        given["inner"] = reference(inner["rule"])(**{key: inner[key] for key in inner if key != "rule"})
    run = rule.Run(reference(topic.stem)(**given), [param.copy() for param in case.params])
    path = []
    with np.errstate(all="ignore"):
        for step, grads in enumerate(case.grads, 1):
            rule.assign(run.rule, case.schedule.get(step, {}))
            run.step(grads)
            path.append([np.array(param).ravel() for param in run.params])
    return path


@pytest.mark.needs("node")
def test_rules_agree_on_all_visible_cases(tmp_path: Path) -> None:
    cases = [(topic, case) for topic in topics("rule") for case in visible(topic)]
    answers = in_node(tmp_path, [case_job(topic, case) for topic, case in cases])
    assert {topic.stem for topic, _ in cases} == set(STEMS)
    for (topic, case), answer in zip(cases, answers, strict=True):
        expected = in_python(topic, case)
        for i, param in enumerate(case.params):
            got, told = (np.array([step[i] for step in path]) for path in (answer, expected))
            # A parameter that passes zero keeps the rounding of what it was before.
            scale = np.maximum(np.maximum.accumulate(np.abs(told), axis=0), np.abs(param).ravel())
            off = np.abs(got - told) > 1e-12 * scale
            assert not off.any(), f"{topic.stem}, {case.id}, parameter {i}, step {1 + int(np.argmax(off.any(axis=1)))}"


def drawn(topic: Topic, draw: np.random.Generator) -> tuple[dict[str, Any], Knobs]:
    """A setting of the sliders, anywhere on them, on some landscape, from some point."""
    ground = landscape(str(draw.choice([*LANDSCAPES])))
    if ground.turns:
        ground = ground.turned(float(draw.choice([0, 5, 30, 45])))
    knobs = Knobs(topic, reference(topic.stem), {}, ground)
    for slider in knobs.sliders.values():
        match slider:
            case ipywidgets.Checkbox():
                slider.value = bool(draw.random() < 0.3)
            case ipywidgets.SelectionSlider():
                slider.index = int(draw.integers(len(slider.options)))
            case ipywidgets.FloatLogSlider():
                slider.value = slider.base ** draw.uniform(slider.min, slider.max)
            case ipywidgets.IntSlider():
                slider.value = int(draw.integers(slider.min, slider.max + 1))
            case _:
                slider.value = draw.uniform(slider.min, slider.max)
    x0, x1, y0, y1 = ground.extent
    start = [float(draw.uniform(x0, x1)), float(draw.uniform(y0, y1))]
    job: dict[str, Any] = {
        "stem": topic.stem,
        "inner": topic.inner or "",
        "values": knobs.values,
        "landscape": ground.key,
    }
    job["angle"] = ground.angle
    return {"kind": "walk", **job, "start": start, "steps": 200, "noise": noise()[:201].ravel().tolist()}, knobs


def nudged(done: Walk, job: dict[str, Any], knobs: Knobs) -> np.ndarray[Any, Any]:
    """How far each point moves if the start is off by the last digits: what rounding alone may do to a wild path."""
    far = np.zeros(len(done.points))
    for sign in (1, -1):
        start = [value * (1 + sign * 1e-15) for value in job["start"]]
        other = walk(knobs, landscape(job["landscape"], job["angle"]), (start[0], start[1]), job["steps"])
        both = min(len(far), len(other.points))
        far[:both] = np.fmax(far[:both], np.abs(other.points[:both] - done.points[:both]).max(axis=1))
        far[both:] = np.inf
    return np.maximum.accumulate(far)


@pytest.mark.needs("node")
def test_walks_agree_wherever_sliders_and_start_may_be(tmp_path: Path) -> None:
    draw = np.random.default_rng(12)
    settings = [drawn(topic, draw) for topic in topics("rule") for _ in range(40)]
    answers = in_node(tmp_path, [job for job, _ in settings])
    ends = set()
    for (job, knobs), answer in zip(settings, answers, strict=True):
        ground = landscape(job["landscape"], job["angle"])
        done = walk(knobs, ground, (job["start"][0], job["start"][1]), job["steps"])
        where = f"{job['stem']} {job['values']} on {job['landscape']} at {job['angle']}° from {job['start']}"
        rounding = nudged(done, job, knobs)
        sure = int(np.argmax(rounding > 1e-6)) if (rounding > 1e-6).any() else len(rounding)
        points = np.array(answer["points"]).reshape(-1, 2)
        scale = np.maximum.accumulate(np.abs(done.points).max(axis=1))
        both = min(sure, len(points))
        off = np.abs(points[:both] - done.points[:both]).max(axis=1)
        assert np.all(off <= 1e-12 * scale[:both] + 100 * rounding[:both]), where
        if sure < len(rounding):
            ends.add("chaos")
            continue
        ends.add("diverged" if done.diverged else "arrived")
        assert (answer["steps"], answer["diverged"], answer["arithmetic"]) == (done.steps, done.diverged, False), where
        losses = np.array(answer["losses"], dtype=np.float64)  # JSON has 1e20 as a whole number
        np.testing.assert_allclose(losses, done.losses, rtol=1e-5, atol=1e-9, err_msg=where)
        assert len(answer["grads"]) == done.grads.size
        told = described(done, {})["state"]
        assert [{"name": entry["name"], "kind": entry["kind"]} for entry in answer["state"]] == told, where
        for entry in answer["state"]:
            expected = done.state[entry["name"]].ravel()
            size = np.nanmax(np.abs(expected), initial=1e-30)
            got = np.array(entry["values"], dtype=np.float64)
            np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-9 * size, err_msg=where)
    assert ends >= {"diverged", "arrived"}


@pytest.mark.needs("node")
def test_where_python_stops_the_page_does(tmp_path: Path) -> None:
    given: list[tuple[str, dict[str, Any]]] = [
        ("radam", {"betas": (0.9, 1.0)}),
        ("adam", {"betas": (1e10, 0.9)}),
        ("lookahead", {"k": 0}),
        ("nadam", {"momentum_decay": -1e5}),
        ("adam", {"betas": (1.0, 1.0)}),  # numpy goes on here
    ]
    jobs, walks = [], []
    for stem, values in given:
        topic = Topic.load(stem)
        knobs = Knobs(topic, reference(stem), values, landscape("bowl"))
        job = {"stem": stem, "inner": topic.inner or "", "values": knobs.values, "landscape": "bowl", "noise": []}
        jobs.append({"kind": "walk", **job, "start": [1.0, 0.5], "steps": 60})
        walks.append(walk(knobs, landscape("bowl"), (1.0, 0.5), 60))
    for answer, done in zip(in_node(tmp_path, jobs), walks, strict=True):
        assert answer["arithmetic"] == (done.failure == WORDS["arithmetic"])
        assert (answer["steps"], answer["diverged"]) == (done.steps, done.diverged)
    assert [done.failure is None for done in walks] == [False, False, False, False, True]


@pytest.mark.needs("node")
def test_the_ground_is_as_high_as_python_says(tmp_path: Path) -> None:
    grounds = [*LANDSCAPES.values(), *(landscape(key, 30) for key in ("bowl", "noisy"))]
    answers = in_node(tmp_path, [{"kind": "ground", "key": each.key, "angle": each.angle} for each in grounds])
    for ground, answer in zip(grounds, answers, strict=True):
        x0, x1, y0, y1 = ground.extent
        x, y = np.meshgrid(np.linspace(x0, x1, 121), np.linspace(y0, y1, 81))
        loss = ground.loss(np.stack([x, y], axis=-1))
        height = np.log1p(loss / (ground.detail * np.median(loss)))
        np.testing.assert_allclose(answer, (height / height.max()).ravel(), rtol=1e-9, atol=1e-12)
        assert min(answer) < 0.2


def derived_from(body: str, constants: dict[str, float] | None = None) -> str:
    """A function of x and y, translated."""
    (function,) = ast.parse(f"def f(x, y):\n    {body}\n").body
    assert isinstance(function, ast.FunctionDef)
    return javascript.Translator("f.py", constants).method(function)


def test_what_rules_are_made_of_is_translated() -> None:
    assert derived_from("return x ** 2 / -y") == "f(x, y) {\nreturn op.Div(op.Pow(x, 2), op.USub(y));\n}"
    assert "let z;\nz = op.Mult(x, 2.5);" in derived_from("z = x * A\n    return z + y", {"A": 2.5})
    assert "let a, b;\n[a, b] = [y, x];" in derived_from("a, b = y, x\n    return a - b")
    assert "(op.Is(x, null) ? y : x)" in derived_from("return y if x is None else x")
    assert "return { step: x, sum: y };" in derived_from('return {"step": x, "sum": y}')
    assert "if (op.Gt(x, 5)) {\nreturn y;\n} else {\nreturn x;\n}" in derived_from(
        "if x > 5:\n        return y\n    else:\n        return x"
    )
    assert "return Math.cos(op.Mult(Math.PI, x));" in derived_from("return math.cos(math.pi * x)")
    assert "return Math.min(op.Add(x, y), 1);" in derived_from("return min(x + y, 1)")
    assert derived_from("return x").startswith("f(x) {")  # JavaScript may be given more


REFUSED = {
    "a loop": ("for i in x:\n        y = i", "for i in x"),
    "a function of Python": ("return max(x, y)", "max"),
    "the least of three": ("return min(x, y, 1)", "min(x, y, 1)"),
    "a function by its name alone": ("y = min\n    return y", "min"),
    "another constant": ("return x * math.e", "math.e"),
    "another function of math": ("return math.exp(x)", "math.exp"),
    "a function of numpy": ("return np.linalg.norm(x)", "np.linalg.norm"),
    "in place": ("x += y", "x += y"),
    "an unknown name": ("return x * RATE", "RATE"),
    "a word of JavaScript": ("new = x\n    return new", "new"),
    "matrices": ("return x @ y", "x"),
    "a chain": ("return 0 < x < y", "0 < x < y"),
    "both": ("return x and y", "x and y"),
    "a list in a loop": ("return [i for i in x]", "i"),
    "an index": ("return x[0]", "x[0]"),
    "a lambda": ("return (lambda: x)()", "lambda"),
    "a nested function": ("def g():\n        return x", "def g"),
    "nothing": ("return", "return"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_translated_is_refused(name: str) -> None:
    body, told = REFUSED[name]
    with pytest.raises(CourseError) as caught:
        derived_from(body)
    assert told in caught.value.text.en
    assert "f.py, line 2" in caught.value.text.en
    assert "f.py 第 2 行" in caught.value.text.zh


def test_a_class_that_is_no_dataclass_is_refused() -> None:
    (wrong,) = ast.parse("class A:\n    def init(self, param, *others):\n        return {}\n").body
    assert isinstance(wrong, ast.ClassDef)
    with pytest.raises(CourseError, match=r"line 2: `def init\(self, param, \*others\):`"):
        javascript.Translator("a.py").rule(wrong)


def test_what_is_derived_is_current() -> None:
    """`course build --check` says so too."""
    for path, text in modules.outputs().items():
        assert (ROOT / path).read_text("utf-8") == text, f"run `course build`: {path}"
