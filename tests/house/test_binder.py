"""What can be read off `binder/` and the badges; tests/browser/test_binder.py builds and visits it."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from jupyterlab.labapp import LabApp
from packaging.requirements import Requirement
from packaging.version import Version

from course.learner import binder
from course.learner.binder import PAGE
from course.system.workspace import ROOT

BINDER = ROOT / "binder"
KNOWN: dict[str, Any] = {"ServerApp": ServerApp, "LabApp": LabApp, "MappingKernelManager": MappingKernelManager}
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}


def requirements() -> list[str]:
    """What pip reads from the file: no comments, no options."""
    lines = (line.split(" #")[0].strip() for line in (BINDER / "requirements.txt").read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(("#", "--"))]


def badges(readme: Path) -> list[str]:
    """The addresses on mybinder.org in one of the READMEs."""
    return re.findall(r"\((https://mybinder\.org/v2/[^)\s]+)\)", readme.read_text("utf-8"))


def test_requirements_are_exactly_a_learners() -> None:
    """But for torch, of which Binder takes the tested release's CPU build: a label that no build with CUDA carries."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    tested = settings["tool"]["downhill"]["torch"]
    others = [each for each in settings["project"]["dependencies"] if Requirement(each).name != "torch"]
    assert len(others) == len(settings["project"]["dependencies"]) - 1
    assert sorted(requirements()) == sorted([*others, f"torch=={tested}+cpu"])


def test_the_tested_torch_is_one_that_a_learner_may_have() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    tested = Version(settings["tool"]["downhill"]["torch"])
    (asked,) = [each for each in map(Requirement, settings["project"]["dependencies"]) if each.name == "torch"]
    assert tested in asked.specifier
    assert str(tested) == tested.base_version  # a release, without a label of its own


def test_the_only_option_is_pytorchs_index_of_cpu_builds() -> None:
    lines = (BINDER / "requirements.txt").read_text("utf-8").splitlines()
    (option,) = [line for line in lines if line.startswith("-")]
    assert re.fullmatch(r"--extra-index-url https://\S+/whl/cpu", option)


def test_runtime_is_one_that_repo2docker_and_the_course_take() -> None:
    name, version = (BINDER / "runtime.txt").read_text("utf-8").strip().split("-")
    assert name == "python"
    assert version in {"3.11", "3.12", "3.13", "3.14"}  # of repo2docker's list, those that the course supports


def test_post_build_is_a_program_in_git_too() -> None:
    assert os.access(BINDER / "postBuild", os.X_OK)
    listed = subprocess.run(["git", "ls-files", "-s", "binder/postBuild"], cwd=ROOT, capture_output=True, check=True)
    assert listed.stdout.startswith(b"100755 ")


def test_each_badge_opens_the_first_lesson_of_its_language() -> None:
    """Every README has both badges, its own language's first; all four agree on the repository that is cloned."""
    repositories = set()
    for lang, readme in READMES.items():
        found = badges(readme)
        assert len(found) == 2, readme
        for address, shown in zip(found, [lang, "zh" if lang == "en" else "en"], strict=True):
            parts = urlsplit(address)
            assert parse_qs(parts.query)["urlpath"] == [f"{PAGE}/{shown}"]
            post_build = (BINDER / "postBuild").read_text("utf-8")
            assert "\npython -m course.learner.binder\n" in post_build, "it sets that page up"
            assert "\ncourse init\n" in post_build, "it makes the folder with the lesson"
            repositories.add(parts.path)
        (cloned,) = re.findall(
            r"^git clone https://github\.com/(\S+) && cd downhill$", readme.read_text("utf-8"), re.MULTILINE
        )
        repositories.add(f"/v2/gh/{cloned}/HEAD")
    assert len(repositories) == 1


def test_what_the_server_is_told_is_what_it_knows() -> None:
    for name, values in binder.SERVER.items():
        known = KNOWN[name].class_trait_names()
        assert values.keys() <= set(known)
    assert binder.SERVER["ServerApp"]["jpserver_extensions"] == {binder.__name__: True}
    assert binder.INTERFACE.keys() > {"@jupyterlab/apputils-extension:notification"}
    assert all(plugin.count(":") == 1 for plugin in binder.INTERFACE)
