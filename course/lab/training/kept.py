"""Training runs with torch's own optimizers are kept on disk: an interrupted contest goes on, a second one is quick.

A run is kept under a hash of all that decides its outcome. Only what can be hashed whole is kept: networks built
of torch's and the course's own modules, optimizers of `torch.optim` without hooks. A learner's rule is always trained
afresh. Remove the folder `.trained` in the course's folder to train everything afresh.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.system import workspace
from course.topic import FOLDER as FOLDER_OF_TOPICS

if TYPE_CHECKING:
    import torch

    from course.lab.training.data import Data

CODE = Path(__file__).parents[1], FOLDER_OF_TOPICS
"""Where the networks, their data and their training are written."""


def folder() -> Path | None:
    """Return where outcomes are kept, in `COURSE_TRAINED` or in the workspace; None outside both."""
    if chosen := os.environ.get("COURSE_TRAINED"):
        return Path(chosen)
    found = workspace.find()
    return found.root / ".trained" if found else None


def name(network: torch.nn.Module, optimizer: Any, data: Data, **how: object) -> str | None:
    """Name a training before its first step, or None if something about it cannot be known.

    Args:
        network: with its first weights.
        optimizer: as it will take the steps.
        data: what to train on and to test on.
        how: whatever else decides the outcome, by name.

    Returns:
        32 hexadecimal digits, or None.

    """
    import torch

    homes = {type(module).__module__.split(".")[0] for module in network.modules()}
    if not homes <= {"torch", "course"} or type(optimizer).__module__.rpartition(".")[0] != "torch.optim":
        return None
    if optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks:  # noqa: SLF001 - no other way to see them
        return None
    settings = [{key: value for key, value in group.items() if key != "params"} for group in optimizer.param_groups]
    told = (_course(), torch.__version__, repr(network), type(optimizer).__qualname__, settings, sorted(how.items()))
    found = hashlib.sha256(repr(told).encode())
    for tensor in (*network.state_dict().values(), data.train_x, data.train_y, data.test_x, data.test_y):
        found.update(repr((tensor.dtype, tensor.shape, tensor.device)).encode())
        found.update(tensor.cpu().numpy().tobytes())
    return found.hexdigest()[:32]


@functools.cache
def _course() -> str:
    """Return a hash of the code: a change in a network or in the training changes every outcome."""
    texts = (file.read_bytes() for folder in CODE for file in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def read(name: str | None) -> tuple[list[float], float] | None:
    """Return the losses and the accuracy kept under the name; None if there are none, or not whole."""
    kept = folder()
    if name is None or kept is None:
        return None
    try:
        losses, accuracy = json.loads((kept / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    return losses, accuracy


def write(name: str | None, losses: list[float], accuracy: float) -> None:
    """Keep an outcome; where nothing can be written nothing is kept, and the next contest trains again.

    Args:
        name: of the training run; None for one that is not kept.
        losses: on each mini-batch.
        accuracy: on the test set, from 0 to 1.

    """
    kept = folder()
    if name is None or kept is None:
        return
    partial = kept / f"{name}.{os.getpid()}"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps([losses, accuracy]), "utf-8")
        partial.replace(kept / f"{name}.json")
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
