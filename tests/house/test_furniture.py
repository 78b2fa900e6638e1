"""The front of the house: metadata, workflows, forms, dev container, Colab; all that they say is true."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import course
from course.authoring.glossary import CJK
from course.authoring.site import addresses as places
from course.setup.environment import LEVELS
from course.system.workspace import ROOT
from course.text import LANGS
from course.topic import lessons

if TYPE_CHECKING:
    from course.text import Lang

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ADDRESS = "https://github.com/downhill-course/downhill"
PINNED = re.compile(r"^[\w-]+/[\w-]+@[0-9a-f]{40}$")


def yaml_of(name: str | Path) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


# --- Metadata and the one version -----------------------------------------------------------------------------------


def versions(citation: str, changelog: str) -> list[str]:
    """The version that each document names: the citation's, and the newest in each half of the changelog."""
    halves = changelog.split("## 中文")
    newest = [re.findall(r"^### (\S+)", half, re.MULTILINE)[0] for half in halves]
    return [str(yaml.safe_load(citation)["version"]), *newest]


def test_there_is_one_version() -> None:
    named = versions((ROOT / "CITATION.cff").read_text("utf-8"), (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert {PROJECT["version"], metadata.version("downhill-course"), course.__version__, *named} == {PROJECT["version"]}
    assert len(named) == 3


def test_a_version_left_behind_is_seen() -> None:
    told = versions("version: 0.1.0", "## English\n### 0.2.0\n### 0.1.0\n## 中文\n### 0.1.0\n")
    assert told == ["0.1.0", "0.2.0", "0.1.0"]


def test_no_module_writes_the_version_down() -> None:
    for path in (ROOT / "course").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.Constant) and node.value == PROJECT["version"]), path
    with pytest.raises(AttributeError, match="no attribute 'version'"):
        _ = course.version


def test_metadata_is_complete() -> None:
    wanted = {"authors", "classifiers", "description", "keywords", "license", "license-files", "name", "readme"}
    assert wanted | {"requires-python", "urls", "version"} <= PROJECT.keys()
    assert PROJECT["authors"] == [{"name": "The Downhill authors"}]
    assert "Typing :: Typed" in PROJECT["classifiers"]
    assert (ROOT / "course/py.typed").is_file()
    for file in (PROJECT["readme"], *PROJECT["license-files"]):
        assert (ROOT / file).is_file()


def addresses(name: str) -> set[str]:
    """The repositories on GitHub that a file names as ours, without what stands behind them."""
    text = (ROOT / name).read_text("utf-8")
    return set(re.findall(r"https://github\.com/[\w.-]+/[\w.-]+?(?=\.git\b|[/)\s\"'`]|$)", text, re.MULTILINE))


@pytest.mark.parametrize(
    "name",
    [
        "pyproject.toml",
        "CITATION.cff",
        "CODE_OF_CONDUCT.md",
        "CODE_OF_CONDUCT.zh.md",
        ".github/ISSUE_TEMPLATE/config.yml",
        "README.md",
        "README.zh.md",
    ],
)
def test_the_repository_has_one_address(name: str) -> None:
    assert addresses(name) == {ADDRESS}


def test_the_citation_says_what_the_project_says() -> None:
    cited = yaml_of("CITATION.cff")
    assert cited["cff-version"] == "1.2.0"
    assert cited.keys() >= {"message", "title", "authors", "license", "version", "abstract"}
    assert cited["authors"] == PROJECT["authors"]
    assert " AND ".join(cited["license"]) == PROJECT["license"]
    assert cited["repository-code"] == PROJECT["urls"]["Repository"]


# --- Workflows ------------------------------------------------------------------------------------------------------


def steps(workflow: Any) -> list[dict[str, Any]]:
    """All steps of all jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def problems(workflow: Any) -> list[str]:
    """What is not as it should be: an action that can change under us, a secret, a right to write, a file not there."""
    found = [f"not pinned: {step['uses']}" for step in steps(workflow) if "uses" in step]
    found = [each for each in found if not PINNED.match(each.removeprefix("not pinned: "))]
    if "secrets" in json.dumps(workflow):
        found.append("a secret")
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("it may write")
    for step in steps(workflow):
        for word in step.get("run", "").split():
            made = word in {"build/site", "build/site/colab", "build/colab"}  # by a step before
            if re.fullmatch(r"[\w./-]+/[\w.-]+", word) and not made and not (ROOT / word).is_file():
                found.append(f"not there: {word}")
    return found


WORKFLOWS = sorted(path.relative_to(ROOT) for path in (ROOT / ".github/workflows").iterdir())


@pytest.mark.parametrize("name", WORKFLOWS, ids=str)
def test_workflows_call_what_there_is(name: Path) -> None:
    assert problems(yaml_of(name)) == []


def test_a_bad_workflow_is_seen() -> None:
    run = "python -I course/bootstrap.py author; .ci/run"
    bad = {"jobs": {"a": {"steps": [{"uses": "actions/checkout@v4"}, {"run": run, "env": "${{ secrets.X }}"}]}}}
    assert problems(bad) == [
        "not pinned: actions/checkout@v4",
        "a secret",
        "it may write",
        "not there: course/bootstrap.py",
    ]


def test_every_system_runs_the_tests() -> None:
    """Linux all of `.ci/run`; the others what `make test` runs, to the letter, without make."""
    jobs = yaml_of(".github/workflows/tests.yml")["jobs"]
    assert ".ci/run" in [step.get("run") for step in jobs["linux"]["steps"]]
    assert os.access(ROOT / ".ci/run", os.X_OK)
    systems = {name.split("-")[0] for name in jobs["others"]["strategy"]["matrix"]["os"]}
    assert systems == {"macos", "windows"}
    oldest = min(jobs["others"]["strategy"]["matrix"]["python"], key=lambda each: [*map(int, each.split("."))])
    assert PROJECT["requires-python"] == f">={oldest}"
    made = subprocess.run(
        ["make", "-n", "--no-print-directory", "test", "PYTHON=python", "CI="],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},  # of `make test` itself
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    (line,) = [step["run"] for step in jobs["others"]["steps"] if "pytest" in step.get("run", "")]
    assert line.split() == made.stdout.replace('"python"', "python").split()


def test_contributing_tells_that_line_for_windows() -> None:
    """In both languages, with the launcher and the strokes of Windows."""
    jobs = yaml_of(".github/workflows/tests.yml")["jobs"]
    (line,) = [step["run"] for step in jobs["others"]["steps"] if "pytest" in step.get("run", "")]
    told = re.findall(r"^```bat\n(py .*pytest.*)\n```$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    assert len(told) == len(LANGS)
    for each in told:
        assert each.replace("py ", "python -I ", 1).replace("\\", "/") == line


# --- Forms ----------------------------------------------------------------------------------------------------------

FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
CHINESE = re.compile(f"[{CJK}]")


def monolingual(form: Any) -> list[str]:
    """The labels and sentences that stand in one language alone; a placeholder and a list of names need none."""
    shown = [form["name"], form["description"]]
    for part in form["body"]:
        shown += [part["attributes"].get(name, "") for name in ("label", "description")]
    return [text for text in shown if text and not (" · " in text and CHINESE.search(text.split(" · ", 1)[1]))]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_ask_in_both_languages(path: Path) -> None:
    form = yaml_of(path)
    assert monolingual(form) == []
    ids = [part["id"] for part in form["body"]]
    assert len(set(ids)) == len(ids)
    assert {part["type"] for part in form["body"]} <= {"textarea", "input", "dropdown"}
    assert any(part.get("validations", {}).get("required") for part in form["body"])


def test_a_form_in_one_language_is_seen() -> None:
    form = {
        "name": "Bug · 错误",
        "description": "It is broken.",
        "body": [
            {"attributes": {"label": "版本"}},
            {"attributes": {"label": "What · 什么", "description": "Say it. · Again."}},
        ],
    }
    assert monolingual(form) == ["It is broken.", "版本", "Say it. · Again."]


def test_there_is_a_form_for_each_kind_of_report() -> None:
    assert {path.stem for path in FORMS} == {"bug", "mistake", "translation"}
    for contact in yaml_of(".github/ISSUE_TEMPLATE/config.yml")["contact_links"]:
        assert contact["url"].startswith(f"{ADDRESS}/")
        assert all(" · " in contact[name] and CHINESE.search(contact[name]) for name in ("name", "about"))


# --- Dev container and Colab ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_dev_container_has_the_course_and_its_files_in_one_language(lang: Lang) -> None:
    container = json.loads((ROOT / places.CONTAINERS[lang]).read_text("utf-8"))
    python, script, level, *command = container["postCreateCommand"].split()
    assert python == "python3"
    assert (ROOT / script).resolve() == (ROOT / "course/setup/bootstrap.py").resolve()
    assert level == LEVELS[0]
    assert command == ["course", "init"]
    assert container["containerEnv"]["COURSE_LANG"] == lang
    version = re.fullmatch(r"python:(\d+\.\d+)-\w+", container["image"])
    assert version
    assert tuple(map(int, version[1].split("."))) >= (3, 11)
    assert container["forwardPorts"] == [8888]


def test_dev_containers_differ_in_the_language_alone() -> None:
    """Codespaces finds those that lie one folder deep, and an editor asks for one of them by its name."""
    told = [json.loads((ROOT / places.CONTAINERS[lang]).read_text("utf-8")) for lang in LANGS]
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / ".devcontainer").rglob("*.json")} == set(
        places.CONTAINERS.values()
    )
    assert len({each.pop("name") for each in told}) == len(LANGS)
    assert len({each["containerEnv"].pop("COURSE_LANG") for each in told}) == len(LANGS)
    assert all(each == told[0] for each in told)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_colab_badges_open_the_first_page_in_their_language(name: str) -> None:
    """Beside Binder's, the reader's own first."""
    text = (ROOT / name).read_text("utf-8")
    found = re.findall(r"\((https://colab\.research\.google\.com/github/\S+?)\)", text)
    order = LANGS if name == "README.md" else LANGS[::-1]
    assert found == [places.in_colab(lessons()[0].stem, lang) for lang in order]
