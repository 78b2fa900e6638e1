"""A rule at work on a real network, trained on data that scikit-learn ships. torch is imported when it is needed."""

from __future__ import annotations

import contextlib
import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.guard import quiet
from course.lab.parts.claims import say
from course.lab.rules import RuleError, learner, reference
from course.lab.training import kept
from course.lab.training.data import letters
from course.lab.training.optimizer import as_torch
from course.lab.training.rates import factor
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import torch

    from course.lab.training.data import Data
    from course.lab.training.rates import Schedule

    Factory = Callable[[Iterable[torch.nn.Parameter], float], Any]
    """From parameters and a learning rate to an optimizer."""


@dataclass(frozen=True)
class Mine:
    """The learner's rule as a contestant: an optimizer's factory, or the sentence that says why there is none yet."""

    make: Factory | None
    why_not: Text | None


def mine(stem: str, **hyperparameters: Any) -> Mine:
    """Load the learner's own rule, from the file as last saved, and try it on one small step.

    Args:
        stem: the topic.
        hyperparameters: all but `lr`, which the training gives; if there is an `inner` rule, to that one.

    Returns:
        A contestant for `contest`.

    Raises:
        CourseError: there is no such topic.

    Examples:
        >>> from course.lab import mine
        >>> str(mine("sgd").why_not)
        'course/optim/sgd.py is not written yet, so torch runs alone. Come back when your rule is ready.'

    """
    import torch

    file = learner(stem)
    try:
        rule_class = file.load()
        probes = [torch.nn.Parameter(torch.ones(shape)) for shape in ((2, 3), (3,))]
        for probe in probes:
            probe.grad = torch.ones_like(probe)
        with quiet():
            as_torch(rule_class)(probes, **_at(0.1, stem, hyperparameters)).step()
    except NotImplementedError:
        return Mine(
            None,
            Text(
                en=f"{file.file} is not written yet, so torch runs alone. Come back when your rule is ready.",
                zh=f"{file.file} 还没有写，所以这里只有 torch 的结果。写好规则之后再回来看。",
            ),
        )
    except (Exception, SystemExit) as error:  # noqa: BLE001 - anything may be wrong in that file; the lesson goes on
        return Mine(None, file.explain(error))

    class Explained(as_torch(rule_class)):  # type: ignore[misc] # a class made at run time
        """The learner's rule; what it raises in the middle of a training run is told as it is told anywhere else."""

        def step(self, closure: Any = None) -> Any:
            try:
                with quiet():
                    return super().step(closure)
            except (Exception, SystemExit) as error:
                raise RuleError(file.explain(error)) from error

    return Mine(lambda params, lr: Explained(params, **_at(lr, stem, hyperparameters)), None)


def _at(lr: float, stem: str, hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """Put the learning rate where it belongs: with the hyperparameters, or on the `inner` rule, which is copied."""
    if "inner" not in hyperparameters:
        return hyperparameters | {"lr": lr}
    inner = copy.copy(hyperparameters["inner"])
    if hasattr(reference(stem), "lr"):  # it drives the inner rule's
        return hyperparameters | {"inner": inner, "lr": lr}
    inner.lr = lr
    return hyperparameters | {"inner": inner}


def small_cnn(width: int = 8) -> torch.nn.Module:
    """Make a convolutional network for `digits`.

    It has two convolutions of stride 2, each followed by ReLU, and a linear layer.

    Args:
        width: the channels of the first convolution; the second has twice as many.

    Returns:
        A network from (n, 1, 8, 8) to (n, 10).

    Examples:
        >>> from course.lab import small_cnn
        >>> sum(weights.numel() for weights in small_cnn().parameters())
        1898

    """
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, width, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * width, 10),
    )


def small_rnn(width: int = 32) -> torch.nn.Module:
    """Make a recurrent network for `letters`: it reads a window letter by letter and guesses the one that follows.

    Args:
        width: the length of its hidden state.

    Returns:
        A network from (n, 12) to (n, size of the alphabet).

    Examples:
        >>> from course.lab import letters, small_rnn
        >>> len(small_rnn(width=4)(letters().test_x[:2]))
        2

    """
    from torch import nn

    data = letters()
    alphabet = 1 + max(int(part.max()) for part in (data.train_x, data.train_y, data.test_x, data.test_y))

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(alphabet, 16)
            self.read = nn.RNN(16, width, batch_first=True)
            self.guess = nn.Linear(width, alphabet)

        def forward(self, x: torch.Tensor) -> Any:
            return self.guess(self.read(self.embed(x))[0][:, -1])

    return Reader()


@dataclass(frozen=True)
class Trained:
    """Result of one training run."""

    losses: list[float]
    """On each mini-batch, before the step was taken."""
    accuracy: float
    """On the test set, at the end."""
    earlier: bool = False
    """Whether it was trained in an earlier run."""


def train(
    model: Callable[[], torch.nn.Module],
    optimizer: Factory,
    data: Data,
    *,
    lr: float,
    seed: int,
    epochs: int,
    batch: int = 64,
    schedule: Schedule = "constant",
) -> Trained:
    """Train one network from one seed, which fixes the first weights and the order of the mini-batches.

    What torch's own optimizers came to in an earlier run is not trained again (`course.lab.training.kept`).

    Args:
        model: makes the network.
        optimizer: from parameters and a learning rate to an optimizer.
        data: what to train on and to test on.
        lr: the learning rate.
        seed: of weights and order.
        epochs: passes over the training set.
        batch: examples a step.
        schedule: of the learning rate; a constant one is left to the optimizer, which may have its own.

    Returns:
        Losses and accuracy.

    Examples:
        >>> import torch
        >>> from course.lab import digits, small_cnn, train
        >>> sgd = lambda params, lr: torch.optim.SGD(params, lr=lr)
        >>> len(train(small_cnn, sgd, digits(), lr=0.1, seed=0, epochs=1).losses)
        21

    """
    import torch
    from torch.nn.functional import cross_entropy

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = model().to(data.train_x.device)
    order = np.random.default_rng(seed)
    steps = optimizer(network.parameters(), lr)
    name = kept.name(network, steps, data, seed=seed, epochs=epochs, batch=batch, schedule=schedule)
    if (found := kept.read(name)) is not None:
        return Trained(*found, earlier=True)
    losses: list[torch.Tensor] = []
    total = epochs * math.ceil(len(data.train_y) / batch)
    for _ in range(epochs):
        shuffled = torch.as_tensor(order.permutation(len(data.train_y)), device=data.train_x.device)
        for chosen in shuffled.split(batch):  # type: ignore[no-untyped-call]
            if schedule != "constant":
                for group in steps.param_groups:
                    group["lr"] = lr * factor(schedule, len(losses), total)
            loss = cross_entropy(network(data.train_x[chosen]), data.train_y[chosen])
            steps.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            steps.step()
            losses.append(loss.detach())  # stays on the device: asking for the number would make a GPU wait
    with torch.no_grad():
        accuracy = (network(data.test_x).argmax(1) == data.test_y).double().mean()
    trained = Trained(torch.stack(losses).tolist(), float(accuracy))
    kept.write(name, trained.losses, trained.accuracy)
    return trained


def gpu() -> bool:
    """Return whether torch can use a GPU here, and say which, or why the cell does nothing.

    Examples:
        >>> from course.lab import gpu
        >>> print("A GPU?"); found = gpu()  # doctest: +ELLIPSIS
        A GPU?
        ...

    """
    import torch

    found = torch.cuda.is_available()
    if found:
        name = torch.cuda.get_device_name()
        say(Text(en=f"Running on the GPU {name}.", zh=f"使用 GPU：{name}。"))
    else:
        say(
            Text(
                en=f"Skipped: this optional cell wants a CUDA GPU, and torch {torch.__version__} finds none here."
                " Nothing later needs it.",
                zh=f"跳过：这个选做的单元格需要 CUDA GPU，而 torch {torch.__version__} 在这里没有找到。"
                "后面的内容都不依赖它。",
            )
        )
    return found


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread, on which tiny networks run faster; the setting before is restored."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
