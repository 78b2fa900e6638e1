"""What an instructor uploads to a platform: the course, packed, and the few lines that the platform starts."""

from __future__ import annotations

import json
import uuid
from html import escape
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.exports.archive import pack
from course.exports.wheel import wheel
from course.grading import kinds
from course.grading.render import rich
from course.text import LANGS, TONGUES, texts
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEXTS = texts(__file__)

PLATFORMS = Path(__file__).parent / "platforms"
IMAGE = "downhill-grader:1"
SEED, TRUST = "secret-seed", "trust-students"
SECONDS = 90
"""For one submission on PrairieLearn: all that a judgement may take, twice the time for torch to be read in."""


def gradescope(stems: Sequence[str], skeletons: Mapping[str, str], *, seed: str, trusted: bool) -> bytes:  # noqa: ARG001
    """Pack an autograder for Gradescope.

    Args:
        stems: the topics that may be handed in; of several, the one whose file is there is graded.
        skeletons: left out; students have them from the course.
        seed: the class's secret seed.
        trusted: whether to run students' files even where the container lets nothing shut them in.

    Returns:
        The zip to upload.

    """
    files = {name: (PLATFORMS / "gradescope" / name).read_bytes() for name in ("setup.sh", "run_autograder")}
    return pack(files | _course() | _choices(stems, seed, trusted=trusted), ("setup.sh", "run_autograder"), (SEED,))


def prairielearn(stems: Sequence[str], skeletons: Mapping[str, str], *, seed: str, trusted: bool) -> bytes:
    """Pack a question a topic for PrairieLearn, and the image that grades them.

    Args:
        stems: the topics.
        skeletons: by topic, what the editor of a question shows at first.
        seed: the class's secret seed.
        trusted: whether to run students' files even where the container lets nothing shut them in.

    Returns:
        The zip to unpack.

    """
    folder = PLATFORMS / "prairielearn"
    files = {"README.md": (folder / "README.md").read_bytes()}
    files["grader/Dockerfile"] = (folder / "Dockerfile").read_bytes()
    files |= {f"grader/{name}": content for name, content in _course().items()}
    programs, secrets = [], []
    for stem in stems:
        question, topic = f"questions/downhill-{stem}", Topic.load(stem)
        files[f"{question}/info.json"] = _json(_info(topic))
        files[f"{question}/question.html"] = _question(topic).encode()
        files[f"{question}/{stem}.py"] = skeletons[stem].encode()
        inside = {"run.sh": (folder / "run.sh").read_bytes(), **_choices([stem], seed, trusted=trusted)}
        files |= {f"{question}/tests/{name}": content for name, content in inside.items()}
        programs.append(f"{question}/tests/run.sh")
        secrets.append(f"{question}/tests/{SEED}")
    return pack(files, programs, secrets)


def classroom50(stems: Sequence[str], skeletons: Mapping[str, str], *, seed: str, trusted: bool) -> bytes:  # noqa: ARG001
    """Pack an autograder for Classroom 50, whose bundles are public: no seed is in it.

    Args:
        stems: the topics that may be handed in.
        skeletons: left out.
        seed: left out.
        trusted: left out; where a student's own repository is graded, its runner is the student's.

    Returns:
        The zip to unpack.

    """
    files = {"autograder.py": (PLATFORMS / "classroom50/autograder.py").read_bytes()}
    return pack(files | _course() | {"topics": f"{' '.join(stems)}\n".encode()}, ("autograder.py",))


def _course() -> dict[str, bytes]:
    """The course and the torch that answers here, so that it answers alike there."""
    name, content = wheel()
    torch = metadata.version("torch").partition("+")[0]
    return {name: content, "constraints.txt": f"torch=={torch}\n".encode()}


def _choices(stems: Sequence[str], seed: str, *, trusted: bool) -> dict[str, bytes]:
    files = {"topics": f"{' '.join(stems)}\n".encode(), SEED: f"{seed}\n".encode()}
    return files | ({TRUST: b""} if trusted else {})


def _info(topic: Topic) -> dict[str, Any]:
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://github.com/downhill-course/downhill/{topic.stem}")),
        "title": f"{topic.title.en} · {topic.title.zh}",
        "topic": "Optimizers",
        "tags": ["code"],
        "type": "v3",
        "singleVariant": True,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "image": IMAGE,
            "entrypoint": "/grade/tests/run.sh",
            "timeout": SECONDS,
            "enableNetworking": False,
        },
    }


def _question(topic: Topic) -> str:
    asked = TEXTS["question"].format(
        summary=topic.summary,
        class_name=topic.class_name,
        stem=topic.stem,
        asks=kinds.of(topic).ASKS.format(reference=topic.reference),
    )
    told = "\n".join(
        f'    <div lang="{TONGUES[lang]}">\n    <p>{rich(asked[lang])}</p>\n'
        f"    <p>$${escape(topic.formula[lang])}$$</p>\n    </div>"
        for lang in LANGS
    ).replace("{{", "{ {")  # which would be PrairieLearn's
    return f"""<pl-question-panel>
{told}
    <pl-file-editor file-name="{topic.stem}.py" ace-mode="ace/mode/python" source-file-name="{topic.stem}.py">
    </pl-file-editor>
</pl-question-panel>

<pl-submission-panel>
    <pl-external-grader-results></pl-external-grader-results>
    <pl-file-preview></pl-file-preview>
</pl-submission-panel>
"""


def _json(stored: dict[str, Any]) -> bytes:
    return (json.dumps(stored, ensure_ascii=False, indent=2) + "\n").encode()
